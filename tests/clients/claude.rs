//! The real Claude Code, started by `rotunda run --client`, in a home of its own and without
//! a way to the network.

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use rotunda_tests::{Gate, Ran, Received, Reply, Route, Signal, eventually};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    FAR_RESET,
    answers::{calls_turn, message_turn},
    scene::{NOWHERE, Program, Scene, variable},
};

const SESSION: &str = "3f0e9e0a-2f0b-4bb7-9d35-0d3a1c1f0a11";
/// In what Claude Code asks for a summary with.
const SUMMARY: &str = "Respond with TEXT ONLY";

/// A scene with a folder to work in.
struct Work {
    scene: Scene,
    folder: PathBuf,
}

impl Work {
    async fn new() -> Self {
        let scene = Scene::new().await;
        let folder = scene.folder.path().join("work");
        fs::create_dir(&folder).unwrap();
        Self { scene, folder }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let claude = variable("ROTUNDA_CLAUDE");
        let mut all = vec!["run", "--client", "editor", "--", &claude];
        all.extend(arguments);
        let mut command = self.scene.rotunda.command(&all);
        let home = self.scene.folder.path().join("home");
        command.current_dir(&self.folder).env("HOME", &home);
        command.env("CLAUDE_CONFIG_DIR", home.join(".claude")).env("IS_SANDBOX", "1");
        for name in ["DISABLE_AUTOUPDATER", "DISABLE_TELEMETRY", "DISABLE_ERROR_REPORTING"] {
            command.env(name, "1");
        }
        for name in ["HTTP_PROXY", "HTTPS_PROXY"] {
            command.env(name, NOWHERE);
        }
        command
    }

