//! What the window may ask: each command is one call of the daemon.
//!
//! The list stands in `build.rs` too, and `capabilities/main.json` grants each
//! one by name; a command missing there is refused in the window's process, one
//! missing here is refused again.

mod settings;

use std::{future::Future, path::PathBuf};

use rotunda_core::{Language, ProfileId, Reader, Secret, words::Refusal};
use rotunda_daemon::{
    daemon::{CommandError, Daemon, ImportPick, SignInWish},
    settings::VaultKind,
    view::SignInMethod,
};
use serde::{Deserialize, Serialize};
use serde_json::{
    Map, Value,
    value::{RawValue, to_raw_value},
};
use tauri::{AppHandle, Manager};

use crate::{at_login, bell, refused::Refused, shell::Shell};

/// What goes back: JSON, or one sentence for people.
pub(crate) type Answer = Result<Box<RawValue>, String>;
/// The same before it is a sentence.
type Carried = Result<Box<RawValue>, Refused>;

/// What the window asks for. It can hold an API key, so it cannot be printed.
#[derive(Deserialize)]
#[serde(tag = "command", content = "arguments")]
#[serde(rename_all = "snake_case", rename_all_fields = "camelCase")]
enum Command {
    Snapshot {},
    Refusal {},
    Bind {},
    Unbind {},
    UseProfile { id: String },
    Pin { id: Option<String> },
    Pause { id: String, paused: bool },
    Rename { id: String, name: String },
    Remove { id: String },
    Import { path: String, name: Option<String> },
    StartsAtLogin {},
    StartAtLogin { on: bool },
    TestNotification {},
    Settings {},
    SetSettings { patch: Map<String, Value> },
    Reorder { ids: Vec<String> },
    Reserve { id: String, percent: Option<f64> },
    SwitchToNext {},
    StopWaiting {},
    RefreshQuota {},
    BindSwitch {},
    OpenConfig {},
    History { days: u32 },
    Requests { limit: u32 },
    RestorePreview {},
    Restore {},
    LeaveBinding {},
    Check {},
    Bundle { path: String },
    TestTurn { profile: Option<String> },
    TestTurnCancel { number: Option<u64> },
    SignIn { method: SignInMethod, profile: Option<String>, name: Option<String> },
    SignInOpen {},
    SignInPaste { address: String },
    SignInChoose { workspace: String },
    SignInCancel {},
    SignInDismiss {},
    Found {},
    ImportPreview { path: String },
    ImportItems { path: Option<String>, picks: Vec<ImportPick> },
    AddKey { name: Option<String>, key: String },
    MoveVault { to: String },
    ExportSettings { path: String },
    ImportSettings { path: String },
}

/// Does what the window named, with the arguments it gave.
pub(crate) async fn answer(app: &AppHandle, name: &str, arguments: Value) -> Answer {
    let carried = match read(name, arguments) {
        // Boxed: it is as large as the largest of all commands.
        Ok(command) => Box::pin(carry_out(app, command)).await,
        Err(refusal) => Err(refusal.into()),
    };
    carried.map_err(|refused| refused.to(Reader::of(language_of(&app.state::<Shell>().daemon))))
}

/// What is wrong is not repeated: it may be a key.
fn read(name: &str, arguments: Value) -> Result<Command, Refusal> {
    let asked = Map::from_iter([
        ("command".to_owned(), Value::from(name)),
        ("arguments".to_owned(), arguments),
    ]);
    Command::deserialize(Value::Object(asked)).map_err(|_| Refusal::Unknown(name.to_owned()))
}

