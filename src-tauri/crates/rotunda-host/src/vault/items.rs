//! The vault over any place that keeps named items.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rotunda_core::{
    ProfileId, Secret,
    vault::{Credential, VaultError},
};
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::{
    KeychainProvider,
    item::{self, SignIn},
};

/// A keychain may ask the user; a request does not wait for the answer longer
/// than this. The question stays, and a late answer is used.
const PATIENCE: Duration = Duration::from_secs(30);
/// What could not be written is tried again no sooner: each attempt may ask the
/// user to unlock the keychain.
const RETRY: Duration = Duration::from_secs(60);

/// Keeps named items. Calls block.
pub(super) trait Items: fmt::Debug + Send + Sync + 'static {
    /// Reads an item; none when there is none of that name.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError>;
    /// Makes an item, or replaces its content in place.
    fn write(&self, name: &str, content: &[u8]) -> Result<(), VaultError>;
    /// Removes an item; none being there is fine.
    fn remove(&self, name: &str) -> Result<(), VaultError>;

    /// Writes several items, the first ones first.
    fn write_all(&self, items: &[(String, Secret<Vec<u8>>)]) -> Result<(), VaultError> {
        items.iter().try_for_each(|(name, content)| self.write(name, content.expose()))
    }

    /// Removes several items, the first ones first.
    fn remove_all(&self, names: &[String]) -> Result<(), VaultError> {
        names.iter().try_for_each(|name| self.remove(name))
    }

    /// Finds out by a real write whether an item could be written now. By
    /// default an item is replaced by its own content.
    fn check(&self, (name, content): (&str, &[u8])) -> Result<(), VaultError> {
        self.write(name, content)
    }

    /// Forgets what was refused or not answered: the user does something that
    /// needs the items.
    fn ask_again(&self) {}
    /// Who keeps the items, when that is another program.
    fn provider(&self) -> Option<KeychainProvider> {
        None
    }
}

/// Name and content of the item that [`Kept::probe`] writes. No profile has it.
const PROBE: (&str, &[u8]) = ("test", b"Rotunda wrote this to see that the keychain saves.");

/// Items, one caller at a time, behind a cache that answers at once.
#[derive(Debug)]
pub(super) struct Kept<I> {
    inner: Arc<Inner<I>>,
}

#[derive(Debug)]
struct Inner<I> {
    items: I,
    /// Held while items are read or written, in blocking threads only, so that
    /// the two items of a profile always belong together.
    turn: Mutex<()>,
    /// Held for moments.
    cache: Mutex<HashMap<ProfileId, Cached>>,
    /// How often each profile's sign-in was removed or put anew. A store that
    /// waited for its turn meanwhile is of an earlier sign-in.
    epochs: Mutex<HashMap<ProfileId, u64>>,
}

/// A sign-in in memory.
#[derive(Debug, Clone)]
struct Cached {
    sign_in: SignIn,
    /// Last attempt to write it that failed. The tokens in the items are used
    /// up by then, so these stand in for them until a write succeeds.
    unsaved: Option<Instant>,
}

impl Cached {
    /// Good enough to answer with at once.
    fn answers(&self) -> bool {
        self.unsaved.is_none_or(|tried| tried.elapsed() < RETRY)
    }
}

impl<I: Items> Kept<I> {
    pub(super) fn over(items: I) -> Self {
        let (turn, cache, epochs) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { inner: Arc::new(Inner { items, turn, cache, epochs }) }
    }

    pub(super) async fn load(&self, profile: ProfileId) -> Result<Credential, VaultError> {
        if let Some(cached) = self.inner.cached(profile).filter(Cached::answers) {
            return Ok(cached.sign_in.credential);
        }
        let found = self.blocking(move |inner| inner.read(profile)).await;
        match self.inner.cached(profile) {
            // The items cannot be written yet, but nothing is missing here.
            Some(cached) => Ok(cached.sign_in.credential),
            None => found?.map(|sign_in| sign_in.credential).ok_or(VaultError::Missing),
        }
    }

