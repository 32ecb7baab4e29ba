use super::*;
use crate::{profile::Window, reset_credits::BankedReset};

const HOUR: u64 = 3600;

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

fn usage(used_percent: f64, seconds: u64) -> Usage {
    let length = Duration::from_secs(18_000);
    let window = Window { length, used_percent, resets_at: Some(at(5 * HOUR)) };
    Usage { windows: vec![window], plan: None, credits: None, read_at: at(seconds) }
}

fn banked(ids: &[&str]) -> BankedResets {
    let reset = |id: &&str| BankedReset { id: (*id).into(), granted_at: None, expires_at: None };
    let resets = ids.iter().map(reset).collect();
    BankedResets { count: u32::try_from(ids.len()).unwrap(), resets: Some(resets) }
}

fn decision(asked_at: u64) -> Decision {
    Decision {
        profile: ProfileId(1),
        reset: Some("first".into()),
        banked: banked(&["first", "second"]),
        usage: usage(100.0, asked_at),
        asked_at: at(asked_at),
        round: 0,
    }
}

fn redemption(state: RedemptionState) -> Redemption {
    let new = decision(0).redemption("1".into(), RedemptionCause::Automatic, at(0));
    Redemption { state, ..new }
}

#[test]
fn a_question_is_answered_once_and_not_after_a_while() {
    let mut questions = Questions::default();
    questions.remember("1".into(), decision(0), at(0));
    assert!(matches!(questions.name("1"), Named::Now(_)));
    assert!(matches!(questions.name("1"), Named::Before(ProfileId(1))));
    assert!(matches!(questions.name("2"), Named::Unknown));
    questions.remember("2".into(), decision(601), at(601));
    assert!(matches!(questions.name("1"), Named::Unknown), "it is forgotten");
    assert_eq!(questions.round(ProfileId(1)), 0);
    questions.begin(ProfileId(1));
    assert_eq!((questions.round(ProfileId(1)), questions.round(ProfileId(2))), (1, 0));
}

#[test]
fn a_decision_stands_as_long_as_the_resets_are_the_same() {
    let anew = |ids: &[&str]| decision(0).read_anew(usage(90.0, 61), banked(ids)).is_some();
    assert!(anew(&["first", "second"]) && anew(&["first", "other"]));
    assert!(!anew(&["second", "other"]), "it is gone");
    assert!(!anew(&["first"]), "another one is gone");
}

#[test]
fn a_refusal_of_a_second_request_says_nothing_of_the_first() {
    let refused = Redeemed::Refused { status: 403, reason: None };
    for (answer, first, second) in [
        (Some(Redeemed::Reset), Meaning::Accepted, Meaning::Accepted),
        (Some(Redeemed::Already), Meaning::Accepted, Meaning::Accepted),
        (Some(Redeemed::Unclear), Meaning::Unclear, Meaning::Unclear),
        (Some(Redeemed::NothingToReset), Meaning::Nothing, Meaning::Unclear),
        (Some(Redeemed::NoReset), Meaning::Nothing, Meaning::Unclear),
        (Some(refused), Meaning::Nothing, Meaning::Unclear),
        (None, Meaning::Nothing, Meaning::Unclear),
    ] {
        assert_eq!(meaning(answer.as_ref(), true), first, "{answer:?}");
        assert_eq!(meaning(answer.as_ref(), false), second, "{answer:?}");
    }
}

