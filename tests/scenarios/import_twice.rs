//! The same sign-in added several times at once gives one profile.

use std::fs;

use rotunda_tests::{Person, ScriptedUpstream, Whole, jwt};
use serde_json::{Value, json};
use tempfile::TempDir;

struct Scene {
    upstream: ScriptedUpstream,
    rotunda: Whole,
    _codex: TempDir,
}

impl Scene {
    async fn new() -> Self {
        let upstream = ScriptedUpstream::start().await;
        let codex = tempfile::tempdir().unwrap();
        let rotunda = Whole::new(&upstream, codex.path());
        Self { upstream, rotunda, _codex: codex }
    }

    /// An `auth.json` of an account; its path.
    fn auth(&self, account: &str, name: &str) -> String {
        let tokens = self.upstream.issuer().sign_in(account, jwt::FAR);
        let auth = json!({"auth_mode": "chatgpt", "tokens": {
            "id_token": jwt::identity(account), "access_token": tokens.access,
            "refresh_token": tokens.refresh, "account_id": account,
        }});
        let file = self.rotunda.home().join(format!("{name}.json"));
        fs::write(&file, auth.to_string()).unwrap();
        file.to_string_lossy().into_owned()
    }

    async fn profiles(&self) -> Vec<Value> {
        let profiles = self.rotunda.run(&["profiles", "--json"]).await.json();
        profiles.as_array().unwrap().clone()
    }

    /// Imports each of these at once; every one of them has to work.
    async fn import_at_once(&self, paths: &[String]) {
        let all: Vec<_> = paths.iter().map(|path| self.rotunda.talk(&["import", path])).collect();
        for one in all {
            let ran = one.ends().await;
            assert_eq!(ran.code, Some(0), "{ran:?}");
        }
    }
}

#[tokio::test]
async fn imported_by_several_commands_at_once_it_is_one_profile() {
    let scene = Scene::new().await;
    let path = scene.auth("account-work", "work");
    scene.import_at_once(&vec![path; 4]).await;
    assert_eq!(scene.profiles().await.len(), 1);
}

#[tokio::test]
async fn imported_by_several_requests_to_the_router_at_once_it_is_one_profile() {
    let mut scene = Scene::new().await;
    scene.rotunda.serve().await;
    for round in 0..3 {
        let account = format!("account-work-{round}");
        let one = scene.auth(&account, &format!("one-{round}"));
        let two = scene.auth(&account, &format!("two-{round}"));
        scene.import_at_once(&[one.clone(), two, one.clone(), one]).await;
    }
    let profiles = scene.profiles().await;
    assert_eq!(profiles.len(), 3, "{profiles:?}");
    assert_eq!(scene.rotunda.stop().await, Some(0));
}

/// A sign-in without an access token is renewed while it is imported, which takes
/// a while: its refresh token is spent then.
#[tokio::test]
async fn a_sign_in_that_is_renewed_as_it_comes_is_one_profile_too() {
    let mut scene = Scene::new().await;
    scene.rotunda.serve().await;
    let tokens = scene.upstream.issuer().sign_in("account-work", jwt::FAR);
    let content = json!({"version": 3, "activeIndex": 0, "accounts": [{
        "accountId": "account-work", "email": jwt::email("account-work"),
        "refreshToken": tokens.refresh, "addedAt": 1, "lastUsed": 1,
    }]});
    let file = scene.rotunda.home().join("openai-codex-accounts.json");
    fs::write(&file, content.to_string()).unwrap();
    let path = file.to_string_lossy().into_owned();
    let both = [(); 2].map(|()| scene.rotunda.talk(&["import", &path]));
    let mut codes = Vec::new();
    for one in both {
        let ran = one.ends().await;
        assert!(ran.code == Some(0) || ran.err.contains("newer sign-in already"), "{ran:?}");
        codes.push(ran.code);
    }
    assert!(codes.contains(&Some(0)), "{codes:?}");
    let profiles = scene.profiles().await;
    assert_eq!((profiles.len(), &profiles[0]["standing"]), (1, &json!("ready")), "{profiles:?}");
    assert_eq!(scene.upstream.issuer().offers("account-work"), 1, "it was spent once");
    assert_eq!(scene.rotunda.stop().await, Some(0));
}

#[tokio::test]
async fn an_import_a_sign_in_and_a_key_at_once_give_one_profile_each() {
    let mut scene = Scene::new().await;
    scene.rotunda.serve().await;
    scene.upstream.issuer().person("account-work");
    let path = scene.auth("account-work", "work");
    let mut login = scene.rotunda.talk(&["login", "--no-browser"]);
    let page = login.page().await;
    let (import, second) =
        (scene.rotunda.talk(&["import", &path]), scene.rotunda.talk(&["import", &path]));
    let mut keys = [(); 2].map(|()| scene.rotunda.talk(&["add-key"]));
    for key in &mut keys {
        key.types("sk-test-planted").await;
    }
    let shown = Person::new().allows(&page).await;
    assert!(shown.contains("is signed in"), "{shown}");
    let [one, two] = keys;
    let keys = [one.ends().await, two.ends().await];
    let added = keys.iter().filter(|ran| ran.code == Some(0)).count();
    assert_eq!(added, 1, "{keys:?}");
    let is_reported = keys.iter().any(|ran| ran.err.contains("This key is there already"));
    assert!(is_reported, "{keys:?}");
    for one in [login, import, second] {
        let ran = one.ends().await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }
    let profiles = scene.profiles().await;
    let of_kind = |kind: &str| profiles.iter().filter(|it| it["kind"] == kind).count();
    assert_eq!((of_kind("chatgpt"), of_kind("api_key")), (1, 1), "{profiles:?}");
    assert_eq!(scene.rotunda.stop().await, Some(0));
}
