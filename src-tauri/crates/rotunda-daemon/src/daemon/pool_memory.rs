//! What the pool knows, kept over a crash and read at a start.

use std::sync::Arc;

use rotunda_host::{
    blocking::blocking,
    codex_auth,
    home::Home,
    settings::Settings,
    store::{Store, StoreError},
};
use rotunda_router::{Clock, Pool};

use super::{handles::Handles, profiles::PINNED, usage_history::UsageHistory};

/// Writes what the pool wants kept, and what was counted.
pub(crate) struct PoolMemory {
    store: Store,
    pool: Pool,
    usage_history: Arc<UsageHistory>,
}

impl PoolMemory {
    pub(super) fn new(handles: &Handles, usage_history: Arc<UsageHistory>) -> Self {
        Self { store: handles.store.clone(), pool: handles.pool.clone(), usage_history }
    }

    pub(super) async fn save(&self) {
        self.usage_history.save().await;
        let memory = self.pool.take_memory();
        if memory.is_empty() {
            return;
        }
        let store = self.store.clone();
        if let Err(error) = blocking(move || store.remember(&memory)).await {
            tracing::warn!(%error, "rests and conversations could not be kept");
        }
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
    let profiles = store.profiles()?.into_iter().map(|profile| {
        let mut pool_profile = profile.pool_profile();
        // What only the keychain knows is as it was read last.
        pool_profile.own_sign_in = codex.is(&profile.identity(), pool_profile.own_sign_in);
        pool_profile
    });
    let pool = Pool::new(profiles.collect(), settings.rules, clock.clone());
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
