//! Every place that Codex may keep its sign-in in, over a keychain made up for it.

use std::{fs, sync::Arc};

use keyring_core::{CredentialStore, Entry, mock};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::{testing, vault::codex_account};

/// A Codex folder, a keychain, and the reads of both.
struct Rig {
    _root: TempDir,
    home: Home,
    store: Arc<CredentialStore>,
}

fn sign_in(name: &str) -> String {
    json!({"auth_mode": "chatgpt", "future": {"kept": [1]}, "tokens": {
        "access_token": format!("access-{name}"), "refresh_token": format!("refresh-{name}"),
        "account_id": format!("acc-{name}"), "login_owner_id": "owner",
    }})
    .to_string()
}

impl Rig {
    fn with_storage(storage: &str) -> Self {
        let (root, home) = testing::home();
        // As on every system but Windows, whatever this one is.
        let feature = "features.secret_auth_storage = false\n";
        let line = format!("cli_auth_credentials_store = \"{storage}\"\n{feature}");
        fs::write(home.codex_config(), line).unwrap();
        let store: Arc<CredentialStore> = mock::Store::new().unwrap();
        Self { _root: root, home, store }
    }

    fn codex_sign_in(&self, vault: VaultKind) -> OwnSignIn {
        let store = Arc::clone(&self.store);
        OwnSignIn::over(&self.home, vault, CodexItem::over(Box::new(move || Ok(store.clone()))))
    }

    fn item(&self) -> Entry {
        self.store.build("Codex Auth", &codex_account(&self.home.codex_home), None).unwrap()
    }

    fn has_item(self, name: &str) -> Self {
        self.item().set_password(&sign_in(name)).unwrap();
        self
    }

    fn has_file(self, name: &str) -> Self {
        fs::write(self.home.codex_auth(), sign_in(name)).unwrap();
        self
    }

    /// The owner of the sign-in, and where it is found.
    fn found(&self) -> Option<(String, CodexAuthLocation)> {
        let (own, place) =
            self.codex_sign_in(VaultKind::Keychain).read(Prompting::Allowed).unwrap()?;
        Some((own.claims.account_id.unwrap(), place))
    }
}

fn account(name: &str) -> AccountOwner {
    AccountOwner::Account(Identity {
        workspace: Some(format!("acc-{name}")),
        ..Identity::default()
    })
}

#[test]
fn the_item_goes_by_the_name_that_codex_gives_it() {
    // Codex's own example.
    assert_eq!(codex_account(Path::new("~/.codex")), "cli|940db7b1d0e4eb40");
    let (_root, home) = testing::home();
    assert_ne!(codex_account(&home.codex_home), codex_account(&home.data));
}

#[test]
fn each_setting_is_read_where_codex_reads_it() {
    let at = |name: &str, place| Some((format!("acc-{name}"), place));
    let both = |storage: &str| Rig::with_storage(storage).has_item("item").has_file("file").found();
    assert_eq!(both("file"), at("file", CodexAuthLocation::File));
    assert_eq!(both("a word of a later Codex"), at("file", CodexAuthLocation::File));
    assert_eq!(both("keyring"), at("item", CodexAuthLocation::Keychain));
    assert_eq!(both("auto"), at("item", CodexAuthLocation::Keychain));
    assert_eq!(both("ephemeral"), None);
    let file = |storage: &str| Rig::with_storage(storage).has_file("file").found();
    assert_eq!(file("keyring"), None, "Codex is signed out then");
    assert_eq!(file("auto"), at("file", CodexAuthLocation::File));
    let commented = Rig::with_storage("file").has_item("item").has_file("file");
    fs::write(commented.home.codex_config(), "# cli_auth_credentials_store = \"keyring\"\n")
        .unwrap();
    assert_eq!(commented.found(), at("file", CodexAuthLocation::File));
    fs::write(commented.home.codex_config(), "this is not TOML").unwrap();
    assert_eq!(commented.found(), at("file", CodexAuthLocation::File));
}

