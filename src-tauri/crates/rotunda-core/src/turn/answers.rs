//! What each answer, and each failure, means for the turn.

use std::time::Duration;

use super::{
    Action, Answered, Failure, HttpReason, LONGEST_LOOK_PAUSE, LOOK_PAUSE, MOST_REFUSED_TOKENS,
    Opinion, Reasoning, Refusal, step::Step,
};
use crate::{choice::Choice, pool::RefusalKey, profile::ProfileId, verdict::Verdict};

impl Step<'_> {
    pub(super) fn answered(&mut self, answered: Answered<'_>) -> Action {
        let Some(id) = self.turn.profile else { return self.choose() };
        let verdict = answered.verdict;
        let answer = self.turn.answers.len();
        self.turn.answers.push(verdict);
        if answered.is_event {
            self.turn.events.push(answer);
        }
        self.record(id, answered);
        self.turn.bursts.end(id);
        let as_received = Action::PassThrough { answer, retry_after: None };
        match verdict {
            Verdict::Good => self.commit(id),
            Verdict::Request => as_received,
            Verdict::Quota(_) | Verdict::NotEntitled if self.turn.is_chained() => {
                if self.turn.is_over_socket() { Action::Resend } else { as_received }
            }
            Verdict::ModelUnavailable | Verdict::Other if self.turn.is_chained() => {
                if self.may_resend(id) { Action::Resend } else { as_received }
            }
            Verdict::Quota(_) | Verdict::NotEntitled | Verdict::ModelUnavailable => {
                self.next_profile()
            }
            Verdict::Other => self.second_opinion(id, answer, answered),
            Verdict::Unauthorized => self.token_refused(answered),
            Verdict::Burst => self.burst(id, answer, answered),
            Verdict::Struggling | Verdict::Gateway | Verdict::Challenge => {
                self.trouble(id, verdict)
            }
            Verdict::ChainLost => {
                self.events.push(self.pool.doubted_chain(
                    id,
                    &self.turn.request.continuation,
                    self.moment.now,
                ));
                Action::Resend
            }
            Verdict::ForeignReasoning if self.turn.is_chained() => as_received,
            Verdict::ForeignReasoning => self.former_profile(id),
        }
    }

    fn record(&mut self, id: ProfileId, answered: Answered<'_>) {
        let model = self.turn.request.continuation.model.as_deref();
        let (limit, route) = ((answered.limit, model), self.turn.request.route);
        let events = self.pool.record_verdict(id, answered.verdict, limit, route, self.moment);
        self.events.extend(events);
    }

    /// After the error for a lost chain the client sends the turn in full, and then it can
    /// go elsewhere.
    pub(super) fn may_resend(&self, id: ProfileId) -> bool {
        self.turn.is_chained()
            && self.turn.is_over_socket()
            && self.pool.others_ready(id, self.turn.work(), self.moment.now)
    }

    fn commit(&mut self, id: ProfileId) -> Action {
        let work = self.turn.work();
        if let Some(cause) = self.turn.on_credits {
            self.events.extend(self.pool.credits_pay(id, cause, self.moment.now));
        }
        self.pool.served_work(id, work);
        // It served what the others refused: that was about their accounts.
        for opinion in &self.turn.opinions {
            self.pool.rest_for_work(opinion.profile, work, self.moment.now);
        }
        Action::Commit
    }

    /// A refusal that the rules do not know. Another profile is tried to learn whether it
    /// is about the request or about the account.
    fn second_opinion(&mut self, id: ProfileId, answer: usize, answered: Answered<'_>) -> Action {
        let key = RefusalKey { status: answered.status, code: answered.code.map(str::to_owned) };
        let work = self.turn.work();
        if self.pool.is_known_refusal(&key, work, self.moment.now) {
            return Action::PassThrough { answer, retry_after: None };
        }
        // One profile that refuses twice is no second opinion.
        if self.turn.opinions.iter().any(|opinion| opinion.profile == id) {
            return self.next_profile();
        }
        let alike = self.turn.opinions.iter().find(|opinion| opinion.key == key);
        if let Some(first) = alike {
            self.pool.know_refusal(&key, work, self.moment.now);
            return Action::PassThrough { answer: first.answer, retry_after: None };
        }
        // Refusals that differ are about the accounts.
        self.turn.opinions.push(Opinion { profile: id, answer, key });
        self.next_profile()
    }

    /// Upstream, or the way to it, has trouble.
    fn trouble(&mut self, id: ProfileId, verdict: Verdict) -> Action {
        self.turn.obstacles.trouble = true;
        if !self.turn.is_chained() {
            return self.next_profile();
        }
        if self.may_resend(id) {
            return Action::Resend;
        }
        // A bot check that only this profile meets does not pass in seconds.
        if verdict == Verdict::Challenge && !self.pool.is_way_down() {
            return Action::Refuse(Refusal::Unavailable);
        }
        self.wait_for_way()
    }

    /// Waits until the way to upstream may be open again.
    pub(super) fn wait_for_way(&mut self) -> Action {
        if !self.is_patient() || self.is_out_of_time() {
            return Action::Refuse(Refusal::Unavailable);
        }
        self.look_later().0
    }

    /// Waits a moment before trouble is looked at again, longer each time.
    pub(super) fn look_later(&mut self) -> (Action, Duration) {
        let pause = LOOK_PAUSE * 2u32.pow(self.turn.looks.min(8));
        self.turn.looks += 1;
        let pause = pause.min(LONGEST_LOOK_PAUSE).max(self.pool.next_probe(self.moment));
        self.turn.look_at = self.moment.uptime + pause;
        self.turn.way_was_down = self.pool.is_way_down();
        (Action::LookAgain(pause), pause)
    }

    pub(super) fn socket_refused(&mut self, answered: Answered<'_>) -> Action {
        let Some(id) = self.turn.profile else { return self.choose() };
        let verdict = answered.verdict;
        // Sockets may refuse a token that HTTP accepts.
        if verdict == Verdict::Unauthorized && self.count_token_refusal(answered).is_none() {
            return Action::RenewToken(id);
        }
        self.turn.obstacles.socket = true;
        // Trouble with sockets rests the sockets and no turn.
        if verdict != Verdict::Struggling {
            let route = self.turn.request.route;
            let events = self.pool.record_verdict(id, verdict, (None, None), route, self.moment);
            self.events.extend(events);
        }
        match verdict {
            // A way that is away is away for HTTP, too, and for each profile.
            Verdict::Quota(_) | Verdict::NotEntitled | Verdict::Gateway | Verdict::Challenge => {}
            _ => self.pool.rest_sockets(id, self.moment.now),
        }
        if self.may_resend(id) {
            return Action::Resend;
        }
        if self.turn.is_chained() {
            return Action::UseHttp(HttpReason::Refused(verdict));
        }
        self.turn.tried.push(id);
        let chosen = self.chosen();
        match chosen.choice {
            Choice::Use(_) if self.is_out_of_time() => self.out_of_time(),
            Choice::Use(_) => self.ask(chosen),
            _ => Action::UseHttp(HttpReason::Refused(verdict)),
        }
    }

    /// A token is renewed once. When the renewed one is refused too, upstream has
    /// trouble with this account or on this route: only the issuer says that a
    /// sign-in is gone.
    fn token_refused(&mut self, answered: Answered<'_>) -> Action {
        let Some(id) = self.turn.profile else { return self.choose() };
        match self.count_token_refusal(answered) {
            None => Action::RenewToken(id),
            Some(failure) => self.failed(failure),
        }
    }

    /// Why a refused token is not renewed, if it is not.
    fn count_token_refusal(&mut self, answered: Answered<'_>) -> Option<Failure> {
        let retry = &mut self.turn.token_retry;
        retry.all += 1;
        retry.of_current += u32::from(answered.token_is_current);
        if retry.of_current > 1 {
            return Some(Failure::TokenRefused);
        }
        (retry.all > MOST_REFUSED_TOKENS).then_some(Failure::NoToken)
    }

    /// Another account's encrypted reasoning: back to where the conversation was,
    /// or once more without it.
    fn former_profile(&mut self, id: ProfileId) -> Action {
        let continuation = &self.turn.request.continuation;
        let closed = self.pool.closed_to(continuation, &self.turn.tried);
        let former = self.pool.former_profile(continuation, id, &closed, self.moment.now);
        if former.is_some() {
            self.turn.tried.push(id);
            self.turn.forced_profile = former;
            self.turn.foreign_reasoning.push(id);
            return self.choose();
        }
        match self.turn.reasoning {
            Reasoning::Kept => Action::RemoveReasoning,
            Reasoning::Removed => self.pass_latest(None),
        }
    }

    /// Each profile that refused the request for its reasoning may be tried again.
    pub(super) fn reasoning_removed(&mut self) -> Action {
        self.turn.reasoning = Reasoning::Removed;
        let open = std::mem::take(&mut self.turn.foreign_reasoning);
        self.turn.tried.retain(|id| !open.contains(id));
        self.again()
    }

    pub(super) fn no_reasoning(&mut self) -> Action {
        self.turn.reasoning = Reasoning::Removed;
        let is_tried = self.turn.profile.is_some_and(|id| self.turn.tried.contains(&id));
        if self.turn.answers.last() == Some(&Verdict::ForeignReasoning) && !is_tried {
            return self.pass_latest(None);
        }
        self.exhausted()
    }

    pub(super) fn pass_latest(&self, retry_after: Option<u64>) -> Action {
        Action::PassThrough { answer: self.turn.answers.len().saturating_sub(1), retry_after }
    }

    pub(super) fn failed(&mut self, failure: Failure) -> Action {
        let Some(id) = self.turn.profile else { return self.choose() };
        self.turn.bursts.end(id);
        let route = self.turn.request.route;
        self.events.extend(self.pool.record_failure(id, failure, route, self.moment));
        match failure {
            Failure::Ambiguous => return Action::Refuse(Refusal::Broken),
            Failure::SignInLost if self.turn.is_chained() => return Action::Resend,
            Failure::Vault if self.turn.is_chained() => return Action::Refuse(Refusal::Vault),
            Failure::Vault => self.turn.obstacles.vault = true,
            _ if self.may_resend(id) => return Action::Resend,
            Failure::Unreachable | Failure::Stuck | Failure::ProfileGone
                if self.turn.is_chained() =>
            {
                return self.wait_for_way();
            }
            _ if self.turn.is_chained() => return Action::Refuse(Refusal::Unavailable),
            // A profile that was signed in anew can serve with its next token.
            Failure::Unreachable | Failure::Stuck | Failure::NoToken | Failure::ProfileGone => {
                self.turn.obstacles.trouble = true;
            }
            Failure::SignInLost | Failure::TokenRefused => self.reopen_last_attempt(),
        }
        self.turn.tried.push(id);
        self.choose()
    }
}
