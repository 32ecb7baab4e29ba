//! Purchased credits: when a request would be paid with them, whether the user
//! allows that, and when the first one was spent.
//!
//! Upstream does not ask: when a window is used up and the account has credits, it
//! serves the next request and takes credits for it. So what is known of the windows
//! decides before a request is sent. See `docs/decisions/070-credits-with-consent.md`.

use std::time::{Duration, SystemTime};

use super::{Entry, PoolState, READINGS_BEFORE_EARLY_RESET, UNNAMED_QUOTA_REST};
use crate::{
    choice::Candidate,
    event::{Event, SpendingCause},
    profile::{
        Cooldown, CooldownCause, Kind, PaymentTerms, ProfileId, Standing, Usage, UseCredits, Window,
    },
    quota::LONGEST_REST,
};

/// Credits that fell without a turn of ours are told once in so long.
const FALL_REMEMBERED: Duration = Duration::from_secs(24 * 3600);
/// A turn may run, and the balance show it, so long after the turn was sent.
const PAID_LATELY: Duration = Duration::from_secs(3600);

/// Credits that are being spent, since the first one of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spending {
    /// When that was seen.
    pub since: SystemTime,
    /// Why they are spent.
    pub cause: SpendingCause,
    /// The balance before, in upstream's words, when it was known.
    pub balance_before: Option<String>,
}

impl Spending {
    /// Whether turns were sent that the user lets credits pay for.
    pub(super) fn is_by_consent(&self) -> bool {
        self.cause != SpendingCause::NotByConsent
    }

    /// The turn that it began with.
    pub(super) fn paid(&self) -> Option<Paid> {
        let paid = Paid { at: self.since, cause: self.cause, is_told: true };
        self.is_by_consent().then_some(paid)
    }
}

/// A turn that was sent for credits to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paid {
    /// When it was sent.
    pub at: SystemTime,
    /// Why credits pay.
    pub cause: SpendingCause,
    /// The user knows of it.
    pub is_told: bool,
}

/// What pays for the next request of a profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Payment {
    /// The plan, or an API key.
    #[default]
    Plan,
    /// Credits, as the user allows.
    Credits(UseCredits),
    /// Credits would, and the user does not allow it before this ends.
    Withheld(Cooldown),
}

impl Payment {
    /// The standing of a profile whose next request would be paid like this.
    const fn standing(self, standing: Standing) -> Standing {
        match (standing, self) {
            (
                Standing::Ready | Standing::Resting(_) | Standing::NotEntitled { .. },
                Self::Withheld(rest),
            ) => Standing::Resting(rest),
            _ => standing,
        }
    }

    /// The candidate whose next request would be paid like this.
    pub(super) const fn candidate(self, candidate: Candidate) -> Candidate {
        let on_credits = match self {
            Self::Credits(consent) => Some(consent),
            Self::Plan | Self::Withheld(_) => None,
        };
        Candidate { standing: self.standing(candidate.standing), on_credits, ..candidate }
    }
}

/// Credits of a profile as others see them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreditsStanding {
    /// Whether they may be used.
    pub consent: UseCredits,
    /// The user's own setting for the profile; none: the common one.
    pub own_consent: Option<UseCredits>,
    /// What pays for the next request.
    pub payment: Payment,
    /// They are being spent.
    pub spending: Option<Spending>,
}

impl Entry {
    /// The end of the plan's rest when purchased credits would pay for the next
    /// request for a model; none when the plan pays. One reading with quota does not end
    /// it: it may be older than the answer that used the plan up.
    fn beyond_plan(&self, model: Option<&str>, now: SystemTime) -> Option<Cooldown> {
        let credits = self.usage.as_ref().and_then(|usage| usage.credits.as_ref());
        credits.filter(|credits| credits.are_purchased())?;
        let is_seen = |rest: &Cooldown| rest.until > now && self.limit_of(model).is_none();
        self.beyond_plan_by_reading(model, now).or_else(|| self.plan_out.filter(is_seen))
    }

    /// Whether credits would pay for the next request for some model.
    pub(super) fn is_beyond_plan(&self, now: SystemTime) -> bool {
        self.beyond_plan(None, now).is_some() || self.limits_beyond_plan(now).next().is_some()
    }

