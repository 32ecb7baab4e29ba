//! Reports: a snapshot with the address of the router and its process.

use std::sync::Arc;

use rotunda_text::Language;

use super::{binding::Binding, handles::Handles, running::RunningRouter, snapshots::Snapshots};
use crate::{control::Report, view::Snapshot};

/// Makes them.
pub struct Reports {
    snapshots: Snapshots,
    binding: Arc<Binding>,
    running: RunningRouter,
}

impl Reports {
    pub(super) fn new(handles: &Handles, snapshots: Snapshots, binding: Arc<Binding>) -> Self {
        Self { snapshots, binding, running: handles.running.clone() }
    }

    /// What there is to show now in a language, read afresh where other programs
    /// may write.
    pub async fn make(&self, language: Language) -> Report {
        self.binding.read_again().await;
        let address = self.running.address().await;
        let (url, instance) =
            address.map_or_else(Default::default, |(url, name)| (Some(url), name));
        let snapshot = self.snapshots.in_language(language);
        Report { snapshot, url, pid: std::process::id(), instance }
    }

    /// The same with the snapshot that the window shows.
    pub(super) async fn current(&self, language: Language) -> Report {
        let report = self.make(language).await;
        Report { snapshot: Snapshot::clone(&self.snapshots.current()), ..report }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        daemon::{
            fixture::Fixture,
            handles::{Handles, Machine},
            state::DaemonState,
        },
        view::{BindingState, RouterState},
    };

    #[tokio::test]
    async fn a_report_shows_what_stands_in_codex_s_file_now() {
        let fixture = Fixture::with(&["work"]);
        let Handles { machine, settings, store, pool, .. } = &fixture.handles;
        let Machine { home, env, .. } = machine;
        let state = DaemonState::read(home, env, &settings.get(), Some(store)).unwrap();
        let binding = fixture.binding(&fixture.profiles(), state.binding.clone());
        let snapshots = Snapshots::new(machine.clone(), settings.clone(), pool.clone(), state);
        let reports = Reports::new(&fixture.handles, snapshots.clone(), binding);
        std::fs::write(home.codex_config(), "openai_base_url = \"https://b.test\"\n").unwrap();
        let report = reports.make(Language::ENGLISH).await;
        assert_eq!(report.snapshot.binding.state, BindingState::Foreign);
        assert_eq!((report.snapshot.router.state, report.url), (RouterState::Stopped, None));
        assert_eq!(report.snapshot.profiles.len(), 1);
        // No new snapshot was requested: the one that is followed is as before.
        assert_eq!(snapshots.current().binding.state, BindingState::Unbound);
        snapshots.refresh();
        assert_eq!(snapshots.current().binding.state, BindingState::Foreign);
    }
}
