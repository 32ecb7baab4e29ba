//! Which profile a sign-in belongs to.
//!
//! Profiles of earlier versions have no user id; it is in their tokens, and is
//! filled in from there when profiles are compared.

use rotunda_core::{
    Identity,
    identity::Match,
    vault::{Credential, Vault as _},
};
use rotunda_host::{
    auth_file::Imported,
    store::{StoreError, StoredProfile},
    vault::{
        DaemonVault as _,
        label::{self, Label},
    },
};

use super::Profiles;
use crate::error::CommandError;

impl Profiles {
    /// Every profile, with the identity that its tokens name where the store
    /// does not know it yet.
    pub(in crate::daemon) async fn identified(&self) -> Vec<StoredProfile> {
        let mut profiles = self.all();
        let mut changed = false;
        for profile in &mut profiles {
            changed |= self.identify(profile).await;
        }
        if changed && let Err(error) = self.reload().await {
            tracing::warn!(%error, "the profiles could not be read again");
        }
        profiles
    }

    /// Fills in what a profile lacks; true when that was written down.
    async fn identify(&self, profile: &mut StoredProfile) -> bool {
        if profile.kind.is_key() || profile.user_id.is_some() {
            return false;
        }
        let Ok((credential, extra)) = self.vault.items.whole(profile.id).await else {
            return false;
        };
        let (kept, _) = label::imported(credential, extra);
        let identity = profile.identity().or(Identity::of(&kept.claims));
        if identity == profile.identity() {
            return false;
        }
        Identity { workspace: profile.account_id, user: profile.user_id, email: profile.email } =
            identity;
        match self.put(profile.clone()).await {
            Ok(()) => true,
            Err(CommandError::Store(StoreError::SameIdentity)) => {
                tracing::warn!(profile = %profile.id, "another profile has the same identity");
                false
            }
            Err(error) => {
                tracing::warn!(%error, "an identity could not be written down");
                false
            }
        }
    }

    /// The profile that holds the same upstream sign-in already: the same user
    /// in the same workspace, or the very same tokens.
    pub(in crate::daemon) async fn same_sign_in(
        &self,
        imported: &Imported,
    ) -> Option<StoredProfile> {
        let wanted = Identity::of(&imported.claims);
        let mut unknown = Vec::new();
        for profile in self.identified().await {
            match profile.identity().compare(&wanted) {
                Match::Same => return Some(profile),
                Match::Unknown if profile.kind == imported.kind => unknown.push(profile),
                Match::Unknown | Match::Other => {}
            }
        }
        for profile in unknown {
            let kept = self.vault.items.load(profile.id).await;
            if kept.is_ok_and(|kept| has_same_tokens(&kept, &imported.credential)) {
                return Some(profile);
            }
        }
        None
    }

    /// What an item says of a profile's sign-in besides the tokens.
    pub(in crate::daemon) fn label(&self, profile: &StoredProfile) -> Label {
        Label {
            identity: profile.identity(),
            name: Some(profile.name.clone()),
            folder: Some(self.machine.home.data.clone()),
            provider: profile.provider.clone(),
        }
    }
}

fn has_same_tokens(a: &Credential, b: &Credential) -> bool {
    match (a, b) {
        (Credential::ApiKey(a), Credential::ApiKey(b)) => a.expose() == b.expose(),
        (Credential::Provider(a), Credential::Provider(b)) => a.is_same(b),
        (Credential::ChatGpt(a), Credential::ChatGpt(b)) => match (&a.refresh, &b.refresh) {
            (Some(a), Some(b)) => a.expose() == b.expose(),
            _ => !a.access.expose().is_empty() && a.access.expose() == b.access.expose(),
        },
        _ => false,
    }
}
