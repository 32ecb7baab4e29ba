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
