//! Holding a request until a profile is back, when the user wants that.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use rotunda_core::{Choice, Event, affinity::Past};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::pool::Pool;

/// Requests that wait for a reset.
#[derive(Debug)]
pub(crate) struct Waiting {
    pool: Pool,
    longest: Duration,
    places: Arc<Semaphore>,
}

/// A place among the waiting, given back when dropped.
#[derive(Debug)]
pub(crate) struct Place(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

impl Waiting {
    pub(crate) fn new(pool: Pool, longest: Duration, places: usize) -> Self {
        Self { pool, longest, places: Arc::new(Semaphore::new(places)) }
    }

    /// Whether the user wants to wait that long.
    pub(crate) fn may_wait(&self, until: SystemTime) -> bool {
        let away = until.duration_since(self.pool.now()).unwrap_or_default();
        !self.longest.is_zero() && away <= self.longest
    }

    /// A place, unless too many wait already.
    pub(crate) fn take(&self, until: SystemTime, request: u64) -> Option<Place> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        self.pool.say([Event::Waiting { request, until }]);
        Some(Place(place))
    }

    /// Waits until some profile can serve; false at once when that is not
    /// wanted, too far away, or too many wait already.
    pub(crate) async fn until_back(&self, past: &Past, until: SystemTime, request: u64) -> bool {
        if !self.may_wait(until) {
            return false;
        }
        let Some(_place) = self.take(until, request) else { return false };
        let mut changed = self.pool.changed();
        loop {
            changed.mark_unchanged();
            let chosen = self.pool.read(|pool, now| pool.choose(past, &[], now));
            match chosen.choice {
                Choice::Use(_) => return true,
                Choice::Wait(until) if self.may_wait(until) => {}
                Choice::Wait(_) | Choice::Busy | Choice::Nobody => return false,
            }
            if changed.changed().await.is_err() {
                return false;
            }
        }
    }
}
