//! Tokens, sockets, models and other things that accounts differ in.

use super::*;

#[test]
fn a_token_is_renewed_once() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        rig.start();
        assert_eq!(rig.answer(Verdict::Unauthorized), Action::RenewToken(A));
        assert_eq!(rig.observe(Observation::TokenRenewed), Action::Send(A));
        assert_eq!(rig.turn.attempts(), 1);
        assert_eq!(rig.answer(Verdict::Unauthorized), Action::Send(B), "trouble, no lost sign-in");
        assert_ne!(rig.pool.view(rig.now).profiles[0].standing, Standing::NeedsSignIn);
        assert_eq!(rig.answer(Verdict::Unauthorized), Action::RenewToken(B), "each has its own");
    }
}

#[test]
fn a_refusal_of_an_older_token_is_ignored() {
    let mut rig = Rig::fresh(1, Transport::WebSocket);
    rig.start();
    let old = Answered { token_is_current: false, ..Answered::of(Verdict::Unauthorized) };
    for _ in 0..4 {
        assert_eq!(rig.observe(Observation::Answered(old)), Action::RenewToken(A));
        assert_eq!(rig.observe(Observation::TokenRenewed), Action::Send(A));
    }
    assert!(!matches!(rig.observe(Observation::Answered(old)), Action::RenewToken(_)));
}

/// The issuer may be back in a moment; a change of the pool asks no earlier.
#[test]
fn a_token_that_cannot_be_renewed_is_tried_again_after_a_pause() {
    for transport in BOTH {
        let mut rig = Rig::fresh(1, transport);
        rig.start();
        assert_eq!(rig.answer(Verdict::Unauthorized), Action::RenewToken(A));
        let action = rig.fail(Failure::NoToken);
        let Action::LookAgain(pause) = action else { panic!("{action:?}") };
        assert_eq!(rig.observe(Observation::LookAgain), Action::LookAgain(pause));
        assert_eq!(rig.waited(Action::LookAgain(pause)), Action::Send(A));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    }
}

#[test]
fn a_401_of_all_is_never_passed_on() {
    for transport in BOTH {
        let mut rig = Rig::fresh(1, transport);
        rig.start();
        rig.answer(Verdict::Unauthorized);
        rig.observe(Observation::TokenRenewed);
        let action = rig.answer(Verdict::Unauthorized);
        assert_eq!(rig.waited(action), Action::Refuse(Refusal::Unavailable));
    }
}

/// A conversation that moved from A to B while A was out; A is ready again.
fn moved(transport: Transport) -> Rig {
    let mut rig = Rig::fresh(2, transport);
    rig.pool.committed(A, rig.turn.continuation(), start());
    rig.pool.quota_out(A, None, start());
    rig.pool.committed(B, &rig.turn.continuation().clone(), start());
    rig.pool.signed_in(A);
    rig
}

#[test]
fn foreign_reasoning_goes_back_or_is_taken_out() {
    for transport in BOTH {
        let mut rig = moved(transport);
        assert_eq!(rig.start(), Action::Send(B));
        assert_eq!(rig.answer(Verdict::ForeignReasoning), Action::Send(A), "its former profile");
        assert_eq!(rig.answer(quota(600)), Action::RemoveReasoning);
        assert_eq!(rig.observe(Observation::ReasoningRemoved), Action::Send(B));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);

        let mut rig = Rig::fresh(1, transport);
        rig.start();
        assert_eq!(rig.answer(Verdict::ForeignReasoning), Action::RemoveReasoning);
        assert_eq!(rig.observe(Observation::NoReasoning), passed(0));
    }
}

/// The former profile takes the conversation back without its reasoning, and is out.
#[test]
fn a_profile_that_refused_the_reasoning_serves_without_it() {
    for transport in BOTH {
        let mut rig = moved(transport);
        assert_eq!(rig.start(), Action::Send(B));
        assert_eq!(rig.answer(Verdict::ForeignReasoning), Action::Send(A));
        assert_eq!(rig.answer(Verdict::ForeignReasoning), Action::RemoveReasoning);
        assert_eq!(rig.observe(Observation::ReasoningRemoved), Action::Send(A));
        assert_eq!(rig.answer(quota(600)), Action::Send(B));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    }
}

