//! Codex's own sign-in, where its `config.toml` has it kept: in `auth.json`, in
//! an item of the system's keychain, in an encrypted file, or nowhere that outlives
//! Codex. The encrypted file is recognized and not opened: an item of the Credential
//! Manager is too small for a sign-in, so it is what Codex on Windows has instead.
//!
//! The keychain may ask its user who wants to read another program's item. So
//! Rotunda reads it by itself only where that is settled, and never for a
//! request (decision 016).

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use rotunda_core::{
    Identity, Secret,
    identity::Match,
    profile::Kind,
    vault::{ChatGptCredential, Credential, VaultError},
};
use toml_edit::{DocumentMut, Item};

use crate::{
    auth_file::{self, ImportError, Imported},
    failpoint,
    files::{self, Mode},
    home::Home,
    platform,
    settings::VaultKind,
    vault::CodexItem,
};

/// The name of the item's place for users.
pub const IN_KEYCHAIN: &str = "Codex Auth (keychain)";
/// Codex holds this lock while it commits a renewed sign-in, wherever it keeps
/// it (observed with 0.169.0).
const LOCK: &str = "auth.lock";
/// Codex holds it for milliseconds.
const LOCK_ATTEMPTS: u32 = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(20);
/// Below Codex's folder: its sign-in in the age format, encrypted with a passphrase that is
/// in the keychain. The first name was observed with 0.171.0 for Windows, the second is that
/// of `codex-rs/secrets/src/local.rs` at other versions.
const SECRETS: &str = "secrets";
const ENCRYPTED: [&str; 2] = ["codex_auth.age", "cli_auth.age"];
/// Below the data folder: the user imported from Codex's item.
const ALLOWED: &str = "codex.keychain";

/// What `cli_auth_credentials_store` and the feature `secret_auth_storage` say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// `auth.json` alone, also by default.
    File,
    /// The keychain alone: an `auth.json` that lies there is not looked at.
    Keychain,
    /// The keychain, and the file when the keychain has nothing or fails.
    Either,
    /// An encrypted file alone: neither `auth.json` nor an item of the keychain is looked
    /// at.
    Encrypted,
    /// The encrypted file, and `auth.json` when that has nothing or fails.
    EncryptedOrFile,
    /// Nothing that outlives the process.
    Nowhere,
}

impl Storage {
    /// Where the Codex of this folder keeps its sign-in.
    pub fn of(codex_home: &Path) -> Self {
        let config = codex_home.join("config.toml");
        let text = files::read_text_if_there(&config).ok().flatten();
        let config = text.and_then(|text| text.parse::<DocumentMut>().ok());
        let Some(config) = config else { return Self::File };
        let feature = config.get("features").and_then(|all| all.get("secret_auth_storage"));
        let feature = feature.and_then(Item::as_bool);
        let encrypts = feature.unwrap_or(platform::CODEX_ENCRYPTS);
        match (config.get("cli_auth_credentials_store").and_then(Item::as_str), encrypts) {
            (Some("keyring"), false) => Self::Keychain,
            (Some("keyring"), true) => Self::Encrypted,
            (Some("auto"), false) => Self::Either,
            (Some("auto"), true) => Self::EncryptedOrFile,
            (Some("ephemeral"), _) => Self::Nowhere,
            _ => Self::File,
        }
    }

    const fn has_item(self) -> bool {
        matches!(self, Self::Keychain | Self::Either)
    }

    /// Whether an `auth.json` is looked at.
    pub const fn has_file(self) -> bool {
        matches!(self, Self::File | Self::Either | Self::EncryptedOrFile)
    }
}

/// The encrypted file with Codex's sign-in, when it is where this Codex keeps it. It stays
/// after a sign-out, with nothing in it: only Codex can see that.
pub fn encrypted_file(codex_home: &Path) -> Option<PathBuf> {
    match Storage::of(codex_home) {
        Storage::Encrypted | Storage::EncryptedOrFile => {}
        Storage::File | Storage::Keychain | Storage::Either | Storage::Nowhere => return None,
    }
    let folder = codex_home.join(SECRETS);
    ENCRYPTED.map(|name| folder.join(name)).into_iter().find(|file| file.is_file())
}

