//! Starting with the user's session, in the tray.
//!
//! It also decides what a logout does: with it on, Codex stays bound, because
//! it waits for the port and finds it at the next login.

use rotunda_core::words::Refusal;
use rotunda_daemon::{doctor::login_entry_is_dead, home::Env};
use tauri::{AppHandle, Wry, plugin::TauriPlugin};
use tauri_plugin_autostart::ManagerExt;

/// Knows how the system starts programs.
pub(crate) fn plugin() -> TauriPlugin<Wry> {
    tauri_plugin_autostart::Builder::new().arg("--hidden").build()
}

/// Whether it is on; a system that does not tell counts as off.
pub(crate) fn is_on(app: &AppHandle) -> bool {
    app.autolaunch().is_enabled().unwrap_or_else(|error| {
        tracing::warn!(%error, "start at login cannot be read");
        false
    })
}

/// Turns it on or off.
pub(crate) fn set(app: &AppHandle, on: bool) -> Result<(), Refusal> {
    if on {
        check_path()?;
    }
    let done = if on { app.autolaunch().enable() } else { app.autolaunch().disable() };
    done.map_err(|error| Refusal::LoginKept(error.to_string()))
}

/// At each start: an entry whose program is gone, as after the app was moved,
/// is written again for this one. One that works is left alone, also when it
/// starts another copy.
pub(crate) fn verify(app: &AppHandle, env: &Env) {
    if login_entry_is_dead(env)
        && let Err(error) = set(app, true)
    {
        tracing::warn!(?error, "what starts Rotunda at login is gone");
    }
}

/// The entry that the plugin writes names the program without quotes.
fn check_path() -> Result<(), Refusal> {
    let myself = std::env::current_exe().map_err(|error| Refusal::LoginKept(error.to_string()))?;
    if cfg!(target_os = "linux") && myself.to_string_lossy().contains(char::is_whitespace) {
        return Err(Refusal::LoginSpace(myself.display().to_string()));
    }
    Ok(())
}
