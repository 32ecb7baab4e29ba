//! Whatever numbers come from outside: nothing panics, and everything that is
//! kept or shown is within its bounds.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    Standing,
    affinity::Continuation,
    bounded::LONGEST_SPAN,
    claims::claims_of,
    clock_step::ClockStep,
    pace,
    pool::{Memory, PoolState},
    profile::{Kind, PoolProfile, ProfileId, Usage, Window},
    quota::{self, LONGEST_REST},
    verdict::{RequestTraits, Verdict, classify, error_of_body, failure_of},
};

const A: ProfileId = ProfileId(1);
const HEADERS: [&str; 10] = [
    "retry-after",
    "date",
    "x-codex-primary-used-percent",
    "x-codex-primary-window-minutes",
    "x-codex-primary-reset-at",
    "x-codex-primary-reset-after-seconds",
    "x-codex-secondary-used-percent",
    "x-codex-secondary-window-minutes",
    "x-codex-secondary-reset-at",
    "x-codex-secondary-reset-after-seconds",
];

/// A number as JSON text, plausible or absurd, or something else in its place.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<u64>().prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("JSON has no others", |it| it.is_finite())
            .prop_map(|it| format!("{it:e}")),
        (0u64..3_000_000_000).prop_map(|number| number.to_string()),
        (0u32..120).prop_map(|number| number.to_string()),
        prop::sample::select(vec![
            "18446744073709551615",
            "-9223372036854775808",
            "1e308",
            "-1e308",
            "1e999",
            "-0.0",
            "18000",
            "604800",
            "300",
            "10080",
            "100",
            "99.999",
            "null",
            "true",
            "[]",
            "{}",
            "\"NaN\"",
            "\"inf\"",
            "\"-infinity\"",
            "\"1e300\"",
            "\"300\"",
            "\"\"",
        ])
        .prop_map(str::to_owned),
    ]
}

fn numbers(count: usize) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(number(), count)
}

fn headers_of(numbers: &[String]) -> HeaderMap {
    let pair = |(name, number): (&&'static str, &String)| {
        let value = HeaderValue::from_str(number.trim_matches('"')).ok()?;
        Some((HeaderName::from_static(name), value))
    };
    HEADERS.iter().zip(numbers).filter_map(pair).collect()
}

fn windows_json(numbers: &[String]) -> String {
    let [used, length, at, after] = numbers else { unreachable!("four numbers a window") };
    format!(
        r#"{{"used_percent":{used},"limit_window_seconds":{length},"window_minutes":{length},
            "reset_at":{at},"reset_after_seconds":{after}}}"#
    )
}

fn pool() -> PoolState {
    let mut pool = PoolState::default();
    let (kind, account_id) = (Kind::ChatGpt, None);
    pool.put(PoolProfile { id: A, kind, account_id, rank: 0, paused: false, own_sign_in: false });
    pool
}

fn check_window(window: &Window, now: SystemTime) {
    assert!((0.0..=100.0).contains(&window.used_percent), "{window:?}");
    assert!(!window.length.is_zero() && window.length <= LONGEST_SPAN, "{window:?}");
    if let Some(at) = window.resets_at {
        assert!(at <= now + window.length, "{window:?}");
    }
    assert!((0.0..=100.0).contains(&window.left(now)), "{window:?}");
    let _ = window.kind();
    if let Some(pace) = pace::pace(window, now) {
        assert!((0.0..=100.0).contains(&pace.even_left), "{pace:?}");
    }
}

fn check_usage(usage: &Usage, now: SystemTime) {
    usage.windows.iter().for_each(|window| check_window(window, now));
    assert!((0.0..=100.0).contains(&usage.left(now)), "{usage:?}");
    assert!(usage.read_at <= now);
}

fn check_pool(pool: &mut PoolState, now: SystemTime) {
    let status = pool.view(now).profiles.remove(0);
    if let Standing::Resting(rest) = status.standing {
        assert!(rest.until <= now + LONGEST_REST, "{rest:?}");
    }
    status.usage.iter().for_each(|usage| check_usage(usage, now));
    status
        .model_limits
        .iter()
        .flat_map(|model_limit| &model_limit.windows)
        .for_each(|it| check_window(it, now));
    let _ = pool.choose(&Continuation::default(), &[], now);
    pool.tick(now);
}

