//! The tray's first line, the window's head and the rows of profiles.

use std::time::SystemTime;

use rotunda_core::pace::LeadsTo;

use crate::{Cause, Localize, Message, Value, message};

/// The most useful sentence, first line of the tray menu.
#[derive(Debug, Clone, PartialEq)]
pub enum Headline<'a> {
    /// Another program holds the port.
    CantListen(u16),
    /// The keychain is locked.
    KeychainLocked,
    /// The keychain says no.
    KeychainDenied,
    /// There is no keychain.
    NoKeychain,
    /// The renewed sign-in of this profile is not saved yet.
    NotSaved(&'a str),
    /// The keychain does not answer.
    KeychainSilent,
    /// The keychain has no default collection.
    NoCollection,
    /// Another program changed the address in Codex's settings.
    BindingChanged,
    /// There is no profile.
    NoProfile,
    /// Codex has its own sign-in.
    NotBound,
    /// Codex points at a router that is stopped.
    RouterStopped,
    /// Every profile is out until then.
    AllOut(SystemTime),
    /// Whose credits pay for the next turn.
    SpendingCredits(&'a str),
    /// Who serves, and how much is left, when that is known.
    Using(&'a str, Option<&'a str>),
    /// Only the user can bring one back.
    NobodyReady,
    /// No profile serves yet, but so many could.
    Ready(usize),
}

/// The line under the headline.
#[derive(Debug, Clone, PartialEq)]
pub enum Outlook<'a> {
    /// There is no profile.
    NoProfile,
    /// All are out; requests wait until then, and for whom.
    Waits(SystemTime, Option<&'a str>),
    /// All are out until then, and who is back first.
    Out(SystemTime, Option<&'a str>),
    /// So many of all can go on, and when the next quota comes back.
    Ready {
        /// How many can.
        ready: usize,
        /// Of how many.
        all: usize,
        /// The next reset.
        next: Option<SystemTime>,
    },
}

/// A row's text after the profile's name.
#[derive(Debug, Clone, PartialEq)]
pub enum Summary<'a> {
    /// Its quota is back then.
    OutUntil(SystemTime),
    /// It had trouble, and rests until then.
    RestsUntil(SystemTime),
    /// Only the user can bring it back.
    SignInAgain,
    /// Its plan does not include Codex.
    NoCodex,
    /// The user took it out.
    Paused,
    /// Nothing is known of its quota.
    Ready,
    /// How much is left, and how long until the reset.
    Resets(&'a str, &'a str),
    /// How much is left of the shorter window, and which share of the week.
    Week(&'a str, &'a str),
    /// Such a text, from long ago.
    LastKnown(&'a str),
    /// Such a text, of a profile with a renewed sign-in that is not saved yet.
    NotSaved(&'a str),
    /// Such a text, of a profile whose answer is late.
    Late(&'a str),
}

/// Why a profile cannot take work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It rests.
    Rests(Cause),
    /// Its sign-in ended.
    SignInEnded,
    /// Its plan does not include Codex; when it is tried again, if not
    /// with the next request.
    NoCodex(Option<SystemTime>),
    /// The user took it out.
    Paused,
    /// It is Codex's own account and has no quota left, and what that means for
    /// Codex's terminal interface.
    OwnAccountOut,
}

/// Why a renewed sign-in is not saved yet, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSaved<'a> {
    /// The keychain is locked.
    Locked,
    /// The keychain says no.
    Denied,
    /// The keychain does something else; its own words.
    Keychain(&'a str),
    /// The file cannot be written; the system's own words.
    File(&'a str),
}

/// Where the pace of a window leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaceWords {
    /// It is used up about when it resets.
    Even,
    /// Something is left at the reset.
    Lasts,
    /// It is used up at this time.
    Out(SystemTime),
}

/// What to know of the place where sign-ins rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultNote {
    /// Any program of the user's can read them.
    InFile,
    /// The keychain is locked.
    Locked,
    /// It is locked, and its password prompt was closed.
    Dismissed,
    /// The keychain refuses access.
    Denied,
    /// The keychain does not answer.
    NotAnswering,
    /// The keychain has no default collection.
    NoCollection,
    /// The keychain keeps nothing that is written.
    CannotSave,
    /// There is no keychain.
    NoKeychain,
    /// The file cannot be used.
    NoFile,
    /// What is in there makes no sense.
    Broken,
}

impl Headline<'_> {
    /// The headline without what a click on it opens.
    pub fn sentence(&self) -> Message {
        match self {
            Self::CantListen(port) => message!("headline-cant-listen", port = port),
            Self::KeychainLocked => message!("headline-keychain-locked"),
            Self::KeychainDenied => message!("headline-keychain-denied"),
            Self::NoKeychain => message!("headline-no-keychain"),
            Self::NotSaved(name) => message!("headline-not-saved", profile = name),
            Self::KeychainSilent => message!("headline-keychain-silent"),
            Self::NoCollection => message!("headline-no-collection"),
            Self::BindingChanged => message!("headline-binding-changed"),
            Self::NoProfile => message!("headline-no-profile"),
            Self::NotBound => message!("headline-not-bound"),
            Self::RouterStopped => message!("headline-router-stopped"),
            Self::AllOut(at) => message!("headline-all-out", at = Value::At(*at)),
            Self::SpendingCredits(name) => message!("headline-spending-credits", profile = name),
            Self::Using(name, Some(left)) => {
                message!("headline-using-left", profile = name, left = left)
            }
            Self::Using(name, None) => message!("headline-using", profile = name),
            Self::NobodyReady => message!("headline-none-ready"),
            Self::Ready(count) => message!("headline-ready", count = count),
        }
    }
}

impl Localize for Headline<'_> {
    fn message(&self) -> Message {
        let headline = self.sentence();
        match self {
            Self::KeychainLocked | Self::KeychainDenied => {
                message!("headline-opens", headline = headline)
            }
            Self::CantListen(_)
            | Self::NoKeychain
            | Self::NotSaved(_)
            | Self::KeychainSilent
            | Self::NoCollection
            | Self::BindingChanged => message!("headline-fix", headline = headline),
            Self::NobodyReady => message!("headline-sign-in-again", headline = headline),
            Self::NoProfile
            | Self::NotBound
            | Self::RouterStopped
            | Self::AllOut(_)
            | Self::SpendingCredits(_)
            | Self::Using(..)
            | Self::Ready(_) => headline,
        }
    }
}

