//! Frames and bodies that must change on their way, as text to text. What does
//! not have to change stays byte for byte (see `json_edit`).
//!
//! An `error` frame without a status makes the client wait for its five-minute
//! idle timeout (contract, section 3): none is ever sent.

use std::borrow::Cow;

use serde_json::{Value, value::RawValue};

use crate::{
    bounded,
    headers::TURN_STATE,
    json_edit::{Edits, Object},
    reading::type_of,
    verdict::failure_of,
};

/// The code from which the client recovers by sending the whole turn again.
pub const STALE_CODE: &str = "stale_continuation";
/// Its sentence.
pub const STALE_MESSAGE: &str =
    "The conversation's state on the service is gone; the whole turn must be sent again.";
/// Its status.
const STALE_STATUS: u16 = 409;

/// A header that frames wrap.
const RETRY_AFTER: &str = "retry-after";

/// Codes that the client understands without a status.
const UNDERSTOOD: [&str; 2] = ["websocket_connection_limit_reached", "previous_response_not_found"];

/// The type of a frame, also when it is not its first key.
pub fn kind_of(text: &str) -> Option<Cow<'_, str>> {
    type_of(text.as_bytes())
}

/// An error frame with the status it lacks; none when it needs none.
pub fn with_status(text: &str) -> Option<String> {
    let frame = Object::read(text)?;
    let is_number = |name: &str| {
        let member = frame.member(name)?;
        serde_json::from_str::<u16>(member.value.get()).ok()
    };
    if is_number("status").or(is_number("status_code")).is_some() {
        return None;
    }
    let failure = failure_of(bounded::json(text.as_bytes())?);
    let code = failure.error.get("code").or(failure.error.get("type"));
    let status = match code.and_then(Value::as_str).unwrap_or_default() {
        code if UNDERSTOOD.contains(&code) => return None,
        STALE_CODE => STALE_STATUS,
        "usage_limit_reached"
        | "insufficient_quota"
        | "usage_not_included"
        | "rate_limit_exceeded" => 429,
        "server_is_overloaded" | "slow_down" => 503,
        "server_error" => 500,
        _ => 400,
    };
    let mut edits = Edits::of(text);
    edits.set(&frame, text.trim_start(), status_name(&frame), &status.to_string());
    edits.apply()
}

/// An error frame with the pause that it lacks; none when it needs none.
pub fn with_retry_after(text: &str, seconds: u64) -> Option<String> {
    if type_of(text.as_bytes()).as_deref() != Some("error") {
        return None;
    }
    let frame = Object::read(text)?;
    let mut edits = Edits::of(text);
    let headers = frame.member("headers").map(|member| member.value.get());
    match headers.and_then(|within| Some((Object::read(within)?, within))) {
        Some((headers, _)) if headers.has_any_case(RETRY_AFTER) => return None,
        Some((headers, within)) => {
            edits.set(&headers, within, RETRY_AFTER, &format!("\"{seconds}\""));
        }
        None => {
            let headers = format!("{{\"{RETRY_AFTER}\":\"{seconds}\"}}");
            edits.set(&frame, text.trim_start(), "headers", &headers);
        }
    }
    edits.apply()
}

/// The client knows two names of the status, and refuses a frame that has both.
fn status_name(frame: &Object<'_>) -> &'static str {
    if frame.member("status_code").is_some() { "status_code" } else { "status" }
}

/// A failure frame that says the chain is gone in the form the client recovers
/// from. Type and nesting stay; after output has been seen nothing else may
/// change.
pub fn as_stale(text: &str) -> Option<String> {
    let frame = Object::read(text)?;
    let mut edits = Edits::of(text);
    let mut state = |error: &Object<'_>, within: &str| {
        edits.set(error, within, "code", &format!("\"{STALE_CODE}\""));
        edits.set(error, within, "message", &format!("\"{STALE_MESSAGE}\""));
    };
    match error_within(&frame) {
        Some((error, within)) => state(&error, within),
        None => state(&frame, text.trim_start()),
    }
    if type_of(text.as_bytes()).as_deref() == Some("error") {
        edits.set(&frame, text.trim_start(), status_name(&frame), &STALE_STATUS.to_string());
    }
    edits.apply()
}