#[test]
fn what_a_failure_means() {
    let broken = Action::Refuse(Refusal::Broken);
    for (failure, expected) in [
        (Failure::Unreachable, Action::Send(B)),
        (Failure::Ambiguous, broken.clone()),
        (Failure::SignInLost, Action::Send(B)),
        (Failure::NoToken, Action::Send(B)),
        (Failure::TokenRefused, Action::Send(B)),
        (Failure::ProfileGone, Action::Send(B)),
        (Failure::Vault, Action::Send(B)),
    ] {
        for transport in BOTH {
            let mut rig = Rig::fresh(2, transport);
            rig.start();
            assert_eq!(rig.fail(failure), expected, "{failure:?}");
        }
    }
    for (failure, expected) in [
        (Failure::Ambiguous, broken),
        (Failure::SignInLost, Action::Resend),
        (Failure::Vault, Action::Refuse(Refusal::Vault)),
        (Failure::NoToken, Action::Refuse(Refusal::Unavailable)),
    ] {
        let mut rig = Rig::chained(2, Transport::Http);
        rig.start();
        assert_eq!(rig.fail(failure), expected, "{failure:?} of a chain");
    }
}

/// The user signs in anew while a turn takes the profile's former token.
#[test]
fn a_profile_that_was_signed_in_anew_serves() {
    for transport in BOTH {
        for profiles in [1, 2, 7] {
            let mut rig = Rig::fresh(profiles, transport);
            for id in 2..=profiles {
                rig.pool.quota_out(ProfileId(id), None, start());
            }
            assert_eq!(rig.start(), Action::Send(A));
            let action = rig.fail(Failure::ProfileGone);
            assert_eq!(rig.waited(action), Action::Send(A));
            assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        }
    }
}

#[test]
fn a_chain_continues_on_its_profile_after_a_new_sign_in() {
    let mut rig = Rig::chained(1, Transport::Http);
    rig.start();
    let action = rig.fail(Failure::ProfileGone);
    assert_eq!(rig.waited(action), Action::Send(A));
}

#[test]
fn a_profile_that_was_removed_leaves_the_answer_to_the_others() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        rig.pool.quota_out(B, None, start());
        assert_eq!(rig.start(), Action::Send(A));
        rig.pool.remove(A);
        let action = rig.fail(Failure::ProfileGone);
        assert!(matches!(action, Action::AwaitReset(_)), "{action:?}");
    }
}

#[test]
fn a_keychain_that_does_not_answer_is_named() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        rig.start();
        rig.fail(Failure::Vault);
        assert_eq!(rig.fail(Failure::Vault), Action::Refuse(Refusal::Vault));
    }
}

/// A gateway that answers for upstream says nothing about the sockets of one
/// profile.
#[test]
fn a_way_that_is_away_rests_no_sockets() {
    for verdict in [Verdict::Gateway, Verdict::Challenge] {
        let refused = Observation::SocketRefused(Answered::of(verdict));
        let mut rig = Rig::fresh(2, Transport::WebSocket);
        rig.start();
        assert_eq!(rig.observe(refused), Action::Send(B));
        assert_eq!(rig.observe(refused), Action::UseHttp(HttpReason::Refused(verdict)));
        assert!(!rig.pool.sockets_rest(rig.turn.work(), rig.now), "{verdict:?}");
    }
}

/// A server of sockets that struggles says nothing of turns over HTTP.
#[test]
fn trouble_with_sockets_rests_no_turn() {
    let refused = Observation::SocketRefused(Answered::of(Verdict::Struggling));
    let mut rig = Rig::fresh(1, Transport::WebSocket);
    for _ in 0..4 {
        rig.turn.release(&mut rig.pool);
        rig.turn = Turn::new(request(Transport::WebSocket));
        rig.start();
        rig.observe(refused);
    }
    rig.turn.release(&mut rig.pool);
    assert!(rig.pool.sockets_rest(rig.turn.work(), rig.now));
    assert!(rig.pool.standings().all(|(_, standing)| standing == Standing::Ready));
}

