//! How many sockets clients may have, and whether they may have any now.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::Semaphore, time::Instant};

use crate::{limits::Limits, metered::MessageBudget};

/// Conversations that are sent to HTTP; one more, and the oldest may open sockets again.
const MOST_OVER_HTTP: usize = 256;

/// Whether sockets are taken at all.
#[derive(Debug)]
pub(crate) struct Sockets {
    refused_until: Mutex<Option<Instant>>,
    /// Conversations of other providers, the latest one last.
    over_http: Mutex<VecDeque<Box<str>>>,
    /// For sockets of clients.
    pub(crate) places: Arc<Semaphore>,
    /// Room for large messages.
    pub(crate) messages: MessageBudget,
}

impl Sockets {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            refused_until: Mutex::default(),
            over_http: Mutex::default(),
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

    /// Sends one conversation to HTTP whenever it opens a socket.
    pub(crate) fn keep_on_http(&self, session: &str) {
        let mut over_http = self.over_http.lock().unwrap_or_else(PoisonError::into_inner);
        over_http.retain(|it| &**it != session);
        if over_http.len() == MOST_OVER_HTTP {
            over_http.pop_front();
        }
        over_http.push_back(session.into());
    }

    /// Whether a conversation is sent to HTTP.
    pub(crate) fn is_kept_on_http(&self, session: &str) -> bool {
        let over_http = self.over_http.lock().unwrap_or_else(PoisonError::into_inner);
        over_http.iter().any(|it| &**it == session)
    }
}
