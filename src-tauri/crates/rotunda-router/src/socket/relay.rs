//! One client socket and the upstream socket that serves it.
//!
//! Between the two stands at most one response under way. Until it is
//! committed another profile may take its place; the client sees nothing of
//! that, or gets the one error from which it recovers silently.

use std::{ops::ControlFlow, pin::Pin, sync::Arc, time::Duration};

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use rotunda_core::{
    Verdict, classify,
    frame::{as_stale, kind_of, with_status},
    quota::active_limit,
    turn::{self, Answered, Observation},
    verdict::{Failure, Sign, codes},
};
use tokio::{
    sync::watch,
    time::{Instant, Sleep, timeout},
};
use tokio_tungstenite::tungstenite::{
    Message, Utf8Bytes,
    protocol::{CloseFrame, frame::coding::CloseCode},
};
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::{
    Handshake, frames,
    in_flight::{InFlight, Pending, Shown},
    peers::{self, Came, Frame, SocketPeer},
    silence::Silence,
    upstream::Upstream,
};
use crate::{attempt::retry_after, context::RouterContext, record::Heard, respond::Refusal};

/// Longer than any deadline that matters.
const FAR: Duration = Duration::from_secs(24 * 3600);

/// The status of an open socket.
const SWITCHED: u16 = 101;

/// How a socket ends.
#[derive(Debug)]
pub(super) enum End {
    /// What waits is written, then the socket is closed.
    Bye,
    /// As upstream did: without a word.
    Cut,
}

pub(super) type Flow = ControlFlow<End>;
pub(super) const GO_ON: Flow = ControlFlow::Continue(());

enum Happening {
    Came(Came),
    Due,
    PoolChanged,
    Stop,
}

