//! Where a token is not: in the memory of a Rotunda whose profile was removed,
//! in its surroundings and those of what it starts, and in any file.

#![cfg(target_os = "linux")]

use std::{fs, os::unix::fs::FileExt as _, os::unix::fs::PermissionsExt as _, path::Path};

use reqwest::Method;
use rotunda_tests::{
    Reply, ScriptedUpstream, Whole,
    client::Ask,
    eventually, jwt,
    rig::{account, turn, user},
};
use serde_json::json;

/// Every refresh token of the issuer begins so.
const REFRESH: &[u8] = b"rt-account-";
/// Every access and id token does.
const ACCESS: &[u8] = b"eyJ";

const NAME: &str = "work-that-outlasts-the-allocator";

/// The end of a refresh token of the second sign-in: its number is like no other.
fn refresh(renewals: u32) -> String {
    format!("that-outlasts-the-allocator-{}", 1_000_000 + renewals)
}

/// The claims of an access token of that sign-in.
fn access(renewals: u32) -> String {
    let token = jwt::access(&account(NAME), u64::from(1_000_000 + renewals), jwt::FAR);
    token.split('.').nth(1).unwrap().to_owned()
}

/// How often a text stands in what a process can write to, wherever it stands.
fn held(pid: u32, wanted: &str) -> usize {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let memory = fs::File::open(format!("/proc/{pid}/mem")).unwrap();
    let mut found = 0;
    for line in maps.lines() {
        let mut fields = line.split_ascii_whitespace();
        let (range, mode) = (fields.next().unwrap(), fields.next().unwrap());
        if !mode.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let at = |text| u64::from_str_radix(text, 16).unwrap();
        let (from, to) = (at(from), at(to));
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        // Pages that went meanwhile hold nothing.
        if memory.read_exact_at(&mut bytes, from).is_ok() {
            found += String::from_utf8_lossy(&bytes).matches(wanted).count();
        }
    }
    found
}

