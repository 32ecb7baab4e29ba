//! A turn with the pool it decides on.

use std::time::Duration;

use rotunda_core::{
    affinity::Continuation,
    turn::{Action, Observation, Turn},
};
use tokio::sync::watch;

use crate::pool::{Lease, Pool};

/// The turn machine of one request. Dropped, it gives back what the turn holds
/// in the pool.
#[derive(Debug)]
pub(crate) struct Decider {
    pool: Pool,
    turn: Turn,
    /// Changes of the pool, from the first time that the turn waits for one.
    changed: Option<watch::Receiver<u64>>,
}

impl Decider {
    pub(crate) fn new(pool: Pool, turn: Turn) -> Self {
        Self { pool, turn, changed: None }
    }

    pub(crate) fn start(&mut self) -> Action {
        self.pool.decide(|pool, moment| self.turn.start(pool, moment))
    }

    pub(crate) fn observe(&mut self, observation: Observation<'_>) -> Action {
        let mut decide =
            || self.pool.decide(|pool, moment| self.turn.observe(observation, pool, moment));
        match &mut self.changed {
            Some(changed) => unless_own(changed, &mut decide),
            None => decide(),
        }
    }

    /// The same, where the caller waits for changes of the pool.
    pub(crate) fn observe_with(
        &mut self,
        observation: Observation<'_>,
        changed: &mut watch::Receiver<u64>,
    ) -> Action {
        unless_own(changed, || self.observe(observation))
    }

    pub(crate) fn continuation(&self) -> &Continuation {
        self.turn.continuation()
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.turn.attempts()
    }

    /// The request's place on its profile, from now on the caller's.
    pub(crate) fn take_lease(&mut self) -> Option<Lease> {
        self.turn.take_lease().map(|id| self.pool.adopt_lease(id))
    }

    /// Waits so long, or until the pool changes.
    pub(crate) async fn look_again(&mut self, pause: Duration) {
        tokio::select! {
            () = self.pool_changed() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }

    /// Waits until the pool changes.
    pub(crate) async fn pool_changed(&mut self) {
        let Some(changed) = &mut self.changed else {
            // What changed since the decision must not be missed: look at once.
            self.changed = Some(self.pool.changed());
            return;
        };
        if changed.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Decides, and does not take the change that the decision itself makes for one
/// of another turn.
fn unless_own(changed: &mut watch::Receiver<u64>, decide: impl FnOnce() -> Action) -> Action {
    let before = *changed.borrow_and_update();
    let action = decide();
    if *changed.borrow() == before + 1 {
        changed.mark_unchanged();
    }
    action
}

impl Drop for Decider {
    fn drop(&mut self) {
        self.pool.change(|pool, _| self.turn.release(pool));
    }
}
