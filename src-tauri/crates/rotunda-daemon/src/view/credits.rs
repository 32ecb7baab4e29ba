//! Credits of a profile, as they are shown.

use rotunda_core::{
    pool::{Payment, PoolProfileView},
    profile::UseCredits,
};
use rotunda_host::clock::unix;
use rotunda_text::{CreditsText, Locale, Localize};
use serde::{Deserialize, Serialize};

use super::ProfileView;

/// Credits of an account beyond its plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CreditsView {
    /// How many, in upstream's words, such as `12.5`; none when it names no number.
    pub balance: Option<String>,
    /// None of them can be used up.
    pub unlimited: bool,
    /// Whether they may be used.
    #[cfg_attr(feature = "typescript", ts(type = "UseCredits"))]
    pub consent: UseCredits,
    /// The user's own setting for the profile; none: the common one.
    #[cfg_attr(feature = "typescript", ts(type = "UseCredits | null"))]
    pub own_consent: Option<UseCredits>,
    /// What they do for the next turn.
    pub state: CreditsState,
    /// They are being spent since then.
    pub spending_since: Option<i64>,
    /// All of that in one line.
    pub text: String,
}

/// What credits do for the next turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CreditsState {
    /// Nothing: the plan pays.
    Idle,
    /// They would pay, and the user does not allow it: the profile rests.
    Withheld,
    /// They pay.
    Paying,
}

impl CreditsView {
    /// None for an account without credits.
    pub(crate) fn of(status: &PoolProfileView, locale: Locale) -> Option<Self> {
        let credits = status.usage.as_ref()?.credits.as_ref()?;
        let standing = &status.credits;
        let balance = credits.balance.as_deref();
        let spending = standing.spending.as_ref().map(|spending| CreditsText::Spending {
            since: spending.since,
            balance,
            before: spending.balance_before.as_deref(),
            cause: spending.cause.into(),
        });
        if !credits.go_on() && spending.is_none() {
            return None;
        }
        let idle = if credits.unlimited {
            CreditsText::Unlimited
        } else {
            CreditsText::Idle(balance, standing.consent)
        };
        Some(Self {
            balance: credits.balance.clone(),
            unlimited: credits.unlimited,
            consent: standing.consent,
            own_consent: standing.own_consent,
            state: match standing.payment {
                Payment::Plan => CreditsState::Idle,
                Payment::Withheld(_) => CreditsState::Withheld,
                Payment::Credits(_) => CreditsState::Paying,
            },
            spending_since: standing.spending.as_ref().map(|spending| unix(spending.since)),
            text: spending.unwrap_or(idle).to(locale),
        })
    }
}

impl ProfileView {
    /// Whether purchased credits would pay for its next turn.
    pub fn pays_with_credits(&self) -> bool {
        self.credits.as_ref().is_some_and(|credits| credits.state == CreditsState::Paying)
    }
}

/// Credits in `profiles --json` and `quota --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditsStatus {
    /// How many, in upstream's words; null when it names no number.
    pub balance: Option<String>,
    /// None of them can be used up.
    pub unlimited: bool,
    /// `never`, `when_all_out` or `always`.
    pub use_credits: UseCredits,
    /// `idle`, `withheld` or `paying`.
    pub state: CreditsState,
    /// They are being spent since then.
    pub spending_since: Option<i64>,
}

impl From<&CreditsView> for CreditsStatus {
    fn from(view: &CreditsView) -> Self {
        Self {
            balance: view.balance.clone(),
            unlimited: view.unlimited,
            use_credits: view.consent,
            state: view.state,
            spending_since: view.spending_since,
        }
    }
}
