//! A turn under a rule goes as in a pool of the rule's profiles alone.

use super::{
    credits::{purchased, usage},
    *,
};
use crate::{
    choice::Rules,
    profile::UseCredits,
    project_rule::{PathCase, ProjectRule, RulePlace},
    whereabouts::{Gap, Whereabouts},
};

fn places(folder: &str) -> Arc<Whereabouts> {
    let mut places = Whereabouts::default();
    places.add_folder(folder);
    Arc::new(places)
}

fn ruled_request(transport: Transport) -> Request {
    let mut request = request(transport);
    request.continuation.whereabouts = Some(places("/client/engine"));
    request
}

fn set_rule(pool: &mut PoolState, profiles: &[ProfileId]) {
    let place = RulePlace::Folder("/client".to_owned());
    let rule = ProjectRule { place, profiles: profiles.to_vec() };
    pool.set_project_rules(vec![rule], PathCase::Counts);
}

/// A pool of so many, in which these serve the client's folder.
fn ruled(profiles: u64, named: &[ProfileId], transport: Transport) -> Rig {
    let mut pool = pool(profiles);
    set_rule(&mut pool, named);
    Rig::of(pool, ruled_request(transport))
}

#[test]
fn the_rule_s_profiles_serve_and_no_other_however_many_there_are() {
    for transport in BOTH {
        for (profiles, named) in [(1, vec![A]), (2, vec![B]), (7, vec![B, ProfileId(6)])] {
            let mut rig = ruled(profiles, &named, transport);
            let mut asked = Vec::new();
            let mut action = rig.start();
            while let Action::Send(id) = action {
                asked.push(id);
                action = rig.answer(Verdict::Quota(None));
            }
            assert_eq!(asked, named, "{transport:?} {profiles}");
            assert!(matches!(action, Action::AwaitReset(_)), "{action:?}");
            let action = rig.observe(Observation::NotWaited);
            assert!(matches!(action, Action::Refuse(Refusal::Exhausted { .. })), "{action:?}");
            let told: Vec<_> = rig
                .events
                .iter()
                .filter_map(|event| match event {
                    Event::RuleExhausted { profiles, .. } => Some(profiles.clone()),
                    _ => None,
                })
                .collect();
            assert_eq!(told, [named]);
            assert!(
                !rig.events
                    .iter()
                    .any(|it| matches!(it, Event::Exhausted { .. } | Event::Missed(_)))
            );
        }
    }
}

#[test]
fn the_limit_names_the_reset_of_the_rule_s_profiles() {
    let mut rig = ruled(3, &[B], Transport::Http);
    rig.pool.quota_out(
        A,
        Some(Reset { at: start() + Duration::from_secs(100), window: None }),
        start(),
    );
    let until = start() + Duration::from_secs(9000);
    rig.pool.quota_out(B, Some(Reset { at: until, window: None }), start());
    assert_eq!(rig.start(), Action::AwaitReset(until));
    let refused = rig.observe(Observation::NotWaited);
    assert_eq!(refused, Action::Refuse(Refusal::Exhausted { until, plan: None }));
}

#[test]
fn without_a_rule_for_it_a_turn_goes_anywhere() {
    let mut rig = ruled(2, &[B], Transport::Http);
    rig.turn = Turn::new({
        let mut request = request(Transport::Http);
        request.continuation.whereabouts = Some(places("/home/ada"));
        request
    });
    assert_eq!(rig.start(), Action::Send(A));
}

#[test]
fn whatever_leads_to_another_profile_the_rule_goes_before() {
    type Setup = fn(&mut Rig);
    let cases: [(&str, Setup); 7] = [
        ("a pin", |rig| rig.pool.pin(Some(A))),
        ("a choice of the user", |rig| drop(rig.pool.use_now(A))),
        ("a preferred profile", |rig| rig.turn.request.continuation.preferred = Some(A)),
        ("a conversation that lives there", |rig| {
            let of_another = Continuation { session: Some("s".into()), ..Continuation::default() };
            rig.pool.committed(A, &of_another, start());
        }),
        ("a turn state", |rig| {
            rig.pool.learned_turn_state(A, "state", start());
            rig.turn.request.continuation.turn_state = Some("state".into());
        }),
        ("a voice call", |rig| rig.turn.forced_profile = Some(A)),
        ("nothing better", |rig| {
            rig.pool.quota_out(B, None, start());
            rig.pool.quota_out(C, None, start());
        }),
    ];
    for (case, setup) in cases {
        for transport in BOTH {
            let mut rig = ruled(3, &[B, C], transport);
            setup(&mut rig);
            match rig.start() {
                Action::Send(id) => assert_eq!(id, B, "{case} {transport:?}"),
                action => assert!(matches!(action, Action::AwaitReset(_)), "{case}: {action:?}"),
            }
        }
    }
}

