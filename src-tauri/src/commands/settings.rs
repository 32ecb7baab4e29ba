//! The settings page. What the system keeps (start at login) and what the
//! daemon keeps travel as one.

use rotunda_core::words::Refusal;
use rotunda_daemon::settings::{SettingsPatch, SettingsView};
use serde::Serialize;
use serde_json::{Map, Value};
use tauri::{AppHandle, Manager};

use crate::{at_login, refused::Refused, shell::Shell};

/// The one key that is not the daemon's.
const AT_LOGIN: &str = "start_at_login";

/// Everything the page shows.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    #[serde(flatten)]
    settings: SettingsView,
    start_at_login: bool,
}

/// What holds now.
pub(super) async fn shown(app: &AppHandle) -> Shown {
    let settings = app.state::<Shell>().daemon.settings().await;
    Shown { settings, start_at_login: at_login::is_on(app) }
}

/// Saves what is given and tells what holds now, or why nothing was changed.
pub(super) async fn set(app: &AppHandle, mut patch: Map<String, Value>) -> Result<Shown, Refused> {
    if let Some(on) = patch.remove(AT_LOGIN) {
        let on = on.as_bool().ok_or(Refusal::LoginSwitch)?;
        if on != at_login::is_on(app) {
            at_login::set(app, on)?;
        }
    }
    let patch: SettingsPatch = serde_json::from_value(Value::Object(patch))
        .map_err(|error| Refusal::Settings(error.to_string()))?;
    let daemon = &app.state::<Shell>().daemon;
    let settings = daemon.set_settings(patch).await?;
    Ok(Shown { settings, start_at_login: at_login::is_on(app) })
}
