//! A door between two tasks.
//!
//! A script stops at a closed gate; the test learns that it is there, looks
//! around, and opens it. Order comes from this alone, so a slow machine makes
//! a test slow and never wrong.

use tokio::sync::watch;

/// Closed until opened, and then open for good. Clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate {
    open: watch::Sender<bool>,
    waiting: watch::Sender<usize>,
}

impl Default for Gate {
    fn default() -> Self {
        Self::closed()
    }
}

impl Gate {
    /// A gate that holds every task at it.
    pub fn closed() -> Self {
        Self { open: watch::Sender::new(false), waiting: watch::Sender::new(0) }
    }

    /// Lets everyone through, now and later.
    pub fn open(&self) {
        self.open.send_replace(true);
    }

    /// Waits until the gate is open; never waits at an open one.
    pub async fn pass(&self) {
        self.waiting.send_modify(|count| *count += 1);
        let opened = self.open.subscribe().wait_for(|open| *open).await.is_ok();
        debug_assert!(opened, "a gate outlives those who wait at it");
    }

    /// Waits until `count` have come to the gate.
    pub async fn reached_by(&self, count: usize) {
        let mut waiting = self.waiting.subscribe();
        let reached = waiting.wait_for(|seen| *seen >= count);
        crate::in_time("a script to reach its gate", reached).await.ok();
    }

    /// Waits until a task has reached the gate.
    pub async fn reached(&self) {
        self.reached_by(1).await;
    }
}
