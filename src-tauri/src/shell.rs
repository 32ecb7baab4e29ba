//! What the shell holds while it runs, and how it follows the daemon: events come
//! up over one channel, and everything below is called from here.

use std::sync::Arc;

use rotunda_host::{
    browser,
    home::{Env, Home},
    settings::NoticeKind,
};

use rotunda_daemon::{
    daemon::{Services, SignInRequest},
    notice as decided,
    view::{SignInMethod, Snapshot},
};
use rotunda_text::{Locale, Localize, NoticeWord};
use tauri::{App, AppHandle, Url, Wry};
use tokio::sync::{broadcast, mpsc, watch};

use crate::{
    commands::{Context, id_of, language_of},
    events::{Event, Events},
    launch::{Options, complain},
    menu::{Action, WEB_VIEW_PAGE, WindowRoute},
    notifier::Notifications,
    quit::Quitting,
    refused::{LastRefusal, Refused},
    tray::Tray,
    window::Window,
};

/// Test notifications that are asked for, each of a kind or of none.
type TestRequests = broadcast::Receiver<Option<NoticeKind>>;

/// What the shell is made of.
pub(crate) struct Parts<'a> {
    /// Runs a request.
    pub(crate) daemon: Arc<Services>,
    /// Where the window keeps its size.
    pub(crate) home: &'a Home,
    /// Leads to the shell.
    pub(crate) events: Events,
}

/// Everything that lives as long as the app.
pub(crate) struct Shell {
    app: AppHandle,
    daemon: Arc<Services>,
    /// The one menu and the icon above it.
    pub(crate) tray: Tray,
    notifications: Arc<Notifications>,
    /// The window, while there is one.
    window: Window,
    /// Whether the end has begun.
    pub(crate) quitting: Quitting,
    last_refusal: Arc<LastRefusal>,
}

/// Whether the window opens at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opens {
    /// It does.
    Yes,
    /// It was started with `--hidden`.
    No,
    /// It was started with `--hidden`, but there is no other way in.
    Instead,
}

impl Shell {
    /// Must run on the main thread: menus belong to it.
    pub(crate) fn new(app: &App<Wry>, parts: Parts<'_>) -> tauri::Result<Self> {
        let Parts { daemon, home, events } = parts;
        let tray = Tray::new(app, &daemon.snapshots.watch().borrow(), events.clone())?;
        let app = app.handle().clone();
        let quitting = Quitting::new(app.clone(), daemon.clone());
        let notifications = Arc::new(Notifications::new(daemon.clone()));
        let last_refusal = Arc::new(LastRefusal::default());
        let context = Context {
            app: app.clone(),
            daemon: daemon.clone(),
            notifications: Arc::clone(&notifications),
            last_refusal: Arc::clone(&last_refusal),
        };
        let window = Window::new(home, context, tray.clone(), quitting.clone(), events);
        Ok(Self { app, daemon, tray, notifications, window, quitting, last_refusal })
    }

    /// Without profiles there is something to do first, so a user who starts the
    /// app by hand sees its window.
    pub(crate) fn opens(&self, options: Options, has_tray: bool) -> Opens {
        let new = self.daemon.snapshots.watch().borrow().profiles.is_empty();
        let hides = options.hidden || (self.daemon.preferences.current().ui.start_hidden && !new);
        match (hides, has_tray) {
            (false, _) => Opens::Yes,
            (true, true) => Opens::No,
            (true, false) => Opens::Instead,
        }
    }

    /// The router first, then the window, then whatever changes.
    pub(crate) async fn begin(self: Arc<Self>, opens: Opens, events: Events) {
        self.notifications.listen(&self.app, events);
        if let Some(patch) = self.daemon.notices.take_old_switch()
            && let Err(error) = self.daemon.preferences.change(patch).await
        {
            tracing::warn!(%error, "the old switch for notifications is forgotten");
        }
        tokio::spawn(Arc::clone(&self).show_tests(self.daemon.test_notifications.listen()));
        tokio::spawn(Arc::clone(&self).show_notices(self.daemon.notices.listen()));
        let following = tokio::spawn(Arc::clone(&self).follow(self.daemon.snapshots.watch()));
        if let Err(error) = self.daemon.start().await {
            // The snapshot says it too, so the window and the tray go on showing it.
            complain(&error);
        }
        match opens {
            Opens::No => {}
            Opens::Instead if self.daemon.notices.is_first_time("no tray") => {
                let language = language_of(&self.daemon);
                self.explain(NoticeWord::NoTray.to(Locale::of(language)));
            }
            Opens::Yes | Opens::Instead => self.window.show(WindowRoute::Anywhere),
        }
        let _ = following.await;
    }

