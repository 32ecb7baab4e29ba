//! The few messages of `codex app-server` that a test turn needs: one JSON
//! object a line, each way.

use rotunda_core::display_text;
use rotunda_text::{Message, message};
use serde_json::{Map, Value, json};

use super::outcome_classifier::{Ending, Fact, Fault};

/// Ids of our requests; there is one of each.
pub(crate) const HELLO: u64 = 1;
pub(crate) const THREAD: u64 = 2;
pub(crate) const TURN: u64 = 3;
pub(crate) const INTERRUPT: u64 = 4;
pub(crate) const COMPACT: u64 = 5;

/// Sent once; the content of the answer is ignored.
const PROMPT: &str = "This is a test of the connection. Use no tools. Reply with the one word OK.";

/// A message of Codex.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Heard {
    /// The answer to a request of ours.
    Reply { id: u64, result: Value },
    /// Its refusal; `unknown`: it does not know what was named.
    Refusal { id: u64, unknown: bool },
    /// It wants something of us.
    Question { id: Value },
    /// Something happened.
    News(News),
}

/// Something that happened, as far as it matters here.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum News {
    /// The turn has an id now.
    Begun { turn: String },
    /// A fact, with the message that is emitted for it.
    Fact(Fact, Option<Message>),
    /// The turn continues; nothing to emit.
    Progress,
    /// Not shown; its name.
    Noise(String),
}

pub(crate) fn hello() -> Value {
    let client = json!({
        "name": "rotunda_check", "title": "Rotunda", "version": env!("CARGO_PKG_VERSION"),
    });
    let capabilities = json!({ "experimentalApi": true });
    json!({ "id": HELLO, "method": "initialize",
            "params": { "clientInfo": client, "capabilities": capabilities } })
}

pub(crate) fn introduced() -> Value {
    json!({ "method": "initialized" })
}

/// A thread that may not do anything, and leaves nothing behind unless it is
/// `kept` to be opened again.
pub(crate) fn thread(work: &str, model: Option<&str>, kept: bool) -> Value {
    let mut params = harmless(work, model);
    if !kept {
        params["ephemeral"] = true.into();
    }
    json!({ "id": THREAD, "method": "thread/start", "params": params })
}

/// The same thread in another Codex.
pub(crate) fn resume(thread: &str, work: &str, model: Option<&str>) -> Value {
    let mut params = harmless(work, model);
    params["threadId"] = thread.into();
    json!({ "id": THREAD, "method": "thread/resume", "params": params })
}

/// A model that is not named is left out (lesson F10).
fn harmless(work: &str, model: Option<&str>) -> Value {
    let mut params = json!({ "cwd": work, "sandbox": "read-only", "approvalPolicy": "never" });
    if let Some(model) = model {
        params["model"] = model.into();
    }
    params
}

/// Has the thread shortened, which is a turn of its own.
pub(crate) fn compact(thread: &str) -> Value {
    json!({ "id": COMPACT, "method": "thread/compact/start", "params": { "threadId": thread } })
}

pub(crate) fn turn(thread: &str) -> Value {
    let input = json!([{ "type": "text", "text": PROMPT }]);
    json!({ "id": TURN, "method": "turn/start", "params": { "threadId": thread, "input": input } })
}

pub(crate) fn interrupt(thread: &str, turn: &str) -> Value {
    json!({ "id": INTERRUPT, "method": "turn/interrupt",
            "params": { "threadId": thread, "turnId": turn } })
}

/// A test turn may do nothing, so whatever Codex wants to be allowed is not.
pub(crate) fn decline(id: &Value) -> Value {
    json!({ "id": id, "error": { "code": -32601, "message": "A test turn allows nothing." } })
}

