//! Why the app itself does not do what its window or its menu asks.

use crate::{Localize, Message, message};

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such command, or not with these arguments.
    Unknown(String),
    /// No profile has this id.
    NoProfile,
    /// Sign-ins cannot rest there.
    NoPlace,
    /// It is neither on nor off.
    LoginSwitch,
    /// The system says why start at login stays as it is.
    LoginKept(String),
    /// The settings are not what settings are; the reader's own words.
    Settings(String),
    /// The answer cannot be written; the writer's own words.
    Answer(String),
}

impl Localize for Refusal {
    fn message(&self) -> Message {
        match self {
            Self::Unknown(name) => message!("refusal-unknown", command = format!("{name:?}")),
            Self::NoProfile => message!("refusal-no-profile"),
            Self::NoPlace => message!("refusal-no-place"),
            Self::LoginSwitch => message!("refusal-login-switch"),
            Self::LoginKept(error) => message!("refusal-login-kept", error = error),
            Self::Settings(error) => message!("refusal-settings", error = error),
            Self::Answer(error) => message!("refusal-answer", error = error),
        }
    }
}
