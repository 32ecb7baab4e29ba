//! The sign-in that Codex keeps in the system's keychain: service `Codex Auth`,
//! an account made of the folder's path, and the text of an `auth.json` as value.

use std::{fmt::Write as _, fs, path::Path, sync::Arc};

use keyring_core::{CredentialStore, Entry, Error};
use sha2::{Digest, Sha256};
use toml_edit::DocumentMut;

use crate::{
    auth_file::{self, ImportError, Imported},
    files,
    home::Home,
    platform,
};

/// Codex's name for its items.
pub(super) const SERVICE: &str = "Codex Auth";

/// Whether Codex is told to keep its sign-in there. Otherwise the keychain is
/// not asked: it may ask the user.
pub(super) fn is_used(home: &Home) -> bool {
    let text = files::read_text_if_there(&home.codex_config()).ok().flatten();
    let config = text.and_then(|text| text.parse::<DocumentMut>().ok());
    let place = config.as_ref().and_then(|config| config.get("cli_auth_credentials_store"));
    place.and_then(|place| place.as_str()).is_some_and(|place| matches!(place, "keyring" | "auto"))
}

/// Reads it; none when there is no such item. Blocks, for as long as the user is asked.
pub(super) fn read(codex_home: &Path) -> Option<Result<Imported, ImportError>> {
    let secret = platform::keychain().and_then(|store| text(&store, codex_home));
    match secret {
        Ok(text) => Some(auth_file::parse(&text)),
        Err(Error::NoEntry) => None,
        Err(error) => Some(Err(ImportError::Keychain(platform::refusal(&error)))),
    }
}

/// What the item says.
pub(super) fn text(
    store: &Arc<CredentialStore>,
    codex_home: &Path,
) -> keyring_core::Result<String> {
    let entry: Entry = store.build(SERVICE, &account(codex_home), None)?;
    // Bytes that are no text are no sign-in either; the parser says so.
    Ok(String::from_utf8_lossy(&entry.get_secret()?).into_owned())
}

/// Codex's name for the item of one folder.
pub(super) fn account(codex_home: &Path) -> String {
    let folder = fs::canonicalize(codex_home).unwrap_or_else(|_| codex_home.to_owned());
    let digest = Sha256::digest(folder.to_string_lossy().as_bytes());
    digest.iter().take(8).fold("cli|".to_owned(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}
