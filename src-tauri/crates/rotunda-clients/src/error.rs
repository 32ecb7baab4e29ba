//! Errors in the form of the public API.

use http::{HeaderMap, HeaderValue, StatusCode, header};
use rotunda_core::verdict::error_of_body;
use serde_json::{Value, json};

/// A client asks again by itself after at most this many seconds: the packages `openai`
/// wait no longer for a `retry-after`.
const LONGEST_OWN_WAIT: u64 = 60;
/// Says that asking again is pointless, which the packages `openai` go by.
const SHOULD_RETRY: &str = "x-should-retry";

/// An error as a client of the public API reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicError {
    /// The status.
    pub status: StatusCode,
    /// `error.type`.
    pub kind: String,
    /// `error.code`, where there is one.
    pub code: Option<String>,
    /// `error.param`: the field of the request that it is about.
    pub param: Option<String>,
    /// One sentence.
    pub message: String,
    /// Seconds after which asking again helps, where that is known.
    pub retry_after: Option<u64>,
}

impl PublicError {
    /// An error about the request itself.
    pub fn of_request(
        status: StatusCode,
        code: Option<&str>,
        param: Option<&str>,
        message: &str,
    ) -> Self {
        Self {
            status,
            kind: kind_of(status).to_owned(),
            code: code.map(str::to_owned),
            param: param.map(str::to_owned),
            message: message.to_owned(),
            retry_after: None,
        }
    }

    /// The answer of the service is larger than is kept in memory.
    pub fn answer_too_large() -> Self {
        let message = "The answer is larger than Rotunda collects. Ask for it with `stream: true`.";
        Self::of_request(StatusCode::BAD_GATEWAY, Some("answer_too_large"), None, message)
    }

    /// The key is none, or was revoked.
    pub fn bad_key() -> Self {
        let message = "This key is unknown to Rotunda, or it was revoked. `rotunda client list` shows the clients.";
        Self::of_request(StatusCode::UNAUTHORIZED, Some("invalid_api_key"), None, message)
    }

    /// Other clients are switched off, or what this one asks is: `switch` is its name in
    /// `[clients]` of the settings.
    pub fn switched_off(switch: &str) -> Self {
        let message = format!(
            "Other clients are switched off in Rotunda for this path. `rotunda settings set \
             clients.{switch} true` switches them on."
        );
        Self::of_request(StatusCode::FORBIDDEN, Some("clients_switched_off"), None, &message)
    }

    /// The path is none of those that a client may use.
    pub fn unknown_path() -> Self {
        let message = "Rotunda serves POST /v1/responses, POST /v1/messages, POST /v1/chat/completions, \
                       GET /v1/models and GET /v1/models/{id} to this key, and nothing else.";
        Self::of_request(StatusCode::NOT_FOUND, Some("not_found"), None, message)
    }

    /// There is no such model for this client.
    pub fn no_model(id: &str) -> Self {
        let message =
            format!("The model '{id}' does not exist or this client has no access to it.");
        let code = Some("model_not_found");
        Self::of_request(StatusCode::NOT_FOUND, code, Some("model"), &message)
    }

    /// An answer with an error, as received.
    pub fn of_answer(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let mut error = Self::of_error(Some(status), &error_of_body(body));
        error.retry_after = retry_after(headers).or(error.retry_after);
        error
    }

    /// What an error object states; without a status it came inside an answer that had begun.
    pub fn of_error(status: Option<StatusCode>, error: &Value) -> Self {
        let text = |key: &str| {
            let text = error.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            text.map(str::to_owned)
        };
        let code = text("code").or_else(|| text("type"));
        let status = status.unwrap_or_else(|| status_of(code.as_deref()));
        let is_limit = matches!(code.as_deref(), Some("usage_limit_reached"));
        let usual = || format!("The service answered with status {}.", status.as_u16());
        Self {
            status,
            kind: kind_of(status).to_owned(),
            // The word that clients of the public API know for it.
            code: if is_limit { Some("rate_limit_exceeded".to_owned()) } else { code },
            param: text("param"),
            message: text("message").unwrap_or_else(usual),
            retry_after: error.get("resets_in_seconds").and_then(Value::as_u64),
        }
    }

    /// Its body.
    pub fn body(&self) -> Value {
        let Self { kind, code, param, message, .. } = self;
        json!({"error": {"message": message, "type": kind, "param": param, "code": code}})
    }

    /// Its headers, besides those of any JSON answer.
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            if seconds > LONGEST_OWN_WAIT {
                headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
            }
        }
        headers
    }
}

impl PublicError {
    /// The body is no JSON object.
    pub fn not_json() -> Self {
        let message = "The request body is not a JSON object.";
        Self::of_request(StatusCode::BAD_REQUEST, None, None, message)
    }

    /// A field is absent that has to be there.
    pub fn missing(field: &str) -> Self {
        let message = format!("Missing required parameter: '{field}'.");
        let code = Some("missing_required_parameter");
        Self::of_request(StatusCode::BAD_REQUEST, code, Some(field), &message)
    }

    /// A field asks for something that there is not; the sentence says what to do.
    pub fn unsupported(field: &str, sentence: &str) -> Self {
        let code = Some("unsupported_parameter");
        Self::of_request(StatusCode::BAD_REQUEST, code, Some(field), sentence)
    }

    /// A field is not what it has to be.
    pub fn invalid(field: &str, sentence: &str) -> Self {
        Self::of_request(StatusCode::BAD_REQUEST, Some("invalid_type"), Some(field), sentence)
    }
}

/// `error.type` of a status, as the public API writes it.
fn kind_of(status: StatusCode) -> &'static str {
    match status.as_u16() {
        403 => "permission_error",
        429 => "rate_limit_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    }
}

/// The status of an error that came inside an answer.
fn status_of(code: Option<&str>) -> StatusCode {
    match code {
        Some("usage_limit_reached" | "rate_limit_exceeded" | "insufficient_quota") => {
            StatusCode::TOO_MANY_REQUESTS
        }
        Some("server_is_overloaded" | "slow_down") => StatusCode::SERVICE_UNAVAILABLE,
        Some(
            "context_length_exceeded"
            | "invalid_prompt"
            | "content_policy_violation"
            | "cyber_policy_violation"
            | "invalid_image",
        ) => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn retry_after(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
