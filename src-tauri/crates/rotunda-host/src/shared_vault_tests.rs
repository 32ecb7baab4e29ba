use std::time::{Duration, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::*;
use crate::{home::Env, settings::VaultKind, vault::FileVault};

const WORK: ProfileId = ProfileId(7);

struct Rig {
    folder: tempfile::TempDir,
    vault: SharedVault,
}

impl Rig {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = Self::open(&folder);
        Self { folder, vault }
    }

    fn open(folder: &tempfile::TempDir) -> SharedVault {
        let at = |name: &str| folder.path().join(name).display().to_string();
        let env = Env::of([
            ("HOME", at("home")),
            ("ROTUNDA_HOME", at("rotunda")),
            ("CODEX_HOME", at("codex")),
        ]);
        let home = Home::from_env(&env).unwrap();
        home.create().unwrap();
        std::fs::create_dir_all(&home.codex_home).unwrap();
        let place = Arc::new(FileVault::at(&home.data.join("vault.json")));
        let own = OwnSignIn::new(&home, VaultKind::File);
        SharedVault::over(place, own, &home, Arc::new(|| UNIX_EPOCH + Duration::from_secs(1_000)))
    }

    fn codex_holds(&self, refresh: &str, account: &str) {
        self.codex_holds_of(refresh, account, "user-1");
    }

    fn codex_holds_of(&self, refresh: &str, account: &str, user: &str) {
        let file = json!({
            "auth_mode": "chatgpt",
            "tokens": {
                "access_token": access(refresh, user),
                "refresh_token": refresh, "account_id": account, "login_owner_id": "owner",
            },
            "last_refresh": "2026-11-01T00:00:00Z",
            "agent": {"since": 3},
        });
        std::fs::write(self.auth(), file.to_string()).unwrap();
    }

    fn auth(&self) -> PathBuf {
        self.folder.path().join("codex/auth.json")
    }

    fn codex(&self) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.auth()).unwrap()).unwrap()
    }

    async fn put(&self, refresh: &str) -> ChatGptCredential {
        let held = held(refresh);
        self.vault.put(WORK, Credential::ChatGpt(held.clone()), Map::new()).await.unwrap();
        held
    }

    async fn renew(&self, spent: &ChatGptCredential, made: &str) -> bool {
        let (made, id) = (held(made), Secret::new("id-2".to_owned()));
        let spent = spent.refresh.as_ref().unwrap();
        self.vault.renewing(WORK, &held(spent.expose())).await;
        self.vault.store(WORK, Credential::ChatGpt(made.clone())).await.unwrap();
        let (id_token, stored) = (Some(&id), Stored::Now);
        let made = Renewal { spent, made: &made, id_token, stored };
        self.vault.renewed(WORK, Some(made)).await
    }
}

