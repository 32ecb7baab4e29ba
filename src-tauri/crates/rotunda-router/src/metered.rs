//! A stream that takes room of a budget before it reads a large message.
//!
//! A socket's library keeps a message until it is whole. Thousands of sockets
//! may be open, so all of them together are bounded, too.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Sleep,
};
use tokio_util::sync::PollSemaphore;

/// A message of this size needs no room, in bytes: usual ones are smaller.
const FREE: usize = 256 << 10;
/// Bytes that one permit stands for.
const UNIT: usize = 1 << 10;

/// Room for large messages of all sockets, taken in order.
#[derive(Debug, Clone)]
pub(crate) struct MessageBudget {
    room: Arc<Semaphore>,
    largest: u32,
    patience: Duration,
}

impl MessageBudget {
    /// For messages of up to `largest` bytes, so many bytes in `all`; a large
    /// one has to be whole after `patience`.
    pub(crate) fn new(largest: usize, all: usize, patience: Duration) -> Self {
        let largest = u32::try_from(largest.div_ceil(UNIT)).unwrap_or(u32::MAX);
        let all = all.div_ceil(UNIT).max(largest as usize);
        Self { room: Arc::new(Semaphore::new(all)), largest, patience }
    }
}

/// Counts what is read since the last whole message.
#[derive(Debug)]
pub(crate) struct Metered<S> {
    stream: S,
    budget: MessageBudget,
    waiting: PollSemaphore,
    read: usize,
    written: u64,
    room: Option<OwnedSemaphorePermit>,
    /// A large message that is not whole by then ends the stream.
    due: Option<Pin<Box<Sleep>>>,
}

impl<S> Metered<S> {
    pub(crate) fn new(stream: S, budget: &MessageBudget) -> Self {
        let waiting = PollSemaphore::new(Arc::clone(&budget.room));
        Self { stream, budget: budget.clone(), waiting, read: 0, written: 0, room: None, due: None }
    }

    /// Bytes that the stream has taken.
    pub(crate) const fn written(&self) -> u64 {
        self.written
    }

    fn count(&mut self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = written {
            self.written += bytes as u64;
        }
        written
    }

    /// A message is whole. The room that it still takes, when it is a large one.
    pub(crate) fn message_is_whole(&mut self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        self.read = 0;
        self.due = None;
        let mut room = self.room.take()?;
        let surplus = room.num_permits().saturating_sub(bytes.div_ceil(UNIT));
        drop(room.split(surplus));
        Some(room)
    }

    fn poll_room(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.read < FREE {
            return Poll::Ready(Ok(()));
        }
        let patience = self.budget.patience;
        let due = self.due.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        if due.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        if self.room.is_none() {
            let room = ready!(self.waiting.poll_acquire_many(context, self.budget.largest));
            self.room = room;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.poll_room(context))?;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.read += buffer.filled().len() - before;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.count(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.count(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tokio::io::AsyncReadExt;

    use super::*;

    const LARGE: usize = 3 * FREE;

    #[tokio::test(start_paused = true)]
    async fn large_messages_wait_for_room_and_small_ones_do_not() {
        let budget = MessageBudget::new(LARGE, LARGE, Duration::from_secs(120));
        let stream = || Metered::new(tokio::io::repeat(b'x').take(u64::MAX), &budget);
        let mut buffer = vec![0; LARGE];
        let (mut first, mut second) = (stream(), stream());
        // In pieces, as a socket reads.
        for piece in buffer.chunks_mut(8 << 10) {
            first.read_exact(piece).await.unwrap();
        }
        second.read_exact(&mut buffer[..FREE]).await.unwrap();
        assert!(second.read_exact(&mut buffer[..2]).now_or_never().is_none());
        let kept = first.message_is_whole(LARGE);
        assert!(second.read_exact(&mut buffer[..2]).now_or_never().is_none(), "it is still kept");
        drop(kept);
        second.read_exact(&mut buffer[..2]).await.unwrap();
        assert_eq!(second.message_is_whole(FREE + 2).unwrap().num_permits(), FREE / UNIT + 1);
        assert!(second.message_is_whole(1).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_large_message_that_does_not_become_whole_ends_its_stream() {
        let patience = Duration::from_secs(120);
        let budget = MessageBudget::new(LARGE, LARGE, patience);
        let mut stream = Metered::new(tokio::io::repeat(b'x'), &budget);
        let mut buffer = vec![0; FREE + 1];
        stream.read_exact(&mut buffer).await.unwrap();
        stream.read_exact(&mut buffer[..1]).await.unwrap();
        tokio::time::advance(patience).await;
        let error = stream.read_exact(&mut buffer[..1]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
