//! Turns what passes into lines for their writer. Called on the
//! way of requests, so it never waits: what finds no room is counted.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use http::{HeaderMap, header::CONTENT_TYPE};
use rotunda_core::{ProfileId, sse::Splitter};
use rotunda_router::{Heard, Piece, Recorder};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{FORMAT, facts::Names, scrub::Scrubber};

/// Lines that may wait to be written.
const QUEUE: usize = 4096;
/// An answer that is no stream is kept up to this size, in bytes.
const LARGEST_BODY: usize = 1 << 20;

/// A recorder and the lines it makes, each a JSON object without a line feed;
/// profiles are named by `names`.
pub(crate) fn tape(names: Names) -> (Arc<dyn Recorder>, mpsc::Receiver<String>) {
    let (lines, written) = mpsc::channel(QUEUE);
    let state = Mutex::new(State { names, ..State::default() });
    let tape = Tape { exchanges: AtomicU64::new(0), state, lines };
    tape.write(
        &json!({ "kind": "recording", "format": FORMAT, "rotunda": env!("CARGO_PKG_VERSION") }),
    );
    (Arc::new(tape), written)
}

struct Tape {
    exchanges: AtomicU64,
    /// Held while a piece is read; pieces are small.
    state: Mutex<State>,
    lines: mpsc::Sender<String>,
}

#[derive(Default)]
struct State {
    scrubber: Scrubber,
    names: Names,
    /// Answers with bodies under way.
    bodies: HashMap<u64, Body>,
    lost: u64,
}

enum Body {
    Stream(Splitter),
    Whole(Vec<u8>),
}

impl Recorder for Tape {
    fn begin(&self) -> u64 {
        self.exchanges.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn hear(&self, exchange: u64, piece: Piece<'_>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for line in state.lines(exchange, piece) {
            if state.lost > 0 && self.write(&json!({ "kind": "lost", "lines": state.lost })) {
                state.lost = 0;
            }
            if !self.write(&line) {
                state.lost += 1;
            }
        }
    }
}

impl Tape {
    /// False when there is no room.
    fn write(&self, line: &Value) -> bool {
        self.lines.try_send(line.to_string()).is_ok()
    }
}

impl State {
    fn lines(&mut self, exchange: u64, piece: Piece<'_>) -> Vec<Value> {
        match piece {
            Piece::Request { method, path, headers, body } => {
                let path = Scrubber::path(path);
                vec![json!({
                    "kind": "request", "exchange": exchange, "method": method.as_str(), "path": path,
                    "headers": self.scrubber.headers(headers), "body": self.scrubber.text(body),
                })]
            }
            Piece::Response { status, headers } => {
                let body = if is_stream(headers) {
                    Body::Stream(Splitter::default())
                } else {
                    Body::Whole(Vec::new())
                };
                self.bodies.insert(exchange, body);
                let headers = self.scrubber.headers(headers);
                vec![
                    json!({ "kind": "response", "exchange": exchange, "status": status, "headers": headers }),
                ]
            }
            Piece::Chunk(chunk) => self.chunk(exchange, chunk),
            Piece::Frame { from_client, text } => {
                let from = if from_client { "client" } else { "router" };
                let message = self.scrubber.text(text.as_bytes());
                vec![
                    json!({ "kind": "websocket_message", "exchange": exchange, "from": from, "message": message }),
                ]
            }
            Piece::Attempt { number, profile, heard } => {
                vec![self.attempt((exchange, number), profile, heard)]
            }
            Piece::End => self.end(exchange),
        }
    }

    /// Upstream's answer to one attempt, which the client may never see.
    fn attempt(&mut self, of: (u64, u32), profile: ProfileId, heard: Heard<'_>) -> Value {
        let mut line = json!({
            "kind": "attempt", "exchange": of.0, "attempt": of.1, "profile": self.names.of(profile),
        });
        match heard {
            Heard::Answer { status, headers, body } => {
                line["status"] = status.into();
                line["headers"] = json!(self.scrubber.headers(headers));
                if is_stream(headers) && !body.is_empty() {
                    let (mut events, scrubber) = (Vec::new(), &mut self.scrubber);
                    Splitter::default().push(body, |event| events.push(scrubber.text(event.data)));
                    line["events"] = events.into();
                } else if !body.is_empty() {
                    line["body"] = self.scrubber.text(body);
                }
            }
            Heard::Frame(text) => line["message"] = self.scrubber.text(text.as_bytes()),
            Heard::Nothing(why) => line["failed"] = why.into(),
            Heard::Good => {}
        }
        line
    }

    fn chunk(&mut self, exchange: u64, chunk: &[u8]) -> Vec<Value> {
        let mut lines = Vec::new();
        let Self { scrubber, bodies, .. } = self;
        match bodies.get_mut(&exchange) {
            Some(Body::Stream(splitter)) => splitter.push(chunk, |event| {
                let data = scrubber.text(event.data);
                lines.push(json!({ "kind": "sse_stream", "exchange": exchange, "event": data }));
            }),
            Some(Body::Whole(whole)) if whole.len() + chunk.len() <= LARGEST_BODY => {
                whole.extend_from_slice(chunk);
            }
            Some(Body::Whole(_)) | None => {}
        }
        lines
    }

