//! What upstream says about quota, in headers, events and its usage endpoint.
//!
//! Shapes as observed with the real service's clients: `docs/contract.md`
//! names the source of each. Windows are identified by length and any may be missing.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use serde_json::Value;

use crate::{
    bounded::{LONGEST_SPAN, Receipt, http_date, number, number_in, percent_from, seconds_from},
    display_text::{self, clean_some},
    profile::{Credits, Usage, Window, WindowKind},
    reset_credits,
};

/// No reset hint is believed further ahead than this: longer than the longest
/// common window (a week), so a mistaken hint cannot park a profile for long.
pub const LONGEST_REST: Duration = Duration::from_secs(8 * 24 * 3600);
/// The model that upstream offers an account without quota left. It has a
/// limit of its own.
pub const RESERVE_MODEL: &str = "gpt-reserve";
/// Limits beside Codex's own that are read of one answer; real ones have a few.
pub const MOST_LIMITS: usize = 64;
/// A window shorter than this is a mistake.
const SHORTEST_WINDOW: Duration = Duration::from_secs(1);

/// Reads the `x-codex-*` headers of a response; none when they name no window.
pub fn usage_of_headers(headers: &HeaderMap, now: SystemTime) -> Option<Usage> {
    let receipt = Receipt::of(headers, now);
    let windows: Vec<_> = ["primary", "secondary"]
        .iter()
        .filter_map(|place| window_of_headers(headers, place, receipt))
        .collect();
    let credits = text(headers, "x-codex-credits-has-credits").map(|has| Credits {
        available: has.eq_ignore_ascii_case("true"),
        unlimited: text(headers, "x-codex-credits-unlimited")
            .is_some_and(|unlimited| unlimited.eq_ignore_ascii_case("true")),
        balance: text(headers, "x-codex-credits-balance")
            .and_then(|balance| clean_some(balance, display_text::PLAN)),
    });
    usage_of(windows, None, credits, now)
}

fn window_of_headers(headers: &HeaderMap, place: &str, receipt: Receipt) -> Option<Window> {
    let number = |name: &str| number_in(text(headers, &format!("x-codex-{place}-{name}"))?);
    let named = NamedWindow {
        seconds: number("window-minutes").map(|minutes| minutes * 60.0),
        used_percent: number("used-percent"),
        reset_at: number("reset-at"),
        reset_after: number("reset-after-seconds"),
    };
    named.window(receipt)
}

/// A window as upstream names it, nothing checked yet.
struct NamedWindow {
    seconds: Option<f64>,
    used_percent: Option<f64>,
    /// Seconds since 1970.
    reset_at: Option<f64>,
    /// Seconds from the answer.
    reset_after: Option<f64>,
}

impl NamedWindow {
    /// The window; none when its length cannot be. A reset that is past when
    /// the reading comes is not known: the reading is newer than it. None comes
    /// later than one whole window from now.
    fn window(&self, receipt: Receipt) -> Option<Window> {
        let length = seconds_from(self.seconds?)?;
        if !(SHORTEST_WINDOW..=LONGEST_SPAN).contains(&length) {
            return None;
        }
        let left = receipt.remaining(self.reset_at, self.reset_after);
        let left = left.filter(|left| !left.is_zero()).map(|left| left.min(length));
        Some(Window {
            length,
            used_percent: self.used_percent.and_then(percent_from).unwrap_or(0.0),
            resets_at: left.and_then(|left| receipt.now.checked_add(left)),
        })
    }
}

/// Upstream's name of the limit that an answer ran into.
pub fn active_limit(headers: &HeaderMap) -> Option<&str> {
    text(headers, "x-codex-active-limit")
}

