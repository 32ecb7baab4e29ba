//! The table of verdicts over a WebSocket: an error is a frame with a status, and
//! a profile changes by a stale answer before any output.

use rotunda_core::Standing;
use rotunda_tests::{
    Reply, Rig, Route,
    client::Socket,
    rig::{frame, turn, user},
};
use serde_json::{Value, json};

use crate::verdicts::stated;

/// The events on a client's socket when upstream answers its second request like this.
async fn heard_after(reply: Reply) -> (Rig, Value) {
    let rig = Rig::of(&["main", "second"]).await;
    let mut socket = rig.socket(&[("session-id", "sess")]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    socket.until("response.completed").await;
    rig.upstream.next("account-main", reply);
    socket.send(&frame(turn(&[user("more")]))).await;
    let event = socket.event().await;
    (rig, event)
}

#[tokio::test]
async fn a_plan_without_codex_moves_a_socket() {
    let (rig, event) = heard_after(stated(429, "usage_not_included")).await;
    assert!(event["status"] == 409 || event["type"] == "response.created", "{event}");
    assert!(rig.is_denied("main"));
}

/// The client gives up at once after a burst error on a socket: the router
/// waits the moment that it takes, and asks the same profile again.
#[tokio::test]
async fn a_burst_on_a_socket_is_waited_out() {
    let burst = Reply::json(429, json!({"error": {"message": "Too Many Requests"}}));
    let (rig, event) = heard_after(burst).await;
    assert_eq!(event["type"], "response.created", "{event}");
    assert_eq!(rig.standing("main"), Standing::Ready);
    assert_eq!(rig.upstream.tried(), ["main", "main", "main"]);
    let [.., first, second] = &rig.upstream.attempts()[..] else { panic!("three attempts") };
    assert_eq!(first.json(), second.json());
}

/// Waiting has an end: then the client resends everything, as for a lost chain.
#[tokio::test]
async fn a_burst_without_end_is_given_back() {
    let rig = Rig::of(&["main"]).await;
    let burst = Reply::json(429, json!({"error": {"message": "Too Many Requests"}}));
    rig.upstream.always("account-main", burst);
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    let event = socket.event().await;
    assert_eq!((&event["status"], &event["headers"]["retry-after"]), (&json!(429), &json!("2")));
    assert!(rig.upstream.attempts().len() <= 6, "{}", rig.upstream.attempts().len());
    assert_eq!(rig.standing("main"), Standing::Ready);
}

/// The client would spend its own refresh token on it.
#[tokio::test]
async fn a_401_on_a_socket_never_reaches_the_client() {
    let (rig, event) = heard_after(stated(401, "token_expired")).await;
    assert_ne!(event["status"], 401, "{event}");
    assert_ne!(event["error"]["code"], "token_expired", "{event}");
    assert_eq!(rig.upstream.issuer().requests().len(), 1, "one refresh");
    assert_ne!(rig.standing("main"), Standing::NeedsSignIn);
}

/// Every socket that was opened with the old token used to renew the newer one
/// again, so that many sockets were as many refreshes.
#[tokio::test]
async fn an_old_token_refused_on_many_sockets_is_one_refresh() {
    let rig = Rig::of(&["main"]).await;
    let mut sockets = Vec::new();
    for _ in 0..4 {
        let mut socket = rig.socket(&[]).await;
        socket.send(&frame(turn(&[user("hi")]))).await;
        socket.until("response.completed").await;
        sockets.push(socket);
    }
    for mut socket in sockets {
        rig.upstream.next("account-main", stated(401, "token_expired"));
        socket.send(&frame(turn(&[user("more")]))).await;
        socket.until("response.completed").await;
    }
    assert_eq!(rig.upstream.issuer().offers("account-main"), 1);
    assert_eq!(rig.standing("main"), Standing::Ready);
}

#[tokio::test]
async fn a_401_on_an_upgrade_is_refreshed_and_the_turn_served() {
    let rig = Rig::of(&["main", "second"]).await;
    rig.upstream.refuse_bearer(&rig.bearer("main"));
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    let events = socket.until("response.completed").await;
    assert!(events.iter().any(|event| event.to_string().contains("hello from main")));
    assert_eq!(rig.upstream.issuer().requests().len(), 1);
}

#[tokio::test]
async fn trouble_on_a_socket_moves_or_goes_through_with_its_status() {
    let (rig, event) = heard_after(stated(503, "server_is_overloaded")).await;
    let status = &event["status"];
    assert!(*status == 409 || *status == 503 || event["type"] == "response.created", "{event}");
    assert_eq!(rig.standing("main"), Standing::Ready);
}

#[tokio::test]
async fn a_quota_on_an_upgrade_moves_to_the_next_profile() {
    let rig = Rig::of(&["main", "second"]).await;
    let reset = rig.clock.unix() + 3600;
    rig.upstream.next_on(Route::Upgrade, "account-main", Reply::usage_limit(reset));
    let mut socket = rig.socket(&[("session-id", "sess")]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    let event = socket.event().await;
    if event["type"] == "error" {
        assert_eq!(event["status"], 409, "{event}");
        socket = rig.socket(&[("session-id", "sess")]).await;
        socket.send(&frame(turn(&[user("hi")]))).await;
    }
    socket.until("response.completed").await;
    assert_eq!(rig.upstream.tried(), ["second"]);
    assert_eq!(rig.rests_for("main"), Some(3600));
}

/// All profiles are out: the message has the time, over a socket too.
#[tokio::test]
async fn when_all_cool_down_a_socket_gets_the_earliest_reset() {
    let rig = Rig::of(&["main", "second"]).await;
    let now = rig.clock.unix();
    rig.upstream.next("account-main", Reply::usage_limit(now + 7200));
    rig.upstream.next("account-second", Reply::usage_limit(now + 3600));
    // Each profile's own evidence first, over HTTP.
    assert_eq!(rig.fresh("s").answer().await.status, 429);
    let opened = Socket::open(&rig.keyed("/codex/responses"), &[]).await;
    let Ok(mut socket) = opened else {
        panic!("a turn is refused by a frame the client understands")
    };
    socket.send(&frame(turn(&[user("hi")]))).await;
    let event = socket.event().await;
    assert_eq!((&event["type"], &event["status"]), (&json!("error"), &json!(429)), "{event}");
    assert_eq!(event["error"]["type"], "usage_limit_reached");
    assert_eq!(event["error"]["resets_at"], now + 3600);
    assert_eq!(rig.upstream.attempts().len(), 2);
}

#[tokio::test]
async fn without_profiles_a_socket_gets_the_message() {
    let rig = Rig::of(&[]).await;
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    let event = socket.event().await;
    assert_eq!(
        (&event["status"], &event["error"]["code"]),
        (&json!(400), &json!("no_profile_ready")),
        "{event}"
    );
}
