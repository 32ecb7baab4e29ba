//! `rotunda profiles` and `rotunda quota`.

use rotunda_core::columns::{columns, pad};
use rotunda_daemon::daemon;
use rotunda_daemon::view::{ProfileKind, ProfileStatus, ProfileView, Snapshot, StandingView};
use rotunda_host::home::{Env, Home};
use rotunda_text::{Locale, Localize, Shell, in_shell, message};

use super::{Failure, language_for, print, report};

/// Shortest column of names.
const NAME: usize = 8;
/// Shortest column of plans, such as `enterprise`.
const PLAN: usize = 11;

pub(super) async fn profiles(home: &Home, env: &Env, json: bool) -> Result<(), Failure> {
    let language = language_for(home, env, json);
    let codex_home = Shell::HERE.path(&home.codex_home, env.user_home().as_deref());
    print_profiles(&report(home, env, language).await?.snapshot, &codex_home, json);
    Ok(())
}

/// `codex_home` is Codex's folder as it is typed in a command.
fn print_profiles(snapshot: &Snapshot, codex_home: &str, json: bool) {
    if json {
        let profiles: Vec<_> = snapshot.profiles.iter().map(ProfileStatus::of).collect();
        print::json(&profiles);
        return;
    }
    for line in lines(&snapshot.profiles, codex_home, Locale::of(snapshot.language)) {
        print::line(&line);
    }
    if let Some(found) = daemon::found_sign_ins(snapshot) {
        print::line(&found.to(Locale::of(snapshot.language)));
    }
}

fn lines(profiles: &[ProfileView], codex_home: &str, locale: Locale) -> Vec<String> {
    if profiles.is_empty() {
        return vec![message!("profiles-none", folder = codex_home).to(locale)];
    }
    let (mut names, mut plans, mut emails) = (NAME, PLAN, 0);
    for profile in profiles {
        names = names.max(columns(&profile.name));
        plans = plans.max(columns(&plan(profile, locale)));
        emails = emails.max(profile.email.as_deref().map_or(0, columns));
    }
    let mut lines = Vec::new();
    for profile in profiles {
        let name = pad(&profile.name, names);
        let plan = pad(&plan(profile, locale), plans);
        let email = pad(profile.email.as_deref().unwrap_or_default(), emails);
        let (mark, tail) = (mark(profile), tail(profile, locale));
        lines.push(format!("{mark} {name}  {plan} {email}  {tail}").trim_end().to_owned());
    }
    lines
}

/// The plan, or the kind of a profile that has none.
fn plan(profile: &ProfileView, locale: Locale) -> String {
    profile.plan.clone().unwrap_or_else(|| kind(profile, locale))
}

/// A profile without its address, for places that others may see.
pub(super) fn row(profile: &ProfileView, widest: usize, locale: Locale) -> String {
    let name = pad(&profile.name, widest.max(NAME));
    format!("{} {name}  {}", mark(profile), tail(profile, locale))
}

/// New conversations go to the marked one.
fn mark(profile: &ProfileView) -> char {
    if profile.in_use { '>' } else { ' ' }
}

fn kind(profile: &ProfileView, locale: Locale) -> String {
    match profile.kind {
        ProfileKind::Chatgpt => String::new(),
        ProfileKind::ApiKey => message!("profiles-api-key").to(locale),
        ProfileKind::Provider => provider(profile, locale),
    }
}

/// Whose key it is.
pub(super) fn provider(profile: &ProfileView, locale: Locale) -> String {
    let host = profile.provider.as_ref().map(|provider| provider.host.clone());
    message!("profiles-provider", host = host.unwrap_or_default()).to(locale)
}

fn tail(profile: &ProfileView, locale: Locale) -> String {
    let mut text = match profile.standing {
        StandingView::NeedsSignIn => message!("summary-needs-sign-in").to(locale),
        _ => profile.summary.clone(),
    };
    if let Some(reason) = &profile.reason {
        text = format!("{text}  {reason}");
    }
    if let Some(not_saved) = &profile.not_saved {
        text = format!("{text}  {not_saved}");
    }
    if profile.standing == StandingView::NeedsSignIn && profile.kind == ProfileKind::Chatgpt {
        // One action, ready to be copied.
        text = format!("{text}  `rotunda login --profile {}`", in_shell(&profile.name));
    }
    if profile.own_sign_in {
        text = format!("{text}  {}", message!("profiles-own").to(locale));
    }
    if profile.pinned {
        text = format!("{text}  {}", message!("profiles-pinned").to(locale));
    }
    text
}

#[cfg(test)]
mod tests {
    use rotunda_text::Language;

    use super::*;

    const CODEX: &str = "~/.codex";

    fn locale() -> Locale {
        Locale::of(Language::ENGLISH)
    }

    #[test]
    fn columns_line_up() {
        let snapshot: Snapshot =
            serde_json::from_str(include_str!("../../../../tests/fixtures/snapshot.json")).unwrap();
        let lines = lines(&snapshot.profiles, CODEX, locale());
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
            serde_json::from_str(include_str!("../../../../tests/fixtures/snapshot.json")).unwrap();
        assert!(
            lines(&snapshot.profiles, CODEX, locale())[3]
                .ends_with("`rotunda login --profile side`")
        );
        snapshot.profiles[3].name = "ada's (team)".to_owned();
        let line = &lines(&snapshot.profiles, CODEX, locale())[3];
        let quoted = if cfg!(windows) { "\"ada's (team)\"" } else { "'ada'\\''s (team)'" };
        assert!(line.ends_with(&format!("`rotunda login --profile {quoted}`")), "{line}");
    }

    #[test]
    fn an_empty_list_prints_how_to_begin() {
        let line = &lines(&[], r"C:\Users\ada\.codex", locale())[0];
        assert!(line.contains(r"`rotunda import C:\Users\ada\.codex`"), "{line}");
    }
}
