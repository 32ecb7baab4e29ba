//! A damaged file is moved away, never deleted, and a new one is begun.

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use rusqlite::{ErrorCode, ffi};

use super::{Store, StoreError};
use crate::{clock::unix, files::FileError};

/// What belongs to a SQLite file, by the end of its name.
/// The file itself goes last: until then a start finds it, and it is damaged.
const PARTS: [&str; 3] = ["-wal", "-shm", ""];

/// Where a damaged file went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedStore {
    /// The damaged file.
    pub path: PathBuf,
    /// Profiles that could still be read from it.
    pub profiles: usize,
}

impl Store {
    /// Opens the store. A file that is damaged, or that is another database, is
    /// moved away first, and what can still be read of its profiles is taken over.
    pub fn open_or_begin_anew(
        path: &Path,
        now: SystemTime,
    ) -> Result<(Self, Option<DamagedStore>), StoreError> {
        match Self::open(path).and_then(Self::checked) {
            Err(StoreError::Broken { source, .. }) if is_damage(&source) => {}
            opened => return Ok((opened?, None)),
        }
        let moved = move_damaged(path, now)?;
        let store = Self::open(path)?;
        let profiles = store.take_over(&moved);
        Ok((store, Some(DamagedStore { path: moved, profiles })))
    }

    /// Reads the whole file once, and the tables that a start needs.
    fn checked(self) -> Result<Self, StoreError> {
        self.with(|connection| {
            let verdict: String =
                connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
            if verdict == "ok" {
                return Ok(());
            }
            Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), Some(verdict)))
        })?;
        self.profiles()?;
        self.activity(1)?;
        self.memory()?;
        Ok(self)
    }

    fn take_over(&self, moved: &Path) -> usize {
        let old = Self::open_read_only(moved).and_then(|old| old.profiles());
        let profiles = old.unwrap_or_default();
        profiles.iter().filter(|profile| self.put_profile(profile).is_ok()).count()
    }
}

/// Whether the file itself is at fault. A full disk, a lock or missing rights
/// pass, and the file stays.
fn is_damage(error: &rusqlite::Error) -> bool {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => matches!(
            failure.code,
            // The last one: tables are missing, or are not ours.
            ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::Unknown
        ),
        rusqlite::Error::SqlInputError { .. }
        | rusqlite::Error::InvalidColumnName(_)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..) => true,
        _ => false,
    }
}

/// Gives the file and what belongs to it another name, which no file has.
fn move_damaged(path: &Path, now: SystemTime) -> Result<PathBuf, StoreError> {
    let named = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".damaged-{}", unix(now)));
        if number > 1 {
            name.push(format!("-{number}"));
        }
        PathBuf::from(name)
    };
    let mut number = 1;
    while named(number).exists() {
        number += 1;
    }
    let moved = named(number);
    for part in PARTS {
        let with = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(part);
            PathBuf::from(name)
        };
        let (from, to) = (with(path), with(&moved));
        match std::fs::rename(&from, &to) {
            Err(source) if !part.is_empty() && source.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => {
                return Err(FileError { path: from, action: "set aside", source }.into());
            }
            Ok(()) => {}
        }
    }
    Ok(moved)
}
