//! The schemas in docs/schema, held to what is really printed.

use std::{collections::BTreeSet, fs, path::Path};

use rotunda_daemon::view::{Snapshot, Status};
use serde_json::{Value, json};

use crate::{
    place::{Sandbox, text},
    upstream::{Answers, Upstream, turn},
};

/// The words of JSON Schema that ours use; another one would not be checked, and fails.
const KNOWN: &[&str] = &[
    "$schema",
    "$defs",
    "$ref",
    "title",
    "description",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "anyOf",
    "minimum",
    "maximum",
];

fn schema(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/schema");
    serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

/// Where a value is not as a schema says.
pub(crate) fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    compare(schema, schema, value, "$", &mut faults);
    faults
}

fn compare(root: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let rules = schema.as_object().unwrap();
    for word in rules.keys().filter(|word| !KNOWN.contains(&word.as_str())) {
        faults.push(format!("{at}: {word} is not checked"));
    }
    if let Some(name) = schema["$ref"].as_str() {
        let place = name.strip_prefix('#').unwrap();
        compare(root, root.pointer(place).unwrap(), value, at, faults);
    }
    if let Some(ways) = schema["anyOf"].as_array() {
        let fits = |way: &Value| {
            let mut faults = Vec::new();
            compare(root, way, value, at, &mut faults);
            faults.is_empty()
        };
        if !ways.iter().any(fits) {
            faults.push(format!("{at}: {value} is none of the ways"));
        }
    }
    if let Some(values) = schema["enum"].as_array()
        && !values.contains(value)
    {
        faults.push(format!("{at}: {value} is not listed"));
    }
    let kinds = match &schema["type"] {
        Value::Null => Vec::new(),
        Value::Array(kinds) => kinds.iter().map(|kind| kind.as_str().unwrap()).collect(),
        kind => vec![kind.as_str().unwrap()],
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is_of(kind, value)) {
        faults.push(format!("{at}: {value} is no {}", kinds.join(" or ")));
    }
    compare_bounds(schema, value, at, faults);
    for (nth, item) in value.as_array().into_iter().flatten().enumerate() {
        if rules.contains_key("items") {
            compare(root, &schema["items"], item, &format!("{at}[{nth}]"), faults);
        }
    }
    let Some(object) = value.as_object() else { return };
    for name in schema["required"].as_array().into_iter().flatten() {
        if !object.contains_key(name.as_str().unwrap()) {
            faults.push(format!("{at}: {name} is missing"));
        }
    }
    for (name, value) in object {
        match schema["properties"].get(name) {
            Some(schema) => compare(root, schema, value, &format!("{at}.{name}"), faults),
            None if schema["additionalProperties"] == json!(false) => {
                faults.push(format!("{at}: {name} is not described"));
            }
            None => {}
        }
    }
}

fn compare_bounds(schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    for (bound, is_outside) in [
        ("minimum", (|n, bound| n < bound) as fn(f64, f64) -> bool),
        ("maximum", |n, bound| n > bound),
    ] {
        if let (Some(bound), Some(number)) = (schema[bound].as_f64(), value.as_f64())
            && is_outside(number, bound)
        {
            faults.push(format!("{at}: {number} is beyond {bound}"));
        }
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        _ => panic!("{kind} is no type of JSON"),
    }
}

/// Every property of a schema, by its place.
fn properties(schema: &Value, at: &str, found: &mut BTreeSet<String>) {
    for (name, below) in schema["properties"].as_object().into_iter().flatten() {
        let place = format!("{at}.{name}");
        properties(below, &place, found);
        found.insert(place);
    }
    for (name, below) in schema["$defs"].as_object().into_iter().flatten() {
        properties(below, name, found);
    }
}

#[track_caller]
fn fits(schema: &Value, value: &Value) {
    assert_eq!(faults(schema, value), Vec::<String>::new(), "{value}");
}

