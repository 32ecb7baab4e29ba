//! Simulated time: three clocks, all moved by the loop and by nothing else.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rotunda_core::pool::Moment;

/// Milliseconds.
pub(crate) type Millis = u64;

pub(crate) const SECOND: Millis = 1000;
pub(crate) const MINUTE: Millis = 60 * SECOND;
pub(crate) const HOUR: Millis = 60 * MINUTE;
pub(crate) const DAY: Millis = 24 * HOUR;

/// The wall clock at the start, in seconds since 1970.
pub(crate) const START: u64 = 1_800_000_000;

/// The clocks of the machine and of upstream.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock {
    /// Time that passed, as upstream counts it.
    pub(crate) truth: Millis,
    /// The same without the time in which the machine was suspended.
    pub(crate) uptime: Millis,
    /// How far the machine's wall clock is ahead of the truth.
    pub(crate) ahead: i64,
}

impl Clock {
    /// The machine's wall clock.
    pub(crate) fn wall(&self) -> SystemTime {
        let truth = i64::try_from(self.truth).unwrap_or(i64::MAX);
        let passed = u64::try_from(truth + self.ahead).unwrap_or_default();
        UNIX_EPOCH + Duration::from_secs(START) + Duration::from_millis(passed)
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment { now: self.wall(), uptime: Duration::from_millis(self.uptime) }
    }

    /// Time passes until the machine has been up that long.
    pub(crate) fn advance_to(&mut self, uptime: Millis) {
        self.truth += uptime.saturating_sub(self.uptime);
        self.uptime = self.uptime.max(uptime);
    }

    /// The machine is suspended that long.
    pub(crate) fn suspend(&mut self, span: Millis) {
        self.truth += span;
    }

    /// The wall clock is set, ahead or back. It stays after its start.
    pub(crate) fn step(&mut self, by: i64) {
        let truth = i64::try_from(self.truth).unwrap_or(i64::MAX);
        self.ahead = (self.ahead + by).max(-truth);
    }

    /// When the wall clock will show that time, as uptime.
    pub(crate) fn uptime_at(&self, wall: SystemTime) -> Millis {
        let away = wall.duration_since(self.wall()).unwrap_or_default();
        // Rounded up, or the time would not have come.
        self.uptime + u64::try_from(away.as_micros().div_ceil(1000)).unwrap_or(u64::MAX / 2)
    }
}

/// A span as a [`Duration`].
pub(crate) const fn span(millis: Millis) -> Duration {
    Duration::from_millis(millis)
}

/// A [`Duration`] in milliseconds, rounded up.
pub(crate) fn millis(span: Duration) -> Millis {
    u64::try_from(span.as_micros().div_ceil(1000)).unwrap_or(u64::MAX)
}
