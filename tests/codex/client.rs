//! Runs the real client in a home of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use rotunda_tests::{PATIENCE, ScriptedUpstream, in_time, jwt, while_alive};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
};

/// The account that the client itself is signed in with; the pool's are others.
pub(crate) const OWN_ACCOUNT: &str = "account-own";

/// A throw-away home with a signed-in client in it.
#[derive(Debug)]
pub(crate) struct CodexHome {
    folder: TempDir,
    issuer: String,
    /// Variables besides the usual ones.
    variables: Vec<(&'static str, String)>,
}

/// What the client itself does not wait longer for: the next event of an answer
/// (`stream_idle_timeout_ms`, unless it is set).
const GIVES_UP: Duration = Duration::from_secs(300);

/// The outcome of one run of `codex exec --json`.
#[derive(Debug)]
pub(crate) struct CodexRun {
    /// Its events, one JSON each.
    pub events: Vec<Value>,
    /// Everything it wrote, for looking for what should not be there.
    pub text: String,
    /// Whether it ended well.
    pub good: bool,
}

impl CodexHome {
    /// A home with a client that finds everything but the turns at `upstream`.
    pub(crate) fn new(upstream: &ScriptedUpstream) -> Self {
        let folder = tempfile::Builder::new().prefix("rotunda-codex-").tempdir().unwrap();
        let issuer = upstream.auth().to_string().trim_end_matches('/').to_owned();
        let home = Self { folder, issuer, variables: Vec::new() };
        fs::create_dir_all(home.codex_home()).unwrap();
        fs::create_dir_all(home.work()).unwrap();
        fs::write(home.config(), settings(upstream)).unwrap();
        home.sign_in(upstream, jwt::FAR);
        home
    }

    /// A home with a client that uses the ChatGPT service for everything but the turns.
    #[cfg(unix)]
    pub(crate) fn asking_the_service(upstream: &ScriptedUpstream) -> Self {
        let home = Self::new(upstream);
        let text = fs::read_to_string(home.config()).unwrap();
        let rest: Vec<_> = text.lines().filter(|line| !line.starts_with("chatgpt_base")).collect();
        let work = home.work().canonicalize().unwrap();
        // The terminal interface asks before it works in a folder.
        let trust = format!("[projects.{:?}]\ntrust_level = \"trusted\"", work.display());
        // It would also offer another model before it takes a message.
        let quiet = "[notice]\nhide_rate_limit_model_nudge = true";
        let text = format!("{}\n\n{trust}\n\n{quiet}\n", rest.join("\n"));
        fs::write(home.config(), text).unwrap();
        home
    }

    /// Signs the client in; its access token ends at `expires`.
    pub(crate) fn sign_in(&self, upstream: &ScriptedUpstream, expires: u64) {
        let tokens = upstream.issuer().sign_in(OWN_ACCOUNT, expires);
        let auth = json!({
            "auth_mode": "chatgpt",
            "OPENAI_API_KEY": null,
            "tokens": {"id_token": jwt::identity(OWN_ACCOUNT), "access_token": tokens.access,
                       "refresh_token": tokens.refresh, "account_id": OWN_ACCOUNT},
            "last_refresh": "2026-11-20T00:00:00Z",
        });
        fs::write(self.codex_home().join("auth.json"), auth.to_string()).unwrap();
    }

    /// Adds a variable to the environment of everything started from here.
    pub(crate) fn env(&mut self, variable: (&'static str, String)) {
        self.variables.push(variable);
    }

    /// Signs the client out.
    pub(crate) fn sign_out(&self) {
        fs::remove_file(self.codex_home().join("auth.json")).unwrap();
    }

    /// Where the client signs in, without a slash at the end.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// `$HOME`.
    pub(crate) fn home(&self) -> &Path {
        self.folder.path()
    }

    /// `$CODEX_HOME`.
    pub(crate) fn codex_home(&self) -> PathBuf {
        self.home().join(".codex")
    }

    /// Its `config.toml`.
    pub(crate) fn config(&self) -> PathBuf {
        self.codex_home().join("config.toml")
    }

    /// Where its turns work.
    pub(crate) fn work(&self) -> PathBuf {
        self.home().join("work")
    }

    /// Puts one more line at the top of `config.toml`, before any table.
    pub(crate) fn configure(&self, line: &str) {
        let text = fs::read_to_string(self.config()).unwrap();
        fs::write(self.config(), format!("{line}\n{text}")).unwrap();
    }

    /// Adds to the end of `config.toml`.
    pub(crate) fn append(&self, text: &str) {
        let before = fs::read_to_string(self.config()).unwrap();
        fs::write(self.config(), before + text).unwrap();
    }

    /// The client with these arguments, all else of the environment left out.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).kill_on_drop(true);
        self.dress(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Has a command run in this home and with its environment.
    pub(crate) fn dress(&self, command: &mut Command) {
        command.env_clear().current_dir(self.work());
        command.env("HOME", self.home()).env("CODEX_HOME", self.codex_home());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("NO_PROXY", "127.0.0.1,localhost").env("RUST_LOG", "error");
        command.env("CODEX_REFRESH_TOKEN_URL_OVERRIDE", format!("{}/oauth/token", self.issuer));
        command.env("CODEX_APP_SERVER_LOGIN_ISSUER", &self.issuer);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
    }

    /// One turn of a new thread.
    pub(crate) async fn exec(&self, prompt: &str) -> CodexRun {
        self.exec_with(&[], prompt).await
    }

    /// One turn, with further arguments of `codex exec`.
    pub(crate) async fn exec_with(&self, arguments: &[&str], prompt: &str) -> CodexRun {
        self.begin(arguments, prompt).finish().await
    }

    /// One more turn of a thread that exists.
    pub(crate) async fn resume(&self, thread: &str, prompt: &str) -> CodexRun {
        self.exec_with(&["resume", thread], prompt).await
    }

    /// Any other command of the client.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output();
        in_time("the client to end", output).await.unwrap()
    }

    /// Begins a turn without waiting for its end.
    pub(crate) fn begin(&self, arguments: &[&str], prompt: &str) -> Turn {
        let mut all = vec!["exec", "--json", "--skip-git-repo-check", "-s", "danger-full-access"];
        all.extend(arguments);
        all.push(prompt);
        Turn(self.command(&all).spawn().unwrap())
    }
}

/// A turn under way.
#[derive(Debug)]
pub(crate) struct Turn(Child);

impl Turn {
    /// Waits for its end.
    pub(crate) async fn finish(self) -> CodexRun {
        let output = in_time("a turn of the client", self.0.wait_with_output()).await.unwrap();
        CodexRun::of(&output)
    }

