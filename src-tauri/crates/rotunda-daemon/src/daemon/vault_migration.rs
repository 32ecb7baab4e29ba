//! Where sign-ins rest, and moving them to another place.
//!
//! Copied, read back, then the setting is written, and only then the old copies
//! go: wherever it is interrupted, one whole place is the one in force.

use std::sync::Arc;

use rotunda_core::{
    ProfileId,
    vault::{Credential, VaultError},
};
use rotunda_host::{
    blocking::blocking,
    settings::{self, VaultKind},
    store::Store,
    vault::{self, DaemonVault},
};
use rotunda_text::{Chose, VaultLocation};

use super::{
    activity_log::ActivityLog,
    codex_account::CodexAccount,
    handles::{CurrentSettings, Handles, Machine},
    profiles::Profiles,
    vault_access::VaultAccess,
};
use crate::{activity::ActivityKind, error::CommandError};

/// Store key of the place with copies that are still to be erased.
const LEFT: &str = "vault_left";

/// Moves sign-ins between the keychain and the file.
pub struct VaultMigration {
    machine: Machine,
    settings: CurrentSettings,
    store: Store,
    vault: Arc<VaultAccess>,
    codex: Arc<CodexAccount>,
    profiles: Arc<Profiles>,
    activity: Arc<ActivityLog>,
}

impl VaultMigration {
    pub(super) fn new(
        handles: &Handles,
        vault: Arc<VaultAccess>,
        codex: Arc<CodexAccount>,
        profiles: Arc<Profiles>,
        activity: Arc<ActivityLog>,
    ) -> Self {
        Self {
            machine: handles.machine.clone(),
            settings: handles.settings.clone(),
            store: handles.store.clone(),
            vault,
            codex,
            profiles,
            activity,
        }
    }

    /// Moves every sign-in to another place, and erases it from the one before.
    /// Returns how many profiles were moved.
    pub async fn move_to(self: &Arc<Self>, to: VaultKind) -> Result<usize, CommandError> {
        if self.machine.env.get("ROTUNDA_VAULT").is_some() {
            return Err(CommandError::VaultFixed);
        }
        let from = self.settings.get().vault;
        if from == to {
            return Err(CommandError::VaultThere(to));
        }
        self.vault.request();
        let profiles: Vec<ProfileId> =
            self.profiles.all().iter().map(|profile| profile.id).collect();
        let (place, again) =
            (vault::open(to, &self.machine.home), vault::open(to, &self.machine.home));
        let mut current = self.vault.items.hold().await;
        let store = self.store.clone();
        // Until the setting is written, the new place is the one to be erased.
        blocking(move || store.set_meta(LEFT, Some(to.word()))).await?;
        for id in &profiles {
            if let Err(error) = copied(*id, &**current, &*place, &*again).await {
                tokio::spawn(Arc::clone(self).give_up(place, profiles));
                return Err(error);
            }
        }
        let (home, env, store) =
            (self.machine.home.clone(), self.machine.env.clone(), self.store.clone());
        let settings = blocking(move || {
            store.set_meta(LEFT, Some(from.word()))?;
            settings::set_vault(&home, &env, to).map_err(CommandError::from)
        });
        let settings = settings.await?;
        let old = std::mem::replace(&mut *current, place);
        drop(current);
        self.codex.vault_is(to);
        self.settings.set(settings);
        self.vault.moved(to.into());
        self.erase(&old, &profiles).await?;
        let text = Chose::VaultMoved { count: profiles.len(), to: location_of(to) };
        self.activity.add(ActivityKind::VaultMoved, text).await;
        Ok(profiles.len())
    }

    /// Erases what was copied. Apart, since a place that does not answer is waited for twice.
    async fn give_up(self: Arc<Self>, place: Arc<dyn DaemonVault>, profiles: Vec<ProfileId>) {
        if let Err(error) = self.erase(&place, &profiles).await {
            tracing::warn!(%error, "copies of sign-ins are left where they were to go");
        }
    }

    async fn erase(
        &self,
        old: &Arc<dyn DaemonVault>,
        profiles: &[ProfileId],
    ) -> Result<(), CommandError> {
        for id in profiles {
            old.remove(*id).await.map_err(CommandError::VaultLeft)?;
        }
        let store = self.store.clone();
        Ok(blocking(move || store.set_meta(LEFT, None)).await?)
    }

    /// Erases what an interrupted move left in the place before.
    pub(super) async fn finish(&self) {
        let store = self.store.clone();
        let left = blocking(move || store.meta(LEFT)).await.ok().flatten();
        let Some(left) = left.and_then(|word| VaultKind::of_word(&word)) else { return };
        if left == self.settings.get().vault {
            return;
        }
        let old = vault::open(left, &self.machine.home);
        let profiles: Vec<ProfileId> =
            self.profiles.all().iter().map(|profile| profile.id).collect();
        if let Err(error) = self.erase(&old, &profiles).await {
            tracing::warn!(%error, "copies of sign-ins are left where they were before");
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
        (Credential::Provider(a), Credential::Provider(b)) => a.is_same(b),
        (Credential::ChatGpt(a), Credential::ChatGpt(b)) => {
            let refresh = |held: &Option<rotunda_core::Secret<String>>| {
                held.as_ref().map(|token| token.expose().clone())
            };
            a.account_id == b.account_id && refresh(&a.refresh) == refresh(&b.refresh)
        }
        _ => false,
    }
}

fn location_of(kind: VaultKind) -> VaultLocation {
    match kind {
        VaultKind::Keychain => VaultLocation::Keychain,
        VaultKind::File => VaultLocation::File,
    }
}

#[cfg(test)]
mod tests {
    use rotunda_core::Secret;
    use serde_json::Map;

    use super::*;
    use crate::daemon::fixture::Fixture;

    #[tokio::test]
    async fn a_move_to_the_place_in_force_is_refused_and_what_a_move_left_is_erased() {
        let fixture = Fixture::with(&["work"]);
        let profiles = fixture.profiles();
        let migration = Arc::new(VaultMigration::new(
            &fixture.handles,
            fixture.vault.clone(),
            fixture.codex_account(&profiles),
            profiles,
            fixture.activity.clone(),
        ));
        let refused = migration.move_to(VaultKind::File).await;
        assert!(matches!(refused, Err(CommandError::VaultThere(VaultKind::File))));
        // The settings say keychain, and an interrupted move left copies in the file.
        let place = vault::open(VaultKind::File, &fixture.handles.machine.home);
        let key = Credential::ApiKey(Secret::new("sk-left".to_owned()));
        place.put(ProfileId(1), key, Map::new()).await.unwrap();
        let in_force = rotunda_host::settings::Settings {
            vault: VaultKind::Keychain,
            ..fixture.handles.settings.get()
        };
        fixture.handles.settings.set(in_force);
        fixture.handles.store.set_meta(LEFT, Some(VaultKind::File.word())).unwrap();
        migration.finish().await;
        let place = vault::open(VaultKind::File, &fixture.handles.machine.home);
        assert!(matches!(place.load(ProfileId(1)).await, Err(VaultError::Missing)));
        assert_eq!(fixture.handles.store.meta(LEFT).unwrap(), None);
    }
}
