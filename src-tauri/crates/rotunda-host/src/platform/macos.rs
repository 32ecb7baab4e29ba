//! macOS: Library folders and the login keychain.

use std::{collections::HashMap, path::PathBuf, process::Command, sync::Arc};

use keyring_core::{CredentialStore, Entry, Error};
use rotunda_core::vault::VaultError;

use super::{
    AtLogin, HOME_VARIABLE, IsSameUser, Networking, OtherSide, PortOwner, SERVICE, TrayHost,
    launch_agent,
};
use crate::platform::{EntryFiles, Env, KeychainProvider};

/// Our folder's name below the system's.
pub(crate) const FOLDER: &str = "Rotunda";
/// The same for data.
pub(crate) const DATA_FOLDER: &str = FOLDER;
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

/// Names of our items. Their attributes are read without a prompt.
pub(crate) async fn keychain_names() -> Result<Vec<String>, VaultError> {
    let listed = tokio::task::spawn_blocking(|| {
        let found = keychain()?.search(&HashMap::from([("service", SERVICE)]))?;
        Ok(found.iter().filter_map(|entry| Some(entry.get_specifiers()?.1)).collect())
    });
    match listed.await {
        Ok(names) => names.map_err(|error: Error| refusal(&error)),
        Err(_) => Err(VaultError::Unavailable("the keychain's worker ended".to_owned())),
    }
}

/// The user closed the prompt (`errSecUserCanceled`).
const DISMISSED: [&str; 1] = ["code: -128"];
/// The item does not allow this program (`errSecInvalidOwnerEdit`).
const DENIED: [&str; 1] = ["code: -25244"];
/// The file system or the keychain takes no writing (`errSecReadOnly`,
/// `errSecWrPerm`, `errSecDskFull`).
const CANNOT_SAVE: [&str; 3] = ["code: -25292", "code: -61", "code: -34"];
/// There is no default keychain, or it is gone (`errSecNoDefaultKeychain`,
/// `errSecNoSuchKeychain`).
const NO_KEYCHAIN: [&str; 2] = ["code: -25307", "code: -25294"];
/// It is locked, or asking for the password came to nothing.
const LOCKED: [&str; 2] = ["code: -25308", "code: -25293"];

/// Nothing is remembered about prompts here.
pub(crate) fn ask_again(_store: &Arc<CredentialStore>) {}

/// The system itself keeps it.
pub(crate) fn keychain_provider(_store: &Arc<CredentialStore>) -> Option<KeychainProvider> {
    None
}

/// What a refusal of the keychain means. Its messages are in the user's own
/// language, so the code is read, which stands in the debug form only.
pub(crate) fn refusal(error: &Error) -> VaultError {
    let shown = match error {
        Error::NoStorageAccess(cause) | Error::PlatformFailure(cause) => format!("{cause:?}"),
        other => other.to_string(),
    };
    // The code ends with its digits: -25292 is not -252.
    let says = |codes: &[&str]| {
        codes.iter().any(|code| {
            let mut ends = shown.match_indices(code).map(|(start, _)| &shown[start + code.len()..]);
            ends.any(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
        })
    };
    match error {
        _ if says(&DISMISSED) => VaultError::Dismissed,
        _ if says(&DENIED) => VaultError::Denied,
        _ if says(&LOCKED) => VaultError::Locked,
        _ if says(&NO_KEYCHAIN) => VaultError::NoCollection,
        _ if says(&CANNOT_SAVE) => VaultError::CannotSave("it is read-only or full".to_owned()),
        Error::NoStorageAccess(_) => VaultError::Locked,
        _ => VaultError::Unavailable(
            "the login keychain does not answer; open Keychain Access and check it".to_owned(),
        ),
    }
}

/// Shows a file with the program that the user has for it.
pub fn open_command(path: &std::path::Path) -> tokio::process::Command {
    let mut command = super::program("open");
    command.arg("-t").arg(path);
    command
}

/// Who listens on a port, such as `node (4242)`.
pub fn port_holder(port: u16) -> Option<String> {
    let port = format!("-iTCP:{port}");
    let output = Command::new("lsof").args(["-nP", &port, "-sTCP:LISTEN", "-Fpc"]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let field = |mark| text.lines().find_map(|line| line.strip_prefix(mark));
    Some(format!("{} ({})", field('c')?, field('p')?))
}

/// The same, judged. Programs of other users are not seen.
pub fn port_owner(port: u16) -> PortOwner {
    match port_holder(port) {
        None => PortOwner::Unknown,
        Some(program) if program.starts_with("rotunda") => PortOwner::Ours(program),
        program => PortOwner::Stranger { program, user: None },
    }
}

/// This system does not report the user of a connection.
pub fn same_user() -> Option<IsSameUser> {
    None
}

/// What starts Rotunda at login: its agent. That a user has switched it off in the
/// system's settings is not written there.
pub fn at_login(env: &Env) -> AtLogin {
    let home = env.user_home();
    home.map_or(AtLogin::Off, |home| launch_agent::at_login(&home, super::is_program))
}

/// Makes the session start `program` in the tray at login, or nothing of ours.
pub(crate) fn set_at_login<F: EntryFiles>(
    env: &Env,
    program: &std::path::Path,
    on: bool,
    files: &F,
) -> Option<Result<(), F::Error>> {
    Some(launch_agent::set(&env.user_home()?, program, on, files))
}

/// There is one place for login items.
pub(crate) fn has_misplaced_entry(_env: &Env) -> bool {
    false
}

/// There is no other system inside this one.
pub async fn other_side(_env: &Env) -> Option<(OtherSide, Networking)> {
    std::future::ready(None).await
}

/// The same for a path: it leads to no other side.
pub async fn reached_from(_env: &Env, _path: &std::path::Path) -> Option<Networking> {
    std::future::ready(None).await
}

/// Tray icons are part of this system.
pub async fn tray_host(_env: &Env) -> TrayHost {
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

/// Whether a program has a file open for writing: no system call of a user
/// reports that here.
pub(crate) fn is_written_by_another(_path: &std::path::Path) -> bool {
    false
}
