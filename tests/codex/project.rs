//! The real client in a project: what the project may set, and what a turn states about it.

use std::{fs, path::Path, process::Command, sync::Arc};

use rotunda_core::project_rule::{PathCase, ProjectRule, RulePlace};
use rotunda_host::repository::LocalFolders;
use rotunda_tests::{Received, Reply, Rig, Route, upstream::ANYONE};
use serde_json::{Value, json};

use crate::{app_server::AppServer, client::CodexHome};

/// A router and a client bound to it, which works in a repository that it trusts.
async fn in_a_repository(http: bool) -> (Rig, CodexHome) {
    let rig = Rig::of(&["main"]).await;
    if http {
        rig.upstream.always_on(Route::Upgrade, ANYONE, Reply::json(426, json!({})));
    }
    let home = CodexHome::new(&rig.upstream);
    home.configure(&format!("openai_base_url = \"{}\"", rig.keyed("/codex")));
    let work = home.work().canonicalize().unwrap();
    home.append(&format!("\n[projects.{:?}]\ntrust_level = \"trusted\"\n", work.display()));
    let mut init = Command::new("git");
    init.args(["init", "--quiet"]).env_clear().env("HOME", home.home()).current_dir(&work);
    init.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    assert!(init.status().unwrap().success());
    (rig, home)
}

/// The metadata of a turn: in a header over HTTP, in the frame over a socket.
fn metadata_of(seen: &Received) -> Value {
    let name = "x-codex-turn-metadata";
    let request = seen.json();
    let text = match request["client_metadata"][name].as_str() {
        Some(text) if seen.socket.is_some() => text,
        _ => seen.header(name),
    };
    serde_json::from_str(text).unwrap_or_default()
}

#[tokio::test]
async fn a_project_sets_its_model_but_not_where_its_turns_go() {
    let (rig, home) = in_a_repository(false).await;
    fs::create_dir(home.work().join(".codex")).unwrap();
    // No server listens there.
    let elsewhere = "http://127.0.0.1:9/other/codex";
    let settings = format!(
        "model = \"model-of-the-project\"\nopenai_base_url = \"{elsewhere}\"\nmodel_provider = \"other\"\n\
         [model_providers.other]\nname = \"other\"\nbase_url = \"{elsewhere}\"\n"
    );
    fs::write(home.work().join(".codex/config.toml"), settings).unwrap();
    let run = home.exec("hi").await;
    assert_eq!(run.messages(), ["hello from main"], "{}", run.text);
    let turns = rig.upstream.attempts();
    assert_eq!(turns.last().unwrap().json()["model"], "model-of-the-project");
}

#[tokio::test]
async fn a_turn_states_the_root_of_its_repository() {
    for http in [false, true] {
        let (rig, home) = in_a_repository(http).await;
        home.exec("hi").await.is_one_clean_turn(&["hello from main"]);
        let turns = rig.upstream.attempts();
        let stated = metadata_of(turns.last().unwrap());
        let root = home.work().canonicalize().unwrap();
        let roots: Vec<_> = stated["workspaces"].as_object().unwrap().keys().collect();
        assert_eq!(roots, [root.to_str().unwrap()], "{stated}");
    }
}

/// Stands in the project's own instructions, which go along with every turn in it.
const CONTENT: &str = "PLANTED-CONTENT-OF-THE-CLIENT";

/// Two profiles, of which `home` comes first, and a client in a repository that holds
/// content. Beside it a folder that is no repository.
async fn with_a_client_s_repository(http: bool) -> (Rig, CodexHome) {
    let rig = Rig::of(&["home", "work"]).await;
    rig.router.look_up_folders_with(Arc::new(LocalFolders::default()));
    if http {
        rig.upstream.always_on(Route::Upgrade, ANYONE, Reply::json(426, json!({})));
    }
    let home = CodexHome::new(&rig.upstream);
    home.configure(&format!("openai_base_url = \"{}\"", rig.keyed("/codex")));
    fs::create_dir_all(home.home().join("other")).unwrap();
    fs::create_dir_all(home.work().join("src")).unwrap();
    fs::write(home.work().join("AGENTS.md"), CONTENT).unwrap();
    git(&home, &["init", "--quiet"]);
    git(&home, &["add", "-A"]);
    let who = ["-c", "user.name=ada", "-c", "user.email=ada@example.com"];
    git(&home, &[&who[..], &["commit", "--quiet", "-m", "x"]].concat());
    (rig, home)
}

fn git(home: &CodexHome, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.args(arguments).env_clear().env("HOME", home.home()).current_dir(home.work());
    git.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    assert!(git.status().unwrap().success(), "{arguments:?}");
}

fn only_work_serves(rig: &Rig, folder: &Path) {
    let folder = folder.canonicalize().unwrap().to_str().unwrap().to_owned();
    let place = RulePlace::Folder(folder);
    let rule = ProjectRule { place, profiles: vec![rig.id("work")] };
    rig.pool.set_project_rules(vec![rule], PathCase::Counts);
}

/// Whom the content of the client went to.
fn holders_of_content(rig: &Rig) -> Vec<String> {
    let all = rig.forwarded();
    let held = all.iter().filter(|it| String::from_utf8_lossy(&it.body).contains(CONTENT));
    let mut holders: Vec<_> = held.map(|it| it.header("chatgpt-account-id").to_owned()).collect();
    holders.dedup();
    holders
}

/// The folders of the project, each by a name of its own.
const FOLDERS: &[&str] =
    if cfg!(unix) { &["work", "work/src", "tree", "link"] } else { &["work", "work/src", "tree"] };

