//! A turn over HTTP: does the actions of the turn machine of the core, up to the
//! answer that is streamed. `docs/life-of-a-request.md` describes it.

use std::{error::Error, sync::Arc};

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header, request::Parts};
use http_body_util::BodyExt;
use rotunda_core::{
    ProfileId, Verdict,
    affinity::{Continuation, continuation_of},
    frame::without_reasoning,
    headers::{self, MODELS_ETAG, TURN_STATE},
    quota::active_limit,
    turn::{Action, Answered, Failure, Observation, Request, Turn},
    verdict::{RequestTraits, Transport},
    whereabouts::Whereabouts,
};

use crate::{
    api_clients::ApiWork,
    attempt::{Answer, AttemptError, Outgoing, attempt, retry_after},
    body::Replay,
    budget::Room,
    call,
    context::RouterContext,
    decide::Decider,
    guard::Preferred,
    long_work, models,
    record::Attempts,
    respond::{Body, Refusal},
    route::{CALLS, Forwarded, Kind},
    stream::{Record, Streaming},
    token_manager::Access,
    wait::WaitingSlot,
};

/// One request until it is committed.
pub(crate) struct HttpTurn {
    pub(crate) router: Arc<RouterContext>,
    pub(crate) turn: Decider,
    pub(crate) outgoing: Outgoing,
    pub(crate) record: Record,
    /// Of its body, until it is committed.
    _room: Vec<Room>,
    /// Every answer so far, in the order in which the machine counts them.
    pub(crate) answers: Vec<Answer>,
    /// An answer that has shown no output yet.
    pub(crate) silent: Option<Answer>,
    /// The client has the beginning of an answer.
    pub(crate) is_released: bool,
    /// The token of the latest attempt.
    access: Option<Access>,
    /// While it waits for a profile to come back.
    slot: Option<WaitingSlot>,
    /// The keychain's sentence, when it kept a profile from serving.
    vault: Option<String>,
    /// While a recording is made.
    attempts: Option<Attempts>,
}

impl HttpTurn {
    /// Prepares a request after its body has been read.
    pub(crate) fn new(
        router: Arc<RouterContext>,
        parts: &Parts,
        path: String,
        route: Forwarded,
        body: Replay,
        attempts: Option<Attempts>,
        whereabouts: Option<Arc<Whereabouts>>,
    ) -> Self {
        let preferred = parts.extensions.get().map(|Preferred(id)| *id);
        let continuation = long_work::read_of(body.plain.len(), || {
            continuation_of(&parts.headers, &body.plain, route.kind == Kind::Compact)
        });
        let continuation = Continuation { preferred, whereabouts, ..continuation };
        let continuation = match parts.extensions.get::<ApiWork>() {
            Some(work) => work.limit(continuation),
            None => continuation,
        };
        let traits = RequestTraits {
            chained: continuation.previous_response.is_some(),
            tool_output: continuation.tool_output,
        };
        let record = Record::new(&router, route.name, &continuation, traits);
        let outgoing = Outgoing {
            method: parts.method.clone(),
            path,
            headers: headers::to_upstream(&parts.headers),
            body: if parts.method == Method::GET { Bytes::new() } else { body.raw },
            plain: body.plain,
            turn_state: continuation.turn_state.clone(),
            traits,
            is_response: matches!(route.kind, Kind::Responses | Kind::Compact),
            trace: record.trace.clone(),
        };
        let (transport, search) = (Transport::Http, router.limits.search);
        let turn = Turn::new(Request { transport, continuation, route: route.name, search })
            .asking_first(call::preferred_profile(&router.pool, route));
        Self {
            record,
            turn: Decider::new(router.pool.clone(), turn, outgoing.trace.clone()),
            router,
            outgoing,
            _room: body.room,
            answers: Vec::new(),
            silent: None,
            is_released: false,
            access: None,
            slot: None,
            vault: None,
            attempts,
        }
    }

