//! The fakes keep their word: what the scenarios lean on, seen from outside.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Method;
use rotunda_tests::{
    Gate, Reply, Route, ScriptedUpstream, Step,
    client::{Ask, Heard, Socket},
    event, eventually,
    upstream::{ANYONE, Ended},
};
use serde_json::json;
use tokio::time::Instant;

fn turn(upstream: &ScriptedUpstream, account: &str, body: &serde_json::Value) -> Ask {
    let url = format!("{}/codex/responses", upstream.chatgpt());
    Ask::new(Method::POST, url.parse().unwrap()).json(body).header("chatgpt-account-id", account)
}

async fn socket(upstream: &ScriptedUpstream, account: &str) -> Socket {
    let url = format!("{}/codex/responses", upstream.chatgpt()).parse().unwrap();
    Socket::open(&url, &[("chatgpt-account-id", account)]).await.unwrap()
}

#[tokio::test]
async fn upstream_answers_a_turn_and_records_it() {
    let upstream = ScriptedUpstream::start().await;
    let answer = turn(&upstream, "account-main", &json!({"input": []})).answer().await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("hello from main"), "{}", answer.text());
    assert_eq!(upstream.tried(), ["main"]);
    assert!(upstream.attempts()[0].finished() && !upstream.attempts()[0].cancelled());
}

#[tokio::test]
async fn scripted_answers_come_in_order_and_by_account() {
    let upstream = ScriptedUpstream::start().await;
    upstream.next("account-main", Reply::usage_limit(7));
    upstream.next("account-main", Reply::turn("resp-main-x", "second"));
    upstream.next(ANYONE, Reply::error(503, "slow_down", "no"));
    let ask = |account| turn(&upstream, account, &json!({})).answer();
    assert_eq!(ask("account-main").await.json()["error"]["resets_at"], 7);
    assert_eq!(ask("account-second").await.status, 503);
    assert!(ask("account-main").await.text().contains("second"));
    assert_eq!(upstream.unasked(), 0);
}

#[tokio::test]
async fn chains_belong_to_the_account_that_began_them() {
    let upstream = ScriptedUpstream::start().await;
    let body = json!({"previous_response_id": "resp-main-1"});
    assert_eq!(turn(&upstream, "account-main", &body).answer().await.status, 200);
    let foreign = turn(&upstream, "account-second", &body).answer().await;
    assert_eq!(
        (foreign.status.as_u16(), foreign.code().as_str()),
        (400, "previous_response_not_found")
    );
}

#[tokio::test]
async fn a_gate_holds_a_stream_and_a_client_that_leaves_is_noticed() {
    let upstream = ScriptedUpstream::start().await;
    let gate = Gate::closed();
    upstream.next("account-main", Reply::events([event::delta("one")]).pass(&gate));
    let mut answer = turn(&upstream, "account-main", &json!({})).head().await;
    answer.until("one").await;
    gate.reached().await;
    drop(answer);
    eventually("the upstream to notice", || upstream.attempts()[0].cancelled()).await;
}

#[tokio::test]
async fn a_cut_breaks_the_stream_off() {
    let upstream = ScriptedUpstream::start().await;
    upstream.next("account-main", Reply::events([event::delta("one")]).then(Step::Cut));
    let (answer, broken) =
        turn(&upstream, "account-main", &json!({})).head().await.read_to_end_or_break().await;
    assert!(answer.text().contains("one") && broken.is_some());
    upstream.next("account-main", Reply::cut_before_head());
    assert!(turn(&upstream, "account-main", &json!({})).try_head().await.is_err());
}

#[tokio::test]
async fn a_flood_stops_without_a_reader() {
    let upstream = ScriptedUpstream::start().await;
    let chunk = Bytes::from(vec![b'x'; 64 * 1024]);
    upstream.next("account-main", Reply::events([]).then(Step::Flood(chunk)));
    let answer = turn(&upstream, "account-main", &json!({})).head().await;
    let sent = || upstream.attempts()[0].sent();
    eventually("the first bytes", || sent() > 0).await;
    drop(answer);
    eventually("the end of the flood", || upstream.attempts()[0].cancelled()).await;
}

