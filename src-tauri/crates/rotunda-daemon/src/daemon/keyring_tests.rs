//! The move of sign-ins between a real keychain and a file. Only where a script
//! made a keychain for the test and says so.

use std::{fs, path::Path};

use rotunda_core::{Credential, ProfileId};
use rotunda_host::{
    home::{CODEX_HOME, Env, Home, ROTUNDA_HOME},
    settings::{self, VaultKind},
    testing::keyring::{found_by_others, is_encrypted, is_wanted},
    vault::open,
};
use serde_json::json;

use crate::daemon::Services;

/// Nothing is planted twice: these stand nowhere but in a vault.
const PLANTED: [&str; 2] = ["planted-refresh", "planted-access"];

/// A daemon that keeps sign-ins where the settings say, with one to keep.
struct Scene {
    _root: tempfile::TempDir,
    home: Home,
    env: Env,
    daemon: std::sync::Arc<Services>,
    id: ProfileId,
}

impl Scene {
    async fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let codex = root.path().join("codex");
        fs::create_dir(&codex).unwrap();
        let ours = root.path().join("rotunda");
        let env = Env::of([(ROTUNDA_HOME, ours.as_path()), (CODEX_HOME, codex.as_path())]);
        let home = Home::from_env(&env).unwrap();
        home.create().unwrap();
        let daemon = Services::open(home.clone(), env.clone()).unwrap();
        // Longer than one item holds.
        let access = format!("{}-{}", PLANTED[1], "a".repeat(3000));
        let auth = json!({
            "auth_mode": "chatgpt", "OPENAI_API_KEY": null,
            "tokens": {"id_token": "", "access_token": access, "refresh_token": PLANTED[0],
                       "account_id": "acc-1"},
        });
        let file = root.path().join("auth.json");
        fs::write(&file, auth.to_string()).unwrap();
        let added = daemon.imports.import(file.clone(), Some("work".to_owned())).await.unwrap();
        fs::remove_file(file).unwrap();
        Self { _root: root, home, env, daemon, id: added.id }
    }

    /// How many items of each name another program finds in the keychain.
    fn items(&self) -> [usize; 3] {
        ["", "/access", "/access/1"].map(|part| {
            let found = found_by_others(&format!("{}{part}", self.id));
            found.matches("label = ").count()
        })
    }

    /// Files of ours that hold a planted token.
    fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.home.data.clone(), self.home.config.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if holds_one(&path) {
                    found.push(path.file_name().unwrap().to_string_lossy().into_owned());
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// What a Rotunda that starts now would sign requests with.
    async fn held_at_the_next_start(&self) -> (VaultKind, String, String) {
        let kind = settings::load(&self.home, &self.env).unwrap().vault;
        let held = open(kind, &self.home).load(self.id).await.unwrap();
        let Credential::ChatGpt(tokens) = held else { panic!("this is an API key") };
        let refresh = tokens.refresh.map(|token| token.expose().clone());
        (kind, refresh.unwrap_or_default(), tokens.access.expose()[..PLANTED[1].len()].to_owned())
    }
}

fn holds_one(path: &Path) -> bool {
    let bytes = fs::read(path).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    PLANTED.iter().any(|token| text.contains(token))
}

#[tokio::test]
async fn keyring_moves_to_a_file_and_back_and_leaves_no_copy() {
    if !is_wanted() || !is_encrypted() {
        return;
    }
    let scene = Scene::new().await;
    let whole = |kind| (kind, PLANTED[0].to_owned(), PLANTED[1].to_owned());
    assert_eq!(scene.items(), [1, 1, 1]);
    assert_eq!(scene.files(), Vec::<String>::new());

    assert_eq!(scene.daemon.vault_migration.move_to(VaultKind::File).await.unwrap(), 1);
    assert_eq!(scene.items(), [0, 0, 0]);
    assert_eq!(scene.files(), ["vault.json"]);
    assert_eq!(scene.held_at_the_next_start().await, whole(VaultKind::File));

    assert_eq!(scene.daemon.vault_migration.move_to(VaultKind::Keychain).await.unwrap(), 1);
    assert_eq!(scene.items(), [1, 1, 1]);
    assert_eq!(scene.files(), Vec::<String>::new());
    assert_eq!(scene.held_at_the_next_start().await, whole(VaultKind::Keychain));

    scene.daemon.profiles.remove(scene.id).await.unwrap();
    assert_eq!(scene.items(), [0, 0, 0]);
    assert_eq!(scene.files(), Vec::<String>::new());
}
