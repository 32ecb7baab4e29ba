use std::time::SystemTime;

use super::*;
use crate::{
    pool::PoolState,
    profile::{Credits, PoolProfile, Usage, UseCredits, Window},
};

const A: ProfileId = ProfileId(1);
const B: ProfileId = ProfileId(2);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

fn at(uptime: Duration) -> Moment {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    Moment { now: start + uptime, uptime }
}

fn profile(id: ProfileId, kind: Kind) -> PoolProfile {
    let rank = u32::try_from(id.0).unwrap();
    PoolProfile { id, kind, account_id: None, rank, paused: false, own_sign_in: false }
}

/// What a profile has left, and when that begins afresh.
fn usage(used_percent: f64, resets_in: Option<Duration>) -> Usage {
    let resets_at = resets_in.map(|away| at(Duration::ZERO).now + away);
    let window = Window { length: 5 * HOUR, used_percent, resets_at };
    Usage { windows: vec![window], plan: None, credits: None, read_at: at(Duration::ZERO).now }
}

struct Rig {
    plan: QuotaPlan,
    pool: PoolState,
}

impl Rig {
    fn of(profiles: &[(ProfileId, Kind)]) -> Self {
        let mut pool = PoolState::default();
        for (id, kind) in profiles {
            pool.put(profile(*id, *kind));
        }
        Self { plan: QuotaPlan::default(), pool }
    }

    fn due(&mut self, uptime: Duration) -> Vec<ProfileId> {
        self.plan.due(&self.pool.view(at(uptime).now), uptime)
    }

    fn ended(&mut self, id: ProfileId, has_report: bool, uptime: Duration) {
        let view = self.pool.view(at(uptime).now);
        self.plan.ended(id, has_report, &view, at(uptime));
    }

    /// When the profile is due again after a reading that ended now.
    #[track_caller]
    fn pause(&mut self, id: ProfileId, has_report: bool, uptime: Duration) -> Duration {
        self.ended(id, has_report, uptime);
        self.plan.readings[&id].next.saturating_sub(uptime)
    }
}

#[test]
fn the_first_readings_come_one_after_another() {
    let mut rig = Rig::of(&[(A, Kind::ChatGpt), (B, Kind::ChatGpt)]);
    assert_eq!(rig.due(HOUR), [A]);
    rig.ended(A, true, HOUR);
    assert_eq!(rig.plan.nap(HOUR), STAGGER);
    assert_eq!(rig.due(HOUR + STAGGER), [B]);
}

#[test]
fn api_keys_and_sign_ins_that_are_gone_are_not_read() {
    let mut rig = Rig::of(&[(A, Kind::ApiKey), (B, Kind::ChatGpt)]);
    rig.pool.sign_in_lost(B, "invalid_grant");
    assert!(rig.due(HOUR).is_empty());
    assert_eq!(rig.plan.nap(HOUR), LONGEST_NAP);
    rig.pool.signed_in(B);
    assert_eq!(rig.due(HOUR), [B]);
}

/// Its credits would pay, and the other profile has quota: nothing changes soon.
#[test]
fn credits_that_are_not_used_cause_no_more_readings() {
    for consent in UseCredits::ALL {
        let mut rig = Rig::of(&[(A, Kind::ChatGpt), (B, Kind::ChatGpt)]);
        rig.pool.set_use_credits(A, Some(consent));
        rig.pool.use_now(B);
        let balance = Some("12".to_owned());
        let credits = Some(Credits { available: true, unlimited: false, balance });
        let full = Usage { credits: credits.clone(), ..usage(100.0, Some(50 * HOUR)) };
        rig.pool.read_usage(A, full, false, at(HOUR).now);
        rig.due(HOUR);
        assert_eq!(rig.pause(A, true, HOUR), IDLE, "{consent:?}");
        let back = Usage { credits, ..usage(10.0, None) };
        rig.pool.read_usage(A, back, false, at(HOUR).now);
        let is_out = consent != UseCredits::Always;
        let expected = if is_out { SECOND_LOOK } else { IDLE };
        assert_eq!(rig.pause(A, true, HOUR), expected, "{consent:?}: a second reading is needed");
    }
}

