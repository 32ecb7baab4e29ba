//! The pool as a story: what is observed, what follows.

use std::time::UNIX_EPOCH;

use super::*;
use crate::{
    affinity::{Affinity, Continuation, Key, KeyKind},
    profile::Window,
    testing::{pool_of, profile},
    verdict::Verdict,
};

const A: ProfileId = ProfileId(1);
const B: ProfileId = ProfileId(2);

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
}

fn pool() -> PoolState {
    pool_of(&[A, B])
}

fn session(name: &str) -> Continuation {
    Continuation { session: Some(name.into()), ..Continuation::default() }
}

fn usage(percent: f64, resets: u64, now: SystemTime) -> Usage {
    let length = Duration::from_secs(18_000);
    let window = Window { length, used_percent: percent, resets_at: Some(at(resets)) };
    Usage { windows: vec![window], plan: None, credits: None, read_at: now }
}

fn out_until(seconds: u64) -> Reset {
    Reset { at: at(seconds), window: None }
}

#[track_caller]
fn serves(pool: &mut PoolState, continuation: &Continuation, now: SystemTime, expected: ProfileId) {
    assert_eq!(pool.choose(continuation, &[], now).choice, Choice::Use(expected));
}

#[test]
fn a_used_up_quota_moves_new_work_with_a_cause() {
    let mut pool = pool();
    pool.committed(A, &session("s"), at(0));
    let events = pool.quota_out(A, Some(out_until(600)), at(1));
    let rest = Cooldown { until: at(600), cause: CooldownCause::Quota(None) };
    assert_eq!(events, [Event::Rested { profile: A, rest }]);
    serves(&mut pool, &session("s"), at(2), B);
    let events = pool.committed(B, &session("s"), at(2));
    let rotated =
        Event::Rotated { from: A, to: B, cause: Some(rest.cause), until: Some(rest.until) };
    assert_eq!(events, [rotated]);
    assert_eq!(pool.tick(at(600)), [Event::Recovered { profile: A }]);
    // C19: the conversation was rebound and stays.
    serves(&mut pool, &session("s"), at(601), B);
    serves(&mut pool, &session("new"), at(601), A);
}

/// What is said to serve the next conversation does serve it.
#[test]
fn the_next_conversation_goes_where_the_view_says() {
    let mut pool = pool();
    let next = |pool: &mut PoolState| {
        let view = pool.view(at(1));
        let choice = pool.choose(&Continuation::default(), &[], at(1)).choice;
        assert_eq!(view.next.map_or(Choice::Nobody, Choice::Use), choice);
        (view.serving, view.next)
    };
    pool.committed(B, &session("s"), at(0));
    assert_eq!(next(&mut pool), (Some(B), Some(A)), "the latest turn does not decide");
    pool.use_now(B);
    assert_eq!(next(&mut pool), (Some(B), Some(B)));
    pool.pin(Some(A));
    assert_eq!(next(&mut pool), (Some(A), Some(A)));
    pool.quota_out(A, Some(out_until(600)), at(1));
    assert_eq!(pool.view(at(1)).next, None, "nothing rotates away from a pin");
}

/// C20.
#[test]
fn a_stand_in_does_not_keep_the_conversation() {
    let mut pool = pool();
    pool.committed(A, &session("s"), at(0));
    assert_eq!(pool.troubled(A, at(1)), []);
    assert!(matches!(pool.troubled(A, at(1))[..], [Event::Rested { .. }]));
    serves(&mut pool, &session("s"), at(2), B);
    pool.committed(B, &session("s"), at(2));
    pool.tick(at(60));
    serves(&mut pool, &session("s"), at(61), A);
}

#[test]
fn trouble_in_a_row_rests_longer_and_success_forgets_it() {
    let mut pool = pool();
    let until = |events: Vec<Event>| match events[..] {
        [Event::Rested { rest, .. }] => rest.until,
        _ => panic!("a rest"),
    };
    pool.troubled(A, at(0));
    assert_eq!(until(pool.troubled(A, at(0))), at(20));
    assert_eq!(until(pool.troubled(A, at(0))), at(40));
    for _ in 0..9 {
        pool.troubled(A, at(0));
    }
    assert_eq!(until(pool.troubled(A, at(0))), at(120));
    pool.committed(A, &Continuation::default(), at(1));
    assert_eq!(pool.troubled(A, at(2)), []);
}

