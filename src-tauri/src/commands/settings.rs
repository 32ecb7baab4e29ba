//! The settings page. What the system keeps (start at login) and what the
//! daemon keeps travel as one.

use rotunda_daemon::settings::{SettingsPatch, SettingsView};
use serde::Serialize;
use serde_json::{Map, Value};
use tauri::{AppHandle, State};

use super::Answer;
use crate::{at_login, shell::Shell};

/// The one key that is not the daemon's.
const AT_LOGIN: &str = "start_at_login";

/// Everything the page shows.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    #[serde(flatten)]
    settings: SettingsView,
    start_at_login: bool,
}

#[tauri::command]
pub(super) async fn settings(app: AppHandle, shell: State<'_, Shell>) -> Answer<Shown> {
    Ok(Shown { settings: shell.daemon.settings().await, start_at_login: at_login::is_on(&app) })
}

#[tauri::command]
pub(super) async fn set_settings(
    app: AppHandle,
    shell: State<'_, Shell>,
    mut patch: Map<String, Value>,
) -> Answer<Shown> {
    if let Some(on) = patch.remove(AT_LOGIN) {
        let on = on.as_bool().ok_or("Start at login is on or off. Nothing was changed.")?;
        if on != at_login::is_on(&app) {
            at_login::set(&app, on)?;
        }
    }
    let patch: SettingsPatch = serde_json::from_value(Value::Object(patch))
        .map_err(|error| format!("Nothing was changed: {error}."))?;
    let settings = shell.daemon.set_settings(patch).await.map_err(|error| error.to_string())?;
    Ok(Shown { settings, start_at_login: at_login::is_on(&app) })
}

#[tauri::command]
pub(super) async fn export_settings(shell: State<'_, Shell>, path: String) -> Answer<()> {
    let path = super::from_home(&path, std::env::home_dir());
    super::told(shell.daemon.export_settings(&path).await)
}

#[tauri::command]
pub(super) async fn import_settings(shell: State<'_, Shell>, path: String) -> Answer<()> {
    let path = super::from_home(&path, std::env::home_dir());
    super::told(shell.daemon.import_settings(&path).await)
}
