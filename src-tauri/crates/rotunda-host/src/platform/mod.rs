//! What differs between operating systems. `cfg(target_os)` stands here and
//! nowhere else in this crate.

#[cfg(windows)]
mod access_list;
#[cfg(unix)]
mod attributes;
#[cfg(any(target_os = "macos", test))]
mod launch_agent;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod registry;
#[cfg(any(windows, test))]
mod run_key;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(all(unix, not(target_os = "macos")))]
mod linux;
#[cfg(all(unix, not(target_os = "macos")))]
mod ports;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) mod secret_service;
#[cfg(all(unix, not(target_os = "macos")))]
mod session;

mod env;
mod wsl;

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use rotunda_core::project_rule::PathCase;
use rotunda_text::Language;

/// Whether folders that differ in capital letters only may be one, as on the usual disks of
/// Windows and macOS.
pub const fn path_case() -> PathCase {
    if cfg!(any(windows, target_os = "macos")) { PathCase::Ignored } else { PathCase::Counts }
}

pub(crate) use env::is_same_variable;
pub use env::{Env, HOME_VARIABLE};
pub use wsl::{Networking, OtherSide};

#[cfg(unix)]
pub use attributes::has_no_locks;
#[cfg(unix)]
pub(crate) use attributes::{
    adopt, claim, copy_attributes, has_name, is_own, links, mode, open_without_waiting,
    other_owner, path_of_bytes, set_mode, special_kind,
};
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) use linux::{
    BROWSER, DATA_FOLDER, FOLDER, KEYCHAIN_ASKS, NOTES, ask_again, is_written_by_another, keychain,
    keychain_entry, keychain_names, keychain_provider, logs_folder, refusal,
};
#[cfg(all(unix, not(target_os = "macos")))]
pub use linux::{open_command, other_side, reached_from};
#[cfg(target_os = "macos")]
pub(crate) use macos::{
    BROWSER, DATA_FOLDER, FOLDER, KEYCHAIN_ASKS, NOTES, ask_again, bundled, has_misplaced_entry,
    is_written_by_another, keychain, keychain_entry, keychain_names, keychain_provider,
    logs_folder, refusal, set_at_login,
};
#[cfg(target_os = "macos")]
pub use macos::{
    at_login, open_command, other_side, port_holder, port_owner, reached_from, same_user, tray_host,
};
#[cfg(all(unix, not(target_os = "macos")))]
pub use ports::{port_holder, port_owner, same_user};
#[cfg(all(unix, not(target_os = "macos")))]
pub use session::{at_login, tray_host};
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) use session::{bundled, has_misplaced_entry, set_at_login};
#[cfg(unix)]
pub(crate) use unix::{
    CODEX, create_folder, exchange, former_data_folder, freeze, identity, is_program, is_transient,
    lift_protection, managed_codex_folder, private_file, private_file_here, sync_folder,
};
#[cfg(unix)]
pub use unix::{
    Signals, Unseen, ask_to_end, end_group, exit_code, host_name, inherited_listener, own_group,
    program, raise_descriptors, runs, shell,
};
#[cfg(windows)]
pub(crate) use windows::{
    BROWSER, CODEX, DATA_FOLDER, FOLDER, KEYCHAIN_ASKS, NOTES, adopt, ask_again, bundled, claim,
    copy_attributes, create_folder, exchange, former_data_folder, freeze, has_misplaced_entry,
    has_name, identity, is_own, is_program, is_transient, is_written_by_another, keychain,
    keychain_entry, keychain_names, keychain_provider, lift_protection, links, logs_folder,
    managed_codex_folder, mode, open_without_waiting, other_owner, path_of_bytes, private_file,
    private_file_here, refusal, set_at_login, set_mode, special_kind, sync_folder,
};
#[cfg(windows)]
pub use windows::{
    Signals, Unseen, ask_to_end, at_login, end_group, exit_code, has_no_locks, host_name,
    inherited_listener, open_command, other_side, own_group, port_holder, port_owner, program,
    raise_descriptors, reached_from, runs, same_user, shell, tray_host,
};

/// Whether Codex, told to use the keychain, keeps its sign-in in an encrypted file instead
/// and only the key of that in the keychain: the default of its feature
/// `secret_auth_storage` (`codex features list` of 0.171.0 on both systems).
pub(crate) const CODEX_ENCRYPTS: bool = cfg!(windows);

