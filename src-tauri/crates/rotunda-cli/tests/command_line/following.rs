//! Commands that stay and print what comes.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use serde_json::Value;

use crate::place::Sandbox;

#[test]
fn activity_can_be_followed() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    sandbox.import("home");
    let _serving = sandbox.serve(&[]);
    let mut follower = sandbox.command(&["activity", "--follow", "--json"]);
    let mut follower = follower.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("Added work."));
    assert!(lines.next().unwrap().unwrap().contains("Added home."));
    sandbox.works(&["pause", "home"]);
    let line: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    assert!(line["text"].as_str().unwrap().starts_with("You paused home"));
    assert_eq!(line["kind"], "paused");
    assert!(line["at"].as_i64().unwrap() > 1_700_000_000);
    follower.kill().unwrap();
    follower.wait().unwrap();
}

/// Shown at once, again when it reads differently, and over when the reader is gone.
#[test]
fn quota_can_be_watched() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let _serving = sandbox.serve(&[]);
    let mut watcher = sandbox.command(&["quota", "--watch", "--json"]);
    let mut watcher = watcher.stdout(Stdio::piped()).spawn().unwrap();
    let output = BufReader::new(watcher.stdout.take().unwrap());
    let mut shown = serde_json::Deserializer::from_reader(output).into_iter::<Value>();
    assert_eq!(shown.next().unwrap().unwrap()[0]["standing"], "ready");
    sandbox.works(&["pause", "work"]);
    assert_eq!(shown.next().unwrap().unwrap()[0]["standing"], "paused");
    drop(shown);
    sandbox.works(&["resume", "work"]);
    assert!(watcher.wait().unwrap().success());
}