/// The error object of a failure frame, and its text.
fn error_within<'a>(frame: &Object<'a>) -> Option<(Object<'a>, &'a str)> {
    let object = |of: &Object<'a>, name: &str| {
        let text = of.member(name)?.value.get();
        Some((Object::read(text)?, text))
    };
    object(frame, "error").or_else(|| object(&object(frame, "response")?.0, "error"))
}

/// The frame without a turn state that belongs to another account.
pub fn without_turn_state(text: &str) -> Option<String> {
    let frame = Object::read(text)?;
    let metadata = Object::read(frame.member("client_metadata")?.value.get())?;
    let mut edits = Edits::of(text);
    edits.retain_members(&metadata, |member| !member.is(TURN_STATE));
    edits.apply()
}

/// A request without its `reasoning` items, which only the account that made
/// them can read; none when there is nothing to remove. A `compaction` item is
/// never removed: it is the conversation itself.
pub fn without_reasoning(request: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(request).ok()?;
    let input = Object::read(text)?.member("input")?.value;
    let items: Vec<&RawValue> = serde_json::from_str(input.get()).ok()?;
    let mut edits = Edits::of(text);
    edits.retain_elements(&items, |item| {
        type_of(item.get().as_bytes()).as_deref() != Some("reasoning")
    });
    edits.apply()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[track_caller]
    fn status(frame: &Value, expected: Option<u16>) {
        let mended = with_status(&frame.to_string()).map(|text| parsed(&text)["status"].clone());
        assert_eq!(mended, expected.map(Value::from), "{frame}");
    }

    #[test]
    fn no_error_goes_without_a_status() {
        status(&json!({"type": "error", "error": {"code": "stale_continuation"}}), Some(409));
        status(&json!({"type": "error", "error": {"type": "usage_limit_reached"}}), Some(429));
        status(&json!({"type": "error", "code": "slow_down"}), Some(503));
        status(&json!({"type": "error", "error": {"code": "what"}}), Some(400));
        status(&json!({"type": "error", "status": 500, "error": {"code": "x"}}), None);
        status(
            &json!({"type": "error", "error": {"code": "websocket_connection_limit_reached"}}),
            None,
        );
    }

    #[test]
    fn an_error_may_get_a_pause_in_every_place() {
        for (frame, expected) in [
            (
                r#"{"type":"error","status":429}"#,
                Some(r#"{"type":"error","status":429,"headers":{"retry-after":"2"}}"#),
            ),
            (
                r#"{"headers":null,"type":"error"}"#,
                Some(r#"{"headers":{"retry-after":"2"},"type":"error"}"#),
            ),
            (
                r#"{"type":"error","headers":{}}"#,
                Some(r#"{"type":"error","headers":{"retry-after":"2"}}"#),
            ),
            (
                r#" {"type":"error","headers":{"x": 1.10}, "n": 1}"#,
                Some(r#" {"type":"error","headers":{"x": 1.10,"retry-after":"2"}, "n": 1}"#),
            ),
            (r#"{"type":"error","headers":{"Retry-After":"9"}}"#, None),
            (r#"{"type":"response.failed","headers":{}}"#, None),
            ("no frame", None),
        ] {
            assert_eq!(with_retry_after(frame, 2).as_deref(), expected, "{frame}");
        }
    }

    /// C14: only code and message change.
    #[test]
    fn a_lost_chain_keeps_its_frame() {
        let failed = json!({"type": "response.failed", "response": {"id": "r",
            "error": {"code": "previous_response_not_found", "message": "raw", "param": "x"}}});
        let stale = parsed(&as_stale(&failed.to_string()).unwrap());
        assert_eq!(stale["type"], "response.failed");
        assert_eq!(stale["response"]["id"], "r");
        assert_eq!(stale["response"]["error"]["code"], "stale_continuation");
        assert_eq!(stale["response"]["error"]["param"], "x");
        assert!(stale.get("status").is_none());
        let error = json!({"type": "error", "error": {"code": "previous_response_not_found"}});
        assert_eq!(parsed(&as_stale(&error.to_string()).unwrap())["status"], 409);
    }

    #[test]
    fn a_type_is_found_wherever_it_stands() {
        assert_eq!(kind_of(r#"{"type":"a"}"#).as_deref(), Some("a"));
        assert_eq!(kind_of(r#"{"delta":"\"type\":\"x\"","type":"b"}"#).as_deref(), Some("b"));
        assert_eq!(kind_of("[]"), None);
    }

    #[test]
    fn only_reasoning_is_ever_removed() {
        let body = json!({"model": "m",
            "input": [{"type": "reasoning", "id": "1"}, {"type": "compaction"}, {"type": "message"}]});
        let less = without_reasoning(body.to_string().as_bytes()).unwrap();
        let expected =
            json!({"model": "m", "input": [{"type": "compaction"}, {"type": "message"}]});
        assert_eq!(parsed(&less), expected);
        assert_eq!(without_reasoning(br#"{"input":[{"type":"message"}]}"#), None);
        assert_eq!(without_reasoning(b"nonsense"), None);
    }

    /// Field rules, section 4: order, numbers, escapes and white space stay.
    #[test]
    fn only_what_must_change_is_changed() {
        let odd = r#""z":9007199254740993, "a" : 1.10,"e":"\u00e9\/""#;
        let reasoning = r#"{"type":"reasoning","encrypted_content":"x"}"#;
        let message = r#"{ "type":"message", "n":1E5 }"#;
        let request = format!(r#"{{{odd},"input":[{reasoning} , {message},{reasoning}],"b":0}}"#);
        let expected = format!(r#"{{{odd},"input":[{message}],"b":0}}"#);
        assert_eq!(without_reasoning(request.as_bytes()), Some(expected));
        let frame = |metadata: &str| format!(r#"{{{odd}, "client_metadata" : {{{metadata}}} }}"#);
        let with = frame(r#""k":-0,"x-codex-turn-state":"t", "l" :[]"#);
        assert_eq!(without_turn_state(&with), Some(frame(r#""k":-0,"l" :[]"#)));
        let error = format!(r#"{{{odd},"type":"error","error":{{"code":"slow_down","p":1.0}}}}"#);
        let expected = error.replace("1.0}}", r#"1.0},"status":503}"#);
        assert_eq!(with_status(&error), Some(expected));
        let stale = as_stale(&error).unwrap();
        assert!(stale.starts_with(&format!("{{{odd},\"type\"")) && stale.contains(r#""p":1.0,"#));
    }

    #[test]
    fn a_status_that_is_no_number_is_none() {
        for odd in ["null", "\"429\"", "4.5", "[]", "70000"] {
            let frame = format!(r#"{{"type":"error","status":{odd},"error":{{"code":"x"}}}}"#);
            let mended = with_status(&frame).unwrap();
            assert_eq!(mended, frame.replace(odd, "400"));
            let alias = frame.replace("status", "status_code");
            assert_eq!(with_status(&alias).unwrap(), alias.replace(odd, "400"));
        }
    }

    #[test]
    fn a_reasoning_item_is_known_wherever_its_type_stands() {
        let request = br#"{"input":[{"id":"1","type":"reasoning"},{"note":"{\"type\":\"reasoning\"}","type":"message"}]}"#;
        let expected = r#"{"input":[{"note":"{\"type\":\"reasoning\"}","type":"message"}]}"#;
        assert_eq!(without_reasoning(request).as_deref(), Some(expected));
    }

    #[test]
    fn frames_that_are_no_objects_stay_as_they_are() {
        for odd in ["[]", "7", "null", "{", "\"error\""] {
            assert_eq!(
                (with_status(odd), as_stale(odd), without_turn_state(odd)),
                (None, None, None)
            );
        }
    }
}
