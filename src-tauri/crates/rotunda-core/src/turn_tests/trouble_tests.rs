//! Trouble, and requests that wait.

use super::*;
use crate::affinity::Affinity;

/// Two of three are overloaded: the third is tried.
#[test]
fn an_overload_moves_on_as_long_as_profiles_are_ready() {
    for transport in BOTH {
        let mut rig = Rig::fresh(3, transport);
        rig.start();
        assert_eq!(rig.answer(Verdict::Struggling), Action::Send(B));
        assert_eq!(rig.answer(Verdict::Struggling), Action::Send(C));
        let action = rig.answer(Verdict::Struggling);
        assert!(matches!(action, Action::LookAgain(_)), "{action:?}");
        assert!(matches!(rig.waited(action), Action::Send(_)), "asked again within the search");
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    }
}

/// The client ends a turn at once when it sees an overload.
#[test]
fn an_overload_of_all_profiles_is_reported_as_unavailable() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        let mut action = rig.start();
        for _ in 0..200 {
            action = rig.waited(action);
            if !matches!(action, Action::Send(_)) {
                break;
            }
            rig.after(100);
            action = rig.answer(Verdict::Struggling);
        }
        assert_eq!(action, Action::Refuse(Refusal::Unavailable));
        assert!(!rig.missed());
        rig.holds_nothing();
    }
}

/// Two seconds without a network cost two seconds.
#[test]
fn trouble_that_all_share_rests_none_and_ends_with_the_first_success() {
    for transport in BOTH {
        for profiles in [1, 2, 7] {
            let mut rig = Rig::fresh(profiles, transport);
            let mut action = rig.start();
            while rig.now < start() + Duration::from_secs(2) {
                assert!(matches!(action, Action::Send(_)), "{action:?}");
                action = rig.fail(Failure::Unreachable);
                action = rig.waited(action);
            }
            assert!(matches!(action, Action::Send(_)));
            assert_eq!(rig.answer(Verdict::Good), Action::Commit);
            assert!(rig.now < start() + Duration::from_secs(4), "{:?}", rig.now);
            let statuses = rig.pool.view(rig.now).profiles;
            assert!(
                statuses.iter().all(|status| status.standing == Standing::Ready),
                "{statuses:?}"
            );
        }
    }
}

#[test]
fn one_request_at_a_time_asks_whether_the_way_is_open() {
    let mut rig = Rig::fresh(1, Transport::Http);
    rig.start();
    let first = rig.fail(Failure::Unreachable);
    assert!(matches!(first, Action::LookAgain(_)));
    let mut second = Turn::new(request(Transport::Http));
    let now = rig.now + Duration::from_millis(300);
    assert_eq!(second.start(&mut rig.pool, moment(now)).action, Action::Send(A));
    let mut third = Turn::new(request(Transport::Http));
    let action = third.start(&mut rig.pool, moment(now)).action;
    assert!(matches!(action, Action::LookAgain(_)), "{action:?}");
    let good = Observation::Answered(Answered::of(Verdict::Good));
    assert_eq!(second.observe(good, &mut rig.pool, moment(now)).action, Action::Commit);
    let action = third.observe(Observation::LookAgain, &mut rig.pool, moment(now)).action;
    assert_eq!(action, Action::Send(A), "open for all at once");
}

/// A profile that alone cannot be reached is blamed for it.
#[test]
fn trouble_of_one_profile_rests_it_when_others_get_through() {
    let mut rig = Rig::fresh(2, Transport::Http);
    for _ in 0..2 {
        rig.turn = Turn::new(request(Transport::Http));
        assert_eq!(rig.start(), Action::Send(A));
        assert_eq!(rig.fail(Failure::Unreachable), Action::Send(B));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    }
    rig.turn = Turn::new(request(Transport::Http));
    assert_eq!(rig.start(), Action::Send(B), "A rests");
}

