//! One try on one profile, up to the verdict. Nothing reaches the client here.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt;
use rotunda_core::{
    ProfileId, Upstreams, Verdict, classify,
    headers::{ACCOUNT_ID, FEDRAMP, TURN_STATE},
    quota::usage_of_headers,
    turn::{Failure, Observation},
    verdict::{RequestTraits, Sign, Stated, codes, error_of_body},
};
use serde_json::Value;
use thiserror::Error;
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use crate::{
    coding::{codings_of, decoded_error_body, stream::Plain},
    decide::Decider,
    limits::Limits,
    pool::Pool,
    respond::BoxError,
    stream_inspector::StreamInspector,
    token_manager::{Access, TokenError},
    trace::Trace,
    upstream_client::{Patience, PolledBody, UpstreamClient, WireError},
};

/// What is sent, the same for every profile but for its credentials.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    /// Path and query below the upstream's Codex base.
    pub(crate) path: String,
    /// Already without the client's own credentials.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The same without compression, for upstreams that know none.
    pub(crate) plain: Bytes,
    pub(crate) turn_state: Option<String>,
    pub(crate) traits: RequestTraits,
    /// It asks for a response: its answer is judged before it is passed on.
    pub(crate) is_response: bool,
    /// Where its steps are written down.
    pub(crate) trace: Trace,
}

/// Upstream's answer, judged but not yet passed on.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) profile: ProfileId,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// What was read while judging.
    pub(crate) held: VecDeque<Bytes>,
    /// What is still to come.
    pub(crate) rest: Option<Plain<PolledBody>>,
    /// It broke while it was judged, so it breaks off for the client too.
    pub(crate) broken: Option<BoxError>,
    /// The listener of an event stream.
    pub(crate) inspector: Option<StreamInspector>,
    /// So many bytes were taken out of `held`.
    pub(crate) taken: usize,
    /// What it gives is not in the content codings any more that its head names.
    pub(crate) is_decoded: bool,
    /// A byte-order mark was left out at its beginning.
    pub(crate) is_shortened: bool,
    /// It has begun at the client, without output.
    pub(crate) is_shown: bool,
    pub(crate) verdict: Verdict,
    /// Upstream's code, when it is an error.
    pub(crate) code: Option<String>,
}

/// An attempt that ended without an answer.
#[derive(Debug, Error)]
pub(crate) enum AttemptError {
    /// Never reached upstream, so nothing was consumed and another profile may
    /// be tried.
    #[error("could not connect to upstream")]
    Connect(#[source] BoxError),
    /// Upstream took no connection, or no more of the request, for long: it cannot have all
    /// of it, so another profile may be tried.
    #[error("upstream takes nothing")]
    Stuck,
    /// Upstream may have seen the request; a retry could run it twice.
    #[error("upstream connection failed after the request was sent")]
    Ambiguous(#[source] BoxError),
    /// Upstream sent nothing within [`Limits::head`].
    #[error("upstream did not answer in time")]
    Silent,
    /// There is no usable token.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl AttemptError {
    /// In one word, for a recording.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Connect(_) => "unreachable",
            Self::Stuck => "stuck",
            Self::Ambiguous(_) => "broken",
            Self::Silent => "silent",
            Self::Token(TokenError::SignInLost) => "sign_in_lost",
            Self::Token(TokenError::Trouble) => "not_renewed",
            Self::Token(TokenError::Refused) => "token_refused",
            Self::Token(TokenError::Gone) => "profile_gone",
            Self::Token(TokenError::Vault(_)) => "keychain",
        }
    }

    /// What it means for the turn.
    pub(crate) const fn failure(&self) -> Failure {
        match self {
            Self::Connect(_) => Failure::Unreachable,
            Self::Stuck => Failure::Stuck,
            Self::Ambiguous(_) | Self::Silent => Failure::Ambiguous,
            Self::Token(error) => error.failure(),
        }
    }

    /// The keychain's sentence for a person, when it kept the profile from serving.
    pub(crate) fn vault_sentence(&self) -> Option<String> {
        match self {
            Self::Token(TokenError::Vault(vault)) => {
                Some(format!("Rotunda cannot read this sign-in: {vault}."))
            }
            _ => None,
        }
    }
}

impl From<reqwest::Error> for AttemptError {
    fn from(error: reqwest::Error) -> Self {
        // A URL can carry a query that belongs in no log.
        let error = error.without_url();
        if error.is_connect() && error.is_timeout() {
            Self::Stuck
        } else if error.is_connect() || error.is_builder() {
            Self::Connect(error.into())
        } else {
            Self::Ambiguous(error.into())
        }
    }
}

impl From<WireError> for AttemptError {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Connect(cause) => Self::Connect(cause),
            WireError::Stuck => Self::Stuck,
            WireError::Sent(cause) => Self::Ambiguous(cause),
        }
    }
}

