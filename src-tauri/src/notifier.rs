//! Shows notifications.
//!
//! They go out from here and not from the web view, which may not exist.

use std::sync::Arc;

use rotunda_daemon::{daemon::Services, view::Snapshot};
use rotunda_host::settings::{NoticeKind, Settings};
use rotunda_text::{AlertText, Language, Locale, Localize, NoticeText, NoticeWord};
use tauri::AppHandle;

use crate::{
    events::Events,
    menu::{WEB_VIEW_PAGE, WindowRoute},
    notice::Notice,
    platform::Notifier,
};

/// Shows notifications of what happened, when they are on.
pub(crate) struct Notifications {
    notifier: Notifier,
    daemon: Arc<Services>,
}

impl Notifications {
    pub(crate) fn new(daemon: Arc<Services>) -> Self {
        Self { notifier: Notifier::new(), daemon }
    }

    /// Shows notifications and receives clicks on them from now on.
    pub(crate) fn listen(&self, app: &AppHandle, events: Events) {
        self.notifier.listen(app, events);
    }

    /// Shows one that the daemon decided, if the user wants its kind.
    pub(crate) fn show(&self, app: &AppHandle, notice: Notice) {
        if self.daemon.preferences.current().is_notified(notice.kind) {
            self.notifier.show(app, notice, Locale::of(self.daemon.snapshots.language()));
        }
    }

    /// Shows a notification that says nothing new, so that people see they arrive: also in
    /// quiet hours, and of a kind that is off.
    pub(crate) fn test(&self, app: &AppHandle, language: Language, kind: Option<NoticeKind>) {
        let locale = Locale::of(language);
        let title = match kind {
            Some(kind) => AlertText::TestOf(&kind.to(locale)).to(locale),
            None => NoticeWord::Test.to(locale),
        };
        let notice = Notice {
            kind: kind.unwrap_or(NoticeKind::Rotated),
            title,
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
        if stays || !wanted || !self.daemon.notices.is_first_time("chosen") {
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
}
