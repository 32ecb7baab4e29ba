//! Starting with the user's session, in the tray.
//!
//! It also decides what a logout does: Codex stays bound only when a router
//! really runs again after the next login, because Codex waits for the port.

use rotunda_host::{
    home::Env,
    session::{self, LoginStart},
};
use rotunda_text::Refusal;

use crate::platform;

/// Whether the tray app starts at login.
pub(crate) fn is_on() -> bool {
    found(&Env::system()).app
}

/// Whether a router runs again after the next login.
pub(crate) fn starts_again() -> bool {
    found(&Env::system()).router
}

/// Turns it on or off.
pub(crate) fn set(on: bool) -> Result<(), Refusal> {
    write(&Env::system(), on).map_err(Refusal::LoginKept)
}

/// At each start: an entry for a program that is gone, as after the app was moved,
/// or that lies where the session does not look, is written again for this one.
/// One that works is left alone, also when it starts another copy.
pub(crate) fn verify(env: &Env) {
    if found(env).is_broken
        && let Err(error) = set(true)
    {
        tracing::warn!(?error, "start at login cannot work");
    }
}

fn found(env: &Env) -> LoginStart {
    session::login_start(env).unwrap_or_default()
}

/// Makes the session start this program in the tray at login, or nothing of
/// ours. An error is the end of a sentence.
fn write(env: &Env, on: bool) -> Result<(), String> {
    let program = platform::program(env).map_err(|error| error.to_string())?;
    let done = session::set_login_start(env, &program, on);
    done.ok_or("there is no home folder")?.map_err(|error| error.to_string())
}