#[test]
fn a_pin_on_a_profile_of_the_rule_holds() {
    let mut rig = ruled(3, &[B, C], Transport::Http);
    rig.pool.pin(Some(C));
    assert_eq!(rig.start(), Action::Send(C));
    assert!(matches!(rig.answer(Verdict::Quota(None)), Action::AwaitReset(_)));
}

#[test]
fn a_chain_on_another_profile_is_sent_again_in_full() {
    for transport in BOTH {
        let mut rig = ruled(2, &[B], transport);
        rig.pool.learned_response(A, "r", start());
        rig.turn.request.continuation.previous_response = Some("r".into());
        assert_eq!(rig.start(), Action::Resend);
        assert!(rig.events.is_empty(), "no chain was lost: {:?}", rig.events);
        rig.turn = Turn::new(ruled_request(transport));
        assert_eq!(rig.start(), Action::Send(B));
    }
}

#[test]
fn a_chain_that_none_is_known_to_hold_is_tried_on_a_profile_of_the_rule() {
    let mut rig = ruled(3, &[B], Transport::WebSocket);
    rig.pool.committed(A, &Continuation::default(), start());
    rig.turn.request.continuation.previous_response = Some("unknown".into());
    assert_eq!(rig.start(), Action::Send(B));
}

#[test]
fn work_under_a_rule_does_not_move_other_work() {
    let mut rig = ruled(2, &[B], Transport::Http);
    rig.pool.committed(A, &Continuation::default(), start());
    assert_eq!(rig.start(), Action::Send(B));
    let continuation = rig.turn.continuation().clone();
    let events = rig.pool.committed(B, &continuation, start());
    assert!(events.is_empty(), "{events:?}");
    assert_eq!(rig.pool.view(start()).serving, Some(A));
}

#[test]
fn when_the_rule_s_plans_are_out_credits_pay_as_the_user_allows_though_another_plan_has_quota() {
    for (consent, expected) in [(UseCredits::Never, None), (UseCredits::WhenAllOut, Some(B))] {
        let mut pool = pool(3);
        pool.set_rules(Rules { use_credits: consent, ..Rules::default() });
        pool.read_usage(A, usage(10.0, None), false, start());
        pool.read_usage(B, usage(100.0, Some(purchased("12"))), false, start());
        set_rule(&mut pool, &[B]);
        let mut rig = Rig::of(pool, ruled_request(Transport::Http));
        match rig.start() {
            Action::Send(id) => assert_eq!(Some(id), expected),
            action => assert!(matches!(action, Action::AwaitReset(_)) && expected.is_none()),
        }
    }
}

#[test]
fn a_rule_without_a_profile_that_is_there_refuses_with_its_own_sentence() {
    for named in [vec![], vec![ProfileId(9)]] {
        for transport in BOTH {
            let mut rig = ruled(2, &named, transport);
            assert_eq!(rig.start(), Action::Refuse(Refusal::Ruled(RuleCause::Project)));
        }
    }
}

#[test]
fn a_prewarm_with_content_of_an_unknown_project_is_sent_away_and_the_turn_follows_in_full() {
    let prewarm = |gap| {
        let mut request = request(Transport::WebSocket);
        let places = Whereabouts { gap, is_prewarm: true, ..Whereabouts::default() };
        request.continuation.whereabouts = Some(Arc::new(places));
        request
    };
    let mut rig = ruled(3, &[B], Transport::WebSocket);
    set_rule(&mut rig.pool, &[]);
    rig.turn = Turn::new(prewarm(Gap::Unstated));
    assert_eq!(rig.start(), Action::Resend);
    set_rule(&mut rig.pool, &[B]);
    rig.turn = Turn::new(prewarm(Gap::Unstated));
    assert_eq!(rig.start(), Action::Send(B), "a profile that every rule names");
    rig.turn = Turn::new(prewarm(Gap::None));
    assert_eq!(rig.start(), Action::Send(A), "without content it may go anywhere");
}

