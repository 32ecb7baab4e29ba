//! The one place where the router speaks for itself.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, combinators::UnsyncBoxBody};
use rotunda_core::{
    event::Unasked,
    frame::{STALE_CODE, STALE_MESSAGE},
    pool::RuleCause,
    turn::{self, UNREACHABLE_PAUSE},
};
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
    /// The rules per project let no profile serve it.
    Ruled(RuleCause),
    /// The chain is gone: the client resends the whole turn.
    Stale,
    /// No WebSocket here: the client continues over HTTP at once.
    NoWebSocket,
    /// The command line asks more at once than is carried.
    ManyControlRequests,
    /// The ChatGPT host gives no answer about the client's own account.
    HostSilent,
    /// The connectors of the client's own account are not served.
    NoConnectors,
}

impl Refusal {
    /// Status, code and sentence.
    fn parts(&self) -> (StatusCode, &'static str, String) {
        let text = |text: &str| text.to_owned();
        match self {
            Self::Denied(denied) => denied_parts(*denied),
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
                text(
                    "Each ready profile has as many requests at once as it may have. Try again in \
                     a moment.",
                ),
            ),
            Self::Ruled(cause) => ruled_parts(*cause),
            Self::Stale => (StatusCode::CONFLICT, STALE_CODE, text(STALE_MESSAGE)),
            Self::NoWebSocket => (
                StatusCode::UPGRADE_REQUIRED,
                "upgrade_required",
                text("WebSocket is not available here."),
            ),
            Self::ManyControlRequests => (
                StatusCode::SERVICE_UNAVAILABLE,
                "control_busy",
                text("Rotunda has too many requests of the command line. Try again in a moment."),
            ),
            Self::HostSilent => (
                StatusCode::GATEWAY_TIMEOUT,
                "chatgpt_silent",
                text("The ChatGPT service gave no answer about Codex's own account in time."),
            ),
            Self::NoConnectors => no_connectors_parts(),
        }
    }

    /// What a turn ends with. `vault` is the keychain's sentence, when it kept a
    /// profile from serving.
    pub(crate) fn of_turn(refusal: turn::Refusal, now: SystemTime, vault: Option<String>) -> Self {
        match refusal {
            turn::Refusal::Exhausted { until, plan } => Self::Exhausted { until, now, plan },
            turn::Refusal::NoProfile => Self::NoProfile(
                "Rotunda has no profile yet. Add one in Rotunda, or unbind Codex to use its own sign-in.",
            ),
            turn::Refusal::NeedsUser => Self::NoProfile(
                "No profile in Rotunda can serve: each needs a new sign-in, is paused or has no Codex plan. \
                 Open Rotunda to fix one, or unbind Codex.",
            ),
            turn::Refusal::Unavailable => Self::Unavailable(UNREACHABLE_PAUSE),
            turn::Refusal::Vault => vault.map_or(Self::Unavailable(UNREACHABLE_PAUSE), Self::Vault),
            turn::Refusal::Broken => Self::Broken,
            turn::Refusal::Busy => Self::Busy,
            turn::Refusal::Ruled(cause) => Self::Ruled(cause),
        }
    }

    /// The error object, as upstream would write it.
    pub(crate) fn error(&self) -> Value {
        let (_, code, message) = self.parts();
        let kind = match self {
            Self::Exhausted { .. } => "usage_limit_reached",
            Self::Unavailable(_)
            | Self::Busy
            | Self::Vault(_)
            | Self::Body(BodyError::NoRoom)
            | Self::HostSilent
            | Self::ManyControlRequests => "service_unavailable",
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

    /// Why no profile was tried, when that is the reason.
    pub(crate) const fn unasked(&self) -> Option<Unasked> {
        match self {
            Self::Busy => Some(Unasked::Busy),
            Self::Unavailable(_) => Some(Unasked::Resting),
            _ => None,
        }
    }

    /// Status alone.
    pub(crate) fn status(&self) -> StatusCode {
        self.parts().0
    }

    /// Seconds for `Retry-After`, where one helps.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Unavailable(wait) => Some(wait.as_secs().max(1)),
            Self::Busy | Self::Body(BodyError::NoRoom) => Some(2),
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
        response
    }
}

/// The only 401: without a bearer there is no sign-in that could be renewed.
fn no_connectors_parts() -> (StatusCode, &'static str, String) {
    let sentence =
        "Connectors are absent while Rotunda's second line stands in Codex's config.toml.";
    (StatusCode::UNAUTHORIZED, "no_connectors", sentence.to_owned())
}