#[test]
fn an_encrypted_file_is_recognized_and_nothing_else_is_taken_for_the_sign_in() {
    for storage in ["keyring", "auto"] {
        let rig = Rig::with_storage(storage).has_item("item").has_file("file");
        let config = fs::read_to_string(rig.home.codex_config()).unwrap();
        fs::write(rig.home.codex_config(), config.replace("false", "true")).unwrap();
        let own = rig.codex_sign_in(VaultKind::Keychain);
        let from_file = (storage == "auto").then_some(CodexAuthLocation::File);
        let found = own.read(Prompting::Allowed).unwrap().map(|(_, place)| place);
        assert_eq!(found, from_file, "Codex has not written the encrypted file");
        assert_eq!(own.owner() == account("file"), storage == "auto");

        let file = rig.home.codex_home.join("secrets").join("codex_auth.age");
        fs::create_dir(file.parent().unwrap()).unwrap();
        fs::write(&file, "age-encryption.org/v1\n").unwrap();
        let refused = own.read(Prompting::Allowed).unwrap_err();
        assert!(matches!(&refused, ImportError::Encrypted(named) if *named == file), "{refused}");
        assert!(matches!(of_folder(&rig.home.codex_home), Err(ImportError::Encrypted(_))));
        assert_eq!(own.owner(), AccountOwner::Unread);
        assert!(own.tokens().is_none() && !own.is_unread());
        assert!(!own.rewrite(|_| Some(Secret::new("{}".to_owned()))).unwrap());
        assert_eq!(rig.item().get_password().unwrap(), sign_in("item"));
        // Where Codex does not keep it, the file is an old one.
        fs::write(rig.home.codex_config(), "").unwrap();
        assert_eq!(own.owner(), account("file"));
    }
}

#[test]
fn only_codex_for_windows_encrypts_unless_its_settings_say_otherwise() {
    let rig = Rig::with_storage("keyring");
    fs::write(rig.home.codex_config(), "cli_auth_credentials_store = \"auto\"\n").unwrap();
    let encrypts = Storage::of(&rig.home.codex_home) == Storage::EncryptedOrFile;
    assert_eq!(encrypts, cfg!(windows));
}

#[test]
fn a_keychain_that_fails_is_an_error_unless_codex_takes_the_file_then() {
    let fail = |rig: &Rig| {
        let own = rig.codex_sign_in(VaultKind::Keychain);
        let entry = rig.item();
        let cred: &mock::Cred = entry.as_any().downcast_ref().unwrap();
        cred.set_error(keyring_core::Error::NoStorageAccess("locked".into()));
        own.read(Prompting::Allowed)
    };
    let alone = Rig::with_storage("keyring").has_item("item").has_file("file");
    assert!(matches!(fail(&alone), Err(ImportError::Keychain(_))));
    let either = Rig::with_storage("auto").has_item("item").has_file("file");
    assert_eq!(fail(&either).unwrap().unwrap().1, CodexAuthLocation::File);
}

#[test]
fn the_keychain_is_not_read_before_the_user_imported_from_it() {
    let rig = Rig::with_storage("keyring").has_item("item");
    let own = rig.codex_sign_in(VaultKind::File);
    assert!(own.is_unread());
    assert_eq!(own.owner(), AccountOwner::Unread);
    assert!(own.tokens().is_none());
    assert!(!own.rewrite(|_| Some(Secret::new("{}".to_owned()))).unwrap());
    assert_eq!(own.read(Prompting::Allowed).unwrap().unwrap().1, CodexAuthLocation::Keychain);
    assert_eq!(own.owner(), account("item"), "what was read is remembered");
    own.allow();
    assert!(rig.codex_sign_in(VaultKind::File).tokens().is_some(), "also after a restart");
}