pub(super) struct Relay {
    pub(super) router: Arc<RouterContext>,
    pub(super) handshake: Handshake,
    pub(super) client: SocketPeer<TokioIo<Upgraded>>,
    pub(super) upstream: Option<Upstream>,
    pub(super) in_flight: Option<InFlight>,
    /// When upstream last sent something, or the latest keep-alive sent.
    pub(super) last_heard: Instant,
    /// One timer for every deadline; moved only when it must ring earlier.
    nap: Pin<Box<Sleep>>,
    pub(super) changed: watch::Receiver<u64>,
    stop: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Relay {
    pub(super) fn new(
        router: Arc<RouterContext>,
        handshake: Handshake,
        client: SocketPeer<TokioIo<Upgraded>>,
    ) -> Self {
        let last_heard = Instant::now();
        Self {
            changed: router.pool.changed(),
            stop: Box::pin(router.stop.clone().cancelled_owned()),
            router,
            handshake,
            client,
            upstream: None,
            in_flight: None,
            last_heard,
            nap: Box::pin(tokio::time::sleep(FAR)),
        }
    }

    /// Relays until either side ends.
    pub(super) async fn run(mut self) {
        let end = loop {
            let flow = match self.wait().await {
                Happening::Came(Came::FromClient(frame)) => self.on_client_frame(frame).await,
                Happening::Came(Came::FromUpstream(frame)) => self.on_upstream_frame(frame).await,
                Happening::Due => self.due().await,
                Happening::PoolChanged => self.pool_changed().await,
                Happening::Stop => {
                    self.client.push(frames::come_back());
                    Flow::Break(End::Bye)
                }
            };
            if let ControlFlow::Break(end) = flow {
                break end;
            }
        };
        let patience = self.router.limits.drain;
        // What was passed on before a cut is the client's, too.
        let _ = timeout(patience, self.client.flush()).await;
        if matches!(end, End::Bye)
            && let Some(upstream) = &mut self.upstream
        {
            let _ = timeout(patience, upstream.peer.flush()).await;
        }
    }

    async fn wait(&mut self) -> Happening {
        let due = self.next_due();
        if due < self.nap.deadline() {
            self.nap.as_mut().reset(due);
        }
        let waits = self.in_flight.as_ref().is_some_and(InFlight::waits_for_pool);
        let upstream = self.upstream.as_mut().map(|upstream| &mut upstream.peer);
        tokio::select! {
            biased;
            came = peers::next(&mut self.client, upstream) => Happening::Came(came),
            () = self.nap.as_mut() => Happening::Due,
            Ok(()) = self.changed.changed(), if waits => Happening::PoolChanged,
            () = self.stop.as_mut() => Happening::Stop,
        }
    }

    async fn pool_changed(&mut self) -> Flow {
        let Some(in_flight) = &mut self.in_flight else { return GO_ON };
        let looks = in_flight.decide_at.take_if(|it| matches!(it, Pending::Look(_)));
        self.observed(match looks {
            Some(_) => Observation::LookAgain,
            None => Observation::PoolChanged,
        })
        .await
    }

    fn next_due(&self) -> Instant {
        let limits = &self.router.limits;
        match &self.in_flight {
            None => Instant::now() + FAR,
            Some(in_flight) if in_flight.slot.is_some() => {
                let keepalive = self.last_heard + limits.keepalive;
                in_flight.decide_at.map_or(keepalive, |pending| pending.at().min(keepalive))
            }
            Some(InFlight { decide_at: Some(pending), .. }) => pending.at(),
            Some(in_flight) => {
                let stalled = self.last_heard + limits.chunk;
                let hold = in_flight.deadline.filter(|_| !in_flight.is_committed);
                let silence = in_flight.silence.as_ref().and_then(Silence::look_at);
                [hold, silence].into_iter().flatten().fold(stalled, Instant::min)
            }
        }
    }

    async fn due(&mut self) -> Flow {
        let now = Instant::now();
        let due = self.next_due();
        self.nap.as_mut().reset(due.max(now));
        let Some(in_flight) = &mut self.in_flight else { return GO_ON };
        if due > now {
            return GO_ON;
        }
        if in_flight.slot.is_some() && self.last_heard + self.router.limits.keepalive <= now {
            self.last_heard = now;
            self.client.push(frames::keepalive());
            // A profile may be back although nothing has looked.
            return self.pool_changed().await;
        }
        match in_flight.decide_at.take() {
            Some(Pending::Pause(_)) => return self.observed(Observation::PauseOver).await,
            Some(Pending::Look(_)) => return self.observed(Observation::LookAgain).await,
            None => {}
        }
        if self.is_silent(now) {
            return self.look_at_silence().await;
        }
        if self.last_heard + self.router.limits.chunk <= now {
            tracing::warn!("upstream stopped sending on a socket");
            self.cut("upstream_silent");
            self.finish_request(http::StatusCode::GATEWAY_TIMEOUT.as_u16());
            return Flow::Break(End::Cut);
        }
        self.observed(Observation::NoOutput).await
    }

    async fn on_client_frame(&mut self, frame: Frame) -> Flow {
        match frame {
            Frame::Text(text) => self.on_client_text(text).await,
            Frame::Other(Message::Pong(_)) => GO_ON,
            Frame::Other(other) => {
                self.send_upstream(other);
                GO_ON
            }
            Frame::Close(frame) => {
                self.send_upstream(Message::Close(frame));
                Flow::Break(End::Bye)
            }
            Frame::Gone => Flow::Break(End::Cut),
        }
    }

    async fn on_client_text(&mut self, text: Utf8Bytes) -> Flow {
        let begins = kind_of(&text).as_deref() == Some("response.create");
        let waits = self.in_flight.as_ref().is_some_and(InFlight::waits);
        if let Some(in_flight) = self.in_flight.as_mut().filter(|_| !begins) {
            in_flight.add_later(&text);
        }
        if self.upstream.is_some() && !waits && (self.in_flight.is_some() || !begins) {
            if begins && !self.may_follow(&text).await {
                return self.resend();
            }
            // Full duplex: a cancel, or whatever else it may be, goes at once.
            self.send_upstream(Message::Text(text));
            return GO_ON;
        }
        if waits && !begins {
            return GO_ON;
        }
        let places = self.places_of(&text).await;
        self.in_flight = Some(InFlight::new(&self.router, &self.handshake, text, places));
        self.begin().await
    }

    fn send_upstream(&mut self, message: Message) {
        if let Some(upstream) = &mut self.upstream {
            upstream.peer.push(message);
        }
    }

    pub(super) fn refuse(&mut self, refusal: &Refusal) -> Flow {
        self.client.push(frames::refusal(refusal));
        if let Some(in_flight) = &mut self.in_flight {
            in_flight.record.unasked = refusal.unasked();
        }
        self.finish_request(refusal.status().as_u16());
        GO_ON
    }

    /// Makes the client send the whole turn again, on a new socket: the one
    /// form of error from which it recovers without a word.
    pub(super) fn resend(&mut self) -> Flow {
        let _ = self.refuse(&Refusal::Stale);
        self.client.push(frames::come_back());
        Flow::Break(End::Bye)
    }

    async fn on_upstream_frame(&mut self, frame: Frame) -> Flow {
        self.last_heard = Instant::now();
        if self.in_flight.as_ref().is_some_and(InFlight::waits) {
            // No request is at upstream: the attempt has failed already.
            if matches!(frame, Frame::Close(_) | Frame::Gone) {
                self.upstream = None;
            }
            return GO_ON;
        }
        match frame {
            Frame::Text(text) if self.in_flight.is_some() => self.on_upstream_text(text).await,
            Frame::Text(text) => {
                self.client.push(mended(text));
                GO_ON
            }
            Frame::Other(Message::Pong(_)) => GO_ON,
            Frame::Other(other) => {
                let is_output = matches!(other, Message::Binary(_));
                let flow = match &self.in_flight {
                    Some(in_flight) if is_output && !in_flight.is_committed => {
                        self.observed(Self::good()).await
                    }
                    _ => GO_ON,
                };
                self.client.push(other);
                flow
            }
            Frame::Close(frame) if self.is_refused_by(frame.as_ref()) => {
                self.record_cut();
                self.upstream = None;
                let answered = Answered::of(Verdict::Other);
                self.observed(Observation::SocketRefused(answered)).await
            }
            Frame::Close(frame) => {
                self.record_cut();
                self.cut("upstream_broke");
                self.finish_request(http::StatusCode::BAD_GATEWAY.as_u16());
                self.client.push(Message::Close(frame));
                Flow::Break(End::Bye)
            }
            Frame::Gone => {
                self.record_cut();
                self.cut("upstream_broke");
                self.finish_request(http::StatusCode::BAD_GATEWAY.as_u16());
                Flow::Break(End::Cut)
            }
        }
    }

    /// The answer that is under way ends before it is complete.
    pub(super) fn cut(&mut self, why: &'static str) {
        if let Some(in_flight) = &mut self.in_flight {
            in_flight.record.cut = Some(why);
        }
    }

    /// Whether upstream closes the socket to refuse it, before any output.
    fn is_refused_by(&self, frame: Option<&CloseFrame>) -> bool {
        let is_open = self.in_flight.as_ref().is_some_and(|in_flight| !in_flight.is_committed);
        is_open
            && matches!(
                frame.map(|frame| frame.code),
                Some(CloseCode::Policy | CloseCode::Error | CloseCode::Again)
            )
    }

    /// Upstream left before any output. It may have begun to work, so no other
    /// profile is tried.
    fn record_cut(&self) {
        if let (Some(in_flight), Some(upstream)) = (&self.in_flight, &self.upstream)
            && !in_flight.is_committed
        {
            let id = upstream.profile;
            self.client.attempt(id, Heard::Nothing("cut"));
            let route = in_flight.record.route;
            self.router.pool.record_failure(id, turn::Failure::Ambiguous, route);
        }
    }

    async fn on_upstream_text(&mut self, text: Utf8Bytes) -> Flow {
        let (kind, now) = (kind_of(&text), self.router.pool.now());
        if kind.as_deref() != Some("error") {
            self.answer_began();
        }
        let Some(in_flight) = &mut self.in_flight else { return GO_ON };
        if let Some(upstream) = self.upstream.as_ref().filter(|_| !in_flight.is_committed) {
            in_flight.record.trace.upstream_began(upstream.profile, SWITCHED);
        }
        in_flight.inspector.event(kind.as_deref(), text.as_bytes(), now);
        if in_flight.is_committed {
            self.pass(text);
            return GO_ON;
        }
        match in_flight.inspector.sign.take() {
            None => {
                let is_full = in_flight.hold(Message::Text(text), &self.router);
                match (in_flight.is_released, is_full) {
                    (true, true) => self.observed(Self::good()).await,
                    (false, true) => self.observed(Observation::NoOutput).await,
                    (true, false) => {
                        self.pass_handshake();
                        GO_ON
                    }
                    (false, false) => GO_ON,
                }
            }
            Some(Sign::Failure(failure)) => self.on_failure(text, &failure).await,
            Some(Sign::Content | Sign::Handshake | Sign::Beginning) => {
                let flow = self.observed(Self::good()).await;
                self.pass(text);
                flow
            }
        }
    }

    async fn on_failure(&mut self, text: Utf8Bytes, failure: &Failure) -> Flow {
        let (Some(in_flight), Some(upstream)) = (&mut self.in_flight, &self.upstream) else {
            return GO_ON;
        };
        let id = upstream.profile;
        self.client.attempt(id, Heard::Frame(&text));
        self.router.pool.record_usage(id, in_flight.inspector.learnt.usage.take(), &failure.error);
        let verdict = classify(failure.stated(), in_flight.traits, self.router.pool.now());
        let token_is_current = self.token_is_current();
        self.keep_answer(verdict, text);
        self.observed(Observation::Answered(Answered {
            verdict,
            status: failure.status,
            code: codes(&failure.error).next(),
            limit: active_limit(&failure.headers),
            retry_after: retry_after(&failure.headers),
            token_is_current,
            is_event: true,
        }))
        .await
    }

    /// The point of no return: held frames reach the client.
    pub(super) fn commit(&mut self) {
        let (Some(in_flight), Some(upstream)) = (&mut self.in_flight, &self.upstream) else {
            return;
        };
        if std::mem::replace(&mut in_flight.is_committed, true) {
            return;
        }
        let id = upstream.profile;
        in_flight.lease = in_flight.turn.take_lease();
        self.client.attempt(id, Heard::Good);
        let (trace, continuation) = (&in_flight.record.trace, in_flight.turn.continuation());
        self.router.pool.observe_in(trace, |pool, now| pool.committed(id, continuation, now));
        in_flight.record.turn_state.clone_from(&upstream.turn_state);
        in_flight.record.begin();
        in_flight.record.learn_turn_state();
        in_flight.record.learn(std::mem::take(&mut in_flight.inspector.learnt));
        for frame in std::mem::take(&mut in_flight.held).into_frames(in_flight.shown) {
            self.client.push(frame);
        }
    }

    /// Output has not come for long: the handshake reaches the client.
    pub(super) fn release(&mut self) {
        let Some(in_flight) = &mut self.in_flight else { return };
        in_flight.is_released = true;
        in_flight.deadline = None;
        if in_flight.shown == Shown::Nothing {
            in_flight.shown = Shown::This;
            in_flight.record.begin();
        }
        self.pass_handshake();
    }

    /// Passes on the frames that say nothing yet. Where the client has those of
    /// another answer, it is only kept from its idle timeout.
    fn pass_handshake(&mut self) {
        let Some(in_flight) = &mut self.in_flight else { return };
        let frames = in_flight.held.take_quiet();
        if in_flight.shown == Shown::Another {
            if !frames.is_empty() {
                self.client.push(frames::keepalive());
            }
            return;
        }
        in_flight.record.learn_shown_state(&in_flight.inspector.learnt);
        for frame in frames {
            self.client.push(frame);
        }
    }

    /// Passes a frame on after the commit.
    fn pass(&mut self, text: Utf8Bytes) {
        let Some(in_flight) = &mut self.in_flight else { return };
        let learnt = std::mem::take(&mut in_flight.inspector.learnt);
        let is_over = in_flight.inspector.is_over;
        let verdict = learnt
            .failure
            .as_ref()
            .map(|failure| classify(failure.stated(), in_flight.traits, self.router.pool.now()));
        if !learnt.is_empty() {
            in_flight.record.learn(learnt);
        }
        let frame = match verdict {
            Some(Verdict::ChainLost) => as_stale(&text).map_or(Message::Text(text), Message::text),
            Some(_) => mended(text),
            None => Message::Text(text),
        };
        self.client.push(frame);
        if is_over {
            self.finish_request(http::StatusCode::OK.as_u16());
        }
    }

    /// The response is over.
    pub(super) fn finish_request(&mut self, status: u16) {
        self.client.let_go();
        if let Some(mut in_flight) = self.in_flight.take() {
            in_flight.record.status = status;
        }
    }
}

/// An error never goes without a status.
pub(super) fn mended(text: Utf8Bytes) -> Message {
    let is_error = kind_of(&text).as_deref() == Some("error");
    let mended = is_error.then(|| with_status(&text)).flatten();
    mended.map_or(Message::Text(text), Message::text)
}
