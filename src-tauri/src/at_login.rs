//! Starting with the user's session, in the tray.
//!
//! It also decides what a logout does: Codex stays bound only when a router
//! really runs again after the next login, because Codex waits for the port.

use rotunda_host::home::Env;
use rotunda_text::Refusal;

use crate::platform;

/// Whether the tray app starts at login.
pub(crate) fn is_on() -> bool {
    platform::login(&Env::system()).app
}

/// Whether a router runs again after the next login.
pub(crate) fn starts_again() -> bool {
    platform::login(&Env::system()).router
}

/// Turns it on or off.
pub(crate) fn set(on: bool) -> Result<(), Refusal> {
    platform::set_login(&Env::system(), on).map_err(Refusal::LoginKept)
}

/// At each start: an entry for a program that is gone, as after the app was moved,
/// or that lies where the session does not look, is written again for this one.
/// One that works is left alone, also when it starts another copy.
pub(crate) fn verify(env: &Env) {
    if platform::login(env).is_broken
        && let Err(error) = set(true)
    {
        tracing::warn!(?error, "start at login cannot work");
    }
}
