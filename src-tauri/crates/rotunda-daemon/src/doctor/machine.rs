//! What is so on this machine, whether Rotunda runs or not.

use std::{io::Write, time::Duration};

use rotunda_core::ProfileId;
use rotunda_host::{
    codex,
    home::{Env, Home},
    localize::VaultRefusal,
    settings::{self, VaultKind},
    vault,
};
use rotunda_router::VaultError;
use rotunda_text::{Fix, Found, Locale, Localize};

use super::{Check, locale_of};
use crate::{control::Report, view::BindingState};

/// A keychain may ask the user first.
const KEYCHAIN_PATIENCE: Duration = Duration::from_secs(60);
/// Enough to find a full disk.
const PROBE_BYTES: usize = 256 << 10;

pub(super) async fn codex(env: &Env, locale: Locale) -> Check {
    const ID: &str = "codex";
    let Some(program) = codex::find(env) else {
        let fix = Fix::NamePath(codex::ROTUNDA_CODEX);
        return Check::warning(locale, ID, &Found::CodexMissing, fix);
    };
    let path = &rotunda_host::files::shown(&program);
    match codex::version(&program).await {
        Some(version) => Check::ok(locale, ID, &Found::CodexAt { version: &version, path }),
        None => Check::warning(locale, ID, &Found::CodexSilent(path), Fix::InstallCodex),
    }
}

/// Asks Codex itself, when there is a way for it to go.
pub(super) async fn reach(home: &Home, env: &Env, report: &Report) -> Option<Check> {
    const ID: &str = "reach";
    report.url.as_ref().filter(|_| report.snapshot.binding.state == BindingState::Bound)?;
    let program = codex::find(env)?;
    Some(match codex::reaches(&program, &home.codex_home, env).await? {
        (true, _) => Check::ok(locale_of(report), ID, &Found::Reaches),
        (false, message) => {
            Check::problem(locale_of(report), ID, &Found::ReachesNot(&message), Fix::AskCodex)
        }
    })
}

pub(super) async fn vault(home: &Home, env: &Env, report: &Report) -> Check {
    const ID: &str = "keychain";
    let locale = locale_of(report);
    let Ok(settings) = settings::load(home, env) else {
        return Check::warning(locale, ID, &Found::VaultUnchecked, Fix::SettingsFirst);
    };
    let opened = vault::open(settings.vault, home);
    // Any item will do: one that is not there is answered as well.
    let first = report.snapshot.profiles.first();
    let wanted = first.and_then(|profile| profile.id.parse().ok()).unwrap_or(ProfileId(0));
    let Ok(loaded) = tokio::time::timeout(KEYCHAIN_PATIENCE, opened.load(wanted)).await else {
        return Check::problem(locale, ID, &Found::VaultSilent, Fix::Unlock);
    };
    match loaded {
        Err(VaultError::Missing) if first.is_some() => {
            return Check::problem(locale, ID, &Found::VaultEmpty, Fix::SignInAgain);
        }
        Ok(_) | Err(VaultError::Missing) => {}
        Err(error) => return refused(&error, locale),
    }
    if settings.vault == VaultKind::File {
        return Check::warning(locale, ID, &Found::VaultFile, Fix::MoveToKeychain);
    }
    match tokio::time::timeout(KEYCHAIN_PATIENCE, opened.probe()).await {
        Ok(Ok(provider)) => {
            let provider = provider.as_ref();
            let name = provider.and_then(|provider| provider.name.as_deref());
            let encrypted = provider.is_none_or(|provider| provider.encrypted);
            Check::ok(locale, ID, &Found::VaultKeychain { provider: name, encrypted })
        }
        Ok(Err(error)) => {
            let found = VaultRefusal(&error).to(locale);
            Check::problem(locale, ID, &Found::VaultNotSaving(&found), Fix::DoOne)
        }
        Err(_) => Check::problem(locale, ID, &Found::VaultSilent, Fix::Unlock),
    }
}

fn refused(error: &VaultError, locale: Locale) -> Check {
    let found = VaultRefusal(error).to(locale);
    Check::problem(locale, "keychain", &Found::VaultRefused(&found), fix_of(error))
}

/// What to do about a refusal of the keychain.
pub(super) fn fix_of(error: &VaultError) -> Fix<'static> {
    match error {
        VaultError::Denied => Fix::Allow,
        VaultError::Damaged(_) => Fix::SignInAgain,
        VaultError::Missing => Fix::UnlockKeychain,
        // Each names its ways out.
        VaultError::Locked
        | VaultError::Dismissed
        | VaultError::NotAnswering
        | VaultError::NoCollection
        | VaultError::CannotSave(_)
        | VaultError::Unavailable(_) => Fix::DoOne,
    }
}

pub(super) fn settings(home: &Home, env: &Env, locale: Locale) -> Check {
    const ID: &str = "settings";
    match settings::load(home, env) {
        Err(error) => {
            let found = Found::SettingsBad(&error.to_string());
            Check::problem(locale, ID, &found, Fix::CorrectLine)
        }
        Ok(settings) => match settings.warnings.first() {
            Some(warning) => {
                Check::warning(locale, ID, &Found::SettingsWarn(warning), Fix::CorrectSetting)
            }
            None => Check::ok(locale, ID, &Found::SettingsRead),
        },
    }
}

/// Writes to a file without a name: nothing is left, whatever happens.
pub(super) fn disk(home: &Home, locale: Locale) -> Check {
    const ID: &str = "disk";
    if !home.data.exists() {
        return Check::ok(locale, ID, &Found::NothingWritten);
    }
    let tried = tempfile::tempfile_in(&home.data).and_then(|mut file| {
        file.write_all(&vec![0; PROBE_BYTES])?;
        file.sync_all()
    });
    let folder = &rotunda_host::files::shown(&home.data);
    match tried {
        Ok(()) => Check::ok(locale, ID, &Found::Writable(folder)),
        Err(error) => {
            let found = Found::NotWritable(folder, &error.to_string());
            Check::problem(locale, ID, &found, Fix::MakeRoom)
        }
    }
}

/// Where the log is: the newest file of ours, whatever name it had to take.
pub(super) fn log(home: &Home, locale: Locale) -> Check {
    const ID: &str = "log";
    let newest = rotunda_host::log::newest(&home.logs);
    let path = &rotunda_host::files::shown(crate::paths::log_file(home));
    let found = if newest.is_some() { Found::Log(path) } else { Found::NoLog(path) };
    Check::ok(locale, ID, &found)
}

#[cfg(test)]
mod tests {
    use rotunda_text::Language;

    use super::*;
    use crate::{doctor::Health, testing};

    #[test]
    fn a_write_probe_leaves_nothing() {
        let (_root, home) = testing::home();
        let before = std::fs::read_dir(&home.data).unwrap().count();
        assert_eq!(disk(&home, Locale::of(Language::ENGLISH)).state, Health::Ok);
        assert_eq!(std::fs::read_dir(&home.data).unwrap().count(), before);
    }

    #[test]
    fn bad_settings_are_named() {
        let (_root, home) = testing::home();
        std::fs::write(home.settings_file(), "port = 'x'\n").unwrap();
        let check = settings(&home, &Env::default(), Locale::of(Language::ENGLISH));
        assert_eq!(check.state, Health::Problem);
        assert!(check.text.contains("line 1"), "{}", check.text);
    }
}
