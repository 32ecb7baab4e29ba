//! The one window: made when it is wanted, gone when it is closed.
//!
//! A hidden web view holds some hundred megabytes, so none is kept.

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder};

use crate::menu::Place;

/// The window's name for capabilities and events.
pub(crate) const LABEL: &str = "main";

const SIZE: (f64, f64) = (760.0, 600.0);
const SMALLEST: (f64, f64) = (480.0, 440.0);

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
    let Some(window) = app.get_webview_window(LABEL) else {
        let page = WebviewUrl::App(format!("index.html{}", place.hash()).into());
        WebviewWindowBuilder::new(app, LABEL, page)
            .title("Rotunda")
            .inner_size(SIZE.0, SIZE.1)
            .min_inner_size(SMALLEST.0, SMALLEST.1)
            .center()
            .focused(true)
            .build()?;
        return crate::platform::came_to_front(app);
    };
    if place != Place::Anywhere {
        window.eval(format!("location.hash = {:?}", place.hash()))?;
    }
    window.unminimize()?;
    window.show()?;
    window.set_focus()
}
