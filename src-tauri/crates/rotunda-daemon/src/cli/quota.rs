//! `rotunda quota`: each window of each profile.

use std::time::Duration;

use serde::Serialize;

use super::{Failure, print, report};
use crate::{
    home::{Env, Home},
    view::{
        ProfileStatus, ProfileView, Snapshot, StandingView, WindowLabel, WindowStatus, WindowView,
    },
};

/// Shortest column of names.
const NAME: usize = 8;
/// Width of a window's name, such as `5 hours` or `30 days`.
const WINDOW: usize = 8;
/// Width of what is left, such as `100% left`.
const LEFT: usize = 10;
const DAY: u64 = 24 * 60;
/// The running Rotunda is on this machine, and a text changes once a minute.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// One profile of `quota --json`: what is left, and nobody's address.
#[derive(Debug, Serialize)]
struct Left {
    id: String,
    name: String,
    plan: Option<String>,
    standing: StandingView,
    until: Option<i64>,
    windows: Vec<WindowStatus>,
}

impl Left {
    fn of(profile: &ProfileView) -> Self {
        let ProfileStatus { id, name, plan, standing, until, windows, .. } =
            ProfileStatus::of(profile);
        Self { id, name, plan, standing, until, windows }
    }
}

/// Prints it; false once nobody reads any more.
pub(super) fn quota(snapshot: &Snapshot, json: bool) -> bool {
    if json {
        let profiles: Vec<_> = snapshot.profiles.iter().map(Left::of).collect();
        return print::json(&profiles);
    }
    if snapshot.profiles.is_empty() {
        return print::line("No profiles yet, so there is no quota. `rotunda login` adds one.");
    }
    lines(&snapshot.profiles).iter().all(|line| print::line(line))
}

/// Shows it again whenever it reads differently, until the reader leaves or the
/// command is interrupted.
pub(super) async fn watch(home: &Home, env: &Env, json: bool) -> Result<(), Failure> {
    let mut shown = report(home, env).await?.snapshot;
    loop {
        tokio::time::sleep(LOOK_AGAIN).await;
        let now = report(home, env).await?.snapshot;
        if now.profiles == shown.profiles {
            continue;
        }
        let same = !json && lines(&now.profiles) == lines(&shown.profiles);
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

fn lines(profiles: &[ProfileView]) -> Vec<String> {
    let names = profiles.iter().map(|profile| profile.name.chars().count());
    let width = names.max().unwrap_or(0).max(NAME);
    let block = |profile: &ProfileView| {
        let mut rows: Vec<_> = profile.windows.iter().map(row).collect();
        if rows.is_empty() {
            rows.push("not known yet".to_owned());
        }
        let placed = |(n, row): (usize, String)| {
            let name = if n == 0 { profile.name.as_str() } else { "" };
            format!("{name:width$}  {row}")
        };
        rows.into_iter().enumerate().map(placed).collect::<Vec<_>>()
    };
    profiles.iter().flat_map(block).collect()
}

fn row(window: &WindowView) -> String {
    let label = match (window.label, window.minutes) {
        _ if window.name.is_some() => window.name.clone().unwrap_or_default(),
        (WindowLabel::FiveHours, _) => "5 hours".to_owned(),
        (WindowLabel::Week, _) => "week".to_owned(),
        (WindowLabel::Other, minutes) if minutes >= DAY => format!("{} days", minutes / DAY),
        (WindowLabel::Other, minutes) => format!("{minutes} min"),
    };
    let resets = window.resets_text.as_deref().unwrap_or_default();
    format!("{label:WINDOW$}  {:LEFT$}  {resets}", window.left_text).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_has_a_line() {
        let fixture = include_str!("../../../../../tests/fixtures/snapshot.json");
        let snapshot: Snapshot = serde_json::from_str(fixture).unwrap();
        let lines = lines(&snapshot.profiles);
        assert_eq!(lines[0], "work      5 hours   62% left    resets in 2h 13m");
        assert_eq!(lines[1], "          week      78% left    resets in 4d");
        assert_eq!(lines[4], "studio    5 hours   Out         resets in 4h 15m");
        assert_eq!(lines[5], "side      not known yet");
    }
}
