//! `rotunda check` as a process, with a Codex that plays each way to fail.
//! Lessons F1 to F16.

mod queue;

use std::{fs, path::PathBuf, process::Stdio};

use rotunda_tests::{Ran, ScriptedUpstream, Signal, Whole, eventually, in_time, is_running};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Child;

struct Bench {
    rotunda: Whole,
    /// The user's own Codex home, which must stay unchanged.
    codex: TempDir,
    /// The script and what the fake saw.
    play: TempDir,
    _upstream: ScriptedUpstream,
}

impl Bench {
    async fn new(names: &[&str]) -> Self {
        let upstream = ScriptedUpstream::start().await;
        let (codex, play) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let rotunda = Whole::new(&upstream, codex.path())
            .env("ROTUNDA_CODEX", env!("CARGO_BIN_EXE_fake-codex"))
            .env("FAKE_CODEX", play.path().join("script.json").to_str().unwrap());
        for name in names {
            rotunda.add(&upstream, name).await;
        }
        Self { rotunda, codex, play, _upstream: upstream }
    }

    fn script(&self, script: &Value) {
        // What an earlier run saw is not what this one does.
        fs::remove_file(self.play.path().join("seen.json")).ok();
        fs::write(self.play.path().join("script.json"), script.to_string()).unwrap();
    }

    /// One check to its end, with its report.
    async fn check(&self, script: &Value, arguments: &[&str]) -> (Ran, Value) {
        self.script(script);
        let ran = self.rotunda.run(&[&["check", "--json"], arguments].concat()).await;
        let report = ran.json();
        (ran, report)
    }

    /// What the fake saw, oldest first; its surroundings are the first.
    fn inputs(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.play.path().join("seen.json")).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    fn was_called(&self, method: &str) -> bool {
        self.inputs().iter().any(|seen| seen["method"] == method)
    }

    /// The methods called, in order; each start of the fake is a `start`.
    fn methods(&self) -> Vec<String> {
        let name = |seen: Value| seen["method"].as_str().unwrap_or("start").to_owned();
        self.inputs().into_iter().map(name).collect()
    }

    fn begin(&self, arguments: &[&str]) -> Child {
        let mut command = self.rotunda.command(&[&["check"], arguments].concat());
        command.stdin(Stdio::null()).spawn().unwrap()
    }

    /// Nothing private stands in what was printed or written, but in the vault.
    fn kept_its_secrets(&self, ran: &Ran) {
        let mut texts = vec![("the output".into(), format!("{}{}", ran.out, ran.err))];
        texts.extend(self.rotunda.everything_but_the_vault());
        for (path, text) in texts {
            for secret in ["SECRET", "rt-account", "eyJhbGciOiJub25lIn0", "127.0.0.1:"] {
                let is_log_of_port = secret.ends_with(':') && path != *"the output";
                assert!(
                    is_log_of_port || !text.contains(secret),
                    "{} holds {secret}: {text}",
                    path.display()
                );
            }
        }
    }

    fn leftovers(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.rotunda.home().to_owned()];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path.clone());
                }
                if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("check-"))
                {
                    found.push(path);
                }
            }
        }
        found
    }
}

/// The turn begins, then this happens.
fn turn(then: &[Value]) -> Value {
    let mut lines = vec![json!({ "id": "$id", "result": { "turn": { "id": "turn-1" } } })];
    lines.extend_from_slice(then);
    json!({ "turn/start": lines })
}

fn notification(method: &str, params: &Value) -> Value {
    json!({ "method": method, "params": params })
}

/// As the real client words an error: with our address, key and all.
fn error(info: &Value) -> Value {
    let text = "unexpected status, url: http://127.0.0.1:4517/SECRETKEY/codex/responses";
    json!({ "message": text, "codexErrorInfo": info, "additionalDetails": "SECRET details" })
}

fn fails(info: &Value) -> Vec<Value> {
    let turn = json!({ "turn": { "id": "turn-1", "status": "failed", "error": error(info) } });
    vec![
        notification("error", &json!({ "error": error(info), "willRetry": false })),
        notification("turn/completed", &turn),
    ]
}

fn status(kind: &str, status: u16) -> Value {
    json!({ kind: { "httpStatusCode": status } })
}

fn answer() -> Value {
    let item = json!({ "type": "agentMessage", "text": "SECRET answer" });
    notification("item/completed", &json!({ "item": item }))
}

fn completed() -> Value {
    notification("turn/completed", &json!({ "turn": { "status": "completed" } }))
}

