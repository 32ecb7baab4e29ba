//! Frames the router writes or mends itself.
//!
//! An `error` frame without a status makes the client wait for its five-minute
//! idle timeout (contract, section 3): none is ever sent.

use std::borrow::Cow;

use rotunda_core::{sse::leading_type, verdict::failure_of};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

use crate::respond::Refusal;

/// Codes that the client understands without a status.
const UNDERSTOOD: [&str; 2] = ["websocket_connection_limit_reached", "previous_response_not_found"];

#[derive(Deserialize)]
struct Typed<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Cow<'a, str>>,
}

/// The type of a frame, also when it is not its first key.
pub(super) fn kind_of(text: &str) -> Option<Cow<'_, str>> {
    leading_type(text.as_bytes())
        .map(Cow::Borrowed)
        .or_else(|| serde_json::from_str::<Typed<'_>>(text).ok()?.kind)
}

/// A refusal as the client reads it on a socket.
pub(super) fn refusal(refusal: &Refusal) -> Message {
    let mut frame = json!({
        "type": "error",
        "status": refusal.status().as_u16(),
        "error": refusal.error(),
    });
    if let Some(seconds) = refusal.retry_after() {
        frame["headers"] = json!({"retry-after": seconds.to_string()});
    }
    Message::text(frame.to_string())
}

/// Keeps the client from its idle timeout: pings and comments do not.
pub(super) fn keepalive() -> Message {
    Message::text(r#"{"type":"keepalive"}"#)
}

/// A close that invites the client to come back.
pub(super) fn come_back() -> Message {
    Message::Close(Some(CloseFrame { code: CloseCode::Restart, reason: "".into() }))
}

/// An error frame with the status it lacks; none when it needs none.
pub(super) fn with_status(text: &str) -> Option<Message> {
    let mut frame: Value = serde_json::from_str(text).ok()?;
    if frame.get("status").or(frame.get("status_code")).is_some() {
        return None;
    }
    let failure = failure_of(frame.clone());
    let code =
        failure.error.get("code").or(failure.error.get("type"))?.as_str().unwrap_or_default();
    let status = match code {
        code if UNDERSTOOD.contains(&code) => return None,
        "stale_continuation" => 409,
        "usage_limit_reached"
        | "insufficient_quota"
        | "usage_not_included"
        | "rate_limit_exceeded" => 429,
        "server_is_overloaded" | "slow_down" => 503,
        "server_error" => 500,
        _ => 400,
    };
    frame["status"] = status.into();
    Some(Message::text(frame.to_string()))
}

/// A failure frame that says the chain is gone in the form the client recovers
/// from. Type and nesting stay; after output has been seen nothing else may
/// change.
pub(super) fn as_stale(text: &str) -> Option<Message> {
    let mut frame: Value = serde_json::from_str(text).ok()?;
    let stale = Refusal::Stale.error();
    let path = ["/error", "/response/error"];
    let nested = path.iter().find(|path| frame.pointer(path).is_some_and(Value::is_object));
    let error = match nested {
        Some(path) => frame.pointer_mut(path)?,
        None => &mut frame,
    };
    error["code"] = stale["code"].clone();
    error["message"] = stale["message"].clone();
    if frame["type"] == "error" {
        frame["status"] = Refusal::Stale.status().as_u16().into();
    }
    Some(Message::text(frame.to_string()))
}

/// The frame without a turn state that belongs to another account.
pub(super) fn without_turn_state(text: &str) -> Option<String> {
    let mut frame: Value = serde_json::from_str(text).ok()?;
    let metadata = frame.get_mut("client_metadata")?.as_object_mut()?;
    metadata.remove(rotunda_core::headers::TURN_STATE)?;
    Some(frame.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(message: &Message) -> Value {
        serde_json::from_str(message.to_text().unwrap()).unwrap()
    }

    #[track_caller]
    fn status(frame: &Value, expected: Option<u16>) {
        let mended =
            with_status(&frame.to_string()).map(|message| text(&message)["status"].clone());
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
        let stale = text(&as_stale(&failed.to_string()).unwrap());
        assert_eq!(stale["type"], "response.failed");
        assert_eq!(stale["response"]["id"], "r");
        assert_eq!(stale["response"]["error"]["code"], "stale_continuation");
        assert_eq!(stale["response"]["error"]["param"], "x");
        assert!(stale.get("status").is_none());
        let error = json!({"type": "error", "error": {"code": "previous_response_not_found"}});
        assert_eq!(text(&as_stale(&error.to_string()).unwrap())["status"], 409);
    }

    #[test]
    fn a_type_is_found_wherever_it_stands() {
        assert_eq!(kind_of(r#"{"type":"a"}"#).as_deref(), Some("a"));
        assert_eq!(kind_of(r#"{"delta":"\"type\":\"x\"","type":"b"}"#).as_deref(), Some("b"));
        assert_eq!(kind_of("[]"), None);
    }

    #[test]
    fn refusals_carry_status_and_pause() {
        let frame = text(&refusal(&Refusal::Busy));
        assert_eq!(
            (&frame["status"], &frame["headers"]["retry-after"]),
            (&json!(503), &json!("2"))
        );
    }
}
