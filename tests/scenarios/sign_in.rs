//! Signing in: each way to do it, and each way it can fail.

use std::time::Duration;

use rotunda_tests::{Person, Reply, Route, ScriptedUpstream, Whole, jwt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// A Rotunda without profiles, and the person `account-<name>` before a browser.
struct Scene {
    upstream: ScriptedUpstream,
    rotunda: Whole,
    _codex: TempDir,
}

impl Scene {
    async fn of(name: &str) -> Self {
        let upstream = ScriptedUpstream::start().await;
        upstream.issuer().person(&format!("account-{name}"));
        let codex = tempfile::tempdir().unwrap();
        // The log is searched as it is at its most talkative.
        let rotunda = Whole::new(&upstream, codex.path()).env("ROTUNDA_LOG", "trace");
        Self { upstream, rotunda, _codex: codex }
    }

    async fn profiles(&self) -> Vec<Value> {
        let profiles = self.rotunda.run(&["profiles", "--json"]).await.json();
        profiles.as_array().unwrap().clone()
    }

    /// Signs in without hindrance.
    async fn signs_in(&self, arguments: &[&str]) {
        let mut login = self.rotunda.talk(&[&["login", "--no-browser"], arguments].concat());
        let page = login.page().await;
        let shown = Person::new().allows(&page).await;
        assert!(shown.contains("is signed in"), "{shown}");
        let ran = login.ends().await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }

    /// A sign-in that fails with a sentence, which the browser shows too.
    async fn fails(&self, sentence: &str) {
        let mut login = self.rotunda.talk(&["login", "--no-browser"]);
        let page = login.page().await;
        let shown = Person::new().allows(&page).await;
        assert!(shown.contains("Not signed in"), "{shown}");
        let ran = login.ends().await;
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.err.contains(sentence), "{ran:?}");
        assert_eq!(ran.err.lines().count(), 1, "one sentence: {ran:?}");
        assert!(self.profiles().await.is_empty());
    }

    /// No credential stands outside the vault, and no code anywhere.
    fn keeps_its_secrets(&self) {
        for (path, text) in self.rotunda.everything_but_the_vault() {
            for secret in ["rt-account-", "eyJ", "code-0", "confirmed-"] {
                assert!(!text.contains(secret), "{secret} in {}", path.display());
            }
            let is_log = path.extension().is_some_and(|extension| extension == "log");
            assert!(!is_log || !text.contains('@'), "an address in {}", path.display());
        }
    }
}

#[tokio::test]
async fn a_sign_in_with_a_browser_adds_a_profile() {
    let scene = Scene::of("work").await;
    let mut login = scene.rotunda.talk(&["login", "--no-browser", "--name", "work"]);
    let page = login.page().await;
    for part in ["code_challenge_method=S256", "originator=codex_cli_rs", "allowed_workspace_id"] {
        assert_eq!(page.contains(part), part != "allowed_workspace_id", "{page}");
    }
    let shown = Person::new().allows(&page).await;
    assert!(shown.contains("<h1>work is signed in</h1>"), "{shown}");
    let ran = login.ends().await;
    assert_eq!((ran.code, ran.out.trim_end().lines().last()), (Some(0), Some("Added work.")));
    let profiles = scene.profiles().await;
    assert_eq!(profiles.len(), 1);
    let profile = &profiles[0];
    assert_eq!(profile["email"], jwt::email("account-work"));
    assert_eq!((&profile["plan"], &profile["standing"]), (&json!("plus"), &json!("ready")));
    scene.keeps_its_secrets();
}