/// Where a profile's requests go. The key of another provider comes with its address.
pub(crate) fn target(upstreams: &Upstreams, access: &Access, path: &str) -> Url {
    if let Some(base) = &access.provider {
        Upstreams::below(base, path)
    } else if access.is_key {
        Upstreams::below(&upstreams.api, path)
    } else {
        Upstreams::below(&upstreams.chatgpt, &format!("codex/{path}"))
    }
}

/// The client's headers with the profile's credentials in place of its own.
/// The bearer is marked sensitive, so that no debug output shows it.
pub(crate) fn headers_for(
    outgoing: &HeaderMap,
    access: &Access,
    routing_override: Option<&str>,
) -> HeaderMap {
    let mut headers = outgoing.clone();
    let bearer = HeaderValue::try_from(format!("Bearer {}", access.bearer.expose()));
    if let Ok(mut bearer) = bearer {
        bearer.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, bearer);
    }
    if let Some(account) = access.account_id.as_deref().and_then(|id| id.parse().ok()) {
        headers.insert(ACCOUNT_ID, account);
    }
    if access.is_fedramp {
        headers.insert(FEDRAMP, HeaderValue::from_static("true"));
    }
    if let Some(value) = routing_override.and_then(|value| value.parse().ok()) {
        headers.insert("x-openai-account-routing-override", value);
    }
    headers
}

/// Sends the request as one profile and judges the answer.
pub(crate) async fn attempt(
    upstream_client: &Arc<UpstreamClient>,
    upstreams: &Upstreams,
    limits: &Limits,
    pool: &Pool,
    outgoing: &Outgoing,
    turn: &mut Decider,
    as_profile: (ProfileId, &Access, Option<&str>),
) -> Result<Answer, AttemptError> {
    let (profile, access, routing_override) = as_profile;
    let mut headers = headers_for(&outgoing.headers, access, routing_override);
    let fits = |state: &String| pool.read(|pool, now| pool.turn_state_fits(profile, state, now));
    if !outgoing.turn_state.as_ref().is_none_or(fits) {
        headers.remove(TURN_STATE);
    }
    let mut body = outgoing.body.clone();
    if access.is_key && headers.remove(header::CONTENT_ENCODING).is_some() {
        body = outgoing.plain.clone();
    }
    let url = target(upstreams, access, &outgoing.path);
    // Most of what a turn needs in memory, and for as long as the head is not there only.
    let (method, sent_at) = (outgoing.method.clone(), Instant::now());
    let silence = turn.longest_silence(limits);
    let mut late = || drop(turn.observe(Observation::Late));
    let patience = Patience { stall: limits.stall, silence, late: &mut late };
    let sent = Box::pin(upstream_client.send(method, &url, headers, body, patience));
    let response = timeout(limits.head, sent).await.map_err(|_| AttemptError::Silent)??;
    let (head, body) = response.into_parts();
    if head.status.is_success() {
        turn.answer_began(sent_at.elapsed());
    }
    outgoing.trace.upstream_began(profile, head.status.as_u16());
    let refused = head.status == StatusCode::TOO_MANY_REQUESTS;
    pool.observe_in(&outgoing.trace, |pool, now| match usage_of_headers(&head.headers, now) {
        Some(usage) => pool.read_usage(profile, usage, refused, now),
        None => Vec::new(),
    });
    let mut answer = Answer {
        profile,
        status: head.status,
        headers: head.headers,
        held: VecDeque::new(),
        rest: Some(Plain::new(body)),
        broken: None,
        inspector: None,
        taken: 0,
        is_decoded: false,
        is_shortened: false,
        is_shown: false,
        verdict: Verdict::Good,
        code: None,
    };
    if !answer.status.is_success() {
        answer.classify_error(limits, outgoing.traits, pool).await;
    } else if has_type(&answer.headers, "text/event-stream") {
        answer.hold_stream(limits, outgoing, pool).await;
    } else if outgoing.is_response && has_type(&answer.headers, "application/json") {
        answer.classify_error(limits, outgoing.traits, pool).await;
    } else if outgoing.is_response && answer.headers.contains_key(header::CONTENT_TYPE) {
        // Upstream answers with a stream or with JSON: this is a page of something
        // in between, for instance of a captive portal.
        answer.verdict = Verdict::Gateway;
    }
    Ok(answer)
}

/// How long upstream asks to wait, in whole seconds.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn has_type(headers: &HeaderMap, wanted: &str) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with(wanted))
}

/// Whether an object that came with a success is still an error.
fn states_error(error: &Value) -> bool {
    error.is_object() && ["code", "type", "message"].iter().any(|key| error.get(key).is_some())
}

impl Answer {
    /// Whether a stream is over although it had neither output nor an error.
    pub(crate) fn ended_without_output(&self) -> bool {
        self.has_no_sign() && self.rest.is_none()
    }

