//! Windows: known folders and the Credential Manager. Files below the user's
//! profile are closed to other users by inheritance, so modes are not set.

use std::{
    collections::HashMap,
    ffi::{OsStr, OsString},
    fs::{self, OpenOptions},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use keyring_core::{CredentialStore, Entry, Error};
use rotunda_router::vault::VaultError;

use super::SERVICE;

/// Our folder's name below the system's.
pub(crate) const FOLDER: &str = "Rotunda";
/// Names the user's home folder.
pub(crate) const HOME_VARIABLE: &str = "USERPROFILE";

/// Another process holds the file, or a part of it.
const ERROR_SHARING_VIOLATION: i32 = 32;
const ERROR_LOCK_VIOLATION: i32 = 33;
/// Variables do not differ by case here.
pub(crate) fn env_key(key: &OsStr) -> OsString {
    key.to_ascii_uppercase()
}

/// Log files stay on this machine.
pub(crate) fn logs_folder() -> Option<PathBuf> {
    dirs::data_local_dir().map(|data| data.join(FOLDER).join("logs"))
}

/// Access is inherited from the folder; only "read-only" is the file's own,
/// and a read-only file could not have been meant to be replaced.
#[expect(clippy::unnecessary_wraps, reason = "fails on other systems")]
pub(crate) fn copy_mode(_from: &Path, _to: &Path) -> io::Result<()> {
    Ok(())
}

/// Changeable by nobody.
pub(crate) fn freeze(path: &Path) -> io::Result<()> {
    let mut permissions = fs::metadata(path)?.permissions();
    permissions.set_readonly(true);
    fs::set_permissions(path, permissions)
}

/// A folder; below the user's profile it is closed to others already.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Opens files; those made below the user's profile are closed to others.
pub(crate) fn private_file() -> OpenOptions {
    OpenOptions::new()
}

/// Folders cannot be synced here; the rename itself is journalled.
#[expect(clippy::unnecessary_wraps, reason = "fails on other systems")]
pub(crate) fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Refusals that may be over in a moment.
pub(crate) fn is_transient(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, PermissionDenied, ResourceBusy};
    matches!(error.kind(), Interrupted | PermissionDenied | ResourceBusy)
        || matches!(error.raw_os_error(), Some(ERROR_SHARING_VIOLATION | ERROR_LOCK_VIOLATION))
}

/// Opens the Credential Manager.
pub(crate) fn keychain() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// Names one of our items. It stays on this machine: the default would let it
/// roam with the user's profile, and two holders of one refresh token sign each
/// other out.
pub(crate) fn keychain_entry(
    store: &Arc<CredentialStore>,
    name: &str,
) -> keyring_core::Result<Entry> {
    store.build(SERVICE, name, Some(&HashMap::from([("persistence", "Local")])))
}

/// What a refusal of the Credential Manager means.
pub(crate) fn refusal(error: &Error) -> VaultError {
    match error {
        Error::NoStorageAccess(_) => VaultError::Unavailable(
            "there is no logon session; start Rotunda as a signed-in user".to_owned(),
        ),
        Error::PlatformFailure(cause) => {
            VaultError::Unavailable(format!("the Credential Manager does not answer ({cause})"))
        }
        _ => VaultError::Unavailable("the Credential Manager does not answer".to_owned()),
    }
}