/// An access token that came with a refresh token.
fn access(refresh: &str, user: &str) -> String {
    let auth = json!({"chatgpt_user_id": user});
    let claims = json!({"jti": refresh, "https://api.openai.com/auth": auth}).to_string();
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

fn held(refresh: &str) -> ChatGptCredential {
    ChatGptCredential {
        access: Secret::new(access(refresh, "user-1")),
        expires: None,
        refresh: Some(Secret::new(refresh.to_owned())),
        account_id: Some("acc-1".to_owned()),
    }
}

#[tokio::test]
async fn codex_gets_what_was_made_of_the_token_it_holds() {
    let rig = Rig::new();
    rig.codex_holds("r1", "acc-1");
    let first = rig.put("r1").await;
    assert!(rig.renew(&first, "r2").await);
    let file = rig.codex();
    assert_eq!(file["tokens"]["refresh_token"], "r2");
    assert_eq!(file["tokens"]["access_token"], access("r2", "user-1"));
    assert_eq!(file["tokens"]["id_token"], "id-2");
    assert_eq!(file["last_refresh"], "1970-01-01T00:16:40Z");
    assert_eq!(file["agent"]["since"], 3, "what else the file holds stays");
    assert_eq!(file["tokens"]["login_owner_id"], "owner");
}

#[tokio::test]
async fn a_sign_in_made_by_codex_is_not_changed() {
    let rig = Rig::new();
    rig.codex_holds("theirs", "acc-1");
    let before = std::fs::read(rig.auth()).unwrap();
    let first = rig.put("r1").await;
    assert!(!rig.renew(&first, "r2").await);
    assert_eq!(std::fs::read(rig.auth()).unwrap(), before);
    assert!(rig.vault.newer(WORK, &held("r2"), false).await.is_none());
}

#[tokio::test]
async fn what_codex_made_of_a_shared_token_is_used_before_ours_is_spent() {
    let rig = Rig::new();
    rig.codex_holds("r1", "acc-1");
    let first = rig.put("r1").await;
    assert!(rig.vault.newer(WORK, &first, false).await.is_none(), "it holds the same one");
    rig.codex_holds("r2", "acc-1");
    let newer = rig.vault.newer(WORK, &first, false).await.unwrap();
    assert_eq!(newer.refresh.unwrap().expose(), "r2");
}

/// Whenever the process ends: else what Codex holds would replace a new sign-in.
#[tokio::test]
async fn sharing_ends_before_another_sign_in_is_stored() {
    let rig = Rig::new();
    rig.codex_holds("r1", "acc-1");
    rig.put("r1").await;
    let note = rig.vault.notes.path(WORK, SHARED);
    assert!(note.exists());
    let place = rig.vault.place.write().await;
    let put = rig.vault.put(WORK, Credential::ChatGpt(held("s1")), Map::new());
    let is_gone = async {
        while note.exists() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = put => panic!("the place is not free"),
        () = is_gone => {}
    }
    drop(place);
}

#[tokio::test]
async fn a_sign_in_that_cannot_be_stored_leaves_the_former_one_shared() {
    let rig = Rig::new();
    rig.codex_holds("r1", "acc-1");
    rig.put("r1").await;
    let file = rig.folder.path().join("rotunda/data/vault.json");
    assert!(file.is_file(), "{}", file.display());
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    let put = rig.vault.put(WORK, Credential::ChatGpt(held("s1")), Map::new()).await;
    assert!(put.is_err() && rig.vault.notes.is_set(WORK, SHARED));
}

#[tokio::test]
async fn another_account_s_sign_in_is_never_taken() {
    let rig = Rig::new();
    rig.codex_holds("r1", "acc-1");
    let first = rig.put("r1").await;
    rig.codex_holds("r2", "acc-2");
    assert!(rig.vault.newer(WORK, &first, false).await.is_none());
    assert!(rig.vault.newer(WORK, &first, true).await.is_none());
}

#[tokio::test]
async fn another_member_of_the_same_workspace_is_another_account() {
    let rig = Rig::new();
    rig.codex_holds("r1", "acc-1");
    let first = rig.put("r1").await;
    rig.codex_holds_of("r2", "acc-1", "user-2");
    for refused in [false, true] {
        assert!(rig.vault.newer(WORK, &first, refused).await.is_none());
    }
}

#[tokio::test]
async fn tokens_without_an_account_are_not_adopted() {
    let rig = Rig::new();
    let opaque = ChatGptCredential { access: Secret::new("opaque".to_owned()), ..held("r1") };
    rig.codex_holds("r2", "acc-1");
    let put = |extra| rig.vault.put(WORK, Credential::ChatGpt(opaque.clone()), extra);
    put(Map::new()).await.unwrap();
    assert!(rig.vault.newer(WORK, &opaque, true).await.is_none());
    // The label of the item says it.
    let mut extra = Map::new();
    let user = Identity { user: Some("user-1".to_owned()), ..Identity::default() };
    label::write(&mut extra, &label::Label { identity: user, ..label::Label::default() });
    put(extra).await.unwrap();
    assert!(rig.vault.newer(WORK, &opaque, true).await.is_some());
}

#[tokio::test]
async fn a_refused_token_may_have_a_successor_at_codex_s() {
    let rig = Rig::new();
    let first = rig.put("r1").await;
    rig.codex_holds("r2", "acc-1");
    assert!(rig.vault.newer(WORK, &first, false).await.is_none(), "nobody knew they shared");
    assert!(rig.vault.newer(WORK, &first, true).await.is_some());
}

/// Its access token has ended, and its refresh token is the only one that is left.
#[tokio::test]
async fn an_ended_sign_in_of_codex_is_taken_after_a_refusal_only() {
    let rig = Rig::new();
    rig.codex_holds("r1", "acc-1");
    let first = rig.put("r1").await;
    let claims = json!({"exp": 900, "https://api.openai.com/auth": {"chatgpt_user_id": "user-1"}});
    let mut file = rig.codex();
    file["tokens"]["access_token"] =
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string())).into();
    file["tokens"]["refresh_token"] = "r2".into();
    std::fs::write(rig.auth(), file.to_string()).unwrap();
    assert!(rig.vault.newer(WORK, &first, false).await.is_none());
    let newer = rig.vault.newer(WORK, &first, true).await.unwrap();
    assert_eq!(newer.refresh.unwrap().expose(), "r2");
}

