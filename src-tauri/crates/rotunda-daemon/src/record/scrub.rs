//! Takes out of JSON and headers all that is not known to be harmless. Pure.
//!
//! A list of what may stay, not of what must go: keys, numbers and the words
//! of the protocol stay, ids become numbers that are the same wherever the same
//! id stood, times become constants, and every other text is `<text>`.

use std::collections::HashMap;

use http::HeaderMap;
use serde_json::{Map, Value, json};

/// In place of what somebody or something said.
const TEXT: &str = "<text>";
/// In place of a moment: later than any recording.
const LATER: u64 = 4_000_000_000;
/// Ids beyond these are all one.
const MOST_IDS: usize = 100_000;
/// Longest word of the protocol, in bytes.
const LONGEST_WORD: usize = 64;
/// Longest part of a word between its marks; tokens and ids are longer or mix
/// letters with digits.
const LONGEST_PART: usize = 16;
const LONGEST_MIXED_PART: usize = 8;

/// Keys whose texts are words of the protocol.
const WORDS: [&str; 22] = [
    "code",
    "context",
    "effort",
    "generate",
    "include",
    "kind",
    "limit_name",
    "model",
    "object",
    "param",
    "phase",
    "plan_type",
    "reason",
    "request_kind",
    "role",
    "service_tier",
    "status",
    "tool_choice",
    "truncation",
    "type",
    "verbosity",
    "subagent",
];
/// Keys of ids that do not end in `id`.
const IDS: [&str; 3] = ["prompt_cache_key", "x-codex-turn-state", "x-codex-window-id"];
/// What tools and other people's schemas say of themselves.
const FOREIGN: [&str; 5] = ["tools", "parameters", "metadata", "schema", "arguments"];
/// Headers whose values are words or numbers.
const HEADERS: [&str; 12] = [
    "accept",
    "content-encoding",
    "content-type",
    "openai-beta",
    "retry-after",
    "upgrade",
    "version",
    "x-codex-beta-features",
    "x-openai-internal-codex-responses-lite",
    "x-openai-subagent",
    "x-reasoning-included",
    "openai-model",
];
/// The paths of turns and of what belongs to them.
const PATHS: [&str; 6] = [
    "responses",
    "responses/compact",
    "alpha/search",
    "images/generations",
    "images/edits",
    "realtime/calls",
];
/// Headers that hold an id.
const ID_HEADERS: [&str; 8] = [
    "session-id",
    "session_id",
    "thread-id",
    "x-client-request-id",
    "x-codex-turn-state",
    "x-codex-window-id",
    "x-codex-parent-thread-id",
    "x-request-id",
];

/// Replaces, and remembers what was replaced by what.
#[derive(Debug, Default)]
pub(crate) struct Scrubber {
    ids: HashMap<String, usize>,
}

impl Scrubber {
    /// A value without anything private.
    pub(crate) fn value(&mut self, value: &Value) -> Value {
        self.under("", value)
    }

    /// Text that is JSON or is not.
    pub(crate) fn text(&mut self, text: &[u8]) -> Value {
        match serde_json::from_slice(text) {
            Ok(value) => self.value(&value),
            Err(_) if text.is_empty() => Value::Null,
            Err(_) => TEXT.into(),
        }
    }

    /// A path below the base, without its query and what it may name.
    pub(crate) fn path(path: &str) -> String {
        let path = path.split('?').next().unwrap_or_default();
        if PATHS.contains(&path) { path.to_owned() } else { TEXT.to_owned() }
    }

    /// Names and values in order of their names.
    pub(crate) fn headers(&mut self, headers: &HeaderMap) -> Vec<(String, String)> {
        let mut all: Vec<_> = headers
            .iter()
            .map(|(name, value)| {
                let value = value.to_str().unwrap_or_default();
                (name.as_str().to_owned(), self.header(name.as_str(), value))
            })
            .collect();
        all.sort();
        all
    }

