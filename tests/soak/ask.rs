//! One request of a client, over HTTP or on a socket, to its end.

use std::time::Duration;

use reqwest::{RequestBuilder, header::RETRY_AFTER};
use rotunda_tests::client::{Heard, Socket};
use serde_json::Value;
use tokio::time;

use crate::{
    reading::Reading,
    record::{End, SentRequest, Transport, View},
    stage::Stage,
};

/// How the client behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Reads as fast as it can.
    Plain,
    /// Takes its time between two pieces.
    Slow,
    /// Leaves after so many milliseconds.
    LeavesAfter(u64),
    /// Leaves as soon as it has read some output.
    LeavesAtOutput,
}

/// The outcome of one request at the client.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) view: View,
    pub(crate) reading: Reading,
}

/// A slow reader waits this long between two pieces.
const SLOW: Duration = Duration::from_millis(15);
/// So long a client waits for an answer that upstream will never give.
const STALLED: Duration = Duration::from_millis(2_500);
/// So long a client waits while nothing comes. Below the patience of the
/// sockets' own reading, so that this one is reported.
const PATIENCE: Duration = Duration::from_secs(50);
const LOOK: Duration = Duration::from_millis(250);

/// Sends one request over HTTP.
pub(crate) async fn over_http(
    stage: &Stage,
    sent: &SentRequest,
    request: RequestBuilder,
    manner: Manner,
) -> Received {
    let mut reading = Reading::default();
    let end = tokio::select! {
        end = exchange(request, &mut reading, manner) => end,
        end = leaving(stage, sent.request, manner) => end,
    };
    Received { view: reading.view(end), reading }
}

async fn exchange(request: RequestBuilder, reading: &mut Reading, manner: Manner) -> End {
    let Some(answer) = patiently(request.send()).await else { return End::GaveUp };
    let mut answer = match answer {
        Ok(answer) => answer,
        Err(error) => return End::Nothing { error: format!("{:?}", error.without_url()) },
    };
    let status = answer.status().as_u16();
    let retry_after = answer.headers().contains_key(RETRY_AFTER);
    reading.look_for_leaks(&format!("{:?}", answer.headers()));
    let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    if status != 200 || !kind.unwrap_or_default().starts_with("text/event-stream") {
        return match answer.bytes().await {
            Ok(body) => reading.body(status, retry_after, &body),
            Err(_) => End::Cut,
        };
    }
    let mut end = None;
    loop {
        let Some(chunk) = patiently(answer.chunk()).await else { return End::GaveUp };
        match chunk {
            Ok(Some(chunk)) => end = reading.bytes(&chunk).or(end),
            Ok(None) | Err(_) => return end.unwrap_or(End::Cut),
        }
        if manner == Manner::LeavesAtOutput && reading.has_output() {
            return End::Left;
        }
        if manner == Manner::Slow {
            time::sleep(SLOW).await;
        }
    }
}

/// Sends one frame on a socket and reads its answer.
pub(crate) async fn on_socket(
    stage: &Stage,
    sent: &SentRequest,
    socket: &mut Socket,
    frame: &Value,
    manner: Manner,
) -> Received {
    let mut reading = Reading::default();
    let end = tokio::select! {
        end = converse(socket, frame, &mut reading, manner) => end,
        end = leaving(stage, sent.request, manner) => end,
    };
    Received { view: reading.view(end), reading }
}

async fn converse(
    socket: &mut Socket,
    frame: &Value,
    reading: &mut Reading,
    manner: Manner,
) -> End {
    socket.try_send(frame).await;
    loop {
        let Some(heard) = patiently(socket.heard()).await else { return End::GaveUp };
        match heard {
            Heard::Event(event) => {
                if let Some(end) = reading.event(&event) {
                    return end;
                }
            }
            Heard::Ping(_) | Heard::Pong(_) => {}
            Heard::Closed(Some(COME_BACK)) => return End::ComeBack,
            Heard::Closed(_) | Heard::Dropped => return End::Cut,
        }
        if manner == Manner::LeavesAtOutput && reading.has_output() {
            return End::Left;
        }
        if manner == Manner::Slow {
            time::sleep(SLOW).await;
        }
    }
}

/// "Service restart": the close code of a socket that is to be opened again.
const COME_BACK: u16 = 1012;

async fn patiently<T>(coming: impl Future<Output = T>) -> Option<T> {
    time::timeout(PATIENCE, coming).await.ok()
}

/// Ends when the client leaves, by its script or because upstream stalls.
async fn leaving(stage: &Stage, request: u64, manner: Manner) -> End {
    if let Manner::LeavesAfter(milliseconds) = manner {
        time::sleep(Duration::from_millis(milliseconds)).await;
        return End::Left;
    }
    loop {
        time::sleep(LOOK).await;
        if stage.backend.book.is_stalled(request) {
            time::sleep(STALLED).await;
            return End::GaveUp;
        }
    }
}

/// A view of a request that was never sent.
pub(crate) fn unsent(end: End) -> Received {
    let mut reading = Reading::default();
    Received { view: reading.view(end), reading }
}

impl SentRequest {
    /// Whether it is a frame.
    pub(crate) fn is_frame(&self) -> bool {
        self.transport == Transport::Socket
    }
}
