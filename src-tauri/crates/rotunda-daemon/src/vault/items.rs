//! The vault over any place that keeps named items.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rotunda_core::{ProfileId, Secret};
use rotunda_router::vault::{Credential, VaultError};
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::item::{self, SignIn};

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
}

/// Items, one caller at a time, behind a cache that answers at once.
#[derive(Debug)]
pub(super) struct Kept<I> {
    shared: Arc<Shared<I>>,
}

#[derive(Debug)]
struct Shared<I> {
    items: I,
    /// Held while items are read or written, in blocking threads only, so that
    /// the two items of a profile always belong together.
    turn: Mutex<()>,
    /// Held for moments.
    cache: Mutex<HashMap<ProfileId, Cached>>,
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
        let shared = Shared { items, turn: Mutex::default(), cache: Mutex::default() };
        Self { shared: Arc::new(shared) }
    }

    pub(super) async fn load(&self, profile: ProfileId) -> Result<Credential, VaultError> {
        if let Some(cached) = self.shared.cached(profile).filter(Cached::answers) {
            return Ok(cached.sign_in.credential);
        }
        let found = self.blocking(move |shared| shared.read(profile)).await;
        match self.shared.cached(profile) {
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
        self.blocking(move |shared| {
            let old = shared.read(profile);
            let extra = old.as_ref().ok().and_then(Option::as_ref).map(|old| old.extra.clone());
            let sign_in = SignIn { credential, extra: extra.unwrap_or_default() };
            shared.remember(profile, sign_in.clone(), Some(Instant::now()));
            // Items that could not be read hold fields that must not be lost.
            old.and_then(|_| shared.write(profile, sign_in))
        })
        .await
    }

    /// Stores a new sign-in. When it fails, nothing is remembered.
    pub(super) async fn put(
        &self,
        profile: ProfileId,
        credential: Credential,
        extra: Map<String, Value>,
    ) -> Result<(), VaultError> {
        let sign_in = SignIn { credential, extra };
        self.blocking(move |shared| {
            shared.forget(profile);
            shared.write(profile, sign_in)
        })
        .await
    }

    /// A sign-in with the fields it was put with.
    pub(super) async fn whole(
        &self,
        profile: ProfileId,
    ) -> Result<(Credential, Map<String, Value>), VaultError> {
        let found = self.blocking(move |shared| shared.read(profile)).await?;
        found.map(|sign_in| (sign_in.credential, sign_in.extra)).ok_or(VaultError::Missing)
    }

    pub(super) async fn remove(&self, profile: ProfileId) -> Result<(), VaultError> {
        self.blocking(move |shared| shared.remove(profile)).await
    }

    /// Runs a step to its end, also when nobody waits for it any more: a
    /// refresh token half stored would be a sign-in lost.
    async fn blocking<T: Send + 'static>(
        &self,
        step: impl FnOnce(&Shared<I>) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        let shared = Arc::clone(&self.shared);
        let running = tokio::task::spawn_blocking(move || {
            let _turn = shared.turn.lock().unwrap_or_else(PoisonError::into_inner);
            step(&shared)
        });
        match tokio::time::timeout(PATIENCE, running).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(VaultError::Unavailable("the vault's worker ended".to_owned())),
            Err(_) => Err(VaultError::Locked),
        }
    }
}

impl<I: Items> Shared<I> {
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

    /// The identity item holds the refresh token, which nothing can replace, so
    /// it goes first.
    fn write(&self, profile: ProfileId, sign_in: SignIn) -> Result<(), VaultError> {
        let encoded = item::encode(&sign_in);
        self.items.write(&item::identity_name(profile), encoded.identity.expose())?;
        for (part, content) in (0..).zip(encoded.access) {
            self.items.write(&item::access_name(profile, part), content.expose())?;
        }
        self.remember(profile, sign_in, None);
        Ok(())
    }

    fn remove(&self, profile: ProfileId) -> Result<(), VaultError> {
        self.forget(profile);
        self.items.remove(&item::identity_name(profile))?;
        (0..item::MOST_PARTS)
            .try_for_each(|part| self.items.remove(&item::access_name(profile, part)))
    }
}
