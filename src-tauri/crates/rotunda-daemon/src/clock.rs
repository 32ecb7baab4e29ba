//! The one place that asks what time it is. Everything else is handed a
//! [`Clock`] or `now`, so tests decide.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

pub use rotunda_router::Clock;

/// The machine's own clock.
#[expect(clippy::disallowed_methods, reason = "the place the lint points to")]
pub fn system() -> Clock {
    Arc::new(SystemTime::now)
}

/// Whole seconds since 1970; 0 for anything earlier.
pub fn unix(at: SystemTime) -> i64 {
    let seconds = at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

/// The other way round; anything before 1970 is 1970.
pub fn from_unix(seconds: i64) -> SystemTime {
    let seconds = u64::try_from(seconds).unwrap_or(0);
    UNIX_EPOCH.checked_add(std::time::Duration::from_secs(seconds)).unwrap_or(UNIX_EPOCH)
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
    }
}
