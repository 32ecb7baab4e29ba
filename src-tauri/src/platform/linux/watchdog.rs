//! The app's side of the process that unbinds Codex when the app ends without
//! doing it (decision 036).

use std::{
    io::{self, Write as _},
    process::{ChildStdin, Command, Stdio},
    sync::{Mutex, PoisonError},
};

use rotunda_daemon::watchdog::GOODBYE;

/// The command line is a small program and lies beside this one in every package.
const PROGRAM: &str = "rotunda";

/// Holds the pipe at which the other process waits.
pub(crate) struct Watchdog {
    pipe: Mutex<Option<ChildStdin>>,
}

impl Watchdog {
    /// Starts that process; without it the app runs as well.
    pub(crate) fn start() -> Self {
        let pipe = start_process().unwrap_or_else(|error| {
            tracing::warn!(%error, "nothing unbinds Codex if this process is killed");
            None
        });
        Self { pipe: Mutex::new(pipe) }
    }

    /// The app ends in order.
    pub(crate) fn dismiss(&self) {
        let pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut pipe) = pipe
            && let Err(error) = pipe.write_all(GOODBYE)
        {
            tracing::debug!(%error, "the watchdog is gone");
        }
    }
}

fn start_process() -> io::Result<Option<ChildStdin>> {
    let program = std::env::current_exe()?.with_file_name(PROGRAM);
    let mut command = Command::new(program);
    command.arg("watchdog").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut first = command.spawn()?;
    let pipe = first.stdin.take();
    // It ends at once: the process that it starts then has no parent in the session.
    first.wait().map(|_| pipe)
}
