use serde_json::{Value, json};

use super::*;

fn choice() -> ModelChoice {
    ModelChoice { model: "gpt-test".into(), effort: None }
}

fn translated(request: &Value) -> (Value, Translated) {
    let translated = translate(request.to_string().as_bytes(), &choice(), None).unwrap();
    (serde_json::from_slice(&translated.body).unwrap(), translated)
}

fn body(request: &Value) -> Value {
    translated(request).0
}

#[track_caller]
fn refused(request: &Value) -> PublicError {
    translate(request.to_string().as_bytes(), &choice(), None).unwrap_err()
}

fn with(field: &str, value: Value) -> Value {
    let mut request = json!({"model": "claude-opus-5-5", "max_tokens": 100,
                             "messages": [{"role": "user", "content": "hi"}]});
    request[field] = value;
    request
}

fn with_content(content: &Value) -> Value {
    with("messages", json!([{"role": "user", "content": content}]))
}

/// As Claude Code 2.1.332 sends it in the second request of a conversation, shortened.
fn of_claude_code() -> Value {
    json!({
        "model": "claude-opus-5-5",
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "edit the file"}]},
            {"role": "system", "content": "# Environment", "output_config": {"effort": "high"}},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "", "signature": "rotunda1.sealed"},
                {"type": "tool_use", "id": "call_1", "name": "Edit", "input": {"b": 1, "a": 2}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "call_1", "content": "edited", "cache_control": {"type": "ephemeral"}},
            ]},
        ],
        "system": [
            {"type": "text", "text": "x-anthropic-billing-header: cc_version=2.1.332.966;"},
            {"type": "text", "text": "You are an agent.", "cache_control": {"type": "ephemeral"}},
            {"type": "text", "text": "Work."},
        ],
        "tools": [{"name": "Edit", "description": "Edits.", "input_schema": {"type": "object"}}],
        "metadata": {"user_id": "{\"device_id\":\"d\",\"session_id\":\"bc0ba452\"}"},
        "max_tokens": 128_000,
        "thinking": {"type": "adaptive", "display": "omitted"},
        "context_management": {"edits": []},
        "output_config": {"effort": "medium"},
        "stream": true,
    })
}

#[test]
fn a_request_of_claude_code_keeps_its_reasoning_and_its_tools() {
    // As text: the members of a call keep their order.
    let text = of_claude_code().to_string().replace(r#"{"a":2,"b":1}"#, r#"{"b":1,"a":2}"#);
    let translated = translate(text.as_bytes(), &choice(), None).unwrap();
    let body: Value = serde_json::from_slice(&translated.body).unwrap();
    let expected = json!([
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "edit the file"}]},
        {"type": "message", "role": "developer", "content": [{"type": "input_text", "text": "# Environment"}]},
        {"type": "reasoning", "summary": [], "encrypted_content": "sealed"},
        {"type": "function_call", "call_id": "call_1", "name": "Edit", "arguments": "{\"b\":1,\"a\":2}"},
        {"type": "function_call_output", "call_id": "call_1", "output": "edited"},
    ]);
    assert_eq!(body["input"], expected);
    assert_eq!(body["instructions"], "You are an agent.\n\nWork.");
    assert_eq!(body["model"], "gpt-test");
    assert_eq!(body["prompt_cache_key"], "bc0ba452");
    assert_eq!(body["reasoning"], json!({"effort": "high"}));
    assert_eq!(body["tools"][0]["parameters"], json!({"type": "object"}));
    assert_eq!(translated.left_out, ["context_management", "max_tokens"]);
    assert!(translated.is_stream && translated.answer.shows_reasoning);
    assert!(!body.to_string().contains("billing") && !body.to_string().contains("device_id"));
}

#[test]
fn thinking_of_another_service_is_left_out() {
    let blocks = json!([{"type": "thinking", "thinking": "x", "signature": "c2ln"},
                        {"type": "redacted_thinking", "data": "y"}, {"type": "text", "text": "done"}]);
    let messages =
        json!([{"role": "user", "content": "hi"}, {"role": "assistant", "content": blocks}]);
    let body = body(&with("messages", messages));
    assert_eq!(body["input"].as_array().unwrap().len(), 2);
    assert_eq!(body["input"][1]["content"][0]["text"], "done");
}

