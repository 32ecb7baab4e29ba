//! Requests that wait until a profile may take one more.
//!
//! A free place goes to the request that waits longest among those that can use it.
//! Requests of one route take turns with those of the others, so that a burst of one kind
//! keeps none of another kind waiting (start-time fair queuing, with one lane per route).

use std::time::SystemTime;

use super::{Entry, PoolState, Work};
use crate::{
    affinity::Affinity,
    profile::{ProfileId, Standing},
};

/// A place in the queue of requests that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(u64);

/// A request that waits.
#[derive(Debug)]
pub(super) struct Queued {
    ticket: u64,
    /// Requests of one route have growing ranks; the lowest rank is served first.
    rank: u64,
    route: &'static str,
    /// The profiles that it could go to.
    waits_for: Vec<ProfileId>,
}

impl PoolState {
    /// A request begins to wait for a profile to come back.
    pub fn begin_waiting(&mut self) {
        self.waiting += 1;
    }

    /// It waits no longer.
    pub fn end_waiting(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// Takes the last place of this route in the queue.
    pub fn queue_up(&mut self, route: &'static str) -> Ticket {
        self.last_ticket += 1;
        let before_first = self.queue.first().map_or(0, |first| first.rank.saturating_sub(1));
        let of_route = self.queue.iter().filter(|it| it.route == route).map(|it| it.rank);
        let rank = of_route.max().unwrap_or_default().max(before_first) + 1;
        let after = self.queue.partition_point(|it| it.rank <= rank);
        let queued = Queued { ticket: self.last_ticket, rank, route, waits_for: Vec::new() };
        self.queue.insert(after, queued);
        Ticket(self.last_ticket)
    }

    /// Remembers which profiles a request waits for: those that are ready for it and have
    /// one place or none.
    pub fn wait_for_place(
        &mut self,
        ticket: Ticket,
        affinity: Affinity,
        work: Work<'_>,
        tried: &[ProfileId],
        now: SystemTime,
    ) {
        let may_use = |entry: &&Entry| {
            let id = entry.profile.id;
            let is_open = match affinity {
                Affinity::Pinned(holder) => holder == id && work.permits(id),
                _ => !tried.contains(&id) && self.may_serve_by(entry, work.allowed),
            };
            is_open
                && self.has_one_place(id)
                && !entry.rests_for(work, now)
                && self.standing_of(entry, work.payment_terms(), now) == Standing::Ready
        };
        let waits_for = self.entries.values().filter(may_use).map(|it| it.profile.id).collect();
        if let Some(queued) = self.queue.iter_mut().find(|it| it.ticket == ticket.0) {
            queued.waits_for = waits_for;
        }
    }

    /// A request that keeps its ticket could use no place for now.
    pub fn wait_for_no_place(&mut self, ticket: Ticket) {
        if let Some(queued) = self.queue.iter_mut().find(|it| it.ticket == ticket.0) {
            queued.waits_for.clear();
        }
    }

    /// Leaves the queue.
    pub fn leave_queue(&mut self, ticket: Ticket) {
        self.queue.retain(|it| it.ticket != ticket.0);
    }

    /// Whether a request may take a place of this profile that is free: none before it
    /// waits for the same profile.
    pub fn is_first(&self, ticket: Option<Ticket>, id: ProfileId) -> bool {
        let first = self.queue.iter().find(|it| it.waits_for.contains(&id));
        first.is_none_or(|first| ticket == Some(Ticket(first.ticket)))
    }

    /// Whether no request waits for a place.
    pub fn is_queue_empty(&self) -> bool {
        self.queue.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::{
        choice::Rules,
        profile::{Credits, Usage, Window},
        testing::pool_of,
    };

    const A: ProfileId = ProfileId(1);
    const B: ProfileId = ProfileId(2);

    fn pool() -> PoolState {
        let mut pool = pool_of(&[A, B]);
        pool.set_rules(Rules { hard_cap: 1, ..Rules::default() });
        for id in [A, B] {
            pool.begin(id);
        }
        pool
    }

    /// Queues up for both profiles, or for the one that holds its context.
    fn waits(pool: &mut PoolState, route: &'static str, affinity: Affinity) -> Ticket {
        let ticket = pool.queue_up(route);
        let work = Work { model: None, route, over_socket: false, allowed: None };
        pool.wait_for_place(ticket, affinity, work, &[], UNIX_EPOCH);
        ticket
    }

    fn first(pool: &PoolState, tickets: &[Ticket], id: ProfileId) -> Option<usize> {
        tickets.iter().position(|ticket| pool.is_first(Some(*ticket), id))
    }

    #[test]
    fn a_place_goes_to_the_request_that_waits_longest() {
        let mut pool = pool();
        let tickets = [0, 1].map(|_| waits(&mut pool, "responses", Affinity::Free));
        assert_eq!(first(&pool, &tickets, A), Some(0));
        assert!(!pool.is_first(None, A), "a new request waits behind both");
        pool.leave_queue(tickets[0]);
        assert_eq!(first(&pool, &tickets, A), Some(1));
        pool.leave_queue(tickets[1]);
        assert!(pool.is_first(None, A) && pool.is_queue_empty());
    }

    #[test]
    fn a_request_that_waits_for_one_profile_keeps_none_from_another() {
        let mut pool = pool();
        let pinned = waits(&mut pool, "responses", Affinity::Pinned(A));
        let free = waits(&mut pool, "responses", Affinity::Free);
        assert_eq!(first(&pool, &[pinned, free], A), Some(0));
        assert_eq!(first(&pool, &[pinned, free], B), Some(1));
    }

    #[test]
    fn a_burst_of_one_route_keeps_no_other_route_waiting() {
        let mut pool = pool();
        let mut waiting: Vec<_> =
            (0..20).map(|_| ("compact", waits(&mut pool, "compact", Affinity::Free))).collect();
        for _ in 0..3 {
            waiting.push(("responses", waits(&mut pool, "responses", Affinity::Free)));
        }
        let mut served = Vec::new();
        while !waiting.is_empty() {
            let at = waiting.iter().position(|(_, it)| pool.is_first(Some(*it), A)).unwrap();
            let (route, ticket) = waiting.remove(at);
            pool.leave_queue(ticket);
            served.push(route);
        }
        let places: Vec<_> = (0..served.len()).filter(|at| served[*at] == "responses").collect();
        assert_eq!(places, [1, 3, 5]);
    }

    /// Without consent to its credits it must not be asked, so it is none to wait for.
    #[test]
    fn a_profile_that_needs_consent_to_its_credits_is_not_waited_for() {
        let mut pool = pool();
        let balance = Some("12".to_owned());
        let credits = Some(Credits { available: true, unlimited: false, balance });
        let length = Duration::from_secs(18_000);
        let window = Window { length, used_percent: 100.0, resets_at: Some(UNIX_EPOCH + length) };
        let usage = Usage { windows: vec![window], plan: None, credits, read_at: UNIX_EPOCH };
        pool.read_usage(A, usage, false, UNIX_EPOCH);
        waits(&mut pool, "responses", Affinity::Free);
        assert!(pool.is_first(None, A) && !pool.is_first(None, B));
    }

    #[test]
    fn what_was_tried_or_rests_is_not_waited_for() {
        let mut pool = pool();
        let ticket = pool.queue_up("responses");
        let work = Work { model: None, route: "responses", over_socket: false, allowed: None };
        pool.wait_for_place(ticket, Affinity::Free, work, &[A], UNIX_EPOCH);
        assert!(pool.is_first(None, A) && !pool.is_first(None, B));
    }
}
