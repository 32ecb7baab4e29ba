//! Profiles: adding, choosing, pausing, naming, removing.
//!
//! Each works whether the router listens or not.

use std::path::PathBuf;

use rotunda_core::{Claims, ProfileId, profile::Kind, words::Chose};

use super::{CHOSEN, CommandError, Daemon, PINNED, blocking};
use crate::{
    activity::ActivityKind,
    auth_file::Imported,
    gather, key,
    store::{StoredProfile, check_name},
    vault::DaemonVault,
};

/// A profile that was added, or whose sign-in was replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// Who.
    pub id: ProfileId,
    /// What it is called.
    pub name: String,
    /// It was there before; its sign-in is new.
    pub known: bool,
    /// Codex is signed in with the same account.
    pub own_sign_in: bool,
}

impl Daemon {
    /// Finds a profile by its name or id.
    pub fn find(&self, name: &str) -> Result<(ProfileId, String), CommandError> {
        let known = self.inner.known();
        let wanted = name.trim().to_lowercase();
        let mut profiles = known.profiles.iter();
        let found = profiles.find(|profile| {
            profile.name.to_lowercase() == wanted || profile.id.to_string() == wanted
        });
        let found = found.map(|profile| (profile.id, profile.name.clone()));
        found.ok_or_else(|| CommandError::NoProfile(name.to_owned()))
    }

    /// Adds the one sign-in of a file or folder. One that is there already gets
    /// the new tokens and keeps its name.
    pub async fn import(&self, path: PathBuf, name: Option<String>) -> Result<Added, CommandError> {
        if let Some(name) = &name {
            check_name(name)?;
        }
        let home = self.inner.home.clone();
        let mut found = blocking(move || gather::at(&home, &path)).await?;
        match (found.pop(), found.len()) {
            (Some(one), 0) => self.take(one, name).await,
            (_, others) => Err(CommandError::SeveralSignIns(others + 1)),
        }
    }
}

impl Daemon {
    /// The profile that holds the same upstream sign-in already.
    pub(super) fn same_sign_in(&self, imported: &Imported) -> Option<StoredProfile> {
        let Claims { account_id: Some(account), email, .. } = &imported.claims else { return None };
        let known = self.inner.known();
        let mut profiles = known.profiles.iter();
        let same = |profile: &&StoredProfile| {
            profile.account_id.as_ref() == Some(account) && profile.email == *email
        };
        profiles.find(same).cloned()
    }

    pub(super) async fn add(
        &self,
        imported: Imported,
        name: Option<String>,
        workspace: Option<String>,
        own_sign_in: bool,
    ) -> Result<Added, CommandError> {
        let inner = &self.inner;
        let id = key::profile_id()?;
        let now = (inner.clock)();
        let claims = imported.claims;
        let wish = self.default_name(&claims, imported.kind, workspace.as_deref());
        let rank = inner.known().profiles.iter().map(|profile| profile.rank + 1).max().unwrap_or(0);
        let store = inner.store.clone();
        let profile = StoredProfile {
            id,
            name: match name {
                Some(name) => name,
                None => blocking(move || store.free_name(&wish)).await?,
            },
            kind: imported.kind,
            account_id: claims.account_id,
            email: claims.email,
            plan: claims.plan,
            rank,
            paused: false,
            own_sign_in,
            added_at: now,
        };
        // The name is claimed first: it may be taken, and then no item of the
        // keychain is left over.
        self.put(profile.clone()).await?;
        if let Err(error) = inner.vault.put(id, imported.credential, imported.extra.0).await {
            self.forget(id).await?;
            return Err(error.into());
        }
        inner.pool.put(profile.seat());
        self.refresh_profiles().await?;
        self.ask_for_quota().await;
        let told = Chose::Added { profile: profile.name.clone() };
        self.note(ActivityKind::ProfileAdded, told).await;
        Ok(Added { id, name: profile.name, known: false, own_sign_in })
    }

    pub(super) async fn sign_in_again(
        &self,
        mut profile: StoredProfile,
        imported: Imported,
        name: Option<String>,
        own_sign_in: bool,
    ) -> Result<Added, CommandError> {
        let inner = &self.inner;
        let id = profile.id;
        let put = inner.vault.put(id, imported.credential, imported.extra.0);
        let keeper = inner.running.lock().await.as_ref().map(|running| running.keeper.clone());
        match keeper {
            Some(keeper) => keeper.replacing(id, put).await?,
            None => put.await?,
        }
        let claims = imported.claims;
        profile.plan = claims.plan.or(profile.plan);
        profile.account_id = claims.account_id.or(profile.account_id);
        profile.email = claims.email.or(profile.email);
        profile.own_sign_in = own_sign_in;
        profile.name = name.unwrap_or(profile.name);
        self.put(profile.clone()).await?;
        inner.pool.put(profile.seat());
        inner.pool.signed_in(id);
        self.refresh_profiles().await?;
        self.ask_for_quota().await;
        let told = Chose::SignedIn { profile: profile.name.clone() };
        self.note(ActivityKind::SignedIn, told).await;
        Ok(Added { id, name: profile.name, known: true, own_sign_in })
    }

