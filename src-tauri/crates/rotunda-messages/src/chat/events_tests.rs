use serde_json::Value;

use super::*;
use crate::names::ToolNames;

fn written(shows_usage: bool, parts: &[Part]) -> Vec<FormEvent> {
    let answer = AnswerForm {
        form: Form::Chat,
        model: "gpt-test".into(),
        names: ToolNames::default(),
        shows_reasoning: false,
        shows_usage,
    };
    let (mut events, mut out) = (ChatEvents::new(&answer), Vec::new());
    for part in parts {
        events.write(part, &mut out);
    }
    out
}

fn turn() -> Vec<Part> {
    let call = |id: &str| Block::Call { id: id.into(), name: "f".into() };
    let mut parts = vec![Part::Begun(Begun { id: "resp_1".into(), created_at: 5 })];
    for id in ["c1", "c2"] {
        parts.push(Part::Block(Step::Open(call(id))));
        parts.push(Part::Block(Step::Delta(format!("{{\"{id}\":1}}"))));
        parts.push(Part::Block(Step::Close(None)));
    }
    let usage = Usage { input: 10, cached: 4, output: 7, reasoning: 3 };
    parts.push(Part::Ended(Ended { stop: Stop::Call, usage }));
    parts
}

fn data(event: &FormEvent) -> Option<&Value> {
    match event {
        FormEvent::Data { data, .. } => Some(data),
        _ => None,
    }
}

#[test]
fn each_call_has_its_own_index() {
    let events = written(true, &turn());
    let calls: Vec<_> = events
        .iter()
        .filter_map(|event| data(event)?.pointer("/choices/0/delta/tool_calls/0").cloned())
        .collect();
    let of = |index: u64| calls.iter().filter(move |call| call["index"] == index);
    for (index, id) in [(0, "c1"), (1, "c2")] {
        let arguments: String =
            of(index).map(|call| call["function"]["arguments"].as_str().unwrap()).collect();
        assert_eq!(arguments, format!("{{\"{id}\":1}}"));
        assert_eq!(of(index).filter(|call| call["id"] == id).count(), 1);
    }
    assert_eq!(events.last(), Some(&FormEvent::Done));
    let usage = data(&events[events.len() - 2]).unwrap();
    assert_eq!((&usage["choices"], &usage["usage"]["total_tokens"]), (&json!([]), &json!(17)));
}

#[test]
fn a_stream_states_its_usage_only_on_request() {
    let events = written(false, &turn());
    assert!(events.iter().filter_map(data).all(|data| data.get("usage").is_none()));
}
