//! One turn of the demo: with the real Codex when there is one, otherwise with
//! a few lines of HTTP that speak as Codex does.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::Full;
use rotunda_host::{
    home::Env,
    loopback::{self, LoopbackError},
    platform,
};
use serde_json::{Value, json};
use thiserror::Error;
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, BufReader, Lines},
    process::Command,
    time::timeout,
};

/// A turn of a few words takes seconds; this is for a machine under load.
const PATIENCE: Duration = Duration::from_secs(120);
/// For a Codex whose turn is over to end.
const LEAVE: Duration = Duration::from_secs(10);
/// Without these a process does not start or does not find its files.
const KEPT: [&str; 6] = ["PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "PATHEXT"];

/// Who asks.
#[derive(Debug)]
pub(crate) enum Asker {
    /// The real Codex, in a home of its own.
    Codex(RealCodex),
    /// No Codex on this machine.
    Plain(PlainClient),
}

/// The real Codex and what it may see.
#[derive(Debug)]
pub(crate) struct RealCodex {
    pub(crate) program: PathBuf,
    pub(crate) home: PathBuf,
    pub(crate) work: PathBuf,
    pub(crate) kept: Vec<(OsString, OsString)>,
    pub(crate) thread: Option<String>,
}

/// Speaks to the address in `config.toml`, with the whole conversation each
/// time, as Codex does over HTTP.
#[derive(Debug)]
pub(crate) struct PlainClient {
    pub(crate) port: u16,
    pub(crate) path: String,
    pub(crate) said: Vec<Value>,
}

/// What the client saw of one turn.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ObservedTurn {
    /// Turns that came to their end.
    pub(crate) completed: u32,
    /// What the user was told to have gone wrong.
    pub(crate) errors: Vec<String>,
    /// The answer.
    pub(crate) text: String,
    pub(crate) thread: Option<String>,
}

/// Why a turn could not even be tried.
#[derive(Debug, Error)]
pub(crate) enum TurnError {
    #[error("Codex could not be started: {0}")]
    Start(#[source] io::Error),
    #[error("Codex did not end its turn within {} s; its last event: {last}", PATIENCE.as_secs())]
    Hangs {
        /// The last line of its output.
        last: String,
    },
    #[error(transparent)]
    Loopback(#[from] LoopbackError),
}

impl ObservedTurn {
    /// One completed turn, and nothing the user could have noticed.
    pub(crate) fn is_clean(&self) -> bool {
        self.completed == 1 && self.errors.is_empty() && !self.text.is_empty()
    }
}

impl Asker {
    /// Asks within the one conversation of the demo.
    pub(crate) async fn ask(&mut self, prompt: &str) -> Result<ObservedTurn, TurnError> {
        match self {
            Self::Codex(codex) => codex.ask(prompt).await,
            Self::Plain(client) => client.ask(prompt).await,
        }
    }
}

impl RealCodex {
    /// What of the environment the real Codex keeps.
    pub(crate) fn kept(env: &Env) -> Vec<(OsString, OsString)> {
        let known = |key: &str| env.path(key).map(|value| (key.into(), value.into_os_string()));
        KEPT.into_iter().filter_map(known).collect()
    }

    async fn ask(&mut self, prompt: &str) -> Result<ObservedTurn, TurnError> {
        let mut codex = self.command(prompt).spawn().map_err(TurnError::Start)?;
        let (Some(stdout), Some(mut stderr)) = (codex.stdout.take(), codex.stderr.take()) else {
            return Err(TurnError::Start(io::ErrorKind::BrokenPipe.into()));
        };
        let stderr = tokio::spawn(async move {
            let mut said = Vec::new();
            let _ = stderr.read_to_end(&mut said).await;
            said
        });
        let mut events = String::new();
        let mut lines = BufReader::new(stdout).lines();
        let ends = read_turn(&mut lines, &mut events);
        if timeout(PATIENCE, ends).await.is_err() {
            let last = events.lines().next_back().unwrap_or("none").to_owned();
            return Err(TurnError::Hangs { last });
        }
        let mut seen = read_events(&events);
        // The turn is over; Codex has a moment to end by itself.
        let status = timeout(LEAVE, codex.wait()).await.ok().transpose();
        if let Some(status) = status.map_err(TurnError::Start)?
            && !status.success()
            && seen.errors.is_empty()
        {
            let said = stderr.await.unwrap_or_default();
            let said = String::from_utf8_lossy(&said);
            let last =
                said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
            seen.errors.push(format!("Codex ended with {status}: {last}"));
        }
        self.thread = self.thread.take().or_else(|| seen.thread.clone());
        Ok(seen)
    }

    fn command(&self, prompt: &str) -> Command {
        let mut command = platform::program(&self.program);
        command.args(["exec", "--json", "--skip-git-repo-check", "-C"]).arg(&self.work);
        if let Some(thread) = &self.thread {
            command.args(["resume", thread]);
        }
        command.arg(prompt).env_clear().envs(self.kept.iter().map(|(key, value)| (key, value)));
        command
            .env("HOME", &self.work)
            .env("USERPROFILE", &self.work)
            .env("CODEX_HOME", &self.home);
        command.env("NO_PROXY", "127.0.0.1,localhost").env("RUST_LOG", "error");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        command
    }
}

impl PlainClient {
    async fn ask(&mut self, prompt: &str) -> Result<ObservedTurn, TurnError> {
        self.said.push(message("user", "input_text", prompt));
        let body = json!({ "model": "demo", "stream": true, "store": false, "input": self.said });
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}/responses", self.path))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/event-stream")
            .header("session-id", "demo-conversation")
            .body(Full::new(Bytes::from(body.to_string())))
            .expect("a path and plain headers make a request");
        let answer = loopback::ask(self.port, request).await?;
        let text = String::from_utf8_lossy(answer.body());
        if answer.status() != StatusCode::OK {
            return Ok(ObservedTurn {
                errors: vec![format!("{} {text}", answer.status())],
                ..ObservedTurn::default()
            });
        }
        let seen = read_stream(&text);
        self.said.push(message("assistant", "output_text", &seen.text));
        Ok(seen)
    }
}

