//! The committed answer on its way to the client.
//!
//! A body that polls upstream when the client wants more: backpressure needs
//! no buffer and no task. Dropping it, because the client left, closes the
//! upstream request and gives the profile back.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body::{Body, Frame};
use rotunda_core::{
    Event, ProfileId, Verdict,
    affinity::Continuation,
    classify,
    event::{Finished, Tokens, Unasked, Work},
    quota::active_limit,
    trace::Marker,
    verdict::RequestTraits,
};
use tokio::time::{Instant, Sleep};

use crate::{
    attempt::Answer,
    coding::stream::Plain,
    context::RouterContext,
    pool::{Lease, Pool},
    respond::BoxError,
    stream_inspector::{Learnt, StreamInspector},
    trace::Trace,
    upstream_client::PolledBody,
};

/// What is written down about a request when it ends.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) pool: Pool,
    pub(crate) trace: Trace,
    pub(crate) route: &'static str,
    pub(crate) continuation: Continuation,
    pub(crate) traits: RequestTraits,
    pub(crate) started: Instant,
    pub(crate) attempts: u32,
    /// Why the router refused it without asking a profile.
    pub(crate) unasked: Option<Unasked>,
    pub(crate) profile: Option<ProfileId>,
    /// What the client saw; 499 until the end is reached.
    pub(crate) status: u16,
    pub(crate) first_byte: Option<Duration>,
    pub(crate) tokens: Option<Tokens>,
    /// The response's id and turn state, for when its chain breaks.
    pub(crate) response: Option<String>,
    pub(crate) turn_state: Option<String>,
    /// Why the answer ended before it was complete, in one word.
    pub(crate) cut: Option<&'static str>,
}

/// The client left before the end (a status only the record uses).
pub(crate) const CLIENT_LEFT: u16 = 499;

impl Record {
    /// The record of a request that begins now.
    pub(crate) fn new(
        router: &RouterContext,
        route: &'static str,
        continuation: &Continuation,
        traits: RequestTraits,
    ) -> Self {
        let (pool, model) = (router.pool.clone(), continuation.model.clone());
        let trace = router.traces.begin(router.number(), pool.now(), route, model);
        Self {
            pool,
            trace,
            route,
            continuation: continuation.clone(),
            traits,
            started: Instant::now(),
            attempts: 0,
            unasked: None,
            profile: None,
            status: CLIENT_LEFT,
            first_byte: None,
            tokens: None,
            response: None,
            turn_state: None,
            cut: None,
        }
    }

    /// The first byte is on its way.
    pub(crate) fn begin(&mut self) {
        if self.first_byte.is_none() {
            self.first_byte = Some(self.started.elapsed());
            self.trace.mark(Marker::FirstByteLocal, self.profile, "");
        }
    }

    /// The turn's state came with the answer's head.
    pub(crate) fn learn_turn_state(&self) {
        if let (Some(id), Some(state)) = (self.profile, &self.turn_state) {
            self.pool.change(|pool, now| pool.learned_turn_state(id, state, now));
        }
    }

    /// The client has the turn's state, whichever profile serves in the end.
    pub(crate) fn learn_shown_state(&self, learnt: &Learnt) {
        if let (Some(id), Some(state)) = (self.profile, &learnt.turn_state) {
            self.pool.change(|pool, now| pool.learned_turn_state(id, state, now));
        }
    }

    /// Tells the pool what a stream has shown.
    pub(crate) fn learn(&mut self, learnt: Learnt) {
        let Some(profile) = self.profile.filter(|_| !learnt.is_empty()) else { return };
        let Learnt { response, turn_state, tokens, usage, failure } = learnt;
        self.tokens = tokens.or(self.tokens);
        self.response = response.or_else(|| self.response.take());
        self.turn_state = turn_state.or_else(|| self.turn_state.take());
        self.pool.observe_in(&self.trace, |pool, now| {
            if let Some(response) = &self.response {
                pool.learned_response(profile, response, now);
            }
            if let Some(state) = &self.turn_state {
                pool.learned_turn_state(profile, state, now);
            }
            usage.map(|usage| pool.read_usage(profile, usage, false, now)).unwrap_or_default()
        });
        if let Some(failure) = failure {
            let verdict = classify(failure.stated(), self.traits, self.pool.now());
            self.after_output(profile, verdict, active_limit(&failure.headers));
        }
    }

