//! Rules per project: made, listed, explained, held by a router, and taken out.

use std::fs;

use serde_json::json;

use crate::{
    place::{Sandbox, Serving, files, text},
    upstream::{Answers, Upstream, turn_with},
};

/// A folder of the sandbox, as rules name it.
fn folder(sandbox: &Sandbox, name: &str) -> String {
    let path = sandbox.path(name);
    fs::create_dir_all(&path).unwrap();
    path.canonicalize().unwrap().to_str().unwrap().to_owned()
}

fn turn_in(serving: &Serving, folder: &str) -> u16 {
    let metadata = json!({ "workspaces": { folder: {} } }).to_string();
    turn_with(serving.url(), &[("x-codex-turn-metadata", &metadata)], "gpt-6.1-sol")
}

#[test]
fn a_rule_is_added_listed_explained_and_removed_with_or_without_a_running_router() {
    for is_running in [false, true] {
        let sandbox = Sandbox::new();
        sandbox.import_all(&["work", "studio"]);
        let _serving = is_running.then(|| sandbox.serve(&[]));
        assert!(sandbox.works(&["project"]).contains("every profile may serve every project"));
        let engine = folder(&sandbox, "clients/engine");
        let inside = folder(&sandbox, "clients/engine/src");
        let added = sandbox.works(&["project", "add", &engine, "--profiles", "Work,studio"]);
        assert!(added.contains("Only work, studio serve") && added.contains(&engine), "{added}");
        let address = "git@Example.com:ada/loom.git";
        sandbox.works(&["project", "add", address, "--profiles", "work"]);
        let listed = sandbox.json(&["project", "list", "--json"]);
        assert_eq!(
            listed,
            json!([
                { "folder": engine, "profiles": ["work", "studio"], "missing": [] },
                { "repository": "example.com/ada/loom", "profiles": ["work"], "missing": [] },
            ])
        );
        let shown = sandbox.works(&["project", "show", &inside]);
        assert!(shown.contains("work, studio") && shown.contains("the folder"), "{shown}");
        let shown = sandbox.json(&["project", "show", "https://example.com/ada/loom", "--json"]);
        assert_eq!(shown["profiles"], json!(["work"]));
        let free = sandbox.works(&["project", "show", sandbox.root.path().to_str().unwrap()]);
        assert!(free.contains("No rule holds"), "{free}");
        // One rule for one place.
        sandbox.works(&["project", "add", &engine, "--profiles", "studio"]);
        let listed = sandbox.json(&["project", "list", "--json"]);
        assert_eq!(listed.as_array().unwrap().len(), 2);
        sandbox.works(&["project", "remove", &engine]);
        sandbox.works(&["project", "remove", "ssh://git@example.com/ada/loom"]);
        assert_eq!(sandbox.json(&["project", "list", "--json"]), json!([]));
        assert!(sandbox.refused(&["project", "remove", &engine]).contains("no rule for"));
    }
}

#[test]
fn a_place_or_a_profile_that_cannot_be_is_refused_and_nothing_is_written() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let there = folder(&sandbox, "there");
    let missing = sandbox.path("missing");
    let missing = missing.to_str().unwrap();
    for (place, profile, words) in [
        (missing, "work", "is not there"),
        ("./missing", "work", "is not there"),
        ("nonsense", "work", "no address of a repository"),
        (there.as_str(), "nobody", "no profile called"),
    ] {
        let refused = sandbox.refused(&["project", "add", place, "--profiles", profile]);
        assert!(refused.contains(words), "{place}: {refused}");
    }
    assert_eq!(sandbox.json(&["project", "list", "--json"]), json!([]));
}

#[test]
fn a_running_router_holds_a_rule_through_a_restart_a_renaming_and_a_removal() {
    let sandbox = Sandbox::new();
    sandbox.import_all(&["home", "work"]);
    let upstream = Upstream::new(&[("home", Answers::Good), ("work", Answers::Out)]);
    let serve = || sandbox.serve_with(&[("ROTUNDA_UPSTREAM_CHATGPT", &upstream.url())], &[]);
    let mut serving = serve();
    let engine = folder(&sandbox, "engine");
    assert_eq!(turn_in(&serving, &engine), 200);
    sandbox.works(&["project", "add", &engine, "--profiles", "work"]);
    assert_eq!(turn_in(&serving, &engine), 429, "its profile is out, and no other serves");
    assert_eq!(turn_in(&serving, &folder(&sandbox, "other")), 200);
    drop(serving);
    serving = serve();
    assert_eq!(turn_in(&serving, &engine), 429);
    sandbox.works(&["rename", "work", "studio"]);
    let listed = sandbox.json(&["project", "list", "--json"]);
    assert_eq!(listed[0]["profiles"], json!(["studio"]));
    assert_eq!(turn_in(&serving, &engine), 429);
    sandbox.works(&["remove", "studio"]);
    assert_eq!(sandbox.json(&["project", "list", "--json"])[0]["missing"], json!(["studio"]));
    assert!(sandbox.works(&["project", "list"]).contains("(no such profile)"));
    assert_eq!(turn_in(&serving, &engine), 400, "no profile is left");
    sandbox.works(&["project", "remove", &engine]);
    assert_eq!(turn_in(&serving, &engine), 200);
    let kept = files(&sandbox.path("ours"));
    for file in kept.iter().filter(|file| !file.ends_with("settings.toml")) {
        let bytes = fs::read(file).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(&engine), "{}: a folder of the user", file.display());
    }
}

#[cfg(unix)]
#[test]
fn run_says_which_profiles_a_rule_lets_serve_and_refuses_another_one() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new();
    sandbox.import_all(&["home", "work"]);
    let engine = folder(&sandbox, "engine");
    sandbox.works(&["project", "add", &engine, "--profiles", "work"]);
    let codex = sandbox.path("codex-command");
    fs::write(&codex, "#!/bin/sh\nexit 0\n").unwrap();
    fs::set_permissions(&codex, fs::Permissions::from_mode(0o755)).unwrap();
    let run = |arguments: &[&str]| {
        let arguments = [&["run"], arguments, &["exec", "-C", &engine, "hi"]].concat();
        let output = sandbox.command(&arguments).env("ROTUNDA_CODEX", &codex).output().unwrap();
        (output.status.code(), text(&output.stderr))
    };
    let (code, said) = run(&["--only", "home"]);
    assert!(code == Some(1) && said.contains("so home does not"), "{said}");
    let (code, said) = run(&[]);
    assert!(code == Some(0) && said.contains("lets only work serve here"), "{said}");
    sandbox.works(&["remove", "work"]);
    let (code, said) = run(&[]);
    assert!(code == Some(1) && said.contains("let no profile serve here"), "{said}");
}
