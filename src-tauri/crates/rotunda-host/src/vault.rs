//! Where sign-ins rest: the system's keychain, or a private file when the user
//! chose that.
//!
//! Each profile has two items, `<id>` (refresh token and identity) and
//! `<id>/access`, because Windows caps an item at 2,560 bytes. Items are
//! updated in place, read once and cached.

mod codex_item;
mod file;
mod item;
mod items;
mod keychain;
pub mod label;

use std::sync::Arc;

use rotunda_core::{
    ProfileId,
    vault::{BoxFuture, Credential, Vault, VaultError},
};
use serde_json::{Map, Value};

pub use self::{
    codex_item::{CodexItem, account as codex_account},
    file::FileVault,
    keychain::Keychain,
};
pub use crate::platform::KeychainProvider;
use crate::{failpoint, home::Home, settings::VaultKind};

/// A sign-in with the fields of its `auth.json` that we do not know.
pub type Whole = (Credential, Map<String, Value>);

/// What the daemon does with a vault beyond what the router does.
pub trait DaemonVault: Vault {
    /// Stores a new sign-in, with the fields of its `auth.json` that we do not
    /// know, as far as they fit.
    fn put(
        &self,
        profile: ProfileId,
        credential: Credential,
        extra: Map<String, Value>,
    ) -> BoxFuture<'_, Result<(), VaultError>>;

    /// Reads a sign-in with the fields that [`DaemonVault::put`] got.
    fn whole(&self, profile: ProfileId) -> BoxFuture<'_, Result<Whole, VaultError>>;

    /// The profiles of its items. Nothing is unlocked for it, so a locked
    /// keychain may name fewer than it has.
    fn profiles(&self) -> BoxFuture<'_, Result<Vec<ProfileId>, VaultError>>;

    /// Removes a profile's items; none being there is fine.
    fn remove(&self, profile: ProfileId) -> BoxFuture<'_, Result<(), VaultError>>;

    /// The user does something that needs sign-ins: what was refused or not
    /// answered before is forgotten, and a prompt may be shown again.
    fn ask_again(&self) {}

    /// Writes an item, reads it back and removes it. Says who keeps it, when
    /// that is another program.
    fn probe(&self) -> BoxFuture<'_, Result<Option<KeychainProvider>, VaultError>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

/// Opens the place the settings name. The keychain itself is opened at first
/// use, and again after a failure: it may be unlocked or started later.
pub fn open(kind: VaultKind, home: &Home) -> Arc<dyn DaemonVault> {
    match kind {
        VaultKind::Keychain => match failpoint::keychain_stand_in() {
            Some(file) => Arc::new(FileVault::at(&file)),
            None => Arc::new(Keychain::system()),
        },
        VaultKind::File => Arc::new(FileVault::at(&home.data.join("vault.json"))),
    }
}

#[cfg(test)]
mod keyring_tests;
#[cfg(test)]
mod tests;
