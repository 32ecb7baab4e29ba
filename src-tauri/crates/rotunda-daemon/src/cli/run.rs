//! `rotunda run`: one Codex command through the router, `config.toml` untouched.

use std::{
    ffi::OsString,
    path::Path,
    process::{ExitCode, ExitStatus},
    time::Duration,
};

use tokio::process::{Child, Command};

use super::{Failure, args, signals_unheard};
use crate::{
    codex,
    control::{Client, Report},
    daemon::Daemon,
    home::{Env, Home},
    log,
    platform::{self, Signals},
};

/// Between asking Codex to end and ending it.
const GRACE: Duration = Duration::from_secs(5);

pub(super) async fn run(home: Home, env: Env, options: args::Run) -> Result<ExitCode, Failure> {
    let codex = codex::find(&env).ok_or_else(|| Failure::new(codex::missing(&env)))?;
    let status = match Client::find(&home).await? {
        Some(client) => beside(&client, &codex, &env, &options).await?,
        None => alone(&codex, home, env, &options).await?,
    };
    Ok(ExitCode::from(platform::exit_code(status)))
}

/// Through the running Rotunda; with a profile of its own, beside its router.
async fn beside(
    client: &Client,
    codex: &Path,
    env: &Env,
    options: &args::Run,
) -> Result<ExitStatus, Failure> {
    let Some(profile) = &options.profile else {
        let url = usable(&client.report().await?)?;
        return pass_through(codex, &url, env, &options.arguments).await;
    };
    // Held until Codex has ended: the router behind it ends with it.
    let lease = client.aside(profile).await?;
    pass_through(codex, &lease.url, env, &options.arguments).await
}

/// With a router of its own, for as long as Codex runs.
async fn alone(
    codex: &Path,
    home: Home,
    env: Env,
    options: &args::Run,
) -> Result<ExitStatus, Failure> {
    let daemon = Daemon::open(home.clone(), env.clone())?;
    let _log = log::start(&home, &env)
        .map_err(|error| Failure::new(format!("The log cannot be written: {error}.")))?;
    let ran = with_router(&daemon, codex, &env, options).await;
    daemon.stop(false).await.map_err(Failure::new)?;
    ran
}

async fn with_router(
    daemon: &Daemon,
    codex: &Path,
    env: &Env,
    options: &args::Run,
) -> Result<ExitStatus, Failure> {
    if let Some(profile) = &options.profile {
        let (id, _) = daemon.find(profile)?;
        daemon.pin_for_this_run(id);
    }
    daemon.start_aside().await.map_err(Failure::new)?;
    let url = usable(&daemon.report().await)?;
    pass_through(codex, &url, env, &options.arguments).await
}

/// The router's address, when it can serve.
fn usable(report: &Report) -> Result<String, Failure> {
    if report.snapshot.profiles.is_empty() {
        return Err(Failure::new("There is no profile yet. `rotunda login` adds one."));
    }
    report.url.clone().ok_or_else(|| {
        Failure::new("Rotunda runs without its router. Start it again, then try again.")
    })
}

/// Codex with this terminal, as if it had been called itself.
async fn pass_through(
    codex: &Path,
    url: &str,
    env: &Env,
    arguments: &[OsString],
) -> Result<ExitStatus, Failure> {
    let mut signals = Signals::listen().map_err(|error| signals_unheard(&error))?;
    let mut command = Command::new(codex);
    command.args(codex::base_url_arguments(url)).args(arguments);
    if let Some(exceptions) = codex::no_proxy(env) {
        command.env("NO_PROXY", &exceptions).env("no_proxy", &exceptions);
    }
    let failed =
        |error| Failure::new(format!("{} could not be started: {error}.", codex.display()));
    let mut child = command.spawn().map_err(failed)?;
    tokio::select! {
        status = child.wait() => status.map_err(failed),
        () = signals.end_but_by_keyboard() => end(&mut child).await.map_err(failed),
    }
}

/// Asks first, then insists.
async fn end(child: &mut Child) -> std::io::Result<ExitStatus> {
    if child.id().is_some_and(platform::ask_to_end)
        && let Ok(status) = tokio::time::timeout(GRACE, child.wait()).await
    {
        return status;
    }
    child.start_kill()?;
    child.wait().await
}
