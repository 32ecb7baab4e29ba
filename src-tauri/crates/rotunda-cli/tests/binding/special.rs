//! Files that are no regular files, too large, or of another user: refused by
//! name, never waited for and never read into memory.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use crate::place::{Sandbox, string};

const BEFORE: &str = "model = \"m\"\n";

/// Makes a file of one kind at a path.
type Make = fn(&Path);

/// What may stand in the place of a file, and how a message names it.
const KINDS: [(&str, Make); 5] = [
    ("a named pipe", |path| {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }),
    ("a device", |path| symlink("/dev/zero", path).unwrap()),
    ("a folder", |path| fs::create_dir(path).unwrap()),
    ("a socket", |path| drop(std::os::unix::net::UnixListener::bind(path).unwrap())),
    ("larger than 16 MiB", |path| {
        fs::File::create(path).unwrap().set_len(64 << 30).unwrap();
    }),
];

/// Every file that is read, and the command that names it.
const FILES: [(&str, &[&str]); 8] = [
    ("codex/config.toml", &["status"]),
    ("codex/auth.json", &["import", "codex/auth.json"]),
    ("sign-in.json", &["import", "sign-in.json"]),
    ("ours/config/settings.toml", &["status"]),
    ("ours/data/control.json", &["status"]),
    ("ours/data/binding.json", &["status"]),
    ("ours/data/vault.json", &["doctor"]),
    ("ours/data/client.key", &["bind", "--print"]),
];

/// Read by commands that need not name them.
const SILENT: [&str; 4] =
    ["codex/.env", "codex/work.config.toml", "codex/.rotunda-binding.json", "codex/auth.json"];

fn replace(path: &Path, make: fn(&Path)) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    if path.is_dir() {
        fs::remove_dir_all(path).unwrap();
    } else {
        drop(fs::remove_file(path));
    }
    make(path);
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    sandbox.serve(&["--bind", "--keep-bound"]).crash();
    sandbox
}

#[test]
fn a_file_that_is_no_regular_file_is_refused_by_name_by_each_command() {
    for (kind, make) in KINDS {
        for (file, arguments) in FILES {
            let sandbox = sandbox();
            replace(&sandbox.path(file), make);
            let paths: Vec<PathBuf> =
                arguments.iter().map(|argument| sandbox.path(argument)).collect();
            let arguments: Vec<&str> = arguments
                .iter()
                .zip(&paths)
                .map(
                    |(argument, path)| {
                        if argument.contains(".json") { path.to_str().unwrap() } else { argument }
                    },
                )
                .collect();
            let output = sandbox.run_soon(&arguments);
            let printed = string(&output.stdout) + &string(&output.stderr);
            let name = Path::new(file).file_name().unwrap().to_str().unwrap();
            assert!(printed.contains(name), "{kind} {file}: {printed}");
            // Sign-ins have a limit of their own, of 1 MiB, and may be named by
            // their folder.
            let others = ["too large", "there is no sign-in in"];
            let is_named =
                printed.contains(kind) || others.iter().any(|text| printed.contains(text));
            assert!(is_named, "{kind} {file}: {printed}");
            // Whatever it is, Codex is let go.
            if !file.ends_with("config.toml") {
                sandbox.works_soon(&["unbind"]);
                assert_eq!(sandbox.text(), BEFORE, "{kind} {file}");
            }
        }
    }
}

#[test]
fn no_command_waits_for_a_special_file_beside_codex_s() {
    for (kind, make) in KINDS {
        for file in SILENT {
            let sandbox = sandbox();
            replace(&sandbox.path(file), make);
            for arguments in [&["status"][..], &["doctor"], &["unbind"]] {
                sandbox.run_soon(arguments);
            }
            assert_eq!(sandbox.text(), BEFORE, "{kind} {file}");
        }
    }
}

/// An editor that saves by writing has the file open while it is exchanged.
#[cfg(target_os = "linux")]
#[test]
fn what_an_editor_writes_into_a_file_that_was_open_across_binding_is_taken_over() {
    use std::io::{Seek as _, Write as _};
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    let _serving = sandbox.serve(&[]);
    let mut editor = fs::OpenOptions::new().write(true).open(sandbox.config()).unwrap();
    sandbox.works_soon(&["bind"]);
    assert!(sandbox.text().contains("127.0.0.1"));
    editor.rewind().unwrap();
    editor.write_all(b"edited = 1\nmodel = \"m\"\n").unwrap();
    drop(editor);
    crate::place::wait(|| sandbox.text().contains("edited = 1").then_some(()));
    assert!(sandbox.text().contains("127.0.0.1"), "{}", sandbox.text());
    sandbox.works_soon(&["unbind"]);
    assert_eq!(sandbox.text(), "edited = 1\nmodel = \"m\"\n");
    crate::place::wait(|| (sandbox.left_behind() == ["config.toml"]).then_some(()));
}
