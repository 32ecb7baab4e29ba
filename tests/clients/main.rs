//! The real packages of other programs, against the whole of Rotunda and a scripted upstream.
//!
//! `ROTUNDA_OPENAI_PYTHON` is the folder with the Python package `openai`, and
//! `ROTUNDA_OPENAI_NODE` the one with the Node packages; `ROTUNDA_CODEX` names Codex for its
//! SDK, and `ROTUNDA_CLAUDE` Claude Code. Without them every test fails and says so. `installers/test.sh clients` provides them.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "all of this is tests")]

mod answers;
mod chat;
mod claude;
mod scene;

use rotunda_tests::{Gate, Received, Reply, Route, event, eventually};
use serde_json::{Value, json};

use self::{
    answers::{call_turn, message_turn},
    scene::{Program, Scene},
};

/// Long after every test, in seconds since 1970.
const FAR_RESET: u64 = 4_000_000_000;

/// Every story that both packages play, by its name in the scripts beside this file.
const STORIES: [&str; 8] = [
    "one_document",
    "streaming",
    "tools",
    "images",
    "structured_output",
    "errors",
    "models",
    "asynchronous",
];

async fn plays_all(program: Program) {
    for story in STORIES {
        let scene = Scene::new().await;
        scene.upstream.when(answers::of_request);
        scene.play(program, story, &[]).await;
        scene.end().await;
    }
}

#[tokio::test]
async fn the_python_package_works() {
    plays_all(Program::Python).await;
}

#[tokio::test]
async fn the_node_package_works() {
    plays_all(Program::Node).await;
}

#[tokio::test]
async fn what_a_conversation_sends_back_is_taken() {
    for program in Program::BOTH {
        let scene = Scene::new().await;
        scene.upstream.when(answers::of_request);
        scene.play(program, "conversation", &[]).await;
        let sent: Vec<_> = scene.upstream.attempts().iter().map(Received::json).collect();
        let has_result = |body: &&Value| body["input"].to_string().contains("function_call_output");
        let items = sent.iter().find(has_result).unwrap()["input"].as_array().unwrap();
        assert!(items.iter().all(|item| item.get("id").is_none()), "{items:?}");
        let reasoning = items.iter().find(|item| item["type"] == "reasoning").unwrap();
        assert_eq!(reasoning["encrypted_content"], "sealed");
        scene.end().await;
    }
}

#[tokio::test]
async fn a_profile_that_runs_out_in_between_is_not_noticed() {
    for program in Program::BOTH {
        let scene = Scene::new().await;
        scene.upstream.next("account-main", Reply::usage_limit(FAR_RESET));
        scene.upstream.when(answers::of_request);
        scene.play(program, "one_document", &[]).await;
        // The story has two requests.
        assert_eq!(scene.upstream.tried(), ["main", "backup", "backup"]);
        scene.end().await;
    }
}

#[tokio::test]
async fn a_used_up_pool_raises_a_rate_limit_error_after_one_request() {
    for program in Program::BOTH {
        let scene = Scene::new().await;
        for account in ["account-main", "account-backup"] {
            scene.upstream.always(account, Reply::usage_limit(FAR_RESET));
        }
        scene.play(program, "rate_limit", &[]).await;
        assert_eq!(scene.upstream.attempts().len(), 2, "the package did not ask again");
        scene.end().await;
    }
}

#[tokio::test]
async fn the_package_sends_again_after_passing_trouble() {
    for program in Program::BOTH {
        let scene = Scene::new().await;
        for account in ["account-main", "account-backup"] {
            let busy = Reply::error(429, "rate_limit_exceeded", "slow down");
            scene.upstream.next(account, busy.clone().header("retry-after", "1"));
            scene.upstream.next(account, busy.header("retry-after", "1"));
        }
        scene.upstream.when(answers::of_request);
        scene.play(program, "one_document", &[]).await;
        scene.end().await;
    }
}

#[tokio::test]
async fn a_package_that_stops_reading_ends_the_request_of_the_service() {
    for program in Program::BOTH {
        let scene = Scene::new().await;
        let gate = Gate::closed();
        let mut events = message_turn("resp_1", "a long answer");
        let rest = events.split_off(events.len() - 3);
        let reply = Reply::events(events).pass(&gate).then_events(rest);
        scene.upstream.next("account-main", reply);
        scene.play(program, "cancel", &[]).await;
        eventually("the request to be cancelled", || scene.upstream.attempts()[0].cancelled())
            .await;
        gate.open();
        scene.end().await;
    }
}

#[tokio::test]
async fn a_revoked_key_raises_an_authentication_error() {
    for program in Program::BOTH {
        let scene = Scene::new().await;
        scene.rotunda_does(&["client", "revoke", "editor"]).await;
        scene.play(program, "revoked", &[]).await;
        scene.end().await;
    }
}

#[tokio::test]
async fn switched_off_raises_a_permission_error() {
    for program in Program::BOTH {
        let scene = Scene::new().await;
        scene.rotunda_does(&["settings", "set", "clients.responses", "false"]).await;
        scene.play(program, "switched_off", &[]).await;
        assert_eq!(scene.upstream.attempts().len(), 0);
        scene.end().await;
    }
}

/// The events of the backend of a plan, which states no number and no output at the end.
#[tokio::test]
async fn a_stream_of_a_plan_s_backend_is_one_of_the_public_api() {
    for program in Program::BOTH {
        let scene = Scene::new().await;
        let mut events = message_turn("resp_1", "hello there");
        for one in &mut events {
            one.as_object_mut().unwrap().remove("sequence_number");
        }
        events.insert(1, event::rate_limits(1.0, 2.0, FAR_RESET));
        events.insert(0, json!({"type": "codex.response.metadata", "x": 1}));
        scene.upstream.next("account-main", Reply::events(events));
        scene.play(program, "streaming", &[]).await;
        scene.end().await;
    }
}

/// Codex itself as a client, by its SDK: a turn with a tool in the middle.
#[tokio::test]
async fn the_codex_sdk_works() {
    let scene = Scene::new().await;
    scene.upstream.when(|received| {
        let input = received.json()["input"].to_string();
        let events = if input.contains("_call_output") {
            message_turn("resp_2", "done with the tool")
        } else {
            call_turn("resp_1", "exec_command", &json!({"cmd": "echo from-the-tool"}))
        };
        (received.route == Route::Responses).then(|| Reply::events(events))
    });
    scene.play(Program::CodexSdk, "codex", &[]).await;
    let sent = scene.upstream.attempts();
    assert!(sent.len() >= 2, "{}", sent.len());
    assert!(sent.iter().all(|it| it.bearer() != scene.key()));
    scene.end().await;
}
