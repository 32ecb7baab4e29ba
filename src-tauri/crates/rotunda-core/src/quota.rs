//! What upstream says about quota, in headers, events and its usage endpoint.
//!
//! Shapes as observed with the real service's clients: `docs/contract.md`
//! names the source of each. Windows are told by length and any may be missing.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use serde_json::Value;

use crate::profile::{Credits, Usage, Window, WindowKind};

/// No reset hint is believed further ahead than this: longer than the longest
/// common window (a week), so a mistaken hint cannot park a profile for long.
pub const LONGEST_REST: Duration = Duration::from_secs(8 * 24 * 3600);

/// Reads the `x-codex-*` headers of a response; none when they name no window.
pub fn usage_of_headers(headers: &HeaderMap, now: SystemTime) -> Option<Usage> {
    let windows: Vec<_> = ["primary", "secondary"]
        .iter()
        .filter_map(|place| window_of_headers(headers, place, now))
        .collect();
    let credits = text(headers, "x-codex-credits-has-credits").map(|has| Credits {
        available: has.eq_ignore_ascii_case("true"),
        unlimited: text(headers, "x-codex-credits-unlimited")
            .is_some_and(|unlimited| unlimited.eq_ignore_ascii_case("true")),
        balance: text(headers, "x-codex-credits-balance").map(str::to_owned),
    });
    usage_of(windows, None, credits, now)
}

fn window_of_headers(headers: &HeaderMap, place: &str, now: SystemTime) -> Option<Window> {
    let field = |name: &str| text(headers, &format!("x-codex-{place}-{name}"));
    let number = |name: &str| field(name)?.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    let minutes = number("window-minutes").filter(|minutes| *minutes > 0.0)?;
    let resets_at = number("reset-at")
        .and_then(unix)
        .or_else(|| number("reset-after-seconds").and_then(|seconds| after(now, seconds)));
    Some(Window {
        length: Duration::try_from_secs_f64(minutes * 60.0).ok()?,
        used_percent: number("used-percent").unwrap_or(0.0),
        resets_at,
    })
}

/// Upstream's name of the limit that an answer ran into.
pub fn active_limit(headers: &HeaderMap) -> Option<&str> {
    text(headers, "x-codex-active-limit")
}

/// Reads a `codex.rate_limits` event; none when it speaks of another limit
/// family than Codex's own.
pub fn usage_of_event(event: &Value, now: SystemTime) -> Option<Usage> {
    let family = event.get("metered_limit_name").and_then(Value::as_str);
    if family.is_some_and(|name| name != "codex") {
        return None;
    }
    let limits = event.get("rate_limits")?;
    let windows = windows_of(limits, ["primary", "secondary"], now);
    let plan = event.get("plan_type").and_then(Value::as_str).map(str::to_owned);
    usage_of(windows, plan, event.get("credits").and_then(credits_of), now)
}

/// What the usage endpoint (`GET …/wham/usage`) told.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Windows, plan and credits.
    pub usage: Usage,
    /// Upstream says that requests are refused now.
    pub limit_reached: bool,
    /// A spending limit set by a workspace is reached.
    pub spend_reached: bool,
    /// Limits beside Codex's own.
    pub others: Vec<Family>,
}

impl Report {
    /// Whether a request would be refused now. Credits go on where windows end.
    pub fn refuses(&self) -> bool {
        let paid = self.usage.credits.as_ref().is_some_and(Credits::go_on);
        self.spend_reached || (self.limit_reached && !paid)
    }
}

/// A limit beside Codex's own: it concerns one model.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    /// Upstream's words for it.
    pub name: String,
    /// Upstream's own name, as headers and events use it.
    pub feature: String,
    /// The model it concerns, when upstream says so.
    pub model: Option<String>,
    /// Its windows, shortest first.
    pub windows: Vec<Window>,
    /// Upstream says that its requests are refused now.
    pub limit_reached: bool,
}

