//! Items in one private file: for machines without a keychain, and only when
//! the user set `vault = "file"`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use rotunda_core::{ProfileId, Secret};
use rotunda_router::vault::{BoxFuture, Credential, Vault, VaultError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroize;

use super::{
    DaemonVault, Whole,
    items::{Items, Kept},
};
use crate::files::{self, FileError, Mode};

/// Sign-ins in a file that only its owner can read.
#[derive(Debug)]
pub struct FileVault(Kept<FileItems>);

impl FileVault {
    /// The vault in this file, which is made at the first write.
    pub fn at(path: &Path) -> Self {
        Self(Kept::over(FileItems { path: path.to_owned() }))
    }
}

impl Vault for FileVault {
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
}

impl DaemonVault for FileVault {
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

    fn remove(&self, profile: ProfileId) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(self.0.remove(profile))
    }
}

#[derive(Debug)]
struct FileItems {
    path: PathBuf,
}

/// Everything in the file, overwritten when it goes.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
struct All(BTreeMap<String, String>);

impl Drop for All {
    fn drop(&mut self) {
        self.0.values_mut().for_each(Zeroize::zeroize);
    }
}

impl FileItems {
    /// A file that cannot be understood is never written over.
    fn all(&self) -> Result<All, VaultError> {
        let text = files::read_text_if_there(&self.path).map_err(|error| refused(&error))?;
        let Some(text) = text.map(Secret::new) else { return Ok(All::default()) };
        serde_json::from_str(text.expose()).map_err(|_| {
            let path = self.path.display();
            VaultError::Damaged(format!("{path} is not a vault; move it away, then sign in again"))
        })
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, String>)) -> Result<(), VaultError> {
        let mut items = self.all()?;
        change(&mut items.0);
        let room: usize = items.0.iter().map(|(name, item)| name.len() + 2 * item.len() + 16).sum();
        // Made in one piece: growing would leave copies behind.
        let mut text = Vec::with_capacity(room);
        serde_json::to_writer(&mut text, &items).expect("texts are JSON");
        let text = Secret::new(text);
        files::write_atomic(&self.path, text.expose(), Mode::Private)
            .map_err(|error| refused(&error))
    }
}

impl Items for FileItems {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        Ok(self.all()?.0.remove(name).map(String::into_bytes))
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<(), VaultError> {
        let content = String::from_utf8(content.to_vec())
            .map_err(|_| VaultError::Damaged("its content is no text".to_owned()))?;
        self.change(|items| items.insert(name.to_owned(), content).zeroize())
    }

    fn remove(&self, name: &str) -> Result<(), VaultError> {
        self.change(|items| items.remove(name).zeroize())
    }
}

fn refused(error: &FileError) -> VaultError {
    match error.source.kind() {
        std::io::ErrorKind::PermissionDenied => VaultError::Denied,
        _ => VaultError::Unavailable(error.to_string()),
    }
}
