//! Frames that come while a turn on a socket waits: of upstream, about what has failed already, and of
//! the client.

use std::time::Duration;

use rotunda_tests::{
    Gate, Plan, Reply, Rig, Step,
    client::Socket,
    event,
    rig::{frame, turn, user},
};
use serde_json::{Value, json};

fn burst() -> Value {
    event::wrapped_error(429, &json!({"message": "Too many requests."}))
}

/// Asks for a turn and returns all that the client sees of it.
async fn take_turn(rig: &Rig) -> (Socket, Vec<Value>) {
    let mut socket = rig.socket(&[("session-id", "s")]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    let events = socket.until("response.completed").await;
    (socket, events)
}

/// The pause after a burst is waited out, whatever the socket of the burst does meanwhile.
#[tokio::test]
async fn a_socket_may_end_or_go_on_while_a_burst_is_waited_out() {
    let after: [(&str, Vec<Step>); 7] = [
        ("close", vec![Step::Close(1000, "over")]),
        ("restart", vec![Step::Close(1012, "over")]),
        ("refusal", vec![Step::Close(1011, "over")]),
        ("cut", vec![Step::Cut]),
        ("second failure", vec![Step::Event(event::failed("rate_limit_exceeded", "m"))]),
        ("events", vec![Step::Event(event::rate_limits(1.0, 1.0, 1)), Step::Ping]),
        ("output", vec![Step::Event(event::delta("of no response"))]),
    ];
    for (what, steps) in after {
        for names in [&["main"][..], &["main", "second"]] {
            let rig = Rig::of(names).await;
            let mut reply = Reply::events([burst()]);
            reply.steps.extend(steps.clone());
            rig.upstream.next("account-main", reply);
            let (_, events) = take_turn(&rig).await;
            let text = json!(events).to_string();
            assert!(text.contains("hello from main"), "{what}: {text}");
            assert!(!text.contains("of no response"), "{what}: {text}");
            assert_eq!(rig.upstream.tried(), ["main", "main"], "{what}: asked once more");
        }
    }
}

/// A frame of the client that begins no response does not take the place of the turn that waits; it
/// follows that turn's own frame.
#[tokio::test]
async fn a_frame_of_the_client_does_not_replace_a_turn_that_waits() {
    let limits = |limits: &mut rotunda_router::Limits| {
        limits.search = Duration::from_secs(20);
    };
    let mut plan = Plan::of(&["main"]).limits(limits);
    plan.rules.hard_cap = 1;
    let rig = plan.start().await;
    let gate = Gate::closed();
    let under_way = Reply::events([event::delta("one")]).pass(&gate);
    rig.upstream.next("account-main", under_way.then_events([event::completed("r1")]));
    let mut first = rig.fresh("first").head().await;
    first.until("one").await;
    // No place is free: the turn waits.
    let mut socket = rig.socket(&[("session-id", "s")]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    socket.send(&json!({"type": "response.note", "n": 1})).await;
    socket.ping(b"still there").await;
    while socket.heard().await != rotunda_tests::client::Heard::Pong(b"still there"[..].into()) {}
    gate.open();
    let text = json!(socket.until("response.completed").await).to_string();
    assert!(text.contains("hello from main"), "{text}");
    rotunda_tests::eventually("both frames", || rig.upstream.attempts().len() == 3).await;
    let kinds: Vec<_> =
        rig.upstream.attempts()[1..].iter().map(|it| it.json()["type"].clone()).collect();
    assert_eq!(kinds, ["response.create", "response.note"]);
}
