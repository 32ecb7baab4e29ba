//! Which program of ours a command line starts, past `env`, shells and the
//! like.

use std::path::{Path, PathBuf};

use super::entry::words;

/// The tray app's program.
pub(super) const APP: &str = "rotunda-desktop";
/// The command line's program; with `serve` it is a router.
const COMMAND_LINE: &str = "rotunda";
/// Programs that run a text as commands, after `-c`.
const SHELLS: [&str; 6] = ["sh", "bash", "dash", "ash", "zsh", "ksh"];
/// Options of `env` that take a word of their own.
const ENV_WITH_WORD: [&str; 4] = ["-u", "--unset", "-C", "--chdir"];

/// What a command line starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Started {
    /// The tray app, from here.
    App(PathBuf),
    /// The router without a tray, from here.
    Router(PathBuf),
    /// Something else.
    Other(PathBuf),
}

impl Started {
    /// Reads a command line; none when it starts nothing.
    pub(super) fn by(command: &[String]) -> Option<Self> {
        let command = past_env(command);
        let first = command.first()?;
        if let Some(ours) = ours(command) {
            return Some(ours);
        }
        if SHELLS.contains(&name_of(first))
            && let Some(script) = script_of(command)
            && let Some(ours) = in_script(script)
        {
            return Some(ours);
        }
        // Another program that starts the rest of its words, such as `nice`.
        let rest = (1..command.len()).find_map(|start| ours(&command[start..]));
        Some(rest.unwrap_or_else(|| Self::Other(first.into())))
    }
}

/// Ours, when the first word is.
fn ours(command: &[String]) -> Option<Started> {
    let first = command.first()?;
    match name_of(first) {
        APP => Some(Started::App(first.into())),
        COMMAND_LINE if command.get(1).is_some_and(|word| word == "serve") => {
            Some(Started::Router(first.into()))
        }
        _ => None,
    }
}

fn name_of(word: &str) -> &str {
    Path::new(word).file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// What `env` starts; any other command as it is.
fn past_env(command: &[String]) -> &[String] {
    if command.first().is_none_or(|first| name_of(first) != "env") {
        return command;
    }
    let mut rest = &command[1..];
    while let Some(word) = rest.first() {
        let skipped = if ENV_WITH_WORD.contains(&word.as_str()) { 2 } else { 1 };
        if !word.starts_with('-') && !word.contains('=') {
            break;
        }
        rest = rest.get(skipped..).unwrap_or_default();
    }
    past_env(rest)
}

/// The text that a shell runs: the word after an option that ends in `c`.
fn script_of(command: &[String]) -> Option<&str> {
    let is_option = |word: &String| word.starts_with('-') && !word.starts_with("--");
    let option = command.iter().position(|word| is_option(word) && word.ends_with('c'))?;
    command.get(option + 1).map(String::as_str)
}

fn in_script(script: &str) -> Option<Started> {
    let plain = script.replace([';', '&', '|', '(', ')', '\n'], " ");
    let words = words(&plain)?;
    (0..words.len()).find_map(|start| ours(&words[start..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &Started) {
        let command = words(line).unwrap();
        assert_eq!(Started::by(&command).as_ref(), Some(expected), "{line}");
    }

    #[test]
    fn our_program_is_found_past_env_shells_and_other_starters() {
        let app = Started::App("/opt/x y/rotunda-desktop".into());
        for line in [
            "\"/opt/x y/rotunda-desktop\" --hidden",
            "env A=1 B= \"/opt/x y/rotunda-desktop\"",
            "/usr/bin/env -i -u HOME --unset=X -C / -- A=1 '/opt/x y/rotunda-desktop'",
            "env A=1 env B=2 '/opt/x y/rotunda-desktop'",
            "sh -c \"sleep 5; exec '/opt/x y/rotunda-desktop' --hidden\"",
            "env A=1 /bin/bash -lc \"(sleep 5 && '/opt/x y/rotunda-desktop') &\"",
            "nice -n 5 '/opt/x y/rotunda-desktop'",
        ] {
            check(line, &app);
        }
        check("env -- A=1 /bin/true", &Started::Other("/bin/true".into()));
        check("rotunda serve --bind", &Started::Router("rotunda".into()));
        check("rotunda status", &Started::Other("rotunda".into()));
        check("env X=1 /bin/true rotunda", &Started::Other("/bin/true".into()));
        check("sh -c 'echo \"'", &Started::Other("sh".into()));
        assert_eq!(Started::by(&[]), None);
        assert_eq!(Started::by(&["env".to_owned(), "A=1".to_owned()]), None);
    }
}
