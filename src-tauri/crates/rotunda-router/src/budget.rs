//! Memory for request bodies, bounded for all requests together.
//!
//! Two budgets, so that nothing can wait for itself: a request takes room for
//! what it sends first, and then room for the same decoded. Who holds decoded
//! room never waits for the other.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::limits::Limits;

/// Bytes that one permit stands for.
const UNIT: usize = 1 << 10;

/// Room for bodies; requests wait for it in their order.
#[derive(Debug)]
pub(crate) struct Budget {
    received: Arc<Semaphore>,
    decoded: Arc<Semaphore>,
}

/// Room that is taken until it is dropped.
#[derive(Debug)]
pub(crate) struct Room(OwnedSemaphorePermit);

impl Budget {
    /// One request of the largest size always fits.
    pub(crate) fn new(limits: &Limits) -> Self {
        let units = |most: usize| Arc::new(Semaphore::new(units_of(limits.bodies.max(most))));
        Self { received: units(limits.body), decoded: units(limits.decoded) }
    }

    /// Waits for room for so many bytes as they are received.
    pub(crate) async fn receive(&self, bytes: usize) -> Option<Room> {
        take(&self.received, bytes).await
    }

    /// Waits for room for so many decoded bytes.
    pub(crate) async fn decode(&self, bytes: usize) -> Option<Room> {
        take(&self.decoded, bytes).await
    }
}

async fn take(from: &Arc<Semaphore>, bytes: usize) -> Option<Room> {
    let units = u32::try_from(units_of(bytes)).ok()?;
    Arc::clone(from).acquire_many_owned(units).await.ok().map(Room)
}

impl Room {
    /// Gives back what is not needed for so many bytes.
    pub(crate) fn shrink(&mut self, bytes: usize) {
        let surplus = self.0.num_permits().saturating_sub(units_of(bytes));
        drop(self.0.split(surplus));
    }
}

const fn units_of(bytes: usize) -> usize {
    bytes.div_ceil(UNIT)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn room_is_waited_for_in_order_and_given_back() {
        let limits =
            Limits { body: 8 << 10, decoded: 8 << 10, bodies: 8 << 10, ..Limits::default() };
        let budget = Budget::new(&limits);
        let mut first = budget.receive(8 << 10).await.unwrap();
        let mut large = Box::pin(budget.receive(8 << 10));
        assert!(large.as_mut().now_or_never().is_none());
        let mut small = Box::pin(budget.receive(1));
        assert!(small.as_mut().now_or_never().is_none(), "after the large one");
        first.shrink(1);
        assert!(large.as_mut().now_or_never().is_none());
        drop(first);
        drop(large.await.unwrap());
        assert!(small.await.is_some());
    }
}
