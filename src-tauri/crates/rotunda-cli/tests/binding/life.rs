//! From a start to an end, and what others do in between.

use std::fs;

use crate::place::{Sandbox, Serving, names, string, wait};

const OURS: &str = "openai_base_url = \"http://127.0.0.1:";
const BEFORE: &str = "model = \"m\"\n";

#[test]
fn an_external_change_is_reported_once_and_not_reverted() {
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    let serving = sandbox.serve(&["--bind"]);
    // Our own changes are none.
    sandbox.works(&["unbind"]);
    sandbox.works(&["bind"]);
    let key = "sk-0123456789abcdef0123";
    let theirs = format!("openai_base_url = \"http://127.0.0.1:9/{key}/v1\"\n");
    sandbox.save(&theirs);
    let texts = sandbox.wait_for_activity("changed_outside", 1);
    assert!(texts[0].contains("Codex points at http://127.0.0.1:9/…/v1."), "{texts:?}");
    assert_eq!(sandbox.state(), "foreign");
    // Another save of theirs that changes nothing for us is not reported again: the
    // next report is the next change.
    sandbox.save(&format!("{theirs}a = 1\n"));
    sandbox.save("a = 2\n");
    let texts = sandbox.wait_for_activity("changed_outside", 2);
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[1].contains("removed Rotunda's line"), "{texts:?}");
    assert_eq!(sandbox.text(), "a = 2\n");
    // Nor does a restart report it again.
    serving.crash();
    let serving = sandbox.serve(&[]);
    sandbox.works(&["bind"]);
    sandbox.save("b = \n");
    let texts = sandbox.wait_for_activity("changed_outside", 3);
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(texts[2].contains("cannot be read") && texts[2].contains("Line 1"), "{texts:?}");
    assert_eq!(sandbox.text(), "b = \n");
    assert!(texts.iter().all(|text| !text.contains(key)));
    drop(serving);
}

#[test]
fn a_folder_made_anew_is_seen() {
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    let _serving = sandbox.serve(&["--bind"]);
    fs::rename(sandbox.codex(), sandbox.path("away")).unwrap();
    let texts = sandbox.wait_for_activity("changed_outside", 0);
    assert!(texts.is_empty(), "{texts:?}");
    fs::create_dir(sandbox.codex()).unwrap();
    sandbox.write("a = 1\n");
    sandbox.wait_for_activity("changed_outside", 1);
    assert_eq!(sandbox.text(), "a = 1\n");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_elsewhere_is_seen() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new();
    let (first, second) = (sandbox.path("first.toml"), sandbox.path("second.toml"));
    fs::write(&first, BEFORE).unwrap();
    fs::write(&second, "openai_base_url = \"https://b.test\"\n").unwrap();
    symlink(&first, sandbox.config()).unwrap();
    let _serving = sandbox.serve(&["--bind"]);
    assert!(fs::read_to_string(&first).unwrap().contains(OURS));
    fs::remove_file(sandbox.config()).unwrap();
    symlink(&second, sandbox.config()).unwrap();
    let texts = sandbox.wait_for_activity("changed_outside", 1);
    assert!(texts[0].contains("https://b.test"), "{texts:?}");
}

