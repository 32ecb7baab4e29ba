//! The messages between the app and its window's process: one JSON value per
//! line, over the pipes that the process was started with.
//!
//! A message of the window may contain an API key, so it is not printed. Both
//! sides bound the length of a line: a peer that sends a longer one is broken.

use rotunda_host::settings::Theme;
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

use super::frame::Left;
use crate::menu::WindowRoute;

/// The longest line to the window: a month of history is a tenth of it.
pub(super) const LONGEST_TO_WINDOW: usize = 16 << 20;
/// The longest line from the window: people type and paste into it, no more.
pub(super) const LONGEST_FROM_WINDOW: usize = 1 << 20;

/// A message of the app.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ToWindow {
    /// The first line: how the window opens.
    Open(Look),
    /// Something it shows has changed; a snapshot.
    Changed(Box<RawValue>),
    /// There is a refusal to ask for.
    Refused,
    /// It has to come to the front, at a place.
    Come(WindowRoute),
    /// What became of a command: what it answered, or one sentence for people.
    Answer { number: u64, outcome: Result<Box<RawValue>, String> },
}

/// What the window's process says.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FromWindow {
    /// It can be seen.
    Shown,
    /// It came to the front.
    Came,
    /// The page asks for a command.
    Ask { number: u64, command: String, arguments: Value },
    /// The user closes it, and left it like this.
    Left(Left),
    /// It ends without a window that could be seen.
    Failed(NoWindow),
}

/// Why there is no window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NoWindow {
    /// The system has no web view: on Windows, `WebView2` is not installed.
    WebViewMissing,
    /// What a library said.
    Other(String),
}

/// How a window opens.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Look {
    /// What it shows.
    pub(super) place: WindowRoute,
    /// As it was left the last time.
    pub(super) left: Left,
    /// As the user wants it.
    pub(super) theme: Theme,
}

/// One value as a line. None is a value that JSON cannot say; there is none.
pub(super) fn line(value: &impl Serialize) -> Option<Vec<u8>> {
    let mut line = serde_json::to_vec(value)
        .inspect_err(|error| tracing::error!(%error, "a line to or from the window is lost"))
        .ok()?;
    line.push(b'\n');
    Some(line)
}

/// A line is longer than any that is ever sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// Whole lines out of pieces of any size.
#[derive(Debug)]
pub(super) struct Lines {
    begun: Vec<u8>,
    longest: usize,
}

impl Lines {
    /// Lines of at most so many bytes.
    pub(super) fn new(longest: usize) -> Self {
        Self { begun: Vec::new(), longest }
    }

    /// The lines that end in this piece.
    pub(super) fn feed(&mut self, piece: &[u8]) -> Result<Vec<Vec<u8>>, TooLong> {
        let mut whole = Vec::new();
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            let (part, ends) = part.strip_suffix(b"\n").map_or((part, false), |part| (part, true));
            if self.begun.len() + part.len() > self.longest {
                return Err(TooLong);
            }
            self.begun.extend_from_slice(part);
            if ends {
                whole.push(std::mem::take(&mut self.begun));
            }
        }
        Ok(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_there_is_no_window_can_be_parsed() {
        for reason in [NoWindow::WebViewMissing, NoWindow::Other("the reason".to_owned())] {
            let text = line(&FromWindow::Failed(reason.clone())).unwrap();
            let parsed = serde_json::from_slice(&text).unwrap();
            assert!(matches!(parsed, FromWindow::Failed(parsed) if parsed == reason));
        }
    }

    fn texts(lines: &[Vec<u8>]) -> Vec<&str> {
        lines.iter().map(|line| std::str::from_utf8(line).unwrap()).collect()
    }

    #[test]
    fn lines_come_whole_however_they_were_cut() {
        let text = "one\n\ntwo and a half\nthree";
        for size in 1..=text.len() {
            let mut lines = Lines::new(20);
            let mut found = Vec::new();
            for piece in text.as_bytes().chunks(size) {
                found.extend(lines.feed(piece).unwrap());
            }
            assert_eq!(texts(&found), ["one", "", "two and a half"]);
            assert_eq!(texts(&lines.feed(b"!\n").unwrap()), ["three!"]);
        }
    }

    #[test]
    fn a_line_that_never_ends_is_given_up() {
        let mut lines = Lines::new(8);
        assert_eq!(texts(&lines.feed(b"12345678\n1234").unwrap()), ["12345678"]);
        assert!(lines.feed(b"5678").unwrap().is_empty());
        assert_eq!(lines.feed(b"9"), Err(TooLong));
        assert!(lines.begun.len() <= 8);
    }

    #[test]
    fn a_message_is_one_line_and_can_be_parsed() {
        let outcome = Ok(RawValue::from_string("[1,\"a\\nb\"]".to_owned()).unwrap());
        let text = line(&ToWindow::Answer { number: 7, outcome }).unwrap();
        assert_eq!(text.iter().position(|byte| *byte == b'\n'), Some(text.len() - 1));
        let parsed = serde_json::from_slice(&text).unwrap();
        let ToWindow::Answer { number: 7, outcome: Ok(answer) } = parsed else { panic!() };
        assert_eq!(answer.get(), "[1,\"a\\nb\"]");
    }
}
