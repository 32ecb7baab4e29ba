//! What the window may ask: each command is one call of the daemon.
//!
//! The list stands in `build.rs` too, and `capabilities/main.json` grants each
//! one by name; a command missing there is refused.

mod codex;
mod gather;
mod settings;
mod sign_in;

use std::path::PathBuf;

use rotunda_core::ProfileId;
use rotunda_daemon::{
    daemon::CommandError,
    history::{HistoryView, RequestView},
    view::Snapshot,
};
use tauri::{AppHandle, State, Wry, ipc::Invoke};

use crate::{at_login, bell, shell::Shell};

/// One sentence for people.
type Answer<T> = Result<T, String>;

/// Calls the command that the window named.
pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        snapshot,
        refusal,
        bind,
        unbind,
        use_profile,
        pin,
        pause,
        rename,
        remove,
        import,
        starts_at_login,
        start_at_login,
        test_notification,
        settings::settings,
        settings::set_settings,
        reorder,
        reserve,
        switch_to_next,
        stop_waiting,
        refresh_quota,
        codex::bind_switch,
        codex::open_config,
        history,
        requests,
        codex::restore_preview,
        codex::restore,
        codex::leave_binding,
        codex::check,
        codex::bundle,
        codex::test_turn,
        codex::test_turn_cancel,
        sign_in::sign_in,
        sign_in::sign_in_open,
        sign_in::sign_in_paste,
        sign_in::sign_in_choose,
        sign_in::sign_in_cancel,
        sign_in::sign_in_dismiss,
        gather::found,
        gather::import_preview,
        gather::import_items,
        sign_in::add_key,
        sign_in::move_vault,
        settings::export_settings,
        settings::import_settings,
    ]
}

/// The daemon's text for a profile, read back.
pub(crate) fn id_of(text: &str) -> Answer<ProfileId> {
    text.parse().map_err(|_| "There is no such profile. Nothing was changed.".to_owned())
}

/// What the daemon answered, as the window hears it.
fn told<T>(outcome: Result<T, CommandError>) -> Answer<()> {
    outcome.map(drop).map_err(|error| error.to_string())
}

#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "commands get their state by value")]
fn snapshot(shell: State<'_, Shell>) -> Snapshot {
    Snapshot::clone(&shell.daemon.watch().borrow())
}

#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "commands get their state by value")]
fn refusal(shell: State<'_, Shell>) -> Option<String> {
    shell.take_refusal()
}

#[tauri::command]
async fn bind(shell: State<'_, Shell>) -> Answer<()> {
    told(shell.daemon.bind().await)
}

#[tauri::command]
async fn unbind(shell: State<'_, Shell>) -> Answer<()> {
    told(shell.daemon.unbind().await)
}

#[tauri::command]
async fn use_profile(shell: State<'_, Shell>, id: String) -> Answer<()> {
    told(shell.daemon.use_profile(id_of(&id)?).await)
}

#[tauri::command]
async fn pin(shell: State<'_, Shell>, id: Option<String>) -> Answer<()> {
    let id = id.as_deref().map(id_of).transpose()?;
    told(shell.daemon.pin(id).await)
}

#[tauri::command]
async fn pause(shell: State<'_, Shell>, id: String, paused: bool) -> Answer<()> {
    told(shell.daemon.pause(id_of(&id)?, paused).await)
}

#[tauri::command]
async fn rename(shell: State<'_, Shell>, id: String, name: String) -> Answer<()> {
    told(shell.daemon.rename(id_of(&id)?, &name).await)
}

#[tauri::command]
async fn remove(shell: State<'_, Shell>, id: String) -> Answer<()> {
    told(shell.daemon.remove(id_of(&id)?).await)
}

#[tauri::command]
async fn import(shell: State<'_, Shell>, path: String, name: Option<String>) -> Answer<()> {
    let path = from_home(&path, std::env::home_dir());
    told(shell.daemon.import(path, name).await)
}

#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "commands get the app by value")]
fn starts_at_login(app: AppHandle) -> bool {
    at_login::is_on(&app)
}

#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "commands get the app by value")]
fn start_at_login(app: AppHandle, on: bool) -> Answer<()> {
    at_login::set(&app, on)
}

#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "commands get the app by value")]
fn test_notification(app: AppHandle, shell: State<'_, Shell>) {
    bell::test(&app, shell.daemon.watch().borrow().language);
}

#[tauri::command]
async fn reorder(shell: State<'_, Shell>, ids: Vec<String>) -> Answer<()> {
    let ids = ids.iter().map(|id| id_of(id)).collect::<Answer<Vec<_>>>()?;
    told(shell.daemon.reorder(&ids).await)
}

#[tauri::command]
async fn reserve(shell: State<'_, Shell>, id: String, percent: Option<f64>) -> Answer<()> {
    told(shell.daemon.reserve(id_of(&id)?, percent).await)
}

#[tauri::command]
async fn switch_to_next(shell: State<'_, Shell>) -> Answer<()> {
    told(shell.daemon.switch_to_next().await)
}

#[tauri::command]
async fn stop_waiting(shell: State<'_, Shell>) -> Answer<()> {
    shell.daemon.stop_waiting().await;
    Ok(())
}

#[tauri::command]
async fn refresh_quota(shell: State<'_, Shell>) -> Answer<()> {
    told(shell.daemon.refresh_quota().await)
}

#[tauri::command]
async fn history(shell: State<'_, Shell>, days: u32) -> Answer<HistoryView> {
    shell.daemon.history(days).await.map_err(|error| error.to_string())
}

#[tauri::command]
async fn requests(shell: State<'_, Shell>, limit: u32) -> Answer<Vec<RequestView>> {
    shell.daemon.requests(limit).await.map_err(|error| error.to_string())
}

/// People write `~/.codex`; there is no command line here that would expand it.
pub(crate) fn from_home(path: &str, home: Option<PathBuf>) -> PathBuf {
    let below = if path == "~" { Some("") } else { path.strip_prefix("~/") };
    below.zip(home).map_or_else(|| PathBuf::from(path), |(below, home)| home.join(below))
}

#[cfg(test)]
mod tests {
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
        // A command of a file of its own is named with its file.
        let words = words.map(|word| word.rsplit("::").next().unwrap_or(word));
        words.filter(|word| !word.is_empty()).collect()
    }

    #[test]
    fn what_is_handled_is_declared_and_granted_and_nothing_else() {
        let handled = list(include_str!("commands.rs"), concat!("generate_", "handler!["));
        assert_eq!(handled, list(include_str!("../build.rs"), "COMMANDS: &[&str] = &["));
        let granted = list(include_str!("../capabilities/main.json"), "\"permissions\": [");
        let events = ["core:event:allow-listen", "core:event:allow-unlisten"].map(str::to_owned);
        let ours = handled.iter().map(|name| format!("allow-{}", name.replace('_', "-")));
        assert_eq!(granted, events.into_iter().chain(ours).collect::<Vec<_>>());
    }
}
