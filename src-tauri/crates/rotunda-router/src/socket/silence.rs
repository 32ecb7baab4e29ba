//! A response that was requested on a socket and has shown nothing yet.

use std::time::Duration;

use rotunda_core::turn::{Failure, Observation};
use tokio::time::Instant;

/// From the request to the first frame of its answer.
#[derive(Debug)]
pub(super) struct Silence {
    pub(super) sent_at: Instant,
    /// When to look next; none after the answer was found to be late.
    look_at: Option<Instant>,
    late_at: Instant,
    /// Bytes that the socket has taken when upstream may have all of the request.
    whole: u64,
    /// Bytes that it had taken at the latest look.
    before: u64,
}

impl Silence {
    /// `taken` bytes were taken before; the request has `length` bytes, and more in its
    /// frames.
    pub(super) fn begin(taken: u64, length: u64, late_after: Duration, stall: Duration) -> Self {
        let sent_at = Instant::now();
        let late_at = sent_at + late_after;
        let look_at = Some(late_at.min(sent_at + stall));
        Self { sent_at, look_at, late_at, whole: taken + length, before: taken }
    }

    pub(super) const fn look_at(&self) -> Option<Instant> {
        self.look_at
    }

    /// What is so now, when the socket has taken so many bytes; none when it is to be
    /// looked at later.
    pub(super) fn check(&mut self, taken: u64, stall: Duration) -> Option<Observation<'static>> {
        let now = Instant::now();
        let is_whole = taken >= self.whole;
        if !is_whole && taken == self.before {
            return Some(Observation::Failed(Failure::Stuck));
        }
        if is_whole && now >= self.late_at {
            self.look_at = None;
            return Some(Observation::Late);
        }
        self.before = taken;
        self.look_at = Some(if is_whole { self.late_at } else { now + stall });
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STALL: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_taken_slowly_is_waited_for_and_one_that_stands_still_is_not() {
        let mut silence = Silence::begin(100, 1000, Duration::from_secs(240), STALL);
        tokio::time::advance(STALL).await;
        assert_eq!(silence.check(900, STALL), None);
        assert_eq!(silence.look_at(), Some(Instant::now() + STALL));
        tokio::time::advance(STALL).await;
        assert_eq!(silence.check(900, STALL), Some(Observation::Failed(Failure::Stuck)));
    }

    #[tokio::test(start_paused = true)]
    async fn the_answer_to_a_whole_request_is_late_once() {
        let mut silence = Silence::begin(100, 1000, Duration::from_secs(240), STALL);
        tokio::time::advance(STALL).await;
        assert_eq!(silence.check(1104, STALL), None);
        assert_eq!(silence.look_at(), Some(silence.late_at));
        tokio::time::advance(Duration::from_secs(180)).await;
        assert_eq!(silence.check(1104, STALL), Some(Observation::Late));
        assert_eq!(silence.look_at(), None);
    }
}
