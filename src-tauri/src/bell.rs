//! Sends notifications, and keeps what has been told.
//!
//! They go out from here and not from the web view, which may not exist.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rotunda_core::{
    Language, Reader, Words,
    words::{NoticeText, NoticeWord},
};
use rotunda_daemon::{
    clock,
    files::{self, Mode},
    home::Home,
    settings::{NoticeKind, Settings, SettingsPatch},
    view::Snapshot,
    zone,
};
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::{
    Action as Button, ActionPerformed, ActionType, ActiveNotification, NotificationExt,
};

use crate::{
    menu::{Action, Place},
    notice::{Memory, Moment, Notice, Offer},
    shell::{self, Shell},
};

const FILE: &str = "notices.json";
/// Under these names a notification carries what a click on it does.
const TAP: &str = "tap";
const OFFER: &str = "offer";

/// What the file holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    /// The user wanted none, before each kind had a switch of its own.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    off: bool,
    memory: Memory,
    /// What is said once and never again.
    said: BTreeSet<String>,
}

/// Tells what happened, when it is wanted.
pub(crate) struct Bell {
    file: PathBuf,
    kept: Mutex<Kept>,
}

impl Bell {
    /// As it was left.
    pub(crate) fn open(home: &Home) -> Self {
        let file = home.data.join(FILE);
        let text = files::read_text_if_there(&file).ok().flatten();
        // A damaged file only means that something is told once more.
        let kept = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Self { file, kept: Mutex::new(kept) }
    }

    /// The settings that an old "off" means, once.
    pub(crate) fn take_old_switch(&self) -> Option<SettingsPatch> {
        let mut kept = self.kept();
        std::mem::take(&mut kept.off).then(all_off)
    }

    /// Whether something is said for the first time on this machine; it is
    /// remembered as said.
    pub(crate) fn says_first_time(&self, what: &str) -> bool {
        let mut kept = self.kept();
        let first = kept.said.insert(what.to_owned());
        if first && let Err(reason) = self.write(&kept) {
            tracing::warn!(reason, "what was said is not kept");
        }
        first
    }

    /// Tells what is new in a snapshot.
    pub(crate) fn hear(&self, app: &AppHandle, snapshot: &Snapshot, settings: &Settings) {
        for notice in self.news(snapshot, settings) {
            show(app, &notice);
        }
    }

    /// Whether it wants to be asked again although nothing may change.
    pub(crate) fn is_unsure(&self) -> bool {
        self.kept().memory.is_unsure()
    }

    /// What is remembered moves on even while nothing is told: turned on again,
    /// it does not tell old news.
    fn news(&self, snapshot: &Snapshot, settings: &Settings) -> Vec<Notice> {
        let now = clock::system()();
        let waits = settings.wait_for_reset.is_some();
        let moment = Moment { now: clock::unix(now), utc_offset: zone::utc_offset(now), waits };
        let mut kept = self.kept();
        let mut next = kept.clone();
        let mut notices = next.memory.notices(snapshot, moment);
        if next != *kept {
            if let Err(reason) = self.write(&next) {
                tracing::warn!(reason, "what was told is not kept");
            }
            *kept = next;
        }
        notices.retain(|notice| settings.tells(notice.kind));
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

/// Names the buttons that notifications have from now on.
pub(crate) fn name_buttons(app: &AppHandle, language: Language) {
    let buttons = [Offer::Bind, Offer::SignIn(String::new())].map(|offer| {
        let button = Button::builder(OFFER, offer.label().to(Reader::of(language))).build();
        ActionType::builder(offer.kind()).actions(vec![button]).build()
    });
    if let Err(error) = app.notification().register_action_types(buttons.into()) {
        tracing::warn!(%error, "notifications have no buttons");
    }
}

/// Hears clicks on notifications from now on.
pub(crate) fn listen(app: &AppHandle) {
    let handle = app.clone();
    let heard = app.notification().on_action(move |performed| clicked(&handle, performed));
    if let Err(error) = heard {
        tracing::warn!(%error, "clicks on notifications are not heard");
    }
}

fn clicked(app: &AppHandle, performed: &ActionPerformed) {
    let Some(extra) = performed.notification().map(ActiveNotification::extra) else { return };
    let offer = extra.get(OFFER).cloned().and_then(|offer| serde_json::from_value(offer).ok());
    let tap = extra.get(TAP).cloned().and_then(|place| serde_json::from_value::<Place>(place).ok());
    match offer {
        Some(Offer::Bind) if performed.action_id() == OFFER => shell::act(app, Action::Bind),
        Some(Offer::SignIn(id)) if performed.action_id() == OFFER => {
            shell::act(app, Action::SignIn(id));
        }
        _ => {
            if let Some(place) = tap {
                shell::act(app, Action::Open(place));
            }
        }
    }
}

/// Shows a notification that says nothing new, so that people see they arrive.
pub(crate) fn test(app: &AppHandle, language: Language) {
    let reader = Reader::of(language);
    let notice = Notice {
        kind: NoticeKind::Rotated,
        title: NoticeWord::Test.to(reader),
        body: NoticeWord::TestBody.to(reader),
        tap: Some(Place::Settings),
        offer: None,
    };
    show(app, &notice);
}

/// Says, the first time a profile was chosen in the menu, that rotation goes
/// on: staying is another row.
pub(crate) fn chosen(app: &AppHandle, id: &str) {
    let shell = app.state::<Shell>();
    let snapshot = Arc::clone(&shell.daemon.watch().borrow());
    let stays = snapshot.profiles.iter().any(|profile| profile.pinned);
    let wanted = shell.daemon.wishes().tells(NoticeKind::Rotated);
    let Some(profile) = snapshot.profiles.iter().find(|profile| profile.id == id) else { return };
    if stays || !wanted || !shell.bell.says_first_time("chosen") {
        return;
    }
    let reader = Reader::of(snapshot.language);
    let notice = Notice {
        kind: NoticeKind::Rotated,
        title: NoticeText::Chosen(&profile.name).to(reader),
        body: NoticeText::ChosenBody(&profile.name).to(reader),
        tap: Some(Place::Profiles),
        offer: None,
    };
    show(app, &notice);
}

/// The window ended without being closed, or never came. Said each time: each
/// was asked for by a click.
pub(crate) fn window_broke(app: &AppHandle, language: Language, was_shown: bool) {
    let reader = Reader::of(language);
    let title = if was_shown { NoticeWord::WindowBroke } else { NoticeWord::WindowMissing };
    let (title, body) = (title.to(reader), NoticeWord::WindowBody.to(reader));
    let (kind, tap) = (NoticeKind::Rotated, Some(Place::Anywhere));
    show(app, &Notice { kind, title, body, tap, offer: None });
}

fn show(app: &AppHandle, notice: &Notice) {
    let mut toast = app.notification().builder().title(&notice.title).body(&notice.body);
    if let Some(place) = notice.tap {
        toast = toast.extra(TAP, place);
    }
    if let Some(offer) = &notice.offer {
        toast = toast.action_type_id(offer.kind()).extra(OFFER, offer);
    }
    // The end of a night's work is worth a sound; nothing else is.
    if notice.kind == NoticeKind::Out {
        toast = toast.sound(crate::platform::ALERT);
    }
    if let Err(error) = toast.show() {
        tracing::warn!(%error, "a notification was not shown");
    }
}
