//! One command of the user's `[hooks]`: what it is told, and how it runs.
//!
//! It gets an event as JSON on its input and in a few variables: kinds, names of profiles,
//! times and sentences, as Activity has them. Nothing of a request and no credential.

use std::{ffi::OsStr, process::Stdio, time::Duration};

use rotunda_host::{blocking::blocking, clock::unix, home::Env, platform, settings::HookKind};
use rotunda_text::{ActivityMessage, HookFailure, Locale, Localize, message};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
    time::timeout,
};

/// A command runs no longer; then it is ended with everything it started.
pub const LIMIT: Duration = Duration::from_secs(30);
/// The form of [`HookEvent`] as JSON. It goes up when a key changes its meaning.
const VERSION: u32 = 1;
/// So much of a command's output is shown, in bytes.
const LONGEST_OUTPUT: usize = 4096;
/// What a command that has ended left in its pipes arrives within this time.
const REST: Duration = Duration::from_millis(500);
/// Variables of ours and of Codex's, by their beginning.
const OURS: [&str; 5] = ["ROTUNDA_", "CODEX_", "OPENAI_", "LISTEN_", "NOTIFY_SOCKET"];
/// Of these, those that name a folder: a command may run `rotunda` or `codex`.
const FOLDERS: [&str; 2] = ["ROTUNDA_HOME", "CODEX_HOME"];
/// Words in the name of a variable that holds a secret.
const SECRET: [&str; 6] = ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSPHRASE", "CREDENTIAL"];

/// What a command is told.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HookEvent {
    /// Of this form.
    pub version: u32,
    /// Such as `rotated`, as in `[hooks]`.
    pub kind: String,
    /// When, in seconds since 1970.
    pub at: i64,
    /// A sentence in the language of the settings.
    pub text: String,
    /// The name of the profile that it is about; null when it is about none.
    pub profile: Option<String>,
    /// The same as data, as far as there is more; null otherwise.
    pub details: Value,
    /// It did not happen: the user tries the hook.
    pub test: bool,
}

impl HookEvent {
    /// Of a line of Activity.
    pub(crate) fn of_line(kind: HookKind, message: &ActivityMessage, locale: Locale) -> Self {
        let details = serde_json::to_value(message).unwrap_or_default();
        let inner = details.as_object().and_then(|it| it.values().next());
        let name = inner.and_then(|it| it["profile"].as_str().or_else(|| it["to"].as_str()));
        let profile = name.filter(|name| !name.is_empty()).map(str::to_owned);
        Self { profile, details, ..Self::of_text(kind, message.to(locale), locale) }
    }

    /// Of a sentence alone.
    pub(crate) fn of_text(kind: HookKind, text: String, locale: Locale) -> Self {
        Self {
            version: VERSION,
            kind: kind.word().to_owned(),
            at: unix(locale.now),
            text,
            profile: None,
            details: Value::Null,
            test: false,
        }
    }

    /// For a command that the user tries.
    pub fn test(kind: HookKind, locale: Locale) -> Self {
        let text = message!("hook-test", hook = kind.word()).to(locale);
        Self { test: true, ..Self::of_text(kind, text, locale) }
    }
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookRun {
    /// None when it did its work.
    pub failure: Option<HookFailure>,
    /// What it printed, its errors last; cut when it is long.
    pub output: String,
}

/// How a hook that was tried ended, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HookTried {
    /// It did its work.
    pub worked: bool,
    /// The same as a sentence.
    pub text: String,
    /// What it printed.
    pub output: String,
}

impl HookTried {
    /// In a language.
    pub fn of(run: HookRun, kind: HookKind, locale: Locale) -> Self {
        let text = match &run.failure {
            None => message!("hook-worked", hook = kind.word()),
            Some(why) => {
                message!("activity-hook-failed", hook = kind.word(), why = why.message())
            }
        };
        Self { worked: run.failure.is_none(), text: text.to(locale), output: run.output }
    }
}

/// Runs a command to its end, or until `limit` has passed.
pub async fn run(command: &str, event: &HookEvent, env: &Env, limit: Duration) -> HookRun {
    let mut process = match prepared(command, event, env).spawn() {
        Ok(process) => process,
        Err(error) => {
            let failure = Some(HookFailure::NotStarted(error.to_string()));
            return HookRun { failure, output: String::new() };
        }
    };
    let mut group = Group { process: process.id() };
    let text = serde_json::to_vec(event).expect("our own types are JSON");
    let told = process.stdin.take().map(|mut input| {
        // A command that does not read it ends all the same.
        tokio::spawn(async move { drop(input.write_all(&text).await) })
    });
    let printed = tokio::spawn(beginning(process.stdout.take()));
    let complained = tokio::spawn(beginning(process.stderr.take()));
    let failure = end_of(&mut process, &mut group, limit).await;
    if let Some(told) = told {
        told.abort();
    }
    let mut output = String::new();
    for part in [printed, complained] {
        // What it left running may hold the pipe for long.
        if let Ok(Ok(part)) = timeout(REST, part).await {
            output.push_str(&part);
        }
    }
    HookRun { failure, output: output.trim_end().to_owned() }
}

fn prepared(command: &str, event: &HookEvent, env: &Env) -> Command {
    let mut process = platform::shell(command);
    process.env_clear().envs(env.iter().filter(|(name, _)| is_passed_on(name)));
    process.env("ROTUNDA_EVENT", &event.kind).env("ROTUNDA_TEXT", &event.text);
    process.env("ROTUNDA_AT", event.at.to_string());
    process.env("ROTUNDA_PROFILE", event.profile.as_deref().unwrap_or_default());
    if let Some(home) = env.user_home().filter(|home| home.is_dir()) {
        process.current_dir(home);
    }
    process.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    process.kill_on_drop(true);
    process
}

fn is_passed_on(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    let is_ours = OURS.iter().any(|start| name.starts_with(start));
    let is_secret = SECRET.iter().any(|word| name.contains(word));
    FOLDERS.contains(&name.as_str()) || !(is_ours || is_secret)
}

async fn end_of(process: &mut Child, group: &mut Group, limit: Duration) -> Option<HookFailure> {
    let Ok(ended) = timeout(limit, process.wait()).await else {
        group.end().await;
        let _ = process.wait().await;
        return Some(HookFailure::TooLong(limit.as_secs().max(1)));
    };
    // From now on its number may be another's.
    group.process = None;
    match ended.map(|status| (status.success(), status.code())) {
        Ok((true, _)) => None,
        Ok((false, Some(code))) => Some(HookFailure::Code(code)),
        Ok((false, None)) => Some(HookFailure::Signal),
        Err(error) => Some(HookFailure::NotStarted(error.to_string())),
    }
}

/// What a command prints, up to a bound; the rest is read and left out.
async fn beginning(pipe: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut pipe) = pipe else { return String::new() };
    let (mut text, mut piece) = (Vec::new(), [0; 1024]);
    while let Ok(length @ 1..) = pipe.read(&mut piece).await {
        let room = LONGEST_OUTPUT - text.len();
        text.extend_from_slice(&piece[..length.min(room)]);
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// A running command and what it started; dropped, all of it is ended.
struct Group {
    process: Option<u32>,
}

impl Group {
    async fn end(&mut self) {
        if let Some(process) = self.process.take() {
            blocking(move || platform::end_group(process, true)).await;
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(process) = self.process {
            platform::end_group(process, true);
        }
    }
}

#[cfg(test)]
#[path = "hook_tests.rs"]
mod tests;