#[test]
fn images_and_documents_go_as_data() {
    let source = json!({"type": "base64", "media_type": "image/png", "data": "AAAA"});
    let pdf = json!({"type": "base64", "media_type": "application/pdf", "data": "BBBB"});
    let content = json!([
        {"type": "text", "text": "look"},
        {"type": "image", "source": source},
        {"type": "document", "source": pdf, "title": "a.pdf"},
    ]);
    let body = body(&with_content(&content));
    let expected = json!([
        {"type": "input_text", "text": "look"},
        {"type": "input_image", "image_url": "data:image/png;base64,AAAA"},
        {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64,BBBB"},
    ]);
    assert_eq!(body["input"][0]["content"], expected);
    let file = json!([{"type": "image", "source": {"type": "file", "file_id": "file_1"}}]);
    assert_eq!(refused(&with_content(&file)).code.as_deref(), Some("unsupported_parameter"));
}

#[test]
fn what_a_tool_answers_is_text_or_parts_and_says_when_it_failed() {
    let image = json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA"}});
    let result = |content: Value, failed: bool| json!({"type": "tool_result", "tool_use_id": "c", "content": content, "is_error": failed});
    for (result, output) in [
        (result(json!("text"), false), json!("text")),
        (
            result(json!([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]), false),
            json!("a\nb"),
        ),
        (result(Value::Null, false), json!("")),
        (result(json!("no such file"), true), json!("The tool failed:\nno such file")),
        (
            result(json!([image]), false),
            json!([{"type": "input_image", "image_url": "data:image/png;base64,AA"}]),
        ),
    ] {
        let call = json!({"type": "tool_use", "id": "c", "name": "f", "input": {}});
        let messages = json!([{"role": "user", "content": "hi"}, {"role": "assistant", "content": [call]},
                              {"role": "user", "content": [result, {"type": "text", "text": "more"}]}]);
        let body = body(&with("messages", messages));
        assert_eq!(body["input"][2]["output"], output);
        assert_eq!(body["input"][3]["content"][0]["text"], "more");
    }
}

#[test]
fn a_deferred_tool_is_shown_once_it_was_found() {
    let tool = |name: &str, deferred: bool| json!({"name": name, "input_schema": {}, "defer_loading": deferred});
    let tools = json!([tool("Web", true), tool("Other", true), tool("Read", false)]);
    let names = |request: &Value| -> Vec<String> {
        let tools = body(request)["tools"].as_array().unwrap().clone();
        tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&with("tools", tools.clone())), ["Read"]);
    let reference = json!([{"type": "tool_reference", "tool_name": "Web"}]);
    let result = json!({"type": "tool_result", "tool_use_id": "c", "content": reference});
    let mut found = with_content(&json!([result]));
    found["tools"] = tools.clone();
    assert_eq!(names(&found), ["Read", "Web"]);
    let mut all = tools.as_array().unwrap().clone();
    all.push(json!({"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"}));
    assert_eq!(names(&with("tools", json!(all))), ["Read", "Web", "Other"]);
}

#[test]
fn tools_of_the_service_are_the_search_and_no_other() {
    let search = json!([{"type": "web_search_20250305", "name": "web_search", "allowed_domains": ["a.example"]}]);
    let mut request = with("tools", search);
    request["tool_choice"] = json!({"type": "tool", "name": "web_search"});
    let body = body(&request);
    assert_eq!(
        body["tools"],
        json!([{"type": "web_search", "filters": {"allowed_domains": ["a.example"]}}])
    );
    assert_eq!(body["tool_choice"], "required");
    let error = refused(&with("tools", json!([{"type": "bash_20250124", "name": "bash"}])));
    assert!(error.message.contains("bash_20250124"), "{}", error.message);
}

