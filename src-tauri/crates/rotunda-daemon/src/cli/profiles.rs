//! `rotunda profiles` and `rotunda quota`.

use super::print;
use crate::view::{ProfileStatus, ProfileView, Snapshot, StandingView};

/// Shortest column of names.
const NAME: usize = 8;
/// Column of plans, such as `enterprise`.
const PLAN: usize = 11;

pub(super) fn profiles(snapshot: &Snapshot, json: bool) {
    if json {
        let profiles: Vec<_> = snapshot.profiles.iter().map(ProfileStatus::of).collect();
        print::json(&profiles);
        return;
    }
    for line in lines(&snapshot.profiles) {
        print::line(&line);
    }
}

fn lines(profiles: &[ProfileView]) -> Vec<String> {
    if profiles.is_empty() {
        return vec![
            "No profiles yet. `rotunda login` adds one; `rotunda import ~/.codex` takes the \
             sign-in that Codex has."
                .to_owned(),
        ];
    }
    let width = |texts: Vec<usize>, least: usize| texts.into_iter().max().unwrap_or(0).max(least);
    let of = |text: fn(&ProfileView) -> usize| profiles.iter().map(text).collect::<Vec<_>>();
    let names = width(of(|profile| profile.name.chars().count()), NAME);
    let emails =
        width(of(|profile| profile.email.as_ref().map_or(0, |email| email.chars().count())), 0);
    let line = |profile: &ProfileView| {
        let plan = profile.plan.as_deref().unwrap_or_else(|| kind(profile));
        let email = profile.email.as_deref().unwrap_or_default();
        let (mark, name) = (mark(profile), &profile.name);
        let tail = tail(profile);
        format!("{mark} {name:names$}  {plan:PLAN$} {email:emails$}  {tail}").trim_end().to_owned()
    };
    profiles.iter().map(line).collect()
}

/// A profile without its address, for places that others may see.
pub(super) fn row(profile: &ProfileView, widest: usize) -> String {
    let width = widest.max(NAME);
    format!("{} {:width$}  {}", mark(profile), profile.name, tail(profile))
}

/// New conversations go to the marked one.
fn mark(profile: &ProfileView) -> char {
    if profile.in_use { '>' } else { ' ' }
}

fn kind(profile: &ProfileView) -> &'static str {
    match profile.kind {
        crate::view::ProfileKind::Chatgpt => "",
        crate::view::ProfileKind::ApiKey => "API key",
    }
}

fn tail(profile: &ProfileView) -> String {
    let mut text = profile.summary.trim_end_matches('…').to_owned();
    if let Some(reason) = &profile.reason {
        text = format!("{text}  {reason}");
    }
    if profile.standing == StandingView::NeedsSignIn {
        // One action, ready to be copied.
        text = format!("{text}  `rotunda login --profile {}`", quoted(&profile.name));
    }
    if profile.own_sign_in {
        text += "  (Codex's own sign-in)";
    }
    if profile.pinned {
        text += "  (Codex stays here)";
    }
    text
}

/// As a shell reads it.
fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '+');
    if name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let snapshot: Snapshot =
            serde_json::from_str(include_str!("../../../../../tests/fixtures/snapshot.json"))
                .unwrap();
        let lines = lines(&snapshot.profiles);
        assert_eq!(
            lines[0],
            "> work      plus        ada@example.com     62% left, resets in 2h 13m"
        );
        assert_eq!(
            lines[2],
            "  studio    team        ada@studio.example  Out until 14:05  It ran out of its 5-hour limit."
        );
        assert_eq!(lines[4], "  metered   API key                         Paused  You paused it.");
    }

    #[test]
    fn a_lost_sign_in_comes_with_the_command_that_mends_it() {
        let mut snapshot: Snapshot =
            serde_json::from_str(include_str!("../../../../../tests/fixtures/snapshot.json"))
                .unwrap();
        assert!(lines(&snapshot.profiles)[3].ends_with("`rotunda login --profile side`"));
        snapshot.profiles[3].name = "ada's (team)".to_owned();
        let line = &lines(&snapshot.profiles)[3];
        assert!(line.ends_with("`rotunda login --profile 'ada'\\''s (team)'`"), "{line}");
    }

    #[test]
    fn nobody_yet_says_what_to_do() {
        assert!(lines(&[])[0].contains("rotunda import"));
    }
}
