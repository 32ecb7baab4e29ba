//! A WebSocket: full duplex, one profile at a time, and the same rules.

use bytes::Bytes;
use rotunda_core::{Standing, affinity::KeyKind};
use rotunda_tests::{
    Gate, Reply, Rig, Route, Step,
    client::{Heard, Socket, kind},
    event, eventually,
    rig::{chained, frame, tool_output, turn, user},
    upstream::{ANYONE, Ended},
};
use serde_json::{Value, json};

use crate::chains::{is_dead, is_sent_unchanged};

const HOUR: u64 = 3600;

/// The wrapped error that makes the client resend everything.
#[track_caller]
fn is_stale(event: &Value) {
    assert_eq!(event["type"], "error", "{event}");
    assert_eq!(event["status"], 409, "without it the client hangs: {event}");
    assert_eq!(event["error"]["code"], "stale_continuation", "{event}");
    assert!(event["error"]["type"].is_string() && event["error"]["message"].is_string());
    hides_raw(event);
}

#[track_caller]
fn hides_raw(event: &Value) {
    for raw in ["previous_response_not_found", "No tool call found"] {
        assert!(!event.to_string().contains(raw), "{event}");
    }
}

fn request(mut body: Value) -> Value {
    body["session_id"] = json!("sess");
    frame(body)
}

/// A socket on which one fresh turn has been served.
async fn used(rig: &Rig) -> Socket {
    let mut socket = rig.socket(&[("session-id", "sess")]).await;
    socket.send(&request(turn(&[user("hi")]))).await;
    socket.until("response.completed").await;
    socket
}

#[tokio::test]
async fn prewarm_turn_and_tool_output_ride_on_one_socket() {
    let rig = Rig::of(&["main", "second"]).await;
    let mut socket = rig
        .socket(&[("session-id", "sess"), ("openai-beta", "responses_websockets=2026-02-06")])
        .await;
    assert!(rig.upstream.received().is_empty(), "upstream is opened by the first request");
    let mut prewarm = request(turn(&[]));
    prewarm["generate"] = json!(false);
    socket.send(&prewarm).await;
    let warm = socket.until("response.completed").await;
    let id = warm.last().unwrap()["response"]["id"].as_str().unwrap().to_owned();
    let full = request(chained(&id, &[user("hi")]));
    socket.send(&full).await;
    let events = socket.until("response.completed").await;
    let next = events.last().unwrap()["response"]["id"].as_str().unwrap().to_owned();
    let output = request(chained(&next, &[tool_output("call-1")]));
    socket.send(&output).await;
    socket.until("response.completed").await;
    let bodies: Vec<_> =
        rig.upstream.attempts().iter().map(rotunda_tests::Received::json).collect();
    assert_eq!(bodies, [prewarm, full, output]);
    let upgrades = rig.upstream.received_on(Route::Upgrade);
    assert_eq!(upgrades.len(), 1);
    assert_eq!(upgrades[0].header("openai-beta"), "responses_websockets=2026-02-06");
    assert_eq!(upgrades[0].header("session-id"), "sess");
    assert_eq!(
        (upgrades[0].bearer(), upgrades[0].account()),
        (rig.bearer("main").as_str(), "account-main")
    );
}

#[tokio::test]
async fn frames_arrive_byte_for_byte() {
    let rig = Rig::of(&["main"]).await;
    let odd = r#"{ "type":"response.output_text.delta",  "delta":"\u00e9 \ud83c\udfdb" ,"n":1.0}"#;
    rig.upstream.next(
        "account-main",
        Reply::events([]).then(Step::Raw(Bytes::from_static(odd.as_bytes()))),
    );
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    assert_eq!(socket.text().await, odd);
}

#[tokio::test]
async fn pings_are_answered_and_forwarded() {
    let rig = Rig::of(&["main"]).await;
    let mut socket = used(&rig).await;
    socket.ping(b"are you there").await;
    assert_eq!(socket.heard().await, Heard::Pong(Bytes::from_static(b"are you there")));
}

/// The client gives up a socket that says nothing: a relay must not add silence.
#[tokio::test]
async fn events_go_on_as_they_come() {
    let rig = Rig::of(&["main"]).await;
    let gate = Gate::closed();
    let reply = Reply::events([event::delta("one")]).pass(&gate).then_events([event::keepalive()]);
    rig.upstream.next("account-main", reply.then_events([event::completed("resp-main-1")]));
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    assert_eq!(kind(&socket.event().await), "response.output_text.delta");
    gate.open();
    assert_eq!(kind(&socket.event().await), "keepalive");
    assert_eq!(kind(&socket.event().await), "response.completed");
}

