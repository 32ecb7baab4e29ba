//! What happened, as Activity stores and shows it.
//!
//! These are written to the store as JSON, so a released name never changes.
//! Times are seconds since 1970, names are those of the moment.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rotunda_core::{
    event::Unasked,
    profile::{CooldownCause, UseCredits, WindowKind},
};
use serde::{Deserialize, Serialize};

use crate::{
    HookNews, LateNews, Localize, Message, ResetNews, SecondLineEnd, SpentBecause, Value,
    credit_amount, message, profile_name::name, projects::rule_exhausted,
};

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
    /// Its plan is used up, and its credits may not be used.
    Credits,
    /// Upstream struggles with its requests.
    Trouble,
}

impl From<CooldownCause> for Cause {
    fn from(cause: CooldownCause) -> Self {
        match cause {
            CooldownCause::Quota(Some(WindowKind::FiveHours)) => Self::FiveHours,
            CooldownCause::Quota(Some(WindowKind::Week)) => Self::Week,
            CooldownCause::Quota(Some(WindowKind::Other) | None) => Self::Limit,
            CooldownCause::Credits(_) => Self::Credits,
            CooldownCause::Trouble => Self::Trouble,
        }
    }
}

/// Where sign-ins rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultLocation {
    /// The system's keychain.
    Keychain,
    /// A private file.
    File,
}

/// One line of Activity: what happened, as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ActivityMessage {
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
    /// To banked resets.
    ResetNews(ResetNews),
    /// To requests whose answers do not begin.
    LateNews(LateNews),
    /// To commands of the user's settings.
    HookNews(HookNews),
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
    RuleExhausted { profiles: Vec<String>, until: Option<i64> },
    Waiting { until: i64 },
    Failed { profile: Option<String>, attempts: u32, status: u16 },
    NotAsked { reason: Unasked, status: u16 },
    CreditsSpent { profile: String, cause: SpentBecause, balance: Option<String> },
}

/// What happened to sign-ins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the sentences say what they mean, word by word")]
pub enum Signed {
    Refreshed { profile: String },
    Adopted { profile: String },
    HandedOver { profile: String },
    NotSaved { profile: String, error: String },
    Saved { profile: String },
    RenewalRefused { profile: String, why: String },
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
    AllowedCredits { profile: String, consent: UseCredits },
    CreditsAsAll { profile: String },
    WaitEnded,
    Added { profile: String },
    SignedIn { profile: String },
    SignedOut { profile: String },
    Removed { profile: String },
    Renamed { from: String, to: String },
    VaultMoved { count: usize, to: VaultLocation },
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
    SecondLineWritten,
    SecondLineTakenOut { end: SecondLineEnd },
}

/// What another program did to `config.toml`.
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
        /// The user of that program, when it is another one.
        #[serde(default)]
        user: Option<String>,
        unbound: bool,
    },
    /// The database was damaged, and a new one was begun.
    StoreSetAside {
        file: String,
        /// Profiles that could be read from it.
        profiles: usize,
    },
    /// The router did not start; the reason is kept as text.
    NotStarted {
        reason: String,
    },
    /// The settings file is invalid.
    SettingsUnreadable {
        error: String,
    },
}

macro_rules! from_each_kind {
    ($($kind:ident)+) => {
        $(impl From<$kind> for ActivityMessage {
            fn from(part: $kind) -> Self {
                Self::$kind(part)
            }
        })+

        impl Localize for ActivityMessage {
            fn message(&self) -> Message {
                match self {
                    $(Self::$kind(part) => part.message(),)+
                }
            }
        }
    };
}

from_each_kind! { Went Signed Chose Pointed Outside Stood ResetNews LateNews HookNews }

impl ActivityMessage {
    /// Whether both say the same, with times to the minute.
    pub fn is_same(&self, other: &Self) -> bool {
        self.message().rounded_to_minutes() == other.message().rounded_to_minutes()
    }
}

/// A stored time.
fn time(seconds: i64) -> SystemTime {
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
}

impl Cause {
    /// Its name in the catalogs, and in what is stored.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FiveHours => "five_hours",
            Self::Week => "week",
            Self::Limit => "limit",
            Self::Credits => "credits",
            Self::Trouble => "trouble",
        }
    }
}

