use proptest::prelude::*;

use super::*;

fn written(input: Input) -> Vec<Value> {
    input.finish().iter().map(|item| serde_json::from_str(item.get()).unwrap()).collect()
}

fn kinds(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["type"].as_str().unwrap()).collect()
}

fn call(input: &mut Input, id: &str) {
    input.call(id.to_owned(), "f".to_owned(), "{}".to_owned());
}

#[test]
fn parts_of_one_role_are_one_message() {
    let mut input = Input::default();
    input.text(Role::User, "a");
    input.text(Role::User, "");
    input.text(Role::User, "b");
    input.text(Role::Assistant, "c");
    let items = written(input);
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["content"].as_array().unwrap().len(), 2);
    assert_eq!(items[1]["content"][0], json!({"type": "output_text", "text": "c"}));
}

#[test]
fn a_call_without_a_result_gets_one() {
    let mut input = Input::default();
    call(&mut input, "1");
    call(&mut input, "2");
    input.result("2".to_owned(), json!("two"));
    let items = written(input);
    let ids: Vec<_> = items.iter().map(|item| item["call_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["1", "1", "2", "2"]);
    assert_eq!(items[1]["output"], NO_RESULT);
}

#[test]
fn a_result_without_a_call_becomes_a_message_of_the_user() {
    let mut input = Input::default();
    input.result("9".to_owned(), json!("found"));
    input.text(Role::User, "go on");
    let items = written(input);
    assert_eq!(kinds(&items), ["message", "message"]);
    assert!(items[0].to_string().contains("found"));
}

#[test]
fn reasoning_that_led_to_nothing_is_left_out() {
    let mut input = Input::default();
    input.text(Role::User, "a");
    input.reasoning("lost");
    input.text(Role::User, "b");
    input.reasoning("kept");
    input.reasoning("kept too");
    input.text(Role::Assistant, "c");
    input.reasoning("lost");
    let items = written(input);
    assert_eq!(kinds(&items), ["message", "message", "reasoning", "reasoning", "message"]);
}

/// One thing that a client may send.
#[derive(Debug, Clone)]
enum Sent {
    User,
    Assistant,
    Reasoning,
    Call(u8),
    Result(u8),
}

fn sent() -> impl Strategy<Value = Sent> {
    prop_oneof![
        Just(Sent::User),
        Just(Sent::Assistant),
        Just(Sent::Reasoning),
        (0u8..4).prop_map(Sent::Call),
        (0u8..4).prop_map(Sent::Result),
    ]
}

proptest! {
    #[test]
    fn every_call_has_one_result_after_it_and_every_result_a_call(all in prop::collection::vec(sent(), 0..40)) {
        let mut input = Input::default();
        for (number, one) in all.iter().enumerate() {
            match one {
                Sent::User => input.text(Role::User, &format!("u{number}")),
                Sent::Assistant => input.text(Role::Assistant, &format!("a{number}")),
                Sent::Reasoning => input.reasoning(&format!("r{number}")),
                Sent::Call(id) => call(&mut input, &id.to_string()),
                Sent::Result(id) => input.result(id.to_string(), json!(format!("o{number}"))),
            }
        }
        let items = written(input);
        let mut open: HashMap<String, i32> = HashMap::new();
        for item in &items {
            let id = item["call_id"].as_str().unwrap_or_default().to_owned();
            match item["type"].as_str().unwrap() {
                "function_call" => *open.entry(id).or_default() += 1,
                "function_call_output" => {
                    let count = open.entry(id).or_default();
                    *count -= 1;
                    prop_assert!(*count >= 0, "a result without a call: {items:?}");
                }
                _ => {}
            }
        }
        prop_assert!(open.values().all(|count| *count == 0), "an open call: {items:?}");
        // Nothing that was said is lost, and it stays in its order.
        let text = items.iter().map(Value::to_string).collect::<String>();
        let mut from = 0;
        for (number, one) in all.iter().enumerate() {
            let word = match one {
                Sent::User => format!("\"u{number}\""),
                Sent::Assistant => format!("\"a{number}\""),
                Sent::Result(_) => format!("\"o{number}\""),
                Sent::Reasoning | Sent::Call(_) => continue,
            };
            let at = text[from..].find(&word);
            prop_assert!(at.is_some(), "{word} is lost or out of order: {text}");
            from += at.unwrap();
        }
    }
}
