//! The end: Codex gets its own sign-in back first, then the router stops.

use std::sync::atomic::{AtomicBool, Ordering};

use rotunda_daemon::daemon::StopError;
use tauri::{AppHandle, Manager};

use crate::{launch::complain, platform, shell::Shell};

/// Whether the end has begun; it happens once, whoever asks for it.
#[derive(Debug, Default)]
pub(crate) struct Quitting(AtomicBool);

/// Unbinds, stops and ends the process. Returns at once.
pub(crate) fn quit(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let code = match stop(&app).await {
            Ok(()) => 0,
            Err(error) => {
                complain(&error);
                1
            }
        };
        app.exit(code);
    });
}

/// Unbinds and stops, the first time it is asked.
pub(crate) async fn stop(app: &AppHandle) -> Result<(), StopError> {
    let Some(shell) = app.try_state::<Shell>() else { return Ok(()) };
    if shell.quitting.0.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    shell.daemon.clone().stop(true).await
}

/// Quits when the system or a terminal asks the process to end.
pub(crate) async fn when_told(app: AppHandle) {
    if platform::told_to_end().await.is_ok() {
        quit(&app);
    }
}
