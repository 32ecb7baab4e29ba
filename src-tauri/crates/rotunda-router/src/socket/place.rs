//! Finding a profile for a response, and a socket to it.

use std::time::Duration;

use rotunda_core::{
    Choice, ProfileId, Verdict,
    frame::without_turn_state,
    next_step,
    pool::Outlook,
    verdict::{Situation, Step, Transport},
};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::{
    Handshake, IN_TROUBLE, frames, http_for,
    relay::{End, Flow, GO_ON, Placed, Relay},
    upstream::{Closed, open},
};
use crate::{
    attempt::AttemptError, keeper::KeeperError, last_word::UNREACHABLE_PAUSE, record::Heard,
    respond::Refusal,
};

impl Relay {
    /// Finds a profile for the response and sends it there.
    pub(super) async fn place(&mut self) -> Flow {
        loop {
            let Some(flight) = &mut self.flight else { return GO_ON };
            let choose = |tried: &[ProfileId]| {
                self.router.pool.read(|pool, now| pool.choose(&flight.past, tried, now))
            };
            let chosen = choose(&flight.tries.profiles);
            let pinned = chosen.affinity.is_hard();
            let within_budget = flight.tries.profiles.len() < self.router.limits.attempts;
            let placed = match (flight.tries.forced.take(), chosen.choice) {
                (Some(id), _) | (None, Choice::Use(id)) if within_budget => {
                    self.ask(id, pinned).await
                }
                (_, choice) => self.nobody(choice, pinned),
            };
            if let Placed::Done(flow) = placed {
                return flow;
            }
        }
    }

    async fn ask(&mut self, id: ProfileId, pinned: bool) -> Placed {
        let Some(flight) = &mut self.flight else { return Placed::Done(GO_ON) };
        flight.place = None;
        let is_out = self.router.pool.read(|pool, now| pool.is_out_while_others_are_ready(id, now));
        if pinned && is_out {
            // Resent in full, it can go to one of the others at once.
            return Placed::Done(self.resend());
        }
        flight.record.attempts += 1;
        flight.record.profile = Some(id);
        if self.upstream.as_ref().is_none_or(|upstream| upstream.profile != id) {
            self.upstream = None;
            let Handshake { headers, path, .. } = &self.handshake;
            match open(&self.router, id, path, headers).await {
                Ok(upstream) => self.upstream = Some(upstream),
                Err(closed) => return self.not_opened(id, pinned, closed),
            }
        }
        self.send(id);
        Placed::Done(GO_ON)
    }

    fn send(&mut self, id: ProfileId) {
        let (Some(flight), Some(upstream)) = (&mut self.flight, &mut self.upstream) else { return };
        let fits = |state: &String| {
            self.router.pool.read(|pool, now| pool.turn_state_fits(id, state, now))
        };
        let mended = match &flight.past.turn_state {
            Some(state) if !fits(state) => without_turn_state(&flight.frame),
            _ => None,
        };
        let frame = mended.map_or_else(|| flight.frame.clone(), Utf8Bytes::from);
        flight.restart();
        flight.lease = Some(self.router.pool.lease(id));
        upstream.side.push(Message::Text(frame));
        self.last_heard = Instant::now();
    }

    fn not_opened(&mut self, id: ProfileId, pinned: bool, closed: Closed) -> Placed {
        let verdict = match closed {
            Closed::Failed(error) => return self.failed(id, pinned, &error),
            Closed::Refused(verdict, status) => {
                let (status, headers) = (status.as_u16(), &http::HeaderMap::new());
                self.client.attempt(id, Heard::Answer { status, headers, body: b"" });
                verdict
            }
        };
        self.router.pool.note(id, verdict, (None, None));
        match next_step(verdict, self.situation(id, pinned)) {
            Step::NextProfile => {
                let placed = self.move_on(id, verdict);
                if let Some(flight) = &mut self.flight {
                    flight.tries.no_socket = true;
                }
                placed
            }
            Step::Stale => Placed::Done(self.resend()),
            _ => Placed::Done(self.send_to_http(http_for(verdict))),
        }
    }

