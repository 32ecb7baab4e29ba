//! Importing what other programs keep, several sign-ins in one go.

use std::{fs, path::Path};

use reqwest::Method;
use rotunda_tests::{
    Ran, ScriptedUpstream, Whole,
    client::Ask,
    eventually, in_time, jwt,
    rig::{turn, user},
};
use serde_json::{Value, json};

/// The accounts file of codex-multi-auth for these accounts.
fn accounts(upstream: &ScriptedUpstream, names: &[&str], expires: u64) -> Value {
    let accounts = names.iter().map(|name| {
        let account = format!("account-{name}");
        let tokens = upstream.issuer().sign_in(&account, expires);
        json!({
            "accountId": account, "email": jwt::email(&account), "accountLabel": name,
            "accessToken": tokens.access, "refreshToken": tokens.refresh,
            "expiresAt": expires * 1000, "addedAt": 1, "lastUsed": 1, "enabled": true,
        })
    });
    json!({"version": 3, "activeIndex": 0, "accounts": accounts.collect::<Vec<_>>()})
}

fn write(file: &Path, content: &Value) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content.to_string()).unwrap();
}

async fn names(rotunda: &Whole) -> Vec<String> {
    let profiles = rotunda.run(&["profiles", "--json"]).await.json();
    let profiles = profiles.as_array().unwrap().iter();
    profiles.map(|profile| profile["name"].as_str().unwrap().to_owned()).collect()
}

fn succeeds_with(ran: &Ran, sentence: &str) {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.out.trim_end(), sentence, "{ran:?}");
}

