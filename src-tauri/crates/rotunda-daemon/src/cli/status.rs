//! `rotunda status`.

use super::{print, profiles::row};
use crate::{
    control::Report,
    view::{BindingState, RouterState, Snapshot, Status},
};

/// Width of the first column.
const LABEL: usize = 10;

pub(super) fn status(report: &Report, json: bool) {
    if json {
        print::json(&Status::of(&report.snapshot, report.url.clone()));
        return;
    }
    for line in lines(&report.snapshot) {
        print::line(&line);
    }
}

fn lines(snapshot: &Snapshot) -> Vec<String> {
    let labelled = |label: &str, text: String| format!("  {label:LABEL$}{text}");
    let mut lines = vec![headline(&snapshot.headline), String::new()];
    lines.push(labelled("router", router(snapshot)));
    lines.push(labelled("binding", binding(snapshot)));
    if let Some(name) = &snapshot.recording {
        lines.push(labelled("recording", format!("what passes goes into {name}")));
    }
    if !snapshot.profiles.is_empty() {
        let widest = snapshot.profiles.iter().map(|profile| profile.name.chars().count()).max();
        lines.push(String::new());
        lines.extend(snapshot.profiles.iter().map(|profile| row(profile, widest.unwrap_or(0))));
    }
    lines
}

/// The tray's first line, without what only a menu can offer.
fn headline(text: &str) -> String {
    text.split(" · Fix…").next().unwrap_or(text).trim_end_matches('…').to_owned()
}

fn router(snapshot: &Snapshot) -> String {
    let router = &snapshot.router;
    match (router.state, &router.message) {
        (RouterState::Running, _) => format!("listens on 127.0.0.1:{}", router.port),
        (_, Some(message)) => message.clone(),
        (RouterState::Stopped | RouterState::PortTaken, None) => {
            "not running; start the app or `rotunda serve`".to_owned()
        }
    }
}

fn binding(snapshot: &Snapshot) -> String {
    let binding = &snapshot.binding;
    let file = std::path::Path::new(&binding.codex_home).join("config.toml");
    let file = file.display();
    let state = match binding.state {
        BindingState::Bound => format!("bound by one line in {file}"),
        BindingState::BoundStale => {
            format!("out of date in {file}; the next start mends it")
        }
        BindingState::Unbound => format!("not bound; `rotunda bind` adds one line to {file}"),
        BindingState::Foreign => format!("points somewhere else in {file}"),
        BindingState::Unreadable => format!("{file} cannot be read"),
    };
    match &binding.message {
        Some(message) => format!("{state}. {message}"),
        None => state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture() -> Snapshot {
        serde_json::from_str(include_str!("../../../../../tests/fixtures/snapshot.json")).unwrap()
    }

    #[test]
    fn the_first_line_says_what_matters_and_the_rest_lines_up() {
        let lines = lines(&fixture());
        assert_eq!(lines[0], "Codex is using work · 62% left");
        assert_eq!(lines[2], "  router    listens on 127.0.0.1:4517");
        assert_eq!(lines[3], "  binding   bound by one line in /home/ada/.codex/config.toml");
        assert_eq!(lines[5], "> work      62% left, resets in 2h 13m");
    }

    #[test]
    fn a_menu_item_becomes_a_sentence() {
        assert_eq!(headline("Can't listen on port 4517 · Fix…"), "Can't listen on port 4517");
        assert_eq!(headline("Codex is not bound"), "Codex is not bound");
    }

    #[test]
    fn nothing_printed_here_names_an_address_of_the_user() {
        assert!(!lines(&fixture()).join("\n").contains('@'));
    }
}