#[tokio::test]
async fn a_running_rotunda_uses_a_new_sign_in_at_once() {
    let mut scene = Scene::of("work").await;
    scene.rotunda.serve().await;
    scene.signs_in(&["--name", "work"]).await;
    let status = scene.rotunda.run(&["status", "--json"]).await.json();
    assert_eq!(status["profiles"][0]["standing"], "ready", "{status}");
    let url = format!("{}/responses", scene.rotunda.codex_url());
    let body = json!({"model": "m", "stream": true, "input": []}).to_string();
    let client = rotunda_router::http_client_to(&scene.rotunda.codex_url()).unwrap();
    let sent = client.post(url).header("content-type", "application/json").body(body);
    let answer = sent.send().await.unwrap().text().await.unwrap();
    assert!(answer.contains("hello from work"), "{answer}");
    assert_eq!(scene.rotunda.stop().await, Some(0));
    assert!(scene.rotunda.log().contains("router listens"), "there is a log to be searched");
    scene.keeps_its_secrets();
}

#[tokio::test]
async fn a_denied_sign_in_is_reported_in_browser_and_terminal() {
    let scene = Scene::of("work").await;
    let mut login = scene.rotunda.talk(&["login", "--no-browser"]);
    let page = login.page().await;
    let shown = Person::new().denies(&page).await;
    assert!(shown.contains("not allowed on OpenAI&#39;s page"), "{shown}");
    let ran = login.ends().await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("not allowed on OpenAI's page"), "{ran:?}");
}

#[tokio::test]
async fn an_answer_to_another_sign_in_changes_nothing() {
    let scene = Scene::of("work").await;
    let mut login = scene.rotunda.talk(&["login", "--no-browser", "--name", "work"]);
    let page = login.page().await;
    let person = Person::new();
    let mut back = person.answer(&page, "allow").await;
    let own = back.clone();
    let code = back.query_pairs().find(|(key, _)| key == "code").unwrap().1.into_owned();
    back.query_pairs_mut().clear().append_pair("code", &code).append_pair("state", "guessed");
    let shown = person.visits(&back).await;
    assert!(shown.contains("belongs to another sign-in"), "{shown}");
    // Nothing but the callback is there, and under no other name.
    let mut elsewhere = own.clone();
    elsewhere.set_path("/");
    assert_eq!(person.visits(&elsewhere).await, "");
    let token_requests = scene.upstream.received_on(Route::Token).len();
    assert_eq!(token_requests, 0, "a guessed state reaches no issuer");
    assert!(person.visits(&own).await.contains("work is signed in"));
    assert_eq!(login.ends().await.code, Some(0));
}

#[tokio::test]
async fn a_code_works_once() {
    let scene = Scene::of("work").await;
    scene.upstream.next_on(Route::Token, "", Reply::json(400, json!({"error": "invalid_grant"})));
    scene.fails("used before or is too old").await;
}

#[tokio::test]
async fn an_issuer_in_trouble_is_distinguished_from_a_wrong_answer() {
    let scene = Scene::of("work").await;
    scene.upstream.next_on(Route::Token, "", Reply::json(503, json!({})));
    scene.fails("has trouble (503)").await;
    scene.upstream.next_on(Route::Token, "", Reply::cut_before_head());
    scene.fails("cannot be reached").await;
    scene.upstream.next_on(Route::Token, "", Reply::text(200, "text/html", "<h1>hello</h1>"));
    scene.fails("something unexpected").await;
}

#[tokio::test]
async fn a_clock_that_is_ahead_is_reported_and_nothing_is_stored() {
    let scene = Scene::of("work").await;
    scene.upstream.issuer().set_sign_in_expiry(1_000_000_000);
    scene.fails("clock is ahead").await;
}

#[tokio::test]
async fn a_callback_port_in_use_is_reported_with_the_alternative() {
    let mut scene = Scene::of("work").await;
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    scene.rotunda = scene.rotunda.env("ROTUNDA_LOGIN_PORT", &port);
    let ran = scene.rotunda.run(&["login", "--no-browser"]).await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("rotunda login --device"), "{ran:?}");
}

#[tokio::test]
async fn a_name_in_use_is_reported_before_a_browser_opens() {
    let scene = Scene::of("work").await;
    scene.rotunda.add(&scene.upstream, "home").await;
    let ran = scene.rotunda.run(&["login", "--no-browser", "--name", "Home"]).await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("Another profile has this name"), "{ran:?}");
    assert!(!ran.out.contains("http"), "{ran:?}");
}

