//! The two ends of the pipes in the window's process.
//!
//! Each has a thread of its own, because both block; the queue of messages is
//! bounded, and what does not fit is dropped.

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
/// How long writing the rest may take.
const LAST_WORDS: Duration = Duration::from_secs(2);
const PIECE: usize = 64 << 10;

/// Reads the messages of the app.
pub(super) struct MessageReader {
    from: Box<dyn Read + Send>,
    lines: Lines,
    received: VecDeque<Vec<u8>>,
    piece: Vec<u8>,
}

impl MessageReader {
    /// Reads from there.
    pub(super) fn of(from: impl Read + Send + 'static) -> Self {
        let lines = Lines::new(LONGEST_TO_WINDOW);
        Self { from: Box::new(from), lines, received: VecDeque::new(), piece: vec![0; PIECE] }
    }

    /// The next message. None is the end: the app is gone, or the line is invalid.
    pub(super) fn next(&mut self) -> Option<ToWindow> {
        while self.received.is_empty() {
            let length = self.from.read(&mut self.piece).ok().filter(|length| *length > 0)?;
            self.received.extend(self.lines.feed(&self.piece[..length]).ok()?);
        }
        serde_json::from_slice(&self.received.pop_front()?).ok()
    }
}

enum Word {
    Line(Vec<u8>),
    Last(Sender<()>),
}

/// Writes messages to the app.
#[derive(Clone)]
pub(super) struct MessageWriter(SyncSender<Word>);

impl MessageWriter {
    /// Writes there, on a thread of its own.
    pub(super) fn to(to: impl Write + Send + 'static) -> Self {
        let (sender, words) = sync_channel(QUEUE);
        thread::spawn(move || write(to, &words));
        Self(sender)
    }

    /// Never waits. False when there is no room, or no reader.
    pub(super) fn say(&self, message: &FromWindow) -> bool {
        line(message).is_some_and(|line| self.0.try_send(Word::Line(line)).is_ok())
    }

    /// Waits, for a moment, until everything is written.
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
    fn the_stream_ends_with_the_app() {
        let first = line(&ToWindow::Refused).unwrap();
        let text = [first.clone(), first, b"\"refus".to_vec()].concat();
        let mut reader = MessageReader::of(io::Cursor::new(text));
        assert!(matches!(reader.next(), Some(ToWindow::Refused)));
        assert!(matches!(reader.next(), Some(ToWindow::Refused)));
        assert!(reader.next().is_none());
    }

    #[test]
    fn an_invalid_message_ends_the_stream() {
        assert!(MessageReader::of(io::Cursor::new(b"hello\n")).next().is_none());
        assert!(MessageReader::of(io::empty()).next().is_none());
    }

    #[test]
    fn queued_messages_are_written_before_the_end() {
        let (mut reader, writer) = io::pipe().unwrap();
        let writer = MessageWriter::to(writer);
        assert!(writer.say(&FromWindow::Came));
        writer.end();
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!(text, "\"came\"\n");
    }

    #[test]
    fn an_app_that_does_not_read_is_not_waited_for() {
        let (_reader, writer) = io::pipe().unwrap();
        let writer = MessageWriter::to(writer);
        let command = "a".repeat(PIECE);
        let ask = |number| {
            let (command, arguments) = (command.clone(), serde_json::Value::Null);
            writer.say(&FromWindow::Ask { number, command, arguments })
        };
        let sent = (0..10 * QUEUE as u64).take_while(|number| ask(*number)).count();
        // One is being written.
        assert!((QUEUE..=QUEUE + 1).contains(&sent), "{sent}");
    }
}
