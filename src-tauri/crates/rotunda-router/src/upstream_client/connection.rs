//! One connection to upstream, which carries one request at a time.
//!
//! It is read and written by the task that waits on it, and has no buffer of its own while
//! it waits (docs/decisions/101-answers-read-without-a-library.md).

use std::{
    fmt, io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll, Waker, ready},
};

use bytes::{Buf, Bytes, BytesMut};
use http::{Method, Response};
use hyper::rt::{Read, ReadBuf, Write};
use hyper_util::rt::TokioIo;
use rotunda_core::http1::{BodyError, BodyReader, Framing, Head, HeadError, HeadReader};
use thiserror::Error;

use super::{
    counted::{Counted, Taken},
    io::Io,
    way::Way,
};

/// As much as is read at once, in bytes: a full record of TLS (RFC 8446, section 5.1).
const READ_AT_ONCE: usize = 16 << 10;

/// Why an answer is not there, or not whole.
#[derive(Debug, Error)]
pub(crate) enum AnswerError {
    #[error("the connection broke: {0}")]
    Broken(#[from] io::Error),
    #[error("the connection ended before the answer began")]
    NoAnswer,
    #[error(transparent)]
    Head(#[from] HeadError),
    #[error(transparent)]
    Body(#[from] BodyError),
}

/// Why a request has no answer.
#[derive(Debug)]
pub(super) enum SendError {
    /// Not a byte of it left.
    Unsent(AnswerError),
    /// Upstream may have seen it.
    Sent(AnswerError),
}

/// What is left of a connection whose protocol was changed.
pub(crate) struct Upgraded {
    /// Boxed: with TLS it is large, and it moves through several tasks.
    pub(crate) stream: Box<TokioIo<Counted>>,
    /// What came after the answer's head.
    pub(crate) read: Bytes,
}

/// A request, as it goes over the connection. Its head has the bearer, so it is never printed.
#[derive(Clone)]
pub(super) struct Written {
    pub(super) method: Method,
    pub(super) head: Bytes,
    pub(super) body: Bytes,
}

/// How far the writing of a request is.
enum Writing {
    Goes {
        head: Bytes,
        body: Bytes,
    },
    Done,
    /// The connection took no more. Its answer may have come before.
    Broke(io::Error),
}

/// An open connection.
pub(super) struct UpstreamConnection {
    /// Boxed: with TLS it is large.
    io: Box<Counted>,
    way: Option<Way>,
    taken: Taken,
    writing: Writing,
    body: BodyReader,
    /// What came with the head of the answer, and of its body.
    unread: Bytes,
    /// What is wrong with the bytes behind those that were given.
    broken: Option<BodyError>,
    /// Whether it may have another request after this answer.
    keeps_alive: bool,
}

impl fmt::Debug for UpstreamConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamConnection").finish_non_exhaustive()
    }
}

impl UpstreamConnection {
    pub(super) fn over(io: Io) -> Self {
        let way = Way::of(&io);
        let io = Box::new(Counted::new(io));
        let taken = io.taken();
        Self {
            io,
            way,
            taken,
            writing: Writing::Done,
            body: BodyReader::new(Framing::Length(0)),
            unread: Bytes::new(),
            broken: None,
            keeps_alive: true,
        }
    }

    /// Its way, when that leaves this machine.
    pub(super) const fn way(&self) -> Option<Way> {
        self.way
    }

    /// What it has taken so far.
    pub(super) fn taken(&self) -> Taken {
        self.taken.clone()
    }

    /// Sends a request and waits for the head of its answer, which may come before
    /// upstream has taken all of the request.
    pub(super) async fn send(&mut self, request: Written) -> Result<Response<()>, SendError> {
        let taken_before = self.taken.bytes();
        let Written { method, head, body } = request;
        let mut reader = HeadReader::new(method);
        self.writing = Writing::Goes { head, body };
        let answered = std::future::poll_fn(|context| self.poll_head(&mut reader, context)).await;
        match answered {
            Ok(response) => Ok(response),
            Err(error) if self.taken.bytes() == taken_before => Err(SendError::Unsent(error)),
            Err(error) => Err(SendError::Sent(error)),
        }
    }

    fn poll_head(
        &mut self,
        reader: &mut HeadReader,
        context: &mut Context<'_>,
    ) -> Poll<Result<Response<()>, AnswerError>> {
        self.write_on(context);
        loop {
            let mut space = [MaybeUninit::uninit(); READ_AT_ONCE];
            let mut buffer = ReadBuf::uninit(&mut space);
            ready!(Pin::new(&mut *self.io).poll_read(context, buffer.unfilled()))?;
            let came = buffer.filled();
            if came.is_empty() {
                return Poll::Ready(Err(self.ended_without_answer()));
            }
            if let Some((head, unread)) = reader.push(came)? {
                return Poll::Ready(Ok(self.begin(head, unread)));
            }
        }
    }