    /// Waits for its end for as long as the client prints or `signs` counts on: a turn
    /// of many requests takes its time, and more of it beside others. A turn that is
    /// silent for longer than the client itself would be hangs.
    pub(crate) async fn finish_while(mut self, signs: impl Fn() -> u64) -> CodexRun {
        let printed = AtomicU64::default();
        let (out, err) = (self.0.stdout.take().unwrap(), self.0.stderr.take().unwrap());
        let ending =
            async { tokio::join!(whole_of(out, &printed), whole_of(err, &printed), self.0.wait()) };
        let signs = || signs() + printed.load(Ordering::Relaxed);
        let silence = GIVES_UP + PATIENCE;
        let (stdout, stderr, status) =
            while_alive("a turn of the client", silence, signs, ending).await;
        CodexRun::of(&Output { status: status.unwrap(), stdout, stderr })
    }
}

/// All that comes from there, counted as it comes.
async fn whole_of(mut from: impl AsyncRead + Unpin, count: &AtomicU64) -> Vec<u8> {
    let mut all = Vec::new();
    while from.read_buf(&mut all).await.unwrap() > 0 {
        count.fetch_add(1, Ordering::Relaxed);
    }
    all
}

impl CodexRun {
    fn of(output: &Output) -> Self {
        let out = String::from_utf8_lossy(&output.stdout);
        let events = out.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let text = format!("{out}\n{}", String::from_utf8_lossy(&output.stderr));
        Self { events, text, good: output.status.success() }
    }

    /// The thread it was about.
    pub(crate) fn thread(&self) -> String {
        let started = self.events.iter().find(|event| event["type"] == "thread.started");
        started.and_then(|event| event["thread_id"].as_str()).unwrap_or_default().to_owned()
    }

    /// The texts of the assistant's messages, in order.
    pub(crate) fn messages(&self) -> Vec<String> {
        self.items("agent_message").iter().map(|item| text_of(item, "text")).collect()
    }

    /// Finished items of one type.
    pub(crate) fn items(&self, kind: &str) -> Vec<Value> {
        let done = self.events.iter().filter(|event| event["type"] == "item.completed");
        let items = done.map(|event| event["item"].clone());
        items.filter(|item| item["type"] == kind).collect()
    }

    /// How many events are of this type.
    pub(crate) fn count(&self, kind: &str) -> usize {
        self.events.iter().filter(|event| event["type"] == kind).count()
    }

    /// The turn completed, once, and the user saw nothing but these messages.
    #[track_caller]
    pub(crate) fn is_one_clean_turn(&self, messages: &[&str]) {
        assert!(self.good, "{}", self.text);
        assert_eq!(self.count("turn.completed"), 1, "{}", self.text);
        assert_eq!(self.count("turn.failed") + self.count("error"), 0, "{}", self.text);
        assert!(self.items("error").is_empty(), "{}", self.text);
        assert!(!self.text.contains("Reconnecting"), "{}", self.text);
        assert_eq!(self.messages(), messages, "{}", self.text);
    }
}

fn text_of(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

pub(crate) fn program() -> PathBuf {
    let named = std::env::var_os("ROTUNDA_CODEX");
    let named =
        PathBuf::from(named.expect("ROTUNDA_CODEX must name the program of the real client"));
    let whole = named.canonicalize().expect("ROTUNDA_CODEX must name a file");
    let is_script = whole.extension().is_some_and(|extension| extension == "js");
    assert!(!is_script, "ROTUNDA_CODEX must name the program itself: its script leaves it running");
    whole
}

fn settings(upstream: &ScriptedUpstream) -> String {
    format!(
        r#"chatgpt_base_url = "{}/"
check_for_update_on_startup = false

[analytics]
enabled = false

[feedback]
enabled = false

[features]
plugins = false
apps = false
remote_plugin = false
tool_suggest = false
daemon_auto_start = false
"#,
        upstream.chatgpt()
    )
}
