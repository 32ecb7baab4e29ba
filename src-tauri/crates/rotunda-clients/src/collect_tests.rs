use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::MOST_COLLECTED;

fn event(data: &Value) -> String {
    format!("data: {data}\n\n")
}

fn collected(events: &[Value], size: usize) -> Collected {
    let stream: String = events.iter().map(event).collect();
    let mut collector = Collector::default();
    for chunk in stream.as_bytes().chunks(size) {
        if collector.push(chunk) {
            break;
        }
    }
    collector.finish()
}

fn done(index: u64, text: &str) -> Value {
    json!({"type": "response.output_item.done", "output_index": index, "item": {"text": text}})
}

#[test]
fn an_answer_that_ends_early_is_an_error() {
    let Collected::Failed(error) = collected(&[done(0, "a")], 9) else { panic!("no failure") };
    assert_eq!(
        (error.status, error.code.as_deref()),
        (StatusCode::BAD_GATEWAY, Some("answer_cut"))
    );
}

#[test]
fn a_failed_response_is_an_error_with_its_sentence() {
    let failed = json!({"type": "response.failed", "response": {"error":
        {"code": "rate_limit_exceeded", "message": "slow"}}});
    let Collected::Failed(error) = collected(&[failed], 9) else { panic!("no failure") };
    assert_eq!((error.status, error.message.as_str()), (StatusCode::TOO_MANY_REQUESTS, "slow"));
}

#[test]
fn an_incomplete_response_is_one() {
    let end =
        json!({"type": "response.incomplete", "response": {"status": "incomplete", "output": []}});
    let Collected::Response(response) = collected(&[done(0, "a"), end], 9) else {
        panic!("no response")
    };
    let response: Value = serde_json::from_str(&response).unwrap();
    assert_eq!(
        (&response["status"], &response["output"]),
        (&json!("incomplete"), &json!([{"text": "a"}]))
    );
}

#[test]
fn what_is_collected_is_bounded() {
    let mut collector = Collector::default();
    let item = "x".repeat(8 << 20);
    let pieces = MOST_COLLECTED / item.len() + 1;
    let is_over =
        (0..pieces as u64).any(|index| collector.push(event(&done(index, &item)).as_bytes()));
    assert!(is_over);
    let Collected::Failed(error) = collector.finish() else { panic!("no failure") };
    assert_eq!(error.code.as_deref(), Some("answer_too_large"));
}

proptest! {
    /// Every item is in the response, in its place, in whichever order they were done.
    #[test]
    fn no_item_is_lost(
        texts in proptest::collection::vec(".{0,9}", 1..8),
        order in any::<u64>(),
        size in 1usize..50,
    ) {
        let mut events: Vec<_> = (0..).zip(&texts).map(|(index, text)| done(index, text)).collect();
        let turn = usize::try_from(order % texts.len() as u64).unwrap();
        events.rotate_left(turn);
        events.push(json!({"type": "codex.rate_limits"}));
        events.push(json!({"type": "response.completed", "response": {"id": "r", "output": []}}));
        let Collected::Response(response) = collected(&events, size) else { panic!("no response") };
        let response: Value = serde_json::from_str(&response).unwrap();
        let expected: Vec<_> = texts.iter().map(|text| json!({"text": text})).collect();
        prop_assert_eq!(&response["output"], &json!(expected));
    }
}
