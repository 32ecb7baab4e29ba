//! `unbind`, `restore`, `status` and `doctor` with everything else broken: they
//! need Codex's file only, do their work, and report what else they found.

use std::{fs, os::unix::fs::symlink, path::Path, process::Output};

use crate::place::{Sandbox, string};

const BEFORE: &str = "model = \"m\"\n";
const OURS: &str = "openai_base_url = \"http://127.0.0.1:";

/// Something of Rotunda's own that is broken, and the file's name in the message.
struct Fault {
    name: &'static str,
    file: &'static str,
    make: fn(&Sandbox),
}

const FAULTS: [Fault; 11] = [
    Fault {
        name: "a typo in settings.toml",
        file: "settings.toml",
        make: |sandbox| put(&sandbox.path("ours/config/settings.toml"), b"port = \n"),
    },
    Fault {
        name: "settings.toml is a folder",
        file: "settings.toml",
        make: |sandbox| folder(&sandbox.path("ours/config/settings.toml")),
    },
    Fault {
        name: "a damaged database",
        file: "rotunda.db",
        make: |sandbox| database(sandbox, b"no database at all, but some text of a fair length"),
    },
    Fault { name: "a newer database", file: "rotunda.db", make: newer },
    Fault {
        name: "the database is a device",
        file: "rotunda.db",
        make: |sandbox| {
            database(sandbox, b"");
            symlink_to_device(&sandbox.path("ours/data/rotunda.db"));
        },
    },
    Fault {
        name: "a damaged control file",
        file: "control.json",
        make: |sandbox| put(&sandbox.path("ours/data/control.json"), b"{\"port\":"),
    },
    Fault {
        name: "the control file is a device",
        file: "control.json",
        make: |sandbox| symlink_to_device(&sandbox.path("ours/data/control.json")),
    },
    Fault {
        name: "a damaged journal",
        file: "binding.json",
        make: |sandbox| {
            put(&sandbox.path("ours/data/binding.json"), b"{");
            put(&sandbox.codex().join(".rotunda-binding.json"), b"[]");
        },
    },
    Fault {
        name: "the journals are folders",
        file: "binding.json",
        make: |sandbox| {
            folder(&sandbox.path("ours/data/binding.json"));
            folder(&sandbox.codex().join(".rotunda-binding.json"));
        },
    },
    Fault {
        name: "the lock is a folder",
        file: "",
        make: |sandbox| folder(&sandbox.path("ours/data/binding.lock")),
    },
    Fault {
        name: "everything of ours is gone",
        file: "",
        make: |sandbox| {
            fs::remove_dir_all(sandbox.path("ours")).unwrap();
        },
    },
];

fn remove(path: &Path) {
    if path.is_dir() {
        fs::remove_dir_all(path).unwrap();
    } else {
        drop(fs::remove_file(path));
    }
}

fn put(path: &Path, bytes: &[u8]) {
    remove(path);
    fs::write(path, bytes).unwrap();
}

fn folder(path: &Path) {
    remove(path);
    fs::create_dir_all(path.join("x")).unwrap();
}

fn symlink_to_device(path: &Path) {
    remove(path);
    symlink("/dev/zero", path).unwrap();
}

fn database(sandbox: &Sandbox, bytes: &[u8]) {
    for end in ["-wal", "-shm"] {
        drop(fs::remove_file(sandbox.path(&format!("ours/data/rotunda.db{end}"))));
    }
    put(&sandbox.path("ours/data/rotunda.db"), bytes);
}

/// `user_version` of SQLite stands at offset 60, in four bytes.
fn newer(sandbox: &Sandbox) {
    let path = sandbox.path("ours/data/rotunda.db");
    let mut bytes = fs::read(&path).unwrap();
    bytes[60..64].copy_from_slice(&[0, 0, 99, 0]);
    database(sandbox, &bytes);
}

/// Bound, and nothing runs any more.
fn left_bound() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    sandbox.serve(&["--bind", "--keep-bound"]).crash();
    assert!(sandbox.text().contains(OURS));
    sandbox
}

fn output_text(output: &Output) -> String {
    string(&output.stdout) + &string(&output.stderr)
}

#[track_caller]
fn works(sandbox: &Sandbox, fault: &Fault, arguments: &[&str]) -> String {
    let output = sandbox.run_soon(arguments);
    let printed = output_text(&output);
    assert_eq!(output.status.code(), Some(0), "{} {arguments:?}: {printed}", fault.name);
    assert!(printed.contains(fault.file), "{} {arguments:?}: {printed}", fault.name);
    printed
}

#[test]
fn unbind_works_with_everything_else_broken_and_reports_it() {
    for fault in &FAULTS {
        let sandbox = left_bound();
        (fault.make)(&sandbox);
        let printed = works(&sandbox, fault, &["unbind"]);
        assert!(printed.contains("Codex is unbound"), "{}: {printed}", fault.name);
        assert_eq!(sandbox.text(), BEFORE, "{}", fault.name);
    }
}

#[test]
fn status_and_doctor_work_with_everything_else_broken_and_report_it() {
    for fault in &FAULTS {
        let sandbox = left_bound();
        (fault.make)(&sandbox);
        let printed = works(&sandbox, fault, &["status"]);
        assert!(printed.contains("binding"), "{}: {printed}", fault.name);
        let json = sandbox.run_soon(&["status", "--json"]);
        let status: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
        let state = status["binding"]["state"].as_str().unwrap();
        assert!(state.starts_with("bound"), "{}: {status}", fault.name);
        let output = sandbox.run_soon(&["doctor"]);
        let printed = output_text(&output);
        // Something has to be mended: that is what 1 says of `doctor`.
        assert_eq!(output.status.code(), Some(1), "{}: {printed}", fault.name);
        assert!(
            printed.contains("binding") && printed.contains(fault.file),
            "{}: {printed}",
            fault.name
        );
        assert!(sandbox.text().contains(OURS), "{}: looking changes nothing", fault.name);
    }
}

#[test]
fn restore_works_with_everything_else_broken_and_reports_it() {
    for fault in &FAULTS {
        if fault.name.contains("gone") {
            // The copies are gone, too: there is nothing to restore.
            continue;
        }
        let sandbox = left_bound();
        (fault.make)(&sandbox);
        works(&sandbox, fault, &["restore", "--yes"]);
        assert_eq!(sandbox.text(), BEFORE, "{}", fault.name);
    }
}

#[test]
fn unbind_works_without_a_home_and_without_a_journal() {
    let sandbox = left_bound();
    let mut command = sandbox.command(&["unbind"]);
    command.env_remove("ROTUNDA_HOME").env("HOME", sandbox.path("nowhere"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", output_text(&output));
    assert_eq!(sandbox.text(), BEFORE);
}

#[test]
fn a_running_rotunda_with_a_damaged_control_file_can_still_be_unbound() {
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    let _serving = sandbox.serve(&["--bind"]);
    put(&sandbox.path("ours/data/control.json"), b"{");
    let printed = sandbox.works_soon(&["unbind"]);
    assert!(printed.contains("Codex is unbound") && printed.contains("control.json"), "{printed}");
    assert_eq!(sandbox.text(), BEFORE);
}
