//! `rotunda settings`, `autostart` and `paths`: what a window would change, without one.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::place::{Sandbox, files, text};

fn key<'a>(all: &'a Value, name: &str) -> &'a Value {
    all.as_array().unwrap().iter().find(|it| it["key"] == name).unwrap()
}

#[test]
fn every_key_is_listed_with_its_value_and_source_and_nothing_is_written() {
    let sandbox = Sandbox::new();
    let all = sandbox.json(&["settings", "--json"]);
    assert_eq!(all, sandbox.json(&["settings", "list", "--json"]));
    assert_eq!(key(&all, "rotation.policy")["value"], "resets-first");
    assert_eq!(key(&all, "rotation.policy")["source"], "default");
    // The sandbox sets this one.
    let port = key(&all, "port");
    assert_eq!((&port["value"], &port["default"]), (&json!(0), &json!(4517)));
    assert_eq!((&port["source"], &port["variable"]), (&json!("variable"), &json!("ROTUNDA_PORT")));
    let listed = sandbox.works(&["settings"]);
    // The many kinds of hooks have a list of their own.
    let is_hook = |one: &&Value| one["key"].as_str().unwrap().starts_with("hooks.");
    assert!(all.as_array().unwrap().iter().any(|one| is_hook(&one)) && !listed.contains("hooks."));
    for one in all.as_array().unwrap().iter().filter(|one| !is_hook(one)) {
        assert!(listed.contains(one["key"].as_str().unwrap()), "{one} {listed}");
    }
    assert!(listed.trim_end().ends_with("settings.toml."), "{listed}");
    assert!(files(&sandbox.path("ours")).is_empty());
}

#[test]
fn a_value_is_set_read_and_unset_while_nothing_runs() {
    let sandbox = Sandbox::new();
    let done = sandbox.works(&["settings", "set", "policy", "my-order"]);
    assert_eq!(done, "rotation.policy is now \"my-order\".\n");
    assert_eq!(sandbox.works(&["settings", "get", "rotation.policy"]), "my-order\n");
    let source = &sandbox.json(&["settings", "get", "policy", "--json"])["line"];
    assert_eq!(*source, 2);
    sandbox.works(&["settings", "unset", "policy"]);
    assert_eq!(sandbox.works(&["settings", "get", "policy"]), "resets-first\n");
    let refused = sandbox.refused(&["settings", "set", "policy", "best"]);
    assert!(refused.contains("policy: the policy is \"resets-first\""), "{refused}");
    assert!(sandbox.refused(&["settings", "get", "colour"]).contains("colour is not a setting"));
    let vault = sandbox.refused(&["settings", "set", "vault", "file"]);
    assert!(vault.contains("`rotunda vault move`"), "{vault}");
    let output = sandbox.run(&["settings", "set", "port", "4600"]);
    assert!(text(&output.stderr).contains("ROTUNDA_PORT goes before the file"));
}

#[test]
fn a_running_rotunda_takes_a_value_over_at_once() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let _serving = sandbox.serve(&[]);
    sandbox.works(&["settings", "set", "ui.language", "de"]);
    assert!(sandbox.works(&["status"]).contains("Anbindung"));
    sandbox.works(&["settings", "unset", "ui.language"]);
    assert!(sandbox.works(&["status"]).contains("binding"));
    assert!(sandbox.refused(&["settings", "set", "soft_cap", "0"]).contains("a cap is a number"));
}

#[test]
fn a_settings_file_is_begun_once_and_explains_each_key() {
    let sandbox = Sandbox::new();
    let printed = sandbox.works(&["settings", "init", "--print"]);
    assert!(!sandbox.path("ours/config/settings.toml").exists());
    sandbox.works(&["settings", "init"]);
    let written = fs::read_to_string(sandbox.path("ours/config/settings.toml")).unwrap();
    assert_eq!(written.trim_end(), printed.trim_end());
    assert!(written.contains("# policy = \"resets-first\"\n"), "{written}");
    assert!(sandbox.refused(&["settings", "init"]).contains("is there already"));
    // A key goes where it belongs among the comments.
    sandbox.works(&["settings", "set", "theme", "dark"]);
    assert_eq!(sandbox.works(&["settings", "get", "ui.theme"]), "dark\n");
    let explained = sandbox.works(&["settings", "explain", "wait_for_reset"]);
    assert!(explained.starts_with("router.wait_for_reset\n  How long a turn waits"), "{explained}");
    assert!(explained.contains("at once"), "{explained}");
}

