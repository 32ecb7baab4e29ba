//! Thresholds, profiles that are back, what is to come, and quiet hours.

use super::*;

const NOW: i64 = 1_795_254_000;
const HOUR: i64 = 3600;
const WORK: ProfileId = ProfileId(1);
const HOME: ProfileId = ProfileId(2);

fn profile(id: ProfileId) -> ProfileFacts {
    ProfileFacts {
        id,
        state: ProfileState::Ready,
        is_api_key: false,
        until: None,
        is_in_use: id == WORK,
        in_flight: 0,
        is_late: false,
        has_some_left: true,
        spends_credits_since: None,
        reset_expires: None,
    }
}

fn calm() -> Facts {
    let profiles = vec![profile(WORK), profile(HOME)];
    let binding = BindingFact::Bound;
    Facts { binding, profiles, is_serving: true, ..Facts::default() }
}

fn with(change: impl FnOnce(&mut Facts)) -> Facts {
    let mut facts = calm();
    change(&mut facts);
    facts
}

fn take_out(profile: &mut ProfileFacts, until: i64) {
    profile.state = ProfileState::Out(Some(WindowKind::FiveHours));
    (profile.until, profile.is_in_use) = (Some(until), false);
}

/// `work` is out, `home` serves.
fn one_out() -> Facts {
    with(|facts| {
        take_out(&mut facts.profiles[0], NOW + HOUR);
        facts.profiles[1].is_in_use = true;
    })
}

fn all_out() -> Facts {
    with(|facts| {
        take_out(&mut facts.profiles[0], NOW + HOUR);
        take_out(&mut facts.profiles[1], NOW + 2 * HOUR);
        facts.is_serving = false;
    })
}

fn left(percent: f64, resets: i64) -> Facts {
    let window = WindowKind::Week;
    with(|it| {
        it.left = vec![LeftFacts { window, percent, profiles: 2, resets: Some(resets), pace: 0.0 }];
    })
}

fn quiet(facts: Facts) -> Facts {
    Facts { is_quiet: true, ..facts }
}

/// The notifications of steps, each after a restart.
fn found_in(steps: &[(Facts, i64)]) -> Vec<Notice> {
    let mut memory = Memory::default();
    let mut all = Vec::new();
    for (facts, now) in steps {
        let written = serde_json::to_string(&memory).unwrap();
        memory = serde_json::from_str(&written).unwrap();
        all.extend(memory.observe(facts, *now));
    }
    all
}

fn shares(steps: &[(f64, i64)]) -> Vec<u8> {
    let steps: Vec<_> =
        steps.iter().map(|(percent, resets)| (left(*percent, *resets), NOW)).collect();
    let share = |notice| match notice {
        Notice::Low { share, window: WindowKind::Week, .. } => share,
        other => panic!("{other:?}"),
    };
    found_in(&steps).into_iter().map(share).collect()
}

#[test]
fn each_share_is_notified_once_and_the_smallest_when_several_are_passed() {
    let end = NOW + 20 * HOUR;
    assert_eq!(shares(&[(60.0, end), (20.0, end), (19.0, end), (5.0, end), (4.0, end)]), [20, 5]);
    assert_eq!(shares(&[(60.0, end), (3.0, end), (2.0, end + 60)]), [5]);
    // A reading that rises and falls by rounding is no new cause, nor is the next profile's
    // reset while as little is left.
    assert_eq!(shares(&[(20.0, end), (20.5, end), (20.0, end), (19.0, end + 9 * HOUR)]), [20]);
    // After a reset of all it is.
    assert_eq!(shares(&[(20.0, end), (90.0, end + 90 * HOUR), (20.0, end + 90 * HOUR)]), [20, 20]);
    assert!(shares(&[(20.1, end), (0.0, end)]).is_empty());
}

