//! The tables of verdicts.

use std::time::UNIX_EPOCH;

use proptest::prelude::*;
use serde_json::json;

use super::*;

const FRESH: RequestTraits = RequestTraits { chained: false, tool_output: false };
const CHAINED: RequestTraits = RequestTraits { chained: true, tool_output: false };
const TOOL: RequestTraits = RequestTraits { chained: true, tool_output: true };

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_000_000)
}

fn reset(seconds: u64) -> Verdict {
    Verdict::Quota(Some(Reset { at: now() + Duration::from_secs(seconds), window: None }))
}

#[track_caller]
fn check(status: u16, error: &Value, traits: RequestTraits, expected: Verdict) {
    let status = (status != 0).then(|| StatusCode::from_u16(status).unwrap());
    let stated = Stated { status, headers: &HeaderMap::new(), error };
    assert_eq!(classify(stated, traits, now()), expected, "{status:?} {error}");
}

#[test]
fn quota_codes_rest_the_profile() {
    let limit = json!({"type": "usage_limit_reached", "resets_in_seconds": 90});
    check(429, &limit, FRESH, reset(90));
    check(0, &limit, FRESH, reset(90));
    check(429, &json!({"code": "insufficient_quota"}), FRESH, Verdict::Quota(None));
    check(429, &json!({"code": "rate_limit_exceeded", "resets_in_seconds": 90}), FRESH, reset(90));
    // A gateway may have put a status of its own around it.
    for status in [400, 402, 403, 500, 502, 503] {
        check(status, &limit, FRESH, reset(90));
    }
}

#[test]
fn a_limit_without_a_reset_is_a_burst() {
    check(429, &Value::Null, FRESH, Verdict::Burst);
    check(429, &json!({"code": "rate_limit_exceeded"}), FRESH, Verdict::Burst);
    check(
        429,
        &json!({"code": "rate_limit_exceeded", "resets_in_seconds": 2}),
        FRESH,
        Verdict::Burst,
    );
    check(
        0,
        &json!({"code": "rate_limit_exceeded", "message": "try again in 1.5s"}),
        FRESH,
        Verdict::Burst,
    );
}

#[test]
fn entitlement_login_and_trouble_are_distinguished() {
    check(429, &json!({"type": "usage_not_included"}), FRESH, Verdict::NotEntitled);
    check(402, &json!({"code": "deactivated_workspace"}), FRESH, Verdict::NotEntitled);
    check(401, &json!({"code": "token_expired"}), FRESH, Verdict::Unauthorized);
    check(403, &json!({"code": "forbidden"}), FRESH, Verdict::Other);
    check(503, &Value::Null, FRESH, Verdict::Gateway);
    check(500, &json!({"code": "internal"}), FRESH, Verdict::Struggling);
    check(0, &json!({"code": "server_is_overloaded"}), FRESH, Verdict::Struggling);
    check(0, &json!({"code": "slow_down"}), CHAINED, Verdict::Struggling);
    check(418, &Value::Null, FRESH, Verdict::Other);
    check(200, &Value::Null, FRESH, Verdict::Good);
}

#[test]
fn what_each_profile_would_answer_alike_is_about_the_request() {
    for (status, error) in [
        (400, json!({"type": "invalid_request_error", "param": "input[0].id", "message": "x"})),
        (400, json!({"code": "context_length_exceeded"})),
        (0, json!({"code": "context_length_exceeded"})),
        (422, json!({"param": "tools"})),
        (405, Value::Null),
        (413, Value::Null),
    ] {
        check(status, &error, FRESH, Verdict::Request);
    }
    check(400, &json!({"type": "invalid_request_error", "param": null}), FRESH, Verdict::Other);
}

#[test]
fn a_model_of_another_account_is_no_error_of_the_request() {
    let chatgpt = "The 'gpt-x' model is not supported when using Codex with a ChatGPT account.";
    let key = "The model `gpt-x` does not exist or you do not have access to it.";
    for (status, error) in [
        (400, json!({"message": chatgpt})),
        (404, json!({"code": "model_not_found", "param": "model"})),
        (404, json!({"message": key, "type": "invalid_request_error"})),
        (403, json!({"code": "model_not_found"})),
        (0, json!({"code": "model_not_found"})),
    ] {
        check(status, &error, FRESH, Verdict::ModelUnavailable);
    }
}

#[test]
fn a_bot_check_is_not_a_refusal() {
    for (name, value) in
        [("content-type", "text/html; charset=UTF-8"), ("cf-mitigated", "challenge")]
    {
        let headers = [(name.parse().unwrap(), value.parse().unwrap())].into_iter().collect();
        let stated =
            Stated { status: Some(StatusCode::FORBIDDEN), headers: &headers, error: &Value::Null };
        assert_eq!(classify(stated, FRESH, now()), Verdict::Challenge);
    }
}

#[test]
fn only_a_chained_request_can_lose_its_chain() {
    let lost = json!({"type": "invalid_request_error", "code": "previous_response_not_found"});
    check(400, &lost, CHAINED, Verdict::ChainLost);
    check(0, &lost, CHAINED, Verdict::ChainLost);
    check(400, &lost, FRESH, Verdict::Other);
    let call = json!({"type": "invalid_request_error", "param": "input",
        "message": "No tool call found for function call output with call_id call_1."});
    check(400, &call, TOOL, Verdict::ChainLost);
    check(400, &call, CHAINED, Verdict::Request);
    check(400, &call, FRESH, Verdict::Request);
}

