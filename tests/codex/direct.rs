//! The client against the fakes, with nothing between them: what holds here
//! and fails through Rotunda is Rotunda's fault.

use std::fs;

use rotunda_tests::{Reply, Route, ScriptedUpstream, event, upstream::ANYONE};
use serde_json::json;

use crate::client::{CodexHome, OWN_ACCOUNT};

async fn set_up() -> (ScriptedUpstream, CodexHome) {
    let upstream = ScriptedUpstream::start().await;
    let home = CodexHome::new(&upstream);
    // A neutral path, as the binding has it: see docs/contract.md.
    home.configure(&format!("openai_base_url = \"{}/codex\"", upstream.url("/0123")));
    (upstream, home)
}

#[tokio::test]
async fn a_turn_completes_over_a_websocket() {
    let (upstream, home) = set_up().await;
    home.exec("hi").await.is_one_clean_turn(&["hello from own"]);
    let frames = upstream.attempts();
    assert!(frames.iter().all(|frame| frame.socket == Some(0)), "prewarm and turn, one socket");
    assert_eq!(frames.len(), 2);
    assert_eq!(frames[0].json()["generate"], json!(false));
    assert_eq!(frames[1].previous().as_deref(), Some("resp-own-1"), "the prewarm's id");
    assert_eq!(upstream.strangeness(), Vec::<String>::new());
}

#[tokio::test]
async fn a_turn_completes_over_http_when_the_upgrade_gets_a_426() {
    let (upstream, home) = set_up().await;
    upstream.always_on(Route::Upgrade, ANYONE, Reply::json(426, json!({})));
    home.exec("hi").await.is_one_clean_turn(&["hello from own"]);
    let turns = upstream.attempts();
    assert_eq!(turns.len(), 1);
    assert_eq!(turns[0].header("content-encoding"), "zstd");
    assert_eq!(turns[0].account(), OWN_ACCOUNT);
    assert_eq!(turns[0].previous(), None, "over HTTP every request is whole");
    assert_eq!(turns[0].header("session-id"), turns[0].json()["prompt_cache_key"]);
    assert_eq!(upstream.received_on(Route::Upgrade).len(), 1);
}

#[tokio::test]
async fn a_tool_call_runs_and_its_output_comes_back() {
    let (upstream, home) = set_up().await;
    upstream.always_on(Route::Upgrade, ANYONE, Reply::json(426, json!({})));
    let mark = home.work().join("mark");
    let call = event::custom_tool_call("call-1", &event::run_command("echo ran > mark"));
    upstream.next(OWN_ACCOUNT, Reply::item("resp-own-a", &call));
    home.exec("write it").await.is_one_clean_turn(&["hello from own"]);
    assert_eq!(fs::read_to_string(mark).unwrap(), "ran\n");
    let output = &upstream.attempts()[1].json()["input"];
    assert!(output.to_string().contains("call-1"), "{output}");
}

#[tokio::test]
async fn a_thread_is_resumed_with_its_history() {
    let (upstream, home) = set_up().await;
    let first = home.exec("the first question").await;
    home.resume(&first.thread(), "the second").await.is_one_clean_turn(&["hello from own"]);
    let last = upstream.attempts().pop().unwrap().json().to_string();
    assert!(last.contains("the first question") && last.contains("the second"));
}

#[tokio::test]
async fn a_quota_error_ends_the_turn_with_its_sentence() {
    let (upstream, home) = set_up().await;
    upstream.always_on(Route::Upgrade, ANYONE, Reply::json(426, json!({})));
    upstream.always(OWN_ACCOUNT, Reply::usage_limit(rotunda_tests::jwt::FAR));
    let run = home.exec("hi").await;
    assert_eq!(run.count("turn.failed"), 1, "{}", run.text);
    assert!(run.text.contains("hit your usage limit"), "{}", run.text);
    assert_eq!(upstream.attempts().len(), 1);
}

#[tokio::test]
async fn codex_recovers_from_a_stale_continuation_without_a_message() {
    let (upstream, home) = set_up().await;
    let stale = Reply::error(409, "stale_continuation", "resend");
    upstream.when(move |seen| {
        let chained = seen.previous().is_some() && seen.socket == Some(0);
        chained.then(|| stale.clone())
    });
    home.exec("hi").await.is_one_clean_turn(&["hello from own"]);
    let last = upstream.attempts().pop().unwrap();
    assert_eq!((last.socket, last.previous()), (Some(1), None));
}
