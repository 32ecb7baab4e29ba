//! Whether a JSON Schema is one that the service can hold a model to.

use rotunda_clients::json_text::Object;
use serde_json::{Value, value::RawValue};

/// Deeper schemas are not held to.
const DEEPEST: usize = 16;

/// The service refuses a strict schema with an object that has members beyond its list, or
/// members that need not be there (`OpenAI`, "Structured outputs", supported schemas).
pub(crate) fn can_be_strict(schema: &RawValue) -> bool {
    serde_json::from_str::<Value>(schema.get()).is_ok_and(|schema| is_strict(&schema, DEEPEST))
}

fn is_strict(schema: &Value, depth: usize) -> bool {
    let Some(members) = schema.as_object() else { return !schema.is_array() };
    if depth == 0 {
        return false;
    }
    let below = |value: &Value| match value {
        Value::Array(schemas) => {
            schemas.iter().all(|it| !it.is_object() || is_strict(it, depth - 1))
        }
        Value::Object(_) => is_strict(value, depth - 1),
        _ => true,
    };
    let is_object = members.get("type").is_some_and(|it| it == "object" || names_object(it))
        || members.contains_key("properties");
    if is_object {
        let properties = members.get("properties").and_then(Value::as_object);
        let required = members.get("required").and_then(Value::as_array);
        let is_required = |name: &String| {
            required.is_some_and(|it| it.iter().any(|one| one.as_str() == Some(name)))
        };
        let is_closed = members.get("additionalProperties") == Some(&Value::Bool(false));
        if !is_closed || !properties.is_none_or(|it| it.keys().all(is_required)) {
            return false;
        }
    }
    let inner = ["items", "anyOf", "allOf", "oneOf"];
    let maps = ["properties", "$defs", "definitions"];
    inner.iter().filter_map(|name| members.get(*name)).all(below)
        && maps
            .iter()
            .filter_map(|name| members.get(*name)?.as_object())
            .all(|map| map.values().all(below))
}

fn names_object(kind: &Value) -> bool {
    kind.as_array().is_some_and(|kinds| kinds.iter().any(|it| it == "object"))
}

/// The format of a text that follows a schema.
pub(crate) fn json_schema(name: &str, schema: &RawValue, strict: bool) -> Object {
    use rotunda_clients::json_text::raw;
    Object::from([
        ("type".to_owned(), raw(&"json_schema")),
        ("name".to_owned(), raw(&name)),
        ("schema".to_owned(), schema.to_owned()),
        ("strict".to_owned(), raw(&(strict && can_be_strict(schema)))),
    ])
}

#[cfg(test)]
mod tests {
    use rotunda_clients::json_text::raw;
    use serde_json::json;

    use super::*;

    #[test]
    fn only_closed_objects_with_all_members_required_are_strict() {
        let closed = json!({"type": "object", "properties": {"a": {"type": "string"}},
                            "required": ["a"], "additionalProperties": false});
        let strict = |schema: &Value| can_be_strict(&raw(schema));
        assert!(strict(&closed));
        assert!(strict(&json!({"type": "array", "items": closed})));
        let mut optional = closed.clone();
        optional["required"] = json!([]);
        let mut open = closed.clone();
        open["additionalProperties"] = json!(true);
        for loose in [optional, open, json!({"type": "object"})] {
            assert!(!strict(&loose), "{loose}");
            assert!(!strict(&json!({"anyOf": [closed, loose]})), "{loose}");
            let mut around = closed.clone();
            around["properties"]["a"] = loose.clone();
            assert!(!strict(&around), "{loose}");
        }
    }
}