    /// Serves it. Dropping the future, because the client left, drops whatever
    /// upstream request is under way. Boxed, as a future keeps room for its argument twice.
    pub(crate) async fn run(mut self: Box<Self>) -> Response<Body> {
        let action = self.turn.start();
        match self.search(action).await {
            Action::Release => match self.silent.take() {
                Some(answer) => self.release(answer),
                None => self.refuse(&Refusal::Broken),
            },
            Action::Commit => match self.commit() {
                Some(answer) => self.stream(answer, None),
                None => self.refuse(&Refusal::Broken),
            },
            Action::PassThrough { answer, retry_after } => {
                let answer = self.answers.swap_remove(answer);
                self.stream(answer, retry_after)
            }
            Action::Refuse(refusal) => {
                let now = self.router.pool.now();
                let vault = self.vault.take();
                self.refuse(&Refusal::of_turn(refusal, now, vault))
            }
            Action::Resend => self.refuse(&Refusal::Stale),
            Action::UseHttp(_) => self.refuse(&Refusal::NoWebSocket),
            // No other action is for the client.
            _ => self.refuse(&Refusal::Broken),
        }
    }

    /// Does what the machine says, up to what is for the client.
    pub(crate) async fn search(&mut self, mut action: Action) -> Action {
        loop {
            action = match action {
                Action::Send(id) => self.send(id).await,
                Action::RenewToken(id) => self.renew(id).await,
                Action::RemoveReasoning => self.remove_reasoning(),
                Action::Pause(pause) => {
                    tokio::time::sleep(pause).await;
                    self.turn.observe(Observation::PauseOver)
                }
                Action::LookAgain(pause) => {
                    self.turn.look_again(pause).await;
                    self.turn.observe(Observation::LookAgain)
                }
                Action::AwaitReset(until) => {
                    let trace = &self.record.trace;
                    if self.router.waiting.hold(&mut self.slot, until, trace) {
                        self.turn.pool_changed().await;
                        self.turn.observe(Observation::PoolChanged)
                    } else {
                        self.turn.observe(Observation::NotWaited)
                    }
                }
                for_client => return for_client,
            };
        }
    }

    async fn send(&mut self, id: ProfileId) -> Action {
        self.slot = None;
        self.record.attempts = self.turn.attempts();
        self.record.profile = Some(id);
        let (access, answer) = match self.attempt(id).await {
            Ok(attempted) => attempted,
            Err(error) => return self.failed(id, &error),
        };
        self.access = Some(access);
        if self.outgoing.is_response && answer.has_no_sign() && answer.rest.is_some() {
            self.silent = Some(answer);
            return self.turn.observe(Observation::NoOutput);
        }
        self.observe_answer(answer)
    }

    /// Gives an answer to the turn machine.
    pub(crate) fn observe_answer(&mut self, mut answer: Answer) -> Action {
        self.attempts.iter().for_each(|attempts| attempts.answer(&answer));
        let mut token_is_current = true;
        if let Some(access) = &self.access {
            let token_manager = &self.router.token_manager;
            token_is_current = token_manager.is_current(answer.profile, access);
            if answer.verdict != Verdict::Unauthorized {
                token_manager.accepted(answer.profile, access);
            }
        }
        let answered = Answered {
            verdict: answer.verdict,
            status: Some(answer.status),
            code: answer.code.as_deref(),
            limit: active_limit(&answer.headers),
            retry_after: retry_after(&answer.headers),
            token_is_current,
            is_event: answer.inspector.is_some(),
        };
        let action = self.turn.observe(Observation::Answered(answered));
        if !action.is_final() && !answer.verdict.may_stand_for_all() {
            if !self.is_released || answer.inspector.is_none() {
                // It is never passed on, and there may be many.
                answer.held.clear();
            }
            answer.rest = None;
        }
        self.answers.push(answer);
        action
    }

    async fn attempt(&mut self, id: ProfileId) -> Result<(Access, Answer), AttemptError> {
        let (outgoing, turn) = (&self.outgoing, &mut self.turn);
        let RouterContext { upstreams, limits, pool, clients, accounts, token_manager, .. } =
            &*self.router;
        let access = token_manager.access(id).await?;
        let client = clients.upstream_client(id)?;
        let routing = accounts.routing(id);
        let upstreams = accounts.upstreams(id, upstreams);
        let as_profile = (id, &access, routing.as_deref());
        let answer = attempt(&client, &upstreams, limits, pool, outgoing, turn, as_profile).await?;
        Ok((access, answer))
    }

