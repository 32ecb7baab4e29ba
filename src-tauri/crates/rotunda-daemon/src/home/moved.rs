//! Where a binding is that variables moved, for the removal of the package.
//!
//! A removal knows each user's home and nothing that was ever exported in a
//! shell. So while Codex is bound in folders that a variable moved, a note at a
//! fixed place below the home folder says which variables those were;
//! `installers/linux/leave` reads it. It is a convenience: one that cannot be
//! written does not prevent binding.

use std::{
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{CODEX_HOME, Env, Home, ROTUNDA_HOME};
use crate::{
    files::{self, FileError, Mode},
    platform,
};

/// What else moves our folders.
const FOLDERS: [&str; 3] = ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"];

/// Where notes about moved folders are, and what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    folder: PathBuf,
    /// Where Codex's folder is without a variable.
    codex_home: PathBuf,
    /// What moves our own folders.
    variables: Vec<(&'static str, OsString)>,
}

impl Moved {
    /// None where no removal looks for notes, and in an environment that is not
    /// a person's: a test's or the demo's.
    pub(super) fn from_env(env: &Env) -> Option<Self> {
        if env.asks_system() { Self::below(&env.user_home()?, env) } else { None }
    }

    fn below(user_home: &Path, env: &Env) -> Option<Self> {
        let folder = user_home.join(platform::NOTES?);
        let moving = [ROTUNDA_HOME].into_iter().chain(FOLDERS);
        let set = moving.filter_map(|name| Some((name, env.path(name)?.into_os_string())));
        Some(Self { folder, codex_home: user_home.join(".codex"), variables: set.collect() })
    }

    /// Where the notes are.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Says where the binding of this home is, unless it is where everyone looks.
    pub(crate) fn write_note(&self, home: &Home) -> Result<(), FileError> {
        if self.variables.is_empty() && home.codex_home == self.codex_home {
            return Ok(());
        }
        files::create_private_folder_if_missing(self.folder.parent().unwrap_or(&self.folder))?;
        files::create_private_folder_if_missing(&self.folder)?;
        files::write_atomic(&self.file(home), &self.text(home), Mode::Private)
    }

    /// Takes the note away, and its folders when nothing else is in them.
    pub(crate) fn forget(&self, home: &Home) -> Result<(), FileError> {
        files::remove(&self.file(home))?;
        let folders = [Some(self.folder.as_path()), self.folder.parent()];
        // One that is still in use is not empty, and one that is not there is fine.
        let _ = folders.into_iter().flatten().try_for_each(fs::remove_dir);
        Ok(())
    }

    /// As the system shows an environment: a zero after each variable.
    fn text(&self, home: &Home) -> Vec<u8> {
        let ours = self.variables.iter().map(|(name, value)| (*name, value.as_os_str()));
        let all = ours.chain([(CODEX_HOME, home.codex_home.as_os_str())]);
        let line = |(name, value): (&str, &OsStr)| {
            [name.as_bytes(), b"=", value.as_encoded_bytes(), b"\0"].concat()
        };
        all.flat_map(line).collect()
    }

    /// One for each pair of our folder and Codex's.
    fn file(&self, home: &Home) -> PathBuf {
        let both = [&home.data, &home.codex_home].map(|path| path.as_os_str().as_encoded_bytes());
        let digest = Sha256::digest(both.join(&0));
        let name = digest.iter().take(8).fold(0_u64, |name, byte| name << 8 | u64::from(*byte));
        self.folder.join(format!("{name:016x}"))
    }
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;

    fn home_of(root: &Path, env: &Env) -> Home {
        let mut home = Home::from_env(env).unwrap();
        assert_eq!(home.moved, None, "a test's environment leaves no notes");
        home.moved = Moved::below(root, env);
        home
    }

    fn notes(root: &Path) -> Vec<String> {
        let all = fs::read_dir(root.join(platform::NOTES.unwrap())).into_iter().flatten();
        let read = |file: PathBuf| fs::read_to_string(file).unwrap().replace('\0', "|");
        all.map(|entry| read(entry.unwrap().path())).collect()
    }

    #[test]
    fn a_moved_binding_is_noted_while_it_lasts() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        let env = Env::of([(ROTUNDA_HOME, at("ours")), (CODEX_HOME, at("its own"))]);
        let home = home_of(root.path(), &env);
        let moved = home.moved.clone().unwrap();
        moved.write_note(&home).unwrap();
        moved.write_note(&home).unwrap();
        let expected =
            format!("ROTUNDA_HOME={0}/ours|CODEX_HOME={0}/its own|", root.path().display());
        assert_eq!(notes(root.path()), [expected]);
        moved.forget(&home).unwrap();
        moved.forget(&home).unwrap();
        assert!(!at(".local/share/rotunda").exists());
    }

    #[test]
    fn two_folders_of_codex_are_two_notes() {
        let root = tempfile::tempdir().unwrap();
        let env = Env::of([(ROTUNDA_HOME, root.path().join("ours"))]);
        let first = home_of(root.path(), &env.with(CODEX_HOME, root.path().join("one")));
        let second = Home { codex_home: root.path().join("two"), ..first.clone() };
        let moved = first.moved.clone().unwrap();
        moved.write_note(&first).unwrap();
        moved.write_note(&second).unwrap();
        assert_eq!(notes(root.path()).len(), 2);
        moved.forget(&first).unwrap();
        assert!(notes(root.path()).iter().all(|note| note.ends_with("two|")));
        assert_eq!(notes(root.path()).len(), 1);
    }

    #[test]
    fn nothing_is_noted_where_everyone_looks() {
        let root = tempfile::tempdir().unwrap();
        let env = Env::of([(ROTUNDA_HOME, root.path())]);
        let mut home = home_of(root.path(), &env.with(CODEX_HOME, root.path().join(".codex")));
        let moved = Moved::below(root.path(), &Env::default()).unwrap();
        home.moved = Some(moved.clone());
        moved.write_note(&home).unwrap();
        assert_eq!(notes(root.path()), [""; 0]);
    }
}
