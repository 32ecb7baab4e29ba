//! The Codex command on this machine: where it is, which version, and whether
//! a proxy in its environment would swallow what it sends to us.

mod proxies;

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use rotunda_core::{
    binding,
    display_text::{self, clean, clean_some},
};
use serde_json::Value;
use tokio::process::Command;

pub use self::proxies::{no_proxy, swallowing_proxy, swallowing_socket_proxy};
use crate::{
    files,
    home::Env,
    platform,
    redact::{Hosts, without_secrets},
};

/// Settings of a throw-away Codex home: nothing but turns, and no word to anyone.
pub const QUIET: &str = "check_for_update_on_startup = false

[analytics]
enabled = false

[feedback]
enabled = false

[features]
apps = false
daemon_auto_start = false
plugins = false
remote_plugin = false
tool_suggest = false
";
/// Names the Codex command to use; otherwise `PATH` is searched.
pub const ROTUNDA_CODEX: &str = "ROTUNDA_CODEX";
/// Names the Codex that the desktop app starts, instead of its own.
pub const CODEX_CLI_PATH: &str = "CODEX_CLI_PATH";
/// `codex --version` prints and ends; longer means it hangs.
const VERSION_PATIENCE: Duration = Duration::from_secs(20);
/// Its doctor tries connections.
const DOCTOR_PATIENCE: Duration = Duration::from_secs(45);

/// The Codex command, when there is one.
pub fn find(env: &Env) -> Option<PathBuf> {
    if let Some(named) = env.path(ROTUNDA_CODEX) {
        return named.is_file().then_some(named);
    }
    let path = env.path("PATH")?;
    let mut candidates = std::env::split_paths(&path)
        .flat_map(|folder| platform::CODEX.iter().map(move |name| folder.join(name)));
    candidates.find(|file| platform::is_program(file))
}

/// The Codex that the desktop app starts, when it is where the app has it.
pub fn bundled(env: &Env) -> Option<PathBuf> {
    let places = env.path(CODEX_CLI_PATH).into_iter().chain(platform::bundled(env));
    places.into_iter().find(|file| platform::is_program(file))
}

/// What to say when there is none.
pub fn missing(env: &Env) -> String {
    match env.path(ROTUNDA_CODEX).map(PathBuf::into_os_string) {
        Some(named) => format!(
            "{} names {}, which is no program. Correct it, or unset it to search PATH.",
            ROTUNDA_CODEX,
            files::shown(named)
        ),
        None => format!(
            "Codex was not found. Install it so that `codex` is on PATH, or set {ROTUNDA_CODEX} to its place.",
        ),
    }
}

/// What it says of itself, for instance `codex-cli 0.169.0`.
pub async fn version(codex: &Path) -> Option<String> {
    version_of(platform::program(codex)).await
}

/// The same of a program that was given its surroundings.
pub async fn version_of(mut command: Command) -> Option<String> {
    command.arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(VERSION_PATIENCE, command.output()).await.ok()?.ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    clean_some(text.lines().next()?, display_text::NAME)
}

/// What Codex's own doctor finds on its way to us: whether it got there, and
/// its words for it. None from a Codex that has no such check.
pub async fn reaches(codex: &Path, home: &Path, env: &Env) -> Option<(bool, String)> {
    let mut command = platform::program(codex);
    command.args(["doctor", "--network-only", "--json"]).stdin(Stdio::null()).kill_on_drop(true);
    command.env_clear().envs(env.iter()).env("CODEX_HOME", home);
    let output = tokio::time::timeout(DOCTOR_PATIENCE, command.output()).await.ok()?.ok()?;
    let findings: Value = serde_json::from_slice(&output.stdout).ok()?;
    let check = &findings["checks"]["network.provider_reachability"];
    // It may quote the address of the router, and so the key.
    let summary = without_secrets(check["summary"].as_str()?, Hosts::Kept);
    Some((check["status"].as_str()? == "ok", clean(&summary, display_text::LINE)))
}

/// `-c` and its value: Codex uses this base URL for one run.
pub fn base_url_arguments(url: &str) -> [String; 2] {
    setting_arguments(binding::BASE_URL, url)
}

/// `-c` and its value: for one run, this setting of Codex is that text.
pub fn setting_arguments(key: &str, value: &str) -> [String; 2] {
    ["-c".to_owned(), format!("{key}={}", toml_edit::Value::from(value))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_becomes_a_quoted_value() {
        let [flag, value] = base_url_arguments("http://127.0.0.1:1/k/codex");
        assert_eq!(flag, "-c");
        assert_eq!(value, "openai_base_url=\"http://127.0.0.1:1/k/codex\"");
    }

    #[cfg(unix)]
    #[test]
    fn only_a_program_is_found() {
        use std::os::unix::fs::PermissionsExt;
        let (plain, program) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(plain.path().join("codex"), "").unwrap();
        let path = program.path().join("codex");
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let both = std::env::join_paths([plain.path(), program.path()]).unwrap();
        assert_eq!(find(&Env::of([("PATH", &both)])), Some(path));
        assert_eq!(find(&Env::of([("PATH", plain.path())])), None);
    }
}
