//! Holding a request until a profile is back, when the user wants that.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use rotunda_core::{Event, PoolState};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{pool::Pool, trace::Trace};

/// Requests that wait for a reset.
#[derive(Debug)]
pub(crate) struct Waiting {
    pool: Pool,
    /// The user may change it at any time.
    longest: Mutex<Duration>,
    places: Arc<Semaphore>,
    /// How often the user ended the waiting.
    rounds: AtomicU64,
}

/// A place among the waiting, given back when dropped.
#[derive(Debug)]
pub(crate) struct WaitingSlot {
    pool: Pool,
    round: u64,
    _permit: OwnedSemaphorePermit,
}

impl Drop for WaitingSlot {
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

    /// Requests that wait now get their answer instead.
    pub(crate) fn stop(&self) {
        self.rounds.fetch_add(1, Ordering::Relaxed);
        self.pool.change(|_, _| ());
    }

    /// Whether the user ended the wait that this place was taken for.
    fn is_over(&self, slot: &WaitingSlot) -> bool {
        slot.round != self.rounds.load(Ordering::Relaxed)
    }

    /// Whether the user wants to wait that long.
    fn may_wait(&self, until: SystemTime) -> bool {
        let longest = *self.longest.lock().unwrap_or_else(PoisonError::into_inner);
        let away = until.duration_since(self.pool.now()).unwrap_or_default();
        !longest.is_zero() && away <= longest
    }

    /// A place, unless too many wait already.
    fn take(&self, until: SystemTime, trace: &Trace) -> Option<WaitingSlot> {
        let permit = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let round = self.rounds.load(Ordering::Relaxed);
        self.pool.change(|pool: &mut PoolState, _| pool.begin_waiting());
        self.pool.say_of(Some(trace), [Event::Waiting { request: trace.request(), until }]);
        Some(WaitingSlot { pool: self.pool.clone(), round, _permit: permit })
    }

    /// Whether the request may wait until then, in the place that it has or now
    /// takes: not when the user does not want that or ended it, when it is too
    /// far away, or when too many wait already.
    pub(crate) fn hold(
        &self,
        slot: &mut Option<WaitingSlot>,
        until: SystemTime,
        trace: &Trace,
    ) -> bool {
        let is_over = slot.as_ref().is_some_and(|slot| self.is_over(slot));
        if is_over || !self.may_wait(until) {
            *slot = None;
            return false;
        }
        if slot.is_none() {
            *slot = self.take(until, trace);
        }
        slot.is_some()
    }
}
