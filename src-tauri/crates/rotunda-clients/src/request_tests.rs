use http::StatusCode;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn adapted(request: &Value) -> Value {
    let adapted = adapt(request.to_string().as_bytes(), Dialect::Public).unwrap();
    serde_json::from_slice(&adapted.body).unwrap()
}

#[track_caller]
fn refused(field: &str, value: &Value) -> PublicError {
    let mut request = json!({"model": "m", "input": "hi"});
    request[field] = value.clone();
    adapt(request.to_string().as_bytes(), Dialect::Public).unwrap_err()
}

#[test]
fn a_text_becomes_a_message_of_a_request_that_streams_and_stores_nothing() {
    let body = adapted(&json!({"model": "m", "input": "hi"}));
    let content = json!([{"type": "input_text", "text": "hi"}]);
    let expected = json!({
        "model": "m",
        "input": [{"type": "message", "role": "user", "content": content}],
        "instructions": INSTRUCTIONS,
        "include": [ENCRYPTED_REASONING],
        "store": false,
        "stream": true,
    });
    assert_eq!(body, expected);
}

#[test]
fn what_needs_the_service_to_store_is_refused_by_its_name() {
    for (field, value) in [
        ("store", json!(true)),
        ("background", json!(true)),
        ("previous_response_id", json!("resp_1")),
        ("conversation", json!({"id": "conv_1"})),
        ("prompt", json!({"id": "pmpt_1"})),
    ] {
        let error = refused(field, &value);
        assert_eq!(error.status, StatusCode::BAD_REQUEST);
        assert_eq!(error.code.as_deref(), Some("unsupported_parameter"));
        assert_eq!(error.param.as_deref(), Some(field));
        assert!(error.message.contains("The backend of a ChatGPT plan"), "{}", error.message);
    }
    for field in ["store", "background"] {
        let body = adapted(&json!({"model": "m", "input": "hi", field: false}));
        assert_ne!(body[field], json!(true));
    }
}

#[test]
fn what_stands_for_something_stored_in_input_is_refused() {
    for item in [
        json!({"type": "item_reference", "id": "msg_1"}),
        json!({"role": "user", "content": [{"type": "input_file", "file_id": "file-1"}]}),
        json!({"role": "user", "content": [{"type": "input_image", "file_id": "file-1"}]}),
        json!({"type": "function_call_output", "call_id": "c", "output": [{"type": "input_image", "file_id": "f"}]}),
    ] {
        assert_eq!(refused("input", &json!([item])).param.as_deref(), Some("input"));
    }
}

