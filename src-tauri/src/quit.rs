//! The end: Codex gets its own sign-in back first, then the router stops.
//!
//! Other programs, such as the tray host, may hold the event loop; the end does
//! not wait for it longer than a moment.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rfd::{AsyncMessageDialog, MessageButtons, MessageDialogResult, MessageLevel};
use rotunda_daemon::{daemon::Services, view::BindingState};
use rotunda_text::{Locale, Localize, QuitText};
use tauri::AppHandle;
use tokio::time::timeout;

use crate::{
    at_login,
    launch::{Failure, complain},
    platform::{self, Watchdog},
};

/// Turns that are under way are given less than this to end.
const STOPPING: Duration = Duration::from_secs(60);
/// The event loop ends at once, unless another program holds it.
const LEAVING: Duration = Duration::from_secs(5);

/// The end of the app; it happens once, whatever asks for it.
#[derive(Clone)]
pub(crate) struct Quitting(Arc<Inner>);

struct Inner {
    app: AppHandle,
    daemon: Arc<Services>,
    /// Unbinds Codex when this process ends without doing it.
    watchdog: Watchdog,
    begun: AtomicBool,
    /// A dialog with the question is open.
    asking: AtomicBool,
}

impl Quitting {
    /// From now on Codex is unbound also when this process is killed.
    pub(crate) fn new(app: AppHandle, daemon: Arc<Services>) -> Self {
        Self(Arc::new(Inner {
            app,
            daemon,
            watchdog: Watchdog::start(),
            begun: AtomicBool::new(false),
            asking: AtomicBool::new(false),
        }))
    }

    /// Whether the end has begun.
    pub(crate) fn has_begun(&self) -> bool {
        self.0.begun.load(Ordering::Relaxed)
    }

    /// Asks first when Codex would notice the end. Returns at once. The question is
    /// a dialog of the system's own: it needs no window, and comes at once.
    pub(crate) fn ask(&self) {
        let (state, language) = {
            let shown = self.0.daemon.snapshots.watch();
            let shown = shown.borrow();
            (shown.binding.state, shown.language)
        };
        if !matches!(state, BindingState::Bound | BindingState::BoundStale) {
            return self.quit();
        }
        if self.0.asking.swap(true, Ordering::Relaxed) {
            return;
        }
        let quitting = self.clone();
        tauri::async_runtime::spawn(async move {
            let confirmed = is_confirmed(Locale::of(language)).await;
            quitting.0.asking.store(false, Ordering::Relaxed);
            if confirmed {
                quitting.quit();
            }
        });
    }

    /// The user is done: unbinds, stops and ends the process. Returns at once.
    pub(crate) fn quit(&self) {
        self.end(true);
    }

    fn end(&self, unbind: bool) {
        let quitting = self.clone();
        tauri::async_runtime::spawn(async move {
            let code = match quitting.stop(unbind).await {
                Ok(()) => 0,
                Err(failure) => {
                    complain(&failure);
                    1
                }
            };
            leave(&quitting.0.app, code);
        });
    }

    /// Stops, at the first call.
    pub(crate) async fn stop(&self, unbind: bool) -> Result<(), Failure> {
        if self.0.begun.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        match timeout(STOPPING, self.0.daemon.clone().stop(unbind)).await {
            Ok(stopped) => {
                stopped.map_err(|error| Failure::new(&error))?;
                self.0.watchdog.dismiss();
                Ok(())
            }
            Err(_) => Err(Failure::new(&format!(
                "Rotunda did not stop within {} seconds and was ended.",
                STOPPING.as_secs()
            ))),
        }
    }

    /// Ends when the system or a terminal asks the process to. If it comes back at
    /// the next login, Codex can wait for it.
    pub(crate) async fn on_signal(self) {
        if platform::terminated().await.is_ok() {
            self.end(!at_login::starts_again());
        }
    }
}

async fn is_confirmed(locale: Locale) -> bool {
    let [title, text, yes, no] =
        [QuitText::Title, QuitText::Text, QuitText::Yes, QuitText::No].map(|text| text.to(locale));
    let answer = AsyncMessageDialog::new()
        .set_level(MessageLevel::Warning)
        .set_title(title)
        .set_description(text)
        .set_buttons(MessageButtons::OkCancelCustom(yes.clone(), no))
        .show()
        .await;
    match answer {
        MessageDialogResult::Custom(answer) => answer == yes,
        answer => answer == MessageDialogResult::Ok,
    }
}

/// Ends the event loop, and the process if the loop does not end.
fn leave(app: &AppHandle, code: i32) {
    std::thread::spawn(move || {
        std::thread::sleep(LEAVING);
        tracing::warn!("the event loop did not end");
        std::process::exit(code);
    });
    app.exit(code);
}
