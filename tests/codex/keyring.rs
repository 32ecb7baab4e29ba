//! The real client with its sign-in in a real keychain, and Rotunda beside it.
//!
//! Only where `installers/groups/keyring.sh` made a session bus and a keychain
//! for it: never in the keychain of the user who runs the tests.

use std::process::Command;

use reqwest::Method;
use rotunda_tests::{
    Reply, ScriptedUpstream, Talk, Whole,
    client::Ask,
    in_time, jwt,
    rig::{turn, user},
};
use serde_json::{Value, json};

use crate::{client::CodexHome, sign_in::code_in};

const ACCOUNT: &str = "account-work";

fn is_wanted() -> bool {
    std::env::var_os("ROTUNDA_TEST_KEYRING").is_some_and(|value| value == "1")
}

/// Where the keychain is.
fn bus() -> (&'static str, String) {
    let name = "DBUS_SESSION_BUS_ADDRESS";
    (name, std::env::var(name).expect("a session bus of its own"))
}

/// A client that keeps its sign-in in the keychain, and Rotunda that does, too.
struct Scene {
    upstream: ScriptedUpstream,
    codex: CodexHome,
    rotunda: Whole,
}

impl Scene {
    async fn signed_in(storage: &str) -> Self {
        let upstream = ScriptedUpstream::start().await;
        upstream.issuer().person(ACCOUNT);
        let mut codex = CodexHome::new(&upstream);
        codex.sign_out();
        codex.env(bus());
        codex.configure(&format!("cli_auth_credentials_store = \"{storage}\""));
        codex.configure(&format!("openai_base_url = \"{}/codex\"", upstream.url("/0123")));
        let login = ["login", "--device-auth", "--experimental_issuer", codex.issuer()];
        let mut login = Talk::with(codex.command(&login).spawn().unwrap());
        let line = login.hears("the code", |line| code_in(line).is_some()).await;
        upstream.issuer().confirm(&code_in(&line).unwrap());
        let ran = login.ends().await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(!codex.codex_home().join("auth.json").exists(), "it is in the keychain");
        let (name, address) = bus();
        let rotunda = Whole::new(&upstream, &codex.codex_home())
            .env(name, &address)
            .env("ROTUNDA_VAULT", "keychain")
            .env("ROTUNDA_LOG", "trace");
        Self { upstream, codex, rotunda }
    }

    /// What any program finds in the keychain of a service.
    fn items(service: &str) -> String {
        let mut search = Command::new("secret-tool");
        let found = search.args(["search", "--all", "service", service]).output().unwrap();
        String::from_utf8(found.stdout).unwrap() + &String::from_utf8(found.stderr).unwrap()
    }

    /// The client's item, of which there is one, and its attributes.
    fn item() -> (Value, Vec<String>) {
        let found = Self::items("Codex Auth");
        let secrets: Vec<_> =
            found.lines().filter_map(|line| line.strip_prefix("secret = ")).collect();
        let [secret] = secrets[..] else { panic!("not one item: {found}") };
        let attributes = found.lines().filter(|line| line.starts_with("attribute."));
        let mut attributes: Vec<_> = attributes.map(str::to_owned).collect();
        attributes.sort();
        (serde_json::from_str(secret).unwrap(), attributes)
    }

    /// A turn through Rotunda for which upstream takes no token but a new one.
    async fn rotunda_serves_after_a_401(&self) {
        self.upstream.next(ACCOUNT, refused());
        let url = format!("{}/responses", self.rotunda.codex_url()).parse().unwrap();
        let answer = Ask::new(Method::POST, url).json(&turn(&[user("hi")])).answer().await;
        assert!(answer.text().contains("hello from work"), "{}", answer.text());
    }

    /// The tokens that were offered to the issuer for new ones.
    fn spent(&self) -> Vec<String> {
        let requests = self.upstream.issuer().requests();
        requests.iter().map(|it| it["refresh_token"].as_str().unwrap().to_owned()).collect()
    }

    async fn activity_text(&self, kind: &str) -> String {
        in_time(&format!("activity to tell {kind}"), async {
            loop {
                let ran = self.rotunda.run(&["activity", "--json"]).await;
                let mut lines = ran.out.lines().map(|line| serde_json::from_str(line).unwrap());
                if let Some(line) = lines.find(|line: &Value| line["kind"] == kind) {
                    return line["text"].as_str().unwrap().to_owned();
                }
            }
        })
        .await
    }
}

fn refused() -> Reply {
    Reply::json(401, json!({"error": {"code": "token_expired"}}))
}

