//! One client socket and the upstream socket that serves it.
//!
//! Between the two stands at most one response under way. Until it is
//! committed another profile may take its place; the client sees nothing of
//! that, or is told in the one form from which it recovers silently.

use std::{ops::ControlFlow, pin::Pin, sync::Arc, time::Duration};

use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use rotunda_core::{
    Event, ProfileId, Verdict, classify,
    frame::{as_stale, kind_of, with_status, without_reasoning},
    next_step,
    quota::active_limit,
    verdict::{BURST_PAUSE, Failure, Sign, Step},
};
use tokio::{
    sync::watch,
    time::{Instant, Sleep, timeout},
};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::{
    Handshake,
    flight::Flight,
    frames,
    sides::{self, Came, Frame, Side},
    upstream::Upstream,
};
use crate::{last_word::UNREACHABLE_PAUSE, record::Heard, respond::Refusal, server::Shared};

/// Longer than any deadline that matters.
const FAR: Duration = Duration::from_secs(24 * 3600);

/// Bursts waited out for one response before the client is made to resend it.
const MOST_BURSTS: u32 = 3;

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

/// After an attempt to place a response.
pub(super) enum Placed {
    /// Ask the next profile.
    Again,
    Done(Flow),
}

enum Happening {
    Came(Came),
    Due,
    PoolChanged,
    Stop,
}

