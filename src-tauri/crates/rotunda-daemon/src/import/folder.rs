//! Folders with several sign-ins: files that are each an `auth.json` under
//! another name, and folders that are each a Codex home, as prodex keeps them:
//! `profiles/<name>/auth.json` below its folder, by `docs/state-model.md` and
//! `crates/prodex-core` of github.com/christiandoxa/prodex.

use std::path::Path;

use super::{
    Found, MOST, accounts,
    listing::{entries, json_files},
    others,
};
use rotunda_host::auth_file;

/// Folders with folders that are searched too.
const SHELVES: [&str; 3] = ["profiles", "accounts", "projects"];

/// Every sign-in in a folder, in the order of names.
pub(super) fn sign_ins(folder: &Path) -> Vec<Found> {
    let mut found = files_in(folder);
    found.extend(homes_in(folder));
    for shelf in SHELVES.map(|shelf| folder.join(shelf)) {
        found.extend(files_in(&shelf));
        found.extend(homes_in(&shelf));
    }
    found.truncate(MOST);
    found
}

/// The accounts of codex-multi-auth in its folder; also those of single projects.
pub(super) fn accounts_in(folder: &Path) -> Vec<Found> {
    let projects = entries(&folder.join("projects"));
    let places = std::iter::once(folder.to_owned()).chain(projects);
    places.filter_map(|place| accounts_file(&place)).flatten().collect()
}

/// The sign-ins of folders that are each a Codex home, called what they are called.
pub(super) fn homes_in(folder: &Path) -> Vec<Found> {
    let mut found = Vec::new();
    for home in entries(folder).into_iter().filter(|entry| entry.is_dir()) {
        let file = home.join("auth.json");
        if file.exists() {
            let name = home.file_name().map(|name| name.to_string_lossy().into_owned());
            found.push(Found::of(&file, name, auth_file::read(&file)));
        }
        found.extend(accounts_file(&home).unwrap_or_default());
    }
    found
}

/// Files that hold a sign-in. Others are private: they are not reported.
fn files_in(folder: &Path) -> Vec<Found> {
    let mut found = accounts_file(folder).unwrap_or_default();
    for file in json_files(folder) {
        let Ok(text) = auth_file::text_of(&file) else { continue };
        // The others first: an account of Codex-Manager also looks like an auth.json.
        if let Some(of_program) = others::parse(&file, text.expose()) {
            found.extend(of_program);
        } else if let Ok(sign_in) = auth_file::parse(text.expose()) {
            found.push(Found::of(&file, name_of(&file), Ok(sign_in)));
        }
    }
    found
}

fn accounts_file(folder: &Path) -> Option<Vec<Found>> {
    let file = folder.join(accounts::FILE);
    accounts::parse(&file, auth_file::text_of(&file).ok()?.expose())
}

/// `work.json` and `work.auth.json` are called work; `auth-2.json` is called nothing.
fn name_of(file: &Path) -> Option<String> {
    let stem = file.file_stem()?.to_str()?;
    let stem = stem.strip_suffix(".auth").unwrap_or(stem);
    (!stem.to_lowercase().contains("auth")).then(|| stem.to_owned())
}