#[test]
fn a_file_that_cannot_be_used_is_named_and_can_be_corrected() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("ours/config")).unwrap();
    fs::write(sandbox.path("ours/config/settings.toml"), "[rotation]\nsoft_cap = 0\n").unwrap();
    let refused = sandbox.refused(&["settings"]);
    assert!(refused.contains("settings.toml, line 2: soft_cap"), "{refused}");
    sandbox.works(&["settings", "set", "soft_cap", "4"]);
    assert_eq!(sandbox.works(&["settings", "get", "soft_cap"]), "4\n");
}

#[test]
fn order_reserve_and_the_next_profile_have_commands() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    sandbox.import("home");
    let ordered = sandbox.works(&["order", "home"]);
    assert_eq!(ordered, "The order is now: home, work.\n");
    assert_eq!(sandbox.json(&["profiles", "--json"])[0]["name"], "home");
    assert!(sandbox.refused(&["order", "absent"]).contains("absent"));
    assert!(sandbox.works(&["reserve", "work", "12.5"]).contains("12.5%"));
    assert!(sandbox.works(&["reserve", "work"]).contains("3%"));
    assert!(sandbox.refused(&["reserve", "work", "80"]).contains("50"));
    assert_eq!(sandbox.works(&["stop-waiting"]), "No request waits for a reset.\n");
    sandbox.works(&["use", "home"]);
    assert!(sandbox.works(&["next"]).contains("work"));
}

#[cfg(target_os = "linux")]
#[test]
fn start_at_login_is_switched_without_a_window() {
    let sandbox = Sandbox::new();
    let status = sandbox.json(&["autostart", "--json"]);
    assert_eq!((&status["app"], &status["router"]), (&json!(false), &json!(false)));
    let refused = sandbox.alone(&["autostart", "on"]).output().unwrap();
    let sentence = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{sentence}");
    assert!(sentence.contains("rotunda-desktop") && sentence.contains("systemctl"), "{sentence}");

    let app = sandbox.path("tmp/rotunda-desktop");
    fs::write(&app, "").unwrap();
    let entry = sandbox.path("home/.config/autostart/Rotunda.desktop");
    let beside = sandbox.path("alone/rotunda-desktop");
    let mut image = sandbox.alone(&["autostart", "on"]);
    image.env("APPIMAGE", &app);
    let mut in_path = sandbox.alone(&["autostart", "on"]);
    in_path.env("PATH", sandbox.path("tmp"));
    for (mut command, program) in [(image, &app), (in_path, &app)] {
        let on = command.output().unwrap();
        assert!(on.status.success(), "{}", text(&on.stderr));
        assert!(fs::read_to_string(&entry).unwrap().contains(program.to_str().unwrap()));
        sandbox.works(&["autostart", "off"]);
        assert!(!entry.exists());
    }
    fs::write(&beside, "").unwrap();
    let on = sandbox.alone(&["autostart", "on"]).output().unwrap();
    assert!(on.status.success(), "{}", text(&on.stderr));
    assert!(fs::read_to_string(&entry).unwrap().contains(beside.to_str().unwrap()));
    sandbox.works(&["autostart", "off"]);
    assert!(!entry.exists());
}

/// What Rotunda writes in a life is all on the list.
#[test]
fn paths_names_every_file_that_is_written() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    sandbox.works(&["settings", "set", "theme", "dark"]);
    fs::write(sandbox.config(), "model = \"m\"\n").unwrap();
    let serving = sandbox.serve(&["--bind"]);
    let paths = sandbox.json(&["paths", "--json"]);
    let paths: Vec<_> = paths.as_array().unwrap().iter().collect();
    let written = [files(&sandbox.path("ours")), files(&sandbox.path("codex"))].concat();
    for file in written {
        let shown = file.display().to_string();
        // SQLite keeps two files beside its database.
        let shown = shown.trim_end_matches("-wal").trim_end_matches("-shm");
        let is_listed = |it: &&Value| {
            let listed = it["path"].as_str().unwrap();
            it["exists"] == true && Path::new(shown).starts_with(listed)
        };
        assert!(paths.iter().any(is_listed), "{shown} is not listed");
    }
    for role in ["settings", "store", "sign_in_file", "client_key", "control", "lock", "journal"] {
        let listed = paths.iter().find(|it| it["role"] == role).unwrap();
        assert_eq!(listed["exists"], true, "{role}");
    }
    assert!(sandbox.works(&["paths"]).contains("rotunda.log"));
    drop(serving);
}

