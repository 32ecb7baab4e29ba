//! The keychain vault over fake providers on private buses. Each test says what
//! the provider does in its name; `installers/groups/keyring.sh` runs the same
//! vault against real ones.

use std::{sync::Arc, time::Duration};

use keyring_core::CredentialStore;
use rotunda_core::{
    ProfileId, Secret,
    vault::{Credential, Vault, VaultError},
};
use serde_json::Map;

use super::{
    Patience, Store,
    bus::Bus,
    fake::{Encryption, Habits, OnPrompt, Provider, Saving},
};
use crate::{
    platform,
    vault::{CodexItem, DaemonVault, Keychain},
};

const WORK: ProfileId = ProfileId(1);
const HOME: ProfileId = ProfileId(2);

/// Enough for a busy machine; only a service that never answers needs it all.
const BRISK: Patience =
    Patience { answer: Duration::from_secs(3), prompt: Duration::from_millis(300) };

fn key(text: &str) -> Credential {
    Credential::ApiKey(Secret::new(text.to_owned()))
}

async fn load(vault: &Keychain, id: ProfileId) -> Result<String, VaultError> {
    match vault.load(id).await? {
        Credential::ApiKey(key) => Ok(key.expose().clone()),
        Credential::Provider(held) => Ok(held.key.expose().clone()),
        Credential::ChatGpt(_) => panic!("nothing of this kind was stored"),
    }
}

async fn put(vault: &Keychain, id: ProfileId, text: &str) -> Result<(), VaultError> {
    vault.put(id, key(text), Map::new()).await
}

fn store(bus: &Bus, patience: Patience) -> Arc<CredentialStore> {
    Arc::new(Store::at(Some(bus.address.clone()), patience))
}

/// A vault that knows nothing yet, as after a start.
fn vault_over(store: &Arc<CredentialStore>) -> Keychain {
    let store = Arc::clone(store);
    Keychain::over(Box::new(move || Ok(store.clone())), platform::keychain_entry)
}

/// A provider that behaves so, with two sign-ins saved.
async fn stored(bus: &Bus, habits: Habits) -> (Provider, zbus::Connection) {
    let provider = Provider::default();
    let serving = provider.serve(bus).await;
    let vault = vault_over(&store(bus, Patience::default()));
    put(&vault, WORK, "work").await.unwrap();
    put(&vault, HOME, "home").await.unwrap();
    provider.change(|known| *known = habits);
    (provider, serving)
}

async fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let waiting = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting)
        .await
        .unwrap_or_else(|_| panic!("{what}"));
}

fn locked(prompt: OnPrompt) -> Habits {
    Habits { locked: true, prompt, ..Habits::default() }
}

#[tokio::test]
async fn keyring_refuses_encryption_and_the_plain_session_is_used_on_a_local_bus() {
    for encryption in
        [Encryption::NotSupported, Encryption::InvalidArgs, Encryption::Failed, Encryption::NoKey]
    {
        let Some(bus) = Bus::start() else { return };
        let provider = Provider::with(Habits { encryption, ..Habits::default() });
        let _serving = provider.serve(&bus).await;
        let store = store(&bus, Patience::default());
        put(&vault_over(&store), WORK, "work").await.unwrap();
        let vault = vault_over(&store);
        assert_eq!(load(&vault, WORK).await.as_deref(), Ok("work"), "{encryption:?}");
        let found = vault.probe().await.unwrap().unwrap();
        assert!(!found.encrypted && found.name.is_some(), "{found:?}");
        assert_eq!(provider.items().len(), 1, "the test item is gone");
    }
}

