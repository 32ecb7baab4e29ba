//! What the user may do about Codex's file besides binding and unbinding.

use std::path::Path;

use rotunda_core::words::Pointed;

use super::{CommandError, Daemon, blocking};
use crate::{
    activity::ActivityKind,
    bind::{self, Restored, Restoring},
    control::Report,
    daemon::{BindOptions, Bound},
    doctor::{self, Findings},
    platform,
};

impl Daemon {
    /// Binds, and also switches away from the provider that the file names,
    /// until unbound: its prior value is kept.
    pub async fn bind_switch(&self) -> Result<Bound, CommandError> {
        self.bind_as(BindOptions { switch: true, ..BindOptions::default() }).await
    }

    /// What [`Daemon::restore`] would do; changes nothing.
    pub async fn restore_preview(&self) -> Result<Restoring, CommandError> {
        let (home, url, now) = (self.inner.home.clone(), self.url().await, (self.inner.clock)());
        Ok(blocking(move || bind::restoring(&home, &url, now)).await?)
    }

    /// Puts the whole file back as it was before binding. Codex is unbound then.
    pub async fn restore(&self) -> Result<Restored, CommandError> {
        let (home, url, now) = (self.inner.home.clone(), self.url().await, (self.inner.clock)());
        let restored = blocking(move || bind::restore(&home, &url, now)).await;
        self.refresh_binding().await;
        let restored = restored?;
        if restored.changed {
            let kept = restored.kept.as_ref().and_then(|kept| kept.file_name());
            let kept = kept.map(|name| name.display().to_string());
            self.note(ActivityKind::Restored, Pointed::Restored { kept }).await;
        }
        Ok(restored)
    }

    /// Leaves Codex's file as somebody else wrote it, and tells of it no more.
    pub async fn leave_binding(&self) -> Result<(), CommandError> {
        let home = self.inner.home.clone();
        let left = blocking(move || bind::forget(&home)).await;
        self.refresh_binding().await;
        left?;
        self.note(ActivityKind::Unbound, Pointed::LeftAsIs).await;
        Ok(())
    }

    /// Looks at everything between Codex and upstream; changes nothing.
    pub async fn check(&self) -> Findings {
        let report = Report { snapshot: self.shown(), ..self.report().await };
        Findings { lines: doctor::examine(&self.inner.home, &self.inner.env, &report).await }
    }

    /// Writes what a stranger needs to help into an archive, without anything
    /// private. Says so in one sentence.
    pub async fn bundle(&self, path: &Path) -> Result<String, CommandError> {
        let report = self.report().await;
        let written = doctor::bundle(&self.inner.home, &self.inner.env, &report, path).await;
        written.map_err(CommandError::Bundle)
    }

    /// Opens Codex's file, or its folder while there is none, with the program
    /// that the user has for such files.
    pub async fn open_config(&self) -> Result<(), CommandError> {
        let (file, folder) = (self.inner.home.codex_config(), self.inner.home.codex_home.clone());
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
