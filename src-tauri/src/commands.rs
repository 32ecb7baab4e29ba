//! What the window may ask: each command is one call of the daemon.
//!
//! `commands/list.rs` is the list. `build.rs` declares the same list to Tauri, and
//! `capabilities/main.json` grants each command by name: what is not on the list
//! is refused in the window's process, and refused again here.

mod alerts;
#[cfg(test)]
#[path = "commands/generated_tests.rs"]
mod generated;
mod settings;

use std::{future::Future, path::PathBuf, sync::Arc};

use rotunda_core::{ProfileId, Secret, profile::UseCredits};
use rotunda_daemon::{
    control::NewProvider,
    daemon::{Audience, CommandError, Services, SignInRequest},
    usage::UsageBy,
    view::{ImportPick, SignInMethod},
};
use rotunda_host::{
    clock,
    settings::{NoticeKind, VaultKind},
    timezone,
};
use rotunda_text::{Language, Locale, Localize, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::{
    Map, Value,
    value::{RawValue, to_raw_value},
};
use tauri::AppHandle;

use crate::{
    at_login,
    notifier::Notifications,
    refused::{LastRefusal, Refused},
};

/// What goes back: JSON, or one sentence for people.
pub(crate) type Answer = Result<Box<RawValue>, String>;
/// The same before it is a sentence.
type CommandResult = Result<Box<RawValue>, Refused>;

/// What commands work with.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) app: AppHandle,
    /// Runs a command.
    pub(crate) daemon: Arc<Services>,
    pub(crate) notifications: Arc<Notifications>,
    pub(crate) last_refusal: Arc<LastRefusal>,
}

/// Makes the types of the commands from the one list of them.
macro_rules! commands {
    ($($name:ident { $($argument:ident: $type:ty),* } => $answer:ty,)+) => {
        /// What the window asks for. It can hold an API key, so it cannot be printed.
        #[derive(Deserialize)]
        #[serde(tag = "command", content = "arguments")]
        #[serde(rename_all = "snake_case", rename_all_fields = "camelCase")]
        enum Command {
            $($name { $($argument: $type),* },)+
        }

        /// What each command answers.
        #[allow(dead_code, reason = "a command that answers nothing needs no type")]
        mod answers {
            use super::*;

            $(pub(super) type $name = $answer;)+
        }

        /// Each command with its arguments and its answer, for the window's copy.
        #[cfg(test)]
        fn described(config: &ts_rs::Config) -> Vec<generated::Described> {
            use ts_rs::TS;

            vec![$(generated::Described {
                name: stringify!($name),
                arguments: vec![$((stringify!($argument), <$type as TS>::name(config))),*],
                answer: <$answer as TS>::name(config),
            }),+]
        }
    };
}

include!("commands/list.rs");

/// Does what the window named, with the arguments it gave.
pub(crate) async fn answer(context: &Context, name: &str, arguments: Value) -> Answer {
    let carried = match read(name, arguments) {
        // Boxed: it is as large as the largest of all commands.
        Ok(command) => Box::pin(carry_out(context, command)).await,
        Err(refusal) => Err(refusal.into()),
    };
    carried.map_err(|refused| refused.to(Locale::of(language_of(&context.daemon))))
}

/// What is wrong is not repeated: it may be a key.
fn read(name: &str, arguments: Value) -> Result<Command, Refusal> {
    let command = Map::from_iter([
        ("command".to_owned(), Value::from(name)),
        ("arguments".to_owned(), arguments),
    ]);
    Command::deserialize(Value::Object(command)).map_err(|_| Refusal::Unknown(name.to_owned()))
}

