//! Opening a socket to upstream as one profile.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use rotunda_core::{
    ProfileId, Verdict, classify,
    headers::TURN_STATE,
    quota::usage_of_headers,
    verdict::{RequestTraits, Stated, error_of_body},
};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{
    handshake::{client::generate_key, derive_accept_key},
    protocol::Role,
};

use super::peers::SocketPeer;
use crate::{
    attempt::{AttemptError, headers_for, target},
    coding::decoded_error_body,
    context::RouterContext,
    token_manager::Access,
};

/// An open socket to upstream.
pub(super) struct Upstream {
    pub(super) profile: ProfileId,
    pub(super) peer: SocketPeer<reqwest::Upgraded>,
    /// Turn state that came with the handshake.
    pub(super) turn_state: Option<String>,
    /// The token it was opened with.
    pub(super) access: Access,
}

/// Why no socket was opened.
#[derive(Debug)]
pub(super) enum Closed {
    /// Upstream answered the handshake with something else.
    Refused {
        /// What that means.
        verdict: Verdict,
        /// Its status.
        status: StatusCode,
        /// The token of its request.
        access: Access,
    },
    /// There was no answer.
    Failed(AttemptError),
}

impl<E: Into<AttemptError>> From<E> for Closed {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Opens a socket as a profile.
pub(super) async fn open(
    router: &RouterContext,
    id: ProfileId,
    path: &str,
    headers: &HeaderMap,
) -> Result<Upstream, Closed> {
    let access = router.token_manager.access(id).await.map_err(AttemptError::from)?;
    let opened = handshake(router, id, &access, path, headers).await?;
    router.token_manager.accepted(id, &access);
    Ok(opened)
}

async fn handshake(
    router: &RouterContext,
    id: ProfileId,
    access: &Access,
    path: &str,
    headers: &HeaderMap,
) -> Result<Upstream, Closed> {
    let key = generate_key();
    let mut headers = headers_for(headers, access, router.accounts.routing(id).as_deref());
    let fits = |state: &str| router.pool.read(|pool, now| pool.turn_state_fits(id, state, now));
    let state = headers.get(TURN_STATE).and_then(|state| state.to_str().ok());
    if !state.is_none_or(fits) {
        headers.remove(TURN_STATE);
    }
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    headers.insert(header::SEC_WEBSOCKET_KEY, key.parse().map_err(|_| refused(access))?);
    let client = router.clients.of(id).map_err(AttemptError::from)?;
    let upstreams = router.accounts.upstreams(id, &router.upstreams);
    let request = client.get(target(&upstreams, access, path)).headers(headers);
    let answer = timeout(router.limits.handshake, request.send());
    let response = answer.await.map_err(|_| AttemptError::Silent)?.map_err(AttemptError::from)?;
    router.pool.observe(|pool, now| match usage_of_headers(response.headers(), now) {
        Some(usage) => pool.read_usage(id, usage, false, now),
        None => Vec::new(),
    });
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let status = response.status();
        let verdict = classify_refusal(router, response).await;
        return Err(Closed::Refused { verdict, status, access: access.clone() });
    }
    let accept = response.headers().get(header::SEC_WEBSOCKET_ACCEPT);
    if accept.is_none_or(|accept| accept.as_bytes() != derive_accept_key(key.as_bytes()).as_bytes())
    {
        return Err(refused(access));
    }
    let turn_state = response.headers().get(TURN_STATE);
    let turn_state = turn_state.and_then(|state| Some(state.to_str().ok()?.to_owned()));
    let stream = response.upgrade().await.map_err(AttemptError::from)?;
    let peer = SocketPeer::new(stream, Role::Client, router).await;
    Ok(Upstream { profile: id, peer, turn_state, access: access.clone() })
}

/// Something answered that is no WebSocket server.
fn refused(access: &Access) -> Closed {
    let status = StatusCode::SWITCHING_PROTOCOLS;
    Closed::Refused { verdict: Verdict::Other, status, access: access.clone() }
}

async fn classify_refusal(router: &RouterContext, mut response: reqwest::Response) -> Verdict {
    let mut body = Vec::new();
    let patience: Duration = router.limits.error_time;
    let read = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() > router.limits.error_body {
                break;
            }
        }
    };
    // What has come by then is judged.
    let _ = timeout(patience, read).await;
    let plain = decoded_error_body(response.headers(), body.into(), router.limits.error_body).await;
    let error = error_of_body(&plain);
    let status = Some(response.status()).filter(|status| !status.is_success());
    let stated = Stated { status, headers: response.headers(), error: &error };
    classify(stated, RequestTraits::default(), router.pool.now())
}
