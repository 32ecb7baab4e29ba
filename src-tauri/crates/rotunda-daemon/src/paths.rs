//! Every file and folder that Rotunda uses, for `rotunda paths` and `doctor`.

use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use rotunda_host::{
    files,
    home::{Env, Home},
    log,
    platform::{self, AtLogin},
};
use rotunda_text::{Localize, Message, message};

/// One place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedPath {
    /// What it is for.
    pub role: Role,
    /// Where.
    pub path: PathBuf,
}

/// What a place is for; the name is a fixed word for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// What the user set.
    Settings,
    /// Profiles, Activity and counts.
    Store,
    /// The same as it was before the last update.
    StoreCopy,
    /// What was notified.
    Notices,
    /// When a newer version was asked for.
    Updates,
    /// Where the window was.
    Window,
    /// Sign-ins, where the keychain has none.
    SignInFile,
    /// What is known of sign-ins that two programs hold.
    SignInNotes,
    /// The key in Codex's line.
    ClientKey,
    /// Where the running Rotunda listens to the command line.
    Control,
    /// Held while Rotunda runs.
    Lock,
    /// What stood in Codex's file before binding.
    Journal,
    /// Held while Codex's file is changed.
    BindingLock,
    /// Copies of Codex's file.
    Backups,
    /// The log.
    Log,
    /// Older logs, beside it.
    Logs,
    /// What starts at login.
    AtLogin,
    /// Where a removal of the package finds folders that a variable moved.
    Moved,
    /// Codex's file, which binding changes.
    CodexConfig,
    /// Codex's own sign-in, which is read, and renewed where both hold it.
    CodexSignIn,
    /// Codex's variables, which are read.
    CodexEnv,
    /// The journal once more, where the other folder takes nothing.
    JournalBeside,
}

impl Localize for Role {
    fn message(&self) -> Message {
        match self {
            Self::Settings => message!("path-settings"),
            Self::Store => message!("path-store"),
            Self::StoreCopy => message!("path-store-copy"),
            Self::Notices => message!("path-notices"),
            Self::Updates => message!("path-updates"),
            Self::Window => message!("path-window"),
            Self::SignInFile => message!("path-sign-in-file"),
            Self::SignInNotes => message!("path-sign-in-notes"),
            Self::ClientKey => message!("path-client-key"),
            Self::Control => message!("path-control"),
            Self::Lock => message!("path-lock"),
            Self::Journal => message!("path-journal"),
            Self::BindingLock => message!("path-binding-lock"),
            Self::Backups => message!("path-backups"),
            Self::Log => message!("path-log"),
            Self::Logs => message!("path-logs"),
            Self::AtLogin => message!("path-at-login"),
            Self::Moved => message!("path-moved"),
            Self::CodexConfig => message!("path-codex-config"),
            Self::CodexSignIn => message!("path-codex-sign-in"),
            Self::CodexEnv => message!("path-codex-env"),
            Self::JournalBeside => message!("path-journal-beside"),
        }
    }
}

/// A path for people: with `~` for the user's home folder, where a shell reads that.
pub fn short(path: &Path, env: &Env) -> String {
    let below = env.user_home().filter(|_| MAIN_SEPARATOR == '/');
    let below = below.as_deref().filter(|home| home.parent().is_some());
    match below.and_then(|home| path.strip_prefix(home).ok()) {
        Some(below) if below.as_os_str().is_empty() => "~".to_owned(),
        Some(below) => format!("~/{}", files::shown(below)),
        None => files::shown(path),
    }
}

/// The log that is written now, or would be.
pub fn log_file(home: &Home) -> PathBuf {
    log::newest(&home.logs).unwrap_or_else(|| home.logs.join(format!("{}.log", log::NAME)))
}

/// Every place, whether something is there or not: ours, the session's, Codex's.
pub fn places(home: &Home, env: &Env) -> Vec<UsedPath> {
    let data = |name: &str| home.data.join(name);
    let codex = |name: &str| home.codex_home.join(name);
    let mut places = vec![
        (Role::Settings, home.settings_file()),
        (Role::Store, home.store_file()),
        (Role::StoreCopy, home.store_copy()),
        (Role::Notices, home.notices_file()),
        (Role::Updates, home.updates_file()),
        (Role::Window, home.window_file()),
        (Role::SignInFile, data("vault.json")),
        (Role::SignInNotes, data("sign-ins")),
        (Role::ClientKey, data("client.key")),
        (Role::Control, data("control.json")),
        (Role::Lock, data("rotunda.lock")),
        (Role::Journal, data("binding.json")),
        (Role::BindingLock, data("binding.lock")),
        (Role::Backups, data("backups")),
        (Role::Log, log_file(home)),
        (Role::Logs, home.logs.clone()),
    ];
    if let AtLogin::App(path) | AtLogin::Router(path) = platform::at_login(env) {
        places.push((Role::AtLogin, path));
    }
    places.extend(home.moved.iter().map(|moved| (Role::Moved, moved.folder().to_owned())));
    places.extend([
        (Role::CodexConfig, home.codex_config()),
        (Role::CodexSignIn, home.codex_auth()),
        (Role::CodexEnv, codex(".env")),
        (Role::JournalBeside, codex(".rotunda-binding.json")),
    ]);
    places.into_iter().map(|(role, path)| UsedPath { role, path }).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_home_folder_is_a_tilde_and_what_only_begins_like_it_is_not() {
        let short_at = |home: &str, path: &str| short(Path::new(path), &Env::of([("HOME", home)]));
        assert_eq!(short_at("/home/ada", "/home/ada/.codex/config.toml"), "~/.codex/config.toml");
        assert_eq!(short_at("/home/ada", "/home/ada"), "~");
        assert_eq!(short_at("/home/ada", "/home/adam/.codex"), "/home/adam/.codex");
        assert_eq!(short_at("/home/ada", "/srv/codex"), "/srv/codex");
        assert_eq!(short_at("/", "/srv/codex"), "/srv/codex", "a service without a home");
        assert_eq!(short(Path::new("/srv/codex"), &Env::default()), "/srv/codex");
    }
}