/// Sockets of one profile rest: the other one's socket, or HTTP.
#[test]
fn a_refused_socket_goes_to_the_next_profile() {
    let refused = Observation::SocketRefused(Answered::of(Verdict::Other));
    let mut rig = Rig::fresh(2, Transport::WebSocket);
    rig.start();
    assert_eq!(rig.observe(refused), Action::Send(B));
    assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    rig.turn = Turn::new(request(Transport::WebSocket));
    assert_eq!(rig.start(), Action::Send(B), "sockets of A rest");
    rig.turn.release(&mut rig.pool);
    rig.turn = Turn::new(request(Transport::Http));
    assert_eq!(rig.start(), Action::Send(A), "HTTP is not concerned");

    let mut rig = Rig::fresh(1, Transport::WebSocket);
    rig.start();
    assert_eq!(rig.observe(refused), Action::UseHttp(HttpReason::Refused(Verdict::Other)));
    rig.turn = Turn::new(request(Transport::WebSocket));
    assert_eq!(rig.start(), Action::UseHttp(HttpReason::Trouble));
}

/// The others could serve the request, but not over a socket.
#[test]
fn a_refusal_on_a_socket_is_compared_over_http_while_other_sockets_rest() {
    let mut rig = Rig::fresh(3, Transport::WebSocket);
    rig.pool.rest_sockets(B, start());
    rig.pool.rest_sockets(C, start());
    assert_eq!(rig.start(), Action::Send(A));
    assert_eq!(rig.refusal(468, "odd"), Action::UseHttp(HttpReason::Trouble));
    rig.holds_nothing();
    rig.turn = Turn::new(request(Transport::Http));
    assert_eq!(rig.start(), Action::Send(A));
    assert!(matches!(rig.refusal(468, "odd"), Action::Send(_)));

    let mut rig = Rig::fresh(2, Transport::WebSocket);
    rig.pool.rest_sockets(B, start());
    rig.pool.quota_out(B, None, start());
    rig.start();
    assert_eq!(rig.refusal(468, "odd"), passed(0), "no other can serve it at all");
}

#[test]
fn a_model_that_an_account_may_not_use_is_remembered_for_an_hour() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        rig.start();
        assert_eq!(rig.answer(Verdict::ModelUnavailable), Action::Send(B));
        rig.answer(Verdict::Good);
        for (millis, expected) in [(59 * 60_000, B), (2 * 60_000, A)] {
            rig.after(millis);
            rig.turn = Turn::new(request(transport));
            assert_eq!(rig.start(), Action::Send(expected));
            rig.turn.release(&mut rig.pool);
        }
        let mut other = request(transport);
        other.continuation.model = Some("another".into());
        rig.turn = Turn::new(other);
        assert_eq!(rig.start(), Action::Send(A), "other models are not concerned");
    }
}

/// Selection knows from the lists which profile offers a model.
#[test]
fn a_profile_that_lists_the_model_comes_first() {
    for transport in BOTH {
        let mut rig = Rig::fresh(3, transport);
        rig.pool.learned_models(A, ["another".to_owned()]);
        rig.pool.learned_models(C, ["gpt".to_owned()]);
        assert_eq!(rig.start(), Action::Send(B), "its list is not known");
        assert_eq!(rig.answer(quota(600)), Action::Send(C));
        assert_eq!(rig.answer(quota(600)), Action::Send(A), "lists may be old");
    }
}

#[test]
fn a_refusal_of_a_model_by_all_accounts_is_passed_on_as_received() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        rig.start();
        rig.answer(Verdict::ModelUnavailable);
        assert_eq!(rig.answer(Verdict::ModelUnavailable), passed(0));
    }
}

