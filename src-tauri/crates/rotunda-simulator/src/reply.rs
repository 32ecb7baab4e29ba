//! What a fake answers: one script for both transports.
//!
//! Over HTTP a [`Reply`] is a status, headers and a body; over a WebSocket
//! the same steps are frames, and an error status becomes a wrapped error.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{Gate, event};

/// One thing a script does.
#[derive(Debug, Clone)]
pub enum Step {
    /// Sends an event: server-sent, or a text frame.
    Event(Value),
    /// Sends bytes as they are: a chunk, or a text frame.
    Raw(Bytes),
    /// Sends these bytes over and over, as long as the peer takes them.
    Flood(Bytes),
    /// Waits until a test opens the gate.
    Pass(Gate),
    /// Waits until so long after the answer began: pauses do not add up.
    At(Duration),
    /// Sends a ping; over HTTP a comment.
    Ping,
    /// Ends a WebSocket with a close frame; over HTTP a plain end.
    Close(u16, &'static str),
    /// Drops the connection without a word.
    Cut,
    /// Never continues.
    Stall,
}

/// A scripted answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status of the head.
    pub status: u16,
    /// Further headers of the head.
    pub headers: Vec<(String, String)>,
    /// Done before the head is sent; a [`Step::Cut`] here means no answer at all.
    pub before: Vec<Step>,
    /// The body, or the frames.
    pub steps: Vec<Step>,
    /// Whole JSON body of an answer that is not a stream.
    pub body: Option<Value>,
    /// Type of the body, unless a header names it; none for an answer without a body.
    pub content_type: Option<&'static str>,
}

impl Reply {
    /// A stream of these events.
    pub fn events(events: impl IntoIterator<Item = Value>) -> Self {
        let steps = events.into_iter().map(Step::Event).collect();
        let content_type = Some("text/event-stream");
        Self { status: 200, headers: vec![], before: vec![], steps, body: None, content_type }
    }

    /// The same events, one in every `pace`.
    pub fn paced(events: impl IntoIterator<Item = Value>, pace: Duration) -> Self {
        let mut reply = Self::events([]);
        let mut at = Duration::ZERO;
        for event in events {
            at += pace;
            reply = reply.then(Step::At(at)).then(Step::Event(event));
        }
        reply
    }

    /// A whole turn that says `text`.
    pub fn turn(id: &str, text: &str) -> Self {
        Self::events(event::turn(id, text))
    }

    /// A whole turn that is one item.
    pub fn item(id: &str, item: &Value) -> Self {
        Self::events(event::item_turn(id, item))
    }

    /// A JSON answer.
    pub fn json(status: u16, body: Value) -> Self {
        let content_type = Some("application/json");
        Self { body: Some(body), content_type, ..Self::empty(status) }
    }

    /// A status without a body.
    pub fn empty(status: u16) -> Self {
        Self { status, content_type: None, ..Self::events([]) }
    }

    /// An answer that is not JSON.
    pub fn text(status: u16, content_type: &str, body: &str) -> Self {
        let steps = vec![Step::Raw(Bytes::copy_from_slice(body.as_bytes()))];
        Self { steps, ..Self::empty(status) }.header("content-type", content_type)
    }

    /// An error with a type, a code and a message, as upstream words it.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        let error = json!({"type": "invalid_request_error", "code": code, "message": message});
        Self::json(status, json!({"error": error}))
    }

    /// The plan's quota is used up until `resets_at`.
    pub fn usage_limit(resets_at: u64) -> Self {
        let error = json!({"type": "usage_limit_reached", "message": "The usage limit has been reached",
                           "plan_type": "plus", "resets_at": resets_at});
        Self::json(429, json!({"error": error}))
    }

    /// The chain is not known here.
    pub fn previous_response_not_found(id: &str) -> Self {
        let message = format!("Previous response with id '{id}' not found.");
        Self::json(
            400,
            json!({"error": {"type": "invalid_request_error", "code": "previous_response_not_found",
                             "param": "previous_response_id", "message": message}}),
        )
    }

    /// A tool output whose call is not known here.
    pub fn no_tool_call(call_id: &str) -> Self {
        let message =
            format!("No tool call found for function call output with call_id {call_id}.");
        Self::json(
            400,
            json!({"error": {"type": "invalid_request_error", "code": null,
                             "param": "input", "message": message}}),
        )
    }

    /// No answer: the connection is dropped before the head.
    pub fn cut_before_head() -> Self {
        Self::events([]).before(Step::Cut)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds something to do before the head.
    #[must_use]
    pub fn before(mut self, step: Step) -> Self {
        self.before.push(step);
        self
    }

    /// Adds something to do in the body.
    #[must_use]
    pub fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Adds events to the body.
    #[must_use]
    pub fn then_events(mut self, events: impl IntoIterator<Item = Value>) -> Self {
        self.steps.extend(events.into_iter().map(Step::Event));
        self
    }

    /// Puts a gate before the body's next step.
    #[must_use]
    pub fn pass(self, gate: &Gate) -> Self {
        self.then(Step::Pass(gate.clone()))
    }

    /// Puts a gate before the head.
    #[must_use]
    pub fn head_after(self, gate: &Gate) -> Self {
        self.before(Step::Pass(gate.clone()))
    }
}
