//! What alerts say of single profiles and of what is to come, and the words of their
//! settings.

use std::time::SystemTime;

use crate::{Limit, Localize, Message, Value, message};

/// A title or a body of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertText<'a> {
    /// Who is back.
    Returned(&'a str),
    /// Which limit was reset, and what is left.
    ReturnedBody(Limit, Option<&'a str>),
    /// From when on all are out, and until when, if that is known.
    RunsOut(SystemTime, Option<SystemTime>),
    /// A test of this kind of notification.
    TestOf(&'a str),
}

impl Localize for AlertText<'_> {
    fn message(&self) -> Message {
        match self {
            Self::Returned(name) => message!("notice-returned-title", profile = name),
            Self::ReturnedBody(limit, Some(left)) => {
                message!("notice-returned", limit = limit.name(), left = left)
            }
            Self::ReturnedBody(limit, None) => {
                message!("notice-returned-plain", limit = limit.name())
            }
            Self::RunsOut(from, Some(until)) => message!(
                "notice-runs-out",
                from = Value::Until(*from),
                until = Value::Until(*until)
            ),
            Self::RunsOut(from, None) => {
                message!("notice-runs-out-open", from = Value::Until(*from))
            }
            Self::TestOf(kind) => message!("notice-test-kind", kind = kind),
        }
    }
}

/// A word of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertWord<'a> {
    /// The field for shares of five hours.
    FiveHours,
    /// The field for shares of the week.
    Week,
    /// What may stand in them.
    Example,
    /// The hours without notifications.
    Quiet,
    /// Their beginning.
    From,
    /// Their end.
    To,
    /// What they do.
    QuietText,
    /// The button of a row.
    Test,
    /// Its whole name, with that of the row.
    TestOf(&'a str),
    /// What it is for.
    TestText,
    /// When work is done.
    Work,
    /// On which days.
    WorkDays,
    /// In which hours.
    WorkHours,
    /// What may stand there.
    WorkText,
}

impl Localize for AlertWord<'_> {
    fn message(&self) -> Message {
        match self {
            Self::FiveHours => message!("alerts-five-hours"),
            Self::Week => message!("alerts-week"),
            Self::Example => message!("alerts-shares-example"),
            Self::Quiet => message!("alerts-quiet"),
            Self::From => message!("alerts-quiet-from"),
            Self::To => message!("alerts-quiet-to"),
            Self::QuietText => message!("alerts-quiet-text"),
            Self::Test => message!("alerts-test"),
            Self::TestOf(kind) => message!("alerts-test-of", kind = kind),
            Self::TestText => message!("alerts-test-text"),
            Self::Work => message!("alerts-work"),
            Self::WorkDays => message!("alerts-work-days"),
            Self::WorkHours => message!("alerts-work-hours"),
            Self::WorkText => message!("alerts-work-text"),
        }
    }
}
