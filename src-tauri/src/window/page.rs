//! The window's own process: one web view, no tray, no daemon, no files.
//!
//! It shows what the app sends and forwards every command of the page to it. It
//! ends when its window is closed, and when the app is gone, however that ended.

mod invocations;
mod pipe;

use std::{process::ExitCode, sync::Arc, thread, time::Duration};

use rotunda_host::settings::Theme;
use serde_json::value::RawValue;
use tauri::{
    App, AppHandle, Emitter, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
    Wry, window::Color,
};

use self::{
    invocations::Invocations,
    pipe::{MessageReader, MessageWriter},
};
use super::{
    frame::{Left, SMALLEST},
    lines::{FromWindow, Look, NoWindow, ToWindow},
};
use crate::{
    launch::{Failure, complain},
    menu::WindowRoute,
    platform, toolkit,
};

/// The window's name for capabilities and events.
const LABEL: &str = "main";
/// The page gets this event whenever something it shows has changed.
const CHANGED: &str = "snapshot";
/// The page gets this event when it should request a refusal.
const REFUSED: &str = "refused";
/// `--paper` and `--night` of the interface.
const LIGHT: Color = Color(0xf6, 0xf3, 0xec, 0xff);
const DARK: Color = Color(0x12, 0x18, 0x19, 0xff);
/// A window that hangs is ended this long after the app is gone.
const PARTING: Duration = Duration::from_secs(2);

/// Runs until the window is closed or the app is gone.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let mut reader = MessageReader::of(std::io::stdin());
    let Some(ToWindow::Open(look)) = reader.next() else {
        return Err(Failure::new(
            &"the window is opened by Rotunda itself; start it without --window",
        ));
    };
    let writer = MessageWriter::to(std::io::stdout());
    let ended = show(look, reader, &writer);
    if let Err((reason, _)) = &ended {
        // Standard error leads nowhere in a release for Windows: the app has the log.
        writer.say(&FromWindow::Failed(reason.clone()));
    }
    writer.end();
    ended.map_err(|(_, failure)| failure)
}

/// Why there is no window: for the app, and for who started this by hand.
type Failed = (NoWindow, Failure);

fn failed(failure: Failure) -> Failed {
    (NoWindow::Other(failure.to_string()), failure)
}

/// Shows the window until it is closed or the app is gone.
fn show(look: Look, reader: MessageReader, writer: &MessageWriter) -> Result<ExitCode, Failed> {
    if let Err(error) = tauri::webview_version() {
        let failure = Failure::new(&format!("there is no web view: {error}"));
        return Err((NoWindow::WebViewMissing, failure));
    }
    let runtime = toolkit::runtime_of().map_err(failed)?;
    tauri::async_runtime::set(runtime.handle().clone());
    let invocations = Arc::new(Invocations::new(writer.clone()));
    let asks = Arc::clone(&invocations);
    let builder = tauri::Builder::default().invoke_handler(move |invoke| asks.ask(invoke));
    let app = toolkit::build(builder).map_err(failed)?;
    make(&app, look, writer)
        .map_err(|error| Failure::new(&format!("the window could not be made: {error}")))
        .map_err(failed)?;
    let (handle, says) = (app.handle().clone(), writer.clone());
    thread::spawn(move || hear(&handle, reader, &says, &invocations));
    let code = app.run_return(|app, event| {
        if platform::is_reopened(&event) {
            // Its thread is the main one; what fails here fails visibly.
            let _ = to_front(app, WindowRoute::Anywhere);
        }
    });
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// It is shown in the page's own colour, so that there is nothing black before
/// the first paint.
fn make(app: &App<Wry>, look: Look, writer: &MessageWriter) -> tauri::Result<()> {
    let theme = theme_of(look.theme);
    let page = WebviewUrl::App(format!("index.html{}", look.place.hash()).into());
    let window = WebviewWindowBuilder::new(app, LABEL, page)
        .title("Rotunda")
        .inner_size(look.left.width, look.left.height)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .maximized(look.left.maximized)
        .center()
        .theme(theme)
        .visible(false)
        .build()?;
    let dark = theme.map_or_else(|| window.theme(), Ok)? == tauri::Theme::Dark;
    window.set_background_color(Some(if dark { DARK } else { LIGHT }))?;
    window.show()?;
    window.set_focus()?;
    keep_size(&window, writer.clone());
    writer.say(&FromWindow::Shown);
    Ok(())
}

/// None is what the system says.
fn theme_of(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// The size is read when the window gets a request to close: a moment later it has none.
fn keep_size(window: &WebviewWindow<Wry>, writer: MessageWriter) {
    let seen = window.clone();
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::CloseRequested { .. })
            && let Ok(left) = size_of(&seen)
        {
            writer.say(&FromWindow::Left(left));
        }
    });
}

fn size_of(window: &WebviewWindow<Wry>) -> tauri::Result<Left> {
    let size = window.inner_size()?.to_logical::<f64>(window.scale_factor()?);
    Ok(Left { width: size.width, height: size.height, maximized: window.is_maximized()? })
}

/// Follows the app, on a thread of its own, until it is gone.
fn hear(
    app: &AppHandle,
    mut reader: MessageReader,
    writer: &MessageWriter,
    invocations: &Invocations,
) {
    while let Some(message) = reader.next() {
        let outcome = match message {
            ToWindow::Open(_) => Ok(()),
            ToWindow::Changed(snapshot) => emit(app, CHANGED, &snapshot),
            ToWindow::Refused => app.emit_to(LABEL, REFUSED, ()),
            ToWindow::Come(place) => come(app, place, writer.clone()),
            ToWindow::Answer { number, outcome } => {
                invocations.answer(number, outcome);
                Ok(())
            }
        };
        if let Err(error) = outcome {
            complain(&format!("the window did not get a change: {error}"));
        }
    }
    app.exit(0);
    thread::sleep(PARTING);
    std::process::exit(1);
}

fn emit(app: &AppHandle, event: &str, payload: &RawValue) -> tauri::Result<()> {
    app.emit_to(LABEL, event, payload)
}

/// On the main thread, so that a window that hangs does not say that it came.
fn come(app: &AppHandle, place: WindowRoute, writer: MessageWriter) -> tauri::Result<()> {
    let handle = app.clone();
    app.run_on_main_thread(move || match to_front(&handle, place) {
        Ok(()) => drop(writer.say(&FromWindow::Came)),
        Err(error) => complain(&format!("the window does not come: {error}")),
    })
}

/// Shows the window, at a place.
fn to_front(app: &AppHandle, place: WindowRoute) -> tauri::Result<()> {
    let Some(window) = app.get_webview_window(LABEL) else { return Ok(()) };
    if place != WindowRoute::Anywhere {
        window.eval(format!("location.hash = {:?}", place.hash()))?;
    }
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}
