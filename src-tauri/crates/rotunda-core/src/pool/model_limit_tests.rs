use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::{
    affinity::{Affinity, Continuation},
    choice::Choice,
    pool::{Outlook, Work},
    profile::{Credits, PoolProfile, Usage, Window},
    testing::pool_of,
};

const A: ProfileId = ProfileId(1);
const B: ProfileId = ProfileId(2);

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn pool() -> PoolState {
    pool_of(&[A, B])
}

fn model_limit(used_percent: f64) -> ModelLimit {
    ModelLimit {
        name: "Quick model".into(),
        feature: "codex_quick".into(),
        model: Some("quick".into()),
        windows: vec![Window {
            length: Duration::from_secs(18_000),
            used_percent,
            resets_at: Some(at(5000)),
        }],
        limit_reached: used_percent >= 100.0,
    }
}

fn of(model: &str) -> Continuation {
    Continuation { model: Some(model.into()), ..Continuation::default() }
}

fn chosen(pool: &mut PoolState, model: &str) -> Choice {
    pool.choose(&of(model), &[], at(10)).choice
}

fn out(pool: &mut PoolState, id: ProfileId, limit: &str) -> Vec<Event> {
    let reset = Reset { at: at(600), window: None };
    pool.limit_out(id, (Some(limit), Some("quick")), Some(reset), at(1))
}

#[test]
fn a_reached_model_limit_moves_only_its_model() {
    let mut pool = pool();
    pool.read_model_limits(A, vec![model_limit(40.0)], at(0));
    let events = out(&mut pool, A, "codex-quick");
    let limit = || "Quick model".to_owned();
    assert_eq!(events, [Event::LimitReached { profile: A, limit: limit(), until: at(600) }]);
    assert_eq!(chosen(&mut pool, "quick"), Choice::Use(B));
    assert_eq!(chosen(&mut pool, "large"), Choice::Use(A));
    assert_eq!(pool.next_tick(at(0)), Some(at(600)));
    assert_eq!(pool.tick(at(600)), [Event::LimitReset { profile: A, limit: limit() }]);
    assert_eq!(chosen(&mut pool, "quick"), Choice::Use(A));
}

#[test]
fn a_limit_that_was_never_named_is_the_profiles_own() {
    let mut pool = pool();
    pool.read_model_limits(A, vec![model_limit(40.0)], at(0));
    for limit in ["codex", "primary"] {
        out(&mut pool, A, limit);
        assert_eq!(chosen(&mut pool, "large"), Choice::Use(B));
        pool.tick(at(600));
    }
}

/// A reading alone refuses nothing: it puts the profile last.
#[test]
fn a_full_reading_puts_a_profile_last_for_that_model() {
    let mut pool = pool();
    pool.read_model_limits(A, vec![model_limit(100.0)], at(0));
    assert_eq!(chosen(&mut pool, "quick"), Choice::Use(B));
    assert_eq!(chosen(&mut pool, "large"), Choice::Use(A));
    pool.read_model_limits(B, vec![model_limit(100.0)], at(0));
    assert_eq!(chosen(&mut pool, "quick"), Choice::Use(A));
}

#[test]
fn when_all_profiles_reach_a_model_limit_the_first_reset_is_reported() {
    let mut pool = pool();
    for id in [A, B] {
        pool.read_model_limits(id, vec![model_limit(40.0)], at(0));
        out(&mut pool, id, "codex_quick");
    }
    assert_eq!(chosen(&mut pool, "quick"), Choice::Wait(at(600)));
    let outlook = pool.outlook(Some("quick"), at(10));
    assert_eq!(outlook, Outlook::Quota { until: at(600), plan: None });
    assert_eq!(pool.outlook(Some("large"), at(10)), Outlook::Trouble);
}

#[test]
fn two_readings_with_capacity_end_a_familys_rest() {
    let mut pool = pool();
    let mut unnamed = model_limit(40.0);
    unnamed.model = None;
    pool.read_model_limits(A, vec![unnamed.clone()], at(0));
    out(&mut pool, A, "codex_quick");
    pool.read_model_limits(A, vec![unnamed.clone()], at(2));
    assert_eq!(chosen(&mut pool, "quick"), Choice::Use(B), "the refusal said which model it is");
    pool.read_model_limits(A, vec![unnamed], at(3));
    assert_eq!(chosen(&mut pool, "quick"), Choice::Use(A));
}

fn reserve() -> ModelLimit {
    ModelLimit {
        name: RESERVE_MODEL.into(),
        feature: "base_model_inference".into(),
        model: Some(RESERVE_MODEL.into()),
        windows: Vec::new(),
        limit_reached: false,
    }
}

fn work(model: &str) -> Work<'_> {
    Work { model: Some(model), route: "responses", over_socket: false, allowed: None }
}

fn chosen_for(pool: &mut PoolState, model: &str) -> Choice {
    pool.choose_for(&of(model), work(model), &[], at(10)).choice
}

/// `B` is Codex's own account: out, and the one that was offered the reserve.
fn with_reserve_of_b() -> PoolState {
    let mut pool = pool();
    let profile = pool.profile(B).cloned().unwrap();
    pool.put(PoolProfile { own_sign_in: true, ..profile });
    pool.read_model_limits(B, vec![reserve()], at(0));
    pool.quota_out(B, Some(Reset { at: at(5000), window: None }), at(1));
    pool
}

