//! macOS: Library folders and the login keychain.

use std::{path::PathBuf, sync::Arc};

use keyring_core::{CredentialStore, Entry, Error};
use rotunda_router::vault::VaultError;

use super::SERVICE;

/// Our folder's name below the system's.
pub(crate) const FOLDER: &str = "Rotunda";

/// Where the Console app looks.
pub(crate) fn logs_folder() -> Option<PathBuf> {
    dirs::home_dir().map(|home| home.join("Library/Logs").join(FOLDER))
}

/// Opens the login keychain.
pub(crate) fn keychain() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

/// Names one of our items.
pub(crate) fn keychain_entry(
    store: &Arc<CredentialStore>,
    name: &str,
) -> keyring_core::Result<Entry> {
    store.build(SERVICE, name, None)
}

/// What a refusal of the keychain means.
pub(crate) fn refusal(error: &Error) -> VaultError {
    match error {
        Error::NoStorageAccess(_) => VaultError::Locked,
        Error::PlatformFailure(cause) => VaultError::Unavailable(format!(
            "the login keychain does not answer ({cause}); open Keychain Access and check it"
        )),
        _ => VaultError::Unavailable("the login keychain does not answer".to_owned()),
    }
}
