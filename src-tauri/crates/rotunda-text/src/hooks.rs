//! What is said of hooks, the commands that run when something happens.

use serde::{Deserialize, Serialize};

use crate::{Localize, Message, message};

/// What became of a hook, as Activity stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HookNews {
    /// A command did not do its work.
    HookFailed {
        /// The key of the command, such as `rotated`.
        hook: String,
        /// Why.
        why: HookFailure,
    },
    /// Commands were left out: too many waited.
    HooksLeftOut {
        /// The key of the first of them.
        hook: String,
    },
}

/// Why a command did not do its work.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HookFailure {
    /// It ended with this code.
    Code(i32),
    /// A signal ended it.
    Signal,
    /// It ran for longer than so many seconds, and was ended.
    TooLong(u64),
    /// The system did not start it, and says this.
    NotStarted(String),
}

impl Localize for HookFailure {
    fn message(&self) -> Message {
        match self {
            Self::Code(code) => message!("hook-code", code = code.to_string()),
            Self::Signal => message!("hook-signal"),
            Self::TooLong(seconds) => message!("hook-too-long", seconds = seconds),
            Self::NotStarted(error) => message!("hook-not-started", error = error),
        }
    }
}

impl Localize for HookNews {
    fn message(&self) -> Message {
        match self {
            Self::HookFailed { hook, why } => {
                message!("activity-hook-failed", hook = hook, why = why.message())
            }
            Self::HooksLeftOut { hook } => message!("activity-hooks-left-out", hook = hook),
        }
    }
}
