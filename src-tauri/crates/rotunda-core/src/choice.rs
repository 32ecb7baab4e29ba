//! Which profile serves the next attempt.

use std::time::{Duration, SystemTime};

use crate::{
    affinity::Affinity,
    profile::{CooldownCause, Kind, ProfileId, Standing, UseCredits},
};

/// A profile without entitlement is tried again at least this often.
pub(crate) const LONGEST_ENTITLEMENT_PAUSE: Duration = Duration::from_secs(60 * 60);

/// How new conversations are spread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Policy {
    /// First what would be wasted: the nearest weekly reset with something left.
    #[default]
    ResetsFirst,
    /// First the one with the most left.
    MostLeft,
    /// In the user's own order.
    MyOrder,
}

/// What the user decided about choosing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// How new conversations are spread.
    pub policy: Policy,
    /// A profile with this much or less left, in percent, is used only when no
    /// other is ready.
    pub reserve_percent: f64,
    /// Whether API keys, which cost money per token, may serve when every plan
    /// is out.
    pub use_api_keys: bool,
    /// Whether purchased credits of a plan may pay, where a profile has no setting of
    /// its own.
    pub use_credits: UseCredits,
    /// Requests at once on one profile before others are preferred.
    pub soft_cap: u32,
    /// Requests at once on one profile that only its own chains may exceed.
    pub hard_cap: u32,
}

impl Rules {
    /// What a profile keeps in reserve: its own share, or the common one.
    pub fn reserve_of(&self, own: Option<f64>) -> f64 {
        own.unwrap_or(self.reserve_percent)
    }

    /// Whether a profile that is paid like this may serve. Which requests may go to another
    /// provider is decided before the choice.
    pub const fn allow(&self, kind: Kind) -> bool {
        match kind {
            Kind::ChatGpt | Kind::Provider => true,
            Kind::ApiKey => self.use_api_keys,
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            reserve_percent: 3.0,
            use_api_keys: false,
            use_credits: UseCredits::Never,
            soft_cap: 8,
            hard_cap: 32,
        }
    }
}

/// What selection needs to know about a profile, and no more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Who.
    pub id: ProfileId,
    /// How it is paid for.
    pub kind: Kind,
    /// Whether it can take work. One that would spend credits without consent rests
    /// with [`CooldownCause::Credits`].
    pub standing: Standing,
    /// Purchased credits would pay for the request, and the user allows it like this;
    /// none: its plan serves.
    pub on_credits: Option<UseCredits>,
    /// Left of its tightest window, in percent; 100 when unknown.
    pub left: f64,
    /// When its week starts afresh, if known.
    pub week_resets_at: Option<SystemTime>,
    /// Requests running on it now.
    pub in_flight: u32,
    /// Place in the user's own order.
    pub rank: u32,
    /// Codex itself is signed in with this account: used last.
    pub own_sign_in: bool,
    /// The user's own reserve for this profile, in percent, instead of the
    /// common one.
    pub reserve_percent: Option<f64>,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Send it here.
    Use(ProfileId),
    /// No profile is ready before this time.
    Wait(SystemTime),
    /// Profiles are ready, but each has as many requests as it may have.
    Busy,
    /// No profile will be ready without the user.
    Nobody,
}

/// Picks a profile by affinity first, then by the user's rules.
///
/// Only evidence from upstream rests a profile: a local reading of 100 % puts
/// it last, it never refuses a request.
pub fn select(
    candidates: &[Candidate],
    affinity: Affinity,
    rules: &Rules,
    now: SystemTime,
) -> Choice {
    let find = |id| candidates.iter().find(|candidate| candidate.id == id);
    match affinity {
        Affinity::Lost => return Choice::Nobody,
        // A resting holder is still tried: no other profile can answer. One that
        // would spend credits without consent is not.
        Affinity::Pinned(id) | Affinity::Unowned(Some(id)) => {
            return match find(id).map(|candidate| candidate.standing) {
                Some(Standing::Resting(rest))
                    if matches!(rest.cause, CooldownCause::Credits(_)) =>
                {
                    Choice::Wait(rest.until)
                }
                Some(Standing::Ready | Standing::Resting(_)) => Choice::Use(id),
                _ => Choice::Nobody,
            };
        }
        Affinity::Sticky(id) if find(id).is_some_and(|it| is_ready(it, now)) => {
            return Choice::Use(id);
        }
        _ => {}
    }
    let allowed = |candidate: &Candidate| rules.allow(candidate.kind);
    let usable = candidates.iter().filter(|it| is_ready(it, now) && allowed(it));
    let free = usable.clone().filter(|candidate| candidate.in_flight < rules.hard_cap);
    let best = free.min_by(|a, b| compare(a, b, affinity, rules));
    match best {
        Some(best) => Choice::Use(best.id),
        None if usable.clone().next().is_some() => Choice::Busy,
        None => soonest(candidates, rules).map_or(Choice::Nobody, Choice::Wait),
    }
}

