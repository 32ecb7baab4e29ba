//! `rotunda guide`: what packages carry beside the program, made from the
//! definition of the command line so that it cannot say anything else.
//!
//! It writes the same bytes each time: no date, no width of a terminal.

mod completions;
mod logs;
mod reference;
mod settings;

use std::path::Path;

use clap::builder::StyledStr;
use clap_complete::Shell;
use rotunda_host::files::{self, Mode};

use super::{Failure, args};

/// The shells that get completions.
const SHELLS: [Shell; 4] = [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell];

/// Manual pages, completions and the references of commands and settings, below `folder`.
pub(super) fn write(folder: &Path) -> Result<(), Failure> {
    make(folder).map_err(|error| {
        Failure::new(format!("The guide was not written to {}: {error}.", folder.display()))
    })
}

fn make(folder: &Path) -> std::io::Result<()> {
    let [manual, completions] = ["man", "completions"].map(|name| folder.join(name));
    std::fs::create_dir_all(&manual)?;
    std::fs::create_dir_all(&completions)?;
    clap_mangen::generate_to(definition(), &manual)?;
    for shell in SHELLS {
        let path = clap_complete::generate_to(shell, &mut definition(), "rotunda", &completions)?;
        let made = std::fs::read_to_string(&path)?;
        let whole = match shell {
            Shell::Bash => completions::bash(&made, &definition()),
            Shell::Fish => completions::fish(&made, &definition()),
            Shell::Zsh => completions::zsh(&made),
            Shell::PowerShell => completions::power_shell(&made, &definition()),
            _ => continue,
        };
        std::fs::write(&path, whole)?;
    }
    let pages = [
        ("commands.md", reference::of(definition())),
        ("settings.md", settings::page()),
        ("logs.md", logs::page()),
    ];
    pages.into_iter().try_for_each(|(name, page)| {
        files::write_atomic(&folder.join(name), page.as_bytes(), Mode::Private)
            .map_err(std::io::Error::other)
    })
}

/// As a person sees it: without what is hidden, which tools would list.
fn definition() -> clap::Command {
    let whole = args::command();
    let seen = whole.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    let text = |text: Option<&StyledStr>| text.cloned().unwrap_or_default();
    clap::Command::new("rotunda")
        .version(env!("CARGO_PKG_VERSION"))
        .about(text(whole.get_about()))
        .long_about(text(whole.get_long_about()))
        .after_help(text(whole.get_after_long_help()))
        .subcommand_required(true)
        .args(whole.get_arguments().cloned())
        .subcommands(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_references_in_docs_are_current() {
        let kept = include_str!("../../../../docs/commands.md");
        let made = reference::of(definition());
        assert!(kept == made, "docs/commands.md is old: run `bash installers/commands.sh`");
        let kept = include_str!("../../../../docs/logs.md");
        assert!(kept == logs::page(), "docs/logs.md is old: run `bash installers/commands.sh`");
        let kept = include_str!("../../../../docs/settings.md");
        assert!(
            kept == settings::page(),
            "docs/settings.md is old: run `bash installers/commands.sh`"
        );
    }

    #[test]
    fn everything_is_written_and_the_same_each_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect(name);
        let names = ["man/rotunda.1", "man/rotunda-bind.1", "completions/rotunda.bash"];
        let [first, second] = [(), ()].map(|()| {
            write(folder.path()).expect("is written");
            names.map(read)
        });
        assert_eq!(first, second);
        assert!(first[0].contains("rotunda\\-bind(1)"), "{}", first[0]);
        assert!(first[1].contains("dry\\-run"), "{}", first[1]);
        assert!(first[2].contains("complete -F"), "{}", first[2]);
        // Names of profiles where they belong.
        assert!(first[2].contains("|use|pin|pause|resume|"), "{}", first[2]);
        assert!(first[2].contains("--profile)") && first[2].contains("profile-names"));
        let [zsh, fish] = ["completions/_rotunda", "completions/rotunda.fish"].map(read);
        assert!(zsh.contains("':profile -- The profile'\\''s name:_rotunda_profiles'"), "{zsh}");
        assert!(zsh.contains(":PROFILE:_rotunda_profiles'"), "{zsh}");
        let power_shell = read("completions/_rotunda.ps1");
        assert_eq!(power_shell.matches("rotunda profile-names").count(), 1, "{power_shell}");
        assert!(power_shell.contains("'use', 'pin', 'pause', 'resume'"), "{power_shell}");
        assert!(power_shell.contains("'--profile'"), "{power_shell}");
        assert!(fish.contains("-l profile -x -a \"(rotunda profile-names 2>/dev/null)\""));
    }

    #[test]
    fn what_is_hidden_stays_out() {
        assert!(definition().find_subcommand("guide").is_none());
        assert!(args::command().find_subcommand("guide").is_some());
    }
}