fn retry() -> Value {
    let info = json!({ "responseStreamDisconnected": { "httpStatusCode": null } });
    notification("error", &json!({ "error": error(&info), "willRetry": true }))
}

fn begins() -> Value {
    notification("item/started", &json!({ "item": { "type": "agentMessage" } }))
}

fn with(first: Value, then: Vec<Value>) -> Vec<Value> {
    [vec![first], then].concat()
}

/// Seconds of silence; few only where the check has to give up, because programs start slowly.
fn idle_for(outcome: &str) -> &'static str {
    if outcome == "backend-timeout" { "4" } else { "60" }
}

/// F1: each failure has its one name, in the report, the sentence and the exit
/// code alike; F13: and no text of Codex is in any of them.
#[tokio::test]
async fn every_failure_has_its_kind() {
    let bench = Bench::new(&["main"]).await;
    let code = |code: &str| {
        let body = json!({ "error": { "code": code, "message": "SECRET" } }).to_string();
        json!({ "message": body, "codexErrorInfo": "other" })
    };
    let coded = |it: &str| {
        let turn = json!({ "turn": { "status": "failed", "error": code(it) } });
        vec![notification("turn/completed", &turn)]
    };
    let away = || fails(&status("httpConnectionFailed", 503));
    let compact = json!({ "message": "404, url: http://127.0.0.1:1/SECRET/codex/responses/compact",
                          "codexErrorInfo": status("httpConnectionFailed", 404) });
    let compact = json!({ "turn": { "status": "failed", "error": compact } });
    let refusal = json!({ "id": "$id", "error": { "message": "thread not found: SECRET" } });
    let cases = [
        (turn(&fails(&status("httpConnectionFailed", 401))), "provider-auth-failed"),
        (turn(&coded("no_profile_ready")), "provider-auth-failed"),
        (turn(&fails(&json!("usageLimitExceeded"))), "provider-rate-limited"),
        (turn(&fails(&status("responseTooManyFailedAttempts", 429))), "provider-rate-limited"),
        (turn(&coded("invalid_tool_call")), "provider-invalid-tool-call"),
        (turn(&[notification("turn/completed", &compact)]), "provider-compact-unsupported"),
        (turn(&with(retry(), fails(&json!("other")))), "provider-stream-disconnected"),
        (turn(&with(begins(), away())), "provider-stream-disconnected"),
        (turn(&away()), "provider-http-error"),
        (turn(&fails(&json!("serverOverloaded"))), "provider-unavailable"),
        (turn(&[completed()]), "backend-response-invalid"),
        (turn(&["!exit".into()]), "backend-response-invalid"),
        (turn(&["no JSON: SECRET".into()]), "backend-json-parse-error"),
        (json!({ "initialize": ["!exit"] }), "backend-spawn-failed"),
        (json!({ "initialize": ["!hang"] }), "backend-timeout"),
        (turn(&[begins()]), "backend-timeout"),
        (json!({ "turn/start": [refusal] }), "thread-resume-failed"),
    ];
    for (script, expected) in cases {
        let (ran, report) = bench.check(&script, &["--idle", idle_for(expected)]).await;
        assert_eq!(report["outcome"], expected, "{script}: {ran:?}");
        assert_eq!(ran.code, Some(1), "{ran:?}");
        let sentence = ran.err.trim_end();
        assert!(sentence.starts_with(&format!("rotunda: {expected}: ")), "{sentence}");
        assert!(sentence.lines().count() == 1 && sentence.ends_with('.'), "{sentence}");
        bench.kept_its_secrets(&ran);
        assert_eq!(bench.leftovers(), Vec::<PathBuf>::new());
    }
}