    /// Reads an error body, within bounds (lesson 16), and names the error.
    async fn classify_error(&mut self, limits: &Limits, traits: RequestTraits, pool: &Pool) {
        let deadline = Instant::now() + limits.error_time;
        let mut held = 0;
        while held < limits.error_body {
            let Ok(Some(chunk)) = timeout_at(deadline, self.next_chunk()).await else { break };
            held += chunk.len();
            self.held.push_back(chunk);
        }
        let mut body = BytesMut::with_capacity(held);
        self.held.iter().for_each(|chunk| body.extend_from_slice(chunk));
        let plain = decoded_error_body(&self.headers, body.freeze(), limits.error_body);
        let error = error_of_body(&plain.await);
        pool.record_usage(self.profile, None, &error);
        self.code = codes(&error).next().map(str::to_owned);
        // An error with 200 has no status of its own.
        let status = Some(self.status).filter(|status| !status.is_success());
        if status.is_none() && !states_error(&error) {
            return;
        }
        let stated = Stated { status, headers: &self.headers, error: &error };
        self.verdict = classify(stated, traits, pool.now());
    }

    /// Holds the first events until one says more than a handshake, or there
    /// is enough of them, or enough time has passed.
    async fn hold_stream(&mut self, limits: &Limits, outgoing: &Outgoing, pool: &Pool) {
        let deadline = Instant::now() + limits.hold_time;
        if outgoing.is_response {
            // Neither the client nor the router has named a coding that it takes.
            let Ok(codings) = codings_of(&self.headers) else { return };
            if let Some(rest) = &mut self.rest {
                if !codings.is_empty() {
                    rest.undo(&codings);
                }
                rest.remove_mark();
            }
        }
        self.inspector = Some(StreamInspector::default());
        while outgoing.is_response && self.has_no_sign() && self.held_bytes() < limits.hold_bytes {
            let read = timeout_at(deadline, self.read_on(outgoing.traits, pool)).await;
            if !matches!(read, Ok(true)) {
                break;
            }
        }
    }

    /// Reads the next piece of an event stream, and judges it as soon as it shows
    /// output or a failure. False at its end.
    pub(crate) async fn read_on(&mut self, traits: RequestTraits, pool: &Pool) -> bool {
        let chunk = self.next_chunk().await;
        let Some(inspector) = &mut self.inspector else { return false };
        match &chunk {
            Some(chunk) => inspector.chunk(chunk, pool.now()),
            None if self.broken.is_none() => inspector.end(pool.now()),
            None => {}
        }
        if let Some(Sign::Failure(failure)) = &inspector.sign {
            pool.record_usage(self.profile, inspector.learnt.usage.take(), &failure.error);
            self.code = codes(&failure.error).next().map(str::to_owned);
            self.verdict = classify(failure.stated(), traits, pool.now());
        }
        let is_open = chunk.is_some();
        self.held.extend(chunk);
        is_open
    }

    /// An event stream that has shown neither output nor an error.
    pub(crate) fn has_no_sign(&self) -> bool {
        self.inspector.as_ref().is_some_and(|inspector| inspector.sign.is_none())
    }

    pub(crate) fn held_bytes(&self) -> usize {
        self.held.iter().map(Bytes::len).sum()
    }

    /// Takes out the events held that say nothing yet.
    pub(crate) fn take_quiet(&mut self) -> Vec<Bytes> {
        let quiet = self.inspector.as_ref().map_or(0, |inspector| inspector.quiet);
        let mut pieces = Vec::new();
        while self.taken < quiet
            && let Some(mut chunk) = self.held.pop_front()
        {
            let piece = chunk.split_to(chunk.len().min(quiet - self.taken));
            self.taken += piece.len();
            pieces.push(piece);
            if !chunk.is_empty() {
                self.held.push_front(chunk);
            }
        }
        // The line feed that ends the last of them: CRLF is one end of a line.
        if pieces.last().is_some_and(|piece| piece.ends_with(b"\r"))
            && let Some(next) = self.held.front_mut().filter(|next| next.starts_with(b"\n"))
        {
            self.taken += 1;
            pieces.push(next.split_to(1));
        }
        pieces
    }

    /// The next piece of the body; none at its end, good or bad.
    async fn next_chunk(&mut self) -> Option<Bytes> {
        loop {
            let rest = self.rest.as_mut()?;
            let frame = rest.frame().await;
            self.is_decoded = rest.is_decoded();
            self.is_shortened = rest.has_removed_mark();
            match frame {
                Some(Ok(frame)) => {
                    if let Ok(chunk) = frame.into_data() {
                        return Some(chunk);
                    }
                }
                Some(Err(error)) => {
                    self.rest = None;
                    self.broken = Some(error);
                    return None;
                }
                None => {
                    self.rest = None;
                    return None;
                }
            }
        }
    }
}