/// Lesson D4 and ui-design 23: an early reset is believed after two readings.
#[test]
fn an_early_reset_is_believed_the_second_time() {
    let mut pool = pool();
    pool.quota_out(A, Some(out_until(9000)), at(0));
    assert_eq!(pool.read_usage(A, usage(2.0, 9000, at(5)), false, at(5)), []);
    assert_eq!(pool.read_usage(A, usage(100.0, 9000, at(6)), false, at(6)), []);
    assert_eq!(pool.read_usage(A, usage(2.0, 9000, at(7)), true, at(7)), []);
    assert_eq!(pool.read_usage(A, usage(2.0, 9000, at(8)), false, at(8)), []);
    let events = pool.read_usage(A, usage(2.0, 9000, at(9)), false, at(9));
    assert_eq!(events, [Event::Recovered { profile: A }]);
}

#[test]
fn a_rest_without_a_named_end_takes_the_windows() {
    let mut pool = pool();
    pool.read_usage(A, usage(100.0, 700, at(0)), true, at(0));
    let five_hours = CooldownCause::Quota(Some(WindowKind::FiveHours));
    let rest = Cooldown { until: at(700), cause: five_hours };
    assert_eq!(pool.quota_out(A, None, at(1)), [Event::Rested { profile: A, rest }]);
    let rest = Cooldown { until: at(1) + UNNAMED_QUOTA_REST, cause: CooldownCause::Quota(None) };
    assert_eq!(pool.quota_out(B, None, at(1)), [Event::Rested { profile: B, rest }]);
}

/// Lesson 71, and a reset in the past does not make a busy loop.
#[test]
fn rests_are_neither_endless_nor_instant() {
    let mut pool = pool();
    for (named, expected) in [(0, 100 + 5), (90 * 24 * 3600, 100 + 8 * 24 * 3600)] {
        pool.quota_out(A, Some(out_until(named)), at(100));
        assert_eq!(pool.next_tick(at(0)), Some(at(expected)));
    }
}

#[test]
fn a_choice_beats_soft_ties_until_it_is_out() {
    let mut pool = pool();
    pool.committed(A, &session("s"), at(0));
    assert_eq!(pool.use_now(B), Some(Event::Chosen { profile: B }));
    serves(&mut pool, &session("s"), at(1), B);
    serves(&mut pool, &session("new"), at(1), B);
    pool.quota_out(B, Some(out_until(600)), at(2));
    serves(&mut pool, &session("new"), at(3), A);
    pool.tick(at(600));
    serves(&mut pool, &session("newer"), at(601), A);
    assert_eq!(pool.use_now(ProfileId(9)), None);
}

#[test]
fn a_choice_does_not_pass_the_hard_cap() {
    let mut pool = pool();
    pool.set_rules(Rules { hard_cap: 1, ..Rules::default() });
    pool.use_now(B);
    serves(&mut pool, &session("s"), at(1), B);
    pool.begin(B);
    serves(&mut pool, &session("t"), at(1), A);
}

#[test]
fn a_pin_holds_even_when_it_is_out() {
    let mut pool = pool();
    pool.pin(Some(B));
    serves(&mut pool, &session("s"), at(1), B);
    pool.quota_out(B, Some(out_until(600)), at(2));
    assert_eq!(pool.choose(&session("s"), &[], at(3)).choice, Choice::Wait(at(600)));
    pool.pin(None);
    serves(&mut pool, &session("s"), at(3), A);
}

#[test]
fn a_lost_sign_in_is_reported_once_and_cleared_by_a_new_one() {
    let mut pool = pool();
    let lost = Event::NeedsSignIn { profile: A, code: "refresh_token_reused" };
    assert_eq!(pool.sign_in_lost(A, "refresh_token_reused"), [lost]);
    assert_eq!(pool.sign_in_lost(A, "refresh_token_reused"), []);
    assert_eq!(pool.quota_out(A, None, at(0)), []);
    assert_eq!(pool.tick(at(99_999)), []);
    serves(&mut pool, &Continuation::default(), at(1), B);
    pool.signed_in(A);
    serves(&mut pool, &Continuation::default(), at(1), A);
}

/// Lesson 83: what has no end shows none.
#[test]
fn the_view_has_the_serving_profile_and_the_end_of_exhaustion() {
    let mut pool = pool();
    assert_eq!(pool.view(at(0)).serving, Some(A));
    pool.quota_out(A, Some(out_until(600)), at(0));
    pool.quota_out(B, Some(out_until(300)), at(0));
    let view = pool.view(at(1));
    assert_eq!((view.serving, view.exhausted_until), (None, Some(at(300))));
    assert!(pool.ran_out(Some(at(300))).is_some());
    assert_eq!(pool.ran_out(Some(at(300))), None);
    pool.tick(at(300));
    assert_eq!(pool.view(at(300)).serving, Some(B));
    assert!(pool.ran_out(None).is_some());
}

