//! Files of others: a user's home under the administrator, mounts, folders of
//! another owner, paths that are no Unicode text. Where this system lets the test
//! be no administrator, what needs one is left out, with a printed line.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{
        ffi::OsStrExt as _,
        fs::{MetadataExt as _, PermissionsExt as _, chown},
    },
    path::Path,
    process::Command,
};

use crate::place::{Sandbox, Serving, string};

const BEFORE: &str = "model = \"m\"\n";
const OURS: &str = "openai_base_url = \"http://127.0.0.1:";
const USER: u32 = 4_242;
const GROUP: u32 = 4_243;
const OTHER: u32 = 4_244;

fn is_root(why: &str) -> bool {
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    if !root {
        eprintln!("left out: {why} needs the administrator");
    }
    root
}

/// Every file and folder below one, with its owner.
fn owners(folder: &Path) -> Vec<(String, u32)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let data = fs::symlink_metadata(entry.path()).unwrap();
        all.push((entry.path().display().to_string(), data.uid()));
        if data.is_dir() {
            all.extend(owners(&entry.path()));
        }
    }
    all
}

fn output_of(program: &str, arguments: &[&str], path: &Path) -> String {
    let output = Command::new(program).args(arguments).arg(path).output().unwrap();
    assert!(output.status.success(), "{program}: {}", string(&output.stderr));
    string(&output.stdout)
}

