//! What a stranger needs to help, in one archive without anything private.
//!
//! Nothing is copied as it is: each file is made for the bundle, from facts that
//! are known not to be private or through the [`Redactor`].

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::{Check, redact::Redactor};
use crate::{
    clock::unix,
    control::Report,
    files::{self, FileError, Mode},
    home::{Env, Home},
    platform,
    store::{Activity, Store},
    view::Status,
};

/// So much of the end of each log file.
const LOG_BYTES: usize = 256 << 10;
/// So many log files, the newest.
const LOG_FILES: usize = 2;
/// Variables of the environment that change where things go.
const TELLING: [&str; 12] = [
    "ALL_PROXY",
    "CODEX_CLI_PATH",
    "CODEX_HOME",
    "DESKTOP_SESSION",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "ROTUNDA_CODEX",
    "ROTUNDA_HOME",
    "ROTUNDA_PORT",
    "ROTUNDA_VAULT",
    "XDG_CURRENT_DESKTOP",
];
/// Said in the archive itself.
const READ_ME: &str = "What Rotunda knows of this computer, for whoever is to help.\n\
    Keys, tokens, addresses of people and names of profiles were taken out; texts of Codex's\n\
    config.toml are left out. Read the files before you send them.\n";

/// Everything that goes into it.
pub(super) struct Contents<'a> {
    pub(super) home: &'a Home,
    pub(super) env: &'a Env,
    pub(super) report: &'a Report,
    pub(super) checks: &'a [Check],
    pub(super) activity: &'a [Activity],
}

/// Writes the archive. Blocks.
pub(super) fn write(path: &Path, contents: &Contents<'_>) -> Result<(), FileError> {
    let failed = |source| FileError { path: path.to_owned(), action: "write", source };
    let mut archive = tar::Builder::new(Vec::new());
    for (name, text) in files_of(contents) {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o600);
        // No time and no owner: neither helps, and both tell.
        header.set_cksum();
        let name = format!("rotunda-bundle/{name}");
        archive.append_data(&mut header, name, text.as_bytes()).map_err(failed)?;
    }
    let bytes = archive.into_inner().map_err(failed)?;
    files::write_atomic(path, &bytes, Mode::Private)
}

/// What was told in the last days, as far as it can be read.
pub(super) fn remembered(home: &Home) -> Vec<Activity> {
    if !home.store_file().is_file() {
        return Vec::new();
    }
    let store = Store::open_read_only(&home.store_file());
    store.and_then(|store| store.activity_after(0)).unwrap_or_default()
}

fn files_of(contents: &Contents<'_>) -> Vec<(String, String)> {
    let Contents { home, env, report, checks, activity } = contents;
    let redactor = redactor(home, env, report);
    let pretty = |value: &Value| redactor.text(&format!("{value:#}\n"));
    let config = files::read_text_if_there(&home.codex_config());
    let settings = files::read_text_if_there(&home.settings_file());
    let toml = |text: Result<Option<String>, FileError>| match text {
        Ok(Some(text)) => redactor.toml(&text),
        Ok(None) => "There is no such file.\n".to_owned(),
        Err(error) => redactor.text(&format!("{error}\n")),
    };
    let told: Vec<_> =
        activity.iter().map(|line| format!("{} {}\n", unix(line.at), line.text)).collect();
    let mut files = vec![
        ("README.txt".to_owned(), READ_ME.to_owned()),
        ("doctor.json".to_owned(), pretty(&json!({ "checks": checks }))),
        ("status.json".to_owned(), pretty(&status(report))),
        ("machine.json".to_owned(), pretty(&machine(env))),
        ("codex-config.txt".to_owned(), toml(config)),
        ("settings.txt".to_owned(), toml(settings)),
        ("activity.txt".to_owned(), redactor.text(&told.concat())),
    ];
    files.extend(logs(&home.logs).into_iter().map(|(name, text)| (name, redactor.text(&text))));
    files
}

/// Whatever names the user or opens something.
fn redactor(home: &Home, env: &Env, report: &Report) -> Redactor {
    let mut redactor = Redactor::default();
    for (number, profile) in report.snapshot.profiles.iter().enumerate() {
        redactor.replace(&profile.name, &format!("profile-{}", number + 1));
        redactor.replace(profile.email.as_deref().unwrap_or_default(), "<address>");
    }
    let paths =
        [(&home.codex_home, "$CODEX_HOME"), (&home.data, "$DATA"), (&home.config, "$CONFIG")];
    for (path, by) in paths {
        redactor.replace(&path.display().to_string(), by);
    }
    if let Some(path) = env.path(platform::HOME_VARIABLE) {
        redactor.replace(&path.display().to_string(), "~");
        let user = path.file_name().map(|name| name.to_string_lossy().into_owned());
        redactor.replace(&user.unwrap_or_default(), "<user>");
    }
    redactor
}

/// Without the address that holds the key, and without those of people.
fn status(report: &Report) -> Value {
    let mut status = serde_json::to_value(Status::of(&report.snapshot, None)).unwrap_or_default();
    for profile in status["profiles"].as_array_mut().into_iter().flatten() {
        profile["email"] = Value::Null;
    }
    status["headline"] = report.snapshot.headline.clone().into();
    status["binding"]["since"] = report.snapshot.binding.since.into();
    status["binding"]["message"] = report.snapshot.binding.message.clone().into();
    status
}

fn machine(env: &Env) -> Value {
    let told = TELLING.iter().filter_map(|name| Some((*name, env.get(name)?)));
    let told = told.map(|(name, value)| {
        let value = if value.contains("://") {
            rotunda_core::binding::masked(value)
        } else {
            value.to_owned()
        };
        (name.to_owned(), Value::from(value))
    });
    json!({
        "rotunda": env!("CARGO_PKG_VERSION"),
        "system": std::env::consts::OS,
        "processor": std::env::consts::ARCH,
        "environment": told.collect::<serde_json::Map<_, _>>(),
    })
}

/// The ends of the newest log files.
fn logs(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .map(|path| (fs::metadata(&path).and_then(|data| data.modified()).ok(), path))
        .collect();
    paths.sort();
    let newest = paths.into_iter().rev().take(LOG_FILES).enumerate();
    newest
        .filter_map(|(number, (_, path))| {
            let bytes = files::read(&path).ok()?;
            let end = &bytes[bytes.len().saturating_sub(LOG_BYTES)..];
            Some((format!("log-{number}.txt"), String::from_utf8_lossy(end).into_owned()))
        })
        .collect()
}

#[cfg(test)]
#[path = "bundle_tests.rs"]
mod tests;
