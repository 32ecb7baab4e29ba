//! The data folder of earlier versions on Windows, which was the folder that the
//! installer puts the programs into. What was kept there is brought over once.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::files::{self, FileError};

/// The database goes first: while an older Rotunda runs, it cannot be moved, and then
/// nothing else is.
const DATABASE: &str = "rotunda.db";
/// Of the process that made them.
const OF_A_PROCESS: [&str; 2] = ["rotunda.lock", "control.json"];
/// What the installer puts into the folder.
const PROGRAMS: [&str; 2] = ["exe", "dll"];

/// Moves what Rotunda kept in `old` to `new`, which exists. What is in `new` already
/// stays, and so do programs. Interrupted, it goes on at the next start.
pub(super) fn bring_over(old: &Path, new: &Path) -> Result<(), FileError> {
    for path in kept(old) {
        let Some(name) = path.file_name() else { continue };
        let target = new.join(name);
        if !target.exists() {
            rename(&path, &target)?;
        } else if path.is_dir() {
            bring_over(&path, &target)?;
            // One that still holds something stays.
            let _ = fs::remove_dir(&path);
        }
    }
    Ok(())
}

/// The database first.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut kept: Vec<_> = entries.map(|entry| entry.path()).filter(|path| is_kept(path)).collect();
    kept.sort_by_key(|path| path.file_name().is_none_or(|name| name != DATABASE));
    kept
}

fn is_kept(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let is_program = PROGRAMS.iter().any(|program| extension.eq_ignore_ascii_case(program));
    !is_program && OF_A_PROCESS.iter().all(|other| name != *other)
}

fn rename(from: &Path, to: &Path) -> Result<(), FileError> {
    let failed = |source: io::Error| FileError { path: from.to_owned(), action: "move", source };
    files::patiently(|| fs::rename(from, to)).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = entries.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn folders() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let (old, new) = (root.path().join("Rotunda"), root.path().join("data"));
        fs::create_dir_all(old.join("logs")).unwrap();
        fs::create_dir_all(new.join("logs")).unwrap();
        (root, old, new)
    }

    #[test]
    fn what_was_kept_beside_the_programs_is_brought_over_and_they_stay() {
        let (_root, old, new) = folders();
        for name in ["rotunda.exe", "uninstall.EXE", "WebView2Loader.dll", "rotunda.lock"] {
            fs::write(old.join(name), name).unwrap();
        }
        for name in ["rotunda.db", "rotunda.db-wal", "binding.json", "logs/rotunda.log"] {
            fs::write(old.join(name), name).unwrap();
        }
        fs::create_dir(old.join("backups")).unwrap();
        fs::write(old.join("backups/config-1.toml"), "").unwrap();
        bring_over(&old, &new).unwrap();
        let programs = ["WebView2Loader.dll", "rotunda.exe", "rotunda.lock", "uninstall.EXE"];
        assert_eq!(names(&old), programs);
        let brought = ["backups", "binding.json", "logs", "rotunda.db", "rotunda.db-wal"];
        assert_eq!(names(&new), brought);
        assert_eq!(names(&new.join("logs")), ["rotunda.log"]);
        assert_eq!(names(&new.join("backups")), ["config-1.toml"]);
    }

    #[test]
    fn what_is_there_already_stays_and_so_does_what_would_replace_it() {
        let (_root, old, new) = folders();
        for (folder, text) in [(&old, "old"), (&new, "new")] {
            fs::write(folder.join("rotunda.db"), text).unwrap();
        }
        fs::write(old.join("binding.json"), "{}").unwrap();
        bring_over(&old, &new).unwrap();
        assert_eq!(fs::read_to_string(new.join("rotunda.db")).unwrap(), "new");
        assert_eq!(fs::read_to_string(old.join("rotunda.db")).unwrap(), "old");
        assert!(new.join("binding.json").exists());
        bring_over(&old.join("not there"), &new).unwrap();
    }

    #[test]
    fn a_database_in_use_moves_nothing_and_is_named() {
        let (_root, old, new) = folders();
        // A folder does not move below itself, as an open file does not on Windows.
        let below = old.join("rotunda.db/below");
        fs::create_dir_all(&below).unwrap();
        fs::write(old.join("binding.json"), "{}").unwrap();
        let error = bring_over(&old, &below).unwrap_err().to_string();
        assert!(error.contains("cannot move") && error.contains("rotunda.db"), "{error}");
        assert!(old.join("binding.json").exists());
        assert!(!new.join("binding.json").exists());
    }
}
