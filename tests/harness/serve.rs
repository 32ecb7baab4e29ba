//! The whole of Rotunda as the user runs it: `rotunda serve` and the command
//! line, in a home of their own, with the file vault.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};
use url::Url;

use crate::{ScriptedUpstream, Signal, Talk, in_time, jwt, rig};

/// A home of Rotunda's, and the router that runs from it when it was started.
#[derive(Debug)]
pub struct Whole {
    folder: TempDir,
    codex_home: PathBuf,
    port: u16,
    upstream: [(&'static str, String); 3],
    settings: Vec<(String, String)>,
    removed: Vec<String>,
    serving: Option<Serving>,
}

#[derive(Debug)]
struct Serving {
    child: Child,
    url: Url,
}

/// The exit code and output of one command.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code.
    pub code: Option<i32>,
    /// For programs.
    pub out: String,
    /// For people.
    pub err: String,
}

impl Ran {
    /// The output as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Whole {
    /// A new home, with nothing in it, that speaks to `upstream` and binds `codex_home`.
    ///
    /// # Panics
    /// When there is no room for it.
    pub fn new(upstream: &ScriptedUpstream, codex_home: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("rotunda-home-").tempdir();
        let base = |url: Url| url.to_string().trim_end_matches('/').to_owned();
        Self {
            folder: folder.expect("a temporary folder"),
            codex_home: codex_home.to_owned(),
            port: free_port(),
            upstream: [
                ("ROTUNDA_UPSTREAM_CHATGPT", base(upstream.chatgpt())),
                ("ROTUNDA_UPSTREAM_API", base(upstream.api())),
                ("ROTUNDA_UPSTREAM_AUTH", base(upstream.auth())),
            ],
            settings: Vec::new(),
            removed: Vec::new(),
            serving: None,
        }
    }

    /// Adds a variable to the environment of everything started from here.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes a variable out of the environment of everything started from here.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.removed.push(name.to_owned());
        self
    }

    /// Where everything of Rotunda's is kept.
    pub fn home(&self) -> &Path {
        self.folder.path()
    }

    /// The port it serves.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Signs `account-<name>` in and imports that sign-in.
    ///
    /// # Panics
    /// When the command fails.
    pub async fn add(&self, upstream: &ScriptedUpstream, name: &str) {
        let account = rig::account(name);
        let tokens = upstream.issuer().sign_in(&account, jwt::FAR);
        let auth = json!({
            "auth_mode": "chatgpt", "OPENAI_API_KEY": null, "unknown_field": {"kept": true},
            "tokens": {"id_token": jwt::identity(&account), "access_token": tokens.access,
                       "refresh_token": tokens.refresh, "account_id": account},
            "last_refresh": "2026-11-20T00:00:00Z",
        });
        let file = self.home().join(format!("auth-{name}.json"));
        fs::write(&file, auth.to_string()).expect("room for a file");
        let path = file.to_string_lossy();
        let ran = self.run(&["import", &path, "--name", name]).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        fs::remove_file(&file).expect("the file just written");
    }

