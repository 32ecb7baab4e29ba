use super::*;
use crate::testing::pool_of;

const A: ProfileId = ProfileId(1);
const B: ProfileId = ProfileId(2);
const BOUNDS: SilenceBounds =
    SilenceBounds { least: Duration::from_secs(60), unknown: Duration::from_secs(600) };

fn work(route: &'static str, over_socket: bool) -> Work<'static> {
    Work { model: None, route, over_socket, allowed: None }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn learn(pool: &mut PoolState, id: ProfileId, work: Work<'_>, took: &[u64]) {
    for took in took {
        pool.answer_began(id, work, seconds(*took));
    }
}

#[test]
fn the_usual_time_of_each_profile_and_kind_is_its_own() {
    let mut pool = pool_of(&[A, B]);
    let (turn, compact, socket) =
        (work("responses", false), work("compact", false), work("responses", true));
    learn(&mut pool, A, turn, &[1, 2, 30, 2, 1]);
    learn(&mut pool, A, compact, &[200; 5]);
    let late = |id, work| pool.longest_silence(id, work, BOUNDS);
    let turns = late(A, turn);
    assert!((seconds(100)..seconds(120)).contains(&turns), "about four times 30 s: {turns:?}");
    assert_eq!(late(A, compact), seconds(800));
    assert_eq!((late(A, socket), late(B, turn)), (BOUNDS.unknown, BOUNDS.unknown));
    assert_eq!(pool.usual_silence(B, turn), None);
}

#[test]
fn nothing_is_usual_before_there_are_enough_answers() {
    let mut pool = pool_of(&[A]);
    let turn = work("responses", false);
    learn(&mut pool, A, turn, &[1; 4]);
    assert_eq!(pool.longest_silence(A, turn, BOUNDS), BOUNDS.unknown);
    learn(&mut pool, A, turn, &[1]);
    assert_eq!(pool.longest_silence(A, turn, BOUNDS), BOUNDS.least, "never before that");
}

#[test]
fn other_requests_than_turns_may_take_longer() {
    let pool = pool_of(&[A]);
    let compact = pool.longest_silence(A, work("compact", false), BOUNDS);
    assert_eq!(compact, BOUNDS.unknown * 4);
}

#[test]
fn a_long_time_counts_at_once_and_fades() {
    let mut pool = pool_of(&[A]);
    let turn = work("responses", false);
    learn(&mut pool, A, turn, &[1, 1, 1, 1, 100]);
    assert_eq!(pool.usual_silence(A, turn), Some(seconds(100)));
    learn(&mut pool, A, turn, &[1; 100]);
    let usual = pool.usual_silence(A, turn).unwrap();
    assert!(usual < seconds(2), "{usual:?}");
}

#[test]
fn times_from_outside_are_bounded() {
    let mut pool = pool_of(&[A]);
    let turn = work("responses", false);
    (0..5).for_each(|_| pool.answer_began(A, turn, Duration::MAX));
    assert_eq!(pool.longest_silence(A, turn, BOUNDS), Duration::MAX);
    pool.answer_began(B, turn, seconds(1));
    pool.end_silence(A);
    assert_eq!(pool.entries[&A].silence.late(), 0);
}