/// A rest is local knowledge, and upstream may know better.
#[test]
fn when_all_cool_down_for_trouble_the_best_is_still_tried() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        for id in [A, B] {
            rig.pool.troubled(id, start());
            rig.pool.troubled(id, start());
        }
        assert!(matches!(rig.start(), Action::Send(_)));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    }
}

/// What the best of the resting profiles answers about its account says nothing
/// about the others.
#[test]
fn when_all_rest_for_trouble_an_answer_about_an_account_leaves_the_others() {
    let about_accounts: [fn(&mut Rig) -> Action; 6] = [
        |rig| rig.answer(quota(3600)),
        |rig| rig.answer(Verdict::NotEntitled),
        |rig| rig.answer(Verdict::ModelUnavailable),
        |rig| rig.refusal(403, "policy"),
        |rig| rig.fail(Failure::SignInLost),
        |rig| rig.fail(Failure::TokenRefused),
    ];
    for transport in BOTH {
        for answer in about_accounts {
            let mut rig = Rig::fresh(2, transport);
            for id in [A, B] {
                rig.pool.troubled(id, start());
                rig.pool.troubled(id, start());
            }
            let first = rig.start();
            let second = answer(&mut rig);
            assert!(matches!(second, Action::Send(_)) && second != first, "{second:?}");
            assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        }
    }
}

#[test]
fn a_request_waits_for_a_place_in_its_order() {
    let mut rig = Rig::fresh(1, Transport::Http);
    let cap = rig.pool.rules().hard_cap;
    for _ in 0..cap {
        rig.pool.begin(A);
    }
    assert!(matches!(rig.start(), Action::LookAgain(_)));
    let mut second = Turn::new(request(Transport::Http));
    assert!(matches!(second.start(&mut rig.pool, moment(rig.now)).action, Action::LookAgain(_)));
    rig.pool.end(A);
    let action = second.observe(Observation::LookAgain, &mut rig.pool, moment(rig.now)).action;
    assert!(matches!(action, Action::LookAgain(_)), "the other one waits longer: {action:?}");
    assert_eq!(rig.observe(Observation::LookAgain), Action::Send(A));
    rig.pool.end(A);
    let action = second.observe(Observation::LookAgain, &mut rig.pool, moment(rig.now)).action;
    assert_eq!(action, Action::Send(A));
}

#[test]
fn no_free_slot_within_the_search_is_reported_as_busy() {
    for transport in BOTH {
        let mut rig = Rig::fresh(1, transport);
        rig.fill(A);
        let action = rig.start();
        assert_eq!(rig.waited(action), Action::Refuse(Refusal::Busy));
        assert!(rig.now >= start() + SEARCH);
        assert!(rig.pool.is_queue_empty(), "it waits no longer");
        assert!(!rig.missed());
    }
}

/// A client that leaves gives back its place in the queue and on the profile.
#[test]
fn a_turn_that_is_dropped_holds_nothing() {
    let mut rig = Rig::fresh(1, Transport::Http);
    rig.start();
    rig.turn.release(&mut rig.pool);
    rig.holds_nothing();
}

/// Only pauses count as waiting: a profile that met the way while it was away is
/// tried again, however slow the others were.
#[test]
fn slow_answers_leave_time_for_an_opinion() {
    for transport in BOTH {
        let mut rig = Rig::fresh(3, transport);
        rig.start();
        assert_eq!(rig.refusal(418, "odd"), Action::Send(B));
        assert_eq!(rig.answer(Verdict::Gateway), Action::Send(C));
        rig.after(9_000);
        let mut action = rig.refusal(420, "other");
        while action != Action::Send(B) {
            action = match action {
                Action::Send(A) => rig.refusal(418, "odd"),
                Action::Send(C) => rig.refusal(420, "other"),
                Action::LookAgain(_) => rig.waited(action),
                other => panic!("{transport:?} {other:?}"),
            };
        }
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    }
}