/// Reads a `codex.rate_limits` event; none when it is about another limit
/// than the one of Codex.
pub fn usage_of_event(event: &Value, now: SystemTime) -> Option<Usage> {
    let model_limit = event.get("metered_limit_name").and_then(Value::as_str);
    if model_limit.is_some_and(|name| name != "codex") {
        return None;
    }
    let limits = event.get("rate_limits")?;
    let windows = windows_of(limits, ["primary", "secondary"], Receipt::at(now));
    let plan = plan_of(event);
    usage_of(windows, plan, event.get("credits").and_then(credits_of), now)
}

/// The answer of the usage endpoint (`GET …/wham/usage`).
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Windows, plan and credits.
    pub usage: Usage,
    /// Upstream says that requests are refused now.
    pub limit_reached: bool,
    /// Whether upstream serves requests now, when it sent that.
    pub allowed: Option<bool>,
    /// A spending limit set by a workspace is reached.
    pub spend_reached: bool,
    /// Limits beside Codex's own.
    pub others: Vec<ModelLimit>,
    /// How many banked resets the account has, when upstream says so.
    pub banked_resets: Option<u32>,
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
pub struct ModelLimit {
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

impl ModelLimit {
    /// Whether a limit's name means this one.
    pub fn is(&self, limit: &str) -> bool {
        is_same_limit(limit, &self.feature) || is_same_limit(limit, &self.name)
    }

