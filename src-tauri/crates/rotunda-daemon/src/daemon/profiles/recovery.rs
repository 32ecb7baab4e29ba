//! What an earlier Rotunda was killed in: profiles that are half there, and
//! renewals without an end.

use std::sync::Arc;

use rotunda_core::{
    ProfileId,
    vault::{Vault as _, VaultError},
};
use rotunda_host::{blocking::blocking, vault::DaemonVault as _};
use rotunda_text::Signed;

use super::Profiles;
use crate::{activity::ActivityKind, error::CommandError};

impl Profiles {
    /// Finishes what an earlier Rotunda was killed in, or had no answer to: a
    /// profile and its sign-in are there or gone together.
    pub(in crate::daemon) async fn finish_changes(&self) {
        let items = Arc::clone(&self.vault.items);
        let (added, removed) = blocking(move || (items.half_added(), items.half_removed())).await;
        for id in added {
            if self.is_whole(id).await {
                self.vault.items.adding(id, false).await;
            }
        }
        for id in removed {
            if self.is_whole(id).await {
                self.vault.items.removed(id).await;
            }
        }
    }

    /// Removes half a profile; false when that cannot be done now, or is not known.
    async fn is_whole(&self, id: ProfileId) -> bool {
        let vault = &self.vault.items;
        let is_known = self.stored(id).is_ok();
        let removed = match vault.load(id).await {
            Ok(_) if is_known => return true,
            Ok(_) => vault.remove(id).await.map_err(CommandError::from),
            Err(VaultError::Missing) if is_known => self.remove_with(id, None).await,
            Err(VaultError::Missing) => return true,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = &removed {
            tracing::warn!(%error, "half a profile could not be removed yet");
        }
        removed.is_ok()
    }

    /// Writes a line for each sign-in that an earlier Rotunda was renewing when it ended.
    pub(in crate::daemon) async fn report_interrupted(&self) {
        let items = Arc::clone(&self.vault.items);
        for id in blocking(move || items.interrupted()).await {
            let Ok(profile) = self.stored(id) else { continue };
            let text = Signed::Interrupted { profile: profile.name };
            self.activity.add(ActivityKind::Interrupted, text).await;
        }
    }
}
