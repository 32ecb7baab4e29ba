//! What else than `config.toml` decides where Codex goes, as Codex reads it: an
//! administrator's files, and `.env` in Codex's folder.
//!
//! Sources: the configuration loader of Codex (`codex-rs/core/src/config_loader`,
//! 2026), and what `config/read` of Codex 0.169.0 answers on Linux: it names
//! `/etc/codex/managed_config.toml`, the user's file and `/etc/codex/config.toml`
//! in this order, and no such file in `CODEX_HOME`. Files that an administrator
//! delivers by macOS preferences are not looked at.

use std::path::Path;

use rotunda_core::{
    ClientUrl,
    binding::{self, Ours, State},
    display_text::{self, clean_some},
};
use rotunda_text::Override;

use crate::{
    codex,
    files::{self, FileError},
    home::{Env, Home},
    key, platform,
};

/// Goes before the user's `config.toml`, key by key.
const MANAGED: &str = "managed_config.toml";
/// Limits what the other files may say.
const REQUIREMENTS: &str = "requirements.toml";
/// Says what the user's `config.toml` does not.
const SYSTEM: &str = "config.toml";
/// In Codex's folder.
const DOTENV: &str = ".env";
/// Codex sets no variable from `.env` that begins so.
const NOT_FROM_ENV: &str = "CODEX_";
/// Codex ignores it since version 0.128 at the latest.
const BASE_URL_VARIABLE: &str = "OPENAI_BASE_URL";

/// What decides besides `config.toml`, the most decisive first. Blocks.
pub fn overrides(home: &Home, env: &Env) -> Vec<Override> {
    let mut found: Vec<_> = managed(home).into_iter().collect();
    found.extend(from_env(home, env));
    found.extend(open_to_others(home));
    found.extend(read_only(home));
    found
}

/// The first one because of which Codex does not come here, whatever
/// `config.toml` says. Blocks.
pub fn decisive(home: &Home) -> Option<Override> {
    managed(home)
}

fn managed(home: &Home) -> Option<Override> {
    managed_in(home, &platform::managed_codex_folder(&home.codex_home))
}

fn managed_in(home: &Home, folder: &Path) -> Option<Override> {
    let mut decisive = [MANAGED, REQUIREMENTS].into_iter();
    let first = decisive.find_map(|name| override_of(home, &folder.join(name)));
    first.or_else(|| system(home, &folder.join(SYSTEM)))
}

fn override_of(home: &Home, path: &Path) -> Option<Override> {
    let file = crate::files::shown(path);
    let text = match files::read_text_if_there(path) {
        Ok(text) => text?,
        Err(FileError { source, .. }) => {
            return Some(Override::ManagedUnreadable { file, reason: source.to_string() });
        }
    };
    match binding::state(&text, &ours(home)) {
        State::Foreign { url } => return Some(Override::ManagedAddress { file, address: url }),
        State::Unreadable { line, message } => {
            let reason = format!("line {line}: {message}");
            return Some(Override::ManagedUnreadable { file, reason });
        }
        State::Unbound | State::Bound | State::BoundStale { .. } => {}
    }
    let provider = shown_provider(&text)?;
    Some(Override::ManagedProvider { file, provider })
}

/// As people are shown it: a file may call a provider anything.
fn shown_provider(text: &str) -> Option<String> {
    clean_some(&binding::other_provider(text).ok().flatten()?, display_text::NAME)
}

/// A system-wide `config.toml` counts only where the user's says nothing: its
/// address gives way to our line, its provider does not.
fn system(home: &Home, path: &Path) -> Option<Override> {
    if path == home.codex_config() {
        return None;
    }
    let text = files::read_text_if_there(path).ok()??;
    let provider = shown_provider(&text)?;
    let users = files::read_text_if_there(&home.codex_config()).ok().flatten();
    let is_said = users.as_deref().is_some_and(binding::names_provider);
    (!is_said).then(|| Override::ManagedProvider { file: crate::files::shown(path), provider })
}

/// The addresses that are ours, so that an administrator may write our line.
fn ours(home: &Home) -> Ours {
    let key = key::known_client_key(home).ok().flatten();
    let url = key.map(|key| ClientUrl::new(0, &key).text().expose().clone());
    Ours { url: url.unwrap_or_default(), former: Vec::new() }
}

