//! Writing into a file where it stands: for one that has several names, one that
//! is mounted, or one in a folder of another user. It keeps owner, mode,
//! attributes and names, but has moments with a mixture of old and new.
//!
//! So both texts are recorded first, and the next start finishes what a kill
//! interrupted. A file that was changed meanwhile is left as it is.

use std::{
    fs::{self, File},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::{
    OTHERS, path_text, plain, protection,
    temporary::{self, Kind},
};
use crate::{failpoint, platform};

/// What is to be written, and what stood there.
#[derive(Serialize, Deserialize)]
struct Record {
    #[serde(with = "path_text")]
    path: PathBuf,
    old: String,
    new: String,
    mode: Option<u32>,
}

/// Makes a file that says `old` say `new` and gives it `mode`, if any. False when
/// it says something else by now: then it still does. The record goes into
/// `records`; a disk without room for it is no reason to leave `old` there when
/// `new` is no longer.
pub(super) fn write(
    path: &Path,
    old: &[u8],
    new: &[u8],
    mode: Option<u32>,
    records: Option<&Path>,
) -> io::Result<bool> {
    protection::kept(path, || write_unprotected(path, old, new, mode, records))
}

fn write_unprotected(
    path: &Path,
    old: &[u8],
    new: &[u8],
    mode: Option<u32>,
    records: Option<&Path>,
) -> io::Result<bool> {
    let (mut file, kept) = open(path)?;
    if plain::read_from(&file)? != old {
        return Ok(false);
    }
    let recorded = records.map(|folder| record(folder, path, old, new, mode));
    let recorded = match recorded.transpose() {
        Err(error) if new.len() > old.len() => return Err(error),
        recorded => recorded.ok().flatten(),
    };
    failpoint::at("place.recorded")?;
    put(&mut file, path, new, mode.or(kept))?;
    drop(recorded);
    Ok(true)
}

/// The file for writing. A read-only one is made writable for as long as it
/// takes: then the mode to go back to comes with it.
fn open(path: &Path) -> io::Result<(File, Option<u32>)> {
    match plain::open(path, true) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let reading = plain::open(path, false)?;
            let Some(mode) = platform::mode(&reading.metadata()?, path) else { return Err(error) };
            platform::set_mode(&reading, path, mode | OWNER_WRITES)?;
            match plain::open(path, true) {
                Ok(file) => Ok((file, Some(mode))),
                Err(error) => platform::set_mode(&reading, path, mode).and(Err(error)),
            }
        }
        opened => Ok((opened?, None)),
    }
}

/// The bit of a mode that lets its owner write.
const OWNER_WRITES: u32 = 0o200;

fn put(file: &mut File, path: &Path, new: &[u8], mode: Option<u32>) -> io::Result<()> {
    let closes = mode.is_some_and(|mode| mode & OTHERS == 0);
    // No other user may read the new text for even a moment.
    if let Some(mode) = mode.filter(|_| closes) {
        platform::set_mode(file, path, mode)?;
    }
    file.seek(SeekFrom::Start(0))?;
    file.write_all(new)?;
    failpoint::at("place.written")?;
    file.set_len(u64::try_from(new.len()).unwrap_or(u64::MAX))?;
    if let Some(mode) = mode.filter(|_| !closes) {
        platform::set_mode(file, path, mode)?;
    }
    super::sync(file)
}

fn record(
    folder: &Path,
    path: &Path,
    old: &[u8],
    new: &[u8],
    mode: Option<u32>,
) -> io::Result<NamedTempFile> {
    let (old, new) = (STANDARD.encode(old), STANDARD.encode(new));
    let record = Record { path: path.to_owned(), old, new, mode };
    let mut file = temporary::create(folder, Kind::InPlace)?;
    file.write_all(&serde_json::to_vec(&record)?)?;
    super::sync(file.as_file())?;
    Ok(file)
}

/// Finishes what was being written in place when a process was killed, and
/// removes the records.
pub fn finish(records: &Path) {
    for left in temporary::left_over(records, Kind::InPlace) {
        if let Err(error) = finish_one(&left) {
            tracing::warn!(%error, "a file that was being written could not be finished");
        }
        if let Err(error) = fs::remove_file(&left) {
            tracing::warn!(%error, "a left-over record could not be removed");
        }
    }
}

fn finish_one(left: &Path) -> io::Result<()> {
    // One that was not finished itself was not followed by a write.
    let Ok(record) = serde_json::from_slice::<Record>(&plain::read(left)?) else { return Ok(()) };
    let decoded = |text: &str| STANDARD.decode(text).map_err(io::Error::other);
    let (old, new) = (decoded(&record.old)?, decoded(&record.new)?);
    protection::kept(&record.path, || {
        let (mut file, kept) = open(&record.path)?;
        let found = plain::read_from(&file)?;
        if found != old && is_mixture(&found, &old, &new) {
            put(&mut file, &record.path, &new, record.mode.or(kept))?;
        }
        Ok(())
    })
}

/// The beginning of the new text, and the rest of the old one where that is longer.
fn is_mixture(found: &[u8], old: &[u8], new: &[u8]) -> bool {
    if found == new {
        return true;
    }
    let begun = found.iter().zip(new).take_while(|(a, b)| a == b).count();
    found.get(begun..) == Some(old.get(begun..).unwrap_or_default())
        || (begun == found.len() && found.len() >= old.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failpoint::injected;

    #[test]
    fn a_mixture_is_known_and_anything_else_is_not() {
        let (old, new) = (b"aaaa\nbbbb\n".as_slice(), b"xx\nbbbb\n".as_slice());
        for mixture in [b"xx\nbbbb\nb\n".as_slice(), b"xx\na\nbbbb\n", b"xx\nbbbb\n", old] {
            assert!(is_mixture(mixture, old, new), "{mixture:?}");
        }
        assert!(!is_mixture(b"xx\nc\nbbbb\n", old, new));
        assert!(!is_mixture(b"somebody's own text", old, new));
        assert!(!is_mixture(b"", old, new));
        assert!(is_mixture(b"ab", b"", b"abc"));
    }

    #[test]
    fn a_write_that_was_interrupted_is_finished_and_a_change_since_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (path, records) = (folder.path().join("a"), folder.path().join("records"));
        fs::create_dir(&records).unwrap();
        let (old, new) = (b"a long old text\n".as_slice(), b"new\n".as_slice());
        for changed in [false, true] {
            fs::write(&path, old).unwrap();
            let record = record(&records, &path, old, new, None).unwrap();
            // As a kill leaves it between two steps.
            fs::write(&path, b"new\nng old text\n").unwrap();
            let (_, left) = record.keep().unwrap();
            crate::testing::age(&left);
            if changed {
                fs::write(&path, "theirs\n").unwrap();
            }
            finish(&records);
            let expected = if changed { b"theirs\n".as_slice() } else { new };
            assert_eq!(fs::read(&path).unwrap(), expected);
            assert!(!left.exists());
        }
    }

    #[test]
    fn a_full_disk_lets_a_text_become_shorter_and_not_longer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "middle").unwrap();
        let nowhere = folder.path().join("none");
        assert!(write(&path, b"middle", b"a longer text", None, Some(&nowhere)).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"middle");
        assert!(write(&path, b"middle", b"short", None, Some(&nowhere)).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"short");
        assert!(!write(&path, b"middle", b"x", None, None).unwrap());
        injected::fail("place.recorded", 5, 1);
        assert!(write(&path, b"short", b"x", None, None).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"short");
    }
}
