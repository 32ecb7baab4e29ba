//! Which banked reset is redeemed without a question, by the user's rule for when all
//! profiles are out.

use std::time::{Duration, SystemTime};

use crate::{
    pool::{PoolProfileView, PoolView},
    profile::{Kind, ProfileId, Standing},
    redemption::Decision,
    reset_credits::BankedReset,
};

/// When a reset may be redeemed without a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AutomaticRule {
    /// Only when the next profile is back later than in this time.
    pub farther_than: Duration,
}

/// The one that is to be redeemed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Whose.
    pub profile: ProfileId,
    /// Which.
    pub reset: BankedReset,
}

/// Which reset is redeemed without a question: the first to expire, of a profile that is
/// out of quota, while all profiles are out for longer than the rule says. None when one
/// profile may serve before, or when no details are known: what cannot be named is not
/// redeemed unasked.
pub fn automatic(view: &PoolView, rule: AutomaticRule, now: SystemTime) -> Option<Candidate> {
    let back = view.exhausted_until?;
    if back.duration_since(now).is_ok_and(|wait| wait <= rule.farther_than) || back <= now {
        return None;
    }
    let is_out = |status: &&PoolProfileView| match status.standing {
        Standing::Resting(rest) => rest.cause.is_quota() && rest.until > now,
        _ => false,
    };
    let may_serve = |status: &&PoolProfileView| {
        status.may_serve && status.profile.kind == Kind::ChatGpt && is_out(status)
    };
    let candidates = view.profiles.iter().filter(may_serve).filter_map(|status| {
        let banked = status.banked_resets.clone()?.at(now);
        let reset = banked.first().filter(|_| banked.count > 0)?.clone();
        Some(Candidate { profile: status.profile.id, reset })
    });
    candidates.min_by_key(|it| (it.reset.expires_at.is_none(), it.reset.expires_at, it.profile))
}

/// Whether a decision of the rule still holds, after something was waited for: the rule may be
/// off by then, and a profile may serve. `rule`: as it is now.
pub fn still_holds(
    decision: &Decision,
    rule: Option<AutomaticRule>,
    view: &PoolView,
    now: SystemTime,
) -> bool {
    let candidate = rule.and_then(|rule| automatic(view, rule, now));
    candidate.is_some_and(|it| {
        it.profile == decision.profile && Some(&it.reset.id) == decision.reset.as_ref()
    })
}

#[cfg(test)]
#[path = "automatic_reset_tests.rs"]
mod tests;
