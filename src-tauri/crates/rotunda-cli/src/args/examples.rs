//! An example for each command, below its help: in one place, so that none is forgotten.

use clap::{Command, CommandFactory, FromArgMatches};

use super::Args;

/// By the words of the command. Those with several examples stand at their definition.
const EXAMPLES: &[(&[&str], &str)] = &[
    (&["serve"], "rotunda serve --bind"),
    (&["profiles"], "rotunda profiles --json"),
    (&["login"], "rotunda login --profile work --device"),
    (&["import"], "rotunda import --found 1 2"),
    (&["add-key"], "rotunda add-key --name metered < key.txt"),
    (&["rename"], "rotunda rename work studio"),
    (&["logout"], "rotunda logout work"),
    (&["remove"], "rotunda remove work"),
    (&["use"], "rotunda use work"),
    (&["pin"], "rotunda pin work"),
    (&["unpin"], "rotunda unpin"),
    (&["pause"], "rotunda pause work"),
    (&["resume"], "rotunda resume work"),
    (&["next"], "rotunda next"),
    (&["stop-waiting"], "rotunda stop-waiting"),
    (&["leave-binding"], "rotunda leave-binding"),
    (&["test-notification"], "rotunda test-notification"),
    (&["settings", "list"], "rotunda settings list --json"),
    (&["settings", "get"], "rotunda settings get rotation.policy"),
    (&["settings", "set"], "rotunda settings set rotation.policy my-order"),
    (&["settings", "unset"], "rotunda settings unset rotation.policy"),
    (&["settings", "explain"], "rotunda settings explain rotation.policy"),
    (&["settings", "init"], "rotunda settings init --print"),
    (&["client"], "rotunda client claude --print-env"),
    (&["client", "add"], "rotunda client add editor --profiles work,home"),
    (&["client", "list"], "rotunda client list --json"),
    (&["client", "rename"], "rotunda client rename editor agent"),
    (&["client", "revoke"], "rotunda client revoke editor"),
    (&["hooks"], "rotunda hooks --all"),
    (&["hooks", "list"], "rotunda hooks list --json"),
    (&["hooks", "try"], "rotunda hooks try rotated"),
    (&["paths"], "rotunda paths --json"),
    (&["export"], "rotunda export settings.json"),
    (&["import-settings"], "rotunda import-settings settings.json"),
    (&["export-sign-ins"], "rotunda export-sign-ins moving.age --hand-over"),
    (&["vault"], "rotunda vault move file"),
    (&["vault", "move"], "rotunda vault move keychain"),
    (&["bind"], "rotunda bind --dry-run"),
    (&["unbind"], "rotunda unbind"),
    (&["restore"], "rotunda restore"),
    (&["activity"], "rotunda activity --request 12"),
    (&["history"], "rotunda history --days 30"),
    (&["requests"], "rotunda requests --limit 5 --json"),
    (&["report"], "rotunda report --json > report.json"),
    (&["demo"], "rotunda demo"),
];

/// The command line with its examples.
pub(crate) fn command() -> Command {
    EXAMPLES.iter().fold(Args::command(), |command, (words, example)| with(command, words, example))
}

fn with(command: Command, words: &[&str], example: &str) -> Command {
    match words {
        [] => command.after_help(format!("Example: {example}")),
        [first, rest @ ..] => command.mut_subcommand(*first, |below| with(below, rest, example)),
    }
}

/// What the user typed; it ends the process when that is not understood.
pub(crate) fn parse() -> Args {
    let matches = command().get_matches();
    Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command that is shown, with the words before it.
    fn shown(command: &Command, words: &[String], all: &mut Vec<(Vec<String>, Command)>) {
        for below in command.get_subcommands().filter(|it| !it.is_hide_set()) {
            if below.get_name() == "help" {
                continue;
            }
            let words = [words, &[below.get_name().to_owned()]].concat();
            all.push((words.clone(), below.clone()));
            shown(below, &words, all);
        }
    }

    #[test]
    fn each_command_has_an_example_that_is_understood() {
        let mut all = Vec::new();
        shown(&command(), &[], &mut all);
        assert!(all.len() > EXAMPLES.len());
        for (words, below) in all {
            let help = below.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<_> =
                help.lines().filter_map(|line| line.split_once("rotunda ")).collect();
            assert!(!examples.is_empty(), "{words:?} has no example");
            for (_, example) in examples {
                let typed = example.split([';', '<', '>']).next().unwrap_or_default();
                let typed: Vec<_> =
                    typed.split_whitespace().map(|it| it.trim_matches('"')).collect();
                let understood = command().try_get_matches_from([&["rotunda"], &*typed].concat());
                assert!(understood.is_ok(), "{example}: {}", understood.unwrap_err());
                assert!(typed.starts_with(&[words[0].as_str()]), "{example} is below {words:?}");
            }
        }
    }
}
