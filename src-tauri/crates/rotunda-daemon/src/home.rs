//! Where Rotunda keeps its files, and where Codex keeps its own.
//!
//! Environment variables come in as a value: a test that forgets one gets an
//! error, never the real home folder.

mod moved;

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use thiserror::Error;

pub use self::moved::Moved;
use crate::{
    files::{self, FileError},
    platform,
};

/// Moves every folder of ours below one place.
pub const ROTUNDA_HOME: &str = "ROTUNDA_HOME";
/// Where Codex keeps `config.toml` and `auth.json`.
pub const CODEX_HOME: &str = "CODEX_HOME";

/// A copy of the environment.
#[derive(Debug, Clone, Default)]
pub struct Env {
    values: BTreeMap<OsString, OsString>,
    /// Whether the operating system may be asked for what no variable tells.
    asks_system: bool,
}

impl Env {
    /// This process's environment.
    pub fn system() -> Self {
        let values = std::env::vars_os().map(|(key, value)| (platform::env_key(&key), value));
        Self { values: values.collect(), asks_system: true }
    }

    /// Exactly these variables; the operating system is asked nothing.
    pub fn of<K: AsRef<OsStr>, V: AsRef<OsStr>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let pairs = pairs.into_iter();
        let values =
            pairs.map(|(key, value)| (platform::env_key(key.as_ref()), value.as_ref().to_owned()));
        Self { values: values.collect(), asks_system: false }
    }

    /// The same with one more variable.
    #[must_use]
    pub fn with(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.values.insert(platform::env_key(key.as_ref()), value.as_ref().to_owned());
        self
    }

    /// A variable's text; an empty or unreadable one counts as absent.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.raw(key).and_then(OsStr::to_str)
    }

    /// A variable that names a file or folder.
    pub fn path(&self, key: &str) -> Option<PathBuf> {
        self.raw(key).map(PathBuf::from)
    }

    /// Whether this is the real environment of a person's process.
    pub(crate) fn asks_system(&self) -> bool {
        self.asks_system
    }

    /// Every variable, for a child process.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.values.iter().map(|(key, value)| (key.as_os_str(), value.as_os_str()))
    }

    fn raw(&self, key: &str) -> Option<&OsStr> {
        let value = self.values.get(&platform::env_key(OsStr::new(key)))?;
        (!value.is_empty()).then_some(value)
    }

    /// The user's home folder, when it is known.
    pub(crate) fn user_home(&self) -> Option<PathBuf> {
        self.path(platform::HOME_VARIABLE)
            .or_else(|| self.asks_system.then(dirs::home_dir).flatten())
    }
}

/// The folders in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// `settings.toml`.
    pub config: PathBuf,
    /// Store, keys, journal, lock and control file.
    pub data: PathBuf,
    /// Rotating log files.
    pub logs: PathBuf,
    /// Codex's own folder.
    pub codex_home: PathBuf,
    /// Where a removal of the package learns of folders that a variable moved.
    pub moved: Option<Moved>,
}

/// Why there is no home.
#[derive(Debug, Error)]
pub enum HomeError {
    /// Neither a variable nor the system names the folder.
    #[error("no home folder is known; set {0} to the folder to use")]
    Unknown(&'static str),
    /// A folder cannot be made.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Home {
    /// Finds the folders; creates nothing.
    pub fn from_env(env: &Env) -> Result<Self, HomeError> {
        let codex_home = match env.path(CODEX_HOME) {
            Some(path) => path,
            None => env.user_home().ok_or(HomeError::Unknown(CODEX_HOME))?.join(".codex"),
        };
        let (config, data, logs) = match env.path(ROTUNDA_HOME) {
            Some(root) => (root.join("config"), root.join("data"), root.join("logs")),
            None if env.asks_system => system_folders()?,
            None => return Err(HomeError::Unknown(ROTUNDA_HOME)),
        };
        Ok(Self {
            config: absolute(&config),
            data: absolute(&data),
            logs: absolute(&logs),
            codex_home: absolute(&codex_home),
            moved: Moved::from_env(env),
        })
    }

    /// Makes our folders, readable by their owner only. Codex's is left alone.
    pub fn create(&self) -> Result<(), HomeError> {
        for folder in [&self.config, &self.data, &self.logs] {
            files::create_private_folder(folder)?;
        }
        Ok(())
    }

    /// What the user set.
    pub fn settings_file(&self) -> PathBuf {
        self.config.join("settings.toml")
    }

    /// What we remember.
    pub fn store_file(&self) -> PathBuf {
        self.data.join("rotunda.db")
    }

    /// The file that binding edits.
    pub fn codex_config(&self) -> PathBuf {
        self.codex_home.join("config.toml")
    }

    /// Codex's own sign-in.
    pub fn codex_auth(&self) -> PathBuf {
        self.codex_home.join("auth.json")
    }
}

fn system_folders() -> Result<(PathBuf, PathBuf, PathBuf), HomeError> {
    let missing = || HomeError::Unknown(ROTUNDA_HOME);
    let config = dirs::config_dir().ok_or_else(missing)?.join(platform::FOLDER);
    let data = dirs::data_local_dir().ok_or_else(missing)?.join(platform::FOLDER);
    let logs = platform::logs_folder().ok_or_else(missing)?;
    Ok((config, data, logs))
}

/// Folders outlive a change of the working directory.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_variable_moves_every_folder() {
        let root = tempfile::tempdir().unwrap();
        let codex = root.path().join("codex");
        let env = Env::of([(ROTUNDA_HOME, root.path()), (CODEX_HOME, &codex)]);
        let home = Home::from_env(&env).unwrap();
        for folder in [&home.config, &home.data, &home.logs] {
            assert!(folder.starts_with(root.path()), "{}", folder.display());
        }
        assert_eq!(home.codex_config(), codex.join("config.toml"));
        home.create().unwrap();
        assert!(home.data.is_dir() && !codex.exists());
    }

    #[test]
    fn a_forgotten_variable_is_an_error_and_not_the_real_home() {
        let root = tempfile::tempdir().unwrap();
        let no_codex = Home::from_env(&Env::of([(ROTUNDA_HOME, root.path())]));
        assert!(matches!(no_codex, Err(HomeError::Unknown(CODEX_HOME))));
        let no_home = Home::from_env(&Env::of([(CODEX_HOME, root.path())]));
        assert!(matches!(no_home, Err(HomeError::Unknown(ROTUNDA_HOME))));
    }

    #[test]
    fn codex_lives_below_the_home_folder_unless_told_otherwise() {
        let root = tempfile::tempdir().unwrap();
        let env = Env::of([(ROTUNDA_HOME, root.path()), (platform::HOME_VARIABLE, root.path())]);
        assert_eq!(Home::from_env(&env).unwrap().codex_home, root.path().join(".codex"));
        let emptied = env.with(CODEX_HOME, "");
        assert_eq!(Home::from_env(&emptied).unwrap().codex_home, root.path().join(".codex"));
    }
}
