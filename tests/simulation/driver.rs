//! Does what the turn machine says, as the drivers of the router do.

use std::time::{Duration, SystemTime};

use rotunda_core::{
    Event as Happened, ProfileId, Standing, Verdict, classify,
    pool::{Payment, PoolProfileView, RefusalKey},
    profile::CooldownCause,
    quota::active_limit,
    turn::{Action, Answered, Decision, Failure, Observation, Refusal},
    verdict::{Stated, codes},
};

use crate::{
    account::{Arrival, Chain, Reply, Stating, Then},
    client::SEARCH,
    clock::{MINUTE, Millis, SECOND, millis},
    plant::Plant,
    run::{Given, Run, Waits},
    world::{Event, World, log},
};

/// A stream may show no output for so long.
const HOLD: Millis = 60 * SECOND;
/// At most so many requests wait for a reset.
const MOST_WAITING: usize = 64;
/// A turn with more observations within a minute goes in a circle.
const MOST_STEPS: u32 = 20_000;

pub(crate) const OF_ONE_MODEL: &str = "a limit of one model rests that model only";

impl World {
    pub(crate) fn start(&mut self, at: usize, mut run: Box<Run>) {
        log!(
            self,
            "turn {at}: task {} {:?} {} {} chain {:?} turn state {:?}",
            run.task,
            run.transport,
            run.route,
            run.turn.continuation().model.as_deref().unwrap_or_default(),
            run.chain,
            run.turn.continuation().turn_state
        );
        let expected = self.compare_choice(&run, &[]);
        let moment = self.moment();
        let decision = run.turn.start(&mut self.pool, moment);
        let action = self.decided(at, &mut run, decision);
        self.check_first(&run, expected, &action);
        self.advance(at, run, action);
    }

    /// Does what follows, up to a wait or the end.
    pub(crate) fn advance(&mut self, at: usize, mut run: Box<Run>, mut action: Action) {
        loop {
            if run.count_step(self.clock.uptime) > MOST_STEPS {
                return self.violate("a turn ends", format!("turn {at} is still at it"));
            }
            run.waits = Waits::No;
            action = match action {
                Action::Send(id) => {
                    self.give_place_back(&mut run);
                    match self.send(at, &mut run, id) {
                        None => break,
                        Some(failure) => self.failed(at, &mut run, failure),
                    }
                }
                Action::RenewToken(_) => match self.renew(at, &mut run) {
                    None => break,
                    Some(Ok(())) => self.observe(at, &mut run, Observation::TokenRenewed),
                    Some(Err(error)) => self.failed(at, &mut run, error.failure()),
                },
                Action::RemoveReasoning => {
                    let had_reasoning = run.reasoning_of.take().is_some();
                    let observed = if had_reasoning {
                        Observation::ReasoningRemoved
                    } else {
                        Observation::NoReasoning
                    };
                    self.observe(at, &mut run, observed)
                }
                Action::Pause(pause) => {
                    self.wait(at, &mut run, Waits::Pause, millis(pause));
                    break;
                }
                Action::LookAgain(pause) => {
                    self.wait(at, &mut run, Waits::Look, millis(pause));
                    break;
                }
                Action::AwaitReset(until) => {
                    if self.hold(at, &mut run, until) {
                        self.wait(at, &mut run, Waits::Reset, MINUTE);
                        break;
                    }
                    self.observe(at, &mut run, Observation::NotWaited)
                }
                Action::Release => {
                    run.is_released = true;
                    break;
                }
                for_client => {
                    self.give_place_back(&mut run);
                    return self.finish(at, run, &for_client);
                }
            };
        }
        self.runs[at] = Some(run);
    }

    fn wait(&mut self, at: usize, run: &mut Run, waits: Waits, pause: Millis) {
        run.stamp += 1;
        run.waits = waits;
        let is_first = !run.is_over_socket() && waits != Waits::Pause && !run.is_subscribed;
        if is_first {
            // What changed since the decision must not be missed.
            (run.is_subscribed, run.is_woken) = (true, true);
            self.schedule(0, Event::Wake { run: at });
        }
        // Over HTTP a reset is waited for by changes of the pool alone.
        if waits != Waits::Reset || run.is_over_socket() {
            self.schedule(pause, Event::Timer { run: at, stamp: run.stamp });
        }
    }