/// One profile is asked for a chain that none is known to hold, and no second one,
/// whatever happens while the turn waits (C17).
#[test]
fn an_unknown_chain_is_not_walked_through_the_pool() {
    let unknown = || {
        let mut request = request(Transport::Http);
        request.continuation.previous_response = Some("unknown".into());
        let mut rig = Rig::of(pool(2), request);
        assert_eq!(rig.start(), Action::Send(A));
        rig
    };
    // It rests for trouble, so another one would be chosen.
    let mut rig = unknown();
    let action = rig.answer(Verdict::Struggling);
    assert_eq!(rig.waited(action), Action::Send(A));
    let action = rig.answer(Verdict::Struggling);
    assert_eq!(rig.waited(action), Action::Resend);
    rig.holds_nothing();
    // Another turn was served, so another one is in use.
    let mut rig = unknown();
    let action = rig.answer(Verdict::Struggling);
    rig.pool.committed(B, &Continuation::default(), rig.now);
    assert_eq!(rig.waited(action), Action::Resend);
    // It was removed, and took what was known of the chain with it.
    for transport in BOTH {
        let mut rig = Rig::chained(2, transport);
        rig.start();
        rig.pool.remove(A);
        let action = rig.fail(Failure::ProfileGone);
        assert_eq!(rig.waited(action), Action::Resend);
    }
}

/// A profile without a place, one with a single place, and a request that waits for a
/// place of a profile that is tied like that.
fn crowded(transport: Transport, affinity: Affinity) -> Rig {
    let mut rig = Rig::fresh(2, transport);
    let cap = rig.pool.rules().hard_cap;
    for place in 1..=cap {
        rig.pool.begin(A);
        if place < cap {
            rig.pool.begin(B);
        }
    }
    let ticket = rig.pool.queue_up("responses");
    let work = Work { model: None, route: "responses", over_socket: false, allowed: None };
    rig.pool.wait_for_place(ticket, affinity, work, &[], rig.now);
    rig
}

#[test]
fn a_request_that_waits_for_one_profile_keeps_no_place_of_another() {
    for transport in BOTH {
        let mut rig = crowded(transport, Affinity::Pinned(A));
        assert_eq!(rig.start(), Action::Send(B), "the first in the queue cannot use it");
    }
}

/// The first in the queue may be slow to take its place. Who waits behind it takes it in
/// the end.
#[test]
fn a_free_place_is_taken_before_a_turn_ends_as_busy() {
    for transport in BOTH {
        let mut rig = crowded(transport, Affinity::Free);
        let action = rig.start();
        assert!(matches!(action, Action::LookAgain(_)), "the last place is kept: {action:?}");
        assert_eq!(rig.waited(action), Action::Send(B));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        assert!(!rig.missed());
    }
}

/// Who has the model is full: after the wait, who does not list it is asked.
#[test]
fn who_does_not_list_the_model_gets_the_turn_before_it_ends_as_busy() {
    for transport in BOTH {
        let mut rig = Rig::fresh(3, transport);
        rig.pool.learned_models(A, ["gpt".to_owned()]);
        rig.pool.learned_models(B, ["other".to_owned()]);
        rig.pool.learned_models(C, ["other".to_owned()]);
        rig.fill(A);
        let action = rig.start();
        assert!(matches!(action, Action::LookAgain(_)), "{action:?}");
        assert_eq!(rig.waited(action), Action::Send(B));
        assert!(rig.now >= start() + SEARCH);
        let action = rig.answer(Verdict::ModelUnavailable);
        assert_eq!(rig.waited(action), Action::Send(C));
        assert_eq!(rig.answer(Verdict::ModelUnavailable), Action::Refuse(Refusal::Busy));
        assert!(!rig.missed());
    }
}

