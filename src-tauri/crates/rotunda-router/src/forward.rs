//! The life of a forwarded request: choose, attempt, rotate or commit; then
//! stream. `docs/life-of-a-request.md` tells it in words.

use std::{error::Error, ops::ControlFlow, sync::Arc};

use bytes::Bytes;
use http::{HeaderValue, Method, Response, header, request::Parts};
use http_body_util::BodyExt;
use rotunda_core::{
    Affinity, Choice, ProfileId, Verdict,
    affinity::{Past, past_of},
    frame::without_reasoning,
    headers::{self, MODELS_ETAG, TURN_STATE},
    next_step,
    pool::Outlook,
    quota::active_limit,
    verdict::{Asked, BURST_PAUSE, Situation, Step, Transport},
};

use crate::{
    attempt::{Answer, AttemptError, Outgoing, attempt},
    body::Replay,
    keeper::{Access, KeeperError},
    last_word::UNREACHABLE_PAUSE,
    models::Models,
    record::Attempts,
    refusals::Refusals,
    respond::{Body, Refusal},
    route::{Forwarded, Kind},
    server::Shared,
    stream::{Record, Streaming},
    tries::Tries,
};

/// One request until it is committed.
pub(crate) struct Turn {
    router: Arc<Shared>,
    outgoing: Outgoing,
    past: Past,
    record: Record,
    tries: Tries,
    /// The latest answer that was not passed on.
    last: Option<Answer>,
    /// While somebody records.
    attempts: Option<Attempts>,
}

/// How a turn leaves the loop.
enum Ending {
    /// The profile's answer; the request is its own.
    Commit(Answer),
    /// An error as received, with a `Retry-After` where that helps.
    Pass(Answer, Option<u64>),
    /// Our own words.
    Refuse(Refusal),
}

type Flow = ControlFlow<Ending>;

impl Turn {
    /// Prepares a request whose body has been read.
    pub(crate) fn new(
        router: Arc<Shared>,
        parts: &Parts,
        path: String,
        route: Forwarded,
        body: Replay,
        attempts: Option<Attempts>,
    ) -> Self {
        let past = past_of(&parts.headers, &body.plain, route.kind == Kind::Compact);
        let asked =
            Asked { chained: past.previous_response.is_some(), tool_output: past.tool_output };
        let record = Record::new(&router, route.name, &past, asked);
        let outgoing = Outgoing {
            method: parts.method.clone(),
            path,
            headers: headers::to_upstream(&parts.headers),
            body: if parts.method == Method::GET { Bytes::new() } else { body.raw },
            plain: body.plain,
            turn_state: past.turn_state.clone(),
            asked,
        };
        Self { router, outgoing, past, record, tries: Tries::default(), last: None, attempts }
    }

    /// Serves it. Dropping the future, because the client left, drops whatever
    /// upstream request is under way.
    pub(crate) async fn run(mut self) -> Response<Body> {
        let ending = loop {
            let chosen = self
                .router
                .pool
                .read(|pool, now| pool.choose(&self.past, &self.tries.profiles, now));
            let pinned = chosen.affinity.is_hard();
            let within_budget = self.tries.profiles.len() < self.router.limits.attempts;
            let flow = match (self.tries.forced.take(), chosen.choice) {
                (Some(id), _) | (None, Choice::Use(id)) if within_budget => {
                    self.ask(id, pinned).await
                }
                _ if chosen.affinity == Affinity::Lost => self.stale(None),
                (_, choice) => self.nobody(choice, pinned).await,
            };
            if let ControlFlow::Break(ending) = flow {
                break ending;
            }
        };
        match ending {
            Ending::Commit(answer) => self.commit(answer),
            Ending::Pass(answer, retry_after) => self.pass(answer, retry_after),
            Ending::Refuse(refusal) => self.refuse(&refusal),
        }
    }

    async fn ask(&mut self, id: ProfileId, pinned: bool) -> Flow {
        self.record.attempts += 1;
        self.record.profile = Some(id);
        match self.attempt(id).await {
            Ok(answer) => self.judge(answer, pinned),
            Err(error) => {
                self.attempts.iter().for_each(|attempts| attempts.failed(id, &error));
                self.failed(id, pinned, error)
            }
        }
    }

