//! Linux and its relatives: XDG folders and the Secret Service.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use keyring_core::{CredentialStore, Entry, Error};
use rotunda_router::vault::VaultError;

use super::SERVICE;

/// Our folder's name below the system's.
pub(crate) const FOLDER: &str = "rotunda";

/// Said when nothing answers: there are two ways out.
const ADVICE: &str = "no Secret Service answers on this session's D-Bus; start one (for instance \
     gnome-keyring or KWallet), or set `vault = \"file\"` in settings.toml to keep sign-ins in a \
     private file";

/// Log files are state: neither settings nor worth a backup.
pub(crate) fn logs_folder() -> Option<PathBuf> {
    dirs::state_dir().or_else(dirs::data_local_dir).map(|state| state.join(FOLDER).join("logs"))
}

/// Connects to the Secret Service. Blocks.
pub(crate) fn keychain() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

/// Names one of our items; the label is what the user reads in a keyring viewer.
pub(crate) fn keychain_entry(
    store: &Arc<CredentialStore>,
    name: &str,
) -> keyring_core::Result<Entry> {
    let label = format!("Rotunda profile {name}");
    store.build(SERVICE, name, Some(&HashMap::from([("label", label.as_str())])))
}

/// What a refusal of the Secret Service means. D-Bus error names are protocol,
/// not prose, so they may be read.
pub(crate) fn refusal(error: &Error) -> VaultError {
    match error {
        Error::NoStorageAccess(_) => VaultError::Locked,
        Error::PlatformFailure(cause) if cause.to_string().contains("AccessDenied") => {
            VaultError::Denied
        }
        Error::PlatformFailure(cause) if cause.to_string().contains("IsLocked") => {
            VaultError::Locked
        }
        _ => VaultError::Unavailable(ADVICE.to_owned()),
    }
}
