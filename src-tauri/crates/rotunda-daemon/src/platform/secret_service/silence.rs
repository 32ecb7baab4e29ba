//! A service that did not answer, remembered.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// The first pause before the service is tried again, doubled up to
/// [`LONGEST`].
const SHORTEST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// Whether the service is known not to answer. Until it does, callers get that
/// answer at once, and one attempt at a time runs in the background.
#[derive(Debug, Default)]
pub(super) struct Silence(Mutex<Option<Outage>>);

#[derive(Debug, Clone, Copy)]
struct Outage {
    pause: Duration,
    next: Instant,
    trying: bool,
}

impl Silence {
    fn known(&self) -> MutexGuard<'_, Option<Outage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn holds(&self) -> bool {
        self.known().is_some()
    }

    /// It did not answer, again or for the first time.
    pub(super) fn begin(&self) {
        let mut known = self.known();
        let pause = known.map_or(SHORTEST, |known| (known.pause * 2).min(LONGEST));
        *known = Some(Outage { pause, next: Instant::now() + pause, trying: false });
    }

    /// It answered, or the user asks for it.
    pub(super) fn end(&self) {
        *self.known() = None;
    }

    /// True for the one caller that is to try again now.
    pub(super) fn try_now(&self) -> bool {
        let mut slot = self.known();
        let Some(known) = slot.as_mut() else { return false };
        let due = !known.trying && known.next <= Instant::now();
        known.trying |= due;
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_silent_service_is_tried_again_by_one_caller_with_growing_pauses() {
        let silence = Silence::default();
        assert!(!silence.holds() && !silence.try_now());
        silence.begin();
        assert!(silence.holds() && !silence.try_now());
        tokio::time::advance(SHORTEST).await;
        assert!(silence.try_now());
        assert!(!silence.try_now(), "only one tries at a time");
        silence.begin();
        tokio::time::advance(SHORTEST).await;
        assert!(!silence.try_now(), "the second pause is longer");
        tokio::time::advance(SHORTEST).await;
        assert!(silence.try_now());
        for _ in 0..20 {
            silence.begin();
        }
        tokio::time::advance(LONGEST).await;
        assert!(silence.try_now(), "no pause is longer than the longest");
        silence.end();
        assert!(!silence.holds());
    }
}
