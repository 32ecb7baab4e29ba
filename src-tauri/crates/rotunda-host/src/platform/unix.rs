//! What Linux and macOS share: modes, folders and errors that pass.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, BufRead as _, Read as _},
    os::unix::{
        fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
        process::ExitStatusExt,
    },
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Two files change places in one step. Not every file system can: then the
/// error is [`io::ErrorKind::Unsupported`].
pub(crate) fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    use rustix::{
        fs::{CWD, RenameFlags, renameat_with},
        io::Errno,
    };
    renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).map_err(|error| match error {
        Errno::INVAL | Errno::NOSYS | Errno::NOTSUP => io::ErrorKind::Unsupported.into(),
        error => error.into(),
    })
}

/// What differs when a file was replaced or changed, or became another's.
pub(crate) fn identity(data: &fs::Metadata) -> Vec<u64> {
    use std::os::unix::fs::MetadataExt as _;
    let signed = [data.mtime(), data.mtime_nsec(), data.ctime(), data.ctime_nsec()];
    let times = signed.map(i64::cast_unsigned);
    [data.dev(), data.ino(), data.size()].into_iter().chain(times).collect()
}

/// Lets this process open up to `wanted` descriptors, or as many as it may; how
/// many that are now, none when they are not bounded.
pub fn raise_descriptors(wanted: u64) -> Option<u64> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    /// macOS refuses more, whatever its own limit says.
    const LEAST_HARD_LIMIT: u64 = 10_240;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let current = current?;
    let most = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    let raised = [most, most.min(LEAST_HARD_LIMIT)].into_iter().find(|target| {
        *target > current
            && setrlimit(Resource::Nofile, Rlimit { current: Some(*target), maximum }).is_ok()
    });
    Some(raised.unwrap_or(current))
}

/// Whether a process with this number runs.
pub fn runs(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

/// The port that the service manager has opened for this process, when it has
/// (`sd_listen_fds(3)`).
pub fn inherited_listener() -> Option<io::Result<std::net::TcpListener>> {
    let ours = std::env::var("LISTEN_PID").is_ok_and(|pid| pid.parse() == Ok(std::process::id()));
    if !ours {
        return None;
    }
    let mut inherited = listenfd::ListenFd::from_env();
    (inherited.len() > 0).then(|| match inherited.take_tcp_listener(0) {
        Ok(Some(listener)) => Ok(listener),
        Ok(None) => Err(io::ErrorKind::NotFound.into()),
        Err(error) => Err(error),
    })
}

/// Nothing to lift: a read-only file can be replaced and removed by a user who may write
/// into its folder.
#[expect(clippy::unnecessary_wraps, reason = "Windows may refuse")]
pub(crate) fn lift_protection(_path: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Data was always where it is.
pub(crate) fn former_data_folder() -> Option<PathBuf> {
    None
}

/// Readable by its owner, and read-only.
pub(crate) fn freeze(path: &Path) -> io::Result<()> {
    fs::set_permissions(path, Permissions::from_mode(0o400))
}

/// A folder for its owner only; those above it as the system likes. What the
/// administrator makes below a user's home becomes that user's.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    let closed = |data: &fs::Metadata| data.permissions().mode() & 0o777 == 0o700;
    match make_folder(path, 0o700) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {
            if fs::metadata(path).is_ok_and(|data| closed(&data)) {
                return Ok(());
            }
            fs::set_permissions(path, Permissions::from_mode(0o700))
        }
        outcome => outcome,
    }
}

fn make_folder(path: &Path, mode: u32) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    if !parent.exists() {
        match make_folder(parent, 0o777) {
            // Another process made it meanwhile.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && parent.is_dir() => {}
            outcome => outcome?,
        }
    }
    DirBuilder::new().mode(mode).create(path)?;
    // A file system without owners refuses, and has nothing to adopt.
    let _ = File::open(path).and_then(|made| super::adopt(&made, parent));
    Ok(())
}

/// Opens files that, when made, are their owner's only.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    // A named pipe in its place is not waited for.
    options.mode(0o600).custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    options
}

/// The same for what stands at exactly this place: a link is not followed, and
/// a pipe does not hold its opener up.
pub(crate) fn private_file_here() -> OpenOptions {
    use rustix::fs::OFlags;
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let mut options = private_file();
    options.custom_flags(flags.bits().cast_signed());
    options
}

/// What this computer is called.
pub fn host_name() -> Option<String> {
    let system = rustix::system::uname();
    system.nodename().to_str().ok().filter(|name| *name != "localhost").map(str::to_owned)
}

/// A rename is on the disk only when its folder is.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Refusals that may be over in a moment.
pub(crate) fn is_transient(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, PermissionDenied, ResourceBusy};
    matches!(error.kind(), Interrupted | PermissionDenied | ResourceBusy)
}

/// Where Codex looks for an administrator's files.
pub(crate) fn managed_codex_folder(_codex_home: &Path) -> std::path::PathBuf {
    "/etc/codex".into()
}

/// What the Codex command is called.
pub(crate) const CODEX: &[&str] = &["codex"];

