//! What stays when the tray app ends without a word: its display went away, as at
//! the end of many sessions, it crashed, or it was killed. Codex would then point
//! at a port on which no router listens (decision 036).
//!
//! This process waits at a pipe that only the app holds. When the pipe ends
//! without the app's goodbye, it does what the app does at a logout.

use std::{
    io::{self, Read as _},
    process::Stdio,
    time::Duration,
};

use rotunda_host::{
    home::{Env, Home},
    platform::{self, Signals},
    session,
};
use tokio::time::{Instant, sleep, timeout};

use crate::{
    daemon::{DaemonError, Services, StopError},
    second_line::take_out_left_over,
};

/// The app's last word: it has done itself what there was to do.
pub const GOODBYE: &[u8] = b"done\n";

/// What ends processes by force waits longer than this.
const OUTLIVE: Duration = Duration::from_secs(10);

/// A killed process closes its files one after another: the pipe ends before the lock
/// is free. Longer than that takes on any machine.
const RELEASE: Duration = Duration::from_secs(10);
const RETRY_PAUSE: Duration = Duration::from_millis(20);

/// Passes standard input to a process that stays, and then has no parent of ours.
pub fn start() -> io::Result<()> {
    let mut command = platform::program(std::env::current_exe()?);
    command.args(["watchdog", "--stay"]).stdout(Stdio::null()).stderr(Stdio::null());
    // Out of reach of what a terminal sends.
    platform::own_group(&mut command);
    command.spawn().map(drop)
}

/// Waits for the end of the app. True when it ended without its goodbye.
pub async fn wait() -> io::Result<bool> {
    let mut signals = Signals::listen()?;
    let ended = read_goodbye();
    tokio::pin!(ended);
    let received = tokio::select! {
        received = &mut ended => received?,
        // A session that ends signals all processes at once: the app is given its time to
        // end, or to be ended.
        () = signals.end() => match timeout(OUTLIVE, &mut ended).await {
            Ok(received) => received?,
            Err(_) => return Ok(false),
        },
    };
    Ok(received != GOODBYE)
}

/// What comes through the pipe before it ends.
async fn read_goodbye() -> io::Result<Vec<u8>> {
    let most = u64::try_from(GOODBYE.len()).unwrap_or(u64::MAX);
    let read = tokio::task::spawn_blocking(move || {
        let mut received = Vec::new();
        io::stdin().take(most).read_to_end(&mut received).map(|_| received)
    });
    read.await.map_err(io::Error::other)?
}

/// Why Codex is still bound.
#[derive(Debug, thiserror::Error)]
pub enum WatchdogError {
    /// Another Rotunda runs, or nothing can be opened.
    #[error(transparent)]
    Open(#[from] DaemonError),
    /// Codex's file could not be changed.
    #[error(transparent)]
    Stop(#[from] StopError),
}

/// What the app does when the session ends it.
pub async fn mend(home: Home, env: Env) -> Result<(), WatchdogError> {
    let left = home.clone();
    // Codex waits for a router that comes back, but does not start with this line.
    let _ = tokio::task::spawn_blocking(move || take_out_left_over(&left)).await;
    if session::login_start(&env).is_some_and(|start| start.router) {
        return Ok(());
    }
    let deadline = Instant::now() + RELEASE;
    loop {
        // When this cannot open, it still unbinds Codex.
        match Services::open_to_serve(home.clone(), env.clone()) {
            Err(DaemonError::Running) if Instant::now() < deadline => sleep(RETRY_PAUSE).await,
            // Another Rotunda was started, which looks after the binding.
            Err(DaemonError::Running) => return Ok(()),
            opened => return Ok(opened?.stop(true).await?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use rotunda_host::{
        home::{CODEX_HOME, ROTUNDA_HOME},
        instance::InstanceLock,
    };

    /// The app was killed, and the system has closed its pipe but not its lock.
    #[tokio::test(start_paused = true)]
    async fn a_lock_that_is_still_held_is_waited_for() {
        let (root, home) = testing::home();
        let env = Env::of([
            (ROTUNDA_HOME, root.path().to_owned()),
            (CODEX_HOME, home.codex_home.clone()),
            ("ROTUNDA_VAULT", "file".into()),
        ]);
        let before = "model = \"a\"\n";
        std::fs::write(home.codex_config(), before).unwrap();
        testing::bind(&home);
        assert_ne!(std::fs::read_to_string(home.codex_config()).unwrap(), before);
        let lock = InstanceLock::try_acquire(&home).unwrap();
        let mending = tokio::spawn(mend(home.clone(), env));
        sleep(Duration::from_secs(1)).await;
        assert!(!mending.is_finished(), "it waits for the lock");
        drop(lock);
        mending.await.unwrap().unwrap();
        assert_eq!(std::fs::read_to_string(home.codex_config()).unwrap(), before);
    }

    #[tokio::test(start_paused = true)]
    async fn another_rotunda_keeps_its_binding() {
        let (root, home) = testing::home();
        let env = Env::of([(ROTUNDA_HOME, root.path()), (CODEX_HOME, home.codex_home.as_path())]);
        std::fs::write(home.codex_config(), "").unwrap();
        testing::bind(&home);
        let bound = std::fs::read_to_string(home.codex_config()).unwrap();
        let _lock = InstanceLock::try_acquire(&home).unwrap();
        mend(home.clone(), env).await.unwrap();
        assert_eq!(std::fs::read_to_string(home.codex_config()).unwrap(), bound);
    }
}
