//! People read the language of their locale; scripts read English.

#![cfg(all(unix, not(target_os = "macos")))]

use std::fs;

use crate::place::{Sandbox, text};

/// The exit code, the output and the errors of a command in a locale.
fn run(sandbox: &Sandbox, locale: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = sandbox.command(arguments).env("LC_ALL", locale).output().unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

const GERMAN: &str = "de_DE.UTF-8";
const JAPANESE: &str = "ja_JP.UTF-8";

#[test]
fn the_command_line_has_the_language_of_its_locale() {
    let sandbox = Sandbox::new();
    let (_, german, _) = run(&sandbox, GERMAN, &["status"]);
    assert!(german.starts_with("Fügen Sie ein Profil hinzu, um zu beginnen\n"), "{german}");
    assert!(german.contains("  Router    läuft nicht;"), "{german}");
    let (_, japanese, _) = run(&sandbox, JAPANESE, &["profiles"]);
    assert!(japanese.starts_with("プロファイルはまだありません。"), "{japanese}");
    let (code, _, refused) = run(&sandbox, JAPANESE, &["pause", "work"]);
    assert_eq!(code, Some(1));
    assert!(refused.starts_with("rotunda: 「work」というプロファイルはありません。"), "{refused}");
    let (_, unknown, _) = run(&sandbox, "xx_XX.UTF-8", &["status"]);
    assert!(unknown.starts_with("Add a profile to start\n"), "{unknown}");
}

#[test]
fn a_running_rotunda_answers_in_the_language_of_who_asks() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let _serving = sandbox.serve(&[]);
    let (code, paused, _) = run(&sandbox, GERMAN, &["pause", "work"]);
    assert_eq!(code, Some(0));
    assert_eq!(paused, "work ist angehalten, bis `rotunda resume work`.\n");
    let (_, refused, error) = run(&sandbox, JAPANESE, &["pause", "home"]);
    assert_eq!(refused, "");
    assert!(error.contains("「home」というプロファイルはありません"), "{error}");
    let (_, activity, _) = run(&sandbox, JAPANESE, &["activity"]);
    assert!(activity.contains("work を一時停止しました"), "{activity}");
    let (_, profiles, _) = run(&sandbox, GERMAN, &["profiles"]);
    assert!(profiles.contains("Angehalten"), "{profiles}");
    assert!(sandbox.works(&["profiles"]).contains("Paused"), "without a locale it is English");
}

#[test]
fn the_settings_decide_before_the_locale() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("ours/config")).unwrap();
    fs::write(sandbox.path("ours/config/settings.toml"), "[ui]\nlanguage = \"de\"\n").unwrap();
    let (_, german, _) = run(&sandbox, JAPANESE, &["status"]);
    assert!(german.starts_with("Fügen Sie ein Profil hinzu"), "{german}");
}

#[test]
fn scripts_and_exit_codes_know_no_language() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    for arguments in [
        &["status", "--json"][..],
        &["profiles", "--json"],
        &["quota", "--json"],
        &["activity", "--json"],
        &["doctor", "--json"],
        &["import", "--json"],
    ] {
        let [english, japanese] = ["C", JAPANESE].map(|locale| run(&sandbox, locale, arguments));
        assert_eq!((english.0, english.1), (japanese.0, japanese.1), "{arguments:?}");
    }
    assert_eq!(run(&sandbox, "C", &["doctor"]).0, run(&sandbox, JAPANESE, &["doctor"]).0);
}
