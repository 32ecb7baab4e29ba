//! An answer that has begun at the client without output, and then fails.

use super::*;

impl Rig {
    /// The same as an event of an answer that began well.
    fn event(&mut self, verdict: Verdict) -> Action {
        let answered = Answered { is_event: true, ..Answered::of(verdict) };
        self.observe(Observation::Answered(answered))
    }

    fn odd_event(&mut self, code: &str) -> Action {
        let code = Some(code);
        let answered = Answered { is_event: true, code, ..Answered::of(Verdict::Other) };
        self.observe(Observation::Answered(answered))
    }

    /// A turn after its first answer has reached the client without output.
    fn released(profiles: u64, transport: Transport) -> Self {
        let mut rig = Self::fresh(profiles, transport);
        assert_eq!(rig.start(), Action::Send(A));
        rig.after(60_000);
        assert_eq!(rig.observe(Observation::NoOutput), Action::Release);
        rig.after(20_000);
        rig
    }
}

#[test]
fn output_after_the_release_commits() {
    for transport in BOTH {
        let mut rig = Rig::released(2, transport);
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        assert_eq!((rig.turn.take_lease(), rig.turn.attempts()), (Some(A), 1));
    }
}

#[test]
fn a_failure_after_the_release_goes_to_the_next_profile() {
    for transport in BOTH {
        for profiles in [2, 7] {
            for verdict in [
                quota(600),
                Verdict::NotEntitled,
                Verdict::ModelUnavailable,
                Verdict::Struggling,
                Verdict::Other,
            ] {
                let mut rig = Rig::released(profiles, transport);
                let mut action = rig.event(verdict);
                for id in 2..profiles {
                    assert_eq!(action, Action::Send(ProfileId(id)), "{transport:?} {verdict:?}");
                    // Refusals that differ, or the second one is an opinion.
                    action = match verdict {
                        Verdict::Other => rig.odd_event(&format!("odd-{id}")),
                        _ => rig.event(verdict),
                    };
                }
                assert_eq!(action, Action::Send(ProfileId(profiles)), "{transport:?} {verdict:?}");
                assert_eq!(rig.answer(Verdict::Good), Action::Commit);
                assert_eq!(rig.turn.take_lease(), Some(ProfileId(profiles)));
                assert!(!rig.missed());
            }
        }
    }
}

/// The next one may begin without output, too.
#[test]
fn each_profile_may_begin_without_output() {
    for transport in BOTH {
        let mut rig = Rig::released(3, transport);
        assert_eq!(rig.event(quota(600)), Action::Send(B));
        rig.after(2_000);
        assert_eq!(rig.observe(Observation::NoOutput), Action::Release);
        rig.after(2_000);
        assert_eq!(rig.event(quota(600)), Action::Send(C));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    }
}

#[test]
fn a_burst_and_a_refused_token_are_met_by_the_same_profile() {
    for transport in BOTH {
        let mut rig = Rig::released(2, transport);
        assert!(matches!(rig.event(Verdict::Burst), Action::Pause(_)));
        assert_eq!(rig.observe(Observation::PauseOver), Action::Send(A));
        assert_eq!(rig.event(Verdict::Burst), Action::Send(B));
        assert_eq!(rig.event(Verdict::Unauthorized), Action::RenewToken(B));
        assert_eq!(rig.observe(Observation::TokenRenewed), Action::Send(B));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    }
}

/// Over HTTP the failure is passed on as received; a socket takes a refusal at any
/// time.
#[test]
fn when_all_are_out_the_failure_is_passed_on() {
    let until = start() + Duration::from_secs(600);
    for profiles in [1, 2] {
        let mut rig = Rig::released(profiles, Transport::Http);
        let mut action = rig.event(quota(600));
        if profiles == 2 {
            assert_eq!(action, Action::Send(B));
            action = rig.answer(quota(900));
        }
        assert_eq!(action, Action::AwaitReset(until));
        assert_eq!(rig.observe(Observation::NotWaited), passed(0), "the event, not the head of B");
        rig.holds_nothing();

        let mut rig = Rig::released(profiles, Transport::WebSocket);
        let mut action = rig.event(quota(600));
        if profiles == 2 {
            assert_eq!(action, Action::Send(B));
            action = rig.event(quota(900));
        }
        assert_eq!(action, Action::AwaitReset(until));
        let refusal = Refusal::Exhausted { until, plan: None };
        assert_eq!(rig.observe(Observation::NotWaited), Action::Refuse(refusal));
        rig.holds_nothing();
    }
}

