//! What a kill left in our folders and in Codex's: files on their way, which may
//! hold keys and sign-ins. Removed at each start, before anything is written.

use std::{fs, path::Path};

use rotunda_host::{
    files::{self, Kind, Swap},
    home::Home,
};

use crate::check;

/// Removes what is left. The caller holds the lock of the one instance: folders
/// of test turns are made by that one only. Blocks.
pub(super) fn sweep(home: &Home) {
    for folder in [&home.data, &home.config] {
        files::finish_in_place(folder);
    }
    let (sign_ins, backups) = (home.data.join("sign-ins"), home.data.join("backups"));
    let ours = [&home.config, &home.data, &home.logs, &sign_ins, &backups, &home.codex_home];
    for folder in ours {
        files::sweep(folder, &[Kind::Own]);
    }
    if let Some(moved) = &home.moved {
        files::sweep(moved.folder(), &[Kind::Own]);
    }
    files::sweep_folders(&home.data, check::FOLDER);
    sweep_keys(&home.data);
    sweep_auth(home);
}

/// Version 0.1 gave the file of a new key a name without a mark of ours.
fn sweep_keys(data: &Path) {
    let entries = fs::read_dir(data).into_iter().flatten().filter_map(Result::ok);
    let old = entries.filter(|entry| {
        let name = entry.file_name();
        let random = name.to_str().and_then(|name| name.strip_prefix(".tmp"));
        random.is_some_and(|random| random.len() == 6)
            && entry.metadata().is_ok_and(|data| data.is_file() && data.len() <= 32)
    });
    for entry in old {
        let _ = fs::remove_file(entry.path());
    }
}

/// What was on its way in or out of `auth.json`. One that was written after the
/// file that stands there is newer: a sign-in that Codex saved while we exchanged
/// the file, or the one that was to be handed over. It takes its place; every
/// other one holds tokens that are spent.
fn sweep_auth(home: &Home) {
    let path = home.codex_auth();
    let target = files::follow_links(&path).unwrap_or_else(|_| path.clone());
    let Some(folder) = target.parent() else { return };
    for left in files::left_over(folder, Kind::Auth) {
        if files::is_written(&left) {
            continue;
        }
        if let Err(error) = take_over(home, &path, &left) {
            tracing::warn!(%error, "a sign-in of Codex's that was on its way was not taken over");
        }
        if let Err(error) = files::remove(&left) {
            tracing::warn!(%error, "a left-over file could not be removed");
        }
    }
}

fn take_over(home: &Home, path: &Path, left: &Path) -> Result<(), files::FileError> {
    if !files::is_newer(left, path) {
        return Ok(());
    }
    let new = files::read(left)?;
    let is_whole = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&new);
    if is_whole.is_err() {
        return Ok(());
    }
    let Ok(old) = files::read(path) else { return Ok(()) };
    Swap::of_auth(path, &home.data).run(Some(&old), Some(&new)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn no_file_with_secrets_is_left_in_any_of_our_folders() {
        let (_root, home) = testing::home();
        let folders = ["", "sign-ins", "backups"].map(|name| home.data.join(name));
        let folders = [&home.config, &home.logs, &home.codex_home].into_iter().chain(&folders);
        let left: Vec<_> = folders.map(|folder| folder.join(".rotunda-Ab12Cd.tmp")).collect();
        for path in &left {
            write(path, "secret");
            rotunda_host::testing::age(path);
        }
        let turn = home.data.join(".rotunda-check-Ab12Cd.tmp");
        write(&turn.join("codex/config.toml"), "secret");
        write(&home.data.join(".tmpAb12Cd"), "0123456789abcdef0123456789abcdef");
        let theirs = home.codex_home.join("notes.tmp");
        write(&theirs, "theirs");
        sweep(&home);
        assert!(left.iter().all(|path| !path.exists()));
        assert!(!turn.exists() && !home.data.join(".tmpAb12Cd").exists());
        assert!(theirs.exists());
    }

    /// Where files have locks; elsewhere a minute passes before a left-over file counts as one.
    #[cfg(unix)]
    #[test]
    fn a_sign_in_that_codex_saved_during_the_exchange_takes_its_place_and_an_older_one_goes() {
        let (_root, home) = testing::home();
        let left = home.codex_home.join(".rotunda-auth-Ab12Cd.tmp");
        for (first, second, expected) in [("file", "left", "left"), ("left", "file", "file")] {
            for name in [first, second] {
                let path = if name == "left" { left.clone() } else { home.codex_auth() };
                write(&path, &format!("{{\"who\":\"{name}\"}}"));
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            sweep(&home);
            let stands = fs::read_to_string(home.codex_auth()).unwrap();
            assert!(stands.contains(expected), "{stands}");
            assert!(!left.exists());
        }
        // One that is not whole never does.
        write(&left, "{\"who\":");
        sweep(&home);
        assert!(fs::read_to_string(home.codex_auth()).unwrap().contains("file"));
        assert!(!left.exists());
    }
}