fn is_ready(candidate: &Candidate, now: SystemTime) -> bool {
    match candidate.standing {
        Standing::Ready => true,
        Standing::Resting(rest) => rest.until <= now,
        Standing::NotEntitled { ask_at } => is_due(ask_at, now) && candidate.in_flight == 0,
        Standing::NeedsSignIn | Standing::Paused => false,
    }
}

/// Whether a profile without entitlement is tried again. A time that lies
/// further ahead than any pause comes from a clock that was set back.
fn is_due(ask_at: SystemTime, now: SystemTime) -> bool {
    ask_at <= now || ask_at > now + LONGEST_ENTITLEMENT_PAUSE
}

/// Which profile is tried when none is ready and none will be by itself: the
/// best of those without entitlement, in case that has changed.
pub(crate) fn last_resort(
    candidates: &[Candidate],
    affinity: Affinity,
    rules: &Rules,
) -> Option<ProfileId> {
    if affinity.is_hard() || affinity == Affinity::Lost {
        return None;
    }
    let is_denied = |it: &&Candidate| matches!(it.standing, Standing::NotEntitled { .. });
    let allowed = |it: &&Candidate| rules.allow(it.kind);
    let denied = candidates.iter().filter(is_denied).filter(allowed);
    denied.min_by(|a, b| compare(a, b, affinity, rules)).map(|candidate| candidate.id)
}

fn soonest(candidates: &[Candidate], rules: &Rules) -> Option<SystemTime> {
    let allowed = |candidate: &&Candidate| rules.allow(candidate.kind);
    let until = |candidate: &Candidate| match candidate.standing {
        Standing::Resting(rest) => Some(rest.until),
        _ => None,
    };
    candidates.iter().filter(allowed).filter_map(until).min()
}

/// Every candidate in the order in which new conversations would take them,
/// were all of them ready.
pub fn in_order(candidates: &[Candidate], rules: &Rules) -> Vec<ProfileId> {
    let mut order: Vec<_> = candidates.iter().collect();
    order.sort_by(|a, b| compare(a, b, Affinity::Free, rules));
    order.into_iter().map(|candidate| candidate.id).collect()
}

/// Whether a candidate comes after the others whatever the policy: as an API
/// key, on purchased credits, as Codex's own sign-in, or with no more than its reserve.
pub fn is_last_resort(candidate: &Candidate, rules: &Rules) -> bool {
    tier(candidate, None, rules) > 0
}

/// Smaller serves first; the policy decides only within one.
fn tier(it: &Candidate, preferred: Option<ProfileId>, rules: &Rules) -> u8 {
    match it.kind {
        Kind::ApiKey => 4,
        Kind::Provider => 5,
        // A conversation stays where it is when the user always allows credits.
        Kind::ChatGpt if it.on_credits == Some(UseCredits::Always) && preferred == Some(it.id) => 0,
        Kind::ChatGpt if it.on_credits.is_some() => 3,
        Kind::ChatGpt if it.left <= rules.reserve_of(it.reserve_percent) => 2,
        // A conversation stays where it is, also on Codex's own sign-in.
        Kind::ChatGpt if it.own_sign_in && preferred != Some(it.id) => 1,
        Kind::ChatGpt => 0,
    }
}

/// Smaller serves first.
fn compare(a: &Candidate, b: &Candidate, affinity: Affinity, rules: &Rules) -> std::cmp::Ordering {
    let preferred = match affinity {
        Affinity::Prefer(id) => Some(id),
        _ => None,
    };
    let tier = |it: &Candidate| tier(it, preferred, rules);
    let crowded = |it: &Candidate| it.in_flight >= rules.soft_cap;
    let first = (tier(a), crowded(a), preferred != Some(a.id));
    first.cmp(&(tier(b), crowded(b), preferred != Some(b.id))).then_with(|| {
        let by_policy = match rules.policy {
            Policy::ResetsFirst => match (a.week_resets_at, b.week_resets_at) {
                (Some(a), Some(b)) => a.cmp(&b),
                (a, b) => b.is_some().cmp(&a.is_some()),
            },
            Policy::MostLeft => b.left.total_cmp(&a.left),
            Policy::MyOrder => std::cmp::Ordering::Equal,
        };
        let in_flight = match rules.policy {
            Policy::MyOrder => std::cmp::Ordering::Equal,
            Policy::ResetsFirst | Policy::MostLeft => a.in_flight.cmp(&b.in_flight),
        };
        by_policy.then(in_flight).then((a.rank, a.id).cmp(&(b.rank, b.id)))
    })
}

#[cfg(test)]
#[path = "choice_tests.rs"]
mod tests;