    /// Whether the request may wait until then.
    fn hold(&mut self, at: usize, run: &mut Run, until: SystemTime) -> bool {
        let away = until.duration_since(self.now()).unwrap_or_default();
        let waiting = self.runs.iter().flatten().filter(|it| it.has_place).count();
        if self.longest_wait == 0 || millis(away) > self.longest_wait {
            self.give_place_back(run);
            return false;
        }
        if !run.has_place && waiting < MOST_WAITING {
            run.has_place = true;
            self.pool.begin_waiting();
            self.changed(None);
            // Taking a place is a change that it notices itself.
            run.is_woken = true;
            self.schedule(0, Event::Wake { run: at });
        }
        run.has_place
    }

    fn give_place_back(&mut self, run: &mut Run) {
        if std::mem::take(&mut run.has_place) {
            self.pool.end_waiting();
            self.changed(None);
        }
    }

    /// Sends the request as a profile; why not, if that is not possible.
    fn send(&mut self, at: usize, run: &mut Run, id: ProfileId) -> Option<Failure> {
        run.profile = Some(id);
        run.then = None;
        self.check_send(run, id);
        run.sent.push(id);
        run.sent_at = Some(self.clock.uptime);
        self.begin_access(at, run, id)
    }

    /// The head of the answer, or what came instead.
    pub(crate) fn reply(&mut self, at: usize) {
        let Some(mut run) = self.runs[at].take() else { return };
        let action = match self.arrive(&mut run) {
            Reply::Unreachable => self.failed(at, &mut run, Failure::Unreachable),
            Reply::Broken if run.is_over_socket() => return self.cut(at, run),
            Reply::Broken => {
                run.may_have_output = true;
                let is_hidden = self.plant == Some(Plant::RetriesAfterCut);
                let failure = if is_hidden { Failure::Unreachable } else { Failure::Ambiguous };
                self.failed(at, &mut run, failure)
            }
            Reply::Refused(stating) => {
                self.usage_of_head(&run);
                self.answered(at, &mut run, &stating, Form::Head)
            }
            Reply::SocketRefused(stating) => self.answered(at, &mut run, &stating, Form::Handshake),
            Reply::Stream { quiet, then } => {
                self.usage_of_head(&run);
                run.then = Some(then);
                if quiet > HOLD {
                    self.schedule(HOLD, Event::NoOutput { run: at, stamp: run.stamp });
                }
                self.schedule(quiet, Event::Shown { run: at, stamp: run.stamp });
                self.runs[at] = Some(run);
                return;
            }
        };
        self.advance(at, run, action);
    }

    /// The request reaches upstream, or does not.
    fn arrive(&mut self, run: &mut Run) -> Reply {
        let truth = self.clock.truth;
        let Some(mut id) = run.profile else { return Reply::Unreachable };
        let Some(own) = self.account_of(id) else { return Reply::Unreachable };
        if self.outage_until > truth {
            return Reply::Unreachable;
        }
        let Some(mut bearer) = run.token() else { return Reply::Unreachable };
        let mut account = own;
        let other = (own + 1) % self.accounts.len();
        match self.plant {
            Some(Plant::WrongBearer) if run.random.percent(2) => {
                bearer.account = self.accounts[other].id;
            }
            Some(Plant::ForeignChain) if run.is_chained() && run.random.percent(2) => {
                (account, id) = (other, self.accounts[other].id);
                bearer = self.vault.token(id).unwrap_or(bearer);
            }
            _ => {}
        }
        self.check_arrival(run, id, bearer);
        let chain = |at: usize| match self.responses.get(at).filter(|it| it.is_alive) {
            Some(response) => Chain::Of(response.owner),
            None => Chain::Forgotten,
        };
        let arrival = Arrival {
            transport: run.transport,
            model: (!run.is_voice()).then_some(run.model),
            refused: run.refused,
            tool_output: run.turn.continuation().tool_output,
            chain: run.chain.map_or(Chain::None, chain),
            reasoning_of: run.reasoning_of,
        };
        let reply = self.accounts[account].reply(&arrival, bearer, truth, &mut run.random);
        self.note_token(run, bearer, &reply);
        if self.accounts[account].took_credits {
            self.note_taken(run, id);
        }
        log!(self, "turn: {id} answers {reply:?}");
        reply
    }

