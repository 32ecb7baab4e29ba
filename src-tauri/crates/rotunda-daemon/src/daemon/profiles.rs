//! Profiles: choosing, pausing, naming, ordering, removing.
//!
//! Each works whether the router listens or not.

mod adding;
mod identity;
mod leaving;
mod order;
mod recovery;

use std::{collections::BTreeMap, sync::Arc};

use rotunda_core::ProfileId;
use rotunda_host::{
    blocking::blocking,
    platform::path_case,
    settings::{self, Settings, SettingsPatch, project_rules, rename_in},
    store::{Store, StoreError, StoredProfile, is_same_name},
    vault::DaemonVault as _,
};
use rotunda_router::{Pool, TokenManager};
use rotunda_text::Chose;
use tokio::sync::{Mutex, MutexGuard};

pub use self::adding::Added;
pub(super) use self::adding::NewProfile;
pub(in crate::daemon) use self::leaving::Exported;
use super::{
    activity_log::ActivityLog,
    handles::{CurrentSettings, Handles, Machine, Refresh, State},
    running::RunningRouter,
    vault_access::VaultAccess,
};
use crate::{activity::ActivityKind, error::CommandError};

/// Store key of the profile the user stays on.
pub(super) const PINNED: &str = "pinned";
/// Store key of a profile chosen while nothing ran.
const CHOSEN: &str = "chosen";

/// The profiles and the user's choices among them.
pub struct Profiles {
    machine: Machine,
    store: Store,
    pool: Pool,
    settings: CurrentSettings,
    vault: Arc<VaultAccess>,
    running: RunningRouter,
    activity: Arc<ActivityLog>,
    pub(super) refresh: Refresh,
    /// As the store has them.
    list: State<Vec<StoredProfile>>,
    changing: Mutex<()>,
}

impl Profiles {
    pub(super) fn new(
        handles: &Handles,
        vault: Arc<VaultAccess>,
        activity: Arc<ActivityLog>,
        list: State<Vec<StoredProfile>>,
    ) -> Self {
        Self {
            machine: handles.machine.clone(),
            store: handles.store.clone(),
            pool: handles.pool.clone(),
            settings: handles.settings.clone(),
            running: handles.running.clone(),
            refresh: handles.refresh.clone(),
            vault,
            activity,
            list,
            changing: Mutex::default(),
        }
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<StoredProfile> {
        self.list.get()
    }

    pub(super) fn names(&self) -> BTreeMap<ProfileId, String> {
        self.list.lock().iter().map(|profile| (profile.id, profile.name.clone())).collect()
    }

    /// Held from the look whether a sign-in is there already to the end of
    /// adding, replacing or removing it.
    pub(super) async fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().await
    }

    /// Reads them again after a change.
    pub(super) async fn reload(&self) -> Result<(), StoreError> {
        let store = self.store.clone();
        let profiles = blocking(move || store.profiles()).await?;
        self.list.set(profiles);
        self.follow_rules().await;
        self.refresh.now();
        Ok(())
    }

    /// Tells the pool which profiles the rules per project name, after a change of either.
    pub(super) async fn follow_rules(&self) {
        let (rules, profiles) = (self.settings.get().projects, self.list.get());
        let rules = blocking(move || {
            let named = profiles.iter().map(|profile| (profile.id, profile.name.as_str()));
            project_rules(&rules, &named)
        });
        self.pool.set_project_rules(rules.await, path_case());
    }

    /// Rules per project go by the names of profiles: those of a profile that is called
    /// something else follow it.
    async fn rename_in_rules(&self, old: &str, new: &str) -> Result<(), CommandError> {
        let mut projects = self.settings.get().projects;
        if !rename_in(&mut projects, old, new) {
            return Ok(());
        }
        let patch = SettingsPatch { projects: Some(projects), ..SettingsPatch::default() };
        let (home, env) = (self.machine.home.clone(), self.machine.env.clone());
        let changed = blocking(move || settings::change(&home, &env, &patch)).await?;
        let current = self.settings.get();
        self.settings.set(Settings { projects: changed.projects, ..current });
        Ok(())
    }

