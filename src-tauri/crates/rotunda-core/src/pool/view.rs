//! The pool as others see it: what the tray, the window and the command line
//! show of it.

use std::time::SystemTime;

use super::{CreditsStanding, Entry, PoolState};
use crate::{
    affinity::Affinity,
    choice::{Choice, in_order, is_last_resort, select},
    profile::{PoolProfile, ProfileId, Standing, Usage},
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
    pub usage: Option<Usage>,
    /// Upstream's latest word is that its requests are refused.
    pub is_refused: bool,
    /// Limits beside Codex's own, each of one model.
    pub model_limits: Vec<ModelLimit>,
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
        let ready = |id: &ProfileId| {
            let standing = |entry| self.standing_of(entry, None, now);
            self.entries.get(id).map(standing) == Some(Standing::Ready)
        };
        let candidates: Vec<_> =
            self.entries.values().map(|entry| self.candidate_of(entry, None, now)).collect();
        let by_rules = select(&candidates, Affinity::Free, &self.rules, now);
        let serving = self.pinned.or(self.serving).filter(ready).or(match by_rules {
            Choice::Use(id) => Some(id),
            Choice::Wait(_) | Choice::Busy | Choice::Nobody => None,
        });
        let order = in_order(&candidates, &self.rules);
        let mut entries: Vec<_> = self.entries.values().collect();
        entries.sort_by_key(|entry| (entry.profile.rank, entry.profile.id));
        let place =
            |entry: &Entry| order.iter().position(|id| *id == entry.profile.id).unwrap_or_default();
        let status = |entry: &Entry| self.profile_view(entry, place(entry), serving, now);
        let profiles = entries.into_iter().map(status).collect();
        let exhausted_until = match by_rules {
            Choice::Wait(until) => Some(until),
            Choice::Use(_) | Choice::Busy | Choice::Nobody => None,
        };
        let (pinned, waiting, missed) = (self.pinned, self.waiting, self.missed);
        let next = match self.choose_tied(Affinity::Free, None, &[], now).choice {
            Choice::Use(id) => Some(id).filter(ready),
            Choice::Wait(_) | Choice::Busy | Choice::Nobody => None,
        };
        PoolView { serving, next, pinned, exhausted_until, waiting, missed, profiles }
    }

    fn profile_view(
        &self,
        entry: &Entry,
        place: usize,
        serving: Option<ProfileId>,
        now: SystemTime,
    ) -> PoolProfileView {
        let id = Some(entry.profile.id);
        PoolProfileView {
            profile: entry.profile.clone(),
            standing: self.standing_of(entry, None, now),
            usage: entry.usage.clone(),
            is_refused: entry.is_disallowed,
            model_limits: entry
                .model_limits
                .iter()
                .map(|known| known.model_limit.clone())
                .collect(),
            place,
            is_last_resort: is_last_resort(&self.candidate_of(entry, None, now), &self.rules),
            may_serve: self.may_serve(entry),
            in_use: serving == id,
            pinned: self.pinned == id,
            in_flight: entry.in_flight,
            reserve_percent: entry.reserve,
            credits: self.credits_standing(entry, now),
            banked_resets: entry.banked.clone().map(|banked| banked.at(now)),
        }
    }
}
