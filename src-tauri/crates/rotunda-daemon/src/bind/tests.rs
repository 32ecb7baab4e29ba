use std::fs;

use super::*;
use rotunda_host::clock::from_unix;

use crate::testing;

const NOW: i64 = 1_790_000_000;

fn url(port: u16) -> Secret<String> {
    client_url(port, &Secret::new("0123456789abcdef0123456789abcdef".to_owned()))
}

fn now() -> SystemTime {
    from_unix(NOW)
}

fn text(home: &Home) -> String {
    fs::read_to_string(home.codex_config()).unwrap()
}

fn bound(home: &Home) -> Outcome {
    let outcome = bind(home, &url(4517), false, now()).unwrap();
    assert_eq!(outcome.state, State::Bound);
    outcome
}

fn backups(home: &Home) -> Vec<PathBuf> {
    let folder = fs::read_dir(home.data.join("backups")).into_iter().flatten();
    folder.map(|entry| entry.unwrap().path()).collect()
}

/// What is left in Codex's folder, by name.
fn left_behind(home: &Home) -> Vec<String> {
    let names = fs::read_dir(&home.codex_home).unwrap();
    let mut names: Vec<_> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn binding_and_unbinding_leave_every_byte_as_it_was() {
    let (_root, home) = testing::home();
    let before =
        "\u{feff}model = 'm'\r\nopenai_base_url = \"https://a.test\" # mine\r\n[t]\r\nx = 1";
    fs::write(home.codex_config(), before).unwrap();
    let outcome = bound(&home);
    assert!(outcome.changed);
    assert!(text(&home).contains("4517"));
    let outcome = unbind(&home, &url(4517)).unwrap();
    assert!(outcome.changed && outcome.left_alone.is_empty());
    assert_eq!(text(&home), before);
    assert_eq!(left_behind(&home), ["config.toml"]);
}

#[test]
fn a_file_that_was_not_there_is_gone_again() {
    let (_root, home) = testing::home();
    fs::remove_dir(&home.codex_home).unwrap();
    let outcome = bound(&home);
    assert_eq!(outcome.backup, None);
    let outcome = unbind(&home, &url(4517)).unwrap();
    assert_eq!(outcome.state, State::Unbound);
    assert_eq!(left_behind(&home), [""; 0]);
    let outcome = unbind(&home, &url(4517)).unwrap();
    assert!(!outcome.changed && outcome.left_alone.is_empty());
}

#[test]
fn a_file_that_was_there_and_empty_stays() {
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "").unwrap();
    bound(&home);
    unbind(&home, &url(4517)).unwrap();
    assert_eq!(text(&home), "");
}

#[test]
fn a_new_file_that_codex_filled_meanwhile_stays() {
    let (_root, home) = testing::home();
    bound(&home);
    fs::write(home.codex_config(), text(&home) + "[projects.x]\ntrust_level = 'trusted'\n")
        .unwrap();
    unbind(&home, &url(4517)).unwrap();
    assert_eq!(text(&home), "[projects.x]\ntrust_level = 'trusted'\n");
}

#[test]
fn binding_again_with_another_port_keeps_what_was_there_first() {
    let (_root, home) = testing::home();
    let before = "openai_base_url = 'https://a.test'\n";
    fs::write(home.codex_config(), before).unwrap();
    let first = bound(&home);
    assert!(!bound(&home).changed);
    assert!(matches!(state(&home, &url(4600)).unwrap(), State::BoundStale { .. }));
    let again = bind(&home, &url(4600), false, now()).unwrap();
    assert!(again.changed && again.state == State::Bound);
    assert_eq!(again.backup, None);
    assert_eq!(backups(&home), [first.backup.unwrap()]);
    unbind(&home, &url(4600)).unwrap();
    assert_eq!(text(&home), before);
}

