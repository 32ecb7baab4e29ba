//! Secrets that a user types: the key of `rotunda add-key` and passphrases. Typed unseen at a
//! terminal, or handed over on standard input.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, stdin};

use super::{Failure, print, signals_unheard};
use rotunda_daemon::control::SecretText;
use rotunda_host::platform::{Signals, Unseen};
use rotunda_text::message;

/// No key is longer, in bytes.
const LONGEST: u64 = 4096;

/// What is asked for: with an unseen line, with one that shows, and when it is not given.
struct Words {
    unseen: &'static str,
    seen: &'static str,
    ended: &'static str,
}

const KEY: Words = Words {
    unseen: "Paste the key and press Enter. It does not show.",
    seen: "Paste the key and press Enter. It shows here; `< FILE` hands it over unseen.",
    ended: "No key was added.",
};
const PASSPHRASE: Words = Words {
    unseen: "Type the passphrase and press Enter. It does not show.",
    seen: "Type the passphrase and press Enter. It shows here; `< FILE` hands it over unseen.",
    ended: "Nothing was done.",
};
const AGAIN: Words =
    Words { unseen: "Type it once more.", seen: "Type it once more.", ended: "Nothing was done." };

/// Reads one line. Ctrl+C leaves the terminal as it was.
pub(super) async fn read() -> Result<String, Failure> {
    line(&KEY).await
}

/// The passphrase of a file.
pub(super) async fn passphrase() -> Result<SecretText, Failure> {
    line(&PASSPHRASE).await.map(SecretText::new)
}

/// The passphrase of a new file; at a terminal it is typed twice.
pub(super) async fn new_passphrase() -> Result<SecretText, Failure> {
    let first = passphrase().await?;
    if stdin().is_terminal() && SecretText::new(line(&AGAIN).await?) != first {
        return Err(Failure(message!("passphrases-differ")));
    }
    Ok(first)
}

async fn line(words: &Words) -> Result<String, Failure> {
    let unread =
        |error: io::Error| Failure::new(format!("Standard input could not be read: {error}."));
    if !stdin().is_terminal() {
        let mut line = String::new();
        return stdin().lock().take(LONGEST).read_line(&mut line).map(|_| line).map_err(unread);
    }
    // Received from here on: no signal ends this process while its terminal hides input.
    let mut signals = Signals::listen().map_err(|error| signals_unheard(&error))?;
    let unseen = Unseen::begin();
    print::warning(match &unseen {
        Ok(_) => words.unseen,
        Err(_) => words.seen,
    });
    let typed = tokio::task::spawn_blocking(|| Unseen::line(LONGEST));
    tokio::select! {
        line = typed => line.map_err(Failure::new)?.map_err(unread),
        () = signals.end() => Err(Failure::new(words.ended)),
    }
}