impl Localize for Went {
    fn message(&self) -> Message {
        match self {
            Self::Rotated { from, to, cause, until: None } => {
                message!("activity-rotated", from = name(from), to = name(to), cause = cause.name())
            }
            Self::Rotated { from, to, cause, until: Some(until) } => message!(
                "activity-rotated-until",
                from = name(from),
                to = name(to),
                cause = cause.name(),
                at = Value::At(time(*until))
            ),
            Self::Reordered { from, to } => {
                message!("activity-reordered", from = name(from), to = name(to))
            }
            Self::Rested { profile, cause, until } => message!(
                "activity-rested",
                profile = name(profile),
                cause = cause.name(),
                until = Value::Until(time(*until))
            ),
            Self::LimitReached { profile, limit, until } => message!(
                "activity-limit-reached",
                profile = name(profile),
                limit = limit,
                until = Value::Until(time(*until))
            ),
            Self::LimitReset { profile, limit } => {
                message!("activity-limit-reset", profile = name(profile), limit = limit)
            }
            Self::Recovered { profile } => {
                message!("activity-recovered", profile = name(profile))
            }
            Self::ChainLost { profile: None } => message!("activity-chain-lost"),
            Self::ChainLost { profile: Some(profile) } => {
                message!("activity-chain-lost-of", profile = name(profile))
            }
            Self::Exhausted { until: Some(until) } => {
                message!("activity-exhausted-until", at = Value::At(time(*until)))
            }
            Self::Exhausted { until: None } => message!("activity-exhausted"),
            Self::RuleExhausted { profiles, until } => rule_exhausted(profiles, until.map(time)),
            Self::Waiting { until } => {
                message!("activity-waiting", at = Value::At(time(*until)))
            }
            Self::Failed { profile, attempts, status } => {
                failed(profile.as_deref(), (*attempts).max(1), *status)
            }
            Self::NotAsked { reason, status } => {
                let reason = match reason {
                    Unasked::Busy => "busy",
                    Unasked::Resting => "resting",
                };
                message!("activity-not-asked", reason = reason, status = status)
            }
            Self::CreditsSpent { profile, cause, balance } => {
                credits_spent(profile, *cause, balance.as_deref())
            }
        }
    }
}

fn credits_spent(profile: &str, cause: SpentBecause, balance: Option<&str>) -> Message {
    let (profile, cause) = (name(profile), cause.name());
    let Some(balance) = balance else {
        return message!("activity-credits-spent", profile = profile, cause = cause);
    };
    let balance = credit_amount(balance);
    message!("activity-credits-spent-of", profile = profile, cause = cause, balance = balance)
}

fn failed(profile: Option<&str>, attempts: u32, status: u16) -> Message {
    match profile {
        None => message!("activity-failed", attempts = attempts, status = status),
        Some(profile) => message!(
            "activity-failed-of",
            profile = name(profile),
            attempts = attempts,
            status = status
        ),
    }
}

impl Localize for Signed {
    fn message(&self) -> Message {
        match self {
            Self::Refreshed { profile } => {
                message!("activity-refreshed", profile = name(profile))
            }
            Self::Adopted { profile } => message!("activity-adopted", profile = name(profile)),
            Self::HandedOver { profile } => {
                message!("activity-handed-over", profile = name(profile))
            }
            Self::NotSaved { profile, error } => {
                message!("activity-not-saved", profile = name(profile), error = error)
            }
            Self::Saved { profile } => message!("activity-saved", profile = name(profile)),
            Self::RenewalRefused { profile, why } => {
                message!("activity-renewal-refused", profile = name(profile), answer = why)
            }
            Self::NeedsSignIn { profile, code } => {
                message!("activity-needs-sign-in", profile = name(profile), code = code)
            }
            Self::NotEntitled { profile } => {
                message!("activity-not-entitled", profile = name(profile))
            }
            Self::Interrupted { profile } => {
                message!("activity-interrupted", profile = profile)
            }
        }
    }
}

