//! Other providers serve the models that they name, and nothing else.

use std::sync::Arc;

use super::*;
use crate::{
    pool::{Fact, Outlook},
    provider::Provider,
    testing::profile,
};

const KEY: ProfileId = ProfileId(8);
const OTHER_KEY: ProfileId = ProfileId(9);

fn add(pool: &mut PoolState, id: ProfileId, models: &[&str], fallback: &[&str]) {
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let base = "https://api.example.com/v1".parse().unwrap();
    let provider = Provider { base, models: list(models), fallback: list(fallback) };
    pool.put(PoolProfile { kind: Kind::Provider, ..profile(id) });
    pool.set_provider(id, Some(Arc::new(provider)));
}

fn of_model(model: &str, transport: Transport) -> Request {
    let mut request = request(transport);
    request.continuation.model = Some(model.into());
    request
}

/// Two plans, and a key that serves `deep`.
fn rig(model: &str, transport: Transport) -> Rig {
    let mut pool = pool(2);
    add(&mut pool, KEY, &["deep"], &[]);
    Rig::of(pool, of_model(model, transport))
}

#[test]
fn a_model_of_a_provider_goes_there_and_nowhere_else() {
    let mut rig = rig("deep", Transport::Http);
    assert_eq!(rig.start(), Action::Send(KEY));
    let reset = Some(Reset { at: start() + Duration::from_secs(60), window: None });
    let until = start() + Duration::from_secs(60);
    assert_eq!(rig.answer(Verdict::Quota(reset)), Action::AwaitReset(until));
    rig.observe(Observation::NotWaited);
    assert!(!rig.events.iter().any(|event| matches!(event, Event::Exhausted { .. })));
}

#[test]
fn other_models_never_go_to_a_provider() {
    for transport in BOTH {
        for model in ["gpt", "deeper", ""] {
            let mut rig = rig(model, transport);
            let reset = Some(Reset { at: start() + Duration::from_secs(60), window: None });
            assert_eq!(rig.start(), Action::Send(A));
            assert_eq!(rig.answer(Verdict::Quota(reset)), Action::Send(B));
            assert!(matches!(rig.answer(Verdict::Quota(reset)), Action::AwaitReset(_)), "{model}");
            rig.observe(Observation::NotWaited);
            let is_out = |event: &Event| matches!(event, Event::Exhausted { .. });
            assert!(rig.events.iter().any(is_out), "all plans are out, and that is reported");
            assert!(matches!(rig.pool.outlook(Some(model), rig.now), Outlook::Quota { .. }));
        }
    }
}

#[test]
fn a_request_without_a_model_or_on_another_route_never_goes_to_a_provider() {
    let mut rig = rig("deep", Transport::Http);
    rig.turn =
        Turn::new(Request { route: "responses/compact", ..of_model("deep", Transport::Http) });
    assert_eq!(rig.start(), Action::Send(A));
    let mut request = of_model("deep", Transport::Http);
    request.continuation.model = None;
    rig.turn = Turn::new(request);
    assert!(matches!(rig.start(), Action::Send(A | B)));
}

#[test]
fn a_model_that_a_plan_lists_stays_with_the_plans() {
    let mut pool = pool(2);
    add(&mut pool, KEY, &["gpt"], &[]);
    pool.learned_models(B, ["gpt".to_owned()]);
    let mut rig = Rig::of(pool, of_model("gpt", Transport::Http));
    assert_eq!(rig.start(), Action::Send(A));
    assert_eq!(rig.answer(quota(60)), Action::Send(B));
    assert!(matches!(rig.answer(quota(60)), Action::AwaitReset(_)));
}

#[test]
fn a_provider_stands_in_for_plans_when_the_user_lets_it() {
    for lists in [&["gpt"][..], &[]] {
        let mut pool = pool(2);
        add(&mut pool, KEY, &["deep"], &["gpt"]);
        pool.learned_models(B, lists.iter().map(|name| (*name).to_owned()));
        let mut rig = Rig::of(pool, of_model("gpt", Transport::Http));
        let Action::Send(first) = rig.start() else { panic!("{lists:?}") };
        assert_ne!(first, KEY, "plans first, whether their lists are known or not");
        assert!(matches!(rig.answer(quota(60)), Action::Send(A | B)));
        assert_eq!(rig.answer(quota(60)), Action::Send(KEY));
        let mut other = Rig::of(rig.pool, of_model("gpt-mini", Transport::Http));
        assert!(matches!(other.start(), Action::AwaitReset(_)), "of that model only");
    }
}

