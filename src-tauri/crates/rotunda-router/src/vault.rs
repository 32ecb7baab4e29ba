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

    /// The sign-in that another holder of `held` has made of it, to be used
    /// instead of spending `held`, whose refresh token is gone then. `refused`
    /// says that the issuer took it no more. None when there is none.
    fn newer<'a>(
        &'a self,
        _profile: ProfileId,
        _held: &'a ChatGptCredential,
        _refused: bool,
    ) -> BoxFuture<'a, Option<ChatGptCredential>> {
        Box::pin(std::future::ready(None))
    }

    /// A refresh token is about to be spent: whoever starts after an end without
    /// warning is to learn that it may be gone.
    fn renewing(&self, _profile: ProfileId) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    /// That is over. What it made, if anything, is stored; true when it was
    /// handed to another holder of the spent token, too.
    fn renewed<'a>(
        &'a self,
        _profile: ProfileId,
        _made: Option<Renewal<'a>>,
    ) -> BoxFuture<'a, bool> {
        Box::pin(std::future::ready(false))
    }
}

/// What became of a refresh token.
#[derive(Debug, Clone, Copy)]
pub struct Renewal<'a> {
    /// Works no more.
    pub spent: &'a Secret<String>,
    /// Takes its place.
    pub made: &'a ChatGptCredential,
    /// Came with it: who the account belongs to, for those who show that.
    pub id_token: Option<&'a Secret<String>>,
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
