//! What a request needs to be sent as a profile, and why it has none.

use std::sync::Arc;

use thiserror::Error;
use url::Url;

use super::life::{Life, Stated};
use crate::{
    claims::{claims_of, issued_at},
    pool::Moment,
    secret::Secret,
    turn::Failure,
    vault::{Credential, VaultError},
};

/// What a request needs to be sent as a profile.
#[derive(Debug, Clone)]
pub struct Access {
    /// Sent as the bearer.
    pub bearer: Secret<String>,
    /// Sent as `chatgpt-account-id`.
    pub account_id: Option<String>,
    /// It is a key, which has no account and no end.
    pub is_key: bool,
    /// The only address that it is sent to, when it is the key of another provider.
    pub provider: Option<Arc<Url>>,
    /// The account lives in the government's part of the service.
    pub is_fedramp: bool,
    pub(super) life: Option<Life>,
    /// Tells one token from the next without comparing secrets.
    pub(super) generation: u64,
}

impl Access {
    /// A credential as the vault has it.
    pub(super) fn kept(credential: Credential, generation: u64, now: Moment) -> Self {
        match credential {
            Credential::ApiKey(key) => Self::key(key, None, generation),
            Credential::Provider(held) => {
                Self::key(held.key, Some(Arc::new(held.base)), generation)
            }
            Credential::ChatGpt(held) => {
                let stated = Stated {
                    issued: issued_at(held.access.expose()),
                    expires: held.expires,
                    ..Stated::default()
                };
                Self {
                    life: Life::kept(stated, now),
                    is_fedramp: claims_of(held.access.expose()).is_some_and(|it| it.fedramp),
                    bearer: held.access,
                    account_id: held.account_id,
                    is_key: false,
                    provider: None,
                    generation,
                }
            }
        }
    }

    const fn key(bearer: Secret<String>, provider: Option<Arc<Url>>, generation: u64) -> Self {
        let (account_id, is_key, is_fedramp, life) = (None, true, false, None);
        Self { bearer, account_id, is_key, provider, is_fedramp, life, generation }
    }

    /// Whether it is time to renew it.
    pub fn ends_soon(&self, now: Moment) -> bool {
        self.life.is_some_and(|life| life.ends_soon(now))
    }

    /// Whether its life is over.
    pub fn has_ended(&self, now: Moment) -> bool {
        self.life.is_some_and(|life| life.has_ended(now))
    }
}

/// Why a profile has no access token.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenError {
    /// Only a new sign-in helps, by the issuer's answer.
    #[error("the profile needs a new sign-in")]
    SignInLost,
    /// The issuer cannot be reached or is struggling.
    #[error("the sign-in service is not available")]
    Trouble,
    /// Upstream refuses a token that was renewed a moment ago.
    #[error("upstream refuses a token that was just renewed")]
    Refused,
    /// The profile was removed, or its sign-in replaced, meanwhile.
    #[error("the profile was removed or signed in anew meanwhile")]
    Gone,
    /// The vault did not answer.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl TokenError {
    /// What it means for the turn.
    pub const fn failure(&self) -> Failure {
        match self {
            Self::SignInLost => Failure::SignInLost,
            Self::Trouble => Failure::NoToken,
            Self::Refused => Failure::TokenRefused,
            Self::Gone => Failure::ProfileGone,
            Self::Vault(_) => Failure::Vault,
        }
    }
}

/// Why a token is renewed; sent to the issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It ends soon or has ended.
    Proactive,
    /// Upstream refused it.
    Unauthorized,
}

impl Reason {
    /// As the issuer reads it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Proactive => "proactive_expiry",
            Self::Unauthorized => "unauthorized_recovery",
        }
    }
}
