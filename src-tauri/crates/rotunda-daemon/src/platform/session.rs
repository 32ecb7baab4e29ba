//! A Linux user's session: what it starts, and what its bus knows.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{AtLogin, HOME_VARIABLE, TrayHost, is_program};
use crate::home::Env;

/// Where desktops look for what to start, below the user's home.
const AUTOSTART: &str = ".config/autostart";
/// The tray app's program, and the name of the entry that it writes itself.
const APP: [&str; 2] = ["rotunda-desktop", "Rotunda.desktop"];
/// Enabled units are linked here, below the folder of settings.
const UNIT: &str = "systemd/user/default.target.wants/rotunda.service";
/// The same for every user of the machine.
const UNIT_FOR_ALL: &str = "/etc/systemd/user/default.target.wants/rotunda.service";
/// Owned by whoever shows tray icons.
const WATCHER: &str = "org.kde.StatusNotifierWatcher";
/// A bus answers at once.
const PATIENCE: Duration = Duration::from_secs(5);
/// Where the desktop app is installed, as packages go; its Codex lies among its
/// resources, as on the other systems.
const APPS: [&str; 3] = ["/usr/lib/chatgpt", "/opt/chatgpt", "/usr/share/chatgpt"];

/// What starts Rotunda at login: the tray app's entry, else the systemd unit.
pub(crate) fn at_login(env: &Env) -> AtLogin {
    let Some(home) = env.path(HOME_VARIABLE) else { return AtLogin::Off };
    let entries = fs::read_dir(home.join(AUTOSTART)).into_iter().flatten().filter_map(Result::ok);
    let mut entries: Vec<_> = entries.map(|entry| entry.path()).collect();
    entries.sort();
    if let Some((entry, program)) = entries.into_iter().find_map(ours) {
        let is_there = !program.is_absolute() || is_program(&program);
        return if is_there { AtLogin::App(program) } else { AtLogin::Gone { entry, program } };
    }
    let settings = env.path("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
    let is_linked = |unit: &Path| fs::symlink_metadata(unit).is_ok();
    let for_all = env.asks_system() && is_linked(Path::new(UNIT_FOR_ALL));
    if for_all || is_linked(&settings.join(UNIT)) { AtLogin::Unit } else { AtLogin::Off }
}

/// An entry that is ours and in force, with the program it starts.
fn ours(entry: PathBuf) -> Option<(PathBuf, PathBuf)> {
    let text = fs::read_to_string(&entry).ok()?;
    let value = |key: &str| {
        let mut values = text.lines().filter_map(|line| line.split_once('='));
        values.find(|(found, _)| found.trim() == key).map(|(_, value)| value.trim())
    };
    // The path has no space, or the app would not have written the entry.
    let program = PathBuf::from(value("Exec")?.split_whitespace().next()?.trim_matches('"'));
    let [app, name] = APP.map(std::ffi::OsStr::new);
    let is_ours = program.file_name() == Some(app) || entry.file_name() == Some(name);
    let is_off =
        value("Hidden") == Some("true") || value("X-GNOME-Autostart-enabled") == Some("false");
    (is_ours && !is_off).then_some((entry, program))
}

/// Asks the session bus who shows tray icons.
pub(crate) async fn tray_host(env: &Env) -> TrayHost {
    let Some(address) = session_bus(env) else { return TrayHost::NoSession };
    match tokio::time::timeout(PATIENCE, has_owner(&address, WATCHER)).await {
        Ok(Ok(true)) => TrayHost::There,
        Ok(Ok(false)) => TrayHost::Missing,
        Ok(Err(_)) | Err(_) => TrayHost::Silent,
    }
}

fn session_bus(env: &Env) -> Option<String> {
    if let Some(address) = env.get("DBUS_SESSION_BUS_ADDRESS") {
        return Some(address.to_owned());
    }
    let usual = env.path("XDG_RUNTIME_DIR")?.join("bus");
    usual.exists().then(|| format!("unix:path={}", usual.display()))
}

async fn has_owner(address: &str, name: &'static str) -> zbus::Result<bool> {
    let bus = zbus::connection::Builder::address(address)?.build().await?;
    let bus = zbus::fdo::DBusProxy::new(&bus).await?;
    Ok(bus.name_has_owner(zbus::names::BusName::from_static_str(name)?).await?)
}

/// Where the desktop app's own Codex may be, best first.
pub(crate) fn bundled(env: &Env) -> Vec<PathBuf> {
    let apps = if env.asks_system() { &APPS[..] } else { &[] };
    let inside = ["resources/codex-cli/bin/codex", "resources/codex"];
    apps.iter().flat_map(|app| inside.map(|place| Path::new(app).join(place))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct User(tempfile::TempDir);

    impl User {
        fn new() -> Self {
            let user = Self(tempfile::tempdir().unwrap());
            fs::create_dir_all(user.0.path().join(AUTOSTART)).unwrap();
            user
        }

        fn env(&self) -> Env {
            Env::of([(HOME_VARIABLE, self.0.path())])
        }

        fn entry(&self, name: &str, lines: &str) -> PathBuf {
            let path = self.0.path().join(AUTOSTART).join(name);
            fs::write(&path, format!("[Desktop Entry]\n{lines}\n")).unwrap();
            path
        }
    }

    #[test]
    fn an_entry_of_ours_is_on_unless_it_is_hidden() {
        let user = User::new();
        user.entry("other.desktop", "Exec=/bin/true");
        assert_eq!(at_login(&user.env()), AtLogin::Off);
        user.entry("Rotunda.desktop", "Exec=/bin/sh --hidden");
        assert_eq!(at_login(&user.env()), AtLogin::App("/bin/sh".into()));
        user.entry("Rotunda.desktop", "Exec=/bin/sh --hidden\nHidden=true");
        assert_eq!(at_login(&user.env()), AtLogin::Off);
    }

    #[test]
    fn an_entry_whose_program_is_gone_is_told() {
        let user = User::new();
        let program = user.0.path().join("rotunda-desktop");
        let entry = user.entry("mine.desktop", &format!("Exec={}", program.display()));
        assert_eq!(at_login(&user.env()), AtLogin::Gone { entry, program });
    }

    #[test]
    fn an_enabled_unit_counts_without_an_entry() {
        let user = User::new();
        let unit = user.0.path().join(".config").join(UNIT);
        fs::create_dir_all(unit.parent().unwrap()).unwrap();
        // A link to a unit of the system, which need not be on this machine.
        std::os::unix::fs::symlink("/nowhere/rotunda.service", &unit).unwrap();
        assert_eq!(at_login(&user.env()), AtLogin::Unit);
    }

    #[tokio::test]
    async fn a_bus_that_is_not_there_is_no_session_or_silent() {
        let run = tempfile::tempdir().unwrap();
        let env = Env::of([("XDG_RUNTIME_DIR", run.path())]);
        assert_eq!(tray_host(&env).await, TrayHost::NoSession);
        let address = format!("unix:path={}/gone", run.path().display());
        let env = env.with("DBUS_SESSION_BUS_ADDRESS", address);
        assert_eq!(tray_host(&env).await, TrayHost::Silent);
    }

    /// With the private bus of installers/groups/keyring.sh only.
    #[tokio::test]
    async fn a_tray_host_is_found_on_the_session_bus() {
        if std::env::var_os("ROTUNDA_TEST_KEYRING").is_none() {
            return;
        }
        let address = std::env::var("DBUS_SESSION_BUS_ADDRESS").unwrap();
        let env = Env::of([("DBUS_SESSION_BUS_ADDRESS", &address)]);
        assert_eq!(tray_host(&env).await, TrayHost::Missing);
        let host = zbus::connection::Builder::address(address.as_str()).unwrap();
        let host = host.name(WATCHER).unwrap().build().await.unwrap();
        assert_eq!(tray_host(&env).await, TrayHost::There);
        drop(host);
    }
}
