//! Taking our line out of Codex's file when nothing else of Rotunda works: it
//! needs that file only, and the journal or the copies where they are there.

use std::time::SystemTime;

use rotunda_host::home::Home;
use rotunda_text::{Language, Locale};

use super::{
    CommandError,
    binding::{notes_after_unbind, url_at},
    commands::{restored_done, unbound_done},
};
use crate::{bind, control::Done};

/// Undoes the binding by the files alone. Blocks.
pub fn unbind_file(home: &Home, language: Language) -> Result<Done, CommandError> {
    let outcome = bind::unbind(home, &url_at(home, 0))?;
    let done = unbound_done(outcome.changed, notes_after_unbind(&outcome));
    Ok(done.to(Locale::of(language)))
}

/// Puts the whole file back as it was before binding, by the files alone. Blocks.
pub fn restore_file(
    home: &Home,
    now: SystemTime,
    language: Language,
) -> Result<Done, CommandError> {
    let restored = bind::restore(home, &url_at(home, 0), now)?;
    Ok(restored_done(&restored).to(Locale::of(language)))
}
