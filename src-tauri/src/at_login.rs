//! Starting with the user's session, in the tray.
//!
//! It also decides what a logout does: Codex stays bound only when a router
//! really runs again after the next login, because Codex waits for the port.

use rotunda_host::home::Env;
use rotunda_text::Refusal;
use tauri::AppHandle;

use crate::platform;

/// Whether the tray app starts at login.
pub(crate) fn is_on(app: &AppHandle) -> bool {
    platform::login(app, &Env::system()).app
}

/// Whether a router runs again after the next login.
pub(crate) fn starts_again(app: &AppHandle) -> bool {
    platform::login(app, &Env::system()).router
}

/// Turns it on or off.
pub(crate) fn set(app: &AppHandle, on: bool) -> Result<(), Refusal> {
    platform::set_login(app, &Env::system(), on).map_err(Refusal::LoginKept)
}

/// At each start: an entry for a program that is gone, as after the app was moved,
/// or that lies where the session does not look, is written again for this one.
/// One that works is left alone, also when it starts another copy.
pub(crate) fn verify(app: &AppHandle, env: &Env) {
    if platform::login(app, env).is_broken
        && let Err(error) = set(app, true)
    {
        tracing::warn!(?error, "start at login cannot work");
    }
}
