use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use keyring_core::{CredentialStore, Entry, Error, api::CredentialStoreApi, mock};
use rotunda_core::{
    ProfileId, Secret,
    vault::{ChatGptCredential, Credential, ProviderKey, Vault, VaultError},
};
use serde_json::{Map, Value, json};

use super::*;
use crate::{
    clock::from_unix,
    testing::{self, WORK},
};

const OTHER: ProfileId = ProfileId(2);

fn tokens(access: &str, refresh: &str) -> Credential {
    Credential::ChatGpt(ChatGptCredential {
        access: Secret::new(access.to_owned()),
        expires: Some(from_unix(1_790_000_000)),
        refresh: Some(Secret::new(refresh.to_owned())),
        account_id: Some("acc-1".to_owned()),
    })
}

/// What a credential holds, to compare it.
fn held(credential: &Credential) -> (String, String) {
    match credential {
        Credential::ChatGpt(tokens) => {
            assert_eq!(tokens.account_id.as_deref(), Some("acc-1"));
            let refresh = tokens.refresh.as_ref().map(|token| token.expose().clone());
            (tokens.access.expose().clone(), refresh.unwrap_or_default())
        }
        Credential::ApiKey(key) => (key.expose().clone(), String::new()),
        Credential::Provider(held) => (held.key.expose().clone(), held.base.to_string()),
    }
}

fn pair(access: &str, refresh: &str) -> (String, String) {
    (access.to_owned(), refresh.to_owned())
}

async fn loaded(vault: &impl Vault) -> (String, String) {
    held(&vault.load(WORK).await.unwrap())
}

