//! Sockets that are the client's own: bytes in both directions, after the host has
//! agreed to switch.

use std::sync::Arc;

use http::{Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;

use super::{
    PATIENCE, State,
    host::{self, streamed},
};
use crate::respond::{Body, Refusal, full};

/// Opens one, or passes on what the host says instead.
pub(super) async fn open(
    state: &State,
    mut request: Request<Incoming>,
    path: &str,
) -> Response<Body> {
    let Ok(place) = Arc::clone(&state.tunnels).try_acquire_owned() else {
        return Refusal::HostSilent.response();
    };
    let client = hyper::upgrade::on(&mut request);
    let protocol = request.headers().get(header::UPGRADE).cloned();
    let (mut parts, _) = request.into_parts();
    parts.headers = host::headers(&parts.headers);
    parts.headers.insert(header::CONNECTION, http::HeaderValue::from_static("Upgrade"));
    if let Some(protocol) = protocol {
        parts.headers.insert(header::UPGRADE, protocol);
    }
    let Ok(answer) = host::send(state, parts, None, path, PATIENCE).await else {
        return Refusal::HostSilent.response();
    };
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        return streamed(answer);
    }
    let mut response = Response::new(full(""));
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    // What belongs to the connection belongs to this one too.
    *response.headers_mut() = answer.headers().clone();
    response.headers_mut().remove(header::SET_COOKIE);
    let stop = state.stop.clone();
    state.tasks.spawn(async move {
        let _place = place;
        let (Ok(client), Ok(mut host)) = tokio::join!(client, answer.upgrade()) else { return };
        let mut client = TokioIo::new(client);
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut host) => {}
            () = stop.cancelled() => {}
        }
    });
    response
}
