//! What one upstream answer means for the request that waits on it.
//!
//! Two steps, both pure: [`classify`] names what happened from structured
//! fields only (text that a model or a prompt could have written is never
//! looked at), and [`next_step`] says what to do about it.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::quota::{self, Reset};

/// What upstream said, before anything reached the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// An answer. From here on the request belongs to this profile.
    Good,
    /// The profile's quota is used up until the reset, where one was named.
    Quota(Option<Reset>),
    /// The profile's plan or workspace does not allow Codex.
    NotEntitled,
    /// Too many requests at once; the profile itself is fine.
    Burst,
    /// The access token was refused.
    Unauthorized,
    /// A bot check stands in the way.
    Challenge,
    /// Upstream is overloaded or broken.
    Struggling,
    /// The chain this request continues is unknown to upstream.
    ChainLost,
    /// Encrypted reasoning of another account.
    ForeignReasoning,
    /// Anything else: the client's to see.
    Other,
}

/// What matters of the request when its answer is judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked {
    /// It carries `previous_response_id`: only the holder of that chain can
    /// serve it.
    pub chained: bool,
    /// It returns the result of a tool call that upstream remembers.
    pub tool_output: bool,
}

/// An error as upstream states it, in a body or in an event.
#[derive(Debug, Clone, Copy)]
pub struct Stated<'a> {
    /// The status, or none for an event inside a successful stream.
    pub status: Option<StatusCode>,
    /// Headers of the response, or those wrapped into an event.
    pub headers: &'a HeaderMap,
    /// The error object, or null when there is none.
    pub error: &'a Value,
}

/// Names what an unsuccessful answer means.
///
/// Source of codes and statuses: `docs/contract.md`, "Errors".
pub fn classify(stated: Stated<'_>, asked: Asked, now: SystemTime) -> Verdict {
    let reset = || quota::reset_of(stated.error, stated.headers, now);
    let may_mean_quota = match stated.status.map(|status| status.as_u16()) {
        None | Some(402 | 403 | 429) => true,
        Some(_) => false,
    };
    for code in codes(stated.error) {
        match code {
            "usage_limit_reached" | "insufficient_quota" if may_mean_quota => {
                return Verdict::Quota(reset());
            }
            "rate_limit_exceeded" if may_mean_quota && reset().is_some_and(is_quota_reset(now)) => {
                return Verdict::Quota(reset());
            }
            "usage_not_included" | "deactivated_workspace" | "workspace_deactivated" => {
                return Verdict::NotEntitled;
            }
            "server_is_overloaded" | "slow_down" | "server_error" => return Verdict::Struggling,
            "previous_response_not_found" | "stale_continuation" if asked.chained => {
                return Verdict::ChainLost;
            }
            "invalid_encrypted_content" => return Verdict::ForeignReasoning,
            _ => {}
        }
    }
    if asked.chained && asked.tool_output && is_lost_tool_call(stated) {
        return Verdict::ChainLost;
    }
    of_status(stated)
}

/// `error.code` first, then `error.type`: upstream uses either.
fn codes(error: &Value) -> impl Iterator<Item = &str> {
    ["code", "type"].into_iter().filter_map(|key| error.get(key)?.as_str())
}

/// A burst limit ends within seconds and is the client's to wait out; only a
/// longer pause takes the profile out of rotation.
const SHORTEST_QUOTA_REST: Duration = Duration::from_secs(60);

fn is_quota_reset(now: SystemTime) -> impl Fn(Reset) -> bool {
    move |reset| reset.at >= now + SHORTEST_QUOTA_REST
}

/// Upstream has no code for a tool result whose call it forgot: the one case
/// where its own error sentence must be read (never a model's text).
fn is_lost_tool_call(stated: Stated<'_>) -> bool {
    let says = |key: &str| stated.error.get(key).and_then(Value::as_str);
    stated.status.is_none_or(|status| status == StatusCode::BAD_REQUEST)
        && [says("type"), says("code")].contains(&Some("invalid_request_error"))
        && says("message").is_some_and(|message| message.starts_with("No tool call found"))
}

fn of_status(stated: Stated<'_>) -> Verdict {
    let Some(status) = stated.status else { return Verdict::Other };
    match status {
        status if status.is_success() => Verdict::Good,
        StatusCode::UNAUTHORIZED => Verdict::Unauthorized,
        StatusCode::FORBIDDEN if is_challenge(stated.headers) => Verdict::Challenge,
        StatusCode::TOO_MANY_REQUESTS => Verdict::Burst,
        status if status.is_server_error() => Verdict::Struggling,
        _ => Verdict::Other,
    }
}

fn is_challenge(headers: &HeaderMap) -> bool {
    let is = |name: &str, expected: &str| {
        headers.get(name).is_some_and(|value| value.as_bytes().starts_with(expected.as_bytes()))
    };
    is("cf-mitigated", "challenge") || is("content-type", "text/html")
}

/// The error object of a body: `{"error": {…}}`, `{"detail": {…}}`, or the
/// body itself when it has a code.
pub fn error_of_body(body: &[u8]) -> Value {
    let Ok(mut body) = serde_json::from_slice::<Value>(body) else { return Value::Null };
    for key in ["error", "detail"] {
        if let Some(error) = body.get_mut(key).filter(|error| error.is_object()) {
            return error.take();
        }
    }
    if body.get("code").is_some() { body } else { Value::Null }
}

/// What an event says about a stream that has not begun to answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Sign {
    /// Part of the handshake, or keep-alive: says nothing yet.
    Handshake,
    /// The answer begins.
    Content,
    /// The stream failed before it answered.
    Failure(Failure),
}

