//! Whether systemd starts the router for this user at login.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::platform::Env;

/// The router, and the socket that starts it when Codex connects.
const UNITS: [&str; 2] = ["rotunda.service", "rotunda.socket"];
/// Units of all users that the administrator enabled.
const FOR_ALL: &str = "/etc/systemd/user";
/// Where packages put units, best first.
const PACKAGED: [&str; 3] =
    ["/usr/local/share/systemd/user", "/usr/local/lib/systemd/user", "/usr/lib/systemd/user"];

/// Whether a unit of ours is enabled, exists and is not masked. `config` is the
/// user's folder of settings.
pub(super) fn is_enabled(env: &Env, config: &Path) -> bool {
    let own = config.join("systemd/user");
    let mut enabling = vec![own.clone()];
    let mut units = vec![own];
    units.extend(env.user_home().map(|home| home.join(".local/share/systemd/user")));
    if env.asks_system() {
        enabling.push(FOR_ALL.into());
        units.push(FOR_ALL.into());
        units.extend(PACKAGED.map(PathBuf::from));
    }
    UNITS.iter().any(|unit| {
        let is_wanted = enabling.iter().any(|folder| wants(folder, unit, &units));
        is_wanted && !units.iter().any(|folder| is_mask(&folder.join(unit)))
    })
}

/// Whether something in a folder wants a unit, such as `default.target.wants`,
/// and the unit is there. systemd takes only the link's name and looks the unit
/// up by it, so a link that leads nowhere is enough.
fn wants(folder: &Path, unit: &str, units: &[PathBuf]) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut wanting = entries.map(|entry| entry.path()).filter(|path| is_wanting(path));
    wanting.any(|folder| {
        let link = folder.join(unit);
        fs::symlink_metadata(&link).is_ok()
            && (link.exists() || units.iter().any(|folder| folder.join(unit).exists()))
    })
}

fn is_wanting(path: &Path) -> bool {
    path.extension().is_some_and(|kind| kind == "wants" || kind == "requires")
}

/// A unit that leads to `/dev/null`, or is an empty file, is masked.
fn is_mask(unit: &Path) -> bool {
    match fs::metadata(unit) {
        Ok(data) if data.is_file() => data.len() == 0,
        Ok(data) => !data.is_dir() && is_null(unit).unwrap_or(false),
        Err(_) => false,
    }
}

fn is_null(unit: &Path) -> io::Result<bool> {
    Ok(fs::canonicalize(unit)? == Path::new("/dev/null"))
}