    fn header(&mut self, name: &str, value: &str) -> String {
        let is_number = |part: &str| {
            part.len() <= 12
                && part.bytes().all(|byte| byte.is_ascii_digit() || b".-*".contains(&byte))
        };
        let mut parts = value.split([',', ';', ' ', '=', '/']);
        if HEADERS.contains(&name) && parts.all(|part| is_number(part) || is_harmless(part)) {
            return value.to_owned();
        }
        if ID_HEADERS.contains(&name) {
            return self.id(value);
        }
        if name.starts_with("x-codex-") {
            if value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
                return if is_moment(name) { LATER.to_string() } else { value.to_owned() };
            }
            if let Ok(value @ Value::Object(_)) = serde_json::from_str(value) {
                return self.value(&value).to_string();
            }
        }
        TEXT.to_owned()
    }

    fn under(&mut self, key: &str, value: &Value) -> Value {
        match value {
            Value::Object(fields) => Value::Object(self.fields(fields)),
            Value::Array(items) => items.iter().map(|item| self.under(key, item)).collect(),
            Value::String(text) => self.string(key, text).into(),
            Value::Number(number) if is_moment(key) || is_late(number) => LATER.into(),
            Value::Number(_) if is_duration(key) => 0.into(),
            other => other.clone(),
        }
    }

    fn fields(&mut self, fields: &Map<String, Value>) -> Map<String, Value> {
        let mut kept = Map::new();
        for (key, value) in fields {
            let foreign = FOREIGN.contains(&key.as_str()) && !value.is_string();
            let value = match value {
                Value::Array(_) if foreign => json!([]),
                Value::Object(_) if foreign => json!({}),
                value => self.under(key, value),
            };
            let is_plain = key.len() <= LONGEST_WORD && key.split(['_', '-', '.']).all(is_part);
            kept.insert(if is_plain { key.clone() } else { "<key>".to_owned() }, value);
        }
        kept
    }

    fn string(&mut self, key: &str, text: &str) -> String {
        if is_id(key) {
            return self.id(text);
        }
        // Some fields hold JSON as text.
        if let Ok(value @ Value::Object(_)) = serde_json::from_str::<Value>(text) {
            return self.value(&value).to_string();
        }
        if WORDS.contains(&key) && is_harmless(text) { text.to_owned() } else { TEXT.to_owned() }
    }

    /// A number for an id, the same for the same; `<thread>:<n>` keeps its `n`.
    fn id(&mut self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        if let Some((before, after)) = text.rsplit_once(':')
            && !after.is_empty()
            && after.len() <= 4
            && after.bytes().all(|byte| byte.is_ascii_digit())
        {
            return format!("{}:{after}", self.id(before));
        }
        let next = self.ids.len() + 1;
        if next > MOST_IDS && !self.ids.contains_key(text) {
            return "id-more".to_owned();
        }
        format!("id-{}", self.ids.entry(text.to_owned()).or_insert(next))
    }
}

fn is_id(key: &str) -> bool {
    key == "id" || key.ends_with("_id") || key.ends_with("-id") || IDS.contains(&key)
}

/// As large as a moment in seconds, so it may be one under another key.
fn is_late(number: &serde_json::Number) -> bool {
    number.as_f64().is_some_and(|number| number.abs() >= 1e9)
}

fn is_moment(key: &str) -> bool {
    key.ends_with("_at") || key.ends_with("-at") || key == "exp" || key.contains("timestamp")
}

fn is_duration(key: &str) -> bool {
    key.ends_with("_ms")
        || key.ends_with("-ms")
        || key.contains("_in_seconds")
        || key.contains("after_seconds")
}

/// A word of the protocol, and nothing that could be a token, an id, a date, a
/// path or an address.
fn is_harmless(word: &str) -> bool {
    word.len() <= LONGEST_WORD
        && word.bytes().next().is_none_or(|first| first.is_ascii_alphabetic())
        && word.split(['_', '-', '.', ':']).all(is_part)
}

