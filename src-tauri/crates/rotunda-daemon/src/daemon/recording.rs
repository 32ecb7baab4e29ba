//! Whether what passes is recorded, and for whom.

use std::sync::Arc;

use rotunda_core::{
    Event,
    display_text::{self, clean},
};
use rotunda_router::{Pool, Router};
use tokio::sync::{
    broadcast::{self, error::RecvError},
    mpsc,
};

use super::{
    handles::{Handles, Refresh, State, Stopping},
    running::RunningRouter,
};
use crate::{
    error::CommandError,
    record::{self, Facts},
};

/// Records what passes, for one client at a time.
pub struct Recording {
    /// Name of the file that the client writes.
    name: State<Option<String>>,
    pool: Pool,
    running: RunningRouter,
    stopping: Stopping,
    refresh: Refresh,
}

/// A recording that lasts for as long as this is held.
pub(crate) struct ActiveRecording {
    lines: mpsc::Receiver<String>,
    /// What is done meanwhile and no client sees.
    events: broadcast::Receiver<Event>,
    facts: Facts,
    recording: Arc<Recording>,
}

impl Recording {
    pub(super) fn new(handles: &Handles, name: State<Option<String>>) -> Self {
        Self {
            name,
            pool: handles.pool.clone(),
            running: handles.running.clone(),
            stopping: handles.stopping.clone(),
            refresh: handles.refresh.clone(),
        }
    }

    /// Records from now on; `name` is shown meanwhile.
    pub(crate) async fn start(
        self: &Arc<Self>,
        name: &str,
    ) -> Result<ActiveRecording, CommandError> {
        let router = self.running.router().await.ok_or(CommandError::NoRouter)?;
        self.begin(name)?;
        let facts = Facts::default();
        let (recorder, lines) = record::tape(facts.profiles.clone());
        router.record(Some(recorder));
        self.refresh.now();
        let events = self.pool.events();
        Ok(ActiveRecording { lines, events, facts, recording: Arc::clone(self) })
    }

    fn begin(&self, name: &str) -> Result<(), CommandError> {
        let mut recording = self.name.lock();
        if recording.is_some() {
            return Err(CommandError::RecordingAlready);
        }
        *recording = Some(clean(name, display_text::NAME));
        Ok(())
    }

    fn end(&self) {
        self.name.set(None);
        self.refresh.now();
    }

    /// The router records nothing any more, unless another recording began.
    async fn release_router(&self) {
        let running = self.running.lock().await;
        let router: Option<&Router> = running.as_ref().map(|running| &running.router);
        if let Some(router) = router
            && self.name.lock().is_none()
        {
            router.record(None);
        }
    }
}

impl ActiveRecording {
    /// The next line; none when Rotunda stops.
    pub(crate) async fn next(&mut self) -> Option<String> {
        let recording = Arc::clone(&self.recording);
        loop {
            return tokio::select! {
                line = self.lines.recv() => line,
                event = self.events.recv() => match event {
                    Ok(event) => Some(self.facts.line(&event).to_string()),
                    // The lines have the rest.
                    Err(RecvError::Lagged(_)) => continue,
                    Err(RecvError::Closed) => None,
                },
                () = recording.stopping.wait() => None,
            };
        }
    }
}

impl Drop for ActiveRecording {
    fn drop(&mut self) {
        let recording = Arc::clone(&self.recording);
        recording.end();
        tokio::spawn(async move { recording.release_router().await });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daemon::fixture::Fixture;

    #[tokio::test]
    async fn one_is_made_at_a_time_and_only_of_a_router_that_runs() {
        let fixture = Fixture::with(&[]);
        let name = State::default();
        let recording = Arc::new(Recording::new(&fixture.handles, name.clone()));
        let refused = recording.start("a.jsonl").await.map(drop);
        assert!(matches!(refused, Err(CommandError::NoRouter)));
        assert_eq!(name.get(), None);
        recording.begin("a.jsonl").unwrap();
        assert!(matches!(recording.begin("b.jsonl"), Err(CommandError::RecordingAlready)));
        assert_eq!(name.get().as_deref(), Some("a.jsonl"));
        recording.end();
        recording.begin("b.jsonl").unwrap();
    }
}
