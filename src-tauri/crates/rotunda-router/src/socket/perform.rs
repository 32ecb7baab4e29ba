//! Does what the turn machine says for a response on a socket.

use std::time::Duration;

use rotunda_core::{
    ProfileId, Verdict,
    frame::{with_retry_after, without_reasoning, without_turn_state},
    turn::{Action, Answered, Failure, HttpReason, Observation},
};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::{
    Handshake, IN_TROUBLE, frames, http_for,
    in_flight::{Held, Pending},
    relay::{End, Flow, GO_ON, Relay, mended},
    silence::Silence,
    upstream::{Closed, open},
};
use crate::{
    attempt::AttemptError, long_work, record::Heard, respond::Refusal, socket_places::Sockets,
};

impl Relay {
    /// Begins the response that the client requested.
    pub(super) async fn begin(&mut self) -> Flow {
        let Some(in_flight) = &mut self.in_flight else { return GO_ON };
        let action = in_flight.turn.start();
        self.perform(action).await
    }

    /// Tells the machine what was observed, and does what follows.
    pub(super) async fn observed(&mut self, observation: Observation<'_>) -> Flow {
        let action = self.observe(observation);
        self.perform(action).await
    }

    fn observe(&mut self, observation: Observation<'_>) -> Action {
        match &mut self.in_flight {
            Some(in_flight) => {
                in_flight.silence.take_if(|_| observation != Observation::Late);
                in_flight.turn.observe_with(observation, &mut self.changed)
            }
            None => Action::Commit,
        }
    }

    async fn perform(&mut self, mut action: Action) -> Flow {
        loop {
            action = match action {
                Action::Send(id) => match self.send(id).await {
                    Some(next) => next,
                    None => return GO_ON,
                },
                Action::RenewToken(id) => self.renew(id).await,
                Action::RemoveReasoning => self.remove_reasoning(),
                Action::Pause(pause) => {
                    self.pause(pause);
                    return GO_ON;
                }
                Action::LookAgain(pause) => {
                    self.upstream = None;
                    let Some(in_flight) = &mut self.in_flight else { return GO_ON };
                    in_flight.decide_at = Some(Pending::Look(Instant::now() + pause));
                    return GO_ON;
                }
                Action::AwaitReset(until) => {
                    self.upstream = None;
                    let Some(in_flight) = &mut self.in_flight else { return GO_ON };
                    let trace = &in_flight.record.trace;
                    if self.router.waiting.hold(&mut in_flight.slot, until, trace) {
                        return GO_ON;
                    }
                    self.observe(Observation::NotWaited)
                }
                Action::KeepWaiting => return GO_ON,
                Action::Release => {
                    self.release();
                    return GO_ON;
                }
                Action::Commit => {
                    self.commit();
                    return GO_ON;
                }
                Action::PassThrough { answer, retry_after } => {
                    self.pass_answer(answer, retry_after);
                    return GO_ON;
                }
                Action::Refuse(refusal) => {
                    self.upstream = None;
                    let now = self.router.pool.now();
                    let vault =
                        self.in_flight.as_mut().and_then(|in_flight| in_flight.vault.take());
                    return self.refuse(&Refusal::of_turn(refusal, now, vault));
                }
                Action::BreakOff => {
                    self.cut("nothing_followed");
                    self.finish_request(http::StatusCode::BAD_GATEWAY.as_u16());
                    return Flow::Break(End::Cut);
                }
                Action::Resend => return self.resend(),
                Action::UseHttp(reason) => return self.send_to_http(reason),
            };
        }
    }

