//! What the window and the tray can do has a command. Both lists are read from where they
//! are made; a new entry without its command fails here.

use super::command;

/// The list of the window's commands.
const WINDOW: &str = include_str!("../../../../src/commands/list.rs");
/// The menu of the tray.
const TRAY: &str = include_str!("../../../../src/menu.rs");

/// Each command of the window, and what is typed for the same.
const OF_WINDOW: &[(&str, &str)] = &[
    ("Snapshot", "status --json"),
    // Why the last wish was refused: a command says so itself.
    ("Refusal", "status"),
    ("Bind", "bind"),
    ("Unbind", "unbind"),
    ("UseProfile", "use work"),
    ("Pin", "pin work"),
    ("Pause", "pause work"),
    ("Rename", "rename work studio"),
    ("Remove", "remove work"),
    ("Import", "import auth.json"),
    ("StartsAtLogin", "autostart status"),
    ("StartAtLogin", "autostart on"),
    ("TestNotification", "test-notification low"),
    ("Alerts", "settings list"),
    ("Settings", "settings list"),
    ("SetSettings", "settings set rotation.policy my-order"),
    ("Reorder", "order work home"),
    ("Reserve", "reserve work 10"),
    ("AllowCredits", "credits work when_all_out"),
    // It asks, and uses one when the answer is yes.
    ("RedeemQuestion", "redeem work"),
    ("Redeem", "redeem work"),
    ("SwitchToNext", "next"),
    ("RevokeClient", "client revoke editor"),
    ("StopWaiting", "stop-waiting"),
    ("RefreshQuota", "quota --refresh"),
    ("BindSwitch", "bind --switch"),
    // The path, for the editor of the user's choice.
    ("OpenConfig", "paths"),
    ("History", "history"),
    ("Requests", "requests"),
    ("Forecast", "forecast"),
    ("Usage", "usage --by model"),
    ("UsageCsv", "usage --by model --csv"),
    ("Hooks", "hooks"),
    ("TryHook", "hooks try rotated"),
    // It shows what it would change, and asks.
    ("RestorePreview", "restore"),
    ("Restore", "restore --yes"),
    ("LeaveBinding", "leave-binding"),
    ("Check", "doctor"),
    ("Bundle", "doctor --bundle help.tar.gz"),
    ("TestTurn", "check --profile work"),
    // The command that made it ends it with Ctrl+C.
    ("TestTurnCancel", "check"),
    ("SignIn", "login"),
    ("SignInOpen", "login"),
    ("SignInPaste", "login --no-browser"),
    ("SignInChoose", "login"),
    ("SignInCancel", "login"),
    ("SignInDismiss", "login"),
    ("Found", "import"),
    ("ImportPreview", "import auth.json --preview"),
    ("ImportItems", "import --found 1"),
    ("AddKey", "add-key"),
    ("MoveVault", "vault move keychain"),
    ("ExportSettings", "export settings.json"),
    ("ImportSettings", "import-settings settings.json"),
];

/// Each click on the tray's menu. What opens something for the eye has none.
const OF_TRAY: &[(&str, Option<&str>)] = &[
    ("Open", None),
    ("Use", Some("use work")),
    ("Next", Some("next")),
    ("SignIn", Some("login --profile work")),
    ("Pin", Some("pin work")),
    ("Bind", Some("bind")),
    ("Unbind", Some("unbind")),
    ("GetWebView", None),
    // It opens a page of a newer version, whose address `status` says.
    ("OpenUpdate", None),
    // It ends the app; a router of `serve` ends by a signal.
    ("Quit", Some("unbind")),
];

#[track_caller]
fn is_understood(typed: &str) {
    let words = std::iter::once("rotunda").chain(typed.split(' '));
    let understood = command().try_get_matches_from(words);
    assert!(understood.is_ok(), "{typed}: {}", understood.unwrap_err());
}

#[test]
fn each_command_of_the_window_can_be_typed() {
    let lines = WINDOW.lines().filter_map(|line| line.strip_prefix("    "));
    let there: Vec<_> = lines.filter_map(|line| line.split_once(" {")).map(|it| it.0).collect();
    let listed: Vec<_> = OF_WINDOW.iter().map(|it| it.0).collect();
    assert!(there.len() > 40);
    for name in &there {
        assert!(
            listed.contains(name),
            "the window can {name}: give it a command, and list it here"
        );
    }
    for (name, typed) in OF_WINDOW {
        assert!(there.contains(name), "the window has no {name} any more");
        is_understood(typed);
    }
}

#[test]
fn each_click_on_the_tray_can_be_typed() {
    let actions = TRAY.split_once("pub(crate) enum Action {").map(|it| it.1).unwrap_or_default();
    let actions = actions.split_once("\n}").map(|it| it.0).unwrap_or_default();
    let lines = actions.lines().map(str::trim).filter(|line| !line.starts_with("///"));
    let names = lines.filter_map(|line| line.split(['(', ',']).next()).filter(|it| !it.is_empty());
    let there: Vec<_> = names.collect();
    assert_eq!(there, OF_TRAY.iter().map(|it| it.0).collect::<Vec<_>>());
    OF_TRAY.iter().filter_map(|it| it.1).for_each(is_understood);
}
