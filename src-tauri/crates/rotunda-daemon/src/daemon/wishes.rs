//! Settings, read and changed while Rotunda runs.
//!
//! The file is the truth; a change is written first and then applied, and one
//! that somebody makes in the file is seen within seconds. The port and the
//! proxy are those of the start: the running router keeps its own.

use rotunda_core::{
    Reader, Words,
    words::{SettingsNote, Stood},
};

use super::{CommandError, Daemon, blocking};
use crate::{
    activity::ActivityKind,
    settings::{self, Settings, SettingsPatch, SettingsView},
    view::RouterState,
};

impl Daemon {
    /// What the user wants, as it is now.
    pub fn wishes(&self) -> Settings {
        self.inner.settings()
    }

    /// What the settings page shows.
    pub async fn settings(&self) -> SettingsView {
        let settings = self.inner.settings();
        let rotate = self.inner.pool.view().pinned.is_none();
        let note = self.note_on(&settings).await;
        SettingsView::of(&settings, rotate, note)
    }

    /// Changes settings: written at once, and applied to what runs.
    pub async fn set_settings(&self, patch: SettingsPatch) -> Result<SettingsView, CommandError> {
        let inner = &self.inner;
        if let Some(rotate) = patch.rotate {
            self.rotate(rotate).await?;
        }
        let (home, env) = (inner.home.clone(), inner.env.clone());
        let new = blocking(move || settings::change(&home, &env, &patch)).await?;
        self.apply_settings(new).await;
        Ok(self.settings().await)
    }

    /// Takes over what somebody wrote into the file by hand. One that cannot be
    /// used changes nothing and is told.
    pub(super) async fn reread_settings(&self) {
        let (home, env) = (self.inner.home.clone(), self.inner.env.clone());
        match blocking(move || settings::load(&home, &env)).await {
            // Sign-ins are moved by a command, not by a word in a file.
            Ok(new) => {
                self.apply_settings(Settings { vault: self.wishes().vault, ..new }).await;
            }
            Err(error) => {
                let error = error.to_string();
                self.note(ActivityKind::Other, Stood::SettingsUnreadable { error }).await;
            }
        }
    }

    async fn apply_settings(&self, new: Settings) {
        let inner = &self.inner;
        inner.pool.set_rules(new.rules);
        let wait = new.wait_for_reset.unwrap_or_default();
        let port = new.port;
        *inner.settings.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = new;
        let running = inner.running.lock().await;
        if let Some(running) = running.as_ref() {
            running.router.set_wait_for_reset(wait);
        }
        let is_running = running.is_some();
        drop(running);
        if !is_running {
            self.try_port(port);
        }
        self.refresh();
    }

    /// A router that could not have its port has another chance with a new one.
    fn try_port(&self, port: u16) {
        let mut known = self.inner.known();
        let failed = known.router.state == RouterState::PortTaken && known.router.port != port;
        known.router.port = port;
        drop(known);
        if failed {
            let daemon = self.clone();
            tokio::spawn(async move {
                if let Err(error) = daemon.start().await {
                    tracing::warn!(%error, "the router did not start on its new port");
                }
            });
        }
    }

    /// Off means to stay on the profile in use: one state, whoever changes it.
    async fn rotate(&self, rotate: bool) -> Result<(), CommandError> {
        let view = self.inner.pool.view();
        match (rotate, view.pinned) {
            (true, Some(_)) => self.pin(None).await,
            (false, None) => {
                let stay = view.serving.ok_or(CommandError::NobodyToStayOn)?;
                self.pin(Some(stay)).await
            }
            (true, None) | (false, Some(_)) => Ok(()),
        }
    }

    async fn note_on(&self, settings: &Settings) -> Option<String> {
        let running = self.inner.running.lock().await;
        let running = running.as_ref()?;
        let note = if running.port != settings.port && settings.port != 0 {
            SettingsNote::Port(running.port, settings.port)
        } else if running.proxy != settings.upstreams.proxy {
            SettingsNote::Proxy
        } else {
            return None;
        };
        Some(note.to(Reader::of(self.language())))
    }
}

#[cfg(test)]
#[path = "wishes_tests.rs"]
mod tests;
