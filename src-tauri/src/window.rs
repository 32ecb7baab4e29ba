//! The one window: made when it is wanted, gone when it is closed.
//!
//! A hidden web view holds some hundred megabytes, so none is kept. It is shown
//! in the page's own colour, so that there is nothing black before the first
//! paint, and in the size it had.

use std::path::PathBuf;

use rotunda_daemon::{
    files::{self, Mode},
    home::Home,
    settings::Theme,
};
use serde::{Deserialize, Serialize};
use tauri::{
    AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent, Wry,
    window::Color,
};
use tokio::time::Instant;

use crate::{menu::Place, shell::Shell};

/// The window's name for capabilities and events.
pub(crate) const LABEL: &str = "main";

const SIZE: (f64, f64) = (760.0, 600.0);
const SMALLEST: (f64, f64) = (480.0, 440.0);
/// Wider than any screen: a damaged file must not make a window nobody can use.
const LARGEST: f64 = 10_000.0;
/// `--paper` and `--night` of the interface.
const LIGHT: Color = Color(0xf6, 0xf3, 0xec, 0xff);
const DARK: Color = Color(0x12, 0x18, 0x19, 0xff);
const FILE: &str = "window.json";

/// How the window was left.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Left {
    width: f64,
    height: f64,
    #[serde(default)]
    maximized: bool,
}

impl Default for Left {
    fn default() -> Self {
        Self { width: SIZE.0, height: SIZE.1, maximized: false }
    }
}

impl Left {
    /// What a window can be made with.
    fn sane(self) -> Self {
        let fits = |number: f64, least: f64, usual: f64| {
            if (least..=LARGEST).contains(&number) { number } else { usual }
        };
        Self {
            width: fits(self.width, SMALLEST.0, SIZE.0),
            height: fits(self.height, SMALLEST.1, SIZE.1),
            ..self
        }
    }
}

/// Where the window's size is kept.
pub(crate) struct Frame(PathBuf);

impl Frame {
    /// Beside what else is kept.
    pub(crate) fn of(home: &Home) -> Self {
        Self(home.data.join(FILE))
    }

    fn read(&self) -> Left {
        let text = files::read_text_if_there(&self.0).ok().flatten();
        let left: Option<Left> = text.and_then(|text| serde_json::from_str(&text).ok());
        left.unwrap_or_default().sane()
    }

    fn write(&self, left: Left) {
        let text = serde_json::to_vec(&left).unwrap_or_default();
        if let Err(error) = files::write_atomic(&self.0, &text, Mode::Private) {
            tracing::warn!(%error, "the window's size is not kept");
        }
    }
}

/// Brings the window up, at a place. Returns at once: on some systems a window
/// must not be made inside an event.
pub(crate) fn show(app: &AppHandle, place: Place) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = open(&app, place) {
            tracing::error!(%error, "the window did not open");
        }
    });
}

fn open(app: &AppHandle, place: Place) -> tauri::Result<()> {
    let Some(window) = app.get_webview_window(LABEL) else { return make(app, place) };
    if place != Place::Anywhere {
        window.eval(format!("location.hash = {:?}", place.hash()))?;
    }
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}

fn make(app: &AppHandle, place: Place) -> tauri::Result<()> {
    let started = Instant::now();
    let shell = app.state::<Shell>();
    let (left, theme) = (shell.frame.read(), theme_of(shell.daemon.wishes().ui.theme));
    let page = WebviewUrl::App(format!("index.html{}", place.hash()).into());
    let window = WebviewWindowBuilder::new(app, LABEL, page)
        .title("Rotunda")
        .inner_size(left.width, left.height)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .maximized(left.maximized)
        .center()
        .theme(theme)
        .visible(false)
        .build()?;
    let dark = theme.map_or_else(|| window.theme(), Ok)? == tauri::Theme::Dark;
    window.set_background_color(Some(if dark { DARK } else { LIGHT }))?;
    window.show()?;
    window.set_focus()?;
    tracing::info!(millis = started.elapsed().as_millis(), "window shown");
    keep_size(app, &window);
    crate::platform::came_to_front(app)
}

/// None is what the system says.
fn theme_of(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// The size is read when the window is asked to close: a moment later it has none.
fn keep_size(app: &AppHandle, window: &WebviewWindow<Wry>) {
    let (app, seen) = (app.clone(), window.clone());
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::CloseRequested { .. })
            && let Ok(left) = size_of(&seen)
        {
            app.state::<Shell>().frame.write(left);
        }
    });
}

fn size_of(window: &WebviewWindow<Wry>) -> tauri::Result<Left> {
    let size = window.inner_size()?.to_logical::<f64>(window.scale_factor()?);
    Ok(Left { width: size.width, height: size.height, maximized: window.is_maximized()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_survives_and_a_senseless_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let frame = Frame(folder.path().join(FILE));
        assert_eq!(frame.read(), Left::default());
        let left = Left { width: 900.0, height: 700.0, maximized: true };
        frame.write(left);
        assert_eq!(frame.read(), left);
        frame.write(Left { width: 3.0, height: 1e9, maximized: false });
        assert_eq!(frame.read(), Left::default());
        std::fs::write(&frame.0, "{").unwrap();
        assert_eq!(frame.read(), Left::default());
    }
}
