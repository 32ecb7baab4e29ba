//! What is so on this machine, whether Rotunda runs or not.

use std::{io::Write, time::Duration};

use rotunda_core::ProfileId;
use rotunda_router::VaultError;

use super::Check;
use crate::{
    codex,
    control::Report,
    home::{Env, Home},
    settings::{self, VaultKind},
    vault,
    view::BindingState,
};

/// A keychain may ask the user first.
const KEYCHAIN_PATIENCE: Duration = Duration::from_secs(60);
/// Enough to find a full disk.
const TRIAL: usize = 256 << 10;

pub(super) async fn codex(env: &Env) -> Check {
    const ID: &str = "codex";
    let Some(program) = codex::find(env) else {
        return Check::warning(
            ID,
            "The Codex command was not found. The desktop app works without it.",
            format!("Put `codex` on PATH, or set {} to its place.", codex::ROTUNDA_CODEX),
        );
    };
    match codex::version(&program).await {
        Some(version) => Check::ok(ID, format!("{version} is at {}.", program.display())),
        None => Check::warning(
            ID,
            format!("{} does not tell its version.", program.display()),
            "Install Codex again.",
        ),
    }
}

/// Asks Codex itself, when there is a way for it to go.
pub(super) async fn reach(home: &Home, env: &Env, report: &Report) -> Option<Check> {
    const ID: &str = "reach";
    report.url.as_ref().filter(|_| report.snapshot.binding.state == BindingState::Bound)?;
    let program = codex::find(env)?;
    Some(match codex::reaches(&program, &home.codex_home, env).await? {
        (true, _) => Check::ok(ID, "Codex's own doctor reaches the router."),
        (false, said) => Check::problem(
            ID,
            format!("Codex's own doctor does not reach the router: {said}."),
            "`codex doctor` tells more; a proxy or a changed config.toml is the usual cause.",
        ),
    })
}

pub(super) async fn vault(home: &Home, env: &Env, report: &Report) -> Check {
    const ID: &str = "keychain";
    let Ok(settings) = settings::load(home, env) else {
        return Check::warning(
            ID,
            "Not checked, as the settings cannot be read.",
            "Correct the settings first.",
        );
    };
    let opened = vault::open(settings.vault, home);
    // Any item will do: one that is not there is answered as well.
    let first = report.snapshot.profiles.first();
    let wanted = first.and_then(|profile| profile.id.parse().ok()).unwrap_or(ProfileId(0));
    let Ok(loaded) = tokio::time::timeout(KEYCHAIN_PATIENCE, opened.load(wanted)).await else {
        return Check::problem(ID, "The keychain does not answer.", "Unlock it, then try again.");
    };
    match (loaded, settings.vault) {
        (Err(VaultError::Missing), _) if first.is_some() => Check::problem(
            ID,
            "The keychain answers, but holds no sign-in for the first profile.",
            "Import that profile again.",
        ),
        (Ok(_) | Err(VaultError::Missing), VaultKind::Keychain) => {
            Check::ok(ID, "Sign-ins are in the system's keychain, which answers.")
        }
        (Ok(_) | Err(VaultError::Missing), VaultKind::File) => Check::warning(
            ID,
            "Sign-ins are in a private file instead of the keychain.",
            "Where there is a keychain, run `rotunda vault move keychain`.",
        ),
        (Err(error), _) => refused(&error),
    }
}

fn refused(error: &VaultError) -> Check {
    let fix = match error {
        VaultError::Unavailable(_) => "Do one of these, then try again.",
        VaultError::Denied => "Allow Rotunda its own items, then try again.",
        VaultError::Damaged(_) => "Import that profile again.",
        VaultError::Locked | VaultError::Missing => "Unlock the keychain, then try again.",
    };
    Check::problem("keychain", format!("Sign-ins cannot be read: {error}."), fix)
}

pub(super) fn settings(home: &Home, env: &Env) -> Check {
    const ID: &str = "settings";
    match settings::load(home, env) {
        Err(error) => Check::problem(
            ID,
            format!("The settings cannot be used: {error}."),
            "Correct that line.",
        ),
        Ok(settings) => match settings.warnings.first() {
            Some(warning) => {
                Check::warning(ID, format!("{warning}."), "Correct or remove it in settings.toml.")
            }
            None => Check::ok(ID, "The settings can be read."),
        },
    }
}

/// Writes to a file without a name: nothing is left, whatever happens.
pub(super) fn disk(home: &Home) -> Check {
    const ID: &str = "disk";
    if !home.data.exists() {
        return Check::ok(ID, "Rotunda has written nothing yet.");
    }
    let tried = tempfile::tempfile_in(&home.data).and_then(|mut file| {
        file.write_all(&vec![0; TRIAL])?;
        file.sync_all()
    });
    match tried {
        Ok(()) => Check::ok(ID, format!("{} can be written.", home.data.display())),
        Err(error) => Check::problem(
            ID,
            format!("{} cannot be written: {error}.", home.data.display()),
            "Make room, or give the folder back to your user.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{doctor::Health, testing};

    #[test]
    fn a_trial_leaves_nothing() {
        let (_root, home) = testing::home();
        let before = std::fs::read_dir(&home.data).unwrap().count();
        assert_eq!(disk(&home).state, Health::Ok);
        assert_eq!(std::fs::read_dir(&home.data).unwrap().count(), before);
    }

    #[test]
    fn bad_settings_are_named() {
        let (_root, home) = testing::home();
        std::fs::write(home.settings_file(), "port = 'x'\n").unwrap();
        let check = settings(&home, &Env::default());
        assert_eq!(check.state, Health::Problem);
        assert!(check.text.contains("line 1"), "{}", check.text);
    }
}