/// The program that keeps the keychain, as far as the system reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeychainProvider {
    /// Name of its executable, such as `gnome-keyring-daemon`.
    pub name: Option<String>,
    /// Whether secrets are encrypted on their way to it. Without that they go
    /// in plain over a socket that only this user's programs can open.
    pub encrypted: bool,
}

/// Writes and removes what the session reads at login. The caller provides it,
/// because files stand above this module.
#[cfg_attr(all(windows, not(test)), expect(dead_code, reason = "the entry is no file"))]
pub(crate) trait EntryFiles {
    /// Why it was not done.
    type Error: std::fmt::Display;

    /// Replaces the content of a file.
    fn write(&self, path: &Path, text: &str) -> Result<(), Self::Error>;
    /// Removes a file; none being there is fine.
    fn remove(&self, path: &Path) -> Result<(), Self::Error>;
    /// Something else failed: on which path, at what, and why.
    fn failed(&self, path: PathBuf, action: &'static str, source: io::Error) -> Self::Error;
}

/// Whether the other end of a connection, given as its address and ours, belongs
/// to this user.
pub type IsSameUser = fn(SocketAddr, SocketAddr) -> bool;

/// Who listens on a port that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortOwner {
    /// Unknown to the system, or it has ended.
    Unknown,
    /// A Rotunda of this user, or what holds the port for one.
    Ours(String),
    /// Any other program: its name, and its user when it is not
    /// this one.
    Stranger {
        /// What it is called, as far as the system says.
        program: Option<String>,
        /// The user who runs it, when it is not this one.
        user: Option<String>,
    },
}

/// What starts Rotunda at login.
#[derive(Debug, PartialEq, Eq)]
pub enum AtLogin {
    /// This system's way is not looked at.
    NotChecked,
    /// Nothing.
    Off,
    /// The tray app, from here.
    App(PathBuf),
    /// The router without a tray, from here.
    Router(PathBuf),
    /// The router, as a unit of systemd.
    Unit,
    /// An entry that this session does not follow.
    Inactive {
        /// The entry.
        entry: PathBuf,
        /// The line of it that says so; empty when it has no command.
        line: String,
    },
    /// An entry with a program that does not exist.
    Gone {
        /// The entry.
        entry: PathBuf,
        /// What it would start.
        program: PathBuf,
    },
}

impl AtLogin {
    /// Whether a router runs again after the next login.
    pub(crate) fn starts_again(&self) -> bool {
        matches!(self, Self::App(_) | Self::Router(_) | Self::Unit)
    }
}

/// Who shows tray icons.
#[derive(Debug, PartialEq, Eq)]
pub enum TrayHost {
    /// The system itself.
    Always,
    /// There is no desktop session.
    NoSession,
    /// A program on the session bus.
    There,
    /// No program on the session bus.
    Missing,
    /// The session bus does not answer.
    Silent,
    /// A program that does not answer.
    Hangs,
}

/// What the system speaks, as far as we do.
#[cfg(all(unix, not(target_os = "macos")))]
pub fn language(env: &Env) -> Language {
    let tag = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|key| env.get(key));
    Language::of_tag(tag.unwrap_or_default())
}

/// The language of the system, if it is supported. Read from its settings: a program
/// that is not started from a terminal has no variables for it.
#[cfg(any(target_os = "macos", windows))]
pub fn language(env: &Env) -> Language {
    let tag = if env.asks_system() { sys_locale::get_locale() } else { None };
    Language::of_tag(&tag.unwrap_or_default())
}

/// The name our items go by in a keychain.
const SERVICE: &str = "Rotunda";

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::*;

    #[test]
    fn the_first_set_variable_decides_the_language() {
        let of = |pairs: &[(&str, &str)]| language(&Env::of(pairs.iter().copied()));
        assert_eq!(of(&[]), Language::ENGLISH);
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8")]), Language::find("zh-CN").unwrap());
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")]), Language::ENGLISH);
        let messages = [("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "zh_CN"), ("LC_ALL", "")];
        assert_eq!(of(&messages), Language::find("zh-CN").unwrap());
    }
}