    /// One attempt, and another one with a new token when the first was
    /// refused for its token.
    async fn attempt(&self, id: ProfileId) -> Result<Answer, AttemptError> {
        let mut refusals = Refusals::default();
        let mut access = self.router.keeper.access(id).await?;
        loop {
            let answer = self.send(id, &access).await?;
            self.attempts.iter().for_each(|attempts| attempts.answer(&answer));
            if answer.verdict != Verdict::Unauthorized {
                return Ok(answer);
            }
            drop(answer);
            access = refusals.renewed(&self.router, id, &access).await?;
        }
    }

    async fn send(&self, id: ProfileId, access: &Access) -> Result<Answer, AttemptError> {
        let Shared { upstreams, limits, pool, clients, .. } = &*self.router;
        let wire = clients.wire(id)?;
        let routing = self.router.accounts.routing(id);
        let upstreams = self.router.accounts.upstreams(id, upstreams);
        attempt(&wire, &upstreams, limits, pool, &self.outgoing, (id, access, routing.as_deref()))
            .await
    }

    fn judge(&mut self, answer: Answer, pinned: bool) -> Flow {
        let (id, verdict) = (answer.profile, answer.verdict);
        let limited = (active_limit(&answer.headers), self.past.model.as_deref());
        self.router.pool.note(id, verdict, limited);
        let (transport, spared) = (Transport::Http, self.tries.spared);
        let situation = Situation { transport, pinned, spared, others_ready: false };
        match next_step(verdict, situation) {
            Step::Commit => Flow::Break(Ending::Commit(answer)),
            Step::PassThrough { retry_after } => Flow::Break(Ending::Pass(answer, retry_after)),
            Step::NextProfile => {
                self.tries.give_up(id, verdict);
                self.last = Some(answer);
                Flow::Continue(())
            }
            Step::Stale => self.stale(Some(id)),
            Step::Unavailable => {
                Flow::Break(Ending::Refuse(Refusal::Unavailable(UNREACHABLE_PAUSE)))
            }
            Step::FormerProfile => self.back_or_stripped(answer),
            // Over HTTP the client itself waits and repeats.
            Step::RepeatLater => Flow::Break(Ending::Pass(answer, Some(BURST_PAUSE))),
            Step::Refresh => self.failed(id, pinned, KeeperError::SignInLost.into()),
        }
    }

    /// Another account's encrypted reasoning: back to where the conversation
    /// lived, or once more without it.
    fn back_or_stripped(&mut self, answer: Answer) -> Flow {
        let id = answer.profile;
        let former = self
            .router
            .pool
            .read(|pool, _| pool.former_profile(&self.past, id, &self.tries.profiles));
        if let Some(former) = former {
            self.tries.give_up(id, Verdict::Other);
            self.tries.forced = Some(former);
            self.tries.foreign = Some(id);
            self.last = Some(answer);
            return Flow::Continue(());
        }
        if self.without_reasoning(id) {
            return Flow::Continue(());
        }
        Flow::Break(Ending::Pass(answer, None))
    }

    /// Once more to `id`, without the reasoning items; false when that was
    /// done, or there are none.
    fn without_reasoning(&mut self, id: ProfileId) -> bool {
        let less = without_reasoning(&self.outgoing.plain).filter(|_| !self.tries.stripped);
        let Some(less) = less.map(Bytes::from) else { return false };
        self.tries.stripped = true;
        self.outgoing.headers.remove(header::CONTENT_ENCODING);
        (self.outgoing.body, self.outgoing.plain) = (less.clone(), less);
        self.tries.forced = Some(id);
        true
    }

