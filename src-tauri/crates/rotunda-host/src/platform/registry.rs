//! The registry of Windows: start at login behind [`Keys`], and what WSL keeps there.

use std::io;

use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE};

use super::run_key::{APPROVED, Keys, NAME, RUN, Root};

/// That of this machine.
pub(super) struct Registry;

/// A key that a program may be without.
fn key_of(root: Root) -> &'static Key {
    match root {
        Root::User => CURRENT_USER,
        Root::Machine => LOCAL_MACHINE,
    }
}

/// What an error of the registry means for `std`, which does not know the code of COM that
/// the system's own is wrapped in (`HRESULT_FROM_WIN32`).
fn system_error(code: i32) -> io::Error {
    const FACILITY: u32 = 0xffff_0000;
    const OF_SYSTEM: u32 = 0x8007_0000;
    let is_wrapped = code.cast_unsigned() & FACILITY == OF_SYSTEM;
    io::Error::from_raw_os_error(if is_wrapped { code & 0xffff } else { code })
}

/// Removes a value of ours; none being there is fine.
fn remove(root: Root, key: &str) -> io::Result<()> {
    let opened = key_of(root).options().write().open(key);
    let removed = opened.and_then(|key| key.remove_value(NAME));
    match removed.map_err(|error| system_error(error.code().0)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

impl Keys for Registry {
    fn command(&self, root: Root) -> Option<String> {
        key_of(root).open(RUN).and_then(|key| key.get_string(NAME)).ok()
    }

    fn approval(&self, root: Root) -> Option<Vec<u8>> {
        let value = key_of(root).open(APPROVED).and_then(|key| key.get_value(NAME)).ok()?;
        Some(value.to_vec())
    }

    fn write(&self, root: Root, command: &str) -> io::Result<()> {
        let written = key_of(root).create(RUN).and_then(|key| key.set_string(NAME, command));
        written.map_err(|error| system_error(error.code().0))?;
        remove(root, APPROVED)
    }

    fn remove(&self, root: Root) -> io::Result<()> {
        // One that is not there asks for no rights.
        if self.command(root).is_some() { remove(root, RUN) } else { Ok(()) }
    }
}

/// Where WSL keeps its Linux systems.
const LINUX_SYSTEMS: &str = r"Software\Microsoft\Windows\CurrentVersion\Lxss";
/// Those without a user's programs begin with this.
const OF_DOCKER: &str = "docker-desktop";

/// The names of the Linux systems of WSL.
pub(super) fn linux_systems() -> Vec<String> {
    let Ok(all) = CURRENT_USER.open(LINUX_SYSTEMS) else { return Vec::new() };
    let keys = all.keys().into_iter().flatten();
    let mut names: Vec<_> = keys
        .filter_map(|key| all.open(key).and_then(|key| key.get_string("DistributionName")).ok())
        .filter(|name| !name.starts_with(OF_DOCKER))
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_not_there_is_known_as_missing() {
        let missing = r"Software\Rotunda tests\no such key";
        let error = CURRENT_USER.open(missing).err().unwrap();
        assert_eq!(system_error(error.code().0).kind(), io::ErrorKind::NotFound);
        assert!(remove(Root::User, missing).is_ok());
        // An error of COM itself stays what it is.
        assert_eq!(system_error(-2_147_467_259).raw_os_error(), Some(-2_147_467_259));
    }
}
