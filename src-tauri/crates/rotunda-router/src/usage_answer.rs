//! What the usage endpoint answers the client: the pool's view in the shape
//! that the client decodes.
//!
//! The client refuses the whole answer when a number is no integer or a key of
//! a window is missing, and takes it for its own account only when `account_id`
//! and `user_id` are those of its own sign-in.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};
use rotunda_core::{
    claims::{Claims, claims_of},
    pool::{Outlook, PoolProfileView, PoolView},
    profile::Window,
};
use serde::Serialize;

use crate::respond::unix;

/// The account that the client itself is signed in with.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct ClientAccount {
    account_id: Option<String>,
    user_id: Option<String>,
    plan: Option<String>,
}

impl ClientAccount {
    /// By the client's own token, which it sends with the request. Other clients
    /// send none.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name)?.to_str().ok();
        let bearer = text(header::AUTHORIZATION.as_str());
        let token = bearer.and_then(|value| value.strip_prefix("Bearer "));
        let Claims { account_id, user_id, plan, .. } =
            token.and_then(claims_of).unwrap_or_default();
        let named = text("chatgpt-account-id").map(str::to_owned);
        Self { account_id: named.or(account_id), user_id, plan }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct UsageAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
    plan_type: String,
    rate_limit: RateLimit,
    code_review_rate_limit: Option<RateLimit>,
    additional_rate_limits: Option<Vec<RateLimit>>,
    credits: Option<String>,
    spend_control: Option<String>,
    rate_limit_reached_type: Option<ReachedType>,
}

#[derive(Debug, Serialize)]
struct RateLimit {
    allowed: bool,
    limit_reached: bool,
    primary_window: Option<RateWindow>,
    secondary_window: Option<RateWindow>,
}

#[derive(Debug, Serialize)]
struct ReachedType {
    #[serde(rename = "type")]
    kind: &'static str,
}

/// All four are integers of 32 bits to the client.
#[derive(Debug, Serialize)]
struct RateWindow {
    used_percent: i32,
    limit_window_seconds: i32,
    reset_after_seconds: i32,
    reset_at: i32,
}

impl UsageAnswer {
    /// What the next turn would run on. `outlook` is why no profile serves, when
    /// none does.
    pub(crate) fn new(
        view: &PoolView,
        outlook: &Outlook,
        client: ClientAccount,
        now: SystemTime,
    ) -> Self {
        let serving = view.profiles.iter().find(|status| Some(status.profile.id) == view.serving);
        let usage = serving
            .or(view.profiles.first())
            .and_then(|status: &PoolProfileView| status.usage.as_ref());
        let windows = usage.map(|usage| usage.windows.as_slice()).unwrap_or_default();
        let window = |place: usize| windows.get(place).map(|window| RateWindow::of(window, now));
        let is_out = serving.is_none() && matches!(outlook, Outlook::Quota { .. });
        let may_serve = serving.is_some() || matches!(outlook, Outlook::Trouble);
        let plan = client.plan.or_else(|| usage?.plan.clone());
        Self {
            user_id: client.user_id,
            account_id: client.account_id,
            plan_type: plan.unwrap_or_else(|| "unknown".into()),
            rate_limit: RateLimit {
                allowed: may_serve,
                limit_reached: is_out,
                primary_window: window(0),
                secondary_window: window(1),
            },
            code_review_rate_limit: None,
            additional_rate_limits: None,
            credits: None,
            spend_control: None,
            rate_limit_reached_type: is_out.then_some(ReachedType { kind: "rate_limit_reached" }),
        }
    }
}

impl UsageAnswer {
    /// Whether a turn would be served, as far as is known.
    pub(crate) const fn may_serve(&self) -> bool {
        self.rate_limit.allowed
    }

    /// The quota alone, as JSON.
    pub(crate) fn rate_limit(&self) -> String {
        serde_json::to_string(&self.rate_limit).expect("numbers and switches are JSON")
    }
}

impl RateWindow {
    fn of(window: &Window, now: SystemTime) -> Self {
        let left = window.left(now);
        let used = (100.0 - left).round().clamp(0.0, 100.0);
        // Nothing is used up before nothing is left.
        let used = if left > 0.0 { used.min(99.0) } else { used };
        // One that has not begun, or has just ended, lasts its whole length.
        let after = window.resets_at.and_then(|at| at.duration_since(now).ok());
        let after = after.filter(|after| !after.is_zero()).unwrap_or(window.length);
        let resets_at = now.checked_add(after).map_or(u64::MAX, unix);
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 100")]
        let used_percent = used as i32;
        Self {
            used_percent,
            limit_window_seconds: seconds(window.length),
            reset_after_seconds: seconds(after),
            reset_at: integer(resets_at),
        }
    }
}

fn seconds(span: Duration) -> i32 {
    integer(span.as_secs())
}

fn integer(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
#[path = "usage_answer_tests.rs"]
mod tests;
