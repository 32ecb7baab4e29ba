//! What services are made of besides each other: the machine they run on, a
//! state that the snapshot reads, the settings in force, and the end.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use rotunda_host::{
    home::{Env, Home},
    settings::Settings,
    store::{Store, StoredClient},
};
use rotunda_router::{Clock, Pool};
use rotunda_text::Language;
use tokio::sync::watch;

use super::running::RunningRouter;

/// The folders, the environment and the clock of one user.
#[derive(Clone)]
pub(crate) struct Machine {
    pub(crate) home: Home,
    pub(crate) env: Env,
    pub(crate) clock: Clock,
}

impl Machine {
    /// What time it is.
    pub(crate) fn now(&self) -> SystemTime {
        (self.clock)()
    }
}

/// What most services share. Each keeps the parts that it needs, and not the rest.
#[derive(Clone)]
pub(crate) struct Handles {
    pub(super) machine: Machine,
    pub(super) settings: CurrentSettings,
    pub(super) store: Store,
    pub(super) pool: Pool,
    pub(super) running: RunningRouter,
    pub(super) stopping: Stopping,
    pub(super) refresh: Refresh,
    /// Other programs than Codex: the router is given them at its start, with each setting,
    /// and with each change of the list.
    pub(super) clients: State<Vec<StoredClient>>,
}

/// What one service knows and the snapshot shows. Only that service changes it.
/// Locked for moments, never across a wait.
#[derive(Debug, Default)]
pub(crate) struct State<T>(Arc<Mutex<T>>);

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> State<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set(&self, value: T) {
        *self.lock() = value;
    }
}

impl<T: Clone> State<T> {
    pub(crate) fn get(&self) -> T {
        self.lock().clone()
    }
}

/// Makes the snapshot anew. A service calls it after it changed its state, and
/// does not know who reads that.
#[derive(Clone)]
pub(crate) struct Refresh(Arc<dyn Fn() + Send + Sync>);

impl Refresh {
    pub(crate) fn new(refresh: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(refresh))
    }

    /// The caller holds the lock of no state.
    pub(crate) fn now(&self) {
        (self.0)();
    }
}

/// The settings in force; clones share them.
#[derive(Clone)]
pub(crate) struct CurrentSettings {
    settings: Arc<watch::Sender<Settings>>,
    system_language: Language,
}

impl CurrentSettings {
    pub(crate) fn new(settings: Settings, system_language: Language) -> Self {
        Self { settings: Arc::new(watch::Sender::new(settings)), system_language }
    }

    pub(crate) fn get(&self) -> Settings {
        self.settings.borrow().clone()
    }

    /// Follows changes.
    pub(crate) fn watch(&self) -> watch::Receiver<Settings> {
        self.settings.subscribe()
    }

    pub(crate) fn set(&self, settings: Settings) {
        self.settings.send_replace(settings);
    }

    /// The language of tray, notifications and window.
    pub(crate) fn language(&self) -> Language {
        self.settings.borrow().ui.language.language(self.system_language)
    }
}

/// Whether Rotunda stops; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Stopping(Arc<watch::Sender<bool>>);

impl Stopping {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    pub(crate) fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Waits until Rotunda stops.
    pub(crate) async fn wait(&self) {
        let mut stopping = self.0.subscribe();
        let _ = stopping.wait_for(|stopping| *stopping).await;
    }
}