fn refuse_encrypted(codex_home: &Path) -> Result<(), ImportError> {
    encrypted_file(codex_home).map_or(Ok(()), |file| Err(ImportError::Encrypted(file)))
}

/// Whether reading it may show a prompt of the keychain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompting {
    /// For an action of the user.
    Allowed,
    /// In the background.
    Never,
}

/// Where a sign-in of Codex's stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodexAuthLocation {
    /// In `auth.json`.
    File,
    /// In the keychain.
    Keychain,
}

/// What stands there, as text.
struct Stands {
    text: Secret<String>,
    place: CodexAuthLocation,
}

/// Who Codex is signed in as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountOwner {
    /// This one.
    Account(Identity),
    /// Codex is signed out, or its sign-in names no account.
    NoAccount,
    /// It is in the keychain, which was not read, or in a file that only Codex can read.
    Unread,
}

impl AccountOwner {
    /// Whether Codex is signed in with this identity.
    pub(crate) fn compare(&self, identity: &Identity) -> Match {
        match self {
            Self::Account(own) => own.compare(identity),
            Self::NoAccount => Match::Other,
            Self::Unread => Match::Unknown,
        }
    }

    /// The same as yes or no; what is not known stays as it `was`.
    pub fn is(&self, identity: &Identity, was: bool) -> bool {
        match self.compare(identity) {
            Match::Same => true,
            Match::Other => false,
            Match::Unknown => was,
        }
    }
}

/// A handle on it; clones share what is known. All methods block.
#[derive(Debug, Clone)]
pub struct OwnSignIn {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    home: Home,
    item: CodexItem,
    /// Rotunda's own items are in the keychain, so it is open anyway.
    opened: AtomicBool,
    /// The user or the system refused: there is no prompt before the next
    /// start, but for an action of the user.
    denied: AtomicBool,
    /// The last answer of the keychain.
    keychain_state: Mutex<KeychainState>,
}

/// An answer of the keychain.
#[derive(Debug, Clone, Default)]
enum KeychainState {
    /// Nothing yet.
    #[default]
    Unasked,
    /// It has no item.
    NoItem,
    /// Its item is this one's.
    Item(AccountOwner),
}

impl OwnSignIn {
    /// The sign-in of the Codex that `home` names, for a Rotunda that keeps its
    /// own ones in `vault`.
    pub fn new(home: &Home, vault: VaultKind) -> Self {
        Self::over(home, vault, CodexItem::system())
    }

