//! What happened, as Activity keeps and tells it.
//!
//! These are written to the store as JSON, so a released name never changes.
//! Times are seconds since 1970, names are those of the moment.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::{Chinese, English, Reader};
use crate::profile::{RestCause, WindowKind};

/// Why a profile rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Its five hours are used up.
    FiveHours,
    /// Its week is used up.
    Week,
    /// Some limit is used up.
    Limit,
    /// Upstream struggles with its requests.
    Trouble,
}

impl From<RestCause> for Cause {
    fn from(cause: RestCause) -> Self {
        match cause {
            RestCause::Quota(Some(WindowKind::FiveHours)) => Self::FiveHours,
            RestCause::Quota(Some(WindowKind::Week)) => Self::Week,
            RestCause::Quota(Some(WindowKind::Other) | None) => Self::Limit,
            RestCause::Trouble => Self::Trouble,
        }
    }
}

/// Where sign-ins rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The system's keychain.
    Keychain,
    /// A private file.
    File,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Told {
    /// To profiles and requests, by itself.
    Went(Went),
    /// To sign-ins, by itself.
    Signed(Signed),
    /// To profiles, because the user wanted it.
    Chose(Chose),
    /// To Codex's file, by us.
    Pointed(Pointed),
    /// To Codex's file, by others.
    Outside(Outside),
    /// To the router and the sign-ins' place.
    Stood(Stood),
}

/// What happened to profiles and requests. `profile` is a profile's name, empty
/// when it was gone already.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the sentences say what they mean, word by word")]
pub enum Went {
    Rotated { from: String, to: String, cause: Cause, until: Option<i64> },
    Reordered { from: String, to: String },
    Rested { profile: String, cause: Cause, until: i64 },
    LimitReached { profile: String, limit: String, until: i64 },
    LimitReset { profile: String, limit: String },
    Recovered { profile: String },
    ChainLost { profile: Option<String> },
    Exhausted { until: Option<i64> },
    Waiting { until: i64 },
    Failed { profile: Option<String>, attempts: u32, status: u16 },
}

/// What happened to sign-ins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the sentences say what they mean, word by word")]
pub enum Signed {
    Refreshed { profile: String },
    Adopted { profile: String },
    HandedOver { profile: String },
    NeedsSignIn { profile: String, code: String },
    NotEntitled { profile: String },
    Interrupted { profile: String },
}

/// What the user did with profiles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the sentences say what they mean, word by word")]
pub enum Chose {
    Chosen { profile: String },
    Pinned { profile: String },
    Unpinned,
    Paused { profile: String },
    Resumed { profile: String },
    Reserved { profile: String, percent: f64 },
    ReservedAsAll { profile: String },
    WaitEnded,
    Added { profile: String },
    SignedIn { profile: String },
    Removed { profile: String },
    Renamed { from: String, to: String },
    VaultMoved { count: usize, to: Place },
}

/// What became of Codex's `config.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the sentences say what they mean, word by word")]
pub enum Pointed {
    Bound { new_key: bool },
    Unbound,
    UnboundAtEnd,
    UnboundUnmendable,
    UnboundElsewhere { folder: String },
    StillBoundElsewhere { folder: String, error: String },
    LeftAsIs,
    Restored { kept: Option<String> },
    Healed,
    SaveKept { copy: String },
}

/// What somebody else did to `config.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the sentences say what they mean, word by word")]
pub enum Outside {
    OtherServes { port: u16 },
    PointsElsewhere { url: String, holder: Option<String> },
    LineTakenOut,
    MadeUnreadable { line: Option<usize>, error: String },
    OtherProvider { provider: String },
}

/// How the router and the place of the sign-ins stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the sentences say what they mean, word by word")]
pub enum Stood {
    VaultUnreadable {
        error: String,
    },
    VaultReadable,
    PortTaken {
        port: u16,
        holder: Option<String>,
        unbound: bool,
    },
    /// The router did not start; the reason is kept as it was said.
    NotStarted {
        reason: String,
    },
    /// Somebody wrote settings that cannot be.
    SettingsUnreadable {
        error: String,
    },
}

/// Each kind is told on its own.
macro_rules! told {
    ($($kind:ident)+) => {
        $(impl From<$kind> for Told {
            fn from(told: $kind) -> Self {
                Self::$kind(told)
            }
        })+

        impl English for Told {
            fn english(&self, reader: Reader) -> String {
                match self {
                    $(Self::$kind(told) => told.english(reader),)+
                }
            }
        }

        impl Chinese for Told {
            fn chinese(&self, reader: Reader) -> String {
                match self {
                    $(Self::$kind(told) => told.chinese(reader),)+
                }
            }
        }
    };
}

told! { Went Signed Chose Pointed Outside Stood }

/// A kept time.
pub(super) fn time(seconds: i64) -> SystemTime {
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn kept(told: impl Into<Told>, expected: &str) {
        let told = told.into();
        assert_eq!(serde_json::to_string(&told).unwrap(), expected);
        assert_eq!(serde_json::from_str::<Told>(expected).unwrap(), told);
    }

    #[test]
    fn what_is_kept_is_read_back() {
        let from = || "work".to_owned();
        kept(
            Went::Rotated { from: from(), to: "home".into(), cause: Cause::Week, until: Some(9) },
            r#"{"rotated":{"from":"work","to":"home","cause":"week","until":9}}"#,
        );
        kept(Chose::Unpinned, "\"unpinned\"");
        kept(Chose::Chosen { profile: from() }, r#"{"chosen":{"profile":"work"}}"#);
        kept(Pointed::Unbound, "\"unbound\"");
        kept(Stood::VaultReadable, "\"vault_readable\"");
        assert!(serde_json::from_str::<Told>("\"floated\"").is_err(), "of a newer version");
    }
}