/// Reads one line; none when it is no JSON object of the protocol.
pub(crate) fn read(line: &[u8]) -> Option<Heard> {
    let mut message: Map<String, Value> = serde_json::from_slice(line).ok()?;
    let method = message.get("method").and_then(Value::as_str).map(ToOwned::to_owned);
    match (method, message.get("id").cloned()) {
        (Some(_), Some(id)) => Some(Heard::Question { id }),
        (Some(method), None) => {
            Some(Heard::News(news(&method, &message.remove("params").unwrap_or_default())))
        }
        (None, Some(id)) => {
            let id = id.as_u64()?;
            Some(match (message.remove("result"), message.get("error")) {
                (Some(result), _) => Heard::Reply { id, result },
                (None, Some(error)) => Heard::Refusal { id, unknown: is_unknown(error) },
                (None, None) => return None,
            })
        }
        (None, None) => None,
    }
}

/// A name or code that is shown later.
fn word(text: &str) -> Option<String> {
    display_text::clean_some(text, display_text::CODE)
}

fn is_unknown(error: &Value) -> bool {
    error["message"].as_str().is_some_and(|text| text.to_ascii_lowercase().contains("not found"))
}

fn news(method: &str, params: &Value) -> News {
    match method {
        "error" => {
            let fault = fault_of(&params["error"]);
            if params["willRetry"] == true {
                News::Fact(Fact::Retry(fault), Some(message!("turn-line-tries-again")))
            } else {
                News::Fact(Fact::Error(fault), None)
            }
        }
        "turn/started" => match params["turn"]["id"].as_str() {
            Some(id) => News::Begun { turn: id.to_owned() },
            None => News::Progress,
        },
        "turn/completed" => {
            let turn = &params["turn"];
            let fault = Some(&turn["error"]).filter(|error| error.is_object()).map(fault_of);
            News::Fact(Fact::Ended(ending(&turn["status"]), fault), None)
        }
        "item/started" => item_started(params["item"]["type"].as_str().unwrap_or_default()),
        "item/completed" => item_completed(&params["item"]),
        "thread/compacted" => News::Fact(Fact::Shortened, None),
        "thread/tokenUsage/updated" | "account/rateLimits/updated" => {
            News::Noise(method.to_owned())
        }
        _ if method.starts_with("item/") => News::Fact(Fact::Output, None),
        _ if ["thread/", "turn/", "hook/", "mcpServer/", "model/", "modelProvider/"]
            .iter()
            .any(|of| method.starts_with(of)) =>
        {
            News::Progress
        }
        _ => News::Noise(word(method).unwrap_or_default()),
    }
}

fn item_started(kind: &str) -> News {
    let line = match kind {
        "userMessage" | "hookPrompt" => return News::Progress,
        "agentMessage" => message!("turn-line-answers"),
        "reasoning" => message!("turn-line-thinks"),
        // Codex's own, before its request: no output yet.
        "contextCompaction" => {
            return News::Fact(Fact::Shortening, Some(message!("turn-line-shortens")));
        }
        _ => message!("turn-line-tool"),
    };
    News::Fact(Fact::Output, Some(line))
}

fn item_completed(item: &Value) -> News {
    match item["type"].as_str() {
        Some("userMessage" | "hookPrompt") => News::Progress,
        Some("contextCompaction") => News::Fact(Fact::Shortened, None),
        Some("agentMessage") if item["text"].as_str().is_some_and(|text| !text.is_empty()) => {
            News::Fact(Fact::Answer, None)
        }
        _ => News::Fact(Fact::Output, None),
    }
}

fn ending(status: &Value) -> Ending {
    match status.as_str() {
        Some("completed") => Ending::Completed,
        Some("failed") => Ending::Failed,
        Some("interrupted") => Ending::Interrupted,
        _ => Ending::Unknown,
    }
}

