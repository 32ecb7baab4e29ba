//! `rotunda check` with the real client: each way to end that it can be made
//! to meet. `tests/scenarios/check.rs` has all of them with a scripted one.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use futures_util::future::join_all;
use rotunda_tests::{
    Gate, Ran, Received, Reply, Route, ScriptedUpstream, Signal, Step, Whole, event, eventually,
    in_time, upstream::ANYONE,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client;

struct Bench {
    upstream: ScriptedUpstream,
    rotunda: Whole,
    codex: TempDir,
}

impl Bench {
    async fn new() -> Self {
        Self::with(&client::program()).await
    }

    /// `program` in the place of Codex.
    async fn with(program: &Path) -> Self {
        let upstream = ScriptedUpstream::start().await;
        let codex = tempfile::tempdir().unwrap();
        let rotunda =
            Whole::new(&upstream, codex.path()).env("ROTUNDA_CODEX", program.to_str().unwrap());
        for name in ["main", "second"] {
            rotunda.add(&upstream, name).await;
        }
        Self { upstream, rotunda, codex }
    }

    /// Over HTTP, or over a WebSocket as the client does by itself.
    async fn over(http: bool) -> Self {
        let bench = Self::new().await;
        if http {
            bench.over_http_only();
        }
        bench
    }

    /// Like most tests of errors: the client's rules for sockets are others.
    fn over_http_only(&self) {
        self.upstream.always_on(Route::Upgrade, ANYONE, Reply::json(426, json!({})));
    }

    async fn check(&self) -> (Ran, Value) {
        self.check_with(&[], &[]).await
    }

    async fn check_with(&self, more: &[&str], variables: &[(&str, &str)]) -> (Ran, Value) {
        let usual = ["check", "--profile", "second", "--json"];
        let idle = if more.contains(&"--idle") { [].as_slice() } else { &["--idle", "15"] };
        let arguments = [&usual, idle, more].concat();
        let ran = self.rotunda.run_with(&arguments, variables).await;
        let report = ran.json();
        self.kept_its_secrets(&format!("{}{}", ran.out, ran.err));
        (ran, report)
    }

    /// Nothing of the answer, the sign-in or the address was printed, and nothing
    /// was written to the user's Codex home.
    fn kept_its_secrets(&self, text: &str) {
        for private in ["hello from", "rt-account", "eyJ", "127.0.0.1", "/codex"] {
            assert!(!text.contains(private), "{private} in {text}");
        }
        assert_eq!(fs::read_dir(self.codex.path()).unwrap().count(), 0);
    }

    async fn ends_as(&self, outcome: &str) -> Value {
        let (ran, report) = self.check().await;
        assert_eq!(report["outcome"], outcome, "{ran:?}");
        assert!(self.upstream.tried().iter().all(|name| name == "second"), "nobody steps in");
        report
    }

    async fn ends_deep(&self, outcome: &str, steps: &[&str]) {
        let (ran, report) = self.check_with(&["--deep"], &[]).await;
        assert_eq!(report["outcome"], outcome, "{ran:?}");
        let steps_done: Vec<_> = report["steps"].as_array().unwrap().iter().collect();
        let names: Vec<_> = steps_done.iter().map(|it| it["step"].as_str().unwrap()).collect();
        assert_eq!(names, steps, "{report}");
        assert_eq!(steps_done.last().unwrap()["outcome"], outcome, "{report}");
        assert!(self.upstream.tried().iter().all(|name| name == "second"), "nobody steps in");
    }
}

fn shortens(seen: &Received) -> bool {
    let input = seen.json()["input"].as_array().cloned().unwrap_or_default();
    seen.route == Route::Responses && input.iter().any(|it| it["type"] == "compaction_trigger")
}

/// The real client behind a script, as version managers and wrappers have it.
#[cfg(unix)]
fn behind(folder: &TempDir, lines: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;

    let file = folder.path().join("codex");
    let real = client::program();
    fs::write(&file, format!("#!/bin/sh\n{lines}\nexec '{}' \"$@\"\n", real.display())).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file
}

#[tokio::test]
async fn a_test_turn_completes_on_its_profile() {
    let bench = Bench::new().await;
    let (ran, report) = bench.check().await;
    assert_eq!((ran.code, &report["outcome"]), (Some(0), &json!("completed")), "{ran:?}");
    assert!(report["model"]["effective"].is_string(), "{report}");
    assert!(bench.upstream.tried().iter().all(|name| name == "second"));
}

#[tokio::test]
async fn a_profile_out_of_quota_is_reported() {
    for http in [false, true] {
        let bench = Bench::over(http).await;
        bench.upstream.always(ANYONE, Reply::usage_limit(rotunda_tests::jwt::FAR));
        bench.ends_as("provider-rate-limited").await;
    }
}

/// A burst that does not end is one of the limits.
#[tokio::test]
async fn a_burst_that_does_not_end_is_reported() {
    let bench = Bench::over(true).await;
    let burst = Reply::json(429, json!({"error": {"message": "Too Many Requests"}}));
    bench.upstream.always(ANYONE, burst);
    bench.ends_as("provider-rate-limited").await;
}

#[tokio::test]
async fn a_lost_sign_in_is_reported() {
    let bench = Bench::new().await;
    bench.upstream.issuer().spend("account-second");
    bench.upstream.always_on(Route::Upgrade, ANYONE, Reply::error(401, "token_expired", "no"));
    bench.upstream.always(ANYONE, Reply::error(401, "token_expired", "no"));
    bench.ends_as("provider-auth-failed").await;
}

/// F3: an error before any output is the service's answer: the report has the
/// code of the service and not the error of the router.
#[tokio::test]
async fn an_error_before_any_output_is_an_answer() {
    let case = |http, status: u16| async move {
        let bench = Bench::over(http).await;
        bench.upstream.always(ANYONE, Reply::error(status, "something_odd", "no"));
        let report = bench.ends_as("provider-http-error").await;
        let detail =
            if status == 400 { "something_odd".to_owned() } else { format!("HTTP {status}") };
        assert!(report["notes"].to_string().contains(&detail), "{report}");
    };
    let all = [(true, 400), (true, 500), (true, 502), (true, 503), (false, 500)];
    join_all(all.map(|(http, status)| case(http, status))).await;
}

/// F3: the same after output had begun is a broken stream, whether it breaks
/// off, says that it failed, or answers the next attempt with a 503.
#[tokio::test]
async fn an_error_inside_a_stream_is_a_broken_stream() {
    let begun = || vec![event::created("resp-second-1"), event::delta("hel")];
    let cut = Reply::events(begun()).then(Step::Cut);
    let failed = vec![event::failed("server_error", "no")];
    let failed = Reply::events([begun(), failed].concat());
    let always = |http, reply| async move {
        let bench = Bench::over(http).await;
        bench.upstream.always(ANYONE, reply);
        bench.ends_as("provider-stream-disconnected").await;
    };
    let all = [(false, cut.clone()), (true, cut), (false, failed.clone()), (true, failed)];
    let all = join_all(all.map(|(http, reply)| always(http, reply)));
    let then_refused = async {
        let bench = Bench::over(true).await;
        let item = event::item_done(&event::message("hello from second"));
        let half = [event::created("resp-second-1"), item];
        bench.upstream.always(ANYONE, Reply::error(503, "something_odd", "no"));
        bench.upstream.next("account-second", Reply::events(half).then(Step::Cut));
        bench.ends_as("provider-stream-disconnected").await;
    };
    tokio::join!(all, then_refused);
}

#[tokio::test]
async fn a_busy_or_unreachable_service_is_reported() {
    let busy = |http| async move {
        let bench = Bench::over(http).await;
        bench.upstream.always(ANYONE, Reply::error(503, "server_is_overloaded", "busy"));
        bench.ends_as("provider-unavailable").await;
    };
    let away = async {
        let bench = Bench::new().await;
        let nowhere = [("ROTUNDA_UPSTREAM_CHATGPT", "http://127.0.0.1:1/backend-api")];
        let (ran, report) = bench.check_with(&[], &nowhere).await;
        assert_eq!(report["outcome"], "provider-unavailable", "{ran:?}");
        assert_eq!(bench.upstream.tried(), Vec::<String>::new());
    };
    tokio::join!(busy(false), busy(true), away);
}

#[tokio::test]
async fn a_refused_tool_is_reported() {
    for http in [false, true] {
        let bench = Bench::over(http).await;
        bench.upstream.always(ANYONE, Reply::no_tool_call("call-1"));
        bench.ends_as("provider-invalid-tool-call").await;
    }
}

#[tokio::test]
async fn an_answer_without_anything_in_it_is_no_result() {
    let bench = Bench::new().await;
    bench.upstream.always(ANYONE, Reply::events([event::completed("resp-second-1")]));
    bench.ends_as("backend-response-invalid").await;
}

#[tokio::test]
async fn silence_is_a_timeout() {
    let bench = Bench::over(true).await;
    bench.upstream.always(ANYONE, Reply::events([event::created("r")]).then(Step::Stall));
    let (ran, report) = bench.check_with(&["--idle", "3"], &[]).await;
    assert_eq!(report["outcome"], "backend-timeout", "{ran:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_wrapper_that_writes_to_stdout_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::with(&behind(&folder, "echo Now using node v22")).await;
    bench.ends_as("backend-json-parse-error").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_codex_that_cannot_start_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::with(&behind(&folder, "exit 1")).await;
    bench.ends_as("backend-spawn-failed").await;
}

/// F7, F8: Codex could ask for approval, and does not.
#[tokio::test]
async fn a_credential_that_is_gone_blocks() {
    let bench = Bench::new().await;
    let profiles = bench.rotunda.run(&["profiles", "--json"]).await.json();
    let second = profiles.as_array().unwrap().iter().find(|it| it["name"] == "second").unwrap();
    let id = second["id"].as_str().unwrap().to_owned();
    let vault = vault_of(bench.rotunda.home());
    let mut items: Value = serde_json::from_slice(&fs::read(&vault).unwrap()).unwrap();
    items.as_object_mut().unwrap().retain(|name, _| !name.starts_with(&id));
    fs::write(&vault, items.to_string()).unwrap();
    let report = bench.ends_as("secret-unavailable").await;
    assert_eq!(report["state"], "blocked");
    assert_eq!(bench.upstream.tried(), Vec::<String>::new());
}

fn vault_of(folder: &Path) -> PathBuf {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with("vault.json") {
                return path;
            }
        }
    }
    panic!("no vault below {}", folder.display());
}

