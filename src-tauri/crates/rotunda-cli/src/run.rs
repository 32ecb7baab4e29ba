//! `rotunda run`: one Codex command through the router, `config.toml` untouched.

use std::{
    convert::Infallible,
    ffi::OsString,
    path::Path,
    process::{ExitCode, ExitStatus},
    sync::Arc,
    time::Duration,
};

use rotunda_core::Secret;
use rotunda_daemon::{
    bind,
    control::{Client, LentKey, Report},
    daemon::Services,
};
use rotunda_host::{
    codex, codex_config, files,
    home::{Env, Home},
    key, log,
    platform::{self, Signals},
};
use tokio::process::{Child, Command};

use super::{Failure, args, signals_unheard};

/// Between asking Codex to end and ending it.
const GRACE: Duration = Duration::from_secs(5);
/// Between asking for a Rotunda that has ended meanwhile.
const AGAIN: Duration = Duration::from_millis(500);

pub(super) async fn run(home: Home, env: Env, options: args::Run) -> Result<ExitCode, Failure> {
    let codex = codex::find(&env).ok_or_else(|| Failure::new(codex::missing(&env)))?;
    let status = match Client::find(&home).await? {
        Some(client) => beside(&client, &codex, &home, &env, &options).await?,
        None => alone(&codex, home, env, &options).await?,
    };
    Ok(ExitCode::from(platform::exit_code(status)))
}

/// Through the running Rotunda; with a profile of its own, beside its router.
async fn beside(
    client: &Client,
    codex: &Path,
    home: &Home,
    env: &Env,
    options: &args::Run,
) -> Result<ExitStatus, Failure> {
    let Some(profile) = &options.profile else {
        let report = client.report().await?;
        usable(&report)?;
        // Every user can read a command line, so the key in it ends with the run.
        let key = key::fresh().map_err(Failure::new)?;
        let url = bind::client_url(report.snapshot.router.port, &key);
        let lent = client.lend_key(&key).await?;
        return tokio::select! {
            status = pass_through(codex, url.expose(), home, env, &options.arguments) => status,
            never = keep_lent(home, &key, lent) => match never {},
        };
    };
    // Held until Codex has ended: the router behind it ends with it.
    let lease = client.dedicated_router(profile).await?;
    pass_through(codex, &lease.url, home, env, &options.arguments).await
}

/// Keeps a key valid for as long as this is polled, also when Rotunda is
/// restarted meanwhile.
async fn keep_lent(home: &Home, key: &Secret<String>, mut lent: LentKey) -> Infallible {
    loop {
        lent.ended().await;
        lent = loop {
            tokio::time::sleep(AGAIN).await;
            if let Ok(Some(client)) = Client::find(home).await
                && let Ok(lent) = client.lend_key(key).await
            {
                break lent;
            }
        };
    }
}

/// With a router of its own, for as long as Codex runs.
async fn alone(
    codex: &Path,
    home: Home,
    env: Env,
    options: &args::Run,
) -> Result<ExitStatus, Failure> {
    let daemon = Services::open(home.clone(), env.clone())?;
    let _log = log::start(&home, &env)
        .map_err(|error| Failure::new(format!("The log cannot be written: {error}.")))?;
    let ran = with_router(&daemon, codex, &home, &env, options).await;
    daemon.stop(false).await.map_err(Failure::new)?;
    ran
}

async fn with_router(
    daemon: &Arc<Services>,
    codex: &Path,
    home: &Home,
    env: &Env,
    options: &args::Run,
) -> Result<ExitStatus, Failure> {
    if let Some(profile) = &options.profile {
        let (id, _) = daemon.profiles.find(profile)?;
        daemon.profiles.pin_for_this_run(id);
    }
    daemon.start_for_one_program().await.map_err(Failure::new)?;
    let url = usable(&daemon.reports.make(daemon.snapshots.language()).await)?;
    pass_through(codex, &url, home, env, &options.arguments).await
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
    home: &Home,
    env: &Env,
    arguments: &[OsString],
) -> Result<ExitStatus, Failure> {
    let exceptions = exceptions(home, env)?;
    let mut signals = Signals::listen().map_err(|error| signals_unheard(&error))?;
    let mut command = Command::new(codex);
    command.args(codex::base_url_arguments(url)).args(arguments);
    if let Some(exceptions) = exceptions {
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

/// What `NO_PROXY` has to be for Codex to reach the router. Variables of Codex's
/// `.env` go before those that it is started with, so exceptions in that file
/// cannot be corrected from here.
fn exceptions(home: &Home, env: &Env) -> Result<Option<String>, Failure> {
    let of_codex = codex_config::env_of_codex(home, env);
    let Some(exceptions) = codex::no_proxy(&of_codex) else { return Ok(None) };
    let with = env.clone().with("NO_PROXY", &exceptions).with("no_proxy", &exceptions);
    match codex::swallowing_proxy(&codex_config::env_of_codex(home, &with)) {
        None => Ok(Some(exceptions)),
        Some(variable) => Err(Failure::new(format!(
            "{variable} and NO_PROXY in {} send what is meant for this computer to a proxy. Add \
             127.0.0.1,localhost to NO_PROXY there.",
            files::shown(home.codex_home.join(".env"))
        ))),
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

#[cfg(test)]
mod tests {
    use super::*;
    use rotunda_host::testing;

    #[test]
    fn a_run_passes_by_a_proxy_of_codex_s_env() {
        let (_root, home) = testing::home();
        let with = |text: &str, env: &Env| {
            std::fs::write(home.codex_home.join(".env"), text).unwrap();
            exceptions(&home, env)
        };
        let none = Env::default();
        let proxy = "HTTP_PROXY=http://10.0.0.1:7890\n";
        let loopback = Some("127.0.0.1,localhost".to_owned());
        assert_eq!(with("A=b\n", &none).unwrap(), None);
        assert_eq!(with(proxy, &none).unwrap(), loopback);
        assert_eq!(with(&format!("{proxy}NO_PROXY=127.0.0.1\n"), &none).unwrap(), None);
        let named = Env::of([("HTTP_PROXY", "http://10.0.0.1:1"), ("NO_PROXY", "corp.example")]);
        let both = Some("corp.example,127.0.0.1,localhost".to_owned());
        assert_eq!(with("A=b\n", &named).unwrap(), both);
        // What stands in the file wins over what Codex is started with.
        let refused = with(&format!("{proxy}NO_PROXY=corp.example\n"), &none).unwrap_err();
        let text = format!("{refused:?}");
        assert!(text.contains("HTTP_PROXY") && text.contains(".env"), "{text}");
    }
}