/// What `/proc` shows of a process to its user.
fn surroundings(pid: u32) -> Vec<u8> {
    let read = |what: &str| fs::read(format!("/proc/{pid}/{what}")).unwrap();
    [read("environ"), read("cmdline")].concat()
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// A Codex that only writes down how it was started.
fn codex_that_records_its_start(folder: &Path) -> String {
    let program = folder.join("codex");
    let script = format!("#!/bin/sh\n{{ env; echo \"$0 $*\"; }} > '{}/start'\n", folder.display());
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    program.display().to_string()
}

/// A Rotunda whose log is at its finest, with one profile and a turn served.
async fn scene(upstream: &ScriptedUpstream, codex: &Path) -> Whole {
    let mut rotunda = Whole::new(upstream, codex)
        .env("ROTUNDA_LOG", "trace")
        .env("ROTUNDA_CODEX", &codex_that_records_its_start(codex));
    rotunda.serve().await;
    upstream.issuer().sign_in(&account(NAME), jwt::FAR);
    rotunda.add(upstream, NAME).await;
    serves(&rotunda).await;
    rotunda
}

async fn serves(rotunda: &Whole) {
    let url = format!("{}/responses", rotunda.codex_url()).parse().unwrap();
    let answer = Ask::new(Method::POST, url).json(&turn(&[user("hi")])).answer().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// Where it could stay: in strings of ours, and in what libraries gave back: buffers of
/// connections, parsers, tasks. All of these are overwritten (decision 021).
#[tokio::test]
async fn a_removed_sign_in_is_gone_from_memory_too() {
    let upstream = ScriptedUpstream::start().await;
    let codex = tempfile::tempdir().unwrap();
    let mut rotunda = scene(&upstream, codex.path()).await;
    let pid = rotunda.pid();
    assert!(held(pid, &refresh(0)) > 0, "it is there while it is used: the search works");
    assert!(held(pid, &access(0)) > 0, "so is the other");
    // Renewed in this process, too.
    upstream.next(&account(NAME), Reply::json(401, json!({"error": {"code": "token_expired"}})));
    serves(&rotunda).await;
    eventually("the spent token to be gone", || held(pid, &refresh(0)) == 0).await;
    assert!(held(pid, &refresh(1)) > 0);
    assert_eq!(rotunda.run(&["remove", NAME]).await.code, Some(0));
    for renewals in [0, 1] {
        let gone = || held(pid, &refresh(renewals)) + held(pid, &access(renewals)) == 0;
        eventually("every copy of every token to be gone", gone).await;
    }
    assert_eq!(rotunda.stop().await, Some(0));
}

#[tokio::test]
async fn no_process_gets_a_token_in_its_arguments_or_environment() {
    let upstream = ScriptedUpstream::start().await;
    let codex = tempfile::tempdir().unwrap();
    let mut rotunda = scene(&upstream, codex.path()).await;
    let ours = surroundings(rotunda.pid());
    assert!(holds(&ours, b"serve"), "they are read");
    assert!(!holds(&ours, REFRESH) && !holds(&ours, ACCESS));
    for arguments in [&["run", "--", "exec", "hi"][..], &["run", "--profile", NAME, "--", "hi"]] {
        let ran = rotunda.run(arguments).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let start = fs::read(codex.path().join("start")).unwrap();
        assert!(holds(&start, b"openai_base_url"), "{}", String::from_utf8_lossy(&start));
        assert!(!holds(&start, REFRESH) && !holds(&start, ACCESS));
    }
    assert_eq!(rotunda.stop().await, Some(0));
}

/// Every kind of file that Rotunda writes: settings, store with its log of
/// writes, journal, backup, keys, log at its finest, export, recording, bundle.
#[tokio::test]
async fn no_file_but_the_vault_holds_a_token() {
    let upstream = ScriptedUpstream::start().await;
    let codex = tempfile::tempdir().unwrap();
    fs::write(codex.path().join("config.toml"), "model = \"m\"\n").unwrap();
    let mut rotunda = scene(&upstream, codex.path()).await;
    let made = rotunda.home().join("made");
    fs::create_dir(&made).unwrap();
    let [record, bundle, export] = ["passed.jsonl", "bundle.tar", "export.json"]
        .map(|name| made.join(name).display().to_string());
    let recording = rotunda.talk(&["activity", "--record", &record]);
    eventually("the recording", || fs::read_to_string(&record).is_ok_and(|it| !it.is_empty()))
        .await;
    upstream.next(&account(NAME), Reply::json(401, json!({"error": {"code": "token_expired"}})));
    serves(&rotunda).await;
    let text = || fs::read_to_string(&record).unwrap_or_default();
    eventually("the end of the turn", || text().contains("\"end\"")).await;
    recording.interrupt().await;
    assert_eq!(recording.ends().await.code, Some(0));
    for arguments in [
        &["bind"][..],
        &["doctor", "--bundle", &bundle],
        &["export", &export],
        &["import-settings", &export],
        &["pin", NAME],
    ] {
        let ran = rotunda.run(arguments).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
    // While it runs, and after its end: the store keeps a log of writes meanwhile.
    let mut names = look_through(&rotunda, codex.path());
    assert_eq!(rotunda.stop().await, Some(0));
    names.extend(look_through(&rotunda, codex.path()));
    for kind in [
        "rotunda.db",
        "rotunda.db-wal",
        "settings.toml",
        "rotunda.log",
        "passed.jsonl",
        "bundle.tar",
        "export.json",
        "config.toml",
        "control.json",
    ] {
        assert!(names.iter().any(|name| name == kind), "{kind} was not looked at: {names:?}");
    }
}

/// The names of all files in which no token was found.
fn look_through(rotunda: &Whole, codex: &Path) -> Vec<String> {
    let config = fs::read_to_string(codex.join("config.toml")).unwrap();
    let files = rotunda.everything_but_the_vault().into_iter();
    let files = files.chain([(codex.join("config.toml"), config)]);
    let looked = files.map(|(path, text)| {
        for secret in ["rt-account-", "eyJ"] {
            assert!(!text.contains(secret), "{secret} in {}", path.display());
        }
        path.file_name().unwrap().to_string_lossy().into_owned()
    });
    looked.collect()
}