/// Codex takes the variables of its `.env` before those of its surroundings.
fn from_env(home: &Home, env: &Env) -> Vec<Override> {
    let path = home.codex_home.join(DOTENV);
    let Ok(Some(text)) = files::read_text_if_there(&path) else { return Vec::new() };
    let file = crate::files::shown(path);
    let variables = dotenv(&text);
    let mut found = Vec::new();
    let set = |name: &str| variables.iter().any(|(set, _)| platform::is_same_variable(set, name));
    let with = env_of_codex(home, env);
    if let Some(variable) = codex::swallowing_proxy(&with).filter(|name| set(name)) {
        found.push(Override::EnvProxy { file: file.clone(), variable: variable.to_owned() });
    }
    let address =
        variables.iter().find(|(name, _)| platform::is_same_variable(name, BASE_URL_VARIABLE));
    found.extend(address.map(|(_, address)| {
        let address = binding::masked(address);
        Override::EnvAddress { file, address }
    }));
    found
}

/// The variables that Codex sets from the text of its `.env`; a line that is
/// none is left out, as by Codex, which reads with the same library.
fn dotenv(text: &str) -> Vec<(String, String)> {
    let all = dotenvy::from_read_iter(text.as_bytes()).filter_map(Result::ok);
    all.filter(|(name, _)| !name.to_ascii_uppercase().starts_with(NOT_FROM_ENV)).collect()
}

/// The surroundings of a Codex that is started in these.
pub fn env_of_codex(home: &Home, env: &Env) -> Env {
    let text = files::read_text_if_there(&home.codex_home.join(DOTENV)).ok().flatten();
    let variables = dotenv(&text.unwrap_or_default());
    variables.iter().fold(env.clone(), |env, (name, value)| env.with(name, value))
}

/// Bound, the file is closed to other users; an editor that puts a new one there
/// may open it again.
fn open_to_others(home: &Home) -> Option<Override> {
    let path = home.codex_config();
    let is_open = files::mode(&path).is_some_and(|mode| mode & files::OTHERS != 0);
    let key = key::known_client_key(home).ok().flatten().filter(|_| is_open)?;
    let text = files::read_text_if_there(&path).ok().flatten()?;
    let file = files::follow_links(&path).unwrap_or(path).display().to_string();
    text.contains(key.expose()).then_some(Override::Open { file })
}

/// Whether the owner of Codex's file does not want it changed. Blocks.
pub fn is_read_only(home: &Home) -> bool {
    std::fs::metadata(home.codex_config()).is_ok_and(|data| data.permissions().readonly())
}

/// Why `config.toml` itself cannot be changed, when its owner does not want it.
pub fn read_only(home: &Home) -> Option<Override> {
    if !is_read_only(home) {
        return None;
    }
    let path = home.codex_config();
    let real = files::follow_links(&path).unwrap_or_else(|_| path.clone());
    let tool = tool_of(&real).map(str::to_owned);
    Some(Override::ReadOnly { file: crate::files::shown(&real), tool })
}