/// The one that has the model is out of quota: that is reported.
#[test]
fn a_model_of_a_profile_that_is_out_is_a_usage_limit() {
    let mut rig = Rig::fresh(2, Transport::Http);
    rig.start();
    assert_eq!(rig.answer(Verdict::ModelUnavailable), Action::Send(B));
    assert!(matches!(rig.answer(quota(600)), Action::AwaitReset(_)));
    let action = rig.observe(Observation::NotWaited);
    assert!(matches!(action, Action::Refuse(Refusal::Exhausted { .. })), "{action:?}");
}

/// The common quota of A is used up; the model of the requests has a limit of its own.
fn is_out_but_for_its_own_limit(pool: &mut PoolState) {
    let model_limit = ModelLimit {
        feature: "spark".into(),
        name: "Spark".into(),
        model: Some("gpt".into()),
        windows: Vec::new(),
        limit_reached: false,
    };
    pool.read_model_limits(A, vec![model_limit], start());
    let reset = Reset { at: start() + Duration::from_secs(600), window: None };
    pool.quota_out(A, Some(reset), start());
}

/// The common quota is out, a model has a limit of its own: it is tried.
#[test]
fn a_model_with_a_limit_of_its_own_does_not_depend_on_the_common_one() {
    let mut rig = Rig::fresh(1, Transport::Http);
    is_out_but_for_its_own_limit(&mut rig.pool);
    assert_eq!(rig.start(), Action::Send(A));
    assert!(matches!(rig.answer(quota(600)), Action::AwaitReset(_)), "now its own is out, too");
    let mut other = request(Transport::Http);
    other.continuation.model = Some("another".into());
    rig.turn = Turn::new(other);
    assert!(matches!(rig.start(), Action::AwaitReset(_)));
}

/// Its chain is not resent because the common quota is out.
#[test]
fn a_chain_on_a_model_with_a_limit_of_its_own_stays() {
    let mut rig = Rig::chained(2, Transport::WebSocket);
    is_out_but_for_its_own_limit(&mut rig.pool);
    assert_eq!(rig.start(), Action::Send(A));
    assert_eq!(rig.answer(Verdict::Good), Action::Commit);
}

#[test]
fn no_profile_and_profiles_that_need_sign_in_give_different_errors() {
    for transport in BOTH {
        assert_eq!(Rig::fresh(0, transport).start(), Action::Refuse(Refusal::NoProfile));
        let mut rig = Rig::fresh(1, transport);
        rig.pool.sign_in_lost(A, "refresh_token_expired");
        assert_eq!(rig.start(), Action::Refuse(Refusal::NeedsUser));
    }
}

/// A search that takes too long ends with what is known, and says what it missed.
#[test]
fn a_search_ends_after_its_time() {
    let mut rig = Rig::fresh(4, Transport::Http);
    rig.start();
    rig.after(60_000);
    assert_eq!(rig.answer(quota(600)), Action::Send(B), "the first answer is no search");
    rig.after(20_000);
    assert_eq!(rig.answer(quota(600)), Action::Send(C));
    rig.after(20_000);
    assert_eq!(rig.answer(quota(600)), Action::Refuse(Refusal::Unavailable));
    assert!(rig.missed(), "D was ready");
}

#[test]
fn a_pinned_pool_asks_its_profile_only() {
    let mut rig = Rig::fresh(2, Transport::Http);
    rig.pool.pin(Some(B));
    assert_eq!(rig.start(), Action::Send(B));
    assert!(matches!(rig.answer(quota(600)), Action::AwaitReset(_)));
    rig.observe(Observation::NotWaited);
    assert!(!rig.missed(), "the user wants no other");
}

