//! Why something was not done: by the daemon, or by the app itself.

use std::sync::{Mutex, PoisonError};

use rotunda_core::display_text::{self, visible};
use rotunda_daemon::daemon::CommandError;
use rotunda_text::{Locale, Localize, Refusal};

/// A refusal; it becomes a sentence when it is known who reads it.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The daemon's.
    Daemon(CommandError),
    /// Our own.
    Here(Refusal),
}

impl Refused {
    /// What it says, in one clean line: the system, a bus or a file may have had
    /// the last word in it.
    pub(crate) fn to(&self, locale: Locale) -> String {
        let text = match self {
            Self::Daemon(error) => error.to(locale),
            Self::Here(refusal) => refusal.to(locale),
        };
        display_text::clean(&visible(&text), display_text::SENTENCE)
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

/// Why the last click in the menu did nothing, until the window has shown it.
#[derive(Debug, Default)]
pub(crate) struct LastRefusal(Mutex<Option<String>>);

impl LastRefusal {
    /// Keeps a refusal; an older one that was not shown yet goes.
    pub(crate) fn keep(&self, refusal: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
    }

    /// What the window has to show, once.
    pub(crate) fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
