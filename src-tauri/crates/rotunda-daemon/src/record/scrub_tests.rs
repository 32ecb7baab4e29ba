use super::*;

/// Secrets of unusual shapes: short, in capitals, of other scripts, as numbers.
const PLANTED: [&str; 9] = [
    "hunter2",
    "s3cr3t",
    "eyJwbGFudGVk",
    "sk-planted",
    "пароль",
    "ada@example.com",
    "/home/ada",
    "PLANTED",
    "271828",
];

fn all_of_them() -> Value {
    let mut fields = Map::new();
    for secret in PLANTED {
        fields.insert(secret.to_owned(), secret.into());
        fields.insert(format!("{secret}_id"), json!({ secret: [secret, { secret: 271_828 }] }));
    }
    fields.insert("n".to_owned(), json!(271_828));
    // Fields that have a name of the protocol, in JSON of a user.
    for key in ["code", "type", "model", "status", "role", "kind", "reason", "id", "input_tokens"] {
        fields.insert(key.to_owned(), "hunter2".into());
    }
    Value::Object(fields)
}

#[track_caller]
fn leaks_nothing(value: &Value) {
    let text = Scrubber::default().value(value).to_string();
    for secret in PLANTED {
        assert!(!text.contains(secret), "{secret} is left in {text} of {value}");
    }
}

#[test]
fn words_numbers_and_structure_stay() {
    let frame = json!({ "type": "response.completed", "response": { "status": "completed",
        "usage": { "input_tokens": 7, "output_tokens_details": null }, "model": "gpt-6.1-sol" } });
    assert_eq!(Scrubber::default().value(&frame), frame);
    let request = json!({ "model": "gpt-6.1-sol", "store": false, "stream": true, "tool_choice": "auto",
        "reasoning": { "effort": "low" }, "text": { "verbosity": "low" },
        "include": ["reasoning.encrypted_content"],
        "input": [{ "type": "message", "role": "user", "content": [{ "type": "input_text" }] }] });
    assert_eq!(Scrubber::default().value(&request), request);
    let limits = json!({ "type": "codex.rate_limits", "plan_type": "plus", "rate_limits": {
        "primary": { "used_percent": 38.5, "window_minutes": 300, "reset_at": 4_000_000_000_u64 } } });
    assert_eq!(Scrubber::default().value(&limits), limits);
    let error = json!({ "type": "error", "status": 429, "code": "usage_limit_reached",
        "error": { "type": "usage_limit_reached", "plan_type": "team" } });
    assert_eq!(Scrubber::default().value(&error), error);
}

#[test]
fn the_same_id_has_the_same_number_wherever_it_stands() {
    let mut scrubber = Scrubber::default();
    let first = scrubber.value(&json!({ "response": { "id": "resp_68ab" } }));
    let next = scrubber.value(&json!({ "previous_response_id": "resp_68ab", "item_id": "c" }));
    assert_eq!(first, json!({ "response": { "id": "id-1" } }));
    assert_eq!(next, json!({ "previous_response_id": "id-1", "item_id": "id-2" }));
    let metadata = json!({ "client_metadata": { "x-codex-window-id": "resp_68ab:12" } });
    let window = scrubber.value(&metadata);
    assert_eq!(window["client_metadata"]["x-codex-window-id"], "id-1:12");
}

/// Neither words nor numbers nor keys, however deep, whatever the coding.
#[test]
fn of_what_tools_are_called_with_and_answer_nothing_is_kept() {
    let all = all_of_them();
    let (once, twice) = (all.to_string(), Value::from(all.to_string()).to_string());
    for content in
        [all.clone(), json!([all]), once.into(), twice.into(), json!(271_828), json!("hunter2")]
    {
        for key in [
            "arguments",
            "output",
            "input",
            "action",
            "result",
            "results",
            "name",
            "namespace",
            "content",
            "summary",
            "encrypted_content",
            "tools",
            "queries",
            "code",
            "hunter2",
        ] {
            for kind in [
                "function_call",
                "function_call_output",
                "custom_tool_call",
                "local_shell_call",
                "code_interpreter_call",
                "mcp_call",
                "hunter2",
            ] {
                let item = json!({ "type": kind, key: content });
                leaks_nothing(&json!({ "input": [item] }));
                leaks_nothing(&json!({ "type": "response.output_item.done", "item": item }));
                leaks_nothing(&json!({ "response": { "output": [item] } }));
            }
        }
    }
}

