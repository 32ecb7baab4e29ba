//! Windows: known folders, access lists and the Credential Manager.

use std::{
    collections::HashMap,
    ffi::OsStr,
    fs::{self, File, OpenOptions},
    io,
    os::windows::process::CommandExt as _,
    path::{Path, PathBuf},
    process::ExitStatus,
    sync::Arc,
};

use keyring_core::{CredentialStore, Entry, Error};
use rotunda_core::vault::VaultError;
use tokio::signal::windows;

use super::{
    AtLogin, IsSameUser, Networking, OtherSide, PortOwner, SERVICE, TrayHost,
    access_list::{self, Readers, Subject},
    registry::{self, Registry},
    run_key, wsl,
};
use crate::platform::{EntryFiles, Env, KeychainProvider};

/// Our folder's name below the system's.
pub(crate) const FOLDER: &str = "Rotunda";
/// The name of the one with data. Below the same folder of the system, `Rotunda` is
/// where the installer puts the programs; this one it removes when it is asked to
/// remove the data of the app.
pub(crate) const DATA_FOLDER: &str = "dev.rotunda.desktop";
/// Whether the keychain asks its user about each program that reads an item of
/// another one.
pub(crate) const KEYCHAIN_ASKS: bool = false;
/// Opens an address in the user's browser, without a shell that would read `&`.
pub(crate) const BROWSER: (&str, &[&str]) = ("rundll32.exe", &["url.dll,FileProtocolHandler"]);
/// No removal looks for notes about moved folders here.
pub(crate) const NOTES: Option<&str> = None;

/// What modes say of a file without and with access for other users.
const PRIVATE: u32 = 0o600;
const SHARED: u32 = 0o644;
const OTHERS: u32 = 0o077;

/// Another process holds the file, or a part of it.
const ERROR_SHARING_VIOLATION: i32 = 32;
const ERROR_LOCK_VIOLATION: i32 = 33;
/// Log files stay on this machine.
pub(crate) fn logs_folder() -> Option<PathBuf> {
    dirs::data_local_dir().map(|data| data.join(DATA_FOLDER).join("logs"))
}

/// Where earlier versions kept their data.
pub(crate) fn former_data_folder() -> Option<PathBuf> {
    dirs::data_local_dir().map(|data| data.join(FOLDER))
}

/// Access is inherited from the folder. "Read-only" is the file's own, and what
/// replaces the file keeps it ([`lift_protection`]).
#[expect(clippy::unnecessary_wraps, reason = "fails on other systems")]
pub(crate) fn copy_attributes(_from: &File, _to: &File) -> io::Result<()> {
    Ok(())
}

/// Opens a file.
pub(crate) fn open_without_waiting(path: &Path, write: bool) -> io::Result<File> {
    OpenOptions::new().read(true).write(write).open(path)
}

/// What a file is when it is no regular file, with its article.
pub(crate) fn special_kind(data: &fs::Metadata) -> Option<&'static str> {
    match () {
        () if data.is_file() => None,
        () if data.is_dir() => Some("a folder"),
        () => Some("of an unknown kind"),
    }
}

/// Owners are not compared here: access is inherited from the user's profile.
pub(crate) fn other_owner(_data: &fs::Metadata) -> Option<u32> {
    None
}

/// Whether a file was made by a process of this user: its folder shows it.
pub(crate) fn is_own(_data: &fs::Metadata, _folder: &fs::Metadata) -> bool {
    true
}

/// How many names a file has: unknown without a further dependency.
pub(crate) fn links(_data: &fs::Metadata) -> u64 {
    1
}

/// What permission bits would say of the access list: [`PRIVATE`], or [`SHARED`] when
/// other users have access. None when it cannot be read.
pub(crate) fn mode(_data: &fs::Metadata, path: &Path) -> Option<u32> {
    match access_list::readers(path).ok()? {
        Readers::User | Readers::UserAndSystem => Some(PRIVATE),
        Readers::Others => Some(SHARED),
    }
}