/// F2, F6, F13, F14: a retry that recovered is a note, noise is one counted line.
#[tokio::test]
async fn a_successful_turn_reports_its_steps_retries_and_unknown_events() {
    let bench = Bench::new(&["main"]).await;
    let command = json!({ "type": "commandExecution", "status": "failed", "exitCode": 1,
                          "aggregatedOutput": "SECRET output" });
    let thought = json!({ "item": { "type": "reasoning", "summary": ["SECRET thought"] } });
    let script = turn(&[
        notification("turn/started", &json!({ "turn": { "id": "turn-1" } })),
        notification("item/started", &thought),
        notification("account/rateLimits/updated", &json!({ "planType": "SECRET" })),
        notification("warning", &json!({ "message": "SECRET" })),
        retry(),
        notification("thread/tokenUsage/updated", &json!({ "tokenUsage": 7 })),
        // F6: a command that fails is the model's to deal with, and no end.
        notification("item/completed", &json!({ "item": command })),
        answer(),
        completed(),
    ]);
    let (ran, report) = bench.check(&script, &[]).await;
    assert_eq!((ran.code, &report["outcome"]), (Some(0), &json!("completed")), "{ran:?}");
    assert_eq!((&report["state"], &report["profile"]), (&json!("ok"), &json!("main")));
    let once = "try again once (provider-stream-disconnected), and that worked";
    assert!(report["notes"].to_string().contains(once), "{report}");
    assert_eq!(report["unshown"][2], json!({ "name": "warning", "count": 1 }), "{report}");
    let plain = bench.rotunda.run(&["check"]).await;
    let not_shown = plain.out.lines().filter(|line| line.contains("Not shown")).count();
    assert_eq!(not_shown, 1, "{plain:?}");
    for step in ["Started codex-cli 9.9.9", "The turn has begun.", "completed: main works"] {
        assert!(plain.out.contains(step), "{step}: {plain:?}");
    }
    bench.kept_its_secrets(&ran);
    bench.kept_its_secrets(&plain);
}

/// F7, F10, F16: the child gets the user's model and no credential, neither
/// the profile's nor the user's own; the user's files stay as they are.
#[tokio::test]
async fn the_child_has_the_users_model_and_no_credential() {
    let bench = Bench::new(&["main"]).await;
    let config = "model = \"gpt-mine\"\n";
    fs::write(bench.codex.path().join("config.toml"), config).unwrap();
    fs::write(bench.codex.path().join("auth.json"), "{\"SECRET\": 1}").unwrap();
    let script = turn(&[answer(), completed()]);
    let (ran, report) = bench.check(&script, &[]).await;
    assert_eq!(report["model"]["source"], "config", "{ran:?}");
    assert_eq!(report["model"]["requested"], "gpt-mine");
    let surroundings = &bench.inputs()[0];
    assert_eq!(surroundings["arguments"], json!(["app-server"]));
    let made = surroundings["config"].as_str().unwrap();
    assert!(made.contains("model = \"gpt-mine\"") && made.contains("/codex\""), "{made}");
    assert!(!surroundings["files"].to_string().contains("auth.json"), "{surroundings}");
    for secret in ["SECRET", "rt-account", "eyJhbGciOiJub25lIn0", "ROTUNDA_"] {
        assert!(!surroundings.to_string().contains(secret), "{secret} in {surroundings}");
    }
    let thread = bench.inputs().into_iter().find(|seen| seen["method"] == "thread/start").unwrap();
    assert!(thread["params"].get("model").is_none(), "{thread}");
    let (_, report) = bench.check(&script, &["--model", "gpt-named"]).await;
    let thread = bench.inputs().into_iter().find(|seen| seen["method"] == "thread/start").unwrap();
    assert_eq!(thread["params"]["model"], "gpt-named");
    let model = json!({ "requested": "gpt-named", "effective": "gpt-fake", "source": "named" });
    assert_eq!(report["model"], model);
    let files: Vec<_> = fs::read_dir(bench.codex.path()).unwrap().collect();
    assert_eq!(files.len(), 2, "nothing was added");
    assert_eq!(fs::read_to_string(bench.codex.path().join("config.toml")).unwrap(), config);
}

/// F7, F8: blocked, and no other profile steps in.
#[tokio::test]
async fn a_missing_credential_blocks_and_nothing_is_started() {
    let bench = Bench::new(&["main", "second"]).await;
    let file = bench.rotunda.home().join("rotunda/data/vault.json");
    let file = if file.exists() { file } else { find(&bench, "vault.json") };
    let profiles = bench.rotunda.run(&["profiles", "--json"]).await.json();
    let id = profiles[0]["id"].as_str().unwrap().to_owned();
    let mut items: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    items.as_object_mut().unwrap().retain(|name, _| !name.starts_with(&id));
    fs::write(&file, items.to_string()).unwrap();
    let (ran, report) = bench.check(&turn(&[answer(), completed()]), &["--profile", "main"]).await;
    assert_eq!(report["outcome"], "secret-unavailable", "{ran:?}");
    assert_eq!((&report["state"], ran.code), (&json!("blocked"), Some(1)));
    assert_eq!(bench.inputs(), Vec::<Value>::new());
}

