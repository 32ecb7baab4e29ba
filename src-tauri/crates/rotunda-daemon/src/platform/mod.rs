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
pub(crate) use linux::{
    BROWSER, FOLDER, keychain, keychain_entry, logs_folder, open_command, port_holder, refusal,
};
#[cfg(target_os = "macos")]
pub(crate) use macos::{
    BROWSER, FOLDER, keychain, keychain_entry, logs_folder, open_command, port_holder, refusal,
};
#[cfg(unix)]
pub(crate) use unix::{
    CODEX, HOME_VARIABLE, Signals, ask_to_end, copy_mode, create_folder, end_group, env_key,
    exchange, exit_code, freeze, identity, is_program, is_transient, own_group, private_file,
    sync_folder,
};
#[cfg(windows)]
pub(crate) use windows::{
    BROWSER, CODEX, FOLDER, HOME_VARIABLE, Signals, ask_to_end, copy_mode, create_folder,
    end_group, env_key, exchange, exit_code, freeze, identity, is_program, is_transient, keychain,
    keychain_entry, logs_folder, open_command, own_group, port_holder, private_file, refusal,
    sync_folder,
};

/// The name our items go by in a keychain.
const SERVICE: &str = "Rotunda";
