//! A turn over HTTP after its answer has begun at the client without output.
//!
//! The client has a head and events without output. The turn continues inside
//! the body: what comes next decides whether this answer is served, or another
//! profile is tried. The handshake of that one is left out, so that the client
//! sees one response.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::Response;
use http_body::Frame;
use http_body_util::BodyExt;
use rotunda_core::turn::Action;
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    time::{Instant, sleep_until, timeout},
};

use crate::{
    attempt::Answer,
    forward::HttpTurn,
    respond::{Body, BoxError},
    stream::{Stalled, Streaming},
};

/// Keeps the client from its idle timeout: a comment does not.
const KEEPALIVE: &[u8] = b"event: keepalive\ndata: {\"type\":\"keepalive\"}\n\n";

/// The answer breaks off, since what follows cannot be sent in it.
#[derive(Debug, thiserror::Error)]
#[error("no profile could continue the answer")]
struct BrokenOff;

/// The way to a client that has the beginning of an answer.
struct Client {
    chunks: Sender<Bytes>,
    keepalive: Duration,
    /// When it last got something.
    last: Instant,
}

impl Client {
    async fn send(&mut self, chunk: Bytes) {
        self.last = Instant::now();
        // Both ends belong to one body: the other one is there.
        let _ = self.chunks.send(chunk).await;
    }

    /// Sends it an event where it has had none for a while.
    async fn stand_in(&mut self) {
        if self.last + self.keepalive <= Instant::now() {
            self.send(Bytes::from_static(KEEPALIVE)).await;
        }
    }

    /// Does some work, and sends it an event each time that it has had none for a
    /// while.
    async fn while_working<T>(&mut self, mut work: Pin<Box<impl Future<Output = T>>>) -> T {
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = sleep_until(self.last + self.keepalive) => self.stand_in().await,
            }
        }
    }
}

impl HttpTurn {
    /// Sends what an answer without output has shown so far. The turn continues
    /// inside the body.
    pub(crate) fn release(mut self, mut answer: Answer) -> Response<Body> {
        self.learn_turn_state(&answer);
        self.record.begin();
        self.is_released = true;
        answer.is_shown = true;
        let head = self.head(&answer, None);
        self.silent = Some(answer);
        let (chunks, receiver) = channel(1);
        let (keepalive, last) = (self.router.limits.keepalive, Instant::now());
        let client = Client { chunks, keepalive, last };
        let stage = Stage::Searching(Box::pin(self.followed(client)));
        head.map(|()| Released { chunks: receiver, stage }.boxed_unsync())
    }

    /// What follows at the client, as soon as that is known.
    async fn followed(mut self, mut client: Client) -> Streaming {
        while let Some(answer) = self.silent.take() {
            let action = self.listen(answer, &mut client).await;
            let answer = match client.while_working(Box::pin(self.search(action))).await {
                Action::Release => continue,
                Action::Commit => self.commit(),
                Action::PassThrough { answer, .. } => Some(self.answers.swap_remove(answer)),
                _ => None,
            };
            let Some(mut answer) = answer else { break };
            if !answer.is_shown {
                answer.take_quiet();
            }
            return self.body(answer);
        }
        Streaming::broken_off(self.record, BrokenOff.into())
    }

    /// Reads an answer until it shows what it is.
    async fn listen(&mut self, mut answer: Answer, client: &mut Client) -> Action {
        let limits = self.router.limits;
        loop {
            if answer.is_shown {
                answer
                    .inspector
                    .iter()
                    .for_each(|inspector| self.record.learn_shown_state(&inspector.learnt));
                for piece in answer.take_quiet() {
                    client.send(piece).await;
                }
            } else {
                answer.take_quiet();
            }
            client.stand_in().await;
            if answer.held_bytes() > limits.longest_beginning() {
                return self.observe_answer(answer);
            }
            let read = answer.read_on(self.outgoing.traits, &self.router.pool);
            match timeout(limits.chunk, read).await {
                Ok(true) if answer.has_no_sign() => {}
                Ok(_) => return self.observe_answer(answer),
                Err(_) => {
                    answer.rest = None;
                    answer.broken = Some(Stalled.into());
                    return self.observe_answer(answer);
                }
            }
        }
    }
}

enum Stage {
    /// It is not known yet what follows.
    Searching(Pin<Box<dyn Future<Output = Streaming> + Send>>),
    Following(Box<Streaming>),
}

/// The body of an answer that began without output.
struct Released {
    chunks: Receiver<Bytes>,
    stage: Stage,
}

impl http_body::Body for Released {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if let Stage::Searching(search) = &mut this.stage
            && let Poll::Ready(following) = search.as_mut().poll(context)
        {
            this.stage = Stage::Following(Box::new(following));
        }
        // What the search has sent goes first.
        if let Poll::Ready(Some(chunk)) = this.chunks.poll_recv(context) {
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        match &mut this.stage {
            Stage::Searching(_) => Poll::Pending,
            Stage::Following(body) => Pin::new(&mut **body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.stage {
            Stage::Searching(_) => false,
            Stage::Following(body) => self.chunks.is_empty() && body.is_end_stream(),
        }
    }
}
