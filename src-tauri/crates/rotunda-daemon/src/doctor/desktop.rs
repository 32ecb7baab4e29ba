//! What the desktop brings along: what starts at login, who shows tray icons,
//! and the Codex inside the desktop app.

use super::Check;
use crate::{
    codex,
    home::Env,
    platform::{self, AtLogin, TrayHost},
};

/// What brings Rotunda back after a login.
pub(super) fn at_login(env: &Env) -> Check {
    const ID: &str = "login";
    match platform::at_login(env) {
        AtLogin::NotChecked => {
            Check::ok(ID, "Start at login is not checked here; the window's settings show it.")
        }
        AtLogin::Off => Check::ok(ID, "Rotunda does not start at login."),
        AtLogin::App(program) => {
            Check::ok(ID, format!("The tray app starts at login, from {}.", program.display()))
        }
        AtLogin::Unit => {
            Check::ok(ID, "The router starts at login, by its systemd unit rotunda.service.")
        }
        AtLogin::Gone { entry, program } => Check::warning(
            ID,
            format!(
                "{} starts {} at login, which is not there.",
                entry.display(),
                program.display()
            ),
            "Turn start at login off and on again in the window's settings.",
        ),
    }
}

/// Whether tray icons are shown at all.
pub(super) async fn tray(env: &Env) -> Check {
    const ID: &str = "tray";
    match platform::tray_host(env).await {
        TrayHost::Always => Check::ok(ID, "This system always shows tray icons."),
        TrayHost::NoSession => {
            Check::ok(ID, "There is no session bus here, so no tray; the router needs none.")
        }
        TrayHost::There => Check::ok(ID, "This desktop shows tray icons."),
        TrayHost::Missing => Check::warning(
            ID,
            "Nothing on this desktop shows tray icons.",
            "On GNOME, add the AppIndicator extension, or start Rotunda once more to open its \
             window.",
        ),
        TrayHost::Silent => Check::warning(
            ID,
            "The session bus does not answer, so whether there is a tray is not known.",
            "Sign out of the desktop and in again.",
        ),
    }
}

/// The desktop app has a Codex of its own, whatever `PATH` says.
pub(super) async fn bundled(env: &Env) -> Check {
    const ID: &str = "app";
    let Some(program) = codex::bundled(env) else {
        return Check::ok(ID, "No Codex of the desktop app was found; the command needs none.");
    };
    match codex::version(&program).await {
        Some(version) => {
            Check::ok(ID, format!("The desktop app has {version}, at {}.", program.display()))
        }
        None => Check::warning(
            ID,
            format!("The desktop app's {} does not tell its version.", program.display()),
            "Install the desktop app again.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Health;

    #[tokio::test]
    async fn a_machine_without_a_desktop_is_well() {
        let env = Env::default();
        for check in [at_login(&env), tray(&env).await, bundled(&env).await] {
            assert_eq!((check.state, check.fix), (Health::Ok, None), "{}", check.text);
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_app_s_own_codex_is_asked_for_its_version() {
        use std::{fs, os::unix::fs::PermissionsExt as _};
        let root = tempfile::tempdir().unwrap();
        let program = root.path().join("codex");
        // Moved into place: a program still open for writing cannot be started.
        let written = root.path().join("written");
        fs::write(&written, "#!/bin/sh\necho codex-cli 9.8.7\n").unwrap();
        fs::set_permissions(&written, fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(&written, &program).unwrap();
        let check = bundled(&Env::of([(codex::CODEX_CLI_PATH, &program)])).await;
        assert_eq!(check.state, Health::Ok);
        assert!(check.text.starts_with("The desktop app has codex-cli 9.8.7, at "), "{check:?}");
    }
}
