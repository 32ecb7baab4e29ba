//! Whether sign-ins can be read, and asking for them again.

use std::sync::Arc;

use rotunda_core::ProfileId;
use rotunda_host::{shared_vault::SharedVault, vault::DaemonVault as _};
use rotunda_router::{Vault as _, VaultError};
use rotunda_text::Stood;
use tokio::sync::Notify;

use super::{
    activity_log::ActivityLog,
    handles::{Handles, Refresh, State},
};
use crate::{activity::ActivityKind, view::VaultPlace};

/// Whether sign-ins can be read.
#[derive(Debug, Clone)]
pub(super) struct VaultStatus {
    /// Why they cannot, when they cannot.
    pub(super) error: Option<VaultError>,
    pub(super) place: VaultPlace,
}

/// The vault, and what is known of it.
pub(crate) struct VaultAccess {
    pub(super) items: Arc<SharedVault>,
    status: State<VaultStatus>,
    /// The user did something that needs sign-ins.
    requested: Notify,
    activity: Arc<ActivityLog>,
    refresh: Refresh,
}

impl VaultAccess {
    pub(super) fn new(
        handles: &Handles,
        items: Arc<SharedVault>,
        activity: Arc<ActivityLog>,
        status: State<VaultStatus>,
    ) -> Self {
        let refresh = handles.refresh.clone();
        Self { items, status, requested: Notify::new(), activity, refresh }
    }

    /// The user does something that needs sign-ins: a keychain that was not
    /// unlocked or did not answer is tried again, and may prompt the user.
    pub(crate) fn request(&self) {
        self.items.ask_again();
        self.requested.notify_one();
    }

    /// Waits for the next request.
    pub(super) async fn requested(&self) {
        self.requested.notified().await;
    }

    /// Sign-ins are in another place now.
    pub(super) fn moved(&self, place: VaultPlace) {
        self.status.set(VaultStatus { error: None, place });
        self.refresh.now();
    }

    /// Sees whether the sign-in of a profile can be read, and shows it. True when
    /// it can.
    pub(super) async fn check(&self, profile: ProfileId) -> bool {
        let now = match self.items.load(profile).await {
            // The profile's own trouble: its row shows it.
            Ok(_) | Err(VaultError::Missing | VaultError::Damaged(_)) => None,
            Err(error) => Some(error),
        };
        let before = std::mem::replace(&mut self.status.lock().error, now.clone());
        if now != before {
            self.refresh.now();
            let (kind, text) = match now.as_ref() {
                Some(error) => (
                    ActivityKind::VaultUnreadable,
                    Stood::VaultUnreadable { error: error.to_string() },
                ),
                None => (ActivityKind::VaultReadable, Stood::VaultReadable),
            };
            self.activity.add(kind, text).await;
        }
        now.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{daemon::fixture::Fixture, testing::WORK};

    #[tokio::test]
    async fn a_vault_that_cannot_be_read_is_one_line_until_it_can_be() {
        let fixture = Fixture::with(&[]);
        let file = fixture.handles.machine.home.data.join("vault.json");
        std::fs::create_dir_all(&file).unwrap();
        for _ in 0..2 {
            assert!(!fixture.vault.check(WORK).await);
            assert_eq!(fixture.lines.lock().len(), 1);
        }
        std::fs::remove_dir(&file).unwrap();
        assert!(fixture.vault.check(WORK).await);
        assert_eq!(fixture.lines.lock()[0].kind, ActivityKind::VaultReadable);
    }
}
