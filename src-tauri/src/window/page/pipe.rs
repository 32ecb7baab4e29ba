//! The two ends of the pipes in the window's process.
//!
//! Each has a thread of its own, because both block; what waits to be said is
//! bounded, and what does not fit is not said.

use std::{
    collections::VecDeque,
    io::{Read, Write},
    sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    thread,
    time::Duration,
};

use crate::window::lines::{FromWindow, LONGEST_TO_WINDOW, Lines, ToWindow, line};

/// Lines that wait for the app to read them.
const QUEUE: usize = 256;
/// How long the last words may take.
const LAST_WORDS: Duration = Duration::from_secs(2);
const PIECE: usize = 64 << 10;

/// What the app says, one after the other.
pub(super) struct Hearing {
    from: Box<dyn Read + Send>,
    lines: Lines,
    heard: VecDeque<Vec<u8>>,
    piece: Vec<u8>,
}

impl Hearing {
    /// Reads from there.
    pub(super) fn of(from: impl Read + Send + 'static) -> Self {
        let lines = Lines::new(LONGEST_TO_WINDOW);
        Self { from: Box::new(from), lines, heard: VecDeque::new(), piece: vec![0; PIECE] }
    }

    /// What is said next. None is the end: the app is gone, or not the app.
    pub(super) fn next(&mut self) -> Option<ToWindow> {
        while self.heard.is_empty() {
            let length = self.from.read(&mut self.piece).ok().filter(|length| *length > 0)?;
            self.heard.extend(self.lines.feed(&self.piece[..length]).ok()?);
        }
        serde_json::from_slice(&self.heard.pop_front()?).ok()
    }
}

enum Word {
    Line(Vec<u8>),
    Last(Sender<()>),
}

/// Says something to the app.
#[derive(Clone)]
pub(super) struct Saying(SyncSender<Word>);

impl Saying {
    /// Writes there, on a thread of its own.
    pub(super) fn to(to: impl Write + Send + 'static) -> Self {
        let (sender, words) = sync_channel(QUEUE);
        thread::spawn(move || write(to, &words));
        Self(sender)
    }

    /// Never waits. False when there is no room, or nobody who would read it.
    pub(super) fn say(&self, said: &FromWindow) -> bool {
        line(said).is_some_and(|line| self.0.try_send(Word::Line(line)).is_ok())
    }

    /// Waits, for a moment, until everything was said.
    pub(super) fn end(&self) {
        let (done, end) = channel();
        if self.0.try_send(Word::Last(done)).is_ok() {
            let _ = end.recv_timeout(LAST_WORDS);
        }
    }
}

fn write(mut to: impl Write, words: &Receiver<Word>) {
    for word in words {
        match word {
            Word::Line(line) => {
                if to.write_all(&line).and_then(|()| to.flush()).is_err() {
                    return;
                }
            }
            Word::Last(done) => {
                let _ = done.send(());
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn what_is_heard_ends_with_the_app() {
        let first = line(&ToWindow::Refused).unwrap();
        let text = [first.clone(), first, b"\"refus".to_vec()].concat();
        let mut hearing = Hearing::of(io::Cursor::new(text));
        assert!(matches!(hearing.next(), Some(ToWindow::Refused)));
        assert!(matches!(hearing.next(), Some(ToWindow::Refused)));
        assert!(hearing.next().is_none());
    }

    #[test]
    fn what_nobody_could_have_said_is_the_end() {
        assert!(Hearing::of(io::Cursor::new(b"hello\n")).next().is_none());
        assert!(Hearing::of(io::empty()).next().is_none());
    }

    #[test]
    fn last_words_are_said_before_the_end() {
        let (mut reader, writer) = io::pipe().unwrap();
        let saying = Saying::to(writer);
        assert!(saying.say(&FromWindow::Came));
        saying.end();
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "\"came\"\n");
    }

    #[test]
    fn an_app_that_does_not_read_is_not_waited_for() {
        let (_reader, writer) = io::pipe().unwrap();
        let saying = Saying::to(writer);
        let command = "a".repeat(PIECE);
        let ask = |number| {
            let (command, arguments) = (command.clone(), serde_json::Value::Null);
            saying.say(&FromWindow::Ask { number, command, arguments })
        };
        let said = (0..10 * QUEUE as u64).take_while(|number| ask(*number)).count();
        // One is being written.
        assert!((QUEUE..=QUEUE + 1).contains(&said), "{said}");
    }
}
