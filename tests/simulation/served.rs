//! The end of a turn: what the client gets, and what is learnt of an answer.

use rotunda_core::{
    ProfileId, Verdict,
    affinity::KeyKind,
    classify,
    profile::{Kind, PoolProfile, Usage, Window},
    turn::{Action, Failure, Refusal},
    verdict::Stated,
};

use crate::{
    account::{End, Stating, Then},
    client::Ending,
    clock::span,
    naive::{is_ready, left},
    naive_ledger::Holder,
    naive_limits::{is_own_limit, limit_of},
    plant::Plant,
    run::Run,
    world::{Event, Response, World, account_name, log},
};

impl World {
    /// The turn is over for the machine.
    pub(crate) fn finish(&mut self, at: usize, mut run: Box<Run>, action: &Action) {
        self.turns += 1;
        self.check_final(at, &run, action);
        if matches!(action, Action::Refuse(Refusal::Exhausted { .. })) && !run.is_voice() {
            self.turn_is_missed();
        }
        if *action == Action::Commit {
            self.check_reported(&run);
        }
        let task = run.task;
        let ending = match action {
            Action::Commit => {
                if self.commit(at, &mut run) {
                    self.runs[at] = Some(run);
                    return;
                }
                Ending::Trouble
            }
            Action::Resend => Ending::Resend,
            Action::UseHttp(_) => Ending::UseHttp,
            Action::Refuse(
                Refusal::Unavailable | Refusal::Busy | Refusal::Vault | Refusal::Broken,
            )
            | Action::BreakOff => Ending::Trouble,
            Action::PassThrough { answer, .. } => {
                let verdict = run.answers.get(*answer).map(|answer| answer.verdict);
                match verdict {
                    Some(Verdict::Burst) => Ending::Trouble,
                    _ => Ending::Refused,
                }
            }
            _ => Ending::Refused,
        };
        self.runs[at] = None;
        self.react(task, ending);
    }

    /// The answer goes to the client. False when it broke off before any output.
    fn commit(&mut self, at: usize, run: &mut Run) -> bool {
        run.is_committed = true;
        run.stamp += 1;
        run.lease = run.turn.take_lease();
        let (Some(id), Some(Then::Output { lasts, .. })) = (run.profile, run.then.clone()) else {
            // It may have been produced all the same.
            let moment = self.moment();
            if let Some(id) = run.profile {
                self.allow_rest(id, 120_000);
                let events = self.pool.record_failure(id, Failure::Ambiguous, run.route, moment);
                self.follow_trouble(id, run.route);
                self.follow_events(&events);
            }
            self.end_lease(run);
            self.changed(Some(at));
            return false;
        };
        let now = self.now();
        let model = run.work().model;
        let view = self.plain_view();
        let profile = view.profiles.iter().find(|it| it.profile.id == id);
        let is_own_limit = profile.is_some_and(|it| is_own_limit(it, model));
        let is_paused = profile.is_some_and(|it| {
            it.standing == rotunda_core::Standing::Paused && limit_of(it, model).is_some()
        });
        self.naive.may_use(run.turn.continuation());
        let session = run.turn.continuation().session.as_deref();
        let ledger = self.pool.ledger();
        let holder = self.naive.ledger.holder(KeyKind::Session, session, now, ledger);
        self.plant_removed(id);
        let events = self.pool.committed(id, run.turn.continuation(), now);
        log!(self, "turn {at}: served by {id} {events:?}");
        self.follow_events(&events);
        self.remember_conversation(id, run, holder);
        if is_paused && self.has_profile(id) {
            self.naive.is_serving_unclear = true;
        } else if !is_own_limit && self.has_profile(id) {
            self.naive.serve_from(id);
        }
        if run.is_voice() {
            self.schedule(lasts, Event::End { run: at, stamp: run.stamp });
            self.changed(Some(at));
            return true;
        }
        let response = self.responses.len();
        self.responses.push(Response { owner: id, is_alive: true });
        let name = format!("r{response}");
        self.pool.learned_response(id, &name, now);
        let job = &mut self.jobs[run.task];
        (job.latest, job.reasoning_of) = (Some(response), Some(id));
        let is_new = job.turn_state.is_none();
        let state = is_new.then(|| format!("t{}-{response}", run.task));
        if let Some(state) = &state {
            job.turn_state = Some((state.clone(), id));
            self.pool.learned_turn_state(id, state, now);
        }
        self.remember_names(id, &name, state.as_deref());
        self.check_learned(id, &name, state.as_deref());
        self.schedule(lasts, Event::End { run: at, stamp: run.stamp });
        self.changed(Some(at));
        true
    }

    /// A profile that was removed is there again.
    fn plant_removed(&mut self, id: ProfileId) {
        if self.plant != Some(Plant::BindsRemoved) || self.has_profile(id) {
            return;
        }
        let (kind, account_id) = (Kind::ChatGpt, Some(account_name(id)));
        let (rank, paused, own_sign_in) = (0, true, false);
        self.pool.put(PoolProfile { id, kind, account_id, rank, paused, own_sign_in });
    }

    /// What upstream calls the response and its turn, once more.
    fn remember_names(&mut self, id: ProfileId, response: &str, state: Option<&str>) {
        let (now, is_known) = (self.now(), self.has_profile(id));
        if is_known {
            self.naive.ledger.bind(KeyKind::Response, response, id, now);
        }
        match state {
            Some(state) if is_known => {
                self.naive.ledger.bind(KeyKind::TurnState, state, id, now);
            }
            Some(state) => self.naive.ledger.foreign_state(state, id, now),
            None => {}
        }
    }

