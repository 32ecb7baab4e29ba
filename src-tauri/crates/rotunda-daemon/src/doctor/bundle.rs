//! What a stranger needs to help, in one archive without anything private.
//!
//! Nothing is copied as it is: each file is made for the bundle, from facts that
//! are known not to be private and through the [`Redactor`].

use std::{
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::Path,
};

use flate2::{Compression, GzBuilder};
use rotunda_host::{
    clock::unix,
    files::{self, FileError, OutputError},
    home::{Env, Home},
    log, platform,
    store::{Activity, Store},
};
use serde_json::{Value, json};

use super::{Check, redact::Redactor};
use crate::{control::Report, view::Status};

/// So much of the end of each log file.
const LOG_BYTES: usize = 256 << 10;
/// So many log files, the newest.
const LOG_FILES: usize = 2;
/// Variables of the environment that change where things go.
const TELLING: [&str; 18] = [
    "ALL_PROXY",
    "all_proxy",
    "CODEX_CLI_PATH",
    "CODEX_HOME",
    "DESKTOP_SESSION",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "https_proxy",
    "http_proxy",
    "no_proxy",
    "ROTUNDA_CODEX",
    "ROTUNDA_HOME",
    "ROTUNDA_LOG",
    "ROTUNDA_PORT",
    "ROTUNDA_VAULT",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_TYPE",
];
/// Variables that name the user or the computer.
const NAMING: [(&str, &str); 5] = [
    ("USER", "<user>"),
    ("LOGNAME", "<user>"),
    ("USERNAME", "<user>"),
    ("HOSTNAME", "<host>"),
    ("COMPUTERNAME", "<host>"),
];
/// The notice in the archive itself.
const READ_ME: &str = "What Rotunda knows of this computer, for whoever is to help.\n\
    Keys, tokens, addresses of people, and names of profiles, computers, projects and MCP servers\n\
    were taken out; of config.toml and settings.toml only known keys are shown. Read the files\n\
    before you send them.\n";

/// Everything that goes into it.
pub(super) struct Contents<'a> {
    pub(super) home: &'a Home,
    pub(super) env: &'a Env,
    pub(super) report: &'a Report,
    pub(super) checks: &'a [Check],
    pub(super) activity: &'a [Activity],
}

/// Writes the archive into a new file. Blocks.
pub(super) fn write(path: &Path, contents: &Contents<'_>) -> Result<(), OutputError> {
    let failed = |source| FileError { path: path.to_owned(), action: "write", source };
    let bytes = packed(contents).and_then(|bytes| {
        // What the name says.
        if is_gzip(path) { zipped(&bytes) } else { Ok(bytes) }
    });
    files::write_new(path, &bytes.map_err(failed)?)
}

fn packed(contents: &Contents<'_>) -> io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, text) in files_of(contents) {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o600);
        // No time and no owner: neither helps, and both identify.
        header.set_cksum();
        let name = format!("rotunda-bundle/{name}");
        archive.append_data(&mut header, name, text.as_bytes())?;
    }
    archive.into_inner()
}

fn is_gzip(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["gz", "tgz"].iter().any(|gzip| extension.eq_ignore_ascii_case(gzip))
}

/// Without a name and a time of its own.
fn zipped(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut zipped = GzBuilder::new().write(Vec::new(), Compression::default());
    zipped.write_all(bytes)?;
    zipped.finish()
}

/// Activity of the last days, as far as it can be read.
pub(super) fn remembered(home: &Home) -> Vec<Activity> {
    if !home.store_file().is_file() {
        return Vec::new();
    }
    let store = Store::open_read_only(&home.store_file());
    store.and_then(|store| store.activity_after(0)).unwrap_or_default()
}

fn files_of(contents: &Contents<'_>) -> Vec<(String, String)> {
    let Contents { home, env, report, checks, activity } = contents;
    let redactor = redactor(contents);
    let pretty = |value: &Value| redactor.text(&format!("{value:#}\n"));
    let shown = |text: Result<Option<String>, FileError>, show: &dyn Fn(&str) -> String| match text
    {
        Ok(Some(text)) => show(&text),
        Ok(None) => "There is no such file.\n".to_owned(),
        Err(error) => redactor.text(&format!("{error}\n")),
    };
    let config = files::read_text_if_there(&home.codex_config());
    let settings = files::read_text_if_there(&home.settings_file());
    let mut files = vec![
        ("README.txt".to_owned(), READ_ME.to_owned()),
        ("doctor.json".to_owned(), pretty(&json!({ "checks": checks }))),
        ("status.json".to_owned(), pretty(&status(report))),
        ("machine.json".to_owned(), pretty(&machine(env, &redactor))),
        ("codex-config.txt".to_owned(), shown(config, &|text| redactor.codex_config(text))),
        ("settings.txt".to_owned(), shown(settings, &|text| redactor.settings(text))),
        (
            "activity.txt".to_owned(),
            activity.iter().map(|it| activity_line(it, &redactor)).collect(),
        ),
    ];
    files.extend(logs(&home.logs).into_iter().map(|(name, text)| (name, log_of(&text, &redactor))));
    files
}

