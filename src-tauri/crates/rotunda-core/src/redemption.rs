//! One banked reset that is redeemed: the question, the one request, and what is known of
//! it afterwards. Everything here is decided without IO; the rules are in
//! `docs/decisions/071-redeeming-a-reset.md`.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use crate::{
    profile::{ProfileId, Usage},
    reset_credits::{BankedResets, Redeemed, Trace, took_effect, trace_of},
};

/// A question is answered within this time.
pub const LONGEST_QUESTION: Duration = Duration::from_secs(10 * 60);
/// A reading may be this old when the request goes out.
pub const OLDEST_READING: Duration = Duration::from_secs(60);
/// An effect that has not shown by then is reported as missing.
const LONGEST_AWAITED: Duration = Duration::from_secs(30 * 60);
/// A request whose reset is still there after this time did not arrive: upstream ends a
/// request long before.
const LONGEST_UNCLEAR: Duration = Duration::from_secs(10 * 60);
/// One that cannot be looked at is given up after this time.
const LONGEST_OPEN: Duration = Duration::from_secs(24 * 3600);
/// Turns that found no profile are a reason to redeem for so long.
const DEMAND: Duration = Duration::from_secs(10 * 60);
/// Between two resets that are redeemed without a question.
const AUTOMATIC_PAUSE: Duration = Duration::from_secs(3600);

/// A decision to redeem a banked reset, as it is written down before its request goes out.
#[derive(Debug, Clone, PartialEq)]
pub struct Redemption {
    /// The number of its request, which upstream knows it by.
    pub number: String,
    /// Whose reset.
    pub profile: ProfileId,
    /// Upstream's id of it; none leaves the choice to upstream.
    pub reset: Option<String>,
    /// When it expires, as far as that was known: afterwards its absence says nothing.
    pub expires_at: Option<SystemTime>,
    /// How many the profile had.
    pub count_before: u32,
    /// Its quota before.
    pub usage_before: Option<Usage>,
    /// Who decided.
    pub cause: RedemptionCause,
    /// When.
    pub decided_at: SystemTime,
    /// How far it is.
    pub state: RedemptionState,
}

/// Who decided to redeem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedemptionCause {
    /// The user, asked.
    Asked,
    /// The user's rule for when all profiles are out.
    Automatic,
}

/// How far a redemption is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedemptionState {
    /// The request goes out, or went out without a clear answer.
    Sent,
    /// Upstream carried it out, and the quota does not show it yet.
    Accepted,
    /// The quota shows it.
    Done,
    /// Nothing was redeemed.
    Untouched,
}

impl RedemptionState {
    /// Whether something is still to come.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Sent | Self::Accepted)
    }
}

/// What was asked, until it is answered.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Whose reset.
    pub profile: ProfileId,
    /// Which.
    pub reset: Option<String>,
    /// All of them.
    pub banked: BankedResets,
    /// The quota that would be emptied.
    pub usage: Usage,
    /// When it was asked.
    pub asked_at: SystemTime,
    /// Requests for resets of the profile that had begun before it was looked at.
    pub round: u64,
}

impl Decision {
    /// The same with a reading of now; none when it would be another decision.
    pub fn read_anew(self, usage: Usage, banked: BankedResets) -> Option<Self> {
        let is_there = self.reset.as_deref().is_none_or(|id| banked.has(id) != Some(false));
        let is_same = is_there && banked.count == self.banked.count;
        is_same.then_some(Self { banked, usage, ..self })
    }

    /// When the reset expires; where upstream chooses, that of the first to expire.
    fn expires_at(&self) -> Option<SystemTime> {
        let mut resets = self.banked.resets.iter().flatten();
        let wanted = self.reset.as_deref();
        resets.find(|it| wanted.is_none_or(|id| it.id == id))?.expires_at
    }

    /// What is written down of it.
    pub fn redemption(
        self,
        number: String,
        cause: RedemptionCause,
        decided_at: SystemTime,
    ) -> Redemption {
        let expires_at = self.expires_at();
        Redemption {
            number,
            profile: self.profile,
            reset: self.reset,
            expires_at,
            count_before: self.banked.count,
            usage_before: Some(self.usage),
            cause,
            decided_at,
            state: RedemptionState::Sent,
        }
    }
}

/// A question that was asked.
#[derive(Debug)]
struct PendingQuestion {
    profile: ProfileId,
    at: SystemTime,
    /// None once it was named.
    decision: Option<Decision>,
}

/// A decision, when it is named.
#[derive(Debug)]
pub enum Named {
    /// For the first time.
    Now(Decision),
    /// Before, and of which profile.
    Before(ProfileId),
    /// No question was asked about it, or long ago.
    Unknown,
}

/// What was asked, and how many requests went out.
#[derive(Debug, Default)]
pub struct Questions {
    /// By the numbers of their decisions.
    pending: BTreeMap<String, PendingQuestion>,
    /// Requests that have begun, by profile. A question from before one is not answered by
    /// another: two questions at once are not two resets.
    rounds: BTreeMap<ProfileId, u64>,
}

impl Questions {
    /// A question was asked.
    pub fn remember(&mut self, number: String, decision: Decision, now: SystemTime) {
        self.pending.retain(|_, it| !is_older(it.at, LONGEST_QUESTION, now));
        let (profile, at) = (decision.profile, decision.asked_at);
        let decision = Some(decision);
        self.pending.insert(number, PendingQuestion { profile, at, decision });
    }

