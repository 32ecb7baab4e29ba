use rotunda_daemon::view::{BindingState, StandingView};

use super::*;
use crate::testing::fixture;

const NOW: i64 = 1_795_254_600;

fn report(snapshot: Snapshot) -> Report {
    Report { snapshot, url: None, pid: 1, instance: String::new(), counters: None }
}

#[track_caller]
fn check(template: &str, snapshot: Snapshot, origin: Origin, expected: &str) {
    let locale = Locale::english(from_unix(NOW), 0);
    let written = Template::read(template).unwrap().write(&report(snapshot), origin, locale);
    assert_eq!(written, expected, "{template}");
}

fn refusal(template: &str) -> String {
    Template::read(template).unwrap_err().to(Locale::of(Language::ENGLISH))
}

#[test]
fn every_field_has_a_value_and_braces_can_be_written() {
    let fixture = fixture();
    for (template, expected) in [
        ("{profile} {left}", "work 62% left"),
        ("{percent}/{5h}/{week}", "62/62%/78%"),
        ("{ready} of {profiles}", "2 of 5"),
        ("{router}: {state}", "on: ok"),
        ("{{{profile}}}", "{work}"),
        ("{headline}", "Codex is using work · 62% left"),
        ("plain", "plain"),
        ("", ""),
        ("{line}", "work · 62% left, resets in 2h 13m"),
    ] {
        check(template, fixture.clone(), Origin::Running, expected);
    }
    for name in Field::NAMES {
        let template = Template::read(&format!("{{{name}}}")).unwrap();
        let locale = Locale::english(from_unix(NOW), 0);
        let written = template.write(&report(fixture.clone()), Origin::Running, locale);
        assert!(!written.is_empty() && written != UNKNOWN, "{name}: {written:?}");
    }
}

#[test]
fn a_field_as_json_is_escaped() {
    let mut snapshot = fixture();
    snapshot.profiles[0].name = "a\"b".to_owned();
    snapshot.serving = Some("a\"b".to_owned());
    check("{{\"text\":{profile:json}}}", snapshot, Origin::Running, r#"{"text":"a\"b"}"#);
}

#[test]
fn a_template_that_cannot_be_read_is_refused_in_one_sentence_with_the_fields() {
    let unknown = refusal("{profile} {lef}");
    assert!(unknown.contains("lef") && unknown.contains("percent, 5h, week"), "{unknown}");
    for template in ["{", "a}", "{profile", "}{"] {
        assert!(refusal(template).contains("written twice"), "{template}: {}", refusal(template));
    }
    assert!(refusal("{profile:xml}").contains("profile:xml"));
    assert!(refusal("{}").contains("fields"));
}

#[test]
fn the_word_for_the_state_names_the_most_important_thing() {
    let word = |change: fn(&mut Snapshot), origin| {
        let mut snapshot = fixture();
        change(&mut snapshot);
        state(&snapshot, origin)
    };
    assert_eq!(word(|_| {}, Origin::Running), "ok");
    assert_eq!(word(|_| {}, Origin::Kept), "off");
    assert_eq!(word(|_| {}, Origin::Silent), "off");
    assert_eq!(word(|it| it.profiles.clear(), Origin::Running), "empty");
    assert_eq!(word(|it| it.binding.state = BindingState::Unbound, Origin::Running), "unbound");
    let out: fn(&mut Snapshot) = |it| {
        for profile in &mut it.profiles {
            profile.standing = StandingView::Resting;
        }
    };
    assert_eq!(word(out, Origin::Running), "out");
    assert_eq!(word(|it| it.profiles[0].left = None, Origin::Running), "unknown");
    let low: fn(&mut Snapshot) = |it| {
        it.profiles[0].left.as_mut().unwrap().level = Level::Low;
    };
    assert_eq!(word(low, Origin::Running), "low");
}

#[test]
fn without_a_router_the_line_says_so_and_shows_what_was_kept() {
    let off = "Rotunda is off · work · 62% left, resets in 2h 13m";
    check("{line}", fixture(), Origin::Kept, off);
    let silent = "Rotunda does not answer · work · 62% left, resets in 2h 13m";
    check("{line}", fixture(), Origin::Silent, silent);
    let mut empty = fixture();
    (empty.profiles, empty.serving) = (Vec::new(), None);
    check("{line}", empty.clone(), Origin::Kept, "Rotunda is off");
    check("{profile}{left}{resets}{5h}", empty, Origin::Kept, "??");
}