#[test]
fn lines_changed_by_the_user_are_kept_and_reported_once() {
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "a = 1\n").unwrap();
    bound(&home);
    fs::write(home.codex_config(), "openai_base_url = 'https://b.test'\n").unwrap();
    assert!(matches!(state(&home, &url(4517)).unwrap(), State::Foreign { .. }));
    let outcome = unbind(&home, &url(4517)).unwrap();
    assert!(!outcome.changed);
    assert_eq!(outcome.left_alone.len(), 1);
    assert_eq!(text(&home), "openai_base_url = 'https://b.test'\n");
    assert!(unbind(&home, &url(4517)).unwrap().left_alone.is_empty());
}

#[test]
fn a_file_that_does_not_parse_is_not_touched_and_its_line_is_named() {
    let (_root, home) = testing::home();
    let broken = "a = 1\nb = \n";
    fs::write(home.codex_config(), broken).unwrap();
    let error = bind(&home, &url(4517), false, now()).unwrap_err().to_string();
    assert!(error.contains("config.toml, line 2: "), "{error}");
    assert!(matches!(state(&home, &url(4517)).unwrap(), State::Unreadable { line: 2, .. }));
    assert!(unbind(&home, &url(4517)).is_err());
    assert!(dry_run(&home, &url(4517)).is_err());
    assert_eq!(text(&home), broken);
    assert_eq!(left_behind(&home), ["config.toml"]);
    fs::write(home.codex_config(), b"a = 1\n\xff").unwrap();
    assert!(matches!(state(&home, &url(4517)).unwrap(), State::Unreadable { line: 2, .. }));
    assert!(bind(&home, &url(4517), false, now()).is_err());
}

#[test]
fn a_file_that_breaks_while_bound_is_kept_until_it_is_mended() {
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "a = 1\n").unwrap();
    bound(&home);
    let good = text(&home);
    fs::write(home.codex_config(), format!("{good}x = \n")).unwrap();
    assert!(unbind(&home, &url(4517)).is_err());
    fs::write(home.codex_config(), good).unwrap();
    assert!(unbind(&home, &url(4517)).unwrap().changed);
    assert_eq!(text(&home), "a = 1\n");
}

#[test]
fn the_journal_beside_the_file_stands_in_for_a_lost_one() {
    let (_root, home) = testing::home();
    let before = "openai_base_url = 'https://a.test'\n";
    fs::write(home.codex_config(), before).unwrap();
    bound(&home);
    fs::remove_file(home.data.join("binding.json")).unwrap();
    unbind(&home, &url(4517)).unwrap();
    assert_eq!(text(&home), before);
    bound(&home);
    fs::write(home.data.join("binding.json"), "{").unwrap();
    fs::remove_file(home.codex_home.join(".rotunda-binding.json")).unwrap();
    unbind(&home, &url(9)).unwrap();
    assert_eq!(text(&home), "");
}

#[test]
fn two_codex_folders_are_kept_apart() {
    let (root, home) = testing::home();
    let other = Home { codex_home: root.path().join("other"), ..home.clone() };
    fs::write(home.codex_config(), "openai_base_url = 'https://a.test'\n").unwrap();
    fs::create_dir(&other.codex_home).unwrap();
    fs::write(other.codex_config(), "openai_base_url = 'https://b.test'\n").unwrap();
    bound(&home);
    bound(&other);
    fs::remove_file(home.codex_home.join(".rotunda-binding.json")).unwrap();
    unbind(&home, &url(4517)).unwrap();
    unbind(&other, &url(4517)).unwrap();
    assert!(text(&home).contains("a.test") && text(&other).contains("b.test"));
}

#[test]
fn a_backup_is_made_once_per_text_and_never_of_a_bound_one() {
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "a = 1\n").unwrap();
    let first = bound(&home).backup.unwrap();
    assert!(first.ends_with("config-20260921T141320Z-00.toml"), "{}", first.display());
    assert_eq!(fs::read_to_string(&first).unwrap(), "a = 1\n");
    assert!(fs::metadata(&first).unwrap().permissions().readonly());
    unbind(&home, &url(4517)).unwrap();
    assert_eq!(bound(&home).backup.unwrap(), first);
    fs::remove_file(home.data.join("binding.json")).unwrap();
    fs::remove_file(home.codex_home.join(".rotunda-binding.json")).unwrap();
    assert_eq!(bound(&home).backup, None);
    unbind(&home, &url(4517)).unwrap();
    let carrying = format!("# was {}\n", url(4517).expose());
    fs::write(home.codex_config(), carrying).unwrap();
    assert_eq!(bound(&home).backup, None);
    unbind(&home, &url(4517)).unwrap();
    fs::write(home.codex_config(), "a = 2\n").unwrap();
    assert!(bound(&home).backup.unwrap().ends_with("config-20260921T141320Z-01.toml"));
    assert_eq!(backups(&home).len(), 2);
}

