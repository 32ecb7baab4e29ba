//! Linux: one instance, notifications and the tray host over the session bus.
//!
//! Each call over the bus has a timeout, and neither the main thread nor the
//! end of the app waits for one.

mod notify;
mod single;
mod watchdog;

use std::{env, path::PathBuf};

use gtk::{Settings, traits::GtkSettingsExt as _};
use rotunda_host::{home::Env, session};
use tauri::{Builder, Wry};

pub(crate) use self::{
    notify::Notifier,
    single::{Only, claim},
    watchdog::Watchdog,
};
use crate::{
    events::Events,
    launch::{Failure, complain},
};

/// Nothing here is done by a plugin.
pub(crate) fn with_plugins(builder: Builder<Wry>, _: &Env, _: &Events) -> Builder<Wry> {
    builder
}

/// Where this program is for the next start: an update may have put another
/// file in its place, and an `AppImage` runs from a folder that goes with it.
pub(crate) fn program(env: &Env) -> std::io::Result<PathBuf> {
    if let Some(image) = env.path("APPIMAGE") {
        return Ok(image);
    }
    let file = env::current_exe()?;
    let replaced = file.to_str().and_then(|file| file.strip_suffix(" (deleted)"));
    Ok(replaced.map_or_else(|| file.clone(), PathBuf::from))
}

/// Whether the program that shows tray icons answers, so that asking it to show
/// one cannot hold the main thread.
pub(crate) async fn tray_answers(env: &Env) -> bool {
    session::tray_host_answers(env).await
}

/// The toolkit cannot report a failure, so it is not used where it would fail.
pub(crate) fn check_display(env: &Env) -> Result<(), Failure> {
    if env.get("DISPLAY").is_none() && env.get("WAYLAND_DISPLAY").is_none() {
        return Err(Failure::new(
            &"there is no display here; run `rotunda serve` for the router without a tray",
        ));
    }
    if !has_session_bus(env) {
        complain(&"there is no session bus, so no tray icon; the window opens instead");
    }
    Ok(())
}

/// GNOME's panel is dark whatever the theme, others follow the theme of
/// windows. On the main thread only.
pub(super) fn panel_is_dark() -> bool {
    let desktop = env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    let theme = Settings::default().and_then(|settings| settings.gtk_theme_name());
    is_dark(&desktop, theme.as_deref().unwrap_or_default())
}

fn is_dark(desktop: &str, theme: &str) -> bool {
    let named = |text: &str, word: &str| text.to_lowercase().contains(word);
    named(desktop, "gnome") || named(theme, "dark")
}

fn has_session_bus(env: &Env) -> bool {
    let beside = env.path("XDG_RUNTIME_DIR").map(|folder| folder.join("bus"));
    env.get("DBUS_SESSION_BUS_ADDRESS").is_some() || beside.is_some_and(|bus| bus.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_display_the_error_names_the_alternative() {
        let nothing = Env::of([("DISPLAY", "")]);
        let failure = check_display(&nothing).expect_err("there is no display");
        assert!(failure.to_string().contains("rotunda serve"));
    }

    #[test]
    fn the_icon_is_seen_on_the_panel_there_is() {
        assert!(!is_dark("XFCE", "Adwaita"));
        assert!(is_dark("KDE", "Breeze-Dark"));
        assert!(is_dark("ubuntu:GNOME", "Yaru"));
    }

    #[test]
    fn a_display_is_enough() {
        let bus = "unix:path=/nowhere";
        let x11 = Env::of([("DISPLAY", ":7"), ("DBUS_SESSION_BUS_ADDRESS", bus)]);
        assert_eq!(check_display(&x11), Ok(()));
        assert!(has_session_bus(&x11));
        assert!(!has_session_bus(&Env::of([("XDG_RUNTIME_DIR", "/nonexistent")])));
    }
}
