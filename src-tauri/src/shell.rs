//! What the shell holds while it runs, and how it follows the daemon.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rotunda_core::{Reader, Words, words::NoticeWord};
use rotunda_daemon::{
    daemon::{Daemon, SignInWish},
    view::{SignInMethod, Snapshot},
};
use tauri::{App, AppHandle, Manager, Wry};
use tokio::sync::watch;

use crate::{
    bell::{self, Bell},
    commands::{id_of, language_of},
    launch::{Options, complain},
    menu::{Action, Place},
    notice::SURE_AFTER,
    quit::Quitting,
    refused::Refused,
    tray::{self, Tray},
    window::{self, Window},
};

/// When something is only confirmed by time, it is looked at again after this.
const SURE: Duration = Duration::from_secs(SURE_AFTER.unsigned_abs() + 1);

/// Everything that lives as long as the app.
pub(crate) struct Shell {
    /// Does what is asked.
    pub(crate) daemon: Daemon,
    /// The one menu and the icon above it.
    pub(crate) tray: Tray,
    /// Tells what happened while nobody looks.
    pub(crate) bell: Bell,
    /// The window, while there is one.
    pub(crate) window: Window,
    /// Whether the end has begun.
    pub(crate) quitting: Quitting,
    /// Why the last click in the menu did nothing, until the window has told it.
    refusal: Mutex<Option<String>>,
}

impl Shell {
    /// Must run on the main thread: menus belong to it.
    pub(crate) fn new(
        app: &App<Wry>,
        daemon: Daemon,
        bell: Bell,
        window: Window,
    ) -> tauri::Result<Self> {
        let tray = Tray::new(app, &daemon.watch().borrow())?;
        let (quitting, refusal) = (Quitting::default(), Mutex::default());
        Ok(Self { daemon, tray, bell, window, quitting, refusal })
    }

    /// What the window has to tell, once.
    pub(crate) fn take_refusal(&self) -> Option<String> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Whether the window opens at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opens {
    /// It does.
    Yes,
    /// It was told not to.
    No,
    /// It was told not to, but there is no other way in.
    Instead,
}

impl Opens {
    /// Without profiles there is something to do first, so somebody who starts
    /// it by hand sees it.
    pub(crate) fn of(options: Options, shell: &Shell, has_tray: bool) -> Self {
        let new = shell.daemon.watch().borrow().profiles.is_empty();
        let hides = options.hidden || (shell.daemon.wishes().ui.start_hidden && !new);
        match (hides, has_tray) {
            (false, _) => Self::Yes,
            (true, true) => Self::No,
            (true, false) => Self::Instead,
        }
    }
}

/// The router first, then the window, then whatever changes.
pub(crate) async fn begin(app: AppHandle, opens: Opens) {
    let daemon = app.state::<Shell>().daemon.clone();
    let changes = daemon.watch();
    bell::listen(&app);
    if let Some(patch) = app.state::<Shell>().bell.take_old_switch()
        && let Err(error) = daemon.set_settings(patch).await
    {
        tracing::warn!(%error, "the old switch for notifications is forgotten");
    }
    let following = tokio::spawn(follow(app.clone(), changes));
    if let Err(error) = daemon.start().await {
        // The snapshot says it too, so the window and the tray go on showing it.
        complain(&error);
    }
    match opens {
        Opens::No => {}
        Opens::Instead if app.state::<Shell>().bell.says_first_time("no tray") => {
            let language = app.state::<Shell>().daemon.watch().borrow().language;
            explain(&app, NoticeWord::NoTray.to(Reader::of(language)));
        }
        Opens::Yes | Opens::Instead => window::show(&app, Place::Anywhere),
    }
    let _ = following.await;
}

/// Shows each new snapshot. Several in a row become one: only the last counts.
async fn follow(app: AppHandle, mut changes: watch::Receiver<Arc<Snapshot>>) {
    let mut language = None;
    loop {
        let snapshot = Arc::clone(&changes.borrow_and_update());
        if language.replace(snapshot.language) != Some(snapshot.language) {
            bell::name_buttons(&app, snapshot.language);
        }
        let shell = app.state::<Shell>();
        shell.bell.hear(&app, &snapshot, &shell.daemon.wishes());
        tray::show(&app, snapshot);
        let look_again = async {
            if shell.bell.is_unsure() {
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

/// Does what a menu row says. A refusal goes to the window: menus cannot explain.
pub(crate) fn act(app: &AppHandle, action: Action) {
    match action {
        Action::Open(place) => window::show(app, place),
        Action::Quit => crate::quit::ask(app),
        other => {
            let app = app.clone();
            if matches!(other, Action::SignIn(_)) {
                // What becomes of it is shown there.
                window::show(&app, Place::Profiles);
            }
            tauri::async_runtime::spawn(async move {
                let daemon = app.state::<Shell>().daemon.clone();
                let chosen = if let Action::Use(id) = &other { Some(id.clone()) } else { None };
                match (ask(&daemon, other).await, chosen) {
                    (Err(refused), _) => {
                        let reader = Reader::of(language_of(&daemon));
                        explain(&app, refused.to(reader));
                    }
                    (Ok(()), Some(id)) => bell::chosen(&app, &id),
                    (Ok(()), None) => {}
                }
            });
        }
    }
}

/// Keeps a refusal until the window, which may have to be made first, asks for it.
pub(crate) fn explain(app: &AppHandle, refusal: String) {
    tracing::warn!(refusal, "not done");
    let shell = app.state::<Shell>();
    *shell.refusal.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
    window::show(app, Place::Anywhere);
    shell.window.refused();
}

async fn ask(daemon: &Daemon, action: Action) -> Result<(), Refused> {
    let outcome = match action {
        Action::Bind => daemon.bind().await.map(drop),
        Action::Unbind => daemon.unbind().await.map(drop),
        Action::Use(id) => daemon.use_profile(id_of(&id)?).await,
        Action::Next => daemon.switch_to_next().await,
        Action::Pin(id) => daemon.pin(id.as_deref().map(id_of).transpose()?).await,
        Action::SignIn(profile) => {
            let (method, name) = (SignInMethod::Browser, None);
            let profile = Some(profile);
            daemon.sign_in(SignInWish { method, profile, name, open_browser: true }).await
        }
        Action::Open(_) | Action::Quit => Ok(()),
    };
    Ok(outcome?)
}
