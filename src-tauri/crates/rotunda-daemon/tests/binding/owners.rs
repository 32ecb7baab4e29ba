//! Files of others: a user's home under the administrator, mounts, folders of
//! another owner, paths that are no Unicode text. Where this system lets the test
//! be no administrator, what needs one is left out and said.

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

use crate::place::{Place, Serving, string};

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

fn give_to_user(place: &Place) {
    for path in [place.path(""), place.codex()] {
        chown(&path, Some(USER), Some(GROUP)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    chown(place.config(), Some(USER), Some(GROUP)).unwrap();
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
    let place = Place::new();
    place.write(BEFORE);
    give_to_user(&place);
    output_of("setfacl", &["-m", "u:4244:r--,m::r--"], &place.config());
    output_of("setfattr", &["-n", "user.note", "-v", "mine"], &place.config());
    fs::set_permissions(place.config(), fs::Permissions::from_mode(0o640)).unwrap();
    let all = || {
        let data = fs::metadata(place.config()).unwrap();
        let list = output_of("getfacl", &["--omit-header", "--absolute-names"], &place.config());
        let notes = output_of("getfattr", &["--dump", "--absolute-names"], &place.config());
        (data.uid(), data.gid(), data.mode(), list, notes)
    };
    let before = all();
    let serving = place.serve(&["--bind"]);
    let data = fs::metadata(place.config()).unwrap();
    assert_eq!((data.uid(), data.gid(), data.mode() & 0o777), (USER, GROUP, 0o600));
    let notes = output_of("getfattr", &["--dump", "--absolute-names"], &place.config());
    assert!(notes.contains("user.note=\"mine\""), "{notes}");
    let strangers: Vec<_> =
        owners(&place.path("")).into_iter().filter(|(_, owner)| *owner != USER).collect();
    assert!(strangers.is_empty(), "the user cannot use these later: {strangers:?}");
    assert_eq!(serving.terminate(), Some(0));
    assert_eq!(all(), before);
    assert_eq!(place.text(), BEFORE);
}

/// The command as another user, in folders that this one gave away.
fn as_user(place: &Place, arguments: &[&str]) -> Command {
    let command = place.command(arguments);
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
    let place = Place::new();
    place.write(BEFORE);
    give_to_user(&place);
    chown(place.config(), Some(OTHER), Some(OTHER)).unwrap();
    for arguments in [&["status"][..], &["unbind"]] {
        let output = as_user(&place, arguments).output().unwrap();
        let printed = string(&output.stdout) + &string(&output.stderr);
        assert!(printed.contains("config.toml") && printed.contains("another user"), "{printed}");
    }
    assert_eq!(place.text(), BEFORE);
}

#[cfg(target_os = "linux")]
#[test]
fn in_a_folder_of_another_owner_the_file_is_written_in_place() {
    if !is_root("another owner") {
        return;
    }
    let place = Place::new();
    place.write(BEFORE);
    give_to_user(&place);
    chown(place.codex(), Some(0), Some(0)).unwrap();
    let before = fs::metadata(place.config()).unwrap().ino();
    let serving = Serving::ready(as_user(&place, &["serve", "--json", "--bind"]));
    assert!(place.text().contains(OURS));
    assert_eq!(fs::metadata(place.config()).unwrap().ino(), before);
    assert_eq!(serving.terminate(), Some(0));
    assert_eq!(place.text(), BEFORE);
    assert_eq!(place.left_behind(), ["config.toml"]);
}

/// As an editor under `sudo` leaves it.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_the_administrator_took_over_is_not_bound_and_is_unbound() {
    if !is_root("another owner") {
        return;
    }
    let place = Place::new();
    place.write(BEFORE);
    give_to_user(&place);
    Serving::ready(as_user(&place, &["serve", "--json", "--bind", "--keep-bound"])).crash();
    chown(place.config(), Some(0), Some(0)).unwrap();
    fs::set_permissions(place.config(), fs::Permissions::from_mode(0o644)).unwrap();
    let output = as_user(&place, &["unbind"]).output().unwrap();
    assert!(output.status.success(), "{}", string(&output.stderr));
    assert_eq!(place.text(), BEFORE);
    chown(place.config(), Some(0), Some(0)).unwrap();
    let output = as_user(&place, &["serve", "--bind"]).output().unwrap();
    let printed = string(&output.stderr);
    assert!(!output.status.success() && printed.contains("config.toml"), "{printed}");
    let data = fs::metadata(place.config()).unwrap();
    assert_eq!((data.uid(), place.text().as_str()), (0, BEFORE));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_is_a_mount_of_its_own_is_written_in_place() {
    let place = Place::new();
    place.write("under the mount\n");
    fs::write(place.path("real.toml"), BEFORE).unwrap();
    let script = "mount --bind \"$REAL\" \"$CODEX_HOME\"/config.toml || exit 77\n\
                  mkdir -p \"$ROTUNDA_HOME\"\n\
                  \"$ROTUNDA\" serve --bind --json > \"$ROTUNDA_HOME\"/out & pid=$!\n\
                  while ! grep -q ready \"$ROTUNDA_HOME\"/out; do sleep 0.05; done\n\
                  grep -c 127.0.0.1 \"$REAL\"\n\
                  kill -TERM $pid; wait $pid; echo \"code $?\"; cat \"$REAL\"";
    let command = place.command(&[]);
    let mut inside = Command::new("unshare");
    inside.args(["-rm", "sh", "-c", script]).env_clear();
    inside.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    inside.env("REAL", place.path("real.toml")).env("ROTUNDA", env!("CARGO_BIN_EXE_rotunda"));
    let output = inside.output().unwrap();
    let printed = string(&output.stdout) + &string(&output.stderr);
    if output.status.code() == Some(77) || printed.contains("unshare failed") {
        eprintln!("left out: this system allows no mounts in a namespace: {printed}");
        return;
    }
    assert_eq!(string(&output.stdout), format!("1\ncode 0\n{BEFORE}"), "{printed}");
    assert_eq!(place.text(), "under the mount\n");
}

#[cfg(target_os = "linux")]
#[test]
fn homes_that_are_no_unicode_text_are_bound_and_unbound() {
    let place = Place::new();
    let codex = place.path("").join(OsStr::from_bytes(b"codex \xff\xfe"));
    fs::create_dir(&codex).unwrap();
    let config = codex.join("config.toml");
    fs::write(&config, BEFORE).unwrap();
    let ours = place.path("").join(OsStr::from_bytes(b"ours \xfe"));
    let with = |arguments: &[&str]| {
        let mut command = place.command(arguments);
        command.env("CODEX_HOME", &codex).env("ROTUNDA_HOME", &ours);
        command
    };
    let serving = Serving::ready(with(&["serve", "--json", "--bind"]));
    assert!(fs::read_to_string(&config).unwrap().contains(OURS));
    for arguments in [&["status"][..], &["status", "--json"], &["profiles"], &["activity"]] {
        let output = with(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", string(&output.stderr));
    }
    // An import of a path that is no text is told truly by the running one.
    let mut import = with(&["import"]);
    import.arg(codex.join(OsStr::from_bytes(b"\xfc.json")));
    let refused = string(&import.output().unwrap().stderr);
    assert!(refused.contains("Nothing was imported") && refused.contains(".json"), "{refused}");
    serving.crash();
    let output = with(&["unbind"]).output().unwrap();
    assert!(output.status.success(), "{}", string(&output.stderr));
    assert_eq!(fs::read_to_string(&config).unwrap(), BEFORE);
    assert!(!place.path("home/.local/share/rotunda").exists());
}

#[test]
fn an_unexpanded_tilde_is_reported_and_no_folder_is_made() {
    let place = Place::new();
    for variable in ["CODEX_HOME", "ROTUNDA_HOME"] {
        for arguments in [&["bind"][..], &["status"], &["serve"], &["import"]] {
            let mut command = place.command(arguments);
            command.env(variable, "~/.codex").current_dir(place.path(""));
            let output = command.output().unwrap();
            let printed = string(&output.stderr) + &string(&output.stdout);
            assert!(
                printed.contains("~/.codex") && printed.contains(variable),
                "{arguments:?}: {printed}"
            );
        }
    }
    assert!(!place.path("~").exists());
    let mut command = place.command(&["status"]);
    command.env("CODEX_HOME", place.path("codex/config.toml"));
    place.write(BEFORE);
    let printed = string(&command.output().unwrap().stderr);
    assert!(printed.contains("is no folder"), "{printed}");
    let mut command = place.command(&["status"]);
    command.env("CODEX_HOME", "codex").current_dir(place.path(""));
    assert!(command.output().unwrap().status.success());
}
