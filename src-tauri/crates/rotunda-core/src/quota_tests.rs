use std::time::UNIX_EPOCH;

use http::{HeaderName, HeaderValue};
use serde_json::json;

use super::*;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let pair = |(name, value): &(&'static str, &'static str)| {
        (HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    pairs.iter().map(pair).collect()
}

#[test]
fn headers_name_windows_by_length() {
    let usage = usage_of_headers(
        &headers(&[
            ("x-codex-primary-used-percent", "12.5"),
            ("x-codex-primary-window-minutes", "10080"),
            ("x-codex-primary-reset-at", "5000"),
            ("x-codex-secondary-used-percent", "40"),
            ("x-codex-secondary-window-minutes", "300"),
            ("x-codex-secondary-reset-after-seconds", "60"),
        ]),
        at(1000),
    )
    .unwrap();
    assert_eq!(usage.windows[0].kind(), WindowKind::FiveHours);
    assert_eq!(usage.windows[0].resets_at, Some(at(1060)));
    assert_eq!(usage.window(WindowKind::Week).unwrap().resets_at, Some(at(5000)));
    assert_eq!(usage_of_headers(&HeaderMap::new(), at(0)), None);
}

#[test]
fn events_of_another_limit_are_ignored() {
    let limits = json!({"primary": {"used_percent": 7, "window_minutes": 300, "reset_at": 9}});
    let ours = json!({"type": "codex.rate_limits", "plan_type": "plus", "rate_limits": limits});
    assert_eq!(usage_of_event(&ours, at(1)).unwrap().plan.as_deref(), Some("plus"));
    let other = json!({"metered_limit_name": "codex_spark", "rate_limits": limits});
    assert_eq!(usage_of_event(&other, at(1)), None);
}

#[test]
fn the_usage_endpoint_may_leave_anything_out() {
    let report = report_of(
        &json!({"plan_type": "pro", "rate_limit": {"allowed": true, "limit_reached": true,
            "primary_window": null,
            "secondary_window": {"used_percent": 100, "limit_window_seconds": 604_800,
                "reset_after_seconds": 3999, "reset_at": 4000}},
            "credits": {"has_credits": true, "unlimited": false, "balance": "12.5"},
            "spend_control": {"reached": true},
            "additional_rate_limits": [{"limit_name": "Spark", "metered_feature": "spark",
                "normal_model_slug": "m-spark",
                "rate_limit": {"primary_window": {"used_percent": 1,
                    "limit_window_seconds": 18000, "reset_at": 1}}}]}),
        at(1),
    )
    .unwrap();
    assert_eq!(report.usage.windows.len(), 1);
    assert_eq!(report.usage.windows[0].resets_at, Some(at(4000)));
    assert!(report.limit_reached && report.spend_reached);
    assert_eq!(report.usage.credits.clone().unwrap().balance.as_deref(), Some("12.5"));
    assert!(report.refuses(), "the workspace's limit ends what credits would go on with");
    let unspent = Report { spend_reached: false, ..report.clone() };
    assert!(!unspent.refuses(), "credits go on");
    let model_limit = &report.others[0];
    assert_eq!((model_limit.name.as_str(), model_limit.feature.as_str()), ("Spark", "spark"));
    assert_eq!(model_limit.model.as_deref(), Some("m-spark"));
    assert!(model_limit.is("SPARK") && !model_limit.is("codex"));
    assert!(report_of(&json!({"plan_type": "free"}), at(1)).unwrap().usage.windows.is_empty());
    assert_eq!(report_of(&json!({"detail": "nope"}), at(1)), None);
    assert_eq!(report_of(&json!([]), at(1)), None);
}

/// A server in upstream's place may write anything into a name.
#[test]
fn names_of_plans_and_limits_are_clean_and_short() {
    let hostile = format!("Sp\u{202e}ark\u{1b}]0;x\u{7}{}", "y".repeat(900));
    let body = json!({ "plan_type": hostile, "rate_limit": {},
        "credits": { "balance": hostile },
        "additional_rate_limits": [{ "limit_name": hostile, "metered_feature": hostile,
            "normal_model_slug": hostile, "rate_limit": {} }] });
    let report = report_of(&body, at(1)).unwrap();
    let model_limit = &report.others[0];
    let names = [&model_limit.name, &model_limit.feature, model_limit.model.as_ref().unwrap()];
    let plan = report.usage.plan.as_ref().unwrap();
    let balance = report.usage.credits.as_ref().unwrap().balance.as_ref().unwrap();
    for name in names.into_iter().chain([plan, balance]) {
        assert!(display_text::is_clean(name) && name.chars().count() <= 60, "{name:?}");
    }
    let limits = json!({"primary": {"used_percent": 7, "window_minutes": 300, "reset_at": 9}});
    let event = json!({ "plan_type": "pl\u{200b}us", "rate_limits": limits });
    assert_eq!(usage_of_event(&event, at(1)).unwrap().plan.as_deref(), Some("plus"));
}

#[track_caller]
fn resets(error: &Value, pairs: &[(&'static str, &'static str)], expected: Option<u64>) {
    let reset = reset_of(error, &headers(pairs), at(1000));
    assert_eq!(reset.map(|reset| reset.at), expected.map(at));
}

#[test]
fn every_place_that_names_a_reset_is_read() {
    let full = [
        ("x-codex-primary-used-percent", "100"),
        ("x-codex-primary-window-minutes", "300"),
        ("x-codex-primary-reset-at", "2000"),
        ("retry-after", "7"),
    ];
    resets(&json!({"resets_at": 1500, "resets_in_seconds": 500}), &full, Some(1500));
    resets(&json!({"resets_at": 1500, "resets_in_seconds": 9}), &full, Some(1009));
    resets(&json!({"resets_in_seconds": "9"}), &full, Some(1009));
    resets(&json!({}), &full, Some(2000));
    resets(&json!({}), &[("retry-after", "7")], Some(1007));
    resets(&json!({}), &[("x-codex-primary-reset-at", "1800")], Some(1800));
    resets(&json!({"message": "try again at 1999"}), &[], None);
    resets(&json!({"resets_at": -5}), &[], None);
}

#[test]
fn retry_after_may_be_a_date_that_counts_from_upstreams_clock() {
    let date = "Thu, 01 Jan 1970 00:30:00 GMT";
    resets(&json!({}), &[("retry-after", date)], Some(1800));
    let served = ("date", "Thu, 01 Jan 1970 00:29:00 GMT");
    resets(&json!({}), &[("retry-after", date), served], Some(1060));
    for odd in
        ["-7", "1e999", "NaN", "18446744073709551615", "soon", "Fri, 31 Dec 9999 23:59:59 GMT"]
    {
        resets(&json!({}), &[("retry-after", odd)], None);
    }
}

#[test]
fn a_reset_counts_from_upstreams_clock_when_ours_is_wrong() {
    // Ours says 1000; upstream says 50 000, or 500.
    let late = ("date", "Thu, 01 Jan 1970 13:53:20 GMT");
    resets(&json!({"resets_at": 50_600}), &[late], Some(1600));
    let early = ("date", "Thu, 01 Jan 1970 00:08:20 GMT");
    resets(&json!({"resets_at": 1500}), &[early], Some(1500));
}

#[test]
fn both_full_windows_must_reset() {
    let both = [
        ("x-codex-primary-used-percent", "100"),
        ("x-codex-primary-window-minutes", "300"),
        ("x-codex-primary-reset-at", "2000"),
        ("x-codex-secondary-used-percent", "100.0"),
        ("x-codex-secondary-window-minutes", "10080"),
        ("x-codex-secondary-reset-at", "9000"),
    ];
    let reset = reset_of(&json!({}), &headers(&both), at(1000)).unwrap();
    assert_eq!(reset, Reset { at: at(9000), window: Some(WindowKind::Week) });
}

/// Lesson 71: a hint is clamped.
#[test]
fn no_hint_parks_a_profile_for_years() {
    let clamped = Some(1000 + LONGEST_REST.as_secs());
    resets(&json!({"resets_at": 30 * 24 * 3600}), &[], clamped);
    resets(&json!({"resets_in_seconds": 30 * 24 * 3600}), &[], clamped);
    for odd in [json!(1e17), json!(1e300), json!(u64::MAX), json!(i64::MIN), json!("NaN")] {
        resets(&json!({"resets_at": odd, "resets_in_seconds": odd}), &[], None);
    }
}

#[test]
fn a_window_from_upstream_is_within_its_bounds() {
    let window = |odd: Value| {
        let window = json!({"used_percent": odd, "limit_window_seconds": 18_000, "reset_at": odd,
            "reset_after_seconds": odd});
        let report = report_of(&json!({"rate_limit": {"primary_window": window}}), at(1000));
        report.unwrap().usage.windows[0]
    };
    for odd in [json!(1e308), json!(u64::MAX), json!("1e300")] {
        let window = window(odd);
        assert_eq!((window.used_percent, window.resets_at), (100.0, None));
    }
    for odd in [json!(-1e308), json!(i64::MIN), json!("inf"), json!("NaN"), json!({}), json!(null)]
    {
        let window = window(odd);
        assert_eq!((window.used_percent, window.resets_at), (0.0, None));
    }
    let longer_than_itself = window(json!(40_000));
    assert_eq!(longer_than_itself.resets_at, Some(at(1000 + 18_000)));
    for odd in [json!(1e308), json!(u64::MAX), json!(-1), json!(0), json!(0.5), json!("x")] {
        let window = json!({"limit_window_seconds": odd});
        let body = json!({"rate_limit": {"primary_window": window}});
        assert!(report_of(&body, at(0)).unwrap().usage.windows.is_empty(), "{odd}");
    }
}

/// A plan that has no quota of its own pays each request with credits.
#[test]
fn credits_without_a_limit_of_the_plan_are_beyond_it() {
    for (credits, expected) in [
        (json!({ "has_credits": true, "balance": "5" }), true),
        (json!({ "has_credits": false }), false),
        (json!({ "has_credits": true, "unlimited": true }), false),
        (json!({ "has_credits": true, "overage_limit_reached": true }), false),
        (Value::Null, false),
    ] {
        let body = json!({ "plan_type": "business", "rate_limit": null, "credits": credits });
        let report = report_of(&body, SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(report.limit_reached, expected, "{body}");
        assert!(!report.refuses(), "{body}");
    }
}
