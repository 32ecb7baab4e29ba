//! The forms, and their errors.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use rotunda_clients::PublicError;
use serde_json::Value;

/// A form of request and answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `POST /v1/messages`.
    Messages,
    /// `POST /v1/chat/completions`.
    Chat,
}

/// Codes of errors that say that a request is longer than the model takes.
const TOO_LONG: [&str; 2] = ["context_length_exceeded", "context_window_exceeded"];
/// Claude Code compacts a conversation when an error begins so.
const PROMPT_TOO_LONG: &str = "prompt is too long";
/// Answered by the Messages API while it has too much to do; it has no name in the crate.
const OVERLOADED: u16 = 529;
/// When a limit of the Messages API ends, in seconds since 1970.
const RESET: HeaderName = HeaderName::from_static("anthropic-ratelimit-unified-reset");

impl Form {
    /// The status and the body of an error.
    pub fn error(self, error: &PublicError) -> (StatusCode, Value) {
        match self {
            Self::Messages => {
                let status = messages_status(error);
                (status, messages_error(status, &messages_sentence(error)))
            }
            Self::Chat => (error.status, error.body()),
        }
    }

    /// The headers of an error, besides those of any JSON answer. `now` is in seconds since
    /// 1970.
    pub fn error_headers(self, error: &PublicError, now: u64) -> HeaderMap {
        let mut headers = error.headers();
        if self == Self::Messages
            && error.status == StatusCode::TOO_MANY_REQUESTS
            && let Some(seconds) = error.retry_after
        {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            headers.insert(RESET, HeaderValue::from(now.saturating_add(seconds)));
        }
        headers
    }

    /// An error inside a stream that has begun.
    pub(crate) fn error_event(self, error: &PublicError) -> Value {
        self.error(error).1
    }
}

fn messages_status(error: &PublicError) -> StatusCode {
    if is_too_long(error) {
        return StatusCode::BAD_REQUEST;
    }
    match error.code.as_deref() {
        Some("model_not_found") => StatusCode::NOT_FOUND,
        _ if error.status == StatusCode::SERVICE_UNAVAILABLE => {
            StatusCode::from_u16(OVERLOADED).unwrap_or(error.status)
        }
        _ => error.status,
    }
}

fn is_too_long(error: &PublicError) -> bool {
    error.code.as_deref().is_some_and(|code| TOO_LONG.contains(&code))
}

fn messages_sentence(error: &PublicError) -> String {
    if is_too_long(error) {
        return format!("{PROMPT_TOO_LONG}: {}", error.message);
    }
    error.message.clone()
}

/// Anthropic, "Errors".
fn messages_error(status: StatusCode, message: &str) -> Value {
    let kind = match status.as_u16() {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        OVERLOADED => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    };
    serde_json::json!({"type": "error", "error": {"type": kind, "message": message}})
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
