use proptest::prelude::*;

use super::*;

fn event(data: &Value) -> String {
    let mut data = data.clone();
    if data.get("sequence_number").is_none() {
        data["sequence_number"] = json!(7);
    }
    let kind = data["type"].as_str().unwrap();
    format!("event: {kind}\ndata: {data}\n\n")
}

fn through(stream: &str) -> String {
    let mut adapter = EventAdapter::default();
    let mut out = adapter.push(stream.as_bytes());
    out.extend(adapter.finish());
    String::from_utf8(out).unwrap()
}

#[test]
fn an_end_without_items_gets_those_that_came_before_it() {
    let item = json!({"type": "message", "content": [{"type": "output_text", "text": "hi"}]});
    let done = json!({"type": "response.output_item.done", "output_index": 0, "item": item});
    let end = json!({"type": "response.completed", "response": {"id": "r", "output": []}});
    let out = through(&(event(&done) + &event(&end)));
    let last = out.trim_end().rsplit("data: ").next().unwrap();
    let last: Value = serde_json::from_str(last).unwrap();
    assert_eq!(last["response"]["output"], json!([item]));
    assert_eq!(last["response"]["id"], "r");
    // One that has them is passed on as it came.
    let end = json!({"type": "response.completed", "response": {"output": [{"type": "message"}]}});
    assert!(through(&(event(&done) + &event(&end))).ends_with(&event(&end)));
}

#[test]
fn an_event_without_a_number_gets_the_next_one() {
    let delta = |text: &str| {
        format!("data: {{\"type\":\"response.output_text.delta\",\"delta\":{text}}}\n\n")
    };
    let out = through(&(delta("1.10") + &event(&json!({"type": "ping"})) + &delta("2")));
    let data: Vec<_> = out.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
    let expected = [
        r#"{"type":"response.output_text.delta","delta":1.10,"sequence_number":0}"#,
        r#"{"type":"response.output_text.delta","delta":2,"sequence_number":1}"#,
    ];
    assert_eq!(data, expected);
}

#[test]
fn events_that_the_public_api_has_not_become_comments() {
    for kind in
        ["codex.rate_limits", "keepalive", "ping", "response.metadata", "response.heartbeat"]
    {
        assert_eq!(through(&event(&json!({"type": kind, "x": 1}))), ": keepalive\n\n", "{kind}");
    }
    assert_eq!(through("data: [DONE]\n\n"), ": keepalive\n\n");
}

#[test]
fn a_wrapped_error_is_stated_as_the_public_api_does() {
    let wrapped = json!({"type": "error", "status": 429, "headers": {"x-private": "1"},
        "error": {"type": "usage_limit_reached", "message": "out"}});
    let out = through(&event(&wrapped));
    let data: Value = serde_json::from_str(out.split("data: ").nth(1).unwrap()).unwrap();
    let expected = json!({"type": "error", "code": "rate_limit_exceeded", "message": "out",
        "param": null, "sequence_number": 0});
    assert_eq!(data, expected);
}

fn public_event() -> impl Strategy<Value = Value> {
    let kinds = [
        "response.created",
        "response.in_progress",
        "response.output_text.delta",
        "response.function_call_arguments.delta",
        "response.reasoning_summary_text.delta",
        "response.output_item.added",
        "response.output_item.done",
    ];
    (proptest::sample::select(kinds.to_vec()), 0u32..9, ".{0,12}").prop_map(|(kind, index, text)| {
        json!({"type": kind, "output_index": index, "delta": text, "item": {"type": "message", "text": text}})
    })
}

proptest! {
    /// No event is lost, added or moved, wherever the stream is cut.
    #[test]
    fn public_events_pass_as_they_are(
        events in proptest::collection::vec(public_event(), 0..12),
        size in 1usize..40,
    ) {
        let stream: String = events.iter().map(event).collect();
        let mut adapter = EventAdapter::default();
        let mut out = Vec::new();
        for chunk in stream.as_bytes().chunks(size) {
            out.extend(adapter.push(chunk));
        }
        out.extend(adapter.finish());
        prop_assert_eq!(String::from_utf8(out).unwrap(), stream);
    }

    #[test]
    fn no_stream_is_too_odd(stream in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut adapter = EventAdapter::default();
        adapter.push(&stream);
        adapter.finish();
    }
}
