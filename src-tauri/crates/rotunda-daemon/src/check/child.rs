//! `codex app-server` as a child, with everything it starts.

use std::{io, path::Path, process::Stdio, time::Duration};

use rotunda_host::{codex, home::Env, platform};
use thiserror::Error;
use tokio::{
    io::AsyncReadExt,
    process::{ChildStdin, ChildStdout, Command},
    time::timeout,
};

use super::TestFolders;

/// Codex ends by itself when its input is closed.
const QUIET: Duration = Duration::from_secs(2);
/// Between asking it to end and ending it.
const GRACE: Duration = Duration::from_secs(3);
/// Variables that would lead Codex back to the user's own things.
const FOREIGN: [&str; 4] = ["CODEX_", "OPENAI_", "ROTUNDA_", "RUST_"];

/// Codex did not start.
#[derive(Debug, Error)]
#[error("{0}")]
pub(crate) struct SpawnError(#[from] io::Error);

/// A running Codex; dropped, it is ended with its process group.
#[derive(Debug)]
pub(crate) struct Child {
    process: tokio::process::Child,
    /// Until it is reaped, no other process can have this number.
    pid: Option<u32>,
}

/// The two ends of a conversation with it.
#[derive(Debug)]
pub(crate) struct Pipes {
    pub(crate) from: ChildStdout,
    pub(crate) to: ChildStdin,
}

/// Its version. Run in its folders: even that much makes Codex
/// write into its home.
pub(crate) async fn version(codex: &Path, folders: &TestFolders, env: &Env) -> Option<String> {
    codex::version_of(placed(codex, folders, env)).await
}

/// The program with nothing of the user's but the surroundings of a program.
fn placed(codex: &Path, folders: &TestFolders, env: &Env) -> Command {
    let mut command = platform::program(codex);
    command.current_dir(folders.work()).env_clear();
    command.envs(env.iter().filter(|(name, _)| {
        !FOREIGN.iter().any(|start| name.to_string_lossy().starts_with(start))
    }));
    if let Some(exceptions) = codex::no_proxy(env) {
        command.env("NO_PROXY", &exceptions).env("no_proxy", &exceptions);
    }
    command.env("CODEX_HOME", folders.codex_home()).env("RUST_LOG", "off");
    command.env(platform::HOME_VARIABLE, folders.home());
    command
}

impl Child {
    /// Starts it in its place, in a process group of its own: a Ctrl+C meant
    /// for us is ours to pass on.
    pub(crate) fn start(
        codex: &Path,
        folders: &TestFolders,
        env: &Env,
    ) -> Result<(Self, Pipes), SpawnError> {
        let mut command = placed(codex, folders, env);
        command.arg("app-server");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        platform::own_group(&mut command);
        let mut process = command.kill_on_drop(true).spawn()?;
        let pid = process.id();
        let piped = || io::Error::other("its pipes are missing");
        let from = process.stdout.take().ok_or_else(piped)?;
        let to = process.stdin.take().ok_or_else(piped)?;
        Ok((Self { process, pid }, Pipes { from, to }))
    }

    /// Lets it end, then makes it. Everything of its group is gone afterwards.
    pub(crate) async fn end(mut self, pipes: Pipes) {
        let Pipes { mut from, to } = pipes;
        drop(to);
        let mut rest = [0; 4096];
        let mut emptied = async || while from.read(&mut rest).await.is_ok_and(|read| read > 0) {};
        if timeout(QUIET, emptied()).await.is_err() {
            self.signal(false);
            let _ = timeout(GRACE, emptied()).await;
        }
        // Before it is waited for: afterwards the number may be another's.
        self.signal(true);
        self.pid = None;
        let _ = timeout(GRACE, self.process.wait()).await;
    }

    fn signal(&self, insist: bool) {
        if let Some(pid) = self.pid {
            platform::end_group(pid, insist);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.signal(true);
    }
}
