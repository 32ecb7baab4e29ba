//! Whether what passes is recorded, and for whom.

use rotunda_core::Event;
use tokio::sync::{
    broadcast::{self, error::RecvError},
    mpsc,
};

use super::{CommandError, Daemon};
use crate::record::{self, Facts};

/// A recording that goes on for as long as this is held.
pub(crate) struct Held {
    lines: mpsc::Receiver<String>,
    /// What is done meanwhile and no client sees.
    events: broadcast::Receiver<Event>,
    facts: Facts,
    daemon: Daemon,
}

impl Daemon {
    /// Records from now on; `name` is shown meanwhile.
    pub(crate) async fn record(&self, name: &str) -> Result<Held, CommandError> {
        let running = self.inner.running.lock().await;
        let router = running.as_ref().ok_or(CommandError::NoRouter)?.router.clone();
        drop(running);
        {
            let mut known = self.inner.known();
            if known.recording.is_some() {
                return Err(CommandError::RecordingAlready);
            }
            known.recording = Some(name.to_owned());
        }
        let facts = Facts::default();
        let (recorder, lines) = record::tape(facts.profiles.clone());
        router.record(Some(recorder));
        self.refresh();
        let events = self.inner.pool.events();
        Ok(Held { lines, events, facts, daemon: self.clone() })
    }
}

impl Held {
    /// The next line; none when Rotunda stops.
    pub(crate) async fn next(&mut self) -> Option<String> {
        let daemon = self.daemon.clone();
        loop {
            return tokio::select! {
                line = self.lines.recv() => line,
                event = self.events.recv() => match event {
                    Ok(event) => Some(self.facts.line(&event).to_string()),
                    // The lines tell the rest.
                    Err(RecvError::Lagged(_)) => continue,
                    Err(RecvError::Closed) => None,
                },
                () = daemon.stopping() => None,
            };
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let daemon = self.daemon.clone();
        daemon.inner.known().recording = None;
        daemon.refresh();
        tokio::spawn(async move {
            if let Some(running) = daemon.inner.running.lock().await.as_ref()
                && daemon.inner.known().recording.is_none()
            {
                running.router.record(None);
            }
        });
    }
}
