use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

#[track_caller]
fn removes(text: &str, name: &str, expected: Option<&str>) {
    let object = Object::read(text).unwrap();
    let mut edits = Edits::of(text);
    edits.retain_members(&object, |member| !member.is(name));
    assert_eq!(edits.apply().as_deref(), expected, "{text}");
}

#[test]
fn a_member_goes_with_its_comma() {
    removes(r#"{"x":1,"a":2}"#, "x", Some(r#"{"a":2}"#));
    removes(r#"{"a":2,"x":1}"#, "x", Some(r#"{"a":2}"#));
    removes(r#"{"a":2, "x" : [1, {"x":3}] , "b":4}"#, "x", Some(r#"{"a":2, "b":4}"#));
    removes(r#"{ "x":1 }"#, "x", Some("{  }"));
    removes(r#"{"x":1,"x":2,"a":3,"x":4,"x":5}"#, "x", Some(r#"{"a":3}"#));
    removes(r#"{"a":1,"x":1,"b":2,"x":3,"c":4}"#, "x", Some(r#"{"a":1,"b":2,"c":4}"#));
    removes(r#"{"x":1,"x":2}"#, "x", Some("{}"));
    removes(r#"{"\u0078":1,"a":1.10}"#, "x", Some(r#"{"a":1.10}"#));
    removes(r#"{"a":"x"}"#, "x", None);
    removes("{}", "x", None);
}

#[track_caller]
fn sets(text: &str, name: &str, expected: &str) {
    let object = Object::read(text).unwrap();
    let mut edits = Edits::of(text);
    edits.set(&object, text.trim_start(), name, "7");
    assert_eq!(edits.apply().as_deref(), Some(expected));
}

#[test]
fn a_member_is_replaced_or_added_behind_the_others() {
    sets(r#"{"a": 1.10 , "b":2}"#, "a", r#"{"a": 7 , "b":2}"#);
    sets(r#"{"b":2 }"#, "a", r#"{"b":2,"a":7 }"#);
    sets("{}", "a", r#"{"a":7}"#);
    sets(" { }", "a", r#" {"a":7 }"#);
    sets(r#"{"a":1,"a":{"a":2}}"#, "a", r#"{"a":1,"a":7}"#);
}

#[test]
fn what_is_no_object_is_not_read() {
    for odd in ["[]", "7", "null", "{", "\"a\"", r#"{"a":}"#, r#"{"a":1} x"#] {
        assert!(Object::read(odd).is_none(), "{odd}");
    }
}

/// Values with a text that parsing and writing change.
fn raw_value() -> impl Strategy<Value = String> {
    let odd = [
        "1.10",
        "9007199254740993",
        "-0",
        "1E5",
        "1e999",
        r#""\u0041\/\ud83d\ude00""#,
        r#"{ "z" : 1 , "a":[ 1 ,2 ] }"#,
        r#"{"b":1,"a":2,"b":3}"#,
        "[ ]",
        "null",
        "true",
        "\"\u{e9} x\"",
    ];
    prop::sample::select(odd.map(str::to_owned).to_vec())
}

fn space() -> impl Strategy<Value = String> {
    "[ \n\t\r]{0,2}"
}

proptest! {
    /// What is kept stands there byte for byte and in its order.
    #[test]
    fn removing_leaves_every_other_member_as_it_is(
        members in prop::collection::vec((prop::bool::ANY, raw_value(), space(), space()), 0..8),
    ) {
        let mut whole = Vec::new();
        let mut kept = Vec::new();
        for (place, (remove, value, before, behind)) in members.iter().enumerate() {
            let name = if *remove { "x".to_owned() } else { format!("k{place}") };
            let member = format!("\"{name}\"{before}:{behind}{value}");
            whole.push(format!("{before}{member}{behind}"));
            if !remove {
                kept.push(member);
            }
        }
        let text = format!("{{{}}}", whole.join(","));
        let object = Object::read(&text).unwrap();
        let mut edits = Edits::of(&text);
        edits.retain_members(&object, |member| !member.is("x"));
        let changed = edits.apply().unwrap_or_else(|| text.clone());
        let read = Object::read(&changed).expect("still an object");
        let left: Vec<_> = read.members.iter().map(|member| {
            let span = Edits::of(&changed);
            changed[span.span(member.name.get()).start..span.span(member.value.get()).end].to_owned()
        }).collect();
        prop_assert_eq!(left, kept);
        // Nothing but removed bytes is missing.
        let mut rest = text.chars();
        prop_assert!(changed.chars().all(|char| rest.any(|other| other == char)));
    }

    #[test]
    fn removing_elements_leaves_the_others_as_they_are(
        elements in prop::collection::vec((prop::bool::ANY, raw_value(), space()), 0..8),
    ) {
        let part = |(_, value, space): &(bool, String, String)| format!("{space}{value}{space}");
        let text = format!("[{}]", elements.iter().map(part).collect::<Vec<_>>().join(","));
        let parts: Vec<&RawValue> = serde_json::from_str(&text).unwrap();
        let mut flags = elements.iter().map(|element| element.0);
        let mut edits = Edits::of(&text);
        edits.retain_elements(&parts, |_| flags.next().unwrap());
        let changed = edits.apply().unwrap_or_else(|| text.clone());
        let left: Vec<&RawValue> = serde_json::from_str(&changed).expect("still a list");
        let left: Vec<_> = left.iter().map(|it| it.get()).collect();
        let kept: Vec<_> = elements.iter().filter(|it| it.0).map(|it| it.1.as_str()).collect();
        prop_assert_eq!(left, kept);
    }

    #[test]
    fn setting_changes_one_value(values in prop::collection::vec(raw_value(), 0..5), place in 0usize..6) {
        let member = |(place, value): (usize, &String)| format!("\"k{place}\" : {value}");
        let members: Vec<_> = values.iter().enumerate().map(member).collect();
        let text = format!("{{ {} }}", members.join(" , "));
        let name = format!("k{place}");
        let object = Object::read(&text).unwrap();
        let mut edits = Edits::of(&text);
        edits.set(&object, &text, &name, "{\"new\":1.50}");
        let changed = edits.apply().unwrap();
        let read = Object::read(&changed).expect("still an object");
        prop_assert_eq!(read.member(&name).unwrap().value.get(), "{\"new\":1.50}");
        for (other, value) in values.iter().enumerate().filter(|(other, _)| *other != place) {
            let kept = read.member(&format!("k{other}")).unwrap();
            prop_assert_eq!(kept.value.get(), value.as_str());
        }
    }
}

#[test]
fn a_parser_sees_the_same_object_without_the_member() {
    let text = r#"{"x":1,"input":[{"type":"a"}],"n":3}"#;
    let object = Object::read(text).unwrap();
    let mut edits = Edits::of(text);
    edits.retain_members(&object, |member| !member.is("x"));
    let changed: Value = serde_json::from_str(&edits.apply().unwrap()).unwrap();
    assert_eq!(changed, json!({"input": [{"type": "a"}], "n": 3}));
}
