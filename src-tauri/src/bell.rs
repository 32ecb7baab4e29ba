//! Sends notifications, and keeps what has been told and whether to tell.
//!
//! They go out from here and not from the web view, which may not exist.

use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rotunda_daemon::{
    clock,
    files::{self, Mode},
    home::Home,
    view::Snapshot,
    zone,
};
use serde::{Deserialize, Serialize};
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;

use crate::notice::{Memory, Moment, Notice};

const FILE: &str = "notices.json";

/// What the file holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    /// The user wants none.
    off: bool,
    memory: Memory,
}

/// Tells what happened, when it is wanted.
pub(crate) struct Bell {
    file: PathBuf,
    kept: Mutex<Kept>,
    before: Mutex<Option<Snapshot>>,
}

impl Bell {
    /// As it was left.
    pub(crate) fn open(home: &Home) -> Self {
        let file = home.data.join(FILE);
        let text = files::read_text_if_there(&file).ok().flatten();
        // A damaged file only means that something is told once more.
        let kept = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Self { file, kept: Mutex::new(kept), before: Mutex::default() }
    }

    /// Whether notifications are wanted.
    pub(crate) fn is_on(&self) -> bool {
        !self.kept().off
    }

    /// Turns them on or off; else one sentence for people.
    pub(crate) fn set(&self, on: bool) -> Result<(), String> {
        let mut kept = self.kept();
        let next = Kept { off: !on, ..kept.clone() };
        self.write(&next)?;
        *kept = next;
        Ok(())
    }

    /// Tells what is new in a snapshot.
    pub(crate) fn hear(&self, app: &AppHandle, snapshot: &Snapshot) {
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        for notice in self.news(before.as_ref(), snapshot) {
            show(app, &notice);
        }
        *before = Some(snapshot.clone());
    }

    /// What is remembered moves on even while nothing is told: turned on again,
    /// it does not tell old news.
    fn news(&self, before: Option<&Snapshot>, snapshot: &Snapshot) -> Vec<Notice> {
        let now = clock::system()();
        let moment = Moment { now: clock::unix(now), utc_offset: zone::utc_offset(now) };
        let mut kept = self.kept();
        let mut next = kept.clone();
        let notices = next.memory.notices(before, snapshot, moment);
        if next != *kept {
            if let Err(reason) = self.write(&next) {
                tracing::warn!(reason, "what was told is not kept");
            }
            *kept = next;
        }
        if kept.off { Vec::new() } else { notices }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, kept: &Kept) -> Result<(), String> {
        let text = serde_json::to_vec(kept).map_err(|error| error.to_string())?;
        files::write_atomic(&self.file, &text, Mode::Private)
            .map_err(|error| format!("Notifications were not changed: {error}."))
    }
}

/// Shows a notification that says nothing new, so that people see they arrive.
pub(crate) fn test(app: &AppHandle) {
    let notice = Notice {
        title: "Notifications work".to_owned(),
        body: "Rotunda tells here when Codex moves, stops, or needs you.".to_owned(),
    };
    show(app, &notice);
}

fn show(app: &AppHandle, notice: &Notice) {
    let toast = app.notification().builder().title(&notice.title).body(&notice.body);
    if let Err(error) = toast.show() {
        tracing::warn!(%error, "a notification was not shown");
    }
}
