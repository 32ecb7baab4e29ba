//! Who a sign-in belongs to: a user in a workspace.

use std::{fs, path::Path};

use reqwest::Method;
use rotunda_tests::{
    Person, Reply, ScriptedUpstream, Whole,
    client::Ask,
    jwt,
    rig::{turn, user},
};
use serde_json::{Value, json};
use tempfile::TempDir;

const TEAM: &str = "account-team";

/// One sign-in of one user, as it stands in an `auth.json`.
#[derive(Debug, Clone, Copy)]
struct Member {
    user: Option<&'static str>,
    email: Option<&'static str>,
    /// Ends the refresh token: no two sign-ins have the same.
    number: u32,
}

const ADA: Member = Member { user: Some("user-ada"), email: Some("ada@mail.invalid"), number: 1 };
const BOB: Member = Member { user: Some("user-bob"), email: Some("bob@mail.invalid"), number: 2 };

impl Member {
    fn claims(self, expires: u64) -> Value {
        let mut auth = json!({"chatgpt_account_id": TEAM, "chatgpt_plan_type": "team"});
        if let Some(user) = self.user {
            auth["chatgpt_user_id"] = user.into();
        }
        let mut claims = json!({"exp": expires, "jti": self.number.to_string(),
                                "https://api.openai.com/auth": auth});
        if let Some(email) = self.email {
            claims["email"] = email.into();
            claims["https://api.openai.com/profile"] = json!({"email": email});
        }
        claims
    }

    fn access(self) -> String {
        jwt::unsigned(&self.claims(jwt::FAR))
    }

    fn refresh(self) -> String {
        format!("rt-{TEAM}-{}", self.number)
    }

    fn auth(self) -> Value {
        json!({"auth_mode": "chatgpt", "OPENAI_API_KEY": null, "tokens": {
            "id_token": jwt::unsigned(&self.claims(jwt::FAR)), "access_token": self.access(),
            "refresh_token": self.refresh(), "account_id": TEAM,
        }})
    }

    fn write(self, file: &Path) {
        fs::write(file, self.auth().to_string()).unwrap();
    }
}

struct Scene {
    upstream: ScriptedUpstream,
    rotunda: Whole,
    codex: TempDir,
}

impl Scene {
    async fn new() -> Self {
        let upstream = ScriptedUpstream::start().await;
        let codex = tempfile::tempdir().unwrap();
        let rotunda = Whole::new(&upstream, codex.path());
        Self { upstream, rotunda, codex }
    }

    fn codex_is(&self, member: Member) {
        member.write(&self.codex.path().join("auth.json"));
    }

    async fn import(&self, member: Member, arguments: &[&str]) -> rotunda_tests::Ran {
        let file = self.rotunda.home().join(format!("auth-{}.json", member.number));
        member.write(&file);
        let path = file.to_string_lossy().into_owned();
        self.rotunda.run(&[&["import", &path], arguments].concat()).await
    }

    /// Imports, expects success, and returns the output.
    async fn imports(&self, member: Member, name: &str) -> String {
        let ran = self.import(member, &["--name", name]).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.out
    }

    async fn names(&self) -> Vec<String> {
        let profiles = self.rotunda.run(&["profiles", "--json"]).await.json();
        let profiles = profiles.as_array().unwrap().iter();
        profiles.map(|profile| profile["name"].as_str().unwrap().to_owned()).collect()
    }

    async fn shown(&self) -> String {
        self.rotunda.run(&["profiles"]).await.out
    }

    fn ask(&self) -> Ask {
        let url = format!("{}/responses", self.rotunda.codex_url());
        Ask::new(Method::POST, url.parse().unwrap()).json(&turn(&[user("go on")]))
    }

    fn vault(&self) -> String {
        fs::read_to_string(self.rotunda.home().join("rotunda/data/vault.json")).unwrap()
    }
}

fn is_own(shown: &str, name: &str) -> bool {
    let mut lines = shown.lines().filter(|line| line.contains(&format!(" {name} ")));
    lines.next().unwrap().contains("(Codex's own sign-in)")
}

#[tokio::test]
async fn members_of_one_workspace_get_a_profile_each_also_without_addresses() {
    let scene = Scene::new().await;
    let nameless = |member| Member { email: None, ..member };
    scene.imports(nameless(ADA), "ada").await;
    scene.imports(nameless(BOB), "bob").await;
    assert_eq!(scene.names().await, ["ada", "bob"]);
    for member in [ADA, BOB] {
        assert!(scene.vault().contains(&member.refresh()), "{member:?}");
    }
    // Without a user id the owner is not known: nothing is overwritten.
    let unknown = |number| Member { user: None, email: None, number };
    scene.imports(unknown(3), "third").await;
    scene.imports(unknown(4), "fourth").await;
    assert_eq!(scene.names().await, ["ada", "bob", "third", "fourth"]);
    // Equal tokens are the same sign-in.
    let again = scene.import(unknown(4), &[]).await;
    assert!(again.out.contains("fourth was there already"), "{again:?}");
    assert_eq!(scene.names().await.len(), 4);
}

#[tokio::test]
async fn a_new_address_of_the_same_user_is_the_same_profile() {
    let scene = Scene::new().await;
    scene.imports(ADA, "ada").await;
    let moved = Member { email: Some("countess@mail.invalid"), number: 5, ..ADA };
    let ran = scene.import(moved, &[]).await;
    assert!(ran.out.contains("ada was there already"), "{ran:?}");
    let profiles = scene.rotunda.run(&["profiles", "--json"]).await.json();
    assert_eq!(profiles.as_array().unwrap().len(), 1);
    assert_eq!(profiles[0]["email"], "countess@mail.invalid");
}

