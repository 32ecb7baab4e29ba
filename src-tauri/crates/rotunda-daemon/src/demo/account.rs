//! The simulated accounts: who they are, what they have left, and the
//! sign-ins they hand out.
//!
//! Their tokens are unsigned and say so (`"alg":"none"`); no real upstream
//! would take them.

use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rotunda_host::clock::unix;
use serde_json::{Value, json};

/// Share of the five-hour window that one simulated turn takes.
const TURN_PERCENT: u32 = 9;
/// How long a simulated access token lives; far beyond any demo.
const TOKEN_LIFE: Duration = Duration::from_secs(24 * 3600);

/// One simulated account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// The profile's name in the demo.
    pub(crate) name: &'static str,
    /// Upstream's word for the plan.
    pub(crate) plan: &'static str,
    /// What upstream knows the account by.
    pub(crate) upstream_id: &'static str,
    /// Used of the five-hour window, in percent.
    pub(crate) five_hours: u32,
    /// Used of the week, in percent.
    pub(crate) week: u32,
    /// When the five-hour window starts afresh.
    pub(crate) five_hours_reset: SystemTime,
    /// When the week starts afresh.
    pub(crate) week_reset: SystemTime,
}

impl Account {
    /// The profiles of the demo, in the order they are added.
    pub(crate) const NAMES: [&str; 3] = ["work", "home", "studio"];
    /// Name of Codex's own sign-in.
    pub(crate) const OWN: &str = "own";

    /// The three of the demo. The first has one turn left.
    pub(crate) fn three(now: SystemTime) -> [Self; 3] {
        let account = |n: usize, plan, upstream_id, used: (u32, u32), resets: (u64, u64)| Self {
            name: Self::NAMES[n],
            plan,
            upstream_id,
            five_hours: used.0,
            week: used.1,
            five_hours_reset: now + Duration::from_secs(60 * resets.0),
            week_reset: now + Duration::from_secs(3600 * resets.1),
        };
        [
            account(0, "plus", "demo-account-work", (84, 58), (83, 40)),
            account(1, "plus", "demo-account-home", (0, 56), (300, 64)),
            account(2, "team", "demo-account-studio", (29, 10), (131, 90)),
        ]
    }

    /// Codex's own sign-in in the demo: never used for a turn.
    pub(crate) fn own(now: SystemTime) -> Self {
        let [first, ..] = Self::three(now);
        Self { name: Self::OWN, upstream_id: "demo-account-own", ..first }
    }

    /// Takes one turn; false when nothing is left for it.
    pub(crate) fn take_turn(&mut self) -> bool {
        let left = 100_u32.saturating_sub(self.five_hours);
        self.five_hours = if left >= TURN_PERCENT { self.five_hours + TURN_PERCENT } else { 100 };
        left >= TURN_PERCENT
    }

    /// The bearer that requests of this account carry.
    pub(crate) fn bearer(&self, now: SystemTime) -> String {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(json!({ "alg": "none", "typ": "JWT" }));
        let claims = part(json!({
            "email": format!("{}@demo.invalid", self.name),
            "exp": unix(now + TOKEN_LIFE),
            "https://api.openai.com/auth": {
                "chatgpt_account_id": self.upstream_id,
                "chatgpt_plan_type": self.plan,
                "chatgpt_user_id": format!("demo-user-{}", self.name),
            },
        }));
        format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode("unsigned"))
    }

    /// An `auth.json` as Codex writes it.
    pub(crate) fn auth_file(&self, now: SystemTime) -> Value {
        let bearer = self.bearer(now);
        json!({
            "auth_mode": "chatgpt",
            "OPENAI_API_KEY": null,
            "tokens": {
                "id_token": bearer,
                "access_token": bearer,
                "refresh_token": format!("demo-refresh-{}", self.name),
                "account_id": self.upstream_id,
            },
            "last_refresh": "2026-01-01T00:00:00Z",
        })
    }

    /// The answer of the usage endpoint.
    pub(crate) fn usage(&self, now: SystemTime) -> Value {
        let window = |used: u32, length: u64, at: SystemTime| {
            json!({
                "used_percent": used,
                "limit_window_seconds": length,
                "reset_after_seconds": at.duration_since(now).map_or(0, |left| left.as_secs()),
                "reset_at": unix(at),
            })
        };
        let out = self.five_hours >= 100;
        json!({
            "account_id": self.upstream_id,
            "plan_type": self.plan,
            "rate_limit": {
                "allowed": !out,
                "limit_reached": out,
                "primary_window": window(self.five_hours, 18_000, self.five_hours_reset),
                "secondary_window": window(self.week, 604_800, self.week_reset),
            },
        })
    }

    /// The quota headers of every answer.
    pub(crate) fn headers(&self) -> [(&'static str, String); 6] {
        [
            ("x-codex-primary-used-percent", self.five_hours.to_string()),
            ("x-codex-primary-window-minutes", "300".to_owned()),
            ("x-codex-primary-reset-at", unix(self.five_hours_reset).to_string()),
            ("x-codex-secondary-used-percent", self.week.to_string()),
            ("x-codex-secondary-window-minutes", "10080".to_owned()),
            ("x-codex-secondary-reset-at", unix(self.week_reset).to_string()),
        ]
    }

    /// The body of the refusal once nothing is left.
    pub(crate) fn refusal(&self, now: SystemTime) -> Value {
        let left = self.five_hours_reset.duration_since(now).map_or(0, |left| left.as_secs());
        json!({ "error": {
            "type": "usage_limit_reached",
            "message": "The usage limit has been reached",
            "plan_type": self.plan,
            "resets_at": unix(self.five_hours_reset),
            "resets_in_seconds": left,
        }})
    }

    /// Its entry in the list of accounts.
    pub(crate) fn entry(&self) -> Value {
        json!({
            "id": self.upstream_id,
            "account_user_id": format!("demo-user-{}__{}", self.name, self.upstream_id),
            "structure": "personal",
            "plan_type": self.plan,
            "name": null,
            "profile_picture_url": null,
            "is_deactivated": false,
            "workspace_backend_origin": "https://chatgpt.com",
            "account_routing_override": "NO_CONSTRAINT",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rotunda_host::clock::from_unix;

    #[test]
    fn the_first_account_has_exactly_one_turn_left() {
        let [mut work, mut home, _] = Account::three(from_unix(1_795_000_000));
        assert!(work.take_turn());
        assert!(!work.take_turn());
        assert_eq!(work.five_hours, 100);
        assert!(home.take_turn() && home.take_turn() && home.take_turn());
    }

    #[test]
    fn the_token_names_its_account_and_its_end() {
        let now = from_unix(1_795_000_000);
        let [work, ..] = Account::three(now);
        let bearer = work.bearer(now);
        let claims = bearer.split('.').nth(1).unwrap();
        let claims: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
        let auth = &claims["https://api.openai.com/auth"];
        assert_eq!(auth["chatgpt_account_id"], "demo-account-work");
        assert_eq!(claims["exp"], 1_795_086_400_u64);
    }
}
