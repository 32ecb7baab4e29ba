//! Commands that work with everything else broken: they read the files
//! without the running Rotunda, the settings or the store, do their work, and
//! report what else they found.

use rotunda_daemon::{
    control::{self, Client, Done, Report},
    daemon::{self, Broken},
};
use rotunda_host::{
    clock,
    home::{Env, Home},
};
use rotunda_text::{Language, Locale, Localize};

use super::{Failure, alone, language_of, print};

/// What there is to show, and what was found to be broken.
pub(super) struct Shown {
    pub(super) report: Report,
    pub(super) found: Vec<Broken>,
}

/// Reads what there is to show, from the running Rotunda or from the files.
pub(super) async fn read_state(home: &Home, env: &Env, language: Language) -> Shown {
    let mut found = Vec::new();
    let reply = match Client::find(home).await {
        Ok(Some(client)) => client.speaking(language).report().await.map(Some),
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    };
    match reply {
        Ok(Some(report)) => return Shown { report, found },
        Ok(None) => {}
        Err(error) => found.push(Broken::Running(error.to_string())),
    }
    let (mut report, broken) = daemon::offline_status_at_any(home, env, language);
    report.snapshot.found_sign_ins = daemon::count_orphans(home, env, &report).await;
    found.extend(broken);
    Shown { report, found }
}

/// Takes our line out of Codex's file.
pub(super) async fn unbind(home: Home, env: Env) -> Result<(), Failure> {
    unbound(home, env).await.map(|done| print::done(&done))
}

/// The same without a word.
pub(super) async fn unbind_silently(home: Home, env: Env) -> Result<(), Failure> {
    unbound(home, env).await.map(drop)
}

async fn unbound(home: Home, env: Env) -> Result<Done, Failure> {
    let language = language_of(&home, &env);
    let by_files = |home: &Home| daemon::unbind_file(home, language);
    change(home, env, control::Command::Unbind, by_files).await
}

/// Puts Codex's whole file back.
pub(super) async fn restore(home: Home, env: Env) -> Result<(), Failure> {
    let language = language_of(&home, &env);
    let by_files = |home: &Home| daemon::restore_file(home, clock::system()(), language);
    change(home, env, control::Command::Restore, by_files).await.map(|done| print::done(&done))
}

/// Has the running Rotunda do it, or does it here, or at last by the files alone.
async fn change(
    home: Home,
    env: Env,
    command: control::Command,
    by_files: impl FnOnce(&Home) -> Result<Done, daemon::CommandError>,
) -> Result<Done, Failure> {
    let language = language_of(&home, &env);
    let reply = match Client::find(&home).await {
        Ok(Some(client)) => {
            client.speaking(language).perform(&command).await.map_err(Failure::from)
        }
        Ok(None) => alone(home.clone(), env, command).await,
        Err(error) => Err(error.into()),
    };
    match reply {
        Ok(done) => Ok(done),
        Err(broken) => {
            let mut done = by_files(&home)?;
            let locale = Locale::of(language);
            done.notes.push(Broken::Running(broken.0.to(locale)).to(locale));
            Ok(done)
        }
    }
}
