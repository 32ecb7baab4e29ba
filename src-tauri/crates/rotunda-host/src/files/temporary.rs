//! Files on their way in or out. Their names begin with `.rotunda-` and end with
//! `.tmp`; what a kill left of them is found by that and removed at a start.
//!
//! A process holds a lock on each of its own for as long as it is unfinished, so
//! that no other process takes it for a left-over one.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::NamedTempFile;

use super::patiently;
use crate::{clock, platform};

/// Begins the names.
const PREFIX: &str = ".rotunda-";
/// Ends them.
const SUFFIX: &str = ".tmp";
/// Where files cannot be locked, one that is older is not on its way any more.
const LONGEST: Duration = Duration::from_secs(60);
/// A sweep takes a new file away only between its making and its lock.
const ATTEMPTS: usize = 20;

/// What a file on its way is for; part of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The new content of a file of Rotunda's own.
    Own,
    /// The new or the displaced content of `config.toml`.
    Config,
    /// The new or the displaced content of `auth.json`.
    Auth,
    /// What is being written in place, and what stood there.
    InPlace,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Own => "",
            Self::Config => "config-",
            Self::Auth => "auth-",
            Self::InPlace => "place-",
        }
    }

    /// The kind of a file with this name; none when it is no name of ours.
    pub fn of(name: &str) -> Option<Self> {
        let name = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
        let kinds = [Self::Config, Self::Auth, Self::InPlace, Self::Own];
        kinds.into_iter().find(|kind| {
            let random = name.strip_prefix(kind.word());
            random.is_some_and(|random| {
                !random.is_empty() && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
            })
        })
    }
}

/// Makes an empty file that only its owner may read.
pub(super) fn create(folder: &Path, kind: Kind) -> io::Result<NamedTempFile> {
    let prefix = format!("{PREFIX}{}", kind.word());
    for _ in 0..ATTEMPTS {
        let made = patiently(|| {
            tempfile::Builder::new().prefix(&prefix).suffix(SUFFIX).tempfile_in(folder)
        })?;
        if platform::claim(made.as_file()) != Some(false) && platform::has_name(made.as_file())? {
            super::adopt(made.as_file(), made.path());
            return Ok(made);
        }
    }
    Err(io::Error::other("its temporary files are removed again and again"))
}

/// A folder for what lasts no longer than this process; its owner's only.
pub fn create_folder(folder: &Path, kind: &str) -> io::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix(&format!("{PREFIX}{kind}-")).suffix(SUFFIX).tempdir_in(folder)
}

/// Files of one kind that an ended process left in a folder.
pub fn left_over(folder: &Path, wanted: Kind) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let named = entries.filter(|entry| {
        entry.file_name().to_str().and_then(Kind::of).is_some_and(|kind| kind == wanted)
    });
    named.map(|entry| entry.path()).filter(|path| is_left(path, folder)).collect()
}

/// A regular file of this user's that no living process holds.
fn is_left(path: &Path, folder: &Path) -> bool {
    let (Ok(data), Ok(folder)) = (fs::symlink_metadata(path), fs::metadata(folder)) else {
        return false;
    };
    if !data.is_file() || !platform::is_own(&data, &folder) {
        return false;
    }
    let Ok(file) = super::plain::open(path, false) else { return false };
    // Without locks its age decides: none of ours is on its way for so long.
    platform::claim(&file).unwrap_or_else(|| {
        let now = clock::system()();
        data.modified().is_ok_and(|made| now.duration_since(made).is_ok_and(|age| age > LONGEST))
    })
}

/// Removes what an ended process left in a folder, of these kinds.
pub fn sweep(folder: &Path, kinds: &[Kind]) {
    for path in kinds.iter().flat_map(|kind| left_over(folder, *kind)) {
        if let Err(error) = fs::remove_file(&path) {
            tracing::warn!(path = %path.display(), %error, "a left-over file could not be removed");
        }
    }
}

/// Removes folders that an ended process left below `folder`. Only the one
/// process that makes such folders may call it.
pub fn sweep_folders(folder: &Path, kind: &str) {
    let prefix = format!("{PREFIX}{kind}-");
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let left = entries.filter(|entry| {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| {
            // The second form is that of version 0.1.
            (name.starts_with(&prefix) && name.ends_with(SUFFIX)) || is_first_form(name, kind)
        });
        ours && entry.file_type().is_ok_and(|kind| kind.is_dir())
    });
    for entry in left {
        if let Err(error) = fs::remove_dir_all(entry.path()) {
            tracing::warn!(%error, "a left-over folder could not be removed");
        }
    }
}

fn is_first_form(name: &str, kind: &str) -> bool {
    let random = name.strip_prefix(kind).and_then(|name| name.strip_prefix('-'));
    random.is_some_and(|random| {
        random.len() == 6 && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn only_names_of_ours_have_a_kind() {
        assert_eq!(Kind::of(".rotunda-Ab3xYz.tmp"), Some(Kind::Own));
        assert_eq!(Kind::of(".rotunda-config-Ab3xYz.tmp"), Some(Kind::Config));
        assert_eq!(Kind::of(".rotunda-auth-Ab3xYz.tmp"), Some(Kind::Auth));
        assert_eq!(Kind::of(".rotunda-place-Ab3xYz.tmp"), Some(Kind::InPlace));
        for name in
            [".rotunda-.tmp", "rotunda-Ab3xYz.tmp", ".rotunda-a b.tmp", ".rotunda-binding.json"]
        {
            assert_eq!(Kind::of(name), None, "{name}");
        }
    }

    #[test]
    fn a_left_over_file_goes_and_one_that_is_in_use_or_of_another_kind_stays() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in [".rotunda-a1.tmp", ".rotunda-config-a1.tmp", "notes.tmp", ".rotunda-x.txt"] {
            fs::write(at(name), "secret").unwrap();
            testing::age(&at(name));
        }
        fs::create_dir(at(".rotunda-b1.tmp")).unwrap();
        let used = create(folder.path(), Kind::Own).unwrap();
        sweep(folder.path(), &[Kind::Own]);
        assert!(!at(".rotunda-a1.tmp").exists());
        #[cfg(unix)]
        assert!(used.path().exists());
        for kept in [".rotunda-config-a1.tmp", "notes.tmp", ".rotunda-x.txt", ".rotunda-b1.tmp"] {
            assert!(at(kept).exists(), "{kept}");
        }
        drop(used);
    }

    #[test]
    fn folders_of_a_test_turn_that_was_killed_go() {
        let folder = tempfile::tempdir().unwrap();
        let kept = ["check-", "check-abc", "sign-ins", "check-abcdef-mine"];
        let left = [".rotunda-check-a1b2c3.tmp", "check-a1b2c3"];
        for name in left.iter().chain(&kept) {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        sweep_folders(folder.path(), "check");
        assert!(left.iter().all(|name| !folder.path().join(name).exists()));
        assert!(kept.iter().all(|name| folder.path().join(name).exists()));
    }
}
