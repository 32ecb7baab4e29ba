//! Adding a profile, and replacing its sign-in.

use rotunda_core::{Claims, ProfileId, profile::Kind};
use rotunda_host::{
    auth_file::Imported,
    blocking::blocking,
    key,
    store::StoredProfile,
    vault::{DaemonVault as _, label},
};
use rotunda_router::Credential;
use rotunda_text::Chose;
use serde_json::{Map, Value};

use super::Profiles;
use crate::{activity::ActivityKind, error::CommandError};

/// A profile that was added, or got another sign-in.
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

/// How a new profile is added.
#[derive(Debug, Default)]
pub(in crate::daemon) struct NewProfile {
    /// Of an item that the vault holds already; none for a new one.
    pub(in crate::daemon) id: Option<ProfileId>,
    /// What to call it; otherwise after its owner.
    pub(in crate::daemon) name: Option<String>,
    /// Name of the workspace, when the account has several.
    pub(in crate::daemon) workspace: Option<String>,
    /// Codex is signed in with the same account.
    pub(in crate::daemon) own_sign_in: bool,
    /// Out of rotation from the start.
    pub(in crate::daemon) paused: bool,
}

impl Profiles {
    /// Adds a sign-in of which it is known that no profile has it. The caller holds the
    /// lock on changes.
    pub(in crate::daemon) async fn add(
        &self,
        imported: Imported,
        new: NewProfile,
    ) -> Result<Added, CommandError> {
        let NewProfile { id, name, workspace, own_sign_in, paused } = new;
        let id = id.map_or_else(key::profile_id, Ok)?;
        let now = self.machine.now();
        let claims = imported.claims;
        let prompting = self.default_name(&claims, imported.kind, workspace.as_deref());
        let rank = self
            .list
            .lock()
            .iter()
            .map(|profile| profile.rank.saturating_add(1))
            .max()
            .unwrap_or(0);
        let store = self.store.clone();
        let profile = StoredProfile {
            id,
            name: match name {
                Some(name) => name,
                None => blocking(move || store.free_name(&prompting)).await?,
            },
            kind: imported.kind,
            account_id: claims.account_id,
            user_id: claims.user_id,
            email: claims.email,
            plan: claims.plan,
            rank,
            paused,
            own_sign_in,
            added_at: now,
            provider: imported.provider.map(|provider| *provider),
        };
        // The name is claimed first: it may be taken, and then no item of the
        // keychain is left over.
        self.vault.items.adding(id, true).await;
        let mut extra = imported.extra.0;
        label::write(&mut extra, &self.label(&profile));
        let added = self.add_parts(&profile, imported.credential, extra).await;
        // A vault that answers too late may still have stored it: the next start checks.
        added?;
        self.vault.items.adding(id, false).await;
        self.pool.put(profile.pool_profile());
        self.pool.set_provider(id, profile.provider.clone());
        self.reload().await?;
        self.running.read_quota_soon().await;
        let text = Chose::Added { profile: profile.name.clone() };
        self.activity.add(ActivityKind::ProfileAdded, text).await;
        Ok(Added { id, name: profile.name, known: false, own_sign_in })
    }

    /// The profile and its sign-in: both or none.
    async fn add_parts(
        &self,
        profile: &StoredProfile,
        credential: Credential,
        extra: Map<String, Value>,
    ) -> Result<(), CommandError> {
        self.put(profile.clone()).await?;
        if let Err(error) = self.vault.items.put(profile.id, credential, extra).await {
            self.forget(profile.id).await?;
            return Err(error.into());
        }
        Ok(())
    }

    pub(in crate::daemon) async fn sign_in_again(
        &self,
        mut profile: StoredProfile,
        imported: Imported,
        name: Option<String>,
        own_sign_in: bool,
    ) -> Result<Added, CommandError> {
        let id = profile.id;
        let claims = imported.claims;
        profile.plan = claims.plan.or(profile.plan);
        profile.account_id = claims.account_id.or(profile.account_id);
        profile.user_id = claims.user_id.or(profile.user_id);
        profile.email = claims.email.or(profile.email);
        profile.own_sign_in = own_sign_in;
        profile.name = name.unwrap_or(profile.name);
        let mut extra = imported.extra.0;
        label::write(&mut extra, &self.label(&profile));
        let put = self.vault.items.put(id, imported.credential, extra);
        match self.running.token_manager().await {
            Some(token_manager) => token_manager.replacing(id, put).await?,
            None => put.await?,
        }
        self.put(profile.clone()).await?;
        self.pool.put(profile.pool_profile());
        self.pool.signed_in(id);
        self.reload().await?;
        self.running.read_quota_soon().await;
        let text = Chose::SignedIn { profile: profile.name.clone() };
        self.activity.add(ActivityKind::SignedIn, text).await;
        Ok(Added { id, name: profile.name, known: true, own_sign_in })
    }

    /// The part of the address before the `@`: short, and the user knows it. A
    /// second profile of one address says which workspace it is.
    pub(in crate::daemon) fn default_name(
        &self,
        claims: &Claims,
        kind: Kind,
        workspace: Option<&str>,
    ) -> String {
        if kind.is_key() {
            return "API key".to_owned();
        }
        let local = claims.email.as_deref().and_then(|email| email.split('@').next());
        let name = local.filter(|local| !local.is_empty()).or(claims.plan.as_deref());
        let name = name.unwrap_or("profile");
        let profiles = self.list.lock();
        let again =
            claims.email.is_some() && profiles.iter().any(|profile| profile.email == claims.email);
        match workspace.or(claims.plan.as_deref()).filter(|_| again) {
            Some(label) => format!("{name} ({label})"),
            None => name.to_owned(),
        }
    }
}
