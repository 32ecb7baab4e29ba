use rotunda_core::profile::UseCredits;
use rotunda_text::Language;

use super::*;
use crate::testing::{fixture, paying};

fn english() -> Locale {
    Locale::of(Language::ENGLISH)
}

const PLAIN: Allowed = Allowed { api_keys: false, waiting: false };

fn resting(mut snapshot: Snapshot) -> Snapshot {
    for profile in &mut snapshot.profiles {
        if profile.standing == StandingView::Ready {
            profile.standing = StandingView::Resting;
            profile.until = Some(1_700_000_000);
        }
    }
    snapshot
}

#[test]
fn the_profile_in_use_serves_and_the_others_say_what_keeps_them() {
    let found = Preflight::of(&fixture(), &Scope::All(None), PLAIN);
    assert!(found.can_serve && !found.waits);
    assert_eq!(found.profile.as_deref(), Some("work"));
    let lines = found.lines(english());
    assert_eq!(lines[0], "work serves; 2 of 4 profiles are ready.");
    assert!(lines.iter().any(|it| it == "  studio: It ran out of its 5-hour limit."), "{lines:?}");
    let side = "  side: It needs a new sign-in: `rotunda login --profile side`.";
    assert!(lines.iter().any(|it| it == side), "{lines:?}");
}

#[test]
fn the_model_says_whether_plans_or_a_provider_serve() {
    let mut snapshot = fixture();
    let mut deep = snapshot.profiles[0].clone();
    deep.name = "deep".to_owned();
    deep.kind = ProfileKind::Provider;
    deep.in_use = false;
    deep.provider = Some(rotunda_daemon::view::ProviderView {
        address: "https://api.example.com/v1".to_owned(),
        host: "api.example.com".to_owned(),
        models: vec!["deep-chat".to_owned()],
        fallback: vec!["gpt-a".to_owned()],
    });
    snapshot.profiles.push(deep);
    let names = |model, scope: &Scope| {
        let shown = serving_model(&snapshot, model, scope);
        shown.profiles.iter().map(|it| it.name.clone()).collect::<Vec<_>>()
    };
    let all = Scope::All(None);
    assert_eq!(names(Some("deep-chat"), &all), ["deep"]);
    assert!(!names(None, &all).contains(&"deep".to_owned()));
    assert!(!names(Some("gpt-b"), &all).contains(&"deep".to_owned()));
    assert!(names(Some("gpt-a"), &all).ends_with(&["deep".to_owned()]));
    assert!(names(None, &Scope::Only("deep".to_owned())).contains(&"deep".to_owned()));
    let found = Preflight::of(&serving_model(&snapshot, Some("deep-chat"), &all), &all, PLAIN);
    assert_eq!(found.profile.as_deref(), Some("deep"));
}

#[test]
fn turns_that_cost_credits_are_announced() {
    let mut snapshot = fixture();
    snapshot.profiles[0].credits = Some(paying(UseCredits::Always, ""));
    let found = Preflight::of(&snapshot, &Scope::Only("work".to_owned()), PLAIN);
    let lines = found.lines(english());
    assert!(found.can_serve && lines[1].contains("credits would pay"), "{lines:?}");
    assert!(serde_json::to_value(&found).unwrap()["profiles"][0]["on_credits"] == true);
}

#[test]
fn while_codex_stays_on_a_profile_no_other_serves() {
    let mut snapshot = fixture();
    snapshot.profiles[1].pinned = true;
    let work = Scope::All(Some("work".to_owned()));
    let found = Preflight::of(&snapshot, &work, PLAIN);
    assert_eq!(found.lines(english()), ["home serves, and no other profile."]);
    snapshot.profiles[1].standing = StandingView::Resting;
    assert!(!Preflight::of(&snapshot, &work, PLAIN).can_serve);
}

#[test]
fn a_preferred_profile_serves_while_it_is_ready() {
    let prefer = |name: &str| {
        Preflight::of(&fixture(), &Scope::All(Some(name.to_owned())), PLAIN).profile.unwrap()
    };
    assert_eq!(prefer("HOME"), "home");
    assert_eq!(prefer("studio"), "work");
}

#[test]
fn only_one_profile_counts_when_only_one_may_serve() {
    let studio = Scope::Only("studio".to_owned());
    let found = Preflight::of(&fixture(), &studio, PLAIN);
    assert!(!found.can_serve);
    let refusal = found.refusal(&studio).to(english());
    assert!(refusal.starts_with("studio cannot serve now, and others can."), "{refusal}");
    assert!(Preflight::of(&fixture(), &Scope::Only("home".to_owned()), PLAIN).can_serve);
}

#[test]
fn with_none_ready_it_says_until_when_and_what_can_be_done() {
    let snapshot = resting(fixture());
    let found = Preflight::of(&snapshot, &Scope::All(None), PLAIN);
    assert_eq!((found.can_serve, found.next_at), (false, Some(1_700_000_000)));
    let refusal = found.refusal(&Scope::All(None)).to(english());
    assert!(refusal.contains("--or-plain") && refusal.contains("--skip-check"), "{refusal}");
    let waiting = Allowed { waiting: true, ..PLAIN };
    assert!(Preflight::of(&snapshot, &Scope::All(None), waiting).waits);
    let none = Snapshot { profiles: Vec::new(), ..fixture() };
    let refusal = Preflight::of(&none, &Scope::All(None), PLAIN).refusal(&Scope::All(None));
    assert!(refusal.to(english()).contains("rotunda login"));
}

#[test]
fn an_api_key_serves_where_it_may() {
    let mut snapshot = resting(fixture());
    for profile in &mut snapshot.profiles {
        if profile.kind == ProfileKind::ApiKey {
            profile.standing = StandingView::Ready;
        }
    }
    let allowed = Allowed { api_keys: true, ..PLAIN };
    assert!(!Preflight::of(&snapshot, &Scope::All(None), PLAIN).can_serve);
    assert!(Preflight::of(&snapshot, &Scope::All(None), allowed).can_serve);
    assert!(Preflight::of(&snapshot, &Scope::Only("metered".to_owned()), PLAIN).can_serve);
}
