use super::*;
use crate::{
    affinity::Continuation,
    choice::Choice,
    profile::{Usage, Window},
    quota::Report,
    testing::pool_of,
};

const A: ProfileId = ProfileId(1);
const B: ProfileId = ProfileId(2);
const MINUTE: u64 = 60;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
}

fn choice(pool: &mut PoolState, now: SystemTime) -> Choice {
    pool.choose(&Continuation::default(), &[], now).choice
}

fn ask_at(pool: &PoolState, id: ProfileId, now: SystemTime) -> Option<SystemTime> {
    let view = pool.view(now);
    match view.profiles.iter().find(|status| status.profile.id == id)?.standing {
        Standing::NotEntitled { ask_at } => Some(ask_at),
        _ => None,
    }
}

fn report(used_percent: f64, now: SystemTime) -> Report {
    let length = Duration::from_secs(18_000);
    let windows = vec![Window { length, used_percent, resets_at: None }];
    let usage = Usage { windows, plan: None, credits: None, read_at: now };
    Report {
        usage,
        limit_reached: false,
        allowed: None,
        spend_reached: false,
        others: Vec::new(),
        banked_resets: None,
    }
}

/// Policies differ in whom they prefer; here the user's own order counts.
fn in_my_order(pool: &mut PoolState) {
    let rules = crate::choice::Rules {
        policy: crate::choice::Policy::MyOrder,
        ..crate::choice::Rules::default()
    };
    pool.set_rules(rules);
}

#[test]
fn a_plan_without_codex_is_retried_after_growing_pauses() {
    let mut pool = pool_of(&[A, B]);
    in_my_order(&mut pool);
    let mut now = at(0);
    assert_eq!(pool.not_entitled(A, now), [Event::NotEntitled { profile: A }]);
    for minutes in [5, 10, 20, 40, 60, 60] {
        let due = now + Duration::from_secs(minutes * MINUTE);
        assert_eq!(ask_at(&pool, A, now), Some(due), "{minutes} minutes");
        assert_eq!(choice(&mut pool, due - Duration::from_secs(1)), Choice::Use(B));
        assert_eq!(choice(&mut pool, due), Choice::Use(A));
        now = due;
        assert_eq!(pool.not_entitled(A, now), [], "told once");
    }
    // Served once, it begins afresh.
    pool.committed(A, &Continuation::default(), now);
    assert_eq!(choice(&mut pool, now), Choice::Use(A));
    assert_eq!(pool.not_entitled(A, now), [Event::NotEntitled { profile: A }]);
    assert_eq!(ask_at(&pool, A, now), Some(now + Duration::from_secs(5 * MINUTE)));
}

#[test]
fn one_request_at_a_time_asks_a_plan_without_codex_again() {
    let mut pool = pool_of(&[A, B]);
    in_my_order(&mut pool);
    pool.not_entitled(A, at(0));
    let due = at(5 * MINUTE);
    assert_eq!(choice(&mut pool, due), Choice::Use(A));
    pool.begin(A);
    assert_eq!(choice(&mut pool, due), Choice::Use(B));
    pool.end(A);
    assert_eq!(choice(&mut pool, due), Choice::Use(A));
}

#[test]
fn refused_concurrent_requests_count_once() {
    let mut pool = pool_of(&[A, B]);
    for _ in 0..5 {
        pool.not_entitled(A, at(0));
    }
    assert_eq!(ask_at(&pool, A, at(0)), Some(at(5 * MINUTE)));
}

#[test]
fn a_quota_reading_with_a_plan_for_codex_ends_the_cooldown() {
    let mut pool = pool_of(&[A, B]);
    pool.not_entitled(A, at(0));
    pool.reading_begins(A);
    assert_eq!(pool.read_report(A, report(100.0, at(1)), at(1)), []);
    assert!(ask_at(&pool, A, at(1)).is_some(), "nothing is left, so nothing is proved");
    pool.reading_begins(A);
    let events = pool.read_report(A, report(20.0, at(2)), at(2));
    assert_eq!(events, [Event::Recovered { profile: A }]);
    assert_eq!(ask_at(&pool, A, at(2)), None);
}

