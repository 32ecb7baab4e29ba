//! What one upstream answer means for the request that waits on it.
//!
//! [`classify`] names what happened from structured fields only: text that a
//! model or a prompt could have written is never looked at. What to do about it
//! decides [`crate::turn::Turn`].

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::{
    bounded,
    quota::{self, Reset},
    reading::{most_telling, stated_error},
};

/// Upstream's answer, before anything reached the client.
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
    /// A bot check or a redirect stands in the way.
    Challenge,
    /// Something before upstream answered that it is away: a 5xx that states no
    /// error.
    Gateway,
    /// Upstream is overloaded or broken.
    Struggling,
    /// The account may not use the model.
    ModelUnavailable,
    /// The chain this request continues is unknown to upstream.
    ChainLost,
    /// Encrypted reasoning of another account.
    ForeignReasoning,
    /// The request itself is refused: each profile would answer the same.
    Request,
    /// A refusal that the rules do not know: about the request, or about the
    /// account.
    Other,
}

impl Verdict {
    /// Whether one profile's answer may be passed on when the others have trouble:
    /// a limit of one account is not a limit of all, a page of HTML says nothing to
    /// a program, and the client ends a turn at once when it sees an overload.
    pub const fn may_stand_for_all(self) -> bool {
        !matches!(
            self,
            Self::Quota(_)
                | Self::NotEntitled
                | Self::Challenge
                | Self::Gateway
                | Self::Struggling
                | Self::Unauthorized
        )
    }
}

/// The properties of a request that its answer is classified by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RequestTraits {
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
pub fn classify(stated: Stated<'_>, traits: RequestTraits, now: SystemTime) -> Verdict {
    // A redirect is something in between, whatever its body says. Followed by
    // the client, it would carry the prompt to an unknown host.
    if stated.status.is_some_and(|status| status.is_redirection()) {
        return Verdict::Challenge;
    }
    let reset = || quota::reset_of(stated.error, stated.headers, now);
    let is_error = stated.status.is_none_or(|status| !status.is_success());
    let may_be_limited =
        matches!(stated.status.map(|status| status.as_u16()), None | Some(402 | 403 | 429 | 500..));
    for code in codes(stated.error).filter(|_| is_error) {
        match code {
            // A gateway may have put a status of its own around it.
            "usage_limit_reached" | "insufficient_quota" => return Verdict::Quota(reset()),
            "rate_limit_exceeded" if may_be_limited => {
                let is_quota = reset().is_some_and(is_quota_reset(now));
                return if is_quota { Verdict::Quota(reset()) } else { Verdict::Burst };
            }
            "usage_not_included" | "deactivated_workspace" | "workspace_deactivated" => {
                return Verdict::NotEntitled;
            }
            "server_is_overloaded" | "slow_down" | "server_error" => return Verdict::Struggling,
            "previous_response_not_found" | "stale_continuation" if traits.chained => {
                return Verdict::ChainLost;
            }
            "invalid_encrypted_content" => return Verdict::ForeignReasoning,
            "model_not_found" => return Verdict::ModelUnavailable,
            _ => {}
        }
    }
    if traits.chained && traits.tool_output && is_lost_tool_call(stated) {
        return Verdict::ChainLost;
    }
    if is_error && is_model_refusal(stated) {
        return Verdict::ModelUnavailable;
    }
    if is_error && is_about_request(stated) {
        return Verdict::Request;
    }
    of_status(stated)
}

/// What upstream says of a model that an account may not use; it has no code for
/// that (seen for ChatGPT accounts and API keys).
const MODEL_ERROR_TEXTS: [&str; 3] = [
    "not supported when using Codex with a ChatGPT account",
    "does not exist or you do not have access",
    "is not available for your account",
];

