//! Why something was not done: by the daemon, or by the app itself.

use rotunda_core::{Reader, Words, words::Refusal};
use rotunda_daemon::daemon::CommandError;

/// A refusal; it becomes a sentence when it is known who reads it.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The daemon's.
    Daemon(CommandError),
    /// Our own.
    Here(Refusal),
}

impl Refused {
    /// What it says.
    pub(crate) fn to(&self, reader: Reader) -> String {
        match self {
            Self::Daemon(error) => error.to(reader),
            Self::Here(refusal) => refusal.to(reader),
        }
    }
}

impl From<CommandError> for Refused {
    fn from(error: CommandError) -> Self {
        Self::Daemon(error)
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Here(refusal)
    }
}