#[tokio::test]
async fn only_the_rule_s_profile_gets_the_project_s_content() {
    for http in [false, true] {
        let (rig, home) = with_a_client_s_repository(http).await;
        git(&home, &["worktree", "add", "--quiet", "../tree"]);
        #[cfg(unix)]
        std::os::unix::fs::symlink(home.work(), home.home().join("link")).unwrap();
        only_work_serves(&rig, &home.work());
        for folder in FOLDERS {
            let folder = home.home().join(folder);
            let run = home.exec_with(&["-C", folder.to_str().unwrap()], "hi").await;
            run.is_one_clean_turn(&["hello from work"]);
        }
        assert_eq!(holders_of_content(&rig), ["account-work"]);
        let elsewhere = home.home().join("other");
        let run = home.exec_with(&["-C", elsewhere.to_str().unwrap()], "hi").await;
        run.is_one_clean_turn(&["hello from home"]);
    }
}

#[tokio::test]
async fn a_rule_holds_in_a_folder_that_is_no_repository() {
    for http in [false, true] {
        let (rig, home) = with_a_client_s_repository(http).await;
        let plain = home.home().join("other");
        fs::write(plain.join("AGENTS.md"), CONTENT).unwrap();
        only_work_serves(&rig, &plain);
        let run = home.exec_with(&["-C", plain.to_str().unwrap()], "hi").await;
        run.is_one_clean_turn(&["hello from work"]);
        assert_eq!(holders_of_content(&rig), ["account-work"]);
        home.exec("hi").await.is_one_clean_turn(&["hello from home"]);
    }
}

/// The client sends the first request before it knows its repository.
#[cfg(unix)]
#[tokio::test]
async fn a_slow_git_lets_no_request_past_a_rule() {
    use std::os::unix::fs::PermissionsExt as _;
    for http in [false, true] {
        let (rig, mut home) = with_a_client_s_repository(http).await;
        only_work_serves(&rig, &home.work());
        let slow = home.home().join("slow");
        fs::create_dir(&slow).unwrap();
        let path = std::env::var("PATH").unwrap_or_default();
        // Without a clock of its own: it waits for the end of the client.
        let script = format!(
            "#!/bin/sh\ncase \"$*\" in *status*) exec sleep 10;; esac\nPATH='{path}' exec git \"$@\"\n"
        );
        fs::write(slow.join("git"), script).unwrap();
        fs::set_permissions(slow.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
        home.env(("PATH", format!("{}:{path}", slow.display())));
        let run = home.exec("hi").await;
        assert_eq!(run.messages(), ["hello from work"], "{}", run.text);
        let turns = rig.upstream.attempts();
        let first = turns
            .iter()
            .find(|it| it.body.windows(CONTENT.len()).any(|it| it == CONTENT.as_bytes()));
        let stated = metadata_of(first.unwrap());
        assert!(stated.get("workspaces").is_none(), "the case that this test is for: {stated}");
        assert_eq!(holders_of_content(&rig), ["account-work"]);
    }
}

#[tokio::test]
async fn a_thread_of_the_project_stays_under_its_rule_elsewhere() {
    for http in [false, true] {
        let (rig, home) = with_a_client_s_repository(http).await;
        only_work_serves(&rig, &home.work());
        let first = home.exec("hi").await;
        first.is_one_clean_turn(&["hello from work"]);
        let (thread, other) = (first.thread(), home.home().join("other"));
        let elsewhere = ["-C", other.to_str().unwrap(), "resume", &thread];
        let run = home.exec_with(&elsewhere, "more").await;
        assert_eq!(run.messages(), ["hello from work"], "{}", run.text);
        assert_eq!(holders_of_content(&rig), ["account-work"]);
    }
}

#[tokio::test]
async fn the_end_of_the_rule_s_quota_ends_the_turn_although_another_profile_is_ready() {
    for http in [false, true] {
        let (rig, home) = with_a_client_s_repository(http).await;
        only_work_serves(&rig, &home.work());
        rig.upstream.always("account-work", Reply::usage_limit(rig.clock.unix() + 3600));
        let run = home.exec("hi").await;
        assert!(!run.good && run.text.contains("usage limit"), "{}", run.text);
        assert_eq!(holders_of_content(&rig), ["account-work"]);
    }
}

#[tokio::test]
async fn a_compaction_a_move_and_a_fork_stay_with_the_rule_s_profile() {
    let (rig, home) = with_a_client_s_repository(false).await;
    only_work_serves(&rig, &home.work());
    let mut app = AppServer::start(&home).await;
    let thread = app.call("thread/start", json!({})).await["thread"]["id"].clone();
    let thread = thread.as_str().unwrap();
    assert_eq!(app.turn(thread, "one").await["status"], "completed");
    app.call("thread/compact/start", json!({"threadId": thread})).await;
    assert_eq!(app.notified("turn/completed").await["turn"]["status"], "completed");
    assert_eq!(app.turn(thread, "two").await["status"], "completed");
    let other = home.home().join("other");
    let fork = app.call("thread/fork", json!({"threadId": thread, "cwd": other})).await;
    let fork = fork["thread"]["id"].clone();
    assert_eq!(app.turn(fork.as_str().unwrap(), "three").await["status"], "completed");
    drop(app);
    assert_eq!(holders_of_content(&rig), ["account-work"]);
    let is_compaction = |it: &&Received| it.json()["input"][0]["type"] == "compaction_trigger";
    let all = rig.forwarded();
    let compaction = all.iter().find(is_compaction).unwrap();
    assert_eq!(compaction.header("chatgpt-account-id"), "account-work");
}
