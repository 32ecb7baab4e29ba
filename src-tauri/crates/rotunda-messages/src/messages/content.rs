//! The content of messages: blocks, or one text.

use rotunda_clients::{
    PublicError,
    json_text::{Object, text_of},
};
use serde_json::{Value, json};

use crate::{
    input::{Input, Role, text_part},
    names::ToolNames,
    reading::{field, is_true, kind_of, list_field, object_field, text_field},
    reasoning,
};

/// Before the text of a tool that failed: the Responses API has no mark for it.
const FAILED: &str = "The tool failed:";

/// Reads the content of a message into the items of a request.
pub(super) fn read(
    message: &Object,
    role: Role,
    names: &mut ToolNames,
    input: &mut Input,
) -> Result<(), PublicError> {
    if let Some(text) = text_field(message, "content") {
        input.text(role, &text);
        return Ok(());
    }
    for block in list_field(message, "content")? {
        read_block(&block, role, names, input)?;
    }
    Ok(())
}

fn read_block(
    block: &Object,
    role: Role,
    names: &mut ToolNames,
    input: &mut Input,
) -> Result<(), PublicError> {
    match &*kind_of(block) {
        "thinking" => {
            let signature = text_field(block, "signature").unwrap_or_default();
            if let Some(content) = reasoning::opened(&signature) {
                input.reasoning(content);
            }
        }
        "tool_use" => {
            let (id, name) = (required(block, "id")?, required(block, "name")?);
            let arguments = field(block, "input").map_or("{}", |it| it.get());
            input.call(id, names.for_service(&name), arguments.to_owned());
        }
        "tool_result" => input.result(required(block, "tool_use_id")?, result_of(block)?),
        // Reasoning of another service, and what another service did by itself: its text
        // follows.
        "redacted_thinking" | "server_tool_use" | "web_search_tool_result" | "fallback" => {}
        _ => {
            for part in parts_of(block, role)? {
                input.part(role, part);
            }
        }
    }
    Ok(())
}

fn required(block: &Object, name: &str) -> Result<String, PublicError> {
    text_field(block, name).filter(|text| !text.is_empty()).ok_or_else(|| {
        let kind = kind_of(block);
        PublicError::invalid("messages", &format!("A block `{kind}` has a text `{name}`."))
    })
}

/// What a tool answered: one text, or parts when there is more than text.
fn result_of(block: &Object) -> Result<Value, PublicError> {
    let failed = is_true(block, "is_error");
    let mut parts = Vec::new();
    match field(block, "content").and_then(text_of) {
        Some(text) => parts.push(text_part(Role::User, &text)),
        None => {
            for inner in list_field(block, "content")? {
                parts.extend(parts_of(&inner, Role::User)?);
            }
        }
    }
    if failed {
        parts.insert(0, text_part(Role::User, FAILED));
    }
    let texts: Option<Vec<_>> = parts.iter().map(|part| part.get("text")?.as_str()).collect();
    Ok(texts.map_or_else(|| Value::Array(parts.clone()), |texts| json!(texts.join("\n"))))
}

/// A block as parts of a message; one with nothing in it has none.
fn parts_of(block: &Object, role: Role) -> Result<Vec<Value>, PublicError> {
    match &*kind_of(block) {
        "text" => {
            let text = text_field(block, "text").unwrap_or_default();
            Ok(if text.is_empty() { Vec::new() } else { vec![text_part(role, &text)] })
        }
        "image" => Ok(vec![image(block)?]),
        "document" => document(block),
        "search_result" => Ok(vec![search_result(block)?]),
        "tool_reference" => {
            let name = text_field(block, "tool_name").unwrap_or_default();
            Ok(vec![text_part(role, &format!("The tool {name} is available now."))])
        }
        kind => Err(PublicError::unsupported(
            "messages",
            &format!("Rotunda cannot send a block `{kind}` to the backend of a ChatGPT plan."),
        )),
    }
}

fn image(block: &Object) -> Result<Value, PublicError> {
    let source = object_field(block, "source").unwrap_or_default();
    let url = match &*kind_of(&source) {
        "base64" => data_url(&source),
        "url" => text_field(&source, "url"),
        _ => return Err(no_file("image")),
    };
    let url = url.ok_or_else(|| incomplete("image"))?;
    Ok(json!({"type": "input_image", "image_url": url}))
}

fn document(block: &Object) -> Result<Vec<Value>, PublicError> {
    let source = object_field(block, "source").unwrap_or_default();
    let name = text_field(block, "title").unwrap_or_else(|| "document.pdf".to_owned());
    match &*kind_of(&source) {
        "base64" => {
            let data = data_url(&source).ok_or_else(|| incomplete("document"))?;
            Ok(vec![json!({"type": "input_file", "filename": name, "file_data": data})])
        }
        "text" => {
            let text = text_field(&source, "data").unwrap_or_default();
            Ok(vec![text_part(Role::User, &text)])
        }
        "content" => {
            if let Some(text) = text_field(&source, "content") {
                return Ok(vec![text_part(Role::User, &text)]);
            }
            let inner = list_field(&source, "content")?;
            let parts: Result<Vec<_>, _> =
                inner.iter().map(|block| parts_of(block, Role::User)).collect();
            Ok(parts?.concat())
        }
        _ => Err(no_file("document")),
    }
}

fn search_result(block: &Object) -> Result<Value, PublicError> {
    let line = |name: &str| text_field(block, name).unwrap_or_default();
    let texts = list_field(block, "content")?;
    let texts: Vec<_> = texts.iter().filter_map(|inner| text_field(inner, "text")).collect();
    let text = format!("{}\n{}\n{}", line("title"), line("source"), texts.join("\n"));
    Ok(text_part(Role::User, &text))
}

fn data_url(source: &Object) -> Option<String> {
    let (kind, data) = (text_field(source, "media_type")?, text_field(source, "data")?);
    Some(format!("data:{kind};base64,{data}"))
}

fn no_file(kind: &str) -> PublicError {
    let sentence = format!(
        "The backend of a ChatGPT plan has no uploaded files. Send the {kind} itself, as base64."
    );
    PublicError::unsupported("messages", &sentence)
}

fn incomplete(kind: &str) -> PublicError {
    PublicError::invalid("messages", &format!("The `source` of a block `{kind}` is incomplete."))
}
