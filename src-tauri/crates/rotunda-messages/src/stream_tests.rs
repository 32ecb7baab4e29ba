use proptest::prelude::*;
use rotunda_clients::{Collected, Dialect, adapt};
use rotunda_core::{model_rule::ModelChoice, sse::Splitter};
use serde_json::{Value, json};

use super::*;
use crate::{AnswerDocument, names::ToolNames};

fn answer_form(form: Form) -> AnswerForm {
    AnswerForm {
        form,
        model: "the-model".into(),
        names: ToolNames::default(),
        shows_reasoning: true,
        shows_usage: true,
    }
}

/// An item of an answer.
#[derive(Debug, Clone)]
enum Made {
    Text(String),
    Reasoning {
        summary: String,
        sealed: String,
    },
    Call {
        name: String,
        arguments: Value,
    },
    /// One that neither form knows.
    Odd,
}

fn made() -> impl Strategy<Value = Made> {
    let text = "[a-zé\\n\"日 ]{1,20}";
    prop_oneof![
        text.prop_map(Made::Text),
        ("[a-z ]{0,10}", "[a-z]{1,10}")
            .prop_map(|(summary, sealed)| Made::Reasoning { summary, sealed }),
        ("[a-z_]{1,8}", text)
            .prop_map(|(name, value)| Made::Call { name, arguments: json!({"x": value}) }),
        Just(Made::Odd),
    ]
}

/// The events of an answer, with texts cut into deltas of `piece` characters; 0: no deltas.
fn events(items: &[Made], piece: usize) -> Vec<Value> {
    let mut events =
        vec![json!({"type": "response.created", "response": {"id": "resp_1", "created_at": 7}})];
    for (index, item) in items.iter().enumerate() {
        let (whole, delta, item) = match item {
            Made::Text(text) => {
                let content = json!([{"type": "output_text", "text": text}]);
                (
                    text.clone(),
                    "response.output_text.delta",
                    json!({"type": "message", "content": content}),
                )
            }
            Made::Reasoning { summary, sealed } => {
                let parts = json!([{"type": "summary_text", "text": summary}]);
                let item =
                    json!({"type": "reasoning", "summary": parts, "encrypted_content": sealed});
                (summary.clone(), "response.reasoning_summary_text.delta", item)
            }
            Made::Call { name, arguments } => {
                let text = arguments.to_string();
                let item = json!({"type": "function_call", "call_id": format!("call_{index}"), "name": name,
                                  "arguments": text});
                (text, "response.function_call_arguments.delta", item)
            }
            Made::Odd => (String::new(), "response.odd.delta", json!({"type": "odd"})),
        };
        let mut begun = item.clone();
        begun["arguments"] = json!("");
        events.push(
            json!({"type": "response.output_item.added", "output_index": index, "item": begun}),
        );
        let chars: Vec<_> = whole.chars().collect();
        for piece in chars.chunks(piece.max(1)).filter(|_| piece > 0) {
            let text: String = piece.iter().collect();
            events.push(
                json!({"type": delta, "output_index": index, "content_index": 0, "delta": text}),
            );
        }
        events.push(
            json!({"type": "response.output_item.done", "output_index": index, "item": item}),
        );
    }
    let usage = json!({"input_tokens": 11, "output_tokens": 3});
    events.push(json!({"type": "response.completed", "response": {"id": "resp_1", "output": [], "usage": usage}}));
    events
}

fn bytes(events: &[Value]) -> Vec<u8> {
    events
        .iter()
        .flat_map(|event| {
            format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap()).into_bytes()
        })
        .collect()
}

fn streamed(form: Form, pieces: &[&[u8]]) -> Vec<u8> {
    let mut stream = AnswerStream::new(&answer_form(form));
    let mut out = Vec::new();
    for piece in pieces {
        out.extend(stream.push(piece));
    }
    out.extend(stream.finish());
    out
}

fn document(form: Form, all: &[u8]) -> Value {
    let mut document = AnswerDocument::new(&answer_form(form));
    document.push(all);
    match document.finish() {
        Collected::Response(text) => serde_json::from_str(&text).unwrap(),
        Collected::Failed(error) => panic!("{error:?}"),
    }
}

