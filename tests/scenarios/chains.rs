//! Continuation rules over HTTP: a chain is never broken silently.
//!
//! Each test is a row of the acceptance table of that number. Above all: the
//! id of the chain is never removed to make a request succeed.

use std::time::Duration;

use rotunda_core::{
    Standing,
    affinity::{KeyKind, Life},
    pool::Memory,
};
use rotunda_tests::{
    FakeIssuer, Gate, Received, Reply, Rig,
    client::Answer,
    event,
    rig::{chained, frame, tool_output, turn, user},
};
use serde_json::{Value, json};

const HOUR: Duration = Duration::from_secs(3600);

/// 409, in the one form from which the client recovers.
#[track_caller]
pub(crate) fn is_stale(answer: &Answer) {
    assert_eq!(answer.status, 409, "{}", answer.text());
    let error = &answer.json()["error"];
    assert_eq!(error["type"], "invalid_request_error");
    assert_eq!(error["code"], "stale_continuation");
    assert!(error["message"].is_string());
    for raw in ["previous_response_not_found", "No tool call found"] {
        assert!(!answer.text().contains(raw), "{}", answer.text());
    }
}

/// One attempt on `name`, with what the client sent.
#[track_caller]
pub(crate) fn is_sent_unchanged(attempts: &[Received], name: &str, body: &Value) {
    let tried: Vec<_> = attempts.iter().map(Received::account).collect();
    assert_eq!(tried, [format!("account-{name}")]);
    assert_eq!(&attempts[0].json(), body);
}

fn stale_is_logged(rig: &Rig) -> bool {
    rig.logs.say(&["stale_continuation", "previous_response_not_found"])
}

/// What has been kept about a name of a chain.
fn kept<'a>(memory: &'a [Memory], kind: KeyKind, text: &str) -> Option<&'a Memory> {
    let names = |memory: &&Memory| matches!(memory, Memory::Chain(key, _) if key.kind == kind && &*key.text == text);
    memory.iter().rev().find(names)
}

/// Gone: no profile holds it, and the store records that.
#[track_caller]
pub(crate) fn is_dead(memory: &[Memory], kind: KeyKind, text: &str) {
    let last = kept(memory, kind, text);
    let Some(Memory::Chain(_, chain)) = last else { panic!("{text} was not written down") };
    assert!(chain.is_none_or(|chain| chain.life == Life::Dead), "{text}: {chain:?}");
}

fn with_session(mut body: Value) -> Value {
    body["session_id"] = json!("sess");
    body
}

/// Only `second`, with a chain that upstream then forgets.
async fn forgotten(id: &str) -> (Rig, usize) {
    let rig = Rig::of(&["second"]).await;
    rig.begin_chain(id, "second").await;
    let lost = Reply::previous_response_not_found(id);
    rig.upstream.when(move |seen| seen.previous().is_some().then(|| lost.clone()));
    let before = rig.upstream.attempts().len();
    (rig, before)
}

#[tokio::test]
async fn c04_a_lost_chain_is_answered_as_stale() {
    let (rig, before) = forgotten("resp-missing").await;
    let body = with_session(chained("resp-missing", &[]));
    is_stale(&rig.ask(&body).answer().await);
    is_sent_unchanged(&rig.upstream.attempts()[before..], "second", &body);
    assert!(stale_is_logged(&rig));
}

#[tokio::test]
async fn c05_a_plain_message_on_a_lost_chain_gets_no_fresh_answer() {
    let (rig, before) = forgotten("resp-missing").await;
    let body = chained("resp-missing", &[user("go on")]);
    is_stale(&rig.ask(&body).answer().await);
    is_sent_unchanged(&rig.upstream.attempts()[before..], "second", &body);
}

#[tokio::test]
async fn c06_a_session_does_not_make_a_message_replayable() {
    for name in ["session_id", "session-id"] {
        let (rig, before) = forgotten("resp-missing").await;
        let body = chained("resp-missing", &[user("go on")]);
        is_stale(&rig.ask(&body).header(name, "sess").answer().await);
        is_sent_unchanged(&rig.upstream.attempts()[before..], "second", &body);
    }
}