fn ruled_parts(cause: RuleCause) -> (StatusCode, &'static str, String) {
    (StatusCode::BAD_REQUEST, "no_profile_ready", rule_sentence(cause).to_owned())
}

/// Names no folder: the answer stands in the log of Codex.
const fn rule_sentence(cause: RuleCause) -> &'static str {
    match cause {
        RuleCause::Project => {
            "The project rules of Rotunda let no profile serve this project: the rule names none \
             that is there, or two rules have none in common. `rotunda project show` says which \
             rule it is."
        }
        RuleCause::Unstated => {
            "Codex does not say in which folder this request works, so the project rules of \
             Rotunda let only a profile serve it that each of them names, and there is none."
        }
        RuleCause::AnyProject => {
            "This request may hold content of any project, so the project rules of Rotunda let \
             only a profile serve it that each of them names, and there is none."
        }
        RuleCause::Unreadable => {
            "Rotunda cannot read in which folder this request works, so no profile serves it \
             while there are project rules. `rotunda project list` lists them."
        }
    }
}

/// Never 401 to Codex: it would spend its own refresh token on it.
fn denied_parts(denied: Denied) -> (StatusCode, &'static str, String) {
    let (status, code, sentence) = match denied {
        Denied::Key => (
            StatusCode::FORBIDDEN,
            "invalid_key",
            "This address needs Rotunda's key. Bind Codex again.",
        ),
        // No key of Codex looks like one of another program, so no Codex reads these two.
        Denied::ApiKey => (StatusCode::UNAUTHORIZED, "invalid_api_key", "This key is unknown."),
        Denied::ApiOff => {
            (StatusCode::FORBIDDEN, "clients_switched_off", "Other clients are switched off.")
        }
        Denied::Absent => {
            (StatusCode::NOT_FOUND, "not_found", "Rotunda has nothing there without its key.")
        }
        Denied::Target => (
            StatusCode::BAD_REQUEST,
            "invalid_target",
            "Rotunda is no proxy: it answers paths of its own only.",
        ),
        Denied::Host => {
            (StatusCode::FORBIDDEN, "foreign_host", "Rotunda answers only to its loopback names.")
        }
        Denied::Origin => {
            (StatusCode::FORBIDDEN, "foreign_origin", "Rotunda does not answer web pages.")
        }
    };
    (status, code, sentence.to_owned())
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
        BodyError::NoRoom => (
            StatusCode::SERVICE_UNAVAILABLE,
            "bodies_busy",
            "Rotunda holds as many large requests as it may. Try again in a moment.",
        ),
        BodyError::TooSlow => {
            (StatusCode::REQUEST_TIMEOUT, "slow_body", "The request body took too long.")
        }
    };
    (status, code, sentence.to_owned())
}

/// A JSON answer.
pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = own_response(full(body.to_string()));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// An answer of the router's own: no cache keeps what it says.
pub(crate) fn own_response(body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
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
    fn no_refusal_is_a_401_and_none_is_kept_by_a_cache() {
        let denied = [Denied::Key, Denied::Absent, Denied::Host, Denied::Origin, Denied::Target];
        let refusals = denied.map(Refusal::Denied).into_iter().chain([
            Refusal::NotFound,
            Refusal::NoProfile("x"),
            Refusal::Vault("x".into()),
            Refusal::Busy,
            Refusal::NoWebSocket,
            Refusal::HostSilent,
            Refusal::Ruled(RuleCause::Unreadable),
        ]);
        for refusal in refusals {
            let response = refusal.response();
            assert_ne!(response.status(), StatusCode::UNAUTHORIZED, "{refusal:?}");
            assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store", "{refusal:?}");
        }
    }

    #[test]
    fn only_passing_states_invite_a_retry() {
        let retry =
            |refusal: Refusal| refusal.response().headers().contains_key(header::RETRY_AFTER);
        assert!(retry(Refusal::Unavailable(Duration::from_secs(3))));
        assert!(retry(Refusal::Busy));
        assert!(retry(Refusal::Body(BodyError::NoRoom)));
        assert!(!retry(Refusal::Body(BodyError::TooLarge)));
        assert!(!retry(Refusal::Stale));
        assert!(!retry(Refusal::NoProfile("x")));
        assert!(!retry(Refusal::Ruled(RuleCause::Project)));
        assert!(!retry(Refusal::Exhausted { until: UNIX_EPOCH, now: UNIX_EPOCH, plan: None }));
    }
}
