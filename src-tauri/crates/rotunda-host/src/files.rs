//! Reading and replacing small files so that a crash leaves the old content or
//! the new, never a mixture. Every error names its file.

mod in_place;
mod output;
pub mod path_text;
mod plain;
mod protection;
mod swap;
mod temporary;

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rotunda_core::display_text::visible;
use tempfile::NamedTempFile;
use thiserror::Error;

pub use self::{
    in_place::finish as finish_in_place,
    output::{OutputError, begin_new, write_new},
    swap::{Swap, Swapped, is_closed_soon},
    temporary::{Kind, create_folder as create_temporary_folder, left_over, sweep, sweep_folders},
};
use crate::{failpoint, platform};

/// Virus scanners and editors hold a file for moments: this often and, doubled
/// each time, this long a refused step is tried again (630 ms in all).
const ATTEMPTS: u32 = 7;
const FIRST_PAUSE: Duration = Duration::from_millis(10);
/// Permission bits of a file that only its owner may read.
pub const PRIVATE: u32 = 0o600;
/// Permission bits of other users.
pub(crate) const OTHERS: u32 = 0o077;
/// More links than this in a row is a loop.
const MOST_LINKS: usize = 40;

/// Something could not be done to a file.
#[derive(Debug, Error)]
#[error("cannot {action} {}: {}", shown(path), error_text(source))]
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

    /// Whether the folder takes no file, or not this one.
    pub fn is_of_the_folder(&self) -> bool {
        use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
        matches!(self.source.kind(), PermissionDenied | ReadOnlyFilesystem)
    }

    /// The file was saved by another program at the same moment.
    pub(crate) fn changed(path: PathBuf) -> Self {
        let source = io::Error::other("it was saved at the same moment; try again");
        Self { path, action: "write", source }
    }

    fn of(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self { path: path.to_owned(), action, source }
    }
}

/// The error text of the system, without its number. Windows ends its texts with a
/// period; the sentence that this one becomes a part of has its own.
fn error_text(error: &io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error ").unwrap_or(text.len());
    text[..end].trim_end_matches(['.', ' ', '\r', '\n']).to_owned()
}

/// A path for people: characters in it that would not be seen are written out.
pub fn shown(path: impl AsRef<Path>) -> String {
    visible(&path.as_ref().display().to_string()).into_owned()
}

/// The folder of a file, also of one that is named without it.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Who may read a written file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Its owner only.
    Private,
    /// Those who could read the file it replaces; a new one its owner only.
    Kept,
    /// Its owner only, and it is read-only.
    Frozen,
}

/// When what is written is put on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Before it is visible.
    Calm,
    /// Afterwards, by the caller: a busy disk may take longer than a program that
    /// saves the same file again and again pauses.
    Hasty,
}

/// Reads a regular file as it is, of at most 16 MiB. A file of another kind or of
/// another user is refused and not waited for.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    patiently(|| plain::read(path)).map_err(FileError::of(path, "read"))
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
/// content or the new. When this returns, the new content is on the disk. For
/// files of Rotunda's own: those of the user's are changed by a [`Swap`].
pub fn write_atomic(path: &Path, bytes: &[u8], mode: Mode) -> Result<(), FileError> {
    write_atomic_at(Pace::Calm, path, bytes, mode)
}

/// The same at another pace.
pub fn write_atomic_at(pace: Pace, path: &Path, bytes: &[u8], mode: Mode) -> Result<(), FileError> {
    let target = follow_links(path).map_err(FileError::of(path, "follow"))?;
    let folder = folder_of(&target);
    let temporary =
        fill(pace, folder, &target, bytes, mode).map_err(FileError::of(path, "write"))?;
    failpoint::at("write.filled").map_err(FileError::of(path, "write"))?;
    replace(temporary, &target).map_err(FileError::of(path, "write"))?;
    if mode == Mode::Frozen {
        platform::freeze(&target).map_err(FileError::of(path, "protect"))?;
    }
    match pace {
        Pace::Calm => sync_folder(folder).map_err(FileError::of(path, "write")),
        Pace::Hasty => Ok(()),
    }
}

/// Puts a file on the disk that was written in haste.
pub fn put_on_disk(path: &Path) -> Result<(), FileError> {
    let put = plain::open(path, false).and_then(|file| sync(&file));
    put.and_then(|()| sync_folder(folder_of(path))).map_err(FileError::of(path, "write"))
}

/// Changes a file of the user's that only Rotunda writes, such as settings.toml:
/// owner, names and attributes stay; only its owner may read it. False when it
/// does not say `old` any more.
pub fn write_kept(
    path: &Path,
    old: Option<&[u8]>,
    new: &[u8],
    records: &Path,
) -> Result<bool, FileError> {
    let swap = Swap::of_own(path, records).with_mode(Some(PRIVATE));
    swap.run(old, Some(new)).map(|swapped| swapped != Swapped::Changed)
}

/// An empty file of Rotunda's own that is on its way into a folder.
pub(crate) fn new_temporary(folder: &Path) -> io::Result<NamedTempFile> {
    temporary::create(folder, Kind::Own)
}