#[test]
fn an_open_redemption_is_settled_by_what_is_read() {
    use Finding::{Done, NeverClear, NotShown, Open, Untouched};
    use RedemptionState::{Accepted as Carried, Sent};
    let (full, empty) = (usage(100.0, 60), usage(0.0, 60));
    let (both, gone) = (banked(&["first", "second"]), banked(&["second"]));
    // One may be gone, and another one there.
    let counted = BankedResets { count: 2, resets: None };
    let cases = [
        (Carried, Some(&full), Some(&gone), 60, Open),
        (Carried, Some(&empty), None, 60, Done),
        (Carried, None, None, 60, Open),
        (Carried, Some(&full), Some(&gone), 1801, NotShown),
        (Sent, Some(&empty), Some(&gone), 60, Done),
        (Sent, Some(&full), Some(&gone), 60, Open),
        (Sent, Some(&full), Some(&gone), 1801, NeverClear),
        (Sent, Some(&empty), Some(&both), 60, Open),
        (Sent, Some(&full), Some(&both), 600, Open),
        (Sent, Some(&full), Some(&both), 601, Untouched),
        (Sent, Some(&full), None, 601, Open),
        (Sent, Some(&full), Some(&counted), 1800, Open),
        (Sent, Some(&full), Some(&counted), 1801, NeverClear),
        (Sent, None, None, 601, Open),
        (Sent, None, None, 24 * HOUR + 1, NeverClear),
    ];
    for (state, usage, banked, seconds, expected) in cases {
        let found = redemption(state).finding(usage, banked, at(seconds));
        assert_eq!(found, expected, "{state:?} {usage:?} {banked:?} {seconds}");
    }
    // The clock was set back, and the request may still arrive.
    let before = at(0) - Duration::from_secs(60);
    let found = redemption(Sent).finding(Some(&full), Some(&both), before);
    assert_eq!(found, NeverClear);
}

/// Upstream may have emptied the quota by itself, and the reset may have expired.
#[test]
fn a_reset_that_may_have_expired_is_not_called_redeemed() {
    use Finding::{Done, NeverClear, Open};
    let mut decision = decision(0);
    for reset in decision.banked.resets.iter_mut().flatten() {
        let is_first = reset.id == "first";
        reset.expires_at = Some(at(if is_first { 600 } else { 300 }));
    }
    let redemption = decision.redemption("1".into(), RedemptionCause::Asked, at(0));
    assert_eq!(redemption.expires_at, Some(at(600)));
    let (empty, gone) = (usage(0.0, 60), banked(&["second"]));
    for (seconds, expected) in [(599, Done), (600, Open), (1800, Open), (1801, NeverClear)] {
        let found = redemption.finding(Some(&empty), Some(&gone), at(seconds));
        assert_eq!(found, expected, "{seconds}");
    }
    let set_back = redemption.finding(Some(&empty), Some(&gone), at(0) - Duration::from_secs(60));
    assert_ne!(set_back, Done, "the clock was set back");
    let accepted = Redemption { state: RedemptionState::Accepted, ..redemption };
    assert_eq!(accepted.finding(Some(&empty), Some(&gone), at(900)), Done, "upstream said so");
}

#[test]
fn one_is_redeemed_unasked_in_an_hour_and_none_beside_an_open_one() {
    use RedemptionState::{Accepted, Done, Sent, Untouched};
    for (state, seconds, expected) in [
        (Sent, 2 * HOUR, false),
        (Accepted, 2 * HOUR, false),
        (Done, HOUR, false),
        (Untouched, HOUR, false),
        (Done, HOUR + 1, true),
    ] {
        let known = [redemption(state)];
        assert_eq!(may_be_unasked(&known, None, at(seconds)), expected, "{state:?} {seconds}");
    }
    let asked = Redemption { cause: RedemptionCause::Asked, ..redemption(Done) };
    assert!(may_be_unasked(&[asked], None, at(1)) && may_be_unasked(&[], None, at(1)));
    // One from before the clock was set back hides no other.
    let ahead = Redemption { decided_at: at(9 * HOUR), ..redemption(Done) };
    assert!(!may_be_unasked(&[ahead.clone(), redemption(Done)], None, at(HOUR)));
    assert!(may_be_unasked(&[ahead], None, at(HOUR)));
    // The profile of the latest was removed.
    for (seconds, expected) in [(HOUR, false), (HOUR + 1, true)] {
        assert_eq!(may_be_unasked(&[], Some(at(0)), at(seconds)), expected, "{seconds}");
    }
    assert!(is_demand(at(0), at(600)) && !is_demand(at(0), at(601)));
}
