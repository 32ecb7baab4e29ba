use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::{
    affinity::Past,
    choice::Choice,
    pool::Outlook,
    profile::{Kind, Seat, Window},
};

const A: ProfileId = ProfileId(1);
const B: ProfileId = ProfileId(2);

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn pool() -> PoolState {
    let mut pool = PoolState::default();
    for (rank, id) in (0..).zip([A, B]) {
        pool.put(Seat {
            id,
            kind: Kind::ChatGpt,
            account_id: None,
            rank,
            paused: false,
            own_sign_in: false,
        });
    }
    pool
}

fn family(used_percent: f64) -> Family {
    Family {
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

fn of(model: &str) -> Past {
    Past { model: Some(model.into()), ..Past::default() }
}

fn chosen(pool: &mut PoolState, model: &str) -> Choice {
    pool.choose(&of(model), &[], at(10)).choice
}

fn out(pool: &mut PoolState, id: ProfileId, limit: &str) -> Vec<Event> {
    let reset = Reset { at: at(600), window: None };
    pool.limit_out(id, (Some(limit), Some("quick")), Some(reset), at(1))
}

#[test]
fn a_used_up_family_moves_only_its_own_model() {
    let mut pool = pool();
    pool.read_families(A, vec![family(40.0)], at(0));
    let events = out(&mut pool, A, "codex-quick");
    let limit = || "Quick model".to_owned();
    assert_eq!(events, [Event::LimitReached { profile: A, limit: limit(), until: at(600) }]);
    assert_eq!(chosen(&mut pool, "quick"), Choice::Use(B));
    assert_eq!(chosen(&mut pool, "large"), Choice::Use(A));
    assert_eq!(pool.next_tick(), Some(at(600)));
    assert_eq!(pool.tick(at(600)), [Event::LimitReset { profile: A, limit: limit() }]);
    assert_eq!(chosen(&mut pool, "quick"), Choice::Use(A));
}

#[test]
fn a_limit_that_was_never_named_is_the_profiles_own() {
    let mut pool = pool();
    pool.read_families(A, vec![family(40.0)], at(0));
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
    pool.read_families(A, vec![family(100.0)], at(0));
    assert_eq!(chosen(&mut pool, "quick"), Choice::Use(B));
    assert_eq!(chosen(&mut pool, "large"), Choice::Use(A));
    pool.read_families(B, vec![family(100.0)], at(0));
    assert_eq!(chosen(&mut pool, "quick"), Choice::Use(A));
}

#[test]
fn when_a_family_is_out_everywhere_the_first_reset_is_told() {
    let mut pool = pool();
    for id in [A, B] {
        pool.read_families(id, vec![family(40.0)], at(0));
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
    let mut unnamed = family(40.0);
    unnamed.model = None;
    pool.read_families(A, vec![unnamed.clone()], at(0));
    out(&mut pool, A, "codex_quick");
    pool.read_families(A, vec![unnamed.clone()], at(2));
    assert_eq!(chosen(&mut pool, "quick"), Choice::Use(B), "the refusal said which model it is");
    pool.read_families(A, vec![unnamed], at(3));
    assert_eq!(chosen(&mut pool, "quick"), Choice::Use(A));
}
