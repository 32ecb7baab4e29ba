//! Plays a [`Reply`] as the answer to a plain request.

use std::{collections::VecDeque, io, sync::Arc};

use bytes::Bytes;
use futures_util::stream;
use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::Frame;
use tokio::time::{self, Instant};

use crate::{Reply, Step, event, record::Progress};

pub(super) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Sends the head when the script says so, and hands over the body.
pub(super) async fn play(reply: Reply, player: Player) -> Result<Response<Body>, io::Error> {
    let began = Instant::now();
    for step in reply.before {
        match step {
            Step::At(after) => time::sleep_until(began + after).await,
            Step::Pass(gate) => gate.pass().await,
            Step::Stall => std::future::pending().await,
            _ => {
                player.0.finish();
                return Err(io::Error::other("the script ends the connection"));
            }
        }
    }
    let mut response = Response::builder()
        .status(StatusCode::from_u16(reply.status).expect("a script names a real status"));
    let named = reply.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    if let Some(content_type) = reply.content_type.filter(|_| !named) {
        response = response.header("content-type", content_type);
    }
    let is_empty = reply.steps.is_empty() && reply.content_type.is_none();
    let whole = match reply.body {
        Some(json) => Some(json.to_string()),
        None => is_empty.then(String::new),
    };
    let body = match whole {
        Some(text) => {
            player.0.finish();
            Full::from(text).map_err(|never| match never {}).boxed_unsync()
        }
        None => stream_of(reply.steps, player),
    };
    Ok(response.body(body).expect("a script names legal headers"))
}

/// Marks an answer as left behind when its connection lets go of it.
pub(super) struct Player(pub(super) Arc<Progress>);

impl Drop for Player {
    fn drop(&mut self) {
        self.0.left();
    }
}

struct Play {
    began: Instant,
    steps: VecDeque<Step>,
    player: Player,
}

fn stream_of(steps: Vec<Step>, player: Player) -> Body {
    let play = Play { began: Instant::now(), steps: steps.into(), player };
    let chunks = stream::unfold(play, |mut play| async move {
        let chunk = play.next().await?;
        if let Ok(bytes) = &chunk {
            play.player.0.add(bytes.len());
        }
        Some((chunk.map(Frame::data), play))
    });
    StreamBody::new(chunks).boxed_unsync()
}

impl Play {
    /// The next chunk; played only when the connection has room for it.
    async fn next(&mut self) -> Option<Result<Bytes, io::Error>> {
        loop {
            match self.steps.pop_front() {
                Some(Step::Event(event)) => return Some(Ok(event::sse(&event).into())),
                Some(Step::Raw(bytes)) => return Some(Ok(bytes)),
                Some(Step::Flood(bytes)) => {
                    self.steps.push_front(Step::Flood(bytes.clone()));
                    return Some(Ok(bytes));
                }
                Some(Step::Ping) => return Some(Ok(Bytes::from_static(b": ping\n\n"))),
                Some(Step::Pass(gate)) => gate.pass().await,
                Some(Step::At(after)) => time::sleep_until(self.began + after).await,
                Some(Step::Stall) => std::future::pending().await,
                Some(Step::Cut) => {
                    // The events before it go out first: hyper flushes when it must wait.
                    tokio::task::yield_now().await;
                    self.player.0.finish();
                    return Some(Err(io::Error::other("the script cuts the stream")));
                }
                Some(Step::Close(..)) | None => {
                    self.player.0.finish();
                    return None;
                }
            }
        }
    }
}