#[test]
fn the_reserve_is_served_where_the_usage_lists_it() {
    let mut pool = with_reserve_of_b();
    assert_eq!(chosen_for(&mut pool, RESERVE_MODEL), Choice::Use(B));
    assert_eq!(chosen_for(&mut pool, "large"), Choice::Use(A));
    assert_eq!(pool.ready_for(work(RESERVE_MODEL), &[B], at(10)), None, "A was not missed");
    assert_eq!(pool.ready_for(work("large"), &[], at(10)), Some(A));
}

/// Also when another profile's list of models has it, and when no list has it.
#[test]
fn the_list_of_models_does_not_decide_about_the_reserve() {
    let mut pool = with_reserve_of_b();
    pool.learned_models(A, [RESERVE_MODEL.to_owned(), "large".to_owned()]);
    pool.learned_models(B, ["large".to_owned()]);
    assert_eq!(chosen_for(&mut pool, RESERVE_MODEL), Choice::Use(B));
    let mut unread = self::pool();
    assert_eq!(chosen_for(&mut unread, RESERVE_MODEL), Choice::Use(A));
}

#[test]
fn a_turn_from_the_reserve_changes_nothing_for_other_models() {
    let mut pool = with_reserve_of_b();
    let large = Continuation { session: Some("s".into()), ..of("large") };
    pool.committed(A, &large, at(2));
    let before = pool.view(at(3));
    let of_reserve = Continuation { session: Some("s".into()), ..of(RESERVE_MODEL) };
    assert_eq!(pool.committed(B, &of_reserve, at(3)), []);
    assert_eq!(pool.view(at(3)), before);
    let after = pool.choose_for(&large, work("large"), &[], at(4));
    assert_eq!((after.choice, after.affinity), (Choice::Use(A), Affinity::Prefer(A)));
}

#[test]
fn a_refusal_of_the_reserve_rests_only_the_reserve() {
    for (listed, limit) in [(true, None), (true, Some("gpt-reserve")), (false, None)] {
        let mut pool = pool();
        if listed {
            pool.read_model_limits(A, vec![reserve()], at(0));
        }
        let reset = Reset { at: at(600), window: None };
        pool.limit_out(A, (limit, Some(RESERVE_MODEL)), Some(reset), at(1));
        assert_eq!(pool.entries[&A].standing(), Standing::Ready, "{listed} {limit:?}");
        assert_eq!(chosen_for(&mut pool, "large"), Choice::Use(A), "{listed} {limit:?}");
        assert_eq!(chosen_for(&mut pool, RESERVE_MODEL), Choice::Use(B), "{listed} {limit:?}");
    }
}

/// A model with a limit of its own that is served while the common quota is out.
#[test]
fn what_a_models_own_limit_serves_ends_no_rest_of_the_common_quota() {
    let mut pool = pool();
    pool.read_model_limits(A, vec![model_limit(40.0)], at(0));
    pool.quota_out(A, Some(Reset { at: at(600), window: None }), at(1));
    assert_eq!(chosen(&mut pool, "quick"), Choice::Use(A));
    pool.committed(A, &of("quick"), at(2));
    assert_eq!(chosen(&mut pool, "large"), Choice::Use(B));
    pool.committed(A, &of("large"), at(3));
    assert_eq!(chosen(&mut pool, "large"), Choice::Use(A), "its common quota served");
}

/// Else a turn that waits for the reset is woken by something else, or not at all.
#[test]
fn the_end_of_a_limit_that_only_credits_go_beyond_is_a_tick() {
    let mut pool = pool();
    let window = Window {
        length: Duration::from_secs(18_000),
        used_percent: 10.0,
        resets_at: Some(at(9000)),
    };
    let credits = Some(Credits { available: true, unlimited: false, balance: Some("17".into()) });
    let usage = Usage { windows: vec![window], credits, plan: None, read_at: at(0) };
    pool.read_usage(A, usage, false, at(0));
    pool.read_model_limits(A, vec![model_limit(100.0)], at(0));
    assert_eq!(pool.next_tick(at(10)), Some(at(5000)));
    assert!(pool.next_tick(at(5000)).is_none_or(|next| next > at(5000)));
}

type Act<'a> = &'a dyn Fn(&mut PoolState);

/// The router sleeps until the next tick: one that is over and does nothing would keep it awake.
#[test]
fn a_limit_that_ends_while_its_profile_serves_nothing_is_no_tick_that_is_due() {
    let pause = |pool: &mut PoolState, paused| {
        let profile = pool.profile(A).unwrap().clone();
        pool.put(PoolProfile { paused, ..profile });
    };
    let away: [(Act<'_>, Act<'_>); 3] = [
        (&|pool| pause(pool, true), &|pool| pause(pool, false)),
        (&|pool| drop(pool.sign_in_lost(A, "invalid_grant")), &|pool| pool.signed_in(A)),
        (&|pool| drop(pool.limit_out(A, (None, None), None, at(500))), &|pool| {
            pool.tick(at(100_000));
        }),
    ];
    for (at_row, (goes, comes_back)) in away.into_iter().enumerate() {
        let mut pool = pool();
        pool.read_model_limits(A, vec![model_limit(40.0)], at(0));
        out(&mut pool, A, "codex-quick");
        goes(&mut pool);
        assert_eq!(pool.tick(at(601)), [], "row {at_row}");
        assert!(pool.next_tick(at(601)).is_none_or(|next| next > at(601)), "row {at_row}");
        comes_back(&mut pool);
        assert!(pool.next_tick(at(601)).is_some_and(|next| next <= at(601)), "row {at_row}");
        assert_eq!(pool.tick(at(100_000)).len(), 1, "row {at_row}");
        assert_eq!(pool.next_tick(at(601)), None, "row {at_row}");
    }
}