    fn failed(&mut self, id: ProfileId, pinned: bool, error: AttemptError) -> Flow {
        tracing::warn!(profile = %id, %error, cause = ?error.source(), "an attempt failed");
        let refuse = |refusal| Flow::Break(Ending::Refuse(refusal));
        if error.is_trouble() {
            self.router.pool.observe(|pool, now| pool.troubled(id, now));
        }
        if matches!(error, AttemptError::Keeper(KeeperError::SignInLost)) {
            // The keeper told its own pool; a router beside that one has another.
            self.router.pool.observe(|pool, _| pool.sign_in_lost(id, "unauthorized"));
        }
        match error {
            AttemptError::Ambiguous(_) | AttemptError::Silent => return refuse(Refusal::Broken),
            AttemptError::Keeper(KeeperError::SignInLost) if pinned => {
                return refuse(Refusal::Stale);
            }
            AttemptError::Keeper(KeeperError::Vault(vault)) => {
                let sentence = KeeperError::sentence(&vault);
                if pinned {
                    return refuse(Refusal::Vault(sentence));
                }
                self.tries.vault = Some(sentence);
            }
            _ if pinned => return refuse(Refusal::Unavailable(UNREACHABLE_PAUSE)),
            _ => {}
        }
        self.tries.give_up(id, Verdict::Other);
        Flow::Continue(())
    }

    /// The chain is gone: said so, never worked around.
    fn stale(&self, id: Option<ProfileId>) -> Flow {
        self.router.pool.observe(|pool, now| match id {
            Some(id) => [pool.doubted_chain(id, &self.past, now)],
            None => [rotunda_core::Event::ChainLost { profile: None }],
        });
        Flow::Break(Ending::Refuse(Refusal::Stale))
    }

    /// Nobody is left to ask: wait, or say the most useful thing.
    async fn nobody(&mut self, choice: Choice, pinned: bool) -> Flow {
        if pinned {
            return self.stale(None);
        }
        // The former profile could not take the conversation back.
        if let Some(id) = self.tries.foreign.take()
            && self.without_reasoning(id)
        {
            return Flow::Continue(());
        }
        let outlook =
            self.router.pool.read(|pool, now| pool.outlook(self.past.model.as_deref(), now));
        if let Outlook::Quota { until, .. } = &outlook
            && self.router.waiting.until_back(&self.past, *until, self.record.request).await
        {
            self.tries.start_over();
            self.last = None;
            return Flow::Continue(());
        }
        Flow::Break(match self.last.take() {
            // The last honest answer says more than we could; but a page of
            // HTML says nothing to a program.
            Some(answer) if outlook == Outlook::Trouble && answer.verdict != Verdict::Challenge => {
                Ending::Pass(answer, Some(UNREACHABLE_PAUSE.as_secs()))
            }
            _ => Ending::Refuse(self.router.last_word(choice, outlook, self.tries.vault.take())),
        })
    }

    /// The point of no return: from here on this profile's bytes reach the
    /// client.
    fn commit(mut self, answer: Answer) -> Response<Body> {
        let id = answer.profile;
        self.router.pool.observe(|pool, now| pool.committed(id, &self.past, now));
        self.record.turn_state =
            answer.headers.get(TURN_STATE).and_then(|state| Some(state.to_str().ok()?.to_owned()));
        self.record.learn_turn_state();
        self.stream(answer, None)
    }

    fn pass(self, answer: Answer, retry_after: Option<u64>) -> Response<Body> {
        self.stream(answer, retry_after)
    }

    fn stream(mut self, mut answer: Answer, retry_after: Option<u64>) -> Response<Body> {
        self.record.profile = Some(answer.profile);
        if let Some(tap) = &mut answer.tap {
            self.record.learn(std::mem::take(&mut tap.learnt));
        }
        let mut headers = headers::to_client(&answer.headers);
        let etag = headers.get(MODELS_ETAG);
        if !etag.is_some_and(|etag| Models::may_show(&self.router, etag, answer.profile)) {
            headers.remove(MODELS_ETAG);
        }
        if let Some(seconds) = retry_after.filter(|_| !answer.status.is_success()) {
            headers.entry(header::RETRY_AFTER).or_insert(HeaderValue::from(seconds));
        }
        let status = answer.status;
        if answer.broken.is_some() {
            self.router.pool.observe(|pool, now| pool.troubled(answer.profile, now));
        }
        let body = Streaming::new(answer, self.record, self.router.limits.chunk);
        let mut response = Response::new(body.boxed_unsync());
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }

    fn refuse(mut self, refusal: &Refusal) -> Response<Body> {
        self.record.status = refusal.status().as_u16();
        refusal.response()
    }
}
