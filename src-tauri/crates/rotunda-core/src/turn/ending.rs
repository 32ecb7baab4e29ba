//! When no profile is left to ask: waiting, or the most useful answer.

use std::time::Duration;

use super::{
    Action, BURST_PAUSE, Bursts, HttpReason, LONGEST_OPINION_WAIT, LastAttempt, Obstacles,
    Reasoning, Refusal, UNREACHABLE_PAUSE, Waiting, step::Step,
};
use crate::{
    choice::Choice,
    event::{Event, Missed},
    pool::{Outlook, Work},
    profile::ProfileId,
    verdict::Verdict,
};

impl Step<'_> {
    pub(super) fn start_over(&mut self) {
        // One whose account may not use the model would refuse it again each time.
        let (model, now) = (self.turn.request.continuation.model.as_deref(), self.moment.now);
        self.turn.tried.retain(|id| self.pool.lacks_model(*id, model, now));
        self.turn.opinions.clear();
        self.turn.opinion_wait = Duration::ZERO;
        self.turn.bursts = Bursts::default();
        self.turn.obstacles = Obstacles::default();
        self.turn.last_attempt = LastAttempt::Open;
        self.turn.answers_from = self.turn.answers.len();
        self.turn.started = self.moment.uptime;
        self.turn.upstream_time = Duration::ZERO;
    }

    pub(super) fn none_left(&mut self, choice: Choice) -> Action {
        if self.turn.is_chained() {
            self.events.push(Event::ChainLost { profile: None });
            return Action::Resend;
        }
        if let Choice::Wait(_) = choice
            && let Some(id) = self.last_attempt()
        {
            return self.send(id);
        }
        self.exhausted()
    }

    /// The best profile when all of them rest for trouble: a rest is local
    /// knowledge, and upstream may know better.
    fn last_attempt(&mut self) -> Option<ProfileId> {
        if std::mem::replace(&mut self.turn.last_attempt, LastAttempt::Used) == LastAttempt::Used {
            return None;
        }
        let (work, continuation) = (self.turn.work(), &self.turn.request.continuation);
        let closed = self.pool.closed_to(continuation, &self.turn.tried);
        self.pool.best_in_trouble(work, &closed, self.moment.now)
    }

    /// The tried profile did not meet trouble, so the trouble of the others
    /// may be over, too.
    pub(super) fn reopen_last_attempt(&mut self) {
        self.turn.last_attempt = LastAttempt::Open;
    }

    /// The former profile could not take the conversation back: the one that refused
    /// its reasoning is asked without it.
    pub(super) fn without_reasoning(&mut self) -> Option<Action> {
        let id = *self.turn.foreign_reasoning.last()?;
        if self.turn.reasoning == Reasoning::Removed {
            return None;
        }
        self.turn.profile = Some(id);
        Some(Action::RemoveReasoning)
    }

    /// No profile is left to ask: wait, or give the most useful answer.
    pub(super) fn exhausted(&mut self) -> Action {
        if let Some(action) = self.ruled_out() {
            return action;
        }
        if let Some(action) = self.without_reasoning() {
            return action;
        }
        if let Some(action) = self.last_bursts() {
            return action;
        }
        if let Some(answer) = self.turn.opinions.first().map(|opinion| opinion.answer) {
            if self.is_another_ready_over_http() {
                return Action::UseHttp(HttpReason::Trouble);
            }
            let may_wait = self.turn.opinion_wait < LONGEST_OPINION_WAIT && self.is_patient();
            if self.turn.obstacles.trouble && may_wait {
                let (action, pause) = self.look_later();
                self.turn.opinion_wait += pause;
                return action;
            }
            return Action::PassThrough { answer, retry_after: None };
        }
        let outlook = self.pool.outlook_for(&self.turn.request.continuation, self.moment.now);
        let is_trouble = outlook == Outlook::Trouble;
        if is_trouble && self.has_no_socket() {
            return Action::UseHttp(HttpReason::Trouble);
        }
        if let Outlook::Quota { until, .. } = outlook
            && self.turn.waiting == Waiting::Allowed
        {
            return Action::AwaitReset(until);
        }
        if is_trouble && let Some(action) = self.answer_for_all() {
            return action;
        }
        Action::Refuse(match outlook {
            Outlook::Quota { until, plan } => {
                self.report_ran_out(until);
                Refusal::Exhausted { until, plan }
            }
            Outlook::Trouble if self.turn.obstacles.vault => Refusal::Vault,
            Outlook::Trouble => Refusal::Unavailable,
            Outlook::Empty => Refusal::NoProfile,
            Outlook::NeedsUser => Refusal::NeedsUser,
        })
    }

    /// Whether a profile with resting sockets could serve the request over HTTP.
    fn is_another_ready_over_http(&self) -> bool {
        let work = Work { over_socket: false, ..self.turn.work() };
        self.has_no_socket() && self.ready(work, &self.turn.tried).is_some()
    }

    fn has_no_socket(&self) -> bool {
        self.turn.is_over_socket()
            && (self.turn.obstacles.socket
                || self.pool.sockets_rest(self.turn.work(), self.moment.now))
    }

    /// The refusal when profiles have answered and none could serve.
    fn answer_for_all(&mut self) -> Option<Action> {
        let from = self.turn.answers_from;
        // A refusal of ours to a request that upstream never saw needs a whole search.
        self.turn.obstacles.trouble |= self.turn.answers.len() == from;
        if self.turn.obstacles.trouble
            && !self.turn.obstacles.vault
            && let action @ Action::LookAgain(_) = self.wait_for_way()
        {
            return Some(action);
        }
        let answers = self.turn.answers.get(from..).unwrap_or_default();
        // A burst, and a model that no account may use: the first answer.
        let first = |wanted: Verdict| answers.iter().position(|it| *it == wanted);
        let is_all = |wanted: Verdict| answers.iter().all(|it| *it == wanted);
        if !answers.is_empty() && is_all(Verdict::Burst) {
            return Some(Action::PassThrough { answer: from, retry_after: Some(BURST_PAUSE) });
        }
        if let Some(at) = first(Verdict::ModelUnavailable)
            && !self.turn.obstacles.trouble
        {
            return Some(Action::PassThrough { answer: from + at, retry_after: None });
        }
        let latest = answers.last().filter(|latest| latest.may_stand_for_all())?;
        let pause = (*latest != Verdict::ModelUnavailable).then_some(UNREACHABLE_PAUSE.as_secs());
        Some(self.pass_latest(pause))
    }

    /// Counts a turn that ends in an error although a profile that is ready was
    /// not tried.
    pub(super) fn count_missed(&mut self, action: &Action) {
        let is_missed = match action {
            Action::Refuse(refusal) => *refusal != Refusal::Broken,
            Action::PassThrough { answer, .. } => {
                let verdict = self.turn.answers.get(*answer);
                !matches!(verdict, Some(Verdict::Request | Verdict::Other))
            }
            _ => false,
        };
        if !is_missed || self.turn.is_chained() {
            return;
        }
        let work = self.turn.work();
        let mut tried = self.turn.tried.clone();
        tried.extend(self.turn.profile);
        if let Some(profile) = self.ready(work, &tried) {
            let route = self.turn.request.route;
            self.pool.count_missed();
            self.events.push(Event::Missed(Missed { profile, route }));
        }
    }
}
