//! Whether what passes is recorded, and for whom.

use tokio::sync::mpsc;

use super::{CommandError, Daemon};
use crate::record;

/// A recording that goes on for as long as this is held.
pub(crate) struct Held {
    lines: mpsc::Receiver<String>,
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
        let (recorder, lines) = record::tape();
        router.record(Some(recorder));
        self.refresh();
        Ok(Held { lines, daemon: self.clone() })
    }
}

impl Held {
    /// The next line; none when Rotunda stops.
    pub(crate) async fn next(&mut self) -> Option<String> {
        let daemon = self.daemon.clone();
        tokio::select! {
            line = self.lines.recv() => line,
            () = daemon.stopping() => None,
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
