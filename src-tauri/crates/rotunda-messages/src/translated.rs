//! A request of the Responses API, and what its answer is written with.

use rotunda_clients::json_text::{Object, raw};
use serde_json::value::RawValue;

use crate::{form::Form, names::ToolNames};

/// Longest name of a conversation, in bytes (`OpenAI`, `prompt_cache_key`).
const LONGEST_SESSION: usize = 64;

/// A request of the Responses API in place of one of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translated {
    /// Its body, as JSON, for [`rotunda_clients::adapt`].
    pub body: Vec<u8>,
    /// The client wants events, and not one document.
    pub is_stream: bool,
    /// Fields of the request that have no effect.
    pub left_out: Vec<String>,
    /// What its answer is written with.
    pub answer: AnswerForm,
}

/// What an answer is written with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerForm {
    pub(crate) form: Form,
    /// As the client named it: Claude Code knows the size of a context by it.
    pub(crate) model: String,
    pub(crate) names: ToolNames,
    /// Thinking blocks are wanted.
    pub(crate) shows_reasoning: bool,
    /// A stream of Chat Completions ends with the usage.
    pub(crate) shows_usage: bool,
}

/// A request of the Responses API, field by field.
#[derive(Debug, Default)]
pub(crate) struct ResponsesRequest(Object);

impl ResponsesRequest {
    pub(crate) fn new(model: &str, input: &[Box<RawValue>]) -> Self {
        let mut request = Self::default();
        request.set("model", &model);
        request.set("input", &input);
        request
    }

    pub(crate) fn set(&mut self, name: &str, value: &impl serde::Serialize) {
        self.0.insert(name.to_owned(), raw(value));
    }

    /// The same for an object that may have nothing in it.
    pub(crate) fn set_object(&mut self, name: &str, value: &Object) {
        if !value.is_empty() {
            self.set(name, value);
        }
    }

    /// Names the conversation, unless the name is longer than the service takes.
    pub(crate) fn set_session(&mut self, session: Option<String>) {
        if let Some(session) = session.filter(|name| name.len() <= LONGEST_SESSION) {
            self.set("prompt_cache_key", &session);
        }
    }

    pub(crate) fn into_body(self) -> Vec<u8> {
        raw(&self.0).get().as_bytes().to_vec()
    }
}

/// Fields of a request that are in none of the lists: they have no effect.
pub(crate) fn left_out_of(request: &Object, used: &[&str]) -> Vec<String> {
    let is_set = |value: &RawValue| !matches!(value.get(), "null" | "false");
    let unused = request.iter().filter(|(name, value)| !used.contains(&&***name) && is_set(value));
    let mut names: Vec<_> = unused.map(|(name, _)| name.clone()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_without_effect_are_named_once_set() {
        let request =
            serde_json::from_str(r#"{"model":"m","top_k":5,"temperature":null,"b":false,"a":1}"#);
        let names = left_out_of(&request.unwrap(), &["model"]);
        assert_eq!(names, ["a", "top_k"]);
    }
}
