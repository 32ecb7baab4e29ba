//! Reads what upstream states, in each of the forms it is known to use.
//!
//! An event is known by its `type`, wherever that stands in the JSON. An error
//! may be wrapped by a gateway: in `error` or `detail`, in a list, or in a text
//! that is JSON as a whole. Prose is never searched for a code.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize,
    de::{Deserializer, IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Map, Value, value::RawValue};

use crate::bounded;

/// The value of `"type"` when it is the first key, as upstream writes it, so
/// that a delta is recognised without being parsed.
pub fn leading_type(json: &[u8]) -> Option<&str> {
    let rest = json.trim_ascii_start().strip_prefix(b"{")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"type\"")?.trim_ascii_start();
    let rest = rest.strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
    let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    (rest[end] == b'"').then(|| std::str::from_utf8(&rest[..end]).ok()).flatten()
}

/// The type of an event or frame: its `type`, wherever it stands. A JSON object
/// without one that carries an `error` object is an `error`.
pub fn type_of(json: &[u8]) -> Option<Cow<'_, str>> {
    if let Some(kind) = leading_type(json) {
        return Some(Cow::Borrowed(kind));
    }
    let outline: Outline = serde_json::from_slice(json).ok()?;
    match outline.kind {
        Some(kind) => Some(Cow::Owned(kind)),
        None => outline.has_error.then_some(Cow::Borrowed("error")),
    }
}

/// The type of a server-sent event: the JSON decides, as it does for the
/// client; the `event:` line counts only where the JSON has no `type`.
pub fn event_type<'a>(name: Option<&'a str>, data: &'a [u8]) -> Option<Cow<'a, str>> {
    if let Some(kind) = leading_type(data) {
        return Some(Cow::Borrowed(kind));
    }
    let outline = serde_json::from_slice::<Outline>(data).unwrap_or_default();
    let named = outline.kind.map(Cow::Owned).or(name.map(Cow::Borrowed));
    named.or_else(|| outline.has_error.then_some(Cow::Borrowed("error")))
}

/// What type an object has, read without keeping anything else of it.
#[derive(Default)]
struct Outline {
    kind: Option<String>,
    has_error: bool,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    Type,
    Error,
    #[serde(other)]
    Other,
}

impl<'de> Deserialize<'de> for Outline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OutlineVisitor)
    }
}

struct OutlineVisitor;

impl<'de> Visitor<'de> for OutlineVisitor {
    type Value = Outline;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outline, A::Error> {
        let mut outline = Outline::default();
        while let Some(field) = map.next_key()? {
            match field {
                Field::Type => {
                    let raw: &RawValue = map.next_value()?;
                    let kind = serde_json::from_str::<String>(raw.get()).ok();
                    outline.kind = outline.kind.or(kind.filter(|kind| !kind.is_empty()));
                }
                Field::Error => {
                    let raw: &RawValue = map.next_value()?;
                    outline.has_error |= raw.get().starts_with('{');
                }
                Field::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(outline)
    }
}

/// Codes that say that an account may not be served now. They count wherever
/// they stand, because a gateway puts a status and a code of its own around them.
const LIMIT_CODES: [&str; 5] = [
    "usage_limit_reached",
    "insufficient_quota",
    "usage_not_included",
    "deactivated_workspace",
    "workspace_deactivated",
];
/// Further codes that name a cause. `server_error` names none: gateways use it
/// around anything.
const KNOWN_CODES: [&str; 8] = [
    "rate_limit_exceeded",
    "server_is_overloaded",
    "slow_down",
    "previous_response_not_found",
    "stale_continuation",
    "invalid_encrypted_content",
    "model_not_found",
    "websocket_connection_limit_reached",
];
/// Members that hold an error.
const WRAPPERS: [&str; 3] = ["error", "detail", "errors"];
/// Members of an error that hold another one as text or as an object.
const INNER_WRAPPERS: [&str; 6] = ["error", "detail", "errors", "message", "body", "response"];
/// What a wrapped error may lack and its wrapper may have.
const INHERITED: [&str; 3] = ["resets_at", "resets_in_seconds", "plan_type"];
/// Errors nested deeper than this are not read.
const DEEPEST: usize = 5;
/// So many errors of one body are compared.
const MOST_ERRORS: usize = 16;
/// Longest word that is taken for a code.
const LONGEST_CODE: usize = 64;

/// The error that a body states; null when it states none.
///
/// Of several nested errors the one that names a limit of the account counts,
/// else the outermost one with a known code, else the outermost one. A text in
/// place of an error becomes its `message`, a single word its `code`.
pub fn stated_error(body: &Value) -> Value {
    let mut errors = Errors::default();
    errors.read_body(body, &Map::new(), DEEPEST);
    errors.most_telling().unwrap_or_default()
}

/// An error object, or the one inside that says more.
pub fn most_telling(error: Value) -> Value {
    let mut errors = Errors::default();
    errors.read_error(&error, &Map::new(), DEEPEST);
    match errors.most_telling() {
        Some(inner) if importance(&inner) < importance(&error) => inner,
        _ => error,
    }
}

/// How much a code says; less is more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Importance {
    Limit,
    Known,
    Other,
}

fn importance(error: &Value) -> Importance {
    let has = |codes: &[&str]| {
        let text = |key: &str| error.get(key).and_then(Value::as_str);
        ["code", "type"].iter().filter_map(|key| text(key)).any(|code| codes.contains(&code))
    };
    if has(&LIMIT_CODES) {
        Importance::Limit
    } else if has(&KNOWN_CODES) {
        Importance::Known
    } else {
        Importance::Other
    }
}

/// The errors of a body, outermost first.
#[derive(Default)]
struct Errors(Vec<Value>);

impl Errors {
    fn most_telling(self) -> Option<Value> {
        // The first of equals is the minimum.
        self.0.into_iter().min_by_key(importance)
    }