    /// Replaces the credential and keeps what else the sign-in carries. When it
    /// fails, [`Kept::load`] still answers with the new credential: the old one
    /// is used up.
    pub(super) async fn store(
        &self,
        profile: ProfileId,
        credential: Credential,
    ) -> Result<(), VaultError> {
        let epoch = self.inner.epoch(profile);
        self.blocking(move |inner| {
            if inner.epoch(profile) != epoch {
                return Err(VaultError::Missing);
            }
            let old = inner.read(profile);
            let extra = old.as_ref().ok().and_then(Option::as_ref).map(|old| old.extra.clone());
            let sign_in = SignIn { credential, extra: extra.unwrap_or_default() };
            inner.remember(profile, sign_in.clone(), Some(Instant::now()));
            // Items that could not be read hold fields that must not be lost.
            old.and_then(|_| inner.write(profile, sign_in))
        })
        .await
    }

    /// Stores a new sign-in. When it fails, what was there before is there.
    pub(super) async fn put(
        &self,
        profile: ProfileId,
        credential: Credential,
        extra: Map<String, Value>,
    ) -> Result<(), VaultError> {
        let sign_in = SignIn { credential, extra };
        let given_up = Arc::new(AtomicBool::new(false));
        let is_given_up = Arc::clone(&given_up);
        self.inner.next_epoch(profile);
        let put = self.blocking(move |inner| {
            inner.put(profile, sign_in, || is_given_up.load(Ordering::SeqCst))
        });
        let outcome = put.await;
        given_up.store(outcome.is_err(), Ordering::SeqCst);
        outcome
    }

    /// Whether a store would succeed now.
    pub(super) async fn writable(&self, profile: ProfileId) -> Result<(), VaultError> {
        self.blocking(move |inner| {
            let Some(sign_in) = inner.read(profile)? else { return Err(VaultError::Missing) };
            match item::encode(&sign_in).access.first() {
                // Nothing is lost should the write end half-way: the next start
                // fetches another one with the refresh token.
                Some(access) => {
                    inner.items.check((&item::access_name(profile, 0), access.expose()))
                }
                None => Ok(()),
            }
        })
        .await
    }

    /// A sign-in with the fields it was put with.
    pub(super) async fn whole(
        &self,
        profile: ProfileId,
    ) -> Result<(Credential, Map<String, Value>), VaultError> {
        let found = self.blocking(move |inner| inner.read(profile)).await?;
        found.map(|sign_in| (sign_in.credential, sign_in.extra)).ok_or(VaultError::Missing)
    }

    /// The profiles among the names that `list` finds.
    pub(super) async fn listed(
        &self,
        list: impl FnOnce(&I) -> Result<Vec<String>, VaultError> + Send + 'static,
    ) -> Result<Vec<ProfileId>, VaultError> {
        let names = self.blocking(move |inner| list(&inner.items)).await?;
        Ok(item::profiles_of(&names))
    }

    pub(super) async fn remove(&self, profile: ProfileId) -> Result<(), VaultError> {
        let given_up = Arc::new(AtomicBool::new(false));
        let is_given_up = Arc::clone(&given_up);
        self.inner.next_epoch(profile);
        let removal = self.blocking(move |inner| {
            let old = inner.read(profile).ok().flatten();
            inner.remove(profile)?;
            match old.filter(|_| is_given_up.load(Ordering::SeqCst)) {
                // The caller was answered that the sign-in stays.
                Some(old) => inner.write(profile, old),
                None => Ok(()),
            }
        });
        let outcome = removal.await;
        given_up.store(outcome.is_err(), Ordering::SeqCst);
        outcome
    }

    /// Writes an item, reads it back and removes it. Says who keeps it.
    pub(super) async fn probe(&self) -> Result<Option<KeychainProvider>, VaultError> {
        self.blocking(|inner| {
            let (name, content) = PROBE;
            inner.items.write(name, content)?;
            let back = inner.items.read(name);
            inner.items.remove(name)?;
            if back?.as_deref() != Some(content) {
                let why = "what it gives back is not what was written";
                return Err(VaultError::CannotSave(why.to_owned()));
            }
            Ok(inner.items.provider())
        })
        .await
    }

    pub(super) fn ask_again(&self) {
        self.inner.items.ask_again();
    }

