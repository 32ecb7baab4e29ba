//! One change of Codex's file, made as often as somebody else is faster.

use std::{path::Path, thread, time::Duration};

use rotunda_core::binding;

use super::BindError;
use crate::{
    files::{self, FileError},
    home::Home,
};

/// Codex and editors save the file while we do, each for a moment.
const ATTEMPTS: u32 = 200;
/// Between two of them: an editor that does not rename is writing.
const PAUSE: Duration = Duration::from_millis(10);

/// What a change may fail with.
pub(super) enum Failure {
    Text(binding::BindError),
    File(FileError),
}

impl From<binding::BindError> for Failure {
    fn from(error: binding::BindError) -> Self {
        Self::Text(error)
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl Failure {
    fn at(self, path: &Path) -> BindError {
        match self {
            Self::Text(reason) => BindError::Refused { path: path.to_owned(), reason },
            Self::File(error) => BindError::File(error),
        }
    }
}

/// Reads the file, changes its text and writes it, unless someone else wrote it
/// meanwhile: then again from the start. No text means no file. Returns whether
/// it was written, and the text there now.
pub(super) fn edit(
    home: &Home,
    mut change: impl FnMut(Option<&str>) -> Result<Option<String>, Failure>,
) -> Result<(bool, String), BindError> {
    let path = home.codex_config();
    for _ in 0..ATTEMPTS {
        let old = files::read_text_if_there(&path)?;
        let new = change(old.as_deref()).map_err(|failure| failure.at(&path))?;
        if new == old {
            return Ok((false, new.unwrap_or_default()));
        }
        let bytes = |text: &Option<String>| text.as_ref().map(|text| text.as_bytes().to_vec());
        if files::swap(&path, bytes(&old).as_deref(), bytes(&new).as_deref())? {
            return Ok((true, new.unwrap_or_default()));
        }
        thread::sleep(PAUSE);
    }
    Err(BindError::Restless(path))
}
