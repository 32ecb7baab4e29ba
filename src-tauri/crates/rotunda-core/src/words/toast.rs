//! What notifications say.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

/// The limit that a profile ran out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
    /// Of five hours.
    #[serde(rename = "5h")]
    FiveHours,
    /// Of a week.
    #[serde(rename = "week")]
    Week,
    /// Of another length, or not named.
    #[serde(rename = "other")]
    Other,
}

/// How a sentence about what is left goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends<'a> {
    /// A share until a time.
    Until(&'a str, SystemTime),
    /// What is left, without a time.
    Left(&'a str),
    /// Nothing is known of its quota.
    Unknown,
}

/// A title or a body that names something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeText<'a> {
    /// Codex goes to another profile.
    MovedTo(&'a str),
    /// It did so often within ten minutes.
    MovedOften(usize),
    /// Why it moved.
    MovedBody {
        /// Who ran out.
        from: &'a str,
        /// Of what.
        limit: Limit,
        /// Until when.
        until: SystemTime,
        /// Who serves now.
        to: &'a str,
        /// Such as `100% left`; none when nothing is known.
        left: Option<&'a str>,
    },
    /// The user chose a profile in the menu.
    Chosen(&'a str),
    /// What that means, and how to keep it.
    ChosenBody(&'a str),
    /// Who serves now, after many moves, and what it has left.
    MovedOftenBody(&'a str, Option<&'a str>),
    /// The only one that is ready, and how far it goes.
    LastBody(&'a str, Ends<'a>),
    /// Requests wait until then.
    OutWaits(SystemTime),
    /// When Codex can go on, and with whom.
    OutBody(SystemTime, &'a str),
    /// Who is ready again, and what it has left.
    BackBody(&'a str, Option<&'a str>),
    /// A sign-in ended.
    SignIn(&'a str),
    /// Why, and how many other profiles go on.
    SignInBody(&'a str, usize),
    /// This share is left over all profiles.
    Low(&'a str),
    /// When they are out at this pace.
    LowOutAt(SystemTime),
    /// When the next quota comes back.
    LowResets(SystemTime),
}

/// A title, a body or a button that is always the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeWord {
    /// Only one profile is ready.
    Last,
    /// No profile is ready.
    Out,
    /// One is ready again.
    Back,
    /// Codex points elsewhere.
    Unbound,
    /// Because somebody changed its file.
    UnboundBody,
    /// Nobody listens.
    Port,
    /// A notification to see that they arrive.
    Test,
    /// The same, in more words.
    TestBody,
    /// The window is gone, and nobody closed it.
    WindowBroke,
    /// The window was asked for and is not there.
    WindowMissing,
    /// What of it matters, and what to do.
    WindowBody,
    /// The button that signs in.
    SignIn,
    /// The button that binds.
    Bind,
    /// Said once, where there is no tray.
    NoTray,
}