fn message(role: &str, kind: &str, text: &str) -> Value {
    json!({ "type": "message", "role": role, "content": [{ "type": kind, "text": text }] })
}

/// Reads the lines of `codex exec --json` up to the end of its turn.
async fn read_turn(lines: &mut Lines<impl AsyncBufRead + Unpin>, events: &mut String) {
    while let Ok(Some(line)) = lines.next_line().await {
        let is_over = is_turn_over(&line);
        events.push_str(&line);
        events.push('\n');
        if is_over {
            return;
        }
    }
}

fn is_turn_over(line: &str) -> bool {
    let event: Value = serde_json::from_str(line).unwrap_or_default();
    matches!(event["type"].as_str(), Some("turn.completed" | "turn.failed"))
}

/// Reads what `codex exec --json` prints.
fn read_events(lines: &str) -> ObservedTurn {
    let mut seen = ObservedTurn::default();
    for event in lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let item = &event["item"];
        match (event["type"].as_str(), item["type"].as_str()) {
            (Some("thread.started"), _) => {
                seen.thread = event["thread_id"].as_str().map(Into::into);
            }
            (Some("turn.completed"), _) => seen.completed += 1,
            (Some("turn.failed"), _) => seen.errors.push(words(&event["error"])),
            (Some("error"), _) => seen.errors.push(words(&event)),
            (Some("item.completed"), Some("error")) => seen.errors.push(words(item)),
            (Some("item.completed"), Some("agent_message")) => {
                seen.text.push_str(item["text"].as_str().unwrap_or_default());
            }
            _ => {}
        }
    }
    seen
}

/// Reads an event stream as far as a turn is concerned.
fn read_stream(text: &str) -> ObservedTurn {
    let mut seen = ObservedTurn::default();
    let events = text.lines().filter_map(|line| line.strip_prefix("data:"));
    for event in events.filter_map(|data| serde_json::from_str::<Value>(data).ok()) {
        match event["type"].as_str() {
            Some("response.completed") => seen.completed += 1,
            Some("response.failed") => seen.errors.push(words(&event["response"]["error"])),
            Some("response.output_item.done") => {
                let text = event["item"]["content"][0]["text"].as_str();
                seen.text.push_str(text.unwrap_or_default());
            }
            _ => {}
        }
    }
    seen
}

fn words(error: &Value) -> String {
    error["message"].as_str().unwrap_or("an error without a message").to_owned()
}

/// Where `config.toml` sends Codex.
pub(crate) fn base_url_in(config: &Path) -> Option<String> {
    let text = std::fs::read_to_string(config).ok()?;
    let document: toml_edit::DocumentMut = text.parse().ok()?;
    document.get("openai_base_url")?.as_str().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_turn_has_one_end_and_no_error() {
        let seen = read_events(concat!(
            "{\"type\":\"thread.started\",\"thread_id\":\"t-1\"}\n",
            "{\"type\":\"turn.started\"}\n",
            "{\"type\":\"item.completed\",\"item\":{\"type\":\"agent_message\",\"text\":\"Hello\"}}\n",
            "{\"type\":\"turn.completed\",\"usage\":{}}\n",
        ));
        assert!(seen.is_clean());
        assert_eq!((seen.text.as_str(), seen.thread.as_deref()), ("Hello", Some("t-1")));
    }

    /// A Codex that does not end after its turn keeps the pipe open.
    #[tokio::test]
    async fn a_turn_ends_before_its_process() {
        let (mut codex, here) = tokio::io::duplex(1024);
        let line = b"{\"type\":\"turn.started\"}\n{\"type\":\"turn.completed\"}\n";
        tokio::io::AsyncWriteExt::write_all(&mut codex, line).await.unwrap();
        let mut events = String::new();
        read_turn(&mut BufReader::new(here).lines(), &mut events).await;
        assert_eq!(read_events(&events).completed, 1);
        drop(codex);
    }

    #[test]
    fn an_error_item_is_seen_although_the_turn_completes() {
        let seen = read_events(concat!(
            "{\"type\":\"item.completed\",\"item\":{\"type\":\"error\",\"message\":\"Reconnecting\"}}\n",
            "{\"type\":\"item.completed\",\"item\":{\"type\":\"agent_message\",\"text\":\"Hello\"}}\n",
            "{\"type\":\"turn.completed\"}\n",
        ));
        assert_eq!((seen.completed, seen.errors.as_slice()), (1, &["Reconnecting".to_owned()][..]));
        assert!(!seen.is_clean());
    }

    #[test]
    fn a_stream_is_read_with_or_without_the_space() {
        let item = json!({ "type": "response.output_item.done", "item": message("assistant", "output_text", "Hi") });
        let seen =
            read_stream(&format!("data:{item}\n\ndata: {{\"type\":\"response.completed\"}}\n\n"));
        assert!(seen.is_clean());
        assert_eq!(seen.text, "Hi");
    }
}