    /// Finds a profile by its name or id.
    pub fn find(&self, name: &str) -> Result<(ProfileId, String), CommandError> {
        let profiles = self.list.lock();
        let found = profiles.iter().find(|profile| {
            is_same_name(&profile.name, name) || is_same_name(&profile.id.to_string(), name)
        });
        let found = found.map(|profile| (profile.id, profile.name.clone()));
        found.ok_or_else(|| CommandError::NoProfile(name.to_owned()))
    }

    /// Deletes a profile and its sign-in.
    pub async fn remove(&self, id: ProfileId) -> Result<(), CommandError> {
        let _changing = self.changing().await;
        self.remove_now(id).await
    }

    /// The same for a caller that holds the lock on changes.
    pub(super) async fn remove_now(&self, id: ProfileId) -> Result<(), CommandError> {
        let Some((router, token_manager)) = self.running.parts().await else {
            return self.remove_with(id, None).await;
        };
        self.remove_with(id, Some(&token_manager)).await?;
        router.forget(id);
        Ok(())
    }

    /// The same beside what may be renewing the sign-in.
    pub(super) async fn remove_with(
        &self,
        id: ProfileId,
        token_manager: Option<&TokenManager>,
    ) -> Result<(), CommandError> {
        let profile = self.stored(id)?;
        // While the keychain refuses, the profile stays: nothing is left over.
        let remove = self.vault.items.remove(id);
        match token_manager {
            Some(token_manager) => token_manager.removing(id, remove).await?,
            None => remove.await?,
        }
        self.forget(id).await?;
        self.vault.items.removed(id).await;
        self.pool.remove(id);
        self.reload().await?;
        self.activity
            .add(ActivityKind::ProfileRemoved, Chose::Removed { profile: profile.name })
            .await;
        Ok(())
    }

    /// Calls a profile something else.
    pub async fn rename(&self, id: ProfileId, name: &str) -> Result<(), CommandError> {
        let before = self.stored(id)?;
        let (store, wanted) = (self.store.clone(), name.to_owned());
        blocking(move || store.rename(id, &wanted)).await?;
        let renamed = self.rename_in_rules(&before.name, name.trim()).await;
        self.reload().await?;
        renamed?;
        let text = Chose::Renamed { from: before.name, to: self.stored(id)?.name };
        self.activity.add(ActivityKind::ProfileRenamed, text).await;
        Ok(())
    }

    /// Uses a profile for new conversations from now on.
    pub async fn use_profile(&self, id: ProfileId) -> Result<(), CommandError> {
        Self::refuse_provider(self.stored(id)?)?;
        self.vault.request();
        if self.running.router().await.is_none() {
            return self.remember(CHOSEN, Some(id)).await;
        }
        if self.pool.view().pinned.is_some_and(|pinned| pinned != id) {
            // A user who stays on a profile and then names another stays on that one.
            self.pin(Some(id)).await?;
        }
        if self.pool.use_now(id) { Ok(()) } else { Err(CommandError::Gone) }
    }

    /// Stays on one profile, or rotates again.
    pub async fn pin(&self, id: Option<ProfileId>) -> Result<(), CommandError> {
        let profile = id.map(|id| Self::refuse_provider(self.stored(id)?)).transpose()?;
        let name = profile.map(|profile| profile.name);
        self.remember(PINNED, id).await?;
        self.pool.pin(id);
        if id.is_some() {
            self.vault.request();
        }
        let (kind, text) = match name {
            Some(profile) => (ActivityKind::Pinned, Chose::Pinned { profile }),
            None => (ActivityKind::Unpinned, Chose::Unpinned),
        };
        self.activity.add(kind, text).await;
        Ok(())
    }

    /// A key of another provider serves its models, whichever profile is chosen.
    fn refuse_provider(profile: StoredProfile) -> Result<StoredProfile, CommandError> {
        match profile.provider {
            None => Ok(profile),
            Some(provider) => {
                Err(CommandError::OwnModelsOnly { profile: profile.name, models: provider.models })
            }
        }
    }

    /// Uses a profile for new conversations until this daemon ends; nothing is remembered.
    pub fn use_for_this_run(&self, id: ProfileId) {
        self.pool.use_now(id);
    }

