//! Opening files that any program may have put there: only regular files, of this
//! user or the administrator, up to a size. Nothing else is waited for or read.

use std::{
    fs::{self, File, Metadata},
    io::{self, Read as _},
    path::Path,
};

use crate::platform;

/// The files that are read have some kibibytes; the largest are logs of 5 MiB.
const MOST_BYTES: u64 = 16 << 20;

/// Reads a whole file.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    read_from(&open(path, false)?)
}

/// Reads the rest of an open file, up to the largest size.
pub(super) fn read_from(mut file: &File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.by_ref().take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    match u64::try_from(bytes.len()) {
        Ok(length) if length <= MOST_BYTES => Ok(bytes),
        _ => Err(too_large()),
    }
}

/// Opens a regular file for reading, or also for writing.
pub(super) fn open(path: &Path, write: bool) -> io::Result<File> {
    // A device may act on being opened, so its kind is looked up first.
    accept(&fs::metadata(path)?)?;
    let file = platform::open_without_waiting(path, write)?;
    // It may be another file by now.
    accept(&file.metadata()?)?;
    Ok(file)
}

/// An error unless the file is regular, of a fitting size and not another
/// user's.
fn accept(data: &Metadata) -> io::Result<()> {
    accept_kind(data)?;
    if data.len() > MOST_BYTES { Err(too_large()) } else { Ok(()) }
}

/// The same for a file of any size.
pub(super) fn accept_kind(data: &Metadata) -> io::Result<()> {
    if let Some(kind) = platform::special_kind(data) {
        return Err(io::Error::other(format!("it is {kind}, and no regular file")));
    }
    if let Some(owner) = platform::other_owner(data) {
        return Err(io::Error::other(format!("it belongs to another user (number {owner})")));
    }
    Ok(())
}

fn too_large() -> io::Error {
    io::Error::other(format!("it is larger than {} MiB", MOST_BYTES >> 20))
}
