//! Reading and replacing small files so that a crash leaves the old content or
//! the new, never a mixture. Every error names its file.

mod swap;

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use tempfile::NamedTempFile;
use thiserror::Error;

pub use self::swap::{left_over, swap};
use crate::platform;

/// Virus scanners and editors hold a file for moments: this often and, doubled
/// each time, this long a refused step is tried again (630 ms in all).
const ATTEMPTS: u32 = 7;
const FIRST_PAUSE: Duration = Duration::from_millis(10);
/// More links than this in a row is a loop.
const MOST_LINKS: usize = 40;

/// Begins the names of files that are not finished.
const PREFIX: &str = ".rotunda-";

/// Something could not be done to a file.
#[derive(Debug, Error)]
#[error("cannot {action} {}: {}", path.display(), said(source))]
pub struct FileError {
    /// Which file.
    pub path: PathBuf,
    /// What was tried, as a verb.
    pub action: &'static str,
    /// Why it failed.
    pub source: io::Error,
}

impl FileError {
    /// Whether the file simply is not there.
    pub fn is_missing(&self) -> bool {
        self.source.kind() == io::ErrorKind::NotFound
    }

    fn of(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self { path: path.to_owned(), action, source }
    }
}

/// What the system says, without its number and without the names of files that
/// are ours alone.
fn said(error: &io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error ").unwrap_or(text.len());
    text[..end].to_owned()
}

/// The folder of a file, also of one that is named without it.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Who may read a written file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Its owner only.
    Private,
    /// Whoever could read the file it replaces; a new one its owner only.
    Kept,
    /// Its owner only, and nobody may change it.
    Frozen,
}

/// Reads a file as it is.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    patiently(|| fs::read(path)).map_err(FileError::of(path, "read"))
}

/// Reads a text.
pub fn read_text(path: &Path) -> Result<String, FileError> {
    let text = String::from_utf8(read(path)?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()));
    text.map_err(FileError::of(path, "read"))
}

/// Reads a text; none when there is no such file.
pub fn read_text_if_there(path: &Path) -> Result<Option<String>, FileError> {
    match read_text(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Replaces a file, through symbolic links, in one step: a reader sees the old
/// content or the new. When this returns, the new content is on the disk.
pub fn write_atomic(path: &Path, bytes: &[u8], mode: Mode) -> Result<(), FileError> {
    let target = follow_links(path).map_err(FileError::of(path, "follow"))?;
    let folder = folder_of(&target);
    let temporary = fill(folder, &target, bytes, mode).map_err(FileError::of(path, "write"))?;
    replace(temporary, &target).map_err(FileError::of(path, "write"))?;
    if mode == Mode::Frozen {
        platform::freeze(&target).map_err(FileError::of(path, "protect"))?;
    }
    platform::sync_folder(folder).map_err(FileError::of(path, "write"))
}

/// Removes a file; one that is not there is fine.
pub fn remove(path: &Path) -> Result<(), FileError> {
    match patiently(|| fs::remove_file(path)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(FileError::of(path, "remove")(error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Makes a folder and those above it. The folder itself is its owner's only,
/// also when it was there before.
pub fn create_private_folder(path: &Path) -> Result<(), FileError> {
    platform::create_folder(path).map_err(FileError::of(path, "create"))
}

/// Makes a folder for its owner only, unless there is one already.
pub fn create_private_folder_if_missing(path: &Path) -> Result<(), FileError> {
    if path.is_dir() { Ok(()) } else { create_private_folder(path) }
}

/// Removes the file that a path leads to; the links to it stay.
pub fn remove_through_links(path: &Path) -> Result<(), FileError> {
    remove(&follow_links(path).map_err(FileError::of(path, "follow"))?)
}

/// Where a path leads when it is a symbolic link, also when nothing is there yet.
pub fn follow_links(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&target) {
            Ok(next) => target = target.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// What tells that a file is another one, or says something else, than before:
/// of the file and of a link to it. None when there is none.
pub fn identity(path: &Path) -> Option<Vec<u64>> {
    let (link, file) = (fs::symlink_metadata(path).ok()?, fs::metadata(path).ok()?);
    Some([platform::identity(&link), platform::identity(&file)].concat())
}

/// Repeats a step that the system refuses for the moment.
pub(crate) fn patiently<T>(mut step: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let mut pause = FIRST_PAUSE;
    for _ in 1..ATTEMPTS {
        match step() {
            Err(error) if platform::is_transient(&error) => thread::sleep(pause),
            outcome => return outcome,
        }
        pause *= 2;
    }
    step()
}

fn fill(folder: &Path, target: &Path, bytes: &[u8], mode: Mode) -> io::Result<NamedTempFile> {
    fill_as(PREFIX, folder, target, bytes, mode)
}

/// A finished file under a random name beside the one it will replace.
fn fill_as(
    prefix: &str,
    folder: &Path,
    target: &Path,
    bytes: &[u8],
    mode: Mode,
) -> io::Result<NamedTempFile> {
    let mut temporary =
        patiently(|| tempfile::Builder::new().prefix(prefix).suffix(".tmp").tempfile_in(folder))?;
    temporary.write_all(bytes)?;
    if mode == Mode::Kept {
        platform::copy_mode(target, temporary.path())?;
    }
    temporary.as_file().sync_all()?;
    Ok(temporary)
}

fn replace(temporary: NamedTempFile, target: &Path) -> io::Result<()> {
    let mut waiting = Some(temporary);
    patiently(|| {
        let temporary = waiting.take().expect("a failed attempt puts the file back");
        temporary.persist(target).map(drop).map_err(|failed| {
            waiting = Some(failed.file);
            failed.error
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_replaces_the_whole_file_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        write_atomic(&path, b"a longer first text", Mode::Private).unwrap();
        write_atomic(&path, b"second", Mode::Private).unwrap();
        assert_eq!(read_text(&path).unwrap(), "second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_file_is_told_from_an_unreadable_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none");
        assert_eq!(read_text_if_there(&path).unwrap(), None);
        let error = read_text_if_there(folder.path()).unwrap_err();
        assert!(error.to_string().contains(&folder.path().display().to_string()), "{error}");
        fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(!read_text(&path).unwrap_err().is_missing());
    }

    #[test]
    fn removing_twice_is_fine() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "x").unwrap();
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_step_refused_for_a_moment_is_tried_again_and_one_refused_for_good_ends() {
        let mut left = 2;
        let worked = patiently(|| {
            left -= 1;
            if left >= 0 { Err(io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
        });
        assert!(worked.is_ok());
        let mut tried = 0;
        let failed: io::Result<()> = patiently(|| {
            tried += 1;
            Err(io::ErrorKind::PermissionDenied.into())
        });
        assert!(failed.is_err());
        assert_eq!(tried, ATTEMPTS);
        let mut tried = 0;
        let other: io::Result<()> = patiently(|| {
            tried += 1;
            Err(io::ErrorKind::NotFound.into())
        });
        assert!(other.is_err());
        assert_eq!(tried, 1);
    }
}
