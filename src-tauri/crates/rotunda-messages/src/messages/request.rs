//! A request of the Messages API as one of the Responses API.

use rotunda_clients::{
    PublicError,
    json_text::{Object, raw, text_of},
};
use rotunda_core::model_rule::ModelChoice;

use super::{content, tools};
use crate::{
    form::Form,
    input::{Input, Role},
    names::ToolNames,
    reading::{
        asks_for, field, is_true, kind_of, list_field, object_field, request_of, text_field,
    },
    strict::json_schema,
    translated::{AnswerForm, ResponsesRequest, Translated, left_out_of},
};

/// Fields that something is made of.
const USED: [&str; 11] = [
    "model",
    "messages",
    "system",
    "tools",
    "tool_choice",
    "thinking",
    "output_config",
    "output_format",
    "stream",
    "metadata",
    // Marks what the service may cache, which the backend does without.
    "cache_control",
];
/// Fields that ask the service for something that the backend has not.
const REFUSED: [&str; 2] = ["container", "mcp_servers"];
/// Claude Code's first block of `system` is for the bill of Anthropic's service. It changes
/// from conversation to conversation, and would keep the rest from the prompt cache.
const BILLING: &str = "x-anthropic-billing-header:";
/// Before the name of a session in `user_id` of Claude Code before 2.1.
const SESSION_MARK: &str = "_session_";
/// Budgets of thinking below these are `low` and `medium`, in tokens.
const BUDGETS: [(u64, &str); 2] = [(4_096, "low"), (16_384, "medium")];

/// Makes a request of the Responses API.
pub(crate) fn translate(
    body: &[u8],
    choice: &ModelChoice,
    session: Option<&str>,
) -> Result<Translated, PublicError> {
    let (request, model) = request_of(body)?;
    if let Some(name) = REFUSED.into_iter().find(|name| asks_for(&request, name)) {
        let sentence = format!("The backend of a ChatGPT plan has no `{name}`. Leave it out.");
        return Err(PublicError::unsupported(name, &sentence));
    }
    let messages = list_field(&request, "messages")?;
    if messages.is_empty() {
        return Err(PublicError::missing("messages"));
    }
    let mut names = ToolNames::default();
    let mut input = Input::default();
    for message in &messages {
        let role = role_of(message)?;
        content::read(message, role, &mut names, &mut input)?;
    }
    let mut translated = ResponsesRequest::new(&choice.model, &input.finish());
    let instructions = system_text(&request)?;
    if !instructions.is_empty() {
        translated.set("instructions", &instructions);
    }
    tools::write(&request, &messages, &mut names, &mut translated)?;
    let thinking = Thinking::of(&request);
    let effort = choice.effort.clone().or_else(|| thinking.effort(&request, &messages));
    translated.set_object("reasoning", &thinking.reasoning(effort.as_deref()));
    if let Some(format) = format_of(&request) {
        translated.set("text", &Object::from([("format".to_owned(), raw(&format))]));
    }
    let session = session.map(str::to_owned).or_else(|| session_of(&request));
    translated.set_session(session);
    Ok(Translated {
        body: translated.into_body(),
        is_stream: is_true(&request, "stream"),
        left_out: left_out_of(&request, &USED),
        answer: AnswerForm {
            form: Form::Messages,
            model,
            names,
            shows_reasoning: thinking != Thinking::Off,
            shows_usage: true,
        },
    })
}

fn role_of(message: &Object) -> Result<Role, PublicError> {
    match text_field(message, "role").as_deref() {
        Some("user") => Ok(Role::User),
        Some("assistant") => Ok(Role::Assistant),
        // Claude Code puts instructions between messages.
        Some("system") => Ok(Role::Developer),
        _ => Err(PublicError::invalid(
            "messages",
            "The `role` of a message is `user`, `assistant` or `system`.",
        )),
    }
}

/// `system` as one text: it is a text, or a list of blocks.
fn system_text(request: &Object) -> Result<String, PublicError> {
    let Some(system) = field(request, "system") else { return Ok(String::new()) };
    if let Some(text) = text_of(system) {
        return Ok(text);
    }
    let blocks = list_field(request, "system")?;
    let texts = blocks.iter().filter_map(|block| text_field(block, "text"));
    let texts: Vec<_> = texts.filter(|text| !text.starts_with(BILLING)).collect();
    Ok(texts.join("\n\n"))
}

/// Whether the client wants to see reasoning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thinking {
    /// It does not ask for it.
    Off,
    /// It keeps the blocks, without text.
    Omitted,
    /// With a summary.
    Shown,
}

impl Thinking {
    fn of(request: &Object) -> Self {
        let Some(thinking) = object_field(request, "thinking") else { return Self::Off };
        match (&*kind_of(&thinking), text_field(&thinking, "display").as_deref()) {
            ("enabled" | "adaptive", Some("omitted")) => Self::Omitted,
            ("enabled" | "adaptive", _) => Self::Shown,
            _ => Self::Off,
        }
    }

    /// How hard the model is to think. Claude Code says it for a turn with the last message
    /// that has `output_config`; older programs give a budget.
    fn effort(self, request: &Object, messages: &[Object]) -> Option<String> {
        let effort_in =
            |object: &Object| text_field(&object_field(object, "output_config")?, "effort");
        let stated = messages.iter().rev().find_map(effort_in).or_else(|| effort_in(request));
        if let Some(effort) = stated {
            // The Responses API has no higher one.
            return Some(if effort == "max" { "xhigh".to_owned() } else { effort });
        }
        let thinking = object_field(request, "thinking").filter(|_| self != Self::Off)?;
        let budget: u64 = text_number(&thinking, "budget_tokens")?;
        let low = BUDGETS.into_iter().find(|(most, _)| budget < *most);
        Some(low.map_or("high", |(_, effort)| effort).to_owned())
    }

    fn reasoning(self, effort: Option<&str>) -> Object {
        let mut reasoning = Object::default();
        if let Some(effort) = effort {
            reasoning.insert("effort".to_owned(), raw(&effort));
        }
        if self == Self::Shown {
            reasoning.insert("summary".to_owned(), raw(&"auto"));
        }
        reasoning
    }
}

fn text_number(object: &Object, name: &str) -> Option<u64> {
    field(object, name)?.get().parse().ok()
}

/// The schema that the answer is to follow: `output_config.format`, or `output_format` of the
/// beta before it.
fn format_of(request: &Object) -> Option<Object> {
    let config = object_field(request, "output_config").unwrap_or_default();
    let format =
        object_field(&config, "format").or_else(|| object_field(request, "output_format"))?;
    let schema = field(&format, "schema").filter(|_| kind_of(&format) == "json_schema")?;
    Some(json_schema("answer", schema, true))
}

/// The conversation that `metadata.user_id` names: JSON with `session_id`, as Claude Code
/// sends it, or a text that ends with the name of a session.
fn session_of(request: &Object) -> Option<String> {
    let user = text_field(&object_field(request, "metadata")?, "user_id")?;
    if let Ok(named) = serde_json::from_str::<Object>(&user) {
        return text_field(&named, "session_id").filter(|name| !name.is_empty());
    }
    let (_, session) = user.rsplit_once(SESSION_MARK)?;
    Some(session.to_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
