//! Holding a request until a profile is back, when the user wants that.

use std::time::{Duration, SystemTime};

use rotunda_core::{Choice, Event, affinity::Past};
use tokio::sync::Semaphore;

use crate::pool::Pool;

/// Requests that wait for a reset.
#[derive(Debug)]
pub(crate) struct Waiting {
    pool: Pool,
    longest: Duration,
    places: Semaphore,
}

impl Waiting {
    pub(crate) fn new(pool: Pool, longest: Duration, places: usize) -> Self {
        Self { pool, longest, places: Semaphore::new(places) }
    }

    /// Waits until some profile can serve; false at once when that is not
    /// wanted, too far away, or too many wait already.
    pub(crate) async fn until_back(&self, past: &Past, until: SystemTime, request: u64) -> bool {
        let away = until.duration_since(self.pool.now()).unwrap_or_default();
        if self.longest.is_zero() || away > self.longest {
            return false;
        }
        let Ok(_place) = self.places.try_acquire() else { return false };
        let mut changed = self.pool.changed();
        self.pool.say([Event::Waiting { request, until }]);
        loop {
            changed.mark_unchanged();
            let chosen = self.pool.read(|pool, now| pool.choose(past, &[], now));
            match chosen.choice {
                Choice::Use(_) => return true,
                Choice::Wait(until) if !self.is_too_far(until) => {}
                Choice::Wait(_) | Choice::Busy | Choice::Nobody => return false,
            }
            if changed.changed().await.is_err() {
                return false;
            }
        }
    }

    fn is_too_far(&self, until: SystemTime) -> bool {
        until.duration_since(self.pool.now()).unwrap_or_default() > self.longest
    }
}
