use rotunda_text::Language;

use rotunda_core::profile::UseCredits;
use rotunda_daemon::view::{ResetsState, ResetsView};

use super::*;
use crate::testing::{fixture, paying};

fn shown(form: Form, size: Option<(usize, usize)>) -> Vec<String> {
    let screen = Screen { size, colours: false, redraws: size.is_some() };
    let lines = lines(&fixture(), form, &screen, 0);
    lines.iter().map(|line| screen.line(line)).collect()
}

#[test]
fn every_window_has_a_line_and_columns_line_up() {
    let lines = shown(Form::default(), None);
    assert_eq!(lines[0], "  profile   plan     window   left       reset             state");
    assert_eq!(lines[1], "> work      plus     5 hours  62% left   resets in 2h 13m  ready");
    assert_eq!(lines[2], "                     week     78% left   resets in 4d");
    assert_eq!(
        lines[5],
        "  studio    team     5 hours  Out        resets in 4h 15m  Out until 14:05"
    );
    assert_eq!(lines.len(), 1 + 5 + 2, "{lines:#?}");
}

#[test]
fn banked_resets_and_credits_stand_below_the_windows_of_their_profile() {
    let mut snapshot = fixture();
    let profile = &mut snapshot.profiles[0];
    profile.resets = Some(ResetsView {
        count: 2,
        resets: Vec::new(),
        state: ResetsState::Idle,
        text: "2 resets banked".to_owned(),
    });
    profile.credits =
        Some(paying(UseCredits::WhenAllOut, "12 credits, used when all plans are out"));
    let screen = Screen { size: None, colours: false, redraws: false };
    for (form, before) in
        [(Form::default(), "            "), (Form { plain: true, ..Form::default() }, "work: ")]
    {
        let lines = lines(&snapshot, form, &screen, 0);
        let lines: Vec<_> = lines.iter().map(|line| screen.line(line)).collect();
        let at = lines.iter().position(|line| line.contains("banked")).unwrap();
        assert_eq!(lines[at], format!("{before}2 resets banked"));
        assert_eq!(lines[at + 1], format!("{before}12 credits, used when all plans are out"));
        assert!(lines[at - 1].contains("week"), "{lines:#?}");
        assert!(lines.iter().any(|line| line.contains("ready, on credits")), "{lines:#?}");
    }
    let left = serde_json::to_value(super::super::Left::of(&snapshot.profiles[0])).unwrap();
    assert_eq!(left["resets"]["count"], 2);
    let credits = [&left["credits"]["balance"], &left["credits"]["use_credits"]];
    assert_eq!(credits, ["12", "when_all_out"]);
    assert_eq!(left["credits"]["state"], "paying");
}

#[test]
fn keys_are_billed_by_use_and_those_of_a_provider_have_no_place_in_the_order() {
    let mut snapshot = fixture();
    let screen = Screen { size: None, colours: false, redraws: false };
    for (kind, state) in
        [(ProfileKind::ApiKey, "ready, used last"), (ProfileKind::Provider, "ready")]
    {
        let profile = &mut snapshot.profiles[0];
        (profile.kind, profile.plan, profile.is_last_resort) = (kind, None, true);
        profile.windows.clear();
        let table = lines(&snapshot, Form::default(), &screen, 0);
        let line = screen.line(&table[1]);
        assert!(line.contains("billed by use") && line.ends_with(state), "{line}");
        let plain = lines(&snapshot, Form { plain: true, ..Form::default() }, &screen, 0);
        assert_eq!(screen.line(&plain[1]), "work: billed by use");
    }
}

#[test]
fn addresses_are_shown_on_request_only() {
    assert!(!shown(Form::default(), None).concat().contains('@'));
    let emails = Form { emails: true, ..Form::default() };
    assert!(shown(emails, None)[1].contains("ada@example.com"));
}

#[test]
fn on_a_narrow_screen_columns_go_and_no_line_is_too_long() {
    for width in [40, 60, 80, 200] {
        let emails = Form { emails: true, ..Form::default() };
        for line in shown(emails, Some((width, 60))) {
            assert!(columns(&line) <= width, "{width}: {line}");
        }
    }
    let narrow = shown(Form::default(), Some((60, 60)));
    assert!(narrow[1].contains("62% left") && !narrow[1].contains("plus"), "{narrow:#?}");
    assert!(shown(Form::default(), Some((80, 60)))[1].ends_with("ready"));
}

#[test]
fn on_a_low_screen_the_first_profiles_are_shown_and_the_rest_is_counted() {
    let low = shown(Form::default(), Some((80, 6)));
    assert!(low.len() <= 6, "{low:#?}");
    assert!(low[1].starts_with("> work"));
    assert!(low.last().unwrap().ends_with("3 more"), "{low:#?}");
    assert!(!shown(Form::default(), Some((80, 24))).concat().contains("more"));
}

#[test]
fn detail_names_the_time_of_each_reset() {
    let detail = Form { detail: true, ..Form::default() };
    let line = shown(detail, None)[1].clone();
    assert!(line.contains(" (resets in 2h 13m)"), "{line}");
}

#[test]
fn plain_is_sentences() {
    let plain = Form { plain: true, ..Form::default() };
    let lines = shown(plain, None);
    assert_eq!(lines[0], "work, plus, in use, ready");
    assert_eq!(lines[1], "work, 5 hours: 62% left, resets in 2h 13m");
}

#[test]
fn what_is_left_has_its_colour() {
    let screen = Screen { size: Some((80, 60)), colours: true, redraws: true };
    let lines = lines(&fixture(), Form::default(), &screen, 0);
    let studio = screen.line(&lines[5]);
    assert!(studio.contains("\u{1b}[31mOut\u{1b}[0m"), "{studio:?}");
    assert_eq!(Locale::of(Language::ENGLISH).language, fixture().language);
}
