//! Where a quota window would stand if it were used evenly, and where the pace
//! so far leads.

use std::time::{Duration, SystemTime};

use crate::profile::Window;

/// Before this share of a window has passed, a pace is only noise.
const EARLIEST_SHARE: f64 = 0.03;
/// Percent of difference that still count as even.
const EVEN_PERCENT: f64 = 2.0;

/// How a window is being used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Share that would be left at an even pace, 0 to 100.
    pub even_left: f64,
    /// Where it leads.
    pub leads_to: LeadsTo,
}

/// The end that a pace leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeadsTo {
    /// It is used up about when it resets.
    Even,
    /// Something is left at the reset.
    Reset,
    /// It is used up before, at this time.
    Out(SystemTime),
}

/// None when it cannot be computed: no reset known, just begun, over, or nothing
/// left to lose.
pub fn pace(window: &Window, now: SystemTime) -> Option<Pace> {
    let length = window.length.as_secs_f64();
    let left = window.left(now);
    let to_reset = window.resets_at?.duration_since(now).ok()?.as_secs_f64();
    if length <= 0.0 || left <= 0.0 {
        return None;
    }
    let passed = 1.0 - to_reset / length;
    if !(EARLIEST_SHARE..1.0).contains(&passed) {
        return None;
    }
    let used = 100.0 - left;
    let ahead = used - passed * 100.0;
    let leads_to = if ahead > EVEN_PERCENT {
        let more = left * passed * length / used;
        LeadsTo::Out(now.checked_add(Duration::try_from_secs_f64(more).ok()?)?)
    } else if ahead >= -EVEN_PERCENT {
        LeadsTo::Even
    } else {
        LeadsTo::Reset
    };
    Some(Pace { even_left: (1.0 - passed) * 100.0, leads_to })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3600;

    fn now() -> SystemTime {
        // 09:50 UTC, a Saturday.
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_254_600)
    }

    fn window(hours: u64, used_percent: f64, to_reset: u64) -> Window {
        let length = Duration::from_secs(hours * HOUR);
        Window { length, used_percent, resets_at: Some(now() + Duration::from_secs(to_reset)) }
    }

    #[track_caller]
    fn check(window: Window, expected: Option<LeadsTo>) {
        let found = pace(&window, now()).map(|pace| pace.leads_to);
        assert_eq!(found, expected);
    }

    #[test]
    fn a_pace_leads_somewhere() {
        // Half of five hours has passed.
        check(window(5, 50.0, 9000), Some(LeadsTo::Even));
        check(window(5, 51.9, 9000), Some(LeadsTo::Even));
        check(window(5, 10.0, 9000), Some(LeadsTo::Reset));
        // 75 % in 2.5 h: the last 25 % last 50 minutes.
        check(window(5, 75.0, 9000), Some(LeadsTo::Out(now() + Duration::from_secs(50 * 60))));
        // 80 % in 3.5 days: 21 hours more.
        check(
            window(168, 80.0, 84 * HOUR),
            Some(LeadsTo::Out(now() + Duration::from_secs(21 * HOUR))),
        );
        let even = pace(&window(5, 50.0, 9000), now()).unwrap().even_left;
        assert!((even - 50.0).abs() < 0.01);
    }

    #[test]
    fn no_pace_without_enough_data() {
        check(window(5, 1.0, 5 * HOUR - 60), None);
        check(window(5, 100.0, 9000), None);
        check(window(5, 50.0, 6 * HOUR), None);
        check(window(0, 50.0, 10), None);
        check(Window { resets_at: None, ..window(5, 50.0, 0) }, None);
        check(
            Window { resets_at: Some(now() - Duration::from_secs(9)), ..window(5, 50.0, 0) },
            None,
        );
    }
}
