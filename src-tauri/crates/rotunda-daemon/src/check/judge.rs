//! What a test turn's messages amount to. Pure: facts in, one outcome out.
//!
//! Only structured fields count, and of texts only those that Codex writes
//! itself around them: nothing that the model or the prompt could have said.

use super::Outcome;

/// An error, as far as Codex tells it in fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Codex's own name for its kind, such as `usageLimitExceeded`.
    pub(crate) kind: Option<String>,
    /// The HTTP status behind it.
    pub(crate) status: Option<u16>,
    /// The service's code, when its answer was passed on whole.
    pub(crate) code: Option<String>,
    /// It was about the path that shortens a conversation.
    pub(crate) about_compact: bool,
    /// It was about a tool's call or output.
    pub(crate) about_tool: bool,
}

/// How Codex says a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Completed,
    Failed,
    /// Without having been asked to.
    Interrupted,
    /// Anything else.
    Unknown,
}

/// What Codex was asked when it refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Hello,
    Thread,
    Turn,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fact {
    /// Something of the model's began, went on or ended: a stream is open.
    Output,
    /// A message of the model is whole.
    Answer,
    /// An attempt failed; Codex makes another.
    Retry(Fault),
    /// An attempt failed; Codex makes no other.
    Error(Fault),
    /// The turn is over.
    Ended(Ending, Option<Fault>),
    /// Codex refused to do what it was asked; `unknown`: it does not know the
    /// thread that was named.
    Refused { asked: Asked, unknown: bool },
    /// A line that is no JSON object.
    NotJson,
    /// Codex left; `spoke`: not without ever having said something.
    Gone { spoke: bool },
    /// No progress for too long.
    Idle,
}

/// Gathers facts until they make an outcome.
#[derive(Debug, Default)]
pub(crate) struct Judge {
    has_output: bool,
    has_answer: bool,
    retries: u32,
    /// The latest failed attempt that no output has followed.
    broken: Option<Fault>,
    /// What Codex said was the end, before it ended.
    error: Option<Fault>,
    /// What the outcome was made of.
    cause: Option<Fault>,
}

impl Judge {
    /// Takes the next fact; the outcome once there is one.
    pub(crate) fn see(&mut self, fact: Fact) -> Option<Outcome> {
        match fact {
            Fact::Output => {
                self.has_output = true;
                self.broken = None;
                None
            }
            Fact::Answer => {
                (self.has_output, self.has_answer, self.broken) = (true, true, None);
                None
            }
            Fact::Retry(fault) => {
                self.retries += 1;
                self.broken = Some(fault);
                None
            }
            Fact::Error(fault) => {
                self.error = Some(fault);
                None
            }
            Fact::Ended(ending, fault) => Some(self.ended(ending, fault)),
            Fact::Refused { asked: Asked::Turn, unknown: true } => {
                Some(Outcome::ThreadResumeFailed)
            }
            Fact::NotJson => Some(Outcome::BackendJsonParseError),
            Fact::Gone { spoke: false } => Some(Outcome::BackendSpawnFailed),
            Fact::Refused { .. } | Fact::Gone { spoke: true } => {
                Some(Outcome::BackendResponseInvalid)
            }
            // What it was still trying to get over says more than the silence.
            Fact::Idle => Some(match self.error.take().or(self.broken.take()) {
                Some(fault) => self.classify(&fault),
                None => Outcome::BackendTimeout,
            }),
        }
    }

    /// How often Codex tried again.
    pub(crate) fn retries(&self) -> u32 {
        self.retries
    }

    fn ended(&mut self, ending: Ending, fault: Option<Fault>) -> Outcome {
        match ending {
            Ending::Completed if self.has_answer => Outcome::Completed,
            Ending::Completed | Ending::Interrupted | Ending::Unknown => {
                Outcome::BackendResponseInvalid
            }
            Ending::Failed => match fault.or(self.error.take()) {
                Some(fault) => self.classify(&fault),
                None => Outcome::BackendResponseInvalid,
            },
        }
    }

