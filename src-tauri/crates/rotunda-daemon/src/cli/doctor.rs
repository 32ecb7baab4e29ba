//! `rotunda doctor`.

use std::path::Path;

use serde::Serialize;

use super::{Failure, print, report};
use crate::{
    control::Report,
    daemon::CommandError,
    doctor::{self, Check, Health},
    home::{Env, Home},
};

/// Width of the column of names.
const NAME: usize = 10;

/// `doctor --json`.
#[derive(Serialize)]
struct Findings<'a> {
    ok: bool,
    checks: &'a [Check],
}

pub(super) async fn doctor(home: &Home, env: &Env, json: bool) -> Result<(), Failure> {
    let report: Report = report(home, env).await?;
    let checks = doctor::examine(home, env, &report).await;
    let problems = checks.iter().filter(|check| check.state == Health::Problem).count();
    if json {
        print::json(&Findings { ok: problems == 0, checks: &checks });
    } else {
        for line in checks.iter().flat_map(lines) {
            print::line(&line);
        }
    }
    match problems {
        0 => Ok(()),
        1 => Err(Failure::new("1 thing has to be mended, or Codex cannot use Rotunda.")),
        n => {
            Err(Failure::new(format!("{n} things have to be mended, or Codex cannot use Rotunda.")))
        }
    }
}

pub(super) async fn bundle(home: &Home, env: &Env, path: &Path) -> Result<(), Failure> {
    let report: Report = report(home, env).await?;
    let written = doctor::bundle(home, env, &report, path).await;
    print::line(&written.map_err(CommandError::Bundle).map_err(Failure::new)?);
    Ok(())
}

fn lines(check: &Check) -> Vec<String> {
    let mark = match check.state {
        Health::Ok => "ok",
        Health::Warning => "note",
        Health::Problem => "mend",
    };
    let mut lines = vec![format!("{mark:<5} {:NAME$} {}", check.id, check.text)];
    lines.extend(check.fix.iter().map(|fix| format!("{:<5} {:NAME$} {fix}", "", "")));
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
            lines(&check),
            ["mend  proxy      HTTP_PROXY catches it.", "                 Set NO_PROXY."]
        );
    }
}
