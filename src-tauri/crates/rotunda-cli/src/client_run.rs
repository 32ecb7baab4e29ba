//! `rotunda run --client NAME`: another program than Codex, with a key for as long as it runs.
//!
//! The key is in the environment of that program alone: in no file, and in no command line,
//! which every user of the machine can read.

use std::{ffi::OsString, process::ExitCode};

use rotunda_daemon::{
    control::Client,
    daemon::{self, CommandError},
};
use rotunda_host::{
    home::{Env, Home},
    platform::{self, Signals},
};
use rotunda_text::{Locale, Localize as _, message};
use tokio::process::Command;

use super::{
    Failure,
    clients::{url_at, variables},
    language_for, print,
    run::{keep_lent, to_its_end},
    signals_unheard,
};

/// What is started when no program is named.
const CLAUDE: &str = "claude";
/// Without it Claude Code asks its provider for things that a key of Rotunda does not open:
/// updates, statistics, and which of its features are switched on.
const QUIET: (&str, &str) = ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
/// Keys of the user's that would go before ours, or to which requests would go elsewhere.
const REMOVED: [&str; 4] = [
    "ANTHROPIC_API_KEY",
    "CLAUDE_CODE_OAUTH_TOKEN",
    "CLAUDE_CODE_USE_BEDROCK",
    "CLAUDE_CODE_USE_VERTEX",
];

/// Starts a program as a client. The first word names it when it is no option.
pub(super) async fn run(
    home: &Home,
    env: &Env,
    client: String,
    arguments: Vec<OsString>,
) -> Result<ExitCode, Failure> {
    let locale = Locale::of(language_for(home, env, false));
    let Some(running) = Client::find(home).await? else {
        return Err(Failure(message!("run-client-needs-rotunda")));
    };
    let running = running.speaking(locale.language);
    let key = daemon::new_client_key().map_err(CommandError::from)?;
    let lent = running.lend_key_to_client(&key, &client).await?;
    let port = running.report().await?.snapshot.router.port;
    let (program, arguments) = program_of(arguments);
    let mut command = Command::new(&program);
    command.args(arguments);
    for name in REMOVED {
        command.env_remove(name);
    }
    command.envs(variables(&key, &url_at(port))).env(QUIET.0, QUIET.1);
    for name in ["NO_PROXY", "no_proxy"] {
        command.env(name, with_loopback(env.get(name)));
    }
    let again = async |running: Client| running.lend_key_to_client(&key, &client).await;
    tokio::select! {
        status = started(command, &program, locale) => status,
        never = keep_lent(home, lent, again) => match never {},
    }
}

fn program_of(mut arguments: Vec<OsString>) -> (OsString, Vec<OsString>) {
    let is_option = |word: &OsString| word.to_string_lossy().starts_with('-');
    if arguments.first().is_none_or(is_option) {
        return (CLAUDE.into(), arguments);
    }
    (arguments.remove(0), arguments)
}

/// Exceptions with this computer among them: a proxy could not reach the router.
fn with_loopback(exceptions: Option<&str>) -> String {
    let given = exceptions.unwrap_or_default().split(',').map(str::trim);
    let given = given.filter(|it| !it.is_empty() && !matches!(*it, "127.0.0.1" | "localhost"));
    given.chain(["127.0.0.1", "localhost"]).collect::<Vec<_>>().join(",")
}

async fn started(
    command: Command,
    program: &OsString,
    locale: Locale,
) -> Result<ExitCode, Failure> {
    let mut signals = Signals::listen().map_err(|error| signals_unheard(&error))?;
    let failed = |error: std::io::Error| {
        let name = program.to_string_lossy().into_owned();
        print::warning(&message!("run-client-no-program", program = name).to(locale));
        Failure::new(error.to_string())
    };
    let status = to_its_end(command, &mut signals).await.map_err(failed)?;
    Ok(ExitCode::from(platform::exit_code(status)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_names_the_program_unless_it_is_an_option() {
        let of = |words: &[&str]| {
            let (program, rest) = program_of(words.iter().map(OsString::from).collect());
            (program.to_string_lossy().into_owned(), rest.len())
        };
        assert_eq!(of(&[]), ("claude".to_owned(), 0));
        assert_eq!(of(&["-p", "hi"]), ("claude".to_owned(), 2));
        assert_eq!(of(&["aider", "-p", "hi"]), ("aider".to_owned(), 2));
    }

    #[test]
    fn this_computer_is_reached_without_a_proxy() {
        assert_eq!(with_loopback(None), "127.0.0.1,localhost");
        let exceptions = Some("corp.example, localhost,");
        assert_eq!(with_loopback(exceptions), "corp.example,127.0.0.1,localhost");
    }
}
