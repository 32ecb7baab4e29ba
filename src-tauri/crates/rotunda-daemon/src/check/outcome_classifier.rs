//! What a test turn's messages amount to. Pure: facts in, one outcome out.
//!
//! Only structured fields count, and of texts only those that Codex writes
//! itself around them: no text of the model or the prompt.

use super::{Outcome, Step};

/// An error, as far as Codex has it in fields.
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
    /// Without a request to stop.
    Interrupted,
    /// Anything else.
    Unknown,
}

/// The request that Codex refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodexRequest {
    Hello,
    Thread,
    Resume,
    Compact,
    Turn,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fact {
    /// Output of the model began, continued or ended: a stream is open.
    Output,
    /// A message of the model is whole.
    Answer,
    /// Codex has the conversation shortened from now on.
    Shortening,
    /// The conversation is shortened.
    Shortened,
    /// An attempt failed; Codex makes another.
    Retry(Fault),
    /// An attempt failed; Codex makes no other.
    Error(Fault),
    /// The turn is over.
    Ended(Ending, Option<Fault>),
    /// Codex refused a request; `unknown`: it does not know the
    /// thread that was named.
    Refused { request: CodexRequest, unknown: bool },
    /// A line that is no JSON object.
    NotJson,
    /// Codex ended; `spoke`: after it had sent something.
    Gone { spoke: bool },
    /// No progress for too long.
    Idle,
}

/// Gathers the facts of one step until they make an outcome.
#[derive(Debug)]
pub(crate) struct OutcomeClassifier {
    step: Step,
    has_output: bool,
    /// What the step is for is there.
    has_answer: bool,
    /// What fails now fails at shortening the conversation.
    is_shortening: bool,
    retries: u32,
    /// What was tried again, each kind once (lesson F2).
    retried: Vec<Outcome>,
    /// The latest failed attempt that no output has followed.
    broken: Option<Fault>,
    /// The error that Codex sent as the last, before it ended.
    error: Option<Fault>,
    /// What the outcome was made of.
    cause: Option<Fault>,
}

impl OutcomeClassifier {
    /// Nothing has happened in this step.
    pub(crate) fn of(step: Step) -> Self {
        Self {
            step,
            has_output: false,
            has_answer: false,
            is_shortening: step == Step::Compact,
            retries: 0,
            retried: Vec::new(),
            broken: None,
            error: None,
            cause: None,
        }
    }

    /// Takes the next fact; the outcome once there is one.
    pub(crate) fn see(&mut self, fact: Fact) -> Option<Outcome> {
        match fact {
            Fact::Output => {
                self.has_output = true;
                self.broken = None;
                None
            }
            Fact::Answer => {
                (self.has_output, self.broken) = (true, None);
                // What a model says of a conversation is not the conversation shortened.
                self.has_answer |= self.step != Step::Compact;
                None
            }
            Fact::Shortening => {
                self.is_shortening = true;
                None
            }
            Fact::Shortened => {
                self.is_shortening = self.step == Step::Compact;
                self.has_answer |= self.is_shortening;
                self.broken = None;
                None
            }
            Fact::Retry(fault) => {
                let kind = self.kind_of(&fault, self.retries > 0);
                if !self.retried.contains(&kind) {
                    self.retried.push(kind);
                }
                self.retries += 1;
                self.broken = Some(fault);
                None
            }
            Fact::Error(fault) => {
                self.error = Some(fault);
                None
            }
            Fact::Ended(ending, fault) => Some(self.ended(ending, fault)),
            // Never another thread in its place (lesson F9).
            Fact::Refused { request: CodexRequest::Resume, .. }
            | Fact::Refused {
                request: CodexRequest::Turn | CodexRequest::Compact,
                unknown: true,
            } => Some(Outcome::ThreadResumeFailed),
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

    /// What it tried again, each kind once.
    pub(crate) fn retried(&self) -> &[Outcome] {
        &self.retried
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
        detail_of(*status, code.as_deref())
    }

    /// The status alone.
    pub(crate) fn status(&self) -> Option<u16> {
        self.cause.as_ref()?.status
    }

    fn kind_of(&self, fault: &Fault, retrying: bool) -> Outcome {
        // Its own kind, never a limit or an overload (lesson F4).
        if fault.status == Some(404) && (fault.about_compact || self.is_shortening) {
            return Outcome::ProviderCompactUnsupported;
        }
        kind_of(fault, self.has_output, retrying)
    }

    fn classify(&mut self, fault: &Fault) -> Outcome {
        let says_nothing = fault.kind.as_deref().is_none_or(|kind| kind == "other")
            && (fault.status, &fault.code) == (None, &None)
            && !fault.about_tool;
        let retrying = self.broken.is_some();
        // The last error of a series has no name of its own; the others had.
        let cause = self.broken.take().filter(|_| says_nothing).unwrap_or_else(|| fault.clone());
        let outcome = self.kind_of(&cause, retrying);
        self.cause = Some(cause);
        outcome
    }
}

/// A status and a code as they are reported; a code only when it can be nothing
/// else.
pub(crate) fn detail_of(status: Option<u16>, code: Option<&str>) -> Option<String> {
    let is_plain = |code: &&str| {
        code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
    };
    match (status, code.filter(is_plain)) {
        (Some(status), Some(code)) => Some(format!("HTTP {status}, {code}")),
        (Some(status), None) => Some(format!("HTTP {status}")),
        (None, Some(code)) => Some(code.to_owned()),
        (None, None) => None,
    }
}

/// The rules, most specific first. `inside`: output had begun; `retrying`: an
/// earlier attempt had failed already.
fn kind_of(fault: &Fault, inside: bool, retrying: bool) -> Outcome {
    let (kind, code) = (fault.kind.as_deref().unwrap_or_default(), fault.code.as_deref());
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
        // It failed without a reason: none may be guessed.
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
