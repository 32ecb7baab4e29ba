//! A clock that stands still until a test moves it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

/// Where every fake clock starts: 15 January 2027, 08:00:00 UTC.
const START: u64 = 1_800_000_000;

/// A settable clock. Clones are the same clock.
#[derive(Debug, Clone)]
pub struct FakeClock(Arc<Mutex<Times>>);

#[derive(Debug)]
struct Times {
    wall: SystemTime,
    uptime: Duration,
}

impl Default for FakeClock {
    fn default() -> Self {
        let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(START);
        Self(Arc::new(Mutex::new(Times { wall, uptime: Duration::ZERO })))
    }
}

impl FakeClock {
    /// What it shows.
    pub fn now(&self) -> SystemTime {
        self.times().wall
    }

    /// What it shows, in unix seconds.
    pub fn unix(&self) -> u64 {
        unix(self.now())
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        let mut times = self.times();
        times.wall += by;
        times.uptime += by;
    }

    /// Sets it ahead: no time passes.
    pub fn set_forward(&self, by: Duration) {
        self.times().wall += by;
    }

    /// Sets it back: no time passes.
    pub fn set_back(&self, by: Duration) {
        self.times().wall -= by;
    }

    /// As the product takes it.
    pub fn handle(&self) -> Arc<dyn Fn() -> SystemTime + Send + Sync> {
        let this = self.clone();
        Arc::new(move || this.now())
    }

    /// The time that has passed, as the product takes it.
    pub fn uptime(&self) -> Arc<dyn Fn() -> Duration + Send + Sync> {
        let this = self.clone();
        Arc::new(move || this.times().uptime)
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Unix seconds of `at`.
pub(crate) fn unix(at: SystemTime) -> u64 {
    at.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
