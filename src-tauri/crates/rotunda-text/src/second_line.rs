//! The second line of Codex's `config.toml`: whether it stands, and why it came or went.

use rotunda_core::second_line::Absence;
use serde::{Deserialize, Serialize};

use crate::{Localize, Message, message};

/// What to know of it while it stands, or while it is switched on and absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondLineNote {
    /// It stands.
    Stands,
    /// It is to stand, and is not written yet.
    Due,
    /// It is absent.
    Absent(Absence),
}

impl Localize for SecondLineNote {
    fn message(&self) -> Message {
        match self {
            Self::Stands => message!("second-line-stands"),
            Self::Due => message!("second-line-due"),
            Self::Absent(Absence::SwitchedOff) => message!("second-line-off"),
            Self::Absent(Absence::Foreign) => message!("second-line-foreign"),
            Self::Absent(Absence::NotBound) => message!("second-line-not-bound"),
            Self::Absent(Absence::NotServing) => message!("second-line-not-serving"),
            Self::Absent(Absence::OwnUnknown) => message!("second-line-own-unknown"),
            Self::Absent(Absence::OwnServed) => message!("second-line-own-served"),
            Self::Absent(Absence::NoOther) => message!("second-line-no-other"),
        }
    }
}

/// Why it was taken out. The words are kept in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondLineEnd {
    /// The user switched it off.
    SwitchedOff,
    /// Codex is not bound any more, or the key is the user's.
    NotBound,
    /// The router does not answer.
    NotServing,
    /// Codex's own account is no profile any more.
    OwnUnknown,
    /// Codex's own account is served again.
    OwnServed,
    /// No other profile is ready.
    NoOther,
    /// Rotunda ends.
    Ended,
    /// An earlier start had left it.
    LeftOver,
}

impl SecondLineEnd {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::SwitchedOff => "off",
            Self::NotBound => "not-bound",
            Self::NotServing => "not-serving",
            Self::OwnUnknown => "own-unknown",
            Self::OwnServed => "own-served",
            Self::NoOther => "no-other",
            Self::Ended => "ended",
            Self::LeftOver => "left-over",
        }
    }
}

impl From<Absence> for SecondLineEnd {
    fn from(absence: Absence) -> Self {
        match absence {
            Absence::SwitchedOff => Self::SwitchedOff,
            Absence::Foreign | Absence::NotBound => Self::NotBound,
            Absence::NotServing => Self::NotServing,
            Absence::OwnUnknown => Self::OwnUnknown,
            Absence::OwnServed => Self::OwnServed,
            Absence::NoOther => Self::NoOther,
        }
    }
}
