//! The client's terminal interface in a terminal of its own: tmux keeps the screen.

use std::{
    path::PathBuf,
    process::{Output, Stdio},
    time::Duration,
};

use rotunda_tests::in_time;
use tokio::process::Command;

use crate::client::{CodexHome, program};

/// Between two looks at the screen.
const LOOK: Duration = Duration::from_millis(100);

/// A running terminal interface. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Terminal {
    socket: PathBuf,
}

fn is_of_ending_server(output: &Output) -> bool {
    let errors = String::from_utf8_lossy(&output.stderr);
    !output.status.success() && errors.contains("server exited")
}

impl Terminal {
    /// Starts the client; `name` identifies the terminal within its home, and a later one with
    /// the same name takes the place of the earlier one.
    pub(crate) async fn start(home: &CodexHome, name: &str) -> Self {
        let terminal = Self { socket: home.home().join(format!("{name}.tmux")) };
        terminal.end();
        let mut command = terminal.tmux();
        home.dress(&mut command);
        command.env("TERM", "xterm-256color").env("LANG", "C.UTF-8");
        // The screen of a client that has ended stays to be read.
        let shown = ["set-option", "-g", "remain-on-exit", "on", ";"];
        command.args(["-f", "/dev/null"]).args(["start-server", ";"]).args(shown);
        command.args(["new-session", "-d", "-x", "120", "-y", "40"]);
        command.arg(program());
        let output = in_time("tmux", async {
            loop {
                let output = command.output().await.unwrap();
                // The server of the earlier terminal may still be ending, and takes the request
                // with it.
                if !is_of_ending_server(&output) {
                    return output;
                }
                tokio::time::sleep(LOOK).await;
            }
        })
        .await;
        assert!(output.status.success(), "{output:?}");
        terminal
    }

    fn tmux(&self) -> Command {
        let mut command = Command::new("tmux");
        command.arg("-S").arg(&self.socket).stdin(Stdio::null());
        command
    }

    /// What is on the screen.
    pub(crate) async fn screen(&self) -> String {
        let output = self.tmux().args(["capture-pane", "-p"]).output();
        let output = in_time("the screen", output).await.unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Waits until the screen holds one of these texts.
    pub(crate) async fn shows(&self, texts: &[&str]) -> String {
        let shown = async {
            loop {
                let screen = self.screen().await;
                if texts.iter().any(|text| screen.contains(text)) {
                    return screen;
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        if let Ok(screen) = tokio::time::timeout(Duration::from_secs(60), shown).await {
            return screen;
        }
        panic!("{texts:?} should be on the screen:\n{}", self.screen().await)
    }

    /// Types a text without sending it.
    pub(crate) async fn types(&self, text: &str) {
        self.keys(&["-l", text]).await;
    }

    /// Types a text and sends it.
    pub(crate) async fn says(&self, text: &str) {
        self.types(text).await;
        self.shows(&[text]).await;
        // Keys that follow each other at once are taken for a pasted text with a line end.
        tokio::time::sleep(5 * LOOK).await;
        self.keys(&["Enter"]).await;
    }

    /// Closes a dialog with this text. The client may open it again while it starts.
    pub(crate) async fn dismisses(&self, text: &str) {
        for _ in 0..6 {
            if !self.screen().await.contains(text) {
                return;
            }
            // A second Escape before the first one shows would open a view of earlier messages.
            self.keys(&["Escape"]).await;
            self.hides(text).await;
        }
        panic!("{text:?} should leave the screen:\n{}", self.screen().await)
    }

    /// Waits until the screen does not hold a text, for ten seconds at most.
    async fn hides(&self, text: &str) {
        let hidden = async {
            while self.screen().await.contains(text) {
                tokio::time::sleep(LOOK).await;
            }
            // It may come back at once.
            tokio::time::sleep(10 * LOOK).await;
        };
        tokio::time::timeout(Duration::from_secs(10), hidden).await.ok();
    }

    /// Presses keys by their names.
    pub(crate) async fn keys(&self, keys: &[&str]) {
        let pressed = self.tmux().arg("send-keys").args(keys).status();
        assert!(in_time("a key", pressed).await.unwrap().success());
    }
}

impl Terminal {
    fn end(&self) {
        let mut end = std::process::Command::new("tmux");
        end.arg("-S").arg(&self.socket).arg("kill-server");
        end.stdout(Stdio::null()).stderr(Stdio::null()).status().ok();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.end();
    }
}