/// The tool that writes files at such a place.
fn tool_of(real: &Path) -> Option<&'static str> {
    let has = |part: &str| real.components().any(|found| found.as_os_str() == part);
    match () {
        () if real.starts_with("/nix/store") => Some("Nix"),
        () if real.starts_with("/gnu/store") => Some("Guix"),
        () if has("chezmoi") => Some("chezmoi"),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::testing;

    fn env() -> Env {
        Env::default()
    }

    #[test]
    fn an_administrators_file_that_names_another_address_or_provider_is_found_by_name() {
        let (root, home) = testing::home();
        let etc = root.path().join("etc");
        fs::create_dir(&etc).unwrap();
        let write = |name: &str, text: &str| fs::write(etc.join(name), text).unwrap();
        assert_eq!(managed_in(&home, &etc), None);
        write(MANAGED, "sandbox_mode = 'read-only'\n");
        assert_eq!(managed_in(&home, &etc), None);
        write(MANAGED, "openai_base_url = 'https://gate.test/v1?key=s3cr3t'\n");
        let file = etc.join(MANAGED).display().to_string();
        let address = "https://gate.test/v1".to_owned();
        assert_eq!(
            managed_in(&home, &etc),
            Some(Override::ManagedAddress { file: file.clone(), address })
        );
        // Our own line there is fine.
        let key = key::client_key(&home).unwrap();
        let ours = ClientUrl::new(4517, &key).text();
        write(MANAGED, &format!("openai_base_url = \"{}\"\n", ours.expose()));
        assert_eq!(managed_in(&home, &etc), None);
        write(MANAGED, "model_provider = 'azure'\n");
        let provider = "azure".to_owned();
        assert_eq!(
            managed_in(&home, &etc),
            Some(Override::ManagedProvider { file: file.clone(), provider })
        );
        write(MANAGED, "model_provider = \n");
        let broken = managed_in(&home, &etc).unwrap();
        assert!(
            matches!(&broken, Override::ManagedUnreadable { reason, .. } if reason.contains("line 1"))
        );
        fs::remove_file(etc.join(MANAGED)).unwrap();
        fs::create_dir(etc.join(REQUIREMENTS)).unwrap();
        assert!(matches!(managed_in(&home, &etc), Some(Override::ManagedUnreadable { .. })));
    }

    #[test]
    fn a_system_wide_provider_counts_while_the_users_file_names_none() {
        let (root, home) = testing::home();
        let etc = root.path().join("etc");
        fs::create_dir(&etc).unwrap();
        fs::write(etc.join(SYSTEM), "openai_base_url = 'https://a.test'\n").unwrap();
        assert_eq!(managed_in(&home, &etc), None);
        fs::write(etc.join(SYSTEM), "model_provider = 'azure'\n").unwrap();
        assert!(matches!(managed_in(&home, &etc), Some(Override::ManagedProvider { .. })));
        fs::write(home.codex_config(), "model_provider = 'openai'\n").unwrap();
        assert_eq!(managed_in(&home, &etc), None);
    }

    #[test]
    fn codex_s_env_is_read_as_codex_reads_it() {
        let (_root, home) = testing::home();
        let path = home.codex_home.join(DOTENV);
        let file = crate::files::shown(&path);
        let found = |text: &str| {
            fs::write(&path, text).unwrap();
            overrides(&home, &env())
        };
        assert_eq!(found("# HTTP_PROXY=http://p\nbroken line\nCODEX_HOME=/x\n"), []);
        for text in ["HTTP_PROXY=http://10.0.0.1:1\n", "export http_proxy='http://p' # x\n"] {
            let proxies = found(text);
            assert!(
                matches!(&proxies[..], [Override::EnvProxy { file: at, .. }] if *at == file),
                "{proxies:?}"
            );
        }
        assert_eq!(found("HTTP_PROXY=http://p\nNO_PROXY=127.0.0.1,localhost\n"), []);
        let address = "https://a.test/v1".to_owned();
        assert_eq!(
            found("OPENAI_BASE_URL=\"https://a.test/v1\"\n"),
            [Override::EnvAddress { file: file.clone(), address }]
        );
        assert_eq!(env_of_codex(&home, &env()).get(BASE_URL_VARIABLE), Some("https://a.test/v1"));
    }

    #[cfg(unix)]
    #[test]
    fn a_read_only_file_is_named_where_it_really_is() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let (root, home) = testing::home();
        let real = root.path().join("chezmoi/config.toml");
        fs::create_dir(real.parent().unwrap()).unwrap();
        fs::write(&real, "a = 1\n").unwrap();
        symlink(&real, home.codex_config()).unwrap();
        assert_eq!(read_only(&home), None);
        fs::set_permissions(&real, fs::Permissions::from_mode(0o444)).unwrap();
        let (file, tool) = (crate::files::shown(&real), Some("chezmoi".to_owned()));
        assert_eq!(read_only(&home), Some(Override::ReadOnly { file, tool }));
        assert_eq!(tool_of(Path::new("/nix/store/abc-config/config.toml")), Some("Nix"));
        assert_eq!(tool_of(Path::new("/home/ada/.codex/config.toml")), None);
    }
}
