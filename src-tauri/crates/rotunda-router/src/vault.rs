//! Where credentials rest, as the router sees it.

use std::{fmt, future::Future, pin::Pin, time::SystemTime};

use rotunda_core::{Secret, profile::ProfileId};
use thiserror::Error;

/// A boxed future, so that [`Vault`] can be a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One profile's credentials.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A ChatGPT sign-in.
    ChatGpt(ChatGptCredential),
    /// An API key, sent as it is.
    ApiKey(Secret<String>),
}

/// Tokens of a ChatGPT sign-in.
#[derive(Debug, Clone)]
pub struct ChatGptCredential {
    /// Bearer for requests.
    pub access: Secret<String>,
    /// End of the access token's life, from its `exp` claim.
    pub expires: Option<SystemTime>,
    /// Single use: each refresh answers with the next one.
    pub refresh: Option<Secret<String>>,
    /// The account the tokens belong to, sent as `chatgpt-account-id`.
    pub account_id: Option<String>,
}

/// Keeps credentials: the OS keychain in the daemon, memory in tests.
pub trait Vault: fmt::Debug + Send + Sync + 'static {
    /// Reads one profile's credentials.
    fn load(&self, profile: ProfileId) -> BoxFuture<'_, Result<Credential, VaultError>>;

    /// Replaces one profile's credentials. When this returns they are safe:
    /// a crash afterwards does not lose them.
    fn store(
        &self,
        profile: ProfileId,
        credential: Credential,
    ) -> BoxFuture<'_, Result<(), VaultError>>;
}

/// Why the vault did not answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VaultError {
    /// It holds nothing for this profile.
    #[error("the keychain holds no sign-in for this profile")]
    Missing,
    /// It is there but locked.
    #[error("the keychain is locked")]
    Locked,
    /// The user or the system said no.
    #[error("the keychain refused access")]
    Denied,
    /// There is no keychain on this machine.
    #[error("no keychain is available: {0}")]
    Unavailable(String),
    /// What it holds cannot be read.
    #[error("the keychain item cannot be read: {0}")]
    Damaged(String),
}