    /// What the ledger learns when a profile serves, once more. An answer of one that is
    /// gone binds nothing.
    fn remember_conversation(&mut self, id: ProfileId, run: &Run, holder: Holder) {
        if !self.has_profile(id) {
            return;
        }
        let (continuation, now) = (run.turn.continuation(), self.now());
        if let Some(response) = &continuation.previous_response {
            self.naive.ledger.bind(KeyKind::Response, response, id, now);
        }
        let Some(session) = &continuation.session else { return };
        if continuation.compact {
            self.naive.ledger.bind(KeyKind::Compact, session, id, now);
        }
        if !self.is_away_for_a_moment(holder, id) {
            self.naive.ledger.bind(KeyKind::Session, session, id, now);
        }
    }

    /// A committed answer is over.
    pub(crate) fn ended(&mut self, at: usize) {
        let Some(mut run) = self.runs[at].take() else { return };
        let Some(id) = run.profile else { return };
        let end = match run.then.take() {
            Some(Then::Output { end, .. }) => end,
            _ => End::Complete,
        };
        let ending = match end {
            End::Complete => Ending::Served,
            End::Cut => Ending::Trouble,
            End::Failed(stating) => {
                self.failed_after_output(id, &run, &stating);
                Ending::Refused
            }
        };
        log!(self, "turn {at}: over, {ending:?}");
        self.end_lease(&mut run);
        self.changed(Some(at));
        self.react(run.task, ending);
    }

    /// Passed on, but not forgotten.
    fn failed_after_output(&mut self, id: ProfileId, run: &Run, stating: &Stating) {
        let stated =
            Stated { status: stating.status, headers: &stating.headers, error: &stating.error };
        let asked = run.traits();
        let now = self.now();
        if let Verdict::Quota(reset) = classify(stated, asked, now) {
            self.allow_quota_rest(id, stating);
            let model = run.turn.continuation().model.as_deref();
            let events = self.pool.limit_out(id, (None, model), reset, now);
            log!(self, "{id} is out after output: {events:?}");
            self.follow_reserve(run, id, None);
            self.follow_events(&events);
        }
    }

    fn end_lease(&mut self, run: &mut Run) {
        if let Some(id) = run.lease.take() {
            self.pool.end(id);
        }
        run.turn.release(&mut self.pool);
    }

    /// The socket of upstream is gone before any output: so is the client's.
    pub(crate) fn cut(&mut self, at: usize, mut run: Box<Run>) {
        log!(self, "turn {at}: cut");
        if let Some(id) = run.profile {
            self.allow_rest(id, 120_000);
            let moment = self.moment();
            let events = self.pool.record_failure(id, Failure::Ambiguous, run.route, moment);
            self.follow_trouble(id, run.route);
            self.follow_events(&events);
        }
        self.turns += 1;
        self.end_lease(&mut run);
        self.runs[at] = None;
        self.changed(Some(at));
        self.react(run.task, Ending::Trouble);
    }

    /// The client left.
    pub(crate) fn drop_run(&mut self, at: usize) {
        let Some(mut run) = self.runs[at].take() else { return };
        self.turns += 1;
        if std::mem::take(&mut run.has_place) {
            self.pool.end_waiting();
        }
        if self.plant != Some(Plant::KeepsLease) {
            self.end_lease(&mut run);
        }
        self.changed(Some(at));
    }

    /// The headers of an answer over HTTP say what is left.
    pub(crate) fn usage_of_head(&mut self, run: &Run) {
        let Some(id) = run.profile.filter(|_| !run.is_over_socket()) else { return };
        let Some(at) = self.account_of(id) else { return };
        let (now, truth) = (self.now(), self.clock.truth);
        let account = &mut self.accounts[at];
        account.refresh(truth);
        if account.quotas.is_empty() {
            return;
        }
        let window = |quota: &crate::account::Quota| Window {
            length: span(quota.length),
            used_percent: quota.used,
            resets_at: quota.resets_at.map(|at| now + span(at.saturating_sub(truth))),
        };
        let windows = account.quotas.iter().map(window).collect();
        let credits = account.credits();
        let usage = Usage { windows, plan: None, credits, read_at: now };
        let is_refused = account.is_out();
        let row_is_over = self.row_is_over(at);
        self.naive_limit_is_history(id);
        let events = self.pool.read_usage(id, usage, is_refused, now);
        if !events.is_empty() {
            log!(self, "{id}: {events:?}");
        }
        self.credits_read(at, row_is_over);
        self.follow_spending(&events);
        self.changed(None);
    }

    /// Whether a profile that takes over a conversation is a stand-in for a moment.
    fn is_away_for_a_moment(&self, holder: Holder, id: ProfileId) -> bool {
        let now = self.now();
        let Holder::Profile(holder) = holder else { return false };
        if holder == id {
            return false;
        }
        let view = self.pool.view(now);
        let Some(profile) = view.profiles.iter().find(|it| it.profile.id == holder) else {
            return false;
        };
        match profile.standing {
            rotunda_core::Standing::Resting(rest) => {
                rest.cause == rotunda_core::profile::CooldownCause::Trouble
            }
            rotunda_core::Standing::Ready => {
                is_ready(profile, now) && left(profile, now) > self.naive.rules.reserve_percent
            }
            _ => false,
        }
    }
}