#[tokio::test]
async fn keyring_prompt_that_was_closed_is_not_shown_again_in_ten_turns() {
    let Some(bus) = Bus::start() else { return };
    let (provider, _serving) = stored(&bus, locked(OnPrompt::Dismissed)).await;
    let store = store(&bus, Patience::default());
    let vault = vault_over(&store);
    let own = {
        let store = Arc::clone(&store);
        Arc::new(CodexItem::over(Box::new(move || Ok(store.clone()))))
    };
    for _ in 0..10 {
        assert_eq!(load(&vault, WORK).await, Err(VaultError::Dismissed));
        assert_eq!(load(&vault, HOME).await, Err(VaultError::Dismissed));
        let own = Arc::clone(&own);
        let read = move || own.read(std::path::Path::new("/nowhere"));
        let read = tokio::task::spawn_blocking(read).await.unwrap();
        assert!(matches!(read, Ok(None)), "an item that is not there needs no prompt: {read:?}");
    }
    assert_eq!(provider.prompts(), 1);
    // The user does something: one more prompt.
    vault.ask_again();
    provider.change(|habits| habits.prompt = OnPrompt::Agreed);
    assert_eq!(load(&vault, WORK).await.as_deref(), Ok("work"));
    assert_eq!(load(&vault, HOME).await.as_deref(), Ok("home"));
    assert_eq!(provider.prompts(), 2);
}

#[tokio::test]
async fn keyring_that_is_unlocked_later_is_read_without_a_prompt_and_asks_when_locked_anew() {
    let Some(bus) = Bus::start() else { return };
    let (provider, _serving) = stored(&bus, locked(OnPrompt::Dismissed)).await;
    let vault = vault_over(&store(&bus, Patience::default()));
    assert_eq!(load(&vault, WORK).await, Err(VaultError::Dismissed));
    provider.change(|habits| habits.locked = false);
    assert_eq!(load(&vault, WORK).await.as_deref(), Ok("work"));
    assert_eq!(provider.prompts(), 1);
    provider.change(|habits| *habits = locked(OnPrompt::Agreed));
    assert_eq!(load(&vault, HOME).await.as_deref(), Ok("home"));
    assert_eq!(provider.prompts(), 2, "it was locked anew, so the user is asked anew");
}

#[tokio::test]
async fn keyring_prompt_that_stays_open_is_shown_once_and_its_late_answer_counts() {
    let Some(bus) = Bus::start() else { return };
    let (provider, _serving) = stored(&bus, locked(OnPrompt::Open)).await;
    let vault = vault_over(&store(&bus, BRISK));
    for _ in 0..5 {
        assert_eq!(load(&vault, WORK).await, Err(VaultError::Locked));
        assert_eq!(load(&vault, HOME).await, Err(VaultError::Locked));
    }
    assert_eq!(provider.prompts(), 1);
    provider.change(|habits| habits.locked = false);
    assert_eq!(load(&vault, WORK).await.as_deref(), Ok("work"));
}

#[tokio::test]
async fn keyring_prompt_that_is_lost_is_closed_and_shown_anew_when_the_user_asks() {
    let Some(bus) = Bus::start() else { return };
    let (provider, _serving) = stored(&bus, locked(OnPrompt::Open)).await;
    let vault = vault_over(&store(&bus, BRISK));
    assert_eq!(load(&vault, WORK).await, Err(VaultError::Locked));
    vault.ask_again();
    eventually("the lost prompt is closed", || provider.dismissed_by_client() == 1).await;
    provider.change(|habits| habits.prompt = OnPrompt::Agreed);
    assert_eq!(load(&vault, WORK).await.as_deref(), Ok("work"));
    assert_eq!(provider.prompts(), 2);
}

#[tokio::test]
async fn keyring_prompt_that_cannot_be_shown_or_changes_nothing_is_not_repeated() {
    for habit in [OnPrompt::Fails, OnPrompt::NoEffect] {
        let Some(bus) = Bus::start() else { return };
        let (provider, _serving) = stored(&bus, locked(habit)).await;
        let vault = vault_over(&store(&bus, Patience::default()));
        for _ in 0..5 {
            let refused = load(&vault, WORK).await;
            let is_refusal = matches!(refused, Err(VaultError::Locked | VaultError::Dismissed));
            assert!(is_refusal, "{habit:?}: {refused:?}");
        }
        assert_eq!(provider.prompts(), 1, "{habit:?}");
    }
}

