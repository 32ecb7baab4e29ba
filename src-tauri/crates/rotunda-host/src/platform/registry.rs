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

/// Removes a value of ours.
fn remove(root: Root, key: &str) -> io::Result<()> {
    let opened = key_of(root).options().write().open(key);
    let removed = opened.and_then(|key| key.remove_value(NAME)).map_err(io::Error::from);
    match removed {
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
        let key = key_of(root).create(RUN).map_err(io::Error::from)?;
        key.set_string(NAME, command).map_err(io::Error::from)?;
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
