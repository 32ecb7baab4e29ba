//! The closed list of how a test turn can end (lesson F1).

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

    /// What happened, then what to do.
    pub fn sentence(self, profile: &str) -> String {
        match self {
            Self::Completed => format!("{profile} works: Codex asked and got its answer."),
            Self::ProviderAuthFailed => {
                format!("OpenAI does not accept the sign-in of {profile}. Sign in to it again.")
            }
            Self::ProviderRateLimited => {
                format!("{profile} is out of quota or asked too often. Try again after its reset.")
            }
            Self::ProviderInvalidToolCall => {
                "OpenAI refused a tool of this Codex. Update Codex, then try again.".to_owned()
            }
            Self::ProviderCompactUnsupported => {
                "OpenAI does not serve the shortening of conversations that this Codex asks for. \
                 Update Codex."
                    .to_owned()
            }
            Self::ProviderStreamDisconnected => {
                "The answer broke off again and again. Check the network, then try again."
                    .to_owned()
            }
            Self::ProviderHttpError => {
                "OpenAI answered with an error. Try again in a while, or with another model."
                    .to_owned()
            }
            Self::ProviderUnavailable => {
                "OpenAI cannot be reached, or has no room for this model now. Try again in a while."
                    .to_owned()
            }
            Self::BackendResponseInvalid => {
                "Codex ended the turn without a result. Update Codex, then try again.".to_owned()
            }
            Self::BackendJsonParseError => {
                "Codex wrote something that is not its protocol. Update Codex, then try again."
                    .to_owned()
            }
            Self::BackendTimeout => {
                "Codex showed no progress for too long and was ended. Try again.".to_owned()
            }
            Self::BackendSpawnFailed => {
                "Codex could not be started. Install it again, then try again.".to_owned()
            }
            Self::SecretUnavailable => {
                format!("The sign-in of {profile} cannot be read here. Sign in to it again.")
            }
            Self::ThreadResumeFailed => {
                "Codex could not open its own conversation again. Update Codex, then try again."
                    .to_owned()
            }
            Self::Cancelled => "The test turn was stopped.".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_json_and_no_two_are_alike() {
        let names: std::collections::BTreeSet<_> = Outcome::ALL.map(Outcome::name).into();
        assert_eq!(names.len(), Outcome::ALL.len());
        for outcome in Outcome::ALL {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.name());
        }
    }

    #[test]
    fn every_outcome_has_its_sentence() {
        for outcome in Outcome::ALL {
            let sentence = outcome.sentence("work");
            assert!(sentence.ends_with('.') && !sentence.contains("  "), "{sentence}");
        }
    }
}
