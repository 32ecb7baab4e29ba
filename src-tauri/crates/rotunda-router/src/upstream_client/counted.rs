//! A connection that counts what it takes, so that a request of which upstream cannot have
//! all is known from one that may be at work.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};

use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::time::Instant;

use super::io::Io;

/// How long a request is waited for, and who is told that its answer is late.
pub(crate) struct Patience<'a> {
    /// A request of which nothing more was taken for so long is stuck.
    pub(crate) stall: Duration,
    /// The answer to a request that was sent whole is late after so long.
    pub(crate) silence: Duration,
    /// Called once, when it is.
    pub(crate) late: &'a mut (dyn FnMut() + Send),
}

/// So many bytes were given to the system, or to TLS, since the connection was opened.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken(Arc<AtomicU64>);

impl Taken {
    pub(super) fn bytes(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

impl Patience<'_> {
    /// Ends when a request of which upstream cannot have all is stuck: the connection has
    /// taken fewer than `whole` bytes, and none for a while. What is taken is not at upstream
    /// yet, and a head goes before the body, so `whole` may leave the head out.
    pub(super) async fn is_stuck(&mut self, taken: Taken, whole: u64) {
        let late_at = Instant::now() + self.silence;
        let (mut before, mut moved_at) = (taken.bytes(), Instant::now());
        loop {
            let (bytes, now) = (taken.bytes(), Instant::now());
            if bytes >= whole {
                tokio::time::sleep_until(late_at).await;
                (self.late)();
                return std::future::pending().await;
            }
            if bytes != before {
                (before, moved_at) = (bytes, now);
            }
            let stuck_at = moved_at + self.stall;
            if stuck_at <= now {
                return;
            }
            let next = if now < late_at { stuck_at.min(late_at) } else { stuck_at };
            tokio::time::sleep_until(next).await;
        }
    }
}

/// The connection.
#[derive(Debug)]
pub(crate) struct Counted {
    io: Io,
    taken: Taken,
}

impl Counted {
    pub(super) fn new(io: Io) -> Self {
        Self { io, taken: Taken::default() }
    }

    pub(super) fn taken(&self) -> Taken {
        self.taken.clone()
    }

    fn count(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = written {
            self.taken.0.fetch_add(bytes as u64, Relaxed);
        }
        written
    }
}

impl Read for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl Write for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(context, bytes);
        self.count(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write_vectored(context, pieces);
        self.count(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    const STALL: Duration = Duration::from_secs(60);
    const SILENCE: Duration = Duration::from_secs(600);

    fn patience(late: &mut (dyn FnMut() + Send)) -> Patience<'_> {
        Patience { stall: STALL, silence: SILENCE, late }
    }

    fn take(taken: &Taken, bytes: u64) {
        taken.0.fetch_add(bytes, Relaxed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_of_which_nothing_more_is_taken_is_stuck() {
        let (taken, mut late) = (Taken::default(), || panic!("upstream cannot have it"));
        take(&taken, 7);
        let mut patience = patience(&mut late);
        let mut stuck = Box::pin(patience.is_stuck(taken.clone(), 1007));
        assert!(stuck.as_mut().now_or_never().is_none());
        for _ in 0..9 {
            take(&taken, 100);
            tokio::time::advance(STALL).await;
            assert!(stuck.as_mut().now_or_never().is_none(), "it goes on, slowly");
        }
        tokio::time::advance(Duration::from_secs(59)).await;
        assert!(stuck.as_mut().now_or_never().is_none());
        stuck.await;
    }

    #[tokio::test(start_paused = true)]
    async fn the_answer_to_a_whole_request_is_late_once_and_never_stuck() {
        let (taken, times) = (Taken::default(), Arc::new(AtomicU64::new(0)));
        let counter = Arc::clone(&times);
        let mut late = || {
            counter.fetch_add(1, Relaxed);
        };
        let mut patience = patience(&mut late);
        let mut stuck = Box::pin(patience.is_stuck(taken.clone(), 1007));
        assert!(stuck.as_mut().now_or_never().is_none());
        take(&taken, 1100);
        tokio::time::advance(STALL).await;
        assert!(stuck.as_mut().now_or_never().is_none());
        assert_eq!(times.load(Relaxed), 0);
        let waited = tokio::time::timeout(SILENCE * 100, stuck).await;
        assert!(waited.is_err(), "it may be at work");
        assert_eq!(times.load(Relaxed), 1);
    }
}