    /// A failure after output is passed on, but not forgotten.
    fn after_output(&self, profile: ProfileId, verdict: Verdict, limit: Option<&str>) {
        let names = [self.continuation.previous_response.as_deref(), self.response.as_deref()];
        let names: Vec<_> = names.into_iter().flatten().collect();
        let state = self.turn_state.as_deref().or(self.continuation.turn_state.as_deref());
        self.pool.observe_in(&self.trace, |pool, now| match verdict {
            Verdict::Quota(reset) => {
                pool.limit_out(profile, (limit, self.continuation.model.as_deref()), reset, now)
            }
            Verdict::NotEntitled => pool.not_entitled(profile, now),
            Verdict::ChainLost => vec![pool.lost_chain(profile, &names, state, now)],
            _ => Vec::new(),
        });
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let left = (self.status == CLIENT_LEFT).then_some("client_left");
        if let Some(cut) = self.cut.or(left) {
            self.trace.mark(Marker::Cut, self.profile, cut);
        }
        let finished = Event::Finished(Finished {
            request: self.trace.request(),
            profile: self.profile,
            route: self.route,
            model: self.continuation.model.take(),
            status: self.status,
            attempts: self.attempts,
            unasked: self.unasked.filter(|_| self.attempts == 0),
            first_byte: self.first_byte,
            total: self.started.elapsed(),
            tokens: self.tokens,
            work: Work {
                session: self.continuation.session.take(),
                project: self.continuation.project.take(),
            },
        });
        self.pool.say_of(Some(&self.trace), [finished]);
    }
}

/// How much of what is ready is passed on at once, in bytes: enough to make
/// the number of writes irrelevant, and little for a client that reads slowly.
const GATHERED: usize = 32 << 10;

/// One piece as it came, or several in one.
enum Pieces {
    Single(Bytes),
    Several(BytesMut),
}

impl Pieces {
    fn len(&self) -> usize {
        match self {
            Self::Single(piece) => piece.len(),
            Self::Several(pieces) => pieces.len(),
        }
    }

    fn add(&mut self, piece: &Bytes) {
        if let Self::Single(first) = self {
            let mut several = BytesMut::with_capacity(GATHERED / 4);
            several.extend_from_slice(first);
            *self = Self::Several(several);
        }
        if let Self::Several(several) = self {
            several.extend_from_slice(piece);
        }
    }

    fn whole(self) -> Bytes {
        match self {
            Self::Single(piece) => piece,
            Self::Several(pieces) => pieces.freeze(),
        }
    }
}

/// The body of a committed answer.
pub(crate) struct Streaming {
    held: VecDeque<Bytes>,
    rest: Option<Plain<PolledBody>>,
    broken: Option<BoxError>,
    /// What came before a break has had its chance to be written.
    flushed: bool,
    /// What did not fit in with what was gathered.
    next: Option<Frame<Bytes>>,
    inspector: Option<StreamInspector>,
    record: Record,
    /// The status to write down at the end.
    status: u16,
    patience: Duration,
    last: Instant,
    nap: Pin<Box<Sleep>>,
    _lease: Option<Lease>,
}

/// Upstream sent nothing for too long.
#[derive(Debug, thiserror::Error)]
#[error("upstream stopped sending")]
pub(crate) struct Stalled;

impl Streaming {
    pub(crate) fn new(
        answer: Answer,
        record: Record,
        lease: Option<Lease>,
        patience: Duration,
    ) -> Self {
        let last = Instant::now();
        Self {
            held: answer.held,
            rest: answer.rest,
            broken: answer.broken,
            flushed: false,
            next: None,
            inspector: answer.inspector,
            record,
            status: answer.status.as_u16(),
            patience,
            last,
            nap: Box::pin(tokio::time::sleep_until(last + patience)),
            _lease: lease,
        }
    }

