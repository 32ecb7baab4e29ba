//! Speaks with `codex app-server` as the desktop app does: one JSON a line.

use std::{collections::VecDeque, process::Stdio};

use rotunda_tests::in_time;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
};

use crate::client::CodexHome;

/// A running app-server. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct AppServer {
    _child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    next: u64,
    /// What came while something else was awaited.
    early: VecDeque<Value>,
}

impl AppServer {
    /// Starts one and introduces itself.
    pub(crate) async fn start(home: &CodexHome) -> Self {
        Self::with(home, &[]).await
    }

    /// The same with further arguments.
    pub(crate) async fn with(home: &CodexHome, arguments: &[&str]) -> Self {
        let mut command = home.command(&[&["app-server"], arguments].concat());
        command.stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut server = Self { _child: child, stdin, lines, next: 0, early: VecDeque::new() };
        let client = json!({"name": "rotunda-tests", "title": "Tests", "version": "1"});
        let hello = json!({"clientInfo": client, "capabilities": {"experimentalApi": true}});
        server.call("initialize", hello).await;
        server.write(&json!({"method": "initialized"})).await;
        server
    }

    /// The result of one request.
    pub(crate) async fn call(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.write(&json!({"id": id, "method": method, "params": params})).await;
        let answer = self.wait(|message| message["id"] == id && message["method"].is_null()).await;
        assert!(answer["error"].is_null(), "{method}: {answer} after {:?}", self.early);
        answer["result"].clone()
    }

    /// The parameters of the next notification of this name.
    pub(crate) async fn notified(&mut self, method: &str) -> Value {
        self.wait(|message| message["method"] == method).await["params"].clone()
    }

    /// Runs a turn of a thread to its end and returns its status.
    pub(crate) async fn turn(&mut self, thread: &str, text: &str) -> Value {
        let input = json!([{"type": "text", "text": text}]);
        self.call("turn/start", json!({"threadId": thread, "input": input})).await;
        self.notified("turn/completed").await["turn"].clone()
    }

    /// The ids of all threads it lists, of every kind of source.
    pub(crate) async fn threads(&mut self) -> Vec<String> {
        let kinds = json!(["cli", "vscode", "exec", "appServer"]);
        let listed =
            self.call("thread/list", json!({"sourceKinds": kinds, "modelProviders": null}));
        let listed = listed.await;
        let data = listed["data"].as_array().cloned().unwrap_or_default();
        let mut ids: Vec<_> =
            data.iter().filter_map(|thread| thread["id"].as_str().map(str::to_owned)).collect();
        ids.sort();
        ids
    }

    async fn write(&mut self, message: &Value) {
        let line = format!("{message}\n");
        self.stdin.write_all(line.as_bytes()).await.unwrap();
        self.stdin.flush().await.unwrap();
    }

    async fn wait(&mut self, matches: impl Fn(&Value) -> bool) -> Value {
        if let Some(place) = self.early.iter().position(&matches) {
            return self.early.remove(place).unwrap();
        }
        loop {
            let line = in_time("the app-server", self.lines.next_line()).await.unwrap();
            let line = line.expect("a running app-server");
            let Ok(message) = serde_json::from_str::<Value>(&line) else { continue };
            if matches(&message) {
                return message;
            }
            self.early.push_back(message);
        }
    }
}
