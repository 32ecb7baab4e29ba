//! The environment of a process, as a value.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    path::PathBuf,
};

/// Names the user's home folder.
pub const HOME_VARIABLE: &str = if cfg!(windows) { "USERPROFILE" } else { "HOME" };

/// Variables differ by case, except on Windows.
fn env_key(key: &OsStr) -> OsString {
    if cfg!(windows) { key.to_ascii_uppercase() } else { key.to_owned() }
}

/// Whether two names are those of one variable.
pub(crate) fn is_same_variable(a: &str, b: &str) -> bool {
    env_key(OsStr::new(a)) == env_key(OsStr::new(b))
}

/// A copy of the environment.
#[derive(Debug, Clone, Default)]
pub struct Env {
    values: BTreeMap<OsString, OsString>,
    /// Whether the operating system may be queried for what no variable sets.
    asks_system: bool,
}

impl Env {
    /// This process's environment.
    pub fn system() -> Self {
        let values = std::env::vars_os().map(|(key, value)| (env_key(&key), value));
        Self { values: values.collect(), asks_system: true }
    }

    /// Exactly these variables; the operating system is not queried.
    pub fn of<K: AsRef<OsStr>, V: AsRef<OsStr>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let pairs = pairs.into_iter();
        let values = pairs.map(|(key, value)| (env_key(key.as_ref()), value.as_ref().to_owned()));
        Self { values: values.collect(), asks_system: false }
    }

    /// The same with one more variable.
    #[must_use]
    pub fn with(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.values.insert(env_key(key.as_ref()), value.as_ref().to_owned());
        self
    }

    /// The same without a variable.
    #[must_use]
    pub fn without(mut self, key: impl AsRef<OsStr>) -> Self {
        self.values.remove(&env_key(key.as_ref()));
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
    pub fn asks_system(&self) -> bool {
        self.asks_system
    }

    /// Every variable, for a child process.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.values.iter().map(|(key, value)| (key.as_os_str(), value.as_os_str()))
    }

    fn raw(&self, key: &str) -> Option<&OsStr> {
        let value = self.values.get(&env_key(OsStr::new(key)))?;
        (!value.is_empty()).then_some(value)
    }

    /// The user's home folder, when it is known.
    pub fn user_home(&self) -> Option<PathBuf> {
        self.path(HOME_VARIABLE).or_else(|| self.asks_system.then(dirs::home_dir).flatten())
    }
}
