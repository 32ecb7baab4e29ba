//! The tools of a request.

use std::collections::HashSet;

use rotunda_clients::{
    PublicError,
    json_text::{Object, raw},
};
use serde_json::{json, value::RawValue};

use crate::{
    names::ToolNames,
    reading::{field, is_true, kind_of, list_field, object_field, text_field},
    strict::can_be_strict,
    translated::ResponsesRequest,
};

/// The search of the service, with the date of a version behind it.
const WEB_SEARCH: &str = "web_search_";
/// Finds tools that were not loaded; the service has none.
const TOOL_SEARCH: &str = "tool_search_tool_";

/// Writes the tools, and which of them is to be called.
pub(super) fn write(
    request: &Object,
    messages: &[Object],
    names: &mut ToolNames,
    translated: &mut ResponsesRequest,
) -> Result<(), PublicError> {
    let tools = offered(list_field(request, "tools")?, messages)?;
    let mut written = Vec::with_capacity(tools.len());
    for tool in &tools {
        written.push(written_tool(tool, names)?);
    }
    if written.is_empty() {
        return Ok(());
    }
    translated.set("tools", &written);
    let choice = object_field(request, "tool_choice").unwrap_or_default();
    if let Some(choice) = choice_of(&choice, &tools, names) {
        translated.set("tool_choice", &choice);
    }
    if is_true(&choice, "disable_parallel_tool_use") {
        translated.set("parallel_tool_calls", &false);
    }
    Ok(())
}

/// The tools that the model is shown. One with `defer_loading` is shown after a
/// `tool_reference` named it, behind the others, so that these stay in the prompt cache; a
/// program that leaves the search for tools to the service has all of them shown.
fn offered(tools: Vec<Object>, messages: &[Object]) -> Result<Vec<Object>, PublicError> {
    let searches = tools.iter().any(|tool| kind_of(tool).starts_with(TOOL_SEARCH));
    let named = referenced(messages)?;
    let (deferred, mut shown): (Vec<_>, Vec<_>) = tools
        .into_iter()
        .filter(|tool| !kind_of(tool).starts_with(TOOL_SEARCH))
        .partition(|tool| is_true(tool, "defer_loading"));
    let is_named = |tool: &Object| text_field(tool, "name").is_some_and(|it| named.contains(&it));
    shown.extend(deferred.into_iter().filter(|tool| searches || is_named(tool)));
    Ok(shown)
}

fn referenced(messages: &[Object]) -> Result<HashSet<String>, PublicError> {
    let mut named = HashSet::new();
    for message in messages {
        if text_field(message, "content").is_some() {
            continue;
        }
        for block in list_field(message, "content")? {
            let inner =
                if kind_of(&block) == "tool_result" { blocks_in(&block) } else { vec![block] };
            let references = inner.iter().filter(|it| kind_of(it) == "tool_reference");
            named.extend(references.filter_map(|it| text_field(it, "tool_name")));
        }
    }
    Ok(named)
}

fn blocks_in(block: &Object) -> Vec<Object> {
    let content = field(block, "content").and_then(|it| serde_json::from_str(it.get()).ok());
    content.unwrap_or_default()
}

fn written_tool(tool: &Object, names: &mut ToolNames) -> Result<Box<RawValue>, PublicError> {
    let kind = kind_of(tool);
    if kind.starts_with(WEB_SEARCH) {
        return Ok(web_search(tool));
    }
    if !matches!(&*kind, "" | "custom") {
        return Err(PublicError::unsupported(
            "tools",
            &format!("The backend of a ChatGPT plan has no tool of the type `{kind}`."),
        ));
    }
    let name = text_field(tool, "name").unwrap_or_default();
    if name.is_empty() {
        return Err(PublicError::invalid("tools", "A tool has a text `name`."));
    }
    let schema = field(tool, "input_schema").map_or_else(|| raw(&json!({})), ToOwned::to_owned);
    let strict = is_true(tool, "strict") && can_be_strict(&schema);
    let mut function = Object::default();
    function.insert("type".to_owned(), raw(&"function"));
    function.insert("name".to_owned(), raw(&names.for_service(&name)));
    if let Some(description) = text_field(tool, "description") {
        function.insert("description".to_owned(), raw(&description));
    }
    function.insert("parameters".to_owned(), schema);
    function.insert("strict".to_owned(), raw(&strict));
    Ok(raw(&function))
}

fn web_search(tool: &Object) -> Box<RawValue> {
    let mut search = Object::default();
    search.insert("type".to_owned(), raw(&"web_search"));
    if let Some(domains) = field(tool, "allowed_domains") {
        search.insert("filters".to_owned(), raw(&json!({"allowed_domains": domains})));
    }
    if let Some(location) = field(tool, "user_location") {
        search.insert("user_location".to_owned(), location.to_owned());
    }
    raw(&search)
}

fn choice_of(choice: &Object, tools: &[Object], names: &mut ToolNames) -> Option<Box<RawValue>> {
    match &*kind_of(choice) {
        "auto" => Some(raw(&"auto")),
        "any" => Some(raw(&"required")),
        "none" => Some(raw(&"none")),
        "tool" => {
            let name = text_field(choice, "name")?;
            let tool = tools.iter().find(|it| text_field(it, "name").as_deref() == Some(&*name));
            // A tool of the service has no name there.
            if tool.is_some_and(|it| kind_of(it).starts_with(WEB_SEARCH)) {
                return Some(raw(&"required"));
            }
            Some(raw(&json!({"type": "function", "name": names.for_service(&name)})))
        }
        _ => None,
    }
}
