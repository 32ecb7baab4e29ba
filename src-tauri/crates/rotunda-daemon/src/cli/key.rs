//! The key of `rotunda add-key`: typed unseen at a terminal, or handed over on
//! standard input.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, stdin};

use super::{Failure, print, signals_unheard};
use crate::platform::{Signals, Unseen};

/// No key is longer, in bytes.
const LONGEST: u64 = 4096;

/// Reads one line. Ctrl+C leaves the terminal as it was.
pub(super) async fn read() -> Result<String, Failure> {
    let unread = |error: io::Error| {
        Failure::new(format!("The key could not be read from standard input: {error}."))
    };
    if !stdin().is_terminal() {
        let mut line = String::new();
        return stdin().lock().take(LONGEST).read_line(&mut line).map(|_| line).map_err(unread);
    }
    // Received from here on: no signal ends this process while its terminal hides input.
    let mut signals = Signals::listen().map_err(|error| signals_unheard(&error))?;
    let unseen = Unseen::begin();
    print::warning(match &unseen {
        Ok(_) => "Paste the key and press Enter. It does not show.",
        Err(_) => "Paste the key and press Enter. It shows here; `< FILE` hands it over unseen.",
    });
    let typed = tokio::task::spawn_blocking(|| Unseen::line(LONGEST));
    tokio::select! {
        line = typed => line.map_err(Failure::new)?.map_err(unread),
        () = signals.end() => Err(Failure::new("No key was added.")),
    }
}