#[test]
fn an_open_keychain_is_read_once() {
    let rig = Rig::with_storage("keyring").has_item("one");
    let own = rig.codex_sign_in(VaultKind::Keychain);
    assert_eq!(own.is_unread(), platform::KEYCHAIN_ASKS);
    own.allow();
    assert_eq!(own.owner(), account("one"));
    rig.item().set_password(&sign_in("two")).unwrap();
    assert_eq!(own.owner(), account("one"), "it was asked again");
    assert!(own.tokens().is_some(), "before a renewal it is read again");
    assert_eq!(own.owner(), account("two"));
    own.vault_is(VaultKind::File);
    assert!(!own.is_unread(), "the user allowed it");
}

#[test]
fn without_an_item_the_owner_is_read_from_the_file() {
    let rig = Rig::with_storage("auto").has_file("file");
    let own = rig.codex_sign_in(VaultKind::Keychain);
    own.allow();
    assert_eq!(own.owner(), account("file"));
    assert_eq!(own.owner(), account("file"));
    assert_eq!(owner_of_file(&rig.home), AccountOwner::Unread);
    fs::remove_file(rig.home.codex_config()).unwrap();
    assert_eq!(owner_of_file(&rig.home), account("file"));
}

#[test]
fn tokens_passed_to_codex_are_stored_in_the_same_item() {
    let rig = Rig::with_storage("keyring").has_item("one").has_file("old");
    let own = rig.codex_sign_in(VaultKind::Keychain);
    own.allow();
    let file = fs::read(rig.home.codex_auth()).unwrap();
    let swapped = own.rewrite(|text| Some(Secret::new(text.replace("refresh-one", "refresh-new"))));
    assert!(swapped.unwrap());
    let item: Value = serde_json::from_str(&rig.item().get_password().unwrap()).unwrap();
    assert_eq!(item["tokens"]["refresh_token"], "refresh-new");
    assert_eq!(item["future"], json!({"kept": [1]}));
    assert_eq!(fs::read(rig.home.codex_auth()).unwrap(), file, "that is not Codex's any more");
}

#[test]
fn what_codex_puts_there_meanwhile_stays() {
    let rig = Rig::with_storage("keyring").has_item("one");
    let own = rig.codex_sign_in(VaultKind::Keychain);
    own.allow();
    let meanwhile = |text: &str| {
        rig.item().set_password(&sign_in("two")).unwrap();
        Some(Secret::new(text.to_owned()))
    };
    assert!(!own.rewrite(meanwhile).unwrap());
    assert_eq!(rig.item().get_password().unwrap(), sign_in("two"));
    let logout = |text: &str| {
        rig.item().delete_credential().unwrap();
        Some(Secret::new(text.to_owned()))
    };
    assert!(!own.rewrite(logout).unwrap());
    assert!(matches!(rig.item().get_password(), Err(keyring_core::Error::NoEntry)));
}

#[test]
fn codex_s_lock_is_waited_for() {
    let rig = Rig::with_storage("keyring").has_item("one");
    let lock = File::create(rig.home.codex_home.join(LOCK)).unwrap();
    lock.lock().unwrap();
    let own = rig.codex_sign_in(VaultKind::Keychain);
    own.allow();
    let (sender, receiver) = std::sync::mpsc::channel();
    let writer = own.clone();
    let writing = thread::spawn(move || {
        let ours = |text: &str| text.contains("one").then(|| Secret::new(sign_in("ours")));
        let done = writer.rewrite(ours);
        sender.send(()).unwrap();
        done.unwrap()
    });
    thread::sleep(LOCK_PAUSE * 5);
    assert!(receiver.try_recv().is_err(), "it did not wait");
    assert_eq!(rig.item().get_password().unwrap(), sign_in("one"));
    // Codex commits, and lets go: another token stands there now.
    rig.item().set_password(&sign_in("two")).unwrap();
    drop(lock);
    assert!(!writing.join().unwrap());
    assert_eq!(rig.item().get_password().unwrap(), sign_in("two"));
}
