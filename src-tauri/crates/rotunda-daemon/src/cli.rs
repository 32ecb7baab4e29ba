//! The command line: parses, asks the running Rotunda or works alone, prints.
//!
//! Commands that only read never write, not even a folder.

mod activity;
mod args;
mod bind;
mod check;
mod doctor;
mod guide;
mod import;
mod key;
mod login;
mod print;
mod profiles;
mod quota;
mod record;
mod restore;
mod run;
mod serve;
mod status;

use std::process::ExitCode;

use clap::Parser;

use self::args::{Args, Change, Command};
use crate::{
    clock,
    control::{self, Client, ControlError, Done, Report},
    daemon::{self, CommandError, Daemon, DaemonError},
    demo,
    home::{Env, Home, HomeError},
    platform::Signals,
};

/// A sentence for stderr; the exit code is 1.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failure(String);

impl Failure {
    fn new(sentence: impl std::fmt::Display) -> Self {
        Self(format!("{sentence}"))
    }
}

macro_rules! failure_from {
    ($($error:ty),+) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error)
            }
        }
    )+};
}

fn signals_unheard(error: &std::io::Error) -> Failure {
    Failure::new(format!("Signals cannot be heard: {error}."))
}

failure_from!(ControlError, CommandError, DaemonError, demo::DemoError);

impl From<HomeError> for Failure {
    fn from(error: HomeError) -> Self {
        Self(format!("Rotunda's folders cannot be found: {error}."))
    }
}

/// Runs the command that this process was started with.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = match builder.worker_threads(crate::WORKERS).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            print::error(&format!("No threads can be started: {error}."));
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(run(args.command, Env::system()));
    runtime.shutdown_background();
    match code {
        Ok(code) => code,
        Err(failure) => {
            print::error(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}

/// What is about the keeping of sign-ins and settings.
async fn keep(command: Command, home: Home, env: Env) -> Result<(), Failure> {
    // The running Rotunda has another working directory.
    let absolute = |path: std::path::PathBuf| std::path::absolute(&path).unwrap_or(path);
    let command = match command {
        Command::Export { path } => control::Command::ExportSettings { path: absolute(path) },
        Command::ImportSettings { path } => {
            control::Command::ImportSettings { path: absolute(path) }
        }
        Command::AddKey { name } => {
            control::Command::AddKey { name, key: control::Handed::new(key::read().await?) }
        }
        Command::Vault(args::Vault::Move { to }) => {
            control::Command::MoveVault { to: to.word().to_owned() }
        }
        _ => return Ok(()),
    };
    perform(home, env, command).await
}

async fn play_demo(env: &Env) -> Result<ExitCode, Failure> {
    let mut tell = |line: &str| {
        print::line(line);
    };
    let (mut signals, clock) =
        (Signals::listen().map_err(|error| signals_unheard(&error))?, clock::system());
    // Dropped at a signal, it takes its folders and its Codex with it.
    tokio::select! {
        played = demo::play(env, &clock, &mut tell) => played?,
        () = signals.end() => return Err(Failure::new("The demo was stopped; its folders are gone.")),
    }
    Ok(ExitCode::SUCCESS)
}

async fn run(command: Command, env: Env) -> Result<ExitCode, Failure> {
    if let Command::Demo = command {
        return play_demo(&env).await;
    }
    if let Command::Guide { folder } = command {
        return guide::write(&folder).map(|()| ExitCode::SUCCESS);
    }
    let home = Home::from_env(&env)?;
    match command {
        Command::Demo | Command::Guide { .. } => {}
        Command::Run(options) => return run::run(home, env, options).await,
        Command::Check(options) => check::check(home, env, options).await?,
        Command::Serve(options) => serve::serve(home, env, &options).await?,
        Command::Status(output) => status::status(&report(&home, &env).await?, output.json),
        Command::Profiles(output) => {
            profiles::profiles(&report(&home, &env).await?.snapshot, output.json);
        }
        Command::Quota { refresh, watch, output } => {
            quota(&home, &env, refresh, output.json).await?;
            if watch {
                quota::watch(&home, &env, output.json).await?;
            }
        }
        Command::Activity { record: Some(file), .. } => record::record(&home, &file).await?,
        Command::Activity { follow, output, record: None } => {
            activity::activity(&home, follow, output.json).await?;
        }
        Command::Doctor { bundle: Some(path), .. } => doctor::bundle(&home, &env, &path).await?,
        Command::Doctor { bundle: None, output } => {
            doctor::doctor(&home, &env, output.json).await?;
        }
        Command::Bind { dry_run: true, .. } => bind::dry_run(&home, &env).await?,
        Command::Bind { new_key, switch, dry_run: false } => {
            bind::is_meant(&home).await?;
            perform(home, env, control::Command::Bind { new_key, switch }).await?;
        }
        Command::Restore { yes } => restore::restore(home, env, yes).await?,
        Command::Login(options) => login::login(home, env, options).await?,
        Command::Unbind => perform(home, env, control::Command::Unbind).await?,
        Command::Import(options) => import::import(home, env, options).await?,
        Command::Export { .. }
        | Command::ImportSettings { .. }
        | Command::AddKey { .. }
        | Command::Vault(_) => keep(command, home, env).await?,
        Command::Profile(change) => perform(home, env, change.into()).await?,
    }
    Ok(ExitCode::SUCCESS)
}

impl From<Change> for control::Command {
    fn from(change: Change) -> Self {
        match change {
            Change::Rename { profile, name } => Self::Rename { profile, name },
            Change::Remove { profile } => Self::Remove { profile },
            Change::Use { profile } => Self::Use { profile },
            Change::Pin { profile } => Self::Pin { profile },
            Change::Unpin => Self::Unpin,
            Change::Pause { profile } => Self::Pause { profile },
            Change::Resume { profile } => Self::Resume { profile },
        }
    }
}

async fn quota(home: &Home, env: &Env, refresh: bool, json: bool) -> Result<(), Failure> {
    if refresh {
        let client = Client::find(home)
            .await?
            .ok_or_else(|| Failure::new(CommandError::QuotaNeedsRouter))?;
        client.perform(&control::Command::RefreshQuota).await?;
    }
    let _ = quota::quota(&report(home, env).await?.snapshot, json);
    Ok(())
}

/// What there is to show, from the running Rotunda or from the files.
async fn report(home: &Home, env: &Env) -> Result<Report, Failure> {
    match Client::find(home).await? {
        Some(client) => Ok(client.report().await?),
        None => Ok(daemon::glance(home, env)?),
    }
}

/// Has the running Rotunda do it, or does it here.
async fn perform(home: Home, env: Env, command: control::Command) -> Result<(), Failure> {
    let done = match Client::find(&home).await? {
        Some(client) => client.perform(&command).await?,
        None => alone(home, env, command).await?,
    };
    print::line(&done.text);
    for note in &done.notes {
        print::note(note);
    }
    Ok(())
}

async fn alone(home: Home, env: Env, command: control::Command) -> Result<Done, Failure> {
    let daemon = Daemon::open(home, env)?;
    let done = daemon.perform(command).await;
    daemon.stop(false).await.map_err(Failure::new)?;
    Ok(done?)
}