/// Design 4: an instant, silent switch to HTTP.
#[tokio::test]
async fn an_upstream_that_refuses_sockets_sends_the_client_to_http() {
    for status in [403, 404, 426, 500, 503] {
        let rig = Rig::of(&["main", "second"]).await;
        rig.upstream.always_on(Route::Upgrade, ANYONE, Reply::json(status, json!({})));
        match Socket::open(&rig.keyed("/codex/responses"), &[]).await {
            Err(refused) => assert_eq!(refused.status(), 426, "after {status}"),
            Ok(mut socket) => {
                // Opened before the request to upstream: the end must not look like an answer.
                socket.send(&frame(turn(&[user("hi")]))).await;
                let (events, _) = socket.read_to_end().await;
                assert!(events.iter().all(|event| event["status"] == 409), "{events:?}");
                let again = Socket::open(&rig.keyed("/codex/responses"), &[]).await;
                assert_eq!(again.unwrap_err().status(), 426, "after {status}");
            }
        }
    }
}

#[tokio::test]
async fn a_fresh_request_on_a_resting_profile_s_socket_rotates_by_stale() {
    let rig = Rig::of(&["main", "second"]).await;
    let mut socket = used(&rig).await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    socket.send(&request(turn(&[user("whole history")]))).await;
    let event = socket.event().await;
    if event["type"] == "error" {
        is_stale(&event);
        let mut again = rig.socket(&[("session-id", "sess")]).await;
        again.send(&request(turn(&[user("whole history")]))).await;
        again.until("response.completed").await;
    } else {
        // A fresh request may also be served by the next profile on the same socket.
        assert_eq!(event["type"], "response.created");
    }
    assert_eq!(rig.upstream.tried(), ["main", "main", "second"]);
    assert_eq!(rig.rests_for("main"), Some(HOUR));
}

async fn lost_on_sockets() -> (Rig, usize) {
    let rig = Rig::of(&["second"]).await;
    rig.begin_chain("resp-second", "second").await;
    let lost = Reply::previous_response_not_found("resp-second");
    rig.upstream.when(move |seen| {
        let continues = seen.socket.is_some() && seen.previous().is_some();
        let tied = seen.json()["client_metadata"]["x-codex-turn-state"].is_string();
        (continues && !tied).then(|| lost.clone())
    });
    let before = rig.upstream.attempts().len();
    (rig, before)
}

#[tokio::test]
async fn c01_a_lost_chain_is_stale_on_a_socket() {
    for path in ["/codex/realtime?call_id=call-123", "/codex/responses"] {
        let (rig, before) = lost_on_sockets().await;
        let mut socket = Socket::open(&rig.keyed(path), &[]).await.unwrap();
        let body = request(chained("resp-second", &[]));
        socket.send(&body).await;
        is_stale(&socket.event().await);
        is_sent_unchanged(&rig.upstream.attempts()[before..], "second", &body);
        assert!(rig.logs.say(&["stale_continuation", "previous_response_not_found"]));
        let upgrade = rig.upstream.received_on(Route::Upgrade).pop().unwrap();
        let at = format!("{}?{}", upgrade.path, upgrade.query);
        assert!(at.trim_end_matches('?').ends_with(path), "{at}");
    }
}

#[tokio::test]
async fn c02_a_tool_output_on_a_lost_chain_is_stale_on_a_socket() {
    let (rig, before) = lost_on_sockets().await;
    let mut socket = rig.socket(&[]).await;
    let body = request(chained("resp-second", &[tool_output("call-1")]));
    socket.send(&body).await;
    is_stale(&socket.event().await);
    for attempt in &rig.upstream.attempts()[before..] {
        assert_eq!((attempt.account(), attempt.json()), ("account-second", body.clone()));
    }
    assert!(rig.logs.say(&["stale_continuation", "previous_response_not_found"]));
}

#[tokio::test]
async fn c03_a_tool_output_without_its_call_is_stale_on_a_socket() {
    let rig = Rig::of(&["second"]).await;
    rig.begin_chain("resp-second", "second").await;
    rig.upstream.always("account-second", Reply::no_tool_call("call-1"));
    let mut socket = rig.socket(&[]).await;
    let body = request(chained("resp-second", &[tool_output("call-1")]));
    socket.send(&body).await;
    is_stale(&socket.event().await);
    for attempt in &rig.upstream.attempts()[1..] {
        assert_eq!((attempt.account(), attempt.json()), ("account-second", body.clone()));
    }
}

#[tokio::test]
async fn c12_a_held_handshake_is_dropped_with_a_lost_chain() {
    let rig = Rig::of(&["second"]).await;
    rig.begin_chain("resp-second", "second").await;
    let gate = Gate::closed();
    let error = json!({"code": "previous_response_not_found", "status": 400, "message": "gone"});
    let reply = Reply::events([event::created("resp-second-next")]).pass(&gate);
    rig.upstream.next("account-second", reply.then_events([event::failed_with(&error)]));
    let mut socket = rig.socket(&[]).await;
    let body = frame(chained("resp-second", &[user("go on")]));
    socket.send(&body).await;
    gate.reached().await;
    gate.open();
    is_stale(&socket.event().await);
    is_sent_unchanged(&rig.upstream.attempts()[1..], "second", &body);
}