/// Each change of the pool wakes a turn that waits for a place. One that asked again
/// each time who has trouble would wake the others that wait, and be woken by them.
#[test]
fn a_turn_that_waits_for_a_place_asks_who_has_trouble_at_intervals() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        rig.fill(B);
        assert_eq!(rig.start(), Action::Send(A));
        rig.fail(Failure::ProfileGone);
        let mut asked = 1;
        for _ in 0..50 {
            rig.after(100);
            let mut action = rig.observe(Observation::LookAgain);
            if action == Action::Send(A) {
                asked += 1;
                action = rig.fail(Failure::Vault);
            }
            assert!(matches!(action, Action::LookAgain(_)), "{action:?}");
        }
        assert!((3..8).contains(&asked), "{asked} requests in 5 s");
        // A place is taken as soon as it is free.
        rig.pool.end(B);
        assert_eq!(rig.observe(Observation::LookAgain), Action::Send(B));
    }
}

/// The way to upstream has opened: all that wait ask at once, and then at intervals.
#[test]
fn a_way_that_opened_lets_a_turn_ask_once() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        rig.fill(B);
        assert_eq!(rig.start(), Action::Send(A));
        assert_eq!(rig.fail(Failure::Vault), Action::LookAgain(SEARCH));
        rig.turn.look_at = rig.moment().uptime + Duration::from_secs(10);
        rig.turn.obstacles.trouble = true;
        rig.turn.way_was_down = true;
        let early = Action::LookAgain(Duration::from_millis(250));
        assert_eq!(rig.observe(Observation::LookAgain), early, "woken by its own attempt");
        rig.after(250);
        assert_eq!(rig.observe(Observation::LookAgain), Action::Send(A));
        rig.fail(Failure::Vault);
        for _ in 0..20 {
            rig.after(100);
            let action = rig.observe(Observation::LookAgain);
            assert!(matches!(action, Action::LookAgain(_)), "{action:?}");
        }
    }
}

/// Another turn of the same conversation found out that the chain is gone, while this one
/// waited for a token or a pause: it is not sent in vain.
#[test]
fn a_chain_that_was_lost_meanwhile_is_not_sent_again() {
    for transport in BOTH {
        for verdict in [Verdict::Unauthorized, Verdict::Burst] {
            let mut rig = Rig::chained(2, transport);
            assert_eq!(rig.start(), Action::Send(A));
            let waits = rig.answer(verdict);
            let previous = rig.turn.continuation().previous_response.clone().unwrap();
            rig.pool.lost_chain(A, &[&previous], None, rig.now);
            let observation = match waits {
                Action::RenewToken(_) => Observation::TokenRenewed,
                _ => Observation::PauseOver,
            };
            assert_eq!(rig.observe(observation), Action::Resend, "{waits:?}");
            rig.holds_nothing();
        }
    }
}

/// Turns that wait for a reset wake each other: what one of them asks changes the pool.
#[test]
fn a_turn_that_waits_for_a_reset_starts_over_at_intervals() {
    for transport in BOTH {
        let mut rig = Rig::fresh(1, transport);
        assert_eq!(rig.start(), Action::Send(A));
        let waits = rig.answer(quota(41));
        assert!(matches!(waits, Action::AwaitReset(_)), "{waits:?}");
        assert_eq!(rig.observe(Observation::PoolChanged), waits, "the first change counts at once");
        // The pause grows while changes follow each other.
        for seconds in [1, 2, 4, 8, 8] {
            let pause = Action::LookAgain(Duration::from_secs(seconds));
            assert_eq!(rig.observe(Observation::PoolChanged), pause);
            assert_eq!(rig.observe(Observation::LookAgain), pause, "another change");
            rig.after(seconds * 1_000);
            assert_eq!(rig.observe(Observation::LookAgain), waits);
        }
        // Calm: the next change counts at once, and then after a second.
        rig.after(17_000);
        assert_eq!(rig.observe(Observation::PoolChanged), waits);
        // A change is not forgotten by that.
        let pause = rig.observe(Observation::PoolChanged);
        assert_eq!(pause, Action::LookAgain(Duration::from_secs(1)));
        rig.after(2_000);
        rig.pool.tick(rig.now);
        assert_eq!(rig.waited(pause), Action::Send(A));
    }
}
