//! What differs between systems. The only file of the shell that asks which one
//! it is on.

use std::process::ExitStatus;

use tauri::{
    Wry,
    image::Image,
    tray::{TrayIcon, TrayIconBuilder},
};
use tokio::process::Command;

use crate::icon::Ink;

#[cfg(target_os = "linux")]
pub(crate) use linux::check_display;
#[cfg(target_os = "macos")]
pub(crate) use macos::{on_event, on_page_event, settle};

/// Pixels of the tray icon to each side.
pub(crate) const ICON_SIDE: u16 = if cfg!(target_os = "macos") { 36 } else { 32 };

/// The colour of the tray icon, for the panel there is likely to be.
pub(crate) fn ink() -> Ink {
    #[cfg(not(target_os = "linux"))]
    use elsewhere::panel_is_dark;
    #[cfg(target_os = "linux")]
    use linux::panel_is_dark;
    match (cfg!(target_os = "macos"), panel_is_dark()) {
        (true, _) => Ink::Template,
        (false, true) => Ink::Light,
        (false, false) => Ink::Dark,
    }
}

/// The system's name of a sound that asks for attention.
pub(crate) const ALERT: &str = if cfg!(target_os = "macos") {
    "Sosumi"
} else if cfg!(windows) {
    "Default"
} else {
    "dialog-warning"
};

/// What the icon needs besides its picture and menu.
pub(crate) fn dress(builder: TrayIconBuilder<Wry>) -> TrayIconBuilder<Wry> {
    // Elsewhere the title is a text beside the icon.
    let builder = if cfg!(target_os = "linux") { builder.title("Rotunda") } else { builder };
    builder.icon_as_template(cfg!(target_os = "macos"))
}

/// Changes the picture in one step: two steps flicker on macOS.
pub(crate) fn set_icon(icon: &TrayIcon<Wry>, picture: Image<'_>) -> tauri::Result<()> {
    icon.set_icon_with_as_template(Some(picture), cfg!(target_os = "macos"))
}

/// Keeps the window's process out of what a terminal sends to this one: it ends
/// with its pipes. A value that the user has set is left alone.
pub(crate) fn prepare_window(command: &mut Command) {
    #[cfg(unix)]
    command.process_group(0);
    #[cfg(windows)]
    command.creation_flags(NEW_GROUP);
    if cfg!(target_os = "linux") && std::env::var_os(RENDERER).is_none() {
        command.env(RENDERER, "1");
    }
}

/// `CREATE_NEW_PROCESS_GROUP` of Windows.
#[cfg(windows)]
const NEW_GROUP: u32 = 0x200;
/// `WebKit`'s faster path shows blank windows on some drivers.
const RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Whether a process ended because it was done or was asked to, and not of a fault.
#[cfg(unix)]
pub(crate) fn ended_well(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    // Hangup, interrupt and termination: a logout sends them to everybody.
    status.success() || matches!(status.signal(), Some(1 | 2 | 15))
}

/// Whether a process ended because it was done.
#[cfg(not(unix))]
pub(crate) fn ended_well(status: ExitStatus) -> bool {
    status.success()
}

/// Ends when the process is asked to end from outside.
#[cfg(unix)]
pub(crate) async fn told_to_end() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
        _ = hangup.recv() => Ok(()),
    }
}

/// Ends when the process is asked to end from outside.
#[cfg(not(unix))]
pub(crate) async fn told_to_end() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use rotunda_daemon::home::Env;

    use crate::launch::Failure;

    /// Taskbars are dark unless the user made them light, and do not say so.
    pub(super) fn panel_is_dark() -> bool {
        true
    }

    /// There is always a display.
    #[expect(clippy::unnecessary_wraps, reason = "the same face as where it can fail")]
    pub(crate) fn check_display(_: &Env) -> Result<(), Failure> {
        Ok(())
    }
}
#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::check_display;

#[cfg(not(target_os = "macos"))]
mod no_dock {
    use tauri::{App, AppHandle, RunEvent, Wry};

    /// There is no Dock to keep out of.
    pub(crate) fn settle(_: &App<Wry>) {}

    /// Nothing more to hear.
    pub(crate) fn on_event(_: &AppHandle, _: &RunEvent) {}

    /// Nothing more to hear.
    pub(crate) fn on_page_event(_: &AppHandle, _: &RunEvent) {}
}
#[cfg(not(target_os = "macos"))]
pub(crate) use no_dock::{on_event, on_page_event, settle};

#[cfg(target_os = "macos")]
mod macos {
    use tauri::{ActivationPolicy, App, AppHandle, RunEvent, Wry};

    use crate::{menu::Place, window};

    /// Stays out of the Dock: only the window's process belongs there.
    pub(crate) fn settle(app: &App<Wry>) {
        let _ = app.handle().set_activation_policy(ActivationPolicy::Accessory);
    }

    /// Opens the window when the app is clicked.
    pub(crate) fn on_event(app: &AppHandle, event: &RunEvent) {
        if let RunEvent::Reopen { .. } = event {
            window::show(app, Place::Anywhere);
        }
    }

    /// Comes to the front when the app is clicked while its window is there.
    pub(crate) fn on_page_event(app: &AppHandle, event: &RunEvent) {
        if let RunEvent::Reopen { .. } = event {
            // Its thread is the main one; what fails here fails visibly.
            let _ = window::page_to_front(app, Place::Anywhere);
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::env;

    use gtk::{Settings, traits::GtkSettingsExt as _};
    use rotunda_daemon::home::Env;

    use crate::launch::{Failure, complain};

    /// The toolkit cannot say no, so it is not asked where it would have to.
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
        fn without_a_display_it_says_what_works_instead() {
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
}