/// One line for each command.
#[expect(clippy::too_many_lines, reason = "one arm for each command, and nothing to decide")]
async fn carry_out(context: &Context, command: Command) -> CommandResult {
    let Context { app, daemon, notifications, last_refusal } = context;
    match command {
        Command::Snapshot {} => json::<answers::Snapshot>(&**daemon.snapshots.watch().borrow()),
        Command::Refusal {} => json::<answers::Refusal>(&last_refusal.take()),
        Command::Bind {} => done(daemon.binding.bind()).await,
        Command::Unbind {} => done(daemon.binding.unbind()).await,
        Command::UseProfile { id } => done(daemon.profiles.use_profile(id_of(&id)?)).await,
        Command::Pin { id } => {
            done(daemon.profiles.pin(id.as_deref().map(id_of).transpose()?)).await
        }
        Command::Pause { id, paused } => done(daemon.profiles.pause(id_of(&id)?, paused)).await,
        Command::Rename { id, name } => done(daemon.profiles.rename(id_of(&id)?, &name)).await,
        Command::Remove { id } => done(daemon.profiles.remove(id_of(&id)?)).await,
        Command::Import { path, name } => done(daemon.imports.import(place(&path), name)).await,
        Command::StartsAtLogin {} => json::<answers::StartsAtLogin>(&at_login::is_on()),
        Command::StartAtLogin { on } => json(&at_login::set(on)?),
        Command::TestNotification { kind } => {
            json(&notifications.test(app, language_of(daemon), kind))
        }
        Command::Alerts {} => json::<answers::Alerts>(&alerts::page(locale_of(daemon))),
        Command::Forecast {} => answered::<answers::Forecast>(daemon.forecasts.page()).await,
        Command::Settings {} => json::<answers::Settings>(&settings::shown(context).await),
        Command::SetSettings { patch } => {
            json::<answers::SetSettings>(&settings::set(context, patch).await?)
        }
        Command::Reorder { ids } => done(daemon.profiles.reorder(&ids_of(&ids)?)).await,
        Command::Reserve { id, percent } => {
            done(daemon.profiles.reserve(id_of(&id)?, percent)).await
        }
        Command::AllowCredits { id, consent } => {
            let consent = consent.as_deref().map(consent_of).transpose()?;
            done(daemon.profiles.allow_credits(id_of(&id)?, consent)).await
        }
        Command::RevokeClient { id } => {
            done(async { daemon.client_keys.revoke(&id).await.map(drop) }).await
        }
        Command::RedeemQuestion { id } => {
            let question = daemon.resets.question(id_of(&id)?, locale_of(daemon));
            answered::<answers::RedeemQuestion>(question).await
        }
        Command::Redeem { decision } => {
            let outcome = daemon.resets.redeem(&decision).await?;
            json::<answers::Redeem>(&outcome.text.to(locale_of(daemon)))
        }
        Command::SwitchToNext {} => done(daemon.profiles.switch_to_next()).await,
        Command::StopWaiting {} => json(&daemon.quota.stop_waiting().await),
        Command::RefreshQuota {} => done(daemon.quota.read()).await,
        Command::BindSwitch {} => done(daemon.binding.bind_switch()).await,
        Command::OpenConfig {} => done(daemon.binding.open_config()).await,
        Command::History { days } => {
            answered::<answers::History>(daemon.usage_history.history(days)).await
        }
        Command::Requests { limit } => {
            answered::<answers::Requests>(daemon.usage_history.requests(limit)).await
        }
        Command::Usage { by, days } => {
            answered::<answers::Usage>(daemon.usage_history.usage(by, days)).await
        }
        Command::UsageCsv { by, days } => {
            json::<answers::UsageCsv>(&daemon.usage_history.usage(by, days).await?.csv())
        }
        Command::Hooks {} => json::<answers::Hooks>(&daemon.hooks.list()),
        Command::TryHook { kind } => {
            answered::<answers::TryHook>(daemon.hooks.try_one(&kind)).await
        }
        Command::RestorePreview {} => {
            answered::<answers::RestorePreview>(daemon.binding.restore_preview()).await
        }
        Command::Restore {} => done(daemon.binding.restore()).await,
        Command::LeaveBinding {} => done(daemon.binding.leave()).await,
        Command::Check {} => json::<answers::Check>(&daemon.diagnosis.check().await),
        Command::Bundle { path } => {
            answered::<answers::Bundle>(daemon.diagnosis.bundle(&place(&path))).await
        }
        Command::TestTurn { profile } => done(daemon.test_turns.start(profile)).await,
        Command::TestTurnCancel { number } => json(&daemon.test_turns.cancel(number)),
        Command::SignIn { method, profile, name } => {
            done(daemon.sign_ins.start(sign_in_request(method, profile, name))).await
        }
        Command::SignInOpen {} => done(daemon.sign_ins.open()).await,
        Command::SignInPaste { address } => done(daemon.sign_ins.paste(&address)).await,
        Command::SignInChoose { workspace } => done(daemon.sign_ins.choose(&workspace)).await,
        Command::SignInCancel {} => done(daemon.sign_ins.cancel()).await,
        Command::SignInDismiss {} => json(&daemon.sign_ins.dismiss()),
        Command::Found {} => {
            answered::<answers::Found>(daemon.imports.found(window_of(daemon))).await
        }
        Command::ImportPreview { path } => {
            let found = daemon.imports.import_preview(place(&path), window_of(daemon));
            answered::<answers::ImportPreview>(found).await
        }
        Command::ImportItems { path, picks } => import_items(daemon, path, picks).await,
        Command::AddKey { name, key, provider } => {
            add_key(daemon, name, &Secret::new(key), provider).await
        }
        Command::MoveVault { to } => done(daemon.vault_migration.move_to(vault_of(&to)?)).await,
        Command::ExportSettings { path } => done(daemon.settings_export.write(&place(&path))).await,
        Command::ImportSettings { path } => done(daemon.settings_export.read(&place(&path))).await,
    }
}