    /// One command to its end.
    ///
    /// # Panics
    /// When it cannot be started, or does not end.
    pub async fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[]).await
    }

    /// One command to its end, with further variables.
    ///
    /// # Panics
    /// When it cannot be started, or does not end.
    pub async fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let output = self.command(arguments).envs(variables.iter().copied()).output();
        let output = in_time("a command to end", output).await.expect("a program that starts");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// A command that is talked with.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn talk(&self, arguments: &[&str]) -> Talk {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped());
        Talk::with(command.spawn().expect("a program that starts"))
    }

    /// Starts the router and waits until it says that it is ready.
    ///
    /// # Panics
    /// When it does not.
    pub async fn serve(&mut self) {
        self.serve_with(&[]).await;
    }

    /// The same with further arguments.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn serve_with(&mut self, arguments: &[&str]) {
        let mut all = vec!["serve", "--json"];
        all.extend(arguments);
        let mut child = self.command(&all).spawn().expect("a program that starts");
        let out = child.stdout.take().expect("its output is piped");
        let mut lines = BufReader::new(out).lines();
        let line = in_time("the router to be ready", lines.next_line()).await;
        let line = line.expect("readable output").unwrap_or_default();
        let ready: Value = serde_json::from_str(&line).unwrap_or_default();
        assert_eq!(ready["event"], "ready", "{line:?}");
        let url = ready["url"].as_str().and_then(|url| url.parse().ok()).expect("its URL");
        self.serving = Some(Serving { child, url });
    }

    /// The base URL for Codex, key and all.
    ///
    /// # Panics
    /// When the router does not run.
    pub fn codex_url(&self) -> Url {
        self.serving.as_ref().expect("a running router").url.clone()
    }

    /// The process id of the router.
    ///
    /// # Panics
    /// When it does not run.
    pub fn pid(&self) -> u32 {
        self.serving.as_ref().and_then(|serving| serving.child.id()).expect("a running router")
    }

    /// Ends the router without warning.
    ///
    /// # Panics
    /// When it does not run.
    pub async fn kill(&mut self) {
        let mut serving = self.serving.take().expect("a running router");
        serving.child.kill().await.expect("a child of ours");
    }

    /// Asks the router to end, and waits for it; its exit code.
    ///
    /// # Panics
    /// When it does not run, or does not end.
    pub async fn stop(&mut self) -> Option<i32> {
        Signal::Terminate.send(self.pid()).await;
        let mut serving = self.serving.take().expect("a running router");
        let ended = in_time("the router to end", serving.child.wait()).await;
        ended.expect("a child of ours").code()
    }

    /// Every file below the home but the vault's, as one text: what a thief of
    /// logs, database and settings would read.
    ///
    /// # Panics
    /// When one cannot be read.
    pub fn everything_but_the_vault(&self) -> Vec<(PathBuf, String)> {
        let mut files = Vec::new();
        let mut folders = vec![self.home().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("a folder of ours") {
                let path = entry.expect("a folder of ours").path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.to_string_lossy().contains("vault") {
                    let bytes = fs::read(&path).expect("a file of ours");
                    files.push((path, String::from_utf8_lossy(&bytes).into_owned()));
                }
            }
        }
        files
    }

    /// The log; empty when none was written.
    pub fn log(&self) -> String {
        let files = self.everything_but_the_vault().into_iter();
        let log = files.filter(|(path, _)| path.ends_with("rotunda.log"));
        log.map(|(_, text)| text).collect()
    }

    /// The lines of its logs, also of older ones, about a missed profile: a
    /// turn ended in an error although a ready one was not tried.
    pub fn missed(&self) -> Vec<String> {
        let is_log = |path: &Path| path.to_string_lossy().contains(".log");
        let files = self.everything_but_the_vault().into_iter();
        let logs = files.filter(|(path, _)| is_log(path)).map(|(_, text)| text);
        let lines = logs.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
        lines.filter(|line| line.contains("missed_profile")).collect()
    }

    /// One command, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).env_clear().kill_on_drop(true);
        command.env("HOME", self.home()).env("ROTUNDA_HOME", self.home().join("rotunda"));
        command.env("CODEX_HOME", &self.codex_home).env("ROTUNDA_VAULT", "file");
        command.env("ROTUNDA_PORT", self.port.to_string()).envs(self.upstream.clone());
        command.env("ROTUNDA_LOGIN_PORT", "0").env("ROTUNDA_BROWSER", "rotunda-has-no-browser");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        for name in &self.removed {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// A port on which no program listens, below those that systems give to outgoing
/// connections: one of these could be taken before the router has it. Tests are
/// processes of their own, so each begins at another place.
fn free_port() -> u16 {
    const FIRST: u32 = 15_000;
    const COUNT: u32 = 17_000;
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    loop {
        let next = TAKEN.fetch_add(1, Ordering::Relaxed);
        let place = std::process::id().wrapping_mul(97).wrapping_add(next) % COUNT;
        let port = u16::try_from(FIRST + place).expect("a port");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Rotunda's program: named by the environment, or built beside this test.
fn program() -> PathBuf {
    if let Some(named) = std::env::var_os("ROTUNDA_BIN") {
        return named.into();
    }
    let name = format!("rotunda{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().expect("a running test");
    let folders = beside.ancestors().skip(1).take(2);
    let named = std::env::var_os("ROTUNDA_BIN_DIR").map(PathBuf::from);
    let places = named.iter().map(PathBuf::as_path).chain(folders);
    let found = places.map(|folder| folder.join(&name)).find(|path| path.is_file());
    found.expect("rotunda must be built first: cargo build -p rotunda-daemon --bin rotunda")
}