#[test]
fn each_state_of_the_status_is_as_the_schema_says() {
    let (sandbox, schema) = (Sandbox::new(), schema("status.json"));
    fits(&schema, &sandbox.json(&["status", "--json"]));
    let names = ["work", "home", "lab", "side", "studio", "night", "spare"];
    sandbox.import_all(&names);
    fits(&schema, &sandbox.json(&["status", "--json"]));
    let upstream = Upstream::new(&[("work", Answers::Out), ("home", Answers::Breaks)]);
    let url = upstream.url();
    let serving = sandbox.serve_with(&[("ROTUNDA_UPSTREAM_CHATGPT", &url)], &[]);
    turn(serving.url());
    sandbox.works(&["pause", "spare"]);
    let printed = sandbox.json(&["status", "--json", "--emails"]);
    assert_eq!(printed["profiles"].as_array().unwrap().len(), 7);
    assert!(printed["counters"].is_object());
    fits(&schema, &printed);
}

/// The snapshot of all tests has credits, banked resets and limits of one model.
#[test]
fn what_is_rare_is_as_the_schema_says_and_the_schema_describes_nothing_else() {
    let schema = schema("status.json");
    let fixture = include_str!("../../../../../tests/fixtures/snapshot.json");
    let snapshot: Snapshot = serde_json::from_str(fixture).unwrap();
    let status = serde_json::to_value(Status::of(&snapshot, None)).unwrap();
    fits(&schema, &status);
    let mut described = BTreeSet::new();
    properties(&schema, "", &mut described);
    assert!(described.len() > 50, "{described:?}");
    // Each of them is a field of the types that print it.
    let sources = [
        include_str!("../../../rotunda-daemon/src/view/status.rs"),
        include_str!("../../../rotunda-daemon/src/view/credits.rs"),
        include_str!("../../../rotunda-daemon/src/view/resets.rs"),
        include_str!("../../../rotunda-daemon/src/trace.rs"),
    ]
    .concat();
    for place in described {
        let name = place.rsplit('.').next().unwrap();
        assert!(sources.contains(&format!("pub {name}:")), "{place} is printed by nothing");
    }
}

#[test]
fn each_answer_of_the_guard_is_as_its_schema_says_and_the_exit_code_agrees() {
    let (sandbox, schema) = (Sandbox::new(), schema("guard.json"));
    let check = |arguments: &[&str], code| {
        let output = sandbox.run(&[&["guard", "--json"], arguments].concat());
        let printed: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
        fits(&schema, &printed);
        assert_eq!(output.status.code(), Some(code), "{printed}");
        let expected = match code {
            0 => json!(true),
            1 => json!(false),
            _ => Value::Null,
        };
        assert_eq!(printed["enough"], expected);
    };
    check(&[], 2);
    sandbox.import("work");
    check(&["--min", "0"], 2);
    sandbox.works(&["pause", "work"]);
    check(&["--window", "week"], 1);
    for bad in [&["--min", "101"][..], &["--min", "x"], &["--window", "year"]] {
        let output = sandbox.run(&[&["guard"], bad].concat());
        assert_eq!(output.status.code(), Some(2), "{bad:?}");
    }
}

/// Each fault, planted.
#[test]
fn a_fault_of_an_output_is_found() {
    let schema = schema("guard.json");
    let good = json!({
        "enough": true, "min_percent": 10.0, "window": null, "profile": "work",
        "left_percent": 62.0, "resets_at": 5, "more_at": null, "router": "running",
        "stale": false, "text": "x",
    });
    fits(&schema, &good);
    for (name, value, fault) in [
        ("enough", json!("yes"), "no boolean or null"),
        ("left_percent", json!(101), "beyond 100"),
        ("router", json!("asleep"), "not listed"),
        ("resets_at", json!(1.5), "no integer or null"),
        ("secret", json!(1), "not described"),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        let found = faults(&schema, &bad);
        assert!(found.len() == 1 && found[0].contains(fault), "{found:?}");
    }
    let mut bad = good.clone();
    bad.as_object_mut().unwrap().remove("text");
    assert!(faults(&schema, &bad)[0].contains("missing"));
    let unknown = json!({ "type": "string", "pattern": "a" });
    assert!(faults(&unknown, &json!("b"))[0].contains("not checked"));
}
