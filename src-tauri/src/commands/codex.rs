//! Codex's binding, from the tab about it.

use rotunda_daemon::{bind::Restoring, doctor::Findings};
use tauri::State;

use super::{Answer, told};
use crate::shell::Shell;

#[tauri::command]
pub(super) async fn bind_switch(shell: State<'_, Shell>) -> Answer<()> {
    told(shell.daemon.bind_switch().await)
}

#[tauri::command]
pub(super) async fn restore_preview(shell: State<'_, Shell>) -> Answer<Restoring> {
    shell.daemon.restore_preview().await.map_err(|error| error.to_string())
}

#[tauri::command]
pub(super) async fn restore(shell: State<'_, Shell>) -> Answer<()> {
    told(shell.daemon.restore().await)
}

#[tauri::command]
pub(super) async fn leave_binding(shell: State<'_, Shell>) -> Answer<()> {
    told(shell.daemon.leave_binding().await)
}

#[tauri::command]
pub(super) async fn open_config(shell: State<'_, Shell>) -> Answer<()> {
    told(shell.daemon.open_config().await)
}

#[tauri::command]
pub(super) async fn check(shell: State<'_, Shell>) -> Answer<Findings> {
    Ok(shell.daemon.check().await)
}

#[tauri::command]
pub(super) async fn bundle(shell: State<'_, Shell>, path: String) -> Answer<String> {
    let path = super::from_home(&path, std::env::home_dir());
    shell.daemon.bundle(&path).await.map_err(|error| error.to_string())
}

#[tauri::command]
pub(super) async fn test_turn(shell: State<'_, Shell>, profile: Option<String>) -> Answer<()> {
    told(shell.daemon.test_turn(profile).await)
}

#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "commands get their state by value")]
pub(super) fn test_turn_cancel(shell: State<'_, Shell>, number: Option<u64>) {
    shell.daemon.test_turn_cancel(number);
}
