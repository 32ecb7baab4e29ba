//! What the pool knows, kept over a crash and read at a start.

use std::sync::Arc;

use rotunda_core::pool::save_pause;
use rotunda_host::{
    blocking::blocking,
    codex_auth,
    home::Home,
    platform::path_case,
    settings::{Settings, project_rules},
    store::{Store, StoreError},
};
use rotunda_router::{Clock, Pool};
use tokio::{sync::Mutex, time};

use super::{handles::Handles, profiles::PINNED, usage_history::UsageHistory};

/// Writes what the pool wants kept, and what was counted.
pub(crate) struct PoolMemory {
    store: Store,
    pool: Pool,
    usage_history: Arc<UsageHistory>,
    /// Saves in a row that failed. Held while one is under way.
    failures: Mutex<u32>,
}

impl PoolMemory {
    pub(super) fn new(handles: &Handles, usage_history: Arc<UsageHistory>) -> Self {
        let (store, pool) = (handles.store.clone(), handles.pool.clone());
        Self { store, pool, usage_history, failures: Mutex::new(0) }
    }

    /// Saves each change within [`save_pause`], for as long as there is a pool. What
    /// could not be saved is tried again.
    pub(super) async fn follow(&self) {
        let mut changed = self.pool.changed();
        loop {
            let failures = *self.failures.lock().await;
            if failures == 0 && changed.changed().await.is_err() {
                return;
            }
            time::sleep(save_pause(failures)).await;
            self.save().await;
        }
    }

    pub(super) async fn save(&self) {
        let mut failures = self.failures.lock().await;
        let counted = self.usage_history.save().await;
        match self.remember().await.and(counted) {
            Ok(()) => *failures = 0,
            Err(error) => {
                if *failures == 0 {
                    tracing::warn!(%error, "rests and conversations are not saved yet");
                }
                *failures = failures.saturating_add(1);
            }
        }
    }

    async fn remember(&self) -> Result<(), StoreError> {
        let memory = self.pool.take_memory();
        if memory.is_empty() {
            return Ok(());
        }
        let store = self.store.clone();
        let (outcome, memory) = blocking(move || (store.remember(&memory), memory)).await;
        if outcome.is_err() {
            self.pool.memory_not_saved(memory);
        }
        outcome
    }
}

/// The pool as it was when it was last remembered, with the user's choices.
pub(super) fn restore(
    store: Option<&Store>,
    settings: &Settings,
    home: &Home,
    clock: &Clock,
) -> Result<Pool, StoreError> {
    let Some(store) = store else {
        return Ok(Pool::new(Vec::new(), settings.rules, clock.clone()));
    };
    let codex = codex_auth::owner_of_file(home);
    let stored = store.profiles()?;
    let named = stored.iter().map(|profile| (profile.id, profile.name.as_str()));
    let rules = project_rules(&settings.projects, &named);
    let providers: Vec<_> =
        stored.iter().filter_map(|it| Some((it.id, it.provider.clone()?))).collect();
    let profiles = stored.into_iter().map(|profile| {
        let mut pool_profile = profile.pool_profile();
        // What only the keychain knows is as it was read last.
        pool_profile.own_sign_in = codex.is(&profile.identity(), pool_profile.own_sign_in);
        pool_profile
    });
    let pool = Pool::new(profiles.collect(), settings.rules, clock.clone());
    for (profile, provider) in providers {
        pool.set_provider(profile, Some(provider));
    }
    pool.set_project_rules(rules, path_case());
    pool.restore(store.memory()?);
    for (profile, percent) in store.reserves()? {
        pool.set_reserve(profile, Some(percent));
    }
    for (profile, consent) in store.credit_consents()? {
        pool.set_use_credits(profile, Some(consent));
    }
    let pinned = store.meta(PINNED)?.and_then(|id| id.parse().ok());
    pool.pin(pinned);
    Ok(pool)
}

#[cfg(test)]
mod tests {
    use rotunda_core::ProfileId;

    use super::*;
    use crate::daemon::fixture::Fixture;

    #[tokio::test]
    async fn a_pool_is_read_with_the_pin_and_the_memory_of_an_earlier_one() {
        let fixture = Fixture::with(&["work", "home"]);
        let history = Arc::new(UsageHistory::new(&fixture.handles));
        let memory = PoolMemory::new(&fixture.handles, history);
        let Handles { machine, settings, store, pool, .. } = &fixture.handles;
        pool.use_now(ProfileId(2));
        memory.save().await;
        store.set_meta(PINNED, Some(&ProfileId(2).to_string())).unwrap();
        let (home, clock) = (&machine.home, &machine.clock);
        let pool = restore(Some(store), &settings.get(), home, clock).unwrap();
        let view = pool.view();
        assert_eq!((view.serving, view.pinned), (Some(ProfileId(2)), Some(ProfileId(2))));
    }
}
