//! Every bound and every patience of the router, with its reason.

use std::time::Duration;

use rotunda_core::{Patience, pool::SilenceBounds};

/// To look up a folder that a request names; local disks answer within a millisecond.
pub(crate) const FOLDER_LOOK_UP: Duration = Duration::from_secs(2);

/// Bounds and timeouts. The defaults are the design's.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Largest request body, in bytes as received; beyond it 413.
    pub body: usize,
    /// Largest request body after decompression, in bytes: what routing reads.
    pub decoded: usize,
    /// Request bodies at once, in bytes: so much as they are received, and so
    /// much decoded. More wait in their order.
    pub bodies: usize,
    /// Requests of the command line at once; more are refused.
    pub control: usize,
    /// Client connections at once, and sockets at once; more connections wait
    /// in the system's queue, more sockets go over HTTP.
    pub connections: usize,
    /// For the request line and headers of a client that has not shown a key yet: a
    /// slow writer is cut off.
    pub client_head: Duration,
    /// A connection of a client with the key that sends no request for this long is
    /// closed. Longer than clients keep idle connections (90 s in Codex, by reqwest's
    /// default): one that was closed here while a request is sent fails the request.
    pub client_idle: Duration,
    /// For a client's body, from its first byte to its last.
    pub client_body: Duration,
    /// To reach upstream.
    pub connect: Duration,
    /// For upstream's answer to a socket's handshake.
    pub handshake: Duration,
    /// From the request's last byte to upstream's status line. Waiting is the
    /// client's decision: an image or a compaction may take as long as the
    /// client waits, and a client that leaves ends the request. This bound only
    /// ends what has been forgotten.
    pub head: Duration,
    /// When an answer that does not begin is late; nothing ends then.
    pub silence: SilenceBounds,
    /// A request of which upstream takes nothing more for so long goes elsewhere.
    pub stall: Duration,
    /// Between two chunks of an answer.
    pub chunk: Duration,
    /// How long an answer's first events are held back for judgement.
    pub hold_time: Duration,
    /// How many bytes of them.
    pub hold_bytes: usize,
    /// How many bytes of an error body are read.
    pub error_body: usize,
    /// How long an error body may take.
    pub error_time: Duration,
    /// How long profiles are searched for one request, in upstream's time and in
    /// waiting for trouble to pass or for a place.
    pub search: Duration,
    /// For the list of models when none is at hand: Codex waits for it.
    pub models: Duration,
    /// How long a list of models is fresh.
    pub models_age: Duration,
    /// Hold a request until a profile is back instead of refusing it, when
    /// that is at most this far away; zero never holds.
    pub wait_for_reset: Duration,
    /// Between keep-alives to a client with a socket that waits that way.
    pub keepalive: Duration,
    /// Requests held that way at once.
    pub waiting: usize,
    /// For requests in flight when the router stops.
    pub drain: Duration,
}

impl Limits {
    /// How many bytes are held of an event that is not whole yet, or of items that
    /// begin without content, when the handshake has gone out.
    pub(crate) const fn longest_beginning(&self) -> usize {
        4 * self.hold_bytes
    }
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        let Patience { connect, head, chunk } = Patience::default();
        Self {
            body: 64 << 20,
            decoded: 256 << 20,
            // Two bodies of the largest size, or thousands of a usual one.
            bodies: 512 << 20,
            control: 64,
            connections: 8_000,
            client_head: seconds(30),
            client_idle: seconds(600),
            client_body: seconds(120),
            connect,
            handshake: seconds(15),
            head,
            silence: SilenceBounds { least: seconds(60), unknown: seconds(240) },
            stall: seconds(60),
            chunk,
            hold_time: seconds(60),
            hold_bytes: 256 << 10,
            error_body: 256 << 10,
            error_time: seconds(5),
            search: seconds(30),
            models: seconds(3),
            models_age: seconds(300),
            wait_for_reset: Duration::ZERO,
            keepalive: seconds(60),
            waiting: 64,
            drain: seconds(5),
        }
    }
}