fn find(bench: &Bench, name: &str) -> PathBuf {
    let files = bench.rotunda.home();
    let mut folders = vec![files.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.ends_with(name) {
                return path;
            }
        }
    }
    panic!("{name} is nowhere below {}", files.display());
}

#[tokio::test]
async fn a_missing_codex_is_reported_with_its_path() {
    let bench = Bench::new(&["main"]).await;
    let nowhere = [("ROTUNDA_CODEX", "/nowhere/codex")];
    let ran = bench.rotunda.run_with(&["check", "--json"], &nowhere).await;
    assert_eq!(ran.json()["outcome"], "backend-spawn-failed", "{ran:?}");
    assert!(ran.err.contains("ROTUNDA_CODEX names /nowhere/codex, which is no program"), "{ran:?}");
    let ran = bench.rotunda.run(&["check", "--profile", "nobody"]).await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("There is no profile called"), "{ran:?}");
}

async fn cancelled(bench: &Bench, child: Child, outcome: &str) -> Ran {
    Signal::Interrupt.send(child.id().unwrap()).await;
    let output = in_time("the check to stop", child.wait_with_output()).await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let (out, err) = (text(output.stdout), text(output.stderr));
    let ran = Ran { code: output.status.code(), out, err };
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("cancelled: "), "{ran:?}");
    assert!(ran.out.contains(outcome), "{ran:?}");
    assert_eq!(bench.leftovers(), Vec::<PathBuf>::new());
    ran
}

/// F12: at any moment, even before the start is answered, and everything that
/// Codex started is gone.
#[tokio::test]
async fn ctrl_c_stops_it_at_any_moment() {
    let bench = Bench::new(&["main"]).await;
    // Before anything was answered, with a Codex that does not even end.
    bench.script(&json!({ "initialize": ["!child", "!hang"] }));
    let child = bench.begin(&[]);
    eventually("the hello", || bench.was_called("initialize")).await;
    let file = bench.play.path().join("child.pid");
    eventually("its child", || fs::read_to_string(&file).is_ok_and(|pid| !pid.is_empty())).await;
    let pid: u32 = fs::read_to_string(&file).unwrap().parse().unwrap();
    cancelled(&bench, child, "Stopped before the turn was asked for.").await;
    eventually("what Codex started to be gone with it", || !is_running(pid)).await;
    // The turn was started and not answered.
    bench.script(&json!({ "turn/start": [] }));
    let child = bench.begin(&[]);
    eventually("the turn", || bench.was_called("turn/start")).await;
    cancelled(&bench, child, "Codex did not say that it stopped").await;
    // The turn is under way.
    bench.script(&turn(&[begins()]));
    let child = bench.begin(&[]);
    eventually("the turn", || bench.was_called("turn/start")).await;
    cancelled(&bench, child, "Codex stopped the turn.").await;
    assert!(bench.was_called("turn/interrupt"));
}

/// The same through a running Rotunda, which shows it to the window meanwhile.
#[tokio::test]
async fn a_running_rotunda_makes_the_turn_and_shows_it() {
    let mut bench = Bench::new(&["main"]).await;
    bench.rotunda.serve().await;
    let (ran, report) = bench.check(&turn(&[answer(), completed()]), &["--profile", "main"]).await;
    assert_eq!((ran.code, &report["outcome"]), (Some(0), &json!("completed")), "{ran:?}");
    bench.script(&turn(&[begins()]));
    let child = bench.begin(&[]);
    eventually("the turn", || bench.was_called("turn/start")).await;
    let ran = cancelled(&bench, child, "Codex stopped the turn.").await;
    bench.kept_its_secrets(&ran);
    // The client disconnects without an interrupt: the turn is stopped too.
    bench.script(&turn(&[begins()]));
    let mut child = bench.begin(&[]);
    eventually("the turn", || bench.was_called("turn/start")).await;
    child.kill().await.unwrap();
    eventually("the interruption", || bench.was_called("turn/interrupt")).await;
    eventually("the folder to go", || bench.leftovers().is_empty()).await;
    assert_eq!(bench.rotunda.stop().await, Some(0));
}

const ALL_OF_IT: [&str; 11] = [
    "start",
    "initialize",
    "initialized",
    "thread/start",
    "turn/start",
    "thread/compact/start",
    "start",
    "initialize",
    "initialized",
    "thread/resume",
    "turn/start",
];

fn steps(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let steps = report["steps"].as_array().unwrap();
    steps.iter().map(|it| (text(&it["step"]), text(&it["outcome"]))).collect()
}