/// C24: codes are read from structured fields, never from text.
#[test]
fn text_that_mentions_a_quota_means_nothing() {
    let text =
        json!({"message": "usage_limit_reached previous_response_not_found insufficient_quota"});
    check(400, &text, TOOL, Verdict::Other);
    check(0, &text, TOOL, Verdict::Other);
    let delta = br#"{"type":"response.output_text.delta","delta":"{\"type\":\"error\",\"code\":\"usage_limit_reached\"}"}"#;
    assert_eq!(sign_of(leading(delta), delta), Sign::Content);
}

fn leading(json: &[u8]) -> Option<&str> {
    crate::reading::leading_type(json)
}

#[test]
fn bodies_state_errors_in_three_ways() {
    assert_eq!(error_of_body(br#"{"error":{"code":"a"}}"#), json!({"code": "a"}));
    assert_eq!(error_of_body(br#"{"detail":{"code":"b"}}"#), json!({"code": "b"}));
    assert_eq!(error_of_body(br#"{"code":"c"}"#), json!({"code": "c"}));
    let sentence = br#"{"detail":"Not Found"}"#;
    assert_eq!(error_of_body(sentence), json!({"message": "Not Found"}));
    let wrapped =
        br#"{"error":{"code":502,"message":"{\"detail\":{\"code\":\"usage_limit_reached\"}}"}}"#;
    assert_eq!(error_of_body(wrapped), json!({"code": "usage_limit_reached"}));
    assert_eq!(error_of_body(b"<html>"), Value::Null);
}

/// Only output commits; what is not known says nothing yet.
#[test]
fn events_without_output_neither_commit_nor_block() {
    for kind in [
        "response.created",
        "response.in_progress",
        "response.queued",
        "response.metadata",
        "response.heartbeat",
        "codex.rate_limits",
        "codex.response.metadata",
        "responsesapi.websocket_timing",
        "keepalive",
        "ping",
        "something.new",
    ] {
        assert_eq!(sign_of(Some(kind), b"{}"), Sign::Handshake, "{kind}");
    }
    assert_eq!(sign_of(None, b"[DONE]"), Sign::Handshake);
    for kind in [
        "response.output_item.added",
        "response.content_part.added",
        "response.reasoning_summary_part.added",
    ] {
        assert_eq!(sign_of(Some(kind), b"{}"), Sign::Beginning, "{kind}");
    }
    for kind in [
        "response.output_text.delta",
        "response.output_text.done",
        "response.output_item.done",
        "response.reasoning_text.delta",
        "response.reasoning_summary_text.delta",
        "response.function_call_arguments.delta",
        "response.custom_tool_call_input.delta",
        "response.web_search_call.searching",
        "response.image_generation_call.partial_image",
        "response.completed",
        "response.incomplete",
        "response.done",
    ] {
        assert_eq!(sign_of(Some(kind), b"{}"), Sign::Content, "{kind}");
    }
}

#[test]
fn a_wrapped_error_carries_status_headers_and_code() {
    let frame = br#"{"type":"error","status":429,"error":{"type":"usage_limit_reached"},
        "headers":{"retry-after":90,"x-other":"1","bad name":"2"}}"#;
    let Sign::Failure(failure) = sign_of(Some("error"), frame) else { panic!("a failure") };
    assert_eq!(failure.status, Some(StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(classify(failure.stated(), FRESH, now()), reset(90));
    let failed =
        json!({"type": "response.failed", "response": {"error": {"code": "insufficient_quota"}}});
    assert_eq!(classify(failure_of(failed).stated(), FRESH, now()), Verdict::Quota(None));
    let bare = json!({"type": "error", "code": "slow_down", "message": "…"});
    assert_eq!(classify(failure_of(bare).stated(), FRESH, now()), Verdict::Struggling);
}

/// Whatever the body claims, a redirect is never the client's to follow.
#[test]
fn a_redirect_stands_in_the_way() {
    for status in [300, 301, 302, 303, 304, 305, 307, 308] {
        for code in ["", "usage_limit_reached", "usage_not_included", "invalid_encrypted_content"] {
            check(status, &json!({"code": code}), FRESH, Verdict::Challenge);
            check(status, &json!({"code": code}), TOOL, Verdict::Challenge);
        }
    }
}

proptest! {
    /// What the core does not know is shown to another profile, and then passed on.
    #[test]
    fn an_unknown_error_has_no_meaning_of_its_own(status in 400u16..500, code in "[a-z_]{1,30}", text in ".{0,40}") {
        prop_assume!(![401, 405, 411, 413, 414, 415, 429, 431].contains(&status));
        let known = ["usage_limit_reached", "insufficient_quota", "rate_limit_exceeded",
            "usage_not_included", "deactivated_workspace", "workspace_deactivated",
            "server_is_overloaded", "slow_down", "server_error", "invalid_encrypted_content", "model_not_found"];
        prop_assume!(!REQUEST_CODES.contains(&code.as_str()));
        prop_assume!(!known.contains(&code.as_str()));
        let error = json!({"code": code, "message": text});
        let status = StatusCode::from_u16(status).ok();
        let verdict = classify(Stated { status, headers: &HeaderMap::new(), error: &error }, FRESH, now());
        prop_assert_eq!(verdict, Verdict::Other);
    }

    #[test]
    fn no_input_panics(status in 100u16..1000, body in prop::collection::vec(any::<u8>(), 0..200)) {
        let error = error_of_body(&body);
        let status = StatusCode::from_u16(status).ok();
        let _ = classify(Stated { status, headers: &HeaderMap::new(), error: &error }, TOOL, now());
        let _ = sign_of(Some("error"), &body);
    }
}