    /// An error, as the machine observes it.
    fn answered(&mut self, at: usize, run: &mut Run, stating: &Stating, form: Form) -> Action {
        let Some(id) = run.profile else { return Action::Commit };
        let status = stating.status.filter(|_| form != Form::Event || stating.status.is_some());
        let stated = Stated { status, headers: &stating.headers, error: &stating.error };
        let asked = run.traits();
        let verdict = classify(stated, asked, self.now());
        let code = codes(&stating.error).next();
        let key = RefusalKey { status, code: code.map(str::to_owned) };
        let token_is_current = self.token_is_current(run);
        if form != Form::Handshake && verdict != Verdict::Unauthorized {
            self.accept_token(run);
        }
        let is_planted = self.plant == Some(Plant::LimitOfAll);
        let seconds = stating.headers.get("retry-after");
        let seconds = seconds.and_then(|it| it.to_str().ok()?.parse().ok());
        let answered = Answered {
            verdict,
            status,
            code,
            limit: active_limit(&stating.headers).filter(|_| !is_planted),
            retry_after: seconds.map(Duration::from_secs),
            token_is_current,
            is_event: form == Form::Event,
        };
        self.allow_rests(id, verdict, stating);
        if form == Form::Handshake {
            return self.observe(at, run, Observation::SocketRefused(answered));
        }
        run.answers.push(Given { profile: id, verdict, key });
        let is_of_model = self.is_named_limit(id, stating);
        let action = self.observe(at, run, Observation::Answered(answered));
        if is_of_model && self.is_out(id) {
            let text = format!("{id} is out for all models: {stating:?}");
            self.violate(OF_ONE_MODEL, text);
        }
        action
    }

    /// Whether upstream names a known limit of a model, while the profile is not out.
    fn is_named_limit(&self, id: ProfileId, stating: &Stating) -> bool {
        let Some(name) = active_limit(&stating.headers) else { return false };
        let view = self.pool.view(self.now());
        let profile = view.profiles.iter().find(|it| it.profile.id == id);
        let is_known = profile.is_some_and(|it| it.model_limits.iter().any(|it| it.is(name)));
        is_known && !self.is_out(id)
    }

    /// Whether the profile rests for its quota.
    fn is_out(&self, id: ProfileId) -> bool {
        let standing = self.pool.standings().find(|(it, _)| *it == id);
        standing.is_some_and(|(_, standing)| {
            matches!(standing, Standing::Resting(rest) if matches!(rest.cause, CooldownCause::Quota(_)))
        })
    }

    pub(crate) fn failed(&mut self, at: usize, run: &mut Run, failure: Failure) -> Action {
        // A handshake carries no request that could run twice.
        let failure = match failure {
            Failure::Ambiguous if run.is_over_socket() => Failure::Unreachable,
            failure => failure,
        };
        run.met_vault |= failure == Failure::Vault;
        if let Some(id) = run.profile {
            self.allow_rest(id, 120 * SECOND);
        }
        self.observe(at, run, Observation::Failed(failure))
    }

    pub(crate) fn no_output(&mut self, at: usize) {
        let Some(mut run) = self.runs[at].take() else { return };
        let action = self.observe(at, &mut run, Observation::NoOutput);
        self.advance(at, run, action);
    }

    /// The stream shows output, a failure, or that it is over.
    pub(crate) fn shown(&mut self, at: usize) {
        let Some(mut run) = self.runs[at].take() else { return };
        match run.then.clone() {
            Some(Then::Failed(stating)) => {
                let action = self.answered(at, &mut run, &stating, Form::Event);
                self.advance(at, run, action);
            }
            Some(Then::Cut) if run.is_over_socket() => self.cut(at, run),
            // A stream over HTTP that ends without a sign counts as good, too.
            Some(Then::Output { .. } | Then::Cut) | None => {
                let action = self.good(at, &mut run);
                self.advance(at, run, action);
            }
        }
    }

    fn good(&mut self, at: usize, run: &mut Run) -> Action {
        let is_planted = self.plant == Some(Plant::NeverRecovers) && self.is_recovering;
        run.may_have_output = !is_planted;
        let verdict = match self.plant {
            Some(Plant::RetriesAfterOutput) if run.random.percent(2) => Verdict::Struggling,
            _ if is_planted => Verdict::Struggling,
            _ => Verdict::Good,
        };
        self.accept_token(run);
        if let Some(id) = run.profile {
            let key = RefusalKey { status: None, code: None };
            run.answers.push(Given { profile: id, verdict, key });
        }
        let is_event = run.is_released;
        let answered = Answered { is_event, ..Answered::of(verdict) };
        self.observe(at, run, Observation::Answered(answered))
    }

