use super::*;

fn choice() -> ModelChoice {
    ModelChoice { model: "gpt-test".into(), effort: None }
}

fn translated(request: &Value) -> (Value, Translated) {
    let translated = translate(request.to_string().as_bytes(), &choice(), None).unwrap();
    (serde_json::from_slice(&translated.body).unwrap(), translated)
}

fn with(field: &str, value: Value) -> Value {
    let mut request = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}]});
    request[field] = value;
    request
}

#[test]
fn a_conversation_with_a_tool_is_items_in_their_order() {
    let call = json!({"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\"x\":1}"}});
    let messages = json!([
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
        {"role": "user", "content": "weather?"},
        {"role": "assistant", "content": null, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "22 degrees"},
        {"role": "system", "content": "Now answer."},
    ]);
    let (body, _) = translated(&with("messages", messages));
    assert_eq!(body["instructions"], "Be brief.\n\nBe kind.");
    let expected = json!([
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "weather?"}]},
        {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{\"x\":1}"},
        {"type": "function_call_output", "call_id": "c1", "output": "22 degrees"},
        {"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "Now answer."}]},
    ]);
    assert_eq!(body["input"], expected);
}

#[test]
fn a_request_of_instructions_alone_asks_with_the_last() {
    let messages = json!([{"role": "system", "content": "a"}, {"role": "system", "content": "b"}]);
    let (body, _) = translated(&with("messages", messages));
    assert_eq!(body["instructions"], "a");
    assert_eq!(body["input"][0]["content"][0]["text"], "b");
}

#[test]
fn images_and_files_are_passed_on() {
    let content = json!([
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA", "detail": "low"}},
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,BB"}},
    ]);
    let (body, _) = translated(&with("messages", json!([{"role": "user", "content": content}])));
    let expected = json!([
        {"type": "input_image", "image_url": "data:image/png;base64,AA", "detail": "low"},
        {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,BB"},
    ]);
    assert_eq!(body["input"][0]["content"], expected);
}

#[test]
fn tools_and_the_form_of_the_answer_are_those_of_the_responses_api() {
    let schema =
        json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false});
    let function = json!({"name": "f", "description": "d", "parameters": schema, "strict": true});
    let mut request = with("tools", json!([{"type": "function", "function": function}]));
    request["tool_choice"] = json!({"type": "function", "function": {"name": "f"}});
    request["response_format"] = json!({"type": "json_schema", "json_schema": {"name": "n", "schema": schema, "strict": true}});
    request["verbosity"] = json!("low");
    request["reasoning_effort"] = json!("high");
    request["parallel_tool_calls"] = json!(false);
    let (body, _) = translated(&request);
    let tool = json!({"type": "function", "name": "f", "description": "d", "parameters": schema, "strict": true});
    assert_eq!(body["tools"], json!([tool]));
    assert_eq!(body["tool_choice"], json!({"type": "function", "name": "f"}));
    let format = json!({"type": "json_schema", "name": "n", "schema": schema, "strict": true});
    assert_eq!(body["text"], json!({"format": format, "verbosity": "low"}));
    assert_eq!(body["reasoning"]["effort"], "high");
    assert_eq!(body["parallel_tool_calls"], false);
    request["tool_choice"] = json!("required");
    assert_eq!(translated(&request).0["tool_choice"], "required");
}

#[test]
fn usage_is_always_in_a_document_and_in_a_stream_on_request() {
    assert!(translated(&with("n", json!(1))).1.answer.shows_usage);
    assert!(!translated(&with("stream", json!(true))).1.answer.shows_usage);
    let mut with_usage = with("stream", json!(true));
    with_usage["stream_options"] = json!({"include_usage": true});
    assert!(translated(&with_usage).1.answer.shows_usage);
}

#[test]
fn empty_lists_ask_for_nothing_and_a_name_that_is_too_long_is_left_out() {
    let mut request = with("functions", json!([]));
    request["logprobs"] = json!(false);
    request["prompt_cache_key"] = json!("k1");
    assert_eq!(translated(&request).0["prompt_cache_key"], "k1");
    request["prompt_cache_key"] = json!("x".repeat(65));
    assert_eq!(translated(&request).0.get("prompt_cache_key"), None);
}

#[test]
fn what_has_no_effect_is_named_and_what_cannot_be_is_refused() {
    let mut request = with("temperature", json!(0.2));
    request["stop"] = json!(["x"]);
    request["store"] = json!(false);
    assert_eq!(translated(&request).1.left_out, ["stop", "temperature"]);
    for (field, value) in [
        ("n", json!(2)),
        ("functions", json!([{"name": "f"}])),
        ("function_call", json!("auto")),
        ("logprobs", json!(true)),
        ("audio", json!({})),
        ("tools", json!([{"type": "custom", "custom": {"name": "x"}}])),
        ("messages", json!([{"role": "user", "content": [{"type": "input_audio"}]}])),
        (
            "messages",
            json!([{"role": "user", "content": [{"type": "file", "file": {"file_id": "f"}}]}]),
        ),
        ("messages", json!([{"role": "critic", "content": "x"}])),
        ("messages", json!([{"role": "tool", "content": "x"}])),
        ("messages", json!([])),
    ] {
        let refused = translate(with(field, value).to_string().as_bytes(), &choice(), None);
        let error = refused.unwrap_err();
        assert_eq!((error.status.as_u16(), error.param.as_deref()), (400, Some(field)));
    }
}
