//! Log lines that a stranger can cause are bounded.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Lines per [`PERIOD`]: enough to see what happens, too few to fill a disk or
/// to push other lines out of the log.
const MOST: u32 = 10;
const PERIOD: Duration = Duration::from_secs(60);

/// Lets so many lines through per period, and counts the rest.
#[derive(Debug, Default)]
pub(crate) struct LogRate(Mutex<Written>);

#[derive(Debug, Default)]
struct Written {
    since: Option<Instant>,
    lines: u32,
    left_out: u64,
}

impl LogRate {
    /// Whether a line may be written now: then how many were left out since
    /// the line before it.
    pub(crate) fn admit(&self) -> Option<u64> {
        let now = Instant::now();
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if written.since.is_none_or(|since| now.duration_since(since) >= PERIOD) {
            written.since = Some(now);
            written.lines = 0;
        }
        if written.lines == MOST {
            written.left_out += 1;
            return None;
        }
        written.lines += 1;
        Some(std::mem::take(&mut written.left_out))
    }

    /// How many were left out since the last line, to be reported at the end.
    pub(crate) fn take_left_out(&self) -> u64 {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn dropped_lines_are_counted_and_reported_with_the_next_line() {
        let rate = LogRate::default();
        let admitted = (0..1000).filter_map(|_| rate.admit()).collect::<Vec<_>>();
        assert_eq!(admitted, [0; MOST as usize]);
        tokio::time::advance(PERIOD).await;
        assert_eq!(rate.admit(), Some(1000 - u64::from(MOST)));
        assert_eq!(rate.admit(), Some(0));
        assert_eq!(rate.take_left_out(), 0);
    }
}