#[tokio::test]
async fn c07_turn_metadata_arrives_byte_for_byte_on_a_lost_chain() {
    let (rig, before) = forgotten("resp-missing").await;
    let metadata = r#"{ "session_id":"sess","turn_id":"t\u00e9" }"#;
    let body = chained("resp-missing", &[user("go on")]);
    is_stale(&rig.ask(&body).header("x-codex-turn-metadata", metadata).answer().await);
    let attempts = &rig.upstream.attempts()[before..];
    is_sent_unchanged(attempts, "second", &body);
    assert_eq!(attempts[0].header("x-codex-turn-metadata"), metadata);
}

/// `main` in use and the owner of `resp-main`, out of quota on what continues it.
async fn out_of_quota() -> (Rig, usize, Reply) {
    let rig = Rig::of(&["main", "second"]).await;
    rig.begin_chain("resp-main", "main").await;
    let out = Reply::events([event::failed("insufficient_quota", "You exceeded your quota.")]);
    let (quota, call) = (out.clone(), Reply::no_tool_call("call-1"));
    rig.upstream.when(move |seen| match seen.account() {
        "account-main" if seen.previous().is_some() => Some(quota.clone()),
        "account-second" if seen.json()["input"].to_string().contains("_output") => {
            Some(call.clone())
        }
        _ => None,
    });
    let before = rig.upstream.attempts().len();
    (rig, before, out)
}

#[tokio::test]
async fn c08_a_quota_on_a_chain_goes_through_and_the_chain_stays() {
    let (rig, before, out) = out_of_quota().await;
    let body = with_session(chained("resp-main", &[user("go on")]));
    let answer = rig.ask(&body).answer().await;
    assert_eq!((answer.status.as_u16(), answer.events()), (200, events_of(&out)));
    is_sent_unchanged(&rig.upstream.attempts()[before..], "main", &body);
    assert!(matches!(rig.standing("main"), Standing::Resting(_)));
    rig.ask(&body).answer().await;
    assert_eq!(rig.upstream.tried()[before..], ["main", "main"], "still bound to its owner");
}

#[tokio::test]
async fn c09_a_tool_output_on_a_chain_never_moves() {
    let (rig, before, out) = out_of_quota().await;
    let body = with_session(chained("resp-main", &[tool_output("call-1")]));
    let answer = rig.ask(&body).answer().await;
    assert_eq!((answer.status.as_u16(), answer.events()), (200, events_of(&out)));
    is_sent_unchanged(&rig.upstream.attempts()[before..], "main", &body);
}

#[tokio::test]
async fn c10_a_tool_output_without_its_call_is_a_lost_chain() {
    let rig = Rig::of(&["second"]).await;
    rig.begin_chain("resp-second", "second").await;
    rig.upstream.next("account-second", Reply::no_tool_call("call-1"));
    let body = with_session(chained("resp-second", &[tool_output("call-1")]));
    is_stale(&rig.ask(&body).answer().await);
    is_sent_unchanged(&rig.upstream.attempts()[1..], "second", &body);
    assert!(stale_is_logged(&rig));
}

#[tokio::test]
async fn c11_a_lost_chain_in_a_compaction_is_stale_too() {
    let rig = Rig::of(&["second"]).await;
    let reply = Reply::turn("resp-second", "hi").header("x-codex-turn-state", "turn-second");
    rig.upstream.next("account-second", reply);
    rig.fresh("sess-compact").answer().await;
    let compact = |body: &Value| {
        let url = rig.keyed("/codex/responses/compact");
        let ask = rotunda_tests::client::Ask::new(reqwest::Method::POST, url).json(body);
        ask.header("x-openai-subagent", "compact").header("session-id", "sess-compact")
    };
    assert_eq!(compact(&turn(&[user("all of it")])).answer().await.status, 200);
    let mut body = chained("resp-second", &[]);
    body["session_id"] = json!("sess-compact");
    let lost = Reply::previous_response_not_found("resp-second");
    rig.upstream.when(move |seen| seen.previous().is_some().then(|| lost.clone()));
    is_stale(&compact(&body).answer().await);
    is_sent_unchanged(&rig.upstream.attempts()[2..], "second", &body);
}

