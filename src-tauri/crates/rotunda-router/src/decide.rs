//! A turn with the pool it decides on.

use std::time::Duration;

use rotunda_core::{
    PoolState,
    affinity::Continuation,
    pool::{Considered, Moment},
    trace::{Marker, failure_word, http_word, refusal_word, verdict_word},
    turn::{Action, Answered, Decision, Observation, Refusal, Turn},
    verdict::Verdict,
};
use tokio::sync::watch;

use crate::{
    limits::Limits,
    pool::{Lease, Pool},
    trace::Trace,
};

/// The turn machine of one request. Dropped, it gives back what the turn holds
/// in the pool.
#[derive(Debug)]
pub(crate) struct Decider {
    pool: Pool,
    turn: Turn,
    trace: Trace,
    /// Changes of the pool, from the first time that the turn waits for one.
    changed: Option<watch::Receiver<u64>>,
}

impl Decider {
    pub(crate) fn new(pool: Pool, turn: Turn, trace: Trace) -> Self {
        Self { pool, turn, trace, changed: None }
    }

    pub(crate) fn start(&mut self) -> Action {
        let (action, seen) = decide(&self.pool, &self.trace, &mut self.turn, Turn::start);
        self.write_down(&action, seen);
        action
    }

    pub(crate) fn observe(&mut self, observation: Observation<'_>) -> Action {
        self.write_down_observation(observation);
        let (pool, trace, turn) = (&self.pool, &self.trace, &mut self.turn);
        let mut decide = || {
            decide(pool, trace, turn, |turn, pool, moment| turn.observe(observation, pool, moment))
        };
        let (action, seen) = match &mut self.changed {
            Some(changed) => unless_own(changed, &mut decide),
            None => decide(),
        };
        self.write_down(&action, seen);
        action
    }

    fn write_down_observation(&self, observation: Observation<'_>) {
        match observation {
            Observation::Answered(Answered { verdict, .. })
            | Observation::SocketRefused(Answered { verdict, .. })
                if verdict != Verdict::Good =>
            {
                self.trace.mark(Marker::AttemptEnded, None, verdict_word(verdict));
            }
            Observation::Failed(failure) => {
                self.trace.mark(Marker::AttemptEnded, None, failure_word(failure));
            }
            _ => {}
        }
    }

    /// Writes down what a decision came to.
    fn write_down(&self, action: &Action, seen: LookedAt) {
        let trace = &self.trace;
        let is_of_search =
            matches!(action, Action::Refuse(Refusal::Unavailable | Refusal::Busy | Refusal::Vault));
        if is_of_search && seen.is_search_over {
            trace.mark(Marker::Budget, None, "search");
        }
        match action {
            Action::Send(id) => {
                trace.chosen(*id, seen.tie, seen.considered);
            }
            Action::RenewToken(id) => trace.mark(Marker::TokenRenewal, Some(*id), ""),
            Action::RemoveReasoning => trace.mark(Marker::ReasoningRemoved, None, ""),
            Action::Pause(_) => trace.mark_once(Marker::Pause, "burst"),
            Action::LookAgain(_) if self.turn.waits_for_place() => {
                trace.mark_once(Marker::Cap, "places");
            }
            Action::LookAgain(_) => trace.mark_once(Marker::Pause, "trouble"),
            Action::PassThrough { answer, .. } => {
                let verdict = self.turn.verdict_of(*answer).map_or("other", verdict_word);
                trace.mark(Marker::Passthrough, None, verdict);
            }
            Action::Refuse(refusal) => trace.mark(Marker::Refused, None, refusal_word(refusal)),
            Action::UseHttp(reason) => trace.mark(Marker::UseHttp, None, http_word(*reason)),
            // A lost chain is an event of its own; otherwise its profile is out.
            Action::Resend if !trace.has(Marker::StaleContinuation) => {
                trace.mark(Marker::StaleContinuation, None, "profile_out");
            }
            Action::Resend
            | Action::AwaitReset(_)
            | Action::KeepWaiting
            | Action::Release
            | Action::Commit
            | Action::BreakOff => {}
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

    /// After how long the answer to the latest attempt is late.
    pub(crate) fn longest_silence(&self, limits: &Limits) -> Duration {
        self.pool.read(|pool, _| self.turn.longest_silence(pool, limits.silence))
    }

    /// The answer to the latest attempt began, so long after it was sent.
    pub(crate) fn answer_began(&mut self, took: Duration) {
        self.pool.read(|pool, _| self.turn.answer_began(pool, took));
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

/// What there was at a decision.
#[derive(Debug, Default)]
struct LookedAt {
    /// The turn has searched for as long as it may.
    is_search_over: bool,
    /// How the request is tied; with a choice of a profile only.
    tie: &'static str,
    /// Every profile as the choice saw it.
    considered: Vec<Considered>,
}

/// Has a turn decide, and looks at the profiles when it goes to one.
fn decide(
    pool: &Pool,
    trace: &Trace,
    turn: &mut Turn,
    act: impl FnOnce(&mut Turn, &mut PoolState, Moment) -> Decision,
) -> (Action, LookedAt) {
    let mut seen = LookedAt::default();
    let action = pool.decide(trace, |pool, moment| {
        let decision = act(turn, pool, moment);
        if let Action::Send(id) = decision.action {
            (seen.tie, seen.considered) = turn.looked_at(pool, id, moment.now);
        }
        seen.is_search_over = turn.is_search_over(moment);
        decision
    });
    (action, seen)
}

/// Decides, and does not take the change that the decision itself makes for one
/// of another turn.
fn unless_own<T>(changed: &mut watch::Receiver<u64>, decide: impl FnOnce() -> T) -> T {
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
