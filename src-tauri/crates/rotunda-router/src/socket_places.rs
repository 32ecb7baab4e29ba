//! How many sockets clients may have, and whether they may have any now.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::Semaphore, time::Instant};

use crate::{limits::Limits, metered::MessageBudget};

/// Whether sockets are taken at all.
#[derive(Debug)]
pub(crate) struct Sockets {
    refused_until: Mutex<Option<Instant>>,
    /// For sockets of clients.
    pub(crate) places: Arc<Semaphore>,
    /// Room for large messages.
    pub(crate) messages: MessageBudget,
}

impl Sockets {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            refused_until: Mutex::default(),
            places: Arc::new(Semaphore::new(limits.connections)),
            messages: MessageBudget::new(limits.body, limits.bodies, limits.chunk),
        }
    }

    /// Whether clients are sent to HTTP now.
    pub(crate) fn are_refused(&self) -> bool {
        let until = *self.refused_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    /// Sends clients to HTTP for so long. A shorter time never ends a longer one.
    pub(crate) fn refuse(&self, time: Duration) {
        let until = Some(Instant::now() + time);
        let mut refused = self.refused_until.lock().unwrap_or_else(PoisonError::into_inner);
        *refused = until.max(*refused);
    }
}