    /// The service's status and code behind the outcome, where there are some.
    pub(crate) fn detail(&self) -> Option<String> {
        let Fault { status, code, .. } = self.cause.as_ref()?;
        let is_plain = |code: &&String| {
            code.len() <= 64
                && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
        };
        match (status, code.as_ref().filter(is_plain)) {
            (Some(status), Some(code)) => Some(format!("HTTP {status}, {code}")),
            (Some(status), None) => Some(format!("HTTP {status}")),
            (None, Some(code)) => Some(code.clone()),
            (None, None) => None,
        }
    }

    fn classify(&mut self, fault: &Fault) -> Outcome {
        let says_nothing = fault.kind.as_deref().is_none_or(|kind| kind == "other")
            && (fault.status, &fault.code) == (None, &None)
            && !fault.about_tool;
        let retrying = self.broken.is_some();
        // The last error of a series has no name of its own; the others had.
        let cause = self.broken.take().filter(|_| says_nothing).unwrap_or_else(|| fault.clone());
        let outcome = kind_of(&cause, self.has_output, retrying);
        self.cause = Some(cause);
        outcome
    }
}

/// The rules, most specific first. `inside`: output had begun; `retrying`: an
/// earlier attempt had failed already.
fn kind_of(fault: &Fault, inside: bool, retrying: bool) -> Outcome {
    let (kind, code) = (fault.kind.as_deref().unwrap_or_default(), fault.code.as_deref());
    if fault.about_compact && fault.status == Some(404) {
        return Outcome::ProviderCompactUnsupported;
    }
    if fault.about_tool {
        return Outcome::ProviderInvalidToolCall;
    }
    let by_code = code.and_then(by_code);
    let by_kind = || match kind {
        "unauthorized" => Some(Outcome::ProviderAuthFailed),
        "usageLimitExceeded" | "rateLimitExceeded" | "sessionBudgetExceeded" => {
            Some(Outcome::ProviderRateLimited)
        }
        "serverOverloaded" | "flexUnavailable" | "policyCapacityUnavailable" => {
            Some(Outcome::ProviderUnavailable)
        }
        _ => None,
    };
    let broke_off =
        if inside { Outcome::ProviderStreamDisconnected } else { Outcome::ProviderHttpError };
    let by_status = || match fault.status? {
        401 => Some(Outcome::ProviderAuthFailed),
        429 => Some(Outcome::ProviderRateLimited),
        500.. => Some(broke_off),
        _ => Some(Outcome::ProviderHttpError),
    };
    let by_place = || match kind {
        "internalServerError" => broke_off,
        "responseStreamDisconnected" | "responseTooManyFailedAttempts" => {
            Outcome::ProviderStreamDisconnected
        }
        "httpConnectionFailed" | "responseStreamConnectionFailed" if inside || retrying => {
            Outcome::ProviderStreamDisconnected
        }
        "httpConnectionFailed" | "responseStreamConnectionFailed" => Outcome::ProviderUnavailable,
        "badRequest"
        | "contextWindowExceeded"
        | "modelNotFound"
        | "cyberPolicy"
        | "misalignmentPolicyViolation"
        | "inferenceHookDenied" => Outcome::ProviderHttpError,
        _ if code.is_some() => Outcome::ProviderHttpError,
        // It failed and does not say of what: nobody may guess.
        _ => Outcome::BackendResponseInvalid,
    };
    by_code.or_else(by_kind).or_else(by_status).unwrap_or_else(by_place)
}

fn by_code(code: &str) -> Option<Outcome> {
    Some(match code {
        // The router's word for a sign-in that has to be made again.
        "no_profile_ready" | "token_expired" | "invalid_api_key" => Outcome::ProviderAuthFailed,
        "usage_limit_reached" | "insufficient_quota" | "rate_limit_exceeded" => {
            Outcome::ProviderRateLimited
        }
        "keychain_unavailable" => Outcome::SecretUnavailable,
        "server_is_overloaded" | "slow_down" => Outcome::ProviderUnavailable,
        _ => return None,
    })
}