impl Family {
    /// Whether a limit's name means this one. Headers write a dash for `_`.
    pub fn is(&self, limit: &str) -> bool {
        let same = |a: u8, b: u8| {
            let plain = |c: u8| if c == b'-' { b'_' } else { c.to_ascii_lowercase() };
            plain(a) == plain(b)
        };
        limit.len() == self.feature.len()
            && limit.bytes().zip(self.feature.bytes()).all(|(a, b)| same(a, b))
    }

    /// What is left of its tightest window, 0 to 100.
    pub fn left(&self, now: SystemTime) -> f64 {
        let left = self.windows.iter().map(|window| window.left(now)).fold(100.0, f64::min);
        // Known windows say when it is over; without any, the flag is all.
        if self.limit_reached && self.windows.is_empty() { 0.0 } else { left }
    }
}

/// Reads the usage endpoint's answer; none when it is not of its shape.
pub fn report_of(body: &Value, now: SystemTime) -> Option<Report> {
    let body_object = body.as_object()?;
    let limit = body_object.get("rate_limit").filter(|limit| limit.is_object());
    let places = ["primary_window", "secondary_window"];
    let plan = body.get("plan_type").and_then(Value::as_str).map(str::to_owned);
    if limit.is_none() && plan.is_none() {
        return None;
    }
    let others = body.get("additional_rate_limits").and_then(Value::as_array);
    let others = others.into_iter().flatten().filter_map(|other| {
        let name = other.get("metered_feature").or_else(|| other.get("limit_name"))?.as_str()?;
        let limit = other.get("rate_limit").filter(|limit| limit.is_object())?;
        let text = |key: &str| other.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Family {
            name: text("limit_name").unwrap_or_else(|| name.to_owned()),
            feature: name.to_owned(),
            model: text("normal_model_slug"),
            windows: sorted(windows_of(limit, places, now)),
            limit_reached: flag(limit, "limit_reached"),
        })
    });
    Some(Report {
        usage: Usage {
            windows: sorted(limit.map(|limit| windows_of(limit, places, now)).unwrap_or_default()),
            plan,
            credits: body.get("credits").and_then(credits_of),
            read_at: now,
        },
        limit_reached: limit.is_some_and(|limit| flag(limit, "limit_reached")),
        spend_reached: body.get("spend_control").is_some_and(|spend| flag(spend, "reached")),
        others: others.collect(),
    })
}

fn windows_of(limits: &Value, places: [&str; 2], now: SystemTime) -> Vec<Window> {
    places.iter().filter_map(|place| window_of_json(limits.get(place)?, now)).collect()
}

fn window_of_json(window: &Value, now: SystemTime) -> Option<Window> {
    let number = |name: &str| window.get(name).and_then(Value::as_f64);
    let seconds = number("limit_window_seconds")
        .or_else(|| number("window_minutes").map(|minutes| minutes * 60.0))
        .filter(|seconds| *seconds > 0.0)?;
    let resets_at = number("reset_at")
        .and_then(unix)
        .or_else(|| number("reset_after_seconds").and_then(|seconds| after(now, seconds)));
    Some(Window {
        length: Duration::try_from_secs_f64(seconds).ok()?,
        used_percent: number("used_percent").unwrap_or(0.0),
        resets_at,
    })
}

fn credits_of(credits: &Value) -> Option<Credits> {
    let balance = credits.get("balance").and_then(|balance| match balance {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    });
    credits.is_object().then(|| Credits {
        available: flag(credits, "has_credits") && !flag(credits, "overage_limit_reached"),
        unlimited: flag(credits, "unlimited"),
        balance,
    })
}

fn flag(object: &Value, name: &str) -> bool {
    object.get(name).and_then(Value::as_bool).unwrap_or(false)
}

fn usage_of(
    windows: Vec<Window>,
    plan: Option<String>,
    credits: Option<Credits>,
    now: SystemTime,
) -> Option<Usage> {
    let windows = sorted(windows);
    (!windows.is_empty()).then_some(Usage { windows, plan, credits, read_at: now })
}