/// Closes a file to other users, or lets it inherit who has access, when it does not do so
/// already. A file system without access lists cannot, and that is no failure.
pub(crate) fn set_mode(_file: &File, path: &Path, mode: u32) -> io::Result<()> {
    let done = match access_list::readers(path)? {
        Readers::Others if mode & OTHERS == 0 => access_list::close(path, Subject::File),
        Readers::User if mode & OTHERS != 0 => access_list::inherit(path),
        _ => Ok(()),
    };
    done.or_else(unless_without_lists)
}

fn unless_without_lists(error: io::Error) -> io::Result<()> {
    match error.kind() {
        io::ErrorKind::Unsupported => Ok(()),
        _ => Err(error),
    }
}

/// A lock here keeps every other program from reading the file, so none is taken.
pub(crate) fn claim(_file: &File) -> Option<bool> {
    None
}

/// Whether a file system has no locks at all.
pub fn has_no_locks(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Unsupported
}

/// Whether a name still leads to an open file: an open file keeps its name here.
#[expect(clippy::unnecessary_wraps, reason = "fails on other systems")]
pub(crate) fn has_name(_file: &File) -> io::Result<bool> {
    Ok(true)
}

/// Owners are inherited from the folder.
#[expect(clippy::unnecessary_wraps, reason = "fails on other systems")]
pub(crate) fn adopt(_file: &File, _folder: &Path) -> io::Result<()> {
    Ok(())
}

/// A file that another program writes cannot be moved here, so none is missed.
pub(crate) fn is_written_by_another(_path: &Path) -> bool {
    false
}

/// The path of these bytes, which are a text here.
pub(crate) fn path_of_bytes(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// Nothing changes places in one step here.
pub(crate) fn exchange(_a: &Path, _b: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// What differs when a file was replaced or changed.
pub(crate) fn identity(data: &fs::Metadata) -> Vec<u64> {
    use std::os::windows::fs::MetadataExt as _;
    let attributes = u64::from(data.file_attributes());
    vec![data.file_size(), data.last_write_time(), data.creation_time(), attributes]
}

/// Makes a read-only file writable, so that it can be replaced, written or removed.
/// True when it was read-only.
#[expect(
    clippy::permissions_set_readonly_false,
    reason = "on Windows it is one attribute and opens the file to no other user"
)]
pub(crate) fn lift_protection(path: &Path) -> io::Result<bool> {
    let mut permissions = match fs::metadata(path) {
        Ok(data) => data.permissions(),
        Err(_) => return Ok(false),
    };
    if !permissions.readonly() {
        return Ok(false);
    }
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions).map(|()| true)
}

/// Read-only.
pub(crate) fn freeze(path: &Path) -> io::Result<()> {
    let mut permissions = fs::metadata(path)?.permissions();
    permissions.set_readonly(true);
    fs::set_permissions(path, permissions)
}

/// A folder for this user alone; what is made in it is, too. Those above it are as the
/// system likes.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    match access_list::readers(path)? {
        Readers::User => Ok(()),
        Readers::UserAndSystem | Readers::Others => {
            access_list::close(path, Subject::Folder).or_else(unless_without_lists)
        }
    }
}

/// Opens files; those made in a folder of ours are closed to others by it.
pub(crate) fn private_file() -> OpenOptions {
    OpenOptions::new()
}

/// The same for what stands at exactly this place: a link is not followed.
pub(crate) fn private_file_here() -> OpenOptions {
    use std::os::windows::fs::OpenOptionsExt as _;
    const OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    let mut options = OpenOptions::new();
    options.custom_flags(OPEN_REPARSE_POINT);
    options
}

/// What this computer is called: a variable says it here.
pub fn host_name() -> Option<String> {
    None
}

/// Folders cannot be synced here; the rename itself is journalled.
#[expect(clippy::unnecessary_wraps, reason = "fails on other systems")]
pub(crate) fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Refusals that may be over in a moment.
pub(crate) fn is_transient(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, PermissionDenied, ResourceBusy};
    matches!(error.kind(), Interrupted | PermissionDenied | ResourceBusy)
        || matches!(error.raw_os_error(), Some(ERROR_SHARING_VIOLATION | ERROR_LOCK_VIOLATION))
}

/// Opens the Credential Manager.
pub(crate) fn keychain() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