#[tokio::test]
async fn a_device_code_is_polled_at_the_interval_of_the_issuer() {
    let scene = Scene::of("work").await;
    let slow = Reply::json(400, json!({"error": "slow_down"}));
    let once = std::sync::atomic::AtomicBool::new(true);
    scene.upstream.when(move |seen| {
        let polls = seen.path.ends_with("/deviceauth/token");
        (polls && once.swap(false, std::sync::atomic::Ordering::SeqCst)).then(|| slow.clone())
    });
    let mut login = scene.rotunda.talk(&["login", "--device", "--name", "work"]);
    login.hears("the page", |line| line.contains("/codex/device")).await;
    let code = login.hears("the code", |line| line.starts_with("ABCD-")).await;
    scene.upstream.issuer().confirm(&code);
    let ran = login.ends().await;
    assert_eq!((ran.code, ran.out.trim_end().lines().last()), (Some(0), Some("Added work.")));
    let polls =
        scene.upstream.received().into_iter().filter(|it| it.path.ends_with("/deviceauth/token"));
    assert_eq!(polls.count(), 2, "once too early, once after the code was typed");
    assert_eq!(scene.profiles().await.len(), 1);
    scene.keeps_its_secrets();
}

#[tokio::test]
async fn a_device_code_is_polled_until_it_is_confirmed() {
    let scene = Scene::of("work").await;
    let mut login = scene.rotunda.talk(&["login", "--device"]);
    let code = login.hears("the code", |line| line.starts_with("ABCD-")).await;
    rotunda_tests::eventually("three questions", || scene.upstream.issuer().polls().len() >= 3)
        .await;
    scene.upstream.issuer().confirm(&code);
    assert_eq!(login.ends().await.code, Some(0));
    let polls = scene.upstream.issuer().polls();
    for pair in polls.windows(2) {
        assert!(
            pair[1] - pair[0] >= Duration::from_secs(1),
            "the issuer said one second: {polls:?}"
        );
    }
}

#[tokio::test]
async fn device_codes_that_are_not_offered_or_expire_are_reported() {
    let scene = Scene::of("work").await;
    scene.upstream.when(|seen| {
        seen.path.ends_with("/usercode").then(|| Reply::json(404, json!({"detail": "Not Found"})))
    });
    let ran = scene.rotunda.run(&["login", "--device"]).await;
    assert!(ran.code == Some(1) && ran.err.contains("does not offer codes"), "{ran:?}");
    let scene = Scene::of("work").await;
    scene.upstream.when(|seen| {
        let ended = || Reply::json(400, json!({"error": {"code": "expired_token"}}));
        seen.path.ends_with("/deviceauth/token").then(ended)
    });
    let ran = scene.rotunda.run(&["login", "--device"]).await;
    assert!(ran.code == Some(1) && ran.err.contains("no longer valid"), "{ran:?}");
}

#[tokio::test]
async fn the_address_a_browser_ended_on_may_be_pasted() {
    let scene = Scene::of("work").await;
    let mut login = scene.rotunda.talk(&["login", "--no-browser", "--name", "work"]);
    let page = login.page().await;
    let back = Person::new().answer(&page, "allow").await;
    login.types("hello").await;
    login.types("http://127.0.0.1:1455/auth/callback?code=x&state=y").await;
    login.types(back.as_str()).await;
    let ran = login.ends().await;
    assert_eq!((ran.code, ran.out.trim_end().lines().last()), (Some(0), Some("Added work.")));
    assert!(ran.err.contains("not the address"), "{ran:?}");
    assert!(ran.err.contains("belongs to another sign-in"), "{ran:?}");
    scene.keeps_its_secrets();
}

