//! One response on a socket, from its `response.create` to its last event.

use http::HeaderMap;
use rotunda_core::{
    ProfileId,
    affinity::{Past, past_of},
    verdict::Asked,
};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use crate::{pool::Lease, server::Shared, stream::Record, tap::Tap, tries::Tries, wait::Place};

/// A response under way.
pub(super) struct Flight {
    /// The client's frame, kept so that another profile can be asked.
    pub(super) frame: Utf8Bytes,
    pub(super) past: Past,
    pub(super) asked: Asked,
    pub(super) tap: Tap,
    /// Frames held back for judgement.
    pub(super) held: Vec<Message>,
    held_bytes: usize,
    /// When they are passed on whatever they say; none before the first.
    pub(super) deadline: Option<Instant>,
    /// Something reached the client: nothing is retried any more.
    pub(super) is_committed: bool,
    pub(super) record: Record,
    pub(super) tries: Tries,
    /// When the same profile is asked again, after a burst.
    pub(super) repeat: Option<(Instant, ProfileId)>,
    /// It waits for a profile to come back.
    pub(super) place: Option<Place>,
    pub(super) lease: Option<Lease>,
}

impl Flight {
    pub(super) fn new(
        router: &Shared,
        headers: &HeaderMap,
        route: &'static str,
        frame: Utf8Bytes,
    ) -> Self {
        let past = past_of(headers, frame.as_bytes(), false);
        let asked =
            Asked { chained: past.previous_response.is_some(), tool_output: past.tool_output };
        Self {
            record: Record::new(router, route, &past, asked),
            frame,
            past,
            asked,
            tap: Tap::default(),
            held: Vec::new(),
            held_bytes: 0,
            deadline: None,
            is_committed: false,
            tries: Tries::default(),
            repeat: None,
            place: None,
            lease: None,
        }
    }

    /// Starts the judgement anew, on another profile or socket.
    pub(super) fn restart(&mut self) {
        self.tap = Tap::default();
        self.held.clear();
        self.held_bytes = 0;
        self.deadline = None;
    }

    /// Keeps a frame back; true when there are too many to go on holding.
    pub(super) fn hold(&mut self, frame: Message, router: &Shared) -> bool {
        self.deadline.get_or_insert_with(|| Instant::now() + router.limits.hold_time);
        self.held_bytes += frame.len();
        self.held.push(frame);
        self.held_bytes > router.limits.hold_bytes
    }
}
