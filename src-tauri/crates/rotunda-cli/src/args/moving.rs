//! Sign-ins that come, and those on their way to another machine.

use std::path::PathBuf;

use clap::Args as Group;

#[derive(Debug, Group)]
pub(crate) struct ExportSignIns {
    /// The new file; the `age` program opens it, too
    pub(crate) path: PathBuf,
    /// Only this profile; may be given several times
    #[arg(long = "profile", value_name = "PROFILE")]
    pub(crate) profiles: Vec<String>,
    /// Sign them out here once the file is written: one machine holds a sign-in at a time
    #[arg(long)]
    pub(crate) hand_over: bool,
}

#[derive(Debug, Group)]
pub(crate) struct AddKey {
    /// What to call the profile
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The key is one of another provider that speaks the Responses API at this address
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// The provider's own models that it serves, separated by commas; otherwise those that it lists
    #[arg(long, value_name = "MODELS", value_delimiter = ',', requires = "base_url")]
    pub(crate) models: Vec<String>,
    /// Models of your plans that the provider serves when all plans are out, separated by commas; otherwise none
    #[arg(long, value_name = "MODELS", value_delimiter = ',', requires = "base_url")]
    pub(crate) fallback: Vec<String>,
}

#[derive(Debug, Group)]
pub(crate) struct Login {
    /// What to call the new profile; otherwise made from its e-mail address
    #[arg(long, conflicts_with = "profile")]
    pub(crate) name: Option<String>,
    /// Use a code that can be typed in a browser on any computer
    #[arg(long)]
    pub(crate) device: bool,
    /// Show the address and open nothing, as the variable `ROTUNDA_NO_BROWSER` does always
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Sign this profile in again; its name, order and history stay
    #[arg(long)]
    pub(crate) profile: Option<String>,
}

#[derive(Debug, Group)]
pub(crate) struct Import {
    /// An auth.json, a file of `export-sign-ins` (its passphrase is read from standard input), the accounts
    /// of another tool (codex-multi-auth, prodex, `CLIProxyAPI`, codex-auth, codex-tools, codex-switcher,
    /// cc-switch, an export of Codex-Manager), or a folder of sign-ins; without it, what those keep at their usual places is listed
    pub(crate) path: Option<PathBuf>,
    /// What to call the profile; for one sign-in only, otherwise each gets a name of its own
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// List what is at the path and import nothing
    #[arg(long, requires = "path", conflicts_with_all = ["name", "use_now"])]
    pub(crate) preview: bool,
    /// Use it for new conversations from now on; for one sign-in
    #[arg(long = "use", requires = "path")]
    pub(crate) use_now: bool,
    /// Take these of the list, by their numbers; `all` takes each that can be
    #[arg(long, value_name = "N", num_args = 1.., conflicts_with = "path")]
    pub(crate) found: Vec<String>,
    /// Print the list, or what became of each, as JSON for scripts; of a path with `--preview` only
    #[arg(long)]
    pub(crate) json: bool,
}