/// Upstream's own error sentence, never a model's text.
fn is_model_refusal(stated: Stated<'_>) -> bool {
    let is_possible = stated.status.is_none_or(|status| matches!(status.as_u16(), 400 | 403 | 404));
    let message = stated.error.get("message").and_then(Value::as_str).unwrap_or_default();
    is_possible && MODEL_ERROR_TEXTS.iter().any(|text| message.contains(text))
}

/// Codes of errors that each profile would answer alike.
const REQUEST_CODES: [&str; 13] = [
    "context_length_exceeded",
    "content_policy_violation",
    "cyber_policy_violation",
    "invalid_image",
    "invalid_json",
    "invalid_prompt",
    "invalid_type",
    "invalid_value",
    "missing_required_parameter",
    "string_above_max_length",
    "unknown_parameter",
    "unsupported_parameter",
    // The client knows it, and opens another socket.
    "websocket_connection_limit_reached",
];

fn is_about_request(stated: Stated<'_>) -> bool {
    if codes(stated.error).any(|code| REQUEST_CODES.contains(&code)) {
        return true;
    }
    let Some(status) = stated.status else { return false };
    let names_parameter = stated.error.get("param").is_some_and(Value::is_string);
    match status.as_u16() {
        400 | 422 => names_parameter,
        405 | 411 | 413 | 414 | 415 | 431 => true,
        _ => false,
    }
}

/// `error.code` first, then `error.type`: upstream uses either.
pub fn codes(error: &Value) -> impl Iterator<Item = &str> {
    ["code", "type"].into_iter().filter_map(|key| error.get(key)?.as_str())
}

/// A burst limit ends within seconds and is the client's to wait out; only a
/// longer pause takes the profile out of rotation.
const SHORTEST_QUOTA_REST: Duration = Duration::from_secs(60);

fn is_quota_reset(now: SystemTime) -> impl Fn(Reset) -> bool {
    move |reset| reset.at.duration_since(now).is_ok_and(|wait| wait >= SHORTEST_QUOTA_REST)
}

/// Upstream has no code for the result of a forgotten tool call: the one case
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
        status if status.is_server_error() && stated.error.is_null() => Verdict::Gateway,
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

/// The error object of a body, wherever it stands (see [`stated_error`]); null
/// when there is none.
pub fn error_of_body(body: &[u8]) -> Value {
    bounded::json(body).map_or(Value::Null, |body| stated_error(&body))
}

/// What an event says about a stream that has not begun to answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Sign {
    /// Part of the handshake, or keep-alive: says nothing yet.
    Handshake,
    /// An item of the output begins, without content yet.
    Beginning,
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

/// Events that end a stream well.
const ENDS: [&str; 3] = ["response.completed", "response.incomplete", "response.done"];

/// Whether an event carries output: text, reasoning, a tool call, or the end.
/// Any other event, also one that is not known, says nothing yet.
fn is_output(kind: &str) -> bool {
    let Some(rest) = kind.strip_prefix("response.") else { return false };
    let is_part = [".delta", ".done", ".partial_image"].iter().any(|end| rest.ends_with(end));
    is_part || rest.contains("_call.") || ENDS.contains(&kind)
}

/// Whether an event only opens an item, or a part of one. What follows refers to
/// it, so the client needs it from the profile that serves.
fn is_beginning(kind: &str) -> bool {
    let last = kind.strip_prefix("response.").and_then(|rest| rest.rsplit('.').next());
    last == Some("added")
}

/// Reads the sign an event gives. `kind` is its type, `data` its JSON.
pub fn sign_of(kind: Option<&str>, data: &[u8]) -> Sign {
    match kind {
        Some("error" | "response.failed") => match bounded::json(data) {
            Some(event) => Sign::Failure(failure_of(event)),
            None => Sign::Content,
        },
        Some(kind) if is_output(kind) => Sign::Content,
        Some(kind) if is_beginning(kind) => Sign::Beginning,
        _ => Sign::Handshake,
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
    Failure { status, headers, error: most_telling(error.unwrap_or(event)) }
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

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