#[test]
fn a_provider_stands_in_after_keys_of_openai() {
    let mut pool = pool(1);
    pool.set_rules(crate::Rules { use_api_keys: true, ..pool.rules() });
    add(&mut pool, KEY, &[], &["gpt"]);
    pool.put(PoolProfile { kind: Kind::ApiKey, ..profile(OTHER_KEY) });
    let mut rig = Rig::of(pool, of_model("gpt", Transport::Http));
    assert_eq!(rig.start(), Action::Send(A));
    assert_eq!(rig.answer(quota(60)), Action::Send(OTHER_KEY));
    assert_eq!(rig.answer(quota(60)), Action::Send(KEY));
}

#[test]
fn several_providers_of_a_model_stand_in_for_each_other() {
    let mut rig = rig("deep", Transport::Http);
    add(&mut rig.pool, OTHER_KEY, &["wide", "deep"], &[]);
    assert_eq!(rig.start(), Action::Send(KEY));
    assert_eq!(rig.answer(quota(60)), Action::Send(OTHER_KEY));
    assert_eq!(rig.answer(Verdict::Good), Action::Commit);
}

#[test]
fn over_a_socket_the_client_continues_over_http() {
    let mut rig = rig("deep", Transport::WebSocket);
    assert_eq!(rig.start(), Action::UseHttp(HttpReason::Provider));
    rig.holds_nothing();
}

#[test]
fn a_chain_of_a_plan_is_sent_in_full_before_it_goes_to_a_provider() {
    let mut rig = Rig::chained(2, Transport::WebSocket);
    add(&mut rig.pool, KEY, &["gpt"], &[]);
    assert_eq!(rig.start(), Action::Resend);
}

#[test]
fn pin_and_choice_concern_plans_only() {
    let mut rig = rig("deep", Transport::Http);
    rig.pool.pin(Some(A));
    assert_eq!(rig.start(), Action::Send(KEY));
    rig.pool.pin(Some(KEY));
    assert_eq!(rig.pool.view(rig.now).pinned, None);
    assert!(rig.pool.use_now(KEY).is_none());
}

#[test]
fn what_a_provider_serves_leaves_the_profile_in_use_as_it_is() {
    let mut rig = rig("deep", Transport::Http);
    rig.start();
    assert_eq!(rig.answer(Verdict::Good), Action::Commit);
    let continuation = rig.turn.continuation().clone();
    rig.pool.committed(KEY, &continuation, rig.now);
    assert_eq!(rig.pool.view(rig.now).serving, Some(A));
    // The same conversation goes on with a model of the plans.
    rig.turn = Turn::new(of_model("gpt", Transport::Http));
    assert_eq!(rig.start(), Action::Send(A));
}

#[test]
fn a_rule_or_a_client_that_does_not_name_the_provider_keeps_it_out() {
    let mut rig = rig("deep", Transport::Http);
    let mut request = of_model("deep", Transport::Http);
    request.continuation.allowed = Some([A, B].into());
    rig.turn = Turn::new(request);
    assert!(matches!(rig.start(), Action::Refuse(_)));
    let mut request = of_model("deep", Transport::Http);
    request.continuation.allowed = Some([A, KEY].into());
    rig.turn = Turn::new(request);
    assert_eq!(rig.start(), Action::Send(KEY));
}

#[test]
fn why_a_profile_was_left_out_names_the_models() {
    let mut rig = rig("deep", Transport::Http);
    rig.start();
    let (_, considered) = rig.turn.looked_at(&mut rig.pool, KEY, rig.now);
    let facts = |id| &considered.iter().find(|it| it.profile == id).unwrap().facts;
    assert!(facts(A).contains(&Fact::ModelOfProvider), "{:?}", facts(A));
    assert!(!facts(KEY).contains(&Fact::ApiKeyOff), "{:?}", facts(KEY));
    let no_rule =
        |id| !facts(id).iter().any(|it| matches!(it, Fact::RuleNames | Fact::RuleExcludes));
    assert!(no_rule(A) && no_rule(KEY));
    rig.turn = Turn::new(of_model("gpt", Transport::Http));
    rig.start();
    let (_, considered) = rig.turn.looked_at(&mut rig.pool, A, rig.now);
    let facts = &considered.iter().find(|it| it.profile == KEY).unwrap().facts;
    assert!(facts.contains(&Fact::OtherModels), "{facts:?}");
}

#[test]
fn without_plans_only_models_of_providers_are_served() {
    let mut pool = pool(0);
    add(&mut pool, KEY, &["deep"], &[]);
    let mut rig = Rig::of(pool, of_model("deep", Transport::Http));
    assert_eq!(rig.start(), Action::Send(KEY));
    rig.turn.release(&mut rig.pool);
    rig.turn = Turn::new(of_model("gpt", Transport::Http));
    assert!(matches!(rig.start(), Action::Refuse(_)));
}
