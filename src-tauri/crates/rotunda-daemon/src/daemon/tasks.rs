//! What goes on in the background: telling events, showing changes, keeping
//! memory. None of it is on the way of a request.

use std::{sync::Arc, time::Duration};

use rotunda_core::{Event, Reader, Words, words::Stood};
use rotunda_router::{Vault, VaultError};
use tokio::{
    sync::broadcast::error::RecvError,
    task::JoinHandle,
    time::{self, MissedTickBehavior},
};

use super::{Daemon, blocking, look::watch};
use crate::{
    activity::{ActivityKind, Teller},
    zone::utc_offset,
};

/// What must survive a crash is at most this old.
const MEMORY_PAUSE: Duration = Duration::from_millis(150);
/// Many changes become one picture.
const PICTURE_PAUSE: Duration = Duration::from_millis(100);
/// Texts such as "resets in 2h 13m" grow old: this often they are made anew.
const GLANCE: Duration = Duration::from_secs(20);
/// The same sentence is not told twice within this time.
const SAME_AGAIN: Duration = Duration::from_secs(60);
/// Old activity is forgotten this often.
const PRUNE: Duration = Duration::from_secs(6 * 3600);

/// The tasks of one start.
pub(super) struct Tasks {
    handles: [JoinHandle<()>; 5],
}

impl Tasks {
    pub(super) fn start(daemon: &Daemon) -> Self {
        // Subscribed before anything can happen.
        let events = daemon.inner.pool.events();
        let told = tokio::spawn(tell(daemon.clone(), events));
        let shown = tokio::spawn(show(daemon.clone()));
        let kept = tokio::spawn(keep(daemon.clone()));
        let unlocked = tokio::spawn(unlock(daemon.clone()));
        let watched = tokio::spawn(watch(daemon.clone()));
        Self { handles: [told, shown, kept, unlocked, watched] }
    }

    /// Ends them; what they still held is written by [`Daemon::keep_memory`].
    pub(super) async fn end(self) {
        for handle in self.handles {
            handle.abort();
            let _ = handle.await;
        }
    }
}

/// Turns events into activity and token counts.
async fn tell(daemon: Daemon, mut events: tokio::sync::broadcast::Receiver<Event>) {
    loop {
        match events.recv().await {
            Ok(event) => daemon.tell(&event).await,
            Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "activity has a gap"),
            Err(RecvError::Closed) => return,
        }
    }
}

/// Keeps the snapshot up to date.
async fn show(daemon: Daemon) {
    let mut changed = daemon.inner.pool.changed();
    let mut glance = time::interval(GLANCE);
    glance.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut prune = time::interval(PRUNE);
    loop {
        tokio::select! {
            change = changed.changed() => {
                if change.is_err() { return }
                daemon.refresh();
                time::sleep(PICTURE_PAUSE).await;
            }
            _ = glance.tick() => daemon.refresh(),
            _ = prune.tick() => daemon.prune().await,
        }
    }
}

/// Says when sign-ins cannot be read, and ends once they can: the keychain is
/// not asked without need. A task of its own, because the system may ask the
/// user first.
async fn unlock(daemon: Daemon) {
    while !daemon.refresh_vault().await {
        time::sleep(GLANCE).await;
    }
}

/// Writes what the pool wants kept, in batches.
async fn keep(daemon: Daemon) {
    let mut changed = daemon.inner.pool.changed();
    while changed.changed().await.is_ok() {
        time::sleep(MEMORY_PAUSE).await;
        daemon.keep_memory().await;
    }
}

impl Daemon {
    async fn tell(&self, event: &Event) {
        let now = (self.inner.clock)();
        if let Event::Finished(finished) = event {
            self.count(finished);
        }
        let names = self.inner.names();
        if let Some(told) = (Teller { names: &names }).told(event)
            && !self.was_just_told(&told.to(Reader::english(now, utc_offset(now))))
        {
            self.note(ActivityKind::of(event), told).await;
        }
    }

    /// A client that asks again and again in an outage is one line, not thirty.
    fn was_just_told(&self, sentence: &str) -> bool {
        let now = (self.inner.clock)();
        let known = self.inner.known();
        let recent = |at| now.duration_since(at).is_ok_and(|age| age < SAME_AGAIN);
        known
            .activity
            .iter()
            .take_while(|entry| recent(entry.at))
            .any(|entry| entry.text == sentence)
    }

    /// Writes what the pool wants kept, and what was counted.
    pub(super) async fn keep_memory(&self) {
        self.keep_counts().await;
        let memory = self.inner.pool.take_memory();
        if memory.is_empty() {
            return;
        }
        let store = self.inner.store.clone();
        if let Err(error) = blocking(move || store.remember(&memory)).await {
            tracing::warn!(%error, "rests and conversations could not be kept");
        }
    }

    /// Sees whether sign-ins can be read, and shows it. True when they can.
    async fn refresh_vault(&self) -> bool {
        let profile = self.inner.known().profiles.first().map(|profile| profile.id);
        let Some(profile) = profile else { return true };
        let now = match self.inner.vault.load(profile).await {
            // The profile's own trouble, told by its row.
            Ok(_) | Err(VaultError::Missing | VaultError::Damaged(_)) => None,
            Err(error) => Some(error),
        };
        let before = std::mem::replace(&mut self.inner.known().vault, now.clone());
        if now != before {
            self.refresh();
            let (kind, told) = match now.as_ref() {
                Some(error) => (
                    ActivityKind::VaultUnreadable,
                    Stood::VaultUnreadable { error: error.to_string() },
                ),
                None => (ActivityKind::VaultReadable, Stood::VaultReadable),
            };
            self.note(kind, told).await;
        }
        now.is_none()
    }

    async fn prune(&self) {
        let inner = Arc::clone(&self.inner);
        if let Err(error) = blocking(move || inner.store.prune((inner.clock)())).await {
            tracing::warn!(%error, "old activity could not be removed");
        }
    }
}