#[tokio::test]
async fn a_socket_carries_turns_errors_and_pings() {
    let upstream = ScriptedUpstream::start().await;
    let mut socket = socket(&upstream, "account-main").await;
    upstream.next("account-main", Reply::events([event::created("resp-main-1")]).then(Step::Ping));
    socket.send(&json!({"type": "response.create", "input": []})).await;
    assert_eq!(socket.event().await["type"], "response.created");
    assert_eq!(socket.heard().await, Heard::Ping(Bytes::from_static(b"upstream")));
    upstream
        .next("account-main", Reply::usage_limit(9).header("x-codex-primary-used-percent", "100"));
    socket.send(&json!({"type": "response.create", "input": []})).await;
    let error = socket.event().await;
    assert_eq!((&error["status"], &error["error"]["resets_at"]), (&json!(429), &json!(9)));
    assert_eq!(error["headers"]["x-codex-primary-used-percent"], "100");
    assert_eq!(upstream.tried(), ["main", "main"]);
}

#[tokio::test]
async fn paced_frames_come_at_their_times() {
    let upstream = ScriptedUpstream::start().await;
    let mut socket = socket(&upstream, "account-main").await;
    let (turn, pace) = (event::turn("resp-main-1", "slow"), Duration::from_millis(20));
    upstream.next("account-main", Reply::paced(turn.clone(), pace));
    let began = Instant::now();
    socket.send(&json!({"type": "response.create", "input": []})).await;
    assert_eq!(socket.until("response.completed").await, turn);
    assert!(began.elapsed() >= pace * 6, "six events took {:?}", began.elapsed());
}

#[tokio::test]
async fn a_socket_can_be_refused_closed_and_cut() {
    let upstream = ScriptedUpstream::start().await;
    upstream.next_on(Route::Upgrade, ANYONE, Reply::json(503, json!({})));
    let url = format!("{}/codex/responses", upstream.chatgpt()).parse().unwrap();
    assert_eq!(Socket::open(&url, &[]).await.unwrap_err().status(), 503);

    let frame = json!({"type": "response.create", "input": []});
    let mut closed = socket(&upstream, "account-main").await;
    upstream.next("account-main", Reply::events([]).then(Step::Close(1012, "restart")));
    closed.send(&frame).await;
    assert_eq!(closed.read_to_end().await, (vec![], Heard::Closed(Some(1012))));

    let mut cut = socket(&upstream, "account-main").await;
    upstream.next("account-main", Reply::events([event::delta("half")]).then(Step::Cut));
    cut.send(&frame).await;
    assert_eq!(cut.read_to_end().await, (vec![event::delta("half")], Heard::Dropped));
}

#[tokio::test]
async fn frames_are_seen_in_the_middle_of_an_answer_and_a_leaving_client_too() {
    let upstream = ScriptedUpstream::start().await;
    let gate = Gate::closed();
    let mut socket = socket(&upstream, "account-main").await;
    upstream.next("account-main", Reply::events([event::delta("one")]).pass(&gate));
    socket.send(&json!({"type": "response.create", "input": []})).await;
    socket.event().await;
    socket.send(&json!({"type": "response.cancel"})).await;
    upstream.saw("the cancel", |seen| seen.json()["type"] == "response.cancel").await;
    socket.close(1000).await;
    eventually("the end", || upstream.sockets() == [Some(Ended::Closed(Some(1000)))]).await;
    assert!(upstream.attempts()[0].cancelled());
}

#[tokio::test]
async fn a_refresh_token_works_once() {
    let upstream = ScriptedUpstream::start().await;
    let first = upstream.issuer().sign_in("account-main", 10);
    let url = upstream.auth().join("oauth/token").unwrap();
    let refresh = |token: &str| {
        let body = json!({"grant_type": "refresh_token", "refresh_token": token});
        Ask::new(Method::POST, url.clone()).json(&body).answer()
    };
    let second = refresh(&first.refresh).await.json();
    assert_ne!(second["access_token"], first.access);
    assert_eq!(refresh(&first.refresh).await.code(), "refresh_token_reused");
    assert_eq!(refresh("rt-foreign").await.code(), "refresh_token_invalidated");
    assert_eq!(refresh(second["refresh_token"].as_str().unwrap()).await.status, 200);
    assert_eq!(upstream.issuer().requests().len(), 4);
}

#[tokio::test]
async fn a_refused_bearer_gets_a_401() {
    let upstream = ScriptedUpstream::start().await;
    upstream.refuse_bearer("old");
    let ask = |bearer: &str| {
        turn(&upstream, "account-main", &json!({}))
            .header("authorization", &format!("Bearer {bearer}"))
    };
    assert_eq!(ask("old").answer().await.status, 401);
    assert_eq!(ask("new").answer().await.status, 200);
}