pub(super) struct Relay {
    pub(super) router: Arc<Shared>,
    pub(super) handshake: Handshake,
    pub(super) client: Side<TokioIo<Upgraded>>,
    pub(super) upstream: Option<Upstream>,
    pub(super) flight: Option<Flight>,
    /// When upstream was last heard, or the latest keep-alive sent.
    pub(super) last_heard: Instant,
    /// One timer for every deadline; moved only when it must ring earlier.
    nap: Pin<Box<Sleep>>,
    changed: watch::Receiver<u64>,
    stop: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Relay {
    pub(super) fn new(
        router: Arc<Shared>,
        handshake: Handshake,
        client: Side<TokioIo<Upgraded>>,
    ) -> Self {
        let last_heard = Instant::now();
        Self {
            changed: router.pool.changed(),
            stop: Box::pin(router.stop.clone().cancelled_owned()),
            router,
            handshake,
            client,
            upstream: None,
            flight: None,
            last_heard,
            nap: Box::pin(tokio::time::sleep(FAR)),
        }
    }

    /// Relays until either side ends.
    pub(super) async fn run(mut self) {
        let end = loop {
            let flow = match self.wait().await {
                Happening::Came(Came::FromClient(frame)) => self.client_said(frame).await,
                Happening::Came(Came::FromUpstream(frame)) => self.upstream_said(frame).await,
                Happening::Due => self.due().await,
                Happening::PoolChanged => self.place().await,
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
            let _ = timeout(patience, upstream.side.flush()).await;
        }
    }

    async fn wait(&mut self) -> Happening {
        let due = self.next_due();
        if due < self.nap.deadline() {
            self.nap.as_mut().reset(due);
        }
        let waits = self.flight.as_ref().is_some_and(|flight| flight.place.is_some());
        let upstream = self.upstream.as_mut().map(|upstream| &mut upstream.side);
        tokio::select! {
            biased;
            came = sides::next(&mut self.client, upstream) => Happening::Came(came),
            () = self.nap.as_mut() => Happening::Due,
            Ok(()) = self.changed.changed(), if waits => Happening::PoolChanged,
            () = self.stop.as_mut() => Happening::Stop,
        }
    }

    fn next_due(&self) -> Instant {
        let limits = &self.router.limits;
        match &self.flight {
            None => Instant::now() + FAR,
            Some(flight) if flight.place.is_some() => self.last_heard + limits.keepalive,
            Some(Flight { repeat: Some((at, _)), .. }) => *at,
            Some(flight) => {
                let stalled = self.last_heard + limits.chunk;
                flight
                    .deadline
                    .filter(|_| !flight.is_committed)
                    .map_or(stalled, |hold| hold.min(stalled))
            }
        }
    }

    async fn due(&mut self) -> Flow {
        let now = Instant::now();
        let due = self.next_due();
        self.nap.as_mut().reset(due.max(now));
        let Some(flight) = &mut self.flight else { return GO_ON };
        if due > now {
            return GO_ON;
        }
        if flight.place.is_some() {
            self.last_heard = now;
            self.client.push(frames::keepalive());
            // A profile may be back without anybody having looked.
            return self.place().await;
        }
        if let Some((_, id)) = flight.repeat.take() {
            flight.tries.forced = Some(id);
            return self.place().await;
        }
        if self.last_heard + self.router.limits.chunk <= now {
            tracing::warn!("upstream stopped sending on a socket");
            self.land(http::StatusCode::GATEWAY_TIMEOUT.as_u16());
            return Flow::Break(End::Cut);
        }
        self.commit();
        GO_ON
    }

    async fn client_said(&mut self, frame: Frame) -> Flow {
        match frame {
            Frame::Text(text) => self.client_said_text(text).await,
            Frame::Other(Message::Pong(_)) => GO_ON,
            Frame::Other(other) => {
                self.tell_upstream(other);
                GO_ON
            }
            Frame::Close(frame) => {
                self.tell_upstream(Message::Close(frame));
                Flow::Break(End::Bye)
            }
            Frame::Gone => Flow::Break(End::Cut),
        }
    }

    async fn client_said_text(&mut self, text: Utf8Bytes) -> Flow {
        let begins = kind_of(&text).as_deref() == Some("response.create");
        if self.upstream.is_some() && (self.flight.is_some() || !begins) {
            // Full duplex: a cancel, or whatever else it may be, goes at once.
            self.tell_upstream(Message::Text(text));
            return GO_ON;
        }
        let Handshake { headers, route, .. } = &self.handshake;
        self.flight = Some(Flight::new(&self.router, headers, route, text));
        self.place().await
    }

    fn tell_upstream(&mut self, message: Message) {
        if let Some(upstream) = &mut self.upstream {
            upstream.side.push(message);
        }
    }

    pub(super) fn refuse(&mut self, refusal: &Refusal) -> Flow {
        self.client.push(frames::refusal(refusal));
        self.land(refusal.status().as_u16());
        GO_ON
    }

    /// The chain is gone.
    pub(super) fn chain_lost(&mut self, id: Option<ProfileId>) -> Flow {
        if let Some(flight) = &self.flight {
            self.router.pool.observe(|pool, now| match id {
                Some(id) => [pool.doubted_chain(id, &flight.past, now)],
                None => [Event::ChainLost { profile: None }],
            });
        }
        self.resend()
    }

    /// Makes the client send the whole turn again, on a new socket: the one
    /// form of error from which it recovers without a word.
    pub(super) fn resend(&mut self) -> Flow {
        let _ = self.refuse(&Refusal::Stale);
        self.client.push(frames::come_back());
        Flow::Break(End::Bye)
    }

    async fn upstream_said(&mut self, frame: Frame) -> Flow {
        self.last_heard = Instant::now();
        match frame {
            Frame::Text(text) if self.flight.is_some() => self.judge(text).await,
            Frame::Text(text) => {
                self.client.push(mended(text));
                GO_ON
            }
            Frame::Other(Message::Pong(_)) => GO_ON,
            Frame::Other(other) => {
                if matches!(other, Message::Binary(_)) {
                    self.commit();
                }
                self.client.push(other);
                GO_ON
            }
            Frame::Close(frame) => {
                self.tell_cut();
                self.land(http::StatusCode::BAD_GATEWAY.as_u16());
                self.client.push(Message::Close(frame));
                Flow::Break(End::Bye)
            }
            Frame::Gone => {
                self.tell_cut();
                self.land(http::StatusCode::BAD_GATEWAY.as_u16());
                Flow::Break(End::Cut)
            }
        }
    }

    /// Upstream left before it had said anything.
    fn tell_cut(&self) {
        if let (Some(flight), Some(upstream)) = (&self.flight, &self.upstream)
            && !flight.is_committed
        {
            self.client.attempt(upstream.profile, Heard::Nothing("cut"));
        }
    }

    async fn judge(&mut self, text: Utf8Bytes) -> Flow {
        let now = self.router.pool.now();
        let Some(flight) = &mut self.flight else { return GO_ON };
        let kind = kind_of(&text);
        flight.tap.event(kind.as_deref(), text.as_bytes(), now);
        if flight.is_committed {
            self.pass(text);
            return GO_ON;
        }
        match flight.tap.sign.take() {
            None => {
                if flight.hold(Message::Text(text), &self.router) {
                    self.commit();
                }
                GO_ON
            }
            Some(Sign::Failure(failure)) => self.judge_failure(text, &failure).await,
            Some(Sign::Content | Sign::Handshake) => {
                self.commit();
                self.pass(text);
                GO_ON
            }
        }
    }

    async fn judge_failure(&mut self, text: Utf8Bytes, failure: &Failure) -> Flow {
        let (Some(flight), Some(upstream)) = (&mut self.flight, &self.upstream) else {
            return GO_ON;
        };
        let id = upstream.profile;
        self.client.attempt(id, Heard::Frame(&text));
        self.router.pool.heed(id, flight.tap.learnt.usage.take(), &failure.error);
        let verdict = classify(failure.stated(), flight.asked, self.router.pool.now());
        let limited = (active_limit(&failure.headers), flight.past.model.as_deref());
        self.router.pool.note(id, verdict, limited);
        let pinned = flight.asked.chained;
        let placed = match next_step(verdict, self.situation(id, pinned)) {
            Step::Commit | Step::PassThrough { .. } => {
                self.pass_failure(text);
                return GO_ON;
            }
            Step::Unavailable => return self.refuse(&Refusal::Unavailable(UNREACHABLE_PAUSE)),
            Step::Stale if verdict == Verdict::ChainLost => return self.chain_lost(Some(id)),
            Step::Stale => return self.resend(),
            Step::RepeatLater => return self.repeat_later(id),
            Step::NextProfile => self.move_on(id, verdict),
            Step::Refresh => self.renew(id, pinned).await,
            Step::FormerProfile => self.back_or_stripped(id, text),
        };
        match placed {
            Placed::Again => self.place().await,
            Placed::Done(flow) => flow,
        }
    }

    /// Waits a burst out and asks the same profile again; the client hears
    /// nothing of it.
    fn repeat_later(&mut self, id: ProfileId) -> Flow {
        let Some(flight) = &mut self.flight else { return GO_ON };
        flight.tries.bursts += 1;
        if flight.tries.bursts > MOST_BURSTS {
            return self.resend();
        }
        flight.restart();
        flight.repeat = Some((Instant::now() + Duration::from_secs(BURST_PAUSE), id));
        GO_ON
    }

    async fn renew(&mut self, id: ProfileId, pinned: bool) -> Placed {
        let (Some(flight), Some(upstream)) = (&mut self.flight, self.upstream.take()) else {
            return Placed::Done(GO_ON);
        };
        match flight.tries.refusals.renewed(&self.router, id, &upstream.access).await {
            Ok(_) => {
                flight.tries.forced = Some(id);
                Placed::Again
            }
            Err(error) => self.failed(id, pinned, &error.into()),
        }
    }

    /// Another account's encrypted reasoning: back to where the conversation
    /// lived, or once more without it.
    fn back_or_stripped(&mut self, id: ProfileId, text: Utf8Bytes) -> Placed {
        let Some(flight) = &mut self.flight else { return Placed::Done(GO_ON) };
        let former = self
            .router
            .pool
            .read(|pool, _| pool.former_profile(&flight.past, id, &flight.tries.profiles));
        if former.is_some() {
            flight.tries.forced = former;
            flight.tries.foreign = Some(id);
            return self.move_on(id, Verdict::ForeignReasoning);
        }
        if self.without_reasoning(id) {
            return Placed::Again;
        }
        self.pass_failure(text);
        Placed::Done(GO_ON)
    }

    /// Once more to `id`, without the reasoning items; false when that was
    /// done, or there are none.
    pub(super) fn without_reasoning(&mut self, id: ProfileId) -> bool {
        let Some(flight) = &mut self.flight else { return false };
        let less = without_reasoning(flight.frame.as_bytes()).filter(|_| !flight.tries.stripped);
        let Some(less) = less else { return false };
        flight.tries.stripped = true;
        flight.frame = less.into();
        flight.tries.forced = Some(id);
        true
    }

    /// The point of no return: held frames reach the client.
    fn commit(&mut self) {
        let (Some(flight), Some(upstream)) = (&mut self.flight, &self.upstream) else { return };
        if std::mem::replace(&mut flight.is_committed, true) {
            return;
        }
        let id = upstream.profile;
        self.client.attempt(id, Heard::Good);
        self.router.pool.observe(|pool, now| pool.committed(id, &flight.past, now));
        flight.record.turn_state.clone_from(&upstream.turn_state);
        flight.record.begin();
        flight.record.learn_turn_state();
        flight.record.learn(std::mem::take(&mut flight.tap.learnt));
        for frame in flight.held.drain(..) {
            self.client.push(frame);
        }
    }

    /// Passes a frame on after the commit.
    fn pass(&mut self, text: Utf8Bytes) {
        let Some(flight) = &mut self.flight else { return };
        let learnt = std::mem::take(&mut flight.tap.learnt);
        let is_over = flight.tap.is_over;
        let verdict = learnt
            .failure
            .as_ref()
            .map(|failure| classify(failure.stated(), flight.asked, self.router.pool.now()));
        if !learnt.is_empty() {
            flight.record.learn(learnt);
        }
        let frame = match verdict {
            Some(Verdict::ChainLost) => as_stale(&text).map_or(Message::Text(text), Message::text),
            Some(_) => mended(text),
            None => Message::Text(text),
        };
        self.client.push(frame);
        if is_over {
            self.land(http::StatusCode::OK.as_u16());
        }
    }

    /// Passes on a failure that nobody here can better, with what came before.
    fn pass_failure(&mut self, text: Utf8Bytes) {
        let Some(flight) = &mut self.flight else { return };
        for frame in flight.held.drain(..) {
            self.client.push(frame);
        }
        self.client.push(mended(text));
        self.land(http::StatusCode::OK.as_u16());
    }

    /// The response is over.
    pub(super) fn land(&mut self, status: u16) {
        if let Some(mut flight) = self.flight.take() {
            flight.record.status = status;
        }
    }
}

/// An error never goes without a status.
fn mended(text: Utf8Bytes) -> Message {
    let is_error = kind_of(&text).as_deref() == Some("error");
    let mended = is_error.then(|| with_status(&text)).flatten();
    mended.map_or(Message::Text(text), Message::text)
}