fn is_part(part: &str) -> bool {
    let has = |test: fn(&u8) -> bool| part.as_bytes().iter().any(test);
    let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && part.len() <= if is_mixed { LONGEST_MIXED_PART } else { LONGEST_PART }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_structure_stay() {
        let frame = json!({ "type": "response.completed", "response": { "status": "completed",
            "usage": { "input_tokens": 7, "output_tokens_details": null }, "model": "gpt-6.1-sol" } });
        assert_eq!(Scrubber::default().value(&frame), frame);
    }

    #[test]
    fn the_same_id_has_the_same_number_wherever_it_stands() {
        let mut scrubber = Scrubber::default();
        let first = scrubber.value(&json!({ "response": { "id": "resp_68ab" } }));
        let next = scrubber.value(&json!({ "previous_response_id": "resp_68ab", "call_id": "c" }));
        assert_eq!(first, json!({ "response": { "id": "id-1" } }));
        assert_eq!(next, json!({ "previous_response_id": "id-1", "call_id": "id-2" }));
        let window = scrubber.value(&json!({ "x-codex-window-id": "resp_68ab:12" }));
        assert_eq!(window["x-codex-window-id"], "id-1:12");
    }

    #[test]
    fn nothing_private_is_left() {
        let jwt = "eyJhbGciOiJub25lIn0.eyJlbWFpbCI6ImFAYiJ9.c2ln";
        let private = json!({
            "type": "ada@example.com", "code": "sk-proj-1a2b3c4d5e6f7a8b9c0d", "model": jwt,
            "input": [{ "role": "user", "content": [{ "type": "input_text", "text": "my prompt" }] }],
            "instructions": "be brief", "encrypted_content": "gAAAA", "created_at": 1_795_000_000, "create_time": 1_795_000_000.5,
            "duration_ms": 12, "tools": [{ "name": "mine" }], "user@example.com": 1,
            "status": "01a1fc4e-4608-7233-8f24-411883f916ec",
            "client_metadata": { "x-codex-turn-metadata": "{\"cwd\":\"/home/somebody\",\"turn_id\":\"t9\"}" },
        });
        let text = Scrubber::default().value(&private).to_string();
        for gone in [
            "@",
            "sk-",
            "1a2b",
            "eyJ",
            "my prompt",
            "brief",
            "gAAA",
            "1795",
            "12",
            "mine",
            "01a1",
            "somebody",
            "t9",
        ] {
            assert!(!text.contains(gone), "{gone} is left in {text}");
        }
        assert!(
            text.contains("4000000000") && text.contains("\\\"turn_id\\\":\\\"id-1\\\""),
            "{text}"
        );
    }

    #[test]
    fn headers_keep_their_names() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("authorization", "Bearer abcdef"),
            ("content-type", "application/json"),
            ("session-id", "01a1fc4e"),
            ("user-agent", "codex_exec/0.169.0 (Debian)"),
            ("x-codex-primary-used-percent", "38.5"),
            ("x-codex-primary-reset-at", "1795000000"),
            ("openai-beta", "responses_websockets=2026-02-06"),
            ("cookie", "a=b"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let scrubbed = Scrubber::default().headers(&headers);
        let of = |name: &str| &scrubbed.iter().find(|(it, _)| it == name).unwrap().1;
        for gone in ["authorization", "cookie", "user-agent"] {
            assert_eq!(of(gone), TEXT);
        }
        assert_eq!(of("content-type"), "application/json");
        assert_eq!(of("session-id"), "id-1");
        assert_eq!(of("x-codex-primary-used-percent"), "38.5");
        assert_eq!(of("x-codex-primary-reset-at"), "4000000000");
        assert_eq!(of("openai-beta"), "responses_websockets=2026-02-06");
    }
}
