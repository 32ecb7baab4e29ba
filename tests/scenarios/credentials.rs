//! Stored sign-ins: through a kill, beside Codex's own, and API keys.

use std::{fs, path::PathBuf};

use reqwest::Method;
use rotunda_tests::{
    Gate, Reply, Route, ScriptedUpstream, Whole,
    client::Ask,
    eventually, in_time, jwt,
    rig::{turn, user},
};
use serde_json::{Value, json};
use tempfile::TempDir;

struct Scene {
    upstream: ScriptedUpstream,
    rotunda: Whole,
    codex: TempDir,
}

impl Scene {
    async fn new() -> Self {
        let upstream = ScriptedUpstream::start().await;
        let codex = tempfile::tempdir().unwrap();
        // The log is searched as it is at its most talkative.
        let rotunda = Whole::new(&upstream, codex.path()).env("ROTUNDA_LOG", "trace");
        Self { upstream, rotunda, codex }
    }

    fn auth(&self) -> PathBuf {
        self.codex.path().join("auth.json")
    }

    /// Codex signs in, as its `codex login` would.
    fn codex_signs_in(&self, account: &str) {
        let tokens = self.upstream.issuer().sign_in(account, jwt::FAR);
        let auth = json!({
            "auth_mode": "chatgpt", "OPENAI_API_KEY": null,
            "tokens": {"id_token": jwt::identity(account), "access_token": tokens.access,
                       "refresh_token": tokens.refresh, "account_id": account},
            "last_refresh": "2026-11-20T00:00:00Z",
        });
        fs::write(self.auth(), auth.to_string()).unwrap();
    }

    fn codex_holds(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.auth()).unwrap()).unwrap()
    }

    /// Codex renews what it holds, as it does before it sends.
    async fn codex_renews(&self) {
        let mut file = self.codex_holds();
        let body = json!({"client_id": rotunda_router::CLIENT_ID, "grant_type": "refresh_token",
                          "refresh_token": file["tokens"]["refresh_token"]});
        let url = self.upstream.url("/oauth/token");
        let answer = Ask::new(Method::POST, url).json(&body).answer().await;
        assert_eq!(answer.status, 200, "the token in Codex's file is alive");
        let made: Value = serde_json::from_slice(&answer.body).unwrap();
        for token in ["access_token", "refresh_token", "id_token"] {
            file["tokens"][token] = made[token].clone();
        }
        fs::write(self.auth(), file.to_string()).unwrap();
    }

    /// Settings, store and log hold no token and no key, and the log no address.
    fn keeps_its_secrets(&self) {
        for (path, text) in self.rotunda.everything_but_the_vault() {
            for secret in ["rt-account-", "eyJ", "planted"] {
                assert!(!text.contains(secret), "{secret} in {}", path.display());
            }
            let is_log = path.extension().is_some_and(|extension| extension == "log");
            assert!(!is_log || !text.contains('@'), "an address in {}", path.display());
        }
    }

    fn ask(&self) -> Ask {
        let url = format!("{}/responses", self.rotunda.codex_url());
        Ask::new(Method::POST, url.parse().unwrap()).json(&turn(&[user("go on")]))
    }

    /// A turn for which upstream takes no token but a new one.
    async fn serves_after_a_401(&self, account: &str) {
        self.upstream.next(account, Reply::json(401, json!({"error": {"code": "token_expired"}})));
        assert_eq!(self.ask().answer().await.status, 200);
    }

    async fn activity_texts(&self, kind: &str) -> Vec<String> {
        in_time(&format!("activity to tell {kind}"), async {
            loop {
                let ran = self.rotunda.run(&["activity", "--json"]).await;
                let lines = ran.out.lines();
                let lines = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
                let texts = lines.filter(|line| line["kind"] == kind);
                let texts = texts.filter_map(|line| line["text"].as_str().map(str::to_owned));
                let texts: Vec<String> = texts.collect();
                if !texts.is_empty() {
                    return texts;
                }
            }
        })
        .await
    }
}

#[tokio::test]
async fn a_kill_between_the_issuers_answer_and_the_store_is_reported_by_profile_name() {
    let mut scene = Scene::new().await;
    scene.rotunda.add(&scene.upstream, "work").await;
    scene.rotunda.add(&scene.upstream, "home").await;
    scene.rotunda = scene.rotunda.env("ROTUNDA_HALT_AT", "vault.renewed");
    scene.rotunda.serve().await;
    scene.rotunda.run(&["use", "work"]).await;
    let refused = Reply::json(401, json!({"error": {"code": "token_expired"}}));
    scene.upstream.next("account-work", refused);
    let asking = tokio::spawn(scene.ask().answer());
    eventually("the issuer to be asked", || scene.upstream.issuer().offers("account-work") == 1)
        .await;
    scene.rotunda.kill().await;
    asking.abort();

    scene.rotunda = scene.rotunda.env("ROTUNDA_HALT_AT", "");
    scene.rotunda.serve().await;
    let texts = scene.activity_texts("interrupted").await;
    assert_eq!(texts.len(), 1);
    assert!(texts[0].contains("sign-in of work"), "{texts:?}");
    assert!(texts[0].contains("rotunda login --profile work"), "{texts:?}");
    let profiles = scene.rotunda.run(&["profiles", "--json"]).await.json();
    assert_eq!(profiles.as_array().unwrap().len(), 2, "nothing else is lost: {profiles}");
    // The spent token is refused, and the other profile serves the same turn.
    scene.serves_after_a_401("account-work").await;
    let texts = scene.activity_texts("needs_sign_in").await;
    assert!(texts[0].contains("work needs a new sign-in"), "{texts:?}");
    assert_eq!(scene.rotunda.stop().await, Some(0));
    scene.keeps_its_secrets();
}