#[test]
fn old_backups_go_but_the_first_stays() {
    let (_root, home) = testing::home();
    for number in 0..30 {
        fs::write(home.codex_config(), format!("a = {number}\n")).unwrap();
        bind(&home, &url(4517), false, from_unix(NOW + number)).unwrap();
        unbind(&home, &url(4517)).unwrap();
    }
    let mut kept = backups(&home);
    kept.sort();
    assert_eq!(kept.len(), 21);
    assert_eq!(fs::read_to_string(&kept[0]).unwrap(), "a = 0\n");
    assert_eq!(fs::read_to_string(&kept[20]).unwrap(), "a = 29\n");
}

#[test]
fn a_dry_run_reports_all_changes_and_makes_none() {
    let (_root, home) = testing::home();
    let before = "openai_base_url = 'https://a.test'\nmodel_provider = 'azure'\n";
    fs::write(home.codex_config(), before).unwrap();
    let run = dry_run(&home, &url(4517)).unwrap();
    assert!(run.replaces);
    assert_eq!(run.other_provider.as_deref(), Some("azure"));
    assert_eq!(run.line, "openai_base_url = \"http://127.0.0.1:4517/…/codex\"   # Rotunda");
    assert_eq!(text(&home), before);
    assert_eq!(left_behind(&home), ["config.toml"]);
    assert!(backups(&home).is_empty());
}

#[test]
fn another_provider_in_the_file_is_reported_and_switched_only_on_consent() {
    let (_root, home) = testing::home();
    let before = "model_provider = 'azure'\n";
    fs::write(home.codex_config(), before).unwrap();
    assert_eq!(bound(&home).other_provider.as_deref(), Some("azure"));
    let switched = bind(&home, &url(4517), true, now()).unwrap();
    assert_eq!(switched.other_provider, None);
    assert!(!bound(&home).changed);
    unbind(&home, &url(4517)).unwrap();
    assert_eq!(text(&home), before);
}

#[test]
fn one_process_at_a_time_binds() {
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "a = 1\n").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..3 {
                    bound_or_undone(&home);
                }
            });
        }
    });
    unbind(&home, &url(4517)).unwrap();
    assert_eq!(text(&home), "a = 1\n");
}

fn bound_or_undone(home: &Home) {
    bind(home, &url(4517), false, now()).unwrap();
    unbind(home, &url(4517)).unwrap();
}

#[test]
fn errors_and_outcomes_show_no_key() {
    let (_root, home) = testing::home();
    let outcome = bound(&home);
    assert!(!format!("{outcome:?}").contains("0123456789abcdef"));
    assert!(!format!("{:?}", state(&home, &url(1))).contains("0123456789abcdef"));
}

#[test]
fn restoring_shows_what_goes_and_then_puts_every_byte_back() {
    let (_root, home) = testing::home();
    let before = "\u{feff}model = 'm'\r\n[t]\r\nx = 1";
    fs::write(home.codex_config(), before).unwrap();
    assert!(restoring(&home, &url(4517), now()).is_err());
    bound(&home);
    let added = "\r\n[mcp_servers.figma]\r\ncommand = 'figma'\r\napi_key = 'hunter2'\r\n";
    fs::write(home.codex_config(), text(&home) + added).unwrap();
    let planned = restoring(&home, &url(4517), now()).unwrap();
    assert_eq!(planned.removes, ["[mcp_servers.figma]"]);
    assert!(planned.text.starts_with("This removes 1 change made since "), "{}", planned.text);
    assert!(planned.diff.contains("- [mcp_servers.figma]"), "{}", planned.diff);
    assert!(planned.diff.contains("- openai_base_url = \"http://127.0.0.1:4517/…/codex\""));
    assert!(!planned.diff.contains("hunter2"), "{}", planned.diff);
    assert_eq!(planned.backup_at, Some(NOW));
    let restored = restore(&home, &url(4517), now()).unwrap();
    assert!(restored.changed);
    assert_eq!(text(&home), before);
    assert_eq!(left_behind(&home), ["config.toml"]);
    // What went is kept, without our line in it.
    let kept = fs::read_to_string(restored.kept.unwrap()).unwrap();
    assert_eq!(kept, before.to_owned() + added);
    // The newest copy is that one now: restoring again is the way back.
    restore(&home, &url(4517), now()).unwrap();
    assert_eq!(text(&home), before.to_owned() + added);
}

