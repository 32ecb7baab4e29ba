//! Reports: a snapshot with the address of the router and its process.

use std::sync::Arc;

use rotunda_host::store::StoredProfile;
use rotunda_router::Pool;
use rotunda_text::{Language, Locale};

use super::{
    binding::Binding,
    handles::{Handles, State},
    running::RunningRouter,
    snapshots::Snapshots,
};
use crate::{
    control::Report,
    trace::{CountersView, Names, TraceView},
    view::Snapshot,
};

/// Makes them.
pub struct Reports {
    snapshots: Snapshots,
    binding: Arc<Binding>,
    running: RunningRouter,
    pool: Pool,
    profiles: State<Vec<StoredProfile>>,
}

impl Reports {
    pub(super) fn new(
        handles: &Handles,
        snapshots: Snapshots,
        binding: Arc<Binding>,
        profiles: State<Vec<StoredProfile>>,
    ) -> Self {
        let (running, pool) = (handles.running.clone(), handles.pool.clone());
        Self { snapshots, binding, running, pool, profiles }
    }

    /// The latest requests step by step, oldest first; none when no router runs.
    pub async fn traces(&self) -> Option<Vec<TraceView>> {
        let (router, names) = (self.running.router().await?, self.names());
        Some(router.traces().iter().map(|trace| TraceView::of(trace, &names)).collect())
    }

    fn names(&self) -> Names {
        self.profiles.lock().iter().map(|it| (it.id, it.name.clone())).collect()
    }

    /// What there is to show now in a language, read afresh where other programs
    /// may write.
    pub async fn make(&self, language: Language) -> Report {
        self.binding.read_again().await;
        let address = self.running.address().await;
        let (url, instance) =
            address.map_or_else(Default::default, |(url, name)| (Some(url), name));
        let snapshot = self.snapshots.in_language(language);
        let missed = snapshot.router.missed_profiles;
        let (counted, names) = (self.pool.counters(), self.names());
        let counters = CountersView::of(&counted, missed, &names, Locale::of(language));
        let (pid, counters) = (std::process::id(), Some(counters));
        Report { snapshot, url, pid, instance, counters }
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
        let known = state.profiles.clone();
        let snapshots = Snapshots::new(machine.clone(), settings.clone(), pool.clone(), state);
        let reports = Reports::new(&fixture.handles, snapshots.clone(), binding, known);
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
