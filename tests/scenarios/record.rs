//! `rotunda activity --record`: what passes, without anything private.

use std::{fs, path::Path, process::Stdio};

use reqwest::Method;
use rotunda_tests::{
    Reply, ScriptedUpstream, Signal, Whole,
    client::Ask,
    eventually, in_time,
    rig::{turn, user},
};
use serde_json::{Value, json};
use tokio::process::Child;

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
    // What was done for it is there too, without a name.
    let finished = |line: &Value| line["what"] == "finished" && line["profile"] == "profile-1";
    eventually("the request's end", || lines(&file).iter().any(finished)).await;

    Signal::Interrupt.send(child.id().unwrap()).await;
    let output = in_time("the recording to end", child.wait_with_output()).await.unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = fs::read_to_string(&file).unwrap();
    for private in ["PLANTED", "@", "eyJ", "127.0.0.1", rotunda.codex_url().path()] {
        assert!(!text.contains(private), "{private} in {text}");
    }
    let kinds: Vec<_> = lines(&file).iter().map(|it| it["kind"].to_string()).collect();
    assert!(kinds.contains(&"\"sse_stream\"".to_owned()), "{kinds:?}");

    // The recording has ended, and no file is overwritten.
    let before = fs::read(&file).unwrap();
    assert_eq!(ask().json(&body).answer().await.status, 200);
    let again = rotunda.run(&["activity", "--record", file.to_str().unwrap()]).await;
    assert!(again.err.contains("is there already"), "{again:?}");
    assert_eq!(fs::read(&file).unwrap(), before);
    assert!(!rotunda.run(&["status"]).await.out.contains("what passes goes into"));
}

/// The answer to the profile that was left is recorded too, numbered
/// and under the same name as the rotation.
#[tokio::test]
async fn a_recording_contains_the_cause_of_a_rotation() {
    let upstream = ScriptedUpstream::start().await;
    let codex = tempfile::tempdir().unwrap();
    let mut rotunda = Whole::new(&upstream, codex.path());
    for name in ["main", "second"] {
        rotunda.add(&upstream, name).await;
    }
    assert_eq!(rotunda.run(&["use", "main"]).await.code, Some(0));
    rotunda.serve().await;
    let file = codex.path().join("what-passed.jsonl");
    let _child = begin(&rotunda, &file);
    eventually("the recording", || has(&file, "recording")).await;
    upstream.next("account-main", Reply::usage_limit(rotunda_tests::jwt::FAR));
    let url = format!("{}/responses", rotunda.codex_url());
    let ask = Ask::new(Method::POST, url.parse().unwrap()).json(&turn(&[user("PLANTED")]));
    assert_eq!(ask.answer().await.status, 200);
    eventually("the end", || has(&file, "end")).await;
    let of = |kind: &str| {
        let all = lines(&file).into_iter();
        all.filter(|line| line["kind"] == kind).collect::<Vec<_>>()
    };
    let attempts = of("attempt");
    assert_eq!(attempts.len(), 2, "{attempts:?}");
    assert!(attempts.iter().all(|it| it["exchange"] == 1), "{attempts:?}");
    let (left, served) = (&attempts[0], &attempts[1]);
    assert_eq!((&left["attempt"], &left["profile"]), (&json!(1), &json!("profile-1")));
    assert_eq!(
        (&left["status"], &left["body"]["error"]["type"]),
        (&json!(429), &json!("usage_limit_reached"))
    );
    assert_eq!((&served["attempt"], &served["profile"]), (&json!(2), &json!("profile-2")));
    assert_eq!((&served["status"], &served["body"]), (&json!(200), &Value::Null));
    eventually("the rotation", || of("event").iter().any(|it| it["what"] == "rotated")).await;
    let events = of("event");
    let rotated = events.iter().find(|it| it["what"] == "rotated").unwrap();
    assert_eq!((&rotated["from"], &rotated["to"]), (&json!("profile-1"), &json!("profile-2")));
    let text = fs::read_to_string(&file).unwrap();
    for private in ["PLANTED", "account-", "eyJ", "4102444800"] {
        assert!(!text.contains(private), "{private} in {text}");
    }
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
