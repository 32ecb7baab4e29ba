//! The events and items of the Responses stream, as upstream writes them.
//!
//! The same JSON goes over a stream of server-sent events and, one frame
//! each, over a WebSocket.

use serde_json::{Value, json};

/// Announces the response's id; a handshake, not output.
pub fn created(id: &str) -> Value {
    json!({"type": "response.created", "response": {"id": id, "status": "in_progress"}})
}

/// A handshake too.
pub fn in_progress(id: &str) -> Value {
    json!({"type": "response.in_progress", "response": {"id": id, "status": "in_progress"}})
}

/// An item begins; still a handshake.
pub fn item_added(item: &Value) -> Value {
    json!({"type": "response.output_item.added", "output_index": 0, "item": item})
}

/// An item is complete: real output.
pub fn item_done(item: &Value) -> Value {
    json!({"type": "response.output_item.done", "output_index": 0, "item": item})
}

/// A piece of text: the first real output of most answers.
pub fn delta(text: &str) -> Value {
    json!({"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": text})
}

/// The end of a good answer.
pub fn completed(id: &str) -> Value {
    json!({"type": "response.completed", "response": {"id": id, "status": "completed", "usage": {
        "input_tokens": 120, "input_tokens_details": {"cached_tokens": 20},
        "output_tokens": 30, "output_tokens_details": null, "total_tokens": 150,
    }}})
}

/// The end of an answer that failed, with a structured code.
pub fn failed(code: &str, message: &str) -> Value {
    json!({"type": "response.failed", "response": {
        "id": "resp-failed", "status": "failed", "error": {"code": code, "message": message},
    }})
}

/// A failed answer whose error carries further fields, for instance a reset.
pub fn failed_with(error: &Value) -> Value {
    json!({"type": "response.failed",
           "response": {"id": "resp-failed", "status": "failed", "error": error}})
}

/// The end of an answer that was cut short on purpose.
pub fn incomplete(id: &str, reason: &str) -> Value {
    json!({"type": "response.incomplete",
           "response": {"id": id, "status": "incomplete", "incomplete_details": {"reason": reason}}})
}

/// What is used of the windows of 5 hours and a week.
pub fn rate_limits(primary: f64, secondary: f64, reset_at: u64) -> Value {
    json!({"type": "codex.rate_limits", "plan_type": "plus", "rate_limits": {
        "primary": {"used_percent": primary, "window_minutes": 300, "reset_at": reset_at},
        "secondary": {"used_percent": secondary, "window_minutes": 10_080, "reset_at": reset_at},
    }})
}

/// How a WebSocket carries the token that ties the requests of one turn.
pub fn turn_state(token: &str) -> Value {
    json!({"type": "response.metadata", "headers": {"x-codex-turn-state": token}})
}

/// Says nothing, keeps the client from its idle timeout.
pub fn keepalive() -> Value {
    json!({"type": "keepalive"})
}

/// An error as a WebSocket carries it.
pub fn wrapped_error(status: u16, error: &Value) -> Value {
    json!({"type": "error", "status": status, "error": error})
}

/// An assistant's message.
pub fn message(text: &str) -> Value {
    json!({"type": "message", "role": "assistant", "id": format!("msg-{text}"),
           "content": [{"type": "output_text", "text": text}]})
}

/// A call of the command tool.
pub fn function_call(call_id: &str, command: &str) -> Value {
    json!({"type": "function_call", "call_id": call_id, "name": "exec_command",
           "arguments": json!({"cmd": command}).to_string()})
}

/// The same as the newest models write it: a small program.
pub fn custom_tool_call(call_id: &str, program: &str) -> Value {
    json!({"type": "custom_tool_call", "call_id": call_id, "name": "exec", "input": program})
}

/// The program of a [`custom_tool_call`] that runs one command.
pub fn run_command(command: &str) -> String {
    let command = json!({"cmd": command});
    format!("const r = await tools.exec_command({command}); text(r.output)")
}

/// A compacted history, readable by the account that made it only.
pub fn compaction(content: &str) -> Value {
    json!({"type": "compaction", "encrypted_content": content})
}

/// A reasoning item, encrypted by the account that made it.
pub fn reasoning(content: &str) -> Value {
    json!({"type": "reasoning", "id": format!("rs-{content}"), "summary": [],
           "encrypted_content": content})
}

/// A whole answer: handshake, text as a delta, the message, the end.
pub fn turn(id: &str, text: &str) -> Vec<Value> {
    let item = message(text);
    vec![
        created(id),
        in_progress(id),
        item_added(&item),
        delta(text),
        item_done(&item),
        completed(id),
    ]
}

/// A whole answer whose text comes a word at a time.
pub fn words(id: &str, text: &str) -> Vec<Value> {
    let item_id = format!("msg-{id}");
    let item = |status: &str, content: Value| {
        json!({"type": "message", "role": "assistant", "id": item_id, "status": status,
               "content": content})
    };
    let mut events = vec![created(id), item_added(&item("in_progress", json!([])))];
    for word in text.split_inclusive(' ') {
        let mut delta = delta(word);
        delta["item_id"] = json!(item_id);
        events.push(delta);
    }
    let whole = json!([{"type": "output_text", "text": text, "annotations": []}]);
    events.extend([item_done(&item("completed", whole)), completed(id)]);
    events
}

/// An answer that is one finished item, for instance a tool call.
pub fn item_turn(id: &str, item: &Value) -> Vec<Value> {
    vec![created(id), item_added(item), item_done(item), completed(id)]
}

/// `event` as server-sent bytes.
pub fn sse(event: &Value) -> String {
    let kind = event["type"].as_str().unwrap_or("message");
    format!("event: {kind}\ndata: {event}\n\n")
}

/// The events of a whole server-sent body. Comments are skipped.
pub fn parse_sse(body: &[u8]) -> Vec<Value> {
    let text = String::from_utf8_lossy(body);
    let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
    data.filter_map(|line| serde_json::from_str(line.trim()).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_an_answer_add_up_to_its_text() {
        let events = words("resp-1", "a round hall");
        let deltas: String = events.iter().filter_map(|event| event["delta"].as_str()).collect();
        assert_eq!(deltas, "a round hall");
        let done = events.iter().find(|event| event["type"] == "response.output_item.done");
        assert_eq!(done.unwrap()["item"]["content"][0]["text"], "a round hall");
    }

    #[test]
    fn a_stream_is_read_as_it_was_written() {
        let events = turn("resp-1", "hello");
        let text: String = events.iter().map(sse).collect();
        assert_eq!(parse_sse(format!(": ping\n\n{text}").as_bytes()), events);
    }
}
