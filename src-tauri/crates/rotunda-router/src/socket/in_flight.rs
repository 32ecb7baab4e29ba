//! One response on a socket, from its `response.create` to its last event.

use std::sync::Arc;

use rotunda_core::{
    affinity::{Continuation, continuation_of},
    turn::{Request, Turn},
    verdict::{RequestTraits, Transport},
    whereabouts::Whereabouts,
};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::{Handshake, silence::Silence};
use crate::{
    context::RouterContext, decide::Decider, long_work, pool::Lease, stream::Record,
    stream_inspector::StreamInspector, token_manager::Access, wait::WaitingSlot,
};

/// What the machine waits for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pending {
    /// The end of a pause.
    Pause(Instant),
    /// This time, or a change of the pool.
    Look(Instant),
}

impl Pending {
    pub(super) const fn at(self) -> Instant {
        match self {
            Self::Pause(at) | Self::Look(at) => at,
        }
    }
}

/// What the client has of the response before its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Nothing,
    /// The handshake of the answer that is judged.
    This,
    /// That of an earlier answer.
    Another,
}

/// Frames held back for judgement.
#[derive(Debug, Default)]
pub(super) struct Held {
    frames: Vec<Message>,
    bytes: usize,
    /// So many at the start say nothing yet.
    quiet: usize,
}

impl Held {
    pub(super) fn push(&mut self, frame: Message) {
        self.bytes += frame.len();
        self.frames.push(frame);
    }

    /// Takes out those that say nothing yet.
    pub(super) fn take_quiet(&mut self) -> Vec<Message> {
        let rest = self.frames.split_off(std::mem::take(&mut self.quiet));
        self.bytes = rest.iter().map(Message::len).sum();
        std::mem::replace(&mut self.frames, rest)
    }

    /// All of them for a client, or without the handshake where it has another.
    pub(super) fn into_frames(mut self, shown: Shown) -> Vec<Message> {
        if shown != Shown::Nothing {
            self.take_quiet();
        }
        self.frames
    }
}

/// Frames of the client that are kept until its response is committed, and how long
/// each may be: a cancel is short.
const MOST_LATER: usize = 16;
const LONGEST_LATER: usize = 16 << 10;

/// A response under way.
pub(super) struct InFlight {
    /// The client's frame, kept so that another profile can be tried.
    pub(super) frame: Utf8Bytes,
    pub(super) turn: Decider,
    pub(super) traits: RequestTraits,
    pub(super) inspector: StreamInspector,
    /// Further frames of the client about this response.
    later: Vec<Utf8Bytes>,
    pub(super) held: Held,
    /// When the handshake is passed on although no output came; none before its
    /// first frame.
    pub(super) deadline: Option<Instant>,
    /// That time is over for this answer.
    pub(super) is_released: bool,
    pub(super) shown: Shown,
    /// Output reached the client: nothing is retried any more.
    pub(super) is_committed: bool,
    pub(super) record: Record,
    /// The frames of each answer that was not passed on, in the order in which
    /// the machine counts them.
    pub(super) answers: Vec<Held>,
    /// The token with which a socket was refused.
    pub(super) refused_access: Option<Access>,
    /// The keychain's sentence, when it kept a profile from serving.
    pub(super) vault: Option<String>,
    /// When the machine decides again, after a pause or while it waits.
    pub(super) decide_at: Option<Pending>,
    /// It waits for a profile to come back.
    pub(super) slot: Option<WaitingSlot>,
    pub(super) lease: Option<Lease>,
    /// Until the answer begins.
    pub(super) silence: Option<Silence>,
}

impl InFlight {
    pub(super) fn new(
        router: &RouterContext,
        handshake: &Handshake,
        frame: Utf8Bytes,
        whereabouts: Option<Arc<Whereabouts>>,
    ) -> Self {
        let Handshake { headers, route, preferred, .. } = handshake;
        let (route, preferred) = (*route, *preferred);
        let body = frame.as_bytes();
        let continuation = long_work::read_of(body.len(), || continuation_of(headers, body, false));
        let continuation = Continuation { preferred, whereabouts, ..continuation };
        let traits = RequestTraits {
            chained: continuation.previous_response.is_some(),
            tool_output: continuation.tool_output,
        };
        let record = Record::new(router, route, &continuation, traits);
        let (transport, search) = (Transport::WebSocket, router.limits.search);
        let turn = Turn::new(Request { transport, continuation, route, search });
        Self {
            turn: Decider::new(router.pool.clone(), turn, record.trace.clone()),
            record,
            frame,
            traits,
            inspector: StreamInspector::default(),
            later: Vec::new(),
            held: Held::default(),
            deadline: None,
            is_released: false,
            shown: Shown::Nothing,
            is_committed: false,
            answers: Vec::new(),
            refused_access: None,
            vault: None,
            decide_at: None,
            slot: None,
            lease: None,
            silence: None,
        }
    }

    /// Whether it waits, so that no request is at upstream now.
    pub(super) const fn waits(&self) -> bool {
        self.slot.is_some() || self.decide_at.is_some()
    }

    /// Remembers a frame of the client, as long as a profile may still be tried.
    pub(super) fn add_later(&mut self, text: &Utf8Bytes) {
        let is_small = text.len() <= LONGEST_LATER && self.later.len() < MOST_LATER;
        if !self.is_committed && is_small {
            self.later.push(text.clone());
        }
    }

    /// The frames that request the response.
    pub(super) fn frames_to_send(&self, first: Utf8Bytes) -> impl Iterator<Item = Message> {
        std::iter::once(first).chain(self.later.iter().cloned()).map(Message::Text)
    }

    /// Whether a change of the pool may let it continue.
    pub(super) const fn waits_for_pool(&self) -> bool {
        self.slot.is_some() || matches!(self.decide_at, Some(Pending::Look(_)))
    }

    /// Starts the judgement anew, on another profile or socket.
    pub(super) fn restart(&mut self) {
        self.silence = None;
        self.inspector = StreamInspector::default();
        self.held = Held::default();
        self.deadline = None;
        self.is_released = false;
        if self.shown == Shown::This {
            self.shown = Shown::Another;
        }
    }

    /// Keeps a frame back; true when there are too many to go on holding.
    pub(super) fn hold(&mut self, frame: Message, router: &RouterContext) -> bool {
        self.held.push(frame);
        if self.inspector.is_quiet() {
            self.held.quiet = self.held.frames.len();
        }
        let limits = &router.limits;
        if self.is_released {
            return self.held.bytes > limits.longest_beginning();
        }
        self.deadline.get_or_insert_with(|| Instant::now() + limits.hold_time);
        self.held.bytes > limits.hold_bytes
    }
}
