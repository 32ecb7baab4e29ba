//! The settings page. What the system keeps (start at login) and what the
//! daemon keeps travel as one.

use rotunda_host::settings::{SettingsPatch, SettingsView};
use rotunda_text::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Context;
use crate::{at_login, refused::Refused};

/// The one key that is not the daemon's.
const AT_LOGIN: &str = "start_at_login";

/// Everything the page shows.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct SettingsPage {
    #[serde(flatten)]
    settings: SettingsView,
    start_at_login: bool,
}

/// The settings to change, as the page writes them.
#[derive(Deserialize)]
#[serde(transparent)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "Partial<SettingsPage>"))]
pub(super) struct SettingsChange(Map<String, Value>);

/// What holds now.
pub(super) async fn shown(context: &Context) -> SettingsPage {
    let settings = context.daemon.preferences.view().await;
    SettingsPage { settings, start_at_login: at_login::is_on() }
}

/// Saves what is given and returns what holds now, or why nothing was changed.
pub(super) async fn set(
    context: &Context,
    change: SettingsChange,
) -> Result<SettingsPage, Refused> {
    let SettingsChange(mut patch) = change;
    if let Some(on) = patch.remove(AT_LOGIN) {
        let on = on.as_bool().ok_or(Refusal::LoginSwitch)?;
        if on != at_login::is_on() {
            at_login::set(on)?;
        }
    }
    let patch: SettingsPatch = serde_json::from_value(Value::Object(patch))
        .map_err(|error| Refusal::Settings(error.to_string()))?;
    let settings = context.daemon.preferences.change(patch).await?;
    Ok(SettingsPage { settings, start_at_login: at_login::is_on() })
}
