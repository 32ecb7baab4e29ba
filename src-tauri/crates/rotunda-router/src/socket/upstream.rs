//! Opening a socket to upstream as one profile.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
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

use url::Url;

use super::peers::SocketPeer;
use crate::{
    attempt::{AttemptError, headers_for, target},
    coding::decoded_error_body,
    context::RouterContext,
    token_manager::Access,
    upstream_client::{Counted, Patience, PolledBody, Upgraded, UpstreamClient},
};

/// An open socket to upstream.
pub(super) struct Upstream {
    pub(super) profile: ProfileId,
    pub(super) peer: SocketPeer<Box<TokioIo<Counted>>>,
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
    let client = router.clients.upstream_client(id).map_err(AttemptError::from)?;
    let url = target(&router.accounts.upstreams(id, &router.upstreams), access, path);
    let response = answer_to_handshake(router, &client, &url, headers).await?;
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
    let Some(Upgraded { stream, read }) = response.into_body().upgraded() else {
        return Err(refused(access));
    };
    let peer = SocketPeer::new(stream, read, Role::Client, router).await;
    Ok(Upstream { profile: id, peer, turn_state, access: access.clone() })
}

async fn answer_to_handshake(
    router: &RouterContext,
    client: &Arc<UpstreamClient>,
    url: &Url,
    headers: HeaderMap,
) -> Result<Response<PolledBody>, AttemptError> {
    let limits = &router.limits;
    // The bound of a handshake is shorter than both of these.
    let patience = Patience { stall: limits.head, silence: limits.head, late: &mut || {} };
    // Boxed: a socket stays open long after its handshake.
    let answer = Box::pin(client.send(Method::GET, url, headers, Bytes::new(), patience));
    let answer = timeout(limits.handshake, answer).await.map_err(|_| AttemptError::Silent)?;
    Ok(answer?)
}

/// Something answered that is no WebSocket server.
fn refused(access: &Access) -> Closed {
    let status = StatusCode::SWITCHING_PROTOCOLS;
    Closed::Refused { verdict: Verdict::Other, status, access: access.clone() }
}

async fn classify_refusal(router: &RouterContext, response: Response<PolledBody>) -> Verdict {
    let (head, mut rest) = response.into_parts();
    let mut body = Vec::new();
    let patience: Duration = router.limits.error_time;
    let read = async {
        while let Some(Ok(frame)) = rest.frame().await {
            let Ok(chunk) = frame.into_data() else { continue };
            body.extend_from_slice(&chunk);
            if body.len() > router.limits.error_body {
                break;
            }
        }
    };
    // What has come by then is judged.
    let _ = timeout(patience, read).await;
    let plain = decoded_error_body(&head.headers, body.into(), router.limits.error_body).await;
    let error = error_of_body(&plain);
    let status = Some(head.status).filter(|status| !status.is_success());
    let stated = Stated { status, headers: &head.headers, error: &error };
    classify(stated, RequestTraits::default(), router.pool.now())
}