/// F12: Ctrl+C while an answer is on its way, and while the conversation is shortened.
#[tokio::test]
async fn it_stops_at_any_moment() {
    for deep in [false, true] {
        let bench = Bench::over(true).await;
        let gate = Gate::closed();
        let held = Reply::events([event::created("r"), event::delta("x")]).pass(&gate);
        bench.upstream.when(move |seen| {
            let is_it = seen.route == Route::Responses && deep == shortens(seen);
            is_it.then(|| held.clone())
        });
        let mut arguments = vec!["check", "--profile", "second"];
        arguments.extend(deep.then_some("--deep"));
        let mut command = bench.rotunda.command(&arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        eventually("the request", || {
            bench.upstream.attempts().iter().any(|it| deep == shortens(it))
        })
        .await;
        Signal::Interrupt.send(child.id().unwrap()).await;
        let output = in_time("the check to stop", child.wait_with_output()).await.unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        assert!(text.contains("Codex stopped the turn."), "{text}");
        assert!(text.contains("cancelled: "), "{text}");
        bench.kept_its_secrets(&text);
    }
}

/// Start, turn, shorten; then another process opens the thread and runs a turn.
#[tokio::test]
async fn a_deep_test_completes_in_two_processes() {
    for http in [false, true] {
        let bench = Bench::over(http).await;
        bench.ends_deep("completed", &["turn", "compact", "resume", "next-turn"]).await;
        let attempts = bench.upstream.attempts();
        let is_turn = |seen: &&Received| seen.json()["generate"] != json!(false);
        let turns: Vec<_> = attempts.iter().filter(is_turn).map(Received::json).collect();
        assert_eq!(turns.len(), 3, "three requests, as it says");
        let last = turns[2]["input"].to_string();
        assert!(last.contains("compacted by second"), "it went on with what was shortened: {last}");
    }
}

/// F4: whatever else the service does well.
#[tokio::test]
async fn a_service_that_cannot_compact_is_reported() {
    for http in [false, true] {
        for reply in [Reply::error(404, "not_found", "no"), Reply::json(404, json!({}))] {
            let bench = Bench::over(http).await;
            bench.upstream.when(move |seen| shortens(seen).then(|| reply.clone()));
            bench.ends_deep("provider-compact-unsupported", &["turn", "compact"]).await;
        }
        let bench = Bench::over(http).await;
        let out = Reply::usage_limit(rotunda_tests::jwt::FAR);
        bench.upstream.when(move |seen| shortens(seen).then(|| out.clone()));
        bench.ends_deep("provider-rate-limited", &["turn", "compact"]).await;
    }
}

/// F9: the thread's file is gone, or is none any more.
#[cfg(unix)]
#[tokio::test]
async fn a_thread_that_cannot_be_resumed_is_reported() {
    let every_file =
        "find \"$CODEX_HOME/sessions\" -name '*.jsonl*' 2>/dev/null | while read -r file; do";
    for harm in ["rm \"$file\"", ": > \"$file\"", "echo 'no thread' > \"$file\""] {
        let folder = tempfile::tempdir().unwrap();
        let bench = Bench::with(&behind(&folder, &format!("{every_file} {harm}; done"))).await;
        bench.ends_deep("thread-resume-failed", &["turn", "compact", "resume"]).await;
    }
}

#[tokio::test]
async fn a_broken_stream_that_was_retried_is_a_note() {
    let bench = Bench::new().await;
    bench.over_http_only();
    // It ends without `response.completed`.
    let item = event::item_done(&event::message("hello from second"));
    let begun = [event::created("resp-second-1"), item];
    bench.upstream.next("account-second", Reply::events(begun));
    let (ran, report) = bench.check().await;
    assert_eq!(report["outcome"], "completed", "{ran:?}");
    assert!(report["notes"].to_string().contains("try again"), "{report}");
}
