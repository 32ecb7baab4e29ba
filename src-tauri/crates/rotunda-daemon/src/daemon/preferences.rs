//! Settings, read and changed while Rotunda runs.
//!
//! The file is the truth; a change is written first and then applied, and one
//! that a user makes in the file is seen within seconds. The port and the
//! proxy are those of the start: the running router keeps its own.

use std::sync::Arc;

use rotunda_host::{
    blocking::blocking,
    settings::{self, Key, Settings, SettingsPatch, SettingsView},
};
use rotunda_router::Pool;
use rotunda_text::{Locale, Localize, SettingsNote, Stood};
use tokio::sync::watch;

use super::{
    activity_log::ActivityLog,
    handles::{CurrentSettings, Handles, Machine, Refresh, State},
    profiles::Profiles,
    running::{RouterStatus, RunningRouter},
};
use crate::{activity::ActivityKind, error::CommandError};

/// The settings, for the window and for the file.
pub struct Preferences {
    machine: Machine,
    settings: CurrentSettings,
    pool: Pool,
    profiles: Arc<Profiles>,
    running: RunningRouter,
    router: State<RouterStatus>,
    activity: Arc<ActivityLog>,
    refresh: Refresh,
    /// Where the next start listens.
    pub(super) next_port: watch::Sender<u16>,
}

impl Preferences {
    pub(super) fn new(
        handles: &Handles,
        profiles: Arc<Profiles>,
        activity: Arc<ActivityLog>,
        router: State<RouterStatus>,
    ) -> Self {
        Self {
            machine: handles.machine.clone(),
            settings: handles.settings.clone(),
            pool: handles.pool.clone(),
            running: handles.running.clone(),
            refresh: handles.refresh.clone(),
            profiles,
            activity,
            router,
            next_port: watch::Sender::new(handles.settings.get().port),
        }
    }

    /// What the user wants, as it is now.
    pub fn current(&self) -> Settings {
        self.settings.get()
    }

    /// What the settings page shows.
    pub async fn view(&self) -> SettingsView {
        let settings = self.settings.get();
        let rotate = self.pool.view().pinned.is_none();
        let note = self.note_on(&settings).await;
        SettingsView::of(&settings, rotate, note)
    }

    /// Changes settings: written at once, and applied to what runs.
    pub async fn change(&self, patch: SettingsPatch) -> Result<SettingsView, CommandError> {
        if let Some(rotate) = patch.rotate {
            self.rotate(rotate).await?;
        }
        let (home, env) = (self.machine.home.clone(), self.machine.env.clone());
        let new = blocking(move || settings::change(&home, &env, &patch)).await?;
        self.apply(new).await;
        Ok(self.view().await)
    }

    /// Gives one key of the file a value, or with none its default again.
    pub async fn set_key(&self, key: Key, value: Option<String>) -> Result<(), CommandError> {
        let (home, env) = (self.machine.home.clone(), self.machine.env.clone());
        let new = blocking(move || settings::set_key(&home, &env, &key, value.as_deref())).await?;
        self.apply(Settings { vault: self.current().vault, ..new }).await;
        Ok(())
    }

    /// Takes over what a user wrote into the file by hand. One that cannot be
    /// used changes nothing and is reported.
    pub(super) async fn reread(&self) {
        let (home, env) = (self.machine.home.clone(), self.machine.env.clone());
        match blocking(move || settings::load(&home, &env)).await {
            // Sign-ins are moved by a command, not by a word in a file.
            Ok(new) => {
                self.apply(Settings { vault: self.current().vault, ..new }).await;
            }
            Err(error) => {
                let error = error.to_string();
                self.activity.add(ActivityKind::Other, Stood::SettingsUnreadable { error }).await;
            }
        }
    }

    async fn apply(&self, new: Settings) {
        self.pool.set_rules(new.rules);
        let wait = new.wait_for_reset.unwrap_or_default();
        let port = new.port;
        self.settings.set(new);
        let running = self.running.lock().await;
        if let Some(running) = running.as_ref() {
            running.router.set_wait_for_reset(wait);
        }
        let is_running = running.is_some();
        drop(running);
        if !is_running {
            self.router.lock().view.port = port;
            self.next_port.send_replace(port);
        }
        self.refresh.now();
    }

    /// Off means to stay on the profile in use: one state for each way to change it.
    async fn rotate(&self, rotate: bool) -> Result<(), CommandError> {
        let view = self.pool.view();
        match (rotate, view.pinned) {
            (true, Some(_)) => self.profiles.pin(None).await,
            (false, None) => {
                let stay = view.serving.ok_or(CommandError::NobodyToStayOn)?;
                self.profiles.pin(Some(stay)).await
            }
            (true, None) | (false, Some(_)) => Ok(()),
        }
    }

    async fn note_on(&self, settings: &Settings) -> Option<String> {
        let running = self.running.lock().await;
        let running = running.as_ref()?;
        let note = if running.port != settings.port && settings.port != 0 {
            SettingsNote::Port(running.port, settings.port)
        } else if running.proxy != settings.upstreams.proxy {
            SettingsNote::Proxy
        } else {
            return None;
        };
        Some(note.to(Locale::of(self.settings.language())))
    }
}

#[cfg(test)]
#[path = "preferences_tests.rs"]
mod tests;
