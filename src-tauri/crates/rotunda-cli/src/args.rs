//! The command line as the user types it.

mod clients;
mod credits;
mod examples;
mod looking;
mod moving;
#[cfg(test)]
mod parity_tests;
mod projects;
mod requests;
mod run;
mod settings;

use std::path::PathBuf;

pub(crate) use self::{
    clients::{ClientArguments, Clients},
    credits::{CreditsArgument, Redeem},
    examples::{command, parse},
    looking::{Guard, Quota, Status, WindowArgument},
    moving::{AddKey, ExportSignIns, Import, Login},
    projects::Project,
    requests::{Activity, History, Requests, Usage, notice_kind},
    run::Run,
    settings::{Autostart, Hook, Hooks, Setting, Settings, Start},
};

use clap::{Args as Group, Parser, Subcommand};
use rotunda_host::settings::NoticeKind;

/// What the long help and the manual page end with.
const MORE: &str = "\
Start with `rotunda demo`: it needs no account and touches nothing of yours.

Exit codes: 0 is done, 1 is refused or failed with one sentence on stderr, 2 is not understood.

Variables: CODEX_HOME is the folder of Codex's config.toml, else ~/.codex. ROTUNDA_HOME moves all of \
Rotunda's own folders below one. ROTUNDA_PORT and ROTUNDA_VAULT (keychain or file) go before \
settings.toml. ROTUNDA_LOG is off, error, warn, info, debug or trace. ROTUNDA_CODEX is the Codex \
program of `run` and `check`, else `codex` in PATH. ROTUNDA_BROWSER is a program that gets the page of a sign-in, and \
ROTUNDA_NO_BROWSER opens none. NO_COLOR keeps colours away.";

