//! Requests that wait until a profile may take one more.

use super::PoolState;

/// A place in the queue of requests that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(u64);

impl PoolState {
    /// Takes the last place in the queue.
    pub fn queue_up(&mut self) -> Ticket {
        self.last_ticket += 1;
        self.queue.push_back(self.last_ticket);
        Ticket(self.last_ticket)
    }

    /// Leaves the queue.
    pub fn leave_queue(&mut self, ticket: Ticket) {
        self.queue.retain(|waiting| *waiting != ticket.0);
    }

    /// Whether a request may take a place that is free: it does not wait behind
    /// another one.
    pub fn is_first(&self, ticket: Option<Ticket>) -> bool {
        self.queue.front().is_none_or(|first| ticket == Some(Ticket(*first)))
    }
}