#[test]
fn a_turn_that_waits_follows_a_rule_that_changed() {
    let mut rig = ruled(3, &[B], Transport::Http);
    rig.pool.quota_out(B, None, start());
    assert!(matches!(rig.start(), Action::AwaitReset(_)));
    set_rule(&mut rig.pool, &[C]);
    assert_eq!(rig.observe(Observation::PoolChanged), Action::Send(C));
    set_rule(&mut rig.pool, &[]);
    let refused = rig.answer(Verdict::Quota(None));
    assert_eq!(refused, Action::Refuse(Refusal::Ruled(RuleCause::Project)));
    let mut rig = ruled(3, &[B], Transport::Http);
    rig.pool.quota_out(B, None, start());
    assert!(matches!(rig.start(), Action::AwaitReset(_)));
    set_rule(&mut rig.pool, &[]);
    let refused = rig.observe(Observation::NotWaited);
    assert_eq!(refused, Action::Refuse(Refusal::Ruled(RuleCause::Project)));
}

#[test]
fn two_limits_at_once_let_the_profiles_serve_that_both_name() {
    let mut rig = ruled(3, &[B, C], Transport::Http);
    let mut request = ruled_request(Transport::Http);
    request.continuation.allowed = Some([A, C].into());
    rig.turn = Turn::new(request.clone());
    assert_eq!(rig.start(), Action::Send(C));
    request.continuation.allowed = Some([A].into());
    rig.turn = Turn::new(request);
    assert_eq!(rig.start(), Action::Refuse(Refusal::Ruled(RuleCause::Project)));
}

/// The promise as a whole: for one life of a pool after another, a turn under a rule acts as
/// it would if the pool had the rule's profiles only. Trouble on the way to upstream is left
/// out: that way is common to all profiles.
#[test]
fn a_rule_is_a_pool_of_its_profiles_alone() {
    let verdicts = [
        Verdict::Good,
        Verdict::Quota(None),
        Verdict::NotEntitled,
        Verdict::Struggling,
        Verdict::Burst,
        Verdict::Other,
        Verdict::ModelUnavailable,
        Verdict::Unauthorized,
        Verdict::ForeignReasoning,
    ];
    let mut random = 7_u64;
    let mut below = |most: usize| {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap() % most
    };
    for round in 0..400 {
        let named: &[ProfileId] = [&[B][..], &[B, C], &[B, C, ProfileId(5)]][round % 3];
        let transport = BOTH[round % 2];
        let mut large = ruled(7, named, transport);
        let mut small = Rig::of(crate::testing::pool_of(named), request(transport));
        for _ in 0..12 {
            large.turn = Turn::new(ruled_request(transport));
            small.turn = Turn::new(request(transport));
            let mut actions = (large.start(), small.start());
            for _ in 0..40 {
                assert_eq!(actions.0, actions.1, "round {round}");
                actions = match actions.0 {
                    Action::Send(_) => {
                        let verdict = verdicts[below(verdicts.len())];
                        (large.answer(verdict), small.answer(verdict))
                    }
                    Action::RenewToken(_) => {
                        both(&mut large, &mut small, Observation::TokenRenewed)
                    }
                    Action::RemoveReasoning => {
                        both(&mut large, &mut small, Observation::NoReasoning)
                    }
                    Action::Pause(_) => both(&mut large, &mut small, Observation::PauseOver),
                    Action::LookAgain(pause) => {
                        large.now += pause;
                        small.now += pause;
                        both(&mut large, &mut small, Observation::LookAgain)
                    }
                    Action::AwaitReset(_) => both(&mut large, &mut small, Observation::NotWaited),
                    _ => break,
                };
            }
            let pause = Duration::from_secs(u64::try_from(below(4000)).unwrap());
            for rig in [&mut large, &mut small] {
                rig.now += pause;
                let now = rig.now;
                rig.pool.tick(now);
            }
        }
    }
}

fn both(large: &mut Rig, small: &mut Rig, observation: Observation<'_>) -> (Action, Action) {
    (large.observe(observation), small.observe(observation))
}
