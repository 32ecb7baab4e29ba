//! Plain requests: read, record, play the answer.

use std::{io, sync::Arc};

use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::{
    UpstreamContext,
    play::{Body, Player, play},
    socket,
};
use crate::{Received, Reply, Route};

/// One request, from its head to the head of its answer.
pub(super) async fn serve(
    request: Request<Incoming>,
    shared: Arc<UpstreamContext>,
) -> Result<Response<Body>, io::Error> {
    if request.headers().contains_key("sec-websocket-key") {
        return socket::upgrade(request, shared).await;
    }
    let (head, body) = request.into_parts();
    let raw = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let seen = Received {
        route: Route::of(&head.method, head.uri.path()),
        socket: None,
        body: decode(&head.headers, &raw).await,
        raw,
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        method: head.method,
        headers: head.headers,
        progress: Arc::default(),
    };
    shared.record.add(seen.clone());
    let reply = shared.script.answer(&seen).unwrap_or_else(|| Reply::json(404, "".into()));
    play(reply, Player(seen.progress)).await
}

/// The body as meant. What cannot be decoded is kept as it is: tests look.
async fn decode(headers: &HeaderMap, raw: &Bytes) -> Bytes {
    let coding = headers.get("content-encoding").and_then(|value| value.to_str().ok());
    let decoded = match coding {
        Some("zstd") => read(ZstdDecoder::new(&raw[..])).await,
        Some("gzip") => read(GzipDecoder::new(&raw[..])).await,
        Some("br") => read(BrotliDecoder::new(&raw[..])).await,
        Some("deflate") => read(ZlibDecoder::new(&raw[..])).await,
        _ => return raw.clone(),
    };
    decoded.map_or_else(|_| raw.clone(), Bytes::from)
}

async fn read(mut decoder: impl AsyncRead + Unpin) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    decoder.read_to_end(&mut bytes).await?;
    Ok(bytes)
}