#[tokio::test]
async fn one_sign_in_shared_with_codex_is_renewed_by_one_at_a_time() {
    let mut scene = Scene::new().await;
    scene.codex_signs_in("account-work");
    let path = scene.auth().display().to_string();
    let ran = scene.rotunda.run(&["import", &path, "--name", "work"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.err.contains("rotunda login"), "a sign-in of its own is offered: {ran:?}");
    scene.rotunda.serve().await;

    // We renew, and Codex's file holds a live token afterwards.
    scene.serves_after_a_401("account-work").await;
    assert_eq!(scene.upstream.issuer().offers("account-work"), 1);
    scene.activity_texts("handed_over").await;
    assert_eq!(scene.codex_holds()["tokens"]["account_id"], "account-work");

    // Codex renews, and we take what it made instead of spending a dead token.
    scene.codex_renews().await;
    let offers = scene.upstream.issuer().offers("account-work");
    scene.serves_after_a_401("account-work").await;
    assert_eq!(scene.upstream.issuer().offers("account-work"), offers, "nothing was spent");
    scene.activity_texts("adopted").await;
    assert_eq!(scene.rotunda.stop().await, Some(0));
    assert!(scene.rotunda.log().contains("router listens"), "there is a log to be searched");
    scene.keeps_its_secrets();
}

#[tokio::test]
async fn the_sign_in_of_codex_for_the_same_account_is_not_changed() {
    let mut scene = Scene::new().await;
    scene.codex_signs_in("account-work");
    scene.rotunda.add(&scene.upstream, "work").await;
    let before = fs::read(scene.auth()).unwrap();
    scene.rotunda.serve().await;
    scene.serves_after_a_401("account-work").await;
    assert_eq!(scene.upstream.issuer().offers("account-work"), 1, "its own was renewed");
    assert_eq!(fs::read(scene.auth()).unwrap(), before);
    assert_eq!(scene.rotunda.stop().await, Some(0));
}

#[tokio::test]
async fn a_key_is_tried_before_it_is_added_and_shown_nowhere() {
    let scene = Scene::new().await;
    let mut adding = scene.rotunda.talk(&["add-key", "--name", "spare"]);
    adding.types("sk-test-planted").await;
    let ran = adding.ends().await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("Added spare."), "{ran:?}");
    assert!(ran.err.contains("billed per token"), "{ran:?}");
    let requests = scene.upstream.received_on(Route::Models);
    assert_eq!(requests.len(), 1, "one free question");
    let profiles = scene.rotunda.run(&["profiles", "--json"]).await;
    assert_eq!(profiles.json()[0]["kind"], "api_key");
    assert!(!profiles.out.contains("planted"));
    scene.keeps_its_secrets();

    let mut again = scene.rotunda.talk(&["add-key"]);
    again.types("sk-test-planted").await;
    let ran = again.ends().await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("there already, as spare"), "{ran:?}");
}

