//! The events of an answer, as a client of the public API knows them.

use rotunda_core::{
    sse::{Splitter, SseEvent},
    verdict::failure_of,
};
use serde_json::{Value, json, value::RawValue};

use crate::{
    answer::{Items, is_end},
    error::PublicError,
    json_text::{Object, raw},
};

/// Events of the backend that the public API does not have although they are named alike.
const PRIVATE: [&str; 2] = ["response.metadata", "response.heartbeat"];
/// Shows that the connection lives; clients skip it (WHATWG HTML, section 9.2.6).
const COMMENT: &[u8] = b": keepalive\n\n";

/// What an event is to a client of the public API.
pub(crate) enum Meaning {
    /// Its own: it has no such event.
    Private,
    /// An error inside the stream.
    Error,
    /// One of the public API.
    Public,
}

pub(crate) fn meaning_of(kind: &str) -> Meaning {
    match kind {
        "error" => Meaning::Error,
        kind if kind.starts_with("response.") && !PRIVATE.contains(&kind) => Meaning::Public,
        _ => Meaning::Private,
    }
}

/// Makes a stream of the public API of the backend's.
#[derive(Debug, Default)]
pub struct EventAdapter {
    splitter: Splitter,
    answer: Passed,
}

/// What of an answer has passed.
#[derive(Debug, Default)]
struct Passed {
    items: Items,
    /// Events of the public API.
    events: u64,
}

impl EventAdapter {
    /// Takes the next bytes, and gives what they make for the client.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<u8> {
        let (mut out, answer) = (Vec::new(), &mut self.answer);
        self.splitter.push(chunk, |event| write(answer, event, &mut out));
        out
    }

    /// The stream is over: what is left of it.
    pub fn finish(&mut self) -> Vec<u8> {
        let (mut out, answer) = (Vec::new(), &mut self.answer);
        self.splitter.finish(|event| write(answer, event, &mut out));
        out
    }
}

fn write(answer: &mut Passed, event: SseEvent<'_>, out: &mut Vec<u8>) {
    let Some(kind) = event.kind() else { return out.extend_from_slice(COMMENT) };
    match meaning_of(&kind) {
        Meaning::Private => out.extend_from_slice(COMMENT),
        Meaning::Error => {
            let error = error_event(event.data, answer.events).to_string();
            write_event(&kind, error.as_bytes(), out);
        }
        Meaning::Public => {
            if kind == "response.output_item.done" {
                answer.items.take(event.data);
            }
            let whole = if is_end(&kind) { answer.items.completed(event.data) } else { None };
            let data = whole.as_deref().map_or(event.data, |it| it.get().as_bytes());
            let numbered = with_number(data, answer.events);
            answer.events += 1;
            write_event(&kind, numbered.as_deref().map_or(data, |it| it.get().as_bytes()), out);
        }
    }
}

/// An event with its number, when it has none: the packages `openai` read it from each.
fn with_number(data: &[u8], number: u64) -> Option<Box<RawValue>> {
    if memchr::memmem::find(data, b"\"sequence_number\"").is_some() {
        return None;
    }
    let mut event: Object = serde_json::from_slice(data).ok()?;
    event.insert("sequence_number".to_owned(), raw(&number));
    Some(raw(&event))
}

fn write_event(kind: &str, data: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"event: ");
    out.extend_from_slice(kind.as_bytes());
    for line in data.split(|byte| *byte == b'\n') {
        out.extend_from_slice(b"\ndata: ");
        out.extend_from_slice(line);
    }
    out.extend_from_slice(b"\n\n");
}

/// The public API states code, message and parameter in the event itself.
fn error_event(data: &[u8], number: u64) -> Value {
    let PublicError { code, param, message, .. } = error_in(data);
    json!({"type": "error", "code": code, "message": message, "param": param, "sequence_number": number})
}

/// The error of an `error` or `response.failed` event.
pub(crate) fn error_in(data: &[u8]) -> PublicError {
    let event = serde_json::from_slice::<Value>(data).unwrap_or_default();
    let failure = failure_of(event);
    PublicError::of_error(failure.status, &failure.error)
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
