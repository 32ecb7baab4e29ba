//! What the rules per project mean for a turn.

use std::{sync::Arc, time::SystemTime};

use super::{Action, Refusal, Turn, step::Step};
use crate::{
    affinity::Affinity,
    pool::{Offer, PoolState, RuleCause, Ruling},
    profile::ProfileId,
};

/// The profiles of both.
fn common(one: &[ProfileId], other: &[ProfileId]) -> Arc<[ProfileId]> {
    one.iter().filter(|id| other.contains(id)).copied().collect()
}

impl Turn {
    /// Asks what the rules say now: they may have changed while it waited.
    pub(super) fn follow_rules(&mut self, pool: &mut PoolState) {
        let continuation = &mut self.request.continuation;
        self.ruling = pool.ruling(continuation);
        self.offer = pool.offer(continuation.model.as_deref(), self.request.route);
        let by_rule = match &self.ruling {
            Ruling::Free => None,
            Ruling::Only(profiles, _) => Some(Arc::clone(profiles)),
            Ruling::Refused(_) => Some(Arc::default()),
        };
        let limits = [by_rule, self.named.clone(), self.offer.profiles().cloned()];
        continuation.allowed =
            limits.into_iter().flatten().reduce(|one, other| common(&one, &other));
    }

    /// Whether a rule per project or the router itself limits it to some profiles.
    pub(super) fn is_limited(&self) -> bool {
        self.ruling != Ruling::Free || self.named.is_some()
    }

    /// Why a rule per project is for it, when one is.
    pub fn rule_cause(&self) -> Option<RuleCause> {
        match self.ruling {
            Ruling::Free => None,
            Ruling::Only(_, cause) | Ruling::Refused(cause) => Some(cause),
        }
    }

    fn is_prewarm(&self) -> bool {
        let places = self.request.continuation.whereabouts.as_deref();
        places.is_some_and(|places| places.is_prewarm)
    }
}

impl Step<'_> {
    /// How the turn ends when the rules let no profile serve it.
    pub(super) fn ruled_out(&self) -> Option<Action> {
        let cause = self.turn.rule_cause()?;
        let is_open = self.turn.request.continuation.allowed.as_ref();
        if is_open.is_none_or(|allowed| !allowed.is_empty()) {
            return None;
        }
        // A prewarm does not say where it works. The client takes that its socket ends, and
        // sends the turn itself in full.
        let sends_again = self.turn.is_prewarm() && self.turn.is_over_socket();
        Some(if sends_again { Action::Resend } else { Action::Refuse(Refusal::Ruled(cause)) })
    }

    /// Whether a profile holds the chain that may not serve the turn. Sent in full, the turn
    /// can go to one that may.
    pub(super) fn is_held_elsewhere(&self, affinity: Affinity) -> bool {
        let holder = affinity.only();
        holder.is_some_and(|id| !self.turn.request.continuation.permits(id))
    }

    /// A profile that may not serve the turn is never asked, whatever led to it.
    pub(super) fn not_permitted(&mut self, id: ProfileId) -> Action {
        if self.turn.is_chained() {
            return Action::Resend;
        }
        self.turn.tried.push(id);
        self.choose()
    }

    /// Tells that all profiles are out that could serve the turn.
    pub(super) fn report_ran_out(&mut self, until: SystemTime) {
        let event = match &self.turn.request.continuation.allowed {
            None => self.pool.ran_out(Some(until)),
            Some(_) if !self.turn.is_limited() => match self.turn.offer {
                Offer::All | Offer::Plans(_) => self.pool.ran_out(Some(until)),
                Offer::Providers(_) => None,
            },
            // Where only some may serve, the others may still have quota.
            Some(_) if self.turn.ruling == Ruling::Free => None,
            Some(allowed) => self.pool.rule_ran_out(allowed, Some(until)),
        };
        self.events.extend(event);
    }
}
