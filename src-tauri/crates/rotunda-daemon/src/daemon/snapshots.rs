//! The snapshot: made of the states of all services, and followed by the tray,
//! the window and the command line.

use std::sync::{Arc, Mutex, PoisonError};

use rotunda_router::Pool;
use rotunda_text::Language;
use tokio::sync::watch;

use super::{
    handles::{CurrentSettings, Machine, Refresh},
    state::DaemonState,
};
use crate::view::Snapshot;

/// Makes snapshots; clones share them.
#[derive(Clone)]
pub struct Snapshots(Arc<Parts>);

struct Parts {
    machine: Machine,
    settings: CurrentSettings,
    pool: Pool,
    state: DaemonState,
    shown: watch::Sender<Arc<Snapshot>>,
    /// Version of the newest one. Held while one is made, so that an older one
    /// never replaces a newer one.
    version: Mutex<u64>,
}

impl Snapshots {
    pub(super) fn new(
        machine: Machine,
        settings: CurrentSettings,
        pool: Pool,
        state: DaemonState,
    ) -> Self {
        let language = settings.language();
        let Machine { env, clock, .. } = &machine;
        let first = state.snapshot(&pool, env, clock, &settings.get(), language);
        let shown = watch::Sender::new(Arc::new(first));
        Self(Arc::new(Parts { machine, settings, pool, state, shown, version: Mutex::new(0) }))
    }

    /// For services: makes it anew.
    pub(super) fn refresher(&self) -> Refresh {
        let snapshots = self.clone();
        Refresh::new(move || snapshots.refresh())
    }

    /// Shows what is known now, when it differs from what is shown.
    pub(super) fn refresh(&self) {
        let mut version = self.0.version.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = self.make(self.0.settings.language());
        self.0.shown.send_if_modified(|shown| {
            next.version = shown.version;
            if **shown == next {
                return false;
            }
            *version += 1;
            next.version = *version;
            *shown = Arc::new(next);
            true
        });
    }

    /// Follows everything there is to show.
    pub fn watch(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.0.shown.subscribe()
    }

    /// What the tray, notifications and the window speak.
    pub fn language(&self) -> Language {
        self.0.settings.language()
    }

    /// What is shown now, in the language of the window.
    pub(crate) fn current(&self) -> Arc<Snapshot> {
        Arc::clone(&self.0.shown.borrow())
    }

    /// What is shown, in the language of the command line.
    pub fn in_language(&self, language: Language) -> Snapshot {
        let version = self.current().version;
        Snapshot { version, ..self.make(language) }
    }

    fn make(&self, language: Language) -> Snapshot {
        let Parts { machine, settings, pool, state, .. } = &*self.0;
        state.snapshot(pool, &machine.env, &machine.clock, &settings.get(), language)
    }
}