proptest! {
    #[test]
    fn any_numbers_of_upstream_stay_within_bounds(
        of_headers in numbers(HEADERS.len()),
        windows in numbers(12),
        error in numbers(3),
        now in 0u64..8_000_000_000,
        step in 0u64..800_000_000,
    ) {
        let now = UNIX_EPOCH + Duration::from_secs(now);
        let headers = headers_of(&of_headers);
        let mut pool = pool();
        if let Some(usage) = quota::usage_of_headers(&headers, now) {
            check_usage(&usage, now);
            pool.read_usage(A, usage, false, now);
        }
        let [first, second, other] = [0, 4, 8].map(|start| windows_json(&windows[start..start + 4]));
        let body = format!(
            r#"{{"plan_type":"plus","rate_limit":{{"limit_reached":true,"primary_window":{first},
                "secondary_window":{second}}},"credits":{{"balance":{credits}}},
                "additional_rate_limits":[{{"metered_feature":"f","rate_limit":{{"primary_window":{other}}}}}]}}"#,
            credits = error[2],
        );
        let body = crate::bounded::json(body.as_bytes()).unwrap();
        if let Some(report) = quota::report_of(&body, now) {
            check_usage(&report.usage, now);
            pool.read_report(A, report, now);
        }
        let event = format!(r#"{{"rate_limits":{{"primary":{first},"secondary":{second}}}}}"#);
        let event = crate::bounded::json(event.as_bytes()).unwrap();
        if let Some(usage) = quota::usage_of_event(&event, now) {
            check_usage(&usage, now);
        }
        check_pool(&mut pool, now);
        let body = format!(
            r#"{{"status":429,"error":{{"type":"usage_limit_reached","resets_at":{},
                "resets_in_seconds":{}}},"headers":{{"retry-after":{}}}}}"#,
            error[0], error[1], error[2],
        );
        let read = error_of_body(body.as_bytes());
        prop_assert_eq!(read["type"].as_str(), Some("usage_limit_reached"));
        let mut failure = failure_of(crate::bounded::json(body.as_bytes()).unwrap());
        failure.headers.extend(headers);
        let verdict = classify(failure.stated(), RequestTraits::default(), now);
        let Verdict::Quota(reset) = verdict else { panic!("{verdict:?}") };
        pool.limit_out(A, (Some("f"), None), reset, now);
        pool.quota_out(A, reset, now);
        check_pool(&mut pool, now);
        // Kept, read by another clock, and the clock set on the way.
        let memory: Vec<Memory> = pool.take_memory();
        let step = Duration::from_secs(step);
        let earlier = now.checked_sub(step).unwrap_or(UNIX_EPOCH).max(UNIX_EPOCH);
        let mut restored = self::pool();
        restored.restore(memory, earlier);
        check_pool(&mut restored, earlier);
        pool.clock_stepped(ClockStep::Back(now.duration_since(earlier).unwrap()));
        check_pool(&mut pool, earlier);
        pool.clock_stepped(ClockStep::Forward(step));
        check_pool(&mut pool, earlier + step);
    }

    #[test]
    fn any_numbers_in_a_token_are_survived(exp in number(), iat in number()) {
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
        let payload = URL_SAFE_NO_PAD.encode(format!(r#"{{"exp":{exp},"iat":{iat}}}"#));
        let claims = claims_of(&format!("a.{payload}.b"));
        if let Some(end) = claims.and_then(|claims| claims.expires) {
            prop_assert!(end.checked_add(LONGEST_SPAN).is_some());
        }
    }
}

#[test]
fn a_reset_that_cannot_be_is_as_good_as_none() {
    let reset = quota::reset_of(&json!({"resets_at": Value::Null}), &HeaderMap::new(), UNIX_EPOCH);
    assert_eq!(reset, None);
}
