//! Notifications: follows the snapshots, decides what is new, runs the hooks of it, and hands
//! it to a tray app that listens. Keeps in a file what was notified.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rotunda_host::{
    clock,
    files::{self, Mode},
    settings::{NoticeKind, SettingsPatch},
    timezone,
};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use super::{
    handles::{CurrentSettings, Handles, Machine, Stopping},
    hooks::Hooks,
    snapshots::Snapshots,
};
use crate::{
    notice::{Memory, Moment, Notice, SURE_AFTER},
    view::Snapshot,
};

/// When something is only confirmed by time, it is looked at again after this.
const SURE: Duration = Duration::from_secs(SURE_AFTER.unsigned_abs() + 1);
/// So many wait for a tray app that is slow; more would be old news.
const MOST_WAITING: usize = 64;

/// What the file holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    /// The user wanted none, before each kind had a switch of its own.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    off: bool,
    memory: Memory,
    /// Hints that are shown once per machine.
    #[serde(rename = "said")]
    shown_once: BTreeSet<String>,
}

/// What is worth a notification, and what was notified.
pub struct Notices {
    machine: Machine,
    settings: CurrentSettings,
    stopping: Stopping,
    snapshots: Snapshots,
    hooks: Arc<Hooks>,
    file: PathBuf,
    kept: Mutex<Kept>,
    found: broadcast::Sender<Notice>,
    follows: AtomicBool,
}

impl Notices {
    /// As it was left.
    pub(super) fn new(handles: &Handles, snapshots: Snapshots, hooks: Arc<Hooks>) -> Self {
        let file = handles.machine.home.notices_file();
        let text = files::read_text_if_there(&file).ok().flatten();
        // A damaged file only means that a notification is sent once more.
        let kept = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Self {
            machine: handles.machine.clone(),
            settings: handles.settings.clone(),
            stopping: handles.stopping.clone(),
            snapshots,
            hooks,
            file,
            kept: Mutex::new(kept),
            found: broadcast::Sender::new(MOST_WAITING),
            follows: AtomicBool::new(false),
        }
    }

    /// From now on the caller shows each one, of the kinds that the user wants.
    pub fn listen(&self) -> broadcast::Receiver<Notice> {
        self.found.subscribe()
    }

    /// The settings that an old "off" means, once.
    pub fn take_old_switch(&self) -> Option<SettingsPatch> {
        let mut kept = self.kept();
        std::mem::take(&mut kept.off).then(all_off)
    }

    /// Whether a hint is shown for the first time on this machine; it is recorded as shown.
    pub fn is_first_time(&self, what: &str) -> bool {
        let mut kept = self.kept();
        let first = kept.shown_once.insert(what.to_owned());
        if first && let Err(reason) = self.write(&kept) {
            tracing::warn!(reason, "the shown hints are not stored");
        }
        first
    }

    /// Follows the snapshots from now on until Rotunda stops; a second call does nothing.
    pub(super) fn follow(self: Arc<Self>) {
        if self.follows.swap(true, Ordering::Relaxed) {
            return;
        }
        tokio::spawn(async move {
            let stopping = self.stopping.clone();
            tokio::select! {
                () = self.observe_all() => {}
                () = stopping.wait() => {}
            }
        });
    }

    /// Looks at each snapshot. Several in a row become one: only the last counts.
    async fn observe_all(&self) {
        let mut changes = self.snapshots.watch();
        loop {
            let snapshot = Arc::clone(&changes.borrow_and_update());
            self.observe(&snapshot);
            let look_again = async {
                if self.kept().memory.is_unsure() {
                    tokio::time::sleep(SURE).await;
                } else {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                more = changes.changed() => if more.is_err() { return },
                () = look_again => {}
            }
        }
    }

    /// Reports what is new in a snapshot.
    fn observe(&self, snapshot: &Snapshot) {
        for notice in self.new_in(snapshot) {
            // Hooks run whether or not a notification is shown.
            self.hooks.notify(notice.kind, &notice.title, &notice.body);
            // No tray app listens where there is no desktop.
            let _ = self.found.send(notice);
        }
    }

    /// The memory is updated even while notifications are off: turned on again, it does not
    /// send old ones.
    fn new_in(&self, snapshot: &Snapshot) -> Vec<Notice> {
        let moment = self.moment();
        let mut kept = self.kept();
        let mut next = kept.clone();
        let notices = next.memory.notices(snapshot, &moment);
        if next != *kept {
            if let Err(reason) = self.write(&next) {
                tracing::warn!(reason, "the sent notifications are not stored");
            }
            *kept = next;
        }
        notices
    }

    fn moment(&self) -> Moment {
        let (now, settings) = (self.machine.now(), self.settings.get());
        let utc_offset = timezone::utc_offset(now);
        let now = clock::unix(now);
        let local = now + i64::from(utc_offset);
        Moment {
            now,
            utc_offset,
            waits: settings.wait_for_reset.is_some(),
            is_quiet: settings.alerts.quiet.is_some_and(|quiet| quiet.contains(local)),
            thresholds: settings.alerts.thresholds,
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, kept: &Kept) -> Result<(), String> {
        let text = serde_json::to_vec(kept).map_err(|error| error.to_string())?;
        files::write_atomic(&self.file, &text, Mode::Private).map_err(|error| error.to_string())
    }
}

fn all_off() -> SettingsPatch {
    let notifications = NoticeKind::ALL.map(|kind| (kind, false)).into();
    SettingsPatch { notifications, ..SettingsPatch::default() }
}

#[cfg(test)]
#[path = "notices_tests.rs"]
mod tests;