#[tokio::test]
async fn keyring_that_hides_its_items_while_locked_is_locked_and_not_empty() {
    let Some(bus) = Bus::start() else { return };
    let habits = Habits { hides_items: true, ..locked(OnPrompt::Dismissed) };
    let (provider, _serving) = stored(&bus, habits).await;
    let vault = vault_over(&store(&bus, Patience::default()));
    assert_eq!(load(&vault, WORK).await, Err(VaultError::Dismissed));
    assert_eq!(load(&vault, HOME).await, Err(VaultError::Dismissed));
    assert_eq!(provider.prompts(), 1);
    provider.change(|habits| habits.prompt = OnPrompt::Agreed);
    vault.ask_again();
    assert_eq!(load(&vault, WORK).await.as_deref(), Ok("work"));
}

#[tokio::test]
async fn keyring_without_a_default_collection_is_named_as_that() {
    let gone = Habits { dangling_default: true, ..Habits::default() };
    for habits in [Habits { no_default: true, ..Habits::default() }, gone] {
        let Some(bus) = Bus::start() else { return };
        let provider = Provider::with(habits.clone());
        let serving = provider.serve(&bus).await;
        let vault = vault_over(&store(&bus, Patience::default()));
        assert_eq!(put(&vault, WORK, "work").await, Err(VaultError::NoCollection), "{habits:?}");
        assert_eq!(vault.probe().await.unwrap_err(), VaultError::NoCollection, "{habits:?}");
        let nothing = load(&vault, WORK).await.unwrap_err();
        let expected =
            if habits.no_default { VaultError::NoCollection } else { VaultError::Missing };
        assert_eq!(nothing, expected);
        // What is in another collection is still read.
        provider.plant(&WORK.to_string(), br#"{"kind":"api_key","key":"elsewhere"}"#);
        let _restarted = restart(&provider, &bus, serving).await;
        assert_eq!(load(&vault, WORK).await.as_deref(), Ok("elsewhere"));
    }
}

async fn restart(provider: &Provider, bus: &Bus, serving: zbus::Connection) -> zbus::Connection {
    serving.close().await.unwrap();
    provider.serve(bus).await
}

#[tokio::test]
async fn keyring_that_cannot_save_is_named_as_that_and_still_read() {
    for saving in [Saving::Refused, Saving::AccessDenied, Saving::Forgets] {
        let Some(bus) = Bus::start() else { return };
        let (_provider, _serving) = stored(&bus, Habits { saving, ..Habits::default() }).await;
        let vault = vault_over(&store(&bus, Patience::default()));
        assert_eq!(load(&vault, WORK).await.as_deref(), Ok("work"));
        let outcomes = [
            vault.store(WORK, key("renewed")).await,
            put(&vault, ProfileId(3), "new").await,
            vault.probe().await.map(drop),
        ];
        for outcome in outcomes {
            assert!(matches!(outcome, Err(VaultError::CannotSave(_))), "{saving:?}: {outcome:?}");
        }
        assert_eq!(load(&vault_over(&store(&bus, BRISK)), HOME).await.as_deref(), Ok("home"));
    }
}

#[tokio::test]
async fn keyring_prompt_about_a_new_item_that_was_closed_is_not_repeated() {
    let Some(bus) = Bus::start() else { return };
    let habits =
        Habits { prompts_for_items: true, prompt: OnPrompt::Dismissed, ..Habits::default() };
    let (provider, _serving) = stored(&bus, habits).await;
    let vault = vault_over(&store(&bus, Patience::default()));
    for _ in 0..3 {
        assert_eq!(put(&vault, ProfileId(3), "new").await, Err(VaultError::Dismissed));
        assert_eq!(load(&vault, WORK).await.as_deref(), Ok("work"), "reading needs no prompt");
    }
    assert_eq!(provider.prompts(), 1);
    vault.ask_again();
    provider.change(|habits| habits.prompt = OnPrompt::Agreed);
    put(&vault, ProfileId(3), "new").await.unwrap();
    assert_eq!(load(&vault, ProfileId(3)).await.as_deref(), Ok("new"));
}

#[tokio::test]
async fn keyring_that_never_answers_costs_one_wait_and_cached_sign_ins_go_on() {
    let Some(bus) = Bus::start() else { return };
    let (provider, _serving) = stored(&bus, Habits::default()).await;
    let vault = vault_over(&store(&bus, BRISK));
    assert_eq!(load(&vault, WORK).await.as_deref(), Ok("work"));
    provider.change(|habits| habits.hangs = true);
    assert_eq!(load(&vault, HOME).await, Err(VaultError::NotAnswering));
    let calls = provider.calls();
    for _ in 0..50 {
        assert_eq!(load(&vault, HOME).await, Err(VaultError::NotAnswering));
        assert_eq!(load(&vault, WORK).await.as_deref(), Ok("work"));
    }
    assert!(provider.calls() <= calls + 1, "at most one attempt in the background");
    // It answers again: a later call is served without any action of the user.
    provider.change(|habits| habits.hangs = false);
    let healed = async {
        while load(&vault, HOME).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), healed).await.unwrap();
}

