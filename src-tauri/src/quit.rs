//! The end: Codex gets its own sign-in back first, then the router stops.

use std::sync::atomic::{AtomicBool, Ordering};

use rfd::{AsyncMessageDialog, MessageButtons, MessageDialogResult, MessageLevel};
use rotunda_core::{Reader, Words, words::QuitText};
use rotunda_daemon::{daemon::StopError, view::BindingState};
use tauri::{AppHandle, Manager};

use crate::{at_login, launch::complain, platform, shell::Shell};

/// Whether the end has begun; it happens once, whoever asks for it.
#[derive(Debug, Default)]
pub(crate) struct Quitting {
    begun: AtomicBool,
    /// The user is being asked.
    asking: AtomicBool,
}

impl Quitting {
    /// Whether the end has begun.
    pub(crate) fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Relaxed)
    }
}

/// Asks first when Codex would notice the end. Returns at once. The question is
/// a dialog of the system's own: it needs no window, and comes at once.
pub(crate) fn ask(app: &AppHandle) {
    let Some(shell) = app.try_state::<Shell>() else { return };
    let (state, language) = {
        let shown = shell.daemon.watch();
        let shown = shown.borrow();
        (shown.binding.state, shown.language)
    };
    if !matches!(state, BindingState::Bound | BindingState::BoundStale) {
        return quit(app);
    }
    if shell.quitting.asking.swap(true, Ordering::Relaxed) {
        return;
    }
    let app = app.clone();
    let [title, text, yes, no] = [QuitText::Title, QuitText::Text, QuitText::Yes, QuitText::No]
        .map(|text| text.to(Reader::of(language)));
    tauri::async_runtime::spawn(async move {
        let answer = AsyncMessageDialog::new()
            .set_level(MessageLevel::Warning)
            .set_title(title)
            .set_description(text)
            .set_buttons(MessageButtons::OkCancelCustom(yes.clone(), no))
            .show()
            .await;
        app.state::<Shell>().quitting.asking.store(false, Ordering::Relaxed);
        let yes = match answer {
            MessageDialogResult::Custom(answer) => answer == yes,
            answer => answer == MessageDialogResult::Ok,
        };
        if yes {
            quit(&app);
        }
    });
}

/// The user is done: unbinds, stops and ends the process. Returns at once.
pub(crate) fn quit(app: &AppHandle) {
    end(app, true);
}

fn end(app: &AppHandle, unbind: bool) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let code = match stop(&app, unbind).await {
            Ok(()) => 0,
            Err(error) => {
                complain(&error);
                1
            }
        };
        app.exit(code);
    });
}

/// Stops, the first time it is asked.
pub(crate) async fn stop(app: &AppHandle, unbind: bool) -> Result<(), StopError> {
    let Some(shell) = app.try_state::<Shell>() else { return Ok(()) };
    if shell.quitting.begun.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    shell.daemon.clone().stop(unbind).await
}

/// Ends when the system or a terminal asks the process to. If it comes back at
/// the next login, Codex can wait for it.
pub(crate) async fn when_told(app: AppHandle) {
    if platform::told_to_end().await.is_ok() {
        end(&app, !at_login::is_on(&app));
    }
}
