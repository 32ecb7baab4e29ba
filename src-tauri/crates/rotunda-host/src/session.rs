//! The user's session: what it starts at login, on systems where this crate
//! reads and writes what the session reads, and who shows tray icons.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    files::{self, FileError, Mode},
    home::Env,
    platform::{self, AtLogin, EntryFiles, TrayHost},
};

/// Our own way of writing files, for what the session reads.
pub(crate) struct Files;

impl EntryFiles for Files {
    type Error = FileError;

    fn write(&self, path: &Path, text: &str) -> Result<(), FileError> {
        files::write_atomic(path, text.as_bytes(), Mode::Kept)
    }

    fn remove(&self, path: &Path) -> Result<(), FileError> {
        files::remove(path).map(drop)
    }

    fn failed(&self, path: PathBuf, action: &'static str, source: io::Error) -> FileError {
        FileError { path, action, source }
    }
}

/// What happens at the next login.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LoginStart {
    /// The tray app starts.
    pub app: bool,
    /// A router runs again, with or without a tray: Codex may stay bound.
    pub router: bool,
    /// Start at login was switched on and cannot work: the program of the entry
    /// is gone, or the session does not look where the entry is.
    pub is_broken: bool,
}

/// What happens at the next login; none where the system is not asked.
pub fn login_start(env: &Env) -> Option<LoginStart> {
    let found = platform::at_login(env);
    if found == AtLogin::NotChecked {
        return None;
    }
    let is_off = found == AtLogin::Off;
    let is_gone = matches!(found, AtLogin::Gone { .. });
    Some(LoginStart {
        app: matches!(found, AtLogin::App(_)),
        router: found.starts_again(),
        is_broken: is_gone || (is_off && platform::has_misplaced_entry(env)),
    })
}

/// Makes the session start `program` in the tray at login, or nothing of ours;
/// none where there is no place for it.
pub fn set_login_start(env: &Env, program: &Path, on: bool) -> Option<Result<(), FileError>> {
    platform::set_at_login(env, program, on, &Files)
}

/// Whether the program that shows tray icons answers. True also when there is
/// none: then asking it for an icon fails at once.
pub async fn tray_host_answers(env: &Env) -> bool {
    !matches!(platform::tray_host(env).await, TrayHost::Hangs | TrayHost::Silent)
}