#[test]
fn a_reading_from_before_the_refusal_proves_nothing() {
    let mut pool = pool_of(&[A, B]);
    pool.reading_begins(A);
    pool.not_entitled(A, at(0));
    assert_eq!(pool.read_report(A, report(20.0, at(0)), at(0)), []);
    assert!(ask_at(&pool, A, at(0)).is_some());
}

#[test]
fn use_and_pin_ask_a_plan_without_codex_at_once() {
    let mut pool = pool_of(&[A, B]);
    in_my_order(&mut pool);
    pool.not_entitled(B, at(0));
    pool.use_now(B);
    assert_eq!(choice(&mut pool, at(1)), Choice::Use(B));
    pool.not_entitled(B, at(1));
    assert_eq!(choice(&mut pool, at(2)), Choice::Use(A), "the choice ended with the refusal");
    pool.pin(Some(B));
    assert_eq!(choice(&mut pool, at(3)), Choice::Use(B));
    // Pinned, it is tried each time: no other profile may be.
    pool.not_entitled(B, at(3));
    assert_eq!(choice(&mut pool, at(4)), Choice::Use(B));
    assert_eq!(pool.choose(&Continuation::default(), &[B], at(4)).choice, Choice::Nobody);
}

#[test]
fn when_no_plan_includes_codex_each_profile_is_still_tried() {
    let mut pool = pool_of(&[A, B]);
    in_my_order(&mut pool);
    pool.not_entitled(A, at(0));
    pool.not_entitled(B, at(0));
    let chosen = |pool: &mut PoolState, tried: &[ProfileId]| {
        pool.choose(&Continuation::default(), tried, at(1)).choice
    };
    assert_eq!(chosen(&mut pool, &[]), Choice::Use(A));
    assert_eq!(chosen(&mut pool, &[A]), Choice::Use(B));
    assert_eq!(chosen(&mut pool, &[A, B]), Choice::Nobody);
}

#[test]
fn a_clock_that_was_set_back_does_not_keep_it_out() {
    let mut pool = pool_of(&[A]);
    pool.not_entitled(A, at(0) + Duration::from_secs(10 * 365 * 86_400));
    assert_eq!(choice(&mut pool, at(0)), Choice::Use(A));
}

#[test]
fn a_lost_sign_in_is_not_turned_into_a_plan_without_codex() {
    let mut pool = pool_of(&[A]);
    pool.sign_in_lost(A, "refresh_token_reused");
    assert_eq!(pool.not_entitled(A, at(0)), []);
    assert_eq!(pool.view(at(0)).profiles[0].standing, Standing::NeedsSignIn);
}

/// Upstream's refusal ends the user's choice, also that of a last resort: one that was
/// asked before its time.
#[test]
fn a_refusal_ends_the_choice_of_the_user() {
    for is_unclear in [false, true] {
        let mut pool = pool_of(&[A, B]);
        in_my_order(&mut pool);
        pool.not_entitled(B, at(0));
        pool.use_now(B);
        assert_eq!(choice(&mut pool, at(1)), Choice::Use(B));
        if is_unclear {
            pool.entitlement_unclear(B, at(60), at(1));
            assert_eq!(choice(&mut pool, at(2)), Choice::Use(A));
        }
        assert_eq!(pool.not_entitled(B, at(3)), []);
        assert_eq!(choice(&mut pool, at(3601)), Choice::Use(A), "{is_unclear}");
    }
    // Another one's does not.
    let mut pool = pool_of(&[A, B]);
    in_my_order(&mut pool);
    pool.not_entitled(A, at(0));
    pool.use_now(B);
    pool.not_entitled(A, at(1));
    assert_eq!(choice(&mut pool, at(3601)), Choice::Use(B));
}