    fn end(&mut self, exchange: u64) -> Vec<Value> {
        let mut line = json!({ "kind": "end", "exchange": exchange });
        if let Some(Body::Whole(whole)) = self.bodies.remove(&exchange) {
            line["body"] = self.scrubber.text(&whole);
        }
        vec![line]
    }
}

fn is_stream(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;

    fn lines(receiver: &mut mpsc::Receiver<String>) -> Vec<Value> {
        std::iter::from_fn(|| receiver.try_recv().ok())
            .map(|line| serde_json::from_str(&line).unwrap())
            .collect()
    }

    #[test]
    fn an_exchange_becomes_lines() {
        let (tape, mut receiver) = tape(Names::default());
        let number = tape.begin();
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "text/event-stream".parse().unwrap());
        let request = Piece::Request {
            method: &Method::POST,
            path: "responses?x=secret",
            headers: &headers,
            body: b"{\"input\":[],\"model\":\"m\"}",
        };
        tape.hear(number, request);
        tape.hear(number, Piece::Response { status: 200, headers: &headers });
        for chunk in [
            "data: {\"type\":\"response.crea",
            "ted\"}\n\ndata: {\"type\":\"response.x\",\"delta\":\"hi\"}\n\n",
        ] {
            tape.hear(number, Piece::Chunk(chunk.as_bytes()));
        }
        tape.hear(number, Piece::End);
        let lines = lines(&mut receiver);
        let kinds: Vec<_> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["recording", "request", "response", "sse_stream", "sse_stream", "end"]);
        assert_eq!(lines[1]["path"], "responses");
        assert_eq!(lines[4]["event"], json!({ "type": "response.x", "delta": "<text>" }));
    }

    #[test]
    fn errors_are_recorded_whole_and_frames_with_their_sender() {
        let (tape, mut receiver) = tape(Names::default());
        let (headers, number) = (HeaderMap::new(), tape.begin());
        tape.hear(number, Piece::Response { status: 429, headers: &headers });
        tape.hear(number, Piece::Chunk(b"{\"error\":{\"code\":\"usage_limit"));
        tape.hear(number, Piece::Chunk(b"_reached\",\"resets_at\":1795000000}}"));
        tape.hear(number, Piece::End);
        tape.hear(
            number,
            Piece::Frame { from_client: true, text: "{\"type\":\"response.create\"}" },
        );
        let lines = lines(&mut receiver);
        let error =
            json!({ "error": { "code": "usage_limit_reached", "resets_at": 4_000_000_000_u64 } });
        assert_eq!(lines[2]["body"], error);
        assert_eq!(lines[3]["from"], "client");
    }

    /// Why it rotated: upstream's earlier answer, and the profile of that attempt.
    #[test]
    fn attempts_are_numbered_and_scrubbed() {
        let (tape, mut receiver) = tape(Names::default());
        let number = tape.begin();
        let say = |attempt, profile, heard| {
            let profile = ProfileId(profile);
            tape.hear(number, Piece::Attempt { number: attempt, profile, heard });
        };
        let (none, mut stream) = (HeaderMap::new(), HeaderMap::new());
        stream.insert("content-type", "text/event-stream".parse().unwrap());
        let body = b"{\"error\":{\"type\":\"usage_limit_reached\",\"message\":\"ada@b\"}}";
        say(1, 7, Heard::Answer { status: 429, headers: &none, body });
        let failed = b"data: {\"type\":\"response.failed\",\"delta\":\"secret\"}\n\n";
        say(2, 9, Heard::Answer { status: 200, headers: &stream, body: failed });
        say(3, 7, Heard::Frame("{\"type\":\"error\",\"status\":401}"));
        say(4, 7, Heard::Nothing("unreachable"));
        say(5, 9, Heard::Good);
        let all = lines(&mut receiver).split_off(1);
        assert!(all.iter().all(|line| line["kind"] == "attempt" && line["exchange"] == 1));
        let attempts: Vec<_> = all.iter().map(|it| it["attempt"].clone()).collect();
        assert_eq!(attempts, [1, 2, 3, 4, 5]);
        let names: Vec<_> = all.iter().map(|it| it["profile"].to_string()).collect();
        let (first, second) = ("\"profile-1\"", "\"profile-2\"");
        assert_eq!(names, [first, second, first, first, second]);
        let error = json!({ "error": { "type": "usage_limit_reached", "message": "<text>" } });
        assert_eq!((&all[0]["status"], &all[0]["body"]), (&json!(429), &error));
        let events = json!([{ "type": "response.failed", "delta": "<text>" }]);
        assert_eq!(all[1]["events"], events);
        assert_eq!(all[2]["message"], json!({ "type": "error", "status": 401 }));
        assert_eq!(all[3]["failed"], "unreachable");
    }

    #[test]
    fn what_finds_no_room_is_counted() {
        let (tape, mut receiver) = tape(Names::default());
        let say = || tape.hear(1, Piece::Frame { from_client: true, text: "{}" });
        (0..QUEUE + 9).for_each(|_| say());
        assert_eq!(lines(&mut receiver).len(), QUEUE);
        say();
        assert_eq!(lines(&mut receiver)[0], json!({ "kind": "lost", "lines": 10 }));
    }
}