/// Several Codex sign-ins, working as one.
///
/// Rotunda keeps each of your sign-ins as a profile, answers Codex on this
/// computer only, and sends each turn out with the profile that should serve
/// it. When one runs out, the next goes on, and the turn does not notice.
#[derive(Debug, Parser)]
#[command(name = "rotunda", version, max_term_width = 100, subcommand_required = true)]
#[command(
    after_help = "Start with `rotunda demo`: it needs no account and touches nothing of yours.",
    after_long_help = MORE
)]
pub(crate) struct Args {
    /// Print plain words: no columns, no marks and no colours, for a screen reader
    #[arg(long, global = true)]
    pub(crate) plain: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the router here, without a tray, until it is told to stop
    Serve(Serve),
    /// Say whether Codex is bound and which profile serves it
    #[command(
        after_help = "Examples:\n  rotunda status --json\n  rotunda status --line --format {left}"
    )]
    Status(Status),
    /// End with 0 when so much quota is left, with 1 when not, and with 2 when that is not known
    #[command(
        after_help = "Examples:\n  rotunda guard --min 10\n  rotunda guard --min 25 --window week --wait"
    )]
    Guard(Guard),
    /// List the profiles, whose they are and what each has left
    Profiles(Output),
    /// Sign in with ChatGPT and add a profile, or sign one in again
    Login(Login),
    /// List the sign-ins that Codex and other tools keep here, and add profiles from them
    Import(Import),
    /// Add an API key as a profile; the key is read from standard input
    AddKey(AddKey),
    #[command(flatten)]
    Profile(Change),
    /// Show and change the settings, one key each, and say where each value comes from
    #[command(after_help = "Example: rotunda settings set router.wait_for_reset 6h")]
    Settings(Settings),
    /// Let only some profiles serve the work in a folder or a repository
    #[command(
        subcommand_required = false,
        after_help = "Examples:\n  rotunda project\n  rotunda project add . --profiles work"
    )]
    Project {
        #[command(subcommand)]
        what: Option<Project>,
    },
    /// Add, list, rename and revoke other programs that use the same profiles, each with a key of its own
    #[command(alias = "clients", arg_required_else_help = true)]
    Client(Clients),
    /// List the commands that run when something happens, or try one
    Hooks(Hooks),
    /// Say what starts at login, or change it
    #[command(after_help = "Example: rotunda autostart on")]
    Autostart(Autostart),
    /// List every file and folder that Rotunda uses
    Paths(Output),
    /// Write the settings into a new file, without sign-ins and addresses
    Export {
        /// The new file
        path: PathBuf,
    },
    /// Take the settings of a file that `export` wrote
    ImportSettings {
        /// That file
        path: PathBuf,
    },
    /// Write sign-ins into an encrypted file, for another machine; the passphrase is read from standard input
    ExportSignIns(ExportSignIns),
    /// Choose where sign-ins rest
    #[command(subcommand)]
    Vault(Vault),
    /// Show what each profile has left
    #[command(
        after_help = "Examples:\n  rotunda quota --watch\n  rotunda quota --profile work --detail"
    )]
    Quota(Quota),
    /// Say which profile serves the next conversation, and what counts for and against each
    #[command(after_help = "Examples:\n  rotunda why\n  rotunda why --last")]
    Why(Why),
    /// Use a banked reset of a profile: its quota windows are empty afterwards, and it cannot be undone
    #[command(after_help = "Example: rotunda redeem work")]
    Redeem(Redeem),
    /// Point Codex at the router: one line in its config.toml
    Bind {
        /// Show the change and make none
        #[arg(long)]
        dry_run: bool,
        /// Print the whole line, with its key, for a tool that writes config.toml
        #[arg(long, conflicts_with_all = ["dry_run", "new_key", "switch", "second_line"])]
        print: bool,
        /// Use a new key; the old one works until the router restarts
        #[arg(long)]
        new_key: bool,
        /// Also switch from another provider to the built-in one, until unbound
        #[arg(long)]
        switch: bool,
        /// Also write a second line while Codex's own account is out and another profile is ready, so that
        /// its terminal interface continues; while it stands, Codex does not start after a crash of Rotunda
        /// until Rotunda is back, connectors are absent, and error texts of Codex may show Rotunda's key
        #[arg(long, value_name = "on|off", num_args = 0..=1, default_missing_value = "on", hide_possible_values = true)]
        second_line: Option<Switch>,
        /// Bind the Codex with this folder on the other side of WSL to this router, for as long as Rotunda
        /// runs; only where both sides share their ports (`networkingMode=mirrored`)
        #[arg(long, value_name = "FOLDER", conflicts_with_all = ["dry_run", "print", "new_key", "switch", "second_line"])]
        codex_home: Option<PathBuf>,
    },
    /// Point Codex back at where it pointed before
    Unbind {
        /// Do nothing while Rotunda runs: for a service manager, after an end
        #[arg(long)]
        unless_running: bool,
        /// Do it for the Codex with this folder, which was bound with the same option
        #[arg(long, value_name = "FOLDER", conflicts_with = "unless_running")]
        codex_home: Option<PathBuf>,
    },
    /// Put Codex's whole config.toml back as it was before binding
    Restore {
        /// Do it without asking
        #[arg(long)]
        yes: bool,
    },
    /// Run one Codex command through the router; config.toml stays as it is
    ///
    /// Without a running Rotunda it brings a router of its own, which ends with Codex. Before it starts it says
    /// which profile serves and what keeps the others, and starts nothing when no profile can serve.
    #[command(
        after_help = "Examples:\n  rotunda run exec \"explain this repository\"\n  rotunda run --profile work --or-plain"
    )]
    Run(Run),
    /// Make one real turn through a profile, and say in one word how it went
    #[command(
        after_help = "Examples:\n  rotunda check --all\n  rotunda check --profile work --deep"
    )]
    Check(Check),
    /// Check that everything between Codex and the provider is in order
    #[command(
        after_help = "Examples:\n  rotunda doctor --fix --dry-run\n  rotunda doctor --bundle help.tar.gz"
    )]
    Doctor {
        /// Write what a stranger needs to help into an archive (.tar.gz or
        /// .tar, as the name says), without keys, addresses and names
        #[arg(long, value_name = "FILE", conflicts_with = "fix")]
        bundle: Option<PathBuf>,
        /// First mend what can be mended without a choice of yours
        #[arg(long)]
        fix: bool,
        /// Say what would be mended, and mend nothing
        #[arg(long, requires = "fix")]
        dry_run: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Tell what Rotunda did and why, for the last 7 days
    Activity(Activity),
    /// Show what was used: requests of the last 24 hours, and tokens by day, profile and model
    History(History),
    /// Say how long the quota of all profiles lasts, what resets when, and what would change it
    #[command(after_help = "Examples:\n  rotunda forecast\n  rotunda forecast --json")]
    Forecast(Output),
    /// Show tokens by day, model, profile, session or project, and what they would cost by the API
    #[command(
        after_help = "Examples:\n  rotunda usage --by model --since 7d\n  rotunda usage --by project --csv > usage.csv"
    )]
    Usage(Usage),
    /// List the newest requests: when, who served them, what Codex got, time and tokens
    Requests(Requests),
    /// Print one document for support: versions, paths, settings, doctor's checks, counters, the latest
    /// choices and errors, without keys, addresses and names
    Report(Output),
    /// Show a rotation with simulated profiles; nothing of yours is touched
    Demo,
    /// Write manual pages, completions and the command reference, for packages
    #[command(hide = true)]
    Guide {
        /// The folder to write to
        folder: PathBuf,
    },
    /// Print the names of the profiles, for completions
    #[command(hide = true)]
    ProfileNames,
    /// Unbind Codex when the tray app ends without doing it; the tray app starts this
    #[command(hide = true)]
    Watchdog {
        /// Wait for the end of the tray app, which holds standard input
        #[arg(long)]
        stay: bool,
    },
}

