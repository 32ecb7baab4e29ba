//! When a turn that waits for a reset starts over.

use std::time::Duration;

/// A turn that waits for a reset starts over at most once in this time: each change of the pool
/// wakes all that wait, and what they ask changes the pool. It doubles while they wake each other,
/// up to [`LONGEST_RESTART_PAUSE`].
const RESTART_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_RESTART_PAUSE: Duration = Duration::from_secs(8);

/// When a turn that waits for a reset starts over.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Restart {
    /// Not before this uptime.
    pub(super) not_before: Duration,
    /// The latest pause.
    pause: Duration,
    /// The pool has changed before that.
    pub(super) is_due: bool,
}

impl Restart {
    /// The turn starts over now.
    pub(super) fn begin(&mut self, now: Duration) {
        // No change followed for as long again: the turns do not wake each other.
        let is_calm = now > self.not_before + self.pause;
        self.pause = if is_calm { RESTART_PAUSE } else { self.pause * 2 };
        self.pause = self.pause.clamp(RESTART_PAUSE, LONGEST_RESTART_PAUSE);
        self.not_before = now + self.pause;
        self.is_due = false;
    }
}
