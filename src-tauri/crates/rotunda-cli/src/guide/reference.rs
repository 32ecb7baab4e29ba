//! The command reference as one Markdown page.

use std::fmt::Write;

use clap::{Arg, Command, builder::StyledStr};

const HEAD: &str = "\
# Commands

Made from the program's own definition by `bash installers/commands.sh`; a test compares the two.
The same texts are behind `rotunda --help`, `rotunda help COMMAND` and `man rotunda`.

";

/// The page.
pub(super) fn of(mut root: Command) -> String {
    root.build();
    let mut page = HEAD.to_owned();
    section(&mut page, &root, 2);
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

/// One command and those below it. Writing to a `String` cannot fail.
fn section(page: &mut String, command: &Command, depth: usize) {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    let _ = writeln!(page, "{} {name}\n", "#".repeat(depth));
    for line in paragraphs(command.get_long_about().or(command.get_about())) {
        let _ = writeln!(page, "{line}");
    }
    let usage = command.clone().render_usage().to_string();
    let _ = writeln!(page, "\n```text\n{}\n```\n", usage.trim_start_matches("Usage: ").trim());
    table(page, command);
    for line in paragraphs(command.get_after_long_help().or(command.get_after_help())) {
        let _ = writeln!(page, "{line}\n");
    }
    for below in command.get_subcommands().filter(|c| !c.is_hide_set() && c.get_name() != "help") {
        section(page, below, depth.max(2));
    }
}

fn table(page: &mut String, command: &Command) {
    let arguments: Vec<_> = command.get_arguments().filter(|a| is_documented(a)).collect();
    if arguments.is_empty() {
        return;
    }
    let _ = writeln!(page, "| argument | |\n|---|---|");
    for argument in arguments {
        let text = paragraphs(argument.get_long_help().or(argument.get_help())).join(" ");
        let _ = writeln!(page, "| `{}` | {} |", label(argument), text.replace('|', "\\|"));
    }
    page.push('\n');
}

/// What every command has is not worth a row.
fn is_documented(argument: &Arg) -> bool {
    !argument.is_hide_set() && !["help", "version", "plain"].contains(&argument.get_id().as_str())
}

fn label(argument: &Arg) -> String {
    let long = argument.get_long().map(|long| format!("--{long}"));
    let takes = argument.get_action().takes_values();
    let values = argument.get_value_names().filter(|_| takes).unwrap_or_default();
    let dots = if argument.get_num_args().is_some_and(|n| n.max_values() > 1) { "..." } else { "" };
    let values = values.iter().map(|name| format!("<{name}>{dots}"));
    long.into_iter().chain(values).collect::<Vec<_>>().join(" ")
}

/// One sentence per line would be lost on clap, so paragraphs stay as they are.
fn paragraphs(text: Option<&StyledStr>) -> Vec<String> {
    let text = text.map(ToString::to_string).unwrap_or_default();
    text.split("\n\n")
        .map(|p| p.replace('\n', " ").trim().to_owned())
        .filter(|p| !p.is_empty())
        .collect()
}
