//! `rotunda doctor`.

use std::path::Path;

use rotunda_core::columns::pad;
use rotunda_daemon::{
    check::quick::{QuickCheck, QuickOutcome},
    control::{self, Client, Report},
    daemon::{Broken, CommandError},
    doctor::{
        self, Check, Health,
        mend::{self, Mend},
    },
};
use rotunda_host::{
    files,
    home::{Env, Home},
};
use rotunda_text::{Language, Locale, Localize, message};
use serde::Serialize;

use super::{Failure, autostart, language_for, language_of, print, recover, report};

/// Width of the column of marks.
const MARK: usize = 5;
/// Width of the column of names.
const NAME: usize = 10;

/// One thing of `doctor --fix --json`.
#[derive(Serialize)]
struct MendReport {
    check: &'static str,
    state: MendState,
    text: String,
    error: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum MendState {
    /// It would be done without `--dry-run`.
    Possible,
    /// It was done.
    Done,
    /// It was not done.
    Failed,
}

impl MendState {
    const fn word(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// `doctor --json`.
#[derive(Serialize)]
struct Findings<'a> {
    ok: bool,
    checks: &'a [Check],
}

/// Mends what can be mended, or says what that would be. What is left is for
/// [`doctor`], which follows.
pub(super) async fn fix(home: &Home, env: &Env, dry_run: bool, json: bool) -> Result<(), Failure> {
    let language = language_for(home, env, json);
    let locale = Locale::of(language);
    let report = recover::read_state(home, env, language).await.report;
    let mends = mend::mends(home, env, &report);
    let mut done = Vec::new();
    for mend in mends {
        let failed = if dry_run { None } else { carry_out(&mend, home, env).await.err() };
        let state = match (&failed, dry_run) {
            (Some(_), _) => MendState::Failed,
            (None, true) => MendState::Possible,
            (None, false) => MendState::Done,
        };
        let error = failed.map(|failure| failure.0.to(locale));
        done.push(MendReport { check: mend.check(), state, text: mend.to(locale), error });
    }
    if json {
        print::json(&done);
        return Ok(());
    }
    if done.is_empty() {
        print::line(&message!("mend-none").to(locale));
    }
    for it in &done {
        let mark = pad(&message!("mend-mark", state = it.state.word()).to(locale), MARK);
        print::line(&format!("{mark} {:NAME$} {}", it.check, it.text));
        if let Some(error) = &it.error {
            print::line(&format!("{:MARK$} {:NAME$} {error}", "", ""));
        }
    }
    print::line("");
    Ok(())
}

async fn carry_out(mend: &Mend, home: &Home, env: &Env) -> Result<(), Failure> {
    let language = language_of(home, env);
    let running = || async {
        let client = Client::find(home).await?.ok_or(CommandError::NoRouter)?;
        Ok::<_, Failure>(client.speaking(language))
    };
    match mend {
        Mend::BindAfresh => {
            let command =
                control::Command::Bind { new_key: false, switch: false, second_line: None };
            running().await?.perform(&command).await?;
        }
        Mend::Unbind => recover::unbind_silently(home.clone(), env.clone()).await?,
        Mend::StartAtLogin => autostart::set(env, true)?,
        Mend::Private(folder) => files::create_private_folder(folder).map_err(|error| {
            Failure(message!("error-nothing-changed", error = error.to_string()))
        })?,
        Mend::AskAgain(profile) => {
            let mut lines = running().await?.quick_checks(Some(profile)).await?;
            while let Some(check) = lines.next_as::<QuickCheck>().await {
                if check.outcome != QuickOutcome::Ok {
                    return Err(Failure::new(check.text));
                }
            }
        }
        Mend::ReadQuota => {
            running().await?.perform(&control::Command::RefreshQuota).await?;
        }
    }
    Ok(())
}

pub(super) async fn doctor(home: &Home, env: &Env, json: bool) -> Result<(), Failure> {
    let recover::Shown { report, found } =
        recover::read_state(home, env, language_for(home, env, json)).await;
    let mut checks = doctor::examine(home, env, &report).await;
    let locale = Locale::of(report.snapshot.language);
    // What a check reports already is not listed twice.
    let is_listed = |broken: &Broken| checks.iter().any(|check| Some(check.id) == broken.check());
    let new: Vec<_> =
        found.iter().filter(|it| !is_listed(it)).map(|it| broken(it, locale)).collect();
    checks.extend(new);
    let problems = checks.iter().filter(|check| check.state == Health::Problem).count();
    if json {
        print::json(&Findings { ok: problems == 0, checks: &checks });
    } else {
        for line in checks.iter().flat_map(|check| lines(check, locale)) {
            print::line(&line);
        }
    }
    match problems {
        0 => Ok(()),
        count => Err(Failure(message!("doctor-problems", count = count))),
    }
}

/// A file of ours that cannot be read.
fn broken(broken: &Broken, locale: Locale) -> Check {
    Check {
        id: "files",
        state: Health::Problem,
        text: broken.to(locale),
        fix: Some(message!("doctor-broken-file").to(locale)),
    }
}

pub(super) async fn bundle(home: &Home, env: &Env, path: &Path) -> Result<(), Failure> {
    let report: Report = report(home, env, Language::ENGLISH).await?;
    let written = doctor::bundle(home, env, &report, path).await;
    print::line(&written.map_err(|error| Failure(error.message()))?);
    Ok(())
}

fn lines(check: &Check, locale: Locale) -> Vec<String> {
    let state = match check.state {
        Health::Ok => "ok",
        Health::Warning => "warn",
        Health::Problem => "fail",
    };
    let mark = pad(&message!("doctor-mark", state = state).to(locale), MARK);
    let mut lines = vec![format!("{mark} {:NAME$} {}", check.id, check.text)];
    lines.extend(check.fix.iter().map(|fix| format!("{:MARK$} {:NAME$} {fix}", "", "")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fix_stands_below_what_it_fixes() {
        let check = Check {
            id: "proxy",
            state: Health::Problem,
            text: "HTTP_PROXY catches it.".to_owned(),
            fix: Some("Set NO_PROXY.".to_owned()),
        };
        assert_eq!(
            lines(&check, Locale::of(Language::ENGLISH)),
            ["mend  proxy      HTTP_PROXY catches it.", "                 Set NO_PROXY."]
        );
    }
}
