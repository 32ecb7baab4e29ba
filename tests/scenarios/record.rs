//! `rotunda activity --record`: what passes, without anything private.

use std::{fs, path::Path, process::Stdio};

use reqwest::Method;
use rotunda_tests::{
    Reply, ScriptedUpstream, Whole,
    client::Ask,
    eventually, in_time,
    rig::{turn, user},
};
use serde_json::Value;
use tokio::process::{Child, Command};

fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn has(file: &Path, kind: &str) -> bool {
    lines(file).iter().any(|line| line["kind"] == kind)
}

fn begin(rotunda: &Whole, file: &Path) -> Child {
    let mut command = rotunda.command(&["activity", "--record", file.to_str().unwrap()]);
    command.stdin(Stdio::null()).spawn().unwrap()
}

#[tokio::test]
async fn a_recording_is_seen_holds_nothing_private_and_ends_with_its_reader() {
    let upstream = ScriptedUpstream::start().await;
    let codex = tempfile::tempdir().unwrap();
    let mut rotunda = Whole::new(&upstream, codex.path());
    rotunda.add(&upstream, "main").await;
    rotunda.serve().await;
    let file = codex.path().join("what-passed.jsonl");
    let child = begin(&rotunda, &file);
    eventually("the recording", || has(&file, "recording")).await;
    let status = rotunda.run(&["status"]).await;
    assert!(status.out.contains("what passes goes into what-passed.jsonl"), "{status:?}");
    let second = rotunda.run(&["activity", "--record", &format!("{}2", file.display())]).await;
    assert!(second.err.contains("recorded already"), "{second:?}");

    upstream.next("account-main", Reply::turn("resp-main-PLANTEDID", "PLANTED answer"));
    let url = format!("{}/responses", rotunda.codex_url());
    let ask = || Ask::new(Method::POST, url.parse().unwrap());
    let body = turn(&[user("PLANTED prompt of ada@example.com")]);
    assert_eq!(ask().header("session-id", "PLANTEDSESSION").json(&body).answer().await.status, 200);
    eventually("the end", || has(&file, "end")).await;
    // What was done for it is there too, without anybody's name.
    let finished = |line: &Value| line["what"] == "finished" && line["profile"] == "profile-1";
    eventually("the request's end", || lines(&file).iter().any(finished)).await;

    let pid = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().await.unwrap().success());
    let output = in_time("the recording to end", child.wait_with_output()).await.unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = fs::read_to_string(&file).unwrap();
    for private in ["PLANTED", "@", "eyJ", "127.0.0.1", rotunda.codex_url().path()] {
        assert!(!text.contains(private), "{private} in {text}");
    }
    let kinds: Vec<_> = lines(&file).iter().map(|it| it["kind"].to_string()).collect();
    assert!(kinds.contains(&"\"sse_stream\"".to_owned()), "{kinds:?}");

    // Nobody records any more, and nobody's file is written over.
    let before = fs::read(&file).unwrap();
    assert_eq!(ask().json(&body).answer().await.status, 200);
    let again = rotunda.run(&["activity", "--record", file.to_str().unwrap()]).await;
    assert!(again.err.contains("cannot be written"), "{again:?}");
    assert_eq!(fs::read(&file).unwrap(), before);
    assert!(!rotunda.run(&["status"]).await.out.contains("what passes goes into"));
}

#[tokio::test]
async fn without_a_router_there_is_nothing_to_record() {
    let upstream = ScriptedUpstream::start().await;
    let codex = tempfile::tempdir().unwrap();
    let rotunda = Whole::new(&upstream, codex.path());
    let ran = rotunda.run(&["activity", "--record", "/nowhere/file"]).await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("nothing passes"), "{ran:?}");
}