fn extra(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

fn entry(store: &Arc<CredentialStore>, name: &str) -> keyring_core::Result<Entry> {
    store.build("Rotunda", name, None)
}

/// A keychain that always answers, and the store behind it.
fn keychain() -> (Keychain, Arc<mock::Store>) {
    let store = mock::Store::new().unwrap();
    (over(&store), store)
}

fn over(store: &Arc<mock::Store>) -> Keychain {
    let store: Arc<CredentialStore> = store.clone();
    Keychain::over(Box::new(move || Ok(store.clone())), entry)
}

/// The next call on this item fails so.
fn fail(store: &mock::Store, name: &str, error: Error) {
    let entry = store.build("Rotunda", name, None).unwrap();
    entry.as_any().downcast_ref::<mock::Cred>().unwrap().set_error(error);
}

fn content(store: &mock::Store, name: &str) -> Option<Vec<u8>> {
    store.build("Rotunda", name, None).unwrap().get_secret().ok()
}

fn broken() -> Error {
    Error::PlatformFailure("the connection is gone".into())
}

fn locked() -> Error {
    Error::NoStorageAccess("locked".into())
}

/// What the system's word for [`locked`] means: on Windows nothing is ever
/// locked, so there it is something else.
fn refusal() -> VaultError {
    crate::platform::refusal(&locked())
}

/// The same story in a vault that `open` opens again and again.
async fn survives(open: impl Fn() -> Arc<dyn DaemonVault>) {
    let first = open();
    assert!(matches!(first.load(WORK).await, Err(VaultError::Missing)));
    first.put(WORK, tokens("access", "refresh"), Map::new()).await.unwrap();
    let key = Credential::ApiKey(Secret::new("sk-1".to_owned()));
    first.put(OTHER, key, Map::new()).await.unwrap();
    let of_provider = ProfileId(77);
    let base = "https://api.example.com/v1".parse().unwrap();
    let key = ProviderKey { key: Secret::new("sk-2".to_owned()), base };
    first.put(of_provider, Credential::Provider(key), Map::new()).await.unwrap();
    first.store(WORK, tokens("access-2", "refresh-2")).await.unwrap();
    let second = open();
    let kept = held(&second.load(of_provider).await.unwrap());
    assert_eq!(kept, pair("sk-2", "https://api.example.com/v1"));
    let found = second.load(WORK).await.unwrap();
    assert_eq!(held(&found), pair("access-2", "refresh-2"));
    let Credential::ChatGpt(found) = found else { panic!("this is an API key") };
    assert_eq!(found.expires, Some(from_unix(1_790_000_000)));
    assert_eq!(held(&second.load(OTHER).await.unwrap()), pair("sk-1", ""));
    second.remove(WORK).await.unwrap();
    second.remove(WORK).await.unwrap();
    assert!(matches!(second.load(WORK).await, Err(VaultError::Missing)));
    assert!(matches!(open().load(WORK).await, Err(VaultError::Missing)));
    second.load(OTHER).await.unwrap();
}

#[tokio::test]
async fn a_sign_in_survives_a_restart_in_both_vaults() {
    let (_root, home) = testing::home();
    let path = home.data.join("vault.json");
    survives(|| Arc::new(FileVault::at(&path))).await;
    let store = mock::Store::new().unwrap();
    survives(|| Arc::new(over(&store))).await;
}

#[tokio::test]
async fn no_item_is_larger_than_windows_allows_and_long_tokens_survive() {
    for length in [1, 2400, 2560, 5000, 10_000] {
        let (vault, store) = keychain();
        let access = "a".repeat(length);
        vault.put(WORK, tokens(&access, &"r".repeat(500)), Map::new()).await.unwrap();
        for cred in store.inner.lock().unwrap().borrow().iter() {
            let inner = cred.inner.lock().unwrap();
            let size = inner.borrow().secret.as_ref().map_or(0, Vec::len);
            assert!(size <= 2560, "{:?}: {size}", cred.specifiers);
        }
        assert_eq!(loaded(&over(&store)).await.0, access);
        vault.store(WORK, tokens("short", "r")).await.unwrap();
        assert_eq!(loaded(&over(&store)).await, pair("short", "r"));
    }
}

#[tokio::test]
async fn an_endless_access_token_is_left_to_the_next_refresh() {
    let (vault, store) = keychain();
    vault.put(WORK, tokens(&"a".repeat(20_000), "refresh"), Map::new()).await.unwrap();
    let Credential::ChatGpt(found) = over(&store).load(WORK).await.unwrap() else {
        panic!("this is an API key")
    };
    assert_eq!(found.refresh.unwrap().expose(), "refresh");
    assert_eq!((found.access.expose().as_str(), found.expires), ("", Some(from_unix(0))));
}

#[tokio::test]
async fn an_access_token_in_pieces_of_which_one_is_lost_counts_as_expired() {
    let (vault, store) = keychain();
    vault.put(WORK, tokens(&"a".repeat(5000), "refresh"), Map::new()).await.unwrap();
    store.build("Rotunda", &format!("{WORK}/access/1"), None).unwrap().delete_credential().unwrap();
    let Credential::ChatGpt(found) = over(&store).load(WORK).await.unwrap() else {
        panic!("this is an API key")
    };
    assert_eq!((found.access.expose().as_str(), found.expires), ("", Some(from_unix(0))));
}

#[tokio::test]
async fn unknown_fields_stay_with_the_sign_in_as_long_as_they_fit() {
    let (vault, store) = keychain();
    let known =
        || content(&store, &WORK.to_string()).map(|bytes| String::from_utf8(bytes).unwrap());
    vault.put(WORK, tokens("a", "r"), extra(json!({"future": {"x": 1}}))).await.unwrap();
    let again = over(&store);
    again.store(WORK, tokens("a2", "r2")).await.unwrap();
    let item = known().unwrap();
    assert!(item.contains(r#""future":{"x":1}"#) && item.contains("r2"), "{item}");
    vault.put(WORK, tokens("a", "r"), extra(json!({"future": "x".repeat(3000)}))).await.unwrap();
    assert!(!known().unwrap().contains("future"));
    assert_eq!(loaded(&over(&store)).await, pair("a", "r"));
}

#[tokio::test]
async fn an_item_is_read_once() {
    let (vault, store) = keychain();
    vault.put(WORK, tokens("a", "r"), Map::new()).await.unwrap();
    let vault = over(&store);
    loaded(&vault).await;
    fail(&store, &WORK.to_string(), locked());
    assert_eq!(loaded(&vault).await, pair("a", "r"));
}

#[tokio::test]
async fn a_locked_keychain_is_retried_later() {
    let (vault, store) = keychain();
    vault.put(WORK, tokens("a", "r"), Map::new()).await.unwrap();
    let vault = over(&store);
    fail(&store, &WORK.to_string(), locked());
    assert_eq!(vault.load(WORK).await.unwrap_err(), refusal());
    assert_eq!(loaded(&vault).await, pair("a", "r"));
}

#[tokio::test(start_paused = true)]
async fn tokens_that_could_not_be_stored_are_used_and_stored_later() {
    let minute = std::time::Duration::from_secs(60);
    let (vault, store) = keychain();
    vault.put(WORK, tokens("a", "r"), Map::new()).await.unwrap();
    let refuse = || fail(&store, &WORK.to_string(), locked());
    let kept = async || loaded(&over(&store)).await;
    refuse();
    assert_eq!(vault.store(WORK, tokens("a2", "r2")).await, Err(refusal()));
    assert_eq!(loaded(&vault).await, pair("a2", "r2"));
    assert_eq!(kept().await, pair("a", "r"), "the user is not asked again at once");
    tokio::time::advance(minute).await;
    refuse();
    assert_eq!(loaded(&vault).await, pair("a2", "r2"));
    assert_eq!(loaded(&vault).await, pair("a2", "r2"));
    assert_eq!(kept().await, pair("a", "r"), "a second refusal counts like the first");
    tokio::time::advance(minute).await;
    assert_eq!(loaded(&vault).await, pair("a2", "r2"));
    assert_eq!(kept().await, pair("a2", "r2"));
}

#[tokio::test]
async fn a_new_sign_in_that_could_not_be_stored_is_not_there() {
    let (vault, store) = keychain();
    fail(&store, &WORK.to_string(), locked());
    assert_eq!(vault.put(WORK, tokens("a", "r"), Map::new()).await, Err(refusal()));
    assert!(matches!(vault.load(WORK).await, Err(VaultError::Missing)));
}

#[tokio::test]
async fn a_connection_that_broke_is_made_anew_once() {
    let store = mock::Store::new().unwrap();
    over(&store).put(WORK, tokens("a", "r"), Map::new()).await.unwrap();
    let connected = Arc::new(AtomicUsize::new(0));
    let (count, shared): (_, Arc<CredentialStore>) = (connected.clone(), store.clone());
    let connect = move || match count.fetch_add(1, Ordering::SeqCst) {
        0 => Err(broken()),
        _ => Ok(shared.clone()),
    };
    let vault = Keychain::over(Box::new(connect), entry);
    assert!(matches!(vault.load(OTHER).await, Err(VaultError::Unavailable(_))));
    assert!(matches!(vault.load(OTHER).await, Err(VaultError::Missing)));
    assert_eq!(connected.load(Ordering::SeqCst), 2);
    fail(&store, &WORK.to_string(), broken());
    assert_eq!(loaded(&vault).await, pair("a", "r"));
    assert_eq!(connected.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn an_item_that_is_not_ours_is_damaged_and_not_shown() {
    let (vault, store) = keychain();
    let entry = store.build("Rotunda", &WORK.to_string(), None).unwrap();
    for content in [
        "s3cr3t",
        r#"{"kind":"chat_gpt"}"#,
        r#"{"kind":"s3cr3t"}"#,
        r#"{"kind":"api_key","key":["s3cr3t"]}"#,
    ] {
        entry.set_secret(content.as_bytes()).unwrap();
        let error = vault.load(WORK).await.unwrap_err();
        assert!(matches!(error, VaultError::Damaged(_)), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("s3cr3t"));
    }
    fail(&store, &WORK.to_string(), Error::BadEncoding(b"s3cr3t".to_vec()));
    let error = vault.load(WORK).await.unwrap_err();
    assert!(!format!("{error:?}").contains("s3cr3t"));
}

#[tokio::test]
async fn a_file_that_is_no_vault_is_not_written_over() {
    let (_root, home) = testing::home();
    let path = home.data.join("vault.json");
    std::fs::write(&path, "s3cr3t").unwrap();
    let vault = FileVault::at(&path);
    for error in [
        vault.load(WORK).await.unwrap_err(),
        vault.put(WORK, tokens("a", "r"), Map::new()).await.unwrap_err(),
    ] {
        assert!(matches!(error, VaultError::Damaged(_)), "{error:?}");
        assert!(!error.to_string().contains("s3cr3t"));
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "s3cr3t");
}

#[tokio::test]
async fn the_settings_choose_the_vault() {
    let (_root, home) = testing::home();
    let vault = open(VaultKind::File, &home);
    vault.put(WORK, tokens("a", "r"), Map::new()).await.unwrap();
    assert!(home.data.join("vault.json").exists());
    assert!(!format!("{vault:?}").contains("acc-1"));
}

#[tokio::test]
async fn many_at_once_see_whole_sign_ins() {
    let (vault, _store) = keychain();
    let vault = Arc::new(vault);
    vault.put(WORK, tokens("0", "0"), Map::new()).await.unwrap();
    let writers = (1..20).map(|number: u32| {
        let (vault, text) = (vault.clone(), number.to_string());
        tokio::spawn(async move { vault.store(WORK, tokens(&text, &text)).await })
    });
    let readers = (1..20).map(|_| {
        let vault = vault.clone();
        tokio::spawn(async move { held(&vault.load(WORK).await.unwrap()) })
    });
    let (writers, readers): (Vec<_>, Vec<_>) = (writers.collect(), readers.collect());
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    for reader in readers {
        let (access, refresh) = reader.await.unwrap();
        assert_eq!(access, refresh);
    }
}

fn file_vault() -> (tempfile::TempDir, std::path::PathBuf) {
    let (root, home) = testing::home();
    (root, home.data.join("vault.json"))
}

/// A process was killed between the two steps of a store.
#[tokio::test]
async fn what_a_killed_process_had_written_beside_the_file_is_taken() {
    let (_root, path) = file_vault();
    let next = path.with_extension("next");
    FileVault::at(&path).put(WORK, tokens("a2", "r2"), Map::new()).await.unwrap();
    std::fs::rename(&path, &next).unwrap();
    assert_eq!(loaded(&FileVault::at(&path)).await, pair("a2", "r2"));
    assert!(!next.exists());
}

/// A power cut can leave anything there; what is in the file stays.
#[tokio::test]
async fn what_is_no_whole_content_beside_the_file_goes() {
    for torn in [&b""[..], b"{\"a", b"\0\0\0\0", b"\xff\xfe", b"[]"] {
        let (_root, path) = file_vault();
        FileVault::at(&path).put(WORK, tokens("a", "r"), Map::new()).await.unwrap();
        std::fs::write(path.with_extension("next"), torn).unwrap();
        assert_eq!(loaded(&FileVault::at(&path)).await, pair("a", "r"));
        assert!(!path.with_extension("next").exists());
    }
}

#[tokio::test]
async fn a_store_and_a_check_leave_one_file() {
    let (_root, path) = file_vault();
    let vault = FileVault::at(&path);
    vault.put(WORK, tokens("a", "r"), Map::new()).await.unwrap();
    vault.writable(WORK).await.unwrap();
    vault.store(WORK, tokens("a2", "r2")).await.unwrap();
    let ours = |entry: &std::fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with("vault") || name.starts_with(".rotunda-")
    };
    let files = std::fs::read_dir(path.parent().unwrap()).unwrap().map(Result::unwrap);
    assert_eq!(files.filter(ours).count(), 1);
}

/// A renewal that began before the sign-in was removed or replaced.
#[tokio::test]
async fn a_store_that_waits_while_the_sign_in_is_removed_or_replaced_is_dropped() {
    let (vault, store) = keychain();
    let vault = Arc::new(vault);
    vault.put(WORK, tokens("a", "r"), Map::new()).await.unwrap();
    for replaced in [true, false] {
        // It begins first, and may have to wait for its turn.
        let late = vault.store(WORK, tokens("late", "late"));
        let other = async {
            if replaced {
                vault.put(WORK, tokens("new", "new"), Map::new()).await
            } else {
                vault.remove(WORK).await
            }
        };
        let (late, other) = tokio::join!(late, other);
        other.unwrap();
        drop(late);
        if replaced {
            assert_eq!(loaded(&over(&store)).await, pair("new", "new"));
        } else {
            assert!(matches!(over(&store).load(WORK).await, Err(VaultError::Missing)));
        }
    }
}

#[tokio::test]
async fn a_keychain_that_takes_no_writes_is_found_before_a_token_is_spent() {
    let (vault, store) = keychain();
    vault.put(WORK, tokens("a", "r"), Map::new()).await.unwrap();
    vault.writable(WORK).await.unwrap();
    fail(&store, &format!("{WORK}/access"), locked());
    assert_eq!(vault.writable(WORK).await, Err(refusal()));
    assert_eq!(loaded(&over(&store)).await, pair("a", "r"), "the check changed nothing");
}

#[tokio::test]
async fn half_a_new_sign_in_does_not_stay() {
    let (vault, store) = keychain();
    let access = format!("{WORK}/access");
    fail(&store, &access, locked());
    assert!(vault.put(WORK, tokens("a", "r"), Map::new()).await.is_err());
    assert!(matches!(over(&store).load(WORK).await, Err(VaultError::Missing)));
    vault.put(WORK, tokens("a", "r"), Map::new()).await.unwrap();
    fail(&store, &access, locked());
    assert!(vault.put(WORK, tokens("a2", "r2"), Map::new()).await.is_err());
    assert_eq!(loaded(&over(&store)).await, pair("a", "r"), "the one before is there");
}
