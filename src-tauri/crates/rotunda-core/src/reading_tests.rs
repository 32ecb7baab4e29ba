use proptest::prelude::*;
use serde_json::json;

use super::*;

#[track_caller]
fn leading(json: &str, expected: Option<&str>) {
    assert_eq!(leading_type(json.as_bytes()), expected);
}

#[test]
fn a_leading_type_is_read_without_the_rest() {
    leading(r#"{"type":"response.created","response":{}}"#, Some("response.created"));
    leading(r#" { "type" : "a" }"#, Some("a"));
    leading(r#"{"type":"a","rest":never parsed"#, Some("a"));
    leading(r#"{"delta":"x","type":"a"}"#, None);
    leading(r#"{"type":"a\"b"}"#, None);
    leading(r#"{"type":"#, None);
    leading("[DONE]", None);
}

#[test]
fn a_type_is_found_wherever_it_stands() {
    for (json, expected) in [
        (r#"{"type":"a"}"#, Some("a")),
        (r#"{"sequence_number":3,"type":"a","response":{}}"#, Some("a")),
        (r#"{"response":{"error":{"type":"b"}},"type":"a"}"#, Some("a")),
        (r#"{"delta":"\"type\":\"x\"","type":"a"}"#, Some("a")),
        (r#"{"delta":"{\"type\":\"x\"}"}"#, None),
        (r#"{"nested":{"type":"x"}}"#, None),
        (r#"{"\u0074ype":"a"}"#, Some("a")),
        (r#"{"type":"res\u0070onse"}"#, Some("response")),
        (r#"{"number":1e999,"type":"a"}"#, Some("a")),
        (r#"{"n":7,"type":5}"#, None),
        (r#"{"n":7,"type":""}"#, None),
        (r#"{"n":7,"type":"a"#, None),
        (r#"["type","a"]"#, None),
        ("[DONE]", None),
        ("", None),
    ] {
        assert_eq!(type_of(json.as_bytes()).as_deref(), expected, "{json}");
    }
}

#[test]
fn an_error_without_a_type_is_an_error() {
    assert_eq!(type_of(br#"{"error":{"code":"x"}}"#).as_deref(), Some("error"));
    assert_eq!(type_of(br#"{"error":null}"#), None);
    assert_eq!(type_of(br#"{"error":"x"}"#), None);
    assert_eq!(type_of(br#"{"error":{},"type":"a"}"#).as_deref(), Some("a"));
}

#[test]
fn the_name_of_an_event_counts_where_its_json_has_no_type() {
    let of = |name, data: &str| event_type(name, data.as_bytes()).map(Cow::into_owned);
    assert_eq!(of(Some("b"), r#"{"type":"a"}"#).as_deref(), Some("a"));
    assert_eq!(of(Some("b"), r#"{"n":1,"type":"a"}"#).as_deref(), Some("a"));
    assert_eq!(of(Some("b"), r#"{"n":1}"#).as_deref(), Some("b"));
    assert_eq!(of(Some("b"), r#"{"error":{}}"#).as_deref(), Some("b"));
    assert_eq!(of(Some("b"), "not json").as_deref(), Some("b"));
    assert_eq!(of(None, r#"{"error":{}}"#).as_deref(), Some("error"));
    assert_eq!(of(None, "[DONE]"), None);
}

#[track_caller]
fn states(body: &Value, expected: &Value) {
    assert_eq!(stated_error(body), *expected, "{body}");
}

#[test]
fn plain_errors_are_taken_as_they_are() {
    states(&json!({"error": {"code": "a", "param": "p"}}), &json!({"code": "a", "param": "p"}));
    states(&json!({"detail": {"code": "b"}}), &json!({"code": "b"}));
    states(&json!({"code": "c", "message": "m"}), &json!({"code": "c", "message": "m"}));
    states(&json!({"error": {"code": "a"}, "detail": {"code": "b"}}), &json!({"code": "a"}));
    states(&json!({"error": {"message": "only words"}}), &json!({"message": "only words"}));
    for nothing in [json!({}), json!([]), json!(null), json!("text"), json!({"error": null})] {
        states(&nothing, &Value::Null);
    }
}

#[test]
fn a_text_in_place_of_an_error_is_its_message_or_its_code() {
    states(&json!({"detail": "Not Found"}), &json!({"message": "Not Found"}));
    let unsupported = "The 'm' model is not supported when using Codex with a ChatGPT account.";
    states(&json!({"detail": unsupported}), &json!({"message": unsupported}));
    states(&json!({"error": "invalid_grant"}), &json!({"code": "invalid_grant"}));
    states(&json!({"error": "Forbidden"}), &json!({"message": "Forbidden"}));
}

/// What a gateway may put around the same error.
fn wrapped(inner: &Value) -> Vec<Value> {
    let text = json!({"error": inner}).to_string();
    vec![
        json!({"error": inner}),
        json!({"detail": inner}),
        json!({"detail": {"error": inner}}),
        json!({"error": {"error": inner}}),
        json!({"error": {"code": 502, "message": text}}),
        json!({"error": {"type": "server_error", "code": "bad_gateway", "message": text}}),
        json!({"error": {"code": "rate_limit_exceeded", "message": text}}),
        json!({"error": text}),
        json!({"detail": text}),
        json!({"detail": format!("\n {text} ")}),
        json!({"message": text}),
        json!({"code": "upstream_error", "message": text}),
        json!({"detail": json!({"detail": text}).to_string()}),
        json!({"detail": inner.to_string()}),
        json!([{"error": inner}]),
        json!({"errors": [{"code": "first"}, inner]}),
        json!({"detail": [inner]}),
        json!({"error": {"message": "bad gateway", "body": text}}),
        json!({"error": {"message": "bad gateway", "response": {"error": inner}}}),
        json!(inner),
    ]
}

#[test]
fn a_limit_is_found_whatever_is_around_it() {
    for code in LIMIT_CODES {
        for inner in [json!({"code": code, "resets_at": 5}), json!({"type": code, "message": "m"})]
        {
            for body in wrapped(&inner) {
                states(&body, &inner);
            }
        }
    }
}

#[test]
fn a_reset_beside_the_wrapped_error_belongs_to_it() {
    states(
        &json!({"detail": {"error": {"type": "usage_limit_reached"}, "resets_in_seconds": 90}}),
        &json!({"type": "usage_limit_reached", "resets_in_seconds": 90}),
    );
    states(
        &json!({"error": {"type": "usage_limit_reached", "resets_at": 5}, "resets_at": 9}),
        &json!({"type": "usage_limit_reached", "resets_at": 5}),
    );
}

#[test]
fn prose_is_never_searched_for_a_code() {
    for text in [
        "usage_limit_reached",
        "the error was {\"error\":{\"type\":\"usage_limit_reached\"}}",
        "Invalid value: '{\"code\":\"usage_limit_reached\"}'",
    ] {
        let error = json!({"type": "invalid_request_error", "message": text});
        states(&json!({"error": error}), &error);
    }
    let param = json!({"code": "x", "param": "{\"code\":\"usage_limit_reached\"}"});
    states(&json!({"error": param}), &param);
}

#[test]
fn an_error_of_an_event_is_itself_unless_it_wraps_a_limit() {
    let bare = json!({"type": "error", "code": "slow_down", "message": "m"});
    assert_eq!(most_telling(bare.clone()), bare);
    let limit = json!({"type": "usage_limit_reached", "resets_at": 5});
    let message = json!({"error": limit}).to_string();
    assert_eq!(most_telling(json!({"code": "server_error", "message": message})), limit);
    assert_eq!(most_telling(json!(7)), json!(7));
}

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec!["error", "detail", "code", "message", "type", "x"]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        "[a-z_{}\\[\\]\":]{0,12}".prop_map(Value::from),
        prop::sample::select(vec!["usage_limit_reached", "slow_down"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        let members = prop::collection::vec((word.clone(), inner.clone()), 0..6);
        prop_oneof![
            members.prop_map(|it| it.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            inner.prop_map(|it| Value::from(it.to_string())),
        ]
    })
}

proptest! {
    #[test]
    fn any_body_is_survived(body in any_json()) {
        let error = stated_error(&body);
        prop_assert!(error.is_object() || error.is_null());
        let _ = most_telling(body.clone());
        let _ = type_of(body.to_string().as_bytes());
    }

    #[test]
    fn the_place_of_a_type_does_not_matter(place in 0usize..4, kind in "[a-z.]{1,20}") {
        let mut members = vec!["\"a\":1.10".to_owned(), "\"b\":{\"type\":\"x\"}".to_owned(), "\"c\":[]".to_owned()];
        members.insert(place, format!("\"type\":\"{kind}\""));
        let json = format!("{{{}}}", members.join(","));
        prop_assert_eq!(type_of(json.as_bytes()), Some(Cow::Borrowed(kind.as_str())));
    }
}
