//! The only place that prints.
//!
//! Everything a person or a script reads goes through here, so that a closed
//! pipe is no panic and no library line mixes in. What a terminal would not
//! show is written out, wherever it came from.

#![expect(clippy::print_stderr, reason = "this module is where printing is done")]

use std::{
    io::{self, Write},
    sync::OnceLock,
};

use rotunda_core::display_text::{visible, visible_json};
use rotunda_daemon::control::Done;
use serde::Serialize;

/// Set, columns and marks become words: this one stands for the mark of what is in use.
static IN_USE: OnceLock<String> = OnceLock::new();

/// From now on lines are for a screen reader; `in_use` is what the mark is called.
pub(crate) fn speak_plainly(in_use: String) {
    // It is set once, at the start.
    let _ = IN_USE.set(in_use);
}

/// Prints a line for people. False once the reader is gone.
pub(crate) fn line(text: &str) -> bool {
    let shown = visible(text);
    if let Some(in_use) = IN_USE.get() {
        return out(&[plainly(&shown, in_use).as_bytes(), b"\n"].concat());
    }
    out(&[shown.as_bytes(), b"\n"].concat())
}

/// What stands in columns, as one sentence after another, and the mark as a word.
fn plainly(text: &str, in_use: &str) -> String {
    let unmarked = text.strip_prefix("> ");
    let (is_marked, text) = (unmarked.is_some(), unmarked.unwrap_or(text));
    let parts = text.split("  ").map(str::trim).filter(|part| !part.is_empty());
    let mut parts: Vec<_> = parts.collect();
    if is_marked {
        parts.insert(parts.len().min(1), in_use);
    }
    parts.join("; ")
}

/// Prints a line with colours in it, which a [`Screen`](crate::screen::Screen) made: its
/// texts are clean. False once the reader is gone.
pub(crate) fn terminal(line: &str) -> bool {
    out(&[line.as_bytes(), b"\n"].concat())
}

/// The same without an end of the line.
pub(crate) fn unfinished(text: &str) -> bool {
    out(text.as_bytes())
}

/// Prints a value for scripts, on one line. False once the reader is gone.
pub(crate) fn json(value: &impl Serialize) -> bool {
    out(&[json_line(value).as_bytes(), b"\n"].concat())
}

fn json_line(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).expect("our own types are JSON");
    visible_json(&text).into_owned()
}

/// Says what went wrong, in one sentence.
pub(crate) fn error(sentence: &str) {
    eprintln!("rotunda: {}", visible(sentence));
}

/// Says something beside the output, such as a warning.
pub(crate) fn warning(sentence: &str) {
    eprintln!("{}", visible(sentence));
}

/// The same as JSON, for scripts whose standard output is another program's.
pub(crate) fn warning_json(value: &impl Serialize) {
    eprintln!("{}", json_line(value));
}

/// Prints what a command did, and beside it what to know of it.
pub(crate) fn done(done: &Done) {
    line(&done.text);
    for text in &done.notes {
        warning(text);
    }
}

/// A reader that leaves, as `head` does, is reported to the caller and not to the
/// user: what runs still has to be cleaned up.
fn out(bytes: &[u8]) -> bool {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_marks_become_words() {
        let check = |line, expected| assert_eq!(plainly(line, "in use"), expected);
        check("> work      62% left  Out", "work; in use; 62% left; Out");
        check("    against  It rests.", "against; It rests.");
        check("One sentence.", "One sentence.");
        check("", "");
    }
}
