//! What differs between operating systems. `cfg(target_os)` stands here and
//! nowhere else in this crate.

#[cfg(target_os = "macos")]
mod macos;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(all(unix, not(target_os = "macos")))]
mod linux;
#[cfg(all(unix, not(target_os = "macos")))]
mod session;

use std::path::PathBuf;

use rotunda_core::Language;

use crate::home::Env;

#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) use linux::{
    BROWSER, FOLDER, KEYCHAIN_ASKS, NOTES, keychain, keychain_entry, logs_folder, open_command,
    port_holder, refusal,
};
#[cfg(target_os = "macos")]
pub(crate) use macos::{
    BROWSER, FOLDER, KEYCHAIN_ASKS, NOTES, at_login, bundled, keychain, keychain_entry,
    logs_folder, open_command, port_holder, refusal, tray_host,
};
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) use session::{at_login, bundled, tray_host};
#[cfg(unix)]
pub(crate) use unix::{
    CODEX, HOME_VARIABLE, Signals, Unseen, ask_to_end, copy_mode, create_folder, end_group,
    env_key, exchange, exit_code, freeze, identity, is_program, is_transient, own_group,
    private_file, sync_folder,
};
#[cfg(windows)]
pub(crate) use windows::{
    BROWSER, CODEX, FOLDER, HOME_VARIABLE, KEYCHAIN_ASKS, NOTES, Signals, Unseen, ask_to_end,
    at_login, bundled, copy_mode, create_folder, end_group, env_key, exchange, exit_code, freeze,
    identity, is_program, is_transient, keychain, keychain_entry, logs_folder, open_command,
    own_group, port_holder, private_file, refusal, sync_folder, tray_host,
};

/// What starts Rotunda at login.
#[derive(Debug, PartialEq, Eq)]
#[expect(dead_code, reason = "no system has all of them")]
pub(crate) enum AtLogin {
    /// This system's way is not looked at.
    NotChecked,
    /// Nothing.
    Off,
    /// The tray app, from here.
    App(PathBuf),
    /// The router, as a unit of systemd.
    Unit,
    /// An entry whose program is not there.
    Gone {
        /// The entry.
        entry: PathBuf,
        /// What it would start.
        program: PathBuf,
    },
}

/// Who shows tray icons.
#[derive(Debug, PartialEq, Eq)]
#[expect(dead_code, reason = "no system has all of them")]
pub(crate) enum TrayHost {
    /// The system itself.
    Always,
    /// There is no desktop session.
    NoSession,
    /// Somebody on the session bus.
    There,
    /// Nobody on the session bus.
    Missing,
    /// The session bus does not answer.
    Silent,
}

/// What the system speaks, as far as we do.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn language(env: &Env) -> Language {
    let tag = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|key| env.get(key));
    Language::of_tag(tag.unwrap_or_default())
}

/// What the system speaks, as far as we do. Its settings say so: a program that
/// nobody starts from a terminal has no variables for it.
#[cfg(any(target_os = "macos", windows))]
pub(crate) fn language(env: &Env) -> Language {
    let tag = if env.asks_system() { sys_locale::get_locale() } else { None };
    Language::of_tag(&tag.unwrap_or_default())
}

/// The name our items go by in a keychain.
const SERVICE: &str = "Rotunda";

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_says_something_says_the_language() {
        let of = |pairs: &[(&str, &str)]| language(&Env::of(pairs.iter().copied()));
        assert_eq!(of(&[]), Language::English);
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8")]), Language::Chinese);
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")]), Language::English);
        let messages = [("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "zh_CN"), ("LC_ALL", "")];
        assert_eq!(of(&messages), Language::Chinese);
    }
}