impl Command {
    /// Whether it has to work when settings, store and our folders do not.
    pub(crate) fn recovers(&self) -> bool {
        match self {
            Self::Status(_) | Self::Unbind { .. } | Self::Restore { .. } => true,
            Self::Doctor { bundle, .. } => bundle.is_none(),
            _ => false,
        }
    }
}

/// Where sign-ins rest.
#[derive(Debug, Subcommand)]
pub(crate) enum Vault {
    /// Move every sign-in to another place, and erase it from the one before
    Move {
        /// The system's keychain, or a private file
        to: VaultArgument,
    },
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Switch {
    /// From now on
    On,
    /// No longer
    Off,
}

impl Switch {
    pub(crate) const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }
}

/// A place for sign-ins.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum VaultArgument {
    /// The system's keychain
    Keychain,
    /// A private file, which any program of yours can read
    File,
}

impl VaultArgument {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Keychain => "keychain",
            Self::File => "file",
        }
    }
}

/// Changes to profiles, and to which of them serves.
#[derive(Debug, Subcommand)]
pub(crate) enum Change {
    /// Give a profile another name
    Rename {
        /// Its name now
        profile: String,
        /// Its name from now on
        name: String,
    },
    /// Sign a profile out here: its sign-in is wiped, and its name, order and history stay
    Logout {
        /// The profile's name
        profile: String,
    },
    /// Delete a profile and its sign-in; the ChatGPT account is not affected
    Remove {
        /// The profile's name
        profile: String,
    },
    /// Use a profile for new conversations from now on
    Use {
        /// The profile's name
        profile: String,
    },
    /// Stay on one profile: nothing rotates until `unpin`
    Pin {
        /// The profile's name
        profile: String,
    },
    /// Rotate again
    Unpin,
    /// Take a profile out of rotation
    Pause {
        /// The profile's name
        profile: String,
    },
    /// Put a paused profile back into rotation
    Resume {
        /// The profile's name
        profile: String,
    },
    /// Go to the profile that would serve if the one in use did not
    Next,
    /// Go to the profile that the policy would choose for a new conversation now
    #[command(after_help = "Example: rotunda best")]
    Best,
    /// Put the profiles into an order; those that are not named follow as they were
    #[command(after_help = "Example: rotunda order work home")]
    Order {
        /// Names of profiles, from the first on
        #[arg(required = true, value_name = "PROFILE")]
        profiles: Vec<String>,
    },
    /// Keep a share of one profile in reserve
    #[command(after_help = "Example: rotunda reserve work 10")]
    Reserve {
        /// The profile's name
        profile: String,
        /// In percent of each window, from 0 to 50; without it, what all profiles keep
        percent: Option<f64>,
    },
    /// Give turns that wait for a reset their answer now
    StopWaiting,
    /// Set whether purchased credits may pay for turns beyond a profile's plan
    #[command(after_help = "Example: rotunda credits work when_all_out")]
    Credits {
        /// The profile's name
        profile: String,
        /// When they may
        consent: CreditsArgument,
    },
    /// Leave Codex's config.toml as another program wrote it, and report it no more
    LeaveBinding,
    /// Have the tray app show a notification, to see that they arrive
    TestNotification {
        /// Which kind, by its key in `[notifications]`; without it, one that says that they arrive
        #[arg(value_parser = notice_kind(), hide_possible_values = true)]
        kind: Option<NoticeKind>,
    },
}