    /// Shows the notifications that the command line asks for.
    async fn show_tests(self: Arc<Self>, mut asked: TestRequests) {
        loop {
            let kind = match asked.recv().await {
                Ok(kind) => kind,
                Err(broadcast::error::RecvError::Lagged(_)) => None,
                Err(broadcast::error::RecvError::Closed) => return,
            };
            self.notifications.test(&self.app, language_of(&self.daemon), kind);
        }
    }

    /// Shows the notifications that the daemon decides.
    async fn show_notices(self: Arc<Self>, mut notices: broadcast::Receiver<decided::Notice>) {
        loop {
            match notices.recv().await {
                Ok(notice) => self.notifications.show(&self.app, notice.into()),
                Err(broadcast::error::RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "notifications were left out: they came too fast");
                }
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }

    /// Shows each new snapshot. Several in a row become one: only the last counts.
    async fn follow(self: Arc<Self>, mut changes: watch::Receiver<Arc<Snapshot>>) {
        loop {
            let snapshot = Arc::clone(&changes.borrow_and_update());
            self.tray.show(&self.app, snapshot);
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// Acts on what the parts report. Nothing here waits: what takes time gets a
    /// task of its own.
    pub(crate) async fn act_on(self: Arc<Self>, mut events: mpsc::UnboundedReceiver<Event>) {
        while let Some(event) = events.recv().await {
            match event {
                Event::Row(name) => {
                    let action = self.tray.action_of(&name);
                    self.tray.show(&self.app, self.snapshot());
                    if let Some(action) = action {
                        self.act(action);
                    }
                }
                Event::Act(action) => self.act(action),
                Event::OtherStart(answer) => {
                    let ends = self.quitting.has_begun();
                    if !ends {
                        self.window.show(WindowRoute::Anywhere);
                    }
                    // Gone when the other start has given up.
                    let _ = answer.send(!ends);
                }
                Event::WindowBroke { was_shown } => {
                    self.notifications.window_broke(
                        &self.app,
                        language_of(&self.daemon),
                        was_shown,
                    );
                }
                Event::WebViewMissing => {
                    self.notifications.web_view_missing(&self.app, language_of(&self.daemon));
                    self.tray.lacks_web_view(&self.app, self.snapshot());
                }
                Event::LastWindowClosed => self.quitting.quit(),
            }
        }
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.daemon.snapshots.watch().borrow())
    }

    /// Does what a menu row or a notification says. A refusal goes to the window:
    /// menus cannot explain.
    fn act(self: &Arc<Self>, action: Action) {
        match action {
            Action::Open(place) => self.window.show(place),
            Action::Quit => self.quitting.ask(),
            Action::GetWebView => open_page(WEB_VIEW_PAGE),
            Action::OpenUpdate(page) => open_page(&page),
            other => {
                if matches!(other, Action::SignIn(_)) {
                    // What becomes of it is shown there.
                    self.window.show(WindowRoute::Profiles);
                }
                tokio::spawn(Arc::clone(self).perform(other));
            }
        }
    }

    async fn perform(self: Arc<Self>, action: Action) {
        let chosen = if let Action::Use(id) = &action { Some(id.clone()) } else { None };
        if let Err(refused) = ask(&self.daemon, action).await {
            let locale = Locale::of(language_of(&self.daemon));
            self.explain(refused.to(locale));
            return;
        }
        if let Some(id) = chosen {
            self.notifications.chosen(
                &self.app,
                &self.snapshot(),
                &self.daemon.preferences.current(),
                &id,
            );
        }
    }

    /// Keeps a refusal until the window, which may have to be made first, asks for it.
    fn explain(&self, refusal: String) {
        tracing::warn!(refusal, "not done");
        self.last_refusal.keep(refusal);
        self.window.show(WindowRoute::Anywhere);
        self.window.refused();
    }
}

/// Opens a page in the browser; a notification or the window says its address as well.
fn open_page(address: &str) {
    let Ok(page) = Url::parse(address) else { return };
    if let Err(error) = browser::open(&Env::system(), &page) {
        tracing::warn!(%error, "a page was not opened");
    }
}

async fn ask(daemon: &Services, action: Action) -> Result<(), Refused> {
    let outcome = match action {
        Action::Bind => daemon.binding.bind().await.map(drop),
        Action::Unbind => daemon.binding.unbind().await.map(drop),
        Action::Use(id) => daemon.profiles.use_profile(id_of(&id)?).await,
        Action::Next => daemon.profiles.switch_to_next().await.map(drop),
        Action::Pin(id) => daemon.profiles.pin(id.as_deref().map(id_of).transpose()?).await,
        Action::SignIn(profile) => {
            let (method, name) = (SignInMethod::Browser, None);
            let profile = Some(profile);
            daemon.sign_ins.start(SignInRequest { method, profile, name, open_browser: true }).await
        }
        Action::Open(_) | Action::Quit | Action::GetWebView | Action::OpenUpdate(_) => Ok(()),
    };
    Ok(outcome?)
}