    /// Sends the response's frame as a profile. Returns the next action when that
    /// was not possible.
    async fn send(&mut self, id: ProfileId) -> Option<Action> {
        let in_flight = self.in_flight.as_mut()?;
        in_flight.slot = None;
        in_flight.record.attempts = in_flight.turn.attempts();
        in_flight.record.profile = Some(id);
        if self.upstream.as_ref().is_none_or(|upstream| upstream.profile != id) {
            self.upstream = None;
            let Handshake { headers, path, .. } = &self.handshake;
            match open(&self.router, id, path, headers).await {
                Ok(upstream) => self.upstream = Some(upstream),
                Err(Closed::Refused { verdict, status, access }) => {
                    let headers = &http::HeaderMap::new();
                    let heard = Heard::Answer { status: status.as_u16(), headers, body: b"" };
                    self.client.attempt(id, heard);
                    let token_is_current = self.router.token_manager.is_current(id, &access);
                    self.in_flight.as_mut()?.refused_access = Some(access);
                    let answered = Answered {
                        status: Some(status),
                        token_is_current,
                        ..Answered::of(verdict)
                    };
                    return Some(self.observe(Observation::SocketRefused(answered)));
                }
                Err(Closed::Failed(error)) => return Some(self.failed(id, &error)),
            }
        }
        let (in_flight, upstream) = (self.in_flight.as_mut()?, self.upstream.as_mut()?);
        let fits = |state: &String| {
            self.router.pool.read(|pool, now| pool.turn_state_fits(id, state, now))
        };
        let less = match &in_flight.turn.continuation().turn_state {
            Some(state) if !fits(state) => {
                long_work::read_of(in_flight.frame.len(), || without_turn_state(&in_flight.frame))
            }
            _ => None,
        };
        let frame = less.map_or_else(|| in_flight.frame.clone(), Utf8Bytes::from);
        in_flight.restart();
        let taken = upstream.peer.taken();
        let mut length = 0;
        for frame in in_flight.frames_to_send(frame) {
            length += frame.len() as u64;
            upstream.peer.push(frame);
        }
        let limits = &self.router.limits;
        let silence = in_flight.turn.longest_silence(limits);
        in_flight.silence = Some(Silence::begin(taken, length, silence, limits.stall));
        self.last_heard = Instant::now();
        None
    }

    async fn renew(&mut self, id: ProfileId) -> Action {
        let of_socket = self.upstream.take().map(|upstream| upstream.access);
        let refused = self.in_flight.as_mut().and_then(|in_flight| in_flight.refused_access.take());
        let Some(used) = refused.or(of_socket) else {
            return self.observe(Observation::TokenRenewed);
        };
        match self.router.token_manager.renew(id, &used).await {
            Ok(_) => self.observe(Observation::TokenRenewed),
            Err(error) => self.failed(id, &error.into()),
        }
    }

    fn failed(&mut self, id: ProfileId, error: &AttemptError) -> Action {
        tracing::warn!(profile = %id, %error, "a socket could not be used");
        self.client.attempt(id, Heard::Nothing(error.word()));
        if let (Some(in_flight), Some(sentence)) = (&mut self.in_flight, error.vault_sentence()) {
            in_flight.vault = Some(sentence);
        }
        let failure = match error.failure() {
            // A handshake carries no request that could run twice.
            Failure::Ambiguous if matches!(error, AttemptError::Silent) => Failure::Stuck,
            Failure::Ambiguous => Failure::Unreachable,
            failure => failure,
        };
        self.observe(Observation::Failed(failure))
    }

    fn remove_reasoning(&mut self) -> Action {
        let frame = self.in_flight.as_ref().map(|it| it.frame.as_bytes()).unwrap_or_default();
        let less = long_work::read_of(frame.len(), || without_reasoning(frame));
        let (Some(in_flight), Some(less)) = (&mut self.in_flight, less) else {
            return self.observe(Observation::NoReasoning);
        };
        in_flight.frame = less.into();
        self.observe(Observation::ReasoningRemoved)
    }

    fn pause(&mut self, pause: Duration) {
        if let Some(in_flight) = &mut self.in_flight {
            in_flight.restart();
            in_flight.decide_at = Some(Pending::Pause(Instant::now() + pause));
        }
    }