    /// Deletes a profile and its sign-in.
    pub async fn remove(&self, id: ProfileId) -> Result<(), CommandError> {
        let profile = self.stored(id)?;
        let inner = &self.inner;
        // While the keychain refuses, the profile stays: nothing is left over.
        inner.vault.remove(id).await?;
        self.forget(id).await?;
        inner.pool.remove(id);
        if let Some(running) = inner.running.lock().await.as_ref() {
            running.keeper.forget(id);
        }
        self.refresh_profiles().await?;
        self.note(ActivityKind::ProfileRemoved, Chose::Removed { profile: profile.name }).await;
        Ok(())
    }

    /// Calls a profile something else.
    pub async fn rename(&self, id: ProfileId, name: &str) -> Result<(), CommandError> {
        let before = self.stored(id)?;
        let (store, wanted) = (self.inner.store.clone(), name.to_owned());
        blocking(move || store.rename(id, &wanted)).await?;
        self.refresh_profiles().await?;
        let told = Chose::Renamed { from: before.name, to: self.stored(id)?.name };
        self.note(ActivityKind::ProfileRenamed, told).await;
        Ok(())
    }

    /// Uses a profile for new conversations from now on.
    pub async fn use_profile(&self, id: ProfileId) -> Result<(), CommandError> {
        self.stored(id)?;
        if self.inner.running.lock().await.is_none() {
            return self.remember(CHOSEN, Some(id)).await;
        }
        if self.inner.pool.view().pinned.is_some_and(|pinned| pinned != id) {
            // Whoever stays on a profile and then names another stays on that one.
            self.pin(Some(id)).await?;
        }
        if self.inner.pool.use_now(id) { Ok(()) } else { Err(CommandError::Gone) }
    }

    /// Stays on one profile, or rotates again.
    pub async fn pin(&self, id: Option<ProfileId>) -> Result<(), CommandError> {
        let name = id.map(|id| self.stored(id)).transpose()?.map(|profile| profile.name);
        self.remember(PINNED, id).await?;
        self.inner.pool.pin(id);
        let (kind, told) = match name {
            Some(profile) => (ActivityKind::Pinned, Chose::Pinned { profile }),
            None => (ActivityKind::Unpinned, Chose::Unpinned),
        };
        self.note(kind, told).await;
        Ok(())
    }

    /// Stays on one profile until this daemon ends; nothing is remembered.
    pub fn pin_for_this_run(&self, id: ProfileId) {
        self.inner.pool.pin(Some(id));
    }

    /// Takes a profile out of rotation, or puts it back.
    pub async fn pause(&self, id: ProfileId, paused: bool) -> Result<(), CommandError> {
        let mut profile = self.stored(id)?;
        if profile.paused == paused {
            return Ok(());
        }
        profile.paused = paused;
        self.put(profile.clone()).await?;
        self.inner.pool.put(profile.seat());
        self.refresh_profiles().await?;
        let profile = profile.name;
        let (kind, told) = if paused {
            (ActivityKind::Paused, Chose::Paused { profile })
        } else {
            (ActivityKind::Resumed, Chose::Resumed { profile })
        };
        self.note(kind, told).await;
        Ok(())
    }

    /// What is remembered of one profile.
    pub(super) fn stored(&self, id: ProfileId) -> Result<StoredProfile, CommandError> {
        let known = self.inner.known();
        let found = known.profiles.iter().find(|profile| profile.id == id);
        found.cloned().ok_or(CommandError::Gone)
    }

    pub(super) async fn put(&self, profile: StoredProfile) -> Result<(), CommandError> {
        let store = self.inner.store.clone();
        Ok(blocking(move || store.put_profile(&profile)).await?)
    }

    async fn forget(&self, id: ProfileId) -> Result<(), CommandError> {
        let store = self.inner.store.clone();
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
        let store = self.inner.store.clone();
        let id = id.map(|id| id.to_string());
        Ok(blocking(move || store.set_meta(key, id.as_deref())).await?)
    }
}

impl Daemon {
    /// The part of the address before the `@`: short, and the user knows it. A
    /// second profile of one address says which workspace it is.
    pub(super) fn default_name(
        &self,
        claims: &Claims,
        kind: Kind,
        workspace: Option<&str>,
    ) -> String {
        if kind == Kind::ApiKey {
            return "API key".to_owned();
        }
        let local = claims.email.as_deref().and_then(|email| email.split('@').next());
        let name = local.filter(|local| !local.is_empty()).or(claims.plan.as_deref());
        let name = name.unwrap_or("profile");
        let known = self.inner.known();
        let again = claims.email.is_some()
            && known.profiles.iter().any(|profile| profile.email == claims.email);
        match workspace.or(claims.plan.as_deref()).filter(|_| again) {
            Some(label) => format!("{name} ({label})"),
            None => name.to_owned(),
        }
    }
}
