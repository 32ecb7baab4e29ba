//! Answers to requests before their body is read.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};
use http_body::Body as _;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::{
    context::RouterContext,
    respond::{Body, Refusal},
};

/// How long the rest of a refused body is read.
const LINGER: Duration = Duration::from_secs(2);
/// How many bytes of it; after them the client has the rest of the time to read
/// the answer.
const MOST: usize = 80 << 20;

/// Refuses a request. What the client still sends is read and dropped for a
/// moment: a connection that is closed over unread bytes is reset, and the
/// client would never see why.
pub(crate) fn refuse(
    shared: &RouterContext,
    refusal: &Refusal,
    headers: &HeaderMap,
    body: Incoming,
) -> Response<Body> {
    let mut response = refusal.response();
    let close = HeaderValue::from_static("close");
    if matches!(refusal, Refusal::Denied(_)) {
        // A connection without the key is not kept.
        response.headers_mut().insert(header::CONNECTION, close);
    }
    answer_unread(shared, response, headers, body)
}

/// Answers a request with a body that may have more to come.
pub(crate) fn answer_unread(
    shared: &RouterContext,
    mut response: Response<Body>,
    headers: &HeaderMap,
    body: Incoming,
) -> Response<Body> {
    if body.is_end_stream() {
        return response;
    }
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    // A client that waits for `100 Continue` sends nothing, unless it is read.
    if !headers.contains_key(header::EXPECT) {
        shared.tasks.spawn(drain(body));
    }
    response
}

async fn drain(mut body: Incoming) {
    let read = async {
        let mut left = MOST;
        while let Some(Ok(frame)) = body.frame().await {
            left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
            if left == 0 {
                std::future::pending::<()>().await;
            }
        }
    };
    // A client that is not done by then has had time to read its answer.
    let _ = tokio::time::timeout(LINGER, read).await;
}