#[tokio::test]
async fn c13_after_output_a_lost_chain_goes_through_and_is_remembered_dead() {
    let rig = Rig::of(&["second"]).await;
    let begin = Reply::turn("resp-second", "hi").header("x-codex-turn-state", "turn-second");
    rig.upstream.next("account-second", begin);
    rig.ask(&turn(&[user("begin")])).answer().await;
    let gate = Gate::closed();
    let lost = event::failed("previous_response_not_found", "gone");
    let reply = Reply::events([event::created("resp-second-next"), event::delta("half")]);
    let reply = reply.pass(&gate).then_events([lost.clone()]);
    rig.upstream.next("account-second", reply.header("x-codex-turn-state", "turn-second"));
    rig.pool.take_memory();
    let mut answer = rig.ask(&chained("resp-second", &[user("go on")])).head().await;
    assert_eq!(answer.status, 200);
    answer.until("half").await;
    gate.open();
    assert!(answer.read_to_end().await.events().contains(&lost), "raw, after commit");
    rotunda_tests::eventually("the request to end", || rig.status("second").in_flight == 0).await;
    let memory = rig.pool.take_memory();
    is_dead(&memory, KeyKind::Response, "resp-second");
    is_dead(&memory, KeyKind::Response, "resp-second-next");
    is_dead(&memory, KeyKind::TurnState, "turn-second");
    assert_eq!(rig.upstream.attempts().len(), 2);
}

#[tokio::test]
async fn c15_a_custom_tool_output_on_a_chain_never_moves() {
    let (rig, before, out) = out_of_quota().await;
    let output = json!({"type": "custom_tool_call_output", "call_id": "call-1", "output": "done"});
    let body = chained("resp-main", &[output]);
    let answer = rig.ask(&body).answer().await;
    assert_eq!((answer.status.as_u16(), answer.events()), (200, events_of(&out)));
    is_sent_unchanged(&rig.upstream.attempts()[before..], "main", &body);
}

#[tokio::test]
async fn c17_an_unknown_chain_is_sent_to_one_profile_only() {
    let rig = Rig::of(&["main", "second", "third"]).await;
    rig.fresh("other").answer().await;
    is_stale(&rig.ask(&chained("resp-unknown", &[user("go on")])).answer().await);
    assert_eq!(rig.upstream.tried()[1..], ["main"], "the one in use");

    rig.pool.use_now(rig.id("third"));
    rig.fresh("sess").answer().await;
    rig.pool.use_now(rig.id("second"));
    rig.fresh("x").answer().await;
    let answer = rig.fresh("sess").answer().await;
    let owner = if answer.text().contains("from third") { "third" } else { "second" };
    let ask = rig.ask(&chained("resp-unknown-2", &[user("go on")])).header("session-id", "sess");
    is_stale(&ask.answer().await);
    assert_eq!(rig.upstream.tried().pop().unwrap(), owner, "the session's");
    assert_eq!(rig.upstream.attempts().len(), 6);
}

#[tokio::test]
async fn c18_owners_that_disagree_are_stale_without_an_attempt() {
    let rig = Rig::of(&["main", "second"]).await;
    let state = Reply::turn("resp-main", "hi").header("x-codex-turn-state", "turn-main");
    rig.upstream.next("account-main", state);
    rig.ask(&turn(&[user("begin")])).answer().await;
    rig.begin_chain("resp-second", "second").await;
    let before = rig.upstream.attempts().len();
    let ask = rig.ask(&chained("resp-second", &[user("go on")]));
    is_stale(&ask.header("x-codex-turn-state", "turn-main").answer().await);
    assert_eq!(rig.upstream.attempts().len(), before);
}

