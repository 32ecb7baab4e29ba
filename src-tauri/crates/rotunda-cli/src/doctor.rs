//! `rotunda doctor`.

use std::path::Path;

use rotunda_core::columns::pad;
use rotunda_daemon::{
    control::Report,
    daemon::Broken,
    doctor::{self, Check, Health},
};
use rotunda_host::home::{Env, Home};
use rotunda_text::{Language, Locale, Localize, message};
use serde::Serialize;

use super::{Failure, language_for, print, recover, report};

/// Width of the column of marks.
const MARK: usize = 5;
/// Width of the column of names.
const NAME: usize = 10;

/// `doctor --json`.
#[derive(Serialize)]
struct Findings<'a> {
    ok: bool,
    checks: &'a [Check],
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
