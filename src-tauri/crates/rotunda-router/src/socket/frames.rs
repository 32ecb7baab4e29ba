//! Frames the router says on its own.

use serde_json::json;
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

use crate::respond::Refusal;

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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn error_frames_have_status_and_pause() {
        let frame: Value =
            serde_json::from_str(refusal(&Refusal::Busy).to_text().unwrap()).unwrap();
        assert_eq!(
            (&frame["status"], &frame["headers"]["retry-after"]),
            (&json!(503), &json!("2"))
        );
    }
}