/// Each change of the pool wakes a turn that waits for a reset. One that asked again
/// each time would wake the others that wait, and be woken by them.
#[test]
fn a_turn_that_waits_for_a_reset_does_not_ask_again_who_lacks_the_model() {
    for transport in BOTH {
        let mut rig = Rig::fresh(2, transport);
        assert_eq!(rig.start(), Action::Send(A));
        assert_eq!(rig.answer(quota(2 * 3600)), Action::Send(B));
        let waits = Action::AwaitReset(start() + Duration::from_secs(2 * 3600));
        assert_eq!(rig.answer(Verdict::ModelUnavailable), waits);
        for _ in 0..3 {
            rig.after(60_000);
            assert_eq!(rig.observe(Observation::PoolChanged), waits);
        }
        // That is remembered for an hour.
        rig.after(3_600_000);
        assert_eq!(rig.observe(Observation::PoolChanged), Action::Send(B));
    }
}

/// A token that could not be renewed was not renewed: its next refusal asks the
/// issuer again, who may be back.
#[test]
fn a_token_is_renewed_as_soon_as_the_issuer_is_back() {
    for transport in BOTH {
        for failure in [Failure::NoToken, Failure::ProfileGone] {
            let mut rig = Rig::fresh(1, transport);
            rig.start();
            for _ in 0..3 {
                assert_eq!(rig.answer(Verdict::Unauthorized), Action::RenewToken(A));
                let action = rig.fail(failure);
                assert_eq!(rig.waited(action), Action::Send(A), "{failure:?}");
            }
            assert_eq!(rig.answer(Verdict::Unauthorized), Action::RenewToken(A));
            assert_eq!(rig.observe(Observation::TokenRenewed), Action::Send(A));
            assert_eq!(rig.answer(Verdict::Good), Action::Commit);
        }
    }
}

/// One without entitlement that is asked again and has trouble, or is out, is no
/// reason for the turns that wait for a reset to ask it at each change of the pool.
#[test]
fn a_turn_that_waits_for_a_reset_asks_one_without_entitlement_at_intervals() {
    for transport in BOTH {
        let verdicts = [Verdict::Struggling, Verdict::Gateway, quota(5 * 3600)].map(Ok);
        for answer in verdicts.into_iter().chain([Err(Failure::Vault)]) {
            let mut rig = Rig::fresh(2, transport);
            rig.pool.quota_out(A, Some(Reset { at: start() + hours(8), window: None }), start());
            rig.pool.not_entitled(B, start());
            rig.after(301_000);
            let mut action = rig.start();
            let mut asked = 0;
            for _ in 0..50 {
                if action == Action::Send(B) {
                    asked += 1;
                    action = match answer {
                        Ok(verdict) => rig.answer(verdict),
                        Err(failure) => rig.fail(failure),
                    };
                }
                rig.after(100);
                action = match action {
                    Action::AwaitReset(_) => rig.observe(Observation::PoolChanged),
                    Action::LookAgain(_) => rig.observe(Observation::LookAgain),
                    other => panic!("{other:?}"),
                };
            }
            assert!((1..=2).contains(&asked), "{asked} attempts in 5 s, {answer:?}");
            // It is asked again when that time is over.
            rig.after(3_600_000);
            assert_eq!(rig.observe(Observation::PoolChanged), Action::Send(B));
        }
    }
}

fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3600)
}

/// The former profile cannot serve, and the third one has no place: the conversation
/// goes on without its reasoning.
#[test]
fn reasoning_is_removed_before_a_turn_ends_as_busy() {
    for transport in BOTH {
        let mut rig = moved(transport);
        let profile = rig.pool.profile(A).unwrap().clone();
        rig.pool.put(PoolProfile { id: C, rank: 3, ..profile });
        rig.fill(C);
        assert_eq!(rig.start(), Action::Send(B));
        assert_eq!(rig.answer(Verdict::ForeignReasoning), Action::Send(A));
        rig.answer(Verdict::Burst);
        assert_eq!(rig.observe(Observation::PauseOver), Action::Send(A));
        let action = rig.answer(Verdict::Burst);
        assert_eq!(rig.waited(action), Action::RemoveReasoning);
        assert_eq!(rig.observe(Observation::ReasoningRemoved), Action::Send(B));
        assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    }
}
