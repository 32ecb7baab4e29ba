//! WebSocket: the same steps as over HTTP, with "first frame" for "first
//! event", and a frame pump after the commit point.

mod frames;
mod in_flight;
mod peers;
mod perform;
mod relay;
mod ruled;
mod silence;
mod upstream;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use rotunda_core::{ProfileId, Verdict, affinity::continuation_of, headers};
use tokio_tungstenite::tungstenite::{handshake::derive_accept_key, protocol::Role};

use self::{peers::SocketPeer, relay::Relay};
use crate::{
    context::RouterContext,
    guard::Preferred,
    respond::{Body, Refusal, full},
    route::Forwarded,
};

/// After upstream refused a socket, clients are sent to HTTP for this long
/// instead of being let in and closed.
const REFUSED_FOR: Duration = Duration::from_secs(5 * 60);

/// The same when upstream has sockets and only struggles, or refuses one account:
/// as long as a struggling profile rests.
const IN_TROUBLE: Duration = Duration::from_secs(20);

/// How long clients stay on HTTP after an upgrade was answered like this.
const fn http_for(verdict: Verdict) -> Duration {
    match verdict {
        Verdict::Quota(_)
        | Verdict::Unauthorized
        | Verdict::NotEntitled
        | Verdict::Burst
        | Verdict::Challenge
        | Verdict::Gateway
        | Verdict::Struggling => IN_TROUBLE,
        _ => REFUSED_FOR,
    }
}

/// The client's request that opened its socket.
pub(crate) struct Handshake {
    /// As they go upstream, without the client's own credentials.
    headers: HeaderMap,
    /// Path and query below the upstream's Codex base.
    path: String,
    route: &'static str,
    /// Who is preferred for new conversations.
    preferred: Option<ProfileId>,
}

/// Accepts a client's socket, or sends it to HTTP with 426 (which it follows
/// at once and without a word, contract section 3).
pub(crate) fn accept(
    router: &Arc<RouterContext>,
    mut request: Request<Incoming>,
    path: String,
    route: Forwarded,
) -> Response<Body> {
    let key = request.headers().get(header::SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes);
    let version = request.headers().get(header::SEC_WEBSOCKET_VERSION);
    let Some(key) = key.filter(|_| version.is_some_and(|version| version == "13")) else {
        return Refusal::NoWebSocket.response();
    };
    if router.sockets.are_refused() {
        return Refusal::NoWebSocket.response();
    }
    let Ok(slot) = Arc::clone(&router.sockets.places).try_acquire_owned() else {
        return Refusal::NoWebSocket.response();
    };
    let session = continuation_of(request.headers(), b"", false).session;
    if session.is_some_and(|session| router.sockets.is_kept_on_http(&session)) {
        return Refusal::NoWebSocket.response();
    }
    let accept = derive_accept_key(key);
    let mut headers = headers::to_upstream(request.headers());
    let own: Vec<_> = headers
        .keys()
        .filter(|name| name.as_str().starts_with("sec-websocket-"))
        .cloned()
        .collect();
    for name in own {
        headers.remove(name);
    }
    let tape = router.recording.tape();
    if let Some(tape) = &tape {
        tape.request(request.method(), &path, request.headers(), b"");
    }
    let preferred = request.extensions().get().map(|Preferred(id)| *id);
    let handshake = Handshake { headers, path, route: route.name, preferred };
    let upgrade = hyper::upgrade::on(&mut request);
    let shared = Arc::clone(router);
    router.tasks.spawn(async move {
        let Ok(stream) = upgrade.await else { return };
        let mut client =
            SocketPeer::new(TokioIo::new(stream), Bytes::new(), Role::Server, &shared).await;
        client.tape = tape;
        Relay::new(shared, handshake, client).run().await;
        drop(slot);
    });
    switching(&accept)
}

/// 101; extensions such as permessage-deflate are declined by leaving them out.
fn switching(accept: &str) -> Response<Body> {
    let mut response = Response::new(full(""));
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = accept.parse() {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{limits::Limits, socket_places::Sockets};

    #[test]
    fn only_a_plain_no_keeps_clients_on_http_for_long() {
        for passing in [
            Verdict::Quota(None),
            Verdict::Unauthorized,
            Verdict::NotEntitled,
            Verdict::Burst,
            Verdict::Challenge,
            Verdict::Gateway,
            Verdict::Struggling,
        ] {
            assert_eq!(http_for(passing), IN_TROUBLE, "{passing:?}");
        }
        assert_eq!(http_for(Verdict::Other), REFUSED_FOR);
    }

    #[test]
    fn some_conversations_are_kept_on_http() {
        let sockets = Sockets::new(&Limits::default());
        sockets.keep_on_http("first");
        for n in 0..300 {
            sockets.keep_on_http(&format!("s{n}"));
            sockets.keep_on_http("again");
        }
        assert!(sockets.is_kept_on_http("again") && sockets.is_kept_on_http("s299"));
        assert!(!sockets.is_kept_on_http("first") && !sockets.is_kept_on_http("s3"));
        assert!(!sockets.are_refused());
    }

    #[tokio::test(start_paused = true)]
    async fn sockets_are_taken_again_soon_after_trouble_and_later_after_a_refusal() {
        let sockets = Sockets::new(&Limits::default());
        assert!(!sockets.are_refused());
        sockets.refuse(IN_TROUBLE);
        assert!(sockets.are_refused());
        tokio::time::advance(IN_TROUBLE).await;
        assert!(!sockets.are_refused());
        sockets.refuse(REFUSED_FOR);
        sockets.refuse(IN_TROUBLE);
        tokio::time::advance(IN_TROUBLE).await;
        assert!(sockets.are_refused());
        tokio::time::advance(REFUSED_FOR).await;
        assert!(!sockets.are_refused());
    }
}