#[derive(Debug, Group)]
pub(crate) struct Output {
    /// Print JSON for scripts
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Group)]
pub(crate) struct Serve {
    /// Print one line of JSON when ready
    #[arg(long)]
    pub(crate) json: bool,
    /// Bind Codex once the router answers
    #[arg(long)]
    pub(crate) bind: bool,
    /// Leave Codex bound at the end: it waits until the router is back
    #[arg(long)]
    pub(crate) keep_bound: bool,
}

#[derive(Debug, Group)]
pub(crate) struct Why {
    /// Of the next conversation, which is the same as nothing
    #[arg(long, conflicts_with = "last")]
    pub(crate) next: bool,
    /// Of the last turn: who served it, and the change of profile before it
    #[arg(long)]
    pub(crate) last: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Group)]
pub(crate) struct Check {
    /// The profile to test; otherwise the one that serves
    #[arg(long)]
    pub(crate) profile: Option<String>,
    /// Look at every profile without a turn: whether its sign-in works, and what is left of its quota
    #[arg(long, conflicts_with_all = ["model", "deep", "profile"])]
    pub(crate) all: bool,
    /// The model to ask; otherwise what your config.toml says
    #[arg(long)]
    pub(crate) model: Option<String>,
    /// Also shorten the conversation, open it in another Codex and go on with it: three requests instead of one
    #[arg(long)]
    pub(crate) deep: bool,
    /// Give up after so many seconds without any progress
    #[arg(long, value_name = "SECONDS", default_value_t = rotunda_daemon::check::IDLE.as_secs(),
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) idle: u64,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_holds_together() {
        Args::command().debug_assert();
    }

    #[test]
    fn the_second_line_is_switched_on_by_its_name_alone() {
        let second_line = |arguments: &[&str]| match Args::parse_from(arguments).command {
            Command::Bind { second_line, .. } => second_line,
            command => panic!("{command:?}"),
        };
        assert_eq!(second_line(&["rotunda", "bind"]), None);
        assert_eq!(second_line(&["rotunda", "bind", "--second-line"]), Some(Switch::On));
        assert_eq!(second_line(&["rotunda", "bind", "--second-line", "off"]), Some(Switch::Off));
    }

    #[test]
    fn arguments_from_the_first_one_of_codex_on_belong_to_codex() {
        for dashes in [&[][..], &["--"]] {
            let words = [&["rotunda", "run", "--profile", "work"], dashes, &["exec", "--json"]];
            let Command::Run(run) = Args::parse_from(words.concat()).command else {
                panic!("not run")
            };
            assert_eq!(run.profile.as_deref(), Some("work"));
            assert_eq!((run.arguments, run.json), (vec!["exec".into(), "--json".into()], false));
        }
        let Command::Run(run) = Args::parse_from(["rotunda", "run", "-m", "gpt", "--json"]).command
        else {
            panic!("not run")
        };
        assert_eq!(run.arguments, ["-m", "gpt", "--json"]);
    }
}
