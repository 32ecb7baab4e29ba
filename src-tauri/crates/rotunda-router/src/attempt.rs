//! One try on one profile, up to the verdict. Nothing reaches the client here.

use std::{collections::VecDeque, sync::Arc};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use http_body_util::BodyExt;
use rotunda_core::{
    ProfileId, Verdict, classify,
    headers::{ACCOUNT_ID, TURN_STATE},
    quota::usage_of_headers,
    verdict::{Asked, Sign, Stated, error_of_body},
};
use serde_json::Value;
use thiserror::Error;
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use crate::{
    keeper::{Access, KeeperError},
    limits::{Limits, Upstreams},
    pool::{Lease, Pool},
    respond::BoxError,
    tap::Tap,
    wire::{Driven, Wire, WireError},
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
    pub(crate) asked: Asked,
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
    pub(crate) rest: Option<Driven>,
    /// It broke while it was judged, so it breaks off for the client too.
    pub(crate) broken: Option<hyper::Error>,
    /// The listener of an event stream.
    pub(crate) tap: Option<Tap>,
    pub(crate) verdict: Verdict,
    pub(crate) lease: Lease,
}

/// An attempt that ended without an answer.
#[derive(Debug, Error)]
pub(crate) enum AttemptError {
    /// Never reached upstream, so nothing was consumed and another profile may
    /// be tried.
    #[error("could not connect to upstream")]
    Connect(#[source] BoxError),
    /// Upstream may have seen the request; a retry could run it twice.
    #[error("upstream connection failed after the request was sent")]
    Ambiguous(#[source] BoxError),
    /// Upstream said nothing within [`Limits::head`].
    #[error("upstream did not answer in time")]
    Silent,
    /// There is no usable token.
    #[error(transparent)]
    Keeper(#[from] KeeperError),
}

impl AttemptError {
    /// In one word, for somebody who reads what passed.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Connect(_) => "unreachable",
            Self::Ambiguous(_) => "broken",
            Self::Silent => "silent",
            Self::Keeper(KeeperError::SignInLost) => "sign_in_lost",
            Self::Keeper(KeeperError::Trouble) => "not_renewed",
            Self::Keeper(KeeperError::Vault(_)) => "keychain",
        }
    }

    /// Whether upstream, not the sign-in or the keychain, is at fault.
    pub(crate) const fn is_trouble(&self) -> bool {
        match self {
            Self::Connect(_) | Self::Ambiguous(_) | Self::Silent => true,
            Self::Keeper(error) => matches!(error, KeeperError::Trouble),
        }
    }
}

impl From<reqwest::Error> for AttemptError {
    fn from(error: reqwest::Error) -> Self {
        // A URL can carry a query that belongs in no log.
        let error = error.without_url();
        if error.is_connect() || error.is_builder() {
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
            WireError::Sent(cause) => Self::Ambiguous(cause.into()),
        }
    }
}

/// Where a profile's requests go.
pub(crate) fn target(upstreams: &Upstreams, access: &Access, path: &str) -> Url {
    if access.is_api_key {
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
    if let Some(value) = routing_override.and_then(|value| value.parse().ok()) {
        headers.insert("x-openai-account-routing-override", value);
    }
    headers
}

/// Sends the request as one profile and judges the answer.
pub(crate) async fn attempt(
    wire: &Arc<Wire>,
    upstreams: &Upstreams,
    limits: &Limits,
    pool: &Pool,
    outgoing: &Outgoing,
    as_profile: (ProfileId, &Access, Option<&str>),
) -> Result<Answer, AttemptError> {
    let (profile, access, routing_override) = as_profile;
    let lease = pool.lease(profile);
    let mut headers = headers_for(&outgoing.headers, access, routing_override);
    let fits = |state: &String| pool.read(|pool, now| pool.turn_state_fits(profile, state, now));
    if !outgoing.turn_state.as_ref().is_none_or(fits) {
        headers.remove(TURN_STATE);
    }
    let mut body = outgoing.body.clone();
    if access.is_api_key && headers.remove(header::CONTENT_ENCODING).is_some() {
        body = outgoing.plain.clone();
    }
    let url = target(upstreams, access, &outgoing.path);
    let sent = wire.send(outgoing.method.clone(), &url, headers, body);
    let response = timeout(limits.head, sent).await.map_err(|_| AttemptError::Silent)??;
    let (head, body) = response.into_parts();
    let refused = head.status == StatusCode::TOO_MANY_REQUESTS;
    pool.observe(|pool, now| match usage_of_headers(&head.headers, now) {
        Some(usage) => pool.read_usage(profile, usage, refused, now),
        None => Vec::new(),
    });
    let mut answer = Answer {
        profile,
        status: head.status,
        headers: head.headers,
        held: VecDeque::new(),
        rest: Some(body),
        broken: None,
        tap: None,
        verdict: Verdict::Good,
        lease,
    };
    if !answer.status.is_success() {
        answer.judge_error(limits, outgoing.asked, pool).await;
    } else if is_event_stream(&answer.headers) {
        answer.judge_stream(limits, outgoing.asked, pool).await;
    }
    Ok(answer)
}

fn is_event_stream(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream"))
}

impl Answer {
    /// Reads an error body, within bounds (lesson 16), and names the error.
    async fn judge_error(&mut self, limits: &Limits, asked: Asked, pool: &Pool) {
        let deadline = Instant::now() + limits.error_time;
        let mut held = 0;
        while held < limits.error_body {
            let Ok(Some(chunk)) = timeout_at(deadline, self.next_chunk()).await else { break };
            held += chunk.len();
            self.held.push_back(chunk);
        }
        let mut body = BytesMut::with_capacity(held);
        self.held.iter().for_each(|chunk| body.extend_from_slice(chunk));
        let error = error_of_body(&body);
        pool.heed(self.profile, None, &error);
        self.verdict = self.classify(&error, asked, pool);
    }

    fn classify(&self, error: &Value, asked: Asked, pool: &Pool) -> Verdict {
        let stated = Stated { status: Some(self.status), headers: &self.headers, error };
        classify(stated, asked, pool.now())
    }

    /// Holds the first events until one says more than a handshake, or there
    /// is enough of them, or enough time has passed.
    async fn judge_stream(&mut self, limits: &Limits, asked: Asked, pool: &Pool) {
        let deadline = Instant::now() + limits.hold_time;
        let mut tap = Tap::default();
        let mut held = 0;
        while tap.sign.is_none() && held < limits.hold_bytes {
            let Ok(Some(chunk)) = timeout_at(deadline, self.next_chunk()).await else { break };
            held += chunk.len();
            tap.chunk(&chunk, pool.now());
            self.held.push_back(chunk);
        }
        if let Some(Sign::Failure(failure)) = &tap.sign {
            pool.heed(self.profile, tap.learnt.usage.take(), &failure.error);
            self.verdict = match classify(failure.stated(), asked, pool.now()) {
                // An error nobody here knows is the client's to see.
                Verdict::Other | Verdict::Burst => Verdict::Good,
                verdict => verdict,
            };
        }
        self.tap = Some(tap);
    }

    /// The next piece of the body; none at its end, good or bad.
    async fn next_chunk(&mut self) -> Option<Bytes> {
        loop {
            let frame = self.rest.as_mut()?.frame().await;
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