#[test]
fn a_profile_in_use_is_read_more_often() {
    let mut rig = Rig::of(&[(A, Kind::ChatGpt), (B, Kind::ChatGpt)]);
    rig.pool.use_now(B);
    rig.due(HOUR);
    assert_eq!(rig.pause(A, true, HOUR), IDLE);
    assert_eq!(rig.pause(B, true, HOUR), IN_USE);
    // What counts is whether it served since the reading before.
    assert_eq!(rig.pause(B, true, HOUR), IDLE);
}

#[test]
fn a_failed_reading_is_tried_again_with_growing_pauses() {
    let mut rig = Rig::of(&[(A, Kind::ChatGpt)]);
    rig.due(HOUR);
    for minutes in [1, 2, 4, 8, 16, 30, 30] {
        assert_eq!(rig.pause(A, false, HOUR), minutes * MINUTE);
    }
    assert_eq!(rig.pause(A, true, HOUR), IDLE);
    assert_eq!(rig.pause(A, false, HOUR), MINUTE);
}

#[test]
fn a_known_reset_is_looked_at_and_so_is_a_rest_that_the_reading_contradicts() {
    let mut rig = Rig::of(&[(A, Kind::ChatGpt), (B, Kind::ChatGpt)]);
    rig.pool.use_now(B);
    rig.due(Duration::ZERO);
    let now = at(Duration::ZERO).now;
    rig.pool.read_usage(A, usage(10.0, Some(10 * MINUTE)), false, now);
    assert_eq!(rig.pause(A, true, Duration::ZERO), 10 * MINUTE + PAST_RESET);
    rig.pool.read_usage(A, usage(10.0, Some(2 * HOUR)), false, now);
    assert_eq!(rig.pause(A, true, Duration::ZERO), IDLE);
    rig.pool.limit_out(A, (None, None), None, now);
    assert_eq!(rig.pause(A, true, Duration::ZERO), SECOND_LOOK);
}

#[test]
fn all_are_read_when_that_is_wanted() {
    let mut rig = Rig::of(&[(A, Kind::ChatGpt), (B, Kind::ChatGpt)]);
    rig.due(HOUR);
    rig.ended(A, true, HOUR);
    rig.ended(B, true, HOUR);
    assert!(rig.due(HOUR).is_empty());
    rig.plan.read_all(HOUR);
    assert_eq!(rig.due(HOUR), [A, B]);
}

#[test]
fn a_path_that_refuses_a_renewed_token_renews_no_more_until_it_is_read() {
    let mut rig = Rig::of(&[(A, Kind::ChatGpt)]);
    rig.due(HOUR);
    assert!(rig.plan.may_renew(A, "usage"));
    rig.plan.answered(A, "usage", true);
    assert!(!rig.plan.may_renew(A, "usage") && rig.plan.may_renew(A, "check"));
    rig.plan.answered(A, "usage", false);
    assert!(rig.plan.may_renew(A, "usage"));
    // A profile that is added again starts afresh.
    rig.plan.answered(A, "usage", true);
    rig.pool.remove(A);
    rig.due(HOUR);
    assert!(rig.plan.may_renew(A, "usage"));
}

/// A profile whose sign-in ended while it was read, and came back by itself.
#[test]
fn a_profile_that_comes_back_is_read_soon_but_not_within_a_minute_of_a_failure() {
    for (away, failures, due) in [(30, 1, 60), (30, 5, 60), (300, 1, 300)] {
        let mut rig = Rig::of(&[(A, Kind::ChatGpt)]);
        let seconds = Duration::from_secs;
        assert_eq!(rig.due(Duration::ZERO), [A]);
        let last = HOUR * failures;
        for failure in 1..=failures {
            rig.ended(A, false, HOUR * failure);
        }
        rig.pool.sign_in_lost(A, "refresh_token_reused");
        assert_eq!(rig.due(last + seconds(away)), []);
        rig.pool.signed_in(A);
        assert_eq!(rig.due(last + seconds(due)), [A], "{away} {failures}");
        if due > away {
            assert_eq!(rig.due(last + seconds(due - 1)), [], "{away} {failures}");
        }
    }
}
