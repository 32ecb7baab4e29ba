//! Sends notifications, and keeps which were sent.
//!
//! They go out from here and not from the web view, which may not exist.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rotunda_host::{
    clock,
    files::{self, Mode},
    home::Home,
    settings::{NoticeKind, Settings, SettingsPatch},
    timezone,
};

use rotunda_daemon::view::Snapshot;
use rotunda_text::{Language, Locale, Localize, NoticeText, NoticeWord};
use serde::{Deserialize, Serialize};
use tauri::AppHandle;

use crate::{
    events::Events,
    menu::{WEB_VIEW_PAGE, WindowRoute},
    notice::{Memory, Moment, Notice},
    platform::Notifier,
};

const FILE: &str = "notices.json";

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

/// Sends notifications of what happened, when they are on.
pub(crate) struct Notifications {
    file: PathBuf,
    kept: Mutex<Kept>,
    notifier: Notifier,
}

impl Notifications {
    /// As it was left.
    pub(crate) fn open(home: &Home) -> Self {
        let file = home.data.join(FILE);
        let text = files::read_text_if_there(&file).ok().flatten();
        // A damaged file only means that a notification is sent once more.
        let kept = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Self { file, kept: Mutex::new(kept), notifier: Notifier::new() }
    }

    /// Shows notifications and receives clicks on them from now on.
    pub(crate) fn listen(&self, app: &AppHandle, events: Events) {
        self.notifier.listen(app, events);
    }

    /// The settings that an old "off" means, once.
    pub(crate) fn take_old_switch(&self) -> Option<SettingsPatch> {
        let mut kept = self.kept();
        std::mem::take(&mut kept.off).then(all_off)
    }

    /// Whether a hint is shown for the first time on this machine; it is
    /// recorded as shown.
    pub(crate) fn is_first_time(&self, what: &str) -> bool {
        let mut kept = self.kept();
        let first = kept.shown_once.insert(what.to_owned());
        if first && let Err(reason) = self.write(&kept) {
            tracing::warn!(reason, "the shown hints are not stored");
        }
        first
    }

    /// Tells what is new in a snapshot.
    pub(crate) fn hear(&self, app: &AppHandle, snapshot: &Snapshot, settings: &Settings) {
        for notice in self.news(snapshot, settings) {
            self.notifier.show(app, notice, Locale::of(snapshot.language));
        }
    }

    /// Whether it has to be called again although nothing may change.
    pub(crate) fn is_unsure(&self) -> bool {
        self.kept().memory.is_unsure()
    }

    /// Shows a notification that says nothing new, so that people see they arrive.
    pub(crate) fn test(&self, app: &AppHandle, language: Language) {
        let locale = Locale::of(language);
        let notice = Notice {
            kind: NoticeKind::Rotated,
            title: NoticeWord::Test.to(locale),
            body: NoticeWord::TestBody.to(locale),
            tap: Some(WindowRoute::Settings),
            offer: None,
        };
        self.notifier.show(app, notice, locale);
    }

    /// Says, the first time a profile was chosen in the menu, that rotation goes
    /// on: staying is another row.
    pub(crate) fn chosen(
        &self,
        app: &AppHandle,
        snapshot: &Snapshot,
        settings: &Settings,
        id: &str,
    ) {
        let stays = snapshot.profiles.iter().any(|profile| profile.pinned);
        let wanted = settings.is_notified(NoticeKind::Rotated);
        let Some(profile) = snapshot.profiles.iter().find(|profile| profile.id == id) else {
            return;
        };
        if stays || !wanted || !self.is_first_time("chosen") {
            return;
        }
        let locale = Locale::of(snapshot.language);
        let notice = Notice {
            kind: NoticeKind::Rotated,
            title: NoticeText::Chosen(&profile.name).to(locale),
            body: NoticeText::ChosenBody(&profile.name).to(locale),
            tap: Some(WindowRoute::Profiles),
            offer: None,
        };
        self.notifier.show(app, notice, locale);
    }

    /// The window ended without being closed, or never came. Shown each time: each
    /// was requested by a click.
    pub(crate) fn window_broke(&self, app: &AppHandle, language: Language, was_shown: bool) {
        let locale = Locale::of(language);
        let title = if was_shown { NoticeWord::WindowBroke } else { NoticeWord::WindowMissing };
        let notice = Notice {
            kind: NoticeKind::Rotated,
            title: title.to(locale),
            body: NoticeWord::WindowBody.to(locale),
            tap: Some(WindowRoute::Anywhere),
            offer: None,
        };
        self.notifier.show(app, notice, locale);
    }

    /// The window cannot be shown on this system: says what to install.
    pub(crate) fn web_view_missing(&self, app: &AppHandle, language: Language) {
        let locale = Locale::of(language);
        let notice = Notice {
            kind: NoticeKind::Rotated,
            title: NoticeWord::WindowMissing.to(locale),
            body: NoticeText::WebViewMissing(WEB_VIEW_PAGE).to(locale),
            tap: None,
            offer: None,
        };
        self.notifier.show(app, notice, locale);
    }

    /// The memory is updated even while notifications are off: turned on again,
    /// it does not send old ones.
    fn news(&self, snapshot: &Snapshot, settings: &Settings) -> Vec<Notice> {
        let now = clock::system()();
        let waits = settings.wait_for_reset.is_some();
        let moment = Moment { now: clock::unix(now), utc_offset: timezone::utc_offset(now), waits };
        let mut kept = self.kept();
        let mut next = kept.clone();
        let mut notices = next.memory.notices(snapshot, moment);
        if next != *kept {
            if let Err(reason) = self.write(&next) {
                tracing::warn!(reason, "the sent notifications are not stored");
            }
            *kept = next;
        }
        notices.retain(|notice| settings.is_notified(notice.kind));
        notices
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
