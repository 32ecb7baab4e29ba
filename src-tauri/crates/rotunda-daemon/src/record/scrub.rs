//! Takes out of JSON and headers all that is not known to be harmless. Pure.
//!
//! What may stay is the list of [`schema`](super::schema): ids become numbers
//! that are the same wherever the same id stood, moments become constants, and
//! of everything else only stays that there was something. Text is never looked
//! into: what a tool was called with and what it answered is the user's, be it
//! prose, numbers, JSON or keys of JSON.

use std::collections::HashMap;

use http::HeaderMap;
use serde_json::{Map, Value, json};

use super::schema::{self, ERROR_EVENT, Header, Rule, Shape, TOP, TURN_METADATA};

/// In place of text of a user or a tool.
const TEXT: &str = "<text>";
/// In place of the name of a field that is not listed.
const KEY: &str = "<key>";
/// In place of its value, and of one that is not of the listed kind.
const VALUE: &str = "<value>";
/// In place of a word that is not listed.
const WORD: &str = "<word>";
/// In place of the name of a header that is not listed.
const HEADER: &str = "<header>";
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
/// The same of names: `gpt-6.1-sol`, `o3`, `4o`.
const LONGEST_MIXED_NAME: usize = 4;

/// The paths of turns and of what belongs to them.
const PATHS: [&str; 6] = [
    "responses",
    "responses/compact",
    "alpha/search",
    "images/generations",
    "images/edits",
    "realtime/calls",
];
/// How the types of events begin, and those that have one word.
const EVENTS: [&str; 5] = ["codex.", "conversation.", "response.", "responsesapi.", "session."];
const PLAIN_EVENTS: [&str; 4] = ["error", "keepalive", "ping", "rate_limits.updated"];

/// Replaces, and remembers what was replaced by what.
#[derive(Debug, Default)]
pub(crate) struct Scrubber {
    ids: HashMap<String, usize>,
}

