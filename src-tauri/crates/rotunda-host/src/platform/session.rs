//! A Linux user's session: what it starts, and what its bus knows.

mod autostart;
mod entry;
mod program;
mod units;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

pub use self::autostart::at_login;
pub(crate) use self::autostart::has_misplaced_entry;
use tokio::time::timeout;

use super::{EntryFiles, Env, TrayHost};

/// Owned by the program that shows tray icons.
const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const WATCHER_PATH: &str = "/StatusNotifierWatcher";
/// A bus answers at once.
const PATIENCE: Duration = Duration::from_secs(5);
/// Where the desktop app is installed, as packages go; its Codex lies among its
/// resources, as on the other systems.
const APPS: [&str; 3] = ["/usr/lib/chatgpt", "/opt/chatgpt", "/usr/share/chatgpt"];

/// Makes the session start `program` in the tray at login, or nothing of ours.
#[expect(clippy::unnecessary_wraps, reason = "the same face as where it is not done here")]
pub(crate) fn set_at_login<F: EntryFiles>(
    env: &Env,
    program: &Path,
    on: bool,
    files: &F,
) -> Option<Result<(), F::Error>> {
    Some(if on {
        autostart::start_at_login(env, program, files)
    } else {
        autostart::stay_away_at_login(env, files)
    })
}

/// Asks the session bus who shows tray icons.
pub async fn tray_host(env: &Env) -> TrayHost {
    let Some(address) = session_bus(env) else { return TrayHost::NoSession };
    match timeout(PATIENCE, has_owner(&address, WATCHER)).await {
        Ok(Ok(true)) => {}
        Ok(Ok(false)) => return TrayHost::Missing,
        Ok(Err(_)) | Err(_) => return TrayHost::Silent,
    }
    match timeout(PATIENCE, ask_watcher(&address)).await {
        // An error is an answer too.
        Ok(_) => TrayHost::There,
        Err(_) => TrayHost::Hangs,
    }
}

async fn ask_watcher(address: &str) -> zbus::Result<()> {
    let bus = zbus::connection::Builder::address(address)?.build().await?;
    let property = (WATCHER, "IsStatusNotifierHostRegistered");
    let properties = Some("org.freedesktop.DBus.Properties");
    bus.call_method(Some(WATCHER), WATCHER_PATH, properties, "Get", &property).await.map(drop)
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
        // From here on calls are answered, with an error at least.
        let _ = host.object_server();
        assert_eq!(tray_host(&env).await, TrayHost::There);
        drop(host);
    }
}
