use serde_json::Value;

use super::*;
use crate::names::ToolNames;

fn events(shows_reasoning: bool, parts: &[Part]) -> Vec<Value> {
    let answer = AnswerForm {
        form: Form::Messages,
        model: "claude-opus-5-5".into(),
        names: ToolNames::default(),
        shows_reasoning,
        shows_usage: true,
    };
    let (mut events, mut out) = (MessageEvents::new(&answer), Vec::new());
    for part in parts {
        events.write(part, &mut out);
    }
    let data = |event| match event {
        FormEvent::Data { name, data } => {
            assert_eq!(name, data["type"].as_str());
            Some(data)
        }
        _ => None,
    };
    out.into_iter().filter_map(data).collect()
}

fn turn() -> Vec<Part> {
    let call = Block::Call { id: "call_1".into(), name: "Edit".into() };
    let usage = Usage { input: 100, cached: 60, output: 7, reasoning: 3 };
    vec![
        Part::Begun(Begun { id: "resp_1".into(), created_at: 5 }),
        Part::Block(Step::Open(Block::Reasoning)),
        Part::Block(Step::Delta("hm".into())),
        Part::Block(Step::Close(Some("sealed".into()))),
        Part::Block(Step::Open(call)),
        Part::Block(Step::Delta("{}".into())),
        Part::Block(Step::Close(None)),
        Part::Ended(Ended { stop: Stop::Call, usage }),
    ]
}

#[test]
fn a_turn_with_thinking_and_a_tool_has_the_events_of_the_form() {
    let events = events(true, &turn());
    let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    let expected = [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(events[0]["message"]["id"], "msg_1");
    assert_eq!(events[0]["message"]["model"], "claude-opus-5-5");
    assert_eq!(events[3]["delta"]["signature"], "rotunda1.sealed");
    assert_eq!((&events[4]["index"], &events[7]["index"]), (&json!(0), &json!(1)));
    assert_eq!(events[5]["content_block"]["name"], "Edit");
    assert_eq!(events[8]["delta"]["stop_reason"], "tool_use");
    assert_eq!(events[8]["usage"]["input_tokens"], 40);
    assert_eq!(events[8]["usage"]["cache_read_input_tokens"], 60);
}

#[test]
fn thinking_is_not_shown_to_a_client_without_it() {
    let events = events(false, &turn());
    assert!(!events.iter().any(|event| event.to_string().contains("thinking")), "{events:?}");
    assert_eq!(events[1]["index"], 0);
    assert_eq!(events[1]["content_block"]["type"], "tool_use");
}