#[test]
fn shares_are_the_user_s() {
    let facts = |percent| {
        let mut facts = left(percent, NOW + HOUR);
        facts.thresholds = Thresholds { five_hours: vec![50], week: vec![70, 40] };
        (facts, NOW)
    };
    let found = found_in(&[facts(70.5), facts(69.0), facts(50.0), facts(39.0), facts(3.0)]);
    let shares: Vec<_> = found.iter().map(|it| matches!(it, Notice::Low { .. })).collect();
    assert_eq!(shares, [true, true]);
    let mut none = facts(1.0);
    none.0.thresholds.week.clear();
    assert!(found_in(&[none]).is_empty());
}

#[test]
fn a_profile_that_is_back_is_notified_once_and_not_before_that_is_sure() {
    let back = Notice::Returned { profile: WORK, out_of: Some(WindowKind::FiveHours) };
    let is_back = |found: &[Notice]| found.iter().filter(|it| **it == back).count();
    let steps = |last: &[(Facts, i64)]| {
        let first = [(calm(), NOW), (one_out(), NOW + 1)];
        is_back(&found_in(&[&first[..], last].concat()))
    };
    assert_eq!(steps(&[(calm(), NOW + 2)]), 0);
    assert_eq!(steps(&[(calm(), NOW + 2), (calm(), NOW + 2 + SURE_AFTER)]), 1);
    assert_eq!(steps(&[(calm(), NOW + 2), (one_out(), NOW + 3), (calm(), NOW + 40)]), 0);
    let busy = with(|it| it.profiles[0].in_flight = 1);
    assert_eq!(steps(&[(busy.clone(), NOW + 2), (busy.clone(), NOW + 90)]), 1);
    let empty = with(|it| it.profiles[0].has_some_left = false);
    assert_eq!(steps(&[(empty.clone(), NOW + 2), (empty, NOW + 90)]), 0);
    // After all were out, it is "Codex can continue" and nothing else.
    let all =
        found_in(&[(calm(), NOW), (all_out(), NOW + 1), (busy.clone(), NOW + 2), (busy, NOW + 90)]);
    let of_work: Vec<_> =
        all.iter().filter(|it| matches!(it, Notice::Back(_)) || **it == back).collect();
    assert_eq!(of_work, [&Notice::Back(WORK)]);
}

fn coming(at: i64, back: i64) -> Facts {
    with(|facts| facts.runs_out = Some(RunsOut { at, back: Some(back) }))
}

#[test]
fn that_the_pool_runs_out_is_notified_once_per_cause() {
    let found = |steps: &[(Facts, i64)]| {
        found_in(steps).iter().filter(|it| matches!(it, Notice::RunsOut(_))).count()
    };
    let (at, back) = (NOW + 5 * HOUR, NOW + 9 * HOUR);
    assert_eq!(found(&[(coming(at, back), NOW), (coming(at + HOUR, back), NOW + 60)]), 1);
    // The forecast wavers for an hour, or names another end.
    let steps =
        [(coming(at, back), NOW), (calm(), NOW + HOUR), (coming(at, back + HOUR), NOW + 2 * HOUR)];
    assert_eq!(found(&steps), 1);
    // A calm night later it is another one; and so after it happened.
    let later = NOW + 20 * HOUR;
    let next = coming(later + HOUR, later + 3 * HOUR);
    assert_eq!(found(&[(coming(at, back), NOW), (calm(), later - 60), (next.clone(), later)]), 2);
    let steps = [(coming(at, back), NOW), (all_out(), NOW + 1), (next, NOW + 2)];
    assert_eq!(found(&steps), 2);
    // Far away, or over in a moment.
    assert_eq!(found(&[(coming(NOW + 30 * HOUR, NOW + 40 * HOUR), NOW)]), 0);
    assert_eq!(found(&[(coming(at, at + 60), NOW)]), 0);
    assert_eq!(found(&[(coming(NOW - 60, back), NOW)]), 0);
}

