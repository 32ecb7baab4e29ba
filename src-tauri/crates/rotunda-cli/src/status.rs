//! `rotunda status`.

pub(super) mod line;

use rotunda_core::columns::{columns, pad};
use rotunda_daemon::daemon;
use rotunda_daemon::trace::{CountersView, LastErrorView};
use rotunda_daemon::view::{BindingState, RouterState, Snapshot, Status};
use rotunda_host::{
    clock::from_unix,
    home::{Env, Home},
    timezone::utc_offset,
};
use rotunda_text::{Locale, Localize, Message, Value, message};

use super::{Failure, language_of, print, profiles::row, recover::Shown};

/// Width of the first column.
const LABEL: usize = 10;

/// `emails`: also the address of each profile. Otherwise the output may be
/// passed on.
pub(super) fn status(shown: &Shown, json: bool, emails: bool) {
    let Shown { report, found } = shown;
    let locale = Locale::of(report.snapshot.language);
    if json {
        let status = Status::of(&report.snapshot, report.url.clone());
        let status = Status { counters: report.counters.clone(), ..status };
        print::json(&if emails { status.with_emails(&report.snapshot) } else { status });
        for broken in found {
            print::warning(&broken.to(locale));
        }
        return;
    }
    for line in lines(&report.snapshot, report.counters.as_ref(), emails) {
        print::line(&line);
    }
    for broken in found {
        print::line(&broken.to(locale));
    }
}

/// In one line, for panels and prompts. A template that cannot be read is refused before
/// anything is looked at.
pub(super) async fn one_line(
    home: &Home,
    env: &Env,
    template: Option<&str>,
) -> Result<(), Failure> {
    let form = template.map(line::Template::read).transpose()?.unwrap_or_default();
    print::line(&line::text(home, env, language_of(home, env), &form).await);
    Ok(())
}

fn lines(snapshot: &Snapshot, counters: Option<&CountersView>, emails: bool) -> Vec<String> {
    let locale = Locale::of(snapshot.language);
    let labelled =
        |label: Message, text: String| format!("  {}{text}", pad(&label.to(locale), LABEL));
    let mut lines = vec![snapshot.headline_sentence.clone(), String::new()];
    lines.push(labelled(message!("status-router"), router(snapshot, locale)));
    lines.push(labelled(message!("status-binding"), binding(snapshot, locale)));
    if let Some(counters) = counters {
        lines.push(labelled(message!("status-requests"), counts(counters).to(locale)));
        let error = counters.last_error.as_ref().map(|error| last_error(error, locale));
        lines.extend(error.map(|text| labelled(message!("status-error"), text)));
    }
    if let Some(name) = &snapshot.recording {
        let text = message!("status-recording-into", file = name).to(locale);
        lines.push(labelled(message!("status-recording"), text));
    }
    if let Some(found) = daemon::found_sign_ins(snapshot) {
        lines.push(labelled(message!("status-sign-ins"), found.to(locale)));
    }
    if let Some(update) = &snapshot.update {
        lines.push(labelled(message!("status-update"), update.text.clone()));
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

fn counts(counters: &CountersView) -> Message {
    let CountersView { requests, retries, rotations, missed, .. } = counters;
    message!(
        "status-counts",
        requests = *requests,
        retries = *retries,
        rotations = *rotations,
        missed = *missed
    )
}

/// The latest error, with the number by which its steps are found.
fn last_error(error: &LastErrorView, locale: Locale) -> String {
    let LastErrorView { at, request, status, text, .. } = error;
    let at = from_unix(*at);
    let locale = Locale { utc_offset: utc_offset(at), ..locale };
    let text = text.clone().unwrap_or_else(|| status.to_string());
    message!("status-last-error", at = Value::At(at), request = *request, error = text).to(locale)
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
    let file = binding.config_file.as_str();
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
    use crate::testing::fixture;

    #[test]
    fn the_first_line_is_the_headline_and_the_rest_is_aligned() {
        let lines = lines(&fixture(), None, false);
        assert_eq!(lines[0], "Codex is using work · 62% left");
        assert_eq!(lines[2], "  router    listens on 127.0.0.1:4517");
        assert_eq!(lines[3], "  binding   bound by one line in ~/.codex/config.toml");
        assert_eq!(lines[5], "> work      62% left, resets in 2h 13m");
    }

    #[test]
    fn counts_stand_below_the_binding_and_an_error_with_its_number() {
        let last_error = LastErrorView {
            at: 1_795_254_600,
            request: 12,
            route: "responses".to_owned(),
            profile: None,
            status: 502,
            text: Some("A request failed.".to_owned()),
        };
        let counters = CountersView {
            requests: 40,
            retries: 3,
            rotations: 1,
            missed: 0,
            last_error: Some(last_error),
        };
        let lines = lines(&fixture(), Some(&counters), false);
        assert_eq!(lines[4], "  requests  40, with 3 further attempts, 1 rotation and 0 missed");
        assert!(lines[5].starts_with("  error     "), "{}", lines[5]);
        assert!(lines[5].contains("request 12") && lines[5].contains("A request failed."));
    }

    #[test]
    fn addresses_are_printed_on_request_only() {
        assert!(!lines(&fixture(), None, false).join("\n").contains('@'));
        assert!(lines(&fixture(), None, true).contains(&"    ada@example.com".to_owned()));
    }
}
