use super::*;
use crate::{
    affinity::{Continuation, Key, KeyKind},
    choice::Choice,
    pool::{Kept, Memory},
    profile::{ProfileId, WindowKind},
    quota::Reset,
    testing::pool_of,
};

const A: ProfileId = ProfileId(1);
const B: ProfileId = ProfileId(2);
const YEAR: u64 = 365 * 24 * 3600;
/// When the tests begin, in seconds since 1970.
const START: u64 = 1_800_000_000;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn at(after: u64) -> SystemTime {
    UNIX_EPOCH + seconds(START) + seconds(after)
}

fn pool() -> PoolState {
    pool_of(&[A, B])
}

fn usage(read_at: SystemTime, resets_at: SystemTime) -> Usage {
    let window =
        Window { length: seconds(18_000), used_percent: 100.0, resets_at: Some(resets_at) };
    Usage { windows: vec![window], plan: None, credits: None, read_at }
}

fn rest_of(pool: &PoolState, now: SystemTime) -> Option<SystemTime> {
    match pool.view(now).profiles[0].standing {
        Standing::Resting(rest) => Some(rest.until),
        _ => None,
    }
}

fn out(pool: &mut PoolState, after: u64, until: u64) {
    pool.read_usage(A, usage(at(after), at(until)), true, at(after));
    let reset = Reset { at: at(until), window: Some(WindowKind::FiveHours) };
    pool.quota_out(A, Some(reset), at(after));
}

#[test]
fn a_clock_set_back_keeps_the_length_of_every_cooldown() {
    for by in [3600, 24 * 3600, 10 * YEAR] {
        let mut pool = pool();
        out(&mut pool, 0, 7200);
        pool.clock_stepped(ClockStep::Back(seconds(by)));
        let now = at(0) - seconds(by);
        assert_eq!(rest_of(&pool, now), Some(now + seconds(7200)), "{by}");
        let seen = pool.view(now).profiles[0].usage.clone().unwrap();
        assert_eq!((seen.read_at, seen.windows[0].resets_at), (now, Some(now + seconds(7200))));
        assert_eq!(pool.choose(&Continuation::default(), &[], now).choice, Choice::Use(B));
        pool.tick(now + seconds(7200));
        assert_eq!(rest_of(&pool, now + seconds(7200)), None, "{by}");
    }
}

#[test]
fn a_clock_set_forward_ends_rests_early_and_never_late() {
    let mut pool = pool();
    out(&mut pool, 0, 7200);
    pool.clock_stepped(ClockStep::Forward(seconds(10 * YEAR)));
    assert_eq!(rest_of(&pool, at(1)), Some(at(7200)), "the end has not moved");
    let now = at(10 * YEAR);
    pool.tick(now);
    assert_eq!(rest_of(&pool, now), None);
    // Tried and refused again, it rests by the new clock; set right, still as long.
    pool.quota_out(A, Some(Reset { at: now + seconds(7000), window: None }), now);
    pool.clock_stepped(ClockStep::Back(seconds(10 * YEAR)));
    assert_eq!(rest_of(&pool, at(0)), Some(at(7000)));
}

#[test]
fn what_was_kept_by_a_wrong_clock_is_bounded_when_it_is_read() {
    let quota = |until| Standing::Resting(Cooldown { until, cause: CooldownCause::Quota(None) });
    let trouble = |until| Standing::Resting(Cooldown { until, cause: CooldownCause::Trouble });
    for (kept, longest) in [
        (quota(at(10 * YEAR)), Some(LONGEST_REST)),
        (quota(at(60)), Some(seconds(60))),
        (trouble(at(10 * YEAR)), Some(LONGEST_TROUBLE_REST)),
        (Standing::NeedsSignIn, None),
    ] {
        let mut pool = pool();
        let usage = Some(usage(at(10 * YEAR), at(10 * YEAR)));
        pool.restore(
            [Memory::Profile(A, Kept { standing: kept, usage, spending: None, paid: None })],
            at(0),
        );
        assert_eq!(rest_of(&pool, at(0)), longest.map(|longest| at(0) + longest), "{kept:?}");
        let seen = pool.view(at(0)).profiles[0].usage.clone().unwrap();
        assert_eq!((seen.read_at, seen.windows[0].resets_at), (at(0), Some(at(18_000))));
    }
}

#[test]
fn a_dead_chain_is_not_dead_for_years_after_a_step() {
    let mut pool = pool();
    let continuation =
        Continuation { previous_response: Some("r".into()), ..Continuation::default() };
    pool.lost_chain(A, &["r"], None, at(10 * YEAR));
    let life = |pool: &mut PoolState, now| pool.choose(&continuation, &[], now).affinity;
    assert_eq!(life(&mut pool, at(10 * YEAR + 60)), crate::Affinity::Lost);
    pool.clock_stepped(ClockStep::Back(seconds(10 * YEAR)));
    assert_eq!(life(&mut pool, at(60)), crate::Affinity::Lost);
    assert_eq!(life(&mut pool, at(901)), crate::Affinity::Unowned(None));
    // Without having been there when the clock was set: after a restart.
    let key = Key::new(KeyKind::Response, "r").unwrap();
    let mut ledger = crate::affinity::Ledger::default();
    ledger.mark_gone(key.clone(), A, at(10 * YEAR));
    assert_eq!(ledger.owner(&key, at(0)), None);
}