/// What a deep test does, and that an ordinary one costs one turn.
#[tokio::test]
async fn a_deep_test_compacts_the_conversation_and_resumes_it_in_another_process() {
    let bench = Bench::new(&["main"]).await;
    let script = turn(&[answer(), completed()]);
    let (ran, report) = bench.check(&script, &["--deep"]).await;
    assert_eq!((ran.code, &report["outcome"]), (Some(0), &json!("completed")), "{ran:?}");
    let done = ["turn", "compact", "resume", "next-turn"];
    let done = done.map(|step| (step.to_owned(), "completed".to_owned()));
    assert_eq!(steps(&report), done);
    assert_eq!(bench.methods(), ALL_OF_IT);
    let seen = bench.inputs();
    assert_eq!(seen[0]["home"], seen[6]["home"], "the same folders");
    assert_ne!(seen[0]["pid"], seen[6]["pid"], "another process");
    assert_eq!(seen[9]["params"]["threadId"], "thread-1");
    assert!(seen[3]["params"].get("ephemeral").is_none(), "{}", seen[3]);
    bench.kept_its_secrets(&ran);
    assert_eq!(bench.leftovers(), Vec::<PathBuf>::new());

    bench.script(&script);
    let ran = bench.rotunda.run(&["check", "--deep"]).await;
    for line in [
        "Step 1 of 4, a turn: completed.",
        "Codex shortens the conversation.",
        "Step 2 of 4, shortening the conversation: completed.",
        "Step 3 of 4, opening it in another Codex: completed.",
        "Step 4 of 4, one more turn there: completed.",
    ] {
        assert!(ran.out.contains(line), "{line}: {ran:?}");
    }

    let (_, report) = bench.check(&script, &[]).await;
    assert_eq!(steps(&report), [("turn".to_owned(), "completed".to_owned())]);
    assert_eq!(bench.methods(), ALL_OF_IT[..5]);
    assert_eq!(bench.inputs()[3]["params"]["ephemeral"], true);
}

/// F4, F9: each step fails under its own name, and nothing is done after it.
#[tokio::test]
async fn each_step_of_a_deep_test_fails_under_its_own_name() {
    let bench = Bench::new(&["main"]).await;
    let with = |method: &str, lines: Vec<Value>| {
        let mut script = turn(&[answer(), completed()]);
        script[method] = lines.into();
        script
    };
    let compact = |then: Vec<Value>| {
        let item = json!({ "item": { "type": "contextCompaction" } });
        let begun = vec![json!({ "id": "$id", "result": {} }), notification("item/started", &item)];
        with("thread/compact/start", [begun, then].concat())
    };
    let resume = |lines: Vec<Value>| with("thread/resume", lines);
    let refusal = |text: &str| json!({ "id": "$id", "error": { "message": text } });
    let other = json!({ "id": "$id", "result": { "thread": { "id": "thread-2" } } });
    let cases = [
        // As the real client words it: on the path of turns.
        (compact(fails(&status("httpConnectionFailed", 404))), 2, "provider-compact-unsupported"),
        (compact(fails(&json!("usageLimitExceeded"))), 2, "provider-rate-limited"),
        (compact(fails(&status("httpConnectionFailed", 503))), 2, "provider-http-error"),
        (compact(vec![completed()]), 2, "backend-response-invalid"),
        (compact(vec!["no JSON: SECRET".into()]), 2, "backend-json-parse-error"),
        (resume(vec![refusal("no rollout found: SECRET")]), 3, "thread-resume-failed"),
        (resume(vec![refusal("failed to read: SECRET")]), 3, "thread-resume-failed"),
        (resume(vec![other]), 3, "thread-resume-failed"),
        (resume(vec!["!exit".into()]), 3, "backend-response-invalid"),
        (resume(Vec::new()), 3, "backend-timeout"),
    ];
    for (script, failed, expected) in cases {
        let (ran, report) = bench.check(&script, &["--deep", "--idle", idle_for(expected)]).await;
        assert_eq!(report["outcome"], expected, "{script}: {ran:?}");
        let steps = steps(&report);
        assert_eq!((steps.len(), steps[failed - 1].1.as_str()), (failed, expected), "{report}");
        assert!(steps[..failed - 1].iter().all(|step| step.1 == "completed"), "{report}");
        assert!(ran.err.starts_with(&format!("rotunda: {expected}: ")), "{ran:?}");
        bench.kept_its_secrets(&ran);
        assert_eq!(bench.leftovers(), Vec::<PathBuf>::new());
    }
}