    /// With a keychain item of the caller.
    pub fn over(home: &Home, vault: VaultKind, item: CodexItem) -> Self {
        let inner = Inner {
            home: home.clone(),
            item,
            opened: AtomicBool::new(vault == VaultKind::Keychain),
            denied: AtomicBool::default(),
            keychain_state: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// From now on Rotunda keeps its own sign-ins there.
    pub fn vault_is(&self, vault: VaultKind) {
        self.inner.opened.store(vault == VaultKind::Keychain, Ordering::Relaxed);
    }

    /// Where Codex keeps its sign-in, by its settings.
    pub fn storage(&self) -> Storage {
        Storage::of(&self.inner.home.codex_home)
    }

    /// The sign-in and where it stands; none when Codex is signed out, or when
    /// the keychain may not be read.
    pub fn read(
        &self,
        prompting: Prompting,
    ) -> Result<Option<(Imported, CodexAuthLocation)>, ImportError> {
        let Some(stands) = self.stands(prompting)? else { return Ok(None) };
        Ok(Some((auth_file::parse(stands.text.expose())?, stands.place)))
    }

    /// The sign-in as Codex wrote it, and where it stands.
    pub fn text(
        &self,
        prompting: Prompting,
    ) -> Result<Option<(Secret<String>, CodexAuthLocation)>, ImportError> {
        Ok(self.stands(prompting)?.map(|stands| (stands.text, stands.place)))
    }

    /// Its tokens and their owner, read in the background.
    pub(crate) fn tokens(&self) -> Option<(ChatGptCredential, Identity)> {
        let (own, _) = self.read(Prompting::Never).ok()??;
        match own.credential {
            Credential::ChatGpt(held) => Some((held, Identity::of(&own.claims))),
            Credential::ApiKey(_) | Credential::Provider(_) => None,
        }
    }

    /// Whether the keychain would have to be read, and may not be.
    pub fn is_unread(&self) -> bool {
        self.storage().has_item() && !self.may_ask(Prompting::Never)
    }

    /// Its owner. Once the keychain has answered, later calls return that
    /// answer.
    pub fn owner(&self) -> AccountOwner {
        let storage = self.storage();
        if !storage.has_item() {
            return owner_of_file(&self.inner.home);
        }
        let unasked = matches!(*self.keychain_state(), KeychainState::Unasked);
        if unasked && self.may_ask(Prompting::Never) {
            drop(self.item());
        }
        let keychain_state = self.keychain_state().clone();
        match keychain_state {
            KeychainState::Unasked => AccountOwner::Unread,
            KeychainState::Item(owner) => owner,
            KeychainState::NoItem if storage.has_file() => account_in(&self.inner.home),
            KeychainState::NoItem => AccountOwner::NoAccount,
        }
    }

    /// The user takes a sign-in from the keychain's item: from now on Rotunda
    /// may read it by itself, since one of the two renews it.
    pub fn allow(&self) {
        let folder = self.inner.home.data.join("sign-ins");
        let made = files::create_private_folder_if_missing(&folder);
        let written =
            made.and_then(|()| files::write_atomic(&folder.join(ALLOWED), b"", Mode::Private));
        if let Err(error) = written {
            tracing::warn!(%error, "a note about Codex's sign-in could not be written");
        }
    }

    /// Puts what `rewrite` makes of the text where it stands, while Codex is
    /// kept from committing another one. False when nothing was put there.
    pub(crate) fn rewrite(
        &self,
        rewrite: impl FnOnce(&str) -> Option<Secret<String>>,
    ) -> Result<bool, ImportError> {
        let _lock = self.lock();
        let old = match self.stands(Prompting::Never) {
            // What only Codex can read holds no token of ours.
            Err(ImportError::Encrypted(_)) => None,
            old => old?,
        };
        let Some(old) = old else { return Ok(false) };
        let Some(new) = rewrite(old.text.expose()) else { return Ok(false) };
        failpoint::vault("own.write").map_err(ImportError::Keychain)?;
        let home = &self.inner.home;
        match old.place {
            CodexAuthLocation::File => {
                let (old, new) = (old.text.expose().as_bytes(), new.expose().as_bytes());
                let swap = files::Swap::of_auth(&home.codex_auth(), &home.data)
                    .run(Some(old), Some(new))?;
                Ok(swap != files::Swapped::Changed)
            }
            CodexAuthLocation::Keychain => {
                let replaced = self.inner.item.replace(&home.codex_home, &old.text, &new);
                replaced.map_err(ImportError::Keychain)
            }
        }
    }
}

impl OwnSignIn {
    fn keychain_state(&self) -> MutexGuard<'_, KeychainState> {
        self.inner.keychain_state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn may_ask(&self, prompting: Prompting) -> bool {
        let settled = || {
            let opened = self.inner.opened.load(Ordering::Relaxed);
            (opened && !platform::KEYCHAIN_ASKS) || self.is_allowed()
        };
        match prompting {
            Prompting::Allowed => true,
            Prompting::Never => !self.inner.denied.load(Ordering::Relaxed) && settled(),
        }
    }

    fn is_allowed(&self) -> bool {
        self.inner.home.data.join("sign-ins").join(ALLOWED).exists()
    }

    fn stands(&self, prompting: Prompting) -> Result<Option<Stands>, ImportError> {
        let storage = self.storage();
        refuse_encrypted(&self.inner.home.codex_home)?;
        if storage.has_item() && self.may_ask(prompting) {
            if matches!(prompting, Prompting::Allowed) {
                self.inner.item.ask_again();
            }
            match self.item() {
                Ok(Some(text)) => {
                    return Ok(Some(Stands { text, place: CodexAuthLocation::Keychain }));
                }
                Err(error) if storage == Storage::Keychain => {
                    return Err(ImportError::Keychain(error));
                }
                // Codex takes the file then.
                Ok(None) | Err(_) => {}
            }
        }
        let file = self.inner.home.codex_auth();
        if !storage.has_file() || !file.exists() {
            return Ok(None);
        }
        Ok(Some(Stands { text: auth_file::text_of(&file)?, place: CodexAuthLocation::File }))
    }

    /// Reads the keychain, and remembers its answer.
    fn item(&self) -> Result<Option<Secret<String>>, VaultError> {
        let found = self.inner.item.read(&self.inner.home.codex_home);
        let denied = match found {
            Err(VaultError::Denied) => true,
            // Elsewhere the keychain itself knows when to ask again.
            Err(VaultError::Dismissed) => platform::KEYCHAIN_ASKS,
            _ => false,
        };
        self.inner.denied.store(denied, Ordering::Relaxed);
        if let Ok(text) = &found {
            *self.keychain_state() = match text {
                Some(text) => KeychainState::Item(account_of(auth_file::parse(text.expose()))),
                None => KeychainState::NoItem,
            };
        }
        found
    }

    /// Keeps Codex from committing. Without the file this Codex knows no such
    /// lock; one that is held for long is a mistake, and what is put
    /// anywhere is compared first.
    fn lock(&self) -> Option<File> {
        let path = self.inner.home.codex_home.join(LOCK);
        let file = File::options().read(true).write(true).open(path).ok()?;
        for _ in 0..LOCK_ATTEMPTS {
            if file.try_lock().is_ok() {
                return Some(file);
            }
            thread::sleep(LOCK_PAUSE);
        }
        tracing::warn!("Codex's lock on its sign-in is held for long");
        None
    }
}

/// The sign-in of any Codex folder, which the user named. Blocks.
pub fn of_folder(codex_home: &Path) -> Result<Option<(Imported, CodexAuthLocation)>, ImportError> {
    let storage = Storage::of(codex_home);
    refuse_encrypted(codex_home)?;
    if storage.has_item() {
        match (CodexItem::system().read(codex_home), storage) {
            (Ok(Some(text)), _) => {
                return Ok(Some((auth_file::parse(text.expose())?, CodexAuthLocation::Keychain)));
            }
            (Err(error), Storage::Keychain) => return Err(ImportError::Keychain(error)),
            (Ok(None) | Err(_), _) => {}
        }
    }
    let file = codex_home.join("auth.json");
    // A file that Codex does not read may still be a sign-in.
    if !file.exists() {
        return Ok(None);
    }
    Ok(Some((auth_file::read(&file)?, CodexAuthLocation::File)))
}

/// What is known without a prompt, and without the keychain.
pub fn owner_of_file(home: &Home) -> AccountOwner {
    match Storage::of(&home.codex_home) {
        Storage::Keychain | Storage::Either => AccountOwner::Unread,
        _ if encrypted_file(&home.codex_home).is_some() => AccountOwner::Unread,
        Storage::File | Storage::EncryptedOrFile => account_in(home),
        Storage::Encrypted | Storage::Nowhere => AccountOwner::NoAccount,
    }
}

fn account_in(home: &Home) -> AccountOwner {
    account_of(auth_file::read(&home.codex_auth()))
}

fn account_of(read: Result<Imported, ImportError>) -> AccountOwner {
    let own = read.ok().filter(|own| own.kind == Kind::ChatGpt);
    own.map_or(AccountOwner::NoAccount, |own| AccountOwner::Account(Identity::of(&own.claims)))
}

#[cfg(test)]
#[path = "codex_auth_tests.rs"]
mod tests;