/// An error inside a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// Status of a wrapped error.
    pub status: Option<StatusCode>,
    /// Wrapped headers.
    pub headers: HeaderMap,
    /// The error object.
    pub error: Value,
}

impl Failure {
    /// For [`classify`].
    pub fn stated(&self) -> Stated<'_> {
        Stated { status: self.status, headers: &self.headers, error: &self.error }
    }
}

/// Events that precede the answer; they neither commit nor block.
const HANDSHAKE: [&str; 9] = [
    "response.created",
    "response.in_progress",
    "response.queued",
    "response.output_item.added",
    "response.content_part.added",
    "response.reasoning_summary_part.added",
    "codex.rate_limits",
    "response.metadata",
    "keepalive",
];

/// Reads the sign an event gives. `kind` is its type, `data` its JSON.
pub fn sign_of(kind: Option<&str>, data: &[u8]) -> Sign {
    match kind {
        Some(kind) if HANDSHAKE.contains(&kind) => Sign::Handshake,
        Some("error" | "response.failed") => match serde_json::from_slice::<Value>(data) {
            Ok(event) => Sign::Failure(failure_of(event)),
            Err(_) => Sign::Content,
        },
        _ => Sign::Content,
    }
}

/// Takes the failure out of a `response.failed` or `error` event.
pub fn failure_of(mut event: Value) -> Failure {
    let status = ["status", "status_code"].iter().find_map(|key| event.get(key)?.as_u64());
    let status = status.and_then(|status| StatusCode::from_u16(u16::try_from(status).ok()?).ok());
    let headers = event.get("headers").map(headers_of).unwrap_or_default();
    let error = ["/error", "/response/error"].iter().find_map(|path| {
        event.pointer_mut(path).filter(|error| error.is_object()).map(Value::take)
    });
    // A bare SSE `error` event carries code and message itself.
    Failure { status, headers, error: error.unwrap_or(event) }
}

fn headers_of(headers: &Value) -> HeaderMap {
    let pairs = headers.as_object().into_iter().flatten().filter_map(|(name, value)| {
        let name: http::HeaderName = name.parse().ok()?;
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            _ => return None,
        };
        Some((name, value.parse().ok()?))
    });
    pairs.collect()
}

/// How the client speaks: it recovers from a lost chain in different ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// One request, one answer or event stream.
    Http,
    /// Frames on a socket; a `stale_continuation` makes the client resend.
    WebSocket,
}

/// Where a request stands when its answer is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// How the client speaks.
    pub transport: Transport,
    /// Only one profile can serve it.
    pub pinned: bool,
    /// It already moved on once because upstream was struggling.
    pub spared: bool,
    /// Another profile could serve it, if it were sent in full.
    pub others_ready: bool,
}

impl Situation {
    /// Told that its chain is gone, the client sends the turn in full, and then
    /// it can go elsewhere.
    pub fn may_resend(self) -> bool {
        self.pinned && self.others_ready && self.transport == Transport::WebSocket
    }
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Send it on; nothing is retried afterwards.
    Commit,
    /// The same request on the next profile.
    NextProfile,
    /// The same profile with a new access token.
    Refresh,
    /// The same profile after [`BURST_PAUSE`] seconds: over WebSocket a burst
    /// would end the user's turn (seen with the real client).
    RepeatLater,
    /// Send it on as received, adding a `Retry-After` of that many seconds
    /// where upstream gave none.
    PassThrough {
        /// Seconds to add, if any.
        retry_after: Option<u64>,
    },
    /// Tell the client that its chain is gone: it resends the whole turn.
    Stale,
    /// 503 with `Retry-After`.
    Unavailable,
    /// Back to the conversation's former profile, or once without reasoning.
    FormerProfile,
}

/// Client-side pause after a burst, in seconds: most such accounts answer
/// again within three (lesson D5).
pub const BURST_PAUSE: u64 = 2;
/// Client-side pause while upstream is struggling, in seconds.
const STRUGGLE_PAUSE: u64 = 3;

/// The table of the design's section 4, row by row.
pub fn next_step(verdict: Verdict, situation: Situation) -> Step {
    let Situation { transport, pinned, spared, .. } = situation;
    let as_received = Step::PassThrough { retry_after: None };
    match verdict {
        Verdict::Good => Step::Commit,
        Verdict::Quota(_) | Verdict::NotEntitled => match (pinned, transport) {
            (false, _) => Step::NextProfile,
            (true, Transport::Http) => as_received,
            (true, Transport::WebSocket) => Step::Stale,
        },
        Verdict::Burst if transport == Transport::WebSocket => Step::RepeatLater,
        Verdict::Burst => Step::PassThrough { retry_after: Some(BURST_PAUSE) },
        Verdict::Unauthorized => Step::Refresh,
        // Resent in full, it can move; as received, it would end the turn.
        Verdict::Challenge | Verdict::Struggling if situation.may_resend() => Step::Stale,
        Verdict::Challenge if pinned || spared => Step::Unavailable,
        Verdict::Struggling if pinned || spared => {
            Step::PassThrough { retry_after: Some(STRUGGLE_PAUSE) }
        }
        Verdict::Challenge | Verdict::Struggling => Step::NextProfile,
        Verdict::ChainLost => Step::Stale,
        Verdict::ForeignReasoning if !pinned => Step::FormerProfile,
        Verdict::ForeignReasoning | Verdict::Other => as_received,
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
