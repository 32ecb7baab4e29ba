//! A turn that only some profiles may serve never goes to another one.

use super::*;

fn limited(profiles: u64, allowed: &[ProfileId], transport: Transport) -> Rig {
    let mut request = request(transport);
    request.continuation.allowed = Some(allowed.into());
    Rig::of(pool(profiles), request)
}

const BOTH: [Transport; 2] = [Transport::Http, Transport::WebSocket];

#[test]
fn it_goes_to_the_profiles_it_may_use_and_ends_with_their_reset() {
    for transport in BOTH {
        let mut rig = limited(7, &[B, C], transport);
        assert_eq!(rig.start(), Action::Send(B));
        let reset =
            |seconds| Some(Reset { at: start() + Duration::from_secs(seconds), window: None });
        assert_eq!(rig.answer(Verdict::Quota(reset(900))), Action::Send(C));
        let until = start() + Duration::from_secs(600);
        assert_eq!(rig.answer(Verdict::Quota(reset(600))), Action::AwaitReset(until));
        let refused = Action::Refuse(Refusal::Exhausted { until, plan: None });
        assert_eq!(rig.observe(Observation::NotWaited), refused);
        assert!(!rig.missed(), "the others are not for it");
        let says_out = |event: &Event| matches!(event, Event::Exhausted { .. });
        assert!(!rig.events.iter().any(says_out), "the pool is not out");
        rig.holds_nothing();
    }
}

#[test]
fn its_conversation_elsewhere_does_not_lead_it_there() {
    for transport in BOTH {
        let mut rig = limited(2, &[B], transport);
        let elsewhere = Continuation { allowed: None, ..rig.turn.continuation().clone() };
        rig.pool.committed(A, &elsewhere, start());
        assert_eq!(rig.start(), Action::Send(B));
    }
}

#[test]
fn the_pin_and_the_choice_of_the_user_do_not_widen_it() {
    for transport in BOTH {
        let mut rig = limited(2, &[B], transport);
        rig.pool.use_now(A);
        assert_eq!(rig.start(), Action::Send(B));
        let mut rig = limited(2, &[B], transport);
        rig.pool.pin(Some(A));
        assert_eq!(rig.start(), Action::Send(B));
    }
}

#[test]
fn it_waits_for_a_place_on_its_own_profile() {
    let mut rig = limited(2, &[B], Transport::Http);
    rig.fill(B);
    assert_eq!(rig.start(), Action::LookAgain(SEARCH));
    rig.pool.end(B);
    assert_eq!(rig.observe(Observation::LookAgain), Action::Send(B));
}

#[test]
fn trouble_of_its_profiles_is_not_served_by_others() {
    let mut rig = limited(3, &[B], Transport::Http);
    assert_eq!(rig.start(), Action::Send(B));
    let mut action = rig.answer(Verdict::Struggling);
    for _ in 0..200 {
        action = rig.waited(action);
        match action {
            Action::Send(id) => assert_eq!(id, B),
            ref other if other.is_final() => break,
            ref other => panic!("{other:?}"),
        }
        rig.after(5_000);
        action = rig.answer(Verdict::Struggling);
    }
    assert!(action.is_final(), "{action:?}");
}

#[test]
fn profiles_that_are_gone_leave_none() {
    let mut rig = limited(2, &[ProfileId(9)], Transport::Http);
    assert_eq!(rig.start(), Action::Refuse(Refusal::NeedsUser));
}