    /// Runs a step to its end, also without a caller that waits for it: a
    /// refresh token half stored would be a sign-in lost.
    async fn blocking<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Inner<I>) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let inner = Arc::clone(&self.inner);
        let running = tokio::task::spawn_blocking(move || {
            let _turn = inner.turn.lock().unwrap_or_else(PoisonError::into_inner);
            step(&inner)
        });
        match tokio::time::timeout(PATIENCE, running).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(VaultError::Unavailable("the vault's worker ended".to_owned())),
            Err(_) => Err(VaultError::Locked),
        }
    }
}

impl<I: Items> Inner<I> {
    fn cached(&self, profile: ProfileId) -> Option<Cached> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(&profile).cloned()
    }

    fn remember(&self, profile: ProfileId, sign_in: SignIn, unsaved: Option<Instant>) {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.insert(profile, Cached { sign_in, unsaved });
    }

    fn forget(&self, profile: ProfileId) {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).remove(&profile);
    }

    /// From memory if it is there; what is not saved yet is saved first.
    fn read(&self, profile: ProfileId) -> Result<Option<SignIn>, VaultError> {
        if let Some(Cached { sign_in, unsaved }) = self.cached(profile) {
            if unsaved.is_some() {
                self.remember(profile, sign_in.clone(), Some(Instant::now()));
                self.write(profile, sign_in.clone())?;
            }
            return Ok(Some(sign_in));
        }
        let identity = self.items.read(&item::identity_name(profile))?.map(Secret::new);
        let Some(identity) = identity else { return Ok(None) };
        let access = item::join(|part| self.items.read(&item::access_name(profile, part)))?;
        let access = access.map(Secret::new);
        let access = access.as_ref().map(|access| access.expose().as_slice());
        let sign_in = item::decode(identity.expose(), access)?;
        self.remember(profile, sign_in.clone(), None);
        Ok(Some(sign_in))
    }

    /// Puts a sign-in in place of what is there, or leaves that: also when
    /// no caller waits any more for the answer.
    fn put(
        &self,
        profile: ProfileId,
        sign_in: SignIn,
        is_given_up: impl Fn() -> bool,
    ) -> Result<(), VaultError> {
        if is_given_up() {
            return Err(VaultError::Locked);
        }
        let old = match self.read(profile) {
            // A new sign-in is the way out.
            Err(VaultError::Damaged(_)) => None,
            old => old?,
        };
        self.forget(profile);
        let mut written = self.write(profile, sign_in);
        if written.is_ok() && is_given_up() {
            written = Err(VaultError::Locked);
        }
        let Err(error) = written else { return Ok(()) };
        self.forget(profile);
        let back = match old {
            Some(old) => self.write(profile, old),
            None => self.remove(profile),
        };
        if let Err(error) = back {
            tracing::warn!(%error, "part of a sign-in that could not be stored is left");
        }
        Err(error)
    }

    fn epoch(&self, profile: ProfileId) -> u64 {
        let epochs = self.epochs.lock().unwrap_or_else(PoisonError::into_inner);
        epochs.get(&profile).copied().unwrap_or_default()
    }

    fn next_epoch(&self, profile: ProfileId) {
        let mut epochs = self.epochs.lock().unwrap_or_else(PoisonError::into_inner);
        *epochs.entry(profile).or_default() += 1;
    }

    /// The identity item holds the refresh token, which nothing can replace, so
    /// it goes first.
    fn write(&self, profile: ProfileId, sign_in: SignIn) -> Result<(), VaultError> {
        let encoded = item::encode(&sign_in);
        let mut items = vec![(item::identity_name(profile), encoded.identity)];
        let access = (0..).zip(encoded.access);
        items.extend(access.map(|(part, content)| (item::access_name(profile, part), content)));
        self.items.write_all(&items)?;
        self.remember(profile, sign_in, None);
        Ok(())
    }

    /// The identity goes last: until then the sign-in is there, and a removal
    /// that failed half-way can be repeated.
    fn remove(&self, profile: ProfileId) -> Result<(), VaultError> {
        let access = (0..item::MOST_PARTS).map(|part| item::access_name(profile, part));
        let names: Vec<_> = access.chain([item::identity_name(profile)]).collect();
        self.items.remove_all(&names)?;
        self.forget(profile);
        Ok(())
    }
}
