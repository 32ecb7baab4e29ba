//! Copies of what passes between the client and the router, for a recorder.
//! Without one, a request costs one look at an option and a frame none.

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, Method, Response};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use rotunda_core::{ProfileId, Verdict};

use crate::{
    attempt::{Answer, AttemptError},
    respond::{Body, BoxError},
};

/// One piece of an exchange: a request with its answer, or a socket.
#[derive(Debug, Clone, Copy)]
pub enum Piece<'a> {
    /// It begins; over a socket this is the upgrade.
    Request {
        /// The method.
        method: &'a Method,
        /// Path below the base, with its query.
        path: &'a str,
        /// The client's headers, as it sent them.
        headers: &'a HeaderMap,
        /// The body as meant, without compression.
        body: &'a [u8],
    },
    /// The head of the router's answer.
    Response {
        /// The status.
        status: u16,
        /// The headers.
        headers: &'a HeaderMap,
    },
    /// The next bytes of the answer's body.
    Chunk(&'a [u8]),
    /// A text frame.
    Frame {
        /// From the client, or else to it.
        from_client: bool,
        /// Its text.
        text: &'a str,
    },
    /// An attempt as a profile; the client may never see the answer.
    Attempt {
        /// Counts the attempts of the exchange from one.
        number: u32,
        /// As whom.
        profile: ProfileId,
        /// What came of it.
        heard: Heard<'a>,
    },
    /// It is over, one way or another.
    End,
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy)]
pub enum Heard<'a> {
    /// An answer's head; of an error also the body as far as it was read.
    Answer {
        /// The status.
        status: u16,
        /// The headers.
        headers: &'a HeaderMap,
        /// Empty when the answer is good: then the client gets it.
        body: &'a [u8],
    },
    /// A failure in a frame.
    Frame(&'a str),
    /// A good answer over a socket: its frames go to the client.
    Good,
    /// None at all, and why, in one of a few words.
    Nothing(&'static str),
}

/// Receives what passes. Called on the way of requests: it must not wait.
pub trait Recorder: Send + Sync + 'static {
    /// Another exchange begins; its number.
    fn begin(&self) -> u64;
    /// What passed next in an exchange. It may hold credentials.
    fn hear(&self, exchange: u64, piece: Piece<'_>);
}

/// Where the recorder is kept while there is one.
#[derive(Default)]
pub(crate) struct Recording(Mutex<Option<Arc<dyn Recorder>>>);

impl Recording {
    pub(crate) fn set(&self, recorder: Option<Arc<dyn Recorder>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = recorder;
    }

    /// A tape for an exchange that begins now, when there is a recorder.
    pub(crate) fn tape(&self) -> Option<Tape> {
        let recorder = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let (exchange, count) = (recorder.begin(), Arc::default());
        Some(Tape { attempts: Attempts { exchange, recorder, count } })
    }
}

/// One exchange being recorded; dropped, it is over.
pub(crate) struct Tape {
    attempts: Attempts,
}

/// Where the attempts of an exchange are recorded.
#[derive(Clone)]
pub(crate) struct Attempts {
    exchange: u64,
    recorder: Arc<dyn Recorder>,
    count: Arc<AtomicU32>,
}

impl Attempts {
    pub(crate) fn hear(&self, profile: ProfileId, heard: Heard<'_>) {
        let number = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        self.recorder.hear(self.exchange, Piece::Attempt { number, profile, heard });
    }

    pub(crate) fn answer(&self, answer: &Answer) {
        let mut body = Vec::new();
        if answer.verdict != Verdict::Good || !answer.status.is_success() {
            answer.held.iter().for_each(|chunk| body.extend_from_slice(chunk));
        }
        let (status, headers) = (answer.status.as_u16(), &answer.headers);
        self.hear(answer.profile, Heard::Answer { status, headers, body: &body });
    }

    pub(crate) fn failed(&self, profile: ProfileId, error: &AttemptError) {
        self.hear(profile, Heard::Nothing(error.word()));
    }
}

impl fmt::Debug for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tape").field("exchange", &self.attempts.exchange).finish_non_exhaustive()
    }
}

impl Tape {
    pub(crate) fn hear(&self, piece: Piece<'_>) {
        self.attempts.recorder.hear(self.attempts.exchange, piece);
    }

    pub(crate) const fn attempts(&self) -> &Attempts {
        &self.attempts
    }

    pub(crate) fn request(&self, method: &Method, path: &str, headers: &HeaderMap, body: &[u8]) {
        self.hear(Piece::Request { method, path, headers, body });
    }

    /// The answer, recorded as it goes out.
    pub(crate) fn response(self, response: Response<Body>) -> Response<Body> {
        let (status, headers) = (response.status().as_u16(), response.headers());
        self.hear(Piece::Response { status, headers });
        response.map(|body| Recorded { body, tape: self }.boxed_unsync())
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        self.hear(Piece::End);
    }
}

struct Recorded {
    body: Body,
    tape: Tape,
}

impl http_body::Body for Recorded {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(chunk) = frame.data_ref()
        {
            self.tape.hear(Piece::Chunk(chunk));
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
