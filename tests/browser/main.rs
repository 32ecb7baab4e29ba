//! Signing in with a real browser: the issuer's page, a click, and the page
//! that Rotunda shows in the end.
//!
//! Needs node, the interface's node packages and Chromium, as
//! `installers/groups/desktop.sh` provides them; without one it fails.

#![expect(clippy::unwrap_used, reason = "all of this is tests")]

use std::{path::PathBuf, process::Stdio};

use rotunda_tests::{ScriptedUpstream, Whole, in_time, jwt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

struct Scene {
    rotunda: Whole,
    _upstream: ScriptedUpstream,
    _codex: TempDir,
}

impl Scene {
    async fn new() -> Self {
        let upstream = ScriptedUpstream::start().await;
        upstream.issuer().person("account-work");
        let codex = tempfile::tempdir().unwrap();
        let rotunda = Whole::new(&upstream, codex.path());
        Self { rotunda, _upstream: upstream, _codex: codex }
    }

    async fn profiles(&self) -> Value {
        self.rotunda.run(&["profiles", "--json"]).await.json()
    }
}

/// Opens `page` in a browser and clicks the link `link`: what it lands on.
async fn clicked(page: &str, link: &str) -> Value {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../ui/e2e/sign-in.mjs");
    let mut node = Command::new("node");
    node.arg(script).args([page, link]).kill_on_drop(true);
    // A browser looks for a session bus of its own accord.
    node.env("DBUS_SESSION_BUS_ADDRESS", "disabled:").stdin(Stdio::null());
    let output = in_time("a browser", node.output()).await.expect("node must be installed");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{err}");
    let landed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(landed["issuer_heading"], "Allow?", "{landed}");
    // Addresses hold the code: the page neither loads nor sends on anything.
    assert_eq!(landed["loaded"], json!([]), "{landed}");
    assert_eq!(landed["problems"], json!([]), "{landed}");
    landed
}

#[tokio::test]
async fn an_allowed_sign_in_ends_on_the_success_page() {
    let scene = Scene::new().await;
    let mut login = scene.rotunda.talk(&["login", "--no-browser", "--name", "work"]);
    let page = login.page().await;
    let landed = clicked(&page, "allow").await;
    assert_eq!(landed["heading"], "work is signed in", "{landed}");
    assert_eq!(landed["title"], "work is signed in · Rotunda", "{landed}");
    let ran = login.ends().await;
    assert_eq!((ran.code, ran.out.trim_end().lines().last()), (Some(0), Some("Added work.")));
    let profiles = scene.profiles().await;
    assert_eq!(profiles[0]["email"], jwt::email("account-work"), "{profiles}");
}

#[tokio::test]
async fn a_denied_sign_in_ends_on_the_page_with_the_reason() {
    let scene = Scene::new().await;
    let mut login = scene.rotunda.talk(&["login", "--no-browser"]);
    let page = login.page().await;
    let landed = clicked(&page, "deny").await;
    assert_eq!(landed["heading"], "Not signed in", "{landed}");
    let text = landed["text"].as_str().unwrap();
    assert!(text.contains("not allowed on OpenAI's page"), "{landed}");
    assert_eq!(login.ends().await.code, Some(1));
    assert_eq!(scene.profiles().await, json!([]));
}
