//! What is looked at when something does not work.

use std::{path::Path, sync::Arc};

use rotunda_text::Language;

use super::{
    handles::{CurrentSettings, Handles, Machine},
    reports::Reports,
};
use crate::{
    doctor::{self, Findings},
    error::CommandError,
};

/// Examines the whole way from Codex to upstream.
pub struct Diagnosis {
    machine: Machine,
    settings: CurrentSettings,
    reports: Arc<Reports>,
}

impl Diagnosis {
    pub(super) fn new(handles: &Handles, reports: Arc<Reports>) -> Self {
        Self { machine: handles.machine.clone(), settings: handles.settings.clone(), reports }
    }

    /// Looks at everything between Codex and upstream; changes nothing.
    pub async fn check(&self) -> Findings {
        let report = self.reports.current(self.settings.language()).await;
        Findings { lines: doctor::examine(&self.machine.home, &self.machine.env, &report).await }
    }

    /// Writes what a stranger needs to help into an archive, without anything
    /// private. Returns one sentence about it.
    pub async fn bundle(&self, path: &Path) -> Result<String, CommandError> {
        let report = self.reports.make(Language::ENGLISH).await;
        Ok(doctor::bundle(&self.machine.home, &self.machine.env, &report, path).await?)
    }
}
