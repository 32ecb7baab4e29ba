//! Errors as messages of the catalogs. Causes from the system or from a parser
//! are quoted as they are, in English.

use std::fmt;

use rotunda_core::VaultError;
use rotunda_text::{Language, Locale, Localize, Message, message};

use crate::{
    auth_file::ImportError,
    files::{FileError, OutputError, shown},
    store::NameError,
};

/// For `Display`: logs and causes of other errors are English.
pub fn write_english(value: &impl Localize, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    formatter.write_str(&value.to(Locale::of(Language::ENGLISH)))
}

macro_rules! display_in_english {
    ($($error:ty)+) => {
        $(impl fmt::Display for $error {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_english(self, formatter)
            }
        })+
    };
}

display_in_english! { OutputError ImportError }

impl Localize for NameError {
    fn message(&self) -> Message {
        match self {
            Self::Empty => message!("name-empty"),
            Self::Long => message!("name-long"),
            Self::Invisible => message!("name-invisible"),
            Self::Taken => message!("name-taken"),
        }
    }
}

impl Localize for OutputError {
    fn message(&self) -> Message {
        match self {
            Self::Taken { path, free: None } => message!("output-taken", path = shown(path)),
            Self::Taken { path, free: Some(free) } => {
                message!("output-taken-free", path = shown(path), free = shown(free))
            }
            Self::NoFolder(folder) => message!("output-no-folder", folder = shown(folder)),
            Self::File(error) => message!("output-file", error = error.to_string()),
        }
    }
}

/// Why the vault did not give or take something: a clause without a full stop.
#[derive(Debug, Clone, Copy)]
pub struct VaultRefusal<'a>(pub &'a VaultError);

impl Localize for VaultRefusal<'_> {
    fn message(&self) -> Message {
        match self.0 {
            VaultError::Missing => message!("vault-error-missing"),
            VaultError::Locked => message!("vault-error-locked"),
            VaultError::Dismissed => message!("vault-error-dismissed"),
            VaultError::Denied => message!("vault-error-denied"),
            VaultError::NotAnswering => message!("vault-error-not-answering"),
            VaultError::NoCollection => message!("vault-error-no-collection"),
            VaultError::CannotSave(reason) => message!("vault-error-cannot-save", reason = reason),
            VaultError::Unavailable(reason) => {
                message!("vault-error-unavailable", reason = reason)
            }
            VaultError::Damaged(reason) => message!("vault-error-damaged", reason = reason),
        }
    }
}

impl Localize for ImportError {
    fn message(&self) -> Message {
        match self {
            Self::File(error) => error_of_system(error),
            Self::NoSignIn(folder) => message!("import-no-sign-in", folder = shown(folder)),
            Self::NotOurs(reason) => message!("import-not-ours", reason = reason),
            Self::Unsupported(kind) => message!("import-unsupported", kind = format!("{kind:?}")),
            Self::Encrypted(file) => message!("import-encrypted", file = shown(file)),
            Self::Unread => message!("import-unread"),
            Self::Keychain(error) => {
                message!("import-keychain", error = VaultRefusal(error).message())
            }
        }
    }
}

/// A file and what the system says of it, quoted.
pub fn error_of_system(error: &FileError) -> Message {
    message!("quoted", text = error.to_string())
}
