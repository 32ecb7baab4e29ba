//! Sign-ins that the real client makes itself, and Rotunda takes over.
//!
//! `codex login` takes another issuer for codes only; its browser sign-in is
//! had from `codex app-server`, which does it for the desktop app. That one
//! listens on the client's fixed port 1455.

use std::fs;

use reqwest::Method;
use rotunda_tests::{
    Person, Reply, ScriptedUpstream, Talk, Whole,
    client::Ask,
    jwt,
    rig::{turn, user},
};
use serde_json::{Value, json};

use crate::{app_server::AppServer, client::CodexHome};

const ACCOUNT: &str = "account-work";

/// A client that is signed out, its owner before a browser, and Rotunda.
struct Scene {
    upstream: ScriptedUpstream,
    home: CodexHome,
    rotunda: Whole,
}

impl Scene {
    async fn new() -> Self {
        let upstream = ScriptedUpstream::start().await;
        upstream.issuer().person(ACCOUNT);
        let home = CodexHome::new(&upstream);
        home.sign_out();
        let rotunda = Whole::new(&upstream, &home.codex_home());
        Self { upstream, home, rotunda }
    }

    fn client_holds(&self) -> Value {
        let text = fs::read_to_string(self.home.codex_home().join("auth.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Imports what the client holds: it is the right account's, works
    /// upstream, can be renewed, and the client is still signed in afterwards.
    async fn ends_taken_over(mut self) {
        assert_eq!(self.client_holds()["tokens"]["account_id"], ACCOUNT);
        let folder = self.home.codex_home().display().to_string();
        let ran = self.rotunda.run(&["import", &folder, "--name", "work"]).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.err.contains("rotunda login"), "a sign-in of its own is offered: {ran:?}");
        let profiles = self.rotunda.run(&["profiles", "--json"]).await.json();
        assert_eq!(profiles.as_array().map(Vec::len), Some(1), "{profiles}");
        assert_eq!(profiles[0]["email"], jwt::email(ACCOUNT));
        assert_eq!((&profiles[0]["name"], &profiles[0]["plan"]), (&json!("work"), &json!("plus")));

        self.rotunda.serve().await;
        let refused = Reply::json(401, json!({"error": {"code": "token_expired"}}));
        self.upstream.next(ACCOUNT, refused);
        let url = format!("{}/responses", self.rotunda.codex_url()).parse().unwrap();
        let answer = Ask::new(Method::POST, url).json(&turn(&[user("hi")])).answer().await;
        assert!(answer.text().contains("hello from work"), "{}", answer.text());
        assert_eq!(self.upstream.issuer().offers(ACCOUNT), 1, "it was renewed");
        assert_eq!(self.rotunda.stop().await, Some(0));
        let status = self.home.run(&["login", "status"]).await;
        assert!(status.status.success(), "{status:?}");
        for (path, text) in self.rotunda.everything_but_the_vault() {
            for secret in ["rt-account-", "eyJ"] {
                assert!(!text.contains(secret), "{secret} in {}", path.display());
            }
        }
    }
}

/// The code among what a terminal shows, colours and all.
pub(crate) fn code_in(line: &str) -> Option<String> {
    let at = line.find("ABCD-")?;
    Some(line[at..].chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '-').collect())
}

#[tokio::test]
async fn codex_login_with_a_code_is_imported() {
    let scene = Scene::new().await;
    let login = ["login", "--device-auth", "--experimental_issuer", scene.home.issuer()];
    let mut login = Talk::with(scene.home.command(&login).spawn().unwrap());
    let line = login.hears("the code", |line| code_in(line).is_some()).await;
    scene.upstream.issuer().confirm(&code_in(&line).unwrap());
    let ran = login.ends().await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    scene.ends_taken_over().await;
}

#[tokio::test]
async fn a_browser_sign_in_of_the_desktop_app_is_imported() {
    let scene = Scene::new().await;
    let mut app = AppServer::start(&scene.home).await;
    let begun = app.call("account/login/start", json!({"type": "chatgpt"})).await;
    let page = begun["authUrl"].as_str().unwrap();
    assert!(page.starts_with(scene.home.issuer()), "never the real issuer: {page}");
    Person::new().allows(page).await;
    let ended = app.notified("account/login/completed").await;
    assert_eq!(ended["success"], json!(true), "{ended}");
    drop(app);
    scene.ends_taken_over().await;
}
