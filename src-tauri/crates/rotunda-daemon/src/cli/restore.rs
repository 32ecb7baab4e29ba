//! `rotunda restore`: what would go is shown before anything does.

use std::io::{self, BufRead as _, IsTerminal as _};

use super::{Failure, language_of, print, recover};
use crate::{
    bind::Restoring,
    clock, daemon,
    home::{Env, Home},
};

pub(super) async fn restore(home: Home, env: Env, yes: bool) -> Result<(), Failure> {
    let port = recover::read_state(&home, &env, language_of(&home, &env))
        .await
        .report
        .snapshot
        .router
        .port;
    let planned = daemon::restoring(&home, port, clock::system()())?;
    for line in lines(&planned) {
        print::line(&line);
    }
    if planned.diff.is_empty() {
        return Ok(());
    }
    if !yes && !agreed()? {
        return Ok(());
    }
    recover::restore(home, env).await
}

fn lines(planned: &Restoring) -> Vec<String> {
    let mut lines: Vec<_> = planned.diff.lines().map(str::to_owned).collect();
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.push(planned.text.clone());
    lines
}

/// Asks a person; a program has to say `--yes`.
fn agreed() -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::new("Nothing was changed. `rotunda restore --yes` does it."));
    }
    print::line("Restore the file? [y/N]");
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| Failure::new(format!("The answer cannot be read: {error}.")))?;
    let agreed = matches!(answer.trim(), "y" | "Y" | "yes");
    if !agreed {
        print::line("Nothing was changed.");
    }
    Ok(agreed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_stands_below_the_lines() {
        let planned = Restoring {
            diff: "- a\n+ b".to_owned(),
            removes: vec!["a".to_owned()],
            text: "This removes 1 change made since 09:02: a.".to_owned(),
            backup: "config-20261121T090200Z-00.toml".to_owned(),
            backup_at: None,
        };
        assert_eq!(lines(&planned), ["- a", "+ b", "", planned.text.as_str()]);
        assert_eq!(lines(&Restoring { diff: String::new(), ..planned }).len(), 1);
    }
}