    /// What is left of its tightest window, 0 to 100.
    pub fn left(&self, now: SystemTime) -> f64 {
        let left = self.windows.iter().map(|window| window.left(now)).fold(100.0, f64::min);
        // Known windows say when it is over; without any, the flag is all.
        if self.limit_reached && self.windows.is_empty() { 0.0 } else { left }
    }
}

/// Headers write a dash for `_`.
fn is_same_limit(a: &str, b: &str) -> bool {
    let plain = |c: u8| if c == b'-' { b'_' } else { c.to_ascii_lowercase() };
    a.bytes().map(plain).eq(b.bytes().map(plain))
}

/// Reads the usage endpoint's answer; none when it is not of its shape.
pub fn report_of(body: &Value, now: SystemTime) -> Option<Report> {
    let receipt = Receipt::at(now);
    let body_object = body.as_object()?;
    let limit = body_object.get("rate_limit").filter(|limit| limit.is_object());
    let places = ["primary_window", "secondary_window"];
    let plan = plan_of(body);
    if limit.is_none() && plan.is_none() {
        return None;
    }
    let others = body.get("additional_rate_limits").and_then(Value::as_array);
    let others = others.into_iter().flatten().filter_map(|other| {
        let name = other.get("metered_feature").or_else(|| other.get("limit_name"))?.as_str()?;
        let limit = other.get("rate_limit").filter(|limit| limit.is_object())?;
        let text = |key: &str| clean_some(other.get(key)?.as_str()?, display_text::NAME);
        let feature = clean_some(name, display_text::NAME)?;
        let name = text("limit_name").unwrap_or_else(|| feature.clone());
        // The slug beside the reserve names the model that the reserve stands in
        // for. Requests for that one count on the common quota.
        let is_reserve = is_same_limit(&name, RESERVE_MODEL);
        let model = if is_reserve { Some(RESERVE_MODEL.into()) } else { text("normal_model_slug") };
        Some(ModelLimit {
            name,
            feature,
            model,
            windows: sorted(windows_of(limit, places, receipt)),
            limit_reached: flag(limit, "limit_reached"),
        })
    });
    let credits = body.get("credits").and_then(credits_of);
    // A plan without a limit of its own and with credits lives on them.
    let is_on_credits = || credits.as_ref().is_some_and(Credits::are_purchased);
    Some(Report {
        usage: Usage {
            windows: sorted(
                limit.map(|limit| windows_of(limit, places, receipt)).unwrap_or_default(),
            ),
            plan,
            credits: credits.clone(),
            read_at: now,
        },
        limit_reached: limit.map_or_else(is_on_credits, |limit| flag(limit, "limit_reached")),
        allowed: limit.and_then(|limit| limit.get("allowed")?.as_bool()),
        spend_reached: body.get("spend_control").is_some_and(|spend| flag(spend, "reached")),
        others: others.take(MOST_LIMITS).collect(),
        banked_resets: reset_credits::count_of(body),
    })
}

/// Upstream's word for the plan, in an answer, an event or an error.
pub fn plan_of(object: &Value) -> Option<String> {
    clean_some(object.get("plan_type")?.as_str()?, display_text::PLAN)
}

fn windows_of(limits: &Value, places: [&str; 2], receipt: Receipt) -> Vec<Window> {
    places.iter().filter_map(|place| window_of_json(limits.get(place)?, receipt)).collect()
}

fn window_of_json(window: &Value, receipt: Receipt) -> Option<Window> {
    let number = |name: &str| number(window.get(name)?);
    let minutes = || number("window_minutes").map(|minutes| minutes * 60.0);
    let named = NamedWindow {
        seconds: number("limit_window_seconds").or_else(minutes),
        used_percent: number("used_percent"),
        reset_at: number("reset_at"),
        reset_after: number("reset_after_seconds"),
    };
    named.window(receipt)
}

fn credits_of(credits: &Value) -> Option<Credits> {
    let balance = credits.get("balance").and_then(|balance| match balance {
        Value::String(text) => clean_some(text, display_text::PLAN),
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
/// say it: `resets_at` and `resets_in_seconds` of the error (the shorter of the
/// two, see [`Receipt::remaining`]), the reset headers of the windows that are
/// used up, `Retry-After`. In that order, as the first is the most exact;
/// clamped to [`LONGEST_REST`].
pub fn reset_of(error: &Value, headers: &HeaderMap, now: SystemTime) -> Option<Reset> {
    let receipt = Receipt::of(headers, now);
    let number = |name: &str| number(error.get(name)?);
    let named = receipt.remaining(number("resets_at"), number("resets_in_seconds"));
    let (of_windows, window) = reset_of_windows(headers, receipt);
    let left = named.or(of_windows).or_else(|| retry_after(headers, receipt))?;
    Some(Reset { at: now.checked_add(left.min(LONGEST_REST))?, window })
}

/// The end of a quota rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reset {
    /// When.
    pub at: SystemTime,
    /// The window that is used up, when the headers show it.
    pub window: Option<WindowKind>,
}

/// How long until the used-up windows reset, and the last of them.
fn reset_of_windows(
    headers: &HeaderMap,
    receipt: Receipt,
) -> (Option<Duration>, Option<WindowKind>) {
    let now = receipt.now;
    let windows = usage_of_headers(headers, now).map(|usage| usage.windows).unwrap_or_default();
    // Raw, not rounded: 99.6 % still serves. All that are full must reset.
    let full = windows.iter().filter(|window| window.used_percent >= 100.0);
    let last = full.filter(|window| window.resets_at.is_some()).max_by_key(|w| w.resets_at);
    let bare = || {
        let at = number_in(text(headers, "x-codex-primary-reset-at")?);
        receipt.remaining(at, None)
    };
    let left = |window: &Window| window.resets_at?.duration_since(now).ok();
    match last {
        Some(window) => (left(window), Some(window.kind())),
        None if windows.is_empty() => (bare(), None),
        None => (windows.iter().filter_map(left).min(), None),
    }
}

/// `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date that counts from
/// upstream's own clock where that is known.
pub fn retry_after(headers: &HeaderMap, receipt: Receipt) -> Option<Duration> {
    let value = text(headers, "retry-after")?;
    if let Some(seconds) = number_in(value) {
        return seconds_from(seconds);
    }
    let wait = http_date(value)?.duration_since(receipt.served.unwrap_or(receipt.now));
    Some(wait.unwrap_or_default()).filter(|wait| *wait <= LONGEST_SPAN)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
#[path = "quota_tests.rs"]
mod tests;