/// Whether a file can be started.
pub(crate) fn is_program(file: &Path) -> bool {
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// What a shell would make of how a program ended.
pub fn exit_code(status: ExitStatus) -> u8 {
    let by_signal = || status.signal().map(|signal| 128 + signal);
    status.code().or_else(by_signal).and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// A terminal that does not show what is typed, for as long as this lives.
#[derive(Debug)]
pub struct Unseen(Termios);

impl Unseen {
    /// From now on; an error when standard input is no terminal.
    pub fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        // The end of the line shows: the next sentence begins below.
        hidden.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(io::stdin(), OptionalActions::Now, &hidden)?;
        Ok(Self(before))
    }

    /// The next line that is typed, of at most `most` bytes. Blocks.
    pub fn line(most: u64) -> io::Result<String> {
        let mut line = String::new();
        io::stdin().lock().take(most).read_line(&mut line).map(|_| line)
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// Signals that would end this process; listened for, they no longer do.
#[derive(Debug)]
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// None under `nohup`, which asks for it to be ignored.
    hang_up: Option<Signal>,
}

impl Signals {
    /// Listens from now on.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: (!ignores_hang_up()).then(|| signal(SignalKind::hangup())).transpose()?,
        })
    }

    /// Waits until this process is to end, by whatever means.
    pub async fn end(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = hung_up(&mut self.hang_up) => {}
        }
    }

    /// The same without Ctrl+C, which the terminal sends to a child as well.
    pub async fn end_but_by_keyboard(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            () = hung_up(&mut self.hang_up) => {}
        }
    }
}

async fn hung_up(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// Whether this process was started to outlive its terminal, where that can be
/// seen.
fn ignores_hang_up() -> bool {
    const HANG_UP: u64 = 1;
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & HANG_UP != 0)
}

/// Sends SIGTERM to a child. False when that fails.
pub fn ask_to_end(process: u32) -> bool {
    let sent = Command::new("kill").args(["-TERM", &process.to_string()]).status();
    sent.is_ok_and(|status| status.success())
}

/// A program that works in the background: its input and output are ours or none. On
/// Windows it would open a console window otherwise.
pub fn program(file: impl AsRef<OsStr>) -> tokio::process::Command {
    tokio::process::Command::new(file)
}

/// A command line of the user's, in a group of its own: `sh` reads it.
pub fn shell(line: &str) -> tokio::process::Command {
    let mut command = program("/bin/sh");
    command.args(["-c", line]);
    own_group(&mut command);
    command
}

/// A child with a process group of its own: what it starts can be ended with
/// it, and the terminal's Ctrl+C does not reach it.
pub fn own_group(command: &mut tokio::process::Command) {
    command.process_group(0);
}

/// Ends a child that has a group of its own, and its group; asks, or insists.
/// The child must not have been waited for, or the number may be another's.
pub fn end_group(process: u32, insist: bool) {
    let signal = if insist { "-KILL" } else { "-TERM" };
    let group = format!("-{process}");
    let _ = Command::new("kill")
        .args([signal, "--", &group])
        .stderr(std::process::Stdio::null())
        .status();
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::files::{Mode, create_private_folder, read_text, write_atomic};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    /// Several commands may start at once on a new machine.
    #[test]
    fn a_folder_may_be_made_several_times_at_once() {
        let root = tempfile::tempdir().unwrap();
        for round in 0..200 {
            let path = root.path().join(format!("{round}/a/b/c"));
            let start = std::sync::Barrier::new(4);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        start.wait();
                        create_private_folder(&path).unwrap();
                    });
                }
            });
            assert_eq!(mode(&path), 0o700);
        }
    }

    #[test]
    fn a_kept_mode_is_the_old_one_and_a_new_file_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        write_atomic(&path, b"1", Mode::Kept).unwrap();
        assert_eq!(mode(&path), 0o600);
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        write_atomic(&path, b"2", Mode::Kept).unwrap();
        assert_eq!(mode(&path), 0o644);
        write_atomic(&path, b"3", Mode::Private).unwrap();
        assert_eq!(mode(&path), 0o600);
        write_atomic(&path, b"4", Mode::Frozen).unwrap();
        assert_eq!(mode(&path), 0o400);
    }

    #[test]
    fn a_symbolic_link_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link, link_to_link) =
            (folder.path().join("real"), folder.path().join("link"), folder.path().join("again"));
        symlink("real", &link).unwrap();
        symlink(&link, &link_to_link).unwrap();
        write_atomic(&link_to_link, b"through a dangling link", Mode::Kept).unwrap();
        assert_eq!(read_text(&real).unwrap(), "through a dangling link");
        write_atomic(&link_to_link, b"and again", Mode::Kept).unwrap();
        assert_eq!(read_text(&real).unwrap(), "and again");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(fs::symlink_metadata(&link_to_link).unwrap().is_symlink());
    }

    #[test]
    fn a_loop_of_links_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        symlink(&a, &b).unwrap();
        symlink(&b, &a).unwrap();
        assert!(write_atomic(&a, b"x", Mode::Kept).is_err());
    }

    #[test]
    fn our_folders_are_closed_to_others_even_when_they_were_open() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        create_private_folder(&path).unwrap();
        assert_eq!(mode(&path), 0o700);
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        create_private_folder(&path).unwrap();
        assert_eq!(mode(&path), 0o700);
    }

    #[test]
    fn private_files_are_private() {
        let (_root, home) = crate::testing::home();
        crate::key::client_key(&home).unwrap();
        drop(crate::store::Store::open(&home.store_file()).unwrap());
        for name in ["client.key", "rotunda.db"] {
            assert_eq!(mode(&home.data.join(name)), 0o600, "{name}");
        }
    }
}
