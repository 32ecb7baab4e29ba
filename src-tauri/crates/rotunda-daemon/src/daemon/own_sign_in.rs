//! Which profile is what Codex itself is signed in with, as it changes.

use std::time::Duration;

use rotunda_core::profile::Kind;

use super::{Daemon, blocking};
use crate::own::{Storage, Whose};

/// A keychain may ask its user; nothing waits longer for the answer.
const PATIENCE: Duration = Duration::from_secs(30);

impl Daemon {
    /// The account that Codex is signed in with, as far as nobody has to be
    /// asked for it.
    pub(super) async fn whose_own(&self) -> Whose {
        let own = self.inner.own.clone();
        let told = tokio::time::timeout(PATIENCE, blocking(move || own.whose())).await;
        told.unwrap_or(Whose::Unread)
    }

    /// Where Codex keeps it.
    pub(super) async fn own_storage(&self) -> Storage {
        let own = self.inner.own.clone();
        blocking(move || own.storage()).await
    }

    /// Marks the profiles of that account, which serve last: Codex sends nothing
    /// once the account it is signed in with is out.
    pub(super) async fn see_own(&self) {
        let whose = self.whose_own().await;
        if whose == Whose::Unread {
            return;
        }
        let profiles = self.inner.known().profiles.clone();
        let mut changed = false;
        for mut profile in profiles.into_iter().filter(|profile| profile.kind == Kind::ChatGpt) {
            let own = whose.is(profile.account_id.as_deref());
            if profile.own_sign_in == own {
                continue;
            }
            profile.own_sign_in = own;
            self.inner.pool.put(profile.seat());
            if let Err(error) = self.put(profile).await {
                tracing::warn!(%error, "whose sign-in Codex has could not be written down");
            }
            changed = true;
        }
        if changed && let Err(error) = self.refresh_profiles().await {
            tracing::warn!(%error, "the profiles could not be read again");
        }
    }
}
