//! Changing a file that another program may be saving at the same moment.
//!
//! The finished new file and the old one change places in one step, and what
//! came out is compared with what had been read. When it is a save that was not
//! seen, it goes back in and the caller starts over from it: no save is lost, and
//! at no moment is there no file. Where the system cannot exchange two files, the
//! comparison comes just before the replacement instead, and where the file
//! cannot be replaced at all, it is written in place.
//!
//! A program that opened the old file for writing before the exchange may write
//! into it afterwards, so what came out is looked at again once it is closed.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    thread,
    time::Duration,
};

use tempfile::NamedTempFile;

use super::{
    FileError, Pace, follow_links, in_place, patiently, plain, protection,
    temporary::{self, Kind},
};
use crate::{failpoint, platform};

/// A program that saves this often between two of our steps is no editor.
const MOST_RETURNS: usize = 100;
/// An editor that saves by writing holds the file open for moments. Beyond two
/// seconds the caller continues, and the displaced file is kept for a later look.
const HELD_LOOKS: u32 = 40;
const HELD_PAUSE: Duration = Duration::from_millis(50);

/// What a change came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swapped {
    /// The file says the new text.
    Done,
    /// The same, and the displaced file is still open elsewhere: it was kept,
    /// since a save may yet be written into it.
    Held,
    /// Another program changed the file: it says what that program wrote.
    Changed,
}

/// A change of one file, through symbolic links.
#[derive(Debug, Clone, Copy)]
pub struct Swap<'a> {
    path: &'a Path,
    kind: Kind,
    /// Permission bits of the new text; none keeps those of the old one.
    mode: Option<u32>,
    /// Where a write in place is recorded.
    records: Option<&'a Path>,
    /// The text matters more than the owner of the file.
    insists: bool,
    /// Hasty: the new text is put on the disk after the exchange.
    pace: Pace,
}

impl<'a> Swap<'a> {
    /// Of `config.toml`.
    pub fn of_config(path: &'a Path, records: &'a Path) -> Self {
        let records = Some(records);
        Self { path, kind: Kind::Config, mode: None, records, insists: false, pace: Pace::Calm }
    }

    /// Of `auth.json`.
    pub fn of_auth(path: &'a Path, records: &'a Path) -> Self {
        Self { kind: Kind::Auth, ..Self::of_config(path, records) }
    }

    /// Of a file that only Rotunda writes.
    pub(super) fn of_own(path: &'a Path, records: &'a Path) -> Self {
        Self { kind: Kind::Own, ..Self::of_config(path, records) }
    }

    /// The same, with other permission bits for the new text.
    #[must_use]
    pub fn with_mode(self, mode: Option<u32>) -> Self {
        Self { mode, ..self }
    }

    /// The same, also when the file then has another owner: as a last resort,
    /// where it can neither be written nor be given to the owner it has.
    #[must_use]
    pub fn insisting(self, insists: bool) -> Self {
        Self { insists, ..self }
    }

    /// The same at another pace. In haste, a power failure just after the exchange
    /// may lose the new text; the old one is beside it then.
    #[must_use]
    pub fn at(self, pace: Pace) -> Self {
        Self { pace, ..self }
    }

    /// Makes a file that says `old` say `new`; none means no file. When this
    /// returns anything but [`Swapped::Changed`], the new text is on the disk.
    pub fn run(&self, old: Option<&[u8]>, new: Option<&[u8]>) -> Result<Swapped, FileError> {
        let failed = |action| FileError::of(self.path, action);
        let target = follow_links(self.path).map_err(failed("follow"))?;
        let folder = super::folder_of(&target);
        let done = match (old, new) {
            (None, None) => Ok(Swapped::Done),
            (None, Some(new)) => self.create(folder, &target, new),
            (Some(old), Some(new)) => self.exchange(folder, &target, old, new),
            (Some(old), None) => self.take_out(folder, &target, old),
        };
        let done = done.map_err(failed("write"))?;
        failpoint::at("swap.done").map_err(failed("write"))?;
        super::sync_folder(folder).map_err(failed("write"))?;
        Ok(done)
    }

