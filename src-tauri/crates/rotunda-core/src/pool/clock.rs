//! What a clock that was set does to what is known: see
//! `docs/decisions/039-a-clock-that-steps.md`.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{Entry, LONGEST_TROUBLE_REST, PoolState};
use crate::{
    choice::LONGEST_ENTITLEMENT_PAUSE,
    clock_step::ClockStep,
    profile::{Cooldown, CooldownCause, Standing, Usage, Window},
    quota::LONGEST_REST,
};

impl Standing {
    /// A standing from a record: nothing waits longer than if it began now.
    pub(super) fn bounded(self, now: SystemTime) -> Self {
        let within = |at: SystemTime, longest| {
            now.checked_add(longest).map_or(at, |latest: SystemTime| at.min(latest))
        };
        match self {
            Self::Resting(rest) => {
                let longest = match rest.cause {
                    CooldownCause::Quota(_) | CooldownCause::Credits(_) => LONGEST_REST,
                    CooldownCause::Trouble => LONGEST_TROUBLE_REST,
                };
                Self::Resting(Cooldown { until: within(rest.until, longest), ..rest })
            }
            Self::NotEntitled { ask_at } => {
                Self::NotEntitled { ask_at: within(ask_at, LONGEST_ENTITLEMENT_PAUSE) }
            }
            Self::Ready | Self::NeedsSignIn | Self::Paused => self,
        }
    }
}

impl PoolState {
    /// The machine's clock was set. Set back, everything that is due moves with
    /// it, so that no rest becomes longer than upstream set. Set forward, no rest
    /// moves: it may end too early, which costs one refused request, and a sleep of
    /// the machine is no such step. Only the time of the latest turn that credits pay
    /// for moves: that turn may still run.
    pub fn clock_stepped(&mut self, step: ClockStep) {
        match step {
            ClockStep::Back(by) => {
                for entry in self.entries.values_mut() {
                    entry.move_back(by);
                    self.unsaved.insert(entry.profile.id);
                }
                self.ledger.move_back(by);
            }
            ClockStep::Forward(by) => {
                for entry in self.entries.values_mut() {
                    let Some(paid) = &mut entry.paid else { continue };
                    paid.at = paid.at.checked_add(by).unwrap_or(paid.at);
                    self.unsaved.insert(entry.profile.id);
                }
            }
        }
    }
}

impl Entry {
    fn move_back(&mut self, by: Duration) {
        match &mut self.standing {
            Standing::Resting(Cooldown { until: at, .. })
            | Standing::NotEntitled { ask_at: at } => {
                *at = earlier(*at, by);
            }
            Standing::Ready | Standing::NeedsSignIn | Standing::Paused => {}
        }
        if let Some(Usage { windows, read_at, .. }) = self.usage.as_mut().map(Arc::make_mut) {
            *read_at = earlier(*read_at, by);
            move_windows(windows, by);
        }
        if let Some(rest) = &mut self.plan_out {
            rest.until = earlier(rest.until, by);
        }
        if let Some(spending) = &mut self.spending {
            spending.since = earlier(spending.since, by);
        }
        if let Some(paid) = &mut self.paid {
            paid.at = earlier(paid.at, by);
        }
        for known in &mut self.model_limits {
            known.move_back(by);
        }
        for rest in &mut self.scopes {
            rest.move_back(by);
        }
    }
}

/// Moves the resets of windows.
pub(super) fn move_windows(windows: &mut [Window], by: Duration) {
    for window in windows {
        window.resets_at = window.resets_at.map(|at| earlier(at, by));
    }
}

/// A time moved back, 1970 at the earliest.
pub(super) fn earlier(at: SystemTime, by: Duration) -> SystemTime {
    at.checked_sub(by).unwrap_or(UNIX_EPOCH).max(UNIX_EPOCH)
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
