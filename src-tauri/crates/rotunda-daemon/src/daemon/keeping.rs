//! Where sign-ins rest, and moving them to another place.
//!
//! Copied, read back, then the setting is written, and only then the old copies
//! go: wherever it is interrupted, one whole place is the one in force.

use std::sync::Arc;

use rotunda_core::{
    ProfileId,
    words::{Chose, Place, Signed},
};
use rotunda_router::vault::{Credential, VaultError};

use super::{CommandError, Daemon, blocking};
use crate::{
    activity::ActivityKind,
    settings::{self, VaultKind},
    vault::{self, DaemonVault},
};

/// Store key of the place whose copies are still to be erased.
const LEFT: &str = "vault_left";

impl Daemon {
    /// Moves every sign-in to another place, and erases it from the one before.
    /// Returns how many profiles were moved.
    pub async fn move_vault(&self, to: VaultKind) -> Result<usize, CommandError> {
        let inner = &self.inner;
        if inner.env.get("ROTUNDA_VAULT").is_some() {
            return Err(CommandError::VaultFixed);
        }
        let from = inner.settings().vault;
        if from == to {
            return Err(CommandError::VaultThere(to));
        }
        let profiles: Vec<ProfileId> =
            inner.known().profiles.iter().map(|profile| profile.id).collect();
        let (place, again) = (vault::open(to, &inner.home), vault::open(to, &inner.home));
        let mut current = inner.vault.hold().await;
        for id in &profiles {
            copied(*id, &**current, &*place, &*again).await?;
        }
        let (home, env, store) = (inner.home.clone(), inner.env.clone(), inner.store.clone());
        let settings = blocking(move || {
            store.set_meta(LEFT, Some(from.word()))?;
            settings::set_vault(&home, &env, to).map_err(CommandError::from)
        });
        let settings = settings.await?;
        let old = std::mem::replace(&mut *current, place);
        drop(current);
        inner.own.vault_is(to);
        *inner.settings.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = settings;
        {
            let mut known = inner.known();
            known.vault_place = to.place();
            known.vault = None;
        }
        self.refresh();
        self.erase(&old, &profiles).await?;
        let told = Chose::VaultMoved { count: profiles.len(), to: place_of(to) };
        self.note(ActivityKind::VaultMoved, told).await;
        Ok(profiles.len())
    }

    async fn erase(
        &self,
        old: &Arc<dyn DaemonVault>,
        profiles: &[ProfileId],
    ) -> Result<(), CommandError> {
        for id in profiles {
            old.remove(*id).await.map_err(CommandError::VaultLeft)?;
        }
        let store = self.inner.store.clone();
        Ok(blocking(move || store.set_meta(LEFT, None)).await?)
    }

    /// Erases what an interrupted move left in the place before.
    pub(super) async fn finish_move(&self) {
        let store = self.inner.store.clone();
        let left = blocking(move || store.meta(LEFT)).await.ok().flatten();
        let Some(left) = left.and_then(|word| VaultKind::of_word(&word)) else { return };
        if left == self.inner.settings().vault {
            return;
        }
        let old = vault::open(left, &self.inner.home);
        let profiles: Vec<ProfileId> =
            self.inner.known().profiles.iter().map(|profile| profile.id).collect();
        if let Err(error) = self.erase(&old, &profiles).await {
            tracing::warn!(%error, "copies of sign-ins are left where they were before");
        }
    }

    /// Tells which sign-ins an earlier Rotunda was renewing when it ended.
    pub(super) async fn tell_interrupted(&self) {
        let inner = Arc::clone(&self.inner);
        for id in blocking(move || inner.vault.interrupted()).await {
            let Ok(profile) = self.stored(id) else { continue };
            let told = Signed::Interrupted { profile: profile.name };
            self.note(ActivityKind::Interrupted, told).await;
        }
    }
}

/// A profile without a sign-in has nothing to copy.
async fn copied(
    id: ProfileId,
    old: &dyn DaemonVault,
    new: &dyn DaemonVault,
    fresh: &dyn DaemonVault,
) -> Result<(), CommandError> {
    let (credential, extra) = match old.whole(id).await {
        Ok(found) => found,
        Err(VaultError::Missing) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    new.put(id, credential.clone(), extra).await?;
    let (back, _) = fresh.whole(id).await?;
    if same(&back, &credential) { Ok(()) } else { Err(CommandError::VaultCopy) }
}

/// What cannot be made again is the same; an access token may be too long to keep.
fn same(a: &Credential, b: &Credential) -> bool {
    match (a, b) {
        (Credential::ApiKey(a), Credential::ApiKey(b)) => a.expose() == b.expose(),
        (Credential::ChatGpt(a), Credential::ChatGpt(b)) => {
            let refresh = |held: &Option<rotunda_core::Secret<String>>| {
                held.as_ref().map(|token| token.expose().clone())
            };
            a.account_id == b.account_id && refresh(&a.refresh) == refresh(&b.refresh)
        }
        _ => false,
    }
}

fn place_of(kind: VaultKind) -> Place {
    match kind {
        VaultKind::Keychain => Place::Keychain,
        VaultKind::File => Place::File,
    }
}