/// A shell in a terminal of its own, with Rotunda's surroundings.
#[cfg(target_os = "linux")]
fn in_a_terminal(rotunda: &rotunda_tests::Whole, shell: &str) -> rotunda_tests::Talk {
    let ours = rotunda.command(&[]);
    let ours = ours.as_std();
    let mut script = tokio::process::Command::new("script");
    // What stands behind `-c` is run in the terminal; what it shows is its output.
    script.args(["-q", "-e", "-c", shell, "/dev/null"]).env_clear().kill_on_drop(true);
    let variables = ours.get_envs().filter_map(|(name, value)| Some((name, value?)));
    script.envs(variables).env("ROTUNDA_PROGRAM", ours.get_program()).env("SHELL", "/bin/sh");
    script.stdin(std::process::Stdio::piped());
    script.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    rotunda_tests::Talk::with(script.spawn().unwrap())
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_key_typed_at_a_terminal_does_not_show() {
    let scene = Scene::new().await;
    let shell = "\"$ROTUNDA_PROGRAM\" add-key --name spare; stty -a";
    let mut adding = in_a_terminal(&scene.rotunda, shell);
    adding.hears("the question", |line| line.contains("It does not show.")).await;
    adding.types("sk-test-planted").await;
    let added = adding.hears("the end", |line| line.contains("Added spare.")).await;
    assert!(!added.contains("planted"));
    let ran = adding.ends().await;
    assert!(!ran.out.contains("planted"), "{ran:?}");
    assert!(ran.out.contains(" echo "), "what is typed next shows: {ran:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn ctrl_c_at_the_key_leaves_the_terminal_as_it_was() {
    let scene = Scene::new().await;
    // The shell gets SIGINT as well, and continues.
    let shell = "trap : INT; \"$ROTUNDA_PROGRAM\" add-key; echo ended $?; stty -a";
    let mut adding = in_a_terminal(&scene.rotunda, shell);
    adding.hears("the question", |line| line.contains("It does not show.")).await;
    adding.presses("half a ke\u{3}").await;
    adding.hears("the end", |line| line.contains("No key was added.")).await;
    adding.hears("its code", |line| line.contains("ended 1")).await;
    let ran = adding.ends().await;
    assert!(ran.out.contains(" echo ") && !ran.out.contains("-echo "), "{ran:?}");
    assert!(!ran.out.contains("half a"), "{ran:?}");
    assert_eq!(scene.rotunda.run(&["profiles", "--json"]).await.json(), json!([]));
}

#[tokio::test]
async fn a_key_that_is_refused_or_is_none_adds_nothing() {
    let scene = Scene::new().await;
    let refused = Reply::json(401, json!({"error": {"code": "invalid_api_key"}}));
    scene.upstream.when(move |seen| (seen.route == Route::Models).then(|| refused.clone()));
    for (key, sentence) in
        [("sk-test-bad", "OpenAI refused this key"), ("two words", "not an API key")]
    {
        let mut adding = scene.rotunda.talk(&["add-key", "--name", "spare"]);
        adding.types(key).await;
        let ran = adding.ends().await;
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.err.contains(sentence), "{ran:?}");
    }
    assert_eq!(scene.rotunda.run(&["profiles", "--json"]).await.json(), json!([]));
}

#[tokio::test]
async fn the_vault_is_not_moved_while_a_variable_sets_it() {
    let scene = Scene::new().await;
    let ran = scene.rotunda.run(&["vault", "move", "keychain"]).await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("ROTUNDA_VAULT"), "{ran:?}");
}

/// The renewal of the old sign-in must not be stored over the new one.
#[tokio::test]
async fn a_new_sign_in_waits_for_the_renewal_of_the_old_one() {
    let mut scene = Scene::new().await;
    scene.rotunda.add(&scene.upstream, "work").await;
    scene.rotunda.serve().await;
    let gate = Gate::closed();
    let refused = Reply::json(401, json!({"error": {"code": "token_expired"}}));
    scene.upstream.next("account-work", refused);
    let old = scene.upstream.issuer().sign_in("account-work", jwt::FAR);
    let made = json!({"access_token": old.access, "refresh_token": old.refresh});
    scene.upstream.issuer().next("account-work", Reply::json(200, made).head_after(&gate));
    let asking = tokio::spawn(scene.ask().answer());
    gate.reached().await;
    scene.codex_signs_in("account-work");
    let wanted = scene.codex_holds()["tokens"]["refresh_token"].clone();
    let path = scene.auth().display().to_string();
    let importing = scene.rotunda.talk(&["import", &path]);
    // Gone as far as it can: the sign-in was read, and waits for its turn.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    gate.open();
    assert_eq!(importing.ends().await.code, Some(0));
    asking.await.unwrap();
    let vault = fs::read_to_string(scene.rotunda.home().join("rotunda/data/vault.json"));
    let vault = vault.unwrap_or_default();
    assert!(vault.contains(wanted.as_str().unwrap()), "the new sign-in is the one that is kept");
    assert!(!vault.contains(&old.refresh), "the old one is gone");
    assert_eq!(scene.rotunda.stop().await, Some(0));
}

#[tokio::test]
async fn settings_are_exported_without_sign_ins() {
    let scene = Scene::new().await;
    scene.rotunda.add(&scene.upstream, "work").await;
    scene.rotunda.add(&scene.upstream, "home").await;
    scene.rotunda.run(&["rename", "work", "office"]).await;
    scene.rotunda.run(&["pause", "home"]).await;
    let file = scene.rotunda.home().join("carried.json").display().to_string();
    let ran = scene.rotunda.run(&["export", &file]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let text = fs::read_to_string(&file).unwrap();
    for secret in ["account-", "rt-", "eyJ", "@", "http"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let again = scene.rotunda.run(&["export", &file]).await;
    assert_eq!(again.code, Some(1), "it is not written over: {again:?}");

    // Another machine, with one of the accounts under another name.
    let other = Whole::new(&scene.upstream, scene.codex.path());
    other.add(&scene.upstream, "work").await;
    let ran = other.run(&["import-settings", &file]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("1 profile that is here"), "{ran:?}");
    let profiles = other.run(&["profiles", "--json"]).await.json();
    assert_eq!(profiles[0]["name"], "office", "{profiles}");

    fs::write(&file, "{}").unwrap();
    let ran = other.run(&["import-settings", &file]).await;
    assert_eq!((ran.code, ran.err.contains("not a file of `rotunda export`")), (Some(1), true));
}
