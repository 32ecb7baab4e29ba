//! A scripted upstream: how many events and how far apart stands in the request itself (`metadata`), so that it
//! passes through any subject untouched.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, stream};
use http::{Request, Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt, Either, Full, StreamBody};
use hyper::{
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::TcpListener,
    time::{Instant, sleep_until},
};

use crate::{Result, socket};

/// The path of a turn, as the ChatGPT backend has it.
pub(crate) const TURN_PATH: &str = "/backend-api/codex/responses";

/// The load of one turn.
#[derive(Clone, Copy)]
pub(crate) struct Script {
    pub(crate) events: u32,
    pub(crate) pace: Duration,
}

impl Script {
    /// A request body that asks for this script.
    pub(crate) fn body(self) -> Bytes {
        let metadata = serde_json::json!({
            "events": self.events.to_string(),
            "pace_us": self.pace.as_micros().to_string(),
        });
        serde_json::json!({
            "model": "gpt-5-codex",
            "instructions": "x".repeat(2_000),
            "input": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "go"}]}],
            "stream": true,
            "store": false,
            "metadata": metadata,
        })
        .to_string()
        .into()
    }

    /// The same as a frame.
    pub(crate) fn frame(self) -> String {
        let mut body: serde_json::Value = serde_json::from_slice(&self.body()).unwrap_or_default();
        body["type"] = "response.create".into();
        body.to_string()
    }

    pub(crate) fn of(body: &[u8]) -> Option<Self> {
        let request: serde_json::Value = serde_json::from_slice(body).ok()?;
        let number = |name: &str| request["metadata"][name].as_str()?.parse().ok();
        Some(Self {
            events: number("events")?,
            pace: Duration::from_micros(number("pace_us")?.into()),
        })
    }
}

type Body = Either<
    Full<Bytes>,
    StreamBody<std::pin::Pin<Box<dyn Stream<Item = Result<Frame<Bytes>, Infallible>> + Send>>>,
>;

/// Serves until the program ends; gives the address.
pub(crate) async fn start() -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let _ = socket.set_nodelay(true);
            let serving = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(socket), service_fn(answer))
                .with_upgrades();
            tokio::spawn(serving);
        }
    });
    Ok(address)
}

async fn answer(request: Request<Incoming>) -> Result<Response<Body>> {
    if socket::is_upgrade(&request) {
        return Ok(socket::accept(request)?.map(|()| Either::Left(Full::default())));
    }
    let is_turn = request.uri().path() == TURN_PATH;
    let body = request.into_body().collect().await?.to_bytes();
    let (status, kind, body) = match Script::of(&body) {
        Some(script) if is_turn => (
            StatusCode::OK,
            "text/event-stream",
            Either::Right(StreamBody::new(Box::pin(events(script)) as _)),
        ),
        _ => (
            StatusCode::NOT_FOUND,
            "application/json",
            Either::Left(Full::new(Bytes::from_static(b"{}"))),
        ),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(kind));
    Ok(response)
}

/// One frame per event: a handshake, the deltas at their pace, the end.
fn events(script: Script) -> impl Stream<Item = Result<Frame<Bytes>, Infallible>> + Send {
    let started = Instant::now();
    stream::unfold(0, move |index| async move {
        if index > script.events {
            return None;
        }
        if !script.pace.is_zero() {
            // The first word comes at once: what only begins an answer may be held on the way.
            sleep_until(started + script.pace * index.saturating_sub(1)).await;
        }
        Some((Ok(Frame::data(event(index, script.events))), index + 1))
    })
}

fn event(index: u32, last: u32) -> Bytes {
    let (kind, data) = parts(index, last);
    format!("event: {kind}\ndata: {data}\n\n").into()
}

/// An event as a frame.
pub(crate) fn frame(index: u32, last: u32) -> String {
    parts(index, last).1
}

fn parts(index: u32, last: u32) -> (&'static str, String) {
    let (kind, rest) = if index == 0 {
        ("response.created", r#""response":{"id":"resp_bench","status":"in_progress"}"#.to_owned())
    } else if index == last {
        let usage = r#"{"input_tokens":10,"output_tokens":100,"total_tokens":110}"#;
        (
            "response.completed",
            format!(
                r#""response":{{"id":"resp_bench","status":"completed","output":[],"usage":{usage}}}"#
            ),
        )
    } else {
        let place = r#""item_id":"msg_bench","output_index":0,"content_index":0"#;
        (
            "response.output_text.delta",
            format!(r#"{place},"delta":"a few words of the answer {index}""#),
        )
    };
    (kind, format!("{{\"type\":\"{kind}\",\"sequence_number\":{index},{rest}}}"))
}
