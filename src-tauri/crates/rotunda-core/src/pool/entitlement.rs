//! Profiles with a plan that does not include Codex, or with a deactivated
//! workspace. Plans change, so such a profile is tried again by itself.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::PoolState;
use crate::{
    choice::LONGEST_ENTITLEMENT_PAUSE,
    event::Event,
    profile::{ProfileId, Standing},
};

/// First pause after a refusal; doubles up to [`LONGEST_ENTITLEMENT_PAUSE`].
const PAUSE: Duration = Duration::from_secs(5 * 60);

/// What is known of a profile's entitlement besides its standing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entitlement {
    /// Refusals in a row, those of requests that ran at the same time once.
    refusals: u32,
    /// A reading of the usage endpoint is under way.
    is_reading: bool,
    /// It was begun before the latest refusal, so it says nothing about it.
    is_outdated: bool,
}

impl PoolState {
    /// Upstream refused a request because the plan does not include Codex, or
    /// because the workspace is deactivated.
    pub fn not_entitled(&mut self, id: ProfileId, now: SystemTime) -> Vec<Event> {
        let Some(entry) = self.entries.get_mut(&id) else { return Vec::new() };
        match entry.standing {
            Standing::NeedsSignIn => return Vec::new(),
            // Another request that ran at the same time, or one that was asked as a last
            // resort: the user's choice is over either way.
            Standing::NotEntitled { ask_at } if ask_at > now => {
                self.chosen.take_if(|chosen| *chosen == id);
                return Vec::new();
            }
            _ => {}
        }
        let known = &mut entry.entitlement;
        let pause = PAUSE * 2u32.pow(known.refusals.min(8));
        known.refusals += 1;
        known.is_outdated = known.is_reading;
        let is_news = known.refusals == 1;
        let ask_at = now + pause.min(LONGEST_ENTITLEMENT_PAUSE);
        self.set_standing(id, Standing::NotEntitled { ask_at });
        if is_news { vec![Event::NotEntitled { profile: id }] } else { Vec::new() }
    }

    /// A profile without entitlement was asked again, and the answer said nothing
    /// about that. The next request for it waits as long as a rest would last.
    pub(super) fn entitlement_unclear(
        &mut self,
        id: ProfileId,
        until: SystemTime,
        now: SystemTime,
    ) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        if matches!(entry.standing, Standing::NotEntitled { ask_at } if ask_at <= now) {
            let ask_at = until.min(now + LONGEST_ENTITLEMENT_PAUSE);
            entry.standing = Standing::NotEntitled { ask_at };
            self.unsaved.insert(id);
        }
    }

    /// The user wants a retry now: the next request may go there.
    pub fn ask_entitlement_again(&mut self, id: ProfileId) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        if matches!(entry.standing, Standing::NotEntitled { .. }) {
            entry.standing = Standing::NotEntitled { ask_at: UNIX_EPOCH };
            self.unsaved.insert(id);
        }
    }

    /// A reading of the usage endpoint begins.
    pub fn reading_begins(&mut self, id: ProfileId) {
        if let Some(entry) = self.entries.get_mut(&id) {
            (entry.entitlement.is_reading, entry.entitlement.is_outdated) = (true, false);
        }
    }

    /// What the usage endpoint says of the entitlement. A reading that was
    /// begun before the latest refusal says nothing.
    pub(super) fn read_entitlement(&mut self, id: ProfileId, entitled: bool) -> Vec<Event> {
        let Some(entry) = self.entries.get_mut(&id) else { return Vec::new() };
        let known = &mut entry.entitlement;
        let is_outdated = std::mem::take(&mut known.is_outdated);
        known.is_reading = false;
        let is_denied = matches!(entry.standing, Standing::NotEntitled { .. });
        if !is_denied || !entitled || is_outdated {
            return Vec::new();
        }
        // One that is refused again and again in spite of its readings is not
        // reported each time.
        let is_news = entry.entitlement.refusals <= 1;
        let events = self.recover(id);
        if is_news { events } else { Vec::new() }
    }
}

#[cfg(test)]
#[path = "entitlement_tests.rs"]
mod tests;
