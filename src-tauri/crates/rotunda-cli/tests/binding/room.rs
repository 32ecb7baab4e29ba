//! A full disk and one that is read-only, as the system makes them: a tiny file
//! system in a namespace of its own. Where the system allows no namespaces,
//! the faults of the unit tests stand in for it.

use std::process::Command;

use crate::place::{Sandbox, string};

fn has_namespaces() -> bool {
    let mut command = Command::new("unshare");
    let can = command.args(["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).output();
    can.is_ok_and(|can| can.status.success())
}

/// Runs a script with Codex's folder on a file system of 64 KiB; its output.
fn in_a_small_room(sandbox: &Sandbox, script: &str) -> String {
    let mut command = sandbox.command(&[]);
    let variables: Vec<_> = command
        .get_envs()
        .map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned)))
        .collect();
    command = Command::new("unshare");
    command.args(["-rm", "sh", "-c"]).arg(format!(
        "mount -t tmpfs -o size=64k none \"$CODEX_HOME\" && cd \"$CODEX_HOME\" || exit 9\n\
         fill() {{ dd if=/dev/zero of=filler bs=4k 2>/dev/null; }}\n\
         ready() {{ while ! grep -q ready \"$ROTUNDA_HOME\"/out; do sleep 0.05; done; }}\n\
         mkdir -p \"$ROTUNDA_HOME\"\n{script}"
    ));
    command.env_clear();
    for (name, value) in variables {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command.env("ROTUNDA", env!("CARGO_BIN_EXE_rotunda"));
    let output = command.output().unwrap();
    string(&output.stdout) + &string(&output.stderr)
}

#[test]
fn a_full_disk_refuses_the_binding_and_leaves_the_file() {
    if !has_namespaces() {
        return;
    }
    let sandbox = Sandbox::new();
    let printed = in_a_small_room(
        &sandbox,
        "printf 'a = 1\\n' > config.toml; fill\n\
         \"$ROTUNDA\" serve --bind; echo \"code $?\"; cat config.toml; ls -A",
    );
    assert!(printed.contains("code 1\na = 1\nconfig.toml\nfiller\n"), "{printed}");
    assert!(printed.contains("No space left on device"), "{printed}");
}

#[test]
fn on_a_disk_that_filled_up_while_bound_the_line_is_taken_out_in_place() {
    if !has_namespaces() {
        return;
    }
    let sandbox = Sandbox::new();
    let printed = in_a_small_room(
        &sandbox,
        "printf 'a = 1\\n' > config.toml\n\
         \"$ROTUNDA\" serve --bind --json > \"$ROTUNDA_HOME\"/out & pid=$!; ready; fill\n\
         kill -TERM $pid; wait $pid; echo \"code $?\"; cat config.toml; ls -A",
    );
    assert!(printed.contains("code 0\na = 1\nconfig.toml\nfiller\n"), "{printed}");
}

#[test]
fn a_data_folder_that_is_read_only_or_full_does_not_keep_codex_bound() {
    if !has_namespaces() {
        return;
    }
    for fault in ["mount -o remount,ro", "cd"] {
        let sandbox = Sandbox::new();
        let printed = in_a_small_room(
            &sandbox,
            &format!(
                "printf 'a = 1\\n' > config.toml; mount -t tmpfs -o size=600k none \"$ROTUNDA_HOME\"\n\
                 \"$ROTUNDA\" serve --bind --json > \"$HOME\".out & pid=$!\n\
                 while ! grep -q ready \"$HOME\".out; do sleep 0.05; done\n\
                 kill -KILL $pid; wait $pid; {fault} \"$ROTUNDA_HOME\"; fill; cd \"$CODEX_HOME\"\n\
                 \"$ROTUNDA\" status; echo \"status $?\"; \"$ROTUNDA\" unbind; echo \"code $?\"\n\
                 cat config.toml",
            ),
        );
        assert!(
            printed.contains("status 0\n") && printed.contains("code 0\na = 1\n"),
            "{fault}: {printed}"
        );
    }
}

#[test]
fn a_read_only_folder_is_reported() {
    if !has_namespaces() {
        return;
    }
    let sandbox = Sandbox::new();
    let printed = in_a_small_room(
        &sandbox,
        "printf 'a = 1\\n' > config.toml; cd /; mount -o remount,ro \"$CODEX_HOME\"\n\
         \"$ROTUNDA\" serve --bind; echo \"code $?\"; cat \"$CODEX_HOME\"/config.toml",
    );
    assert!(printed.contains("code 1\na = 1\n"), "{printed}");
    assert!(printed.contains("Read-only file system"), "{printed}");
}
