//! Where Rotunda keeps its files, and where Codex keeps its own.
//!
//! Environment variables come in as a value: a test that forgets one gets an
//! error, never the real home folder.

mod former;
mod moved;

use std::path::{Path, PathBuf};

use thiserror::Error;

pub use self::moved::Moved;
pub use crate::platform::Env;
use crate::{
    files::{self, FileError},
    platform,
};

/// The name of the copy of the store, in the folder of the store.
pub(crate) const STORE_COPY: &str = "rotunda-before-update.db";

/// Moves every folder of ours below one place.
pub const ROTUNDA_HOME: &str = "ROTUNDA_HOME";
/// Where Codex keeps `config.toml` and `auth.json`.
pub const CODEX_HOME: &str = "CODEX_HOME";

/// Below Codex's folder, and never made: stands for folders that are not known.
const NOWHERE: &str = ".rotunda-nowhere";

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
    /// A variable says `~/.codex`, and no shell made a folder of that. Codex does
    /// not, either.
    #[error(
        "{variable} is \"{}\", which no shell expanded; write the whole path, such as {}",
        crate::files::shown(value),
        crate::files::shown(whole)
    )]
    Unexpanded {
        /// Which.
        variable: &'static str,
        /// What it says.
        value: PathBuf,
        /// What may be meant.
        whole: PathBuf,
    },
    /// A variable leads to something else than a folder.
    #[error(
        "{variable} is {}, which is no folder; name the folder that config.toml is in",
        crate::files::shown(path)
    )]
    NoFolder {
        /// Which.
        variable: &'static str,
        /// What it says.
        path: PathBuf,
    },
    /// A relative path leads to another folder from each place.
    #[error(
        "{variable} is \"{}\", and there is no such folder in {}; write the whole path",
        crate::files::shown(value),
        crate::files::shown(here)
    )]
    Relative {
        /// Which.
        variable: &'static str,
        /// What it says.
        value: PathBuf,
        /// Where it was looked for.
        here: PathBuf,
    },
    /// A folder cannot be made.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Home {
    /// Finds the folders; creates nothing.
    pub fn from_env(env: &Env) -> Result<Self, HomeError> {
        let codex_home = codex_home(env)?;
        let (config, data, logs) = match named_folder(env, ROTUNDA_HOME)? {
            Some(root) => (root.join("config"), root.join("data"), root.join("logs")),
            None if env.asks_system() => system_folders()?,
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

    /// The same for commands that only read, or that remove our line from Codex's file:
    /// they need Codex's folder only. The place of ours is returned apart.
    pub fn to_recover(env: &Env) -> Result<(Self, Option<HomeError>), HomeError> {
        match Self::from_env(env) {
            Ok(home) => Ok((home, None)),
            Err(error) => {
                let codex_home = absolute(&codex_home(env)?);
                // Nothing is made there: a folder that is not there has nothing in it.
                let none = codex_home.join(NOWHERE);
                let (config, data, logs) = (none.clone(), none.clone(), none);
                Ok((Self { config, data, logs, codex_home, moved: None }, Some(error)))
            }
        }
    }

    /// Makes our folders, readable by their owner only, and brings over what an older
    /// version kept elsewhere. Codex's is left alone.
    pub fn create(&self) -> Result<(), HomeError> {
        for folder in [&self.config, &self.data, &self.logs] {
            files::create_private_folder(folder)?;
        }
        match platform::former_data_folder() {
            Some(former) if self.is_of_the_system() => Ok(former::bring_over(&former, &self.data)?),
            _ => Ok(()),
        }
    }

    /// Whether no variable moved the data folder.
    fn is_of_the_system(&self) -> bool {
        system_folders().is_ok_and(|(_, data, _)| absolute(&data) == self.data)
    }

    /// What the user set.
    pub fn settings_file(&self) -> PathBuf {
        self.config.join("settings.toml")
    }

    /// What we remember.
    pub fn store_file(&self) -> PathBuf {
        self.data.join("rotunda.db")
    }

    /// The store as it was before the last update to a newer version of its tables.
    pub fn store_copy(&self) -> PathBuf {
        self.data.join(STORE_COPY)
    }

    /// What was notified.
    pub fn notices_file(&self) -> PathBuf {
        self.data.join("notices.json")
    }

    /// When a newer version was asked for, and what the answer was.
    pub fn updates_file(&self) -> PathBuf {
        self.data.join("updates.json")
    }

    /// Where the window was.
    pub fn window_file(&self) -> PathBuf {
        self.data.join("window.json")
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

/// Where Codex keeps its files.
fn codex_home(env: &Env) -> Result<PathBuf, HomeError> {
    let variable = CODEX_HOME;
    let Some(path) = named_folder(env, variable)? else {
        return Ok(env.user_home().ok_or(HomeError::Unknown(variable))?.join(".codex"));
    };
    if std::fs::metadata(&path).is_ok_and(|data| !data.is_dir()) {
        return Err(HomeError::NoFolder { variable, path });
    }
    if path.is_relative() && !path.is_dir() {
        let here = std::env::current_dir().unwrap_or_default();
        return Err(HomeError::Relative { variable, value: path, here });
    }
    Ok(path)
}

/// A folder that a variable names, unless it says what a shell should have
/// replaced.
fn named_folder(env: &Env, variable: &'static str) -> Result<Option<PathBuf>, HomeError> {
    let Some(value) = env.path(variable) else { return Ok(None) };
    let mut parts = value.components();
    let first = parts.next().map(|part| part.as_os_str().as_encoded_bytes().to_vec());
    let is_left = match first.as_deref() {
        Some([b'~', ..]) => true,
        Some([b'$' | b'%', ..]) => !value.is_dir(),
        _ => false,
    };
    if !is_left {
        return Ok(Some(value));
    }
    let home = env.user_home().unwrap_or_else(|| PathBuf::from("/home/you"));
    Err(HomeError::Unexpanded { variable, whole: home.join(parts.as_path()), value })
}

fn system_folders() -> Result<(PathBuf, PathBuf, PathBuf), HomeError> {
    let missing = || HomeError::Unknown(ROTUNDA_HOME);
    let config = dirs::config_dir().ok_or_else(missing)?.join(platform::FOLDER);
    let data = dirs::data_local_dir().ok_or_else(missing)?.join(platform::DATA_FOLDER);
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
    fn a_variable_that_no_shell_expanded_is_refused_with_what_may_be_meant() {
        let root = tempfile::tempdir().unwrap();
        let env = Env::of([(ROTUNDA_HOME, root.path()), (platform::HOME_VARIABLE, root.path())]);
        for left in ["~/.codex", "~ada/.codex", "$HOME/.codex", "${HOME}/.codex", "%HOME%/.codex"] {
            for variable in [CODEX_HOME, ROTUNDA_HOME] {
                let error = Home::from_env(&env.clone().with(variable, left)).unwrap_err();
                let whole = root.path().join(".codex").display().to_string();
                let error = error.to_string();
                assert!(error.contains(variable) && error.contains(left), "{error}");
                assert!(error.ends_with(&whole), "{error}");
            }
        }
        assert!(!Path::new("~").exists());
    }

    #[test]
    fn a_codex_home_that_is_no_folder_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        std::fs::write(&file, "").unwrap();
        let env = Env::of([(ROTUNDA_HOME, root.path())]);
        let refused = |value: &Path| Home::from_env(&env.clone().with(CODEX_HOME, value));
        assert!(matches!(refused(&file), Err(HomeError::NoFolder { .. })));
        assert!(matches!(refused(Path::new("not/here")), Err(HomeError::Relative { .. })));
        assert!(refused(Path::new("src")).unwrap().codex_home.is_absolute());
        assert!(refused(&root.path().join("to be made")).is_ok());
    }

    #[test]
    fn to_recover_codex_s_folder_is_enough() {
        let root = tempfile::tempdir().unwrap();
        let env = Env::of([(CODEX_HOME, root.path())]);
        let (home, error) = Home::to_recover(&env).unwrap();
        assert_eq!(home.codex_home, root.path());
        assert!(matches!(error, Some(HomeError::Unknown(ROTUNDA_HOME))));
        assert!(Home::to_recover(&Env::default()).is_err());
    }

    #[test]
    fn the_codex_folder_is_below_the_home_folder_by_default() {
        let root = tempfile::tempdir().unwrap();
        let env = Env::of([(ROTUNDA_HOME, root.path()), (platform::HOME_VARIABLE, root.path())]);
        assert_eq!(Home::from_env(&env).unwrap().codex_home, root.path().join(".codex"));
        let emptied = env.with(CODEX_HOME, "");
        assert_eq!(Home::from_env(&emptied).unwrap().codex_home, root.path().join(".codex"));
    }
}
