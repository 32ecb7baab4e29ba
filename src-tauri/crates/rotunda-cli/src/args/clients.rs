//! What is typed about other programs than Codex.

use clap::{Args as Group, Subcommand};

use super::Output;

/// One of them, or something to do with them.
#[derive(Debug, Group)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Clients {
    /// The program for which variables are printed
    #[arg(requires = "print_env")]
    pub(crate) name: Option<String>,
    /// Give the program a new key, and print the variables that it takes; the key before opens nothing any more
    #[arg(long, requires = "name")]
    pub(crate) print_env: bool,
    #[command(subcommand)]
    pub(crate) what: Option<ClientArguments>,
}

/// Other programs that use the same profiles.
#[derive(Debug, Subcommand)]
pub(crate) enum ClientArguments {
    /// Add a program: its key is printed once and kept nowhere
    Add {
        /// What to call it
        name: String,
        /// The only profiles that serve it; without them, each of yours may
        #[arg(long, value_name = "PROFILE", value_delimiter = ',')]
        profiles: Vec<String>,
        #[command(flatten)]
        output: Output,
    },
    /// List the programs, and the profiles that serve each
    List(Output),
    /// Give a program another name; its key stays
    Rename {
        /// Its name now
        client: String,
        /// Its name from now on
        name: String,
    },
    /// Revoke the key of a program
    Revoke {
        /// Its name
        client: String,
    },
}
