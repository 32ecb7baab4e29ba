//! Purchased credits: how many there are, whether they may be used, and that they are
//! being spent.

use std::time::SystemTime;

use rotunda_core::{event::SpendingCause, profile::UseCredits};
use serde::{Deserialize, Serialize};

use crate::{Localize, Message, Value, message};

/// Why credits are spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpentBecause {
    /// The user allows it when all plans are out, and they are.
    AllOut,
    /// The user always allows it.
    Always,
    /// Not by a turn that was to be paid with credits.
    NotByConsent,
}

impl From<SpendingCause> for SpentBecause {
    fn from(cause: SpendingCause) -> Self {
        match cause {
            SpendingCause::AllOut => Self::AllOut,
            SpendingCause::Always => Self::Always,
            SpendingCause::NotByConsent => Self::NotByConsent,
        }
    }
}

impl SpentBecause {
    /// Its name in the catalogs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AllOut => "all_out",
            Self::Always => "always",
            Self::NotByConsent => "not_by_consent",
        }
    }
}

/// What a profile's credits are, in one line.
#[derive(Debug, Clone, PartialEq)]
pub enum CreditsText<'a> {
    /// None of them can be used up.
    Unlimited,
    /// So many, in upstream's words, and what would be done with them.
    Idle(Option<&'a str>, UseCredits),
    /// They are being spent since then: what is left, and what there was before.
    Spending {
        /// Since when.
        since: SystemTime,
        /// The balance now, in upstream's words.
        balance: Option<&'a str>,
        /// The balance before.
        before: Option<&'a str>,
        /// Why.
        cause: SpentBecause,
    },
}

impl Localize for CreditsText<'_> {
    fn message(&self) -> Message {
        match self {
            Self::Unlimited => message!("credits-unlimited"),
            Self::Idle(Some(balance), consent) => {
                message!("credits-idle", balance = credit_amount(balance), consent = consent.word())
            }
            Self::Idle(None, consent) => {
                message!("credits-idle-unknown", consent = consent.word())
            }
            Self::Spending { since, balance, before, cause } => {
                let cause = cause.name();
                if let (Some(spent), Some(before)) = (spent(*before, *balance), before) {
                    return message!(
                        "credits-spending-of",
                        spent = spent,
                        before = credit_amount(before),
                        at = Value::Until(*since),
                        cause = cause
                    );
                }
                message!("credits-spending", at = Value::Until(*since), cause = cause)
            }
        }
    }
}

/// How many credits went, when both balances are numbers.
fn spent(before: Option<&str>, now: Option<&str>) -> Option<String> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|it| it.is_finite());
    let spent = number(before?)? - number(now?)?;
    (spent >= 0.0).then(|| rounded(spent))
}

/// A balance for people: with two digits at most after the point, when it is a number.
pub fn credit_amount(balance: &str) -> String {
    match balance.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => rounded(number),
        _ => balance.to_owned(),
    }
}

fn rounded(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Locale;

    #[track_caller]
    fn check(text: &CreditsText<'_>, expected: &str) {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_254_600);
        assert_eq!(text.to(Locale::english(now, 0)), expected);
    }

    #[test]
    fn credits_are_a_text() {
        check(&CreditsText::Unlimited, "Credits without a limit");
        check(&CreditsText::Idle(Some("12.500"), UseCredits::Never), "12.5 credits, not used");
        check(
            &CreditsText::Idle(Some("12"), UseCredits::WhenAllOut),
            "12 credits, used when all plans are out",
        );
        check(&CreditsText::Idle(None, UseCredits::Always), "Credits, used beyond its plan");
        let since = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_254_600 - 3600);
        let spending = |balance, before| CreditsText::Spending {
            since,
            balance,
            before,
            cause: SpentBecause::AllOut,
        };
        check(
            &spending(Some("9"), Some("12")),
            "Spending credits: 3 of 12 since 08:50, because you allowed it when all plans are out",
        );
        for (balance, before) in
            [(None, Some("12")), (Some("many"), Some("12")), (Some("13"), Some("12"))]
        {
            check(
                &spending(balance, before),
                "Spending credits since 08:50, because you allowed it when all plans are out",
            );
        }
        assert_eq!(credit_amount("1,5"), "1,5", "no number of ours");
        assert_eq!(credit_amount("0.001"), "0");
    }
}
