//! `rotunda autostart`: what starts at login, as the app's window sets it.

use std::path::{Path, PathBuf};

use rotunda_daemon::doctor;
use rotunda_host::{
    home::{Env, Home},
    session,
};
use rotunda_text::{Locale, message};
use serde::Serialize;

use super::{
    Failure,
    args::{Autostart, Start},
    language_for, print,
};

/// `autostart --json`.
#[derive(Serialize)]
struct AtLogin<'a> {
    /// Whether the tray app starts at login.
    app: bool,
    /// Whether a router runs again after a login, with or without a tray.
    router: bool,
    text: &'a str,
}

pub(super) fn autostart(home: &Home, env: &Env, options: &Autostart) -> Result<(), Failure> {
    match options.what {
        Start::Status => {}
        Start::On => set(env, true)?,
        Start::Off => set(env, false)?,
    }
    let locale = Locale::of(language_for(home, env, options.json));
    let check = doctor::at_login(env, locale);
    if options.json {
        let start = session::login_start(env).unwrap_or_default();
        print::json(&AtLogin { app: start.app, router: start.router, text: &check.text });
        return Ok(());
    }
    print::line(&check.text);
    if let Some(fix) = &check.fix {
        print::warning(fix);
    }
    Ok(())
}

pub(super) fn set(env: &Env, on: bool) -> Result<(), Failure> {
    let program = if on {
        app(env).ok_or_else(|| Failure(message!("autostart-no-app")))?
    } else {
        PathBuf::new()
    };
    match session::set_login_start(env, &program, on) {
        None => Err(Failure(message!("autostart-in-window"))),
        Some(done) => done
            .map_err(|error| Failure(message!("error-nothing-changed", error = error.to_string()))),
    }
}

/// The tray app: the `AppImage` that this runs from, the program beside this one,
/// or the first one in `PATH`.
fn app(env: &Env) -> Option<PathBuf> {
    let name = format!("rotunda-desktop{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().ok();
    let beside = beside.as_deref().and_then(Path::parent).map(|folder| folder.join(&name));
    let path = env.path("PATH").map(PathBuf::into_os_string).unwrap_or_default();
    let found: Vec<_> = std::env::split_paths(&path).map(|folder| folder.join(&name)).collect();
    let places = env.path("APPIMAGE").into_iter().chain(beside).chain(found);
    let mut programs = places.filter(|place| place.is_absolute());
    programs.find(|place| place.is_file())
}
