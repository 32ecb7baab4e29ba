//! What Rotunda remembers between starts: profiles (never their credentials),
//! what the pool knows of them, activity, token counts. One SQLite file for its
//! owner only.
//!
//! Every call blocks for the length of a small query: call it from
//! `spawn_blocking`, never while a request waits.

mod activity;
mod clients;
mod damage;
mod history;
mod kind;
mod memory;
mod profiles;
mod redemptions;
mod schema;
mod trust;
mod usage;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, OptionalExtension};
use thiserror::Error;

pub use self::{
    activity::Activity,
    clients::{MOST_CLIENTS, StoredClient},
    damage::DamagedStore,
    history::Reading,
    kind::{ActivityKind, ActivitySort},
    profiles::{NameError, StoredProfile, check_name, is_same_name},
    usage::{TokenCount, Turn, UsageColumn, UsageCount, local_day},
};
pub use rotunda_core::redemption::{Redemption, RedemptionCause, RedemptionState};

use crate::{
    failpoint,
    files::{self, FileError},
    home::STORE_COPY,
    platform,
};

/// Another process (the command line) may write for a moment.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why the store did not answer.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The file cannot be made.
    #[error(transparent)]
    File(#[from] FileError),
    /// A newer Rotunda wrote it.
    #[error("{} was written by a newer Rotunda; install that one", crate::files::shown(path))]
    Newer {
        /// Which file.
        path: PathBuf,
    },
    /// It cannot be read or written.
    #[error("{} cannot be used: {source}", crate::files::shown(path))]
    Broken {
        /// Which file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The name is not usable.
    #[error(transparent)]
    Name(#[from] NameError),
    /// There is no such profile.
    #[error("there is no such profile")]
    NoProfile,
    /// Another profile belongs to the same user in the same workspace.
    #[error("another profile has this sign-in already")]
    SameIdentity,
}

/// A handle on the open store; clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    /// SQLite allows one statement at a time per connection.
    connection: Mutex<Connection>,
}

impl Store {
    /// Opens the store, making or updating it as needed.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        files::require_regular(path)?;
        let is_new = !path.exists();
        let made = platform::private_file().write(true).create(true).truncate(false).open(path);
        let made =
            made.map_err(|source| FileError { path: path.to_owned(), action: "open", source })?;
        if is_new {
            files::adopt(&made, path);
        }
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if schema::is_older(&connection).is_ok_and(|is_older| is_older)
            && let Err(error) = keep_copy(&connection, &path.with_file_name(STORE_COPY))
        {
            tracing::warn!(%error, "the store is updated without a copy of what it was");
        }
        schema::update(&connection).map_err(|refusal| refusal.at(path))?;
        Ok(Self::over(path, connection))
    }

    /// Opens an existing store and changes nothing in it.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        files::require_regular(path)?;
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        schema::check(&connection).map_err(|refusal| refusal.at(path))?;
        Ok(Self::over(path, connection))
    }

    /// A remembered value, for instance the user's pin.
    pub fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.with(|connection| {
            let mut find = connection.prepare("SELECT value FROM meta WHERE key = ?1")?;
            find.query_row([key], |row| row.get(0)).optional()
        })
    }

    /// Remembers a value, or forgets it.
    pub fn set_meta(&self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        self.with(|connection| match value {
            Some(value) => connection
                .execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", [key, value]),
            None => connection.execute("DELETE FROM meta WHERE key = ?1", [key]),
        })?;
        Ok(())
    }

    fn over(path: &Path, connection: Connection) -> Self {
        let connection = Mutex::new(connection);
        Self { inner: Arc::new(Inner { path: path.to_owned(), connection }) }
    }

    /// A panic elsewhere leaves the connection usable: a transaction that was
    /// open then was rolled back when it was dropped.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.inner.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A test makes the next write fail.
    fn injected_failure(&self) -> Result<(), StoreError> {
        let path = &self.inner.path;
        let failed = failpoint::at("store.write");
        Ok(failed.map_err(|source| FileError { path: path.clone(), action: "write", source })?)
    }

    fn with<T>(
        &self,
        ask: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        ask(&mut self.lock())
            .map_err(|source| StoreError::Broken { path: self.inner.path.clone(), source })
    }
}

/// Copies the store before its tables are changed: an older Rotunda refuses the changed file.
fn keep_copy(connection: &Connection, copy: &Path) -> Result<(), StoreError> {
    files::remove(copy)?;
    let made = platform::private_file().write(true).create_new(true).open(copy);
    let made =
        made.map_err(|source| FileError { path: copy.to_owned(), action: "open", source })?;
    files::adopt(&made, copy);
    // SQLite writes into an empty file that is there.
    connection
        .execute("VACUUM INTO ?1", [copy.to_string_lossy()])
        .map_err(|source| StoreError::Broken { path: copy.to_owned(), source })?;
    Ok(())
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let open = || {
        let connection =
            Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(PATIENCE)?;
        Ok(connection)
    };
    open().map_err(|source| StoreError::Broken { path: path.to_owned(), source })
}

#[cfg(test)]
mod copy_tests;
#[cfg(test)]
mod tests;