#[tokio::test]
async fn keyring_that_never_answers_is_retried_at_once_on_request() {
    let Some(bus) = Bus::start() else { return };
    let (provider, _serving) = stored(&bus, Habits { hangs: true, ..Habits::default() }).await;
    let vault = vault_over(&store(&bus, BRISK));
    assert_eq!(load(&vault, WORK).await, Err(VaultError::NotAnswering));
    provider.change(|habits| habits.hangs = false);
    vault.ask_again();
    assert_eq!(load(&vault, WORK).await.as_deref(), Ok("work"));
}

#[tokio::test]
async fn keyring_that_the_bus_cannot_start_in_time_does_not_answer() {
    let Some(bus) = Bus::with_service(Some("/bin/sleep 20")) else { return };
    let vault = vault_over(&store(&bus, BRISK));
    assert_eq!(load(&vault, WORK).await, Err(VaultError::NotAnswering));
    assert_eq!(load(&vault, HOME).await, Err(VaultError::NotAnswering));
}

#[tokio::test]
async fn keyring_that_is_not_there_is_named_with_both_ways_out() {
    let broken = Bus::with_service(Some("/nonexistent/provider"));
    for bus in [Bus::start(), broken] {
        let Some(bus) = bus else { return };
        let vault = vault_over(&store(&bus, Patience::default()));
        let error = load(&vault, WORK).await.unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, VaultError::Unavailable(_)), "{error:?}");
        assert!(text.contains("start one") && text.contains("vault = \"file\""), "{text}");
    }
    // No bus at all.
    let nowhere = Store::at(Some("unix:path=/nonexistent/bus".to_owned()), Patience::default());
    let vault = vault_over(&(Arc::new(nowhere) as Arc<CredentialStore>));
    assert!(matches!(load(&vault, WORK).await, Err(VaultError::Unavailable(_))));
}

#[tokio::test]
async fn keyring_that_restarts_gets_a_new_session_for_reading_and_writing() {
    let Some(bus) = Bus::start() else { return };
    let (provider, serving) = stored(&bus, Habits::default()).await;
    let vault = vault_over(&store(&bus, Patience::default()));
    assert_eq!(load(&vault, WORK).await.as_deref(), Ok("work"));
    let before = provider.sessions();
    let serving = restart(&provider, &bus, serving).await;
    vault.store(WORK, key("renewed")).await.unwrap();
    assert_eq!(provider.sessions(), before + 1);
    let _serving = restart(&provider, &bus, serving).await;
    assert_eq!(load(&vault, HOME).await.as_deref(), Ok("home"));
    assert_eq!(load(&vault_over(&store(&bus, BRISK)), WORK).await.as_deref(), Ok("renewed"));
}

