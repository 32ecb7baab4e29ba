//! What changes in upstream's answers about Codex's own account, when Codex asks the
//! router for them. Every other byte stays.

use serde_json::value::RawValue;

use crate::{
    json_edit::{Edits, Object},
    quota::RESERVE_MODEL,
};

/// Where a workspace demands its requests to go.
const ORIGIN: &str = "workspace_backend_origin";
/// Its value when it demands nothing. The client then takes the origin of the address
/// of its request, and refuses one without TLS.
const ANYWHERE: &str = "NO_CONSTRAINT";
/// Objects are looked for no deeper than this.
const DEEPEST: usize = 8;

/// The answer of `wham/accounts/check` with `origin` where a workspace demands
/// nothing; none when nothing changes.
pub fn with_origin(text: &str, origin: &str) -> Option<String> {
    let mut edits = Edits::of(text);
    let value = serde_json::to_string(origin).ok()?;
    set_origin(&mut edits, serde_json::from_str(text).ok()?, &value, DEEPEST);
    edits.apply()
}

fn set_origin<'a>(edits: &mut Edits<'a>, part: &'a RawValue, origin: &str, depth: usize) {
    let Some(deeper) = depth.checked_sub(1) else { return };
    if let Some(object) = Object::read(part.get()) {
        if object.member(ORIGIN).is_some_and(|member| demands_nothing(member.value)) {
            edits.set(&object, part.get(), ORIGIN, origin);
        }
        for value in object.values() {
            set_origin(edits, value, origin, deeper);
        }
    } else if let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(part.get()) {
        for element in elements {
            set_origin(edits, element, origin, deeper);
        }
    }
}

fn demands_nothing(value: &RawValue) -> bool {
    match serde_json::from_str::<Option<&str>>(value.get()) {
        Ok(text) => text.is_none_or(|text| text == ANYWHERE),
        Err(_) => false,
    }
}

/// The answer of `wham/usage` with `rate_limit` as the quota, and without the reserve:
/// upstream offers that because the account is out. None when it is no such answer.
pub fn with_rate_limit(text: &str, rate_limit: &str) -> Option<String> {
    let bare = without_reserve(text)?;
    let with_limit = with_member(&bare, "rate_limit", rate_limit)?;
    with_member(&with_limit, "rate_limit_reached_type", "null")
}

fn with_member(text: &str, name: &str, value: &str) -> Option<String> {
    let object = Object::read(text)?;
    let mut edits = Edits::of(text);
    edits.set(&object, text, name, value);
    edits.apply()
}

fn without_reserve(text: &str) -> Option<String> {
    let object = Object::read(text)?;
    let mut edits = Edits::of(text);
    edits.retain_members(&object, |member| !member.is("rate_limit_upsell"));
    let limits = object.member("additional_rate_limits").map(|member| member.value.get());
    let limits = limits.and_then(|limits| serde_json::from_str::<Vec<&RawValue>>(limits).ok());
    if let Some(limits) = limits {
        edits.retain_elements(&limits, |limit| !is_reserve(limit));
    }
    Some(edits.apply().unwrap_or_else(|| text.to_owned()))
}

