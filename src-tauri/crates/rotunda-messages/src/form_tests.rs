use serde_json::json;

use super::*;

fn error(status: u16, code: &str) -> PublicError {
    let status = StatusCode::from_u16(status).unwrap();
    PublicError::of_request(status, Some(code), None, "a sentence")
}

#[test]
fn errors_of_the_messages_api_have_its_words() {
    for (status, code, expected, kind) in [
        (400, "x", 400, "invalid_request_error"),
        (401, "invalid_api_key", 401, "authentication_error"),
        (403, "clients_switched_off", 403, "permission_error"),
        (404, "not_found", 404, "not_found_error"),
        (400, "model_not_found", 404, "not_found_error"),
        (413, "payload_too_large", 413, "request_too_large"),
        (429, "rate_limit_exceeded", 429, "rate_limit_error"),
        (500, "x", 500, "api_error"),
        (502, "x", 502, "api_error"),
        (503, "profiles_busy", 529, "overloaded_error"),
    ] {
        let (status, body) = Form::Messages.error(&error(status, code));
        assert_eq!(status.as_u16(), expected, "{code}");
        assert_eq!(body["type"], "error");
        assert_eq!(body["error"], json!({"type": kind, "message": "a sentence"}));
    }
}

/// Claude Code compacts a conversation by these words.
#[test]
fn a_request_that_is_too_long_says_so_in_the_words_of_the_form() {
    let (status, body) = Form::Messages.error(&error(500, "context_length_exceeded"));
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["error"]["message"], "prompt is too long: a sentence");
}

#[test]
fn a_limit_states_when_it_ends() {
    let limit = PublicError { retry_after: Some(90), ..error(429, "rate_limit_exceeded") };
    let headers = Form::Messages.error_headers(&limit, 1_000);
    assert_eq!(headers["retry-after"], "90");
    assert_eq!(headers["anthropic-ratelimit-unified-reset"], "1090");
    assert_eq!(headers["x-should-retry"], "false");
    let chat = Form::Chat.error_headers(&limit, 1_000);
    assert_eq!((&chat["retry-after"], chat.get(RESET)), (&HeaderValue::from(90), None));
}
