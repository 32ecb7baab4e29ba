//! The only place that prints.
//!
//! Everything a person or a script reads goes through here, so that a closed
//! pipe is no panic and no library line mixes in. What a terminal would not
//! show is written out, wherever it came from.

#![expect(clippy::print_stderr, reason = "this module is where printing is done")]

use std::io::{self, Write};

use rotunda_core::display_text::{visible, visible_json};
use rotunda_daemon::control::Done;
use serde::Serialize;

/// Prints a line for people. False once the reader is gone.
pub(crate) fn line(text: &str) -> bool {
    out(&[visible(text).as_bytes(), b"\n"].concat())
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
