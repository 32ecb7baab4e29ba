//! Sign-ins in the vault that no profile refers to, as after the database was
//! lost. They are offered; nothing is taken without a request.

use std::{path::Path, sync::Arc, time::Duration};

use rotunda_core::ProfileId;
use rotunda_host::{
    blocking::blocking,
    home::{Env, Home, ROTUNDA_HOME},
    settings::{self, VaultKind},
    vault::{
        self, DaemonVault as _,
        label::{self, Label},
    },
};
use rotunda_text::{Message, message};

use super::{
    handles::{CurrentSettings, Handles, Machine, Refresh, State},
    profiles::Profiles,
    vault_access::VaultAccess,
};
use crate::{control::Report, import::Found, view::Snapshot};

/// For listing the names in the vault. A keychain that does not answer must not
/// hold up who only wants to see the status.
const PATIENCE: Duration = Duration::from_secs(3);
/// More are not read.
const MOST: usize = 100;

/// Finds them.
pub(crate) struct Orphans {
    machine: Machine,
    settings: CurrentSettings,
    vault: Arc<VaultAccess>,
    profiles: Arc<Profiles>,
    /// Their ids, as last looked at.
    ids: State<Vec<ProfileId>>,
    refresh: Refresh,
}

impl Orphans {
    pub(super) fn new(
        handles: &Handles,
        vault: Arc<VaultAccess>,
        profiles: Arc<Profiles>,
        ids: State<Vec<ProfileId>>,
    ) -> Self {
        Self {
            machine: handles.machine.clone(),
            settings: handles.settings.clone(),
            refresh: handles.refresh.clone(),
            vault,
            profiles,
            ids,
        }
    }

    /// The sign-ins that no profile refers to, read.
    pub(super) async fn read(&self) -> Vec<Found> {
        let source = source(self.settings.get().vault);
        let mut found = Vec::new();
        for id in self.listed().await.into_iter().take(MOST) {
            match self.vault.items.whole(id).await {
                Ok((credential, extra)) => {
                    let (imported, label) = label::imported(credential, extra);
                    if !self.is_of_another_folder(&label).await {
                        found.push(Found::orphan(id, source, label.name, Ok(imported)));
                    }
                }
                Err(error) => {
                    found.push(Found::orphan(id, source, None, Err(error.to_string())));
                }
            }
        }
        found
    }

    /// Counts them and shows how many there are. Nothing is unlocked for
    /// it; contents are read only where it is known to be open.
    pub(super) async fn count(&self) {
        let mut ids = self.listed().await;
        let is_open =
            self.settings.get().vault == VaultKind::File || !self.profiles.all().is_empty();
        if is_open {
            let readable = self.read().await.into_iter();
            ids = readable.filter(|it| it.sign_in.is_ok()).filter_map(|it| it.kept).collect();
        }
        self.ids.set(ids);
        self.refresh.now();
    }

    async fn listed(&self) -> Vec<ProfileId> {
        let listed = tokio::time::timeout(PATIENCE, self.vault.items.profiles()).await;
        let ids = match listed {
            Ok(Ok(ids)) => ids,
            Ok(Err(error)) => {
                tracing::info!(%error, "the vault's items could not be listed");
                return Vec::new();
            }
            Err(_) => {
                tracing::info!("the vault did not list its items in time");
                return Vec::new();
            }
        };
        let profiles = self.profiles.all();
        let is_known = |id: &ProfileId| profiles.iter().any(|profile| profile.id == *id);
        ids.into_iter().filter(|id| !is_known(id)).collect()
    }

    /// One keychain serves every Rotunda of its user: an item of another data
    /// folder with its database is not an orphan.
    async fn is_of_another_folder(&self, label: &Label) -> bool {
        let (home, env, label) =
            (self.machine.home.clone(), self.machine.env.clone(), label.clone());
        if self.settings.get().vault == VaultKind::File {
            return false;
        }
        blocking(move || is_elsewhere(&home, &env, &label)).await
    }
}

fn is_elsewhere(home: &Home, env: &Env, label: &Label) -> bool {
    let has_database = |data: &Path| data.join("rotunda.db").exists();
    if let Some(folder) = &label.folder {
        return *folder != home.data && has_database(folder);
    }
    // Before items were labelled: it belongs to the folder of the user's own
    // that no variable moved.
    let usual = Home::from_env(&env.clone().without(ROTUNDA_HOME));
    usual.is_ok_and(|usual| usual.data != home.data && has_database(&usual.data))
}

/// Counts them while nothing runs, by their names alone.
pub async fn count_orphans(home: &Home, env: &Env, report: &Report) -> usize {
    // With profiles, only a running Rotunda looks: it knows them all.
    if !report.snapshot.profiles.is_empty() {
        return 0;
    }
    let (home, env) = (home.clone(), env.clone());
    let opened =
        blocking(move || settings::load(&home, &env).map(|it| vault::open(it.vault, &home)));
    let Ok(vault) = opened.await else { return 0 };
    let listed = tokio::time::timeout(PATIENCE, vault.profiles()).await;
    listed.ok().and_then(Result::ok).map_or(0, |ids| ids.len())
}

/// Where they are, for people.
fn source(kind: VaultKind) -> &'static str {
    match kind {
        VaultKind::Keychain => "Rotunda (keychain)",
        VaultKind::File => "Rotunda (vault.json)",
    }
}

/// How many there are, and how to take them; none when there are none.
pub fn found_sign_ins(snapshot: &Snapshot) -> Option<Message> {
    let place = match snapshot.vault.kind {
        crate::view::VaultPlace::Keychain => "keychain",
        crate::view::VaultPlace::File => "file",
    };
    let count = snapshot.found_sign_ins;
    (count > 0).then(|| message!("status-orphans", count = count, place = place))
}

#[cfg(test)]
mod tests {
    use rotunda_core::Secret;
    use rotunda_router::Credential;
    use serde_json::Map;

    use super::*;
    use crate::daemon::fixture::Fixture;

    #[tokio::test]
    async fn a_sign_in_without_a_profile_is_counted_and_that_of_a_profile_is_not() {
        let fixture = Fixture::with(&["work"]);
        let ids = State::default();
        let orphans =
            Orphans::new(&fixture.handles, fixture.vault.clone(), fixture.profiles(), ids.clone());
        for id in [1, 7] {
            let key = Credential::ApiKey(Secret::new(format!("sk-{id}")));
            fixture.vault.items.put(ProfileId(id), key, Map::new()).await.unwrap();
        }
        orphans.count().await;
        assert_eq!(ids.get(), [ProfileId(7)]);
    }
}
