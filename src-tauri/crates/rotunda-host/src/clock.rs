//! The one place that asks what time it is. Everything else is handed a
//! [`Clock`] or `now`, so tests decide.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use rotunda_core::bounded::LATEST;
pub use rotunda_core::{Clock, Uptime};

/// The machine's own clock.
#[expect(clippy::disallowed_methods, reason = "the place the lint points to")]
pub fn system() -> Clock {
    Arc::new(SystemTime::now)
}

/// The time since now, by a clock that nothing sets.
#[expect(clippy::disallowed_methods, reason = "the place the lint points to")]
pub fn uptime() -> Uptime {
    let start = Instant::now();
    Arc::new(move || start.elapsed())
}

/// Both clocks of the machine.
#[derive(Clone)]
pub struct Clocks {
    /// What time it is; it may be set.
    pub wall: Clock,
    /// How much time has passed; nothing sets it.
    pub uptime: Uptime,
}

impl Clocks {
    /// The machine's own.
    pub fn system() -> Self {
        Self { wall: system(), uptime: uptime() }
    }
}

impl std::fmt::Debug for Clocks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clocks").finish_non_exhaustive()
    }
}

/// Whole seconds since 1970; 0 for anything earlier, and [`LATEST`] at most, so
/// that sums of times cannot overflow.
pub fn unix(at: SystemTime) -> i64 {
    let seconds = at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    i64::try_from(seconds.min(LATEST)).unwrap_or(i64::MAX)
}

/// The other way round; anything before 1970 is 1970, and anything after
/// [`LATEST`] is that.
pub fn from_unix(seconds: i64) -> SystemTime {
    let seconds = u64::try_from(seconds).unwrap_or(0).min(LATEST);
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_survive_the_way_there_and_back() {
        for seconds in [0, 1, 1_790_000_000] {
            assert_eq!(unix(from_unix(seconds)), seconds);
        }
        assert_eq!(from_unix(-5), UNIX_EPOCH);
        assert_eq!(unix(from_unix(i64::MAX)), i64::try_from(LATEST).unwrap());
    }
}
