//! One change of Codex's file, made again for as long as another program saves it
//! in between.

use std::{path::Path, thread, time::Duration};

use rotunda_core::binding;
use rotunda_host::{
    files::{self, FileError, Pace, Swap, Swapped},
    home::Home,
};

use super::BindError;

/// Codex and editors save the file while we do, each for a moment.
const ATTEMPTS: u32 = 200;
/// So many wait for the disk before the exchange. On a busy disk that takes longer
/// than the pause of a program that saves again and again, and no attempt would
/// ever find the file as it was read.
const CALM_ATTEMPTS: u32 = 3;
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

/// What the file is to be.
pub(super) struct Wanted {
    /// Its text; none means no file.
    pub(super) text: Option<String>,
    /// Its permission bits; none keeps those that it has.
    pub(super) mode: Option<u32>,
    /// Its text matters more than the owner of the file: Codex must be unbound.
    pub(super) insists: bool,
}

/// What a change came to.
pub(super) struct Edited {
    /// Whether the file was written.
    pub(super) changed: bool,
    /// The text there now.
    pub(super) text: String,
    /// The file from before is still open in another program, which may yet save
    /// into it: it was kept beside.
    pub(super) held: bool,
}

/// Reads the file, changes its text and writes it, unless another program saved
/// it meanwhile: then again from the start. What the change itself writes is
/// written at the pace it is given.
pub(super) fn edit(
    home: &Home,
    mut change: impl FnMut(Option<&str>, Pace) -> Result<Wanted, Failure>,
) -> Result<Edited, BindError> {
    let path = home.codex_config();
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            // An editor that does not rename is writing.
            files::is_closed_soon(&path);
        }
        let pace = if attempt < CALM_ATTEMPTS { Pace::Calm } else { Pace::Hasty };
        let old = files::read_text_if_there(&path)?;
        let wanted = change(old.as_deref(), pace).map_err(|failure| failure.at(&path))?;
        let Wanted { text: new, mode, insists } = wanted;
        if new == old {
            if let Some(mode) = mode {
                files::set_mode(&path, mode)?;
            }
            return Ok(Edited { changed: false, text: new.unwrap_or_default(), held: false });
        }
        let bytes = |text: &Option<String>| text.as_ref().map(|text| text.as_bytes().to_vec());
        let swap = Swap::of_config(&path, &home.data);
        let swap = swap.with_mode(mode).insisting(insists).at(pace);
        match swap.run(bytes(&old).as_deref(), bytes(&new).as_deref())? {
            Swapped::Changed => thread::sleep(PAUSE),
            swapped => {
                let held = swapped == Swapped::Held;
                return Ok(Edited { changed: true, text: new.unwrap_or_default(), held });
            }
        }
    }
    Err(BindError::Restless(path))
}