/// What a client makes of the stream: the texts, the calls with their arguments, in order.
fn read_by_client(form: Form, stream: &[u8]) -> Vec<(String, String)> {
    let (mut splitter, mut blocks) = (Splitter::default(), Vec::<(String, String)>::new());
    let mut read = |event: SseEvent<'_>| {
        let Ok(data) = serde_json::from_slice::<Value>(event.data) else { return };
        let text =
            |path: &str| data.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        if form == Form::Messages {
            match data["type"].as_str().unwrap() {
                "content_block_start" => {
                    blocks.push((text("/content_block/type"), text("/content_block/name")));
                }
                "content_block_delta" => {
                    let last = &mut blocks.last_mut().unwrap().1;
                    for field in ["text", "thinking", "signature", "partial_json"] {
                        last.push_str(&text(&format!("/delta/{field}")));
                    }
                }
                _ => {}
            }
            return;
        }
        let content = text("/choices/0/delta/content");
        if !content.is_empty() {
            blocks.push(("text".into(), content));
        }
        if data.pointer("/choices/0/delta/tool_calls/0/id").is_some() {
            blocks.push(("tool_use".into(), text("/choices/0/delta/tool_calls/0/function/name")));
        } else if let Some((_, last)) = blocks.last_mut() {
            last.push_str(&text("/choices/0/delta/tool_calls/0/function/arguments"));
        }
    };
    splitter.push(stream, &mut read);
    splitter.finish(&mut read);
    blocks
}

fn expected(form: Form, items: &[Made]) -> Vec<(String, String)> {
    let one = |item: &Made| match item {
        Made::Text(text) => Some(("text".to_owned(), text.clone())),
        Made::Reasoning { summary, sealed } if form == Form::Messages => {
            Some(("thinking".to_owned(), format!("{summary}rotunda1.{sealed}")))
        }
        Made::Call { name, arguments } => {
            Some(("tool_use".to_owned(), format!("{name}{arguments}")))
        }
        Made::Reasoning { .. } | Made::Odd => None,
    };
    items.iter().filter_map(one).collect()
}

/// Deltas of one text are one block of it.
fn joined(blocks: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for (kind, text) in blocks {
        match all.last_mut() {
            Some((last, before)) if *last == kind && kind == "text" => before.push_str(&text),
            _ => all.push((kind, text)),
        }
    }
    all
}

use rotunda_core::sse::SseEvent;

proptest! {
    #[test]
    fn nothing_of_an_answer_is_lost_and_its_order_is_kept(
        items in prop::collection::vec(made(), 0..8),
        piece in 0usize..6,
    ) {
        let all = bytes(&events(&items, piece));
        for form in [Form::Messages, Form::Chat] {
            let read = read_by_client(form, &streamed(form, &[&all]));
            prop_assert_eq!(joined(read), joined(expected(form, &items)));
        }
    }

    #[test]
    fn a_stream_is_the_same_however_it_is_cut(
        items in prop::collection::vec(made(), 0..5),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let all = bytes(&events(&items, 2));
        let mut at: Vec<_> = cuts.iter().map(|cut| cut.index(all.len())).collect();
        at.sort_unstable();
        let mut pieces = Vec::new();
        let mut from = 0;
        for cut in at {
            pieces.push(&all[from..cut]);
            from = cut;
        }
        pieces.push(&all[from..]);
        for form in [Form::Messages, Form::Chat] {
            prop_assert_eq!(streamed(form, &pieces), streamed(form, &[&all]));
        }
    }

    /// What the client sends back of an answer is what the service gave, but for what it
    /// cannot take.
    #[test]
    fn an_answer_that_is_sent_back_is_the_same_items(items in prop::collection::vec(made(), 1..8)) {
        let message = document(Form::Messages, &bytes(&events(&items, 3)));
        let mut results = Vec::new();
        for block in message["content"].as_array().unwrap() {
            if block["type"] == "tool_use" {
                results.push(json!({"type": "tool_result", "tool_use_id": block["id"], "content": "ok"}));
            }
        }
        let mut content = vec![json!({"type": "text", "text": "go"})];
        content.splice(0..0, results);
        let messages = json!([{"role": "user", "content": "hi"},
                              {"role": "assistant", "content": message["content"]},
                              {"role": "user", "content": content}]);
        let request = json!({"model": "m", "messages": messages}).to_string();
        let choice = ModelChoice { model: "m".into(), effort: None };
        let translated = Form::Messages.translate(request.as_bytes(), &choice, None).unwrap();
        let adapted = adapt(&translated.body, Dialect::Public).unwrap();
        let body: Value = serde_json::from_slice(&adapted.body).unwrap();
        let sent = body["input"].as_array().unwrap();
        let told = |kind: &str, field: &str| -> Vec<String> {
            let of_kind = sent.iter().filter(|item| item["type"] == kind);
            of_kind.map(|item| item[field].as_str().unwrap_or_default().to_owned()).collect()
        };
        let calls: Vec<_> = items.iter().filter_map(|item| match item {
            Made::Call { arguments, .. } => Some(arguments.to_string()),
            _ => None,
        }).collect();
        prop_assert_eq!(told("function_call", "arguments"), calls);
        prop_assert_eq!(told("function_call", "call_id"), told("function_call_output", "call_id"));
        let last = items.iter().rposition(|item| matches!(item, Made::Text(_) | Made::Call { .. }));
        let kept = items.iter().take(last.map_or(0, |last| last));
        let sealed: Vec<_> = kept.filter_map(|item| match item {
            Made::Reasoning { sealed, .. } => Some(sealed.clone()),
            _ => None,
        }).collect();
        prop_assert_eq!(told("reasoning", "encrypted_content"), sealed);
    }
}

