//! What was done: Activity and requests.

use std::path::PathBuf;

use clap::{Args as Group, builder::TypedValueParser};
use rotunda_daemon::usage::UsageBy;
use rotunda_host::settings::NoticeKind;

use super::Output;

/// A kind of notification, by its name in the settings.
pub(crate) fn notice_kind() -> impl TypedValueParser<Value = NoticeKind> {
    let names = NoticeKind::ALL.map(NoticeKind::name);
    clap::builder::PossibleValuesParser::new(names)
        .map(|name| NoticeKind::of_name(&name).expect("only their names are possible"))
}

#[derive(Debug, Group)]
pub(crate) struct Activity {
    /// Go on telling as it happens
    #[arg(long, conflicts_with = "request")]
    pub(crate) follow: bool,
    /// Show the steps of the request with this number; without a number, the latest requests
    #[arg(long, value_name = "N", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "the option, and its value")]
    pub(crate) request: Option<Option<u64>>,
    /// Record what passes into this new file, without what was asked or said, for a report of a fault
    #[arg(long, value_name = "FILE", conflicts_with_all = ["follow", "json", "request"])]
    pub(crate) record: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Group)]
pub(crate) struct History {
    /// Tokens of so many days
    #[arg(long, default_value_t = 7,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(rotunda_daemon::history::MOST_DAYS)))]
    pub(crate) days: u32,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Group)]
pub(crate) struct Requests {
    /// So many of the last 7 days, newest first
    #[arg(long, default_value_t = 20,
          value_parser = clap::value_parser!(u32).range(1..=i64::from(rotunda_daemon::history::MOST_LINES)))]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Group)]
pub(crate) struct Usage {
    /// What the lines are made by
    #[arg(long, value_enum, default_value = "day")]
    pub(crate) by: ByArgument,
    /// From this day on, as 2026-11-01, or so many days, as 30d
    #[arg(long, value_name = "DAY", default_value = "30d")]
    pub(crate) since: String,
    /// Print comma-separated values, for a spreadsheet
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// What usage is added up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ByArgument {
    /// Local days
    Day,
    /// The requested models
    Model,
    /// The profiles that served
    Profile,
    /// Conversations, with those of their sub-agents
    Session,
    /// Repositories
    Project,
    /// Other programs than Codex, and Codex
    Client,
}

impl ByArgument {
    pub(crate) const fn by(self) -> UsageBy {
        match self {
            Self::Day => UsageBy::Day,
            Self::Model => UsageBy::Model,
            Self::Profile => UsageBy::Profile,
            Self::Session => UsageBy::Session,
            Self::Project => UsageBy::Project,
            Self::Client => UsageBy::Client,
        }
    }
}