#[cfg(unix)]
#[test]
fn a_failed_start_unbinds_codex_and_reports_it() {
    let sandbox = Sandbox::new();
    // A database that is only damaged is set aside; a folder in its place is not.
    for broken in ["data/client.key", "config/settings.toml", "data/rotunda.db"] {
        sandbox.write(BEFORE);
        assert_eq!(sandbox.serve(&["--bind", "--keep-bound"]).terminate(), Some(0));
        assert_eq!(sandbox.state(), "bound");
        let path = sandbox.path("ours").join(broken);
        let good = fs::read(&path).ok();
        if broken.strip_suffix(".db").is_some() {
            fs::remove_file(&path).unwrap();
            fs::create_dir(&path).unwrap();
        } else {
            fs::write(&path, "port = 'x'\n").unwrap();
        }
        for journal in ["rotunda.db-wal", "rotunda.db-shm"] {
            drop(fs::remove_file(sandbox.path("ours/data").join(journal)));
        }
        let output = sandbox.run(&["serve"]);
        let error = string(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{broken}: {error}");
        assert!(error.contains("Codex was unbound so that it keeps working."), "{broken}: {error}");
        assert_eq!(sandbox.text(), BEFORE, "{broken}");
        if broken.strip_suffix(".db").is_some() {
            fs::remove_dir(&path).unwrap();
        }
        match good {
            Some(good) => fs::write(&path, good).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
    }
}

#[cfg(unix)]
#[test]
fn a_second_rotunda_leaves_what_the_first_one_bound() {
    let (first, second) = (Sandbox::new(), Sandbox::new());
    first.write(BEFORE);
    let serving = first.serve(&["--bind"]);
    let bound = first.text();
    let mut command = second.command(&["serve", "--json"]);
    command.env("CODEX_HOME", first.codex());
    let other = Serving::ready(command);
    assert_eq!(first.text(), bound);
    let port = first.port().to_string();
    assert!(second.activity_texts("changed_outside")[0].contains(&port));
    // It ends, and does not take away what is not its own.
    assert_eq!(other.terminate(), Some(0));
    assert_eq!(first.text(), bound);
    // With `--bind` it takes over; then the first one keeps that.
    let mut command = second.command(&["serve", "--json", "--bind"]);
    command.env("CODEX_HOME", first.codex());
    let other = Serving::ready(command);
    assert!(first.text().contains(&second.port().to_string()));
    assert_eq!(serving.terminate(), Some(0));
    assert!(first.text().contains(&second.port().to_string()));
    assert_eq!(other.terminate(), Some(0));
    assert!(!first.text().contains(OURS), "{}", first.text());
}

#[test]
fn another_codex_home_lets_the_old_one_go() {
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    sandbox.serve(&["--bind", "--keep-bound"]).crash();
    assert!(sandbox.text().contains(OURS));
    let other = sandbox.path("other");
    fs::create_dir(&other).unwrap();
    let mut command = sandbox.command(&["serve", "--json"]);
    command.env("CODEX_HOME", &other);
    let _serving = Serving::ready(command);
    assert_eq!(sandbox.text(), BEFORE);
    assert_eq!(sandbox.left_behind(), ["config.toml"]);
    let texts = sandbox.activity_texts("unbound");
    assert!(texts[0].contains(&sandbox.codex().display().to_string()), "{texts:?}");
    assert!(names(&other).is_empty());
}

#[cfg(unix)]
#[test]
fn bindings_of_moved_homes_are_repaired() {
    let sandbox = Sandbox::new();
    let before = "openai_base_url = \"https://a.test\"\n";
    sandbox.write(before);
    sandbox.serve(&["--bind"]).crash();
    // Codex's folder moves, and what we keep beside its file moves with it.
    fs::rename(sandbox.codex(), sandbox.path("moved")).unwrap();
    let elsewhere = |arguments: &[&str]| {
        let mut command = sandbox.command(arguments);
        command.env("CODEX_HOME", sandbox.path("moved")).env("ROTUNDA_HOME", sandbox.path("new"));
        command
    };
    // So does Rotunda's own: it starts with another key there.
    let serving = Serving::ready(elsewhere(&["serve", "--json"]));
    let text = fs::read_to_string(sandbox.path("moved/config.toml")).unwrap();
    assert!(text.contains(OURS), "{text}");
    assert_eq!(serving.terminate(), Some(0));
    assert_eq!(fs::read_to_string(sandbox.path("moved/config.toml")).unwrap(), before);
    assert_eq!(names(&sandbox.path("moved")), ["config.toml"]);
}

#[test]
fn restoring_shows_first_and_asks() {
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    let _serving = sandbox.serve(&["--bind"]);
    let added = "\n[mcp_servers.figma]\ncommand = \"figma\"\n";
    sandbox.save(&(sandbox.text() + added));
    let refused = sandbox.run(&["restore"]);
    let shown = string(&refused.stdout);
    assert_eq!(refused.status.code(), Some(1));
    assert!(shown.contains("- [mcp_servers.figma]"), "{shown}");
    assert!(shown.contains("This removes 1 change made since"), "{shown}");
    assert!(sandbox.text().contains(added));
    let printed = sandbox.works(&["restore", "--yes"]);
    assert!(printed.contains("config.toml is what it was before binding"), "{printed}");
    assert_eq!(sandbox.text(), BEFORE);
    assert_eq!(sandbox.state(), "unbound");
    assert_eq!(sandbox.activity_texts("restored").len(), 1);
}

#[test]
fn bind_explains_the_effect_on_open_conversations() {
    let sandbox = Sandbox::new();
    let _serving = sandbox.serve(&[]);
    let output = sandbox.run(&["bind"]);
    let printed = string(&output.stdout) + &string(&output.stderr);
    assert!(
        printed.contains(
            "Conversations that are open already keep their old connection until Codex restarts."
        ),
        "{printed}"
    );
    assert!(printed.contains("new conversations go through Rotunda"), "{printed}");
    wait(|| (sandbox.state() == "bound").then_some(()));
}

/// The running Rotunda would bind its own folder while the user means another.
#[test]
fn binding_another_folder_than_the_running_rotunda_s_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    let other = sandbox.path("elsewhere");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("config.toml"), "a = 1\n").unwrap();
    let serving = sandbox.serve(&[]);
    for arguments in [&["bind"][..], &["bind", "--dry-run"], &["bind", "--new-key"]] {
        let ran = sandbox.command(arguments).env("CODEX_HOME", &other).output().unwrap();
        let printed = string(&ran.stderr);
        assert_eq!(ran.status.code(), Some(1), "{arguments:?}: {printed}");
        for folder in [sandbox.codex(), other.clone()] {
            assert!(printed.contains(&folder.display().to_string()), "{arguments:?}: {printed}");
        }
    }
    assert_eq!(sandbox.text(), BEFORE);
    assert_eq!(fs::read_to_string(other.join("config.toml")).unwrap(), "a = 1\n");
    // The same folder by another path is the same.
    let around = other.join("..").join("codex");
    let ran = sandbox.command(&["bind"]).env("CODEX_HOME", &around).output().unwrap();
    assert!(ran.status.success(), "{}", string(&ran.stderr));
    assert!(sandbox.text().contains(OURS));
    drop(serving);
}

#[cfg(target_os = "linux")]
#[test]
fn folders_that_a_variable_moved_are_noted_while_they_are_bound() {
    let sandbox = Sandbox::new();
    let notes = || names(&sandbox.path("home/.local/share/rotunda/elsewhere"));
    sandbox.write(BEFORE);
    let serving = sandbox.serve(&["--bind", "--keep-bound"]);
    assert_eq!(notes().len(), 1);
    let note = sandbox.path("home/.local/share/rotunda/elsewhere").join(&notes()[0]);
    let environment = fs::read_to_string(note).unwrap();
    assert!(
        environment.contains(&format!("CODEX_HOME={}\0", sandbox.codex().display())),
        "{environment:?}"
    );
    assert_eq!(serving.terminate(), Some(0));
    assert_eq!(notes().len(), 1, "it is still bound");
    sandbox.works(&["unbind"]);
    assert_eq!(sandbox.text(), BEFORE);
    assert!(!sandbox.path("home/.local/share/rotunda").exists());
}
