//! Importing several sign-ins: what there is, and taking over what was picked.

use rotunda_daemon::daemon::{ImportItem, ImportPick, ImportResult};
use tauri::State;

use super::{Answer, from_home};
use crate::shell::Shell;

#[tauri::command]
pub(super) async fn found(shell: State<'_, Shell>) -> Answer<Vec<ImportItem>> {
    shell.daemon.found().await.map_err(|error| error.to_string())
}

#[tauri::command]
pub(super) async fn import_preview(
    shell: State<'_, Shell>,
    path: String,
) -> Answer<Vec<ImportItem>> {
    let path = from_home(&path, std::env::home_dir());
    shell.daemon.import_preview(path).await.map_err(|error| error.to_string())
}

#[tauri::command]
pub(super) async fn import_items(
    shell: State<'_, Shell>,
    path: Option<String>,
    picks: Vec<ImportPick>,
) -> Answer<Vec<ImportResult>> {
    let path = path.map(|path| from_home(&path, std::env::home_dir()));
    shell.daemon.import_items(path, picks).await.map_err(|error| error.to_string())
}