    pub(super) fn situation(&self, id: ProfileId, pinned: bool) -> Situation {
        Situation {
            transport: Transport::WebSocket,
            pinned,
            spared: self.flight.as_ref().is_some_and(|flight| flight.tries.spared),
            others_ready: self.router.pool.read(|pool, _| pool.others_ready(id)),
        }
    }

    /// Upstream takes no sockets now. The client comes back, is answered 426
    /// and goes on over HTTP; it shows nothing of it.
    fn send_to_http(&mut self, time: Duration) -> Flow {
        tracing::info!("upstream refused a socket; clients go on over HTTP for a while");
        self.router.sockets.refuse(time);
        self.land(Refusal::NoWebSocket.status().as_u16());
        self.client.push(frames::come_back());
        Flow::Break(End::Bye)
    }

    pub(super) fn move_on(&mut self, id: ProfileId, verdict: Verdict) -> Placed {
        self.upstream = None;
        if let Some(flight) = &mut self.flight {
            flight.tries.give_up(id, verdict);
        }
        Placed::Again
    }

    pub(super) fn failed(&mut self, id: ProfileId, pinned: bool, error: &AttemptError) -> Placed {
        tracing::warn!(profile = %id, %error, "a socket could not be used");
        self.client.attempt(id, Heard::Nothing(error.word()));
        if error.is_trouble() {
            self.router.pool.observe(|pool, now| pool.troubled(id, now));
        }
        if matches!(error, AttemptError::Keeper(KeeperError::SignInLost)) {
            // The keeper told its own pool; a router beside that one has another.
            self.router.pool.observe(|pool, _| pool.sign_in_lost(id, "unauthorized"));
        }
        match error {
            AttemptError::Keeper(KeeperError::SignInLost) if pinned => {
                return Placed::Done(self.resend());
            }
            AttemptError::Keeper(KeeperError::Vault(vault)) => {
                let sentence = KeeperError::sentence(vault);
                if pinned {
                    return Placed::Done(self.refuse(&Refusal::Vault(sentence)));
                }
                if let Some(flight) = &mut self.flight {
                    flight.tries.vault = Some(sentence);
                }
            }
            _ if self.situation(id, pinned).may_resend() => return Placed::Done(self.resend()),
            _ if pinned => {
                return Placed::Done(self.refuse(&Refusal::Unavailable(UNREACHABLE_PAUSE)));
            }
            _ => {}
        }
        self.move_on(id, Verdict::Other)
    }

    fn nobody(&mut self, choice: Choice, pinned: bool) -> Placed {
        if pinned {
            return Placed::Done(self.chain_lost(None));
        }
        let Some(flight) = &mut self.flight else { return Placed::Done(GO_ON) };
        // The former profile could not take the conversation back.
        if let Some(id) = flight.tries.foreign.take()
            && self.without_reasoning(id)
        {
            return Placed::Again;
        }
        let Some(flight) = &mut self.flight else { return Placed::Done(GO_ON) };
        let outlook =
            self.router.pool.read(|pool, now| pool.outlook(flight.past.model.as_deref(), now));
        if outlook == Outlook::Trouble && flight.tries.no_socket {
            return Placed::Done(self.send_to_http(IN_TROUBLE));
        }
        if let Outlook::Quota { until, .. } = outlook
            && self.router.waiting.may_wait(until)
            && !flight.place.as_ref().is_some_and(|place| self.router.waiting.is_over(place))
        {
            flight.place = flight
                .place
                .take()
                .or_else(|| self.router.waiting.take(until, flight.record.request));
            if flight.place.is_some() {
                flight.tries.start_over();
                return Placed::Done(GO_ON);
            }
        }
        flight.place = None;
        let refusal = self.router.last_word(choice, outlook, flight.tries.vault.take());
        Placed::Done(self.refuse(&refusal))
    }
}
