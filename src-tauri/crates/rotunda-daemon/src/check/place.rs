//! Where a test turn lives: a Codex home and a work folder below Rotunda's own
//! data, gone afterwards. The address goes into a private file, not on a
//! command line that others can list.

use std::{
    io,
    path::{Path, PathBuf},
};

use rotunda_core::Secret;
use rotunda_host::{
    codex::QUIET,
    files::{self, FileError, Mode},
    home::Home,
};
use tempfile::TempDir;
use thiserror::Error;
use toml_edit::{DocumentMut, Item, Value};

use super::{ModelSource, ModelUsed};

/// What of the user's settings the turn keeps to (lesson F10). The rest, such
/// as servers for tools, has no part in a test.
const KEPT: [&str; 2] = ["model", "model_reasoning_effort"];

/// Named in the folder's name; what a kill left of it is removed at a start.
pub(crate) const KIND: &str = "check";

/// Why there is no place.
#[derive(Debug, Error)]
pub(crate) enum TestFoldersError {
    /// A folder cannot be made.
    #[error("a folder for it could not be made: {0}")]
    Folder(#[from] io::Error),
    /// A file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Folders of one test turn; dropped, they are gone.
#[derive(Debug)]
pub(crate) struct TestFolders {
    folder: TempDir,
    /// The requested model; the effective one is not known yet.
    pub(crate) model: ModelUsed,
    /// The user's `config.toml` is there and cannot be read.
    pub(crate) unreadable: bool,
}

impl TestFolders {
    /// Makes the folders, with a `config.toml` that leads to `url`.
    pub(crate) fn make(
        home: &Home,
        url: &Secret<String>,
        named: Option<&str>,
    ) -> Result<Self, TestFoldersError> {
        let folder = files::create_temporary_folder(&home.data, KIND)?;
        for name in ["codex", "work", "home"] {
            files::create_private_folder(&folder.path().join(name))?;
        }
        let (users, unreadable) = users_settings(&home.codex_config());
        let text = config(url, &users);
        files::write_atomic(
            &folder.path().join("codex/config.toml"),
            text.as_bytes(),
            Mode::Private,
        )?;
        let model = requested_model(named, users.get("model"));
        Ok(Self { folder, model, unreadable })
    }

    /// `CODEX_HOME`.
    pub(crate) fn codex_home(&self) -> PathBuf {
        self.folder.path().join("codex")
    }

    /// Where the turn works.
    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// The home folder that Codex sees.
    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }
}

fn requested_model(named: Option<&str>, configured: Option<&Item>) -> ModelUsed {
    let (requested, source) = match (named, configured.and_then(Item::as_str)) {
        (Some(named), _) => (Some(named.to_owned()), ModelSource::Named),
        (None, Some(configured)) => (Some(configured.to_owned()), ModelSource::Config),
        (None, None) => (None, ModelSource::Codex),
    };
    ModelUsed { requested, effective: None, source }
}

/// The user's settings, only read; and whether they are there but cannot be.
fn users_settings(path: &Path) -> (DocumentMut, bool) {
    match files::read_text(path) {
        Ok(text) => match text.trim_start_matches('\u{feff}').parse() {
            Ok(document) => (document, false),
            Err(_) => (DocumentMut::new(), true),
        },
        Err(error) => (DocumentMut::new(), !error.is_missing()),
    }
}

fn config(url: &Secret<String>, users: &DocumentMut) -> String {
    let mut lines = vec![format!("openai_base_url = {}", Value::from(url.expose().as_str()))];
    for key in KEPT {
        if let Some(value) = users.get(key).and_then(Item::as_str) {
            lines.push(format!("{key} = {}", Value::from(value)));
        }
    }
    lines.push(QUIET.to_owned());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn url() -> Secret<String> {
        Secret::new("http://127.0.0.1:1/k/codex".to_owned())
    }

    fn settings(folders: &TestFolders) -> DocumentMut {
        let text = std::fs::read_to_string(folders.codex_home().join("config.toml")).unwrap();
        text.parse().unwrap()
    }

    /// F10, F16: the user's choice stays the user's, and only it is taken over.
    #[test]
    fn the_users_model_is_kept_and_nothing_else() {
        let (_root, home) = testing::home();
        let users = "model = \"gpt-x\"\nmodel_reasoning_effort = \"low\"\nsandbox_mode = \"danger-full-access\"\n\
                     [mcp_servers.a]\ncommand = \"touch\"\n";
        std::fs::write(home.codex_config(), users).unwrap();
        let folders = TestFolders::make(&home, &url(), None).unwrap();
        let made = settings(&folders);
        assert_eq!(made["model"].as_str(), Some("gpt-x"));
        assert_eq!(made["model_reasoning_effort"].as_str(), Some("low"));
        assert_eq!(made["openai_base_url"].as_str(), Some("http://127.0.0.1:1/k/codex"));
        assert!(made.get("mcp_servers").is_none() && made.get("sandbox_mode").is_none());
        assert_eq!(folders.model.source, ModelSource::Config);
        assert_eq!(std::fs::read_to_string(home.codex_config()).unwrap(), users);
    }

    #[test]
    fn a_named_model_wins_and_none_stays_none() {
        let (_root, home) = testing::home();
        let folders = TestFolders::make(&home, &url(), Some("named")).unwrap();
        assert_eq!(
            (folders.model.requested.as_deref(), folders.model.source),
            (Some("named"), ModelSource::Named)
        );
        let folders = TestFolders::make(&home, &url(), None).unwrap();
        assert_eq!(
            (folders.model.requested.clone(), folders.model.source),
            (None, ModelSource::Codex)
        );
        assert!(settings(&folders).get("model").is_none());
    }

    #[test]
    fn the_folder_is_removed_and_a_broken_config_is_reported() {
        let (_root, home) = testing::home();
        std::fs::write(home.codex_config(), "model = ").unwrap();
        let before = std::fs::read_dir(&home.data).unwrap().count();
        let folders = TestFolders::make(&home, &url(), None).unwrap();
        assert!(folders.unreadable);
        drop(folders);
        assert_eq!(std::fs::read_dir(&home.data).unwrap().count(), before);
    }
}