#[tokio::test]
async fn several_sign_ins_are_imported_at_once_and_each_is_reported() {
    let upstream = ScriptedUpstream::start().await;
    let (codex, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let rotunda = Whole::new(&upstream, codex.path());
    let file = theirs.path().join("openai-codex-accounts.json");
    let mut content = accounts(&upstream, &["work", "lab", "old"], jwt::FAR);
    content["accounts"][2]["refreshToken"] = "".into();
    write(&file, &content);
    let path = file.to_string_lossy();
    let ran = rotunda.run(&["import", &path]).await;
    succeeds_with(&ran, "Imported 2 of 3 sign-ins.");
    let lines: Vec<_> = ran.err.lines().collect();
    assert_eq!(lines.len(), 3, "{ran:?}");
    let better = "work: imported. A sign-in of its own is safer (recommended): `rotunda login`; ";
    assert!(lines[0].starts_with(better), "{ran:?}");
    assert!(lines[0].contains("codex-multi-auth uses this sign-in too, and the first"), "{ran:?}");
    assert!(lines[2].contains("not imported. Its refresh token is missing"), "{ran:?}");
    assert_eq!(names(&rotunda).await, ["work", "lab"]);

    // The same accounts again keep their profiles, and the tokens are used.
    let ran = rotunda.run(&["rename", "lab", "studio"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    succeeds_with(&rotunda.run(&["import", &path]).await, "Imported 2 of 3 sign-ins.");
    assert_eq!(names(&rotunda).await, ["work", "studio"]);
    for (path, text) in rotunda.everything_but_the_vault() {
        for secret in ["rt-account-", "eyJ"] {
            assert!(!text.contains(secret), "{secret} in {}", path.display());
        }
    }
}

#[tokio::test]
async fn an_older_copy_does_not_take_the_place_of_a_newer_sign_in() {
    let upstream = ScriptedUpstream::start().await;
    let (codex, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let rotunda = Whole::new(&upstream, codex.path());
    let file = theirs.path().join("accounts.json");
    write(&file, &accounts(&upstream, &["work", "lab"], jwt::FAR - 10));
    rotunda.add(&upstream, "work").await;
    let ran = rotunda.run(&["import", &file.to_string_lossy()]).await;
    succeeds_with(&ran, "Imported 1 of 2 sign-ins.");
    assert!(ran.err.contains("not imported. work has a newer sign-in already."), "{ran:?}");
    let vault = fs::read_to_string(rotunda.home().join("rotunda/data/vault.json")).unwrap();
    let theirs = fs::read_to_string(&file).unwrap();
    let theirs: Value = serde_json::from_str(&theirs).unwrap();
    let token = |place: usize| theirs["accounts"][place]["refreshToken"].as_str().unwrap();
    assert!(!vault.contains(token(0)), "the older refresh token was kept");
    assert!(vault.contains(token(1)));
}

#[tokio::test]
async fn folders_of_prodex_become_profiles_of_their_names() {
    let upstream = ScriptedUpstream::start().await;
    let (codex, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut rotunda = Whole::new(&upstream, codex.path());
    for name in ["main", "second"] {
        let account = format!("account-{name}");
        let tokens = upstream.issuer().sign_in(&account, jwt::FAR);
        let auth = json!({"auth_mode": "chatgpt", "tokens": {
            "id_token": jwt::identity(&account), "access_token": tokens.access,
            "refresh_token": tokens.refresh, "account_id": account,
        }});
        write(&theirs.path().join(format!("profiles/{name}/auth.json")), &auth);
    }
    write(&theirs.path().join("state.json"), &json!({"active_profile": "main"}));
    let path = theirs.path().to_string_lossy().into_owned();
    rotunda.serve().await;
    let named = rotunda.run(&["import", &path, "--name", "mine"]).await;
    assert_eq!(named.code, Some(1));
    assert!(named.err.contains("2 sign-ins are there"), "{named:?}");
    succeeds_with(&rotunda.run(&["import", &path]).await, "Imported 2 of 2 sign-ins.");
    assert_eq!(names(&rotunda).await, ["main", "second"]);
    assert_eq!(rotunda.stop().await, Some(0));
}

/// Codex's own sign-in, and two accounts that codex-multi-auth keeps beside it.
fn furnished(upstream: &ScriptedUpstream, codex: &Path) {
    let own = upstream.issuer().sign_in("account-own", jwt::FAR);
    let auth = json!({"auth_mode": "chatgpt", "tokens": {
        "id_token": jwt::identity("account-own"), "access_token": own.access,
        "refresh_token": own.refresh, "account_id": "account-own",
    }});
    write(&codex.join("auth.json"), &auth);
    let mut accounts = accounts(upstream, &["work", "old"], jwt::FAR);
    accounts["accounts"][1]["refreshToken"] = "".into();
    write(&codex.join("multi-auth/openai-codex-accounts.json"), &accounts);
}

#[tokio::test]
async fn what_is_found_is_listed_with_numbers_and_taken_by_them() {
    let upstream = ScriptedUpstream::start().await;
    let codex = tempfile::tempdir().unwrap();
    let mut rotunda = Whole::new(&upstream, codex.path());
    let empty = rotunda.run(&["import"]).await;
    assert!(empty.out.contains("No sign-in was found"), "{empty:?}");
    furnished(&upstream, codex.path());

    let shown = rotunda.run(&["import"]).await;
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert!(shown.out.lines().next().unwrap().contains("(recommended)"), "{shown:?}");
    for row in [
        format!(
            "  1  {}  {}, plus  becomes account-own",
            codex.path().display(),
            jwt::email("account-own")
        ),
        format!(
            "  2  openai-codex-accounts.json, 1  {}, plus  becomes work",
            jwt::email("account-work")
        ),
        format!(
            "  3  openai-codex-accounts.json, 2  {}  cannot be imported",
            jwt::email("account-old")
        ),
    ] {
        assert!(shown.out.lines().any(|line| line == row), "{row}: {}", shown.out);
    }
    assert!(names(&rotunda).await.is_empty(), "a list changes nothing");

    let ran = rotunda.run(&["import", "--found", "2", "--name", "lab"]).await;
    succeeds_with(&ran, "lab: imported.");
    assert!(ran.err.contains("codex-multi-auth uses this sign-in too"), "{ran:?}");
    // The same from the one that runs, as scripts read it.
    rotunda.serve().await;
    let listed = rotunda.run(&["import", "--json"]).await.json();
    assert_eq!(listed[1]["number"], 2, "{listed}");
    assert_eq!(listed[1]["known"], "lab", "{listed}");
    let taken = rotunda.run(&["import", "--found", "1", "3", "--json"]).await;
    assert_eq!(taken.code, Some(1), "one of them could not be: {taken:?}");
    assert!(taken.err.contains("1 of 2 were not imported"), "{taken:?}");
    let taken = taken.json();
    assert_eq!((&taken[0]["ok"], &taken[1]["ok"]), (&json!(true), &json!(false)), "{taken}");
    assert_eq!(names(&rotunda).await, ["lab", "account-own"]);
    let shown = rotunda.run(&["profiles"]).await.out;
    let own: Vec<_> = shown.lines().filter(|line| line.contains("(Codex's own sign-in)")).collect();
    assert!(own.len() == 1 && own[0].contains(" account-own "), "{shown}");
    let unknown = rotunda.run(&["import", "--found", "9"]).await;
    assert!(unknown.code == Some(1) && unknown.err.contains("no 9 in the list"), "{unknown:?}");
    assert_eq!(rotunda.stop().await, Some(0));
}

#[tokio::test]
async fn an_account_that_was_never_used_is_renewed_as_it_comes() {
    let upstream = ScriptedUpstream::start().await;
    let (codex, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut rotunda = Whole::new(&upstream, codex.path());
    let file = theirs.path().join("openai-codex-accounts.json");
    let mut content = accounts(&upstream, &["work", "dead", "lab"], jwt::FAR);
    for account in content["accounts"].as_array_mut().unwrap() {
        account.as_object_mut().unwrap().remove("accessToken");
    }
    upstream.issuer().spend("account-dead");
    write(&file, &content);
    let path = file.to_string_lossy().into_owned();
    let ran = rotunda.run(&["import", &path]).await;
    succeeds_with(&ran, "Imported 2 of 3 sign-ins.");
    let lines: Vec<_> = ran.err.lines().collect();
    assert!(lines[0].contains("importing renews it, which signs codex-multi-auth out"), "{ran:?}");
    assert!(lines[1].contains("not imported. Nothing was imported: OpenAI refused"), "{ran:?}");
    assert_eq!(names(&rotunda).await, ["work", "lab"], "what does not work is not kept");
    assert_eq!(upstream.issuer().offers("account-work"), 1);
    // What the file lacked came with the new token, and it serves.
    let profiles = rotunda.run(&["profiles", "--json"]).await.json();
    assert_eq!((&profiles[0]["plan"], &profiles[0]["standing"]), (&json!("plus"), &json!("ready")));
    rotunda.serve().await;
    let url = format!("{}/responses", rotunda.codex_url()).parse().unwrap();
    let answer = Ask::new(Method::POST, url).json(&turn(&[user("hi")])).answer().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(
        upstream.issuer().offers("account-work") + upstream.issuer().offers("account-lab"),
        2
    );
    assert_eq!(rotunda.stop().await, Some(0));
    let left = rotunda.home().join("rotunda/data/sign-ins");
    let left: Vec<_> = fs::read_dir(left).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(left.is_empty(), "each renewal was marked and ended: {left:?}");
}

#[tokio::test]
async fn an_end_during_the_first_renewal_is_reported() {
    let upstream = ScriptedUpstream::start().await;
    let (codex, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut rotunda = Whole::new(&upstream, codex.path());
    let file = theirs.path().join("openai-codex-accounts.json");
    let mut content = accounts(&upstream, &["work"], jwt::FAR);
    content["accounts"][0].as_object_mut().unwrap().remove("accessToken");
    write(&file, &content);
    let path = file.to_string_lossy().into_owned();
    let halted = [("ROTUNDA_HALT_AT", "vault.renewed")];
    let mut importing = rotunda.command(&["import", &path]);
    let mut importing = importing.envs(halted).spawn().unwrap();
    eventually("the issuer to be asked", || upstream.issuer().offers("account-work") == 1).await;
    importing.kill().await.unwrap();
    rotunda.serve().await;
    in_time("it to be told", async {
        while !rotunda.run(&["activity", "--json"]).await.out.contains("\"interrupted\"") {}
    })
    .await;
    assert_eq!(rotunda.stop().await, Some(0));
}
