//! Declares what the window may ask for, so that everything else is refused.

use tauri_build::{AppManifest, Attributes};

/// The commands of `src/commands.rs`; each becomes a permission that
/// `capabilities/main.json` grants by name.
const COMMANDS: &[&str] = &[
    "snapshot",
    "refusal",
    "bind",
    "unbind",
    "use_profile",
    "pin",
    "pause",
    "rename",
    "remove",
    "import",
    "starts_at_login",
    "start_at_login",
    "test_notification",
    "settings",
    "set_settings",
    "reorder",
    "reserve",
    "switch_to_next",
    "stop_waiting",
    "refresh_quota",
    "bind_switch",
    "open_config",
    "history",
    "requests",
    "restore_preview",
    "restore",
    "leave_binding",
    "check",
    "bundle",
    "test_turn",
    "test_turn_cancel",
    "sign_in",
    "sign_in_open",
    "sign_in_paste",
    "sign_in_choose",
    "sign_in_cancel",
    "sign_in_dismiss",
    "found",
    "import_preview",
    "import_items",
    "add_key",
    "move_vault",
    "export_settings",
    "import_settings",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let attributes = Attributes::new().app_manifest(AppManifest::new().commands(COMMANDS));
    Ok(tauri_build::try_build(attributes)?)
}
