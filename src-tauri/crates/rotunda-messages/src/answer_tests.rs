use serde_json::json;

use super::*;

fn reader() -> AnswerReader {
    AnswerReader::new(ToolNames::default())
}

fn stream(events: &[Value]) -> Vec<u8> {
    events.iter().flat_map(|event| format!("data: {event}\n\n").into_bytes()).collect()
}

fn parts(events: &[Value]) -> Vec<Part> {
    let mut reader = reader();
    let mut parts = reader.push(&stream(events));
    parts.extend(reader.finish());
    parts.retain(|part| !matches!(part, Part::Idle));
    parts
}

fn delta(index: u64, text: &str) -> Value {
    json!({"type": "response.output_text.delta", "output_index": index, "content_index": 0, "delta": text})
}

fn message_done(index: u64, text: &str) -> Value {
    let content = json!([{"type": "output_text", "text": text}]);
    json!({"type": "response.output_item.done", "output_index": index, "item": {"type": "message", "content": content}})
}

fn call(index: u64, kind: &str, arguments: &str) -> Value {
    let item =
        json!({"type": "function_call", "call_id": "c1", "name": "f", "arguments": arguments});
    json!({"type": format!("response.output_item.{kind}"), "output_index": index, "item": item})
}

fn completed() -> Value {
    let usage = json!({"input_tokens": 9, "input_tokens_details": {"cached_tokens": 4}, "output_tokens": 5,
                       "output_tokens_details": {"reasoning_tokens": 2}});
    json!({"type": "response.completed", "response": {"id": "resp_1", "output": [], "usage": usage}})
}

fn steps(parts: &[Part]) -> Vec<Step> {
    let step = |part: &Part| match part {
        Part::Block(step) => Some(step.clone()),
        _ => None,
    };
    parts.iter().filter_map(step).collect()
}

fn end_of(parts: &[Part]) -> &Ended {
    match parts.last() {
        Some(Part::Ended(ended)) => ended,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_no_delta_had_comes_with_the_finished_item() {
    for shown in ["", "hel", "hello"] {
        let mut events = vec![delta(0, shown), message_done(0, "hello"), completed()];
        if shown.is_empty() {
            events.remove(0);
        }
        let steps = steps(&parts(&events));
        let text: String = steps
            .iter()
            .filter_map(|step| if let Step::Delta(text) = step { Some(&**text) } else { None })
            .collect();
        assert_eq!(text, "hello", "{shown}");
        assert_eq!(steps.first(), Some(&Step::Open(Block::Text)));
        assert_eq!(steps.last(), Some(&Step::Close(None)));
    }
}

#[test]
fn blocks_that_overlap_come_one_after_another() {
    let events = [
        delta(0, "a"),
        call(1, "added", ""),
        json!({"type": "response.function_call_arguments.delta", "output_index": 1, "delta": "{\"x\""}),
        delta(0, "b"),
        message_done(0, "ab"),
        json!({"type": "response.function_call_arguments.delta", "output_index": 1, "delta": ":1}"}),
        call(1, "done", "{\"x\":1}"),
        completed(),
    ];
    let parts = parts(&events);
    let called = Block::Call { id: "c1".into(), name: "f".into() };
    let expected = [
        Step::Open(Block::Text),
        Step::Delta("a".into()),
        Step::Delta("b".into()),
        Step::Close(None),
        Step::Open(called),
        Step::Delta("{\"x\"".into()),
        Step::Delta(":1}".into()),
        Step::Close(None),
    ];
    assert_eq!(steps(&parts), expected);
    assert_eq!(end_of(&parts).stop, Stop::Call);
    let usage = Usage { input: 9, cached: 4, output: 5, reasoning: 2 };
    assert_eq!(end_of(&parts).usage, usage);
}

#[test]
fn reasoning_ends_with_its_encrypted_content() {
    let item = json!({"type": "reasoning", "encrypted_content": "sealed",
                      "summary": [{"type": "summary_text", "text": "one"}, {"type": "summary_text", "text": "two"}]});
    let summary = |index: u64, text: &str| json!({"type": "response.reasoning_summary_text.delta", "output_index": 0, "summary_index": index, "delta": text});
    let next = json!({"type": "response.reasoning_summary_part.added", "output_index": 0, "summary_index": 1});
    let done = json!({"type": "response.output_item.done", "output_index": 0, "item": item});
    for events in [
        vec![done.clone(), completed()],
        vec![summary(0, "one"), next.clone(), summary(1, "two"), done.clone(), completed()],
        vec![summary(0, "one"), done.clone(), completed()],
    ] {
        let steps = steps(&parts(&events));
        let text: String = steps
            .iter()
            .filter_map(|step| if let Step::Delta(text) = step { Some(&**text) } else { None })
            .collect();
        assert_eq!(text, "one\n\ntwo");
        assert_eq!(steps.last(), Some(&Step::Close(Some("sealed".into()))));
    }
}

#[test]
fn items_that_stand_only_at_the_end_are_not_lost() {
    let mut end = completed();
    end["response"]["output"] = json!([message_done(0, "late")["item"]]);
    let steps = steps(&parts(&[end]));
    assert!(steps.contains(&Step::Delta("late".into())), "{steps:?}");
}

#[test]
fn an_answer_that_is_cut_has_failed() {
    let parts = parts(&[delta(0, "a")]);
    assert!(
        matches!(parts.last(), Some(Part::Failed(error)) if error.code.as_deref() == Some("answer_cut"))
    );
    assert_eq!(steps(&parts).last(), Some(&Step::Close(None)));
}

#[test]
fn why_an_answer_ended_is_read() {
    for (reason, stop) in [("max_output_tokens", Stop::Length), ("content_filter", Stop::Filter)] {
        let response = json!({"incomplete_details": {"reason": reason}});
        let end = json!({"type": "response.incomplete", "response": response});
        assert_eq!(end_of(&parts(&[delta(0, "a"), end])).stop, stop);
    }
    let refusal = json!({"type": "response.refusal.delta", "output_index": 0, "content_index": 0, "delta": "no"});
    assert_eq!(end_of(&parts(&[refusal, completed()])).stop, Stop::Refusal);
    assert_eq!(end_of(&parts(&[delta(0, "a"), completed()])).stop, Stop::Complete);
}

#[test]
fn an_error_in_the_stream_ends_it() {
    let error = json!({"code": "rate_limit_exceeded", "message": "slow down"});
    let failed = json!({"type": "response.failed", "response": {"error": error}});
    let parts = parts(&[delta(0, "a"), failed, delta(0, "b")]);
    match parts.last() {
        Some(Part::Failed(error)) => {
            assert_eq!(error.status, StatusCode::TOO_MANY_REQUESTS);
            assert_eq!(error.message, "slow down");
        }
        other => panic!("{other:?}"),
    }
}