    /// The error of a connection that ended before it answered.
    fn ended_without_answer(&mut self) -> AnswerError {
        match std::mem::replace(&mut self.writing, Writing::Done) {
            Writing::Broke(error) => error.into(),
            Writing::Goes { .. } | Writing::Done => AnswerError::NoAnswer,
        }
    }

    fn begin(&mut self, head: Head, unread: Bytes) -> Response<()> {
        self.body = BodyReader::new(head.framing);
        self.unread = unread;
        self.keeps_alive = head.keeps_alive;
        let mut response = Response::new(());
        *response.status_mut() = head.status;
        *response.headers_mut() = head.headers;
        response
    }

    /// Writes as much of the request as the connection takes.
    fn write_on(&mut self, context: &mut Context<'_>) {
        let Writing::Goes { head, body } = &mut self.writing else { return };
        let mut io = Pin::new(&mut *self.io);
        let outcome = loop {
            if head.is_empty() && body.is_empty() {
                break io.as_mut().poll_flush(context);
            }
            let pieces = [io::IoSlice::new(head), io::IoSlice::new(body)];
            // A write of nothing ends it.
            let pieces = if head.is_empty() { &pieces[1..] } else { &pieces[..] };
            match io.as_mut().poll_write_vectored(context, pieces) {
                Poll::Ready(Ok(0)) => break Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(taken)) => {
                    let of_head = taken.min(head.len());
                    head.advance(of_head);
                    body.advance(taken - of_head);
                }
                Poll::Ready(Err(error)) => break Poll::Ready(Err(error)),
                Poll::Pending => break Poll::Pending,
            }
        };
        match outcome {
            Poll::Ready(Ok(())) => self.writing = Writing::Done,
            Poll::Ready(Err(error)) => self.writing = Writing::Broke(error),
            Poll::Pending => {}
        }
    }

    /// The next piece of the answer's body: all that has come by now, up to a bound. None
    /// at its end.
    pub(super) fn poll_body(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, AnswerError>>> {
        self.write_on(context);
        if let Some(error) = self.broken.take() {
            return Poll::Ready(Some(Err(error.into())));
        }
        if !self.unread.is_empty() && !self.body.is_whole() {
            let unread = std::mem::take(&mut self.unread);
            let piece = self.take_out(&unread)?;
            if !piece.is_empty() {
                return Poll::Ready(Some(Ok(piece)));
            }
        }
        loop {
            if self.body.is_whole() {
                return Poll::Ready(None);
            }
            let mut space = [MaybeUninit::uninit(); READ_AT_ONCE];
            let mut buffer = ReadBuf::uninit(&mut space);
            ready!(Pin::new(&mut *self.io).poll_read(context, buffer.unfilled()))?;
            let came = buffer.filled();
            if came.is_empty() {
                self.body.end()?;
                self.keeps_alive = false;
                return Poll::Ready(None);
            }
            let piece = self.take_out(came)?;
            if !piece.is_empty() {
                return Poll::Ready(Some(Ok(piece)));
            }
        }
    }

    /// What of these bytes is of the body, up to what is wrong in them.
    fn take_out(&mut self, came: &[u8]) -> Result<Bytes, BodyError> {
        let mut piece = BytesMut::with_capacity(came.len());
        match self.body.push(came, |part| piece.extend_from_slice(part)) {
            // Upstream sends what was not asked for.
            Ok(taken) => self.keeps_alive &= taken == came.len(),
            Err(error) if piece.is_empty() => return Err(error),
            Err(error) => self.broken = Some(error),
        }
        Ok(piece.freeze())
    }

    /// Whether the answer is whole.
    pub(super) const fn is_whole(&self) -> bool {
        self.body.is_whole()
    }

    /// How many bytes of the answer follow, where that is known.
    pub(super) const fn left(&self) -> Option<u64> {
        self.body.left()
    }

    /// After an answer that changes the protocol.
    pub(super) fn upgraded(self) -> Upgraded {
        Upgraded { stream: Box::new(TokioIo::new(*self.io)), read: self.unread }
    }

    /// Whether a request could be sent now. Looks at the socket and at the way, so
    /// that a connection that upstream has closed, or that lost its network, is
    /// noticed.
    pub(super) fn is_open(&mut self) -> bool {
        let is_free = self.keeps_alive
            && self.body.is_whole()
            && self.unread.is_empty()
            && matches!(self.writing, Writing::Done);
        let mut space = [MaybeUninit::uninit(); 1];
        let mut buffer = ReadBuf::uninit(&mut space);
        let mut no_task = Context::from_waker(Waker::noop());
        is_free
            && Pin::new(&mut *self.io).poll_read(&mut no_task, buffer.unfilled()).is_pending()
            && self.way.is_none_or(Way::leads_there)
    }
}
