//! Rotunda as a process with two profiles and one client, and the programs that ask it.

use std::{os::unix::fs::symlink, path::PathBuf, process::Stdio, time::Duration};

use rotunda_tests::{ScriptedUpstream, Whole};
use tempfile::TempDir;
use tokio::process::Command;

/// A story takes a moment; a package that waits longer hangs.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);

/// A proxy that is not there: nothing but this computer can be reached.
pub(crate) const NOWHERE: &str = "http://127.0.0.1:9";

/// What asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Program {
    Python,
    Node,
    CodexSdk,
}

impl Program {
    pub(crate) const BOTH: [Self; 2] = [Self::Python, Self::Node];
}

/// The set-up of one story.
pub(crate) struct Scene {
    pub(crate) upstream: ScriptedUpstream,
    pub(crate) rotunda: Whole,
    pub(crate) folder: TempDir,
    key: String,
    base_url: String,
}

pub(crate) fn variable(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set: see installers/test.sh clients"))
}

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("clients")
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let upstream = ScriptedUpstream::start().await;
        let folder = tempfile::tempdir().unwrap();
        let mut rotunda = Whole::new(&upstream, folder.path());
        rotunda.add(&upstream, "main").await;
        rotunda.add(&upstream, "backup").await;
        let order = rotunda.run(&["settings", "set", "rotation.policy", "my-order"]).await;
        assert_eq!(order.code, Some(0), "{order:?}");
        rotunda.serve().await;
        for form in ["responses", "messages", "chat"] {
            let on = rotunda.run(&["settings", "set", &format!("clients.{form}"), "true"]).await;
            assert!(on.err.contains("decided by the provider's terms"), "{on:?}");
            assert!(on.err.contains(&format!("clients.{form} false")), "{on:?}");
        }
        let added = rotunda.run(&["client", "add", "editor", "--json"]).await.json();
        let text = |name: &str| added[name].as_str().unwrap().to_owned();
        let (key, base_url) = (text("key"), text("base_url"));
        Self { upstream, rotunda, folder, key, base_url }
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) async fn rotunda_does(&self, arguments: &[&str]) {
        let ran = self.rotunda.run(arguments).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
    }

    /// Has a program play a story; it says with its exit code whether all was as it should be.
    pub(crate) async fn play(&self, program: Program, story: &str, arguments: &[&str]) {
        let mut command = match program {
            Program::Python => {
                let mut command = Command::new("python3");
                command.arg(here().join("stories.py"));
                command.env("PYTHONPATH", variable("ROTUNDA_OPENAI_PYTHON"));
                command
            }
            Program::Node | Program::CodexSdk => {
                let script = if program == Program::Node { "stories.mjs" } else { "codex.mjs" };
                // A module finds packages from its own folder on.
                let packages = PathBuf::from(variable("ROTUNDA_OPENAI_NODE")).join("node_modules");
                let _ = symlink(packages, self.folder.path().join("node_modules"));
                let copy = self.folder.path().join(script);
                std::fs::copy(here().join(script), &copy).unwrap();
                let mut command = Command::new("node");
                command.arg(copy);
                if program == Program::CodexSdk {
                    command.env("ROTUNDA_CODEX", variable("ROTUNDA_CODEX"));
                }
                command
            }
        };
        command.arg(story).args(arguments).env("CODEX_HOME", self.folder.path());
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        let out = self.run(command, &format!("{program:?}, {story}")).await;
        assert_eq!(out.trim().lines().last(), Some("ok"), "{program:?}, {story}: {out}");
    }

    /// Runs a program with the key of the client in a folder of its own, without a way to the
    /// network, and gives what it prints.
    pub(crate) async fn run(&self, mut command: Command, what: &str) -> String {
        command.current_dir(self.folder.path()).env("HOME", self.folder.path());
        command.env("OPENAI_API_KEY", &self.key).env("OPENAI_BASE_URL", &self.base_url);
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
            command.env(name, NOWHERE);
        }
        for name in ["NO_PROXY", "no_proxy"] {
            command.env(name, "127.0.0.1,localhost");
        }
        command.stdin(Stdio::null()).kill_on_drop(true);
        let ran = tokio::time::timeout(LIMIT, command.output()).await;
        let ran = ran.unwrap_or_else(|_| panic!("{what} does not end")).unwrap();
        let (out, err) =
            (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(ran.status.success(), "{what}:\n{out}\n{err}");
        out.into_owned()
    }

    /// What must hold after every story: the key is in no file, and no ready profile was
    /// left out.
    pub(crate) async fn end(mut self) {
        for (path, text) in self.rotunda.everything_but_the_vault() {
            assert!(!text.contains(&self.key), "the key is in {}", path.display());
        }
        assert_eq!(self.rotunda.missed(), Vec::<String>::new());
        assert_eq!(self.rotunda.stop().await, Some(0));
    }
}
