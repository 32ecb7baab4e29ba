//! Keeps the forecast current: made anew when the pool changes, at most once a minute.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use rotunda_host::{blocking::blocking, store::Store, timezone};
use rotunda_router::{Clock, Pool};
use rotunda_text::{Language, Locale};
use tokio::time;

use super::{
    handles::{CurrentSettings, Handles, Refresh, State},
    profiles::Profiles,
};
use crate::{
    error::CommandError,
    forecast::{self, Made, UsedBefore},
    view::{ForecastPage, ForecastView},
};

/// It is made no more often.
const PAUSE: Duration = Duration::from_secs(60);
/// And no more rarely: time passes.
const RENEW: Duration = Duration::from_secs(10 * 60);

/// Makes forecasts.
pub struct Forecasts {
    store: Store,
    pool: Pool,
    settings: CurrentSettings,
    clock: Clock,
    profiles: Arc<Profiles>,
    made: State<Option<Made>>,
    refresh: Refresh,
}

impl Forecasts {
    pub(super) fn new(
        handles: &Handles,
        profiles: Arc<Profiles>,
        made: State<Option<Made>>,
    ) -> Self {
        Self {
            store: handles.store.clone(),
            pool: handles.pool.clone(),
            settings: handles.settings.clone(),
            clock: handles.machine.clock.clone(),
            profiles,
            made,
            refresh: handles.refresh.clone(),
        }
    }

    /// Follows the pool for as long as there is one.
    pub(super) async fn follow(&self) {
        let mut changed = self.pool.changed();
        loop {
            if let Err(error) = self.make().await {
                tracing::warn!(%error, "no forecast: what was used cannot be read");
            }
            self.refresh.now();
            time::sleep(PAUSE).await;
            tokio::select! {
                change = changed.changed() => if change.is_err() { return },
                () = time::sleep(RENEW) => {}
            }
        }
    }

    /// What is to come, for the command line.
    pub(super) async fn view(&self, language: Language) -> Result<ForecastView, CommandError> {
        let made = self.make().await?;
        let names = self.profiles.names();
        Ok(made.view(&|id| name(&names, id), self.locale(language)))
    }

    /// The same for the window.
    pub async fn page(&self) -> Result<ForecastPage, CommandError> {
        let made = self.make().await?;
        let names = self.profiles.names();
        Ok(made.page(&|id| name(&names, id), self.locale(self.settings.language())))
    }

    async fn make(&self) -> Result<Made, CommandError> {
        let (store, now) = (self.store.clone(), (self.clock)());
        let (pool, settings) = (self.pool.view(), self.settings.get());
        let made = blocking(move || {
            let used = UsedBefore::read(&store, now)?;
            Ok::<_, CommandError>(forecast::make(&used, &pool, &settings, now))
        });
        let made = made.await?;
        self.made.set(Some(made.clone()));
        Ok(made)
    }

    fn locale(&self, language: Language) -> Locale {
        let now = (self.clock)();
        timezone::locale(language, now)
    }
}

fn name(names: &BTreeMap<rotunda_core::ProfileId, String>, id: rotunda_core::ProfileId) -> String {
    names.get(&id).cloned().unwrap_or_else(|| id.to_string())
}

#[cfg(test)]
#[path = "forecasts_tests.rs"]
mod tests;