#[test]
fn a_file_that_breaks_can_still_be_restored() {
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "a = 1\n").unwrap();
    bound(&home);
    fs::write(home.codex_config(), text(&home) + "b = \n").unwrap();
    let planned = restoring(&home, &url(4517), now()).unwrap();
    assert!(planned.text.contains("whole file"), "{}", planned.text);
    let restored = restore(&home, &url(4517), now()).unwrap();
    assert_eq!(text(&home), "a = 1\n");
    assert_eq!(fs::read_to_string(restored.kept.unwrap()).unwrap(), "a = 1\nb = \n");
}

#[test]
fn the_line_of_another_program_is_kept_when_the_binding_is_forgotten() {
    let (_root, home) = testing::home();
    bound(&home);
    fs::write(home.codex_config(), "openai_base_url = 'https://b.test'\n").unwrap();
    assert!(recorded(&home).is_some());
    forget(&home).unwrap();
    assert!(recorded(&home).is_none());
    assert_eq!(text(&home), "openai_base_url = 'https://b.test'\n");
    assert_eq!(left_behind(&home), ["config.toml"]);
}

#[test]
fn a_read_only_file_is_not_bound_but_is_unbound() {
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "a = 1\n").unwrap();
    let set = |readonly| {
        let mut mode = fs::metadata(home.codex_config()).unwrap().permissions();
        mode.set_readonly(readonly);
        fs::set_permissions(home.codex_config(), mode).unwrap();
    };
    set(true);
    let refused = bind(&home, &url(4517), false, now()).unwrap_err();
    assert!(matches!(refused, BindError::ReadOnly(_)), "{refused}");
    assert_eq!((text(&home).as_str(), left_behind(&home)), ("a = 1\n", vec!["config.toml".into()]));
    set(false);
    bound(&home);
    set(true);
    // Codex would get no answer: the line goes, and the mode stays.
    assert!(unbind(&home, &url(4517)).unwrap().changed);
    assert_eq!(text(&home), "a = 1\n");
    assert!(is_read_only(&home));
}

#[test]
fn a_save_in_the_middle_of_binding_is_bound_and_in_the_middle_of_unbinding_is_kept() {
    use rotunda_host::failpoint::injected;
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "a = 1\n").unwrap();
    let path = home.codex_config();
    let mut saves = vec!["a = 1\nc = 3\n", "a = 1\nb = 2\n"];
    injected::when("swap.compared", move || {
        if let Some(save) = saves.pop() {
            fs::write(path.with_extension("editor"), save)?;
            fs::rename(path.with_extension("editor"), &path)?;
        }
        Ok(())
    });
    bound(&home);
    assert!(text(&home).starts_with("a = 1\nc = 3\n"), "{}", text(&home));
    unbind(&home, &url(4517)).unwrap();
    assert_eq!(text(&home), "a = 1\nc = 3\n");
    assert_eq!(left_behind(&home), ["config.toml"]);
}

