//! A request of the public API as the backend of a plan takes it.

use rotunda_core::fnv::fnv1a;
use serde_json::value::RawValue;

use crate::{
    error::PublicError,
    fields::{LEFT_OUT, REFUSED},
    items,
    json_text::{Object, raw, text_of},
};

/// The backend refuses a request without instructions, and the public API takes one.
const INSTRUCTIONS: &str = "You are a helpful assistant.";

/// Without it a client that sends the conversation back has nothing to send of the reasoning.
const ENCRYPTED_REASONING: &str = "reasoning.encrypted_content";

/// How a request speaks to the backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// As the public API documents it.
    Public,
    /// As Codex does for models that take their instructions inside `input`
    /// (`x-openai-internal-codex-responses-lite`).
    CodexLite,
}

/// A request that the backend takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adapted {
    /// Its body, as JSON.
    pub body: Vec<u8>,
    /// The client wants events, and not one document.
    pub is_stream: bool,
    /// Fields that the client set and that are not in the body, in alphabetical order.
    pub left_out: Vec<&'static str>,
    /// What requests of one conversation have in common: model, instructions and first
    /// item. As short as a line, and no text of the conversation.
    pub conversation: u64,
}

/// Makes a request that the backend of a plan takes.
///
/// # Errors
/// Says in the form of the public API what the backend has not, or what is no request.
pub fn adapt(body: &[u8], dialect: Dialect) -> Result<Adapted, PublicError> {
    let mut request: Object = serde_json::from_slice(body).map_err(|_| PublicError::not_json())?;
    if request.get("model").is_none_or(|model| text_of(model).is_none_or(|it| it.is_empty())) {
        return Err(PublicError::missing("model"));
    }
    for (field, sentence) in REFUSED {
        if request.shift_remove(field).is_some_and(|value| is_set(&value)) {
            return Err(PublicError::unsupported(field, sentence));
        }
    }
    let is_stream = request.get("stream").is_some_and(|value| value.get() == "true");
    let is_left_out = |field: &&&str| request.get(**field).is_some_and(|value| is_set(value));
    let left_out: Vec<_> = LEFT_OUT.iter().filter(is_left_out).copied().collect();
    for field in LEFT_OUT {
        request.shift_remove(field);
    }
    // These two say what happens without them.
    let tier = request.get("service_tier").and_then(|tier| text_of(tier));
    if matches!(tier.as_deref(), Some("auto" | "default")) {
        request.shift_remove("service_tier");
    }
    request.retain(|_, value| value.get() != "null");
    let input = request.get("input").ok_or_else(|| PublicError::missing("input"))?;
    let input = items::adapted(input)?;
    let conversation = conversation_of(&request, &input);
    request.insert("input".to_owned(), raw(&input));
    if dialect == Dialect::Public && !request.contains_key("instructions") {
        request.insert("instructions".to_owned(), raw(&INSTRUCTIONS));
    }
    let include = with_reasoning(request.get("include").map(Box::as_ref))?;
    request.insert("include".to_owned(), include);
    request.insert("store".to_owned(), raw(&false));
    request.insert("stream".to_owned(), raw(&true));
    let body = raw(&request).get().as_bytes().to_vec();
    Ok(Adapted { body, is_stream, left_out, conversation })
}

/// Whether a field asks for anything.
fn is_set(value: &RawValue) -> bool {
    !matches!(value.get(), "null" | "false")
}

fn with_reasoning(include: Option<&RawValue>) -> Result<Box<RawValue>, PublicError> {
    let mut parts: Vec<String> = match include {
        None => Vec::new(),
        Some(include) => serde_json::from_str(include.get())
            .map_err(|_| PublicError::invalid("include", "`include` is a list of texts."))?,
    };
    if !parts.iter().any(|part| part == ENCRYPTED_REASONING) {
        parts.push(ENCRYPTED_REASONING.to_owned());
    }
    Ok(raw(&parts))
}

/// The same in every version of Rotunda, as the ledger outlives one.
fn conversation_of(request: &Object, input: &[Box<RawValue>]) -> u64 {
    let texts = ["model", "instructions"].map(|field| request.get(field).map(|value| value.get()));
    let texts = texts.into_iter().flatten().chain(input.first().map(|item| item.get()));
    fnv1a(texts.flat_map(str::bytes))
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
