//! What a file has besides its content, on Linux and macOS: kind, owner, group,
//! mode, access control list and extended attributes.
//!
//! On Linux an access control list is an extended attribute
//! (`system.posix_acl_access`), so copying the attributes copies it, too.

use std::{
    ffi::OsString,
    fs::{File, Metadata, OpenOptions, Permissions, TryLockError},
    io,
    os::unix::{
        ffi::OsStringExt as _,
        fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _},
    },
    path::{Path, PathBuf},
};

use rustix::{
    fs::{
        Gid, OFlags, Uid, XattrFlags, fchown, fgetxattr, fgetxattr_query, flistxattr,
        flistxattr_query, fremovexattr, fsetxattr,
    },
    io::Errno,
};

/// The administrator's user number.
const ROOT: u32 = 0;
/// The bits of a mode that `chmod` sets.
const MODE_BITS: u32 = 0o7777;

/// Opens a file without waiting for the other end of a named pipe.
pub(crate) fn open_without_waiting(path: &Path, write: bool) -> io::Result<File> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    OpenOptions::new().read(true).write(write).custom_flags(flags.bits().cast_signed()).open(path)
}

/// What a file is when it is no regular file, with its article.
pub(crate) fn special_kind(data: &Metadata) -> Option<&'static str> {
    let kind = data.file_type();
    match () {
        () if kind.is_file() => None,
        () if kind.is_dir() => Some("a folder"),
        () if kind.is_fifo() => Some("a named pipe"),
        () if kind.is_socket() => Some("a socket"),
        () if kind.is_char_device() || kind.is_block_device() => Some("a device"),
        () => Some("of an unknown kind"),
    }
}

/// The path of these bytes.
pub(crate) fn path_of_bytes(bytes: Vec<u8>) -> PathBuf {
    OsString::from_vec(bytes).into()
}

/// This process's user number; file access is checked against it.
pub(crate) fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// The owner's user number, when the owner is neither this user nor the
/// administrator. The administrator may use files of every user.
pub(crate) fn other_owner(data: &Metadata) -> Option<u32> {
    let user = user();
    (user != ROOT && data.uid() != user && data.uid() != ROOT).then_some(data.uid())
}

/// Whether a file beside `folder`'s others was made by a process of this user,
/// or by the administrator's on behalf of the folder's owner.
pub(crate) fn is_own(data: &Metadata, folder: &Metadata) -> bool {
    data.uid() == user() || (user() == ROOT && data.uid() == folder.uid())
}

/// How many names a file has.
pub(crate) fn links(data: &Metadata) -> u64 {
    data.nlink()
}

/// Permission bits of a file.
#[expect(clippy::unnecessary_wraps, reason = "on Windows it may not be known")]
pub(crate) fn mode(data: &Metadata, _path: &Path) -> Option<u32> {
    Some(data.mode() & MODE_BITS)
}

/// Sets the permission bits of an open file.
pub(crate) fn set_mode(file: &File, _path: &Path, mode: u32) -> io::Result<()> {
    file.set_permissions(Permissions::from_mode(mode))
}

/// Takes the lock of a file for as long as it is open. False when another process
/// has it; none where files cannot be locked.
pub(crate) fn claim(file: &File) -> Option<bool> {
    match file.try_lock() {
        Ok(()) => Some(true),
        Err(TryLockError::WouldBlock) => Some(false),
        Err(TryLockError::Error(_)) => None,
    }
}

/// Whether a file system has no locks at all, as some network file systems.
pub fn has_no_locks(error: &io::Error) -> bool {
    let refused = Errno::from_io_error(error);
    matches!(refused, Some(Errno::NOLCK | Errno::NOTSUP | Errno::NOSYS | Errno::INVAL))
}

/// Whether a name still leads to an open file.
pub(crate) fn has_name(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.nlink() > 0)
}

/// Gives a new file everything that `from` has besides its content and its mode.
/// An error means that the new file cannot take its place.
pub(crate) fn copy_attributes(from: &File, to: &File) -> io::Result<()> {
    let (old, new) = (from.metadata()?, to.metadata()?);
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        fchown(to, Some(Uid::from_raw(old.uid())), Some(Gid::from_raw(old.gid())))?;
    }
    let (wanted, inherited) = (names(from)?, names(to)?);
    for name in &wanted {
        let value = value(from, name)?;
        // Labels that the system gave both alike need no right to set them.
        if !inherited.contains(name) || self::value(to, name)? != value {
            fsetxattr(to, name.as_slice(), &value, XattrFlags::empty())?;
        }
    }
    for name in inherited.iter().filter(|name| !wanted.contains(name)) {
        fremovexattr(to, name.as_slice())?;
    }
    Ok(())
}

/// Gives a new file of the administrator's to the owner of its folder: a file
/// in a user's home stays usable for that user.
pub(crate) fn adopt(file: &File, folder: &Path) -> io::Result<()> {
    if user() != ROOT {
        return Ok(());
    }
    let (folder, data) = (std::fs::metadata(folder)?, file.metadata()?);
    if data.uid() == folder.uid() {
        return Ok(());
    }
    fchown(file, Some(Uid::from_raw(folder.uid())), Some(Gid::from_raw(folder.gid())))?;
    Ok(())
}

fn names(file: &File) -> io::Result<Vec<Vec<u8>>> {
    let size = match flistxattr_query(file) {
        Err(Errno::NOTSUP | Errno::NOSYS) => return Ok(Vec::new()),
        size => size?,
    };
    let mut list = vec![0; size];
    let filled = if size == 0 { 0 } else { flistxattr(file, list.as_mut_slice())? };
    list.truncate(filled);
    let names = list.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    Ok(names.map(<[u8]>::to_vec).collect())
}

fn value(file: &File, name: &[u8]) -> io::Result<Vec<u8>> {
    let mut value = vec![0; fgetxattr_query(file, name)?];
    let filled = if value.is_empty() { 0 } else { fgetxattr(file, name, value.as_mut_slice())? };
    value.truncate(filled);
    Ok(value)
}
