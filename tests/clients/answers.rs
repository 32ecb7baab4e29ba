//! Answers of the backend with every event that it sends for them.

use rotunda_tests::{Received, Reply, Route};
use serde_json::{Value, json};

/// Numbers events in their order.
fn numbered(events: Vec<Value>) -> Vec<Value> {
    let number = |(number, mut event): (u64, Value)| {
        event["sequence_number"] = json!(number);
        event
    };
    (0..).zip(events).map(number).collect()
}

fn response(id: &str, status: &str) -> Value {
    json!({
        "id": id, "object": "response", "created_at": 1_780_000_000, "status": status, "model": "gpt-test",
        "output": [], "error": null, "incomplete_details": null, "instructions": null, "metadata": {},
        "parallel_tool_calls": true, "temperature": 1.0, "tool_choice": "auto", "tools": [], "top_p": 1.0,
        "usage": null,
    })
}

fn usage() -> Value {
    json!({"input_tokens": 9, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 4,
           "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 13})
}

/// An answer of these items, each with the events between its beginning and its end.
fn turn(id: &str, items: Vec<(Value, Vec<Value>)>) -> Vec<Value> {
    let mut events = vec![
        json!({"type": "response.created", "response": response(id, "in_progress")}),
        json!({"type": "response.in_progress", "response": response(id, "in_progress")}),
    ];
    for (index, (item, parts)) in items.into_iter().enumerate() {
        let mut begun = item.clone();
        begun["status"] = json!("in_progress");
        for (field, nothing) in [("content", json!([])), ("arguments", json!(""))] {
            if begun.get(field).is_some() {
                begun[field] = nothing;
            }
        }
        events.push(
            json!({"type": "response.output_item.added", "output_index": index, "item": begun}),
        );
        for mut part in parts {
            part["output_index"] = json!(index);
            part["item_id"] = item["id"].clone();
            events.push(part);
        }
        events.push(
            json!({"type": "response.output_item.done", "output_index": index, "item": item}),
        );
    }
    // The backend of a plan leaves the output out at the end.
    let mut whole = response(id, "completed");
    whole["usage"] = usage();
    events.push(json!({"type": "response.completed", "response": whole}));
    numbered(events)
}

fn message(text: &str) -> (Value, Vec<Value>) {
    let part = json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []});
    let item = json!({"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]});
    let empty = json!({"type": "output_text", "text": "", "annotations": [], "logprobs": []});
    let mut parts =
        vec![json!({"type": "response.content_part.added", "content_index": 0, "part": empty})];
    for word in text.split_inclusive(' ') {
        parts.push(json!({"type": "response.output_text.delta", "content_index": 0, "delta": word, "logprobs": []}));
    }
    parts.push(json!({"type": "response.output_text.done", "content_index": 0, "text": text, "logprobs": []}));
    parts.push(json!({"type": "response.content_part.done", "content_index": 0, "part": part}));
    (item, parts)
}

fn call(name: &str, arguments: &Value) -> (Value, Vec<Value>) {
    let text = arguments.to_string();
    let item = json!({"id": "fc_1", "type": "function_call", "call_id": "call_1", "name": name,
                      "arguments": text, "status": "completed"});
    let parts = vec![
        json!({"type": "response.function_call_arguments.delta", "delta": text}),
        json!({"type": "response.function_call_arguments.done", "arguments": text, "name": name}),
    ];
    (item, parts)
}

fn reasoning() -> (Value, Vec<Value>) {
    (
        json!({"id": "rs_1", "type": "reasoning", "summary": [], "encrypted_content": "sealed"}),
        Vec::new(),
    )
}

/// An answer that calls one function of each pair of an id and a call, after some reasoning.
pub(crate) fn calls_turn(id: &str, calls: &[(&str, &str, Value)]) -> Vec<Value> {
    let mut items = vec![reasoning()];
    for (call_id, name, arguments) in calls {
        let (mut item, mut parts) = call(name, arguments);
        item["call_id"] = json!(call_id);
        item["id"] = json!(format!("fc_{call_id}"));
        for part in &mut parts {
            part["item_id"] = item["id"].clone();
        }
        items.push((item, parts));
    }
    turn(id, items)
}

/// An answer that says `text`.
pub(crate) fn message_turn(id: &str, text: &str) -> Vec<Value> {
    turn(id, vec![message(text)])
}

/// An answer that calls a function after some reasoning.
pub(crate) fn call_turn(id: &str, name: &str, arguments: &Value) -> Vec<Value> {
    turn(id, vec![reasoning(), call(name, arguments)])
}

/// What the stories expect, by what stands in the request.
pub(crate) fn of_request(received: &Received) -> Option<Reply> {
    if received.route == Route::Models {
        let models = json!({"models": [{"slug": "gpt-test"}, {"slug": "gpt-other"}]});
        return Some(Reply::json(200, models));
    }
    if received.route != Route::Responses {
        return None;
    }
    let body = received.json();
    // As the real backend does.
    for (field, wanted) in [("store", json!(false)), ("stream", json!(true))] {
        if body[field] != wanted {
            return Some(Reply::json(400, json!({"detail": format!("{field} must be {wanted}")})));
        }
    }
    for field in ["temperature", "max_output_tokens", "metadata", "previous_response_id", "user"] {
        if body.get(field).is_some() {
            return Some(Reply::json(
                400,
                json!({"detail": format!("Unsupported parameter: {field}")}),
            ));
        }
    }
    let input = body["input"].as_array()?;
    let last = input.last()?.to_string();
    let events = if last.contains("function_call_output") {
        message_turn("resp_2", &format!("the tool says {}", input.last()?["output"].as_str()?))
    } else if last.contains("use the tool") && body["tools"][0]["name"] == "get_weather" {
        call_turn("resp_1", "get_weather", &json!({"city": "Paris"}))
    } else if last.contains("input_image") {
        let url = input.last()?.pointer("/content/1/image_url")?.as_str()?.len();
        message_turn("resp_1", &format!("an image of {url} characters"))
    } else if let Some(schema) = body.pointer("/text/format/schema/properties") {
        // In the order in which the schema has them.
        let names: Vec<_> = schema.as_object()?.keys().cloned().collect();
        assert_eq!(names.len(), 2, "{names:?}");
        message_turn("resp_1", r#"{"name":"Ada","age":36}"#)
    } else if last.contains("refuse me") {
        let error = json!({"message": "no such tool", "type": "invalid_request_error", "param": "tools[0]", "code": "invalid_value"});
        return Some(Reply::json(400, json!({"error": error})));
    } else {
        message_turn("resp_1", "hello there")
    };
    Some(Reply::events(events))
}
