//! Linux and its relatives: XDG folders and the Secret Service.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use keyring_core::{CredentialStore, Entry, Error};
use rotunda_router::vault::VaultError;

use super::SERVICE;

/// Our folder's name below the system's.
pub(crate) const FOLDER: &str = "rotunda";
/// Whether the keychain asks its user about each program that reads an item of
/// another one. A Secret Service that is open gives everything to everybody.
pub(crate) const KEYCHAIN_ASKS: bool = false;
/// Opens an address in the user's browser.
pub(crate) const BROWSER: (&str, &[&str]) = ("xdg-open", &[]);
/// Where a removal of the package looks for moved folders, below the user's home.
pub(crate) const NOTES: Option<&str> = Some(".local/share/rotunda/elsewhere");

/// Said when nothing answers: there are two ways out.
const ADVICE: &str = "no Secret Service answers on this session's D-Bus; start one (for instance \
     gnome-keyring or KWallet), or set `vault = \"file\"` in settings.toml to keep sign-ins in a \
     private file";

/// Log files are state: neither settings nor worth a backup.
pub(crate) fn logs_folder() -> Option<PathBuf> {
    dirs::state_dir().or_else(dirs::data_local_dir).map(|state| state.join(FOLDER).join("logs"))
}

/// Connects to the Secret Service. Blocks.
pub(crate) fn keychain() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

/// Names one of our items; the label is what the user reads in a keyring viewer.
pub(crate) fn keychain_entry(
    store: &Arc<CredentialStore>,
    name: &str,
) -> keyring_core::Result<Entry> {
    let label = format!("Rotunda profile {name}");
    store.build(SERVICE, name, Some(&HashMap::from([("label", label.as_str())])))
}

/// What a refusal of the Secret Service means. D-Bus error names are protocol,
/// not prose, so they may be read.
pub(crate) fn refusal(error: &Error) -> VaultError {
    match error {
        Error::NoStorageAccess(_) => VaultError::Locked,
        Error::PlatformFailure(cause) if cause.to_string().contains("AccessDenied") => {
            VaultError::Denied
        }
        Error::PlatformFailure(cause) if cause.to_string().contains("IsLocked") => {
            VaultError::Locked
        }
        _ => VaultError::Unavailable(ADVICE.to_owned()),
    }
}

/// Shows a file with the program that the user has for it.
pub(crate) fn open_command(path: &Path) -> tokio::process::Command {
    let mut command = tokio::process::Command::new("xdg-open");
    command.arg(path);
    command
}

/// Who listens on a port, such as `node (4242)`. Only the user's own programs
/// can be named.
pub(crate) fn port_holder(port: u16) -> Option<String> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].into_iter();
    let tables: Vec<_> = tables.filter_map(|table| fs::read_to_string(table).ok()).collect();
    let socket = tables.iter().find_map(|table| listening_socket(table, port))?;
    let processes = fs::read_dir("/proc").ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let mut numbered = processes.filter(|process| is_numbered(process));
    let holder = numbered.find(|process| holds(process, &socket))?;
    let name = fs::read_to_string(holder.join("comm")).ok()?;
    Some(format!("{} ({})", name.trim(), holder.file_name()?.to_str()?))
}

/// The socket that listens on a port, as `/proc/net/tcp` numbers it.
fn listening_socket(table: &str, port: u16) -> Option<String> {
    const LISTENS: &str = "0A";
    let rows = table.lines().skip(1).map(|row| row.split_whitespace().collect::<Vec<_>>());
    let suffix = format!(":{port:04X}");
    let mut listening =
        rows.filter(|row| row.len() > 9 && row[3] == LISTENS && row[1].ends_with(&suffix));
    listening.next().map(|row| format!("socket:[{}]", row[9]))
}

/// Other names, such as `self`, lead to the same processes again.
fn is_numbered(process: &Path) -> bool {
    let name = process.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
}

fn holds(process: &Path, socket: &str) -> bool {
    let Ok(files) = fs::read_dir(process.join("fd")) else { return false };
    let mut links = files.filter_map(Result::ok).filter_map(|file| fs::read_link(file.path()).ok());
    links.any(|link| link.as_os_str() == socket)
}

#[cfg(test)]
mod port_tests {
    use super::*;

    #[test]
    fn a_listener_of_our_own_is_named() {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let holder = port_holder(port).unwrap();
        assert!(holder.ends_with(&format!("({})", std::process::id())), "{holder}");
    }
}