#[test]
fn which_tool_is_to_be_called_is_passed_on() {
    for (choice, expected) in [
        (json!({"type": "auto"}), json!("auto")),
        (json!({"type": "any"}), json!("required")),
        (json!({"type": "none"}), json!("none")),
        (json!({"type": "tool", "name": "f"}), json!({"type": "function", "name": "f"})),
    ] {
        let mut request = with("tools", json!([{"name": "f", "input_schema": {}}]));
        request["tool_choice"] = choice;
        request["tool_choice"]["disable_parallel_tool_use"] = json!(true);
        let body = body(&request);
        assert_eq!(body["tool_choice"], expected);
        assert_eq!(body["parallel_tool_calls"], false);
    }
}

#[test]
fn the_effort_is_read_in_each_of_three_ways() {
    let thinking = |budget: u64| json!({"type": "enabled", "budget_tokens": budget});
    for (field, value, expected) in [
        ("thinking", thinking(1_024), json!({"effort": "low", "summary": "auto"})),
        ("thinking", thinking(10_000), json!({"effort": "medium", "summary": "auto"})),
        ("thinking", thinking(32_000), json!({"effort": "high", "summary": "auto"})),
        ("thinking", json!({"type": "adaptive"}), json!({"summary": "auto"})),
        ("thinking", json!({"type": "disabled"}), Value::Null),
        ("output_config", json!({"effort": "max"}), json!({"effort": "xhigh"})),
    ] {
        assert_eq!(body(&with(field, value))["reasoning"], expected);
    }
    let low = ModelChoice { effort: Some("low".into()), ..choice() };
    let made = translate(of_claude_code().to_string().as_bytes(), &low, None).unwrap();
    let body: Value = serde_json::from_slice(&made.body).unwrap();
    assert_eq!(body["reasoning"]["effort"], "low", "the rule of the user goes first");
}

#[test]
fn a_conversation_is_named_by_a_header_or_by_the_session_of_claude_code() {
    let of = |user: &str| {
        let request = with("metadata", json!({"user_id": user}));
        body(&request).get("prompt_cache_key").cloned()
    };
    assert_eq!(of(r#"{"session_id":"s1","account_uuid":""}"#), Some(json!("s1")));
    assert_eq!(of("user_abc_account__session_s2"), Some(json!("s2")));
    assert_eq!(of("another-user"), None);
    assert_eq!(of(&format!("_session_{}", "x".repeat(65))), None);
    let request = of_claude_code().to_string();
    let made = translate(request.as_bytes(), &choice(), Some("s3")).unwrap();
    let body: Value = serde_json::from_slice(&made.body).unwrap();
    assert_eq!(body["prompt_cache_key"], "s3");
}

#[test]
fn a_schema_of_the_answer_is_passed_on_with_its_order() {
    let schema = r#"{"type":"object","properties":{"z":{"type":"string"},"a":{"type":"string"}},"required":["z","a"],"additionalProperties":false}"#;
    let text = with("output_config", json!({"format": {"type": "json_schema", "schema": "HERE"}}));
    let text = text.to_string().replace("\"HERE\"", schema);
    let made = translate(text.as_bytes(), &choice(), None).unwrap();
    let body = String::from_utf8(made.body).unwrap();
    assert!(body.contains(schema), "{body}");
    assert!(body.contains(r#""strict":true"#), "{body}");
}

#[test]
fn an_empty_list_asks_for_nothing() {
    assert!(body(&with("mcp_servers", json!([]))).get("mcp_servers").is_none());
}

#[test]
fn what_is_no_request_is_refused() {
    for (request, param) in [
        (json!({"messages": [{"role": "user", "content": "hi"}]}), "model"),
        (json!({"model": "m"}), "messages"),
        (with("messages", json!("hi")), "messages"),
        (with("messages", json!([{"role": "tool", "content": "hi"}])), "messages"),
        (with_content(&json!([{"type": "tool_result"}])), "messages"),
        (with_content(&json!([{"type": "image"}])), "messages"),
        (with_content(&json!([{"type": "hologram"}])), "messages"),
        (with("mcp_servers", json!([{"name": "a"}])), "mcp_servers"),
        (with("container", json!("c")), "container"),
    ] {
        let error = refused(&request);
        assert_eq!(error.param.as_deref(), Some(param), "{request}");
        assert_eq!(error.status, 400);
    }
    assert!(translate(b"[]", &choice(), None).is_err());
}