impl Localize for Outlook<'_> {
    fn message(&self) -> Message {
        match self {
            Self::NoProfile => message!("outlook-no-profile"),
            Self::Waits(at, name) => {
                message!("outlook-waits", at = Value::At(*at), profile = next_profile(*name))
            }
            Self::Out(at, name) => {
                message!("outlook-out", at = Value::At(*at), profile = next_profile(*name))
            }
            Self::Ready { ready, all, next: Some(next) } => message!(
                "outlook-ready-next",
                ready = ready,
                all = all,
                until = Value::Until(*next)
            ),
            Self::Ready { ready, all, next: None } => {
                message!("outlook-ready", ready = ready, all = all)
            }
        }
    }
}

fn next_profile(name: Option<&str>) -> Value {
    name.map_or_else(|| message!("outlook-next-profile").into(), Value::from)
}

impl Localize for Summary<'_> {
    fn message(&self) -> Message {
        match self {
            Self::OutUntil(at) => message!("summary-out", until = Value::Until(*at)),
            Self::RestsUntil(at) => message!("summary-resting", until = Value::Until(*at)),
            Self::SignInAgain => message!("summary-sign-in-again"),
            Self::NoCodex => message!("summary-no-codex"),
            Self::Paused => message!("summary-paused"),
            Self::Ready => message!("summary-ready"),
            Self::Resets(left, resets) => {
                message!("summary-resets", left = left, resets = resets)
            }
            Self::Week(left, share) => message!("summary-week", left = left, week = share),
            Self::LastKnown(text) => message!("summary-last-known", summary = text),
            Self::NotSaved(text) => message!("summary-not-saved", summary = text),
            Self::Late(text) => message!("summary-late", summary = text),
        }
    }
}

impl Localize for Reason {
    fn message(&self) -> Message {
        match self {
            Self::NoCodex(Some(at)) => message!("reason-no-codex-until", at = Value::At(*at)),
            Self::NoCodex(None) => message!("reason-no-codex"),
            Self::Rests(cause) => message!("reason-resting", cause = cause.name()),
            Self::SignInEnded => message!("reason-sign-in-ended"),
            Self::Paused => message!("reason-paused"),
            Self::OwnAccountOut => message!("reason-own-account-out"),
        }
    }
}

impl Localize for NotSaved<'_> {
    fn message(&self) -> Message {
        let (cause, help) = match self {
            Self::Locked => {
                (message!("not-saved-locked").into(), message!("not-saved-locked-help"))
            }
            Self::Denied => {
                (message!("not-saved-denied").into(), message!("not-saved-denied-help"))
            }
            Self::Keychain(error) => (Value::from(error), message!("not-saved-keychain-help")),
            Self::File(error) => (Value::from(error), message!("not-saved-file-help")),
        };
        message!("not-saved", cause = cause, help = help)
    }
}

impl Localize for PaceWords {
    fn message(&self) -> Message {
        match self {
            Self::Even => message!("pace-even"),
            Self::Lasts => message!("pace-lasts"),
            Self::Out(at) => message!("pace-out", at = Value::At(*at)),
        }
    }
}

impl From<LeadsTo> for PaceWords {
    fn from(leads_to: LeadsTo) -> Self {
        match leads_to {
            LeadsTo::Even => Self::Even,
            LeadsTo::Reset => Self::Lasts,
            LeadsTo::Out(at) => Self::Out(at),
        }
    }
}

impl Localize for VaultNote {
    fn message(&self) -> Message {
        match self {
            Self::InFile => message!("vault-in-file"),
            Self::Locked => message!("vault-locked"),
            Self::Dismissed => message!("vault-dismissed"),
            Self::NotAnswering => message!("vault-not-answering"),
            Self::NoCollection => message!("vault-no-collection"),
            Self::CannotSave => message!("vault-cannot-save"),
            Self::Denied => message!("vault-denied"),
            Self::NoKeychain => message!("vault-no-keychain"),
            Self::NoFile => message!("vault-no-file"),
            Self::Broken => message!("vault-broken"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Locale;

    #[test]
    fn a_pace_is_a_text() {
        // 09:50 UTC, a Saturday.
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_254_600);
        for (leads_to, expected) in [
            (LeadsTo::Even, "on pace"),
            (LeadsTo::Reset, "lasts until the reset"),
            (LeadsTo::Out(now + Duration::from_secs(50 * 60)), "at this pace out at 10:40"),
            (
                LeadsTo::Out(now + Duration::from_secs(21 * 3600)),
                "at this pace out tomorrow at 06:50",
            ),
        ] {
            let text = PaceWords::from(leads_to).to(Locale::english(now, 0));
            assert_eq!(text, expected);
        }
    }
}
