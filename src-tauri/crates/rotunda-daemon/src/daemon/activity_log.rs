//! Activity: lines for people, written as things happen, and followed.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use rotunda_core::{Event, ProfileId};
use rotunda_host::{
    blocking::blocking,
    settings::HookKind,
    store::{Activity, Store, StoreError},
    timezone::{self, utc_offset},
};
use rotunda_router::Clock;
use rotunda_text::{ActivityMessage, Locale, Localize};
use tokio::sync::watch;

use super::{
    handles::{CurrentSettings, Handles, Refresh, State, Stopping},
    hook_queue::HookQueue,
};
use crate::{
    activity::{ActivityKind, Teller},
    hook::HookEvent,
    view::Snapshot,
};

/// The same sentence is not written twice within this time.
const SAME_AGAIN: Duration = Duration::from_secs(60);

/// Writes and reads activity.
pub struct ActivityLog {
    store: Store,
    clock: Clock,
    /// The newest lines, newest first.
    lines: State<Vec<Activity>>,
    /// Number of the newest line.
    newest: watch::Sender<i64>,
    refresh: Refresh,
    settings: CurrentSettings,
    hooks: Arc<HookQueue>,
}

impl ActivityLog {
    pub(super) fn new(handles: &Handles, lines: State<Vec<Activity>>) -> Self {
        let newest = lines.lock().first().map_or(0, |line| line.number);
        Self {
            store: handles.store.clone(),
            clock: handles.machine.clock.clone(),
            lines,
            newest: watch::Sender::new(newest),
            refresh: handles.refresh.clone(),
            settings: handles.settings.clone(),
            hooks: Arc::new(HookQueue::new(handles.settings.clone())),
        }
    }

    /// The commands that wait to run for what is written here.
    pub(super) fn hooks(&self) -> Arc<HookQueue> {
        self.hooks.clone()
    }

    /// Writes a line.
    pub(super) async fn add(&self, kind: ActivityKind, text: impl Into<ActivityMessage>) {
        let (store, now, message) = (self.store.clone(), (self.clock)(), text.into());
        let language = self.settings.language();
        let locale = timezone::locale(language, now);
        let hook = HookKind::Activity(kind);
        self.hooks.offer(hook, || HookEvent::of_line(hook, &message, locale));
        let written = blocking(move || {
            let english = message.to(Locale::english(now, utc_offset(now)));
            store.add_activity(now, kind, &message, &english)?;
            store.activity(u32::try_from(Snapshot::ACTIVITY).unwrap_or(u32::MAX))
        });
        match written.await {
            Ok(lines) => {
                let newest = lines.first().map_or(0, |line| line.number);
                self.lines.set(lines);
                self.newest.send_replace(newest);
                self.refresh.now();
            }
            Err(error) => tracing::warn!(%error, "activity could not be written"),
        }
    }

    /// Writes a line for an event that concerns the user.
    pub(super) async fn add_event(&self, event: &Event, names: &BTreeMap<ProfileId, String>) {
        if let Some(text) = (Teller { names }).message_of(event)
            && !self.has_recent(&text)
        {
            self.add(ActivityKind::of(event), text).await;
        }
    }

    /// A client that asks again and again in an outage is one line, not thirty.
    fn has_recent(&self, text: &ActivityMessage) -> bool {
        let now = (self.clock)();
        let lines = self.lines.lock();
        let is_recent = |at| now.duration_since(at).is_ok_and(|age| age < SAME_AGAIN);
        let mut recent = lines.iter().take_while(|line| is_recent(line.at));
        recent.any(|line| line.message.as_ref().is_some_and(|earlier| earlier.is_same(text)))
    }

    /// Lines after one.
    pub async fn after(&self, number: i64) -> Result<Vec<Activity>, StoreError> {
        let store = self.store.clone();
        blocking(move || store.activity_after(number)).await
    }

    /// Waits for a line after `number`; false when Rotunda stops instead.
    pub(super) async fn wait_after(&self, number: i64, stopping: &Stopping) -> bool {
        let mut newest = self.newest.subscribe();
        tokio::select! {
            newest = newest.wait_for(|newest| *newest > number) => newest.is_ok(),
            () = stopping.wait() => false,
        }
    }

    /// Removes old lines.
    pub(super) async fn prune(&self) {
        let (store, now) = (self.store.clone(), (self.clock)());
        if let Err(error) = blocking(move || store.prune(now)).await {
            tracing::warn!(%error, "old activity could not be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use rotunda_host::clock::from_unix;
    use rotunda_text::Chose;

    use super::*;
    use crate::{daemon::fixture::Fixture, testing};

    #[tokio::test]
    async fn a_line_is_kept_and_followed_and_the_snapshot_is_made_anew() {
        let mut fixture = Fixture::with(&[]);
        let (lines, made) = (State::default(), Arc::<AtomicUsize>::default());
        let counted = Arc::clone(&made);
        fixture.handles.refresh = Refresh::new(move || {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        let log = ActivityLog::new(&fixture.handles, lines.clone());
        log.add(ActivityKind::Unpinned, Chose::Unpinned).await;
        assert_eq!((lines.lock().len(), made.load(Ordering::Relaxed)), (1, 1));
        let stopping = Stopping::new();
        assert!(log.wait_after(0, &stopping).await);
        let number = log.after(0).await.unwrap()[0].number;
        stopping.begin();
        assert!(!log.wait_after(number, &stopping).await);
    }

    #[tokio::test]
    async fn an_event_that_comes_again_within_a_minute_is_one_line() {
        let mut fixture = Fixture::with(&[]);
        let seconds = Arc::new(AtomicUsize::new(1_800_000_000));
        let read = Arc::clone(&seconds);
        fixture.handles.machine.clock = Arc::new(move || {
            from_unix(i64::try_from(read.load(Ordering::Relaxed)).unwrap_or_default())
        });
        let lines = State::default();
        let log = ActivityLog::new(&fixture.handles, lines.clone());
        let names = BTreeMap::from([(testing::WORK, "work".to_owned())]);
        let event = Event::HandedOver { profile: testing::WORK };
        for (later, expected) in [(0, 1), (59, 1), (2, 2)] {
            seconds.fetch_add(later, Ordering::Relaxed);
            log.add_event(&event, &names).await;
            assert_eq!(lines.lock().len(), expected);
        }
    }
}
