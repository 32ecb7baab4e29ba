//! What the tray's first line, the window's head and a profile's row say.

use std::time::SystemTime;

use super::Cause;

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
    /// Somebody else changed where Codex points.
    BindingChanged,
    /// There is no profile.
    NoProfile,
    /// Codex has its own sign-in.
    NotBound,
    /// Codex points at a router that is stopped.
    RouterStopped,
    /// Every profile is out until then.
    AllOut(SystemTime),
    /// Who serves, and how much is left, when that is known.
    Using(&'a str, Option<&'a str>),
    /// Only the user can bring one back.
    NobodyReady,
    /// Nobody serves yet, but so many could.
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
}

/// Why a profile cannot take work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It rests.
    Rests(Cause),
    /// Its sign-in ended.
    SignInEnded,
    /// Its plan does not include Codex.
    NoCodex,
    /// The user took it out.
    Paused,
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
    /// The keychain says no.
    Denied,
    /// There is no keychain.
    NoKeychain,
    /// The file cannot be used.
    NoFile,
    /// What is in there makes no sense.
    Broken,
}

/// What to know of Codex's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BindingNote {
    /// It points at an address of ours where nobody listens any more.
    Stale(String),
    /// It points at somebody else's address.
    Foreign(String),
    /// It does not parse: the line, and the parser's own words.
    Unreadable(usize, String),
    /// It cannot be read; the system's own words.
    Failed(String),
    /// It may not be written.
    ReadOnly,
    /// It names another provider, so our line has no effect.
    OtherProvider(String),
}
