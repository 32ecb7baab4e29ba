//! Against a real keychain. Only where a script made one for the test and says
//! so: never in the keychain of whoever runs the tests.

use std::process::Command;

use rotunda_core::{ProfileId, Secret};
use rotunda_router::vault::{ChatGptCredential, Credential, Vault, VaultError};
use serde_json::Map;

use super::{DaemonVault, Keychain};
use crate::clock::from_unix;

/// Set by `installers/groups/keyring.sh`, inside a session bus of its own.
const SWITCH: &str = "ROTUNDA_TEST_KEYRING";

fn is_wanted() -> bool {
    std::env::var_os(SWITCH).is_some_and(|value| value == "1")
}

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
        Credential::ApiKey(_) => panic!("this is an API key"),
    }
}

/// What another program finds in the keychain.
fn found_by_others(name: &str) -> String {
    let found = Command::new("secret-tool")
        .args(["search", "--all", "service", "Rotunda", "username", name])
        .output()
        .unwrap();
    String::from_utf8(found.stdout).unwrap() + &String::from_utf8(found.stderr).unwrap()
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
    for name in [id.to_string(), format!("{id}/access"), format!("{id}/access/1")] {
        let found = found_by_others(&name);
        let label = format!("label = Rotunda profile {name}");
        assert_eq!(found.matches("label = ").count(), 1, "{name}: not exactly one item");
        assert!(found.contains(&label), "{name}: the label says nothing");
    }
    assert!(found_by_others(&id.to_string()).contains("refresh-2"));
    second.remove(id).await.unwrap();
    second.remove(id).await.unwrap();
    assert_eq!(loaded(&Keychain::system(), id).await, Err(VaultError::Missing));
    assert_eq!(found_by_others(&format!("{id}/access/1")).matches("label = ").count(), 0);
}

#[tokio::test]
async fn keyring_that_is_locked_says_so_and_the_cache_goes_on() {
    if !is_wanted() {
        return;
    }
    let id = crate::key::profile_id().unwrap();
    let vault = Keychain::system();
    vault.put(id, tokens("access-1", "refresh-1"), Map::new()).await.unwrap();
    let lock = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets"])
        .args(["/org/freedesktop/secrets", "org.freedesktop.Secret.Service.Lock"])
        .arg("array:objpath:/org/freedesktop/secrets/aliases/default")
        .output()
        .unwrap();
    assert!(lock.status.success());
    assert!(loaded(&vault, id).await.is_ok());
    // Nobody is there to type a password.
    assert_eq!(loaded(&Keychain::system(), id).await, Err(VaultError::Locked));
    assert_eq!(vault.store(id, tokens("access-2", "refresh-2")).await, Err(VaultError::Locked));
    assert_eq!(loaded(&vault, id).await.unwrap().1, "refresh-2");
}
