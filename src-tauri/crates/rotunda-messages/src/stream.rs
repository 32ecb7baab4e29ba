//! An answer as the events of a form.

use rotunda_clients::PublicError;

use crate::{
    answer::{AnswerReader, Part},
    chat::ChatEvents,
    form::Form,
    form_event::FormEvent,
    messages::MessageEvents,
    translated::AnswerForm,
};

/// Shows that the connection lives; clients skip it (WHATWG HTML, section 9.2.6).
const COMMENT: &[u8] = b": keepalive\n\n";
/// Ends a stream of Chat Completions.
const DONE: &[u8] = b"data: [DONE]\n\n";

/// Writes parts in one form.
#[derive(Debug)]
pub(crate) enum FormEvents {
    Messages(MessageEvents),
    Chat(ChatEvents),
}

impl FormEvents {
    pub(crate) fn new(answer: &AnswerForm) -> Self {
        match answer.form {
            Form::Messages => Self::Messages(MessageEvents::new(answer)),
            Form::Chat => Self::Chat(ChatEvents::new(answer)),
        }
    }

    pub(crate) fn write(&mut self, part: &Part, out: &mut Vec<FormEvent>) {
        match self {
            Self::Messages(events) => events.write(part, out),
            Self::Chat(events) => events.write(part, out),
        }
    }
}

/// Makes a stream of a form of a stream of the Responses API. The stream may be cut anywhere
/// into pieces: what comes out does not depend on it.
#[derive(Debug)]
pub struct AnswerStream {
    reader: AnswerReader,
    events: FormEvents,
    shown: Shown,
}

/// What the client was shown.
#[derive(Debug, Default)]
struct Shown {
    has_content: bool,
    failure: Option<PublicError>,
}

impl AnswerStream {
    /// Of an answer to a request that was translated.
    pub fn new(answer: &AnswerForm) -> Self {
        Self {
            reader: AnswerReader::new(answer.names.clone()),
            events: FormEvents::new(answer),
            shown: Shown::default(),
        }
    }

    /// Takes the next bytes, and gives what they make for the client.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<u8> {
        let parts = self.reader.push(chunk);
        self.write(&parts)
    }

    /// The stream is over: what is left of it. One that was cut ends with an error.
    pub fn finish(&mut self) -> Vec<u8> {
        let parts = self.reader.finish();
        self.write(&parts)
    }

    /// The error of an answer that failed before it had any content: a client that was not
    /// sent a head yet is better served by a status.
    pub const fn early_failure(&self) -> Option<&PublicError> {
        if self.shown.has_content { None } else { self.shown.failure.as_ref() }
    }

    fn write(&mut self, parts: &[Part]) -> Vec<u8> {
        let mut events = Vec::new();
        for part in parts {
            match part {
                Part::Block(_) | Part::Ended(_) => self.shown.has_content = true,
                Part::Failed(error) => self.shown.failure = Some(error.clone()),
                Part::Begun(_) | Part::Idle => {}
            }
            self.events.write(part, &mut events);
        }
        let mut out = Vec::new();
        for event in &events {
            write_event(event, &mut out);
        }
        out
    }
}

fn write_event(event: &FormEvent, out: &mut Vec<u8>) {
    match event {
        FormEvent::Comment => out.extend_from_slice(COMMENT),
        FormEvent::Done => out.extend_from_slice(DONE),
        FormEvent::Data { name, data } => {
            if let Some(name) = name {
                out.extend_from_slice(format!("event: {name}\n").as_bytes());
            }
            out.extend_from_slice(format!("data: {data}\n\n").as_bytes());
        }
    }
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
