//! What the user may do about Codex's file besides binding and unbinding.

use std::sync::Arc;

use rotunda_host::{blocking::blocking, platform};
use rotunda_text::Pointed;

use super::{BindOptions, Binding, Bound};
use crate::{
    activity::ActivityKind,
    bind::{self, Restored, Restoring},
    error::CommandError,
};

impl Binding {
    /// Binds, and also switches away from the provider that the file names,
    /// until unbound: its prior value is kept.
    pub async fn bind_switch(self: &Arc<Self>) -> Result<Bound, CommandError> {
        self.bind_as(BindOptions { switch: true, ..BindOptions::default() }).await
    }

    /// What [`Binding::restore`] would do; changes nothing.
    pub async fn restore_preview(&self) -> Result<Restoring, CommandError> {
        let (home, url, now) = (self.machine.home.clone(), self.url().await, self.machine.now());
        Ok(blocking(move || bind::restoring(&home, &url, now)).await?)
    }

    /// Puts the whole file back as it was before binding. Codex is unbound then.
    pub async fn restore(&self) -> Result<Restored, CommandError> {
        let (home, url, now) = (self.machine.home.clone(), self.url().await, self.machine.now());
        let restored = blocking(move || bind::restore(&home, &url, now)).await;
        self.read_again().await;
        let restored = restored?;
        if restored.changed {
            let kept = restored.kept.as_ref().and_then(|kept| kept.file_name());
            let kept = kept.map(rotunda_host::files::shown);
            self.activity.add(ActivityKind::Restored, Pointed::Restored { kept }).await;
        }
        Ok(restored)
    }

    /// Leaves Codex's file as another program wrote it, and reports it no more.
    pub async fn leave(&self) -> Result<(), CommandError> {
        let home = self.machine.home.clone();
        let left = blocking(move || bind::forget(&home)).await;
        self.read_again().await;
        left?;
        self.activity.add(ActivityKind::Unbound, Pointed::LeftAsIs).await;
        Ok(())
    }

    /// Opens Codex's file, or its folder while there is none, with the program
    /// that the user has for such files.
    pub async fn open_config(&self) -> Result<(), CommandError> {
        let (file, folder) =
            (self.machine.home.codex_config(), self.machine.home.codex_home.clone());
        let shown = blocking(move || if file.exists() { file } else { folder }).await;
        let opened = platform::open_command(&shown).stdin(std::process::Stdio::null()).spawn();
        match opened {
            Ok(mut child) => {
                // It may stay as long as the user looks; it is waited for so that nothing of it stays.
                tokio::spawn(async move { drop(child.wait().await) });
                Ok(())
            }
            Err(source) => Err(CommandError::NotOpened { path: shown, source }),
        }
    }
}
