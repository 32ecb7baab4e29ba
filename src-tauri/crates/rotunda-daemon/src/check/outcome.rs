//! The closed list of how a test turn can end (lesson F1).

use rotunda_text::{Localize, Message, Value, message};
use serde::{Deserialize, Serialize};

/// How a test turn ended. Every turn has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// An answer came.
    Completed,
    /// The service, or the router for it, refused the sign-in.
    ProviderAuthFailed,
    /// Out of quota, or too many requests.
    ProviderRateLimited,
    /// The service refused a tool's call or output.
    ProviderInvalidToolCall,
    /// The service cannot shorten conversations.
    ProviderCompactUnsupported,
    /// The answer broke off and no retry brought it.
    ProviderStreamDisconnected,
    /// The service answered with an error before any output.
    ProviderHttpError,
    /// The service cannot be reached, or has no room for this model.
    ProviderUnavailable,
    /// Codex ended without a result.
    BackendResponseInvalid,
    /// Codex wrote something that is not its protocol.
    BackendJsonParseError,
    /// Codex showed no progress for too long.
    BackendTimeout,
    /// Codex could not be started.
    BackendSpawnFailed,
    /// The profile's sign-in cannot be read on this machine.
    SecretUnavailable,
    /// Codex could not open the thread again.
    ThreadResumeFailed,
    /// The user stopped it.
    Cancelled,
}

/// What an outcome amounts to. A turn that could not be tried at all is not
/// one that failed (lesson F8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It works.
    Ok,
    /// It was tried and does not.
    Failed,
    /// It could not be tried.
    Blocked,
    /// It was not to be.
    Cancelled,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Completed,
        Self::ProviderAuthFailed,
        Self::ProviderRateLimited,
        Self::ProviderInvalidToolCall,
        Self::ProviderCompactUnsupported,
        Self::ProviderStreamDisconnected,
        Self::ProviderHttpError,
        Self::ProviderUnavailable,
        Self::BackendResponseInvalid,
        Self::BackendJsonParseError,
        Self::BackendTimeout,
        Self::BackendSpawnFailed,
        Self::SecretUnavailable,
        Self::ThreadResumeFailed,
        Self::Cancelled,
    ];

    /// Its name in JSON and in front of its sentence.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::ProviderAuthFailed => "provider-auth-failed",
            Self::ProviderRateLimited => "provider-rate-limited",
            Self::ProviderInvalidToolCall => "provider-invalid-tool-call",
            Self::ProviderCompactUnsupported => "provider-compact-unsupported",
            Self::ProviderStreamDisconnected => "provider-stream-disconnected",
            Self::ProviderHttpError => "provider-http-error",
            Self::ProviderUnavailable => "provider-unavailable",
            Self::BackendResponseInvalid => "backend-response-invalid",
            Self::BackendJsonParseError => "backend-json-parse-error",
            Self::BackendTimeout => "backend-timeout",
            Self::BackendSpawnFailed => "backend-spawn-failed",
            Self::SecretUnavailable => "secret-unavailable",
            Self::ThreadResumeFailed => "thread-resume-failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// What it amounts to.
    pub const fn state(self) -> State {
        match self {
            Self::Completed => State::Ok,
            Self::Cancelled => State::Cancelled,
            Self::SecretUnavailable | Self::BackendSpawnFailed => State::Blocked,
            _ => State::Failed,
        }
    }
}

/// How a test turn with a profile ended: the outcome, and the profile's name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended<'a>(pub(crate) Outcome, pub(crate) &'a str);

impl Localize for Ended<'_> {
    fn message(&self) -> Message {
        let profile: Value = self.1.into();
        match self.0 {
            Outcome::Completed => message!("turn-completed", profile = profile),
            Outcome::ProviderAuthFailed => {
                message!("turn-provider-auth-failed", profile = profile)
            }
            Outcome::ProviderRateLimited => {
                message!("turn-provider-rate-limited", profile = profile)
            }
            Outcome::ProviderInvalidToolCall => message!("turn-provider-invalid-tool-call"),
            Outcome::ProviderCompactUnsupported => message!("turn-provider-compact-unsupported"),
            Outcome::ProviderStreamDisconnected => message!("turn-provider-stream-disconnected"),
            Outcome::ProviderHttpError => message!("turn-provider-http-error"),
            Outcome::ProviderUnavailable => message!("turn-provider-unavailable"),
            Outcome::BackendResponseInvalid => message!("turn-backend-response-invalid"),
            Outcome::BackendJsonParseError => message!("turn-backend-json-parse-error"),
            Outcome::BackendTimeout => message!("turn-backend-timeout"),
            Outcome::BackendSpawnFailed => message!("turn-backend-spawn-failed"),
            Outcome::SecretUnavailable => message!("turn-secret-unavailable", profile = profile),
            Outcome::ThreadResumeFailed => message!("turn-thread-resume-failed"),
            Outcome::Cancelled => message!("turn-cancelled"),
        }
    }
}

#[cfg(test)]
mod tests {
    use rotunda_text::{Language, Locale};

    use super::*;

    #[test]
    fn an_outcome_is_in_the_language_of_the_reader() {
        let completed = Ended(Outcome::Completed, "work");
        let english = completed.to(Locale::of(Language::ENGLISH));
        assert_eq!(english, "work works: Codex asked and got its answer.");
        let chinese = completed.to(Locale::of(Language::find("zh-CN").unwrap()));
        assert_eq!(chinese, "work 正常：Codex 提问并得到了回答。");
    }

    #[test]
    fn every_outcome_has_its_sentence_in_every_language() {
        for outcome in Outcome::ALL {
            for language in Language::all() {
                let text = Ended(outcome, "work").to(Locale::of(language));
                assert!(text.ends_with(['.', '。']) && !text.contains("  "), "{text}");
            }
        }
    }

    #[test]
    fn names_are_those_of_the_json_and_no_two_are_alike() {
        let names: std::collections::BTreeSet<_> = Outcome::ALL.map(Outcome::name).into();
        assert_eq!(names.len(), Outcome::ALL.len());
        for outcome in Outcome::ALL {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.name());
        }
    }
}