#[tokio::test]
async fn keyring_that_stops_during_its_prompt_is_reported_and_comes_back() {
    let Some(bus) = Bus::start() else { return };
    let (provider, serving) = stored(&bus, locked(OnPrompt::Open)).await;
    let long = Patience { prompt: Duration::from_secs(60), ..Patience::default() };
    let vault = Arc::new(vault_over(&store(&bus, long)));
    let waiting = {
        let vault = Arc::clone(&vault);
        tokio::spawn(async move { load(&vault, WORK).await })
    };
    eventually("the prompt is shown", || provider.prompts() == 1).await;
    serving.close().await.unwrap();
    assert_eq!(waiting.await.unwrap(), Err(VaultError::Dismissed));
    assert!(matches!(load(&vault, WORK).await, Err(VaultError::Unavailable(_))));
    provider.change(|habits| habits.locked = false);
    let _serving = provider.serve(&bus).await;
    assert_eq!(load(&vault, WORK).await.as_deref(), Ok("work"));
    assert_eq!(provider.prompts(), 1);
}

#[tokio::test]
async fn keyring_with_several_items_of_one_name_is_damaged_only_where_they_differ() {
    let Some(bus) = Bus::start() else { return };
    let provider = Provider::default();
    let name = WORK.to_string();
    let same = br#"{"kind":"api_key","key":"same"}"#;
    provider.plant(&name, same);
    provider.plant(&name, same);
    let serving = provider.serve(&bus).await;
    let store = store(&bus, Patience::default());
    assert_eq!(load(&vault_over(&store), WORK).await.as_deref(), Ok("same"));
    provider.plant(&name, br#"{"kind":"api_key","key":"other"}"#);
    let _serving = restart(&provider, &bus, serving).await;
    let vault = vault_over(&store);
    let error = load(&vault, WORK).await.unwrap_err();
    assert!(matches!(&error, VaultError::Damaged(why) if why.contains('3')), "{error:?}");
    assert!(!error.to_string().contains("other"));
    // Signing in again makes them one.
    put(&vault, WORK, "new").await.unwrap();
    assert_eq!(load(&vault_over(&store), WORK).await.as_deref(), Ok("new"));
    vault.remove(WORK).await.unwrap();
    assert_eq!(provider.items().len(), 0);
}

#[tokio::test]
async fn keyring_item_with_other_content_is_damaged_and_not_shown() {
    let Some(bus) = Bus::start() else { return };
    let provider = Provider::default();
    provider.plant(&WORK.to_string(), b"s3cr3t");
    provider.plant(&HOME.to_string(), b"\xff\xfe s3cr3t");
    let _serving = provider.serve(&bus).await;
    let vault = vault_over(&store(&bus, Patience::default()));
    for id in [WORK, HOME] {
        let error = load(&vault, id).await.unwrap_err();
        assert!(matches!(error, VaultError::Damaged(_)), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("s3cr3t"));
        put(&vault, id, "new").await.unwrap();
        assert_eq!(load(&vault, id).await.as_deref(), Ok("new"));
    }
}

#[tokio::test]
async fn keyring_items_that_another_program_removes_are_missing() {
    let Some(bus) = Bus::start() else { return };
    let (provider, _serving) = stored(&bus, Habits::default()).await;
    provider.remove_all();
    let vault = vault_over(&store(&bus, Patience::default()));
    assert_eq!(load(&vault, WORK).await, Err(VaultError::Missing));
    vault.remove(WORK).await.unwrap();
}

#[tokio::test]
async fn keyring_items_are_listed_without_a_prompt_while_locked() {
    let Some(bus) = Bus::start() else { return };
    let (provider, _serving) = stored(&bus, locked(OnPrompt::Agreed)).await;
    let store = Store::at(Some(bus.address.clone()), Patience::default());
    let listed = tokio::task::spawn_blocking(move || store.names("Rotunda"));
    let mut names = listed.await.unwrap().unwrap();
    names.sort();
    assert_eq!(names, ["0000000000000001", "0000000000000002"]);
    assert_eq!(provider.prompts(), 0);
}