fn is_reserve(limit: &RawValue) -> bool {
    let Some(object) = Object::read(limit.get()) else { return false };
    let name = object.member("limit_name").map(|member| member.value.get());
    name.is_some_and(|name| {
        serde_json::from_str::<String>(name).is_ok_and(|name| name == RESERVE_MODEL)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const HOST: &str = "https://chatgpt.com";

    #[track_caller]
    fn mends(text: &str, expected: &str) {
        let mended = with_origin(text, HOST);
        assert_eq!(mended.as_deref().unwrap_or(text), expected);
    }

    #[test]
    fn a_workspace_without_a_demand_gets_the_host_itself() {
        mends(
            r#"{"accounts": [{"id":"a","workspace_backend_origin":"NO_CONSTRAINT","n":1.10}]}"#,
            r#"{"accounts": [{"id":"a","workspace_backend_origin":"https://chatgpt.com","n":1.10}]}"#,
        );
        mends(
            r#"{"accounts":[{"workspace_backend_origin" : null },{"workspace_backend_origin":"NO_CONSTRAINT"}]}"#,
            r#"{"accounts":[{"workspace_backend_origin" : "https://chatgpt.com" },{"workspace_backend_origin":"https://chatgpt.com"}]}"#,
        );
        // Also where accounts stand by their ids.
        mends(
            r#"{"accounts":{"a":{"account":{"workspace_backend_origin":"NO_CONSTRAINT"}}}}"#,
            r#"{"accounts":{"a":{"account":{"workspace_backend_origin":"https://chatgpt.com"}}}}"#,
        );
    }

    #[test]
    fn a_demand_and_everything_else_stays_as_it_is() {
        for text in [
            r#"{"accounts":[{"id":"a","workspace_backend_origin":"https://eu.chatgpt.com"}]}"#,
            r#"{"accounts":[{"id":"a"}]}"#,
            r#"{"accounts":[{"workspace_backend_origin":7}]}"#,
            r#"{"note":"NO_CONSTRAINT"}"#,
            "[]",
            "null",
            "no json",
            "",
        ] {
            assert_eq!(with_origin(text, HOST), None, "{text}");
        }
        let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
        assert_eq!(with_origin(&deep, HOST), None);
    }

    fn exhausted() -> String {
        r#"{"user_id":"u","account_id":"a","plan_type":"plus","rate_limit":{"allowed":false,"limit_reached":true,"primary_window":null},"code_review_rate_limit":null,"additional_rate_limits":[{"limit_name":"gpt-reserve","metered_feature":"base_model_inference"},{"limit_name":"spark","rate_limit":{"x":9007199254740993}}],"credits":{"balance":"1.10"},"rate_limit_reached_type":{"type":"rate_limit_reached"},"rate_limit_upsell":{"banner_type":"luna_reserve"}}"#.to_owned()
    }

    #[test]
    fn quota_is_swapped_and_the_reserve_goes() {
        let pooled = with_rate_limit(&exhausted(), r#"{"allowed":true}"#).unwrap();
        let value: Value = serde_json::from_str(&pooled).unwrap();
        assert_eq!(value["rate_limit"], json!({"allowed": true}));
        assert_eq!(value["rate_limit_reached_type"], Value::Null);
        assert!(value.get("rate_limit_upsell").is_none());
        let limits = value["additional_rate_limits"].as_array().unwrap();
        assert_eq!(limits.len(), 1);
        assert_eq!(limits[0]["limit_name"], "spark");
        assert_eq!((&value["account_id"], &value["user_id"]), (&json!("a"), &json!("u")));
        assert!(pooled.contains("9007199254740993") && pooled.contains(r#""1.10""#), "{pooled}");
    }

    #[test]
    fn what_is_missing_is_added() {
        let pooled = with_rate_limit(r#"{"plan_type":"plus"}"#, "{}").unwrap();
        let value: Value = serde_json::from_str(&pooled).unwrap();
        let expected =
            json!({"plan_type": "plus", "rate_limit": {}, "rate_limit_reached_type": null});
        assert_eq!(value, expected);
        let only_banner = with_rate_limit(r#"{"rate_limit_upsell":1}"#, "{}").unwrap();
        assert!(serde_json::from_str::<Value>(&only_banner).is_ok(), "{only_banner}");
        let only_reserve = r#"{"additional_rate_limits":[{"limit_name":"gpt-reserve"}]}"#;
        let pooled = with_rate_limit(only_reserve, "{}").unwrap();
        let value: Value = serde_json::from_str(&pooled).unwrap();
        assert_eq!(value["additional_rate_limits"], json!([]));
    }

    #[test]
    fn what_is_no_usage_answer_is_not_changed() {
        for text in ["[]", "null", "7", "<html>", ""] {
            assert_eq!(with_rate_limit(text, "{}"), None, "{text}");
        }
    }
}
