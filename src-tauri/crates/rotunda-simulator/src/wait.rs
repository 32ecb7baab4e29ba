//! Waiting for something to become true.

use std::{future::Future, time::Duration};

use tokio::time;

/// How long a test waits for what must happen: so long that only a hang or a
/// bug reaches it, also with every core taken.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks at a condition.
const LOOK: Duration = Duration::from_millis(5);

/// The outcome of `future`.
///
/// # Panics
/// When it does not come within [`PATIENCE`]; `what` says what was awaited.
pub async fn in_time<F: Future>(what: &str, future: F) -> F::Output {
    let output = time::timeout(PATIENCE, future).await;
    output.unwrap_or_else(|_| panic!("waited {PATIENCE:?} in vain for {what}"))
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
