//! What is shown is clean: texts from tokens, answers, files and programs reach
//! neither a terminal nor the log nor the snapshot with characters that act or
//! deceive.

use std::{fs, path::Path};

use rotunda_tests::{
    Reply, Route, ScriptedUpstream, Whole, eventually, jwt,
    planted::{hostile, is_clean},
    upstream::ANYONE,
};
use serde_json::{Value, json};

/// A sign-in with hostile text in every claim.
fn hostile_auth(account: &str) -> Value {
    let token = jwt::unsigned(&json!({
        "email": hostile("ada@example.com"),
        "exp": jwt::FAR,
        "https://api.openai.com/auth": {
            "chatgpt_account_id": account, "chatgpt_user_id": "user-1",
            "chatgpt_plan_type": hostile("plus"),
        },
    }));
    json!({ "auth_mode": "chatgpt", "tokens": { "id_token": token, "access_token": token,
        "refresh_token": "rt-1", "account_id": account } })
}

fn hostile_usage() -> Value {
    let window =
        json!({ "used_percent": 10, "limit_window_seconds": 18_000, "reset_after_seconds": 60 });
    let limit = json!({ "allowed": true, "limit_reached": false, "primary_window": window });
    json!({ "plan_type": hostile("pro"), "rate_limit": limit,
        "credits": { "has_credits": true, "unlimited": false, "balance": hostile("12") },
        "additional_rate_limits": [{ "limit_name": hostile("Quick model"),
            "metered_feature": hostile("quick"), "normal_model_slug": hostile("m"),
            "rate_limit": limit }] })
}

/// A Codex that prints this version.
#[cfg(windows)]
fn codex_that_says(folder: &Path, version: &str) -> String {
    fs::write(folder.join("version"), version).unwrap();
    let program = folder.join("codex.cmd");
    fs::write(&program, "@type \"%~dp0version\"\r\n").unwrap();
    program.to_str().unwrap().to_owned()
}

/// A Codex that prints this version.
#[cfg(unix)]
fn codex_that_says(folder: &Path, version: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(folder.join("version"), version).unwrap();
    let program = folder.join("codex");
    fs::write(&program, "#!/bin/sh\ncat \"$(dirname \"$0\")/version\"\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    program.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn hostile_names_reach_no_terminal_no_json_and_no_log() {
    let upstream = ScriptedUpstream::start().await;
    upstream.always_on(Route::Usage, ANYONE, Reply::json(200, hostile_usage()));
    let folder = tempfile::tempdir().unwrap();
    let codex = codex_that_says(folder.path(), &hostile("codex-cli 1.2.3"));
    let mut rotunda = Whole::new(&upstream, folder.path())
        .env("ROTUNDA_LOG", "trace")
        .env("ROTUNDA_CODEX", &codex);
    fs::write(folder.path().join("auth.json"), hostile_auth("account-own").to_string()).unwrap();
    // Messages contain the name of a file, and a profile is named after it.
    // Windows takes no control character in one.
    let file = if cfg!(windows) { "wo\u{202e}rk.json" } else { "wo\u{202e}rk\u{1b}[2J.json" };
    let file = rotunda.home().join(file);
    fs::write(&file, hostile_auth("account-work").to_string()).unwrap();
    let ran = rotunda.run(&["import", file.to_str().unwrap()]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    is_clean(&format!("{}{}", ran.out, ran.err), "import");
    rotunda.serve().await;
    let read = async || rotunda.run(&["quota", "--refresh"]).await.code == Some(0);
    assert!(read().await, "the quota is read");
    let toml = folder.path().join("config.toml");
    fs::write(&toml, format!("model_provider = {}\n", json!(hostile("acme")))).unwrap();
    for arguments in [
        &["status"][..],
        &["status", "--emails"],
        &["status", "--json", "--emails"],
        &["profiles"],
        &["profiles", "--json"],
        &["quota"],
        &["quota", "--json"],
        &["activity"],
        &["activity", "--json"],
        &["doctor"],
        &["doctor", "--json"],
        &["import"],
        &["import", "--json"],
        &["import", "/nowhere/\u{1b}[2J\u{202e}"],
        &["rename", "\u{1b}[2J\u{202e}nobody", "x"],
        &["pause", "\u{9b}2J"],
        &["bind"],
        &["run", "--profile", "\u{202e}"],
        &["export", "/nowhere/\u{1b}]0;x\u{7}"],
    ] {
        let ran = rotunda.run(arguments).await;
        is_clean(&format!("{}{}", ran.out, ran.err), &format!("{arguments:?}"));
    }
    let profiles = rotunda.run(&["profiles", "--json"]).await.json();
    for field in ["name", "email", "plan"] {
        let text = profiles[0][field].as_str().unwrap();
        is_clean(text, field);
        assert!(text.chars().count() <= 254, "{field} is not capped: {text}");
    }
    assert!(profiles[0]["email"].as_str().unwrap().starts_with("ada@example.com"), "{profiles}");
    assert!(profiles[0]["windows"].to_string().contains("Quick model"), "{profiles}");
    is_clean(&rotunda.log(), "the log");
}

/// Upstream's errors are remembered with a plan of their own.
#[tokio::test]
async fn a_hostile_error_leaves_nothing_hostile_behind() {
    let upstream = ScriptedUpstream::start().await;
    let folder = tempfile::tempdir().unwrap();
    let mut rotunda = Whole::new(&upstream, folder.path()).env("ROTUNDA_LOG", "trace");
    rotunda.add(&upstream, "main").await;
    rotunda.serve().await;
    let error = json!({ "error": { "type": "usage_limit_reached", "plan_type": hostile("team"),
        "message": hostile("no"), "resets_in_seconds": 600 } });
    upstream.next("account-main", Reply::json(429, error));
    let url = format!("{}/responses", rotunda.codex_url()).parse().unwrap();
    let body = json!({ "model": hostile("m"), "stream": true, "input": [] });
    let answer = rotunda_tests::client::Ask::new(reqwest::Method::POST, url).json(&body);
    assert_eq!(answer.answer().await.status, 429);
    let is_resting = async || {
        let status = rotunda.run(&["profiles", "--json"]).await.json();
        status[0]["standing"] == "resting"
    };
    assert!(is_resting().await);
    for arguments in
        [&["profiles", "--json"][..], &["profiles"], &["activity"], &["activity", "--json"]]
    {
        let ran = rotunda.run(arguments).await;
        is_clean(&format!("{}{}", ran.out, ran.err), &format!("{arguments:?}"));
    }
    eventually("the log", || rotunda.log().contains("marker=\"rest\"")).await;
    is_clean(&rotunda.log(), "the log");
}
