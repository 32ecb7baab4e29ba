//! The judge's tables.

use std::time::UNIX_EPOCH;

use proptest::prelude::*;
use serde_json::json;

use super::*;

const FRESH: Asked = Asked { chained: false, tool_output: false };
const CHAINED: Asked = Asked { chained: true, tool_output: false };
const TOOL: Asked = Asked { chained: true, tool_output: true };

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_000_000)
}

fn reset(seconds: u64) -> Verdict {
    Verdict::Quota(Some(Reset { at: now() + Duration::from_secs(seconds), window: None }))
}

#[track_caller]
fn check(status: u16, error: &Value, asked: Asked, expected: Verdict) {
    let status = (status != 0).then(|| StatusCode::from_u16(status).unwrap());
    let stated = Stated { status, headers: &HeaderMap::new(), error };
    assert_eq!(classify(stated, asked, now()), expected, "{status:?} {error}");
}

#[test]
fn quota_codes_rest_the_profile() {
    let limit = json!({"type": "usage_limit_reached", "resets_in_seconds": 90});
    check(429, &limit, FRESH, reset(90));
    check(0, &limit, FRESH, reset(90));
    check(429, &json!({"code": "insufficient_quota"}), FRESH, Verdict::Quota(None));
    check(429, &json!({"code": "rate_limit_exceeded", "resets_in_seconds": 90}), FRESH, reset(90));
    check(400, &limit, FRESH, Verdict::Other);
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
        Verdict::Other,
    );
}

#[test]
fn entitlement_login_and_trouble_are_told_apart() {
    check(429, &json!({"type": "usage_not_included"}), FRESH, Verdict::NotEntitled);
    check(402, &json!({"code": "deactivated_workspace"}), FRESH, Verdict::NotEntitled);
    check(401, &json!({"code": "token_expired"}), FRESH, Verdict::Unauthorized);
    check(403, &json!({"code": "forbidden"}), FRESH, Verdict::Other);
    check(503, &Value::Null, FRESH, Verdict::Struggling);
    check(0, &json!({"code": "server_is_overloaded"}), FRESH, Verdict::Struggling);
    check(0, &json!({"code": "slow_down"}), CHAINED, Verdict::Struggling);
    check(418, &Value::Null, FRESH, Verdict::Other);
    check(200, &Value::Null, FRESH, Verdict::Good);
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
    check(400, &call, CHAINED, Verdict::Other);
    check(400, &call, FRESH, Verdict::Other);
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
    crate::sse::leading_type(json)
}

#[test]
fn bodies_state_errors_in_three_ways() {
    assert_eq!(error_of_body(br#"{"error":{"code":"a"}}"#), json!({"code": "a"}));
    assert_eq!(error_of_body(br#"{"detail":{"code":"b"}}"#), json!({"code": "b"}));
    assert_eq!(error_of_body(br#"{"code":"c"}"#), json!({"code": "c"}));
    assert_eq!(error_of_body(br#"{"detail":"Not Found"}"#), Value::Null);
    assert_eq!(error_of_body(b"<html>"), Value::Null);
}

#[test]
fn handshake_events_neither_commit_nor_block() {
    for kind in HANDSHAKE {
        assert_eq!(sign_of(Some(kind), b"{}"), Sign::Handshake);
    }
    assert_eq!(sign_of(Some("response.output_text.delta"), b"{}"), Sign::Content);
    assert_eq!(sign_of(Some("response.completed"), b"{}"), Sign::Content);
    assert_eq!(sign_of(None, b"anything"), Sign::Content);
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

#[track_caller]
fn step(verdict: Verdict, pinned: bool, spared: bool, http: Step, web_socket: Step) {
    for (transport, expected) in [(Transport::Http, http), (Transport::WebSocket, web_socket)] {
        let situation = Situation { transport, pinned, spared, others_ready: false };
        assert_eq!(next_step(verdict, situation), expected);
    }
}

#[test]
fn fresh_requests_move_on_and_pinned_ones_stay() {
    let passed = Step::PassThrough { retry_after: None };
    let later = Step::PassThrough { retry_after: Some(STRUGGLE_PAUSE) };
    for verdict in [Verdict::Quota(None), Verdict::NotEntitled] {
        step(verdict, false, false, Step::NextProfile, Step::NextProfile);
        step(verdict, true, false, passed, Step::Stale);
    }
    step(Verdict::Struggling, false, false, Step::NextProfile, Step::NextProfile);
    step(Verdict::Struggling, false, true, later, later);
    step(Verdict::Struggling, true, false, later, later);
    step(Verdict::Challenge, false, false, Step::NextProfile, Step::NextProfile);
    step(Verdict::Challenge, false, true, Step::Unavailable, Step::Unavailable);
    step(Verdict::Challenge, true, false, Step::Unavailable, Step::Unavailable);
    step(Verdict::ChainLost, true, false, Step::Stale, Step::Stale);
    step(Verdict::ForeignReasoning, false, false, Step::FormerProfile, Step::FormerProfile);
    step(Verdict::ForeignReasoning, true, false, passed, passed);
    step(Verdict::Unauthorized, true, false, Step::Refresh, Step::Refresh);
    step(Verdict::Other, false, false, passed, passed);
    step(
        Verdict::Burst,
        true,
        false,
        Step::PassThrough { retry_after: Some(BURST_PAUSE) },
        Step::RepeatLater,
    );
    step(Verdict::Good, true, true, Step::Commit, Step::Commit);
}

/// Over WebSocket every request of the real client is chained: what would end
/// its turn makes it resend in full when somebody else could serve.
#[test]
fn a_pinned_socket_moves_when_others_are_ready() {
    let at = |transport| Situation { transport, pinned: true, spared: false, others_ready: true };
    for verdict in [Verdict::Struggling, Verdict::Challenge] {
        assert_eq!(next_step(verdict, at(Transport::WebSocket)), Step::Stale);
        assert_ne!(next_step(verdict, at(Transport::Http)), Step::Stale);
    }
}

proptest! {
    /// Invariant 7: what the core does not know is forwarded, never rotated.
    #[test]
    fn an_unknown_error_never_rotates(status in 400u16..500, code in "[a-z_]{1,30}", text in ".{0,40}") {
        prop_assume!(![401, 429].contains(&status));
        let known = ["usage_limit_reached", "insufficient_quota", "rate_limit_exceeded",
            "usage_not_included", "deactivated_workspace", "workspace_deactivated",
            "server_is_overloaded", "slow_down", "server_error", "invalid_encrypted_content"];
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