impl Localize for Chose {
    fn message(&self) -> Message {
        match self {
            Self::Chosen { profile } => message!("activity-chosen", profile = name(profile)),
            Self::Pinned { profile } => message!("activity-pinned", profile = profile),
            Self::Unpinned => message!("activity-unpinned"),
            Self::Paused { profile } => message!("activity-paused", profile = profile),
            Self::Resumed { profile } => message!("activity-resumed", profile = profile),
            Self::Reserved { profile, percent } => {
                message!("activity-reserved", profile = profile, percent = format!("{percent:.0}"))
            }
            Self::ReservedAsAll { profile } => {
                message!("activity-reserved-as-all", profile = profile)
            }
            Self::AllowedCredits { profile, consent } => {
                message!("activity-allowed-credits", profile = profile, consent = consent.word())
            }
            Self::CreditsAsAll { profile } => {
                message!("activity-credits-as-all", profile = profile)
            }
            Self::WaitEnded => message!("activity-wait-ended"),
            Self::Added { profile } => message!("activity-added", profile = profile),
            Self::SignedIn { profile } => message!("activity-signed-in", profile = profile),
            Self::SignedOut { profile } => message!("activity-signed-out", profile = profile),
            Self::Removed { profile } => message!("activity-removed", profile = profile),
            Self::Renamed { from, to } => message!("activity-renamed", from = from, to = to),
            Self::VaultMoved { count, to } => {
                message!("activity-vault-moved", count = count, place = to.name())
            }
        }
    }
}

impl VaultLocation {
    /// Its name in the catalogs.
    fn name(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::File => "file",
        }
    }
}

impl Localize for Pointed {
    fn message(&self) -> Message {
        match self {
            Self::Bound { new_key: false } => message!("activity-bound"),
            Self::Bound { new_key: true } => message!("activity-bound-new-key"),
            Self::Unbound => message!("activity-unbound"),
            Self::UnboundAtEnd => message!("activity-unbound-at-end"),
            Self::UnboundUnmendable => message!("activity-unbound-unmendable"),
            Self::UnboundElsewhere { folder } => {
                message!("activity-unbound-elsewhere", folder = folder)
            }
            Self::StillBoundElsewhere { folder, error } => {
                message!("activity-still-bound-elsewhere", folder = folder, error = error)
            }
            Self::LeftAsIs => message!("activity-left-as-is"),
            Self::Restored { kept: None } => message!("activity-restored"),
            Self::Restored { kept: Some(kept) } => {
                message!("activity-restored-kept", kept = kept)
            }
            Self::Healed => message!("activity-healed"),
            Self::SaveKept { copy } => message!("activity-save-kept", copy = copy),
            Self::SecondLineWritten => message!("activity-second-line-written"),
            Self::SecondLineTakenOut { end } => {
                message!("activity-second-line-taken-out", reason = end.word())
            }
        }
    }
}

impl Localize for Outside {
    fn message(&self) -> Message {
        match self {
            Self::OtherServes { port } => message!("activity-other-serves", port = port),
            Self::PointsElsewhere { url, holder: None } => {
                message!("activity-points-elsewhere", url = url)
            }
            Self::PointsElsewhere { url, holder: Some(holder) } => {
                message!("activity-points-elsewhere-held", url = url, holder = holder)
            }
            Self::LineTakenOut => message!("activity-line-taken-out"),
            Self::MadeUnreadable { line: None, error } => {
                message!("activity-made-unreadable", error = error)
            }
            Self::MadeUnreadable { line: Some(line), error } => {
                message!("activity-made-unreadable-line", line = line, error = error)
            }
            Self::OtherProvider { provider } => {
                message!("activity-other-provider", provider = provider)
            }
        }
    }
}

impl Localize for Stood {
    fn message(&self) -> Message {
        match self {
            Self::VaultUnreadable { error } => {
                message!("activity-vault-unreadable", error = error)
            }
            Self::VaultReadable => message!("activity-vault-readable"),
            Self::PortTaken { port, holder, user, unbound } => {
                let holder = port_holder(holder.as_deref(), user.as_deref());
                if *unbound {
                    message!("activity-port-taken-unbound", port = port, holder = holder)
                } else {
                    message!("activity-port-taken", port = port, holder = holder)
                }
            }
            Self::StoreSetAside { file, profiles } => {
                message!("activity-store-set-aside", file = file, profiles = profiles)
            }
            Self::NotStarted { reason } => message!("quoted", text = reason),
            Self::SettingsUnreadable { error } => {
                message!("activity-settings-unreadable", error = error)
            }
        }
    }
}

fn port_holder(program: Option<&str>, user: Option<&str>) -> Value {
    match (program, user) {
        (Some(program), Some(user)) => {
            message!("port-holder-of-user", program = program, user = user).into()
        }
        (None, Some(user)) => message!("port-holder-unknown-of-user", user = user).into(),
        (Some(program), None) => program.into(),
        (None, None) => message!("port-holder-unknown").into(),
    }
}

#[cfg(test)]
#[path = "activity_tests.rs"]
mod tests;