    /// A whole body, or a text that is one.
    fn read_body(&mut self, body: &Value, outer: &Map<String, Value>, depth: usize) {
        match body {
            Value::Object(members) => {
                let known = inherit(members, outer);
                for name in WRAPPERS {
                    if let Some(inner) = members.get(name) {
                        self.read_error(inner, &known, depth);
                    }
                }
                let has_code = members.contains_key("code");
                if has_code || importance(body) < Importance::Other {
                    self.add(members, outer);
                }
                for name in INNER_WRAPPERS {
                    if !WRAPPERS.contains(&name)
                        && let Some(inner) = members.get(name)
                    {
                        self.read_inner(inner, &known, depth);
                    }
                }
            }
            Value::Array(items) => {
                let Some(depth) = depth.checked_sub(1) else { return };
                items.iter().take(MOST_ERRORS).for_each(|it| self.read_body(it, outer, depth));
            }
            _ => {}
        }
    }

    /// What stands in the place of an error.
    fn read_error(&mut self, error: &Value, outer: &Map<String, Value>, depth: usize) {
        let Some(below) = depth.checked_sub(1) else { return };
        match error {
            Value::Object(members) => {
                if ["code", "type", "message"].iter().any(|name| members.contains_key(*name)) {
                    self.add(members, outer);
                }
                let known = inherit(members, outer);
                for name in INNER_WRAPPERS {
                    if let Some(inner) = members.get(name) {
                        self.read_inner(inner, &known, below);
                    }
                }
            }
            Value::Array(items) => {
                items.iter().take(MOST_ERRORS).for_each(|it| self.read_error(it, outer, below));
            }
            Value::String(text) => match nested(text) {
                Some(body) => self.read_body(&body, outer, below),
                None => self.add_text(text, outer),
            },
            _ => {}
        }
    }

    /// What may hold another error, and is nothing by itself otherwise.
    fn read_inner(&mut self, inner: &Value, outer: &Map<String, Value>, depth: usize) {
        let Some(below) = depth.checked_sub(1) else { return };
        match inner {
            Value::String(text) => {
                if let Some(body) = nested(text) {
                    self.read_body(&body, outer, below);
                }
            }
            other => self.read_error(other, outer, depth),
        }
    }

    fn add(&mut self, error: &Map<String, Value>, outer: &Map<String, Value>) {
        if self.0.len() >= MOST_ERRORS {
            return;
        }
        let mut error = error.clone();
        for (name, value) in outer {
            error.entry(name.clone()).or_insert_with(|| value.clone());
        }
        self.0.push(error.into());
    }

    fn add_text(&mut self, text: &str, outer: &Map<String, Value>) {
        let name = if is_code(text) { "code" } else { "message" };
        let error = Map::from_iter([(name.to_owned(), text.into())]);
        self.add(&error, outer);
    }
}

fn inherit(members: &Map<String, Value>, outer: &Map<String, Value>) -> Map<String, Value> {
    let mut known = outer.clone();
    for name in INHERITED {
        if let Some(value) = members.get(name) {
            known.insert(name.to_owned(), value.clone());
        }
    }
    known
}

/// The JSON of a text that is an object or a list as a whole.
fn nested(text: &str) -> Option<Value> {
    let text = text.trim();
    if !text.starts_with(['{', '[']) {
        return None;
    }
    bounded::json(text.as_bytes()).filter(|it| it.is_object() || it.is_array())
}

fn is_code(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    text.len() <= LONGEST_CODE && text.contains('_') && text.bytes().all(is_part)
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
