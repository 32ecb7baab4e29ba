//! What the window shows, typed: history, requests, plain words, names for completions.

use std::process::Command;

use serde_json::json;

use crate::{
    place::{Sandbox, text},
    upstream::{Answers, Upstream, turn},
};

#[test]
fn history_and_requests_say_who_served_what() {
    let sandbox = Sandbox::new();
    assert!(sandbox.works(&["history"]).starts_with("Last 24 hours: 0 requests"));
    assert!(sandbox.works(&["requests"]).contains("No request was served"));
    assert_eq!(sandbox.json(&["requests", "--json"]), json!([]));
    sandbox.import("work");
    let upstream = Upstream::new(&[("work", Answers::Good)]);
    let url = upstream.url();
    let serving = sandbox.serve_with(&[("ROTUNDA_UPSTREAM_CHATGPT", &url)], &[]);
    assert_eq!(turn(serving.url()), 200);
    let requests = loop {
        let requests = sandbox.json(&["requests", "--limit", "5", "--json"]);
        if requests.as_array().is_some_and(|all| !all.is_empty()) {
            break requests;
        }
    };
    let one = &requests[0];
    assert_eq!(
        (&one["name"], &one["model"], &one["status"]),
        (&json!("work"), &json!("gpt-test"), &json!(200))
    );
    assert_eq!((&one["input"], &one["output"]), (&json!(7), &json!(3)));
    let printed = sandbox.works(&["requests"]);
    assert!(printed.contains("  work  gpt-test  200  first byte after"), "{printed}");
    let history = sandbox.json(&["history", "--json"]);
    assert_eq!(history["tokens"][0]["output"], 3);
    let printed = sandbox.works(&["history", "--days", "1"]);
    assert!(printed.starts_with("Last 24 hours: 1 request,"), "{printed}");
    assert!(printed.contains("  work  1\n") && printed.contains("7 read, 3 written"), "{printed}");
    for days in ["0", "31", "x"] {
        assert_eq!(sandbox.run(&["history", "--days", days]).status.code(), Some(2), "{days}");
    }
}

#[test]
fn the_forecast_is_printed_with_and_without_a_running_rotunda() {
    let sandbox = Sandbox::new();
    let none = "No profile has quota that could be forecast.\n";
    assert_eq!(sandbox.works(&["forecast"]), none);
    assert_eq!(sandbox.json(&["forecast", "--json"])["state"], "no_profile");
    sandbox.import("work");
    let upstream = Upstream::new(&[("work", Answers::Good)]);
    let url = upstream.url();
    let serving = sandbox.serve_with(&[("ROTUNDA_UPSTREAM_CHATGPT", &url)], &[]);
    assert_eq!(turn(serving.url()), 200);
    let printed = sandbox.works(&["forecast"]);
    let json = sandbox.json(&["forecast", "--json"]);
    assert_eq!(printed.trim_end(), json["text"].as_str().unwrap());
    assert!(["no_profile", "not_enough_history"].contains(&json["state"].as_str().unwrap()));
    assert_eq!((&json["days_needed"], &json["out_at"]), (&json!(7), &serde_json::Value::Null));
}

#[test]
fn a_test_notification_has_a_kind() {
    let sandbox = Sandbox::new();
    let unknown = sandbox.run(&["test-notification", "loud"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("'loud'"), "{}", text(&unknown.stderr));
    let known = sandbox.run(&["test-notification", "low"]);
    assert_eq!(known.status.code(), Some(1), "no tray app shows it");
}

#[test]
fn with_plain_there_are_neither_columns_nor_marks() {
    let sandbox = Sandbox::new();
    sandbox.import_all(&["work", "home"]);
    for arguments in [
        &["status"][..],
        &["profiles"],
        &["paths"],
        &["settings"],
        &["why"],
        &["history"],
        &["forecast"],
        &["requests"],
        &["usage"],
        &["hooks", "list", "--all"],
        &["activity"],
        &["doctor"],
        &["quota"],
        &["import"],
        &["check", "--all"],
        &["autostart"],
    ] {
        for plain in [[arguments, &["--plain"]].concat(), [&["--plain"], arguments].concat()] {
            let printed = text(&sandbox.run(&plain).stdout);
            for line in printed.lines() {
                assert!(
                    !line.contains("  ") && !line.starts_with(['>', ' ']),
                    "{plain:?}: {line:?}"
                );
            }
        }
    }
    let profiles = sandbox.works(&["profiles", "--plain"]);
    assert!(profiles.starts_with("work; in use; plus; work@example.com; "), "{profiles}");
    // JSON stays JSON.
    assert!(sandbox.json(&["profiles", "--json", "--plain"]).is_array());
}

#[test]
fn what_is_at_a_path_can_be_seen_before_it_is_taken() {
    let sandbox = Sandbox::new();
    let folder = sandbox.sign_in("work");
    let path = folder.to_str().unwrap();
    let printed = sandbox.works(&["import", path, "--preview"]);
    assert!(printed.contains("work@example.com, plus  becomes work"), "{printed}");
    let items = sandbox.json(&["import", path, "--preview", "--json"]);
    assert_eq!((&items[0]["number"], &items[0]["ok"]), (&json!(1), &json!(true)));
    assert_eq!(sandbox.json(&["profiles", "--json"]), json!([]));
    assert!(sandbox.refused(&["import", path, "--json"]).contains("--preview"));
    let serving = sandbox.serve(&[]);
    assert!(sandbox.works(&["import", path, "--preview"]).contains("becomes work"));
    let nowhere = sandbox.path("nowhere");
    assert!(
        sandbox.refused(&["import", nowhere.to_str().unwrap(), "--preview"]).contains("nowhere")
    );
    assert!(sandbox.refused(&["test-notification"]).contains("only the tray app"));
    drop(serving);
}

/// In the shell itself, with the names of this home.
#[cfg(target_os = "linux")]
#[test]
fn completions_know_the_names_of_profiles() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.works(&["profile-names"]), "");
    sandbox.import_all(&["work", "home", "wild-card"]);
    sandbox.works(&["rename", "wild-card", "wild card"]);
    assert_eq!(sandbox.works(&["profile-names"]), "work\nhome\nwild card\n");
    let folder = sandbox.path("guide");
    sandbox.works(&["guide", folder.to_str().unwrap()]);
    let rotunda = std::path::Path::new(env!("CARGO_BIN_EXE_rotunda")).parent().unwrap();
    let completed = |words: &str| {
        let script = format!(
            "PATH='{}':$PATH; source '{}'; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}}-1)); \
             _rotunda_with_profiles rotunda \"${{COMP_WORDS[COMP_CWORD]}}\" \
             \"${{COMP_WORDS[COMP_CWORD-1]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            rotunda.display(),
            folder.join("completions/rotunda.bash").display(),
        );
        let mut bash = Command::new("bash");
        bash.args(["-c", &script]).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        bash.env("ROTUNDA_HOME", sandbox.path("ours")).env("CODEX_HOME", sandbox.path("codex"));
        bash.env("HOME", sandbox.path("home"));
        let output = bash.output().unwrap();
        text(&output.stdout).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(completed("rotunda use w"), ["work", "wild\\ card"]);
    assert_eq!(completed("rotunda run --profile h"), ["home"]);
    let options = completed("rotunda use work --pl");
    assert_eq!(options, ["--plain"], "what clap knows is as before");
}
