//! The items of `input` of the Responses API, from the messages of another form.

use std::collections::HashMap;

use rotunda_clients::json_text::raw;
use serde_json::{Value, json, value::RawValue};

/// What a call is answered with that the client did not answer: the service refuses a
/// conversation with an open call.
const NO_RESULT: &str = "The tool call was not answered.";

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    User,
    Assistant,
    /// Instructions in the middle of a conversation.
    Developer,
}

impl Role {
    const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::Developer => "developer",
        }
    }
}

/// One item.
#[derive(Debug, Clone)]
enum Item {
    Message { role: Role, parts: Vec<Value> },
    Reasoning(String),
    Call { id: String, name: String, arguments: String },
    Result { id: String, output: Value },
}

/// Items in their order.
#[derive(Debug, Default)]
pub(crate) struct Input {
    items: Vec<Item>,
}

impl Input {
    /// Adds a part to the message that is being said, or begins one.
    pub(crate) fn part(&mut self, role: Role, part: Value) {
        match self.items.last_mut() {
            Some(Item::Message { role: last, parts }) if *last == role => parts.push(part),
            _ => self.items.push(Item::Message { role, parts: vec![part] }),
        }
    }

    /// The same for a text; an empty one says nothing.
    pub(crate) fn text(&mut self, role: Role, text: &str) {
        if !text.is_empty() {
            self.part(role, text_part(role, text));
        }
    }

    /// Adds the encrypted content of reasoning.
    pub(crate) fn reasoning(&mut self, content: &str) {
        self.items.push(Item::Reasoning(content.to_owned()));
    }

    /// Adds a call of a tool.
    pub(crate) fn call(&mut self, id: String, name: String, arguments: String) {
        self.items.push(Item::Call { id, name, arguments });
    }

    /// Adds what a tool answered: a text, or a list of parts.
    pub(crate) fn result(&mut self, id: String, output: Value) {
        self.items.push(Item::Result { id, output });
    }

    /// The items as the service takes them: every call has one result after it, every result
    /// a call before it, and reasoning is followed by what came of it.
    pub(crate) fn finish(self) -> Vec<Box<RawValue>> {
        let items = with_results_paired(self.items);
        let mut written = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let next = items[index + 1..].iter().find(|it| !matches!(it, Item::Reasoning(_)));
            let leads_on = matches!(
                next,
                Some(Item::Call { .. } | Item::Message { role: Role::Assistant, .. })
            );
            if !matches!(item, Item::Reasoning(_)) || leads_on {
                written.push(written_item(item));
            }
        }
        written
    }
}

fn with_results_paired(items: Vec<Item>) -> Vec<Item> {
    let mut results: HashMap<String, usize> = HashMap::new();
    for item in &items {
        if let Item::Result { id, .. } = item {
            *results.entry(id.clone()).or_default() += 1;
        }
    }
    let mut open: HashMap<String, usize> = HashMap::new();
    let mut paired = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Item::Call { id, name, arguments } => {
                let is_answered = results.get(&id).is_some_and(|count| *count > 0);
                paired.push(Item::Call { id: id.clone(), name, arguments });
                if is_answered {
                    results.entry(id.clone()).and_modify(|count| *count -= 1);
                    *open.entry(id).or_default() += 1;
                } else {
                    paired.push(Item::Result { id, output: json!(NO_RESULT) });
                }
            }
            Item::Result { id, output } => {
                if let Some(count) = open.get_mut(&id).filter(|count| **count > 0) {
                    *count -= 1;
                    paired.push(Item::Result { id, output });
                } else {
                    // One that comes before its call answers nothing.
                    results.entry(id.clone()).and_modify(|count| *count = count.saturating_sub(1));
                    paired.push(as_message(&id, output));
                }
            }
            other => paired.push(other),
        }
    }
    paired
}

/// A result whose call is not in the conversation any more.
fn as_message(id: &str, output: Value) -> Item {
    let mut parts = vec![text_part(Role::User, &format!("The result of the tool call {id}:"))];
    match output {
        Value::Array(more) => parts.extend(more),
        Value::String(text) => parts.push(text_part(Role::User, &text)),
        _ => {}
    }
    Item::Message { role: Role::User, parts }
}

/// A part that is a text.
pub(crate) fn text_part(role: Role, text: &str) -> Value {
    let kind = if role == Role::Assistant { "output_text" } else { "input_text" };
    json!({"type": kind, "text": text})
}

fn written_item(item: &Item) -> Box<RawValue> {
    raw(&match item {
        Item::Message { role, parts } => {
            json!({"type": "message", "role": role.name(), "content": parts})
        }
        Item::Reasoning(content) => {
            json!({"type": "reasoning", "summary": [], "encrypted_content": content})
        }
        Item::Call { id, name, arguments } => {
            json!({"type": "function_call", "call_id": id, "name": name, "arguments": arguments})
        }
        Item::Result { id, output } => {
            json!({"type": "function_call_output", "call_id": id, "output": output})
        }
    })
}

#[cfg(test)]
#[path = "input_tests.rs"]
mod tests;