    async fn claude(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output();
        let output = tokio::time::timeout(crate::scene::LIMIT, output).await;
        let output = output.expect("Claude Code to end").unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// One prompt, without a question to the user, and its result.
    async fn prompt(&self, prompt: &str, more: &[&str]) -> String {
        let mut arguments = vec!["-p", prompt, "--permission-mode", "acceptEdits"];
        arguments.extend(["--output-format", "json"]);
        arguments.extend(more);
        let ran = self.claude(&arguments).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.json()["result"].as_str().unwrap_or_default().to_owned()
    }

    fn turns(&self) -> Vec<Value> {
        self.scene.upstream.attempts().iter().map(Received::json).collect()
    }
}

/// Answers the models as the service lists them; turns by `reply`, from their input.
fn answer(work: &Work, reply: impl Fn(&str) -> Reply + Send + Sync + 'static) {
    work.scene.upstream.when(move |received| {
        if received.route == Route::Models {
            let models = json!({"models": [{"slug": "gpt-test"}, {"slug": "gpt-test-mini"}]});
            return Some(Reply::json(200, models));
        }
        let is_turn = received.route == Route::Responses;
        is_turn.then(|| reply(&received.json()["input"].to_string()))
    });
}

fn results_in(input: &str) -> usize {
    input.matches("function_call_output").count()
}

/// Reads a file, edits it, and says so; the profile runs out between the two.
#[tokio::test]
async fn a_file_is_edited_and_a_rotation_in_the_middle_is_not_noticed() {
    let work = Work::new().await;
    let file = work.folder.join("greeting.txt");
    fs::write(&file, "hello world\n").unwrap();
    let path = file.to_string_lossy().into_owned();
    let middle = AtomicUsize::new(0);
    answer(&work, move |input| {
        if results_in(input) == 1 && middle.fetch_add(1, Ordering::SeqCst) == 0 {
            return Reply::usage_limit(FAR_RESET);
        }
        Reply::events(match results_in(input) {
            0 => calls_turn("resp_1", &[("call_r", "Read", json!({"file_path": path}))]),
            1 => {
                let edit =
                    json!({"file_path": path, "old_string": "world", "new_string": "Rotunda"});
                calls_turn("resp_2", &[("call_e", "Edit", edit)])
            }
            _ => message_turn("resp_3", "edited"),
        })
    });
    assert_eq!(work.prompt("edit the greeting", &[]).await, "edited");
    assert_eq!(fs::read_to_string(file).unwrap(), "hello Rotunda\n");
    assert_eq!(work.scene.upstream.tried(), ["main", "main", "backup", "backup"]);
    let turns = work.turns();
    let first = &turns[0];
    assert_eq!(first["model"], "gpt-test");
    assert!(first["instructions"].as_str().unwrap().contains("agent"), "{first}");
    assert!(!first.to_string().contains("billing-header"));
    assert_eq!(first["store"], false);
    let keys: Vec<_> = turns.iter().map(|turn| turn["prompt_cache_key"].clone()).collect();
    assert!(keys.iter().all(|key| *key == keys[0] && key.is_string()), "{keys:?}");
    // The encrypted reasoning came back from Claude Code.
    let last = turns[3]["input"].as_array().unwrap();
    assert_eq!(last.iter().filter(|item| item["type"] == "function_call").count(), 2);
    let reasoning = turns[1]["input"].as_array().unwrap();
    let sealed = reasoning.iter().find(|item| item["type"] == "reasoning").unwrap();
    assert_eq!(sealed["encrypted_content"], "sealed");
    for received in work.scene.upstream.attempts() {
        for name in ["anthropic-version", "x-claude-code-session-id", "x-app", "x-api-key"] {
            assert_eq!(received.header(name), "", "{name}");
        }
        assert!(!received.bearer().starts_with("rotunda-"));
    }
    work.scene.end().await;
}

#[tokio::test]
async fn a_conversation_is_resumed_and_compacted() {
    let work = Work::new().await;
    answer(&work, |input| {
        Reply::events(if input.contains(SUMMARY) {
            message_turn(
                "resp_s",
                "<analysis>short</analysis><summary>a word was remembered: teapot</summary>",
            )
        } else {
            message_turn("resp_1", &format!("turn {}", input.matches("\"assistant\"").count()))
        })
    });
    let first = work.prompt("remember the word teapot", &["--session-id", SESSION]).await;
    assert_eq!(first, "turn 0");
    let second = work.prompt("and one more", &["--resume", SESSION]).await;
    assert_eq!(second, "turn 1");
    work.prompt("/compact", &["--resume", SESSION]).await;
    work.prompt("which word was it?", &["--resume", SESSION]).await;
    let turns = work.turns();
    let last = turns.last().unwrap()["input"].to_string();
    assert!(last.contains("a word was remembered: teapot"), "{last}");
    assert!(!last.contains("and one more"), "the conversation is the summary now: {last}");
    assert!(turns.iter().all(|turn| turn["prompt_cache_key"] == SESSION));
    work.scene.end().await;
}

/// The service says that a request is too long; Claude Code compacts it and goes on.
#[tokio::test]
async fn a_conversation_that_is_too_long_is_compacted() {
    let work = Work::new().await;
    answer(&work, |input| {
        let is_long = input.contains("first question") && input.contains("second question");
        Reply::events(if input.contains(SUMMARY) {
            message_turn("resp_s", "<analysis>x</analysis><summary>a short summary</summary>")
        } else if is_long {
            return Reply::error(400, "context_length_exceeded", "Your input is too long.");
        } else {
            message_turn("resp_1", "answered")
        })
    });
    assert_eq!(work.prompt("first question", &["--session-id", SESSION]).await, "answered");
    assert_eq!(work.prompt("second question", &["--resume", SESSION]).await, "answered");
    let summaries = work.turns().iter().filter(|turn| turn.to_string().contains(SUMMARY)).count();
    assert!(summaries >= 1);
    work.scene.end().await;
}

#[tokio::test]
async fn an_agent_of_the_conversation_stays_with_its_profile() {
    let work = Work::new().await;
    answer(&work, |input| {
        let is_agent = input.contains("do the little thing") && !input.contains("use an agent");
        Reply::events(if is_agent {
            message_turn("resp_a", "the little thing is done")
        } else if results_in(input) == 0 {
            let arguments = json!({"description": "little", "prompt": "do the little thing",
                                   "subagent_type": "general-purpose"});
            calls_turn("resp_1", &[("call_a", "Agent", arguments)])
        } else if input.contains("the little thing is done") {
            message_turn("resp_3", "all done")
        } else {
            message_turn("resp_2", "waiting for it")
        })
    });
    assert_eq!(work.prompt("use an agent", &[]).await, "all done");
    let turns = work.turns();
    assert!(turns.len() >= 3, "{}", turns.len());
    assert!(turns.iter().all(|turn| turn["prompt_cache_key"] == turns[0]["prompt_cache_key"]));
    assert!(work.scene.upstream.tried().iter().all(|name| name == "main"));
    work.scene.end().await;
}

#[tokio::test]
async fn a_run_that_is_ended_ends_the_request_of_the_service() {
    let work = Work::new().await;
    let gate = Gate::closed();
    let mut events = message_turn("resp_1", "a long answer");
    let rest = events.split_off(events.len() - 3);
    let reply = Reply::events(events).pass(&gate).then_events(rest);
    work.scene.upstream.always("account-main", reply);
    let mut child = work.command(&["-p", "talk for long", "--model", "gpt-test"]).spawn().unwrap();
    gate.reached().await;
    Signal::Interrupt.send(child.id().unwrap()).await;
    // Ctrl+C goes to all programs of a terminal; here there is none.
    Signal::Terminate.send(child.id().unwrap()).await;
    eventually("the request to be cancelled", || work.scene.upstream.attempts()[0].cancelled())
        .await;
    tokio::time::timeout(crate::scene::LIMIT, child.wait()).await.unwrap().unwrap();
    gate.open();
    work.scene.end().await;
}

#[tokio::test]
async fn a_used_up_pool_and_a_revoked_key_are_shown_as_errors() {
    let work = Work::new().await;
    for account in ["account-main", "account-backup"] {
        work.scene.upstream.always(account, Reply::usage_limit(FAR_RESET));
    }
    let ran = work.claude(&["-p", "hi", "--model", "gpt-test", "--output-format", "json"]).await;
    assert_eq!(ran.json()["is_error"], true, "{ran:?}");
    assert!(ran.out.contains("out of quota"), "{ran:?}");
    work.scene.rotunda_does(&["client", "revoke", "editor"]).await;
    let ran = work.claude(&["-p", "hi"]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("editor"), "{ran:?}");
    work.scene.end().await;
}

/// The variables of `--print-env` are all that Claude Code needs; the key before is gone.
#[tokio::test]
async fn the_variables_that_are_printed_work() {
    let work = Work::new().await;
    answer(&work, |_| Reply::events(message_turn("resp_1", "hello")));
    let printed = work.scene.rotunda.run(&["clients", "editor", "--print-env"]).await;
    assert_eq!(printed.code, Some(0), "{printed:?}");
    let variables: Vec<_> = printed.out.lines().filter_map(|line| line.split_once('=')).collect();
    let names: Vec<_> = variables.iter().map(|(name, _)| *name).collect();
    let expected =
        ["OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL"];
    assert_eq!(names, expected);
    assert_ne!(variables[0].1, work.scene.key(), "the key is a new one");
    let mut command = Command::new(variable("ROTUNDA_CLAUDE"));
    command.args(["-p", "hi"]).envs(variables.iter().copied());
    command.env("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1").env("DISABLE_AUTOUPDATER", "1");
    let shown = work.scene.run(command, "Claude Code").await;
    assert_eq!(shown.trim(), "hello");
    work.scene.play(Program::Python, "revoked", &[]).await;
    work.scene.end().await;
}

/// `/context` counts tokens: an estimate of the router, which asks no service.
#[tokio::test]
async fn the_size_of_a_conversation_is_estimated_without_a_request() {
    let work = Work::new().await;
    answer(&work, |_| Reply::events(message_turn("resp_1", "unused")));
    let shown = work.prompt("/context", &[]).await;
    assert!(shown.contains("System prompt"), "{shown}");
    assert!(work.scene.upstream.attempts().is_empty());
    work.scene.end().await;
}