#[tokio::test]
async fn c19_a_session_moves_with_its_history_and_without_its_turn_state() {
    let rig = Rig::of(&["main", "second"]).await;
    let state = Reply::turn("resp-main-a", "hi").header("x-codex-turn-state", "turn-main");
    rig.upstream.next("account-main", state);
    rig.fresh("sess").answer().await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR.as_secs()));
    let moved = rig.fresh("sess").header("x-codex-turn-state", "turn-main").answer().await;
    assert!(moved.text().contains("hello from second"));
    let attempts = rig.upstream.attempts();
    assert_eq!(attempts[1].header("x-codex-turn-state"), "turn-main");
    assert_eq!(attempts[2].header("x-codex-turn-state"), "", "it belongs to another account");
    rig.clock.advance(2 * HOUR);
    rig.fresh("sess").answer().await;
    assert_eq!(rig.upstream.tried(), ["main", "main", "second", "second"], "rebound");
}

#[tokio::test]
async fn c20_a_stand_in_does_not_take_over() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.fresh("sess").answer().await;
    let challenge = Reply::text(403, "text/html", "<html><title>Just a moment...</title></html>");
    rig.upstream.next("account-main", challenge.header("cf-mitigated", "challenge"));
    assert!(rig.fresh("sess").answer().await.text().contains("hello from second"));
    assert!(matches!(rig.standing("main"), Standing::Resting(_)), "{:?}", rig.standing("main"));
    assert!(rig.fresh("sess").answer().await.text().contains("hello from second"));
    rig.clock.advance(HOUR);
    assert!(rig.fresh("sess").answer().await.text().contains("hello from main"), "binding kept");
}

#[tokio::test]
async fn c22_keepalive_and_rate_limits_neither_commit_nor_end_the_hold() {
    let rig = Rig::of(&["main", "second"]).await;
    let gate = Gate::closed();
    let limits = event::rate_limits(50.0, 50.0, rig.clock.unix() + 60);
    let reply = Reply::events([event::keepalive(), limits, event::keepalive()]).pass(&gate);
    rig.upstream
        .next("account-main", reply.then_events([event::failed("insufficient_quota", "m")]));
    let asking = tokio::spawn(rig.fresh("s").answer());
    gate.reached().await;
    gate.open();
    let answer = asking.await.unwrap();
    assert!(answer.text().contains("hello from second"), "{}", answer.text());
    assert!(!answer.kinds().contains(&"keepalive".to_owned()));
}

#[tokio::test]
async fn c23_a_quota_after_an_added_item_rotates_unseen() {
    let rig = Rig::of(&["main", "second"]).await;
    let events = [
        event::created("resp-main-x"),
        event::item_added(&event::message("")),
        event::failed("insufficient_quota", "m"),
    ];
    rig.upstream.next("account-main", Reply::events(events));
    let answer = rig.fresh("s").answer().await;
    assert!(answer.text().contains("hello from second") && !answer.text().contains("resp-main-x"));
    assert_eq!(rig.upstream.tried(), ["main", "second"]);
}

fn foreign_reasoning() -> Reply {
    Reply::error(400, "invalid_encrypted_content", "The encrypted content could not be verified.")
}

/// A session that began on `main` and moved to `second` when `main` ran out for an hour.
async fn moved() -> Rig {
    let rig = Rig::of(&["main", "second"]).await;
    rig.fresh("sess").answer().await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR.as_secs()));
    rig.fresh("sess").answer().await;
    assert_eq!(rig.upstream.tried(), ["main", "main", "second"]);
    rig
}

fn history() -> Value {
    let input = [
        user("first"),
        event::reasoning("of-main"),
        event::compaction("of-main"),
        event::message("answer"),
        event::reasoning("more-of-main"),
        user("second"),
    ];
    let mut body = turn(&input);
    body["prompt_cache_key"] = json!("sess");
    body
}

#[tokio::test]
async fn c25_foreign_reasoning_goes_back_to_its_profile() {
    let rig = moved().await;
    rig.clock.advance(2 * HOUR);
    rig.upstream.next("account-second", foreign_reasoning());
    let answer = rig.ask(&history()).header("session-id", "sess").answer().await;
    assert!(answer.text().contains("hello from main"), "{}", answer.text());
    assert_eq!(rig.upstream.tried()[3..], ["second", "main"]);
    assert_eq!(rig.upstream.attempts().pop().unwrap().json(), history());
}