#[tokio::test]
async fn ctrl_c_ends_a_sign_in_in_both_places() {
    let mut scene = Scene::of("work").await;
    scene.rotunda.serve().await;
    let mut login = scene.rotunda.talk(&["login", "--no-browser"]);
    let page = login.page().await;
    let back = Person::new().answer(&page, "allow").await;
    login.interrupt().await;
    let ran = login.ends().await;
    assert!(ran.code == Some(1) && ran.err.contains("cancelled"), "{ran:?}");
    let port = back.port().unwrap();
    let closed = tokio::net::TcpStream::connect(("127.0.0.1", port)).await;
    assert!(closed.is_err(), "nobody listens for a browser any more");
    assert!(scene.profiles().await.is_empty());
    scene.rotunda.stop().await;
}

/// The account's workspaces, as the backend lists them.
fn workspaces(scene: &Scene, all: &[(&'static str, &'static str)]) {
    let all: Vec<_> = all.iter().map(|(id, name)| json!({"id": id, "structure": "workspace", "plan_type": "team", "name": name})).collect();
    scene.upstream.when(move |seen| {
        (seen.route == Route::Accounts).then(|| Reply::json(200, json!({"accounts": all})))
    });
}

#[tokio::test]
async fn a_sign_in_with_several_workspaces_lets_the_user_choose() {
    let scene = Scene::of("one").await;
    scene.upstream.issuer().person_with("ada@example.test", &["account-one", "account-two"]);
    workspaces(&scene, &[("account-one", "Home"), ("account-two", "Acme")]);
    for (number, name, account) in
        [("2", "ada", "account-two"), ("1", "ada (Home · team)", "account-one")]
    {
        let mut login = scene.rotunda.talk(&["login", "--no-browser"]);
        let page = login.page().await;
        let person = Person::new();
        assert!(person.allows(&page).await.contains("Choose one in Rotunda"));
        login.hears("the choice", |line| line == "2  Acme · team").await;
        login.types("7").await;
        login.types(number).await;
        if number == "2" {
            // Tokens belong to one workspace, so the other needs its own.
            let page = login.page().await;
            assert!(page.contains("allowed_workspace_id=account-two"), "{page}");
            assert!(person.allows(&page).await.contains("ada is signed in"));
        }
        let ran = login.ends().await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let profiles = scene.profiles().await;
        let added = profiles.iter().find(|profile| profile["name"] == name);
        assert!(added.is_some(), "{profiles:?}");
        assert_eq!(added.unwrap()["email"], "ada@example.test");
        let last = scene.upstream.received_on(Route::Accounts).last().unwrap().clone();
        assert!(!last.bearer().is_empty(), "{account}");
    }
    assert_eq!(scene.profiles().await.len(), 2, "one address, two workspaces, two profiles");
}

#[tokio::test]
async fn signing_in_again_keeps_who_and_where_a_profile_is() {
    let scene = Scene::of("work").await;
    for name in ["first", "work", "last"] {
        scene.rotunda.add(&scene.upstream, name).await;
    }
    scene.rotunda.run(&["rename", "work", "office"]).await;
    let before = scene.profiles().await;
    let mut login = scene.rotunda.talk(&["login", "--no-browser", "--profile", "office"]);
    let shown = Person::new().allows(&login.page().await).await;
    assert!(shown.contains("office is signed in"), "{shown}");
    let ran = login.ends().await;
    assert!(ran.out.contains("office has a new sign-in and is ready."), "{ran:?}");
    assert_eq!(scene.profiles().await, before);
    // The account that is there already is not added twice either.
    scene.signs_in(&[]).await;
    assert_eq!(scene.profiles().await, before);
}

#[tokio::test]
async fn a_profile_does_not_become_another_account() {
    let scene = Scene::of("stranger").await;
    scene.rotunda.add(&scene.upstream, "work").await;
    let mut login = scene.rotunda.talk(&["login", "--no-browser", "--profile", "work"]);
    let shown = Person::new().allows(&login.page().await).await;
    assert!(shown.contains("another account than the one of work"), "{shown}");
    let ran = login.ends().await;
    assert!(ran.code == Some(1) && ran.err.contains("nothing was changed"), "{ran:?}");
    assert_eq!(scene.profiles().await.len(), 1);
}
