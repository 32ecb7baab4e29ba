//! What this computer knows of a folder: its path without links, the Git repository that it
//! is in, and the addresses of that repository's remotes.
//!
//! Git itself is not asked, since a large repository lets it take seconds. The files that are
//! read here are those of gitrepository-layout(5) and git-config(1).

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use rotunda_core::{
    vault::BoxFuture,
    whereabouts::{FolderFacts, Folders},
};
use tokio::sync::Semaphore;

use crate::blocking::blocking;

/// A longer file of Git is not read, in bytes.
const LONGEST_FILE: u64 = 1 << 20;
/// Folders above a folder that are looked at for its repository.
const MOST_FOLDERS: usize = 64;

/// A folder's repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// The root of the working tree that the folder is in.
    pub root: PathBuf,
    /// The root of the repository's first working tree; the same where there is one only.
    pub main_root: PathBuf,
    /// Where its settings are.
    git: PathBuf,
}

/// The repository that a folder is in, when it is in one.
pub fn repository_at(folder: &Path) -> Option<Repository> {
    let around = folder.ancestors().take(MOST_FOLDERS);
    around.filter(|folder| folder.join(".git").exists()).find_map(|root| {
        let git = git_folder(root)?;
        // Of a working tree beside the first one: what they have in common.
        let common = match read(&git.join("commondir")) {
            Some(common) => plain(&git.join(common.trim())),
            None => git,
        };
        let is_beside = common.file_name().is_some_and(|name| name == ".git");
        let first = common.parent().filter(|_| is_beside);
        let main_root = first.map_or_else(|| root.to_owned(), Path::to_owned);
        Some(Repository { root: root.to_owned(), main_root, git: common })
    })
}

/// `.git` of a root: a folder, or a file that names one.
fn git_folder(root: &Path) -> Option<PathBuf> {
    let git = root.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let text = read(&git)?;
    let named = text.trim().strip_prefix("gitdir:")?;
    Some(plain(&root.join(named.trim())))
}

impl Repository {
    /// The addresses of its remotes, as they stand in its settings. Addresses that git
    /// shortens by `insteadOf` are not spelled out.
    pub fn addresses(&self) -> Vec<String> {
        let text = read(&self.git.join("config")).unwrap_or_default();
        let mut addresses = Vec::new();
        let mut is_remote = false;
        for line in text.lines().map(str::trim) {
            if let Some(section) = line.strip_prefix('[') {
                let name = section.trim_start().to_ascii_lowercase();
                is_remote = name.starts_with("remote ") || name.starts_with("remote\"");
                continue;
            }
            let Some((key, value)) = line.split_once('=').filter(|_| is_remote) else { continue };
            if ["url", "pushurl"].contains(&key.trim().to_ascii_lowercase().as_str()) {
                addresses.push(value.trim().trim_matches('"').to_owned());
            }
        }
        addresses
    }
}

fn read(path: &Path) -> Option<String> {
    if !path.is_file() {
        return None;
    }
    let mut text = String::new();
    fs::File::open(path).ok()?.take(LONGEST_FILE).read_to_string(&mut text).ok()?;
    Some(text)
}

/// A path without links; as it is where it does not exist.
pub fn plain(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Folders that are looked up at once. A disk that does not answer holds a thread each.
const MOST_AT_ONCE: usize = 8;

/// The folders of this computer.
#[derive(Debug, Clone)]
pub struct LocalFolders {
    at_once: Arc<Semaphore>,
}

impl Default for LocalFolders {
    fn default() -> Self {
        Self { at_once: Arc::new(Semaphore::new(MOST_AT_ONCE)) }
    }
}

impl Folders for LocalFolders {
    fn look_up(&self, folder: String) -> BoxFuture<'static, FolderFacts> {
        let at_once = Arc::clone(&self.at_once);
        Box::pin(async move {
            let permit = at_once.acquire_owned().await;
            blocking(move || {
                let facts = facts_of(Path::new(&folder));
                drop(permit);
                facts
            })
            .await
        })
    }
}

/// What this computer knows of a folder. Reads the disk.
pub fn facts_of(folder: &Path) -> FolderFacts {
    let real = plain(folder);
    let mut folders = vec![real.clone()];
    let mut addresses = Vec::new();
    if let Some(repository) = repository_at(&real) {
        addresses = repository.addresses();
        folders.extend([plain(&repository.root), plain(&repository.main_root)]);
    }
    folders.dedup();
    let text = |folder: PathBuf| folder.into_os_string().into_string().ok();
    FolderFacts { folders: folders.into_iter().filter_map(text).collect(), addresses }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Disk(tempfile::TempDir);

    impl Disk {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn at(&self, path: &str) -> PathBuf {
            plain(self.0.path()).join(path)
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.at(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn facts(&self, path: &str) -> (Vec<PathBuf>, Vec<String>) {
            let facts = facts_of(&self.at(path));
            (facts.folders.into_iter().map(PathBuf::from).collect(), facts.addresses)
        }
    }

    const CONFIG: &str = "[core]\n\turl = not-this\n[remote \"origin\"]\n\turl = \
                          git@github.com:ada/engine.git\n\tfetch = +refs\n[Remote \"up\"]\n  \
                          pushURL=\"https://h/a/b\"\n[branch \"main\"]\n\turl = nor-this\n";

    #[test]
    fn a_folder_below_the_root_has_the_repository_s_root_and_addresses() {
        let disk = Disk::new();
        disk.write("engine/.git/config", CONFIG);
        disk.write("engine/src/lib.rs", "");
        let (folders, addresses) = disk.facts("engine/src");
        assert_eq!(folders, [disk.at("engine/src"), disk.at("engine")]);
        assert_eq!(addresses, ["git@github.com:ada/engine.git", "https://h/a/b"]);
    }

    #[test]
    fn a_working_tree_beside_the_first_one_has_both_roots() {
        let disk = Disk::new();
        disk.write("engine/.git/config", CONFIG);
        disk.write("engine/.git/worktrees/fix/commondir", "../..\n");
        let git = disk.at("engine/.git/worktrees/fix");
        disk.write("elsewhere/fix/.git", &format!("gitdir: {}\n", git.display()));
        let (folders, addresses) = disk.facts("elsewhere/fix");
        assert_eq!(folders, [disk.at("elsewhere/fix"), disk.at("engine")]);
        assert_eq!(addresses.len(), 2);
    }

    #[test]
    fn a_folder_in_no_repository_and_one_that_is_not_there_have_their_path_only() {
        let disk = Disk::new();
        disk.write("notes/today.md", "");
        assert_eq!(disk.facts("notes"), (vec![disk.at("notes")], Vec::new()));
        assert_eq!(disk.facts("gone"), (vec![disk.at("gone")], Vec::new()));
        // A file of Git that says nothing is none.
        disk.write("odd/.git", "nonsense");
        assert_eq!(repository_at(&disk.at("odd")), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_to_the_folder_itself() {
        let disk = Disk::new();
        disk.write("clients/engine/.git/config", CONFIG);
        std::os::unix::fs::symlink(disk.at("clients/engine"), disk.at("short")).unwrap();
        let (folders, _) = disk.facts("short");
        assert_eq!(folders, [disk.at("clients/engine")]);
    }
}
