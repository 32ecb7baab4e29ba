//! The items of `input`, as a backend takes them that stores nothing.

use serde_json::{json, value::RawValue};

use crate::{
    error::PublicError,
    json_text::{Object, raw, text_of},
};

/// A file that was sent to the service before.
const FILE_ID: &str = "file_id";

/// The items of `input`: a text becomes a message, names of stored items go.
pub(crate) fn adapted(input: &RawValue) -> Result<Vec<Box<RawValue>>, PublicError> {
    if let Some(text) = text_of(input) {
        let content = json!([{"type": "input_text", "text": text}]);
        return Ok(vec![raw(&json!({"type": "message", "role": "user", "content": content}))]);
    }
    let not_items = |_| PublicError::invalid("input", "`input` is a text or a list of items.");
    let items: Vec<Object> = serde_json::from_str(input.get()).map_err(not_items)?;
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        if let Some(item) = item_of(item)? {
            kept.push(raw(&item));
        }
    }
    Ok(kept)
}

/// One item; none for one that the backend could not read.
fn item_of(mut item: Object) -> Result<Option<Object>, PublicError> {
    let kind = item.get("type").and_then(|kind| text_of(kind));
    match kind.as_deref() {
        Some("item_reference") => {
            return Err(PublicError::unsupported(
                "input",
                "The backend of a ChatGPT plan stores no items, so none can be named. Send the item itself.",
            ));
        }
        // Its text is at the service only, which has not kept it.
        Some("reasoning") if !has_encrypted_content(&item) => return Ok(None),
        _ => {}
    }
    // The backend looks for an item with this id, and has none.
    item.shift_remove("id");
    if item.get("role").and_then(|role| text_of(role)).as_deref() == Some("system") {
        item.insert("role".to_owned(), raw(&"developer"));
    }
    for field in ["content", "output"] {
        if item.get(field).is_some_and(|content| names_file(content)) {
            return Err(PublicError::unsupported(
                "input",
                "The backend of a ChatGPT plan has no uploaded files. Send the file itself, as a data URL or as `file_data`.",
            ));
        }
    }
    Ok(Some(item))
}

fn has_encrypted_content(item: &Object) -> bool {
    let content = item.get("encrypted_content").and_then(|content| text_of(content));
    content.is_some_and(|content| !content.is_empty())
}

/// Whether a part of a content is a file that was uploaded.
fn names_file(content: &RawValue) -> bool {
    let parts: Vec<Object> = serde_json::from_str(content.get()).unwrap_or_default();
    parts.iter().any(|part| part.get(FILE_ID).is_some_and(|id| id.get() != "null"))
}
