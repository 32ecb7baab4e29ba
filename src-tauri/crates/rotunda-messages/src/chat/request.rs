//! A request of Chat Completions as one of the Responses API.

use rotunda_clients::{
    PublicError,
    json_text::{Object, raw},
};
use rotunda_core::model_rule::ModelChoice;
use serde_json::{Value, json, value::RawValue};

use crate::{
    form::Form,
    input::{Input, Role, text_part},
    names::ToolNames,
    reading::{
        asks_for, field, is_true, kind_of, list_field, object_field, request_of, text_field,
    },
    strict::{can_be_strict, json_schema},
    translated::{AnswerForm, ResponsesRequest, Translated, left_out_of},
};

/// Fields that something is made of.
const USED: [&str; 13] = [
    "model",
    "messages",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "response_format",
    "reasoning_effort",
    "verbosity",
    "service_tier",
    "prompt_cache_key",
    "stream",
    "stream_options",
    "n",
];
/// Fields that passed on as they are mean the same.
const SAME: [&str; 2] = ["parallel_tool_calls", "service_tier"];
/// Fields that ask for something that the backend has not, or that stands in the answer.
const REFUSED: [(&str, &str); 4] = [
    ("functions", "`functions` is out of date. Send `tools`."),
    ("function_call", "`function_call` is out of date. Send `tool_choice`."),
    ("logprobs", "The backend of a ChatGPT plan states no probabilities. Leave `logprobs` out."),
    ("audio", "The backend of a ChatGPT plan has no audio. Leave `audio` out."),
];

/// Makes a request of the Responses API.
pub(crate) fn translate(
    body: &[u8],
    choice: &ModelChoice,
    session: Option<&str>,
) -> Result<Translated, PublicError> {
    let (request, model) = request_of(body)?;
    refuse(&request)?;
    let messages = list_field(&request, "messages")?;
    if messages.is_empty() {
        return Err(PublicError::missing("messages"));
    }
    let mut names = ToolNames::default();
    let (instructions, rest) = instructions_of(&messages);
    let mut input = Input::default();
    for message in rest {
        read(message, &mut names, &mut input)?;
    }
    let mut translated = ResponsesRequest::new(&choice.model, &input.finish());
    if !instructions.is_empty() {
        translated.set("instructions", &instructions);
    }
    write_tools(&request, &mut names, &mut translated)?;
    let effort = choice.effort.clone().or_else(|| text_field(&request, "reasoning_effort"));
    if let Some(effort) = effort {
        translated.set("reasoning", &json!({"effort": effort}));
    }
    translated.set_object("text", &text_of_answer(&request));
    for name in SAME {
        if let Some(value) = field(&request, name) {
            translated.set(name, &value);
        }
    }
    let session = session.map(str::to_owned);
    translated.set_session(session.or_else(|| text_field(&request, "prompt_cache_key")));
    let is_stream = is_true(&request, "stream");
    let options = object_field(&request, "stream_options").unwrap_or_default();
    Ok(Translated {
        body: translated.into_body(),
        is_stream,
        left_out: left_out_of(&request, &USED),
        answer: AnswerForm {
            form: Form::Chat,
            model,
            names,
            shows_reasoning: false,
            shows_usage: !is_stream || is_true(&options, "include_usage"),
        },
    })
}

fn refuse(request: &Object) -> Result<(), PublicError> {
    for (name, sentence) in REFUSED {
        if asks_for(request, name) {
            return Err(PublicError::unsupported(name, sentence));
        }
    }
    if field(request, "n").is_some_and(|count| count.get() != "1") {
        let sentence = "The backend of a ChatGPT plan gives one answer. Leave `n` out.";
        return Err(PublicError::unsupported("n", sentence));
    }
    Ok(())
}

fn is_of_developer(message: &Object) -> bool {
    matches!(text_field(message, "role").as_deref(), Some("system" | "developer"))
}

/// The instructions at the beginning, and the messages after them.
fn instructions_of(messages: &[Object]) -> (String, &[Object]) {
    let count = messages.iter().take_while(|message| is_of_developer(message)).count();
    // A request of instructions alone asks for something with its last one.
    let count = count.min(messages.len() - 1);
    let texts = messages[..count].iter().flat_map(|message| match text_field(message, "content") {
        Some(text) => vec![text],
        None => list_field(message, "content")
            .unwrap_or_default()
            .iter()
            .filter_map(|part| text_field(part, "text"))
            .collect(),
    });
    (texts.collect::<Vec<_>>().join("\n\n"), &messages[count..])
}

fn read(message: &Object, names: &mut ToolNames, input: &mut Input) -> Result<(), PublicError> {
    match text_field(message, "role").as_deref() {
        Some("system" | "developer") => content(message, Role::Developer, input),
        Some("user") => content(message, Role::User, input),
        Some("assistant") => {
            content(message, Role::Assistant, input)?;
            if let Some(refusal) = text_field(message, "refusal") {
                input.text(Role::Assistant, &refusal);
            }
            for call in list_field(message, "tool_calls")? {
                read_call(&call, names, input)?;
            }
            Ok(())
        }
        Some("tool") => {
            let id = text_field(message, "tool_call_id").ok_or_else(|| {
                PublicError::invalid("messages", "A message of a tool has `tool_call_id`.")
            })?;
            input.result(id, result_of(message)?);
            Ok(())
        }
        _ => Err(PublicError::invalid(
            "messages",
            "The `role` of a message is `system`, `developer`, `user`, `assistant` or `tool`.",
        )),
    }
}