#[test]
fn a_document_is_what_the_stream_says() {
    let items = [
        Made::Reasoning { summary: "why".into(), sealed: "s".into() },
        Made::Text("hello".into()),
        Made::Call { name: "f".into(), arguments: json!({"x": 1}) },
    ];
    let all = bytes(&events(&items, 2));
    let message = document(Form::Messages, &all);
    let content = json!([
        {"type": "thinking", "thinking": "why", "signature": "rotunda1.s"},
        {"type": "text", "text": "hello"},
        {"type": "tool_use", "id": "call_2", "name": "f", "input": {"x": 1}},
    ]);
    assert_eq!(message["content"], content);
    assert_eq!(
        (&message["stop_reason"], &message["usage"]["output_tokens"]),
        (&json!("tool_use"), &json!(3))
    );
    let completion = document(Form::Chat, &all);
    let call = json!({"id": "call_2", "type": "function", "function": {"name": "f", "arguments": "{\"x\":1}"}});
    let message =
        json!({"role": "assistant", "content": "hello", "refusal": null, "tool_calls": [call]});
    assert_eq!(completion["choices"][0]["message"], message);
    assert_eq!(completion["choices"][0]["finish_reason"], "tool_calls");
    assert_eq!(
        (&completion["object"], &completion["created"]),
        (&json!("chat.completion"), &json!(7))
    );
    assert_eq!(completion["usage"]["total_tokens"], 14);
}

#[test]
fn a_failure_before_any_content_can_still_be_a_status() {
    let created = json!({"type": "response.created", "response": {"id": "resp_1"}});
    let error = json!({"code": "server_is_overloaded", "message": "busy"});
    let failed = json!({"type": "response.failed", "response": {"error": error}});
    for form in [Form::Messages, Form::Chat] {
        let mut stream = AnswerStream::new(&answer_form(form));
        stream.push(&bytes(std::slice::from_ref(&created)));
        assert_eq!(stream.early_failure(), None);
        stream.push(&bytes(std::slice::from_ref(&failed)));
        assert_eq!(stream.early_failure().unwrap().status, 503);
        let mut begun = AnswerStream::new(&answer_form(form));
        begun.push(&bytes(&events(&[Made::Text("a".into())], 1)[..3]));
        let told = String::from_utf8(begun.push(&bytes(std::slice::from_ref(&failed)))).unwrap();
        assert_eq!(begun.early_failure(), None);
        assert!(told.contains("busy") && told.contains("error"), "{told}");
    }
}