/// Where files have locks; elsewhere a minute passes before a left-over file counts as one.
#[cfg(unix)]
#[test]
fn what_a_crash_left_beside_the_file_goes_and_a_save_among_it_is_kept() {
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "a = 1\n").unwrap();
    bound(&home);
    let left = |number: u32, text: &str| {
        let name = format!(".rotunda-config-{number}.tmp");
        fs::write(home.codex_home.join(name), text).unwrap();
    };
    let known = backups(&home).len();
    left(1, "a = 1\n");
    left(2, "a =");
    left(3, &text(&home));
    left(4, "");
    fs::write(home.codex_home.join(".rotunda-abc.tmp"), "{\"priors\"").unwrap();
    assert_eq!(sweep(&home, &url(4517), now()).unwrap(), Swept::default());
    assert_eq!(backups(&home).len(), known);
    // Saved last: it takes the place, and what stood there is kept.
    let theirs = text(&home).replace("a = 1", "a = 2");
    left(5, &theirs);
    let swept = sweep(&home, &url(4517), now()).unwrap();
    assert_eq!(swept.kept.len(), 1);
    assert_eq!(fs::read_to_string(&swept.kept[0]).unwrap(), "a = 1\n");
    assert_eq!(text(&home), theirs);
    // Saved before the file that stands there: it is kept.
    left(6, &theirs.replace("a = 2", "a = 3"));
    fs::write(home.codex_config(), &theirs).unwrap();
    let swept = sweep(&home, &url(4517), now()).unwrap();
    assert_eq!(fs::read_to_string(&swept.kept[0]).unwrap(), "a = 3\n");
    assert_eq!(text(&home), theirs);
    // What we ourselves are about to remove is left alone without it.
    fs::remove_file(home.codex_home.join(".rotunda-abc.tmp")).unwrap();
    assert_eq!(left_behind(&home), [".rotunda-binding.json", "config.toml"]);
}

#[cfg(unix)]
#[path = "mode_tests.rs"]
mod modes;

/// On a busy disk the step that waits for it takes longer than the pause of a
/// program that saves again and again. Where two files can change places.
#[cfg(unix)]
#[test]
fn a_file_that_is_saved_during_each_write_is_still_bound() {
    use rotunda_host::failpoint::injected;
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "edit = 0\n").unwrap();
    let (path, mut saves) = (home.codex_config(), 0);
    injected::when("sync.file", move || {
        saves += 1;
        fs::write(path.with_extension("editor"), format!("edit = {saves}\n"))?;
        fs::rename(path.with_extension("editor"), &path)
    });
    // What was saved last stands there: either our line came after it, or not.
    assert!(bound(&home).changed);
    assert_eq!(left_behind(&home), [".rotunda-binding.json", "config.toml"]);
}

#[cfg(unix)]
#[test]
fn a_home_that_is_no_unicode_text_is_bound_and_its_journal_leads_back() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};
    let (root, mut home) = testing::home();
    home.data = root.path().join(OsStr::from_bytes(b"data \xff"));
    home.codex_home = root.path().join(OsStr::from_bytes(b"codex \xfe"));
    fs::create_dir(&home.codex_home).unwrap();
    fs::write(home.codex_config(), "openai_base_url = 'https://a.test'\n").unwrap();
    assert!(bound(&home).backup.is_some());
    let other = Home { codex_home: root.path().join("other"), ..home.clone() };
    assert_eq!(others(&other)[0].codex_home, home.codex_home);
    assert!(backup(&home).is_some());
    unbind(&home, &url(4517)).unwrap();
    assert_eq!(text(&home), "openai_base_url = 'https://a.test'\n");
}

#[test]
fn unbinding_needs_neither_journal_nor_lock_and_reports_broken_ones() {
    let (_root, home) = testing::home();
    fs::write(home.codex_config(), "a = 1\n").unwrap();
    bound(&home);
    // Folders stand where files should be.
    for name in ["binding.json", "binding.lock"] {
        fs::remove_file(home.data.join(name)).unwrap();
        fs::create_dir_all(home.data.join(name).join("x")).unwrap();
    }
    fs::write(home.codex_home.join(".rotunda-binding.json"), "{").unwrap();
    assert_eq!(state(&home, &url(4517)).unwrap(), State::Bound);
    let outcome = unbind(&home, &url(9)).unwrap();
    assert!(outcome.changed);
    assert_eq!(text(&home), "a = 1\n");
    for name in ["binding.json", "binding.lock"] {
        assert!(outcome.found.iter().any(|found| found.contains(name)), "{:?}", outcome.found);
    }
}
