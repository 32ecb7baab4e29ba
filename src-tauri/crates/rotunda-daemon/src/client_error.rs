//! Why another program than Codex is not added, renamed or revoked.

use std::fmt;

use rotunda_text::{Language, Locale, Localize, Message, message};

/// A refusal about one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientError {
    /// No client has that name.
    None(String),
    /// The name is not usable.
    Name,
    /// Another client has it.
    NameTaken,
    /// There are as many as there may be.
    TooMany(usize),
    /// The key is none that Rotunda makes.
    Key,
}

impl Localize for ClientError {
    fn message(&self) -> Message {
        match self {
            Self::None(name) => message!("error-no-client", client = name),
            Self::Name => message!("error-client-name"),
            Self::NameTaken => message!("error-client-name-taken"),
            Self::TooMany(most) => message!("error-clients-many", most = *most),
            Self::Key => message!("error-client-key"),
        }
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to(Locale::of(Language::ENGLISH)))
    }
}

impl std::error::Error for ClientError {}
