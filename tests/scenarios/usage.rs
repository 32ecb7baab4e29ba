//! What a turn used, and what it was work on, over HTTP and over a WebSocket alike.

use rotunda_core::event::{Event, Finished, Tokens};
use rotunda_tests::{
    Reply, Rig, Step, event, eventually,
    rig::{frame, turn, user},
};
use serde_json::{Value, json};

/// An answer of a model that reasoned.
fn reasoned() -> Reply {
    let done = json!({"type": "response.completed", "response": {"id": "r", "status": "completed",
        "usage": {
            "input_tokens": 900, "input_tokens_details": {"cached_tokens": 700},
            "output_tokens": 60, "output_tokens_details": {"reasoning_tokens": 40},
        },
    }});
    Reply::events([event::created("r"), event::delta("hello"), done])
}

const USED: Tokens = Tokens { input: 900, cached: 700, output: 60, reasoning: 40 };

fn metadata(folder: &str) -> String {
    let remote = "https://ada:hunter22@example.com/ada/engine.git";
    let workspace = json!({ "associated_remote_urls": { "origin": remote } });
    json!({ "session_id": "sess", "workspaces": { folder: workspace } }).to_string()
}

fn finished(rig: &Rig) -> Vec<Finished> {
    let of_turn = |event| match event {
        Event::Finished(finished) if finished.route == "responses" => Some(finished),
        _ => None,
    };
    rig.events().into_iter().filter_map(of_turn).collect()
}

async fn last(rig: &Rig, count: usize) -> Finished {
    eventually("the turn is over", || finished(rig).len() == count).await;
    finished(rig).pop().unwrap()
}

#[tokio::test]
async fn a_turn_over_http_has_its_tokens_its_session_and_its_project() {
    let rig = Rig::of(&["main"]).await;
    rig.upstream.next("account-main", reasoned());
    let request = rig.ask(&turn(&[user("hi")])).header("session-id", "sess");
    request.header("x-codex-turn-metadata", &metadata("/home/ada/engine")).answer().await;
    let Finished { tokens, work, status, .. } = last(&rig, 1).await;
    assert_eq!((status, tokens), (200, Some(USED)));
    assert_eq!(work.session.as_deref(), Some("sess"));
    let project = work.project.unwrap();
    assert_eq!((project.key.as_str(), project.name.as_str()), ("example.com/ada/engine", "engine"));
    let sent = rig.upstream.attempts();
    assert!(sent[0].header("x-codex-turn-metadata").contains("hunter22"), "passed on as it came");
}

#[tokio::test]
async fn a_turn_over_a_socket_has_them_for_each_frame() {
    let rig = Rig::of(&["main"]).await;
    for _ in 0..2 {
        rig.upstream.next("account-main", reasoned());
    }
    let mut socket = rig.socket(&[("session-id", "sess")]).await;
    let mut first: Value = frame(turn(&[user("hi")]));
    first["client_metadata"] = json!({ "x-codex-turn-metadata": metadata("/home/ada/engine") });
    socket.send(&first).await;
    socket.until("response.completed").await;
    let Finished { tokens, work, .. } = last(&rig, 1).await;
    assert_eq!((tokens, work.session.as_deref()), (Some(USED), Some("sess")));
    assert_eq!(work.project.unwrap().name, "engine");
    let mut second: Value = frame(turn(&[user("again")]));
    second["client_metadata"] =
        json!({ "x-codex-turn-metadata": "{\"workspaces\":{\"/home/ada/loom\":{}}}" });
    socket.send(&second).await;
    socket.until("response.completed").await;
    assert_eq!(last(&rig, 2).await.work.project.unwrap().name, "loom");
}

#[tokio::test]
async fn a_turn_that_is_cut_has_no_tokens() {
    let rig = Rig::of(&["main"]).await;
    let cut = || Reply::events([event::created("r"), event::delta("hel")]).then(Step::Cut);
    rig.upstream.next("account-main", cut());
    rig.ask(&turn(&[user("hi")])).head().await.read_to_end_or_break().await;
    assert_eq!(last(&rig, 1).await.tokens, None);
    rig.upstream.next("account-main", cut());
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    let after = last(&rig, 2).await;
    assert_eq!((after.tokens, after.work.project), (None, None));
}
