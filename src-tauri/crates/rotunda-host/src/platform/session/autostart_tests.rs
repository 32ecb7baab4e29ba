use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::*;
use crate::{platform::HOME_VARIABLE, session::Files};

/// A user with a home folder, a system with entries of its own, and a program.
struct User {
    root: tempfile::TempDir,
    program: PathBuf,
}

impl User {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let user = Self { program: root.path().join("bin dir/rotunda-desktop"), root };
        for folder in ["bin dir", "home/.config/autostart", "etc/autostart"] {
            fs::create_dir_all(user.path(folder)).unwrap();
        }
        fs::write(&user.program, "").unwrap();
        fs::set_permissions(&user.program, fs::Permissions::from_mode(0o755)).unwrap();
        user
    }

    fn path(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }

    fn env(&self) -> Env {
        let env = Env::of([(HOME_VARIABLE, self.path("home"))]);
        env.with("XDG_CONFIG_DIRS", self.path("etc")).with("XDG_CURRENT_DESKTOP", "ubuntu:GNOME")
    }

    /// An entry in a folder, with this line for its program.
    fn entry(&self, folder: &str, name: &str, lines: &str) -> PathBuf {
        let path = self.path(folder).join("autostart").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let exec = entry::exec(&[self.program.to_str().unwrap(), "--hidden"]);
        fs::write(&path, format!("[Desktop Entry]\nExec={exec}\n{lines}\n")).unwrap();
        path
    }

    fn app(&self) -> AtLogin {
        AtLogin::App(self.program.clone())
    }

    fn starts(&self) -> bool {
        at_login(&self.env()).starts_again()
    }
}

const USER: &str = "home/.config";

#[test]
fn entries_are_looked_for_where_the_session_looks() {
    let user = User::new();
    assert_eq!(at_login(&user.env()), AtLogin::Off);
    user.entry(USER, "Rotunda.desktop", "");
    assert_eq!(at_login(&user.env()), user.app());
    let elsewhere = user.env().with("XDG_CONFIG_HOME", user.path("settings"));
    assert_eq!(at_login(&elsewhere), AtLogin::Off);
    assert!(has_misplaced_entry(&elsewhere) && !has_misplaced_entry(&user.env()));
    user.entry("settings", "mine.desktop", "");
    assert_eq!(at_login(&elsewhere), user.app());
    let relative = user.env().with("XDG_CONFIG_HOME", "settings");
    assert_eq!(at_login(&relative), user.app());
}

#[test]
fn a_disabled_entry_does_not_count_and_names_the_line() {
    let lines = [
        "Hidden=true",
        "X-GNOME-Autostart-enabled=false",
        "X-MATE-Autostart-enabled=false",
        "OnlyShowIn=KDE;XFCE;",
        "NotShowIn=KDE;GNOME;",
        "TryExec=/nowhere/rotunda-desktop",
        "TryExec=rotunda-desktop",
        "Type=Link",
        "AutostartCondition=if-exists gone",
        "AutostartCondition=GSettings org.example enabled",
    ];
    for line in lines {
        let user = User::new();
        let entry = user.entry(USER, "Rotunda.desktop", line);
        let line = line.to_owned();
        assert_eq!(at_login(&user.env()), AtLogin::Inactive { entry, line });
        assert!(!user.starts());
    }
    for line in [
        "Hidden=false",
        "X-GNOME-Autostart-enabled=true",
        "OnlyShowIn=KDE;GNOME;",
        "NotShowIn=KDE;",
        "Type=Application",
        "AutostartCondition=unless-exists gone",
        "[Desktop Action x]\nHidden=true",
    ] {
        let user = User::new();
        user.entry(USER, "Rotunda.desktop", line);
        assert_eq!(at_login(&user.env()), user.app(), "{line}");
    }
}

#[test]
fn an_entry_of_the_system_counts_unless_the_user_has_one_of_its_name() {
    let user = User::new();
    user.entry("etc", "rotunda.desktop", "");
    assert_eq!(at_login(&user.env()), user.app());
    let shadow = user.entry(USER, "rotunda.desktop", "Hidden=true");
    assert!(!user.starts());
    // Whatever it is: a file of that name is what the session takes.
    fs::write(&shadow, "").unwrap();
    assert!(!user.starts());
    fs::remove_file(&shadow).unwrap();
    symlink("/dev/null", &shadow).unwrap();
    assert!(!user.starts());
}

