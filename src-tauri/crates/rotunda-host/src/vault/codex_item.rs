//! The item in which Codex keeps its own sign-in when it is set to use the
//! system's keychain: service `Codex Auth`, an account made of the folder's
//! path, and the text of an `auth.json` as content.
//!
//! It is Codex's: it is read, and its content may be replaced, but it is never
//! made and never removed here.

use std::{fmt::Write as _, fs, path::Path};

use keyring_core::Error;
use rotunda_core::{Secret, vault::VaultError};
use sha2::{Digest, Sha256};

use super::keychain::{Connect, KeychainItems};
use crate::platform;

/// Codex's name for its items.
const SERVICE: &str = "Codex Auth";

/// Codex's items in one keychain. Calls block, for as long as a prompt is open.
#[derive(Debug)]
pub struct CodexItem(KeychainItems);

impl CodexItem {
    /// In the keychain of the user of this process.
    pub fn system() -> Self {
        Self::over(Box::new(platform::keychain))
    }

    /// In a store of the caller.
    pub fn over(connect: Connect) -> Self {
        Self(KeychainItems::over(connect, |store, name| store.build(SERVICE, name, None)))
    }

    /// Forgets what the user did not allow: something is done that needs the item.
    pub fn ask_again(&self) {
        self.0.ask_again();
    }

    /// What the item of one Codex folder says; none when there is no such item.
    pub fn read(&self, codex_home: &Path) -> Result<Option<Secret<String>>, VaultError> {
        let text = self.0.ask(&account(codex_home), |entry| text_of(entry.get_password()))?;
        Ok(text.map(Secret::new))
    }

    /// Puts `new` where `old` stands; false when something else stands there,
    /// or nothing does.
    pub fn replace(
        &self,
        codex_home: &Path,
        old: &Secret<String>,
        new: &Secret<String>,
    ) -> Result<bool, VaultError> {
        let replaced = self.0.ask(&account(codex_home), |entry| {
            // Of the item that is there: writing by name would make one that
            // Codex has just removed, and undo a logout.
            let item = entry.get_credential()?;
            let unchanged = text_of(item.get_password())? == *old.expose();
            if unchanged {
                item.set_password(new.expose())?;
            }
            Ok(unchanged)
        })?;
        Ok(replaced.unwrap_or(false))
    }
}

/// The text of an item, which a program's keychain library encodes as the system does:
/// UTF-16 on Windows, UTF-8 elsewhere. Bytes that are no text are no sign-in either; the
/// parser says so.
fn text_of(password: keyring_core::Result<String>) -> keyring_core::Result<String> {
    match password {
        Err(Error::BadEncoding(bytes)) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        password => password,
    }
}

/// Codex's name for the item of one folder.
pub fn account(codex_home: &Path) -> String {
    let folder = fs::canonicalize(codex_home).unwrap_or_else(|_| codex_home.to_owned());
    let digest = Sha256::digest(folder.to_string_lossy().as_bytes());
    digest.iter().take(8).fold("cli|".to_owned(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}