async fn add_key(
    daemon: &Services,
    name: Option<String>,
    key: &Secret<String>,
    provider: Option<NewProvider>,
) -> CommandResult {
    match provider {
        None => done(daemon.api_keys.add(name, key)).await,
        Some(provider) => done(daemon.api_keys.add_provider(name, key, provider)).await,
    }
}

async fn import_items(
    daemon: &Services,
    path: Option<String>,
    picks: Vec<ImportPick>,
) -> CommandResult {
    let path = path.as_deref().map(place);
    let results = daemon.imports.import_items(path, picks, window_of(daemon));
    answered::<answers::ImportItems>(results).await
}

/// The daemon's answer as JSON.
async fn answered<T: Serialize>(
    outcome: impl Future<Output = Result<T, CommandError>>,
) -> CommandResult {
    json(&outcome.await?)
}

/// That it was done; what came of it stands in the snapshot.
async fn done<T>(outcome: impl Future<Output = Result<T, CommandError>>) -> CommandResult {
    json(&outcome.await.map(drop)?)
}

fn json<T: Serialize>(value: &T) -> CommandResult {
    to_raw_value(value).map_err(|error| Refusal::Answer(error.to_string()).into())
}

fn window_of(daemon: &Services) -> Audience {
    Audience::Window(language_of(daemon))
}

/// The language of the window, and the time here.
fn locale_of(daemon: &Services) -> Locale {
    let now = (clock::system())();
    timezone::locale(language_of(daemon), now)
}

pub(crate) fn language_of(daemon: &Services) -> Language {
    daemon.snapshots.watch().borrow().language
}

/// The daemon's text for a profile, read back.
pub(crate) fn id_of(text: &str) -> Result<ProfileId, Refusal> {
    text.parse().map_err(|_| Refusal::NoProfile)
}

fn ids_of(texts: &[String]) -> Result<Vec<ProfileId>, Refusal> {
    texts.iter().map(|text| id_of(text)).collect()
}

fn consent_of(word: &str) -> Result<UseCredits, Refusal> {
    UseCredits::of_word(word).ok_or_else(|| Refusal::Settings(word.to_owned()))
}

fn vault_of(word: &str) -> Result<VaultKind, Refusal> {
    VaultKind::of_word(word).ok_or(Refusal::NoPlace)
}

/// A code is typed wherever the user has a browser; a page of our own is opened here.
fn sign_in_request(
    method: SignInMethod,
    profile: Option<String>,
    name: Option<String>,
) -> SignInRequest {
    SignInRequest { method, profile, name, open_browser: method == SignInMethod::Browser }
}

/// People write `~/.codex`; there is no command line here that would expand it.
fn place(path: &str) -> PathBuf {
    from_home(path, std::env::home_dir())
}

fn from_home(path: &str, home: Option<PathBuf>) -> PathBuf {
    let after = path.strip_prefix('~');
    let below = after.and_then(|after| match after.strip_prefix(std::path::is_separator) {
        None if !after.is_empty() => None,
        below => Some(below.unwrap_or_default()),
    });
    below.zip(home).map_or_else(|| PathBuf::from(path), |(below, home)| home.join(below))
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn arguments_are_read_as_the_page_writes_them() {
        let one = read("pause", json!({"id": "p-1", "paused": true}));
        assert!(matches!(one, Ok(Command::Pause { paused: true, .. })));
        // What is missing is none.
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
            let refusal = refusal.to(Locale::of(Language::ENGLISH));
            assert!(refusal.contains(name) && !refusal.contains("private"), "{refusal}");
        }
    }
}
