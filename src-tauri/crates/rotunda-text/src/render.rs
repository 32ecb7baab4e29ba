//! The text of a message: its arguments in the language of the reader, put into the
//! catalog's pattern.

use std::borrow::Cow;

use crate::{
    Localize, Message, Reader, Value,
    catalog::{self, Plain},
    format,
};

impl Message {
    /// With times rounded up to the minute, as they are shown.
    pub(crate) fn rounded_to_minutes(mut self) -> Self {
        for (_, value) in &mut self.arguments {
            match value {
                Value::At(time) | Value::Until(time) => *time = format::minute(*time),
                Value::Text(_) | Value::Number(_) | Value::Message(_) | Value::Resets(_) => {}
            }
        }
        self
    }
}

impl Localize for Message {
    fn message(&self) -> Message {
        self.clone()
    }

    fn to(&self, reader: Reader) -> String {
        let arguments = self.arguments.iter().map(|(name, value)| (*name, value.plain(reader)));
        catalog::format(reader.language, self.id, arguments)
    }
}

impl Value {
    fn plain(&self, reader: Reader) -> Plain<'_> {
        match self {
            Self::Text(text) => Plain::Text(Cow::Borrowed(text)),
            Self::Number(number) => Plain::Number(*number),
            Self::Message(message) => Plain::Text(message.to(reader).into()),
            Self::At(time) => Plain::Text(format::at(*time, reader).into()),
            Self::Until(time) => Plain::Text(format::until(*time, reader).into()),
            Self::Resets(remaining) => Plain::Text(format::resets(*remaining, reader).into()),
        }
    }
}
