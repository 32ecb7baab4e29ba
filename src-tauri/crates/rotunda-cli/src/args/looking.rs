//! What panels, shells and scripts ask: the status in one line, and the guard.

use clap::Args as Group;
use rotunda_daemon::view::WindowKind;

use super::Output;

#[derive(Debug, Group)]
pub(crate) struct Status {
    /// Also print the e-mail address of each profile
    #[arg(long)]
    pub(crate) emails: bool,
    /// Print one line for a panel or a prompt, quickly, also while Rotunda is off
    #[arg(long, conflicts_with_all = ["emails", "json"])]
    pub(crate) line: bool,
    /// What the line says: text with fields such as {profile} and {left}; {left:json} is the field as JSON
    #[arg(long, value_name = "TEMPLATE", requires = "line")]
    pub(crate) format: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Group)]
pub(crate) struct Guard {
    /// So much has to be left, in percent from 0 to 100
    #[arg(long, value_name = "PERCENT", default_value = "10", value_parser = percent)]
    pub(crate) min: f64,
    /// Of this quota window; otherwise of the one with the least left
    #[arg(long, value_enum)]
    pub(crate) window: Option<WindowArgument>,
    /// On this profile; otherwise on any that is ready
    #[arg(long)]
    pub(crate) profile: Option<String>,
    /// Wait until so much is left
    #[arg(long)]
    pub(crate) wait: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// A quota window by its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum WindowArgument {
    /// Five hours
    #[value(name = "5h")]
    FiveHours,
    /// A week
    Week,
}

impl WindowArgument {
    pub(crate) const fn kind(self) -> WindowKind {
        match self {
            Self::FiveHours => WindowKind::FiveHours,
            Self::Week => WindowKind::Week,
        }
    }
}

fn percent(typed: &str) -> Result<f64, String> {
    let number = typed.strip_suffix('%').unwrap_or(typed).parse::<f64>().ok();
    let fits = number.filter(|number| (0.0..=100.0).contains(number));
    fits.ok_or_else(|| "a share is a number from 0 to 100".to_owned())
}

#[derive(Debug, Group)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Quota {
    /// Only this profile
    #[arg(long)]
    pub(crate) profile: Option<String>,
    /// With the exact local time of each reset
    #[arg(long)]
    pub(crate) detail: bool,
    /// Also print the e-mail address of each profile
    #[arg(long)]
    pub(crate) emails: bool,
    /// Ask the provider first
    #[arg(long)]
    pub(crate) refresh: bool,
    /// Go on showing it as it changes, and ask the provider every 30 seconds
    #[arg(long)]
    pub(crate) watch: bool,
    /// Show it once, which is the same as nothing
    #[arg(long, conflicts_with = "watch")]
    pub(crate) once: bool,
    /// Ask the provider, and print its own answer for each profile as JSON; it may hold addresses
    #[arg(long, conflicts_with_all = ["watch", "detail", "plain", "json"])]
    pub(crate) raw: bool,
    /// In sentences, without columns and colours
    #[arg(long)]
    pub(crate) plain: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}
