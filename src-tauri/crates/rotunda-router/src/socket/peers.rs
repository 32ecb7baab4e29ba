//! Two sockets side by side, with bounded queues between them.
//!
//! Everything is polled in one place and nothing is lost when the wait is
//! given up: a frame leaves its queue only when its socket takes it.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::{Sink, Stream};
use rotunda_core::ProfileId;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::OwnedSemaphorePermit,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message, Utf8Bytes,
        protocol::{CloseFrame, Role, WebSocketConfig},
    },
};

use crate::{
    context::RouterContext,
    metered::Metered,
    record::{Heard, Piece, Tape},
};

/// Frames from one side are not read while this many wait for the other: a
/// slow reader slows the writer. They also leave together, in few writes.
const QUEUE: usize = 32;
/// The same in bytes; a single frame may be larger.
const QUEUE_BYTES: usize = 1 << 20;
/// Buffers of one socket, in bytes; small, as thousands may be held open.
const BUFFER: usize = 8 << 10;

/// A frame that matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Frame {
    Text(Utf8Bytes),
    /// Binary or ping, passed on as it is.
    Other(Message),
    /// The peer sent a close frame.
    Close(Option<CloseFrame>),
    /// The connection ended without one.
    Gone,
}

/// One socket with the frames that wait for it.
pub(super) struct SocketPeer<S> {
    socket: WebSocketStream<Metered<S>>,
    queue: VecDeque<Message>,
    /// Bytes of the messages that wait.
    queued: usize,
    unflushed: bool,
    /// What the latest large message from there takes of the budget.
    kept: Option<OwnedSemaphorePermit>,
    /// Receives the frames of the client's side during a recording.
    pub(super) tape: Option<Tape>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> SocketPeer<S> {
    /// A socket over a stream of which this much was read already.
    pub(super) async fn new(stream: S, read: Bytes, role: Role, router: &RouterContext) -> Self {
        let largest = router.limits.body;
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER)
            .write_buffer_size(BUFFER)
            .max_message_size(Some(largest))
            .max_frame_size(Some(largest));
        let stream = Metered::new(stream, &router.sockets.messages);
        let read = read.into();
        let socket = WebSocketStream::from_partially_read(stream, read, role, Some(config)).await;
        Self { socket, queue: VecDeque::new(), queued: 0, unflushed: false, kept: None, tape: None }
    }

    /// Queues a frame; it leaves with the next poll.
    pub(super) fn push(&mut self, message: Message) {
        if let (Some(tape), Message::Text(text)) = (&self.tape, &message) {
            tape.hear(Piece::Frame { from_client: false, text });
        }
        self.queued += message.len();
        self.queue.push_back(message);
    }

    /// Bytes that the connection has taken.
    pub(super) fn taken(&self) -> u64 {
        self.socket.get_ref().written()
    }

    /// The latest message from there is not needed any more.
    pub(super) fn let_go(&mut self) {
        self.kept = None;
    }

    /// Tells what came of asking upstream, which the client may never see.
    pub(super) fn attempt(&self, profile: ProfileId, heard: Heard<'_>) {
        if let Some(tape) = &self.tape {
            tape.attempts().hear(profile, heard);
        }
    }

    fn has_room(&self) -> bool {
        self.queue.len() < QUEUE && self.queued < QUEUE_BYTES
    }

    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<Frame> {
        let polled = Pin::new(&mut self.socket).poll_next(context);
        if let Poll::Ready(Some(Ok(message))) = &polled {
            self.kept = self.socket.get_mut().message_is_whole(message.len());
        }
        polled.map(|message| match message {
            Some(Ok(Message::Text(text))) => {
                if let Some(tape) = &self.tape {
                    tape.hear(Piece::Frame { from_client: true, text: &text });
                }
                Frame::Text(text)
            }
            Some(Ok(Message::Close(frame))) => Frame::Close(frame),
            Some(Ok(other)) => Frame::Other(other),
            Some(Err(error)) => {
                tracing::debug!(%error, "a socket broke");
                Frame::Gone
            }
            None => Frame::Gone,
        })
    }

    /// Writes what waits; ready when all is written or the socket broke.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<bool> {
        let mut socket = Pin::new(&mut self.socket);
        loop {
            let polled = if self.queue.is_empty() {
                socket.as_mut().poll_flush(context)
            } else {
                socket.as_mut().poll_ready(context)
            };
            match polled {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(_)) => return Poll::Ready(false),
                Poll::Ready(Ok(())) => {}
            }
            let Some(message) = self.queue.pop_front() else {
                self.unflushed = false;
                return Poll::Ready(true);
            };
            self.unflushed = true;
            self.queued = self.queued.saturating_sub(message.len());
            if socket.as_mut().start_send(message).is_err() {
                return Poll::Ready(false);
            }
        }
    }

    /// Writes everything that waits.
    pub(super) async fn flush(&mut self) -> bool {
        std::future::poll_fn(|context| self.poll_write(context)).await
    }
}

/// What came first.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Came {
    FromClient(Frame),
    FromUpstream(Frame),
}

/// Waits for a frame from either side while writing to both.
pub(super) async fn next<C, U>(
    client: &mut SocketPeer<C>,
    mut upstream: Option<&mut SocketPeer<U>>,
) -> Came
where
    C: AsyncRead + AsyncWrite + Unpin,
    U: AsyncRead + AsyncWrite + Unpin,
{
    std::future::poll_fn(|context| {
        if let Some(upstream) = &mut upstream
            && client.has_room()
            && let Poll::Ready(frame) = upstream.poll_read(context)
        {
            return Poll::Ready(Came::FromUpstream(frame));
        }
        if client.poll_write(context) == Poll::Ready(false) {
            return Poll::Ready(Came::FromClient(Frame::Gone));
        }
        if let Some(upstream) = &mut upstream
            && upstream.poll_write(context) == Poll::Ready(false)
        {
            return Poll::Ready(Came::FromUpstream(Frame::Gone));
        }
        let upstream_has_room = upstream.as_ref().is_none_or(|upstream| upstream.has_room());
        if upstream_has_room && let Poll::Ready(frame) = client.poll_read(context) {
            return Poll::Ready(Came::FromClient(frame));
        }
        // Room was made by the writing above: look at upstream once more.
        if let Some(upstream) = &mut upstream
            && client.has_room()
            && let Poll::Ready(frame) = upstream.poll_read(context)
        {
            return Poll::Ready(Came::FromUpstream(frame));
        }
        Poll::Pending
    })
    .await
}
