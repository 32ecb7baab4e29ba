//! Linux and its relatives: XDG folders and the Secret Service.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, OnceLock},
    time::Duration,
};

use keyring_core::{CredentialStore, Entry, Error};
use rotunda_core::vault::VaultError;
use tokio::time::timeout;

use super::{Networking, OtherSide, SERVICE, secret_service::Store, wsl};
use crate::platform::{Env, KeychainProvider};

/// The homes of all users of Windows, as WSL shows them unless its settings move them.
const USERS_OF_WINDOWS: &str = "/mnt/c/Users";
/// `wslinfo` answers at once; versions before 2.0 do not have it.
const WSLINFO_PATIENCE: Duration = Duration::from_secs(5);

/// Our folder's name below the system's.
pub(crate) const FOLDER: &str = "rotunda";
/// The same for data.
pub(crate) const DATA_FOLDER: &str = FOLDER;
/// Whether the keychain asks its user about each program that reads an item of
/// another one. A Secret Service that is open gives everything to every program.
pub(crate) const KEYCHAIN_ASKS: bool = false;
/// Opens an address in the user's browser.
pub(crate) const BROWSER: (&str, &[&str]) = ("xdg-open", &[]);
/// Where a removal of the package looks for moved folders, below the user's home.
pub(crate) const NOTES: Option<&str> = Some(".local/share/rotunda/elsewhere");

/// Log files are state: neither settings nor worth a backup.
pub(crate) fn logs_folder() -> Option<PathBuf> {
    dirs::state_dir().or_else(dirs::data_local_dir).map(|state| state.join(FOLDER).join("logs"))
}

/// The Secret Service of this session. All users of it in this process share one
/// connection, and what is remembered of prompts.
#[expect(clippy::unnecessary_wraps, reason = "on other systems it can fail")]
pub(crate) fn keychain() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(Arc::new(session().clone()))
}

fn session() -> &'static Store {
    static SESSION: OnceLock<Store> = OnceLock::new();
    SESSION.get_or_init(Store::session)
}

/// The user did something that needs the keychain: it is tried again, also what
/// it did not answer or what the user did not allow before.
pub(crate) fn ask_again(store: &Arc<CredentialStore>) {
    if let Some(store) = store.as_any().downcast_ref::<Store>() {
        store.ask_again();
    }
}

/// Who keeps the keychain, once it has answered. Blocks.
pub(crate) fn keychain_provider(store: &Arc<CredentialStore>) -> Option<KeychainProvider> {
    store.as_any().downcast_ref::<Store>()?.provider()
}

/// Names one of our items; the label is what the user reads in a keyring viewer.
pub(crate) fn keychain_entry(
    store: &Arc<CredentialStore>,
    name: &str,
) -> keyring_core::Result<Entry> {
    let label = format!("Rotunda profile {name}");
    store.build(SERVICE, name, Some(&HashMap::from([("label", label.as_str())])))
}

/// Names of our items in the Secret Service, of locked ones as far as their
/// provider lists them. Unlocks nothing, so no prompt appears.
pub(crate) async fn keychain_names() -> Result<Vec<String>, VaultError> {
    let listed = tokio::task::spawn_blocking(|| session().names(SERVICE));
    match listed.await {
        Ok(names) => names.map_err(|error| refusal(&error)),
        Err(_) => Err(VaultError::Unavailable("the keychain's worker ended".to_owned())),
    }
}

/// What a refusal of the Secret Service means: our store says it itself.
pub(crate) fn refusal(error: &Error) -> VaultError {
    match error {
        Error::NoStorageAccess(cause) => {
            cause.downcast_ref().cloned().unwrap_or(VaultError::Locked)
        }
        Error::PlatformFailure(cause) => VaultError::Unavailable(cause.to_string()),
        other => VaultError::Unavailable(other.to_string()),
    }
}

/// Shows a file with the program that the user has for it.
pub fn open_command(path: &Path) -> tokio::process::Command {
    let mut command = super::program("xdg-open");
    command.arg(path);
    command
}

/// Windows around this Linux, when that is so and has a Codex.
pub async fn other_side(env: &Env) -> Option<(OtherSide, Networking)> {
    if !is_in_windows(env) {
        return None;
    }
    let homes = wsl::codex_homes(Path::new(USERS_OF_WINDOWS));
    if homes.is_empty() {
        return None;
    }
    Some((OtherSide::Windows(homes), networking().await))
}

/// How a program on the other side of this computer, to which the path leads, reaches a
/// port of this one; none when it leads to no other side.
pub async fn reached_from(env: &Env, path: &Path) -> Option<Networking> {
    if is_in_windows(env) && wsl::leads_to_windows(path) {
        return Some(networking().await);
    }
    None
}

fn is_in_windows(env: &Env) -> bool {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    env.asks_system() && wsl::is_wsl(&release)
}

async fn networking() -> Networking {
    let mut mode = super::program("wslinfo");
    mode.arg("--networking-mode").stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let said = timeout(WSLINFO_PATIENCE, mode.output()).await.ok().and_then(Result::ok);
    let said = said.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    wsl::networking_of_word(&said.unwrap_or_default())
}

/// Whether a program has a file open for writing, as far as this user may see:
/// `/proc/PID/fd` leads to it and `/proc/PID/fdinfo` shows how it was opened.
pub(crate) fn is_written_by_another(path: &Path) -> bool {
    let Ok(wanted) = fs::metadata(path) else { return false };
    let Some(name) = path.file_name() else { return false };
    let processes = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let mut processes = processes.map(|entry| entry.path()).filter(|path| is_numbered(path));
    processes.any(|process| {
        let files = fs::read_dir(process.join("fd")).into_iter().flatten().filter_map(Result::ok);
        let mut numbers = files.filter(|file| {
            // The name first: a look at the file itself may wait for a network.
            let leads = fs::read_link(file.path()).is_ok_and(|to| to.file_name() == Some(name));
            leads && fs::metadata(file.path()).is_ok_and(|found| is_same(&found, &wanted))
        });
        numbers.any(|file| writes(&process.join("fdinfo").join(file.file_name())))
    })
}

fn is_same(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

/// Whether an open file may be written, by its `flags:` in octal digits.
fn writes(info: &Path) -> bool {
    const ACCESS: u32 = 0o3;
    let text = fs::read_to_string(info).unwrap_or_default();
    let flags = text.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & ACCESS != 0)
}

/// Other names, such as `self`, lead to the same processes again.
pub(super) fn is_numbered(process: &Path) -> bool {
    let name = process.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
}