#[test]
fn a_field_or_an_event_that_is_not_known_is_not_kept() {
    let all = all_of_them();
    for key in [
        "hunter2",
        "delta",
        "text",
        "arguments",
        "code",
        "metadata",
        "instructions",
        "tools",
        "message",
        "annotation",
        "logprobs",
        "partial_image_b64",
        "headers",
        "client_metadata",
        "error",
        "rate_limits",
        "usage",
        "status",
        "sequence_number",
        "model",
        "part",
        "reasoning",
    ] {
        for kind in [
            "response.function_call_arguments.done",
            "response.code_interpreter_call_code.done",
            "response.brand_new.delta",
            "codex.brand_new",
            "hunter2",
            "s3cr3t.hunter2",
        ] {
            leaks_nothing(&json!({ "type": kind, key: all, "hunter2": "hunter2" }));
            let event = json!({ "type": kind, key: all.to_string() });
            leaks_nothing(&event);
        }
    }
    leaks_nothing(
        &json!({ "type": "response.code_interpreter_call_code.done", "code": "hunter2" }),
    );
    let new = json!({ "type": "response.brand_new.delta", "hunter2": 1, "output_index": 3 });
    let kept = json!({ "type": "response.brand_new.delta", "<key>": "<value>", "output_index": 3 });
    assert_eq!(Scrubber::default().value(&new), kept);
}

#[test]
fn parts_pictures_files_and_schemas_are_not_kept() {
    for part in [
        json!({ "type": "input_image", "image_url": "data:image/png;base64,eyJwbGFudGVk" }),
        json!({ "type": "input_file", "filename": "hunter2.txt", "file_data": "s3cr3t" }),
        json!({ "type": "text", "text": "PLANTED", "status": "hunter2", "code": "hunter2", "n": 271_828 }),
        json!({ "type": "hunter2", "resource": { "uri": "/home/ada", "hunter2": true } }),
        json!("hunter2"),
        json!(271_828),
    ] {
        leaks_nothing(
            &json!({ "input": [{ "type": "message", "role": "user", "content": [part] }] }),
        );
        leaks_nothing(&json!({ "input": [{ "type": "function_call_output", "output": [part] }] }));
        leaks_nothing(&json!({ "type": "response.content_part.done", "part": part }));
    }
    let format = json!({ "type": "json_schema", "name": "hunter2", "schema": all_of_them() });
    leaks_nothing(&json!({ "text": { "format": format }, "tools": [all_of_them()] }));
}

#[test]
fn metadata_keeps_ids_as_numbers_and_nothing_else() {
    let turn = json!({ "cwd": "/home/ada", "turn_id": "t9", "sandbox": "hunter2", "model": "gpt-6",
        "workspaces": { "/home/ada/PLANTED": { "remote": "hunter2" } }, "window_number": 2 });
    let value = json!({ "client_metadata": { "x-codex-turn-metadata": turn.to_string(),
        "hunter2": "s3cr3t", "session_id": "PLANTED" } });
    leaks_nothing(&value);
    let text = Scrubber::default().value(&value).to_string();
    assert!(
        text.contains("\\\"turn_id\\\":\\\"id-") && text.contains("window_number\\\":2"),
        "{text}"
    );
}

#[test]
fn nothing_private_is_left() {
    let jwt = "eyJwbGFudGVk.eyJlbWFpbCI6ImFAYiJ9.c2ln";
    leaks_nothing(&json!({
        "type": "ada@example.com", "code": "sk-planted-1a2b3c4d5e6f7a8b9c0d", "model": jwt,
        "instructions": "hunter2", "created_at": 271_828, "user@example.com": 1,
        "status": "01a1fc4e-4608-7233-8f24-PLANTED", "user": "ada@example.com",
        "error": { "message": "hunter2", "code": "пароль", "param": "/home/ada" },
    }));
}

#[test]
fn of_headers_only_known_ones_keep_their_names_and_few_their_values() {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("authorization", "Bearer abcdef"),
        ("content-type", "application/json"),
        ("session-id", "01a1fc4e"),
        ("user-agent", "codex_exec/0.169.0 (Debian)"),
        ("x-codex-primary-used-percent", "38.5"),
        ("x-codex-primary-reset-at", "1795000000"),
        ("openai-beta", "responses_websockets=2026-02-06"),
        ("cookie", "a=b"),
        ("x-hunter2-tenant", "s3cr3t"),
        ("x-codex-promo-message", "hunter2"),
        ("x-codex-turn-metadata", "{\"cwd\":\"/home/ada\",\"turn_id\":\"t\"}"),
    ] {
        headers.insert(name, value.parse().unwrap());
    }
    let scrubbed = Scrubber::default().headers(&headers);
    let of = |name: &str| &scrubbed.iter().find(|(it, _)| it == name).unwrap().1;
    for gone in ["authorization", "cookie", "user-agent", "x-codex-promo-message", HEADER] {
        assert_eq!(of(gone), TEXT);
    }
    assert_eq!(of("content-type"), "application/json");
    assert!(of("session-id").starts_with("id-"));
    assert_eq!(of("x-codex-primary-used-percent"), "38.5");
    assert_eq!(of("x-codex-primary-reset-at"), "4000000000");
    assert_eq!(of("openai-beta"), "responses_websockets=2026-02-06");
    let all = format!("{scrubbed:?}");
    assert!(["hunter2", "s3cr3t", "/home/ada"].iter().all(|secret| !all.contains(secret)), "{all}");
    let wrapped =
        json!({ "type": "error", "headers": { "x-hunter2": "s3cr3t", "retry-after": 7 } });
    leaks_nothing(&wrapped);
    assert_eq!(Scrubber::default().value(&wrapped)["headers"]["retry-after"], "7");
}
