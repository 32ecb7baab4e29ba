//! What the shell holds while it runs, and how it follows the daemon.

use std::sync::{Arc, Mutex, PoisonError};

use rotunda_daemon::{daemon::Daemon, view::Snapshot};
use tauri::{App, AppHandle, Emitter, Manager, Wry};
use tokio::sync::watch;

use crate::{
    bell::Bell,
    commands::id_of,
    launch::complain,
    menu::{Action, Place},
    quit::Quitting,
    tray::{self, Tray},
    window,
};

/// The window hears this whenever something it shows has changed.
const CHANGED: &str = "snapshot";
/// The window hears this when it should ask for a refusal.
const REFUSED: &str = "refused";

/// Everything that lives as long as the app.
pub(crate) struct Shell {
    /// Does what is asked.
    pub(crate) daemon: Daemon,
    /// The one menu and the icon above it.
    pub(crate) tray: Tray,
    /// Tells what happened while nobody looks.
    pub(crate) bell: Bell,
    /// Whether the end has begun.
    pub(crate) quitting: Quitting,
    /// Why the last click in the menu did nothing, until the window has told it.
    refusal: Mutex<Option<String>>,
}

impl Shell {
    /// Must run on the main thread: menus belong to it.
    pub(crate) fn new(app: &App<Wry>, daemon: Daemon, bell: Bell) -> tauri::Result<Self> {
        let tray = Tray::new(app, &daemon.watch().borrow())?;
        Ok(Self { daemon, tray, bell, quitting: Quitting::default(), refusal: Mutex::default() })
    }

    /// What the window has to tell, once.
    pub(crate) fn take_refusal(&self) -> Option<String> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The router first, then the window, then whatever changes.
pub(crate) async fn begin(app: AppHandle, opens_window: bool) {
    let daemon = app.state::<Shell>().daemon.clone();
    let changes = daemon.watch();
    let following = tokio::spawn(follow(app.clone(), changes));
    if let Err(error) = daemon.start().await {
        // The snapshot says it too, so the window and the tray go on showing it.
        complain(&error);
    }
    if opens_window {
        window::show(&app, Place::Anywhere);
    }
    let _ = following.await;
}

/// Shows each new snapshot. Several in a row become one: only the last counts.
async fn follow(app: AppHandle, mut changes: watch::Receiver<Arc<Snapshot>>) {
    loop {
        let snapshot = Arc::clone(&changes.borrow_and_update());
        if let Err(error) = app.emit_to(window::LABEL, CHANGED, &*snapshot) {
            tracing::warn!(%error, "the window was not told of a change");
        }
        app.state::<Shell>().bell.hear(&app, &snapshot);
        tray::show(&app, snapshot);
        if changes.changed().await.is_err() {
            return;
        }
    }
}

/// Does what a menu row says. A refusal goes to the window: menus cannot explain.
pub(crate) fn act(app: &AppHandle, action: Action) {
    match action {
        Action::Open(place) => window::show(app, place),
        Action::Quit => crate::quit::quit(app),
        other => {
            let app = app.clone();
            tauri::async_runtime::spawn(async move {
                let daemon = app.state::<Shell>().daemon.clone();
                if let Err(refusal) = ask(&daemon, other).await {
                    explain(&app, refusal);
                }
            });
        }
    }
}

/// Keeps a refusal until the window, which may have to be made first, asks for it.
fn explain(app: &AppHandle, refusal: String) {
    tracing::warn!(refusal, "not done");
    let shell = app.state::<Shell>();
    *shell.refusal.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
    window::show(app, Place::Anywhere);
    // A window that is only being made asks by itself.
    let _ = app.emit_to(window::LABEL, REFUSED, ());
}

async fn ask(daemon: &Daemon, action: Action) -> Result<(), String> {
    let outcome = match action {
        Action::Bind => daemon.bind().await.map(drop),
        Action::Unbind => daemon.unbind().await.map(drop),
        Action::Use(id) => daemon.use_profile(id_of(&id)?).await,
        Action::Pin(id) => daemon.pin(id.as_deref().map(id_of).transpose()?).await,
        Action::Open(_) | Action::Quit => Ok(()),
    };
    outcome.map_err(|error| error.to_string())
}
