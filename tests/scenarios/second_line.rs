//! The second line of Codex's file, with the whole of Rotunda: when it is written, and
//! that it is gone whenever no router answers there.

use std::fs;

use reqwest::Method;
use rotunda_tests::{
    Reply, Route, ScriptedUpstream, Whole, client::Ask, eventually, in_time, jwt, upstream::usage,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

const OWN: &str = "account-own";
const TEXT: &str = "# mine\nmodel = \"m\"\n\n[mcp_servers.a]\ncommand = \"b\"\n";
const KEY_OF_IT: &str = "chatgpt_base_url";

/// A user's folder of Codex, and Rotunda with the sign-in of Codex and another one.
struct Scene {
    upstream: ScriptedUpstream,
    codex: TempDir,
    rotunda: Whole,
}

impl Scene {
    async fn new(text: &str) -> Self {
        let upstream = ScriptedUpstream::start().await;
        let codex = tempfile::tempdir().unwrap();
        fs::write(codex.path().join("config.toml"), text).unwrap();
        let tokens = upstream.issuer().sign_in(OWN, jwt::FAR);
        let auth = json!({
            "auth_mode": "chatgpt", "OPENAI_API_KEY": null,
            "tokens": {"id_token": jwt::identity(OWN), "access_token": tokens.access,
                       "refresh_token": tokens.refresh, "account_id": OWN},
            "last_refresh": "2026-11-20T00:00:00Z",
        });
        fs::write(codex.path().join("auth.json"), auth.to_string()).unwrap();
        let rotunda = Whole::new(&upstream, codex.path());
        rotunda.add(&upstream, "main").await;
        rotunda.add(&upstream, "own").await;
        Self { upstream, codex, rotunda }
    }

    /// Codex's own account is out, Codex is bound, and the line stands.
    async fn with_line() -> Self {
        let mut scene = Self::new(TEXT).await;
        scene.own_is_out();
        scene.rotunda.serve().await;
        scene.run(&["bind", "--second-line"]).await;
        scene.stands().await;
        scene
    }

    fn own_is_out(&self) {
        let mut answer = usage(OWN, 100.0, 100.0);
        answer["rate_limit_upsell"] = json!({"banner_type": "luna_reserve"});
        self.upstream.always_on(Route::Usage, OWN, Reply::json(200, answer));
    }

    fn own_is_back(&self) {
        self.upstream.always_on(Route::Usage, OWN, Reply::json(200, usage(OWN, 5.0, 5.0)));
    }

    async fn run(&self, arguments: &[&str]) -> rotunda_tests::Ran {
        let ran = self.rotunda.run(arguments).await;
        assert_eq!(ran.code, Some(0), "{arguments:?}: {ran:?}");
        ran
    }

    fn text(&self) -> String {
        fs::read_to_string(self.codex.path().join("config.toml")).unwrap()
    }

    fn line(&self) -> Option<String> {
        let text = self.text();
        text.lines().find(|line| line.starts_with(KEY_OF_IT)).map(str::to_owned)
    }

    async fn stands(&self) {
        eventually("the second line", || self.line().is_some()).await;
    }

    async fn is_gone(&self) {
        eventually("the second line to be taken out", || self.line().is_none()).await;
    }

    /// Where the line leads.
    fn base(&self) -> String {
        self.line().unwrap().split('"').nth(1).unwrap().to_owned()
    }

    async fn own_asks(&self, path: &str) -> Value {
        let url: Url = format!("{}{path}", self.base()).parse().unwrap();
        let bearer = format!("Bearer {}", jwt::access(OWN, 1, jwt::FAR));
        let ask = Ask::new(Method::GET, url).header("authorization", &bearer);
        ask.header("chatgpt-account-id", OWN).answer().await.json()
    }

    /// Waits until Activity has a text: the file changes a moment before.
    async fn activity_has(&self, text: &str) {
        let written = async { while !self.run(&["activity"]).await.out.contains(text) {} };
        in_time(text, written).await;
    }

    async fn read_quota(&self) {
        self.run(&["quota", "--refresh"]).await;
    }
}

#[tokio::test]
async fn the_line_is_written_while_it_is_needed() {
    let mut scene = Scene::new(TEXT).await;
    scene.rotunda.serve().await;
    let bound = scene.run(&["bind", "--second-line"]).await;
    assert!(
        bound.out.contains("Codex does not start after a crash")
            || bound.err.contains("Codex does not start after a crash"),
        "{bound:?}"
    );
    let first = scene.text();
    assert!(scene.line().is_none(), "the own account has quota");
    scene.own_is_out();
    scene.read_quota().await;
    scene.stands().await;
    let line = scene.line().unwrap();
    assert!(line.ends_with("/backend-api\"   # Rotunda"), "{line}");
    assert!(scene.text().find("openai_base_url") < scene.text().find(KEY_OF_IT));
    assert!(scene.text().find(KEY_OF_IT) < scene.text().find("[mcp_servers.a]"));
    let shown = scene.own_asks("/wham/usage").await;
    assert_eq!(
        (&shown["rate_limit"]["allowed"], &shown["account_id"]),
        (&json!(true), &json!(OWN))
    );
    scene.activity_has("Wrote a second line").await;
    scene.own_is_back();
    scene.read_quota().await;
    scene.read_quota().await;
    scene.is_gone().await;
    assert_eq!(scene.text(), first);
    scene.activity_has("is not out any more").await;
}

#[tokio::test]
async fn it_is_off_by_default() {
    let mut scene = Scene::new(TEXT).await;
    scene.own_is_out();
    scene.rotunda.serve().await;
    scene.run(&["bind"]).await;
    scene.read_quota().await;
    let status = scene.run(&["doctor", "--json"]).await.out;
    assert!(status.contains("own_account") && !status.contains("second_line"), "{status}");
    assert!(scene.line().is_none());
}

#[tokio::test]
async fn it_goes_when_no_other_profile_is_ready() {
    let scene = Scene::with_line().await;
    scene.run(&["pause", "main"]).await;
    scene.is_gone().await;
    scene.activity_has("no other profile is ready").await;
}

#[tokio::test]
async fn it_goes_when_it_is_switched_off() {
    let scene = Scene::with_line().await;
    scene.run(&["bind", "--second-line", "off"]).await;
    scene.is_gone().await;
    assert!(scene.text().contains("openai_base_url"), "still bound");
    scene.activity_has("you switched it off").await;
}

/// Written by hand into the settings, it counts as well.
#[tokio::test]
async fn it_follows_the_settings_file() {
    let scene = Scene::with_line().await;
    let file = scene.rotunda.home().join("rotunda/config/settings.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("second_line = true"), "{text}");
    fs::write(&file, text.replace("second_line = true", "second_line = false")).unwrap();
    scene.is_gone().await;
}

#[tokio::test]
async fn unbinding_gives_the_file_back() {
    let scene = Scene::with_line().await;
    scene.run(&["unbind"]).await;
    assert_eq!(scene.text(), TEXT);
}

#[tokio::test]
async fn it_goes_first_when_rotunda_ends() {
    let mut scene = Scene::with_line().await;
    assert_eq!(scene.rotunda.stop().await, Some(0));
    assert_eq!(scene.text(), TEXT);
    scene.activity_has("Rotunda ended").await;
}

/// At a logout the first line stays, because Codex waits for the port; the second one
/// does not, because Codex does not.
#[tokio::test]
async fn it_goes_at_an_end_that_leaves_codex_bound() {
    let mut scene = Scene::new(TEXT).await;
    scene.own_is_out();
    scene.rotunda.serve_with(&["--keep-bound"]).await;
    scene.run(&["bind", "--second-line"]).await;
    scene.stands().await;
    assert_eq!(scene.rotunda.stop().await, Some(0));
    assert!(scene.line().is_none());
    assert!(scene.text().contains("openai_base_url"), "{}", scene.text());
}

#[tokio::test]
async fn a_start_after_a_crash_takes_it_out_first() {
    let mut scene = Scene::with_line().await;
    scene.rotunda.kill().await;
    assert!(scene.line().is_some(), "nothing took it out");
    // The other profile is out by now: the line must go without being needed again.
    scene.upstream.always_on(Route::Usage, "account-main", Reply::json(503, json!({})));
    scene.own_is_back();
    scene.rotunda.serve().await;
    // Gone when the router says that it is ready.
    assert!(scene.text().contains("openai_base_url"));
    scene.activity_has("an earlier start of Rotunda had left it").await;
}

/// The port belongs to another program: the line goes before the port is tried again.
#[tokio::test]
async fn a_start_without_its_port_takes_it_out() {
    let mut scene = Scene::with_line().await;
    let port = scene.rotunda.port();
    scene.rotunda.kill().await;
    let listener = in_time("the port", async {
        loop {
            match std::net::TcpListener::bind(("127.0.0.1", port)) {
                Ok(listener) => return listener,
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            }
        }
    })
    .await;
    let mut start = scene.rotunda.command(&["serve"]).spawn().unwrap();
    scene.is_gone().await;
    let _ = in_time("the start to give up", start.wait()).await;
    assert_eq!(scene.text(), TEXT, "unbound as well");
    drop(listener);
}

/// Commands that work alone take it out, and those that only look do not.
#[tokio::test]
async fn unbinding_after_a_crash_gives_the_file_back() {
    let mut scene = Scene::with_line().await;
    scene.rotunda.kill().await;
    let doctor = scene.rotunda.run(&["doctor", "--json"]).await.out;
    assert!(scene.line().is_some() && doctor.contains("second_line"), "{doctor}");
    scene.run(&["unbind"]).await;
    assert_eq!(scene.text(), TEXT);
}

#[tokio::test]
async fn a_line_of_the_user_s_is_left_alone() {
    let text = format!("{KEY_OF_IT} = \"https://proxy.example/backend-api\" # mine\n{TEXT}");
    let mut scene = Scene::new(&text).await;
    scene.own_is_out();
    scene.rotunda.serve().await;
    scene.run(&["bind", "--second-line"]).await;
    scene.read_quota().await;
    let doctor = scene.run(&["doctor", "--json"]).await.out;
    assert!(doctor.contains("second_line") && doctor.contains("of yours"), "{doctor}");
    assert!(scene.line().unwrap().ends_with("# mine"));
    scene.run(&["unbind"]).await;
    assert_eq!(scene.text(), text);
}

/// The key changes: the line follows.
#[tokio::test]
async fn the_line_follows_a_new_key() {
    let scene = Scene::with_line().await;
    let before = scene.base();
    scene.run(&["bind", "--new-key"]).await;
    eventually("the new key", || scene.line().is_some_and(|line| !line.contains(&before))).await;
    let shown = scene.own_asks("/wham/usage").await;
    assert_eq!(shown["rate_limit"]["allowed"], true);
}

/// Taken out by another program, it comes back while it is needed; the other program's
/// text stays.
#[tokio::test]
async fn it_comes_back_after_another_program_saved_the_file() {
    let scene = Scene::with_line().await;
    let text = scene.text();
    let line = scene.line().unwrap();
    let without = text.replace(&format!("{line}\n"), "");
    fs::write(scene.codex.path().join("config.toml"), format!("{without}# added\n")).unwrap();
    scene.stands().await;
    assert!(scene.text().ends_with("# added\n"));
}

#[tokio::test]
async fn doctor_reports_the_second_line_and_its_reason() {
    let scene = Scene::with_line().await;
    let doctor: Value = scene.run(&["doctor", "--json"]).await.json();
    let checks = doctor.as_array().cloned().or_else(|| doctor["checks"].as_array().cloned());
    let checks = checks.unwrap();
    let check = checks.iter().find(|check| check["id"] == "second_line").unwrap();
    assert_eq!(check["state"], "ok", "{check}");
    assert!(check["text"].as_str().unwrap().contains("stands in config.toml"), "{check}");
}