/// What can be mended is said first, then mended, and then there is nothing left.
#[cfg(unix)]
#[test]
fn the_doctor_mends_what_needs_no_choice() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let serving = sandbox.serve(&["--bind"]);
    serving.crash();
    let logs = sandbox.path("ours/logs");
    fs::set_permissions(&logs, fs::Permissions::from_mode(0o755)).unwrap();
    let checks = |arguments: &[&str]| {
        let all = sandbox.json(arguments);
        let all = all.as_array().unwrap().clone();
        let of = |it: &Value| format!("{} {}", it["check"], it["state"]).replace('"', "");
        all.iter().map(of).collect::<Vec<_>>()
    };
    let bound = fs::read_to_string(sandbox.config()).unwrap();
    let possible = checks(&["doctor", "--fix", "--dry-run", "--json"]);
    assert_eq!(possible, ["binding possible", "files possible"]);
    assert_eq!(fs::read_to_string(sandbox.config()).unwrap(), bound, "a dry run changes nothing");
    let done = checks(&["doctor", "--fix", "--json"]);
    assert_eq!(done, ["binding done", "files done"]);
    assert!(!sandbox.config().exists(), "Codex is on its own sign-in again");
    assert_eq!(fs::metadata(&logs).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(checks(&["doctor", "--fix", "--json"]).is_empty());
    let printed = text(&sandbox.run(&["doctor", "--fix"]).stdout);
    assert!(printed.starts_with("There is nothing that could be mended"), "{printed}");
}

#[test]
fn why_names_the_next_profile_and_best_goes_there() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    sandbox.import("home");
    let why = sandbox.json(&["why", "--json"]);
    assert_eq!((&why["profile"], &why["policy"]), (&json!("work"), &json!("resets-first")));
    assert_eq!(why["candidates"].as_array().unwrap().len(), 2);
    sandbox.works(&["pause", "work"]);
    let why = sandbox.json(&["why", "--json"]);
    assert_eq!(why["profile"], "home");
    let work = &why["candidates"].as_array().unwrap().iter().find(|it| it["name"] == "work");
    assert_eq!(work.unwrap()["against"][0]["fact"], "paused");
    assert!(sandbox.refused(&["why", "--last"]).contains("No profile has served a turn"));
    let _serving = sandbox.serve(&[]);
    assert!(sandbox.works(&["best"]).starts_with("home is the best one already"));
    sandbox.works(&["resume", "work"]);
    sandbox.works(&["use", "home"]);
    assert!(sandbox.works(&["best"]).contains("work"));
}

#[test]
fn an_import_can_choose_its_profile() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    let folder = sandbox.sign_in("home");
    let output = sandbox.run(&["import", folder.to_str().unwrap(), "--name", "home", "--use"]);
    assert!(output.status.success());
    assert!(text(&output.stderr).contains("New conversations go to home"));
    let _serving = sandbox.serve(&[]);
    assert_eq!(sandbox.json(&["status", "--json"])["serving"], "home");
}

#[test]
fn quota_can_be_narrowed_and_spoken() {
    let sandbox = Sandbox::new();
    sandbox.import("work");
    sandbox.import("home");
    assert_eq!(sandbox.json(&["quota", "--json", "--profile", "HOME"])[0]["name"], "home");
    assert!(sandbox.refused(&["quota", "--profile", "absent"]).contains("absent"));
    let plain = sandbox.works(&["quota", "--plain"]);
    assert!(plain.starts_with("work, plus, in use, ready\nwork: not known yet\n"), "{plain}");
    let table = sandbox.works(&["quota"]);
    assert!(table.starts_with("  profile") && !table.contains('@') && table.is_ascii(), "{table}");
    assert!(sandbox.works(&["quota", "--emails"]).contains("work@example.com"));
    assert!(sandbox.refused(&["quota", "--watch"]).contains("rotunda serve"));
    assert!(sandbox.refused(&["quota", "--raw"]).contains("rotunda serve"));
}
