//! The script of the upstream: how many events and how far apart stands in the request itself (`metadata`), so that it
//! passes through any subject untouched.

use std::time::Duration;

use bytes::Bytes;
use rotunda_host::clock;
use rotunda_tests::{Account, Received, Reply, Route, ScriptedUpstream, Step, Window};
use serde_json::json;

use crate::Result;

/// The path of a turn, as the ChatGPT backend has it.
pub(crate) const TURN_PATH: &str = "/backend-api/codex/responses";

/// The load of one turn.
#[derive(Clone, Copy)]
pub(crate) struct Script {
    pub(crate) events: u32,
    pub(crate) pace: Duration,
    /// Between the handshake of the answer and its first word.
    pub(crate) first_after: Duration,
}

impl Script {
    /// A request body that asks for this script.
    pub(crate) fn body(self) -> Bytes {
        let metadata = serde_json::json!({
            "events": self.events.to_string(),
            "pace_us": self.pace.as_micros().to_string(),
            "first_after_us": self.first_after.as_micros().to_string(),
        });
        serde_json::json!({
            "model": "gpt-5-codex",
            "instructions": "x".repeat(2_000),
            "input": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "go"}]}],
            "stream": true,
            "store": false,
            "metadata": metadata,
        })
        .to_string()
        .into()
    }

    /// The same as a frame.
    pub(crate) fn frame(self) -> String {
        let mut body: serde_json::Value = serde_json::from_slice(&self.body()).unwrap_or_default();
        body["type"] = "response.create".into();
        body.to_string()
    }

    fn of(body: &[u8]) -> Option<Self> {
        let request: serde_json::Value = serde_json::from_slice(body).ok()?;
        let number =
            |name: &str| -> Option<u32> { request["metadata"][name].as_str()?.parse().ok() };
        let time = |name: &str| Some(Duration::from_micros(u64::from(number(name)?)));
        Some(Self {
            events: number("events")?,
            pace: time("pace_us")?,
            first_after: time("first_after_us")?,
        })
    }
}

/// Serves for as long as it is kept.
pub(crate) async fn start() -> Result<ScriptedUpstream> {
    let upstream = ScriptedUpstream::listen().await?;
    upstream.keep_no_record();
    upstream.when(answer);
    Ok(upstream)
}

/// The same, and every account has most of its quota left: without knowing that, prodex takes no turn.
pub(crate) async fn start_with_quota() -> Result<ScriptedUpstream> {
    let upstream = start().await?;
    let now = clock::system();
    upstream.when(move |seen| {
        let now = u64::try_from(clock::unix(now())).unwrap_or_default();
        match seen.route {
            Route::Usage => Some(Reply::json(200, quota_of(seen.account(), now))),
            _ => answer(seen),
        }
    });
    Ok(upstream)
}

fn quota_of(account: &str, now: u64) -> serde_json::Value {
    let window = |used_percent, hours: u64| Window { used_percent, resets_at: now + hours * 3_600 };
    Account::named(account, window(10.0, 4), window(10.0, 100)).usage(now)
}

/// The answer to everything; none opens a socket.
fn answer(seen: &Received) -> Option<Reply> {
    let is_turn = seen.path == TURN_PATH;
    match seen.route {
        Route::Upgrade if is_turn => None,
        Route::Responses if is_turn => Some(Script::of(&seen.raw).map_or_else(nothing, |script| {
            if seen.socket.is_some() { script.frames() } else { script.stream() }
        })),
        _ => Some(nothing()),
    }
}

fn nothing() -> Reply {
    Reply::json(404, json!({}))
}

impl Script {
    /// A handshake, the deltas at their pace, the end.
    fn stream(self) -> Reply {
        self.reply(|index| event(index, self.events))
    }

    /// The same events as frames.
    fn frames(self) -> Reply {
        self.reply(|index| parts(index, self.events).1.into())
    }

    fn reply(self, event: impl Fn(u32) -> Bytes) -> Reply {
        let mut reply = Reply::events([]);
        for index in 0..=self.events {
            if !self.pace.is_zero() {
                let first_after = if index == 0 { Duration::ZERO } else { self.first_after };
                let at = first_after + self.pace * index.saturating_sub(1);
                reply = reply.then(Step::At(at));
            }
            reply = reply.then(Step::Raw(event(index)));
        }
        reply
    }
}

fn event(index: u32, last: u32) -> Bytes {
    let (kind, data) = parts(index, last);
    format!("event: {kind}\ndata: {data}\n\n").into()
}

fn parts(index: u32, last: u32) -> (&'static str, String) {
    let (kind, rest) = if index == 0 {
        ("response.created", r#""response":{"id":"resp_bench","status":"in_progress"}"#.to_owned())
    } else if index == last {
        let usage = r#"{"input_tokens":10,"output_tokens":100,"total_tokens":110}"#;
        (
            "response.completed",
            format!(
                r#""response":{{"id":"resp_bench","status":"completed","output":[],"usage":{usage}}}"#
            ),
        )
    } else {
        let place = r#""item_id":"msg_bench","output_index":0,"content_index":0"#;
        (
            "response.output_text.delta",
            format!(r#"{place},"delta":"a few words of the answer {index}""#),
        )
    };
    (kind, format!("{{\"type\":\"{kind}\",\"sequence_number\":{index},{rest}}}"))
}