impl Scrubber {
    /// A request, an answer, a frame or an event without anything private.
    pub(crate) fn value(&mut self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => self.fields(&TOP, fields),
            Value::Array(_) => json!([]),
            _ => VALUE.into(),
        }
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
            .map(|(name, value)| self.header(name.as_str(), value.to_str().unwrap_or_default()))
            .collect();
        all.sort();
        all
    }

    fn header(&mut self, name: &str, value: &str) -> (String, String) {
        let Some(header) = schema::header(name) else {
            return (HEADER.to_owned(), TEXT.to_owned());
        };
        let mut parts = value.split([',', ';', ' ', '=', '/']);
        let value = match header {
            Header::Plain if parts.all(|part| is_number(part) || is_word(part)) => value.to_owned(),
            Header::Number if is_number(value) => value.to_owned(),
            Header::Moment => LATER.to_string(),
            Header::Id => self.id(value),
            Header::Turn => self.json(&TURN_METADATA, value),
            Header::Plain | Header::Number | Header::There => TEXT.to_owned(),
        };
        (name.to_owned(), value)
    }

    fn fields(&mut self, shape: &Shape, fields: &Map<String, Value>) -> Value {
        let is_error = std::ptr::eq(shape, &raw const TOP) && is_error(fields);
        let mut kept = Map::new();
        for (key, value) in fields {
            let of_error = ERROR_EVENT.rule(key).filter(|_| is_error);
            match of_error.or_else(|| shape.rule(key)) {
                Some(rule) => drop(kept.insert(key.clone(), self.kept(rule, value))),
                None => drop(kept.insert(KEY.to_owned(), VALUE.into())),
            }
        }
        Value::Object(kept)
    }

    /// What stays of a value; `<value>` where it is not what the rule says.
    fn kept(&mut self, rule: &Rule, value: &Value) -> Value {
        if value.is_null() {
            return Value::Null;
        }
        self.fitting(rule, value).unwrap_or_else(|| VALUE.into())
    }

    fn fitting(&mut self, rule: &Rule, value: &Value) -> Option<Value> {
        Some(match (rule, value) {
            (Rule::Any(rules), value) => rules.iter().find_map(|rule| self.fitting(rule, value))?,
            (Rule::Word(words), Value::String(text)) => of_list(words, text),
            (Rule::Words(words), Value::Array(items)) => {
                let word = |item: &Value| {
                    item.as_str().map_or_else(|| VALUE.into(), |it| of_list(words, it))
                };
                items.iter().map(word).collect()
            }
            (Rule::Name, Value::String(text)) if is_name(text) => text.clone().into(),
            (Rule::Code, Value::String(text)) if is_code(text) => text.clone().into(),
            (Rule::Event, Value::String(text)) if is_event(text) => text.clone().into(),
            (Rule::Name | Rule::Code | Rule::Event, Value::String(_)) => WORD.into(),
            (Rule::Id, Value::String(text)) => self.id(text).into(),
            // As large as a moment in seconds, so it may be one.
            (Rule::Count, Value::Number(number)) if is_late(number) => LATER.into(),
            (Rule::Count, Value::Number(number)) => number.clone().into(),
            (Rule::Moment, Value::Number(_) | Value::String(_)) => LATER.into(),
            (Rule::Span, Value::Number(_)) => 0.into(),
            (Rule::Flag, Value::Bool(flag)) => (*flag).into(),
            (Rule::Text | Rule::Foreign, Value::String(_)) => TEXT.into(),
            (Rule::Foreign, Value::Array(_)) => json!([]),
            (Rule::Foreign, Value::Object(_)) => json!({}),
            (Rule::Object(shape), Value::Object(fields)) => self.fields(shape, fields),
            (Rule::Objects(shape), Value::Array(items)) => {
                let object = |item: &Value| match item {
                    Value::Object(fields) => self.fields(shape, fields),
                    _ => VALUE.into(),
                };
                items.iter().map(object).collect()
            }
            (Rule::Json(shape), Value::String(text)) => self.json(shape, text).into(),
            (Rule::Headers, Value::Object(fields)) => self.wrapped_headers(fields),
            _ => return None,
        })
    }

    /// Headers as they are wrapped into a frame.
    fn wrapped_headers(&mut self, fields: &Map<String, Value>) -> Value {
        let pairs = fields.iter().map(|(name, value)| {
            let value = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let (name, value) = self.header(&name.to_ascii_lowercase(), &value);
            (name, Value::from(value))
        });
        Value::Object(pairs.collect())
    }

    /// JSON as text.
    fn json(&mut self, shape: &Shape, text: &str) -> String {
        match serde_json::from_str(text) {
            Ok(Value::Object(fields)) => self.fields(shape, &fields).to_string(),
            _ => TEXT.to_owned(),
        }
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

fn is_error(fields: &Map<String, Value>) -> bool {
    match fields.get("type").and_then(Value::as_str) {
        Some(kind) => kind == "error",
        // An error's body may be the error itself.
        None => fields.contains_key("code") && fields.contains_key("message"),
    }
}

fn of_list(words: &[&str], text: &str) -> Value {
    if words.contains(&text) { text.into() } else { WORD.into() }
}

fn is_late(number: &serde_json::Number) -> bool {
    number.as_f64().is_some_and(|number| number.abs() >= 1e9)
}

fn is_number(part: &str) -> bool {
    part.len() <= 12 && part.bytes().all(|byte| byte.is_ascii_digit() || b".-*".contains(&byte))
}

/// Known or new, as the service names them: words of small letters.
fn is_event(kind: &str) -> bool {
    let is_plain = |part: &str| {
        part.len() <= LONGEST_WORD / 2
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    PLAIN_EVENTS.contains(&kind)
        || (kind.len() <= LONGEST_WORD
            && EVENTS.iter().any(|start| kind.starts_with(start))
            && kind.split('.').all(is_plain))
}

/// As models and limits are called.
fn is_name(word: &str) -> bool {
    let is_mixed = |part: &str| {
        let has = |test: fn(&u8) -> bool| part.as_bytes().iter().any(test);
        has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    };
    let mut parts = word.split(['_', '-', '.', ':']);
    is_word(word)
        && !word.bytes().any(|byte| byte.is_ascii_uppercase())
        && parts.all(|part| part.len() <= LONGEST_MIXED_NAME || !is_mixed(part))
}

/// As errors and plans are called.
fn is_code(word: &str) -> bool {
    is_name(word) && !word.bytes().any(|byte| byte.is_ascii_digit())
}

/// A word of the protocol, and nothing that could be a token, an id, a date, a
/// path or an address.
fn is_word(word: &str) -> bool {
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
#[path = "scrub_tests.rs"]
mod tests;
