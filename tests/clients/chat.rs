//! Chat Completions: the packages `openai`, and Qwen Code, which speaks nothing else.

use std::path::PathBuf;

use rotunda_tests::{Gate, Reply, Route, eventually};
use serde_json::json;
use tokio::process::Command;

use crate::{
    FAR_RESET,
    answers::{self, calls_turn, message_turn},
    scene::{Program, Scene, variable},
};

const STORIES: [&str; 6] = [
    "chat_document",
    "chat_streaming",
    "chat_tools",
    "chat_images",
    "chat_structured_output",
    "chat_errors",
];

async fn plays_all(program: Program) {
    let scene = Scene::new().await;
    scene.upstream.when(answers::of_request);
    for story in STORIES {
        scene.play(program, story, &[]).await;
    }
    scene.end().await;
}

#[tokio::test]
async fn chat_completions_work_with_the_python_package() {
    plays_all(Program::Python).await;
}

#[tokio::test]
async fn chat_completions_work_with_the_node_package() {
    plays_all(Program::Node).await;
}

#[tokio::test]
async fn a_used_up_pool_is_a_rate_limit_of_chat_completions() {
    for program in Program::BOTH {
        let scene = Scene::new().await;
        for account in ["account-main", "account-backup"] {
            scene.upstream.always(account, Reply::usage_limit(FAR_RESET));
        }
        scene.play(program, "chat_rate_limit", &[]).await;
        assert_eq!(scene.upstream.attempts().len(), 2, "the package did not ask again");
        scene.end().await;
    }
}

#[tokio::test]
async fn a_program_that_stops_reading_chunks_ends_the_request_of_the_service() {
    for program in Program::BOTH {
        let scene = Scene::new().await;
        let gate = Gate::closed();
        let mut events = message_turn("resp_1", "a long answer");
        let rest = events.split_off(events.len() - 3);
        scene.upstream.next("account-main", Reply::events(events).pass(&gate).then_events(rest));
        scene.play(program, "chat_cancel", &[]).await;
        eventually("the request to be cancelled", || scene.upstream.attempts()[0].cancelled())
            .await;
        gate.open();
        scene.end().await;
    }
}

#[tokio::test]
async fn chat_completions_have_a_switch_of_their_own() {
    for program in Program::BOTH {
        let scene = Scene::new().await;
        scene.upstream.when(answers::of_request);
        scene.rotunda_does(&["settings", "set", "clients.chat", "false"]).await;
        scene.play(program, "chat_switched_off", &[]).await;
        assert_eq!(scene.upstream.attempts().len(), 0);
        scene.play(program, "one_document", &[]).await;
        scene.end().await;
    }
}

/// Qwen Code writes a file by a tool call.
#[tokio::test]
async fn qwen_code_does_its_work() {
    let scene = Scene::new().await;
    let file = scene.folder.path().join("made-by-qwen.txt");
    let path = file.to_string_lossy().into_owned();
    scene.upstream.when(move |received| {
        if received.route != Route::Responses {
            return None;
        }
        let input = received.json()["input"].to_string();
        let events = if input.contains("function_call_output") {
            message_turn("resp_2", "the file is there")
        } else {
            let arguments = json!({"file_path": path, "content": "made"});
            calls_turn("resp_1", &[("call_w", "write_file", arguments)])
        };
        Some(Reply::events(events))
    });
    let package = PathBuf::from(variable("ROTUNDA_OPENAI_NODE"));
    let mut command = Command::new("node");
    command.arg(package.join("node_modules/@qwen-code/qwen-code/cli.js"));
    command.args(["-p", "write the file", "--yolo", "--auth-type", "openai"]);
    command.env("OPENAI_MODEL", "gpt-test").env("QWEN_TELEMETRY_ENABLED", "false");
    let out = scene.run(command, "Qwen Code").await;
    assert!(out.contains("the file is there"), "{out}");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "made");
    scene.end().await;
}
