//! Purchased credits and banked resets, as the user types it.

use clap::Args as Group;
use rotunda_core::profile::UseCredits;

/// When purchased credits may pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum CreditsArgument {
    /// Not at all: such a turn goes to another profile, or ends as a limit
    Never,
    /// While no profile can serve within its plan
    WhenAllOut,
    /// Also while other profiles have quota: a conversation stays on its profile
    Always,
    /// As the settings say for all profiles
    Common,
}

impl CreditsArgument {
    pub(crate) const fn consent(self) -> Option<UseCredits> {
        match self {
            Self::Never => Some(UseCredits::Never),
            Self::WhenAllOut => Some(UseCredits::WhenAllOut),
            Self::Always => Some(UseCredits::Always),
            Self::Common => None,
        }
    }
}

#[derive(Debug, Group)]
pub(crate) struct Redeem {
    /// The profile's name
    pub(crate) profile: String,
    /// Do it without asking
    #[arg(long)]
    pub(crate) yes: bool,
}