#[tokio::test]
async fn c25_without_its_profile_it_is_resent_once_without_reasoning() {
    let rig = moved().await;
    rig.upstream.next("account-second", foreign_reasoning());
    let answer = rig.ask(&history()).header("session-id", "sess").answer().await;
    assert!(answer.text().contains("hello from second"), "{}", answer.text());
    assert_eq!(rig.upstream.tried()[3..], ["second", "second"]);
    let mut expected = history();
    expected["input"].as_array_mut().unwrap().retain(|item| item["type"] != "reasoning");
    assert_eq!(rig.upstream.attempts().pop().unwrap().json(), expected, "the compaction stays");
}

/// Its profile is ready by the pool's book, and cannot be signed in.
#[tokio::test]
async fn c25_when_its_profile_fails_the_other_gets_it_without_reasoning() {
    let rig = moved().await;
    rig.clock.advance(2 * HOUR);
    rig.upstream.next("account-second", foreign_reasoning());
    rig.upstream.always("account-main", Reply::error(401, "token_expired", "Sign in again."));
    rig.upstream.issuer().next("account-main", FakeIssuer::refusal("refresh_token_invalidated"));
    let answer = rig.ask(&history()).header("session-id", "sess").answer().await;
    assert!(answer.text().contains("hello from second"), "{}", answer.text());
    assert_eq!(rig.upstream.tried()[3..], ["second", "main", "second"]);
    let last = rig.upstream.attempts().pop().unwrap().json();
    let items = last["input"].as_array().unwrap();
    assert!(items.iter().all(|item| item["type"] != "reasoning"), "{last}");
}

/// The same on a socket, which the client keeps.
#[tokio::test]
async fn c25_when_its_profile_fails_the_other_gets_it_without_reasoning_on_a_socket() {
    let rig = moved().await;
    rig.clock.advance(2 * HOUR);
    rig.upstream.next("account-second", foreign_reasoning());
    rig.upstream.always("account-main", Reply::error(401, "token_expired", "Sign in again."));
    rig.upstream.issuer().next("account-main", FakeIssuer::refusal("refresh_token_invalidated"));
    let mut socket = rig.socket(&[("session-id", "sess")]).await;
    socket.send(&frame(history())).await;
    let events = socket.until("response.completed").await;
    assert!(
        events.iter().any(|event| event.to_string().contains("hello from second")),
        "{events:?}"
    );
    assert!(events.iter().all(|event| event["type"] != "error"), "{events:?}");
    let tried = rig.upstream.tried();
    assert_eq!(tried[3..], ["second", "main", "second"]);
    let last = rig.upstream.attempts().pop().unwrap().json();
    let kinds: Vec<_> = last["input"].as_array().unwrap().iter().map(|it| &it["type"]).collect();
    assert!(kinds.iter().all(|kind| *kind != "reasoning"), "{last}");
    assert!(kinds.iter().any(|kind| *kind == "compaction"), "{last}");
}

#[tokio::test]
async fn c25_when_that_fails_too_the_400_goes_through() {
    let rig = moved().await;
    rig.upstream.always("account-second", foreign_reasoning());
    let answer = rig.ask(&history()).header("session-id", "sess").answer().await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (400, "invalid_encrypted_content")
    );
    assert_eq!(rig.upstream.tried()[3..], ["second", "second"]);
}

#[tokio::test]
async fn c27_a_client_that_cancels_cancels_upstream() {
    let rig = Rig::of(&["second"]).await;
    rig.begin_chain("resp-second", "second").await;
    let gate = Gate::closed();
    rig.upstream.next("account-second", Reply::events([event::delta("half")]).pass(&gate));
    let mut answer = rig.ask(&chained("resp-second", &[user("go on")])).head().await;
    answer.until("half").await;
    drop(answer);
    rotunda_tests::eventually("the cancel", || rig.upstream.attempts()[1].cancelled()).await;
}

fn events_of(reply: &Reply) -> Vec<Value> {
    let events = reply.steps.iter().map(|step| match step {
        rotunda_tests::Step::Event(event) => event.clone(),
        other => panic!("only events: {other:?}"),
    });
    events.collect()
}
