//! A look at a profile without a turn: its token, and the quota of its plan.

use rotunda_core::VaultError;
use rotunda_host::localize::VaultRefusal;
use rotunda_router::{ProfileCheck, TokenError};
use rotunda_text::{Language, Locale, Localize, Message, in_shell, message};
use serde::{Deserialize, Serialize};

/// How one profile was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickCheck {
    /// The profile's name.
    pub profile: String,
    /// What was found, as a fixed word.
    pub outcome: QuickOutcome,
    /// The same for people, and what to do.
    pub text: String,
}

/// What was found of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuickOutcome {
    /// Its sign-in works, and its quota was read.
    Ok,
    /// Its sign-in works, and the provider did not answer for its quota.
    NoQuota,
    /// Only a new sign-in helps.
    SignInLost,
    /// The sign-in service or the provider cannot be reached.
    Unreachable,
    /// The provider refuses a token that was just renewed.
    Refused,
    /// The place of sign-ins did not give this one.
    Vault,
    /// No router runs that could look.
    NoRouter,
}

/// What there was to look at.
pub(crate) enum Looked {
    At(ProfileCheck),
    NoRouter,
}

impl QuickCheck {
    pub(crate) fn of(profile: String, looked: &Looked, language: Language) -> Self {
        let (outcome, text) = meaning(&profile, looked);
        Self { profile, outcome, text: text.to(Locale::of(language)) }
    }
}

fn meaning(profile: &str, looked: &Looked) -> (QuickOutcome, Message) {
    let error = match looked {
        Looked::NoRouter => return (QuickOutcome::NoRouter, message!("error-no-router")),
        Looked::At(ProfileCheck::Works) => return (QuickOutcome::Ok, message!("quick-ok")),
        Looked::At(ProfileCheck::NoQuota) => {
            return (QuickOutcome::NoQuota, message!("quick-no-quota"));
        }
        Looked::At(ProfileCheck::NoToken(error)) => error,
    };
    match error {
        TokenError::SignInLost | TokenError::Vault(VaultError::Missing) => {
            let command = format!("rotunda login --profile {}", in_shell(profile));
            (QuickOutcome::SignInLost, message!("run-needs-sign-in", command = command))
        }
        TokenError::Trouble | TokenError::Gone => {
            (QuickOutcome::Unreachable, message!("quick-unreachable"))
        }
        TokenError::Refused => (QuickOutcome::Refused, message!("quick-refused")),
        TokenError::Vault(error) => {
            let error = VaultRefusal(error).message();
            (QuickOutcome::Vault, message!("quick-vault", error = error))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(looked: ProfileCheck) -> QuickCheck {
        QuickCheck::of("ada's".to_owned(), &Looked::At(looked), Language::ENGLISH)
    }

    #[test]
    fn each_outcome_says_what_to_do() {
        let lost = found(ProfileCheck::NoToken(TokenError::SignInLost));
        assert_eq!(lost.outcome, QuickOutcome::SignInLost);
        let command = format!("`rotunda login --profile {}`", in_shell("ada's"));
        assert!(lost.text.contains(&command), "{}", lost.text);
        assert_eq!(found(ProfileCheck::Works).outcome, QuickOutcome::Ok);
        assert_eq!(found(ProfileCheck::NoQuota).outcome, QuickOutcome::NoQuota);
        let locked = found(ProfileCheck::NoToken(TokenError::Vault(VaultError::Locked)));
        assert_eq!(locked.outcome, QuickOutcome::Vault);
        assert!(locked.text.contains("locked"), "{}", locked.text);
        let away = found(ProfileCheck::NoToken(TokenError::Trouble));
        assert_eq!(serde_json::to_value(away.outcome).unwrap(), "unreachable");
    }
}
