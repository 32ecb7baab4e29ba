//! Settings, read and changed while Rotunda runs.
//!
//! The file is the truth; a change is written first and then applied, and one
//! that a user makes in the file is seen within seconds. The port and the
//! proxy are those of the start: the running router keeps its own.

use std::{path::Path, sync::Arc};

use rotunda_host::{
    blocking::blocking,
    settings::{self, Key, ProjectSetting, Settings, SettingsPatch, SettingsView},
    store::StoredClient,
};
use rotunda_router::Pool;
use rotunda_text::{Locale, Localize, SettingsNote, Stood};
use tokio::sync::watch;

use super::{
    activity_log::ActivityLog,
    client_keys::api_clients,
    handles::{CurrentSettings, Handles, Machine, Refresh, State},
    profiles::Profiles,
    running::{ListenMode, RouterStatus, RunningRouter},
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
    clients: State<Vec<StoredClient>>,
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
            clients: handles.clients.clone(),
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
        if let Some(wanted) = patch.projects.clone() {
            let held = self.current().projects;
            let missing = blocking(move || missing_folder(&wanted, &held)).await;
            if let Some(folder) = missing {
                return Err(CommandError::NoFolder(folder));
            }
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
        let (port, clients) = (new.port, api_clients(&new, &self.clients.get()));
        self.settings.set(new);
        self.profiles.follow_rules().await;
        let running = self.running.lock().await;
        if let Some(running) = running.as_ref() {
            running.router.set_wait_for_reset(wait);
            if running.mode == ListenMode::Settings {
                running.router.set_api_clients(clients);
            }
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

/// The folder of a new rule that is not there: a rule for a folder with a slip in its name
/// would let through what it is for. One that was there earlier may be on a disk that is away.
fn missing_folder(wanted: &[ProjectSetting], held: &[ProjectSetting]) -> Option<String> {
    let is_new = |folder: &&String| !held.iter().any(|it| it.folder.as_ref() == Some(*folder));
    let mut new = wanted.iter().filter_map(|rule| rule.folder.as_ref()).filter(is_new);
    new.find(|folder| Path::new(folder).is_absolute() && !Path::new(folder).is_dir()).cloned()
}

#[cfg(test)]
#[path = "preferences_tests.rs"]
mod tests;