    async fn renew(&mut self, id: ProfileId) -> Action {
        let Some(used) = self.access.take() else {
            return self.turn.observe(Observation::TokenRenewed);
        };
        match self.router.token_manager.renew(id, &used).await {
            Ok(_) => self.turn.observe(Observation::TokenRenewed),
            Err(error) => self.failed(id, &error.into()),
        }
    }

    fn remove_reasoning(&mut self) -> Action {
        let plain = &self.outgoing.plain;
        let less = long_work::read_of(plain.len(), || without_reasoning(plain));
        let Some(less) = less.map(Bytes::from) else {
            return self.turn.observe(Observation::NoReasoning);
        };
        self.outgoing.headers.remove(header::CONTENT_ENCODING);
        (self.outgoing.body, self.outgoing.plain) = (less.clone(), less);
        self.turn.observe(Observation::ReasoningRemoved)
    }

    fn failed(&mut self, id: ProfileId, error: &AttemptError) -> Action {
        self.attempts.iter().for_each(|attempts| attempts.failed(id, error));
        tracing::warn!(profile = %id, %error, cause = ?error.source(), "an attempt failed");
        self.vault = error.vault_sentence().or_else(|| self.vault.take());
        self.turn.observe(Observation::Failed(error.failure()))
    }

    /// From here on this profile's bytes reach the client.
    pub(crate) fn commit(&mut self) -> Option<Answer> {
        let answer = self.answers.pop()?;
        let id = answer.profile;
        if self.outgoing.is_response && answer.ended_without_output() {
            // It may still have been produced, so no other profile is tried;
            // what came goes out and ends alike.
            self.router.pool.record_failure(id, Failure::Ambiguous, self.record.route);
            return Some(answer);
        }
        let (pool, continuation) = (&self.router.pool, self.turn.continuation());
        pool.observe_in(&self.record.trace, |pool, now| pool.committed(id, continuation, now));
        self.learn_turn_state(&answer);
        Some(answer)
    }

    pub(crate) fn learn_turn_state(&mut self, answer: &Answer) {
        self.record.turn_state =
            answer.headers.get(TURN_STATE).and_then(|state| Some(state.to_str().ok()?.to_owned()));
        self.record.profile = Some(answer.profile);
        self.record.learn_turn_state();
    }

    fn stream(self, answer: Answer, retry_after: Option<u64>) -> Response<Body> {
        let head = self.head(&answer, retry_after);
        head.map(|()| self.body(answer).boxed_unsync())
    }

    /// What follows of an answer.
    pub(crate) fn body(mut self, mut answer: Answer) -> Streaming {
        self.record.profile = Some(answer.profile);
        if let Some(inspector) = &mut answer.inspector {
            self.record.learn(std::mem::take(&mut inspector.learnt));
        }
        let lease = self.turn.take_lease();
        Streaming::new(answer, self.record, lease, self.router.limits.chunk)
    }

    /// The head of an answer, as the client gets it.
    pub(crate) fn head(&self, answer: &Answer, retry_after: Option<u64>) -> Response<()> {
        let mut headers = headers::to_client(&answer.headers);
        if answer.is_decoded {
            headers.remove(header::CONTENT_ENCODING);
        }
        if answer.is_decoded || answer.is_shortened || answer.is_shown {
            headers.remove(header::CONTENT_LENGTH);
        }
        // The name of a call that was created; no client follows it by itself.
        let created = (answer.status == StatusCode::CREATED && self.record.route == CALLS)
            .then(|| answer.headers.get(header::LOCATION));
        if let Some(call) = created.flatten() {
            headers.insert(header::LOCATION, call.clone());
        }
        if let Some(etag) = headers.remove(MODELS_ETAG)
            && let Some(shown) = models::shown_tag(&self.router, &etag, answer.profile)
        {
            headers.insert(MODELS_ETAG, shown);
        }
        if let Some(seconds) = retry_after.filter(|_| !answer.status.is_success()) {
            headers.entry(header::RETRY_AFTER).or_insert(HeaderValue::from(seconds));
        }
        let mut response = Response::new(());
        *response.status_mut() = answer.status;
        *response.headers_mut() = headers;
        response
    }

    fn refuse(mut self, refusal: &Refusal) -> Response<Body> {
        self.record.status = refusal.status().as_u16();
        self.record.unasked = refusal.unasked();
        refusal.response()
    }
}
