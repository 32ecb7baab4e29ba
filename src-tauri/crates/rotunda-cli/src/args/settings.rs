//! `rotunda settings` and `rotunda autostart`, as the user types them.

use clap::{Args as Group, Subcommand, ValueEnum};

#[derive(Debug, Group)]
pub(crate) struct Settings {
    #[command(subcommand)]
    pub(crate) what: Option<Setting>,
    /// Print JSON for scripts
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What to do with the settings; without a word they are listed.
#[derive(Debug, Subcommand)]
pub(crate) enum Setting {
    /// List every key with the value in force and where it comes from
    List,
    /// Print the value of one key
    Get {
        /// Such as `rotation.policy`, or `policy` alone
        key: String,
    },
    /// Give one key a value; the rest of settings.toml stays as it is
    ///
    /// The whole file is checked first, and a value that cannot be is refused.
    /// A running Rotunda takes the value over at once, but for what `rotunda
    /// settings explain KEY` says.
    #[command(after_help = "Example: rotunda settings set rotation.policy my-order")]
    Set {
        /// Such as `rotation.policy`, or `policy` alone
        key: String,
        /// The value; on, yes and true are the same, and so are off, no and false
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
    /// Give one key its default again
    Unset {
        /// Such as `rotation.policy`, or `policy` alone
        key: String,
    },
    /// Say what keys decide, what they may be, and when a change takes effect
    Explain {
        /// Such as `rotation.policy`, or `policy` alone; without it, all
        key: Option<String>,
    },
    /// Write a settings.toml with every key as a comment, where there is none yet
    Init {
        /// Print it and write nothing
        #[arg(long)]
        print: bool,
    },
}

#[derive(Debug, Group)]
pub(crate) struct Autostart {
    /// `on`, `off`, or `status`, which is the same as nothing
    #[arg(value_enum, default_value_t = Start::Status, hide_default_value = true)]
    pub(crate) what: Start,
    /// Print JSON for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

/// Whether Rotunda starts at login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Start {
    /// Start the app in the tray at each login
    On,
    /// Start nothing of Rotunda at login
    Off,
    /// Say what starts at login
    Status,
}

#[derive(Debug, Group)]
pub(crate) struct Hooks {
    #[command(subcommand)]
    pub(crate) what: Option<Hook>,
    /// List also the kinds without a command
    #[arg(long, global = true)]
    pub(crate) all: bool,
    /// Print JSON for scripts
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// What to do with hooks.
#[derive(Debug, Subcommand)]
pub(crate) enum Hook {
    /// List the commands that are set, which is the same as nothing
    List,
    /// Run the command of a kind now, with an event that says it is a test
    Try {
        /// The kind, as `rotunda hooks --all` has it
        kind: String,
    },
}
