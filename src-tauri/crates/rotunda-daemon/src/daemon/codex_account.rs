//! Which profile is what Codex itself is signed in with, as it changes.

use std::{sync::Arc, time::Duration};

use rotunda_core::profile::Kind;
use rotunda_host::{
    blocking::blocking,
    codex_auth::{AccountOwner, OwnSignIn, Storage},
    settings::VaultKind,
};
use rotunda_router::Pool;

use super::{handles::Handles, profiles::Profiles};

/// A keychain may ask its user; nothing waits longer for the answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The account that Codex is signed in with.
pub(crate) struct CodexAccount {
    sign_in: OwnSignIn,
    pool: Pool,
    profiles: Arc<Profiles>,
}

impl CodexAccount {
    pub(super) fn new(handles: &Handles, sign_in: OwnSignIn, profiles: Arc<Profiles>) -> Self {
        Self { sign_in, pool: handles.pool.clone(), profiles }
    }

    /// Its owner, as far as it can be read without a prompt.
    pub(super) async fn owner(&self) -> AccountOwner {
        let sign_in = self.sign_in.clone();
        let read = tokio::time::timeout(PATIENCE, blocking(move || sign_in.owner())).await;
        read.unwrap_or(AccountOwner::Unread)
    }

    /// Where Codex keeps it.
    pub(super) async fn storage(&self) -> Storage {
        let sign_in = self.sign_in.clone();
        blocking(move || sign_in.storage()).await
    }

    /// To read it with others.
    pub(super) fn sign_in(&self) -> OwnSignIn {
        self.sign_in.clone()
    }

    /// The user picked it: its keychain item may be read.
    pub(super) async fn allow(&self) {
        let sign_in = self.sign_in.clone();
        blocking(move || sign_in.allow()).await;
    }

    /// Sign-ins of profiles are kept there now.
    pub(super) fn vault_is(&self, kind: VaultKind) {
        self.sign_in.vault_is(kind);
    }

    /// Marks the profiles of that account, which serve last: Codex sends nothing
    /// once the account it is signed in with is out.
    pub(super) async fn mark_profiles(&self) {
        let owner = self.owner().await;
        if owner == AccountOwner::Unread {
            return;
        }
        let profiles = self.profiles.identified().await;
        let mut changed = false;
        for mut profile in profiles.into_iter().filter(|profile| profile.kind == Kind::ChatGpt) {
            let is_owner = owner.is(&profile.identity(), profile.own_sign_in);
            if profile.own_sign_in == is_owner {
                continue;
            }
            profile.own_sign_in = is_owner;
            self.pool.put(profile.pool_profile());
            if let Err(error) = self.profiles.put(profile).await {
                tracing::warn!(%error, "the owner of Codex's sign-in could not be stored");
            }
            changed = true;
        }
        if changed && let Err(error) = self.profiles.reload().await {
            tracing::warn!(%error, "the profiles could not be read again");
        }
    }
}

#[cfg(test)]
mod tests {
    use rotunda_core::ProfileId;

    use crate::daemon::fixture::Fixture;

    #[tokio::test]
    async fn the_profile_of_the_account_that_codex_has_is_marked_and_later_not() {
        let fixture = Fixture::with(&["work", "home"]);
        let home = &fixture.handles.machine.home;
        let profiles = fixture.profiles();
        let codex = fixture.codex_account(&profiles);
        let marked = || profiles.all().into_iter().filter(|it| it.own_sign_in).map(|it| it.id);
        fixture.sign_codex_in(ProfileId(2));
        codex.mark_profiles().await;
        assert_eq!(marked().collect::<Vec<_>>(), [ProfileId(2)]);
        std::fs::remove_file(home.codex_auth()).unwrap();
        codex.mark_profiles().await;
        assert_eq!(marked().count(), 0);
    }
}
