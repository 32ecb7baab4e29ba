//! What is in a folder, in the order of names and bounded.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::MOST;

/// The files of a folder that are called like JSON.
pub(super) fn json_files(folder: &Path) -> Vec<PathBuf> {
    let files = entries(folder).into_iter();
    files.filter(|entry| is_json(entry) && entry.is_file()).collect()
}

fn is_json(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// Everything in a folder.
pub(super) fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    paths.truncate(MOST);
    paths
}
