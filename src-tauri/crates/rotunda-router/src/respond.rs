//! The one place where the router speaks for itself.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use rotunda_core::frame::{STALE_CODE, STALE_MESSAGE};
use serde_json::{Value, json};

use crate::{body::BodyError, guard::Denied};

/// Whatever ends a body early.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;
/// The body of every answer.
pub(crate) type Body = UnsyncBoxBody<Bytes, BoxError>;

/// An answer of the router's own instead of upstream's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Not admitted.
    Denied(Denied),
    /// Not a path it serves.
    NotFound,
    /// The body cannot be taken.
    Body(BodyError),
    /// Every profile is out of quota until then; `plan` of the first back.
    Exhausted {
        /// When the first profile is back.
        until: SystemTime,
        /// Now, for the relative form.
        now: SystemTime,
        /// Plan name of the first profile back.
        plan: Option<String>,
    },
    /// Nothing can serve before the user does something.
    NoProfile(&'static str),
    /// Upstream cannot be reached or keeps failing.
    Unavailable(Duration),
    /// The connection broke when upstream may have begun to work.
    Broken,
    /// The keychain does not answer.
    Vault(String),
    /// Every profile has as many requests as it may have.
    Busy,
    /// The chain is gone: the client resends the whole turn.
    Stale,
    /// No WebSocket here: the client goes on over HTTP at once.
    NoWebSocket,
}

impl Refusal {
    /// Status, code and sentence.
    fn parts(&self) -> (StatusCode, &'static str, String) {
        let text = |text: &str| text.to_owned();
        match self {
            Self::Denied(Denied::Key) => (
                StatusCode::UNAUTHORIZED,
                "invalid_key",
                text("This address needs Rotunda's key. Bind Codex again."),
            ),
            Self::Denied(Denied::Host) => (
                StatusCode::FORBIDDEN,
                "foreign_host",
                text("Rotunda answers only to its loopback names."),
            ),
            Self::Denied(Denied::Origin) => (
                StatusCode::FORBIDDEN,
                "foreign_origin",
                text("Rotunda does not answer web pages."),
            ),
            Self::NotFound => {
                (StatusCode::NOT_FOUND, "not_found", text("Rotunda does not serve this path."))
            }
            Self::Body(error) => body_parts(*error),
            Self::Exhausted { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "usage_limit_reached",
                text("All profiles are out of quota."),
            ),
            Self::NoProfile(sentence) => {
                (StatusCode::BAD_REQUEST, "no_profile_ready", text(sentence))
            }
            Self::Unavailable(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "service_unavailable",
                text("The service cannot be reached on any profile right now."),
            ),
            Self::Broken => (
                StatusCode::BAD_GATEWAY,
                "upstream_broken",
                text("The connection to the service broke after the request was sent."),
            ),
            Self::Vault(sentence) => {
                (StatusCode::SERVICE_UNAVAILABLE, "keychain_unavailable", sentence.clone())
            }
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "profiles_busy",
                text("Every ready profile is busy."),
            ),
            Self::Stale => (StatusCode::CONFLICT, STALE_CODE, text(STALE_MESSAGE)),
            Self::NoWebSocket => (
                StatusCode::UPGRADE_REQUIRED,
                "upgrade_required",
                text("WebSocket is not available here."),
            ),
        }
    }

    /// The error object, as upstream would write it.
    pub(crate) fn error(&self) -> Value {
        let (_, code, message) = self.parts();
        let kind = match self {
            Self::Exhausted { .. } => "usage_limit_reached",
            Self::Unavailable(_) | Self::Busy | Self::Vault(_) => "service_unavailable",
            _ => "invalid_request_error",
        };
        let mut error = json!({"type": kind, "code": code, "message": message});
        if let Self::Exhausted { until, now, plan } = self {
            let in_seconds = until.duration_since(*now).unwrap_or_default().as_secs();
            error["resets_at"] = unix(*until).into();
            error["resets_in_seconds"] = in_seconds.into();
            error["plan_type"] = plan.clone().into();
        }
        error
    }

    /// Status alone.
    pub(crate) fn status(&self) -> StatusCode {
        self.parts().0
    }

    /// Seconds for `Retry-After`, where one helps.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Unavailable(wait) => Some(wait.as_secs().max(1)),
            Self::Busy => Some(2),
            Self::Vault(_) => Some(5),
            _ => None,
        }
    }

    /// The HTTP answer.
    pub(crate) fn response(&self) -> Response<Body> {
        let mut response = json_response(self.status(), &json!({"error": self.error()}));
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if matches!(self, Self::Body(_)) {
            // The rest of the body is not read: the connection cannot go on.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

fn body_parts(error: BodyError) -> (StatusCode, &'static str, String) {
    let (status, code, sentence) = match error {
        BodyError::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "payload_too_large",
            "The request body is larger than Rotunda takes.",
        ),
        BodyError::UnknownEncoding => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_encoding",
            "The request body is compressed in a way Rotunda does not know.",
        ),
        BodyError::Corrupt => {
            (StatusCode::BAD_REQUEST, "corrupt_body", "The compressed request body is damaged.")
        }
        BodyError::Broken => {
            (StatusCode::BAD_REQUEST, "broken_body", "The request body ended early.")
        }
        BodyError::TooSlow => {
            (StatusCode::REQUEST_TIMEOUT, "slow_body", "The request body took too long.")
        }
    };
    (status, code, sentence.to_owned())
}

/// A JSON answer.
pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(full(body.to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A body that is whole already.
pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// Whole seconds since 1970.
pub(crate) fn unix(at: SystemTime) -> u64 {
    at.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lesson 23: exact times, from the state, in both forms.
    #[test]
    fn an_exhausted_pool_looks_like_a_real_usage_limit() {
        let now = UNIX_EPOCH + Duration::from_secs(1000);
        let until = now + Duration::from_secs(90);
        let refusal = Refusal::Exhausted { until, now, plan: Some("plus".into()) };
        assert_eq!(refusal.status(), StatusCode::TOO_MANY_REQUESTS);
        let error = refusal.error();
        assert_eq!(error["type"], "usage_limit_reached");
        assert_eq!(error["code"], "usage_limit_reached");
        assert_eq!((&error["resets_at"], &error["resets_in_seconds"]), (&json!(1090), &json!(90)));
        assert_eq!(error["plan_type"], "plus");
    }

    #[test]
    fn only_passing_states_invite_a_retry() {
        let retry =
            |refusal: Refusal| refusal.response().headers().contains_key(header::RETRY_AFTER);
        assert!(retry(Refusal::Unavailable(Duration::from_secs(3))));
        assert!(retry(Refusal::Busy));
        assert!(!retry(Refusal::Stale));
        assert!(!retry(Refusal::NoProfile("x")));
        assert!(!retry(Refusal::Exhausted { until: UNIX_EPOCH, now: UNIX_EPOCH, plan: None }));
    }
}
