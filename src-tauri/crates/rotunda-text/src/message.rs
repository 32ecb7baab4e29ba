//! A text as data: the id of a message and its arguments.

use std::time::{Duration, SystemTime};

use crate::language::Locale;

/// The id of a message and its arguments; `message!` makes one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Message {
    pub(crate) id: &'static str,
    pub(crate) arguments: Vec<(&'static str, Value)>,
}

/// What an argument of a message is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// A text that is the same in every language: a name, a path, an error of
    /// the system.
    Text(String),
    /// A number; it also selects the plural.
    Number(u64),
    /// Another message.
    Message(Message),
    /// A time as it follows a verb: `at 14:05`, `tomorrow at 09:10`.
    At(SystemTime),
    /// A time as it follows "until": `14:05`, `tomorrow at 09:10`.
    Until(SystemTime),
    /// The time to a reset: `resets in 2h`.
    Resets(Duration),
}

impl Message {
    /// Only for [`message!`], which checks id and arguments.
    #[doc(hidden)]
    pub fn new(id: &'static str, arguments: Vec<(&'static str, Value)>) -> Self {
        Self { id, arguments }
    }
}

/// A value with a text in every language.
pub trait Localize {
    /// The text as data.
    fn message(&self) -> Message;

    /// The text in a locale.
    fn to(&self, locale: Locale) -> String {
        self.message().to(locale)
    }
}

/// A message of the catalogs with its arguments: `message!("menu-stay", profile
/// = name)`. A wrong id, and a missing or superfluous argument, do not compile.
#[macro_export]
macro_rules! message {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {{
        const { $crate::check_call($id, &[$(stringify!($name)),*]) };
        $crate::Message::new($id, vec![$((stringify!($name), $crate::Value::from($value))),*])
    }};
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&&str> for Value {
    fn from(text: &&str) -> Self {
        Self::Text((*text).to_owned())
    }
}

impl From<Message> for Value {
    fn from(message: Message) -> Self {
        Self::Message(message)
    }
}

macro_rules! from_number {
    ($($number:ty)+) => {
        $(impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        }

        impl From<&$number> for Value {
            fn from(number: &$number) -> Self {
                Self::Number((*number).into())
            }
        })+
    };
}

from_number! { u16 u32 u64 }

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(u64::try_from(number).unwrap_or(u64::MAX))
    }
}

impl From<&usize> for Value {
    fn from(number: &usize) -> Self {
        Self::from(*number)
    }
}