#[test]
fn what_is_no_request_is_refused_in_the_words_of_the_public_api() {
    for (body, code) in [
        ("", None),
        ("[]", None),
        ("{", None),
        (r#"{"input":"x"}"#, Some("missing_required_parameter")),
        (r#"{"model":1,"input":"x"}"#, Some("missing_required_parameter")),
        (r#"{"model":"m"}"#, Some("missing_required_parameter")),
        (r#"{"model":"m","input":null}"#, Some("missing_required_parameter")),
        (r#"{"model":"m","input":[1]}"#, Some("invalid_type")),
        (r#"{"model":"m","input":"x","include":"y"}"#, Some("invalid_type")),
    ] {
        let error = adapt(body.as_bytes(), Dialect::Public).unwrap_err();
        assert_eq!(
            (error.status, error.code.as_deref()),
            (StatusCode::BAD_REQUEST, code),
            "{body}"
        );
        assert_eq!(error.kind, "invalid_request_error");
    }
}

#[test]
fn items_lose_the_names_that_the_service_has_not_kept() {
    let items = json!([
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": "abc"},
        {"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "1"},
        {"role": "system", "content": "be brief"},
    ]);
    let body = adapted(&json!({"model": "m", "input": items}));
    let expected = json!([
        {"type": "reasoning", "summary": [], "encrypted_content": "abc"},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "1"},
        {"role": "developer", "content": "be brief"},
    ]);
    assert_eq!(body["input"], expected);
}

#[test]
fn left_out_fields_are_named() {
    let request = json!({"model": "m", "input": "x", "temperature": 0.2, "max_output_tokens": 9, "user": null});
    let adapted = adapt(request.to_string().as_bytes(), Dialect::Public).unwrap();
    assert_eq!(adapted.left_out, ["max_output_tokens", "temperature"]);
    let mut sorted = LEFT_OUT;
    sorted.sort_unstable();
    assert_eq!(sorted, LEFT_OUT);
}

#[test]
fn instructions_of_codex_inside_input_are_not_doubled() {
    let request = br#"{"model":"m","input":[{"type":"additional_tools"}]}"#;
    let lite = adapt(request, Dialect::CodexLite).unwrap();
    assert!(!String::from_utf8(lite.body).unwrap().contains("instructions"));
}

#[test]
fn the_order_of_a_schema_and_its_numbers_stay() {
    let schema =
        r#"{"type":"object","properties":{"z":{"minimum":1.10},"a":{"maximum":9007199254740993}}}"#;
    let request = format!(
        r#"{{"model":"m","text":{{"format":{{"type":"json_schema","schema":{schema}}}}},"input":"x"}}"#
    );
    let adapted = adapt(request.as_bytes(), Dialect::Public).unwrap();
    assert!(String::from_utf8(adapted.body).unwrap().contains(schema));
}

#[test]
fn requests_of_one_conversation_have_a_number_in_common() {
    let conversation = |input: Value, model: &str| {
        let request = json!({"model": model, "input": input});
        adapt(request.to_string().as_bytes(), Dialect::Public).unwrap().conversation
    };
    let first = json!({"role": "user", "content": "hi"});
    let begun = conversation(json!([first]), "m");
    assert_eq!(begun, conversation(json!([first, {"role": "user", "content": "more"}]), "m"));
    assert_ne!(begun, conversation(json!([{"role": "user", "content": "ho"}]), "m"));
    assert_ne!(begun, conversation(json!([first]), "n"));
}

/// Any member whose name is none that has a meaning here.
fn other_member() -> impl Strategy<Value = (String, Value)> {
    let value = prop_oneof![
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        proptest::collection::btree_map("[a-z]{1,6}", any::<u32>(), 0..4)
            .prop_map(|members| json!(members)),
    ];
    ("other_[a-z]{1,8}", value)
}

proptest! {
    #[test]
    fn no_body_is_too_odd(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = adapt(&body, Dialect::Public);
    }

    #[test]
    fn other_members_stay_as_they_are_and_in_their_order(
        members in proptest::collection::vec(other_member(), 0..8),
        texts in proptest::collection::vec(".{0,20}", 0..6),
    ) {
        let input: Vec<_> = texts.iter().map(|it| json!({"role": "user", "content": it})).collect();
        let mut request = Object::new();
        request.insert("model".into(), raw(&"m"));
        for (name, value) in &members {
            request.insert(name.clone(), raw(value));
        }
        request.insert("input".into(), raw(&input));
        let before: Vec<_> =
            request.iter().filter(|(name, _)| name.starts_with("other_")).collect();
        let adapted = adapt(raw(&request).get().as_bytes(), Dialect::Public).unwrap();
        let after: Object = serde_json::from_slice(&adapted.body).unwrap();
        let kept: Vec<_> = after.iter().filter(|(name, _)| name.starts_with("other_")).collect();
        let texts = |members: Vec<(&String, &Box<RawValue>)>| -> Vec<_> {
            members.into_iter().map(|(name, value)| (name.clone(), value.get().to_owned())).collect()
        };
        prop_assert_eq!(texts(before), texts(kept));
        let input = raw(&input);
        prop_assert_eq!(after["input"].get(), input.get());
        prop_assert_eq!((after["store"].get(), after["stream"].get()), ("false", "true"));
    }

    #[test]
    fn nothing_that_the_backend_refuses_is_left(
        fields in proptest::sample::subsequence(LEFT_OUT.to_vec(), 0..=LEFT_OUT.len()),
        ids in proptest::collection::vec("[a-z]{1,9}", 1..5),
    ) {
        let items: Vec<_> =
            ids.iter().map(|id| json!({"type": "message", "role": "assistant", "id": id, "content": []})).collect();
        let mut request = json!({"model": "m", "input": items});
        for field in &fields {
            request[*field] = json!(1);
        }
        let adapted = adapt(request.to_string().as_bytes(), Dialect::Public).unwrap();
        prop_assert_eq!(&adapted.left_out, &fields);
        let body: Value = serde_json::from_slice(&adapted.body).unwrap();
        for field in LEFT_OUT {
            prop_assert!(body.get(field).is_none());
        }
        for item in body["input"].as_array().unwrap() {
            prop_assert!(item.get("id").is_none());
        }
    }
}