    /// Limits of models of their own that are used up, so that credits would pay.
    fn limits_beyond_plan(&self, now: SystemTime) -> impl Iterator<Item = Cooldown> {
        let models = self.model_limits.iter().filter_map(|it| it.model_limit.model.as_deref());
        models.filter_map(move |model| self.beyond_plan(Some(model), now))
    }

    /// The same by the latest reading alone.
    fn beyond_plan_by_reading(&self, model: Option<&str>, now: SystemTime) -> Option<Cooldown> {
        let usage = self.usage.as_ref().filter(|_| self.profile.kind == Kind::ChatGpt)?;
        usage.credits.as_ref().filter(|credits| credits.are_purchased())?;
        let own_limit = self.limit_of(model).map(|known| &known.model_limit);
        let windows = own_limit.map_or(&usage.windows, |limit| &limit.windows);
        let mut full = windows.iter().filter(|window| window.left(now) <= 0.0);
        let is_out = match own_limit {
            Some(limit) => limit.left(now) <= 0.0,
            None => full.clone().next().is_some() || self.is_at_limit(usage, now),
        };
        if !is_out {
            return None;
        }
        // All that are full must reset.
        let ends = |window: &Window| Some((window.next_reset(now)?, window.kind()));
        let last = full.clone().filter_map(ends);
        let last = last.max_by_key(|(at, _)| *at);
        let until = last.map_or(now + UNNAMED_QUOTA_REST, |(at, _)| at).min(now + LONGEST_REST);
        let kind = last.map(|(_, kind)| kind).or_else(|| full.next_back().map(Window::kind));
        Some(Cooldown { until, cause: CooldownCause::Credits(kind) })
    }

    /// Remembers that the plan is used up, until two readings in a row say otherwise.
    pub(super) fn follow_plan(&mut self, now: SystemTime) {
        if let Some(rest) = self.beyond_plan_by_reading(None, now) {
            (self.plan_out, self.plan_readings) = (Some(rest), 0);
            return;
        }
        self.plan_readings += 1;
        if self.plan_readings >= READINGS_BEFORE_EARLY_RESET {
            self.plan_out = None;
        }
    }

    /// Whether upstream's latest word is that the limit is reached, and no window has
    /// started afresh since.
    fn is_at_limit(&self, usage: &Usage, now: SystemTime) -> bool {
        self.limit_reached && !usage.is_afresh(now)
    }

    /// Whether the plan of the profile could serve a request for a model, now or after
    /// trouble that passes.
    fn plan_can_serve(&self, model: Option<&str>, now: SystemTime) -> bool {
        let is_there = match self.standing_for(model, now) {
            Standing::Ready => true,
            Standing::Resting(rest) => rest.until <= now || rest.cause == CooldownCause::Trouble,
            Standing::NeedsSignIn | Standing::NotEntitled { .. } | Standing::Paused => false,
        };
        is_there
            && self.profile.kind == Kind::ChatGpt
            && !self.lacks_model(model, now)
            && self.beyond_plan(model, now).is_none()
    }
}

