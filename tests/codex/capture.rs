//! The flows of the real client, recorded as a user would record them, and
//! held against the fixtures in `tests/compat/fixtures`.
//!
//! With `ROTUNDA_FIXTURES=write` the fixtures are made anew; a person reads
//! the change.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Mutex,
};

use rotunda_tests::{
    Received, Reply, Route, ScriptedUpstream, Whole, event, eventually, in_time, upstream::ANYONE,
};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::{app_server::AppServer, client::CodexHome};

/// A bound client whose traffic is being recorded.
struct Studio {
    upstream: ScriptedUpstream,
    home: CodexHome,
    rotunda: Whole,
    recording: Child,
}

impl Studio {
    async fn open() -> Self {
        Self::with(&["main"]).await
    }

    /// With these profiles, the first one serving.
    async fn with(names: &[&str]) -> Self {
        let upstream = ScriptedUpstream::start().await;
        let home = CodexHome::new(&upstream);
        let mut rotunda = Whole::new(&upstream, &home.codex_home());
        for name in names {
            rotunda.add(&upstream, name).await;
        }
        assert_eq!(rotunda.run(&["use", names[0]]).await.code, Some(0));
        rotunda.serve().await;
        let bound = rotunda.run(&["bind"]).await;
        assert_eq!(bound.code, Some(0), "{bound:?}");
        let file = Self::file(&home);
        let mut command = rotunda.command(&["activity", "--record", file.to_str().unwrap()]);
        let recording = command.stdin(Stdio::null()).spawn().unwrap();
        eventually("the recording", || fs::metadata(&file).is_ok_and(|it| it.len() > 0)).await;
        Self { upstream, home, rotunda, recording }
    }

    fn file(home: &CodexHome) -> PathBuf {
        home.home().join("what-passed.jsonl")
    }

    /// Ends the recording and makes a fixture of it.
    async fn fixture(mut self, name: &str) -> Value {
        self.rotunda.stop().await;
        in_time("the recording to end", self.recording.wait()).await.unwrap();
        let (recording, made) = (Self::file(&self.home), self.home.home().join("fixture.json"));
        let program = compat().join("capture.py");
        let ran = Command::new("python3").arg(program).arg(&recording).arg(&made).output().await;
        let ran = ran.unwrap();
        assert!(ran.status.success(), "{name}: {}", String::from_utf8_lossy(&ran.stderr));
        let fixture = fs::read_to_string(&made).unwrap();
        if std::env::var_os("ROTUNDA_FIXTURES").is_some_and(|wish| wish == "write") {
            fs::write(compat().join("fixtures").join(format!("{name}.json")), &fixture).unwrap();
        }
        serde_json::from_str(&fixture).unwrap()
    }

    fn once(&self, reply: Reply) {
        let left = Mutex::new(Some(reply));
        self.upstream.when(move |seen: &Received| {
            let body = seen.json();
            let asks = body["input"].as_array().is_some_and(|input| !input.is_empty());
            let is_turn = seen.route == Route::Responses && asks && body["generate"] != false;
            if is_turn { left.lock().unwrap().take() } else { None }
        });
    }

    fn over_http_only(&self) {
        self.upstream.always_on(Route::Upgrade, ANYONE, Reply::json(426, json!({})));
    }
}

fn compat() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compat")
}

/// What a flow is made of: each exchange's path, each message's type, who sent
/// it and whether it continues something, and how upstream answered before.
fn outline(fixture: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for exchange in fixture["exchanges"].as_array().unwrap() {
        let request = &exchange["request"];
        lines.push(format!("{} {}", request["method"], request["path"]));
        let frames = exchange["frames"].as_array().cloned().unwrap_or_default();
        for frame in frames {
            let message = &frame["message"];
            let chained = if message["previous_response_id"].is_string() { " on" } else { "" };
            lines.push(format!("  {} {}{chained}", frame["from"], message["type"]));
        }
        let attempts = exchange["attempts"].as_array().cloned().unwrap_or_default();
        lines.extend(attempts.iter().map(|it| {
            let outcome = [&it["status"], &it["failed"], &it["message"]["status"]];
            let outcome =
                outcome.into_iter().find(|outcome| !outcome.is_null()).unwrap_or(&Value::Null);
            format!("  attempt {} {} {outcome}", it["attempt"], it["profile"])
        }));
        let events = exchange["response"]["events"].as_array().cloned().unwrap_or_default();
        lines.extend(events.iter().map(|event| format!("  {}", event["type"])));
    }
    lines
}

