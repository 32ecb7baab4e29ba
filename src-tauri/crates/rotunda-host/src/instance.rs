//! One process owns the router, and others can find it.
//!
//! The lock is the truth: the system frees it when its holder dies. The control
//! file only says where the holder listens; its nonce identifies a start.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use rotunda_core::Secret;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    files::{self, FileError, Mode},
    home::Home,
    platform,
};

/// Why this process may not own the router.
#[derive(Debug, Error)]
pub enum InstanceError {
    /// Another process owns it.
    #[error("Rotunda is already running")]
    Held,
    /// The file system has no locks, so two could own it at once.
    #[error(
        "the file system of {} has no locks; set ROTUNDA_HOME to a folder on a local disk",
        files::shown(.0)
    )]
    NoLocks(PathBuf),
    /// The lock file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Held for as long as this process owns the router.
#[derive(Debug)]
pub struct InstanceLock {
    /// Never read: closing it frees the lock.
    _file: File,
}

impl InstanceLock {
    /// Whether a process owns the router now.
    pub fn is_held(home: &Home) -> bool {
        matches!(Self::try_acquire(home), Err(InstanceError::Held))
    }

    /// Takes the lock, or says at once that another process has it.
    pub fn try_acquire(home: &Home) -> Result<Self, InstanceError> {
        let path = home.data.join("rotunda.lock");
        let file = lock_file(home, &path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(InstanceError::Held),
            Err(TryLockError::Error(source)) if platform::has_no_locks(&source) => {
                Err(InstanceError::NoLocks(path))
            }
            Err(TryLockError::Error(source)) => {
                Err(FileError { path, action: "lock", source }.into())
            }
        }
    }
}

/// Opens a file that exists to be locked. It is never removed: a lock on a
/// removed file would protect nothing.
pub fn lock_file(home: &Home, path: &Path) -> Result<File, FileError> {
    files::create_private_folder(&home.data)?;
    files::require_regular(path)?;
    let is_new = !path.exists();
    let opened = platform::private_file().read(true).write(true).create(true).open(path);
    let opened =
        opened.map_err(|source| FileError { path: path.to_owned(), action: "open", source })?;
    if is_new {
        files::adopt(&opened, path);
    }
    Ok(opened)
}

/// Where the running instance is, for the command line.
#[derive(Debug, Clone)]
pub struct ControlFile {
    /// It listens here, on loopback.
    pub port: u16,
    /// Its process.
    pub pid: u32,
    /// Random per start: what another start left behind is not this one's.
    pub nonce: String,
    /// Opens the control API.
    pub key: Secret<String>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    port: u16,
    pid: u32,
    nonce: String,
    key: String,
}

impl ControlFile {
    /// Reads it; none when nothing runs, as far as the file shows.
    pub fn read(home: &Home) -> Result<Option<Self>, FileError> {
        let path = Self::path(home);
        let Some(text) = files::read_text_if_there(&path)? else { return Ok(None) };
        let written = serde_json::from_str::<Written>(&text).map_err(|_| FileError {
            path,
            action: "understand",
            // Without the cause: it may quote what the file says.
            source: std::io::ErrorKind::InvalidData.into(),
        })?;
        let Written { port, pid, nonce, key } = written;
        Ok(Some(Self { port, pid, nonce, key: Secret::new(key) }))
    }

    /// Publishes it, readable by the owner only.
    pub fn write(&self, home: &Home) -> Result<(), FileError> {
        let Self { port, pid, nonce, key } = self.clone();
        let written = Written { port, pid, nonce, key: key.expose().clone() };
        let text = serde_json::to_vec(&written).expect("numbers and texts are JSON");
        files::write_atomic(&Self::path(home), &text, Mode::Private)
    }

    /// Takes it away, unless another start has put its own there since.
    pub fn remove(&self, home: &Home) -> Result<(), FileError> {
        match Self::read(home) {
            Ok(Some(found)) if found.nonce != self.nonce => Ok(()),
            Ok(None) => Ok(()),
            Ok(Some(_)) | Err(_) => files::remove(&Self::path(home)),
        }
    }

    fn path(home: &Home) -> PathBuf {
        home.data.join("control.json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn control(nonce: &str) -> ControlFile {
        let key = Secret::new("0123456789abcdef0123456789abcdef".to_owned());
        ControlFile { port: 4517, pid: 7, nonce: nonce.to_owned(), key }
    }

    #[test]
    fn a_second_process_is_refused_until_the_first_ends() {
        let (_root, home) = testing::home();
        let first = InstanceLock::try_acquire(&home).unwrap();
        assert!(matches!(InstanceLock::try_acquire(&home), Err(InstanceError::Held)));
        drop(first);
        InstanceLock::try_acquire(&home).unwrap();
    }

    #[test]
    fn a_control_file_survives_its_own_text_and_hides_its_key() {
        let (_root, home) = testing::home();
        assert!(ControlFile::read(&home).unwrap().is_none());
        control("a").write(&home).unwrap();
        let read = ControlFile::read(&home).unwrap().unwrap();
        assert_eq!((read.port, read.pid, read.nonce.as_str()), (4517, 7, "a"));
        assert_eq!(read.key.expose(), control("a").key.expose());
        assert!(!format!("{read:?}").contains("0123456789abcdef"));
    }

    #[test]
    fn a_start_removes_only_its_own_control_file() {
        let (_root, home) = testing::home();
        control("new").write(&home).unwrap();
        control("old").remove(&home).unwrap();
        assert!(ControlFile::read(&home).unwrap().is_some());
        control("new").remove(&home).unwrap();
        assert!(ControlFile::read(&home).unwrap().is_none());
        control("new").remove(&home).unwrap();
    }

    #[test]
    fn a_damaged_control_file_is_an_error_without_its_content() {
        let (_root, home) = testing::home();
        std::fs::write(ControlFile::path(&home), "{\"port\":\"s3cr3t\"}").unwrap();
        let error = ControlFile::read(&home).unwrap_err().to_string();
        assert!(error.contains("control.json") && !error.contains("s3cr3t"), "{error}");
    }
}