/// An error when something else than a regular file of this user stands at a path
/// that is about to be opened by other means.
pub(crate) fn require_regular(path: &Path) -> Result<(), FileError> {
    match fs::metadata(path) {
        Ok(data) => plain::accept_kind(&data).map_err(FileError::of(path, "open")),
        Err(_) => Ok(()),
    }
}

/// Makes a new file the folder's owner's, when the administrator made it.
pub(crate) fn adopt(file: &File, path: &Path) {
    // A file system without owners refuses, and has nothing to adopt.
    let _ = platform::adopt(file, folder_of(path));
}

/// Removes a file; one that is not there is fine.
pub fn remove(path: &Path) -> Result<(), FileError> {
    match protection::lifted(path, || patiently(|| fs::remove_file(path))) {
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

/// Permission bits of a file; none when there is no file, or the system has none.
pub fn mode(path: &Path) -> Option<u32> {
    platform::mode(&fs::metadata(path).ok()?, path)
}

/// Whether another program has a file open for writing, as far as can be seen.
pub fn is_written(path: &Path) -> bool {
    platform::is_written_by_another(path)
}

/// Whether the content of a file was written after that of another one.
pub fn is_newer(a: &Path, b: &Path) -> bool {
    let written = |path| fs::metadata(path).and_then(|data| data.modified()).ok();
    written(a) > written(b)
}

/// Sets the permission bits of a file.
pub fn set_mode(path: &Path, mode: u32) -> Result<(), FileError> {
    let set = plain::open(path, false).and_then(|file| platform::set_mode(&file, path, mode));
    set.map_err(FileError::of(path, "protect"))
}

/// What shows that a file is another one, or has other content, than before:
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

/// A finished file under a random name beside the one it will replace.
fn fill(
    pace: Pace,
    folder: &Path,
    target: &Path,
    bytes: &[u8],
    mode: Mode,
) -> io::Result<NamedTempFile> {
    let mut temporary = temporary::create(folder, Kind::Own)?;
    temporary.write_all(bytes)?;
    if mode == Mode::Kept {
        keep_attributes(target, &temporary, None, true)?;
    }
    if pace == Pace::Calm {
        sync(temporary.as_file())?;
    }
    Ok(temporary)
}

/// Gives a new file what the one it will replace has besides its content; with
/// `mode`, other permission bits. Without an old file its own stay. An owner that
/// cannot be kept is an error only when `all` is to be kept.
fn keep_attributes(
    target: &Path,
    new: &NamedTempFile,
    mode: Option<u32>,
    all: bool,
) -> io::Result<()> {
    let old = match plain::open(target, false) {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    // Where that is refused, writing in place keeps them.
    let copied = platform::copy_attributes(&old, new.as_file());
    if all && copied.is_err() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    match mode.or(platform::mode(&old.metadata()?, target)) {
        Some(mode) => platform::set_mode(new.as_file(), new.path(), mode),
        None => Ok(()),
    }
}

/// Puts a file on the disk. Some file systems have no such step, and say so.
fn sync(file: &File) -> io::Result<()> {
    failpoint::at("sync.file").and_then(|()| file.sync_all()).or_else(unless_without_sync)
}

/// A rename is on the disk only when its folder is.
fn sync_folder(folder: &Path) -> io::Result<()> {
    failpoint::at("sync.folder")
        .and_then(|()| platform::sync_folder(folder))
        .or_else(unless_without_sync)
}

/// A refusal to put something on the disk is an error only when the disk failed.
fn unless_without_sync(error: io::Error) -> io::Result<()> {
    use io::ErrorKind::{InvalidInput, PermissionDenied, Unsupported};
    match error.kind() {
        InvalidInput | PermissionDenied | Unsupported => Ok(()),
        _ => Err(error),
    }
}

fn replace(temporary: NamedTempFile, target: &Path) -> io::Result<()> {
    let mut waiting = Some(temporary);
    protection::kept(target, || {
        patiently(|| {
            let temporary = waiting.take().expect("a failed attempt puts the file back");
            temporary.persist(target).map(drop).map_err(|failed| {
                waiting = Some(failed.file);
                failed.error
            })
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
    fn a_missing_file_is_distinguished_from_an_unreadable_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none");
        assert_eq!(read_text_if_there(&path).unwrap(), None);
        let error = read_text_if_there(folder.path()).unwrap_err();
        assert!(error.to_string().contains(&folder.path().display().to_string()), "{error}");
        fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(!read_text(&path).unwrap_err().is_missing());
    }

    /// With the error numbers of Linux.
    #[cfg(unix)]
    #[test]
    fn a_file_system_without_sync_is_written_and_a_failing_disk_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for place in ["sync.file", "sync.folder"] {
            // EINVAL, EOPNOTSUPP and ENOSYS of Linux; EIO.
            for (code, works) in [(22, true), (95, true), (38, true), (5, false)] {
                crate::failpoint::injected::fail(place, code, 1);
                let written = write_atomic(&path, b"x", Mode::Private);
                assert_eq!(written.is_ok(), works, "{place} {code}");
            }
        }
    }

    #[test]
    fn the_text_of_an_error_has_no_number_and_no_period() {
        for text in ["Access is denied. (os error 5)", "Access is denied", "Access is denied.\r\n"]
        {
            let failed = FileError::of(Path::new("a"), "write")(io::Error::other(text));
            assert_eq!(failed.to_string(), "cannot write a: Access is denied");
        }
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