fn read_call(call: &Object, names: &mut ToolNames, input: &mut Input) -> Result<(), PublicError> {
    let function = object_field(call, "function").unwrap_or_default();
    let (id, name) = (text_field(call, "id"), text_field(&function, "name"));
    let (Some(id), Some(name)) = (id, name) else {
        return Err(PublicError::invalid(
            "messages",
            "A call in `tool_calls` has an `id` and a `function` with a `name`.",
        ));
    };
    let arguments = text_field(&function, "arguments").unwrap_or_else(|| "{}".to_owned());
    input.call(id, names.for_service(&name), arguments);
    Ok(())
}

fn content(message: &Object, role: Role, input: &mut Input) -> Result<(), PublicError> {
    if let Some(text) = text_field(message, "content") {
        input.text(role, &text);
        return Ok(());
    }
    for part in list_field(message, "content")? {
        input.part(role, part_of(&part, role)?);
    }
    Ok(())
}

/// What a tool answered: one text, or parts when there is more than text.
fn result_of(message: &Object) -> Result<Value, PublicError> {
    if let Some(text) = text_field(message, "content") {
        return Ok(json!(text));
    }
    let parts: Result<Vec<_>, _> =
        list_field(message, "content")?.iter().map(|part| part_of(part, Role::User)).collect();
    let parts = parts?;
    let texts: Option<Vec<_>> = parts.iter().map(|part| part.get("text")?.as_str()).collect();
    Ok(texts.map_or_else(|| Value::Array(parts.clone()), |texts| json!(texts.join("\n"))))
}

fn part_of(part: &Object, role: Role) -> Result<Value, PublicError> {
    match &*kind_of(part) {
        "text" => Ok(text_part(role, &text_field(part, "text").unwrap_or_default())),
        "refusal" => Ok(text_part(role, &text_field(part, "refusal").unwrap_or_default())),
        "image_url" => {
            let image = object_field(part, "image_url").unwrap_or_default();
            let url = text_field(&image, "url").ok_or_else(|| {
                PublicError::invalid("messages", "An `image_url` is an object with a `url`.")
            })?;
            let mut written = json!({"type": "input_image", "image_url": url});
            if let Some(detail) = text_field(&image, "detail") {
                written["detail"] = json!(detail);
            }
            Ok(written)
        }
        "file" => {
            let file = object_field(part, "file").unwrap_or_default();
            let data = text_field(&file, "file_data").ok_or_else(|| {
                let sentence =
                    "The backend of a ChatGPT plan has no uploaded files. Send `file_data`.";
                PublicError::unsupported("messages", sentence)
            })?;
            let name = text_field(&file, "filename").unwrap_or_else(|| "document.pdf".to_owned());
            Ok(json!({"type": "input_file", "filename": name, "file_data": data}))
        }
        kind => Err(PublicError::unsupported(
            "messages",
            &format!("Rotunda cannot send a part `{kind}` to the backend of a ChatGPT plan."),
        )),
    }
}

fn write_tools(
    request: &Object,
    names: &mut ToolNames,
    translated: &mut ResponsesRequest,
) -> Result<(), PublicError> {
    let mut written = Vec::new();
    for tool in list_field(request, "tools")? {
        written.push(written_tool(&tool, names)?);
    }
    if written.is_empty() {
        return Ok(());
    }
    translated.set("tools", &written);
    let Some(choice) = field(request, "tool_choice") else { return Ok(()) };
    let Some(choice) = object_field(request, "tool_choice").map_or_else(
        || Some(choice.to_owned()),
        |choice| {
            let name = text_field(&object_field(&choice, "function")?, "name")?;
            Some(raw(&json!({"type": "function", "name": names.for_service(&name)})))
        },
    ) else {
        let sentence = "`tool_choice` is `auto`, `none`, `required` or one function.";
        return Err(PublicError::invalid("tool_choice", sentence));
    };
    translated.set("tool_choice", &choice);
    Ok(())
}

fn written_tool(tool: &Object, names: &mut ToolNames) -> Result<Box<RawValue>, PublicError> {
    let kind = kind_of(tool);
    if kind != "function" {
        return Err(PublicError::unsupported(
            "tools",
            &format!("Rotunda cannot offer a tool of the type `{kind}` here. Send functions."),
        ));
    }
    let function = object_field(tool, "function").unwrap_or_default();
    let name = text_field(&function, "name")
        .ok_or_else(|| PublicError::invalid("tools", "A function has a text `name`."))?;
    let parameters = field(&function, "parameters")
        .map_or_else(|| raw(&json!({"type": "object", "properties": {}})), ToOwned::to_owned);
    let strict = is_true(&function, "strict") && can_be_strict(&parameters);
    let mut written = Object::default();
    written.insert("type".to_owned(), raw(&"function"));
    written.insert("name".to_owned(), raw(&names.for_service(&name)));
    if let Some(description) = text_field(&function, "description") {
        written.insert("description".to_owned(), raw(&description));
    }
    written.insert("parameters".to_owned(), parameters);
    written.insert("strict".to_owned(), raw(&strict));
    Ok(raw(&written))
}

/// The form of the text of the answer.
fn text_of_answer(request: &Object) -> Object {
    let mut text = Object::default();
    let format = object_field(request, "response_format").unwrap_or_default();
    match &*kind_of(&format) {
        "json_object" => {
            text.insert("format".to_owned(), raw(&json!({"type": "json_object"})));
        }
        "json_schema" => {
            let named = object_field(&format, "json_schema").unwrap_or_default();
            if let Some(schema) = field(&named, "schema") {
                let name = text_field(&named, "name").unwrap_or_else(|| "answer".to_owned());
                let format = json_schema(&name, schema, is_true(&named, "strict"));
                text.insert("format".to_owned(), raw(&format));
            }
        }
        _ => {}
    }
    if let Some(verbosity) = field(request, "verbosity") {
        text.insert("verbosity".to_owned(), verbosity.to_owned());
    }
    text
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
