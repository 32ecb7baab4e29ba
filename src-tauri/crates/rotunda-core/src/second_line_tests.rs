use std::time::UNIX_EPOCH;

use super::*;
use crate::{
    choice::Rules,
    pool::PoolState,
    profile::{Cooldown, Kind, PoolProfile, ProfileId},
    quota::report_of,
};

const NEEDED: Facts = Facts {
    is_wanted: true,
    is_bound: true,
    is_serving: true,
    is_foreign: false,
    own: OwnAccount::Refused,
    other_ready: true,
};

#[test]
fn the_line_stands_only_while_everything_holds() {
    assert_eq!(decide(&NEEDED), Ok(()));
    for (facts, absence) in [
        (Facts { is_wanted: false, ..NEEDED }, Absence::SwitchedOff),
        (Facts { is_foreign: true, ..NEEDED }, Absence::Foreign),
        (Facts { is_bound: false, ..NEEDED }, Absence::NotBound),
        (Facts { is_serving: false, ..NEEDED }, Absence::NotServing),
        (Facts { own: OwnAccount::Unknown, ..NEEDED }, Absence::OwnUnknown),
        (Facts { own: OwnAccount::Served, ..NEEDED }, Absence::OwnServed),
        (Facts { other_ready: false, ..NEEDED }, Absence::NoOther),
    ] {
        assert_eq!(decide(&facts), Err(absence));
    }
}

/// Each combination of facts: one that does not hold is enough.
#[test]
fn no_other_combination_writes_the_line() {
    let accounts = [OwnAccount::Unknown, OwnAccount::Served, OwnAccount::Refused];
    let mut written = 0;
    for bits in 0..32_u8 {
        for own in accounts {
            let is = |bit: u8| bits & (1 << bit) != 0;
            let facts = Facts {
                is_wanted: is(0),
                is_bound: is(1),
                is_serving: is(2),
                is_foreign: is(3),
                other_ready: is(4),
                own,
            };
            written += u32::from(decide(&facts).is_ok());
            assert_eq!(decide(&facts).is_ok(), facts == NEEDED, "{facts:?}");
        }
    }
    assert_eq!(written, 1);
}

#[test]
fn a_line_that_was_taken_out_returns_after_a_pause() {
    let at = UNIX_EPOCH + Duration::from_secs(1000);
    assert!(may_return(None, at));
    assert!(!may_return(Some(at), at));
    assert!(!may_return(Some(at), at + PAUSE.saturating_sub(Duration::from_millis(1))));
    assert!(may_return(Some(at), at + PAUSE));
    assert!(may_return(Some(at), at - Duration::from_secs(1)));
}

fn profile(id: u64, own_sign_in: bool) -> PoolProfile {
    PoolProfile {
        id: ProfileId(id),
        kind: Kind::ChatGpt,
        account_id: None,
        rank: u32::try_from(id).unwrap(),
        paused: false,
        own_sign_in,
    }
}

fn pool(profiles: impl IntoIterator<Item = PoolProfile>) -> PoolState {
    let mut pool = PoolState::default();
    profiles.into_iter().for_each(|profile| pool.put(profile));
    pool
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

fn read(pool: &mut PoolState, id: u64, allowed: bool, used: u32) {
    let window = serde_json::json!({"used_percent": used, "limit_window_seconds": 18_000,
        "reset_after_seconds": 600, "reset_at": 1_700_000_600});
    let body = serde_json::json!({"plan_type": "plus", "rate_limit": {"allowed": allowed,
        "limit_reached": !allowed, "primary_window": window, "secondary_window": null}});
    pool.read_report(ProfileId(id), report_of(&body, now()).unwrap(), now());
}

#[test]
fn codex_s_own_account_is_known_by_its_readings() {
    let mut two = pool([profile(1, true), profile(2, false)]);
    assert_eq!(own_account(&two.view(now())), OwnAccount::Served);
    read(&mut two, 1, false, 100);
    assert_eq!(own_account(&two.view(now())), OwnAccount::Refused);
    read(&mut two, 1, true, 40);
    read(&mut two, 1, true, 40);
    assert_eq!(own_account(&two.view(now())), OwnAccount::Served);
    // Another profile that is out says nothing of it.
    read(&mut two, 2, false, 100);
    assert_eq!(own_account(&two.view(now())), OwnAccount::Served);
}

#[test]
fn a_refused_turn_counts_before_the_next_reading() {
    let mut two = pool([profile(1, true), profile(2, false)]);
    two.quota_out(ProfileId(1), None, now());
    assert_eq!(own_account(&two.view(now())), OwnAccount::Refused);
}

#[test]
fn without_codex_s_own_sign_in_nothing_is_known() {
    assert_eq!(own_account(&pool([profile(1, false)]).view(now())), OwnAccount::Unknown);
    assert_eq!(own_account(&pool([]).view(now())), OwnAccount::Unknown);
}

/// Credits go on where the windows end: upstream then allows requests.
#[test]
fn an_account_with_credits_is_served() {
    let mut two = pool([profile(1, true), profile(2, false)]);
    let body = serde_json::json!({"plan_type": "plus",
        "rate_limit": {"allowed": true, "limit_reached": true},
        "credits": {"has_credits": true, "unlimited": false, "balance": "5"}});
    two.read_report(ProfileId(1), report_of(&body, now()).unwrap(), now());
    assert_eq!(own_account(&two.view(now())), OwnAccount::Served);
}

#[test]
fn another_profile_is_ready_when_the_next_turn_would_use_it() {
    let key = PoolProfile { kind: Kind::ApiKey, ..profile(3, false) };
    let paused = PoolProfile { paused: true, ..profile(2, false) };
    for (profiles, use_api_keys, expected) in [
        (vec![], false, false),
        (vec![profile(1, true)], false, false),
        (vec![profile(1, true), profile(2, false)], false, true),
        (vec![profile(1, true), paused.clone()], false, false),
        (vec![profile(1, true), key.clone()], false, false),
        (vec![profile(1, true), key], true, true),
        (vec![profile(1, true), paused, profile(4, false)], false, true),
    ] {
        let mut pool = pool(profiles.clone());
        pool.set_rules(Rules { use_api_keys, ..Rules::default() });
        assert_eq!(is_other_ready(&pool.view(now())), expected, "{profiles:?}");
    }
}

#[test]
fn a_pin_decides_which_profile_counts() {
    let mut three = pool([profile(1, true), profile(2, false), profile(3, false)]);
    three.pin(Some(ProfileId(1)));
    assert!(!is_other_ready(&three.view(now())));
    three.pin(Some(ProfileId(2)));
    assert!(is_other_ready(&three.view(now())));
    three.quota_out(ProfileId(2), None, now());
    assert!(!is_other_ready(&three.view(now())));
    let rest = three.view(now()).profiles[1].standing;
    assert!(matches!(rest, Standing::Resting(Cooldown { .. })));
}
