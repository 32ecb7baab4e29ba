//! macOS: Library folders and the login keychain.

use std::{path::PathBuf, process::Command, sync::Arc};

use keyring_core::{CredentialStore, Entry, Error};
use rotunda_router::vault::VaultError;

use super::{AtLogin, HOME_VARIABLE, SERVICE, TrayHost};
use crate::home::Env;

/// Our folder's name below the system's.
pub(crate) const FOLDER: &str = "Rotunda";
/// Whether the keychain asks its user about each program that reads an item of
/// another one.
pub(crate) const KEYCHAIN_ASKS: bool = true;
/// Opens an address in the user's browser.
pub(crate) const BROWSER: (&str, &[&str]) = ("open", &[]);
/// No removal looks for notes about moved folders here.
pub(crate) const NOTES: Option<&str> = None;

/// Where the Console app looks.
pub(crate) fn logs_folder() -> Option<PathBuf> {
    dirs::home_dir().map(|home| home.join("Library/Logs").join(FOLDER))
}

/// Opens the login keychain.
pub(crate) fn keychain() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

/// Names one of our items.
pub(crate) fn keychain_entry(
    store: &Arc<CredentialStore>,
    name: &str,
) -> keyring_core::Result<Entry> {
    store.build(SERVICE, name, None)
}

/// The user said no, or the system said no for him.
const DENIED: [&str; 2] = ["code: -128", "code: -25244"];
/// It is locked, or asking for the password came to nothing.
const LOCKED: [&str; 2] = ["code: -25308", "code: -25293"];

/// What a refusal of the keychain means. Its messages are in the user's own
/// language, so the code is read, which stands in the debug form only.
pub(crate) fn refusal(error: &Error) -> VaultError {
    let shown = match error {
        Error::NoStorageAccess(cause) | Error::PlatformFailure(cause) => format!("{cause:?}"),
        other => other.to_string(),
    };
    let says = |codes: [&str; 2]| codes.iter().any(|code| shown.contains(code));
    match error {
        _ if says(DENIED) => VaultError::Denied,
        _ if says(LOCKED) => VaultError::Locked,
        Error::NoStorageAccess(_) => VaultError::Locked,
        _ => VaultError::Unavailable(
            "the login keychain does not answer; open Keychain Access and check it".to_owned(),
        ),
    }
}

/// Shows a file with the program that the user has for it.
pub(crate) fn open_command(path: &std::path::Path) -> tokio::process::Command {
    let mut command = tokio::process::Command::new("open");
    command.arg("-t").arg(path);
    command
}

/// Who listens on a port, such as `node (4242)`.
pub(crate) fn port_holder(port: u16) -> Option<String> {
    let port = format!("-iTCP:{port}");
    let asked = Command::new("lsof").args(["-nP", &port, "-sTCP:LISTEN", "-Fpc"]).output().ok()?;
    let text = String::from_utf8_lossy(&asked.stdout).into_owned();
    let field = |mark| text.lines().find_map(|line| line.strip_prefix(mark));
    Some(format!("{} ({})", field('c')?, field('p')?))
}

/// Login items are not looked at here.
pub(crate) fn at_login(_env: &Env) -> AtLogin {
    AtLogin::NotChecked
}

/// Tray icons are part of this system.
pub(crate) async fn tray_host(_env: &Env) -> TrayHost {
    std::future::ready(TrayHost::Always).await
}

/// Where the desktop app's own Codex may be, best first.
pub(crate) fn bundled(env: &Env) -> Vec<PathBuf> {
    let mut folders: Vec<_> =
        env.path(HOME_VARIABLE).map(|home| home.join("Applications")).into_iter().collect();
    if env.asks_system() {
        folders.insert(0, "/Applications".into());
    }
    let apps = ["ChatGPT.app", "Codex.app"];
    let inside = ["Contents/Resources/codex-cli/bin/codex", "Contents/Resources/codex"];
    let apps = folders.iter().flat_map(|folder| apps.map(|app| folder.join(app)));
    apps.flat_map(|app| inside.map(|place| app.join(place))).collect()
}