async fn holds(name: &str, studio: Studio) {
    let (recorded, kept) = outlines(name, studio).await;
    assert_eq!(recorded, kept, "{name}");
}

/// What was recorded now, and what the fixture holds.
async fn outlines(name: &str, studio: Studio) -> (Vec<String>, Vec<String>) {
    let recorded = outline(&studio.fixture(name).await);
    let file = compat().join("fixtures").join(format!("{name}.json"));
    let kept: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    (recorded, outline(&kept))
}

#[tokio::test]
async fn a_turn_over_a_socket_flows_as_recorded() {
    let studio = Studio::open().await;
    studio.home.exec("hi").await.is_one_clean_turn(&["hello from main"]);
    holds("turn-socket", studio).await;
}

#[tokio::test]
async fn a_turn_over_http_flows_as_recorded() {
    let studio = Studio::open().await;
    studio.over_http_only();
    studio.home.exec("hi").await.is_one_clean_turn(&["hello from main"]);
    holds("turn-http", studio).await;
}

#[tokio::test]
async fn tool_calls_flow_as_recorded() {
    for (name, http) in [("tool-socket", false), ("tool-http", true)] {
        let studio = Studio::open().await;
        if http {
            studio.over_http_only();
        }
        let call = event::custom_tool_call("call-1", &event::run_command("echo ran"));
        studio.once(Reply::item("resp-main-call", &call));
        studio.home.exec("run it").await.is_one_clean_turn(&["hello from main"]);
        holds(name, studio).await;
    }
}

#[tokio::test]
async fn a_second_turn_and_a_compaction_flow_as_recorded() {
    let studio = Studio::open().await;
    let mut app = AppServer::start(&studio.home).await;
    let thread = app.call("thread/start", json!({})).await["thread"]["id"].clone();
    let thread = thread.as_str().unwrap();
    assert_eq!(app.turn(thread, "one").await["status"], "completed");
    assert_eq!(app.turn(thread, "two").await["status"], "completed");
    app.call("thread/compact/start", json!({"threadId": thread})).await;
    assert_eq!(app.notified("turn/completed").await["turn"]["status"], "completed");
    assert_eq!(app.turn(thread, "three").await["status"], "completed");
    drop(app);
    holds("compaction", studio).await;
}

#[tokio::test]
async fn a_resumed_thread_flows_as_recorded() {
    let studio = Studio::open().await;
    let first = studio.home.exec("one").await;
    studio.home.resume(&first.thread(), "two").await.is_one_clean_turn(&["hello from main"]);
    holds("resume", studio).await;
}

#[tokio::test]
async fn a_sub_agent_flows_as_recorded() {
    let studio = Studio::open().await;
    let task = json!({"task_name": "look", "message": "look around", "fork_turns": "none"});
    let spawn = json!({"type": "function_call", "call_id": "call-1", "name": "spawn_agent",
                       "namespace": "collaboration", "arguments": task.to_string()});
    studio.once(Reply::item("resp-main-spawn", &spawn));
    let run = studio.home.exec("begin").await;
    assert_eq!(run.count("turn.completed"), 1, "{}", run.text);
    let (recorded, kept) = outlines("sub-agent", studio).await;
    // The client ends with its own turn, wherever the sub-agent is by then.
    let both = recorded.len().min(kept.len());
    assert_eq!(recorded[..both], kept[..both]);
    let sockets = recorded.iter().filter(|line| line.starts_with("\"GET\"")).count();
    assert_eq!(sockets, 2, "one of its own: {recorded:?}");
}

/// What the client never sees is in the recording: why it was served by another.
#[tokio::test]
async fn a_rotation_flows_as_recorded() {
    for (name, http) in [("rotation-http", true), ("rotation-socket", false)] {
        let studio = Studio::with(&["main", "second"]).await;
        if http {
            studio.over_http_only();
        }
        studio.once(Reply::usage_limit(rotunda_tests::jwt::FAR));
        studio.home.exec("hi").await.is_one_clean_turn(&["hello from second"]);
        holds(name, studio).await;
    }
}

#[tokio::test]
async fn a_usage_limit_flows_as_recorded() {
    let studio = Studio::open().await;
    studio.over_http_only();
    studio.upstream.always(ANYONE, Reply::usage_limit(rotunda_tests::jwt::FAR));
    assert_eq!(studio.home.exec("hi").await.count("turn.failed"), 1);
    holds("usage-limit", studio).await;
}
