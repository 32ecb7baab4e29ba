//! What is broken beside the subject of a command: a command that still works
//! names it.

use rotunda_text::{Localize, Message, message};

/// A part of Rotunda that cannot be read or does not answer, with the error as
/// it describes itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// A variable for one of the folders; a clause.
    Folders(String),
    /// The settings; a clause.
    Settings(String),
    /// The record of the binding; a clause.
    Binding(String),
    /// The store; a sentence.
    Remembered(String),
    /// The running Rotunda does not answer or refuses; a sentence.
    Running(String),
}

impl Broken {
    /// The check of the doctor that names it too.
    pub fn check(&self) -> Option<&'static str> {
        match self {
            Self::Settings(_) => Some("settings"),
            Self::Folders(_) | Self::Binding(_) | Self::Remembered(_) | Self::Running(_) => None,
        }
    }
}

impl Localize for Broken {
    fn message(&self) -> Message {
        match self {
            Self::Folders(clause) | Self::Settings(clause) | Self::Binding(clause) => {
                message!("found-clause", clause = clause)
            }
            Self::Remembered(sentence) | Self::Running(sentence) => {
                message!("found-sentence", sentence = sentence)
            }
        }
    }
}
