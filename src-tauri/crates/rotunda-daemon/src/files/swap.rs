//! Changing a file that somebody else may be saving at the same moment.
//!
//! The finished new file and the old one change places in one step, and what
//! came out is compared with what had been read. When it is a save that nobody
//! had seen, it goes back in and the caller starts over from it: no save is
//! lost, and at no moment is there no file. Where the system cannot exchange
//! two files, the comparison comes just before the replacement instead.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::{FileError, Mode, fill_as, follow_links, patiently};
use crate::{fault, platform};

/// Begins the names of files on their way in or out.
const PREFIX: &str = ".rotunda-config-";
/// Ends them.
const SUFFIX: &str = ".tmp";
/// Somebody who saves this often between two of our steps is no editor.
const MOST_RETURNS: usize = 100;

/// Makes a file that says `old` say `new`, through symbolic links; none means
/// no file. False when it says something else by now: then it still does.
/// When this returns true, the new content is on the disk.
pub fn swap(path: &Path, old: Option<&[u8]>, new: Option<&[u8]>) -> Result<bool, FileError> {
    let failed = |action| FileError::of(path, action);
    let target = follow_links(path).map_err(failed("follow"))?;
    let folder = super::folder_of(&target);
    let done = match (old, new) {
        (None, None) => Ok(true),
        (None, Some(new)) => create(folder, &target, new),
        (Some(old), Some(new)) => exchange(folder, &target, old, new),
        (Some(old), None) => take_out(folder, &target, old),
    };
    let done = done.map_err(failed("write"))?;
    fault::at("swap.done").map_err(failed("write"))?;
    platform::sync_folder(folder).map_err(failed("write"))?;
    Ok(done)
}

/// What an end without warning left on its way in or out of `path`, and whether
/// it may be a save of somebody's: other files of ours beside it never are.
pub fn left_over(path: &Path) -> Vec<(PathBuf, bool)> {
    let target = follow_links(path).unwrap_or_else(|_| path.to_owned());
    let folder = super::folder_of(&target);
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let found = entries.filter_map(|entry| {
        let name = entry.file_name();
        let name = name.to_str().filter(|name| name.ends_with(SUFFIX))?;
        name.starts_with(super::PREFIX).then(|| (entry.path(), name.starts_with(PREFIX)))
    });
    found.collect()
}

fn create(folder: &Path, target: &Path, new: &[u8]) -> io::Result<bool> {
    let temporary = fill(folder, target, new)?;
    fault::at("swap.filled")?;
    match temporary.persist_noclobber(target) {
        Ok(_) => Ok(true),
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(failed) => Err(failed.error),
    }
}

fn exchange(folder: &Path, target: &Path, old: &[u8], new: &[u8]) -> io::Result<bool> {
    let temporary = fill(folder, target, new)?;
    fault::at("swap.filled")?;
    if !says(target, old)? {
        return Ok(false);
    }
    fault::at("swap.compared")?;
    match patiently(|| change_places(temporary.path(), target)) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {
            return replace(temporary, target, old);
        }
        // The file went away.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    }
    fault::at("swap.exchanged")?;
    let out = patiently(|| fs::read(temporary.path()))?;
    if out == old {
        return Ok(true);
    }
    give_back(temporary, target, new.to_owned(), out)?;
    Ok(false)
}

/// `out` was saved by somebody while `mine` went in. What was saved last is to
/// stand there: as long as something else than our own last text comes out, it
/// is newer still.
fn give_back(
    temporary: NamedTempFile,
    target: &Path,
    mut mine: Vec<u8>,
    mut out: Vec<u8>,
) -> io::Result<()> {
    for _ in 0..MOST_RETURNS {
        match patiently(|| change_places(temporary.path(), target)) {
            Ok(()) => {}
            // Whoever saved took it away: it is gone by their own hand.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(keep(temporary, error)),
        }
        let came = patiently(|| fs::read(temporary.path()))?;
        if came == mine {
            return Ok(());
        }
        (mine, out) = (out, came);
    }
    let _ = out;
    Err(keep(temporary, io::ErrorKind::ResourceBusy.into()))
}

/// Somebody's save is in the temporary file: it is not to be removed.
fn keep(temporary: NamedTempFile, error: io::Error) -> io::Error {
    match temporary.keep() {
        Ok(_) => error,
        Err(kept) => kept.error,
    }
}

/// Without an exchange: compared at the last moment, then replaced.
fn replace(temporary: NamedTempFile, target: &Path, old: &[u8]) -> io::Result<bool> {
    if !says(target, old)? {
        return Ok(false);
    }
    super::replace(temporary, target)?;
    Ok(true)
}

/// Moved aside first, so that what is removed is what was looked at.
fn take_out(folder: &Path, target: &Path, old: &[u8]) -> io::Result<bool> {
    if !says(target, old)? {
        return Ok(false);
    }
    let aside = fill(folder, target, b"")?.into_temp_path();
    fault::at("swap.filled")?;
    match patiently(|| fs::rename(target, &aside)) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    }
    fault::at("swap.exchanged")?;
    if fs::read(&aside)? == old {
        return Ok(true);
    }
    // Back, unless something newer stands there by now.
    match fs::hard_link(&aside, target) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            patiently(|| fs::rename(&aside, target))?;
            Ok(false)
        }
        Ok(()) | Err(_) => Ok(false),
    }
}

fn change_places(a: &Path, b: &Path) -> io::Result<()> {
    fault::at("swap.exchange")?;
    platform::exchange(a, b)
}

fn fill(folder: &Path, target: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    fill_as(PREFIX, folder, target, bytes, Mode::Kept)
}

fn says(path: &Path, text: &[u8]) -> io::Result<bool> {
    match patiently(|| fs::read(path)) {
        Ok(found) => Ok(found == text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[path = "swap_tests.rs"]
mod tests;
