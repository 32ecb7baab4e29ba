//! Turns that continue a response: one profile alone can serve them.

use super::*;

#[test]
fn a_chain_gets_no_second_opinion() {
    let mut rig = Rig::chained(2, Transport::Http);
    assert_eq!(rig.start(), Action::Send(A));
    assert_eq!(rig.refusal(400, "odd"), passed(0));
    let mut rig = Rig::chained(2, Transport::WebSocket);
    rig.start();
    assert_eq!(rig.refusal(400, "odd"), Action::Resend);
    let mut rig = Rig::chained(1, Transport::WebSocket);
    rig.start();
    assert_eq!(rig.refusal(400, "odd"), passed(0));
}

#[test]
fn what_a_chain_does_with_each_answer() {
    let later = Action::LookAgain(Duration::from_millis(250));
    for (verdict, http, socket_alone, socket) in [
        (quota(600), passed(0), Action::Resend, Action::Resend),
        (Verdict::NotEntitled, passed(0), Action::Resend, Action::Resend),
        (Verdict::ModelUnavailable, passed(0), passed(0), Action::Resend),
        (Verdict::Struggling, later.clone(), later.clone(), Action::Resend),
        (Verdict::ForeignReasoning, passed(0), passed(0), passed(0)),
        (Verdict::ChainLost, Action::Resend, Action::Resend, Action::Resend),
        (
            Verdict::Unauthorized,
            Action::RenewToken(A),
            Action::RenewToken(A),
            Action::RenewToken(A),
        ),
    ] {
        for (profiles, transport, expected) in [
            (2, Transport::Http, http),
            (1, Transport::WebSocket, socket_alone),
            (2, Transport::WebSocket, socket),
        ] {
            let mut rig = Rig::chained(profiles, transport);
            assert_eq!(rig.start(), Action::Send(A));
            assert_eq!(rig.answer(verdict), expected, "{verdict:?} {transport:?} {profiles}");
        }
    }
}

#[test]
fn a_chain_waits_for_the_way_on_its_own_profile() {
    let mut rig = Rig::chained(1, Transport::Http);
    rig.start();
    let action = rig.fail(Failure::Unreachable);
    assert_eq!(rig.waited(action), Action::Send(A));
    assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    for (verdict, profiles) in [(Verdict::Gateway, 2), (Verdict::Challenge, 1)] {
        let mut rig = Rig::chained(profiles, Transport::Http);
        rig.start();
        let action = rig.answer(verdict);
        assert_eq!(rig.waited(action), Action::Send(A), "{verdict:?}");
        rig.after(31_000);
        assert_eq!(rig.answer(verdict), Action::Refuse(Refusal::Unavailable));
    }
    // A bot check that others do not meet does not pass in seconds.
    let mut rig = Rig::chained(2, Transport::Http);
    rig.start();
    assert_eq!(rig.answer(Verdict::Challenge), Action::Refuse(Refusal::Unavailable));
}

/// The owner of the response and the owner of the turn state differ (C18), and a
/// chain that is known to be dead.
#[test]
fn a_lost_chain_asks_no_profile() {
    for transport in BOTH {
        let mut rig = Rig::chained(2, transport);
        rig.turn.request.continuation.turn_state = Some("t".into());
        rig.pool.learned_turn_state(B, "t", start());
        assert_eq!(rig.start(), Action::Resend);
        assert_eq!(rig.events, [Event::ChainLost { profile: None }]);
    }
}

/// C17: an id that is bound to no profile goes to one profile only.
#[test]
fn an_unknown_chain_asks_one_profile() {
    for transport in BOTH {
        let mut rig = Rig::fresh(3, transport);
        rig.turn.request.continuation.previous_response = Some("unknown".into());
        assert!(matches!(rig.start(), Action::Send(_)));
        assert_eq!(rig.answer(Verdict::ChainLost), Action::Resend);
    }
}

/// Two turns continue the same response, and the answer to one of them shows who holds it
/// while the other waits to ask again.
#[test]
fn a_chain_goes_to_its_holder_as_soon_as_that_is_known() {
    for transport in BOTH {
        for waits_for in [Verdict::Unauthorized, Verdict::Burst] {
            let mut rig = Rig::fresh(3, transport);
            rig.turn.request.continuation.previous_response = Some("unknown".into());
            assert_eq!(rig.start(), Action::Send(A));
            rig.answer(waits_for);
            let other = rig.turn.request.continuation.clone();
            rig.pool.committed(B, &other, start());
            let over = match waits_for {
                Verdict::Unauthorized => Observation::TokenRenewed,
                _ => Observation::PauseOver,
            };
            assert_eq!(rig.observe(over), Action::Send(B), "{waits_for:?}");
            assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        }
    }
}

/// The answer to the other turn is one of a profile that was removed: it shows nothing, and
/// the chain stays with the one profile that was asked.
#[test]
fn an_answer_of_a_removed_profile_moves_no_chain() {
    for transport in BOTH {
        let mut rig = Rig::fresh(3, transport);
        rig.turn.request.continuation.previous_response = Some("unknown".into());
        assert_eq!(rig.start(), Action::Send(A));
        rig.answer(Verdict::Unauthorized);
        rig.pool.remove(B);
        let other = rig.turn.request.continuation.clone();
        rig.pool.committed(B, &other, start());
        assert_eq!(rig.observe(Observation::TokenRenewed), Action::Send(A));
        assert_eq!(rig.answer(Verdict::ChainLost), Action::Resend);
    }
}

/// Sent in full, it can go to another profile at once.
#[test]
fn a_chain_of_a_profile_out_of_quota_is_resent_over_a_socket_only() {
    for (transport, expected) in
        [(Transport::Http, Action::Send(A)), (Transport::WebSocket, Action::Resend)]
    {
        let mut rig = Rig::chained(2, transport);
        rig.pool.quota_out(A, Some(Reset { at: start() + SEARCH, window: None }), start());
        assert_eq!(rig.start(), expected);
    }
}

#[test]
fn a_burst_of_a_chain_is_passed_on_or_resent() {
    let mut rig = Rig::chained(2, Transport::Http);
    rig.start();
    assert!(matches!(rig.answer(Verdict::Burst), Action::Pause(_)));
    rig.observe(Observation::PauseOver);
    let action = rig.answer(Verdict::Burst);
    assert_eq!(action, Action::PassThrough { answer: 1, retry_after: Some(2) });
    let mut rig = Rig::chained(2, Transport::WebSocket);
    rig.start();
    rig.answer(Verdict::Burst);
    rig.observe(Observation::PauseOver);
    assert_eq!(rig.answer(Verdict::Burst), Action::Resend);
    let mut rig = Rig::chained(1, Transport::WebSocket);
    rig.start();
    for _ in 0..3 {
        assert!(matches!(rig.answer(Verdict::Burst), Action::Pause(_)));
        rig.observe(Observation::PauseOver);
    }
    assert_eq!(rig.answer(Verdict::Burst), Action::Resend);
}
