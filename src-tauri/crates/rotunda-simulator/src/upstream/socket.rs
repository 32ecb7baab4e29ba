//! A WebSocket: every text frame is recorded at once, also in the middle of an
//! answer, and answered in turn.

use std::{io, sync::Arc};

use bytes::Bytes;
use futures_util::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::{body::Incoming, upgrade::Upgraded};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{
    sync::mpsc,
    time::{self, Instant},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::derive_accept_key,
        protocol::{CloseFrame, Role},
    },
};

use super::{
    UpstreamContext,
    play::{Body, Player, play},
};
use crate::{
    Reply, Step,
    record::{Ended, Received, Route},
};

type Io = WebSocketStream<TokioIo<Upgraded>>;

/// A client sends one frame at a time; more than this unanswered is a bug.
const UNANSWERED: usize = 64;

/// Accepts or refuses the upgrade, as the script says.
pub(super) async fn upgrade(
    request: Request<Incoming>,
    shared: Arc<UpstreamContext>,
) -> Result<Response<Body>, io::Error> {
    let seen = Received {
        route: Route::Upgrade,
        socket: None,
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        headers: request.headers().clone(),
        raw: Bytes::new(),
        body: Bytes::new(),
        progress: Arc::default(),
    };
    shared.record.add(seen.clone());
    let mut head = Response::builder().status(StatusCode::SWITCHING_PROTOCOLS);
    if let Some(reply) = shared.script.answer(&seen) {
        if reply.status != 101 {
            return play(reply, Player(seen.progress)).await;
        }
        for (name, value) in &reply.headers {
            head = head.header(name, value);
        }
    }
    let key = derive_accept_key(seen.header("sec-websocket-key").as_bytes());
    head = head.header("sec-websocket-accept", key);
    head = head.header("connection", "Upgrade").header("upgrade", "websocket");
    shared.connect(run(request, seen, Arc::clone(&shared)));
    let empty = Empty::new().map_err(|never| match never {}).boxed_unsync();
    Ok(head.body(empty).expect("a script names legal headers"))
}

/// The life of one socket.
async fn run(request: Request<Incoming>, opened: Received, shared: Arc<UpstreamContext>) {
    let Ok(upgraded) = hyper::upgrade::on(request).await else { return };
    let io = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
    let socket = shared.record.open_socket();
    let (sink, stream) = io.split();
    let (frames, queue) = mpsc::channel(UNANSWERED);
    let reading = read(stream, opened, socket, Arc::clone(&shared), frames);
    let ended = tokio::select! {
        ended = reading => ended,
        () = answer(sink, queue, Arc::clone(&shared)) => Ended::ByScript,
    };
    shared.record.end_socket(socket, ended);
}

/// Records frames as they come, and hands them on to be answered.
async fn read(
    mut stream: SplitStream<Io>,
    opened: Received,
    socket: usize,
    shared: Arc<UpstreamContext>,
    frames: mpsc::Sender<Received>,
) -> Ended {
    loop {
        match stream.next().await {
            Some(Ok(Message::Text(text))) => {
                let body = Bytes::copy_from_slice(text.as_bytes());
                let seen = Received {
                    route: Route::Responses,
                    socket: Some(socket),
                    raw: body.clone(),
                    body,
                    progress: Arc::default(),
                    ..opened.clone()
                };
                shared.record.add(seen.clone());
                if seen.json()["type"] == "response.create" && frames.try_send(seen).is_err() {
                    shared.record.strange("too many frames without an answer".to_owned());
                }
            }
            Some(Ok(Message::Close(frame))) => {
                return Ended::Closed(frame.map(|frame| frame.code.into()));
            }
            Some(Ok(Message::Binary(_))) => shared.record.strange("a binary frame".to_owned()),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Ended::Dropped,
        }
    }
}

/// Answers one frame after the other; ends when a script ends the socket.
async fn answer(
    mut sink: SplitSink<Io, Message>,
    mut frames: mpsc::Receiver<Received>,
    shared: Arc<UpstreamContext>,
) {
    while let Some(seen) = frames.recv().await {
        let player = Player(Arc::clone(&seen.progress));
        let Some(reply) = shared.script.answer(&seen) else { continue };
        let over = send(&mut sink, reply, &player).await;
        if over {
            return;
        }
        player.0.finish();
    }
    std::future::pending::<()>().await;
}

/// Plays one answer; true when it ended the socket.
async fn send(sink: &mut SplitSink<Io, Message>, reply: Reply, player: &Player) -> bool {
    let began = Instant::now();
    let wrapped = wrap(&reply);
    let steps = reply.before.into_iter().chain(wrapped.map(Step::Event)).chain(reply.steps);
    for step in steps {
        let message = match step {
            Step::Event(event) => Message::text(event.to_string()),
            Step::Raw(bytes) => Message::text(String::from_utf8_lossy(&bytes).into_owned()),
            Step::Ping => Message::Ping(Bytes::from_static(b"upstream")),
            Step::Pass(gate) => {
                gate.pass().await;
                continue;
            }
            Step::At(after) => {
                time::sleep_until(began + after).await;
                continue;
            }
            Step::Flood(bytes) => return flood(sink, &bytes, player).await,
            Step::Stall => return std::future::pending().await,
            Step::Cut => {
                player.0.finish();
                return true;
            }
            Step::Close(code, reason) => {
                player.0.finish();
                let frame = CloseFrame { code: code.into(), reason: reason.into() };
                sink.send(Message::Close(Some(frame))).await.ok();
                sink.flush().await.ok();
                // The peer answers and goes; reading notices that.
                return std::future::pending().await;
            }
        };
        player.0.add(message.len());
        if sink.send(message).await.is_err() {
            return true;
        }
    }
    false
}

async fn flood(sink: &mut SplitSink<Io, Message>, bytes: &Bytes, player: &Player) -> bool {
    let text = String::from_utf8_lossy(bytes).into_owned();
    while sink.send(Message::text(text.clone())).await.is_ok() {
        player.0.add(text.len());
    }
    true
}

/// An error status, or a JSON body, as a WebSocket carries it.
fn wrap(reply: &Reply) -> Option<Value> {
    let body = reply.body.as_ref()?;
    let headers = reply.headers.iter();
    let headers: Value = headers.map(|(name, value)| (name.clone(), json!(value))).collect();
    Some(json!({"type": "error", "status": reply.status, "error": body["error"],
                "headers": headers}))
}
