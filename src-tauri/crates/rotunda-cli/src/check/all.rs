//! `rotunda check --all`: every profile's sign-in and quota, without a turn.

use std::sync::Arc;

use rotunda_core::columns::{columns, pad};
use rotunda_daemon::{
    check::quick::{QuickCheck, QuickOutcome},
    control::Client,
    daemon::Services,
    view::Snapshot,
};
use rotunda_host::{
    home::{Env, Home},
    log,
};
use rotunda_text::{Language, Locale, Localize as _, message};
use serde::Serialize;

use super::super::{Failure, language_for, print, report};

/// Width of the column of marks.
const MARK: usize = 6;

/// `check --all --json`.
#[derive(Serialize)]
struct Checked<'a> {
    ok: bool,
    profiles: &'a [QuickCheck],
}

pub(super) async fn check(home: Home, env: Env, json: bool) -> Result<(), Failure> {
    let language = language_for(&home, &env, json);
    let (checks, snapshot) = match Client::find(&home).await? {
        Some(client) => {
            let client = client.speaking(language);
            let mut lines = client.quick_checks(None).await?;
            let mut checks = Vec::new();
            while let Some(check) = lines.next_as::<QuickCheck>().await {
                checks.push(check);
            }
            if let Some(error) = lines.failure(client.pid()) {
                return Err(error.into());
            }
            (checks, report(&home, &env, language).await?.snapshot)
        }
        None => alone(home, env, language).await?,
    };
    print_all(&checks, &snapshot, json)
}

/// With a router of its own, for as long as it looks.
async fn alone(
    home: Home,
    env: Env,
    language: Language,
) -> Result<(Vec<QuickCheck>, Snapshot), Failure> {
    let daemon = Services::open(home.clone(), env.clone())?;
    let _log = log::start(&home, &env)
        .map_err(|error| Failure::new(format!("The log cannot be written: {error}.")))?;
    let looked = check_each(&daemon, language).await;
    daemon.stop(false).await.map_err(Failure::new)?;
    looked
}

async fn check_each(
    daemon: &Arc<Services>,
    language: Language,
) -> Result<(Vec<QuickCheck>, Snapshot), Failure> {
    daemon.start_for_one_program().await.map_err(Failure::new)?;
    let mut checks = Vec::new();
    for (id, name) in daemon.quota.checked(None)? {
        checks.push(daemon.quota.check(id, name, language).await);
    }
    let snapshot = daemon.reports.make(language).await.snapshot;
    Ok((checks, snapshot))
}

fn print_all(checks: &[QuickCheck], snapshot: &Snapshot, json: bool) -> Result<(), Failure> {
    let locale = Locale::of(snapshot.language);
    let failed = checks.iter().filter(|check| check.outcome != QuickOutcome::Ok).count();
    if json {
        print::json(&Checked { ok: failed == 0, profiles: checks });
    } else if checks.is_empty() {
        print::line(&message!("quota-none").to(locale));
    } else {
        for line in lines(checks, snapshot, locale) {
            print::line(&line);
        }
    }
    match failed {
        0 => Ok(()),
        failed => Err(Failure(message!("quick-failed", failed = failed, all = checks.len()))),
    }
}

/// A profile that is in order says what it has left.
fn lines(checks: &[QuickCheck], snapshot: &Snapshot, locale: Locale) -> Vec<String> {
    let widest = checks.iter().map(|check| columns(&check.profile)).max().unwrap_or_default();
    let line = |check: &QuickCheck| {
        let state = if check.outcome == QuickOutcome::Ok { "ok" } else { "fail" };
        let mark = pad(&message!("doctor-mark", state = state).to(locale), MARK);
        let view = snapshot.profiles.iter().find(|profile| profile.name == check.profile);
        let left = view.filter(|_| check.outcome == QuickOutcome::Ok).map(|view| &view.summary);
        let left = left.filter(|left| !left.is_empty());
        let left = left.map(|left| format!(" {left}.")).unwrap_or_default();
        format!("{mark} {}  {}{left}", pad(&check.profile, widest), check.text)
    };
    checks.iter().map(line).collect()
}