/// Names one of our items. It stays on this machine: the default would let it
/// roam with the user's profile, and two holders of one refresh token sign each
/// other out.
pub(crate) fn keychain_entry(
    store: &Arc<CredentialStore>,
    name: &str,
) -> keyring_core::Result<Entry> {
    store.build(SERVICE, name, Some(&HashMap::from([("persistence", "Local")])))
}

/// Names of our items.
pub(crate) async fn keychain_names() -> Result<Vec<String>, VaultError> {
    let listed = tokio::task::spawn_blocking(|| {
        let pattern = format!(r"\.{SERVICE}$");
        let found = keychain()?.search(&HashMap::from([("pattern", pattern.as_str())]))?;
        let named = found.iter().filter_map(Entry::get_specifiers);
        Ok(named.filter(|(service, _)| service == SERVICE).map(|(_, name)| name).collect())
    });
    match listed.await {
        Ok(names) => names.map_err(|error: Error| refusal(&error)),
        Err(_) => Err(VaultError::Unavailable("the keychain's worker ended".to_owned())),
    }
}

/// Nothing is remembered about prompts here.
pub(crate) fn ask_again(_store: &Arc<CredentialStore>) {}

/// The system itself keeps it.
pub(crate) fn keychain_provider(_store: &Arc<CredentialStore>) -> Option<KeychainProvider> {
    None
}

/// What a refusal of the Credential Manager means.
pub(crate) fn refusal(error: &Error) -> VaultError {
    match error {
        Error::NoStorageAccess(_) => VaultError::Unavailable(
            "there is no logon session; start Rotunda as a signed-in user".to_owned(),
        ),
        Error::PlatformFailure(cause) => {
            VaultError::Unavailable(format!("the Credential Manager does not answer ({cause})"))
        }
        _ => VaultError::Unavailable("the Credential Manager does not answer".to_owned()),
    }
}

/// Where Codex looks for an administrator's files.
pub(crate) fn managed_codex_folder(codex_home: &Path) -> PathBuf {
    codex_home.to_owned()
}

/// What the Codex command is called.
pub(crate) const CODEX: &[&str] = &["codex.exe", "codex.cmd"];

/// Whether a file can be started.
pub(crate) fn is_program(file: &Path) -> bool {
    file.is_file()
}

/// Shows a file with the program that the user has for it.
pub fn open_command(path: &Path) -> tokio::process::Command {
    let mut command = program("explorer.exe");
    command.arg(path);
    command
}

/// The listener of a port: unknown without a further dependency.
pub fn port_holder(_port: u16) -> Option<String> {
    None
}

/// This system does not say.
pub fn port_owner(_port: u16) -> PortOwner {
    PortOwner::Unknown
}

/// This system does not report the user of a connection.
pub fn same_user() -> Option<IsSameUser> {
    None
}

/// Handles are not bounded in numbers that matter here.
pub fn raise_descriptors(_wanted: u64) -> Option<u64> {
    None
}

/// Whether a process with this number runs: not known here.
pub fn runs(_pid: u32) -> bool {
    true
}

/// No service manager opens ports here.
pub fn inherited_listener() -> Option<io::Result<std::net::TcpListener>> {
    None
}

/// What a shell would make of how a program ended.
pub fn exit_code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// A console that does not show what is typed, for as long as a line is read.
#[derive(Debug)]
pub struct Unseen;

impl Unseen {
    /// From now on.
    #[expect(clippy::unnecessary_wraps, reason = "other systems may refuse")]
    pub fn begin() -> io::Result<Self> {
        Ok(Self)
    }

    /// The next line that is typed. Blocks.
    pub fn line(_most: u64) -> io::Result<String> {
        rpassword::read_password()
    }
}

/// What would end this process; listened for, it no longer does.
#[derive(Debug)]
pub struct Signals {
    interrupt: windows::CtrlC,
    /// The one event that another program can send to a process group of its own.
    break_key: windows::CtrlBreak,
    close: windows::CtrlClose,
    shutdown: windows::CtrlShutdown,
}

