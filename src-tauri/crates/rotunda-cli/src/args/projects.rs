//! `rotunda project`, as the user types it.

use clap::Subcommand;

use super::Output;

/// Rules per project.
#[derive(Debug, Subcommand)]
pub(crate) enum Project {
    /// Let only these profiles serve the work in a folder and below it, or in a repository
    ///
    /// Nothing else is used there, also when all of them are out: the turn waits or ends as it would if there were no
    /// other profile. A rule for the same place is replaced. Codex names its folder in each conversation, so the rule
    /// holds in the app, in an editor and in a terminal alike.
    #[command(
        after_help = "Examples:\n  rotunda project add ~/clients/engine --profiles work,studio\n  rotunda project add github.com/ada/engine --profiles work"
    )]
    Add {
        /// A folder, or the address of a repository in any form that git takes
        place: String,
        /// Names of profiles, with commas between
        #[arg(long, required = true, value_delimiter = ',', value_name = "PROFILE")]
        profiles: Vec<String>,
    },
    /// List the rules, which is the same as nothing
    #[command(after_help = "Example: rotunda project list --json")]
    List(Output),
    /// Say which rule holds for a folder or a repository, and why
    #[command(after_help = "Example: rotunda project show .")]
    Show {
        /// A folder, or the address of a repository
        #[arg(default_value = ".")]
        place: String,
        #[command(flatten)]
        output: Output,
    },
    /// Take a rule out
    #[command(after_help = "Example: rotunda project remove ~/clients/engine")]
    Remove {
        /// The folder or the address of the rule
        place: String,
    },
}
