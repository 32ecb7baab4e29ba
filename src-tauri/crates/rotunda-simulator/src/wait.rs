//! Waiting for something to become true.

use std::{
    future::Future,
    pin::pin,
    time::{Duration, Instant},
};

use tokio::time;

/// How long a test waits for what must happen: so long that only a hang or a
/// bug reaches it, also with every core taken.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks at a condition.
const LOOK: Duration = Duration::from_millis(5);
/// Between two looks for signs of life.
const LOOK_FOR_SIGNS: Duration = Duration::from_millis(100);
/// What shows signs of life for so many silences goes round in circles.
const SILENCES: u32 = 10;

/// The outcome of `future`. Real time counts: a test may move the time of the runtime.
///
/// # Panics
/// When it does not come within [`PATIENCE`]; `what` says what was awaited.
#[expect(clippy::disallowed_methods, reason = "real time bounds how long a test waits")]
pub async fn in_time<F: Future>(what: &str, future: F) -> F::Output {
    let began = Instant::now();
    let mut future = pin!(future);
    loop {
        let left = PATIENCE.saturating_sub(began.elapsed());
        assert!(!left.is_zero(), "waited {PATIENCE:?} in vain for {what}");
        if let Ok(output) = time::timeout(left, &mut future).await {
            return output;
        }
    }
}

/// The outcome of `future`, as long as there are signs of life from it: the wait begins
/// anew whenever their number is another one. The time of the runtime counts.
///
/// # Panics
/// When neither it nor a sign comes within `silence`, or signs never end; `what` says what
/// was awaited.
pub async fn while_alive<F: Future>(
    what: &str,
    silence: Duration,
    signs: impl Fn() -> u64,
    future: F,
) -> F::Output {
    let mut future = pin!(future);
    let began = time::Instant::now();
    let (mut seen, mut since) = (signs(), began);
    while began.elapsed() < silence * SILENCES {
        if let Ok(output) = time::timeout(LOOK_FOR_SIGNS, &mut future).await {
            return output;
        }
        let now = signs();
        if now != seen {
            (seen, since) = (now, time::Instant::now());
        }
        assert!(since.elapsed() < silence, "nothing for {silence:?} from {what}");
    }
    panic!("{what} is alive and comes to no end");
}

/// Returns as soon as `condition` holds.
///
/// # Panics
/// When it does not hold within [`PATIENCE`].
pub async fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    in_time(what, async {
        while !condition() {
            time::sleep(LOOK).await;
        }
    })
    .await;
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_shows_signs_of_life_is_waited_for_longer_than_a_silence() {
        let signs = Cell::new(0);
        let slow = async {
            for _ in 0..8 {
                time::sleep(PATIENCE / 3).await;
                signs.set(signs.get() + 1);
            }
            "done"
        };
        assert_eq!(while_alive("steps", PATIENCE, || signs.get(), slow).await, "done");
    }

    #[tokio::test(start_paused = true)]
    #[should_panic(expected = "nothing for 60s from a test")]
    async fn silence_is_not_waited_for() {
        while_alive("a test", PATIENCE, || 7, std::future::pending::<()>()).await;
    }

    #[tokio::test(start_paused = true)]
    #[should_panic(expected = "a circle is alive and comes to no end")]
    async fn signs_without_an_end_are_not_waited_for() {
        let signs = Cell::new(0);
        let count = || {
            signs.set(signs.get() + 1);
            signs.get()
        };
        while_alive("a circle", PATIENCE, count, std::future::pending::<()>()).await;
    }
}
