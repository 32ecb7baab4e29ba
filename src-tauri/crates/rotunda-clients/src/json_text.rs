//! JSON whose members keep their order, and whose values keep their text.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// An object whose members keep their order and their text: a model answers in the order of
/// a schema's properties.
pub type Object = IndexMap<String, Box<RawValue>>;

/// A value as JSON text.
pub fn raw(value: &impl Serialize) -> Box<RawValue> {
    to_raw_value(value).expect("texts, flags and JSON are JSON")
}

/// The text that a value is, when it is one.
pub fn text_of(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}
