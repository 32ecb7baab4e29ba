//! An account that does not exist, and what upstream says about it: its tokens,
//! its quota in every form, its workspaces.

use serde_json::{Value, json};

use crate::{
    Reply, ResetCredits,
    jwt::{self, Subject},
};

/// Lengths of the two windows of a quota, in seconds.
const FIVE_HOURS: u64 = 5 * 3600;
const WEEK: u64 = 7 * 24 * 3600;

/// A window of a quota.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Percent of the window that is used.
    pub used_percent: f64,
    /// When the window starts again, in unix seconds.
    pub resets_at: u64,
}

/// An account and what it has used of its windows.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Upstream's id of it.
    pub id: String,
    /// Upstream's id of its user.
    pub user: String,
    /// Address of the user.
    pub email: String,
    /// The plan, as upstream names it.
    pub plan: String,
    /// The window of five hours.
    pub five_hours: Window,
    /// The window of a week.
    pub week: Window,
    /// Purchased credits, in upstream's words, such as `12.5`; they pay while a window is
    /// used up.
    pub credits: Option<String>,
    /// Reset credits that it has, and what became of those that it had.
    pub reset_credits: ResetCredits,
}

impl Account {
    /// An account of which only the id and the windows matter.
    pub fn named(id: &str, five_hours: Window, week: Window) -> Self {
        let (user, email) = (jwt::user(id), jwt::email(id));
        Self {
            id: id.to_owned(),
            user,
            email,
            plan: jwt::PLAN.to_owned(),
            five_hours,
            week,
            credits: None,
            reset_credits: ResetCredits::default(),
        }
    }

    /// Whether nothing is left of one of the windows.
    pub fn is_used_up(&self) -> bool {
        self.five_hours.used_percent >= 100.0 || self.week.used_percent >= 100.0
    }

    /// Whom its tokens name.
    pub fn subject(&self) -> Subject<'_> {
        let Self { id, user, email, plan, .. } = self;
        Subject { account: id, user, email, plan }
    }

    /// The answer of the usage endpoint at `now`, in unix seconds.
    pub fn usage(&self, now: u64) -> Value {
        let window = |window: Window, length: u64| {
            json!({
                "used_percent": percent(window.used_percent),
                "limit_window_seconds": length,
                "reset_after_seconds": window.resets_at.saturating_sub(now),
                "reset_at": window.resets_at,
            })
        };
        json!({
            "user_id": self.user,
            "account_id": self.id,
            "email": self.email,
            "plan_type": self.plan,
            "rate_limit": {
                "allowed": !self.is_used_up() || self.credits.is_some(),
                "limit_reached": self.is_used_up(),
                "primary_window": window(self.five_hours, FIVE_HOURS),
                "secondary_window": window(self.week, WEEK),
            },
            "code_review_rate_limit": null,
            "additional_rate_limits": null,
            "credits": self.credits.as_ref().map(|balance| json!({
                "has_credits": true,
                "unlimited": false,
                "overage_limit_reached": false,
                "balance": balance,
            })),
            "rate_limit_reset_credits": self.reset_credits.summary(),
            "spend_control": null,
            "rate_limit_reached_type": null,
        })
    }

    /// `reply` with the headers that name the quota in every answer to a turn.
    #[must_use]
    pub fn with_quota(&self, reply: Reply) -> Reply {
        let windows = [("primary", self.five_hours, FIVE_HOURS), ("secondary", self.week, WEEK)];
        let reply = self.credits.iter().fold(reply, |reply, balance| {
            reply
                .header("x-codex-credits-has-credits", "true")
                .header("x-codex-credits-unlimited", "false")
                .header("x-codex-credits-balance", balance)
        });
        windows.into_iter().fold(reply, |reply, (name, window, length)| {
            let header = |field: &str| format!("x-codex-{name}-{field}");
            reply
                .header(&header("used-percent"), &window.used_percent.to_string())
                .header(&header("window-minutes"), &(length / 60).to_string())
                .header(&header("reset-at"), &window.resets_at.to_string())
        })
    }

    /// The refusal of a turn at `now`, in unix seconds: the five hours are used up.
    pub fn refusal(&self, now: u64) -> Reply {
        let resets_at = self.five_hours.resets_at;
        let error = json!({
            "type": "usage_limit_reached",
            "message": "The usage limit has been reached",
            "plan_type": self.plan,
            "resets_at": resets_at,
            "resets_in_seconds": resets_at.saturating_sub(now),
        });
        self.with_quota(Reply::json(429, json!({ "error": error })))
    }

    /// The workspaces of its sign-in: one, the account itself.
    pub fn workspaces(&self) -> Value {
        let entry = json!({
            "id": self.id,
            "account_user_id": format!("{}__{}", self.user, self.id),
            "structure": "personal",
            "plan_type": self.plan,
            "name": null,
            "profile_picture_url": null,
            "is_deactivated": false,
            "workspace_backend_origin": "https://chatgpt.com",
            "account_routing_override": "NO_CONSTRAINT",
        });
        json!({
            "accounts": [entry],
            "account_ordering": [self.id],
            "default_account_id": self.id,
        })
    }
}

/// A share as upstream writes it: without a fraction where there is none.
#[expect(clippy::cast_possible_truncation, reason = "a whole number of percent")]
fn percent(share: f64) -> Value {
    if share.fract() == 0.0 { json!(share as i64) } else { json!(share) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(five_hours: f64, week: f64) -> Account {
        let window = |used_percent| Window { used_percent, resets_at: 1_000 };
        Account::named("account-a", window(five_hours), window(week))
    }

    #[test]
    fn an_account_is_used_up_when_one_of_its_windows_is() {
        assert!(!account(99.5, 99.0).is_used_up());
        assert!(account(100.0, 0.0).is_used_up());
        assert!(account(0.0, 100.0).is_used_up());
    }

    #[test]
    fn the_usage_answer_counts_from_now_and_writes_whole_numbers_plainly() {
        let usage = account(38.0, 20.5).usage(400);
        let primary = &usage["rate_limit"]["primary_window"];
        assert_eq!(primary["reset_after_seconds"], 600);
        assert_eq!(primary["used_percent"].to_string(), "38");
        let secondary = &usage["rate_limit"]["secondary_window"];
        assert_eq!(secondary["used_percent"].to_string(), "20.5");
        assert_eq!(usage["rate_limit"]["allowed"], true);
    }

    #[test]
    fn a_refusal_has_the_quota_in_its_head_and_the_reset_in_its_body() {
        let refusal = account(100.0, 3.0).refusal(400);
        let has = |name: &str, value: &str| {
            refusal.headers.contains(&(name.to_owned(), value.to_owned()))
        };
        assert!(has("x-codex-primary-used-percent", "100"), "{:?}", refusal.headers);
        assert!(has("x-codex-primary-window-minutes", "300"));
        assert!(has("x-codex-secondary-window-minutes", "10080"));
        let body = refusal.body.unwrap();
        assert_eq!(body["error"]["resets_in_seconds"], 600);
    }

    #[test]
    fn its_tokens_and_workspaces_name_it() {
        let account = account(0.0, 0.0);
        let claims = jwt::claims(&account.subject().access(0, 7)).unwrap();
        assert_eq!(claims["https://api.openai.com/auth"]["chatgpt_account_id"], "account-a");
        assert_eq!(account.workspaces()["default_account_id"], "account-a");
    }
}