#[tokio::test]
async fn only_the_user_of_codex_is_marked_as_its_sign_in() {
    let mut scene = Scene::new().await;
    scene.codex_is(ADA);
    scene.imports(Member { number: 11, ..ADA }, "ada").await;
    scene.imports(BOB, "bob").await;
    let check = |shown: String| {
        assert!(is_own(&shown, "ada") && !is_own(&shown, "bob"), "{shown}");
    };
    check(scene.shown().await);
    scene.rotunda.serve().await;
    check(scene.shown().await);
    // Codex signs in as the other one.
    scene.codex_is(BOB);
    rotunda_tests::in_time("the mark to move", async {
        while !is_own(&scene.shown().await, "bob") {}
    })
    .await;
    assert!(!is_own(&scene.shown().await, "ada"));
    assert_eq!(scene.rotunda.stop().await, Some(0));
}

#[tokio::test]
async fn a_refused_member_is_not_served_with_the_sign_in_of_another_one() {
    let mut scene = Scene::new().await;
    scene.codex_is(ADA);
    scene.imports(BOB, "bob").await;
    scene.rotunda.serve().await;
    // The issuer knows nothing of Bob's refresh token.
    let refused = Reply::json(401, json!({"error": {"code": "token_expired"}}));
    scene.upstream.next(TEAM, refused);
    let answer = scene.ask().answer().await;
    assert_ne!(answer.status, 200, "{}", answer.text());
    let ada = ADA.access();
    let foreign = scene.upstream.received().into_iter().find(|seen| seen.bearer() == ada);
    assert!(foreign.is_none(), "a request of Bob's went out as Ada: {foreign:?}");
    let activity = scene.rotunda.run(&["activity"]).await.out;
    assert!(!activity.contains("Took over"), "{activity}");
    assert!(!scene.vault().contains(&ADA.refresh()), "Ada's sign-in became Bob's");
    assert_eq!(scene.rotunda.stop().await, Some(0));
}

#[tokio::test]
async fn signing_in_again_with_a_new_address_is_not_refused() {
    let scene = Scene::new().await;
    scene.rotunda.add(&scene.upstream, "work").await;
    scene.upstream.issuer().person_with("new-name@mail.invalid", &["account-work"]);
    let mut login = scene.rotunda.talk(&["login", "--no-browser", "--profile", "work"]);
    let shown = Person::new().allows(&login.page().await).await;
    assert!(shown.contains("work is signed in"), "{shown}");
    assert_eq!(login.ends().await.code, Some(0));
    let profiles = scene.rotunda.run(&["profiles", "--json"]).await.json();
    assert_eq!(profiles[0]["email"], "new-name@mail.invalid");
    assert_eq!(profiles.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn signing_in_again_as_another_member_is_refused() {
    let scene = Scene::new().await;
    // The harness names the user after the account, so this one is another.
    scene.upstream.issuer().person_with("ada@mail.invalid", &[TEAM]);
    scene.imports(ADA, "ada").await;
    let before = scene.vault();
    let mut login = scene.rotunda.talk(&["login", "--no-browser", "--profile", "ada"]);
    let shown = Person::new().allows(&login.page().await).await;
    assert!(shown.contains("another account than the one of ada"), "{shown}");
    assert_eq!(login.ends().await.code, Some(1));
    assert_eq!(scene.vault(), before, "nothing was replaced");
}

/// A database of version 0.1, which knew no user ids.
fn make_old(scene: &Scene) {
    let file = scene.rotunda.home().join("rotunda/data/rotunda.db");
    let connection = rusqlite::Connection::open(file).unwrap();
    connection
        .execute_batch(
            "DROP INDEX profiles_by_identity; ALTER TABLE profiles DROP COLUMN user_id;
             PRAGMA user_version = 5;",
        )
        .unwrap();
}

#[tokio::test]
async fn profiles_of_an_earlier_version_learn_their_user_from_their_tokens() {
    let scene = Scene::new().await;
    scene.imports(ADA, "ada").await;
    make_old(&scene);
    assert_eq!(scene.names().await, ["ada"], "it can be read before it is updated");
    // Only the tokens identify the account, not the address.
    let moved = Member { email: Some("countess@mail.invalid"), number: 5, ..ADA };
    let ran = scene.import(moved, &[]).await;
    assert!(ran.out.contains("ada was there already"), "{ran:?}");
    scene.imports(BOB, "bob").await;
    assert_eq!(scene.names().await, ["ada", "bob"]);
}

#[tokio::test]
async fn an_account_that_is_disabled_where_it_comes_from_is_imported_as_paused() {
    let scene = Scene::new().await;
    let folder = scene.codex.path().join("multi-auth");
    fs::create_dir_all(&folder).unwrap();
    let account = |member: Member, label: &str, enabled: bool| {
        json!({"accountId": TEAM, "email": member.email, "accountLabel": label,
               "accessToken": member.access(), "refreshToken": member.refresh(),
               "addedAt": 1, "lastUsed": 1, "enabled": enabled})
    };
    let content = json!({"version": 3, "activeIndex": 0,
        "accounts": [account(ADA, "ada", false), account(BOB, "bob", true)]});
    fs::write(folder.join("openai-codex-accounts.json"), content.to_string()).unwrap();
    let shown = scene.rotunda.run(&["import"]).await;
    assert_eq!(shown.out.matches("disabled in codex-multi-auth").count(), 1, "{}", shown.out);
    let ran = scene.rotunda.run(&["import", "--found", "all"]).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let profiles = scene.rotunda.run(&["profiles", "--json"]).await.json();
    assert_eq!((&profiles[0]["name"], &profiles[0]["standing"]), (&json!("ada"), &json!("paused")));
    assert_eq!((&profiles[1]["name"], &profiles[1]["standing"]), (&json!("bob"), &json!("ready")));
}
