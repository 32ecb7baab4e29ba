//! Rules per project, over real sockets: no request leaves for a profile that a rule does not
//! name, whatever leads there.

use std::{fs, sync::Arc};

use reqwest::Method;
use rotunda_core::{
    event::Event,
    project_rule::{PathCase, ProjectRule, RulePlace},
    whereabouts::{FolderFacts, Folders},
};
use rotunda_host::repository::LocalFolders;
use rotunda_router::BoxFuture;
use rotunda_tests::{
    Gate, Reply, Rig, Route,
    client::Ask,
    eventually,
    rig::{account, chained, frame, turn, user},
};
use serde_json::{Value, json};

const METADATA: &str = "x-codex-turn-metadata";

fn folder(path: &str) -> RulePlace {
    RulePlace::Folder(path.to_owned())
}

fn set(rig: &Rig, rules: &[(RulePlace, &[&str])]) {
    let rule = |(place, names): &(RulePlace, &[&str])| ProjectRule {
        place: place.clone(),
        profiles: names.iter().map(|name| rig.id(name)).collect(),
    };
    rig.pool.set_project_rules(rules.iter().map(rule).collect(), PathCase::Counts);
}

/// What Codex says of a turn in a repository.
fn states(folder: &str) -> String {
    let remotes = json!({ "origin": "git@example.com:ada/engine.git" });
    let workspaces = json!({ folder: { "associated_remote_urls": remotes } });
    json!({ "request_kind": "turn", "workspaces": workspaces }).to_string()
}

fn states_nothing() -> String {
    json!({ "request_kind": "turn" }).to_string()
}

/// What stands at the beginning of a conversation in a folder.
fn context(folder: &str) -> Value {
    user(&format!("<environment_context>\n  <cwd>{folder}</cwd>\n</environment_context>"))
}

fn states_of_memory() -> String {
    json!({ "request_kind": "memory", "thread_source": "memory_consolidation" }).to_string()
}

/// Asks a route that has a body and is no turn.
fn post(rig: &Rig, path: &str, body: &Value) -> Ask {
    Ask::new(Method::POST, rig.keyed(path)).json(body)
}

#[tokio::test]
async fn over_http_only_the_rule_s_profiles_serve_and_the_limit_is_theirs() {
    let rig = Rig::of(&["home", "work", "studio"]).await;
    set(&rig, &[(folder("/client"), &["work", "studio"])]);
    for (name, seconds) in [("work", 7200), ("studio", 3600)] {
        rig.upstream.always(&account(name), Reply::usage_limit(rig.clock.unix() + seconds));
    }
    let ask = |session: &str| {
        rig.ask(&turn(&[user("hi")]))
            .header("session-id", session)
            .header(METADATA, &states("/client/engine"))
    };
    let answer = ask("one").answer().await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (429, "usage_limit_reached"));
    let left = answer.json()["error"]["resets_in_seconds"].as_u64().unwrap();
    assert!((3590..=3600).contains(&left), "the first of the rule's profiles: {left}");
    ask("two").answer().await;
    let asked = rig.upstream.tried();
    assert!(asked.iter().all(|it| it != "home"), "{asked:?}");
    let told = |event: &Event| matches!(event, Event::RuleExhausted { .. });
    assert_eq!(rig.events().iter().filter(|it| told(it)).count(), 1);
    // Other work is served by the third.
    let free = rig.ask(&turn(&[user("hi")])).header(METADATA, &states("/home/ada")).answer().await;
    assert_eq!(free.status, 200);
    assert_eq!(rig.upstream.tried().pop().as_deref(), Some("home"));
}

