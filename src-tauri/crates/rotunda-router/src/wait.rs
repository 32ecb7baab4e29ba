//! Holding a request until a profile is back, when the user wants that.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use rotunda_core::{Choice, Event, PoolState, affinity::Past};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::pool::Pool;

/// Requests that wait for a reset.
#[derive(Debug)]
pub(crate) struct Waiting {
    pool: Pool,
    /// The user may change it at any time.
    longest: Mutex<Duration>,
    places: Arc<Semaphore>,
    /// How often the user said that waiting is over.
    rounds: AtomicU64,
}

/// A place among the waiting, given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    pool: Pool,
    round: u64,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.pool.change(|pool, _| pool.end_waiting());
    }
}

impl Waiting {
    pub(crate) fn new(pool: Pool, longest: Duration, places: usize) -> Self {
        let places = Arc::new(Semaphore::new(places));
        Self { pool, longest: Mutex::new(longest), places, rounds: AtomicU64::new(0) }
    }

    /// From now on requests wait at most this long; zero never waits. Those
    /// that wait already ask again.
    pub(crate) fn set_longest(&self, longest: Duration) {
        *self.longest.lock().unwrap_or_else(PoisonError::into_inner) = longest;
        self.pool.change(|_, _| ());
    }

    /// Whoever waits now gets its answer instead.
    pub(crate) fn stop(&self) {
        self.rounds.fetch_add(1, Ordering::Relaxed);
        self.pool.change(|_, _| ());
    }

    /// Whether the user ended the wait that this place was taken for.
    pub(crate) fn is_over(&self, place: &Place) -> bool {
        place.round != self.rounds.load(Ordering::Relaxed)
    }

    /// Whether the user wants to wait that long.
    pub(crate) fn may_wait(&self, until: SystemTime) -> bool {
        let longest = *self.longest.lock().unwrap_or_else(PoisonError::into_inner);
        let away = until.duration_since(self.pool.now()).unwrap_or_default();
        !longest.is_zero() && away <= longest
    }

    /// A place, unless too many wait already.
    pub(crate) fn take(&self, until: SystemTime, request: u64) -> Option<Place> {
        let permit = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let round = self.rounds.load(Ordering::Relaxed);
        self.pool.change(|pool: &mut PoolState, _| pool.begin_waiting());
        self.pool.say([Event::Waiting { request, until }]);
        Some(Place { pool: self.pool.clone(), round, _permit: permit })
    }

    /// Waits until some profile can serve; false at once when that is not
    /// wanted, too far away, or too many wait already, and as soon as the user
    /// says so.
    pub(crate) async fn until_back(&self, past: &Past, until: SystemTime, request: u64) -> bool {
        if !self.may_wait(until) {
            return false;
        }
        let Some(place) = self.take(until, request) else { return false };
        let mut changed = self.pool.changed();
        loop {
            changed.mark_unchanged();
            if self.is_over(&place) {
                return false;
            }
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
