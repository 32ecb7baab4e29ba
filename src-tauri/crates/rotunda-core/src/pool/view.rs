//! The pool as others see it: what the tray, the window and the command line
//! show of it.

use std::{sync::Arc, time::SystemTime};

use super::{CreditsStanding, Entry, Payment, PoolState};
use crate::{
    affinity::Affinity,
    choice::{Candidate, Choice, in_order, is_last_resort, select},
    profile::{PaymentTerms, PoolProfile, ProfileId, Standing, Usage},
    quota::ModelLimit,
    reset_credits::BankedResets,
};

/// A profile as others see it.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, PartialEq)]
pub struct PoolProfileView {
    /// Its place.
    pub profile: PoolProfile,
    /// Whether it can take work.
    pub standing: Standing,
    /// Quota as last reported.
    pub usage: Option<Arc<Usage>>,
    /// Upstream's latest word is that its requests are refused.
    pub is_refused: bool,
    /// Limits beside Codex's own, each of one model.
    pub model_limits: Vec<Arc<ModelLimit>>,
    /// Place in the order in which new conversations would take them, from 0,
    /// were all of them ready.
    pub place: usize,
    /// The user's own order has no say: it comes after the others as an API
    /// key, on purchased credits, as Codex's own sign-in, or with no more than its reserve.
    pub is_last_resort: bool,
    /// The user lets it serve: the pool is not pinned to another profile, and it is no
    /// API key that must not be used.
    pub may_serve: bool,
    /// New work goes there.
    pub in_use: bool,
    /// The user pinned Codex to it.
    pub pinned: bool,
    /// Requests running on it now.
    pub in_flight: u32,
    /// Of them, those whose answers are late.
    pub late: u32,
    /// The user's own reserve for it, in percent.
    pub reserve_percent: Option<f64>,
    /// Purchased credits, as far as they decide who serves.
    pub credits: CreditsStanding,
    /// Banked resets; none when nothing is known of them.
    pub banked_resets: Option<BankedResets>,
}

/// The pool as others see it.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolView {
    /// Served the latest request, or would serve the next one.
    pub serving: Option<ProfileId>,
    /// Would serve a new conversation now: by the user's choice, else by the rules. None
    /// when no profile is ready.
    pub next: Option<ProfileId>,
    /// The user pinned Codex to it.
    pub pinned: Option<ProfileId>,
    /// Every profile rests until then.
    pub exhausted_until: Option<SystemTime>,
    /// Requests that wait for a profile to come back.
    pub waiting: u32,
    /// Turns that ended in an error although a profile that was ready had not
    /// been tried, since the router's start: a defect of the router.
    pub missed: u64,
    /// Every profile, in the user's order.
    pub profiles: Vec<PoolProfileView>,
}

impl PoolState {
    /// Each profile, and whether it can take work.
    pub fn standings(&self) -> impl Iterator<Item = (ProfileId, Standing)> {
        self.entries.iter().map(|(id, entry)| (*id, entry.standing()))
    }

    /// The pool as others see it.
    pub fn view(&self, now: SystemTime) -> PoolView {
        let look = |entry| {
            let payment = self.payment(entry, PaymentTerms::ANY, now);
            let candidate = payment.candidate(entry.candidate_for(None, now));
            Looked { entry, payment, candidate }
        };
        let mut looked: Vec<_> = self.entries.values().map(look).collect();
        let candidates: Vec<_> = looked.iter().map(|it| it.candidate).collect();
        let ready = |id: &ProfileId| {
            let is_ready = |it: &Candidate| it.id == *id && it.standing == Standing::Ready;
            candidates.iter().any(is_ready)
        };
        let of_plans = looked.iter().filter(|it| it.entry.is_among(None));
        let mut open: Vec<_> = of_plans.map(|it| it.candidate).collect();
        let by_rules = select(&open, Affinity::Free, &self.rules, now);
        let serving = self.pinned.or(self.serving).filter(ready).or(match by_rules {
            Choice::Use(id) => Some(id),
            Choice::Wait(_) | Choice::Busy | Choice::Nobody => None,
        });
        let order = in_order(&candidates, &self.rules);
        looked.sort_by_key(|it| (it.entry.profile.rank, it.entry.profile.id));
        let status = |it: &Looked<'_>| self.profile_view(it, &order, serving, now);
        let profiles = looked.iter().map(status).collect();
        let exhausted_until = match by_rules {
            Choice::Wait(until) => Some(until),
            Choice::Use(_) | Choice::Busy | Choice::Nobody => None,
        };
        let (pinned, waiting, missed) = (self.pinned, self.waiting, self.missed);
        open.retain(|it| pinned.is_none_or(|pin| pin == it.id));
        let next = match self.choose_of(&open, Affinity::Free, now).choice {
            Choice::Use(id) => Some(id).filter(ready),
            Choice::Wait(_) | Choice::Busy | Choice::Nobody => None,
        };
        PoolView { serving, next, pinned, exhausted_until, waiting, missed, profiles }
    }

    fn profile_view(
        &self,
        Looked { entry, payment, candidate }: &Looked<'_>,
        order: &[ProfileId],
        serving: Option<ProfileId>,
        now: SystemTime,
    ) -> PoolProfileView {
        let id = entry.profile.id;
        let limits = entry.model_limits.iter().map(|known| Arc::clone(&known.model_limit));
        PoolProfileView {
            profile: entry.profile.clone(),
            standing: candidate.standing,
            usage: entry.usage.clone(),
            is_refused: entry.is_disallowed,
            model_limits: limits.collect(),
            place: order.iter().position(|it| *it == id).unwrap_or_default(),
            is_last_resort: is_last_resort(candidate, &self.rules),
            may_serve: self.may_serve(entry),
            in_use: serving == Some(id),
            pinned: self.pinned == Some(id),
            in_flight: entry.in_flight,
            late: entry.silence.late(),
            reserve_percent: entry.reserve,
            credits: self.credits_standing(entry, *payment),
            banked_resets: entry.banked.clone().map(|banked| banked.at(now)),
        }
    }
}

/// A profile, looked at once for one view.
struct Looked<'a> {
    entry: &'a Entry,
    payment: Payment,
    candidate: Candidate,
}