fn give_to_user(sandbox: &Sandbox) {
    for path in [sandbox.path(""), sandbox.codex()] {
        chown(&path, Some(USER), Some(GROUP)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    chown(sandbox.config(), Some(USER), Some(GROUP)).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn under_the_administrator_a_users_file_keeps_owner_group_mode_access_list_and_attributes() {
    if !is_root("another owner") {
        return;
    }
    let has = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if !has("setfacl") || !has("setfattr") {
        eprintln!("left out: setfacl and setfattr are not installed");
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    give_to_user(&sandbox);
    output_of("setfacl", &["-m", "u:4244:r--,m::r--"], &sandbox.config());
    output_of("setfattr", &["-n", "user.note", "-v", "mine"], &sandbox.config());
    fs::set_permissions(sandbox.config(), fs::Permissions::from_mode(0o640)).unwrap();
    let all = || {
        let data = fs::metadata(sandbox.config()).unwrap();
        let list = output_of("getfacl", &["--omit-header", "--absolute-names"], &sandbox.config());
        let notes = output_of("getfattr", &["--dump", "--absolute-names"], &sandbox.config());
        (data.uid(), data.gid(), data.mode(), list, notes)
    };
    let before = all();
    let serving = sandbox.serve(&["--bind"]);
    let data = fs::metadata(sandbox.config()).unwrap();
    assert_eq!((data.uid(), data.gid(), data.mode() & 0o777), (USER, GROUP, 0o600));
    let notes = output_of("getfattr", &["--dump", "--absolute-names"], &sandbox.config());
    assert!(notes.contains("user.note=\"mine\""), "{notes}");
    let strangers: Vec<_> =
        owners(&sandbox.path("")).into_iter().filter(|(_, owner)| *owner != USER).collect();
    assert!(strangers.is_empty(), "the user cannot use these later: {strangers:?}");
    assert_eq!(serving.terminate(), Some(0));
    assert_eq!(all(), before);
    assert_eq!(sandbox.text(), BEFORE);
}

/// The command as another user, in folders that this one gave away.
fn as_user(sandbox: &Sandbox, arguments: &[&str]) -> Command {
    let command = sandbox.command(arguments);
    let mut other = Command::new("setpriv");
    other.args(["--reuid", "4242", "--regid", "4243", "--clear-groups", "--"]);
    other.arg(command.get_program()).args(command.get_args()).env_clear();
    other.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    other
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_of_another_user_is_refused_by_name() {
    if !is_root("another owner") {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    give_to_user(&sandbox);
    chown(sandbox.config(), Some(OTHER), Some(OTHER)).unwrap();
    for arguments in [&["status"][..], &["unbind"]] {
        let output = as_user(&sandbox, arguments).output().unwrap();
        let printed = string(&output.stdout) + &string(&output.stderr);
        assert!(printed.contains("config.toml") && printed.contains("another user"), "{printed}");
    }
    assert_eq!(sandbox.text(), BEFORE);
}

#[cfg(target_os = "linux")]
#[test]
fn in_a_folder_of_another_owner_the_file_is_written_in_place() {
    if !is_root("another owner") {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    give_to_user(&sandbox);
    chown(sandbox.codex(), Some(0), Some(0)).unwrap();
    let before = fs::metadata(sandbox.config()).unwrap().ino();
    let serving = Serving::ready(as_user(&sandbox, &["serve", "--json", "--bind"]));
    assert!(sandbox.text().contains(OURS));
    assert_eq!(fs::metadata(sandbox.config()).unwrap().ino(), before);
    assert_eq!(serving.terminate(), Some(0));
    assert_eq!(sandbox.text(), BEFORE);
    assert_eq!(sandbox.left_behind(), ["config.toml"]);
}

/// As an editor under `sudo` leaves it.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_the_administrator_took_over_is_not_bound_and_is_unbound() {
    if !is_root("another owner") {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write(BEFORE);
    give_to_user(&sandbox);
    Serving::ready(as_user(&sandbox, &["serve", "--json", "--bind", "--keep-bound"])).crash();
    chown(sandbox.config(), Some(0), Some(0)).unwrap();
    fs::set_permissions(sandbox.config(), fs::Permissions::from_mode(0o644)).unwrap();
    let output = as_user(&sandbox, &["unbind"]).output().unwrap();
    assert!(output.status.success(), "{}", string(&output.stderr));
    assert_eq!(sandbox.text(), BEFORE);
    chown(sandbox.config(), Some(0), Some(0)).unwrap();
    let output = as_user(&sandbox, &["serve", "--bind"]).output().unwrap();
    let printed = string(&output.stderr);
    assert!(!output.status.success() && printed.contains("config.toml"), "{printed}");
    let data = fs::metadata(sandbox.config()).unwrap();
    assert_eq!((data.uid(), sandbox.text().as_str()), (0, BEFORE));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_is_a_mount_of_its_own_is_written_in_place() {
    let sandbox = Sandbox::new();
    sandbox.write("under the mount\n");
    fs::write(sandbox.path("real.toml"), BEFORE).unwrap();
    let script = "mount --bind \"$REAL\" \"$CODEX_HOME\"/config.toml || exit 77\n\
                  mkdir -p \"$ROTUNDA_HOME\"\n\
                  \"$ROTUNDA\" serve --bind --json > \"$ROTUNDA_HOME\"/out & pid=$!\n\
                  while ! grep -q ready \"$ROTUNDA_HOME\"/out; do sleep 0.05; done\n\
                  grep -c 127.0.0.1 \"$REAL\"\n\
                  kill -TERM $pid; wait $pid; echo \"code $?\"; cat \"$REAL\"";
    let command = sandbox.command(&[]);
    let mut inside = Command::new("unshare");
    inside.args(["-rm", "sh", "-c", script]).env_clear();
    inside.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    inside.env("REAL", sandbox.path("real.toml")).env("ROTUNDA", env!("CARGO_BIN_EXE_rotunda"));
    let output = inside.output().unwrap();
    let printed = string(&output.stdout) + &string(&output.stderr);
    if output.status.code() == Some(77) || printed.contains("unshare failed") {
        eprintln!("left out: this system allows no mounts in a namespace: {printed}");
        return;
    }
    assert_eq!(string(&output.stdout), format!("1\ncode 0\n{BEFORE}"), "{printed}");
    assert_eq!(sandbox.text(), "under the mount\n");
}

#[cfg(target_os = "linux")]
#[test]
fn homes_that_are_no_unicode_text_are_bound_and_unbound() {
    let sandbox = Sandbox::new();
    let codex = sandbox.path("").join(OsStr::from_bytes(b"codex \xff\xfe"));
    fs::create_dir(&codex).unwrap();
    let config = codex.join("config.toml");
    fs::write(&config, BEFORE).unwrap();
    let ours = sandbox.path("").join(OsStr::from_bytes(b"ours \xfe"));
    let with = |arguments: &[&str]| {
        let mut command = sandbox.command(arguments);
        command.env("CODEX_HOME", &codex).env("ROTUNDA_HOME", &ours);
        command
    };
    let serving = Serving::ready(with(&["serve", "--json", "--bind"]));
    assert!(fs::read_to_string(&config).unwrap().contains(OURS));
    for arguments in [&["status"][..], &["status", "--json"], &["profiles"], &["activity"]] {
        let output = with(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", string(&output.stderr));
    }
    // An import of a path that is no text is reported exactly by the running one.
    let mut import = with(&["import"]);
    import.arg(codex.join(OsStr::from_bytes(b"\xfc.json")));
    let refused = string(&import.output().unwrap().stderr);
    assert!(refused.contains("Nothing was imported") && refused.contains(".json"), "{refused}");
    serving.crash();
    let output = with(&["unbind"]).output().unwrap();
    assert!(output.status.success(), "{}", string(&output.stderr));
    assert_eq!(fs::read_to_string(&config).unwrap(), BEFORE);
    assert!(!sandbox.path("home/.local/share/rotunda").exists());
}

#[test]
fn an_unexpanded_tilde_is_reported_and_no_folder_is_made() {
    let sandbox = Sandbox::new();
    for variable in ["CODEX_HOME", "ROTUNDA_HOME"] {
        for arguments in [&["bind"][..], &["status"], &["serve"], &["import"]] {
            let mut command = sandbox.command(arguments);
            command.env(variable, "~/.codex").current_dir(sandbox.path(""));
            let output = command.output().unwrap();
            let printed = string(&output.stderr) + &string(&output.stdout);
            assert!(
                printed.contains("~/.codex") && printed.contains(variable),
                "{arguments:?}: {printed}"
            );
        }
    }
    assert!(!sandbox.path("~").exists());
    let mut command = sandbox.command(&["status"]);
    command.env("CODEX_HOME", sandbox.path("codex/config.toml"));
    sandbox.write(BEFORE);
    let printed = string(&command.output().unwrap().stderr);
    assert!(printed.contains("is no folder"), "{printed}");
    let mut command = sandbox.command(&["status"]);
    command.env("CODEX_HOME", "codex").current_dir(sandbox.path(""));
    assert!(command.output().unwrap().status.success());
}
