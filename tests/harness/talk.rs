//! An interactive command: it prints, reads an answer, and continues.

use std::time::Duration;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
};

use crate::{Ran, Signal, in_time};

/// A command under way.
#[derive(Debug)]
pub struct Talk {
    child: Child,
    typed: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
    output: String,
}

impl Talk {
    /// Talks with a program whose output is piped.
    ///
    /// # Panics
    /// When it is not.
    pub fn with(mut child: Child) -> Self {
        let typed = child.stdin.take();
        let lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        Self { child, typed, lines, output: String::new() }
    }

    /// The first line from here on that `wanted` likes.
    ///
    /// # Panics
    /// When there is none.
    pub async fn hears(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        loop {
            let line = in_time(what, self.lines.next_line()).await.expect("readable output");
            let Some(line) = line else {
                let err = self.errors().await;
                panic!("it ended before {what}: {:?} {err:?}", self.output);
            };
            self.output += &line;
            self.output.push('\n');
            if wanted(line.trim()) {
                return line.trim().to_owned();
            }
        }
    }

    /// The page it wants opened.
    ///
    /// # Panics
    /// When it wants none.
    pub async fn page(&mut self) -> String {
        self.hears("the page to open", |line| line.starts_with("http://")).await
    }

    /// Types a line.
    ///
    /// # Panics
    /// When its input is closed.
    pub async fn types(&mut self, line: &str) {
        self.presses(&format!("{line}\n")).await;
    }

    /// Types without an end of the line.
    ///
    /// # Panics
    /// When its input is closed.
    pub async fn presses(&mut self, keys: &str) {
        let typed = self.typed.as_mut().expect("its input is piped");
        typed.write_all(keys.as_bytes()).await.expect("somebody who reads");
        typed.flush().await.expect("somebody who reads");
    }

    /// Asks it to end, as Ctrl+C does.
    ///
    /// # Panics
    /// When it has ended already.
    pub async fn interrupt(&self) {
        Signal::Interrupt.send(self.child.id().expect("a command under way")).await;
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn ends(mut self) -> Ran {
        drop(self.typed.take());
        while let Some(line) =
            in_time("the rest", self.lines.next_line()).await.expect("readable output")
        {
            self.output += &line;
            self.output.push('\n');
        }
        let err = self.errors().await;
        let status = in_time("its end", self.child.wait()).await.expect("a child of ours");
        Ran { code: status.code(), out: self.output, err }
    }

    async fn errors(&mut self) -> String {
        let mut text = String::new();
        if let Some(err) = self.child.stderr.as_mut() {
            // Its end is the end of the command, which may have lost its reader.
            let read = err.read_to_string(&mut text);
            let _ = tokio::time::timeout(Duration::from_secs(60), read).await;
        }
        text
    }
}
