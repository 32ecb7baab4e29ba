use serde_json::json;

use super::*;

fn of(status: u16, body: &Value) -> PublicError {
    let status = StatusCode::from_u16(status).unwrap();
    PublicError::of_answer(status, &HeaderMap::new(), body.to_string().as_bytes())
}

#[test]
fn a_used_up_pool_is_a_rate_limit_with_the_time_of_its_end() {
    let body = json!({"error": {
        "type": "usage_limit_reached", "code": "usage_limit_reached",
        "message": "All profiles are out of quota.", "resets_in_seconds": 900,
    }});
    let error = of(429, &body);
    assert_eq!(
        (error.kind.as_str(), error.code.as_deref()),
        ("rate_limit_error", Some("rate_limit_exceeded"))
    );
    assert_eq!(error.headers()[header::RETRY_AFTER], "900");
    assert_eq!(error.headers()[SHOULD_RETRY], "false");
    let shape = json!({"error": {
        "message": "All profiles are out of quota.", "type": "rate_limit_error",
        "param": null, "code": "rate_limit_exceeded",
    }});
    assert_eq!(error.body(), shape);
}

#[test]
fn a_short_wait_is_the_clients_own() {
    let headers = [(header::RETRY_AFTER, HeaderValue::from_static("3"))].into_iter().collect();
    let error = PublicError::of_answer(StatusCode::SERVICE_UNAVAILABLE, &headers, b"{}");
    assert_eq!((error.retry_after, error.kind.as_str()), (Some(3), "server_error"));
    assert!(!error.headers().contains_key(SHOULD_RETRY));
}

#[test]
fn a_refusal_of_the_backend_is_read_in_each_of_its_forms() {
    let detail = of(400, &json!({"detail": "Unsupported parameter: foo"}));
    assert_eq!(detail.message, "Unsupported parameter: foo");
    assert_eq!(detail.kind, "invalid_request_error");
    let named = json!({"error": {"message": "no", "param": "tools[0]", "code": "invalid_value", "type": "x"}});
    let named = of(400, &named);
    assert_eq!(
        (named.param.as_deref(), named.code.as_deref()),
        (Some("tools[0]"), Some("invalid_value"))
    );
    let page = PublicError::of_answer(StatusCode::BAD_GATEWAY, &HeaderMap::new(), b"<html>");
    assert_eq!(page.message, "The service answered with status 502.");
}

#[test]
fn a_failure_inside_an_answer_has_the_status_of_its_code() {
    for (code, status) in [
        ("rate_limit_exceeded", 429),
        ("usage_limit_reached", 429),
        ("server_is_overloaded", 503),
        ("context_length_exceeded", 400),
        ("server_error", 500),
    ] {
        let error = PublicError::of_error(None, &json!({"code": code, "message": "m"}));
        assert_eq!(error.status.as_u16(), status, "{code}");
    }
}
