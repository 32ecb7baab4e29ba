//! What was done: Activity and requests.

use std::path::PathBuf;

use clap::Args as Group;

use super::Output;

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