#[tokio::test]
async fn c14_after_output_a_lost_chain_turns_stale_in_place() {
    let rig = Rig::of(&["second"]).await;
    rig.begin_chain("resp-second", "second").await;
    let state = Reply::json(101, json!({})).header("x-codex-turn-state", "turn-second");
    rig.upstream.next_on(Route::Upgrade, "account-second", state);
    let gate = Gate::closed();
    let reply =
        Reply::events([event::created("resp-second-next"), event::delta("half")]).pass(&gate);
    let lost = event::failed("previous_response_not_found", "gone");
    rig.upstream.next("account-second", reply.then_events([lost]));
    rig.pool.take_memory();
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(chained("resp-second", &[user("go on")]))).await;
    let events = socket.until("response.output_text.delta").await;
    assert_eq!(
        events.iter().map(kind).collect::<Vec<_>>(),
        ["response.created", "response.output_text.delta"]
    );
    gate.open();
    let end = socket.event().await;
    assert_eq!(end["type"], "response.failed", "{end}");
    assert_eq!(end["response"]["error"]["code"], "stale_continuation", "{end}");
    hides_raw(&end);
    assert!(rig.logs.say(&["stale_continuation", "previous_response_not_found"]));
    let memory = rig.pool.take_memory();
    is_dead(&memory, KeyKind::Response, "resp-second");
    is_dead(&memory, KeyKind::Response, "resp-second-next");
    is_dead(&memory, KeyKind::TurnState, "turn-second");
}

#[tokio::test]
async fn c16_a_quota_on_a_chain_moves_the_whole_turn() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.begin_chain("resp-main", "main").await;
    rig.upstream.next("account-main", Reply::usage_limit(rig.clock.unix() + HOUR));
    let mut socket = rig.socket(&[("session-id", "sess")]).await;
    socket.send(&request(chained("resp-main", &[user("go on")]))).await;
    is_stale(&socket.event().await);
    let (more, end) = socket.read_to_end().await;
    assert!(more.is_empty() && matches!(end, Heard::Closed(_)), "{more:?} {end:?}");
    let mut again = rig.socket(&[("session-id", "sess")]).await;
    again.send(&request(turn(&[user("begin"), user("go on")]))).await;
    let events = again.until("response.completed").await;
    assert!(events.iter().any(|event| event.to_string().contains("hello from second")));
    assert_eq!(rig.upstream.tried()[1..], ["main", "second"]);
    assert!(matches!(rig.standing("main"), Standing::Resting(_)));
}

#[tokio::test]
async fn c18_owners_that_disagree_are_stale_on_a_socket() {
    let rig = Rig::of(&["main", "second"]).await;
    let state = Reply::turn("resp-main", "hi").header("x-codex-turn-state", "turn-main");
    rig.upstream.next("account-main", state);
    rig.ask(&turn(&[user("begin")])).answer().await;
    rig.begin_chain("resp-second", "second").await;
    let before = rig.upstream.attempts().len();
    let mut socket = rig.socket(&[]).await;
    let mut body = chained("resp-second", &[user("go on")]);
    body["client_metadata"] = json!({"x-codex-turn-state": "turn-main"});
    socket.send(&frame(body)).await;
    is_stale(&socket.event().await);
    assert_eq!(rig.upstream.attempts().len(), before);
}

#[tokio::test]
async fn c26_a_close_after_output_is_forwarded_and_nothing_replayed() {
    for code in [1000, 1001, 1008, 1012] {
        let rig = Rig::of(&["main", "second"]).await;
        let reply = Reply::events([event::delta("half")]).then(Step::Close(code, "bye"));
        rig.upstream.next("account-main", reply);
        let mut socket = rig.socket(&[]).await;
        socket.send(&frame(turn(&[user("hi")]))).await;
        assert_eq!(
            socket.read_to_end().await,
            (vec![event::delta("half")], Heard::Closed(Some(code)))
        );
        assert_eq!(rig.upstream.tried(), ["main"]);
    }
}

#[tokio::test]
async fn c27_a_frame_during_an_answer_is_forwarded_at_once() {
    let rig = Rig::of(&["main"]).await;
    let gate = Gate::closed();
    rig.upstream.next("account-main", Reply::events([event::delta("half")]).pass(&gate));
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    socket.event().await;
    socket.send(&json!({"type": "response.cancel"})).await;
    rig.upstream.saw("the cancel", |seen| seen.json()["type"] == "response.cancel").await;
}

