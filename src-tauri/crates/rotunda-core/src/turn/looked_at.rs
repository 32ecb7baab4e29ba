//! What a turn can say of its decisions, for the log and for the trace of a request.

use std::time::SystemTime;

use super::Turn;
use crate::{
    affinity::Affinity,
    pool::{Considered, Moment, PoolState},
    profile::ProfileId,
    verdict::Verdict,
};

impl Turn {
    /// In one word how it is tied, and every profile as it was when the turn went to one.
    pub fn looked_at(
        &self,
        pool: &mut PoolState,
        to: ProfileId,
        now: SystemTime,
    ) -> (&'static str, Vec<Considered>) {
        let tie = pool.tie_of(&self.request.continuation, now);
        let word = match tie {
            Affinity::Free => "free",
            Affinity::Prefer(_) => "prefer",
            Affinity::Sticky(id) if pool.is_choice_of_user(id) => "user_choice",
            Affinity::Sticky(_) => "sticky",
            Affinity::Pinned(_) => "pinned",
            Affinity::Unowned(_) => "unowned",
            Affinity::Lost => "lost",
        };
        (word, pool.considered(tie, self.work(), &self.tried, to, self.is_limited(), now))
    }

    /// Whether it waits for a free place on a profile.
    pub fn waits_for_place(&self) -> bool {
        self.ticket.is_some()
    }

    /// Whether it has searched for a profile, or waited for one, for as long as it may.
    pub fn is_search_over(&self, moment: Moment) -> bool {
        let age = moment.uptime.saturating_sub(self.started);
        self.upstream_time >= self.request.search || age >= self.request.search
    }

    /// What an answer meant, counted from 0 in the order in which they came.
    pub fn verdict_of(&self, answer: usize) -> Option<Verdict> {
        self.answers.get(answer).copied()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        affinity::Continuation,
        pool::Fact,
        profile::PoolProfile,
        testing::{pool_of, profile},
        turn::{Action, Request},
        verdict::Transport,
    };

    #[test]
    fn each_profile_says_what_counted_when_one_was_chosen() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let mut pool = pool_of(&[1, 2, 3].map(ProfileId));
        pool.put(PoolProfile { paused: true, ..profile(ProfileId(3)) });
        pool.quota_out(ProfileId(1), None, now);
        let continuation = Continuation::default();
        let search = Duration::from_secs(30);
        let (transport, route) = (Transport::Http, "responses");
        let mut turn = Turn::new(Request { transport, continuation, route, search });
        let decision = turn.start(&mut pool, Moment { now, uptime: Duration::ZERO });
        assert_eq!(decision.action, Action::Send(ProfileId(2)));
        let (tie, looked_at) = turn.looked_at(&mut pool, ProfileId(2), now);
        let facts: Vec<_> = looked_at.iter().map(|it| (it.profile.0, it.facts.clone())).collect();
        assert_eq!(
            (tie, facts),
            (
                "free",
                vec![
                    (2, vec![Fact::OrderFirst, Fact::QuotaUnknown]),
                    (1, vec![Fact::Resting]),
                    (3, vec![Fact::Paused]),
                ]
            )
        );
        for fact in looked_at.iter().flat_map(|it| &it.facts) {
            assert_eq!(serde_json::to_value(fact).unwrap(), fact.name());
        }
        // The request itself does not count.
        assert_eq!(looked_at[0].in_flight, 0);
        assert!(looked_at[1].until.is_some_and(|until| until > now));
    }
}