#[test]
fn what_is_about_the_request_is_passed_on() {
    for transport in BOTH {
        let mut rig = Rig::released(2, transport);
        assert_eq!(rig.event(Verdict::Request), passed(0));

        let mut rig = Rig::released(2, transport);
        assert_eq!(rig.odd_event("odd"), Action::Send(B));
        assert_eq!(rig.odd_event("odd"), passed(0), "a second opinion: the first answer");
    }
}

/// The head of another answer cannot be sent any more.
#[test]
fn over_http_what_needs_a_head_breaks_the_answer_off() {
    let mut rig = Rig::released(2, Transport::Http);
    assert_eq!(rig.event(quota(600)), Action::Send(B));
    assert_eq!(rig.answer(Verdict::Request), Action::BreakOff);
    rig.holds_nothing();

    let mut rig = Rig::released(2, Transport::Http);
    assert_eq!(rig.event(quota(600)), Action::Send(B));
    assert_eq!(rig.fail(Failure::Ambiguous), Action::BreakOff, "it may have been produced");
    rig.holds_nothing();

    // The client ends a turn at once when it sees an overload.
    let mut rig = Rig::released(1, Transport::Http);
    let mut action = rig.event(Verdict::Struggling);
    for _ in 0..60 {
        action = rig.waited(action);
        if action.is_final() {
            break;
        }
        rig.after(1_000);
        action = rig.event(Verdict::Struggling);
    }
    assert_eq!(action, Action::BreakOff);
    rig.holds_nothing();
}

/// A first answer that takes long is no search: trouble after it is waited for.
#[test]
fn a_late_failure_of_the_first_answer_is_waited_out() {
    for transport in BOTH {
        let mut rig = Rig::released(1, transport);
        let action = rig.event(Verdict::Struggling);
        assert!(matches!(action, Action::LookAgain(_)), "{action:?}");
        assert_eq!(rig.waited(action), Action::Send(A));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    }
}

#[test]
fn a_chain_stays_with_its_profile() {
    let mut rig = Rig::chained(2, Transport::Http);
    rig.start();
    assert_eq!(rig.observe(Observation::NoOutput), Action::Release);
    assert_eq!(rig.event(quota(600)), passed(0));

    let mut rig = Rig::chained(2, Transport::WebSocket);
    rig.start();
    assert_eq!(rig.observe(Observation::NoOutput), Action::Release);
    assert_eq!(rig.event(quota(600)), Action::Resend);

    let mut rig = Rig::chained(2, Transport::Http);
    rig.start();
    assert_eq!(rig.observe(Observation::NoOutput), Action::Release);
    assert_eq!(rig.event(Verdict::ChainLost), passed(0), "as received: there is no other head");
}

#[test]
fn a_pinned_pool_asks_no_other_profile() {
    for transport in BOTH {
        for verdict in [quota(600), Verdict::NotEntitled, Verdict::ModelUnavailable] {
            let mut rig = Rig::fresh(2, transport);
            rig.pool.pin(Some(A));
            assert_eq!(rig.start(), Action::Send(A));
            assert_eq!(rig.observe(Observation::NoOutput), Action::Release);
            let mut action = rig.event(verdict);
            if let Action::AwaitReset(_) = action {
                action = rig.observe(Observation::NotWaited);
            }
            assert!(action.is_final(), "{transport:?} {verdict:?}: {action:?}");
            if transport == Transport::Http {
                assert_eq!(action, passed(0), "{verdict:?}");
            }
            assert!(!rig.missed(), "the user wants no other");
        }
    }
}
