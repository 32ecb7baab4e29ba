//! Why no banked reset is redeemed, before OpenAI was asked.

use std::fmt;

use rotunda_text::{Language, Locale, Localize, Message, NotRedeemed, ResetNews, message};

/// Why a question about a reset, or its answer, leads to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedeemError {
    /// Only a running router reads quota and redeems.
    NeedsRouter,
    /// The profile's quota cannot be read now.
    Unread(String),
    /// The profile has none.
    NoReset(String),
    /// One was redeemed a moment ago, or is being redeemed.
    UnderWay(String),
    /// The question is too old.
    Expired,
    /// What the profile has changed since the question.
    Changed(String),
}

impl Localize for RedeemError {
    fn message(&self) -> Message {
        match self {
            Self::NeedsRouter => message!("resets-ask-running"),
            Self::Unread(profile) => message!("resets-ask-unread", profile = profile),
            Self::NoReset(profile) => {
                let (profile, why) = (profile.clone(), NotRedeemed::NoReset);
                ResetNews::NothingRedeemed { profile, why }.message()
            }
            Self::UnderWay(profile) => ResetNews::Redeeming { profile: profile.clone() }.message(),
            Self::Expired => message!("resets-ask-expired"),
            Self::Changed(profile) => message!("resets-ask-changed", profile = profile),
        }
    }
}

impl fmt::Display for RedeemError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to(Locale::of(Language::ENGLISH)))
    }
}

impl std::error::Error for RedeemError {}
