//! What differs between systems. The only file of the shell that asks which one
//! it is on.

use std::process::ExitStatus;

use tauri::{
    App, RunEvent, Wry,
    image::Image,
    tray::{TrayIcon, TrayIconBuilder},
};
use tokio::process::Command;

use crate::{icon::Ink, launch::Failure};

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::{
    Notifier, Only, Watchdog, check_display, claim, program, tray_answers, with_plugins,
};
#[cfg(target_os = "linux")]
pub(crate) use linux::{
    Notifier, Only, Watchdog, check_display, claim, program, tray_answers, with_plugins,
};

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

/// What a start finds.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "a plugin finds the others"))]
pub(crate) enum Claim {
    /// No other Rotunda runs with these folders, as far as can be seen. Hold it
    /// for as long as this one runs.
    First(Only),
    /// Another one runs and has shown its window.
    Shown,
    /// There is no starting: one sentence says why.
    Refused(Failure),
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

/// Whether a process ended because it was done or got a signal, and not of a fault.
#[cfg(unix)]
pub(crate) fn ended_well(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    // Hangup, interrupt and termination: a logout sends them to every process.
    status.success() || matches!(status.signal(), Some(1 | 2 | 15))
}

/// Whether a process ended because it was done.
#[cfg(not(unix))]
pub(crate) fn ended_well(status: ExitStatus) -> bool {
    status.success()
}

/// Returns when the process gets a signal to end.
#[cfg(unix)]
pub(crate) async fn terminated() -> std::io::Result<()> {
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

/// Returns when the process gets a signal to end.
#[cfg(not(unix))]
pub(crate) async fn terminated() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Keeps the app out of the Dock: only the window's process belongs there.
#[cfg(target_os = "macos")]
pub(crate) fn settle(app: &App<Wry>) {
    let _ = app.handle().set_activation_policy(tauri::ActivationPolicy::Accessory);
}

/// There is no Dock to keep out of.
#[cfg(not(target_os = "macos"))]
pub(crate) fn settle(_: &App<Wry>) {}

/// Whether the user clicked the app although it runs already.
#[cfg(target_os = "macos")]
pub(crate) fn is_reopened(event: &RunEvent) -> bool {
    matches!(event, RunEvent::Reopen { .. })
}

/// Only macOS notifies the app of that.
#[cfg(not(target_os = "macos"))]
pub(crate) fn is_reopened(_: &RunEvent) -> bool {
    false
}
