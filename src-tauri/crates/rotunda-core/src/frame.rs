//! Frames and bodies that must change on their way, as text to text.
//!
//! An `error` frame without a status makes the client wait for its five-minute
//! idle timeout (contract, section 3): none is ever sent.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use crate::{headers::TURN_STATE, sse::leading_type, verdict::failure_of};

/// The code from which the client recovers by sending the whole turn again.
pub const STALE_CODE: &str = "stale_continuation";
/// Its sentence.
pub const STALE_MESSAGE: &str =
    "The conversation's state on the service is gone; the whole turn must be sent again.";
/// Its status.
const STALE_STATUS: u16 = 409;

/// Codes that the client understands without a status.
const UNDERSTOOD: [&str; 2] = ["websocket_connection_limit_reached", "previous_response_not_found"];

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
}

/// The type of a frame, also when it is not its first key.
pub fn kind_of(text: &str) -> Option<Cow<'_, str>> {
    leading_type(text.as_bytes())
        .map(Cow::Borrowed)
        .or_else(|| serde_json::from_str::<Typed<'_>>(text).ok()?.kind)
}

/// An error frame with the status it lacks; none when it needs none.
pub fn with_status(text: &str) -> Option<String> {
    let mut frame: Value = serde_json::from_str(text).ok().filter(Value::is_object)?;
    if frame.get("status").or(frame.get("status_code")).is_some() {
        return None;
    }
    let failure = failure_of(frame.clone());
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
    frame["status"] = status.into();
    Some(frame.to_string())
}

/// A failure frame that says the chain is gone in the form the client recovers
/// from. Type and nesting stay; after output has been seen nothing else may
/// change.
pub fn as_stale(text: &str) -> Option<String> {
    let mut frame: Value = serde_json::from_str(text).ok().filter(Value::is_object)?;
    let path = ["/error", "/response/error"];
    let nested = path.iter().find(|path| frame.pointer(path).is_some_and(Value::is_object));
    let error = match nested {
        Some(path) => frame.pointer_mut(path)?,
        None => &mut frame,
    };
    error["code"] = STALE_CODE.into();
    error["message"] = STALE_MESSAGE.into();
    if frame["type"] == "error" {
        frame["status"] = STALE_STATUS.into();
    }
    Some(frame.to_string())
}

/// The frame without a turn state that belongs to another account.
pub fn without_turn_state(text: &str) -> Option<String> {
    let mut frame: Value = serde_json::from_str(text).ok()?;
    let metadata = frame.get_mut("client_metadata")?.as_object_mut()?;
    metadata.remove(TURN_STATE)?;
    Some(frame.to_string())
}

/// A request without its `reasoning` items, which only the account that made
/// them can read; none when there is nothing to remove. A `compaction` item is
/// never removed: it is the conversation itself.
pub fn without_reasoning(request: &[u8]) -> Option<String> {
    let mut request: Value = serde_json::from_slice(request).ok()?;
    let input = request.get_mut("input")?.as_array_mut()?;
    let before = input.len();
    input.retain(|item| item.get("type").and_then(Value::as_str) != Some("reasoning"));
    (input.len() < before).then(|| request.to_string())
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
