use rotunda_text::Language;

use super::*;
use crate::testing::fixture;

fn options(min: f64) -> args::Guard {
    args::Guard {
        min,
        window: None,
        profile: None,
        wait: false,
        output: args::Output { json: false },
    }
}

fn of_week(min: f64) -> args::Guard {
    args::Guard { window: Some(args::WindowArgument::Week), ..options(min) }
}

fn of_profile(name: &str) -> args::Guard {
    args::Guard { profile: Some(name.to_owned()), ..options(10.0) }
}

fn sentence_of(snapshot: &Snapshot, options: &args::Guard) -> String {
    let locale =
        Locale { language: Language::ENGLISH, ..Locale::english(from_unix(1_795_254_600), 0) };
    sentence(&verdict_of(snapshot, options), options, locale)
}

#[test]
fn the_ready_profile_with_the_most_left_counts() {
    let snapshot = fixture();
    let Verdict::Enough(found) = verdict_of(&snapshot, &options(60.0)) else {
        panic!("62 is enough")
    };
    assert_eq!((found.name.as_str(), found.left_percent), ("work", 62.0));
    let at_the_edge = verdict_of(&snapshot, &options(62.0));
    assert!(matches!(at_the_edge, Verdict::Enough(_)), "as much as asked for is enough");
    let too_little = verdict_of(&snapshot, &options(62.1));
    assert!(matches!(too_little, Verdict::TooLittle { .. }), "{too_little:?}");
    assert!(
        sentence_of(&snapshot, &options(90.0))
            .starts_with("No ready profile has 90% left: the most is 62% on work.")
    );
}

#[test]
fn a_window_of_its_own_counts_and_a_used_up_week_leaves_nothing_of_five_hours() {
    let mut snapshot = fixture();
    let Verdict::Enough(found) = verdict_of(&snapshot, &of_week(70.0)) else {
        panic!("78 is enough")
    };
    assert_eq!((found.name.as_str(), found.left_percent), ("work", 78.5));
    for profile in &mut snapshot.profiles {
        for window in profile.windows.iter_mut().filter(|it| it.label == WindowKind::Week) {
            window.left_percent = 0.0;
        }
    }
    let hours = args::Guard { window: Some(args::WindowArgument::FiveHours), ..options(1.0) };
    assert!(matches!(verdict_of(&snapshot, &hours), Verdict::TooLittle { .. }));
}

#[test]
fn what_rests_or_is_paused_does_not_count_and_its_end_is_shown() {
    let mut snapshot = fixture();
    for profile in &mut snapshot.profiles {
        (profile.standing, profile.until) = (StandingView::Resting, Some(1_795_258_200));
    }
    let Verdict::TooLittle { most, more_at } = verdict_of(&snapshot, &options(0.0)) else {
        panic!("nothing is ready")
    };
    assert_eq!((most, more_at), (None, Some(1_795_258_200)));
    assert!(
        sentence_of(&snapshot, &options(0.0))
            .starts_with("No profile is ready. More is expected at ")
    );
    for profile in &mut snapshot.profiles {
        profile.standing = StandingView::Paused;
    }
    assert_eq!(sentence_of(&snapshot, &options(0.0)), "No profile is ready.");
}

#[test]
fn a_profile_without_figures_is_not_known_unless_another_has_enough() {
    let mut snapshot = fixture();
    for profile in &mut snapshot.profiles {
        (profile.left, profile.windows) = (None, Vec::new());
    }
    assert_eq!(verdict_of(&snapshot, &options(10.0)), Verdict::NotKnown);
    let mut snapshot = fixture();
    (snapshot.profiles[1].left, snapshot.profiles[1].windows) = (None, Vec::new());
    assert!(matches!(verdict_of(&snapshot, &options(10.0)), Verdict::Enough(_)));
    assert_eq!(verdict_of(&snapshot, &options(99.0)), Verdict::NotKnown);
}

#[test]
fn one_profile_can_be_meant() {
    let snapshot = fixture();
    assert!(matches!(verdict_of(&snapshot, &of_profile("WORK")), Verdict::Enough(_)));
    assert_eq!(verdict_of(&snapshot, &of_profile("nobody")), Verdict::NoProfile);
    assert!(sentence_of(&snapshot, &of_profile("nobody")).contains("\"nobody\""));
    let mut none = fixture();
    none.profiles.clear();
    assert_eq!(verdict_of(&none, &options(10.0)), Verdict::NoProfile);
}
