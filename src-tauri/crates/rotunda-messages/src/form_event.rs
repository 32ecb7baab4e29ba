//! An event of a form, before it is text.

use serde_json::Value;

/// An event of a form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FormEvent {
    /// With a name; Chat Completions has none.
    Data { name: Option<&'static str>, data: Value },
    /// A sign of life.
    Comment,
    /// The end of a stream of Chat Completions.
    Done,
}

/// An event with a name.
pub(crate) fn named(name: &'static str, data: &Value) -> FormEvent {
    FormEvent::Data { name: Some(name), data: data.clone() }
}
