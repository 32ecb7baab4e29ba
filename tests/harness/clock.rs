//! A clock that stands still until a test moves it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

/// Where every fake clock starts: 15 January 2027, 08:00:00 UTC.
const START: u64 = 1_800_000_000;

/// A settable clock. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct FakeClock(Arc<Mutex<SystemTime>>);

impl Default for FakeClock {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(SystemTime::UNIX_EPOCH + Duration::from_secs(START))))
    }
}

impl FakeClock {
    /// What it shows.
    pub fn now(&self) -> SystemTime {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it shows, in unix seconds.
    pub fn unix(&self) -> u64 {
        unix(self.now())
    }

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }

    /// As the product takes it.
    pub fn handle(&self) -> Arc<dyn Fn() -> SystemTime + Send + Sync> {
        let this = self.clone();
        Arc::new(move || this.now())
    }
}

/// Unix seconds of `at`.
pub(crate) fn unix(at: SystemTime) -> u64 {
    at.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
