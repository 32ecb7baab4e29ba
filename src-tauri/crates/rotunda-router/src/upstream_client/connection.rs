//! One connection, polled by the task that waits on it.

use std::{
    fmt,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
};

use bytes::Bytes;
use futures_util::task::AtomicWaker;
use http::{Request, Response};
use http_body_util::Full;
use hyper::{
    body::Incoming,
    client::conn::{
        TrySendError,
        http1::{self, Connection, Parts, SendRequest},
    },
};
use hyper_util::rt::TokioIo;

use super::{
    WireError,
    counted::{Counted, Taken},
    io::Io,
    way::Way,
};

type Sent = Request<Full<Bytes>>;
type Connecting = Connection<Counted, Full<Bytes>>;

enum State {
    Open(Box<Connecting>),
    /// HTTP has ended on it: upstream closed it, or changed the protocol.
    Ended(Box<Parts<Counted>>),
    /// Only between the two.
    Ending,
}

impl State {
    fn end(&mut self) {
        if let Self::Open(connection) = std::mem::replace(self, Self::Ending) {
            *self = Self::Ended(Box::new(connection.into_parts()));
        }
    }
}

/// What is left of a connection whose protocol was changed.
pub(crate) struct Upgraded {
    /// Boxed: with TLS it is large, and it moves through several tasks.
    pub(crate) stream: Box<TokioIo<Counted>>,
    /// What came after the answer's head.
    pub(crate) read: Bytes,
}

/// A connection and the way to send on it.
pub(super) struct UpstreamConnection {
    sender: SendRequest<Full<Bytes>>,
    state: State,
    task_waker: Arc<TaskWaker>,
    /// The bell as a waker.
    waker: Waker,
    way: Option<Way>,
    taken: Taken,
}

impl fmt::Debug for UpstreamConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").finish_non_exhaustive()
    }
}

/// Wakes the task, but not while that task is at it already: the two ends of
/// a connection wake each other with every chunk, and both are ours.
#[derive(Debug, Default)]
struct TaskWaker {
    rung: AtomicBool,
    busy: AtomicBool,
    task: AtomicWaker,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rung.store(true, SeqCst);
        if !self.busy.load(SeqCst) {
            self.task.wake();
        }
    }
}

impl UpstreamConnection {
    pub(super) async fn over(io: Io) -> Result<Self, WireError> {
        let way = Way::of(&io);
        let io = Counted::new(io);
        let taken = io.taken();
        let handshake = http1::Builder::new().handshake(io);
        let (sender, connection) = handshake.await.map_err(|it| WireError::Connect(it.into()))?;
        let task_waker = Arc::new(TaskWaker::default());
        let waker = Waker::from(Arc::clone(&task_waker));
        let state = State::Open(Box::new(connection));
        Ok(Self { sender, state, task_waker, waker, way, taken })
    }

    /// Its way, when that leaves this machine.
    pub(super) const fn way(&self) -> Option<Way> {
        self.way
    }

    /// What it has taken so far.
    pub(super) fn taken(&self) -> Taken {
        self.taken.clone()
    }

    /// Sends a request and waits for the head of its answer.
    pub(super) async fn send(
        &mut self,
        request: Sent,
    ) -> Result<Response<Incoming>, TrySendError<Sent>> {
        let mut answer = pin!(self.sender.try_send_request(request));
        std::future::poll_fn(|context| self.drive(context, |inner| answer.as_mut().poll(inner)))
            .await
    }

    /// Polls what is wanted and the connection it comes from in turn, until it
    /// is there or neither has more to do.
    pub(super) fn drive<T>(
        &mut self,
        context: &mut Context<'_>,
        mut wanted: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        self.task_waker.task.register(context.waker());
        self.task_waker.busy.store(true, SeqCst);
        let mut inner = Context::from_waker(&self.waker);
        let outcome = loop {
            self.task_waker.rung.store(false, SeqCst);
            if let Poll::Ready(outcome) = wanted(&mut inner) {
                break Poll::Ready(outcome);
            }
            let State::Open(connection) = &mut self.state else { break Poll::Pending };
            if connection.poll_without_shutdown(&mut inner).is_ready() {
                self.state.end();
            } else if !self.task_waker.rung.load(SeqCst) {
                break Poll::Pending;
            }
        };
        self.task_waker.busy.store(false, SeqCst);
        // Another thread woke it while no task waited.
        if outcome.is_pending() && self.task_waker.rung.load(SeqCst) {
            context.waker().wake_by_ref();
        }
        outcome
    }

    /// Waits for the end of HTTP after an answer that changes the protocol.
    pub(super) async fn upgraded(mut self) -> Option<Upgraded> {
        std::future::poll_fn(|context| {
            let _: Poll<()> = self.drive(context, |_| Poll::Pending);
            if matches!(self.state, State::Open(_)) { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
        let State::Ended(parts) = self.state else { return None };
        Some(Upgraded { stream: Box::new(TokioIo::new(parts.io)), read: parts.read_buf })
    }

    /// Whether a request could be sent now. Looks at the socket and at the way, so
    /// that a connection that upstream has closed, or that lost its network, is
    /// noticed.
    pub(super) fn is_open(&mut self) -> bool {
        let mut nobody = Context::from_waker(Waker::noop());
        let State::Open(connection) = &mut self.state else { return false };
        connection.poll_without_shutdown(&mut nobody).is_pending()
            && self.sender.is_ready()
            && self.way.is_none_or(Way::leads_there)
    }
}
