//! Noticing that the machine's clock was set.
//!
//! A clock that only counts (the time since a start) is compared with the one
//! that can be set. See `docs/decisions/039-a-clock-that-steps.md`.

use std::time::{Duration, SystemTime};

/// Differences below this are jitter, or a clock that is being slewed.
const SMALLEST: Duration = Duration::from_secs(2);

/// How the clock moved against the time that really passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockStep {
    /// It was set back by this much.
    Back(Duration),
    /// It was set forward by this much, or the machine was suspended: a clock
    /// that only counts may stand still meanwhile, so the two look alike.
    Forward(Duration),
}

/// Compares the two clocks from one look to the next.
#[derive(Debug, Default)]
pub struct StepWatch {
    last: Option<(SystemTime, Duration)>,
}

impl StepWatch {
    /// Takes a reading of both clocks: the wall clock, and the time since some
    /// fixed moment by a clock that nothing sets. Says whether the wall clock
    /// stepped since the last reading.
    pub fn observe(&mut self, wall: SystemTime, uptime: Duration) -> Option<ClockStep> {
        let (last_wall, last_uptime) = self.last.replace((wall, uptime))?;
        let expected = last_wall.checked_add(uptime.saturating_sub(last_uptime))?;
        match wall.duration_since(expected) {
            Ok(ahead) => (ahead >= SMALLEST).then_some(ClockStep::Forward(ahead)),
            Err(behind) => {
                let behind = behind.duration();
                (behind >= SMALLEST).then_some(ClockStep::Back(behind))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn time_that_passes_is_no_step() {
        let mut watch = StepWatch::default();
        let wall = |after| UNIX_EPOCH + seconds(1_000_000) + seconds(after);
        assert_eq!(watch.observe(wall(0), seconds(5)), None);
        assert_eq!(watch.observe(wall(3600), seconds(3605)), None);
        assert_eq!(watch.observe(wall(3601), seconds(3605)), None, "jitter");
    }

    #[test]
    fn a_clock_that_is_set_is_noticed_once_in_both_directions() {
        let mut watch = StepWatch::default();
        let start = UNIX_EPOCH + seconds(1_800_000_000);
        assert_eq!(watch.observe(start, seconds(0)), None);
        let year = 365 * 24 * 3600;
        let ahead = start + seconds(10 * year + 1);
        assert_eq!(watch.observe(ahead, seconds(1)), Some(ClockStep::Forward(seconds(10 * year))));
        assert_eq!(watch.observe(ahead + seconds(1), seconds(2)), None);
        let back = start + seconds(3);
        assert_eq!(watch.observe(back, seconds(3)), Some(ClockStep::Back(seconds(10 * year))));
        assert_eq!(watch.observe(back + seconds(1), seconds(4)), None);
    }
}