    /// The machine is told what was observed, and says what follows.
    pub(crate) fn observe(
        &mut self,
        at: usize,
        run: &mut Run,
        observation: Observation<'_>,
    ) -> Action {
        log!(self, "turn {at}: observes {observation:?}");
        if matches!(
            observation,
            Observation::Answered(_) | Observation::SocketRefused(_) | Observation::Failed(_)
        ) {
            run.count_search(self.clock.uptime);
        }
        let observation = self.planted_observation(observation);
        let moment = self.moment();
        let decision = run.turn.observe(observation, &mut self.pool, moment);
        self.follow(run, observation, &decision.action);
        let action = self.decided(at, run, decision);
        let sent = std::mem::take(&mut run.sent);
        self.compare_choice(run, &sent);
        run.sent = sent;
        action
    }

    fn planted_observation<'a>(&self, observation: Observation<'a>) -> Observation<'a> {
        let (Some(plant), Observation::Answered(answered)) = (self.plant, observation) else {
            return match (self.plant, observation) {
                (Some(Plant::LosesSignIn), Observation::Failed(Failure::NoToken)) => {
                    Observation::Failed(Failure::SignInLost)
                }
                _ => observation,
            };
        };
        let now = self.now();
        let verdict = match (plant, answered.verdict) {
            (Plant::RestsTooLong, Verdict::Quota(Some(mut reset))) => {
                let away = reset.at.duration_since(now).unwrap_or_default();
                reset.at = now + away * 4;
                Verdict::Quota(Some(reset))
            }
            (Plant::NoSecondOpinion, Verdict::Other) => Verdict::Request,
            (_, verdict) => verdict,
        };
        Observation::Answered(Answered { verdict, ..answered })
    }

    /// Events of a decision, and a wake for the runs that wait.
    fn decided(&mut self, at: usize, run: &mut Run, decision: Decision) -> Action {
        let Decision { mut action, mut events } = decision;
        if self.plant == Some(Plant::SpendsSilently) {
            events.retain(|event| !matches!(event, Happened::CreditsSpent { .. }));
        }
        self.follow_events(&events);
        for event in &events {
            // The rules end a search after a while of upstream's time.
            if let Happened::Missed(missed) = event
                && run.searched < SEARCH
            {
                let text = format!("turn {at}: missed {}", missed.profile);
                self.violate("every ready profile", text);
            }
        }
        let waits = matches!(action, Action::AwaitReset(_) | Action::LookAgain(_));
        if !events.is_empty() || !waits {
            self.changed(Some(at));
        }
        match (self.plant, &action) {
            (Some(Plant::GivesUpEarly), Action::Send(_)) if !run.sent.is_empty() => {
                run.turn.release(&mut self.pool);
                action = Action::Refuse(Refusal::Unavailable);
            }
            (Some(Plant::SpendsUnasked), Action::Refuse(Refusal::Exhausted { .. })) => {
                let view = self.pool.view(self.now());
                let is_withheld =
                    |it: &PoolProfileView| matches!(it.credits.payment, Payment::Withheld(_));
                if let Some(it) = view.profiles.iter().find(|it| is_withheld(it)) {
                    action = Action::Send(it.profile.id);
                }
            }
            (Some(Plant::FalseLimit), Action::Refuse(_)) => {
                let until = self.now();
                let limit = Refusal::Exhausted { until, plan: None };
                action = Action::Refuse(limit);
            }
            _ => {}
        }
        log!(self, "turn {at}: -> {action:?} {events:?}");
        action
    }

    pub(crate) fn timer(&mut self, at: usize) {
        let Some(mut run) = self.runs[at].take() else { return };
        let observation = match run.waits {
            Waits::No | Waits::Look if self.plant == Some(Plant::Stuck) => {
                self.runs[at] = Some(run);
                return;
            }
            Waits::Pause => Observation::PauseOver,
            Waits::Look => Observation::LookAgain,
            Waits::Reset => Observation::PoolChanged,
            Waits::No => {
                self.runs[at] = Some(run);
                return;
            }
        };
        if observation == Observation::PoolChanged {
            run.opinions.clear();
        }
        let action = self.observe(at, &mut run, observation);
        self.advance(at, run, action);
    }

    /// The pool changed while a run waits for that.
    pub(crate) fn wake(&mut self, at: usize) {
        let Some(run) = self.runs[at].as_mut() else { return };
        run.is_woken = false;
        if matches!(run.waits, Waits::Look | Waits::Reset) {
            self.timer(at);
        }
    }
}

/// How an error came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As an answer of its own.
    Head,
    /// In place of a socket.
    Handshake,
    /// As an event of a stream.
    Event,
}
