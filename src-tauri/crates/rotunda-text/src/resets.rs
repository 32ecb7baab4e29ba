//! Banked resets: how many there are, the question before one is redeemed, and what came
//! of it.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::{Localize, Message, Value, message, profile_name::name};

/// Which counters a reset empties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counters {
    /// That of five hours.
    FiveHours,
    /// That of the week.
    Week,
    /// Both.
    Both,
    /// Others.
    Other,
}

impl Counters {
    fn name(self) -> &'static str {
        match self {
            Self::FiveHours => "five_hours",
            Self::Week => "week",
            Self::Both => "both",
            Self::Other => "other",
        }
    }
}

/// What is said of banked resets.
#[derive(Debug, Clone, PartialEq)]
pub enum ResetText<'a> {
    /// So many, and when the first expires, when that is known.
    Banked(u32, Option<SystemTime>),
    /// One is being used.
    InUse,
    /// The question before one is redeemed.
    Question {
        /// Whose.
        profile: &'a str,
        /// What it empties.
        counters: Counters,
        /// What is left of the tightest one, such as `12% left`.
        left: &'a str,
        /// How many stay.
        stay: u32,
        /// When the first of them expires, when that is known.
        next: Option<SystemTime>,
    },
    /// Much is left: the reset would be worth little.
    Early,
    /// An earlier request got no clear answer, and this one has its number.
    SameNumber,
}

impl Localize for ResetText<'_> {
    fn message(&self) -> Message {
        match self {
            Self::Banked(count, Some(at)) => {
                message!("resets-banked-until", count = count, at = Value::At(*at))
            }
            Self::Banked(count, None) => message!("resets-banked", count = count),
            Self::InUse => message!("resets-in-use"),
            Self::Question { profile, counters, left, stay, next } => {
                let stay = match (stay, next) {
                    (0, _) => message!("resets-none-stays"),
                    (stay, Some(at)) => {
                        message!("resets-stay-until", count = stay, at = Value::At(*at))
                    }
                    (stay, None) => message!("resets-stay", count = stay),
                };
                message!(
                    "resets-question",
                    profile = profile,
                    counters = counters.name(),
                    left = left,
                    stay = stay
                )
            }
            Self::Early => message!("resets-early"),
            Self::SameNumber => message!("resets-same-number"),
        }
    }
}

/// What became of a request that redeems a reset, as Activity keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the sentences say what they mean, word by word")]
pub enum ResetNews {
    /// The counters are empty.
    Redeemed { profile: String, automatic: bool, stay: u32 },
    /// OpenAI carried it out, and the quota does not show it yet.
    RedeemAccepted { profile: String, automatic: bool },
    /// It did not show it for long.
    ResetNotShown { profile: String },
    /// Whether it was carried out did not come out.
    NeverClear { profile: String },
    /// Nothing was redeemed.
    NothingRedeemed { profile: String, why: NotRedeemed },
    /// Whether it was carried out is not known.
    RedeemUnclear { profile: String },
    /// The request goes out.
    Redeeming { profile: String },
}

/// Why no reset was redeemed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotRedeemed {
    /// Nothing is used up.
    NothingUsed,
    /// There is none.
    NoReset,
    /// OpenAI refused, perhaps with a reason.
    Refused(Option<String>),
    /// OpenAI was not asked; why, in English.
    NotSent(String),
    /// The request did not arrive: the reset is still there.
    NotArrived,
}

impl Localize for ResetNews {
    fn message(&self) -> Message {
        match self {
            Self::Redeemed { profile, automatic: false, stay } => {
                message!("resets-redeemed", profile = name(profile), count = stay)
            }
            Self::Redeemed { profile, automatic: true, stay } => {
                message!("resets-redeemed-unasked", profile = name(profile), count = stay)
            }
            Self::RedeemAccepted { profile, automatic: false } => {
                message!("resets-accepted", profile = name(profile))
            }
            Self::RedeemAccepted { profile, automatic: true } => {
                message!("resets-accepted-unasked", profile = name(profile))
            }
            Self::ResetNotShown { profile } => {
                message!("resets-not-shown", profile = name(profile))
            }
            Self::NeverClear { profile } => {
                message!("resets-never-clear", profile = name(profile))
            }
            Self::NothingRedeemed { profile, why } => {
                let profile = name(profile);
                match why {
                    NotRedeemed::NothingUsed => message!("resets-nothing-used", profile = profile),
                    NotRedeemed::NoReset => message!("resets-none", profile = profile),
                    NotRedeemed::Refused(None) => message!("resets-refused", profile = profile),
                    NotRedeemed::Refused(Some(reason)) => {
                        message!("resets-refused-because", profile = profile, reason = reason)
                    }
                    NotRedeemed::NotSent(reason) => {
                        message!("resets-not-asked", profile = profile, reason = reason)
                    }
                    NotRedeemed::NotArrived => message!("resets-not-arrived", profile = profile),
                }
            }
            Self::RedeemUnclear { profile } => message!("resets-unclear", profile = name(profile)),
            Self::Redeeming { profile } => message!("resets-under-way", profile = name(profile)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Locale;

    #[test]
    fn the_question_says_what_it_resets_what_stays_and_that_it_is_final() {
        // 09:50 UTC, 21 November 2026.
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_254_600);
        let next = now + Duration::from_secs(29 * 24 * 3600);
        let locale = Locale::english(now, 0);
        let question = |stay, next| ResetText::Question {
            profile: "home",
            counters: Counters::Both,
            left: "12% left",
            stay,
            next,
        };
        assert_eq!(
            question(1, Some(next)).to(locale),
            "Use one banked reset of home? It empties the 5-hour and weekly counters now (12% left). \
             One more stays, it expires 20 Dec 09:50. This cannot be undone."
        );
        assert_eq!(
            question(0, None).to(locale),
            "Use one banked reset of home? It empties the 5-hour and weekly counters now (12% left). \
             It is the last one. This cannot be undone."
        );
        assert_eq!(ResetText::Banked(2, None).to(locale), "2 resets banked");
        assert_eq!(
            ResetText::Banked(1, Some(now + Duration::from_secs(3600))).to(locale),
            "1 reset banked, it expires at 10:50"
        );
    }
}
