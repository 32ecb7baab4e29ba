//! `rotunda status`.

use rotunda_core::columns::{columns, pad};
use rotunda_daemon::daemon;
use rotunda_daemon::view::{BindingState, RouterState, Snapshot, Status};
use rotunda_text::{Locale, Localize, Message, message};

use super::{print, profiles::row, recover::Shown};

/// Width of the first column.
const LABEL: usize = 10;

/// `emails`: also the address of each profile. Otherwise the output may be
/// passed on.
pub(super) fn status(shown: &Shown, json: bool, emails: bool) {
    let Shown { report, found } = shown;
    let locale = Locale::of(report.snapshot.language);
    if json {
        let status = Status::of(&report.snapshot, report.url.clone());
        print::json(&if emails { status.with_emails(&report.snapshot) } else { status });
        for broken in found {
            print::warning(&broken.to(locale));
        }
        return;
    }
    for line in lines(&report.snapshot, emails) {
        print::line(&line);
    }
    for broken in found {
        print::line(&broken.to(locale));
    }
}

fn lines(snapshot: &Snapshot, emails: bool) -> Vec<String> {
    let locale = Locale::of(snapshot.language);
    let labelled =
        |label: Message, text: String| format!("  {}{text}", pad(&label.to(locale), LABEL));
    let mut lines = vec![snapshot.headline_sentence.clone(), String::new()];
    lines.push(labelled(message!("status-router"), router(snapshot, locale)));
    lines.push(labelled(message!("status-binding"), binding(snapshot, locale)));
    if let Some(name) = &snapshot.recording {
        let text = message!("status-recording-into", file = name).to(locale);
        lines.push(labelled(message!("status-recording"), text));
    }
    if let Some(found) = daemon::found_sign_ins(snapshot) {
        lines.push(labelled(message!("status-sign-ins"), found.to(locale)));
    }
    if !snapshot.profiles.is_empty() {
        let widest = snapshot.profiles.iter().map(|profile| columns(&profile.name)).max();
        lines.push(String::new());
        for profile in &snapshot.profiles {
            lines.push(row(profile, widest.unwrap_or(0), Locale::of(snapshot.language)));
            let email = profile.email.as_ref().filter(|_| emails);
            lines.extend(email.map(|email| format!("    {email}")));
        }
    }
    lines
}

fn router(snapshot: &Snapshot, locale: Locale) -> String {
    let router = &snapshot.router;
    match (router.state, &router.message) {
        (RouterState::Running, _) => {
            message!("status-router-listens", port = router.port).to(locale)
        }
        (_, Some(message)) => message.clone(),
        (RouterState::Stopped | RouterState::PortTaken, None) => {
            message!("status-router-stopped").to(locale)
        }
    }
}

fn binding(snapshot: &Snapshot, locale: Locale) -> String {
    let binding = &snapshot.binding;
    let file = std::path::Path::new(&binding.codex_home).join("config.toml");
    let file = file.display().to_string();
    let state = match binding.state {
        BindingState::Bound => message!("status-bound", file = file),
        BindingState::BoundStale => message!("status-bound-stale", file = file),
        BindingState::Unbound => message!("status-unbound", file = file),
        BindingState::Foreign => message!("status-foreign", file = file),
        BindingState::Unreadable => message!("status-unreadable", file = file),
    };
    match &binding.message {
        Some(note) => message!("status-binding-note", state = state, note = note).to(locale),
        None => state.to(locale),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixture() -> Snapshot {
        serde_json::from_str(include_str!("../../../../tests/fixtures/snapshot.json")).unwrap()
    }

    #[test]
    fn the_first_line_is_the_headline_and_the_rest_is_aligned() {
        let lines = lines(&fixture(), false);
        assert_eq!(lines[0], "Codex is using work · 62% left");
        assert_eq!(lines[2], "  router    listens on 127.0.0.1:4517");
        let separator = std::path::MAIN_SEPARATOR;
        let file = format!("/home/ada/.codex{separator}config.toml");
        assert_eq!(lines[3], format!("  binding   bound by one line in {file}"));
        assert_eq!(lines[5], "> work      62% left, resets in 2h 13m");
    }

    #[test]
    fn addresses_are_printed_on_request_only() {
        assert!(!lines(&fixture(), false).join("\n").contains('@'));
        assert!(lines(&fixture(), true).contains(&"    ada@example.com".to_owned()));
    }
}