    /// Stays on one profile until this daemon ends; nothing is remembered.
    pub fn pin_for_this_run(&self, id: ProfileId) {
        self.pool.pin(Some(id));
    }

    /// Takes a profile out of rotation, or puts it back.
    pub async fn pause(&self, id: ProfileId, paused: bool) -> Result<(), CommandError> {
        let mut profile = self.stored(id)?;
        if !paused {
            self.pool.ask_entitlement_again(id);
        }
        if profile.paused == paused {
            return Ok(());
        }
        profile.paused = paused;
        self.put(profile.clone()).await?;
        self.pool.put(profile.pool_profile());
        self.reload().await?;
        if !paused {
            self.vault.request();
        }
        let profile = profile.name;
        let (kind, text) = if paused {
            (ActivityKind::Paused, Chose::Paused { profile })
        } else {
            (ActivityKind::Resumed, Chose::Resumed { profile })
        };
        self.activity.add(kind, text).await;
        Ok(())
    }

    /// What is remembered of one profile.
    pub(super) fn stored(&self, id: ProfileId) -> Result<StoredProfile, CommandError> {
        let profiles = self.list.lock();
        let found = profiles.iter().find(|profile| profile.id == id);
        found.cloned().ok_or(CommandError::Gone)
    }

    pub(super) async fn put(&self, profile: StoredProfile) -> Result<(), CommandError> {
        let store = self.store.clone();
        Ok(blocking(move || store.put_profile(&profile)).await?)
    }

    async fn forget(&self, id: ProfileId) -> Result<(), CommandError> {
        let store = self.store.clone();
        blocking(move || {
            for key in [PINNED, CHOSEN] {
                if store.meta(key)? == Some(id.to_string()) {
                    store.set_meta(key, None)?;
                }
            }
            store.remove_profile(id)
        })
        .await?;
        Ok(())
    }

    async fn remember(&self, key: &'static str, id: Option<ProfileId>) -> Result<(), CommandError> {
        let store = self.store.clone();
        let id = id.map(|id| id.to_string());
        Ok(blocking(move || store.set_meta(key, id.as_deref())).await?)
    }

    /// A profile chosen while nothing ran is used now, once.
    pub(super) async fn apply_choice(&self) {
        let store = self.store.clone();
        let chosen = blocking(move || {
            let chosen = store.meta(CHOSEN)?;
            store.set_meta(CHOSEN, None)?;
            Ok::<_, StoreError>(chosen)
        });
        match chosen.await {
            Ok(chosen) => {
                if let Some(id) = chosen.and_then(|id| id.parse().ok()) {
                    self.pool.use_now(id);
                }
            }
            Err(error) => tracing::warn!(%error, "an earlier choice is forgotten"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daemon::fixture::Fixture;

    const HOME: ProfileId = ProfileId(2);

    #[tokio::test]
    async fn a_profile_chosen_while_nothing_runs_is_used_once_at_the_next_start() {
        let fixture = Fixture::with(&["work", "home"]);
        let profiles = fixture.profiles();
        assert_ne!(fixture.handles.pool.view().serving, Some(HOME));
        profiles.use_profile(HOME).await.unwrap();
        assert_ne!(fixture.handles.pool.view().serving, Some(HOME));
        profiles.apply_choice().await;
        assert_eq!(fixture.handles.pool.view().serving, Some(HOME));
        assert_eq!(fixture.handles.store.meta(CHOSEN).unwrap(), None);
    }

    #[tokio::test]
    async fn a_profile_that_is_removed_is_pinned_and_listed_no_longer() {
        let fixture = Fixture::with(&["work", "home"]);
        let profiles = fixture.profiles();
        profiles.pin(Some(HOME)).await.unwrap();
        profiles.remove(HOME).await.unwrap();
        assert_eq!(fixture.handles.store.meta(PINNED).unwrap(), None);
        assert_eq!(profiles.names().into_values().collect::<Vec<_>>(), ["work"]);
        assert!(matches!(profiles.pause(HOME, true).await, Err(CommandError::Gone)));
        assert_eq!(fixture.lines.lock().len(), 2);
    }
}