    /// Nothing follows: the answer breaks off.
    pub(crate) fn broken_off(mut record: Record, error: BoxError) -> Self {
        record.cut = Some("nothing_followed");
        let last = Instant::now();
        Self {
            held: VecDeque::new(),
            rest: None,
            broken: Some(error),
            flushed: false,
            next: None,
            inspector: None,
            record,
            status: StatusCode::OK.as_u16(),
            patience: Duration::ZERO,
            last,
            nap: Box::pin(tokio::time::sleep_until(last)),
            _lease: None,
        }
    }

    fn listen(&mut self, chunk: &Bytes) {
        let Some(inspector) = &mut self.inspector else { return };
        inspector.chunk(chunk, self.record.pool.now());
        if !inspector.learnt.is_empty() {
            self.record.learn(std::mem::take(&mut inspector.learnt));
        }
    }

    /// Wakes when nothing came for too long. The timer is moved only when it
    /// fires, not with every chunk.
    fn poll_stalled(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.nap.as_mut().poll(context));
            let due = self.last + self.patience;
            if due <= Instant::now() {
                return Poll::Ready(());
            }
            self.nap.as_mut().reset(due);
        }
    }

    /// What upstream has sent by now, as one piece: whatever is ready already,
    /// never waited for.
    fn collect_ready(&mut self, first: Bytes, context: &mut Context<'_>) -> Bytes {
        let mut pieces = Pieces::Single(first);
        while pieces.len() < GATHERED
            && let Some(rest) = &mut self.rest
            && let Poll::Ready(polled) = Pin::new(rest).poll_frame(context)
        {
            match polled.map(|polled| polled.map(Frame::into_data)) {
                Some(Ok(Ok(chunk))) => pieces.add(&chunk),
                Some(Ok(Err(other))) => {
                    self.next = Some(other);
                    break;
                }
                Some(Err(error)) => {
                    self.rest = None;
                    self.broken = Some(error);
                }
                None => self.rest = None,
            }
        }
        pieces.whole()
    }

    fn end(&mut self, status: u16) {
        self.record.status = status;
        self.rest = None;
    }
}

impl Drop for Streaming {
    /// A client may stop reading as soon as it has what it needs: at the last
    /// byte, or at the event that ends the answer.
    fn drop(&mut self) {
        let is_over = self.inspector.as_ref().is_some_and(|inspector| inspector.is_over)
            && self.held.is_empty();
        if self.record.status == CLIENT_LEFT && (is_over || self.is_end_stream()) {
            self.record.status = self.status;
        }
    }
}

impl Body for Streaming {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if let Some(chunk) = this.held.pop_front() {
            this.record.begin();
            if this.is_end_stream() {
                this.end(this.status);
            }
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        if let Some(other) = this.next.take() {
            return Poll::Ready(Some(Ok(other)));
        }
        let Some(rest) = &mut this.rest else {
            if this.broken.is_some() && !std::mem::replace(&mut this.flushed, true) {
                // An error drops what is still buffered for the client, even
                // the head; the server writes it out when it has to wait.
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            if let Some(error) = this.broken.take() {
                this.record.cut.get_or_insert("upstream_broke");
                this.end(http::StatusCode::BAD_GATEWAY.as_u16());
                return Poll::Ready(Some(Err(error)));
            }
            this.end(this.status);
            return Poll::Ready(None);
        };
        match Pin::new(rest).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let first = match frame.into_data() {
                    Ok(first) => first,
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                };
                let chunk = this.collect_ready(first, context);
                this.last = Instant::now();
                this.record.begin();
                this.listen(&chunk);
                if this.is_end_stream() {
                    this.end(this.status);
                }
                Poll::Ready(Some(Ok(Frame::data(chunk))))
            }
            Poll::Ready(Some(Err(error))) => {
                this.rest = None;
                this.broken = Some(error);
                self.poll_frame(context)
            }
            Poll::Ready(None) => {
                this.end(this.status);
                Poll::Ready(None)
            }
            Poll::Pending => match this.poll_stalled(context) {
                Poll::Ready(()) => {
                    this.record.cut = Some("upstream_silent");
                    this.end(http::StatusCode::GATEWAY_TIMEOUT.as_u16());
                    Poll::Ready(Some(Err(Stalled.into())))
                }
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        let is_whole = self.rest.as_ref().is_none_or(Body::is_end_stream) && self.broken.is_none();
        self.held.is_empty() && self.next.is_none() && is_whole
    }
}
