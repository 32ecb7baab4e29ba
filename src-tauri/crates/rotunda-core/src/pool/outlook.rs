//! Why no profile serves, and until when: the content of a refusal.

use std::time::SystemTime;

use super::{Entry, PoolState};
use crate::{
    affinity::Continuation,
    profile::{CooldownCause, PaymentTerms, ProfileId, Standing},
};

/// Why no profile can be tried right now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outlook {
    /// Every profile that could serve is out of quota.
    Quota {
        /// When the first one is back.
        until: SystemTime,
        /// Its plan, by upstream's last answer.
        plan: Option<String>,
    },
    /// Upstream is struggling or cannot be reached; it may pass at any moment.
    Trouble,
    /// Each profile needs the user.
    NeedsUser,
    /// There is no profile.
    Empty,
}

impl PoolState {
    /// A profile's plan, by upstream's last answer.
    pub(crate) fn plan_of(&self, id: ProfileId) -> Option<String> {
        self.entries.get(&id)?.usage.as_ref()?.plan.clone()
    }

    /// Why no profile can be tried for a model, when choosing found none.
    /// Profiles that may not use it count only when all are like that.
    pub fn outlook(&self, model: Option<&str>, now: SystemTime) -> Outlook {
        self.outlook_among(PaymentTerms::model(model), now)
    }

    /// The same for one request: of the profiles that may serve it.
    pub fn outlook_for(&self, continuation: &Continuation, now: SystemTime) -> Outlook {
        self.outlook_among(continuation.payment_terms(), now)
    }

    fn outlook_among(&self, terms: PaymentTerms<'_>, now: SystemTime) -> Outlook {
        let model = terms.model;
        let may_serve = |it: &Entry| self.may_serve_by(it, terms.allowed);
        let has_model = |it: &Entry| may_serve(it) && !it.lacks_model(model, now);
        let any_has_model = self.entries.values().any(has_model);
        let open = |it: &&Entry| if any_has_model { has_model(it) } else { may_serve(it) };
        let mut first_back: Option<(SystemTime, &Entry)> = None;
        for entry in self.entries.values().filter(open) {
            match self.standing_of(entry, terms, now) {
                Standing::Ready => return Outlook::Trouble,
                Standing::Resting(rest)
                    if rest.cause == CooldownCause::Trouble || rest.until <= now =>
                {
                    return Outlook::Trouble;
                }
                Standing::Resting(rest)
                    if first_back.is_none_or(|(until, _)| rest.until < until) =>
                {
                    first_back = Some((rest.until, entry));
                }
                _ => {}
            }
        }
        match first_back {
            Some((until, entry)) => Outlook::Quota { until, plan: self.plan_of(entry.profile.id) },
            None if self.entries.is_empty() => Outlook::Empty,
            None => Outlook::NeedsUser,
        }
    }
}
