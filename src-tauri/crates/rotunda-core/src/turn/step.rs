//! Choosing and asking: what a decision does before there is an answer.

use std::time::{Duration, SystemTime};

use super::{
    Action, Decision, Failure, HttpReason, LOOK_PAUSE, Observation, Refusal, TokenRetry, Turn,
    Waiting,
};
use crate::{
    affinity::Affinity,
    choice::Choice,
    event::Event,
    pool::{Chosen, Moment, PoolState, Probe, Work},
    profile::ProfileId,
    verdict::Verdict,
};

/// One decision: the turn, the pool, and the time it is made.
pub(super) struct Step<'a> {
    pub(super) turn: &'a mut Turn,
    pub(super) pool: &'a mut PoolState,
    pub(super) moment: Moment,
    pub(super) events: Vec<Event>,
}

impl Step<'_> {
    pub(super) fn decide(mut self, act: impl FnOnce(&mut Self) -> Action) -> Decision {
        let action = act(&mut self);
        if action.is_final() {
            self.count_missed(&action);
            let lease = self.turn.leased.take_if(|_| action == Action::Commit);
            self.turn.release(self.pool);
            self.turn.leased = lease;
        }
        let action = self.after_release(action);
        Decision { action, events: self.events }
    }

    pub(super) fn observe(&mut self, observation: Observation<'_>) -> Action {
        if observation.is_failure() {
            self.turn.awake_from = self.moment.uptime + LOOK_PAUSE;
        }
        match observation {
            Observation::Answered(answered) => {
                self.received(answered.verdict);
                self.answered(answered)
            }
            Observation::NoOutput => self.release(),
            Observation::Late => self.late(),
            Observation::SocketRefused(answered) => {
                self.received(answered.verdict);
                self.socket_refused(answered)
            }
            Observation::Failed(failure) => {
                if matches!(failure, Failure::NoToken | Failure::Vault | Failure::ProfileGone) {
                    // The next refusal is not that of a token that was just renewed.
                    self.turn.token_retry = TokenRetry::default();
                }
                self.stuck(failure);
                self.give_back();
                self.failed(failure)
            }
            Observation::TokenRenewed => {
                self.turn.token_retry.is_renewed = true;
                self.again()
            }
            Observation::PauseOver => self.again(),
            Observation::ReasoningRemoved => self.reasoning_removed(),
            Observation::NoReasoning => self.no_reasoning(),
            Observation::LookAgain => self.look_again(),
            Observation::PoolChanged => self.restart(),
            Observation::NotWaited => {
                self.turn.waiting = Waiting::Ended;
                self.exhausted()
            }
        }
    }

    fn received(&mut self, verdict: Verdict) {
        if verdict != Verdict::Good {
            self.give_back();
        }
        if !matches!(verdict, Verdict::Gateway | Verdict::Challenge) {
            self.pool.way_worked();
        }
        if !matches!(verdict, Verdict::Gateway | Verdict::Challenge | Verdict::Struggling) {
            self.reopen_last_attempt();
        }
    }

    /// The request is not one of its profile any more.
    fn give_back(&mut self) {
        self.turn.end_silence(self.pool);
        if let Some(id) = self.turn.leased.take() {
            self.pool.end(id);
        }
        let Some(sent_at) = self.turn.sent_at.take() else { return };
        if self.turn.attempts > 1 {
            self.turn.upstream_time += self.moment.uptime.saturating_sub(sent_at);
        } else {
            // The first answer may take as long as it likes: that is no search.
            self.turn.started = self.moment.uptime;
        }
    }

    pub(super) fn choose(&mut self) -> Action {
        if let Some(action) = self.ruled_out() {
            return action;
        }
        if let Some(id) = self.turn.forced_profile.take() {
            return self.send(id);
        }
        if self.is_out_of_time() {
            return self.out_of_time();
        }
        let chosen = self.chosen();
        self.ask(chosen)
    }

    /// The profile that would be tried next.
    pub(super) fn chosen(&mut self) -> Chosen {
        let (work, continuation) = (self.turn.work(), &self.turn.request.continuation);
        let closed = self.pool.closed_to(continuation, &self.turn.tried);
        self.pool.choose_for(continuation, work, &closed, self.moment.now)
    }

    /// One that is ready for the turn and was not asked.
    pub(super) fn ready(&self, work: Work<'_>, tried: &[ProfileId]) -> Option<ProfileId> {
        let closed = self.pool.closed_to(&self.turn.request.continuation, tried);
        self.pool.ready_for(work, &closed, self.moment.now)
    }

    /// Whether profiles have been searched for as long as they may.
    pub(super) fn is_out_of_time(&self) -> bool {
        self.turn.upstream_time >= self.turn.request.search
    }

    /// Asks that profile, or waits.
    pub(super) fn ask(&mut self, chosen: Chosen) -> Action {
        if self.is_held_elsewhere(chosen.affinity) {
            return Action::Resend;
        }
        match chosen.choice {
            Choice::Use(id) if self.is_second_for_chain(chosen.affinity, id) => {
                self.none_left(Choice::Nobody)
            }
            Choice::Use(id) if !chosen.affinity.is_hard() && self.is_place_of_another(id) => {
                // The one that waits longer may wait for another profile.
                if self.is_patient() { self.await_place(chosen.affinity) } else { self.send(id) }
            }
            Choice::Use(id) => match self.probe() {
                Probe::Now => self.send(id),
                Probe::In(pause) => {
                    self.leave_places();
                    self.await_way(pause)
                }
            },
            Choice::Busy => self.await_place(chosen.affinity),
            Choice::Wait(until) if chosen.affinity.only().is_some() => {
                self.withheld_chain(chosen.affinity.only(), until)
            }
            choice => {
                self.leave_places();
                self.none_left(choice)
            }
        }
    }

    /// Requests behind this one need not wait for it.
    fn leave_places(&mut self) {
        if let Some(ticket) = self.turn.ticket {
            self.pool.wait_for_no_place(ticket);
        }
    }

    /// A profile that must not be asked, because purchased credits would pay and the
    /// user does not allow it.
    fn withheld(&mut self, id: ProfileId, until: SystemTime) -> Action {
        if self.turn.is_chained() {
            return self.withheld_chain(Some(id), until);
        }
        self.turn.tried.push(id);
        self.choose()
    }

    /// The same when only that profile can answer. Sent in full, the turn can go to
    /// another profile; over HTTP no client is known to do that, so it reads the limit.
    fn withheld_chain(&mut self, holder: Option<ProfileId>, until: SystemTime) -> Action {
        if self.turn.is_over_socket() {
            return Action::Resend;
        }
        let plan = holder.and_then(|id| self.pool.plan_of(id));
        Action::Refuse(Refusal::Exhausted { until, plan })
    }

    /// Whether another profile was asked before for a chain that none is known to
    /// hold. The profile in use may have changed while the turn waited.
    fn is_second_for_chain(&self, affinity: Affinity, id: ProfileId) -> bool {
        let is_unowned = matches!(affinity, Affinity::Unowned(_));
        is_unowned && self.turn.profile.is_some_and(|first| first != id)
    }

    /// Whether this turn may ask upstream now, or waits for the way to open.
    fn probe(&mut self) -> Probe {
        if self.is_patient() { self.pool.probe(self.moment) } else { Probe::Now }
    }

    /// Whether the turn may still wait for trouble to pass.
    pub(super) fn is_patient(&self) -> bool {
        let age = self.moment.uptime.saturating_sub(self.turn.started);
        age < self.turn.request.search
    }

    /// Whether the last free place of a profile is that of a request which waits
    /// longer.
    fn is_place_of_another(&self, id: ProfileId) -> bool {
        self.pool.has_one_place(id) && !self.pool.is_first(self.turn.ticket, id)
    }

    pub(super) fn out_of_time(&mut self) -> Action {
        if self.turn.is_chained() {
            return Action::Refuse(Refusal::Unavailable);
        }
        self.exhausted()
    }

    fn await_way(&mut self, pause: Duration) -> Action {
        self.turn.obstacles.trouble = true;
        Action::LookAgain(pause)
    }

    fn await_place(&mut self, affinity: Affinity) -> Action {
        if !self.is_patient() {
            return self.busy();
        }
        let route = self.turn.request.route;
        let ticket = *self.turn.ticket.get_or_insert_with(|| self.pool.queue_up(route));
        let (work, continuation) = (self.turn.work(), &self.turn.request.continuation);
        let closed = self.pool.closed_to(continuation, &self.turn.tried);
        self.pool.wait_for_place(ticket, affinity, work, &closed, self.moment.now);
        if !self.turn.obstacles.trouble {
            return Action::LookAgain(self.turn.request.search);
        }
        // Those that had trouble are asked again meanwhile, at intervals.
        let pause = self.pause_left();
        if pause.is_zero() { self.look_later().0 } else { Action::LookAgain(pause) }
    }

    /// How long before trouble is looked at again.
    fn pause_left(&self) -> Duration {
        self.turn.look_at.saturating_sub(self.moment.uptime)
    }

    /// No place came free. One that is ready and was not chosen, since its list lacks
    /// the model, is asked before the turn ends.
    fn busy(&mut self) -> Action {
        let ready = self.ready(self.turn.work(), &self.turn.tried);
        match ready.filter(|_| !self.turn.is_chained()) {
            Some(id) => self.send(id),
            None => self.without_reasoning().unwrap_or(Action::Refuse(Refusal::Busy)),
        }
    }

    /// A turn that waits for a reset searches again, or does so in a moment.
    fn restart(&mut self) -> Action {
        let pause = self.turn.restart.not_before.saturating_sub(self.moment.uptime);
        if !pause.is_zero() {
            self.turn.restart.is_due = true;
            return Action::LookAgain(pause);
        }
        self.turn.restart.begin(self.moment.uptime);
        self.start_over();
        self.choose()
    }

    fn look_again(&mut self) -> Action {
        if self.turn.restart.is_due {
            return self.restart();
        }
        let early = self.turn.awake_from.saturating_sub(self.moment.uptime);
        if !early.is_zero() {
            return Action::LookAgain(early);
        }
        // Many turns may wait: only the way that opened makes them ask at once, and once.
        let is_open = self.turn.way_was_down && !self.pool.is_way_down();
        self.turn.way_was_down &= !is_open;
        let pause = self.pause_left();
        if !pause.is_zero() && !is_open {
            return self.look_early(pause);
        }
        if self.turn.obstacles.trouble {
            // A profile that refused the request would refuse it again.
            self.turn.tried = self.turn.opinions.iter().map(|it| it.profile).collect();
        }
        self.choose()
    }

    /// Before trouble is looked at again: a place may be free all the same.
    fn look_early(&mut self, pause: Duration) -> Action {
        if self.turn.ticket.is_none() {
            return Action::LookAgain(pause);
        }
        let chosen = self.chosen();
        match chosen.choice {
            Choice::Use(_) | Choice::Busy => self.ask(chosen),
            Choice::Wait(_) | Choice::Nobody => Action::LookAgain(pause),
        }
    }

    pub(super) fn send(&mut self, id: ProfileId) -> Action {
        let work = self.turn.work();
        if !work.permits(id) {
            return self.not_permitted(id);
        }
        if self.turn.is_over_socket() && self.pool.is_provider(id) {
            return Action::UseHttp(HttpReason::Provider);
        }
        if let Some(rest) = self.pool.withheld(id, work.payment_terms(), self.moment.now) {
            return self.withheld(id, rest.until);
        }
        let on_credits = self.pool.spending_cause(id, work.payment_terms(), self.moment.now);
        let is_out = self.pool.is_out_while_others_are_ready(id, work, self.moment.now);
        if self.turn.is_over_socket() && self.turn.is_chained() && is_out {
            // Sent in full, it can go to one of the others at once.
            return Action::Resend;
        }
        if let Some(ticket) = self.turn.ticket.take() {
            self.pool.leave_queue(ticket);
        }
        if self.turn.profile != Some(id) {
            self.turn.token_retry = TokenRetry::default();
        }
        self.give_back();
        self.pool.begin(id);
        self.turn.leased = Some(id);
        self.turn.sent_at = Some(self.moment.uptime);
        self.turn.profile = Some(id);
        self.turn.on_credits = on_credits;
        if let Some(cause) = on_credits {
            self.pool.credits_will_pay(id, cause, self.moment.now);
        }
        let is_renewed = std::mem::take(&mut self.turn.token_retry.is_renewed);
        self.turn.attempts += u32::from(!is_renewed);
        Action::Send(id)
    }

    /// Sends the request to the same profile once more, unless its chain was found lost
    /// in the meantime, or another turn showed who holds it.
    pub(super) fn again(&mut self) -> Action {
        let chosen = self.chosen();
        if chosen.affinity == Affinity::Lost {
            return self.none_left(chosen.choice);
        }
        if matches!(chosen.affinity, Affinity::Pinned(holder) if Some(holder) != self.turn.profile)
        {
            return self.ask(chosen);
        }
        self.turn.forced_profile = self.turn.profile;
        self.choose()
    }

    pub(super) fn next_profile(&mut self) -> Action {
        self.turn.tried.extend(self.turn.profile);
        self.choose()
    }
}
