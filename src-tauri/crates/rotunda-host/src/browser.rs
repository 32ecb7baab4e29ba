//! Opens a page in the user's browser.
//!
//! The system's own way is one program per system, and all it does for us is to
//! start; a crate would bring more code than it saves. What does not open is no
//! failure: the address is shown as well.

use std::{io, process::Stdio};

use url::Url;

use crate::{home::Env, platform};

/// A program that is given the address instead of the system's browser.
pub const ROTUNDA_BROWSER: &str = "ROTUNDA_BROWSER";

/// Set to anything but nothing, it keeps every sign-in of the command line from opening
/// a browser; the address is printed.
pub const ROTUNDA_NO_BROWSER: &str = "ROTUNDA_NO_BROWSER";

/// Whether a browser may be opened.
pub fn is_wanted(env: &Env) -> bool {
    env.get(ROTUNDA_NO_BROWSER).is_none_or(str::is_empty)
}

/// Starts the browser; does not wait for it.
pub fn open(env: &Env, page: &Url) -> io::Result<()> {
    let (program, arguments) = match env.path(ROTUNDA_BROWSER) {
        Some(program) => (program.into_os_string(), Vec::new()),
        None if env.asks_system() => {
            let (program, arguments) = platform::BROWSER;
            (program.into(), arguments.to_vec())
        }
        // A test that says nothing opens nothing.
        None => return Err(io::ErrorKind::NotFound.into()),
    };
    let mut command = platform::program(program);
    command.args(arguments).arg(page.as_str());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut started = command.spawn()?;
    // Its end has no effect, but the process has to be reaped.
    tokio::spawn(async move { started.wait().await });
    Ok(())
}