impl Signals {
    /// Listens from now on.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: windows::ctrl_c()?,
            break_key: windows::ctrl_break()?,
            close: windows::ctrl_close()?,
            shutdown: windows::ctrl_shutdown()?,
        })
    }

    /// Waits until this process is to end, by whatever means.
    pub async fn end(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.break_key.recv() => {}
            _ = self.close.recv() => {}
            _ = self.shutdown.recv() => {}
        }
    }

    /// The same without Ctrl+C and Ctrl+Break, which the console sends to a child as well.
    pub async fn end_but_by_keyboard(&mut self) {
        tokio::select! {
            _ = self.close.recv() => {}
            _ = self.shutdown.recv() => {}
        }
    }
}

/// There is no request to end here: a child is ended.
pub fn ask_to_end(_process: u32) -> bool {
    false
}

/// Flags of `CreateProcessW`: not reached by the Ctrl+C of this console, and without
/// the console window that a program of the tray app would otherwise open.
const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// A program that works in the background: its input and output are ours or none.
pub fn program(file: impl AsRef<OsStr>) -> tokio::process::Command {
    let mut command = tokio::process::Command::new(file);
    command.creation_flags(CREATE_NO_WINDOW);
    command
}

/// A command line of the user's: `cmd.exe` reads it as it stands. With `/s` it takes off the
/// first and the last quotation mark and nothing else; `/d` leaves out what the registry
/// would run before.
pub fn shell(line: &str) -> tokio::process::Command {
    let mut command = program("cmd.exe");
    command.raw_arg(format!("/d /s /c \"{line}\""));
    own_group(&mut command);
    command
}

/// Makes a program of the background one that this console's Ctrl+C does not reach.
pub fn own_group(command: &mut tokio::process::Command) {
    command.creation_flags(CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW);
}

/// Ends a child and what it started; there is no request to end here.
pub fn end_group(process: u32, insist: bool) {
    if insist {
        let _ = std::process::Command::new("taskkill")
            .creation_flags(CREATE_NO_WINDOW)
            .args(["/T", "/F", "/PID", &process.to_string()])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .status();
    }
}

/// What starts Rotunda at login. A test that names its variables has no registry.
pub fn at_login(env: &Env) -> AtLogin {
    if !env.asks_system() {
        return AtLogin::NotChecked;
    }
    run_key::at_login(&Registry, Path::is_file)
}

/// Makes the session start `program` in the tray at login, or nothing of ours.
pub(crate) fn set_at_login<F: EntryFiles>(
    env: &Env,
    program: &Path,
    on: bool,
    files: &F,
) -> Option<Result<(), F::Error>> {
    let done = env.asks_system().then(|| run_key::set(&Registry, program, on))?;
    Some(done.map_err(|error| files.failed(run_key::RUN.into(), "write", error)))
}

/// There is one place for login items.
pub(crate) fn has_misplaced_entry(_env: &Env) -> bool {
    false
}

/// The Linux systems inside this Windows, when there are any.
pub async fn other_side(env: &Env) -> Option<(OtherSide, Networking)> {
    if !env.asks_system() {
        return None;
    }
    let found = (OtherSide::Linux(registry::linux_systems()), networking(env));
    std::future::ready(Some(found).filter(|(side, _)| *side != OtherSide::Linux(Vec::new()))).await
}

/// How a program on the other side of this computer, to which the path leads, reaches a
/// port of this one; none when it leads to no other side.
pub async fn reached_from(env: &Env, path: &Path) -> Option<Networking> {
    let leads_there = env.asks_system() && wsl::leads_to_linux(path);
    std::future::ready(leads_there.then(|| networking(env))).await
}

fn networking(env: &Env) -> Networking {
    env.user_home().map_or(Networking::Apart, |home| wsl::networking_of_home(&home))
}

/// Tray icons are part of this system.
pub async fn tray_host(_env: &Env) -> TrayHost {
    std::future::ready(TrayHost::Always).await
}

/// Where the desktop app puts the Codex that it starts.
pub(crate) fn bundled(env: &Env) -> Vec<PathBuf> {
    let local = env.path("LOCALAPPDATA").into_iter();
    local.map(|local| local.join(r"OpenAI\Codex\bin\codex.exe")).collect()
}
