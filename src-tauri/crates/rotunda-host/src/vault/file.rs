//! Items in one private file: for machines without a keychain, and only when
//! the user set `vault = "file"`.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use rotunda_core::{
    ProfileId, Secret,
    vault::{BoxFuture, Credential, Vault, VaultError},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroize;

use super::{
    DaemonVault, Whole,
    items::{Items, Kept},
};
use crate::{
    failpoint,
    files::{self, FileError, Mode},
};

/// Sign-ins in a file that only its owner can read.
#[derive(Debug)]
pub struct FileVault(Kept<FileItems>);

impl FileVault {
    /// The vault in this file, which is made at the first write.
    pub fn at(path: &Path) -> Self {
        Self(Kept::over(FileItems { path: path.to_owned(), looked: AtomicBool::new(false) }))
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

    fn writable(&self, profile: ProfileId) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(self.0.writable(profile))
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

    fn profiles(&self) -> BoxFuture<'_, Result<Vec<ProfileId>, VaultError>> {
        Box::pin(self.0.listed(|items| Ok(items.all()?.0.keys().cloned().collect())))
    }

    fn remove(&self, profile: ProfileId) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(self.0.remove(profile))
    }
}

/// A new content stands beside the file, whole but not yet synced, before it
/// takes the file's place: a process that is killed in between has not lost it.
const NEXT: &str = "next";
/// A check writes no less than this.
const LEAST_CHECK: usize = 4 << 10;

#[derive(Debug)]
struct FileItems {
    path: PathBuf,
    /// What an earlier process left beside the file was looked for.
    looked: AtomicBool,
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
        if !self.looked.load(Ordering::Relaxed) {
            self.recover().map_err(|error| refused(&error))?;
            self.looked.store(true, Ordering::Relaxed);
        }
        failpoint::vault("vault.read")?;
        let text = files::read_text_if_there(&self.path).map_err(|error| refused(&error))?;
        let Some(text) = text.map(Secret::new) else { return Ok(All::default()) };
        parse(&text).ok_or_else(|| {
            let path = self.path.display();
            VaultError::Damaged(format!("{path} is not a vault; move it away, then sign in again"))
        })
    }

    /// Finishes what an earlier process began before it was killed.
    fn recover(&self) -> Result<(), FileError> {
        let target = self.target()?;
        let next = target.with_extension(NEXT);
        let whole = match files::read_text(&next) {
            Err(error) if error.is_missing() => return Ok(()),
            Ok(text) => parse(&Secret::new(text)).is_some(),
            // A power cut may leave what is no text.
            Err(error) if error.source.kind() == io::ErrorKind::InvalidData => false,
            // It may be the only copy of a sign-in.
            Err(error) => return Err(error),
        };
        if !whole {
            return files::remove(&next);
        }
        tracing::info!("a sign-in that was being stored when Rotunda was killed is there");
        files::put_on_disk(&next)?;
        take_place(&next, &target)
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, String>)) -> Result<(), VaultError> {
        let mut items = self.all()?;
        change(&mut items.0);
        let room: usize = items.0.iter().map(|(name, item)| name.len() + 2 * item.len() + 16).sum();
        // Made in one piece: growing would leave copies behind.
        let mut text = Vec::with_capacity(room);
        serde_json::to_writer(&mut text, &items).expect("texts are JSON");
        let text = Secret::new(text);
        failpoint::vault("vault.write")?;
        self.replace(text.expose()).map_err(|error| refused(&error))
    }

    /// Replaces the file in one step. When this returns, the new content is on the disk.
    fn replace(&self, bytes: &[u8]) -> Result<(), FileError> {
        let target = self.target()?;
        let next = target.with_extension(NEXT);
        let stand_beside = || {
            let mut temporary = files::new_temporary(files::folder_of(&target))?;
            temporary.write_all(bytes)?;
            // From here on a killed process has stored it.
            persist(temporary, &next)?;
            failpoint::at("vault.next")
        };
        let replaced = stand_beside()
            .map_err(failed(&self.path, "write"))
            .and_then(|()| files::put_on_disk(&next))
            .and_then(|()| take_place(&next, &target));
        let Err(error) = replaced else { return Ok(()) };
        // It is not stored, and must not be found at the next start.
        let _ = files::remove(&next);
        tracing::debug!(%error, "the vault is replaced in another way");
        // A file that is mounted, or in a folder of another owner, is written in place.
        files::write_atomic(&self.path, bytes, Mode::Private)
    }

    /// The file itself, through symbolic links.
    fn target(&self) -> Result<PathBuf, FileError> {
        files::follow_links(&self.path).map_err(failed(&self.path, "follow"))
    }

    fn probe(&self) -> Result<(), FileError> {
        let target = self.target()?;
        let size = fs::metadata(&target).map_or(0, |file| usize::try_from(file.len()).unwrap_or(0));
        let probe = || {
            let mut temporary = files::new_temporary(files::folder_of(&target))?;
            temporary.write_all(&vec![b' '; size.max(LEAST_CHECK)])?;
            temporary.as_file().sync_all()
        };
        probe().map_err(failed(&self.path, "write"))
    }
}

impl Items for FileItems {
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        Ok(self.all()?.0.remove(name).map(String::into_bytes))
    }

    fn write(&self, name: &str, content: &[u8]) -> Result<(), VaultError> {
        self.write_all(&[(name.to_owned(), Secret::new(content.to_vec()))])
    }

    fn remove(&self, name: &str) -> Result<(), VaultError> {
        self.remove_all(&[name.to_owned()])
    }

    /// All of them or none: they are in one file.
    fn write_all(&self, items: &[(String, Secret<Vec<u8>>)]) -> Result<(), VaultError> {
        let text = |content: &Secret<Vec<u8>>| {
            String::from_utf8(content.expose().clone())
                .map_err(|_| VaultError::Damaged("its content is no text".to_owned()))
        };
        let mut texts = Vec::with_capacity(items.len());
        for (name, content) in items {
            texts.push((name.clone(), text(content)?));
        }
        self.change(|all| {
            for (name, text) in texts {
                all.insert(name, text).zeroize();
            }
        })
    }

    fn remove_all(&self, names: &[String]) -> Result<(), VaultError> {
        let all = self.all()?;
        if !names.iter().any(|name| all.0.contains_key(name)) {
            return Ok(());
        }
        failpoint::vault("vault.remove")?;
        self.change(|all| names.iter().for_each(|name| all.remove(name).zeroize()))
    }

    /// Writes as much as a store would, beside the file.
    fn check(&self, _: (&str, &[u8])) -> Result<(), VaultError> {
        failpoint::vault("vault.write")?;
        self.probe().map_err(|error| refused(&error))
    }
}

fn parse(text: &Secret<String>) -> Option<All> {
    serde_json::from_str(text.expose()).ok()
}

fn persist(temporary: tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    let mut waiting = Some(temporary);
    files::patiently(|| {
        let temporary = waiting.take().expect("a failed attempt puts the file back");
        temporary.persist(path).map(drop).map_err(|failed| {
            waiting = Some(failed.file);
            failed.error
        })
    })
}

fn take_place(next: &Path, target: &Path) -> Result<(), FileError> {
    let renamed = files::patiently(|| fs::rename(next, target));
    renamed.map_err(failed(target, "write"))?;
    files::put_on_disk(target)
}

fn failed(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError { path, action, source }
}

fn refused(error: &FileError) -> VaultError {
    match error.source.kind() {
        std::io::ErrorKind::PermissionDenied => VaultError::Denied,
        _ => VaultError::Unavailable(error.to_string()),
    }
}
