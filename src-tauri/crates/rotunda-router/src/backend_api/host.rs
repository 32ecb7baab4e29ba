//! The way to the ChatGPT host for the client's own requests.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header, request::Parts};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Incoming;
use rotunda_core::{Upstreams, headers};
use tokio::time::{sleep, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::State;
use crate::respond::{Body, BoxError};

/// Between two pieces of an answer that is no event stream.
const BETWEEN_PIECES: Duration = Duration::from_secs(20);
/// Largest answer that is read here, in bytes.
const LARGEST: usize = 4 << 20;

/// Why there is no answer to pass on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It did not come in time, or there is no way to the host.
    Silent,
    /// It names another address, where the client's bearer must not go.
    Moved,
}

/// A whole answer.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// As they go to the client.
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn response(self) -> Response<Body> {
        let mut response = Response::new(crate::respond::full(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// The client's headers as they go to the host, with its own bearer.
pub(super) fn headers(client: &HeaderMap) -> HeaderMap {
    let mut headers = headers::own_to_upstream(client);
    if let Some(bearer) = headers.get_mut(header::AUTHORIZATION) {
        bearer.set_sensitive(true);
    }
    headers
}

/// Sends a request once and waits for the head of its answer, for as long as `budget`
/// after the end of the request.
pub(super) async fn send(
    state: &State,
    parts: Parts,
    body: Option<Incoming>,
    path: &str,
    budget: Duration,
) -> Result<reqwest::Response, Fault> {
    let client = state.clients.own_account().map_err(|error| silent(&error))?;
    let url = Upstreams::below(&state.host, path);
    let mut request = client.request(parts.method, url).headers(parts.headers);
    let sent = CancellationToken::new();
    let guard = sent.clone().drop_guard();
    match body.filter(|body| !body.is_end_stream()) {
        Some(body) => request = request.body(reqwest::Body::wrap(Upload { body, _sent: guard })),
        None => drop(guard),
    }
    let too_late = async {
        let _ = timeout(state.limits.chunk, sent.cancelled()).await;
        sleep(budget).await;
    };
    let answer = tokio::select! {
        answer = request.send() => answer.map_err(|error| silent(&error))?,
        () = too_late => return Err(Fault::Silent),
    };
    if answer.status().is_redirection() && answer.status() != StatusCode::NOT_MODIFIED {
        tracing::warn!(status = %answer.status(), "the ChatGPT host named another address");
        return Err(Fault::Moved);
    }
    Ok(answer)
}

fn silent(error: &reqwest::Error) -> Fault {
    // Without the address, which may hold ids.
    tracing::debug!(is_connect = error.is_connect(), "the ChatGPT host did not answer");
    Fault::Silent
}

/// The client's body, which says when it has been sent.
struct Upload {
    body: Incoming,
    _sent: DropGuard,
}

impl http_body::Body for Upload {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Sends a read and takes the whole answer, within one budget.
pub(super) async fn read(
    state: &State,
    parts: &Parts,
    path: &str,
    budget: Duration,
) -> Result<Answer, Fault> {
    let answer = async {
        let mut answer = send(state, parts.clone(), None, path, budget).await?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| silent(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST {
                return Err(Fault::Silent);
            }
        }
        let headers = headers::to_client(answer.headers());
        Ok(Answer { status: answer.status(), headers, body: body.into() })
    };
    timeout(budget, answer).await.unwrap_or(Err(Fault::Silent))
}

/// An answer as it comes.
pub(super) fn streamed(answer: reqwest::Response) -> Response<Body> {
    let kind = answer.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_events = kind.is_some_and(|kind| kind.starts_with(b"text/event-stream"));
    let mut response = Response::new(());
    *response.status_mut() = answer.status();
    *response.headers_mut() = headers::to_client(answer.headers());
    response.map(|()| pieces(answer, (!is_events).then_some(BETWEEN_PIECES)))
}

fn pieces(answer: reqwest::Response, between: Option<Duration>) -> Body {
    let pieces = stream::unfold(Some(answer), move |answer| async move {
        let mut answer = answer?;
        let piece = match between {
            Some(between) => timeout(between, answer.chunk()).await,
            None => Ok(answer.chunk().await),
        };
        match piece {
            Ok(Ok(Some(bytes))) => Some((Ok(Frame::data(bytes)), Some(answer))),
            Ok(Ok(None)) => None,
            Ok(Err(error)) => Some((Err(BoxError::from(error.without_url())), None)),
            Err(elapsed) => Some((Err(BoxError::from(elapsed)), None)),
        }
    });
    BodyExt::boxed_unsync(StreamBody::new(pieces))
}