#[tokio::test]
async fn c27_a_client_that_goes_takes_upstream_along() {
    for polite in [true, false] {
        let rig = Rig::of(&["main"]).await;
        let gate = Gate::closed();
        rig.upstream.next("account-main", Reply::events([event::delta("half")]).pass(&gate));
        let mut socket = rig.socket(&[]).await;
        socket.send(&frame(turn(&[user("hi")]))).await;
        socket.event().await;
        if polite {
            socket.close(1000).await;
        }
        drop(socket);
        eventually("upstream to be let go", || rig.upstream.attempts()[0].cancelled()).await;
        eventually("its socket to end", || rig.upstream.sockets().iter().all(Option::is_some))
            .await;
        eventually("the place to be free", || rig.status("main").in_flight == 0).await;
    }
}

#[tokio::test]
async fn a_client_that_closes_between_turns_closes_upstream() {
    let rig = Rig::of(&["main"]).await;
    let mut socket = used(&rig).await;
    socket.close(1000).await;
    eventually("upstream's socket to end", || {
        matches!(rig.upstream.sockets()[..], [Some(Ended::Closed(_) | Ended::Dropped)])
    })
    .await;
}

/// The 60-minute limit: a special code the client knows, before output.
#[tokio::test]
async fn a_connection_limit_is_forwarded() {
    let rig = Rig::of(&["main", "second"]).await;
    let mut socket = used(&rig).await;
    let limit = Reply::error(400, "websocket_connection_limit_reached", "60 minutes");
    rig.upstream.next("account-main", limit);
    socket.send(&request(turn(&[user("more")]))).await;
    let event = socket.event().await;
    assert_eq!(event["error"]["code"], "websocket_connection_limit_reached", "{event}");
    assert!(event["status"].is_number());
    assert_eq!(rig.standing("main"), Standing::Ready);
    assert_eq!(rig.upstream.tried(), ["main", "main"]);
}

/// permessage-deflate is offered by the client and declined cleanly.
#[tokio::test]
async fn compression_is_declined() {
    let rig = Rig::of(&["main"]).await;
    let offer = [("sec-websocket-extensions", "permessage-deflate; client_max_window_bits")];
    let mut socket = rig.socket(&offer).await;
    assert!(!socket.head.headers().contains_key("sec-websocket-extensions"));
    socket.send(&frame(turn(&[user("hi")]))).await;
    socket.until("response.completed").await;
}

/// Every wrapped error that reaches the client carries a status.
#[tokio::test]
async fn an_unknown_wrapped_error_goes_through_with_its_status() {
    let rig = Rig::of(&["main", "second"]).await;
    let mut socket = used(&rig).await;
    rig.upstream.next("account-main", Reply::error(400, "invalid_prompt", "no"));
    socket.send(&request(turn(&[user("more")]))).await;
    let event = socket.event().await;
    assert_eq!(
        (&event["status"], &event["error"]["code"]),
        (&json!(400), &json!("invalid_prompt"))
    );
    assert_eq!(rig.upstream.tried(), ["main", "main"]);
}

#[tokio::test]
async fn a_user_s_choice_moves_an_open_socket() {
    let rig = Rig::of(&["main", "second"]).await;
    let mut socket = used(&rig).await;
    rig.pool.use_now(rig.id("second"));
    socket.send(&request(turn(&[user("more")]))).await;
    let event = socket.event().await;
    if event["type"] == "error" {
        is_stale(&event);
        let mut again = rig.socket(&[("session-id", "sess")]).await;
        again.send(&request(turn(&[user("more")]))).await;
        again.until("response.completed").await;
    }
    assert_eq!(rig.upstream.tried().pop().unwrap(), "second");
}

#[tokio::test]
async fn c26_a_cut_after_output_ends_the_client_s_socket_too() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.next("account-main", Reply::events([event::delta("half")]).then(Step::Cut));
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    let (events, end) = socket.read_to_end().await;
    assert_eq!(events, [event::delta("half")]);
    assert!(matches!(end, Heard::Dropped | Heard::Closed(_)), "{end:?}");
    assert_eq!(rig.upstream.tried(), ["main"]);
}

/// Design 4, WebSocket: whatever the status, the client continues over HTTP.
#[tokio::test]
async fn after_a_broken_upgrade_the_client_uses_http() {
    for status in [500, 503] {
        let rig = Rig::of(&["main"]).await;
        rig.upstream.always_on(Route::Upgrade, ANYONE, Reply::json(status, json!({})));
        let mut socket = rig.socket(&[]).await;
        socket.send(&frame(turn(&[user("hi")]))).await;
        let first = socket.heard().await;
        assert!(matches!(first, Heard::Closed(_)), "{status}: {first:?}");
        let again = Socket::open(&rig.keyed("/codex/responses"), &[]).await;
        assert_eq!(again.unwrap_err().status(), 426, "after {status}");
    }
}