fn sorted(mut windows: Vec<Window>) -> Vec<Window> {
    windows.sort_by_key(|window| window.length);
    windows
}

/// When a refused request may be tried again, from every place upstream may
/// say it: `resets_at` and `resets_in_seconds` of the error, the reset headers
/// of the windows that are used up, `Retry-After`. In that order, as the first
/// is the most exact; clamped to [`LONGEST_REST`].
pub fn reset_of(error: &Value, headers: &HeaderMap, now: SystemTime) -> Option<Reset> {
    let number = |name: &str| error.get(name).and_then(Value::as_f64);
    let named = number("resets_at")
        .and_then(unix)
        .or_else(|| number("resets_in_seconds").and_then(|seconds| after(now, seconds)));
    let (window_reset, window) = reset_of_windows(headers, now);
    let at = named.or(window_reset).or_else(|| retry_after(headers).map(|wait| now + wait))?;
    Some(Reset { at: at.min(now + LONGEST_REST), window })
}

/// The end of a quota rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reset {
    /// When.
    pub at: SystemTime,
    /// The window that is used up, when the headers show it.
    pub window: Option<WindowKind>,
}

fn reset_of_windows(
    headers: &HeaderMap,
    now: SystemTime,
) -> (Option<SystemTime>, Option<WindowKind>) {
    let windows = usage_of_headers(headers, now).map(|usage| usage.windows).unwrap_or_default();
    // Raw, not rounded: 99.6 % still serves. All that are full must reset.
    let full = windows.iter().filter(|window| window.used_percent >= 100.0);
    let last = full.filter(|window| window.resets_at.is_some()).max_by_key(|w| w.resets_at);
    let bare = || {
        let at = text(headers, "x-codex-primary-reset-at")?.trim().parse().ok()?;
        unix(at)
    };
    match last {
        Some(window) => (window.resets_at, Some(window.kind())),
        None if windows.is_empty() => (bare(), None),
        None => (windows.iter().filter_map(|window| window.resets_at).min(), None),
    }
}

/// `Retry-After` in whole seconds; the date form is not used by this upstream
/// and counts as absent.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = text(headers, "retry-after")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_REST))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn unix(seconds: f64) -> Option<SystemTime> {
    let since = Duration::try_from_secs_f64(seconds).ok()?;
    UNIX_EPOCH.checked_add(since)
}

fn after(now: SystemTime, seconds: f64) -> Option<SystemTime> {
    now.checked_add(Duration::try_from_secs_f64(seconds).ok()?)
}

#[cfg(test)]
mod tests {
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
    fn another_family_is_not_ours() {
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
                    "reset_after_seconds": 30, "reset_at": 4000}},
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
        let family = &report.others[0];
        assert_eq!((family.name.as_str(), family.feature.as_str()), ("Spark", "spark"));
        assert_eq!(family.model.as_deref(), Some("m-spark"));
        assert!(family.is("SPARK") && !family.is("codex"));
        assert!(report_of(&json!({"plan_type": "free"}), at(1)).unwrap().usage.windows.is_empty());
        assert_eq!(report_of(&json!({"detail": "nope"}), at(1)), None);
        assert_eq!(report_of(&json!([]), at(1)), None);
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
        resets(&json!({"resets_at": 1500, "resets_in_seconds": 9}), &full, Some(1500));
        resets(&json!({"resets_in_seconds": 9}), &full, Some(1009));
        resets(&json!({}), &full, Some(2000));
        resets(&json!({}), &[("retry-after", "7")], Some(1007));
        resets(&json!({}), &[("x-codex-primary-reset-at", "1800")], Some(1800));
        resets(&json!({"message": "try again at 1999"}), &[], None);
        resets(&json!({"resets_at": -5}), &[], None);
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
        resets(&json!({"resets_at": 1e17}), &[], Some(1000 + LONGEST_REST.as_secs()));
        resets(&json!({"resets_in_seconds": 1e300}), &[], None);
    }
}
