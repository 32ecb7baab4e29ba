//! The text of a message: its arguments in the language of the reader, put into the
//! catalog's pattern.

use std::borrow::Cow;

use crate::{
    Locale, Localize, Message, Value,
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

    fn to(&self, locale: Locale) -> String {
        let arguments = self.arguments.iter().map(|(name, value)| (*name, value.plain(locale)));
        catalog::format(locale.language, self.id, arguments)
    }
}

impl Value {
    fn plain(&self, locale: Locale) -> Plain<'_> {
        match self {
            Self::Text(text) => Plain::Text(Cow::Borrowed(text)),
            Self::Number(number) => Plain::Number(*number),
            Self::Message(message) => Plain::Text(message.to(locale).into()),
            Self::At(time) => Plain::Text(format::at(*time, locale).into()),
            Self::Until(time) => Plain::Text(format::until(*time, locale).into()),
            Self::Resets(remaining) => Plain::Text(format::resets(*remaining, locale).into()),
        }
    }
}