impl PoolState {
    /// Whether purchased credits of a profile may be used, instead of the common
    /// setting; none: the common one.
    pub fn set_use_credits(&mut self, id: ProfileId, consent: Option<UseCredits>) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.use_credits = consent;
        }
    }

    pub(super) fn consent(&self, entry: &Entry) -> UseCredits {
        entry.use_credits.unwrap_or(self.rules.use_credits)
    }

    /// Whether no profile beside `id` that may serve a request can do so within its plan.
    /// One with trouble that passes can.
    pub(super) fn other_plans_are_out(
        &self,
        id: ProfileId,
        terms: PaymentTerms<'_>,
        now: SystemTime,
    ) -> bool {
        let is_other = |it: &&Entry| it.profile.id != id && it.is_among(terms.allowed);
        !self.entries.values().filter(is_other).any(|it| it.plan_can_serve(terms.model, now))
    }

    pub(super) fn payment(
        &self,
        entry: &Entry,
        terms: PaymentTerms<'_>,
        now: SystemTime,
    ) -> Payment {
        let Some(rest) = entry.beyond_plan(terms.model, now) else { return Payment::Plan };
        let consent = self.consent(entry);
        let is_allowed = match consent {
            UseCredits::Never => false,
            UseCredits::WhenAllOut => self.other_plans_are_out(entry.profile.id, terms, now),
            UseCredits::Always => true,
        };
        if is_allowed { Payment::Credits(consent) } else { Payment::Withheld(rest) }
    }

    /// The end of the rest of a profile that must not be asked, because credits would pay
    /// and the user does not allow it.
    pub fn withheld(
        &self,
        id: ProfileId,
        terms: PaymentTerms<'_>,
        now: SystemTime,
    ) -> Option<Cooldown> {
        match self.payment(self.entries.get(&id)?, terms, now) {
            Payment::Withheld(rest) => Some(rest),
            Payment::Plan | Payment::Credits(_) => None,
        }
    }

    /// Whether a profile can take a request, credits considered.
    pub(super) fn standing_of(
        &self,
        entry: &Entry,
        terms: PaymentTerms<'_>,
        now: SystemTime,
    ) -> Standing {
        self.payment(entry, terms, now).standing(entry.standing_for(terms.model, now))
    }

    /// As selection sees a profile for a request.
    pub(super) fn candidate_of(
        &self,
        entry: &Entry,
        terms: PaymentTerms<'_>,
        now: SystemTime,
    ) -> Candidate {
        let payment = self.payment(entry, terms, now);
        payment.candidate(entry.candidate_for(terms.model, now))
    }

    /// Whether a reading says that the profile may be asked again: its plan serves, or
    /// credits do and the user allows them.
    pub(super) fn reading_serves(&self, id: ProfileId, usage: &Usage, now: SystemTime) -> bool {
        let may_spend =
            self.entries.get(&id).is_some_and(|it| self.consent(it) != UseCredits::Never);
        if may_spend { usage.has_capacity(now) } else { usage.plan_has_capacity(now) }
    }

    /// Why a request that is sent now would be paid with credits; none when the plan pays.
    pub(crate) fn spending_cause(
        &self,
        id: ProfileId,
        terms: PaymentTerms<'_>,
        now: SystemTime,
    ) -> Option<SpendingCause> {
        match self.payment(self.entries.get(&id)?, terms, now) {
            Payment::Credits(UseCredits::Always) => Some(SpendingCause::Always),
            Payment::Credits(_) => Some(SpendingCause::AllOut),
            Payment::Plan | Payment::Withheld(_) => None,
        }
    }

    /// A request is sent that is to be paid with credits.
    pub(crate) fn credits_will_pay(&mut self, id: ProfileId, cause: SpendingCause, at: SystemTime) {
        if let Some(entry) = self.entries.get_mut(&id) {
            let is_told = entry.spending.as_ref().is_some_and(Spending::is_by_consent);
            entry.paid = Some(Paid { at, cause, is_told });
            self.unsaved.insert(id);
        }
    }

    /// A profile answers such a request: tells the first one.
    pub(crate) fn credits_pay(
        &mut self,
        id: ProfileId,
        cause: SpendingCause,
        now: SystemTime,
    ) -> Option<Event> {
        let entry = self.entries.get_mut(&id)?;
        let was_told =
            entry.paid.as_mut().is_some_and(|paid| std::mem::replace(&mut paid.is_told, true));
        // The row that it was sent in may be over meanwhile: it took the last credit.
        let ends_row = was_told && !entry.is_beyond_plan(now);
        if ends_row || entry.spending.as_ref().is_some_and(Spending::is_by_consent) {
            return None;
        }
        let balance_before = entry.usage.as_ref()?.credits.as_ref()?.balance.clone();
        self.spends(id, Spending { since: now, cause, balance_before })
    }

    /// The first reading since a start may show what a turn took that was under way when the
    /// process before ended. Where the user lets credits pay, such a turn may have been sent.
    pub(super) fn presume_paid(&mut self, id: ProfileId, now: SystemTime) {
        let Some(consent) = self.entries.get(&id).map(|entry| self.consent(entry)) else { return };
        let cause = match consent {
            UseCredits::Never => None,
            UseCredits::WhenAllOut => Some(SpendingCause::AllOut),
            UseCredits::Always => Some(SpendingCause::Always),
        };
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let is_first = std::mem::take(&mut entry.is_restored);
        if let Some(cause) = cause.filter(|_| is_first && entry.paid.is_none()) {
            entry.paid = Some(Paid { at: now, cause, is_told: false });
        }
    }

    /// Tells a balance that fell, as far as that is news. `ends_row`: with this reading a row is
    /// over that was told.
    pub(super) fn compare_balance(
        &mut self,
        id: ProfileId,
        before: Option<&Usage>,
        ends_row: bool,
        now: SystemTime,
    ) -> Option<Event> {
        let entry = self.entries.get_mut(&id)?;
        let after = entry.usage.as_ref()?.credits.as_ref()?.amount()?;
        let (read_at, before) = (before?.read_at, before?.credits.as_ref()?);
        // By a turn since the former reading, or one that may still have run then.
        let is_since = |at| read_at.duration_since(at).map_or(true, |age| age < PAID_LATELY);
        let paid = entry.paid.filter(|paid| is_since(paid.at));
        let is_known = ends_row || entry.spending.is_some();
        if is_known || paid.is_some_and(|paid| paid.is_told) || after >= before.amount()? {
            return None;
        }
        let balance_before = before.balance.clone();
        let cause = paid.map_or(SpendingCause::NotByConsent, |paid| paid.cause);
        if let Some(paid) = &mut entry.paid {
            paid.is_told |= cause != SpendingCause::NotByConsent;
        }
        self.spends(id, Spending { since: now, cause, balance_before })
    }

    pub(super) fn spends(&mut self, id: ProfileId, spending: Spending) -> Option<Event> {
        let entry = self.entries.get_mut(&id)?;
        let cause = spending.cause;
        entry.spending = Some(spending);
        self.unsaved.insert(id);
        let balance =
            entry.usage.as_ref().and_then(|usage| usage.credits.as_ref()?.balance.clone());
        Some(Event::CreditsSpent { profile: id, cause, balance })
    }

    /// Whether credits of a profile have stopped to pay, by what is known.
    pub(super) fn row_is_over(&self, id: ProfileId, now: SystemTime) -> bool {
        self.entries.get(&id).is_some_and(|entry| !entry.is_beyond_plan(now))
    }

    /// Profiles that must not be asked because of credits, and those that may be again;
    /// ends the spending of those whose plan serves again.
    pub(super) fn review_credits(&mut self, now: SystemTime) -> Vec<Event> {
        let mut events = Vec::new();
        let ids: Vec<_> = self.entries.keys().copied().collect();
        for id in ids {
            let Some(entry) = self.entries.get(&id) else { continue };
            let standing = self.standing_of(entry, PaymentTerms::ANY, now);
            let withheld = match standing {
                Standing::Resting(rest) if matches!(rest.cause, CooldownCause::Credits(_)) => {
                    Some(rest)
                }
                _ => None,
            };
            let is_ready = standing == Standing::Ready;
            // Also by the reading itself: the balance of a row is known when it is over.
            let read_at = entry.usage.as_ref().map_or(now, |usage| usage.read_at);
            let is_within_plan = !entry.is_beyond_plan(now) && !entry.is_beyond_plan(read_at);
            let Some(entry) = self.entries.get_mut(&id) else { continue };
            let was_withheld = std::mem::replace(&mut entry.withheld, withheld).is_some();
            match withheld {
                Some(rest) if !was_withheld => events.push(Event::Rested { profile: id, rest }),
                None if was_withheld && is_ready => events.push(Event::Recovered { profile: id }),
                _ => {}
            }
            let is_over = |spending: &mut Spending| match spending.cause {
                SpendingCause::NotByConsent => {
                    !now.duration_since(spending.since).is_ok_and(|age| age < FALL_REMEMBERED)
                }
                SpendingCause::AllOut | SpendingCause::Always => is_within_plan,
            };
            if entry.spending.take_if(is_over).is_some() {
                self.unsaved.insert(id);
            }
        }
        events
    }

    /// When a rest because of credits ends next.
    pub(super) fn credits_rest_ends(&self, now: SystemTime) -> Option<SystemTime> {
        let withheld = self.entries.values().filter(|it| it.withheld.is_some());
        let of_plans = withheld.filter_map(|it| it.beyond_plan(None, now));
        // A limit of a model of its own keeps only turns for that model from the credits.
        let of_limits = self.entries.values().flat_map(|it| it.limits_beyond_plan(now));
        of_plans.chain(of_limits).map(|rest| rest.until).min()
    }

    /// Credits of a profile as others see them.
    pub(super) fn credits_standing(&self, entry: &Entry, payment: Payment) -> CreditsStanding {
        CreditsStanding {
            consent: self.consent(entry),
            own_consent: entry.use_credits,
            payment,
            spending: entry.spending.clone(),
        }
    }
}
