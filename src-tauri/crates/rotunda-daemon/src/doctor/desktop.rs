//! What the desktop brings along: what starts at login, who shows tray icons,
//! and the Codex inside the desktop app.

use rotunda_host::{
    codex,
    home::Env,
    platform::{self, AtLogin, TrayHost},
};
use rotunda_text::{Fix, Found, Locale};

use super::Check;

/// What brings Rotunda back after a login.
pub(super) fn at_login(env: &Env, locale: Locale) -> Check {
    const ID: &str = "login";
    let ok = |found| Check::ok(locale, ID, &found);
    match platform::at_login(env) {
        AtLogin::NotChecked => ok(Found::LoginUnchecked),
        AtLogin::Off => ok(Found::LoginOff),
        AtLogin::App(program) => ok(Found::LoginApp(&rotunda_host::files::shown(&program))),
        AtLogin::Router(program) => ok(Found::LoginRouter(&rotunda_host::files::shown(&program))),
        AtLogin::Unit => ok(Found::LoginUnit),
        AtLogin::Inactive { entry, line } => {
            ok(Found::LoginInactive { entry: &rotunda_host::files::shown(&entry), line: &line })
        }
        AtLogin::Gone { entry, program } => {
            let (entry, program) =
                (&rotunda_host::files::shown(&entry), &rotunda_host::files::shown(&program));
            Check::warning(locale, ID, &Found::LoginGone { entry, program }, Fix::LoginAgain)
        }
    }
}

/// Whether tray icons are shown at all.
pub(super) async fn tray(env: &Env, locale: Locale) -> Check {
    const ID: &str = "tray";
    match platform::tray_host(env).await {
        TrayHost::Always => Check::ok(locale, ID, &Found::TrayAlways),
        TrayHost::NoSession => Check::ok(locale, ID, &Found::TrayNoSession),
        TrayHost::There => Check::ok(locale, ID, &Found::TrayThere),
        TrayHost::Missing => Check::warning(locale, ID, &Found::TrayMissing, Fix::AppIndicator),
        TrayHost::Hangs => Check::warning(locale, ID, &Found::TrayHangs, Fix::SignOut),
        TrayHost::Silent => Check::warning(locale, ID, &Found::TraySilent, Fix::SignOut),
    }
}

/// The desktop app has a Codex of its own, whatever `PATH` says.
pub(super) async fn bundled(env: &Env, locale: Locale) -> Check {
    const ID: &str = "app";
    let Some(program) = codex::bundled(env) else {
        return Check::ok(locale, ID, &Found::AppNone);
    };
    let path = &rotunda_host::files::shown(&program);
    match codex::version(&program).await {
        Some(version) => Check::ok(locale, ID, &Found::AppAt { version: &version, path }),
        None => Check::warning(locale, ID, &Found::AppSilent(path), Fix::InstallApp),
    }
}

#[cfg(test)]
mod tests {
    use rotunda_text::Language;

    use super::*;
    use crate::doctor::Health;

    #[tokio::test]
    async fn a_machine_without_a_desktop_is_well() {
        let (env, locale) = (Env::default(), Locale::of(Language::ENGLISH));
        for check in [at_login(&env, locale), tray(&env, locale).await, bundled(&env, locale).await]
        {
            assert_eq!((check.state, check.fix), (Health::Ok, None), "{}", check.text);
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_version_of_the_codex_inside_the_app_is_read() {
        use std::{fs, os::unix::fs::PermissionsExt as _};
        let root = tempfile::tempdir().unwrap();
        let program = root.path().join("codex");
        // Moved into place: a program still open for writing cannot be started.
        let written = root.path().join("written");
        fs::write(&written, "#!/bin/sh\necho codex-cli 9.8.7\n").unwrap();
        fs::set_permissions(&written, fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(&written, &program).unwrap();
        let env = Env::of([(codex::CODEX_CLI_PATH, &program)]);
        let check = bundled(&env, Locale::of(Language::ENGLISH)).await;
        assert_eq!(check.state, Health::Ok);
        assert!(check.text.starts_with("The desktop app has codex-cli 9.8.7, at "), "{check:?}");
    }
}