    /// The decision of a number, once.
    pub fn name(&mut self, number: &str) -> Named {
        match self.pending.get_mut(number) {
            Some(known) => known.decision.take().map_or(Named::Before(known.profile), Named::Now),
            None => Named::Unknown,
        }
    }

    /// Requests for resets of a profile that have begun.
    pub fn round(&self, id: ProfileId) -> u64 {
        self.rounds.get(&id).copied().unwrap_or_default()
    }

    /// A request for a reset of a profile begins.
    pub fn begin(&mut self, id: ProfileId) {
        *self.rounds.entry(id).or_default() += 1;
    }
}

/// What an answer means for its redemption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// It was carried out.
    Accepted,
    /// Whether it was carried out is not known.
    Unclear,
    /// Nothing was redeemed.
    Nothing,
}

/// Reads an answer; none when upstream was not asked. `is_new`: it is the first request of
/// its number. An earlier one may have been carried out, so that a refusal of a later one
/// says nothing about it.
pub const fn meaning(answer: Option<&Redeemed>, is_new: bool) -> Meaning {
    match answer {
        Some(Redeemed::Reset | Redeemed::Already) => Meaning::Accepted,
        Some(Redeemed::Unclear) => Meaning::Unclear,
        Some(Redeemed::NothingToReset | Redeemed::NoReset | Redeemed::Refused { .. }) | None => {
            if is_new {
                Meaning::Nothing
            } else {
                Meaning::Unclear
            }
        }
    }
}

/// What a look at an open redemption finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// Nothing new.
    Open,
    /// The quota shows it.
    Done,
    /// The quota does not show what upstream said, and is looked at no longer.
    NotShown,
    /// Whether it was carried out does not come out.
    NeverClear,
    /// The request did not arrive.
    Untouched,
}

impl Redemption {
    /// Looks at it again, with what was read of its profile for this look; none of it when
    /// that failed.
    pub fn finding(
        &self,
        usage: Option<&Usage>,
        banked: Option<&BankedResets>,
        now: SystemTime,
    ) -> Finding {
        let is_older_than = |age| is_older(self.decided_at, age, now);
        if self.state == RedemptionState::Accepted {
            return match usage {
                Some(usage) if self.shows_in(usage, now) => Finding::Done,
                _ if is_older_than(LONGEST_AWAITED) => Finding::NotShown,
                _ => Finding::Open,
            };
        }
        let trace = banked.map_or(Trace::Unknown, |banked| {
            trace_of(self.reset.as_deref(), self.count_before, banked)
        });
        let trace = if trace == Trace::Redeemed && self.may_have_expired(now) {
            Trace::Unknown
        } else {
            trace
        };
        match trace {
            // What is gone may have been taken away: the quota has to show it, too.
            Trace::Redeemed if usage.is_some_and(|usage| self.shows_in(usage, now)) => {
                Finding::Done
            }
            // By a clock that was set back the request may still be on its way.
            Trace::Untouched if self.decided_at <= now && is_older_than(LONGEST_UNCLEAR) => {
                Finding::Untouched
            }
            Trace::Redeemed | Trace::Unknown
                if banked.is_some() && is_older_than(LONGEST_AWAITED) =>
            {
                Finding::NeverClear
            }
            _ if is_older_than(LONGEST_OPEN) => Finding::NeverClear,
            Trace::Redeemed | Trace::Untouched | Trace::Unknown => Finding::Open,
        }
    }

    /// Whether the reset can be gone without having been redeemed. Of a time before the
    /// decision, by a clock that was set back, nothing is known.
    fn may_have_expired(&self, now: SystemTime) -> bool {
        self.expires_at.is_some_and(|at| at <= now || now < self.decided_at)
    }

    /// Whether a quota shows its effect.
    pub fn shows_in(&self, usage: &Usage, now: SystemTime) -> bool {
        self.usage_before.as_ref().is_some_and(|before| took_effect(before, usage, now))
    }
}

/// When a reset was last redeemed without a question. One from the future is of a clock
/// that was set, and hides no other.
pub fn latest_unasked(known: &[Redemption], now: SystemTime) -> Option<SystemTime> {
    let unasked = known.iter().filter(|it| it.cause == RedemptionCause::Automatic);
    unasked.map(|it| it.decided_at).filter(|at| *at <= now).max()
}

/// Whether a reset may be redeemed without a question, by those that were: none is open, and
/// the latest of them was some time ago. `latest`: when one was, also of a profile that is
/// not known any more.
pub fn may_be_unasked(known: &[Redemption], latest: Option<SystemTime>, now: SystemTime) -> bool {
    let mut times = [latest_unasked(known, now), latest].into_iter().flatten();
    let is_recent = times.any(|at| !is_older(at, AUTOMATIC_PAUSE, now));
    !is_recent && !known.iter().any(|it| it.state.is_open())
}

/// Whether a turn that found no profile then is a reason to redeem now: a reset that no turn
/// needs is not used up at night.
pub fn is_demand(missed_at: SystemTime, now: SystemTime) -> bool {
    !is_older(missed_at, DEMAND, now)
}

/// Whether something is older than this, or from the future: the clock was set.
pub fn is_older(than: SystemTime, age: Duration, now: SystemTime) -> bool {
    now.duration_since(than).map_or(true, |it| it > age)
}

#[cfg(test)]
#[path = "redemption_tests.rs"]
mod tests;
