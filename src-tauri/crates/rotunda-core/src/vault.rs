//! Where credentials rest: what the router calls, and a keychain or a file implements.

use std::{fmt, future::Future, pin::Pin, time::SystemTime};

use thiserror::Error;
use url::Url;

use crate::{profile::ProfileId, secret::Secret};

/// A boxed future, so that [`Vault`] can be a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One profile's credentials.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A ChatGPT sign-in.
    ChatGpt(ChatGptCredential),
    /// An API key, sent as it is.
    ApiKey(Secret<String>),
    /// A key of another provider.
    Provider(ProviderKey),
}

/// A key with the only address that it is sent to.
#[derive(Debug, Clone)]
pub struct ProviderKey {
    /// Sent as it is.
    pub key: Secret<String>,
    /// As in [`Provider::base`](crate::provider::Provider::base).
    pub base: Url,
}

impl ProviderKey {
    /// Whether it is the same key for the same provider.
    pub fn is_same(&self, other: &Self) -> bool {
        self.key.expose() == other.key.expose() && self.base == other.base
    }
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

    /// The sign-in that another holder of `held` has renewed it to, to be used
    /// instead of spending `held`, since its refresh token is gone then. `refused`:
    /// the issuer refused it, and a sign-in whose access token has ended is better than
    /// none. None when there is none.
    fn newer<'a>(
        &'a self,
        _profile: ProfileId,
        _held: &'a ChatGptCredential,
        _refused: bool,
    ) -> BoxFuture<'a, Option<ChatGptCredential>> {
        Box::pin(std::future::ready(None))
    }

    /// Whether a store would succeed now, found out by a real write that changes
    /// nothing. Called before a refresh token is spent early.
    fn writable(&self, _profile: ProfileId) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// A refresh token is about to be spent: a start after a crash has to
    /// learn that it may be gone.
    fn renewing<'a>(
        &'a self,
        _profile: ProfileId,
        _held: &'a ChatGptCredential,
    ) -> BoxFuture<'a, ()> {
        Box::pin(std::future::ready(()))
    }

    /// What could not be stored when it was made is stored now.
    fn saved(&self, _profile: ProfileId) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    /// That is over, and what it made was stored if it could be; true when it
    /// was handed to another holder of the spent token, too.
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
    /// Whether it is in the vault.
    pub stored: Stored,
}

/// Whether a renewed credential is in the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is.
    Now,
    /// The vault did not take it: it is in memory only and stored later.
    Later,
    /// Its profile was removed or signed in anew meanwhile.
    Never,
}

/// Why the vault did not answer. Each is named as what it is, with the ways out
/// that a person has.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VaultError {
    /// It holds nothing for this profile.
    #[error("the keychain holds no sign-in for this profile")]
    Missing,
    /// It is there but locked. Its password prompt may be open.
    #[error(
        "the keychain is locked; unlock it, or set `vault = \"file\"` in settings.toml and sign in \
         again"
    )]
    Locked,
    /// It is locked, and the user closed its password prompt. It is not tried
    /// again before the user does something, or unlocks it.
    #[error(
        "the keychain is locked and its password prompt was closed; unlock it, run `rotunda quota \
         --refresh` to be asked again, or set `vault = \"file\"` in settings.toml and sign in again"
    )]
    Dismissed,
    /// The user or the system refused access to an item.
    #[error("the keychain refused access")]
    Denied,
    /// It is there and does not answer in time.
    #[error(
        "the keychain does not answer; restart the program that provides it, or set `vault = \
         \"file\"` in settings.toml and sign in again"
    )]
    NotAnswering,
    /// It answers, but has no default collection for new items.
    #[error(
        "the keychain has no default keyring; create one and make it the default, or set `vault = \
         \"file\"` in settings.toml and sign in again"
    )]
    NoCollection,
    /// It can be read, and what is written is not kept.
    #[error(
        "the keychain cannot save ({0}); make it writable, or run `rotunda vault move file` to keep \
         sign-ins in a private file"
    )]
    CannotSave(String),
    /// There is no keychain on this machine.
    #[error("no keychain is available: {0}")]
    Unavailable(String),
    /// What it holds cannot be read.
    #[error("the keychain item cannot be read: {0}")]
    Damaged(String),
}