/// One line for each command.
async fn carry_out(app: &AppHandle, command: Command) -> Carried {
    let shell = app.state::<Shell>();
    let daemon = &shell.daemon;
    match command {
        Command::Snapshot {} => json(&**daemon.watch().borrow()),
        Command::Refusal {} => json(&shell.take_refusal()),
        Command::Bind {} => done(daemon.bind()).await,
        Command::Unbind {} => done(daemon.unbind()).await,
        Command::UseProfile { id } => done(daemon.use_profile(id_of(&id)?)).await,
        Command::Pin { id } => done(daemon.pin(id.as_deref().map(id_of).transpose()?)).await,
        Command::Pause { id, paused } => done(daemon.pause(id_of(&id)?, paused)).await,
        Command::Rename { id, name } => done(daemon.rename(id_of(&id)?, &name)).await,
        Command::Remove { id } => done(daemon.remove(id_of(&id)?)).await,
        Command::Import { path, name } => done(daemon.import(place(&path), name)).await,
        Command::StartsAtLogin {} => json(&at_login::is_on(app)),
        Command::StartAtLogin { on } => json(&at_login::set(app, on)?),
        Command::TestNotification {} => json(&bell::test(app, language_of(daemon))),
        Command::Settings {} => json(&settings::shown(app).await),
        Command::SetSettings { patch } => json(&settings::set(app, patch).await?),
        Command::Reorder { ids } => done(daemon.reorder(&ids_of(&ids)?)).await,
        Command::Reserve { id, percent } => done(daemon.reserve(id_of(&id)?, percent)).await,
        Command::SwitchToNext {} => done(daemon.switch_to_next()).await,
        Command::StopWaiting {} => json(&daemon.stop_waiting().await),
        Command::RefreshQuota {} => done(daemon.refresh_quota()).await,
        Command::BindSwitch {} => done(daemon.bind_switch()).await,
        Command::OpenConfig {} => done(daemon.open_config()).await,
        Command::History { days } => told(daemon.history(days)).await,
        Command::Requests { limit } => told(daemon.requests(limit)).await,
        Command::RestorePreview {} => told(daemon.restore_preview()).await,
        Command::Restore {} => done(daemon.restore()).await,
        Command::LeaveBinding {} => done(daemon.leave_binding()).await,
        Command::Check {} => json(&daemon.check().await),
        Command::Bundle { path } => told(daemon.bundle(&place(&path))).await,
        Command::TestTurn { profile } => done(daemon.test_turn(profile)).await,
        Command::TestTurnCancel { number } => json(&daemon.test_turn_cancel(number)),
        Command::SignIn { method, profile, name } => {
            done(daemon.sign_in(wish(method, profile, name))).await
        }
        Command::SignInOpen {} => done(daemon.sign_in_open()).await,
        Command::SignInPaste { address } => done(daemon.sign_in_paste(&address)).await,
        Command::SignInChoose { workspace } => done(daemon.sign_in_choose(&workspace)).await,
        Command::SignInCancel {} => done(daemon.sign_in_cancel()).await,
        Command::SignInDismiss {} => json(&daemon.sign_in_dismiss()),
        Command::Found {} => told(daemon.found()).await,
        Command::ImportPreview { path } => told(daemon.import_preview(place(&path))).await,
        Command::ImportItems { path, picks } => {
            told(daemon.import_items(path.as_deref().map(place), picks)).await
        }
        Command::AddKey { name, key } => done(daemon.add_key(name, &Secret::new(key))).await,
        Command::MoveVault { to } => done(daemon.move_vault(vault_of(&to)?)).await,
        Command::ExportSettings { path } => done(daemon.export_settings(&place(&path))).await,
        Command::ImportSettings { path } => done(daemon.import_settings(&place(&path))).await,
    }
}

/// What the daemon answered, as the window hears it.
async fn told<T: Serialize>(outcome: impl Future<Output = Result<T, CommandError>>) -> Carried {
    json(&outcome.await?)
}

/// That it was done; what came of it stands in the snapshot.
async fn done<T>(outcome: impl Future<Output = Result<T, CommandError>>) -> Carried {
    json(&outcome.await.map(drop)?)
}

fn json(value: &impl Serialize) -> Carried {
    to_raw_value(value).map_err(|error| Refusal::Answer(error.to_string()).into())
}

pub(crate) fn language_of(daemon: &Daemon) -> Language {
    daemon.watch().borrow().language
}

