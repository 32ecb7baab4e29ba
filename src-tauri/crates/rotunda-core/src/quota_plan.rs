//! When each profile's quota is read from the usage endpoint.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use crate::{
    pool::{Moment, PoolProfileView, PoolView},
    profile::{CooldownCause, Kind, ProfileId, Standing, Usage, UseCredits},
};

/// Between readings of a profile in use.
const IN_USE: Duration = Duration::from_secs(5 * 60);
/// Between readings of one that is not.
const IDLE: Duration = Duration::from_secs(30 * 60);
/// After a reading that contradicts a rest: the second one decides.
const SECOND_LOOK: Duration = Duration::from_secs(60);
/// After a failed reading; doubles up to [`IDLE`].
const AFTER_FAILURE: Duration = Duration::from_secs(60);
/// Between the first readings after a start, so that accounts are not read
/// all at once (lesson 32).
const STAGGER: Duration = Duration::from_secs(2);
/// After a known reset, to be past it on upstream's clock too.
const PAST_RESET: Duration = Duration::from_secs(5);
/// Longest sleep of the reader, in case profiles came or the machine slept.
const LONGEST_NAP: Duration = Duration::from_secs(60);

/// How often a profile's quota is read, in use or not.
pub const fn usage_refresh(in_use: bool) -> Duration {
    if in_use { IN_USE } else { IDLE }
}

/// What is known of the readings of one profile. Times are uptime.
#[derive(Debug, Clone, Default)]
struct Readings {
    next: Duration,
    /// When the latest one ended.
    ended: Duration,
    failures: u32,
    /// It served or serves since the latest reading.
    was_in_use: bool,
    /// Paths that refused a renewed token as well: no reading of them renews again
    /// before one succeeds. They may refuse what turns are served with.
    refused: BTreeSet<&'static str>,
}

/// When which profile is read.
#[derive(Debug, Default)]
pub struct QuotaPlan {
    readings: BTreeMap<ProfileId, Readings>,
}

impl QuotaPlan {
    /// Who is to be read now, in this order and one after another.
    pub fn due(&mut self, view: &PoolView, uptime: Duration) -> Vec<ProfileId> {
        let profiles: Vec<_> = view.profiles.iter().filter(|it| is_read(it)).collect();
        let is_read = |id: &ProfileId| profiles.iter().any(|it| it.profile.id == *id);
        self.readings.retain(|id, readings| {
            if !is_read(id) {
                // When it comes back it begins anew, but not at once after a failure.
                readings.next = readings.next.min(readings.ended + AFTER_FAILURE);
                readings.failures = 0;
            }
            is_read(id) || readings.next > uptime
        });
        for (place, profile) in (0..).zip(&profiles) {
            let first = Readings { next: uptime + STAGGER * place, ..Readings::default() };
            let readings = self.readings.entry(profile.profile.id).or_insert(first);
            readings.was_in_use |= profile.in_flight > 0 || profile.in_use;
        }
        let due = self.readings.iter().filter(|(_, readings)| readings.next <= uptime);
        due.map(|(id, _)| *id).filter(is_read).collect()
    }

    /// Whether a reading of `path` that is refused may renew the token.
    pub fn may_renew(&self, id: ProfileId, path: &str) -> bool {
        !self.readings.get(&id).is_some_and(|readings| readings.refused.contains(path))
    }

    /// Upstream answered a reading of `path`, and refused its token or not.
    pub fn answered(&mut self, id: ProfileId, path: &'static str, is_refused: bool) {
        let Some(readings) = self.readings.get_mut(&id) else { return };
        if is_refused {
            readings.refused.insert(path);
        } else {
            readings.refused.remove(path);
        }
    }

    /// A reading is over, and brought a report or not. `view` is what the pool knows now.
    pub fn ended(&mut self, id: ProfileId, has_report: bool, view: &PoolView, moment: Moment) {
        let Some(readings) = self.readings.get_mut(&id) else { return };
        readings.ended = moment.uptime;
        readings.failures = if has_report { 0 } else { readings.failures + 1 };
        readings.next = moment.uptime + readings.pause(id, view, moment);
        readings.was_in_use = false;
    }

    /// How long nothing is to be read.
    pub fn nap(&self, uptime: Duration) -> Duration {
        let next = self.readings.values().map(|readings| readings.next).min();
        next.map_or(LONGEST_NAP, |next| next.saturating_sub(uptime)).min(LONGEST_NAP)
    }

    /// All profiles are due: the user wants it, or what is known may be old.
    pub fn read_all(&mut self, uptime: Duration) {
        self.readings.values_mut().for_each(|readings| readings.next = uptime);
    }
}

impl Readings {
    /// How long until the profile is read again.
    fn pause(&self, id: ProfileId, view: &PoolView, moment: Moment) -> Duration {
        if self.failures > 0 {
            return IDLE.min(AFTER_FAILURE * 2u32.pow(self.failures.min(6) - 1));
        }
        let now = moment.now;
        let Some(profile) = view.profiles.iter().find(|it| it.profile.id == id) else {
            return IDLE;
        };
        let cause = match profile.standing {
            Standing::Resting(rest) => Some(rest.cause),
            _ => None,
        };
        let is_out = cause.is_some_and(CooldownCause::is_quota);
        // Credits end a refusal when they may pay; a rest because of them ends with the plan's.
        let may_pay = profile.credits.consent != UseCredits::Never
            && !matches!(cause, Some(CooldownCause::Credits(_)));
        let serves = |usage: &Usage| {
            if may_pay { usage.has_capacity(now) } else { usage.plan_has_capacity(now) }
        };
        let has_capacity = profile.usage.as_deref().is_some_and(serves);
        let usual = match (is_out && has_capacity, self.was_in_use) {
            (true, _) => SECOND_LOOK,
            (false, true) => IN_USE,
            (false, false) => IDLE,
        };
        let windows = profile.usage.iter().flat_map(|usage| &usage.windows);
        let resets = windows.filter_map(|window| window.resets_at?.duration_since(now).ok());
        let reset = resets.map(|away| away + PAST_RESET).min();
        reset.map_or(usual, |reset| usual.min(reset))
    }
}

fn is_read(profile: &PoolProfileView) -> bool {
    profile.profile.kind == Kind::ChatGpt && profile.standing != Standing::NeedsSignIn
}

#[cfg(test)]
#[path = "quota_plan_tests.rs"]
mod tests;