/// One line. Of a line that an older version kept as a sentence only, not even
/// the names in it are known.
pub(super) fn activity_line(line: &Activity, redactor: &Redactor) -> String {
    let text = if line.message.is_some() { redactor.text(&line.text) } else { "<text>".to_owned() };
    format!("{} {} {text}\n", unix(line.at), line.kind.word())
}

/// The lines that the log itself wrote; whatever else is there is counted.
fn log_of(text: &str, redactor: &Redactor) -> String {
    let (lines, others): (Vec<_>, Vec<_>) = text.lines().partition(|line| log::is_log_line(line));
    let mut shown = redactor.text(&(lines.join("\n") + "\n"));
    if !others.is_empty() {
        let _ = writeln!(shown, "{} other lines", others.len());
    }
    shown
}

/// Whatever names the user, their computer and what they work on, or opens
/// something.
pub(super) fn redactor(contents: &Contents<'_>) -> Redactor {
    let Contents { home, env, report, activity, .. } = contents;
    let mut redactor = Redactor::default();
    for (number, profile) in report.snapshot.profiles.iter().enumerate() {
        redactor.replace(&profile.name, &format!("profile-{}", number + 1));
        redactor.replace(profile.email.as_deref().unwrap_or_default(), "<address>");
    }
    // Profiles that are called otherwise now, or are gone.
    let messages =
        activity.iter().filter_map(|line| serde_json::to_value(line.message.as_ref()?).ok());
    messages.for_each(|message| names_in(&message, &mut redactor));
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
    for (name, by) in NAMING {
        redactor.replace(env.get(name).unwrap_or_default(), by);
    }
    redactor.replace(&platform::host_name().unwrap_or_default(), "<host>");
    hide_configuration(home, &mut redactor);
    redactor
}

/// Names of profiles in messages.
fn names_in(message: &Value, redactor: &mut Redactor) {
    match message {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(name) if ["profile", "from", "to"].contains(&key.as_str()) => {
                        redactor.replace(name, "<profile>");
                    }
                    value => names_in(value, redactor),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names_in(item, redactor)),
        _ => {}
    }
}

/// What the user's own files hold must not come out through a log or a message.
fn hide_configuration(home: &Home, redactor: &mut Redactor) {
    let read = |name: &str| files::read_text_if_there(&home.codex_home.join(name)).ok().flatten();
    let entries = fs::read_dir(&home.codex_home).into_iter().flatten().filter_map(Result::ok);
    for name in entries.filter_map(|entry| entry.file_name().into_string().ok()) {
        let Some(layer) = name.strip_suffix("config.toml") else { continue };
        redactor.replace(layer.trim_end_matches('.'), "<layer>");
        redactor.hide_values_of(&read(&name).unwrap_or_default());
    }
    redactor.hide_variables_of(&read(".env").unwrap_or_default());
    let settings = files::read_text_if_there(&home.settings_file()).ok().flatten();
    redactor.hide_values_of(&settings.unwrap_or_default());
}

/// Without the address that holds the key, and without the owners of profiles.
pub(super) fn status(report: &Report) -> Value {
    let mut snapshot = report.snapshot.clone();
    let serving = snapshot.serving.take();
    for (number, profile) in (1..).zip(&mut snapshot.profiles) {
        let name = format!("profile-{number}");
        if serving.as_deref() == Some(&profile.name) {
            snapshot.serving = Some(name.clone());
        }
        profile.name = name;
    }
    let mut status = serde_json::to_value(Status::of(&snapshot, None)).unwrap_or_default();
    status["counters"] = serde_json::to_value(&report.counters).unwrap_or_default();
    status["headline"] = report.snapshot.headline.clone().into();
    status["binding"]["since"] = report.snapshot.binding.since.into();
    status["binding"]["message"] = report.snapshot.binding.message.clone().into();
    status
}

pub(super) fn machine(env: &Env, redactor: &Redactor) -> Value {
    let variables = TELLING.iter().filter_map(|name| Some((*name, env.get(name)?)));
    let variables =
        variables.map(|(name, value)| (name.to_owned(), redactor.variable(name, value).into()));
    json!({
        "rotunda": env!("CARGO_PKG_VERSION"),
        "system": std::env::consts::OS,
        "processor": std::env::consts::ARCH,
        "environment": variables.collect::<serde_json::Map<_, _>>(),
    })
}

/// The ends of our newest log files.
fn logs(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<_> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(log::NAME))
        .map(|entry| entry.path())
        .filter(|path| {
            path.symlink_metadata().is_ok_and(|data| data.is_file()) && log::is_log(path)
        })
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
