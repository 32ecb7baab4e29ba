//! A home, a Codex home, and Rotunda in it.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

/// What is looked at again and again is looked at this often, at most so often.
const PAUSE: Duration = Duration::from_millis(50);
const LOOKS: u32 = 1_200;

/// A port on which no program listens, below those that systems give to outgoing
/// connections: one of these could be taken between two starts.
fn free_port() -> u16 {
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    loop {
        let next = TAKEN.fetch_add(1, Ordering::Relaxed);
        let sandbox = std::process::id().wrapping_mul(89).wrapping_add(next) % 17_000;
        let port = u16::try_from(15_000 + sandbox).unwrap();
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Temporary folders with nothing else of this machine in them.
pub(crate) struct Sandbox {
    root: TempDir,
    port: u16,
}

impl Sandbox {
    /// With a port that stays the same from start to start.
    pub(crate) fn new() -> Self {
        let sandbox = Self { root: tempfile::tempdir().unwrap(), port: free_port() };
        fs::create_dir(sandbox.codex()).unwrap();
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn codex(&self) -> PathBuf {
        self.path("codex")
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.codex().join("config.toml")
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn write(&self, text: &str) {
        fs::write(self.config(), text).unwrap();
    }

    /// As an editor saves: a new file, renamed over the old one.
    pub(crate) fn save(&self, text: &str) {
        let beside = self.codex().join("config.toml.editor");
        fs::write(&beside, text).unwrap();
        fs::rename(&beside, self.config()).unwrap();
    }

    pub(crate) fn text(&self) -> String {
        fs::read_to_string(self.config()).unwrap_or_default()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rotunda"));
        command.args(arguments).env_clear().stdin(Stdio::null());
        command.env("HOME", self.path("home")).env("USERPROFILE", self.path("home"));
        command.env("ROTUNDA_HOME", self.path("ours")).env("CODEX_HOME", self.codex());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("TZ", "UTC");
        command.env("ROTUNDA_VAULT", "file").env("ROTUNDA_PORT", self.port.to_string());
        for upstream in ["CHATGPT", "API", "AUTH"] {
            // The discard port has no listener: nothing leaves this test.
            command.env(format!("ROTUNDA_UPSTREAM_{upstream}"), "http://127.0.0.1:9");
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must not wait for anything: one that still runs after a
    /// minute is ended, and the test with it.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn run_soon(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        for _ in 0..LOOKS {
            if child.try_wait().unwrap().is_some() {
                return child.wait_with_output().unwrap();
            }
            thread::sleep(PAUSE);
        }
        child.kill().unwrap();
        panic!("{arguments:?} still runs");
    }

    /// The same for a command that has to work; returns its output.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn works_soon(&self, arguments: &[&str]) -> String {
        let output = self.run_soon(arguments);
        let printed = string(&output.stdout) + &string(&output.stderr);
        assert!(output.status.success(), "{arguments:?} said {printed:?}");
        printed
    }

    /// Runs a command that has to work; its output.
    #[track_caller]
    pub(crate) fn works(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (out, error) = (string(&output.stdout), string(&output.stderr));
        assert!(output.status.success(), "{arguments:?} said {out:?} and {error:?}");
        out
    }

    /// The address in Codex's settings, by `status`.
    #[track_caller]
    pub(crate) fn state(&self) -> String {
        let status: Value = serde_json::from_str(&self.works(&["status", "--json"])).unwrap();
        status["binding"]["state"].as_str().unwrap().to_owned()
    }

    /// Starts a router and waits until it says that it is ready.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Serving {
        Serving::ready(self.command(&[&["serve", "--json"], arguments].concat()))
    }

    /// The sentences of one kind of activity, oldest first.
    pub(crate) fn activity_texts(&self, kind: &str) -> Vec<String> {
        let output = self.works(&["activity", "--json"]);
        let lines = output.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let lines = lines.filter(|line| line["kind"] == kind);
        lines.map(|line| line["text"].as_str().unwrap().to_owned()).collect()
    }

    /// Waits until Activity has so many lines of a kind, and returns their texts.
    #[track_caller]
    pub(crate) fn wait_for_activity(&self, kind: &str, count: usize) -> Vec<String> {
        wait(|| Some(self.activity_texts(kind)).filter(|texts| texts.len() >= count))
    }

    /// The names in Codex's folder, sorted.
    pub(crate) fn left_behind(&self) -> Vec<String> {
        names(&self.codex())
    }
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Looks until there is something.
#[track_caller]
pub(crate) fn wait<T>(mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..LOOKS {
        if let Some(found) = look() {
            return found;
        }
        thread::sleep(PAUSE);
    }
    panic!("waited for nothing");
}

pub(crate) fn string(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A router that runs; dropping it kills it.
pub(crate) struct Serving {
    process: Child,
}

impl Serving {
    pub(crate) fn ready(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            let mut error = String::new();
            process.stderr.take().unwrap().read_to_string(&mut error).unwrap();
            panic!("serve ended: {error}");
        }
        Self { process }
    }

    /// Asks it to end, as `kill` does.
    #[cfg(unix)]
    pub(crate) fn ask_to_end(&self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Asks it to end and waits for that; the exit code.
    #[cfg(unix)]
    pub(crate) fn terminate(mut self) -> Option<i32> {
        self.ask_to_end();
        self.process.wait().unwrap().code()
    }

    /// Ends it without warning.
    pub(crate) fn crash(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// What it says to people, as it comes.
    #[cfg(unix)]
    pub(crate) fn errors(&mut self) -> BufReader<std::process::ChildStderr> {
        BufReader::new(self.process.stderr.take().unwrap())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
