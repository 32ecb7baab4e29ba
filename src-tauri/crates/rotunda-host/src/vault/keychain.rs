//! Items in the system's keychain: Secret Service, login keychain or
//! Credential Manager.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use keyring_core::{CredentialStore, Entry, Error};
use rotunda_core::{
    ProfileId,
    vault::{BoxFuture, Credential, Vault, VaultError},
};
use serde_json::{Map, Value};

use super::{
    DaemonVault, KeychainProvider, Whole, item,
    items::{Items, Kept},
};
use crate::platform;

/// Connects to the keychain; again after each failure.
pub(crate) type Connect = Box<dyn Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync>;
/// Names one item in it.
pub(crate) type Name = fn(&Arc<CredentialStore>, &str) -> keyring_core::Result<Entry>;

/// Sign-ins in the system's keychain.
#[derive(Debug)]
pub struct Keychain(Kept<KeychainItems>);

impl Keychain {
    /// The keychain of the user of this process.
    pub fn system() -> Self {
        Self::over(Box::new(platform::keychain), platform::keychain_entry)
    }

    pub(crate) fn over(connect: Connect, entry: Name) -> Self {
        Self(Kept::over(KeychainItems::over(connect, entry)))
    }
}

impl Vault for Keychain {
    fn load(&self, profile: ProfileId) -> BoxFuture<'_, Result<Credential, VaultError>> {
        Box::pin(self.0.load(profile))
    }

    fn store(
        &self,
        profile: ProfileId,
        credential: Credential,
    ) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(self.0.store(profile, credential))
    }

    fn writable(&self, profile: ProfileId) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(self.0.writable(profile))
    }
}

impl DaemonVault for Keychain {
    fn put(
        &self,
        profile: ProfileId,
        credential: Credential,
        extra: Map<String, Value>,
    ) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(self.0.put(profile, credential, extra))
    }

    fn whole(&self, profile: ProfileId) -> BoxFuture<'_, Result<Whole, VaultError>> {
        Box::pin(self.0.whole(profile))
    }

    fn profiles(&self) -> BoxFuture<'_, Result<Vec<ProfileId>, VaultError>> {
        Box::pin(async { Ok(item::profiles_of(&platform::keychain_names().await?)) })
    }

    fn remove(&self, profile: ProfileId) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(self.0.remove(profile))
    }

    fn ask_again(&self) {
        self.0.ask_again();
    }

    fn probe(&self) -> BoxFuture<'_, Result<Option<KeychainProvider>, VaultError>> {
        Box::pin(self.0.probe())
    }
}

/// Named items of one kind in a keychain.
pub(super) struct KeychainItems {
    connect: Connect,
    entry: Name,
    /// Opened at first use and dropped when it fails: the service behind it may
    /// have been restarted. Locked for moments, never during a call.
    store: Mutex<Option<Arc<CredentialStore>>>,
    /// What the user did not allow, by name, where the system asks about each
    /// item and shows nothing that could be looked at without asking: it is not
    /// tried again before [`Items::ask_again`]. None where the store remembers.
    denied: Option<Mutex<HashMap<String, VaultError>>>,
}

impl std::fmt::Debug for KeychainItems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeychainItems")
    }
}

impl Drop for KeychainItems {
    /// Closing the connection blocks, and a thread that drives tasks must not:
    /// the store would panic there.
    fn drop(&mut self) {
        let slot = self.store.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = slot.take() {
            thread::spawn(move || drop(store));
        }
    }
}

impl KeychainItems {
    pub(super) fn over(connect: Connect, entry: Name) -> Self {
        let denied = platform::KEYCHAIN_ASKS.then(Mutex::default);
        Self { connect, entry, store: Mutex::default(), denied }
    }

    fn slot(&self) -> MutexGuard<'_, Option<Arc<CredentialStore>>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for one item, unless the user did not allow that before.
    pub(super) fn ask<T>(
        &self,
        name: &str,
        question: impl Fn(&Entry) -> keyring_core::Result<T>,
    ) -> Result<Option<T>, VaultError> {
        let Some(denied) = &self.denied else { return self.ask_now(name, question) };
        let known = || denied.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = known().get(name) {
            return Err(error.clone());
        }
        let outcome = self.ask_now(name, question);
        if let Err(error @ (VaultError::Denied | VaultError::Dismissed)) = &outcome {
            known().insert(name.to_owned(), error.clone());
        }
        outcome
    }

    /// A connection that broke since its last use is made anew once; a fresh one
    /// that fails is an answer.
    fn ask_now<T>(
        &self,
        name: &str,
        question: impl Fn(&Entry) -> keyring_core::Result<T>,
    ) -> Result<Option<T>, VaultError> {
        let ask = |store: &Arc<CredentialStore>| {
            (self.entry)(store, name).and_then(|entry| question(&entry))
        };
        let open = self.slot().clone();
        if let Some(store) = open {
            match ask(&store) {
                Err(Error::PlatformFailure(_)) => *self.slot() = None,
                outcome => return settle(outcome),
            }
        }
        let store = (self.connect)().map_err(|error| platform::refusal(&error))?;
        let outcome = ask(&store);
        if !matches!(outcome, Err(Error::PlatformFailure(_))) {
            *self.slot() = Some(store);
        }
        settle(outcome)
    }

    /// Forgets what was not allowed or not answered.
    pub(super) fn ask_again(&self) {
        if let Some(denied) = &self.denied {
            denied.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
        if let Some(store) = self.slot().as_ref() {
            platform::ask_again(store);
        }
    }
}

impl Items for KeychainItems {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        self.ask(name, Entry::get_secret)
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<(), VaultError> {
        let written = self.ask(name, |entry| entry.set_secret(content))?;
        written.ok_or_else(|| VaultError::Unavailable("the new item is not there".to_owned()))
    }

    fn remove(&self, name: &str) -> Result<(), VaultError> {
        self.ask(name, Entry::delete_credential).map(drop)
    }

    fn ask_again(&self) {
        Self::ask_again(self);
    }

    fn provider(&self) -> Option<KeychainProvider> {
        let store = self.slot().clone();
        platform::keychain_provider(&store?)
    }
}

/// Errors of the keychain never carry content into ours: two of its variants
/// hold the item's bytes.
fn settle<T>(outcome: keyring_core::Result<T>) -> Result<Option<T>, VaultError> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(Error::NoEntry) => Ok(None),
        Err(Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_)) => {
            Err(VaultError::Damaged("its content is not ours; sign in again".to_owned()))
        }
        Err(Error::Ambiguous(found)) => Err(VaultError::Damaged(format!(
            "the keychain holds {} items of this name; remove all but one",
            found.len()
        ))),
        Err(Error::TooLong(_, most)) => {
            Err(VaultError::Damaged(format!("an item may not be longer than {most} bytes")))
        }
        Err(error) => Err(platform::refusal(&error)),
    }
}
