//! `rotunda quota`: each window of each profile.

use std::time::Duration;

use rotunda_core::columns::{columns, pad};
use rotunda_daemon::view::{
    CreditsStatus, ProfileStatus, ProfileView, ResetsStatus, Snapshot, StandingView, WindowKind,
    WindowStatus, WindowView,
};
use rotunda_host::home::{Env, Home};
use rotunda_text::{Locale, Localize, message};
use serde::Serialize;

use super::{Failure, language_for, print, report};

/// Shortest column of names.
const NAME: usize = 8;
/// Least width of a window's name, such as `5 hours` or `30 days`.
const WINDOW: usize = 8;
/// Least width of what is left, such as `100% left`.
const LEFT: usize = 10;
const DAY: u64 = 24 * 60;
/// The running Rotunda is on this machine, and a text changes once a minute.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// One profile of `quota --json`: what is left, without addresses.
#[derive(Debug, Serialize)]
struct Left {
    id: String,
    name: String,
    plan: Option<String>,
    standing: StandingView,
    until: Option<i64>,
    windows: Vec<WindowStatus>,
    /// Left out when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    credits: Option<CreditsStatus>,
    /// Left out when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    resets: Option<ResetsStatus>,
}

impl Left {
    fn of(profile: &ProfileView) -> Self {
        let ProfileStatus { id, name, plan, standing, until, windows, credits, resets, .. } =
            ProfileStatus::of(profile);
        Self { id, name, plan, standing, until, windows, credits, resets }
    }
}

/// Prints it; false once the reader is gone.
pub(super) fn quota(snapshot: &Snapshot, json: bool) -> bool {
    if json {
        let profiles: Vec<_> = snapshot.profiles.iter().map(Left::of).collect();
        return print::json(&profiles);
    }
    if snapshot.profiles.is_empty() {
        return print::line(&message!("quota-none").to(Locale::of(snapshot.language)));
    }
    lines(snapshot).iter().all(|line| print::line(line))
}

/// Shows it again whenever it differs from what was shown last, until the reader
/// leaves or the command is interrupted.
pub(super) async fn watch(
    home: &Home,
    env: &Env,
    json: bool,
    mut shown: Snapshot,
) -> Result<(), Failure> {
    let language = language_for(home, env, json);
    loop {
        tokio::time::sleep(LOOK_AGAIN).await;
        let now = report(home, env, language).await?.snapshot;
        if now.profiles == shown.profiles {
            continue;
        }
        let same = !json && lines(&now) == lines(&shown);
        shown = now;
        if same {
            continue;
        }
        if !json && !print::line("") {
            return Ok(());
        }
        if !quota(&shown, json) {
            return Ok(());
        }
    }
}

/// Widths of the columns, in the language of the snapshot.
struct Widths {
    name: usize,
    window: usize,
    left: usize,
}

impl Widths {
    fn of(profiles: &[ProfileView], locale: Locale) -> Self {
        let mut widths = Self { name: NAME, window: WINDOW, left: LEFT };
        for profile in profiles {
            widths.name = widths.name.max(columns(&profile.name));
            for window in &profile.windows {
                widths.window = widths.window.max(columns(&label(window, locale)));
                widths.left = widths.left.max(columns(&window.left_text));
            }
        }
        widths
    }
}

fn lines(snapshot: &Snapshot) -> Vec<String> {
    let locale = Locale::of(snapshot.language);
    let widths = Widths::of(&snapshot.profiles, locale);
    let mut lines = Vec::new();
    for profile in &snapshot.profiles {
        let mut rows: Vec<_> =
            profile.windows.iter().map(|window| row(window, &widths, locale)).collect();
        if rows.is_empty() {
            rows.push(message!("quota-unknown").to(locale));
        }
        rows.extend(profile.resets.as_ref().map(|resets| resets.text.clone()));
        rows.extend(profile.credits.as_ref().map(|credits| credits.text.clone()));
        for (nth, row) in rows.iter().enumerate() {
            let name = if nth == 0 { profile.name.as_str() } else { "" };
            lines.push(format!("{}  {row}", pad(name, widths.name)));
        }
    }
    lines
}

fn row(window: &WindowView, widths: &Widths, locale: Locale) -> String {
    let label = pad(&label(window, locale), widths.window);
    let left = pad(&window.left_text, widths.left);
    let resets = window.resets_text.as_deref().unwrap_or_default();
    format!("{label}  {left}  {resets}").trim_end().to_owned()
}

fn label(window: &WindowView, locale: Locale) -> String {
    if let Some(name) = &window.name {
        return name.clone();
    }
    let label = match (window.label, window.minutes) {
        (WindowKind::FiveHours, _) => message!("quota-five-hours"),
        (WindowKind::Week, _) => message!("quota-week"),
        (WindowKind::Other, minutes) if minutes >= DAY => {
            message!("quota-days", days = minutes / DAY)
        }
        (WindowKind::Other, minutes) => message!("quota-minutes", minutes = minutes),
    };
    label.to(locale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_has_a_line() {
        let fixture = include_str!("../../../../tests/fixtures/snapshot.json");
        let snapshot: Snapshot = serde_json::from_str(fixture).unwrap();
        let lines = lines(&snapshot);
        assert_eq!(lines[0], "work      5 hours   62% left    resets in 2h 13m");
        assert_eq!(lines[1], "          week      78% left    resets in 4d");
        assert_eq!(lines[4], "studio    5 hours   Out         resets in 4h 15m");
        assert_eq!(lines[5], "side      not known yet");
    }
}
