//! Looks at a copy of what streams past: ids, token counts, limits, failures.
//! Deltas are recognised by their leading type and not parsed.

use rotunda_core::{
    bounded::{self, tokens_from},
    event::Tokens,
    headers::TURN_STATE,
    profile::Usage,
    quota,
    sse::{Splitter, SseEvent},
    verdict::{Failure, Sign, failure_of, sign_of},
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::time::SystemTime;

/// What a stream has shown so far.
#[derive(Debug, Default)]
pub(crate) struct StreamInspector {
    splitter: Splitter,
    /// The first sign of output, or of a failure before it.
    pub(crate) sign: Option<Sign>,
    /// An item of the output has begun.
    pub(crate) has_begun: bool,
    /// So many bytes at the start are whole events that say nothing yet.
    pub(crate) quiet: usize,
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
    /// Quota in the stream.
    pub(crate) usage: Option<Usage>,
    /// The stream failed.
    pub(crate) failure: Option<Failure>,
}

impl Learnt {
    /// Whether it is empty.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    response: Option<ResponseObject<'a>>,
}

/// Token counts are read apart: a count that cannot be must not take the id,
/// on which the conversation hangs, with it.
#[derive(Deserialize)]
struct ResponseObject<'a> {
    id: Option<String>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
}

impl StreamInspector {
    /// Takes a chunk of a server-sent event stream.
    pub(crate) fn chunk(&mut self, chunk: &[u8], now: SystemTime) {
        let mut splitter = std::mem::take(&mut self.splitter);
        splitter.push(chunk, |event: SseEvent<'_>| {
            self.event(event.kind().as_deref(), event.data, now);
            if self.is_quiet() {
                self.quiet = event.end;
            }
        });
        self.splitter = splitter;
    }

    /// The stream is over: takes an event that no blank line ended.
    pub(crate) fn end(&mut self, now: SystemTime) {
        let mut splitter = std::mem::take(&mut self.splitter);
        splitter.finish(|event: SseEvent<'_>| {
            self.event(event.kind().as_deref(), event.data, now);
        });
    }

    /// Whether nothing but a handshake went past.
    pub(crate) fn is_quiet(&self) -> bool {
        self.sign.is_none() && !self.has_begun
    }

    /// Takes one event, from a stream or a WebSocket frame.
    pub(crate) fn event(&mut self, kind: Option<&str>, data: &[u8], now: SystemTime) {
        if self.sign.is_none() {
            match sign_of(kind, data) {
                Sign::Handshake => {}
                Sign::Beginning => self.has_begun = true,
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
                self.learnt.failure = bounded::json(data).map(failure_of);
            }
            "codex.rate_limits" => {
                let event = bounded::json(data);
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
        let usage = response.usage.and_then(|usage| bounded::json(usage.get().as_bytes()));
        self.learnt.tokens = usage.filter(Value::is_object).map(|usage| Tokens {
            input: tokens_from(&usage["input_tokens"]),
            cached: tokens_from(&usage["input_tokens_details"]["cached_tokens"]),
            output: tokens_from(&usage["output_tokens"]),
            reasoning: tokens_from(&usage["output_tokens_details"]["reasoning_tokens"]),
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

fn parse(data: &[u8]) -> Option<Envelope<'_>> {
    serde_json::from_slice(data).ok()
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn inspector(text: &str) -> StreamInspector {
        let mut inspector = StreamInspector::default();
        inspector.chunk(text.as_bytes(), UNIX_EPOCH);
        inspector
    }

    #[test]
    fn ids_and_token_counts_are_learnt() {
        let inspector = inspector(
            "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r1\"}}\n\n\
            data: {\"type\":\"response.output_text.delta\",\"delta\":\"x\"}\n\n\
            data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r1\",\"usage\":{\"input_tokens\":7,\
            \"input_tokens_details\":{\"cached_tokens\":3},\"output_tokens\":2,\"output_tokens_details\":\
            {\"reasoning_tokens\":1}}}}\n\n",
        );
        assert_eq!(inspector.sign, Some(Sign::Content));
        assert_eq!(inspector.learnt.response.as_deref(), Some("r1"));
        assert_eq!(
            inspector.learnt.tokens,
            Some(Tokens { input: 7, cached: 3, output: 2, reasoning: 1 })
        );
        assert!(inspector.is_over);
    }

    #[test]
    fn a_handshake_is_no_sign_and_metadata_holds_the_turn() {
        let inspector = inspector(
            "data: {\"type\":\"response.created\",\"response\":{}}\n\n\
            data: {\"type\":\"response.metadata\",\"headers\":{\"X-Codex-Turn-State\":\"t\"}}\n\n",
        );
        assert_eq!(inspector.sign, None);
        assert_eq!(inspector.learnt.turn_state.as_deref(), Some("t"));
        assert!(!inspector.is_over);
    }

    #[test]
    fn events_without_content_are_counted_up_to_the_first_with_content() {
        let created = "data: {\"type\":\"response.created\",\"response\":{}}\n\n";
        let queued = ": ping\n\ndata: {\"type\":\"response.queued\"}\r\n\r\n";
        let quiet = format!("{created}{queued}");
        for rest in [
            &format!("data: {{\"type\":\"response.output_text.delta\"}}\n\n{created}"),
            &format!("data: {{\"type\":\"response.output_item.added\"}}\n\n{created}"),
            &format!("data: {{\"type\":\"response.failed\"}}\n\n{created}"),
            "data: {\"type\":\"response.queu",
        ] {
            let inspector = inspector(&format!("{quiet}{rest}"));
            // The last line feed comes with what follows.
            assert_eq!(inspector.quiet, quiet.len() - 1, "{rest}");
        }
        let mut inspector = inspector(created);
        inspector.event(Some("response.output_item.added"), b"{}", UNIX_EPOCH);
        assert!(inspector.has_begun && inspector.sign.is_none() && !inspector.is_quiet());
    }

    #[test]
    fn an_event_at_the_end_needs_no_blank_line() {
        let failed = "data: {\"n\":1,\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"slow_down\"}}}";
        let mut inspector = inspector(failed);
        assert_eq!(inspector.sign, None);
        inspector.end(UNIX_EPOCH);
        assert!(matches!(inspector.sign, Some(Sign::Failure(_))) && inspector.is_over);
    }

    #[test]
    fn a_failure_after_output_is_still_learnt() {
        let inspector = inspector(
            "data: {\"type\":\"response.output_text.delta\"}\n\n\
            data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"insufficient_quota\"}}}\n\n",
        );
        assert_eq!(inspector.sign, Some(Sign::Content));
        assert_eq!(inspector.learnt.failure.unwrap().error["code"], "insufficient_quota");
    }

    #[test]
    fn a_count_that_cannot_be_is_bounded_and_takes_nothing_with_it() {
        for (odd, expected) in
            [("-1", 0), ("1e308", bounded::MOST_TOKENS), ("1e999", 0), ("\"9\"", 9), ("[]", 0)]
        {
            let inspector = inspector(&format!(
                "data: {{\"type\":\"response.completed\",\"response\":{{\"id\":\"r1\",\"usage\":\
                 {{\"input_tokens\":{odd},\"input_tokens_details\":{{\"cached_tokens\":{odd}}},\
                 \"output_tokens\":{odd},\"output_tokens_details\":{{\"reasoning_tokens\":{odd}}}}}}}}}\n\n"
            ));
            let counts =
                Tokens { input: expected, cached: expected, output: expected, reasoning: expected };
            assert_eq!(inspector.learnt.tokens, Some(counts), "{odd}");
            assert_eq!(inspector.learnt.response.as_deref(), Some("r1"), "{odd}");
        }
    }

    #[test]
    fn odd_events_are_harmless() {
        let inspector = inspector(
            "data: {\"type\":\"response.completed\",\"response\":null}\n\ndata: [DONE]\n\n\
            event: response.created\ndata: not json\n\n",
        );
        assert_eq!(inspector.learnt, Learnt::default());
    }
}