    fn create(&self, folder: &Path, target: &Path, new: &[u8]) -> io::Result<Swapped> {
        let temporary = self.fill(folder, target, new, true)?;
        failpoint::at("swap.filled")?;
        super::sync(temporary.as_file())?;
        match temporary.persist_noclobber(target) {
            Ok(_) => Ok(Swapped::Done),
            Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => {
                Ok(Swapped::Changed)
            }
            Err(failed) => Err(failed.error),
        }
    }

    fn exchange(
        &self,
        folder: &Path,
        target: &Path,
        old: &[u8],
        new: &[u8],
    ) -> io::Result<Swapped> {
        if fs::metadata(target).is_ok_and(|data| platform::links(&data) > 1) {
            return self.in_place(target, old, new);
        }
        match self.put_in(folder, target, old, new, true) {
            Ok(put) => self.settled(put, target, old, new),
            Err(error) if refuses_the_place(&error, old, new) => {
                match self.in_place(target, old, new) {
                    Err(_) if self.insists => {
                        let put = self.put_in(folder, target, old, new, false);
                        put.and_then(|put| self.settled(put, target, old, new)).map_err(|_| error)
                    }
                    written => written.map_err(|_| error),
                }
            }
            Err(error) => Err(error),
        }
    }

    fn settled(&self, put: PutIn, target: &Path, old: &[u8], new: &[u8]) -> io::Result<Swapped> {
        match put {
            PutIn::Exchanged(temporary) => self.look_again(temporary, target, old, new),
            PutIn::Replaced => Ok(Swapped::Done),
            PutIn::Changed => Ok(Swapped::Changed),
        }
    }

    /// After an error, the file is as it was. With `all` the new one is refused
    /// where it cannot have the owner and the attributes of the old one.
    fn put_in(
        &self,
        folder: &Path,
        target: &Path,
        old: &[u8],
        new: &[u8],
        all: bool,
    ) -> io::Result<PutIn> {
        let temporary = self.fill(folder, target, new, all)?;
        failpoint::at("swap.filled")?;
        if self.pace == Pace::Calm {
            super::sync(temporary.as_file())?;
        }
        if !says(target, old)? {
            return Ok(PutIn::Changed);
        }
        failpoint::at("swap.compared")?;
        match patiently(|| change_places(temporary.path(), target)) {
            Ok(()) => Ok(PutIn::Exchanged(temporary)),
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                super::sync(temporary.as_file())?;
                replace(temporary, target, old)
            }
            // The file went away.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(PutIn::Changed),
            Err(error) => Err(error),
        }
    }

    /// The displaced file goes only when it still says what was read, and no
    /// other program can write into it any more.
    fn look_again(
        &self,
        temporary: NamedTempFile,
        target: &Path,
        old: &[u8],
        new: &[u8],
    ) -> io::Result<Swapped> {
        failpoint::at("swap.exchanged")?;
        if self.pace == Pace::Hasty {
            // Opened before the exchange, it is the new text.
            super::sync(temporary.as_file())?;
        }
        let held = !is_closed_soon(temporary.path());
        let out = match patiently(|| plain::read(temporary.path())) {
            Ok(out) => out,
            Err(error) => return Err(keep(temporary, error)),
        };
        if out != old {
            give_back(temporary, target, new.to_owned(), out)?;
            return Ok(Swapped::Changed);
        }
        if held {
            temporary.keep()?;
            return Ok(Swapped::Held);
        }
        Ok(Swapped::Done)
    }

    fn in_place(&self, target: &Path, old: &[u8], new: &[u8]) -> io::Result<Swapped> {
        let written = in_place::write(target, old, new, self.mode, self.records)?;
        Ok(if written { Swapped::Done } else { Swapped::Changed })
    }

    /// Moved aside first, so that what is removed is what was looked at.
    fn take_out(&self, folder: &Path, target: &Path, old: &[u8]) -> io::Result<Swapped> {
        if !says(target, old)? {
            return Ok(Swapped::Changed);
        }
        let aside = self.fill(folder, target, b"", false)?.into_temp_path();
        failpoint::at("swap.filled")?;
        match protection::lifted(target, || patiently(|| fs::rename(target, &aside))) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Swapped::Changed),
            Err(error) => return Err(error),
        }
        failpoint::at("swap.exchanged")?;
        let held = !is_closed_soon(&aside);
        if plain::read(&aside)? == old {
            if held {
                aside.keep()?;
                return Ok(Swapped::Held);
            }
            return Ok(Swapped::Done);
        }
        // Back, unless something newer stands there by now.
        match fs::hard_link(&aside, target) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                patiently(|| fs::rename(&aside, target))?;
                Ok(Swapped::Changed)
            }
            Ok(()) | Err(_) => Ok(Swapped::Changed),
        }
    }

    /// The new text, with everything else that the file has now.
    fn fill(
        &self,
        folder: &Path,
        target: &Path,
        bytes: &[u8],
        all: bool,
    ) -> io::Result<NamedTempFile> {
        let mut temporary = temporary::create(folder, self.kind)?;
        temporary.write_all(bytes)?;
        super::keep_attributes(target, &temporary, self.mode, all)?;
        Ok(temporary)
    }
}

