//! What is typed about one run of a program.

use clap::Args as Group;

#[derive(Debug, Group)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Run {
    /// Prefer this profile for new conversations; when it is out, the others go on
    #[arg(long, conflicts_with = "only")]
    pub(crate) profile: Option<String>,
    /// Start another program than Codex as this one of `rotunda client`: Claude Code, or the program that the first word
    /// names
    #[arg(long, value_name = "CLIENT", conflicts_with_all = ["profile", "only", "no_rotate", "or_plain", "skip_check", "json"])]
    pub(crate) client: Option<String>,
    /// Serve with this profile alone: nothing rotates
    #[arg(long, value_name = "PROFILE")]
    pub(crate) only: Option<String>,
    /// Stay on the profile that serves at the start
    #[arg(long)]
    pub(crate) no_rotate: bool,
    /// Start Codex without looking whether a profile can serve, and without a word
    #[arg(long)]
    pub(crate) skip_check: bool,
    /// When no profile can serve, start Codex on its own sign-in, without Rotunda
    #[arg(long)]
    pub(crate) or_plain: bool,
    /// Print what was looked at as one line of JSON on standard error; standard output is Codex's
    #[arg(long)]
    pub(crate) json: bool,
    /// What to hand to Codex: everything from the first word on that is no option of the above
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "CODEX ARGUMENTS")]
    pub(crate) arguments: Vec<std::ffi::OsString>,
}