/// The daemon's text for a profile, read back.
pub(crate) fn id_of(text: &str) -> Result<ProfileId, Refusal> {
    text.parse().map_err(|_| Refusal::NoProfile)
}

fn ids_of(texts: &[String]) -> Result<Vec<ProfileId>, Refusal> {
    texts.iter().map(|text| id_of(text)).collect()
}

fn vault_of(word: &str) -> Result<VaultKind, Refusal> {
    VaultKind::of_word(word).ok_or(Refusal::NoPlace)
}

/// A code is typed wherever the user has a browser; a page of our own is opened here.
fn wish(method: SignInMethod, profile: Option<String>, name: Option<String>) -> SignInWish {
    SignInWish { method, profile, name, open_browser: method == SignInMethod::Browser }
}

/// People write `~/.codex`; there is no command line here that would expand it.
fn place(path: &str) -> PathBuf {
    from_home(path, std::env::home_dir())
}

fn from_home(path: &str, home: Option<PathBuf>) -> PathBuf {
    let below = if path == "~" { Some("") } else { path.strip_prefix("~/") };
    below.zip(home).map_or_else(|| PathBuf::from(path), |(below, home)| home.join(below))
}

#[cfg(test)]
mod tests {
    use rotunda_core::Words;
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        assert_eq!(from_home(path, Some(PathBuf::from("/home/ada"))), PathBuf::from(expected));
    }

    #[test]
    fn a_tilde_is_the_home_folder() {
        check("~", "/home/ada");
        check("~/.codex", "/home/ada/.codex");
        check("~other/.codex", "~other/.codex");
        check("/etc/~", "/etc/~");
    }

    /// The words of a list in a source file, from a mark to the closing bracket.
    fn list<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
        let rest = text.split(mark).nth(1).expect("the list is there");
        let inside = rest.split(']').next().unwrap_or_default();
        let words = inside.split(',').map(|word| word.trim().trim_matches('"'));
        words.filter(|word| !word.is_empty()).collect()
    }

    /// Every command there is, in order: the complaint about an unknown one
    /// names them all.
    fn handled() -> Vec<String> {
        let complaint = Command::deserialize(json!({"command": "nothing", "arguments": {}}));
        let complaint = complaint.err().expect("is refused").to_string();
        let names = complaint.split('`').skip(3).step_by(2);
        names.map(str::to_owned).collect()
    }

    #[test]
    fn what_is_handled_is_declared_and_granted_and_nothing_else() {
        let handled = handled();
        assert_eq!(handled, list(include_str!("../build.rs"), "COMMANDS: &[&str] = &["));
        let granted = list(include_str!("../capabilities/main.json"), "\"permissions\": [");
        let events = ["core:event:allow-listen", "core:event:allow-unlisten"].map(str::to_owned);
        let ours = handled.iter().map(|name| format!("allow-{}", name.replace('_', "-")));
        assert_eq!(granted, events.into_iter().chain(ours).collect::<Vec<_>>());
    }

    #[test]
    fn arguments_are_read_as_the_page_writes_them() {
        let one = read("pause", json!({"id": "p-1", "paused": true}));
        assert!(matches!(one, Ok(Command::Pause { paused: true, .. })));
        // What is not said is none.
        assert!(matches!(read("pin", json!({})), Ok(Command::Pin { id: None })));
        assert!(matches!(read("bind", json!({})), Ok(Command::Bind {})));
    }

    #[test]
    fn what_cannot_be_read_is_refused_without_repeating_it() {
        for (name, arguments) in [
            ("add_key", json!({"key": ["sk-private"]})),
            ("add_key", json!("sk-private")),
            ("erase_everything", json!({"key": "sk-private"})),
            ("pin", Value::Null),
        ] {
            let refusal = read(name, arguments).err().expect("is refused");
            let refusal = refusal.to(Reader::of(Language::English));
            assert!(refusal.contains(name) && !refusal.contains("private"), "{refusal}");
        }
    }
}