/// What became of a new text.
enum PutIn {
    /// It stands there, and the file beside is the displaced one.
    Exchanged(NamedTempFile),
    /// It stands there.
    Replaced,
    /// The file says something else than was read: it was left.
    Changed,
}

/// Whether another way of writing may do what was refused: the folder cannot be
/// written, the file is a mount of its own, or there is no room for a second one.
fn refuses_the_place(error: &io::Error, old: &[u8], new: &[u8]) -> bool {
    use io::ErrorKind::{
        CrossesDevices, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, ResourceBusy,
        StorageFull,
    };
    match error.kind() {
        PermissionDenied | ReadOnlyFilesystem | ResourceBusy | CrossesDevices => true,
        StorageFull | QuotaExceeded => new.len() <= old.len(),
        _ => false,
    }
}

/// Waits until no program has a file open for writing. False when one still has.
pub fn is_closed_soon(path: &Path) -> bool {
    for _ in 0..HELD_LOOKS {
        if !platform::is_written_by_another(path) {
            return true;
        }
        thread::sleep(HELD_PAUSE);
    }
    false
}

/// `out` was saved by another program while `mine` went in. What was saved last
/// is to stand there: as long as something else than our own last text comes out,
/// it is newer still.
fn give_back(
    temporary: NamedTempFile,
    target: &Path,
    mut mine: Vec<u8>,
    mut out: Vec<u8>,
) -> io::Result<()> {
    for _ in 0..MOST_RETURNS {
        match patiently(|| change_places(temporary.path(), target)) {
            Ok(()) => {}
            // The program that saved took it away.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(keep(temporary, error)),
        }
        is_closed_soon(temporary.path());
        let came = match patiently(|| plain::read(temporary.path())) {
            Ok(came) => came,
            Err(error) => return Err(keep(temporary, error)),
        };
        if came == mine {
            return Ok(());
        }
        (mine, out) = (out, came);
    }
    let _ = out;
    Err(keep(temporary, io::ErrorKind::ResourceBusy.into()))
}

/// Another program's save is in the temporary file: it is not to be removed.
fn keep(temporary: NamedTempFile, error: io::Error) -> io::Error {
    match temporary.keep() {
        Ok(_) => error,
        Err(kept) => kept.error,
    }
}

/// Without an exchange: compared at the last moment, then replaced.
fn replace(temporary: NamedTempFile, target: &Path, old: &[u8]) -> io::Result<PutIn> {
    if !says(target, old)? {
        return Ok(PutIn::Changed);
    }
    super::replace(temporary, target)?;
    Ok(PutIn::Replaced)
}

fn change_places(a: &Path, b: &Path) -> io::Result<()> {
    failpoint::at("swap.exchange")?;
    platform::exchange(a, b)
}

fn says(path: &Path, text: &[u8]) -> io::Result<bool> {
    match patiently(|| plain::read(path)) {
        Ok(found) => Ok(found == text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[path = "swap_tests.rs"]
mod tests;