#[test]
fn nothing_comes_in_quiet_hours_and_afterwards_what_still_matters() {
    let end = NOW + 9 * HOUR;
    let found =
        found_in(&[(calm(), NOW), (quiet(one_out()), NOW + 1), (quiet(one_out()), NOW + 2)]);
    assert!(found.is_empty(), "{found:?}");
    // It is as it was: told once, with the last profile that serves.
    let found = found_in(&[
        (calm(), NOW),
        (quiet(one_out()), NOW + 1),
        (one_out(), end),
        (one_out(), end + 1),
    ]);
    assert!(matches!(found[..], [Notice::Moved { .. }, Notice::Last(HOME)]), "{found:?}");
    // All were out, and are back.
    let found =
        found_in(&[(calm(), NOW), (quiet(all_out()), NOW + 1), (calm(), end), (calm(), end + 60)]);
    assert!(found.iter().all(|it| !matches!(it, Notice::Out { .. })), "{found:?}");
}

#[test]
fn what_began_and_ended_in_quiet_hours_is_not_notified() {
    let end = NOW + 9 * HOUR;
    let busy = with(|it| it.profiles.iter_mut().for_each(|it| it.in_flight = 1));
    let steps = [
        (calm(), NOW),
        (quiet(one_out()), NOW + 1),
        (quiet(all_out()), NOW + 2),
        (quiet(busy.clone()), NOW + HOUR),
        (quiet(busy), NOW + 2 * HOUR),
        (calm(), end),
        (calm(), end + 60),
    ];
    assert_eq!(found_in(&steps), []);
    let steps = [(quiet(left(4.0, end)), NOW), (left(90.0, end + HOUR), end)];
    assert_eq!(found_in(&steps), []);
}

#[test]
fn what_lasts_over_quiet_hours_is_notified_as_it_is_then() {
    let end = NOW + 9 * HOUR;
    let needs = |state| with(|it| it.profiles[1].state = state);
    let signed_out = needs(ProfileState::NeedsSignIn);
    let found = found_in(&[(quiet(signed_out.clone()), NOW), (signed_out, end)]);
    assert_eq!(found, [Notice::SignIn { profile: HOME, ready: 1 }]);
    let found = found_in(&[
        (quiet(left(18.0, end + HOUR)), NOW),
        (quiet(left(4.0, end + HOUR)), NOW + 1),
        (left(4.0, end + HOUR), end),
    ]);
    assert!(matches!(found[..], [Notice::Low { share: 5, .. }]), "{found:?}");
    let found = found_in(&[(quiet(all_out()), NOW), (all_out(), end)]);
    assert!(found.contains(&Notice::Out { until: NOW + HOUR, first: WORK }), "{found:?}");
    let port = with(|it| it.is_port_taken = true);
    assert_eq!(found_in(&[(quiet(port.clone()), NOW), (port, end)]), [Notice::PortTaken]);
    let late = with(|it| it.profiles[1].is_late = true);
    assert_eq!(found_in(&[(quiet(late.clone()), NOW), (late.clone(), end)]), [Notice::Late(HOME)]);
    assert_eq!(found_in(&[(quiet(late), NOW), (calm(), end)]), []);
    let expires = |at| with(|it| it.profiles[0].reset_expires = Some(at));
    let (late, early) = (end + HOUR, end - HOUR);
    assert_eq!(found_in(&[(quiet(expires(late)), NOW), (expires(late), end)]).len(), 1);
    assert_eq!(found_in(&[(quiet(expires(early)), NOW), (calm(), end)]), []);
}

#[test]
fn a_memory_with_something_kept_wants_to_look_again() {
    let mut memory = Memory::default();
    memory.observe(&quiet(left(4.0, NOW + HOUR)), NOW);
    assert!(memory.is_unsure());
    memory.observe(&left(4.0, NOW + HOUR), NOW + 1);
    assert!(!memory.is_unsure());
}
