//! The end: Codex gets its own sign-in back first, then the router stops.

use std::sync::atomic::{AtomicBool, Ordering};

use rotunda_daemon::daemon::StopError;
use tauri::{AppHandle, Manager};

use crate::{at_login, launch::complain, platform, shell::Shell};

/// Whether the end has begun; it happens once, whoever asks for it.
#[derive(Debug, Default)]
pub(crate) struct Quitting(AtomicBool);

/// The user is done: unbinds, stops and ends the process. Returns at once.
pub(crate) fn quit(app: &AppHandle) {
    end(app, true);
}

fn end(app: &AppHandle, unbind: bool) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let code = match stop(&app, unbind).await {
            Ok(()) => 0,
            Err(error) => {
                complain(&error);
                1
            }
        };
        app.exit(code);
    });
}

/// Stops, the first time it is asked.
pub(crate) async fn stop(app: &AppHandle, unbind: bool) -> Result<(), StopError> {
    let Some(shell) = app.try_state::<Shell>() else { return Ok(()) };
    if shell.quitting.0.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    shell.daemon.clone().stop(unbind).await
}

/// Ends when the system or a terminal asks the process to. If it comes back at
/// the next login, Codex can wait for it.
pub(crate) async fn when_told(app: AppHandle) {
    if platform::told_to_end().await.is_ok() {
        end(&app, !at_login::is_on(&app));
    }
}