#[tokio::test]
async fn a_prewarm_on_another_profile_is_left_and_the_turn_follows_in_full() {
    let rig = Rig::of(&["home", "work"]).await;
    set(&rig, &[(folder("/client"), &["work"])]);
    let headers = [("session-id", "s"), (METADATA, r#"{"request_kind":"prewarm"}"#)];
    let mut socket = rig.socket(&headers).await;
    // As the newest models have it: without input, instructions and tools.
    let mut prewarm = frame(json!({ "model": "gpt-6.2-sol", "generate": false, "input": [] }));
    prewarm["client_metadata"] = json!({ (METADATA): r#"{"request_kind":"prewarm"}"# });
    socket.send(&prewarm).await;
    let done = socket.until("response.completed").await;
    let id = done.last().unwrap()["response"]["id"].as_str().unwrap().to_owned();
    assert_eq!(rig.upstream.tried(), ["home"], "it holds nothing of a project");
    let mut first = frame(chained(&id, &[user("hi")]));
    first["client_metadata"] = json!({ (METADATA): states("/client/engine") });
    socket.send(&first).await;
    let error = socket.event().await;
    assert_eq!(error["error"]["code"], "stale_continuation", "{error}");
    let mut again = rig.socket(&headers).await;
    let mut whole = frame(turn(&[user("hi")]));
    whole["client_metadata"] = json!({ (METADATA): states("/client/engine") });
    again.send(&whole).await;
    again.until("response.completed").await;
    assert_eq!(rig.upstream.tried(), ["home", "work"]);
    assert!(!rig.events().iter().any(|event| matches!(event, Event::ChainLost { .. })));
}

/// Git may take seconds, and the first request of a turn does not wait for it.
#[tokio::test]
async fn a_request_that_states_no_workspace_is_known_by_its_environment_context() {
    let rig = Rig::of(&["home", "work"]).await;
    set(&rig, &[(folder("/client"), &["work"])]);
    let ask = |input: &[Value]| {
        rig.ask(&turn(input)).header("session-id", "s").header(METADATA, &states_nothing())
    };
    ask(&[context("/client/engine/src"), user("hi")]).answer().await;
    // A later request of the conversation that names nothing at all, such as one of a tool.
    ask(&[user("more")]).answer().await;
    let mut socket = rig.socket(&[("session-id", "s"), (METADATA, &states_nothing())]).await;
    socket.send(&frame(turn(&[user("and more")]))).await;
    socket.until("response.completed").await;
    assert_eq!(rig.upstream.tried(), ["work", "work", "work"]);
}

#[tokio::test]
async fn what_cannot_be_known_is_refused_in_a_sentence_and_reaches_no_profile() {
    let rig = Rig::of(&["home", "work"]).await;
    set(&rig, &[(folder("/client"), &["work"]), (folder("/own"), &["home"])]);
    for (metadata, words) in [
        (states_nothing(), "does not say in which folder"),
        (states_of_memory(), "content of any project"),
        (r#"{"workspaces":["/client"]}"#.to_owned(), "cannot read in which folder"),
    ] {
        let answer = rig.ask(&turn(&[user("hi")])).header(METADATA, &metadata).answer().await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "no_profile_ready"));
        assert!(answer.text().contains(words), "{}", answer.text());
        let mut socket = rig.socket(&[]).await;
        let mut first = frame(turn(&[user("hi")]));
        first["client_metadata"] = json!({ (METADATA): metadata });
        socket.send(&first).await;
        let error = socket.event().await;
        assert_eq!((&error["type"], &error["status"]), (&json!("error"), &json!(400)), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    let image = post(&rig, "/codex/images/generations", &json!({ "prompt": "x" }));
    let answer = image.header("originator", "codex_exec").answer().await;
    assert_eq!(answer.code(), "no_profile_ready");
    assert!(rig.forwarded().is_empty());
    // Another program states no folder and is no work in one.
    assert_eq!(rig.ask(&turn(&[user("hi")])).answer().await.status, 200);
}

#[tokio::test]
async fn a_rule_without_its_profiles_refuses_and_a_removed_profile_is_no_way_around_it() {
    let rig = Rig::of(&["home", "work"]).await;
    set(&rig, &[(folder("/client"), &["work"])]);
    rig.remove("work").await;
    let ask = || rig.ask(&turn(&[user("hi")])).header(METADATA, &states("/client"));
    let answer = ask().answer().await;
    assert!(answer.text().contains("project rules"), "{}", answer.text());
    rig.pool.pin(Some(rig.id("home")));
    assert_eq!(ask().answer().await.code(), "no_profile_ready");
    assert!(rig.forwarded().is_empty());
    assert!(!answer.text().contains("/client"), "no folder in what Codex may log");
}

#[tokio::test]
async fn a_second_request_on_a_busy_socket_does_not_slip_past_a_rule() {
    let rig = Rig::of(&["home", "work"]).await;
    set(&rig, &[(folder("/client"), &["work"])]);
    let gate = Gate::closed();
    rig.upstream.next(&account("home"), Reply::turn("r", "slow").head_after(&gate));
    let mut socket = rig.socket(&[]).await;
    socket.send(&frame(turn(&[user("hi")]))).await;
    eventually("it is asked", || !rig.upstream.attempts().is_empty()).await;
    let mut second = frame(turn(&[user("of the client")]));
    second["client_metadata"] = json!({ (METADATA): states("/client") });
    socket.send(&second).await;
    let (events, _) = socket.read_to_end().await;
    assert!(events.iter().any(|it| it["error"]["code"] == "stale_continuation"), "{events:?}");
    gate.open();
    let bodies: Vec<_> = rig.forwarded().iter().map(|it| it.json().to_string()).collect();
    assert!(bodies.iter().all(|it| !it.contains("of the client")), "{bodies:?}");
}

#[tokio::test]
async fn a_rule_for_an_address_and_a_rule_for_a_repository_hold_in_a_working_tree_elsewhere() {
    let disk = tempfile::tempdir().unwrap();
    let root = disk.path().canonicalize().unwrap();
    let put = |path: &str, text: &str| {
        fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        fs::write(root.join(path), text).unwrap();
    };
    put("engine/.git/config", "[remote \"origin\"]\n\turl = git@example.com:ada/engine.git\n");
    put("engine/.git/worktrees/fix/commondir", "../..\n");
    let git = root.join("engine/.git/worktrees/fix");
    put("fix/.git", &format!("gitdir: {}\n", git.display()));
    let rules = [
        folder(root.join("engine").to_str().unwrap()),
        RulePlace::repository("https://example.com/Ada/engine").unwrap(),
    ];
    for place in rules {
        let rig = Rig::of(&["home", "work"]).await;
        rig.router.look_up_folders_with(Arc::new(LocalFolders::default()));
        set(&rig, &[(place, &["work"])]);
        let fix = root.join("fix");
        let ask = rig.ask(&turn(&[context(fix.to_str().unwrap()), user("hi")]));
        ask.header(METADATA, &states_nothing()).answer().await;
        assert_eq!(rig.upstream.tried(), ["work"]);
    }
}

/// A disk of another computer that does not answer.
struct Hangs;

impl Folders for Hangs {
    fn look_up(&self, _: String) -> BoxFuture<'static, FolderFacts> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_looked_up_is_not_known() {
    let rig = Rig::of(&["home", "work"]).await;
    rig.router.look_up_folders_with(Arc::new(Hangs));
    set(&rig, &[(folder("/client"), &["work"])]);
    let answer = rig.ask(&turn(&[user("hi")])).header(METADATA, &states("/mnt/far")).answer().await;
    assert!(answer.text().contains("cannot read in which folder"), "{}", answer.text());
    assert!(rig.forwarded().is_empty());
}

#[tokio::test]
async fn a_compaction_of_its_own_goes_where_its_conversation_may() {
    let rig = Rig::of(&["home", "work"]).await;
    set(&rig, &[(folder("/client"), &["work"])]);
    let ask = rig.ask(&turn(&[user("hi")])).header("session-id", "s");
    ask.header(METADATA, &states("/client")).answer().await;
    rig.upstream.always_on(
        Route::Compact,
        &account("work"),
        Reply::json(200, json!({"output": []})),
    );
    let compact = post(&rig, "/codex/responses/compact", &turn(&[user("hi")]));
    assert_eq!(compact.header("session-id", "s").answer().await.status, 200);
    let forwarded = rig.forwarded();
    let by: Vec<_> = forwarded.iter().map(|it| it.header("chatgpt-account-id")).collect();
    assert_eq!(by, [account("work"), account("work")]);
}
