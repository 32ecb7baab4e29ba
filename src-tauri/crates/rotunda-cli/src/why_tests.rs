use rotunda_core::profile::UseCredits;
use rotunda_text::Language;

use super::*;
use crate::testing::{fixture, paying};

fn facts(candidate: &Candidate) -> Vec<Fact> {
    candidate.counts_for.iter().chain(&candidate.against).map(|it| it.fact).collect()
}

fn of<'a>(reasons: &'a Reasons, name: &str) -> &'a Candidate {
    reasons.candidates.iter().find(|it| it.name == name).unwrap()
}

#[test]
fn each_candidate_says_what_counts_for_and_against_it() {
    let reasons = Reasons::of(&fixture(), &Settings::default());
    assert_eq!(reasons.profile.as_deref(), Some("work"));
    assert!(facts(of(&reasons, "work")).contains(&Fact::InUse));
    assert_eq!(facts(of(&reasons, "studio")), [Fact::Resting]);
    assert_eq!(facts(of(&reasons, "side")), [Fact::NeedsSignIn]);
    assert_eq!(facts(of(&reasons, "metered")), [Fact::Paused, Fact::ApiKeyOff]);
    let lines = reasons.lines(Locale::of(Language::ENGLISH));
    assert!(lines[0].starts_with("work serves the next conversation."), "{lines:#?}");
    assert_eq!(lines[1], "> work");
    assert!(
        lines.contains(&"    against  It ran out of its 5-hour limit.".to_owned()),
        "{lines:#?}"
    );
}

#[test]
fn staying_on_a_profile_counts_against_the_others() {
    let mut snapshot = fixture();
    snapshot.profiles[0].pinned = true;
    let reasons = Reasons::of(&snapshot, &Settings::default());
    assert!(facts(of(&reasons, "work")).contains(&Fact::Pinned));
    assert!(facts(of(&reasons, "home")).contains(&Fact::NotPinned));
    snapshot.profiles[0].standing = StandingView::Resting;
    snapshot.next = None;
    // Nothing rotates away from it.
    assert_eq!(Reasons::of(&snapshot, &Settings::default()).profile, None);
}

#[test]
fn the_reserve_and_the_kind_of_a_profile_count() {
    let mut snapshot = fixture();
    snapshot.profiles[1].is_last_resort = true;
    let reasons = Reasons::of(&snapshot, &Settings::default());
    assert!(facts(of(&reasons, "home")).contains(&Fact::Reserve));
    snapshot.profiles[1].own_sign_in = true;
    let own = Reasons::of(&snapshot, &Settings::default());
    assert!(facts(of(&own, "home")).contains(&Fact::OwnSignInLast));
    let json = serde_json::to_value(&own.candidates[0]).unwrap();
    assert!(json["for"][0]["fact"].is_string() && json["against"].is_array());
}

#[test]
fn a_profile_that_would_spend_credits_says_so_and_not_that_it_is_a_reserve() {
    let mut snapshot = fixture();
    snapshot.profiles[1].is_last_resort = true;
    snapshot.profiles[1].credits = Some(paying(UseCredits::WhenAllOut, ""));
    let reasons = Reasons::of(&snapshot, &Settings::default());
    let facts = facts(of(&reasons, "home"));
    assert!(facts.contains(&Fact::Credits) && !facts.contains(&Fact::Reserve), "{facts:?}");
}

/// The pool says who would serve: it is not always the profile of the latest turn.
#[test]
fn a_new_conversation_may_go_to_another_profile_than_the_one_in_use() {
    let snapshot = Snapshot { next: Some("home".to_owned()), ..fixture() };
    let reasons = Reasons::of(&snapshot, &Settings::default());
    assert_eq!(reasons.profile.as_deref(), Some("home"));
    assert!(of(&reasons, "home").serves && !of(&reasons, "work").serves);
    assert!(reasons.lines(Locale::of(Language::ENGLISH))[0].starts_with("home serves"));
}