/// `codexErrorInfo` is a name, or an object with one name that holds a status.
/// The text around it is Codex's; where the service's answer is passed on
/// whole, it is JSON and its code is read.
fn fault_of(error: &Value) -> Fault {
    let info = &error["codexErrorInfo"];
    let (kind, held) = match info.as_object().and_then(|fields| fields.iter().next()) {
        Some((name, held)) => (Some(name.as_str()), held),
        None => (info.as_str(), &Value::Null),
    };
    let status = held["httpStatusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
    let texts = [&error["message"], &error["additionalDetails"]];
    let texts = || texts.into_iter().filter_map(Value::as_str);
    let answer = texts().find_map(|text| serde_json::from_str::<Value>(text).ok());
    let answer = answer.as_ref().map(|answer| &answer["error"]);
    let code = answer.and_then(|error| error["code"].as_str().or(error["type"].as_str()));
    let is_tools = |text: &str| {
        ["No tool call found", "No tool output found"].iter().any(|start| text.starts_with(start))
    };
    Fault {
        about_compact: texts().any(|text| text.trim_end().ends_with("/responses/compact")),
        about_tool: code.is_some_and(|code| code.starts_with("invalid_tool"))
            || answer.and_then(|error| error["message"].as_str()).is_some_and(is_tools),
        code: code.and_then(word),
        kind: kind.and_then(word),
        status,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn heard(message: &Value) -> Heard {
        read(message.to_string().as_bytes()).unwrap()
    }

    fn error(message: &str, info: &Value, details: &str) -> Fault {
        fault_of(
            &json!({ "message": message, "codexErrorInfo": info, "additionalDetails": details }),
        )
    }

    /// As the real client words them.
    #[test]
    fn faults_are_read_from_fields() {
        let status = json!({ "httpConnectionFailed": { "httpStatusCode": 503 } });
        let text = "unexpected status 503 Service Unavailable: boom, url: http://127.0.0.1:1/k/codex/responses";
        let read = error(text, &status, "");
        assert_eq!((read.kind.as_deref(), read.status), (Some("httpConnectionFailed"), Some(503)));
        let read = error("You hit your limit", &json!("usageLimitExceeded"), "");
        assert_eq!((read.kind.as_deref(), read.status), (Some("usageLimitExceeded"), None));
        let body = json!({ "error": { "message": "Sign in.", "code": "no_profile_ready" } });
        let read = error(&body.to_string(), &json!("other"), "");
        assert_eq!(read.code.as_deref(), Some("no_profile_ready"));
        let missing = json!({ "httpConnectionFailed": { "httpStatusCode": 404 } });
        let text = "unexpected status 404 Not Found: gone, url: http://127.0.0.1:1/k/codex/responses/compact";
        assert!(error(text, &missing, "").about_compact);
        let body = json!({ "error": { "message": "No tool call found for call-1." } });
        assert!(error(&body.to_string(), &json!("badRequest"), "").about_tool);
    }

    #[test]
    fn replies_errors_and_requests_are_distinguished() {
        let reply = heard(&json!({ "id": 2, "result": { "thread": { "id": "t" } } }));
        assert_eq!(reply, Heard::Reply { id: 2, result: json!({ "thread": { "id": "t" } }) });
        let refusal =
            json!({ "id": 3, "error": { "code": -32600, "message": "thread not found: t" } });
        assert_eq!(heard(&refusal), Heard::Refusal { id: 3, unknown: true });
        let question = json!({ "id": "x", "method": "item/tool/call", "params": {} });
        assert_eq!(heard(&question), Heard::Question { id: json!("x") });
        for nonsense in ["", "[]", "null", "WARNING: hello", "{\"id\":3}", "{}"] {
            assert_eq!(read(nonsense.as_bytes()), None, "{nonsense}");
        }
    }

    #[test]
    fn an_unnamed_model_is_left_out() {
        for of in [|model| thread("/w", model, false), |model| resume("t", "/w", model)] {
            assert!(of(None)["params"].get("model").is_none());
            assert_eq!(of(Some("m"))["params"]["model"], "m");
        }
    }

    #[test]
    fn only_a_thread_that_is_opened_again_is_kept() {
        assert_eq!(thread("/w", None, false)["params"]["ephemeral"], true);
        assert!(thread("/w", None, true)["params"].get("ephemeral").is_none());
    }

    #[test]
    fn noise_is_no_progress_and_deltas_are_output() {
        let of = |method: &str| news(method, &json!({}));
        assert_eq!(
            of("account/rateLimits/updated"),
            News::Noise("account/rateLimits/updated".into())
        );
        assert_eq!(of("warning"), News::Noise("warning".into()));
        assert_eq!(of("item/reasoning/textDelta"), News::Fact(Fact::Output, None));
        assert_eq!(of("thread/status/changed"), News::Progress);
    }
}