    /// Passes on a failure as received, with what came before it, and the pause
    /// that upstream did not name.
    fn pass_answer(&mut self, answer: usize, retry_after: Option<u64>) {
        let Some(in_flight) = &mut self.in_flight else { return };
        if answer < in_flight.answers.len() {
            for frame in in_flight.answers.swap_remove(answer).into_frames(in_flight.shown) {
                let text = frame.to_text().ok();
                let paused =
                    text.zip(retry_after).and_then(|(it, pause)| with_retry_after(it, pause));
                self.client.push(paused.map_or(frame, Message::text));
            }
        }
        self.finish_request(http::StatusCode::OK.as_u16());
    }

    /// Keeps the frames of an answer until it is known whether they are passed on.
    pub(super) fn keep_answer(&mut self, verdict: Verdict, text: Utf8Bytes) {
        let Some(in_flight) = &mut self.in_flight else { return };
        let mut held = std::mem::take(&mut in_flight.held);
        held.push(mended(text));
        if !verdict.may_stand_for_all() {
            // It is never passed on, and there may be many.
            held = Held::default();
        }
        in_flight.answers.push(held);
    }

    /// No socket serves the request. The client comes back, is answered 426 and
    /// continues over HTTP; it shows nothing of it.
    fn send_to_http(&mut self, reason: HttpReason) -> Flow {
        let sockets = &self.router.sockets;
        match reason {
            HttpReason::Refused(verdict) => refuse_for(sockets, http_for(verdict)),
            HttpReason::Trouble => refuse_for(sockets, IN_TROUBLE),
            HttpReason::Provider => match self.session() {
                Some(session) => sockets.keep_on_http(session),
                // Without a name, it cannot be distinguished from others.
                None => refuse_for(sockets, IN_TROUBLE),
            },
        }
        self.finish_request(Refusal::NoWebSocket.status().as_u16());
        self.client.push(frames::come_back());
        Flow::Break(End::Bye)
    }

    /// A good answer of the socket's profile.
    pub(super) const fn good() -> Observation<'static> {
        Observation::Answered(Answered::of(Verdict::Good))
    }

    /// Whether the socket was opened with the newest token of its profile.
    pub(super) fn token_is_current(&self) -> bool {
        self.upstream.as_ref().is_some_and(|upstream| {
            self.router.token_manager.is_current(upstream.profile, &upstream.access)
        })
    }
}

fn refuse_for(sockets: &Sockets, time: Duration) {
    tracing::info!("upstream refused a socket; clients use HTTP for a while");
    sockets.refuse(time);
}

impl Relay {
    /// The conversation of the request.
    fn session(&self) -> Option<&str> {
        self.in_flight.as_ref()?.turn.continuation().session.as_deref()
    }

    /// The first frame of an answer came.
    pub(super) fn answer_began(&mut self) {
        let Some(in_flight) = &mut self.in_flight else { return };
        if let Some(silence) = in_flight.silence.take() {
            in_flight.turn.answer_began(silence.sent_at.elapsed());
        }
    }

    /// Whether it is time to look at an answer that does not begin.
    pub(super) fn is_silent(&self, now: Instant) -> bool {
        let silence = self.in_flight.as_ref().and_then(|in_flight| in_flight.silence.as_ref());
        silence.and_then(Silence::look_at).is_some_and(|at| at <= now)
    }

    pub(super) async fn look_at_silence(&mut self) -> Flow {
        let stall = self.router.limits.stall;
        let taken = self.upstream.as_ref().map_or(0, |upstream| upstream.peer.taken());
        let silence = self.in_flight.as_mut().and_then(|in_flight| in_flight.silence.as_mut());
        let Some(observation) = silence.and_then(|silence| silence.check(taken, stall)) else {
            return GO_ON;
        };
        if observation == Observation::Failed(Failure::Stuck) {
            self.upstream = None;
        }
        self.observed(observation).await
    }
}
