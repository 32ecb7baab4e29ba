//! Signing in from the window. How far it is stands in the snapshot.

use rotunda_core::Secret;
use rotunda_daemon::{daemon::SignInWish, settings::VaultKind, view::SignInMethod};
use tauri::State;

use super::{Answer, told};
use crate::shell::Shell;

#[tauri::command]
pub(super) async fn sign_in(
    shell: State<'_, Shell>,
    method: SignInMethod,
    profile: Option<String>,
    name: Option<String>,
) -> Answer<()> {
    // A code is typed wherever the user has a browser; a page of our own is opened here.
    let open_browser = method == SignInMethod::Browser;
    let wish = SignInWish { method, profile, name, open_browser };
    told(shell.daemon.sign_in(wish).await)
}

#[tauri::command]
pub(super) async fn sign_in_open(shell: State<'_, Shell>) -> Answer<()> {
    told(shell.daemon.sign_in_open().await)
}

#[tauri::command]
pub(super) async fn sign_in_paste(shell: State<'_, Shell>, address: String) -> Answer<()> {
    told(shell.daemon.sign_in_paste(&address).await)
}

#[tauri::command]
pub(super) async fn sign_in_choose(shell: State<'_, Shell>, workspace: String) -> Answer<()> {
    told(shell.daemon.sign_in_choose(&workspace).await)
}

#[tauri::command]
pub(super) async fn sign_in_cancel(shell: State<'_, Shell>) -> Answer<()> {
    told(shell.daemon.sign_in_cancel().await)
}

#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "commands get their state by value")]
pub(super) fn sign_in_dismiss(shell: State<'_, Shell>) {
    shell.daemon.sign_in_dismiss();
}

/// The key comes in and never goes out.
#[tauri::command]
pub(super) async fn add_key(
    shell: State<'_, Shell>,
    name: Option<String>,
    key: String,
) -> Answer<()> {
    told(shell.daemon.add_key(name, &Secret::new(key)).await)
}

#[tauri::command]
pub(super) async fn move_vault(shell: State<'_, Shell>, to: String) -> Answer<()> {
    let to = VaultKind::of_word(&to)
        .ok_or("Sign-ins rest in the keychain or in a file. Nothing was moved.")?;
    told(shell.daemon.move_vault(to).await)
}
