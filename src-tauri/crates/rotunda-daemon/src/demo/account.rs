//! The simulated accounts of the demo: their names, what they have left, and
//! their sign-ins.
//!
//! Their tokens are unsigned and say so (`"alg":"none"`); no real upstream
//! would take them.

use std::time::{Duration, SystemTime};

use rotunda_host::clock::unix;
use rotunda_simulator as simulator;
use serde_json::{Value, json};

/// Share of the five-hour window that one simulated turn takes, in percent.
const TURN_PERCENT: f64 = 9.0;
/// How long a simulated access token lives; far beyond any demo.
const TOKEN_LIFE: Duration = Duration::from_secs(24 * 3600);

/// One simulated account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// The profile's name in the demo.
    pub(crate) name: &'static str,
    /// When the five-hour window starts again.
    pub(crate) five_hours_reset: SystemTime,
    /// The account as upstream has it.
    pub(crate) upstream: simulator::Account,
}

/// Unix seconds as upstream writes them, which knows no time before 1970.
pub(crate) fn unix_seconds(at: SystemTime) -> u64 {
    u64::try_from(unix(at)).unwrap_or_default()
}

/// One window of an account at the start of the demo.
struct Start {
    used_percent: f64,
    resets_in: Duration,
}

impl Start {
    fn window(&self, now: SystemTime) -> simulator::Window {
        let resets_at = unix_seconds(now + self.resets_in);
        simulator::Window { used_percent: self.used_percent, resets_at }
    }
}

fn hours(used_percent: f64, minutes: u64) -> Start {
    Start { used_percent, resets_in: Duration::from_secs(60 * minutes) }
}

fn week(used_percent: f64, hours: u64) -> Start {
    Start { used_percent, resets_in: Duration::from_secs(3600 * hours) }
}

impl Account {
    /// The profiles of the demo, in the order they are added.
    pub(crate) const NAMES: [&str; 3] = ["work", "home", "studio"];
    /// Name of Codex's own sign-in.
    pub(crate) const OWN: &str = "own";

    /// The three of the demo. The first has one turn left.
    pub(crate) fn three(now: SystemTime) -> [Self; 3] {
        let [work, home, studio] = Self::NAMES;
        [
            Self::new(work, "plus", &hours(84.0, 83), &week(58.0, 40), now),
            Self::new(home, "plus", &hours(0.0, 300), &week(56.0, 64), now),
            Self::new(studio, "team", &hours(29.0, 131), &week(10.0, 90), now),
        ]
    }

    /// Codex's own sign-in in the demo: never used for a turn.
    pub(crate) fn codex_account(now: SystemTime) -> Self {
        Self::new(Self::OWN, "plus", &hours(84.0, 83), &week(58.0, 40), now)
    }

    fn new(
        name: &'static str,
        plan: &str,
        five_hours: &Start,
        week: &Start,
        now: SystemTime,
    ) -> Self {
        let upstream = simulator::Account {
            id: format!("demo-account-{name}"),
            user: format!("demo-user-{name}"),
            email: format!("{name}@demo.invalid"),
            plan: plan.to_owned(),
            five_hours: five_hours.window(now),
            week: week.window(now),
            credits: None,
            reset_credits: simulator::ResetCredits::default(),
        };
        Self { name, five_hours_reset: now + five_hours.resets_in, upstream }
    }

    /// Takes one turn; false when nothing is left for it.
    pub(crate) fn take_turn(&mut self) -> bool {
        let used = &mut self.upstream.five_hours.used_percent;
        let is_enough = *used + TURN_PERCENT <= 100.0;
        *used = if is_enough { *used + TURN_PERCENT } else { 100.0 };
        is_enough
    }

    /// The bearer that requests of this account carry.
    pub(crate) fn bearer(&self, now: SystemTime) -> String {
        self.upstream.subject().access(0, unix_seconds(now + TOKEN_LIFE))
    }

    /// An `auth.json` as Codex writes it.
    pub(crate) fn auth_file(&self, now: SystemTime) -> Value {
        json!({
            "auth_mode": "chatgpt",
            "OPENAI_API_KEY": null,
            "tokens": {
                "id_token": self.upstream.subject().identity(unix_seconds(now + TOKEN_LIFE)),
                "access_token": self.bearer(now),
                "refresh_token": format!("demo-refresh-{}", self.name),
                "account_id": self.upstream.id,
            },
            "last_refresh": "2026-01-01T00:00:00Z",
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
        assert!(work.upstream.is_used_up());
        assert!(home.take_turn() && home.take_turn() && home.take_turn());
    }

    #[test]
    fn the_token_names_its_account_and_its_end() {
        let now = from_unix(1_795_000_000);
        let [work, ..] = Account::three(now);
        let bearer = work.bearer(now);
        let claims = simulator::jwt::claims(&bearer).unwrap();
        let auth = &claims["https://api.openai.com/auth"];
        assert_eq!(auth["chatgpt_account_id"], "demo-account-work");
        assert_eq!(claims["exp"], 1_795_086_400_u64);
    }
}