fn refresh_of(item: &Value) -> String {
    item["tokens"]["refresh_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn keyring_and_rotunda_renew_one_sign_in_one_at_a_time() {
    if !is_wanted() {
        return;
    }
    let mut scene = Scene::signed_in("keyring").await;
    let (first, attributes) = Scene::item();

    // Seen and shown, imported by its number, and listed with its kind.
    let listed = scene.rotunda.run(&["import"]).await;
    assert_eq!(listed.code, Some(0), "{listed:?}");
    assert!(listed.out.contains("Codex Auth (keychain)"), "{listed:?}");
    assert!(listed.out.contains(&jwt::email(ACCOUNT)), "{listed:?}");
    let ran = scene.rotunda.run(&["import", "--found", "1", "--name", "work"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.err.contains("(recommended): `rotunda login`"), "{ran:?}");
    assert!(ran.err.contains("Codex's own"), "{ran:?}");
    let shown = scene.rotunda.run(&["profiles"]).await.out;
    assert!(shown.contains("(Codex's own sign-in)"), "{shown}");
    assert!(!scene.codex.codex_home().join("auth.json").exists());

    // Rotunda renews: the very item has what came of it, all else is as it was.
    scene.rotunda.serve().await;
    scene.rotunda_serves_after_a_401().await;
    assert_eq!(scene.spent(), [refresh_of(&first)]);
    assert!(scene.activity_text("handed_over").await.contains("work"));
    let (second, after) = Scene::item();
    assert_ne!(refresh_of(&second), refresh_of(&first));
    assert_eq!(after, attributes, "the same item");
    let kept = |item: &Value| {
        let mut item = item.clone();
        for token in ["access_token", "refresh_token", "id_token"] {
            item["tokens"][token].take();
        }
        item["last_refresh"].take();
        item
    };
    assert_eq!(kept(&second), kept(&first));

    // The real client sends with it, and spends nothing.
    scene.codex.exec("hi").await.is_one_clean_turn(&["hello from work"]);
    assert_eq!(scene.spent().len(), 1);
    let sent = scene.upstream.attempts().last().unwrap().header("authorization").to_owned();
    assert_eq!(sent, format!("Bearer {}", second["tokens"]["access_token"].as_str().unwrap()));

    // It renews what it was handed, and Rotunda takes over what came of that.
    scene.upstream.always_on(rotunda_tests::Route::Upgrade, ACCOUNT, Reply::json(426, json!({})));
    // The first refusal makes it read the keychain again, the second one renew.
    scene.upstream.next(ACCOUNT, refused());
    scene.upstream.next(ACCOUNT, refused());
    scene.codex.exec("again").await.is_one_clean_turn(&["hello from work"]);
    assert_eq!(scene.spent(), [refresh_of(&first), refresh_of(&second)]);
    let (third, _) = Scene::item();
    scene.rotunda_serves_after_a_401().await;
    assert_eq!(scene.spent().len(), 2, "nothing was spent");
    assert!(scene.activity_text("adopted").await.contains("work"));
    assert_eq!(Scene::item().0, third, "what Codex holds is left alone");
    let ours = Scene::items("Rotunda");
    assert!(ours.contains(&refresh_of(&third)), "Rotunda has it now");

    // Gone from here, and Codex is still signed in.
    assert_eq!(scene.rotunda.run(&["remove", "work"]).await.code, Some(0));
    assert_eq!(scene.rotunda.stop().await, Some(0));
    assert!(!Scene::items("Rotunda").contains("refresh"), "{}", Scene::items("Rotunda"));
    assert!(scene.codex.run(&["login", "status"]).await.status.success());
    for (path, text) in scene.rotunda.everything_but_the_vault() {
        for secret in ["rt-account-", "eyJ"] {
            assert!(!text.contains(secret), "{secret} in {}", path.display());
        }
    }
    assert!(scene.codex.run(&["logout"]).await.status.success());
}

#[tokio::test]
async fn keyring_is_the_store_of_codex_also_with_auto() {
    if !is_wanted() {
        return;
    }
    let scene = Scene::signed_in("auto").await;
    let listed = scene.rotunda.run(&["import"]).await;
    assert!(listed.out.contains("Codex Auth (keychain)"), "{listed:?}");
    // With the file as its choice, the client does not look at the item.
    let config = std::fs::read_to_string(scene.codex.config()).unwrap();
    std::fs::write(scene.codex.config(), config.replace("\"auto\"", "\"file\"")).unwrap();
    assert!(!scene.codex.run(&["login", "status"]).await.status.success());
    let listed = scene.rotunda.run(&["import"]).await;
    assert!(!listed.out.contains("keychain)"), "{listed:?}");
    std::fs::write(scene.codex.config(), config).unwrap();
    assert!(scene.codex.run(&["logout"]).await.status.success());
}