#[test]
fn an_entry_with_a_program_that_cannot_start_is_named() {
    let user = User::new();
    let entry = user.entry(USER, "Rotunda.desktop", "");
    fs::set_permissions(&user.program, fs::Permissions::from_mode(0o644)).unwrap();
    let program = user.program.clone();
    assert_eq!(at_login(&user.env()), AtLogin::Gone { entry: entry.clone(), program });
    for exec in ["rotunda-desktop", "~/bin/rotunda-desktop", "bin/rotunda-desktop"] {
        fs::write(&entry, format!("[Desktop Entry]\nExec={exec}\n")).unwrap();
        let gone = AtLogin::Gone { entry: entry.clone(), program: exec.into() };
        assert_eq!(at_login(&user.env()), gone);
    }
    fs::set_permissions(&user.program, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(&entry, "[Desktop Entry]\nExec=env A=1 rotunda-desktop\n").unwrap();
    let env = user.env().with("PATH", user.path("bin dir"));
    assert_eq!(at_login(&env), AtLogin::App("rotunda-desktop".into()));
    // A broken quote starts nothing.
    fs::write(&entry, "[Desktop Entry]\nExec=\"/usr/bin/rotunda-desktop\n").unwrap();
    assert_eq!(at_login(&env), AtLogin::Inactive { entry, line: String::new() });
}

#[test]
fn an_entry_for_the_router_alone_brings_codex_its_router_too() {
    let user = User::new();
    let router = user.path("bin dir/rotunda");
    fs::copy(&user.program, &router).unwrap();
    let entry = user.entry(USER, "router.desktop", "");
    let text = format!("[Desktop Entry]\nExec=\"{}\" serve --bind\n", router.display());
    fs::write(entry, text).unwrap();
    assert_eq!(at_login(&user.env()), AtLogin::Router(router));
    assert!(user.starts());
}

#[test]
fn an_entry_that_is_a_pipe_or_far_too_large_is_passed_by() {
    let user = User::new();
    let pipe = user.path("home/.config/autostart/pipe.desktop");
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    let large = user.entry(USER, "large.desktop", "");
    fs::write(large, vec![b'#'; 1 << 20]).unwrap();
    assert_eq!(at_login(&user.env()), AtLogin::Off);
}

#[test]
fn switched_on_and_off_it_is_what_the_session_sees() {
    let user = User::new();
    let env = user.env().with("XDG_CONFIG_HOME", user.path("settings"));
    let old = user.entry(USER, "Rotunda.desktop", "");
    start_at_login(&env, &user.program, &Files).unwrap();
    assert_eq!(at_login(&env), user.app());
    assert!(!old.exists(), "the entry that no session reads is still there");
    let written = fs::read_to_string(user.path("settings/autostart/Rotunda.desktop")).unwrap();
    assert!(written.contains(&format!("Exec=\"{}\" --hidden\n", user.program.display())));
    stay_away_at_login(&env, &Files).unwrap();
    assert_eq!(at_login(&env), AtLogin::Off);
}

#[test]
fn switched_off_no_entry_of_any_name_starts_it() {
    let user = User::new();
    user.entry("etc", "Rotunda.desktop", "");
    let mine =
        user.entry(USER, "mine.desktop", "Hidden=false\nName=My own\n[Desktop Action a]\nExec=b");
    user.entry(USER, "Rotunda.desktop", "");
    let other = user.entry(USER, "other.desktop", "");
    fs::write(&other, "[Desktop Entry]\nExec=/bin/true\n").unwrap();
    stay_away_at_login(&user.env(), &Files).unwrap();
    assert!(!user.starts());
    let text = fs::read_to_string(mine).unwrap();
    assert!(text.contains("Name=My own") && text.contains("[Desktop Action a]\nExec=b"), "{text}");
    assert_eq!(fs::read_to_string(other).unwrap(), "[Desktop Entry]\nExec=/bin/true\n");
    start_at_login(&user.env(), &user.program, &Files).unwrap();
    assert_eq!(at_login(&user.env()), user.app());
}

#[test]
fn an_enabled_unit_counts_only_while_it_exists_and_is_not_masked() {
    let user = User::new();
    let units = user.path("home/.config/systemd/user");
    let link = units.join("default.target.wants/rotunda.service");
    fs::create_dir_all(link.parent().unwrap()).unwrap();
    symlink("/nowhere/rotunda.service", &link).unwrap();
    assert_eq!(at_login(&user.env()), AtLogin::Off);
    // systemd finds a unit by its name, wherever the link leads.
    let packaged = user.path("home/.local/share/systemd/user/rotunda.service");
    fs::create_dir_all(packaged.parent().unwrap()).unwrap();
    fs::write(&packaged, "[Unit]\n").unwrap();
    assert_eq!(at_login(&user.env()), AtLogin::Unit);
    symlink("/dev/null", units.join("rotunda.service")).unwrap();
    assert_eq!(at_login(&user.env()), AtLogin::Off);
    let socket = units.join("sockets.target.wants/rotunda.socket");
    fs::create_dir_all(socket.parent().unwrap()).unwrap();
    fs::write(units.join("rotunda.socket"), "[Socket]\n").unwrap();
    symlink(units.join("rotunda.socket"), &socket).unwrap();
    assert_eq!(at_login(&user.env()), AtLogin::Unit);
}