#[test]
fn paused_profiles_keep_what_is_known_of_them() {
    let mut pool = pool();
    pool.put(PoolProfile { paused: true, ..profile(A) });
    serves(&mut pool, &Continuation::default(), at(0), B);
    assert_eq!(pool.view(at(0)).profiles[0].standing, Standing::Paused);
    pool.put(profile(A));
    serves(&mut pool, &Continuation::default(), at(0), A);
}

#[test]
fn a_removed_profile_leaves_nothing() {
    let mut pool = pool();
    pool.committed(A, &session("s"), at(0));
    pool.learned_response(A, "r", at(0));
    pool.pin(Some(A));
    pool.remove(A);
    serves(&mut pool, &session("s"), at(1), B);
    let chained = Continuation { previous_response: Some("r".into()), ..Continuation::default() };
    assert_eq!(pool.choose(&chained, &[], at(1)).affinity, Affinity::Unowned(None));
}

/// An answer may come after the removal of its profile: the client has it, and no profile
/// holds what it names.
#[test]
fn an_answer_of_a_removed_profile_binds_nothing() {
    let mut pool = pool_of(&[A, B, ProfileId(3)]);
    let mut continuation = session("s");
    continuation.previous_response = Some("r".into());
    continuation.compact = true;
    pool.committed(B, &session("other"), at(0));
    pool.learned_turn_state(A, "early", at(0));
    pool.remove(A);
    assert_eq!(pool.committed(A, &continuation, at(1)), []);
    pool.learned_response(A, "late", at(1));
    pool.learned_turn_state(A, "state", at(1));
    for response in ["r", "late"] {
        let request = Continuation { previous_response: Some(response.into()), ..session("s") };
        let chosen = pool.choose(&request, &[], at(2));
        // C17: the profile in use, and no second one.
        assert_eq!(chosen.affinity, Affinity::Unowned(Some(B)), "{response}");
        assert_eq!(chosen.choice, Choice::Use(B));
    }
    assert_eq!(pool.choose(&session("s"), &[], at(2)).affinity, Affinity::Free);
    for state in ["early", "state"] {
        // C19, also when the turn lasts long.
        assert!(
            !pool.turn_state_fits(B, state, at(2)) && !pool.turn_state_fits(B, state, at(3600))
        );
        let request = Continuation { turn_state: Some(state.into()), ..session("other") };
        assert_eq!(pool.choose(&request, &[], at(2)).affinity, Affinity::Prefer(B));
    }
}

/// Another profile may hold by then what an answer of a removed one speaks of.
#[test]
fn a_removed_profile_loses_no_chain_of_another() {
    let mut pool = pool();
    pool.learned_response(A, "r", at(0));
    pool.remove(A);
    let chained = Continuation { previous_response: Some("r".into()), ..session("s") };
    pool.committed(B, &chained, at(1));
    pool.doubted_chain(A, &chained, at(2));
    pool.doubted_chain(A, &chained, at(3));
    pool.lost_chain(A, &["r"], Some("state"), at(4));
    assert_eq!(pool.choose(&chained, &[], at(5)).affinity, Affinity::Pinned(B));
    assert!(!pool.turn_state_fits(B, "state", at(5)));
}

#[test]
fn a_profile_that_is_paused_or_added_again_holds_what_its_answers_name() {
    let mut pool = pool();
    pool.put(PoolProfile { paused: true, ..profile(A) });
    pool.committed(A, &session("s"), at(0));
    pool.learned_response(A, "r", at(0));
    pool.learned_turn_state(A, "state", at(0));
    let chained = Continuation { previous_response: Some("r".into()), ..session("s") };
    assert_eq!(pool.choose(&chained, &[], at(1)).affinity, Affinity::Pinned(A));
    assert!(pool.turn_state_fits(A, "state", at(1)));
    pool.remove(A);
    pool.put(profile(A));
    assert_eq!(pool.choose(&chained, &[], at(2)).affinity, Affinity::Unowned(None));
    pool.learned_response(A, "r", at(3));
    pool.learned_turn_state(A, "state", at(3));
    assert_eq!(pool.choose(&chained, &[], at(4)).affinity, Affinity::Pinned(A));
    assert!(pool.turn_state_fits(A, "state", at(4)) && !pool.turn_state_fits(B, "state", at(4)));
}

