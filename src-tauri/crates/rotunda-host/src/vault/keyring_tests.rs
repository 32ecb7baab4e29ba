//! Against a real keychain. Only where a script made one for the test and sets
//! a variable: never in the keychain of the user who runs the tests.

use std::process::Command;

use rotunda_core::{
    ProfileId, Secret,
    vault::{ChatGptCredential, Credential, Vault, VaultError},
};
use serde_json::Map;

use super::{DaemonVault, Keychain};
use crate::{
    clock::from_unix,
    testing::keyring::{found_by_others, is_encrypted, is_wanted},
};

fn tokens(access: &str, refresh: &str) -> Credential {
    Credential::ChatGpt(ChatGptCredential {
        access: Secret::new(access.to_owned()),
        expires: Some(from_unix(1_790_000_000)),
        refresh: Some(Secret::new(refresh.to_owned())),
        account_id: Some("acc-1".to_owned()),
    })
}

async fn loaded(vault: &Keychain, id: ProfileId) -> Result<(String, String), VaultError> {
    match vault.load(id).await? {
        Credential::ChatGpt(tokens) => {
            let refresh = tokens.refresh.map(|token| token.expose().clone());
            Ok((tokens.access.expose().clone(), refresh.unwrap_or_default()))
        }
        Credential::ApiKey(_) | Credential::Provider(_) => panic!("this is a key"),
    }
}

#[tokio::test]
async fn keyring_keeps_a_sign_in_through_a_restart_in_one_item_each() {
    if !is_wanted() {
        return;
    }
    let (id, long) = (crate::key::profile_id().unwrap(), "a".repeat(3000));
    let first = Keychain::system();
    assert_eq!(loaded(&first, id).await, Err(VaultError::Missing));
    first.put(id, tokens("access-1", "refresh-1"), Map::new()).await.unwrap();
    first.store(id, tokens(&long, "refresh-2")).await.unwrap();
    let second = Keychain::system();
    assert_eq!(loaded(&second, id).await, Ok((long, "refresh-2".to_owned())));
    let names = [id.to_string(), format!("{id}/access"), format!("{id}/access/1")];
    for name in names.iter().filter(|_| is_encrypted()) {
        let found = found_by_others(name);
        let label = format!("label = Rotunda profile {name}");
        assert_eq!(found.matches("label = ").count(), 1, "{name}: not exactly one item");
        assert!(found.contains(&label), "{name}: the label says nothing");
    }
    assert!(!is_encrypted() || found_by_others(&id.to_string()).contains("refresh-2"));
    second.remove(id).await.unwrap();
    second.remove(id).await.unwrap();
    assert_eq!(loaded(&Keychain::system(), id).await, Err(VaultError::Missing));
    assert_eq!(found_by_others(&format!("{id}/access/1")).matches("label = ").count(), 0);
}

#[tokio::test]
async fn keyring_items_are_listed_once_for_each_profile() {
    if !is_wanted() {
        return;
    }
    let (one, two) = (crate::key::profile_id().unwrap(), crate::key::profile_id().unwrap());
    let vault = Keychain::system();
    // A long token takes several items.
    vault.put(one, tokens(&"a".repeat(6000), "refresh-1"), Map::new()).await.unwrap();
    vault.put(two, tokens("access-2", "refresh-2"), Map::new()).await.unwrap();
    let listed = vault.profiles().await.unwrap();
    for id in [one, two] {
        assert_eq!(listed.iter().filter(|found| **found == id).count(), 1, "{listed:?}");
        vault.remove(id).await.unwrap();
    }
    let listed = vault.profiles().await.unwrap();
    assert!(!listed.contains(&one) && !listed.contains(&two), "{listed:?}");
}

#[tokio::test]
async fn keyring_has_a_provider_name_and_is_persistent() {
    if !is_wanted() {
        return;
    }
    let vault = Keychain::system();
    let found = vault.probe().await.unwrap().unwrap();
    let variable = |name: &str| std::env::var(name).unwrap();
    assert_eq!(found.name, Some(variable("ROTUNDA_TEST_PROVIDER")));
    assert_eq!(found.encrypted, is_encrypted());
    let left = found_by_others("test");
    assert_eq!(left.matches("label = ").count(), 0, "the test item is still there");
}

/// Locks what the alias leads to; the alias itself is no collection for all.
fn lock() {
    let alias = Command::new("dbus-send")
        .args(["--session", "--print-reply=literal", "--dest=org.freedesktop.secrets"])
        .args(["/org/freedesktop/secrets", "org.freedesktop.Secret.Service.ReadAlias"])
        .arg("string:default")
        .output()
        .unwrap();
    let collection = String::from_utf8(alias.stdout).unwrap().trim().to_owned();
    let lock = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets"])
        .args(["/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock"])
        .arg(format!("array:objpath:{collection}"))
        .output()
        .unwrap();
    assert!(lock.status.success(), "{lock:?}");
}

/// Last by its name, since it leaves the keychain locked.
#[tokio::test]
async fn keyring_zz_that_is_locked_is_reported_and_the_cache_still_serves() {
    // KeePassXC locks after a prompt only; there is no screen for it here.
    let prompts = std::env::var("ROTUNDA_TEST_PROVIDER").is_ok_and(|name| name == "keepassxc");
    if !is_wanted() || prompts {
        return;
    }
    let is_locked =
        |error: &VaultError| matches!(error, VaultError::Locked | VaultError::Dismissed);
    let id = crate::key::profile_id().unwrap();
    let vault = Keychain::system();
    vault.put(id, tokens("access-1", "refresh-1"), Map::new()).await.unwrap();
    lock();
    assert!(loaded(&vault, id).await.is_ok());
    // No user types a password.
    for _ in 0..3 {
        let refused = loaded(&Keychain::system(), id).await.unwrap_err();
        assert!(is_locked(&refused), "{refused:?}");
    }
    let refused = vault.store(id, tokens("access-2", "refresh-2")).await.unwrap_err();
    assert!(is_locked(&refused), "{refused:?}");
    assert_eq!(loaded(&vault, id).await.unwrap().1, "refresh-2");
}
