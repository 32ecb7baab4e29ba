//! A voice call of the real client: the call goes through the router, its side socket past it, and both
//! to the account that the client is signed in with.

use rotunda_tests::{Plan, Received, Reply, eventually};
use serde_json::json;

use crate::{
    app_server::AppServer,
    client::{CodexHome, OWN_ACCOUNT},
};

/// What a WebRTC peer offers, as far as the client looks at it.
const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

fn is_call(seen: &Received) -> bool {
    seen.method == "POST"
        && ["/codex/realtime/calls", "/codex/live"].iter().any(|end| seen.path.ends_with(end))
}

fn is_side_socket(seen: &Received) -> bool {
    let joins = seen.path == "/v1/live/rtc_1"
        || seen.path == "/v1/realtime" && seen.query.contains("call_id=rtc_1");
    joins && seen.socket.is_none()
}

#[tokio::test]
async fn a_call_and_its_side_socket_go_to_the_account_of_the_client() {
    // Two protocols, each with a path of its own.
    for version in ["v1", "v3"] {
        let rig = Plan::of(&["main", "own"]).own_sign_in("own").start().await;
        let home = CodexHome::new(&rig.upstream);
        home.configure(&format!("openai_base_url = \"{}\"", rig.keyed("/codex")));
        // The client's own key for the side socket, or it would be opened at the real service.
        let side = rig.upstream.api().to_string().replacen("http", "ws", 1);
        home.configure(&format!("experimental_realtime_ws_base_url = \"{side}\""));
        rig.upstream.when(|seen| {
            is_call(seen).then(|| {
                Reply::text(201, "application/sdp", OFFER)
                    .header("location", "/v1/realtime/calls/rtc_1")
            })
        });
        let mut app = AppServer::start(&home).await;
        let thread = app.call("thread/start", json!({})).await["thread"]["id"].clone();
        let transport = json!({"type": "webrtc", "sdp": OFFER});
        let start = json!({"threadId": thread, "outputModality": "audio", "version": version,
                           "transport": transport});
        app.call("thread/realtime/start", start).await;
        eventually("the side socket", || rig.upstream.received().iter().any(is_side_socket)).await;
        let seen = rig.upstream.received();
        let find = |wanted: fn(&Received) -> bool| seen.iter().find(|seen| wanted(seen)).unwrap();
        let (call, joined) = (find(is_call), find(is_side_socket));
        assert_eq!((call.account(), joined.account()), (OWN_ACCOUNT, OWN_ACCOUNT), "{version}");
        assert_eq!(call.bearer(), rig.bearer("own"), "{version}: by the router");
        assert_ne!(joined.bearer(), rig.bearer("own"), "{version}: with the client's own token");
    }
}