#[tokio::test]
async fn an_interrupted_renewal_is_reported_once() {
    let rig = Rig::new();
    let first = rig.put("r1").await;
    rig.vault.renewing(WORK, &first).await;
    let next = Rig::open(&rig.folder);
    assert_eq!(next.interrupted(), [WORK]);
    assert_eq!(next.interrupted(), []);
}

#[tokio::test]
async fn a_finished_renewal_is_not_reported() {
    let rig = Rig::new();
    let first = rig.put("r1").await;
    rig.renew(&first, "r2").await;
    rig.vault.renewing(WORK, &first).await;
    rig.vault.renewed(WORK, None).await;
    assert_eq!(rig.vault.interrupted(), []);
}

#[test]
fn a_file_that_is_no_sign_in_is_not_rewritten() {
    let (spent, made) = (Secret::new("r1".to_owned()), held("r2"));
    let handed = RenewedTokens { spent, made, id_token: None, stored: Stored::Now };
    for text in ["", "[]", "{}", r#"{"tokens": []}"#, r#"{"tokens": {"refresh_token": 1}}"#] {
        assert!(rewritten(text, &handed, UNIX_EPOCH).is_none(), "{text}");
    }
}

/// It would replace the living token by a dead one.
#[tokio::test]
async fn a_spent_token_that_codex_still_holds_is_not_newer() {
    let rig = Rig::new();
    rig.codex_holds("r1", "acc-1");
    let first = rig.put("r1").await;
    // Killed after the store, before the hand-over.
    rig.vault.renewing(WORK, &first).await;
    rig.vault.store(WORK, Credential::ChatGpt(held("r2"))).await.unwrap();
    let next = Rig::open(&rig.folder);
    assert!(next.newer(WORK, &held("r2"), false).await.is_none());
    assert!(next.newer(WORK, &held("r2"), true).await.is_none());
}

#[tokio::test]
async fn a_hand_over_that_failed_or_was_cut_off_is_made_up_for() {
    let rig = Rig::new();
    rig.codex_holds("r1", "acc-1");
    let first = rig.put("r1").await;
    rig.vault.renewing(WORK, &first).await;
    rig.vault.store(WORK, Credential::ChatGpt(held("r2"))).await.unwrap();
    let next = Rig::open(&rig.folder);
    assert!(next.settle().await.contains(&WORK), "Codex has it now");
    assert_eq!(rig.codex()["tokens"]["refresh_token"], "r2");
    assert!(next.settle().await.is_empty(), "once");
    // A sign-in of Codex's own is left alone, as ever.
    rig.vault.renewing(WORK, &held("r2")).await;
    rig.vault.store(WORK, Credential::ChatGpt(held("r3"))).await.unwrap();
    rig.codex_holds("theirs", "acc-1");
    assert!(rig.vault.settle().await.is_empty());
    assert_eq!(rig.codex()["tokens"]["refresh_token"], "theirs");
}
