//! What notifications say.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::{Localize, Message, Value, message};

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

/// How a sentence about what is left continues.
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
    /// The window needs what this page has.
    WebViewMissing(&'a str),
    /// Whose banked reset expires soon.
    ResetExpires(&'a str),
    /// When, and what to do.
    ResetExpiresBody(SystemTime),
    /// Whose credits are spent.
    CreditsSpent(&'a str),
    /// Whose answer does not begin.
    Late(&'a str),
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
    /// Because its file was changed.
    UnboundBody,
    /// All profiles will be out.
    RunsOut,
    /// There is no listener.
    Port,
    /// A notification to see that they arrive.
    Test,
    /// The same, in more words.
    TestBody,
    /// The window is gone without being closed.
    WindowBroke,
    /// The window was requested and did not open.
    WindowMissing,
    /// What of it matters, and what to do.
    WindowBody,
    /// The button that signs in.
    SignIn,
    /// The button that binds.
    Bind,
    /// Shown once, where there is no tray.
    NoTray,
    /// What Rotunda does while an answer does not begin, and what the user can do.
    LateBody,
}

impl Localize for NoticeText<'_> {
    fn message(&self) -> Message {
        match self {
            Self::MovedTo(name) => message!("notice-moved-to", profile = name),
            Self::MovedOften(times) => message!("notice-moved-often", times = times),
            Self::MovedBody { from, limit, until, to, left } => message!(
                "notice-moved-body",
                from = from,
                limit = limit.name(),
                until = Value::Until(*until),
                state = state(to, *left)
            ),
            Self::Chosen(name) => message!("notice-chosen", profile = name),
            Self::WebViewMissing(page) => message!("notice-web-view-missing", page = page),
            Self::ChosenBody(name) => message!("notice-chosen-body", profile = name),
            Self::MovedOftenBody(name, left) => {
                message!("notice-moved-often-body", state = state(name, *left))
            }
            Self::LastBody(name, Ends::Until(share, until)) => message!(
                "notice-last-until",
                profile = name,
                share = share,
                until = Value::Until(*until)
            ),
            Self::LastBody(name, Ends::Left(left)) => {
                message!("notice-last-left", profile = name, left = left)
            }
            Self::LastBody(name, Ends::Unknown) => message!("notice-last-ready", profile = name),
            Self::OutWaits(at) => message!("notice-out-waits", at = Value::At(*at)),
            Self::OutBody(at, name) => {
                message!("notice-out-body", at = Value::At(*at), profile = name)
            }
            Self::BackBody(name, Some(left)) => {
                message!("notice-back-left", profile = name, left = left)
            }
            Self::BackBody(name, None) => message!("notice-back", profile = name),
            Self::SignIn(name) => message!("notice-sign-in-title", profile = name),
            Self::SignInBody(why, 0) => message!("quoted", text = why),
            Self::SignInBody(why, others) => {
                message!("notice-sign-in-others", reason = why, others = others)
            }
            Self::Low(share) => message!("notice-low", share = share),
            Self::LowOutAt(at) => message!("notice-low-out-at", until = Value::Until(*at)),
            Self::LowResets(at) => message!("notice-low-resets", at = Value::At(*at)),
            Self::ResetExpires(name) => message!("notice-reset-expires", profile = name),
            Self::ResetExpiresBody(at) => {
                message!("notice-reset-expires-body", at = Value::At(*at))
            }
            Self::CreditsSpent(name) => message!("notice-credits", profile = name),
            Self::Late(name) => message!("notice-late", profile = name),
        }
    }
}

impl Limit {
    /// Its name in the catalogs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FiveHours => "five_hours",
            Self::Week => "week",
            Self::Other => "other",
        }
    }
}

/// Such as `home has 100% left`.
fn state(name: &str, left: Option<&str>) -> Message {
    if let Some(left) = left {
        message!("notice-has", profile = name, left = left)
    } else {
        message!("notice-is-ready", profile = name)
    }
}

impl Localize for NoticeWord {
    fn message(&self) -> Message {
        match self {
            Self::LateBody => message!("notice-late-body"),
            Self::Last => message!("notice-last-title"),
            Self::Out => message!("notice-out-title"),
            Self::Back => message!("notice-back-title"),
            Self::Unbound => message!("notice-unbound-title"),
            Self::UnboundBody => message!("notice-unbound-body"),
            Self::RunsOut => message!("notice-runs-out-title"),
            Self::Port => message!("notice-port-title"),
            Self::Test => message!("notice-test-title"),
            Self::TestBody => message!("notice-test-body"),
            Self::WindowBroke => message!("notice-window-broke"),
            Self::WindowMissing => message!("notice-window-missing"),
            Self::WindowBody => message!("notice-window-body"),
            Self::SignIn => message!("notice-sign-in"),
            Self::Bind => message!("notice-bind"),
            Self::NoTray => message!("notice-no-tray"),
        }
    }
}
