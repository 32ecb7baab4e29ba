//! Looks at a copy of what streams past: ids, token counts, limits, failures.
//! Deltas are recognised by their leading type and not parsed.

use rotunda_core::{
    event::Tokens,
    headers::TURN_STATE,
    profile::Usage,
    quota,
    sse::{Splitter, SseEvent},
    verdict::{Failure, Sign, failure_of, sign_of},
};
use serde::Deserialize;
use serde_json::Value;
use std::time::SystemTime;

/// What a stream has shown so far.
#[derive(Debug, Default)]
pub(crate) struct Tap {
    splitter: Splitter,
    /// The first sign that is more than a handshake.
    pub(crate) sign: Option<Sign>,
    /// Everything learnt and not yet taken.
    pub(crate) learnt: Learnt,
    /// A terminal event went past.
    pub(crate) is_over: bool,
}

/// Facts for the pool and for the record.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Learnt {
    /// Id of the response.
    pub(crate) response: Option<String>,
    /// The turn's state.
    pub(crate) turn_state: Option<String>,
    /// Token counts.
    pub(crate) tokens: Option<Tokens>,
    /// Quota, as the stream tells it.
    pub(crate) usage: Option<Usage>,
    /// The stream failed.
    pub(crate) failure: Option<Failure>,
}

impl Learnt {
    /// Whether there is nothing to tell.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Deserialize)]
struct Envelope {
    response: Option<ResponseObject>,
}

#[derive(Deserialize)]
struct ResponseObject {
    id: Option<String>,
    usage: Option<UsageObject>,
}

#[derive(Deserialize)]
struct UsageObject {
    #[serde(default)]
    input_tokens: u64,
    #[serde(default)]
    output_tokens: u64,
    input_tokens_details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    cached_tokens: u64,
}

impl Tap {
    /// Takes a chunk of a server-sent event stream.
    pub(crate) fn chunk(&mut self, chunk: &[u8], now: SystemTime) {
        let mut splitter = std::mem::take(&mut self.splitter);
        splitter.push(chunk, |event: SseEvent<'_>| self.event(event.kind(), event.data, now));
        self.splitter = splitter;
    }

    /// Takes one event, from a stream or a WebSocket frame.
    pub(crate) fn event(&mut self, kind: Option<&str>, data: &[u8], now: SystemTime) {
        if self.sign.is_none() {
            match sign_of(kind, data) {
                Sign::Handshake => {}
                sign => self.sign = Some(sign),
            }
        }
        let Some(kind) = kind else { return };
        match kind {
            "response.created" | "response.in_progress" => self.read_response(data),
            "response.completed" | "response.incomplete" | "response.done" => {
                self.read_response(data);
                self.is_over = true;
            }
            "response.failed" | "error" => {
                self.is_over = true;
                self.learnt.failure = serde_json::from_slice(data).ok().map(failure_of);
            }
            "codex.rate_limits" => {
                let event: Option<Value> = serde_json::from_slice(data).ok();
                let usage = event.and_then(|event| quota::usage_of_event(&event, now));
                self.learnt.usage = usage.or_else(|| self.learnt.usage.take());
            }
            "response.metadata" => self.read_metadata(data),
            _ => {}
        }
    }

    fn read_response(&mut self, data: &[u8]) {
        let Some(response) = parse(data).and_then(|envelope| envelope.response) else { return };
        self.learnt.response = response.id.or_else(|| self.learnt.response.take());
        self.learnt.tokens = response.usage.map(|usage| Tokens {
            input: usage.input_tokens,
            cached: usage.input_tokens_details.map_or(0, |details| details.cached_tokens),
            output: usage.output_tokens,
        });
    }

    fn read_metadata(&mut self, data: &[u8]) {
        let event: Value = serde_json::from_slice(data).unwrap_or_default();
        let headers = event.get("headers").and_then(Value::as_object);
        let state =
            headers.into_iter().flatten().find(|(name, _)| name.eq_ignore_ascii_case(TURN_STATE));
        if let Some(state) = state.and_then(|(_, value)| value.as_str()) {
            self.learnt.turn_state = Some(state.to_owned());
        }
    }
}

fn parse(data: &[u8]) -> Option<Envelope> {
    serde_json::from_slice(data).ok()
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn tap(text: &str) -> Tap {
        let mut tap = Tap::default();
        tap.chunk(text.as_bytes(), UNIX_EPOCH);
        tap
    }

    #[test]
    fn ids_and_token_counts_are_learnt() {
        let tap = tap("data: {\"type\":\"response.created\",\"response\":{\"id\":\"r1\"}}\n\n\
            data: {\"type\":\"response.output_text.delta\",\"delta\":\"x\"}\n\n\
            data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r1\",\"usage\":{\"input_tokens\":7,\
            \"input_tokens_details\":{\"cached_tokens\":3},\"output_tokens\":2,\"output_tokens_details\":null}}}\n\n");
        assert_eq!(tap.sign, Some(Sign::Content));
        assert_eq!(tap.learnt.response.as_deref(), Some("r1"));
        assert_eq!(tap.learnt.tokens, Some(Tokens { input: 7, cached: 3, output: 2 }));
        assert!(tap.is_over);
    }

    #[test]
    fn a_handshake_is_no_sign_and_metadata_holds_the_turn() {
        let tap = tap("data: {\"type\":\"response.created\",\"response\":{}}\n\n\
            data: {\"type\":\"response.metadata\",\"headers\":{\"X-Codex-Turn-State\":\"t\"}}\n\n");
        assert_eq!(tap.sign, None);
        assert_eq!(tap.learnt.turn_state.as_deref(), Some("t"));
        assert!(!tap.is_over);
    }

    #[test]
    fn a_failure_after_output_is_still_learnt() {
        let tap = tap("data: {\"type\":\"response.output_text.delta\"}\n\n\
            data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"insufficient_quota\"}}}\n\n");
        assert_eq!(tap.sign, Some(Sign::Content));
        assert_eq!(tap.learnt.failure.unwrap().error["code"], "insufficient_quota");
    }

    #[test]
    fn odd_events_are_harmless() {
        let tap =
            tap("data: {\"type\":\"response.completed\",\"response\":null}\n\ndata: [DONE]\n\n\
            event: response.created\ndata: not json\n\n");
        assert_eq!(tap.learnt, Learnt::default());
    }
}
