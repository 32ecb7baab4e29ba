//! Copies of `config.toml` from before binding: dated, read-only, never
//! written over. For the user's peace of mind; unbinding does not need them.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use rotunda_host::{
    files::{self, FileError, Mode, Pace},
    home::Home,
};
use rotunda_text::format;

use super::journal::Journal;

/// The first one is kept for ever, and so many of the newest.
const NEWEST_KEPT: usize = 20;

/// Copies the text, unless a copy of exactly this text is there.
pub(super) fn write(
    home: &Home,
    text: &str,
    now: SystemTime,
    pace: Pace,
) -> Result<PathBuf, FileError> {
    let folder = home.data.join("backups");
    files::create_private_folder(&folder)?;
    let existing = all(&folder);
    let same = |path: &&PathBuf| files::read(path).is_ok_and(|copy| copy == text.as_bytes());
    if let Some(found) = existing.iter().rev().find(same) {
        return Ok(found.clone());
    }
    let stamp = format::stamp(now);
    let numbered = (0..).map(|number| folder.join(format!("config-{stamp}-{number:02}.toml")));
    let path = numbered.into_iter().find(|path| !path.exists()).expect("numbers do not end");
    files::write_atomic_at(pace, &path, text.as_bytes(), Mode::Frozen)?;
    let newest_first = existing.get(1..).unwrap_or_default().iter().rev();
    for old in newest_first.skip(NEWEST_KEPT - 1) {
        // One copy too many is no reason not to bind: the next binding tries again.
        if let Err(error) = files::remove(old) {
            tracing::warn!(%error, "an old copy of config.toml stays");
        }
    }
    Ok(path)
}

/// Copies the text beside Codex's file: for a data folder that takes nothing.
pub(super) fn write_beside(home: &Home, text: &str, now: SystemTime) -> Result<PathBuf, FileError> {
    let path = home.codex_home.join(format!("config-{}.toml", format::stamp(now)));
    files::write_atomic(&path, text.as_bytes(), Mode::Frozen)?;
    Ok(path)
}

/// The copy that belongs to the binding, else the newest one.
pub(super) fn of(home: &Home, journal: &Journal) -> Option<PathBuf> {
    let recorded = journal.record().and_then(|record| record.backup.clone());
    let newest = || all(&home.data.join("backups")).pop();
    recorded.filter(|copy| copy.is_file()).or_else(newest)
}

/// When a copy was made, by its name; seconds since 1970.
pub(super) fn made_at(copy: &Path) -> Option<i64> {
    let name = copy.file_name()?.to_str()?;
    let stamp = name.strip_prefix("config-")?.split('-').next()?;
    let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", stamp).ok()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

/// Every copy, oldest first: the names sort by date.
fn all(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut all: Vec<_> = entries.map(|entry| entry.path()).filter(|path| is_copy(path)).collect();
    all.sort();
    all
}

fn is_copy(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with("config-") && path.extension().is_some_and(|extension| extension == "toml")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::testing;

    fn write_at(home: &Home, second: u64) -> Result<PathBuf, FileError> {
        let now = UNIX_EPOCH + Duration::from_secs(second);
        write(home, &format!("# {second}\n"), now, Pace::Calm)
    }

    #[test]
    fn the_first_copy_and_the_newest_ones_are_kept() {
        let (_root, home) = testing::home();
        let copies: Vec<_> = (0..30).map(|second| write_at(&home, second).unwrap()).collect();
        let kept = all(&home.data.join("backups"));
        assert_eq!(kept.len(), NEWEST_KEPT + 1);
        assert_eq!((kept.first(), kept.last()), (copies.first(), copies.last()));
    }

    /// As on file systems that do not remove a read-only file.
    #[test]
    fn a_copy_that_cannot_be_removed_does_not_keep_codex_from_being_bound() {
        let (_root, home) = testing::home();
        for second in 0..20 {
            write_at(&home, second).unwrap();
        }
        let second_copy = all(&home.data.join("backups"))[1].clone();
        files::remove(&second_copy).unwrap();
        fs::create_dir(&second_copy).unwrap();
        let copy = write_at(&home, 100).unwrap();
        write_at(&home, 101).unwrap();
        assert!(copy.is_file() && second_copy.is_dir());
    }
}
