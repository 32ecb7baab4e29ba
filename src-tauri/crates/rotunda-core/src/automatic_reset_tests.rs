use std::time::UNIX_EPOCH;

use super::*;
use crate::{
    choice::Rules,
    pool::PoolState,
    profile::{Credits, PoolProfile, Usage, UseCredits, Window},
    quota::Reset,
    reset_credits::BankedResets,
    testing::pool_of,
};

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000 + seconds)
}

fn reset(id: &str, expires_at: Option<u64>) -> BankedReset {
    BankedReset { id: id.to_owned(), granted_at: None, expires_at: expires_at.map(at) }
}

const A: ProfileId = ProfileId(1);
const B: ProfileId = ProfileId(2);
const HOUR: u64 = 3600;

/// Both profiles are out for ten hours; A has a late reset, B an early one.
fn pool() -> PoolState {
    let mut pool = pool_of(&[A, B]);
    for id in [A, B] {
        pool.quota_out(id, Some(Reset { at: at(10 * HOUR), window: None }), at(0));
    }
    for (id, reset) in [(A, reset("a", Some(90 * HOUR))), (B, reset("b", Some(80 * HOUR)))] {
        pool.read_banked(id, BankedResets { count: 1, resets: Some(vec![reset]) });
    }
    pool
}

#[track_caller]
fn check(what: &str, set_up: impl FnOnce(&mut PoolState), expected: Option<&str>) {
    let mut pool = pool();
    set_up(&mut pool);
    let rule = AutomaticRule { farther_than: Duration::from_secs(4 * HOUR) };
    let found = automatic(&pool.view(at(1)), rule, at(1));
    assert_eq!(found.map(|it| it.reset.id).as_deref(), expected, "{what}");
}

#[test]
fn a_reset_is_redeemed_unasked_only_when_all_are_out_for_long() {
    check("the first to expire", |_| (), Some("b"));
    check("one serves", |pool| pool.signed_in(A), None);
    check(
        "one is back soon",
        |pool| drop(pool.quota_out(A, Some(Reset { at: at(3 * HOUR), window: None }), at(0))),
        None,
    );
    check(
        "one has trouble that passes",
        |pool| {
            pool.signed_in(A);
            pool.troubled(A, at(0));
            pool.troubled(A, at(0));
        },
        None,
    );
    let paused = |pool: &mut PoolState, id| {
        let profile = pool.profile(id).unwrap().clone();
        pool.put(PoolProfile { paused: true, ..profile });
    };
    check("one is paused", |pool| paused(pool, B), Some("a"));
    check("all are paused", |pool| [A, B].map(|id| paused(pool, id)).into_iter().collect(), None);
    check("another is pinned", |pool| pool.pin(Some(A)), Some("a"));
    check("one needs a sign-in", |pool| drop(pool.sign_in_lost(B, "x")), Some("a"));
    let none = BankedResets { count: 0, resets: Some(Vec::new()) };
    check("it has none", |pool| pool.read_banked(B, none), Some("a"));
    let unnamed = BankedResets { count: 1, resets: None };
    check("no details are known", |pool| pool.read_banked(B, unnamed), Some("a"));
    let expired = BankedResets { count: 1, resets: Some(vec![reset("b", Some(0))]) };
    check("it has expired", |pool| pool.read_banked(B, expired), Some("a"));
    let endless = BankedResets { count: 1, resets: Some(vec![reset("b", None)]) };
    check("it does not expire", |pool| pool.read_banked(B, endless), Some("a"));
    check(
        "credits may be used",
        |pool| {
            pool.set_rules(Rules { use_credits: UseCredits::WhenAllOut, ..Rules::default() });
            pool.signed_in(A);
            let credits = Credits { available: true, unlimited: false, balance: None };
            let length = Duration::from_secs(18_000);
            let window = Window { length, used_percent: 100.0, resets_at: Some(at(9000)) };
            let usage =
                Usage { windows: vec![window], plan: None, credits: Some(credits), read_at: at(0) };
            pool.read_usage(A, usage, false, at(0));
        },
        None,
    );
}

/// The request may have waited for another one, or for a reading.
#[test]
fn a_decision_of_the_rule_holds_only_as_long_as_the_rule_would_decide_the_same() {
    let banked = BankedResets { count: 1, resets: None };
    let usage = Usage { windows: Vec::new(), plan: None, credits: None, read_at: at(1) };
    let (profile, reset, asked_at, round) = (B, Some("b".into()), at(1), 0);
    let decision = Decision { profile, reset, banked, usage, asked_at, round };
    let rule = Some(AutomaticRule { farther_than: Duration::from_secs(4 * HOUR) });
    let mut pool = pool();
    assert!(still_holds(&decision, rule, &pool.view(at(30)), at(30)));
    assert!(!still_holds(&decision, None, &pool.view(at(30)), at(30)), "the rule is off");
    assert!(!still_holds(&decision, rule, &pool.view(at(7 * HOUR)), at(7 * HOUR)), "it is late");
    let other = Decision { profile: A, ..decision.clone() };
    assert!(!still_holds(&other, rule, &pool.view(at(30)), at(30)), "another one is first");
    pool.put(crate::testing::profile(ProfileId(3)));
    assert!(!still_holds(&decision, rule, &pool.view(at(30)), at(30)), "a profile was added");
}
