//! The last answer of the service itself, where Codex only reports that its
//! router could not serve: Codex shows no code and the router's own status
//! (lesson F3: classified by where it was seen).

use std::sync::{Mutex, PoisonError};

use rotunda_core::verdict::error_of_body;
use rotunda_router::{Heard as Answered, Piece, Recorder};
use serde_json::Value;

use super::{ConversationResult, Outcome};

/// What came of the latest attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Last {
    /// An error of this status, with its code.
    Error { status: u16, code: Option<String> },
    /// There was no answer.
    Unreachable,
    /// The sign-in could not be read.
    Keychain,
}

/// Listens to what passes between a test turn's router and the service, and
/// keeps no more of it than how the latest attempt ended.
#[derive(Debug, Default)]
pub(crate) struct UpstreamObserver(Mutex<Heard>);

#[derive(Debug, Default)]
struct Heard {
    last: Option<Last>,
    /// A request has come and has no answer yet.
    is_open: bool,
}

impl Recorder for UpstreamObserver {
    fn begin(&self) -> u64 {
        0
    }

    fn hear(&self, _exchange: u64, piece: Piece<'_>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match piece {
            Piece::Request { .. } | Piece::Frame { from_client: true, .. } => known.is_open = true,
            // No sockets here: the client continues over HTTP at once.
            Piece::Attempt { heard: Answered::Answer { status: 426, .. }, .. }
            | Piece::Chunk(_) => {}
            Piece::Attempt { heard, .. } => known.last = last_of(heard),
            Piece::Response { .. } | Piece::Frame { .. } | Piece::End => known.is_open = false,
        }
    }
}

fn last_of(heard: Answered<'_>) -> Option<Last> {
    match heard {
        Answered::Answer { status, body, .. } if status >= 400 => {
            Some(Last::Error { status, code: code_of(&error_of_body(body)) })
        }
        Answered::Frame(text) => {
            let frame: Value = serde_json::from_str(text).unwrap_or_default();
            let status = frame["status"].as_u64().and_then(|status| u16::try_from(status).ok())?;
            Some(Last::Error { status, code: code_of(&frame["error"]) })
        }
        Answered::Nothing("unreachable" | "broken" | "silent") => Some(Last::Unreachable),
        Answered::Nothing("keychain") => Some(Last::Keychain),
        Answered::Answer { .. } | Answered::Good | Answered::Nothing(_) => None,
    }
}

fn code_of(error: &Value) -> Option<String> {
    error["code"].as_str().or(error["type"].as_str()).map(ToOwned::to_owned)
}

impl UpstreamObserver {
    /// The same with the answer of the service in place of the router's error.
    pub(crate) fn corrects(&self, result: &mut ConversationResult) {
        let Heard { last, is_open } =
            std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let (Some(last), true) = (last, may_be_ours(result, is_open)) else { return };
        let (outcome, detail) = match last {
            Last::Error { status, code } => {
                let outcome = match (status, code.as_deref()) {
                    (_, Some("server_is_overloaded" | "slow_down")) => Outcome::ProviderUnavailable,
                    (401, _) => Outcome::ProviderAuthFailed,
                    (429, _) => Outcome::ProviderRateLimited,
                    _ => Outcome::ProviderHttpError,
                };
                (outcome, super::outcome_classifier::detail_of(Some(status), code.as_deref()))
            }
            Last::Unreachable => (Outcome::ProviderUnavailable, None),
            Last::Keychain => (Outcome::SecretUnavailable, None),
        };
        result.becomes(outcome, detail);
    }
}

/// The router's own status is 503; and a Codex that waits for a retry time
/// shows nothing, unlike one with an open request.
fn may_be_ours(result: &ConversationResult, is_open: bool) -> bool {
    match result.outcome {
        Outcome::ProviderHttpError => result.status == Some(503),
        Outcome::BackendTimeout => !is_open,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use rotunda_core::ProfileId;

    use super::*;
    use crate::check::Step;

    #[track_caller]
    fn check(
        heard: Answered<'_>,
        before: (Outcome, Option<u16>),
        expected: Outcome,
    ) -> ConversationResult {
        let observer = UpstreamObserver::default();
        observer.hear(0, Piece::Attempt { number: 1, profile: ProfileId(1), heard });
        let mut result = ConversationResult::without(Step::Turn, before.0);
        result.status = before.1;
        observer.corrects(&mut result);
        assert_eq!((result.outcome, result.steps[0].outcome), (expected, expected));
        result
    }

    /// F3: the router's 503 stands for four different things.
    #[test]
    fn a_503_of_the_router_is_classified_by_its_cause() {
        let headers = &HeaderMap::new();
        let ours = (Outcome::ProviderHttpError, Some(503));
        let error = |status, body| Answered::Answer { status, headers, body };
        let busy = error(503, b"{\"error\":{\"code\":\"server_is_overloaded\"}}");
        check(busy, ours, Outcome::ProviderUnavailable);
        check(Answered::Nothing("unreachable"), ours, Outcome::ProviderUnavailable);
        check(Answered::Nothing("keychain"), ours, Outcome::SecretUnavailable);
        let result = check(error(502, b"<html>"), ours, Outcome::ProviderHttpError);
        assert_eq!(result.detail.as_deref(), Some("HTTP 502"));
        let frame = "{\"type\":\"error\",\"status\":500,\"error\":{\"code\":\"odd\"}}";
        let result = check(Answered::Frame(frame), ours, Outcome::ProviderHttpError);
        assert_eq!(result.detail.as_deref(), Some("HTTP 500, odd"));
    }

    #[test]
    fn what_codex_knows_better_stays() {
        let away = || Answered::Nothing("unreachable");
        check(away(), (Outcome::ProviderHttpError, Some(400)), Outcome::ProviderHttpError);
        check(
            away(),
            (Outcome::ProviderStreamDisconnected, None),
            Outcome::ProviderStreamDisconnected,
        );
        check(away(), (Outcome::Cancelled, None), Outcome::Cancelled);
        check(away(), (Outcome::BackendTimeout, None), Outcome::ProviderUnavailable);
        // Silence after a good beginning is silence.
        check(Answered::Good, (Outcome::BackendTimeout, None), Outcome::BackendTimeout);
    }

    /// An error that was got over is none, while what came after it is awaited.
    #[test]
    fn a_timeout_is_not_classified_by_an_earlier_answer() {
        let headers = &HeaderMap::new();
        let busy = Answered::Answer { status: 500, headers, body: b"" };
        let refused = Answered::Answer { status: 426, headers, body: b"" };
        let attempt = |heard| Piece::Attempt { number: 1, profile: ProfileId(1), heard };
        let (path, method) = ("responses", &http::Method::POST);
        let request = || Piece::Request { method, path, headers, body: b"" };
        let answered = || Piece::Response { status: 500, headers };
        let after = |pieces: Vec<Piece<'_>>| {
            let observer = UpstreamObserver::default();
            for piece in pieces {
                observer.hear(0, piece);
            }
            let mut result = ConversationResult::without(Step::Turn, Outcome::BackendTimeout);
            observer.corrects(&mut result);
            result.outcome
        };
        let waits = after(vec![request(), attempt(busy), answered()]);
        assert_eq!(waits, Outcome::ProviderHttpError);
        let open = after(vec![request(), attempt(busy), answered(), request()]);
        assert_eq!(open, Outcome::BackendTimeout);
        assert_eq!(after(vec![attempt(refused), Piece::End]), Outcome::BackendTimeout);
    }
}