/// A crash between two writes of a removal, or an old copy of the store.
#[test]
fn what_a_removed_profile_held_does_not_come_back_at_a_start() {
    let mut before = pool();
    before.committed(A, &session("s"), at(0));
    before.learned_response(A, "r", at(0));
    before.learned_turn_state(A, "state", at(0));
    let kept = before.take_memory();
    let mut pool = pool_of(&[B]);
    pool.restore(kept, at(1));
    let chained = Continuation { previous_response: Some("r".into()), ..session("s") };
    assert_eq!(pool.choose(&chained, &[], at(2)).affinity, Affinity::Unowned(None));
    assert!(!pool.turn_state_fits(B, "state", at(2)));
    let gone = pool.take_memory();
    let is_gone =
        |it: &Memory| matches!(it, Memory::Chain(key, None) if key.kind != KeyKind::TurnState);
    assert_eq!(gone.len(), 2, "{gone:?}");
    assert!(gone.iter().all(is_gone), "{gone:?}");
}

/// A full disk for hours, and more conversations than are remembered: those that went do
/// not come back at the start after it.
#[test]
fn bindings_that_went_while_the_store_was_full_do_not_come_back() {
    let most = std::num::NonZeroUsize::new(4).unwrap();
    let mut pool = PoolState::with_ledger(Ledger::with_capacity(most));
    pool.put(profile(A));
    let name = |n: u64| format!("r{n}");
    (0..4).for_each(|n| pool.learned_response(A, &name(n), at(0)));
    let mut stored: BTreeMap<Key, crate::affinity::Chain> = BTreeMap::new();
    let mut save = |pool: &mut PoolState| {
        for memory in pool.take_memory() {
            match memory {
                Memory::Chain(key, Some(chain)) => drop(stored.insert(key, chain)),
                Memory::Chain(key, None) => drop(stored.remove(&key)),
                Memory::Profile(..) | Memory::Conversation(..) => {}
            }
        }
        stored.keys().map(|key| key.text.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(save(&mut pool), [0, 1, 2, 3].map(name));
    for n in 4..100 {
        pool.learned_response(A, &name(n), at(n));
        let memory = pool.take_memory();
        assert!(memory.len() <= 8, "{} changes", memory.len());
        pool.not_saved(memory);
    }
    assert_eq!(save(&mut pool), [96, 97, 98, 99].map(name));
}

#[test]
fn what_matters_survives_a_restart() {
    let mut pool = pool();
    pool.committed(A, &session("s"), at(0));
    pool.learned_response(A, "r", at(0));
    pool.quota_out(A, Some(out_until(600)), at(1));
    pool.sign_in_lost(B, "refresh_token_expired");
    let memory = pool.take_memory();
    assert_eq!(pool.take_memory(), []);

    let mut again = self::pool();
    again.restore(memory, at(2));
    assert_eq!(again.choose(&session("s"), &[], at(2)).choice, Choice::Wait(at(600)));
    let chained = Continuation { previous_response: Some("r".into()), ..Continuation::default() };
    assert_eq!(again.choose(&chained, &[], at(2)).affinity, Affinity::Pinned(A));
    assert_eq!(again.take_memory(), [], "restoring is not a change");
}

/// Upstream serves compactions, images and turns by different machines.
#[test]
fn trouble_with_compactions_rests_no_turn() {
    let mut pool = pool();
    let work = |route| Work { model: Some("m"), route, over_socket: false, allowed: None };
    let choice = |pool: &mut PoolState, route, seconds| {
        pool.choose_for(&Continuation::default(), work(route), &[], at(seconds)).choice
    };
    let moment = Moment { now: at(0), uptime: Duration::ZERO };
    for _ in 0..3 {
        pool.record_verdict(A, Verdict::Struggling, (None, None), "compact", moment);
        pool.record_failure(A, Failure::Ambiguous, "compact", moment);
    }
    assert!(pool.standings().all(|(_, standing)| standing == Standing::Ready));
    assert_eq!(choice(&mut pool, "compact", 1), Choice::Use(B));
    assert_eq!(choice(&mut pool, "responses", 1), Choice::Use(A));
    assert_eq!(choice(&mut pool, "compact", 121), Choice::Use(A), "two minutes at most");
    pool.record_verdict(A, Verdict::Struggling, (None, None), "compact", moment);
    pool.served_work(A, work("compact"));
    assert_eq!(choice(&mut pool, "compact", 2), Choice::Use(A), "it served one");
}

/// A store that is full for a moment loses nothing that was to be kept.
#[test]
fn what_could_not_be_saved_is_saved_later_as_it_is_then() {
    let mut pool = pool();
    pool.committed(A, &session("s"), at(0));
    pool.learned_response(A, "r", at(0));
    pool.learned_response(B, "other", at(0));
    pool.quota_out(A, Some(out_until(600)), at(1));
    let first = pool.take_memory();
    assert!(first.iter().any(|it| matches!(it, Memory::Profile(A, _))));

    pool.learned_response(B, "r", at(2));
    pool.remove(A);
    pool.not_saved(first.clone());
    let second = pool.take_memory();
    let chain = |memory: &[Memory], text| {
        let key = Key::new(KeyKind::Response, text);
        memory.iter().find_map(|it| match it {
            Memory::Chain(found, chain) if Some(found) == key.as_ref() => Some(*chain),
            _ => None,
        })
    };
    let profile = |memory: &[Memory], text| chain(memory, text).map(|it| it.map(|it| it.profile));
    assert_eq!(profile(&first, "r"), Some(Some(A)));
    assert_eq!(profile(&second, "r"), Some(Some(B)), "a later change is not undone");
    assert_eq!(profile(&second, "other"), Some(Some(B)));
    assert!(!second.iter().any(|it| matches!(it, Memory::Profile(A, _))), "it was removed");
    assert_eq!(pool.take_memory(), []);
}

#[test]
fn a_store_that_fails_is_tried_again_less_and_less_often() {
    let pauses: Vec<_> = [0, 1, 2, 3, 7, 8, u32::MAX].map(|it| save_pause(it).as_millis()).into();
    assert_eq!(pauses, [150, 1000, 2000, 4000, 60_000, 60_000, 60_000]);
}

/// C25: the way back is remembered, also within one request.
#[test]
fn a_conversation_remembers_where_it_lived() {
    let mut pool = pool();
    pool.committed(A, &session("s"), at(0));
    assert_eq!(pool.former_profile(&session("s"), B, &[B], at(0)), Some(A));
    pool.quota_out(A, Some(out_until(600)), at(1));
    pool.committed(B, &session("s"), at(2));
    assert_eq!(pool.former_profile(&session("s"), B, &[B], at(0)), None);
    pool.tick(at(600));
    assert_eq!(pool.former_profile(&session("s"), B, &[B], at(0)), Some(A));
    assert_eq!(pool.former_profile(&session("s"), B, &[A, B], at(0)), None);
}

#[test]
fn a_turn_state_stays_with_its_account() {
    let mut pool = pool();
    pool.learned_turn_state(A, "t", at(0));
    assert!(pool.turn_state_fits(A, "t", at(1)));
    assert!(!pool.turn_state_fits(B, "t", at(1)));
    assert!(pool.turn_state_fits(B, "unknown", at(1)));
    pool.lost_chain(A, &["r"], Some("t"), at(2));
    assert!(!pool.turn_state_fits(A, "t", at(3)));
}

/// Lesson 26: counting never goes below zero.
#[test]
fn requests_in_flight_are_counted() {
    let mut pool = pool();
    pool.begin(A);
    pool.begin(A);
    assert_eq!(pool.view(at(0)).profiles[0].in_flight, 2);
    for _ in 0..3 {
        pool.end(A);
    }
    assert_eq!(pool.view(at(0)).profiles[0].in_flight, 0);
}

#[test]
fn the_outlook_names_the_most_useful_reason() {
    assert_eq!(PoolState::default().outlook(None, at(0)), Outlook::Empty);
    let mut pool = pool();
    assert_eq!(
        pool.outlook(None, at(0)),
        Outlook::Trouble,
        "ready, so only what was tried is amiss"
    );
    pool.quota_out(A, Some(out_until(600)), at(0));
    pool.sign_in_lost(B, "refresh_token_expired");
    assert_eq!(pool.outlook(None, at(1)), Outlook::Quota { until: at(600), plan: None });
    pool.signed_in(B);
    pool.challenged(B, Moment { now: at(1), uptime: Duration::ZERO });
    assert_eq!(pool.outlook(None, at(1)), Outlook::Trouble);
    pool.quota_out(B, Some(out_until(500)), at(2));
    assert_eq!(pool.outlook(None, at(2)), Outlook::Quota { until: at(500), plan: None });
    pool.pin(Some(A));
    assert_eq!(pool.outlook(None, at(2)), Outlook::Quota { until: at(600), plan: None });
    for id in [A, B] {
        pool.sign_in_lost(id, "refresh_token_expired");
    }
    assert_eq!(pool.outlook(None, at(3)), Outlook::NeedsUser);
}
