//! Errors and outcomes as messages of the catalogs. Causes from the system or
//! from a parser are quoted as they are, in English.

use std::fmt;

use rotunda_router::VaultError;
use rotunda_text::{Language, Localize, Message, Reader, message};

use crate::{
    auth_file::ImportError,
    bind::BindError,
    files::{OutputError, shown},
    login::LoginError,
    store::NameError,
};

/// For `Display`: logs and causes of other errors are English.
pub(crate) fn write_english(
    value: &impl Localize,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    formatter.write_str(&value.to(Reader::of(Language::ENGLISH)))
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

display_in_english! { LoginError OutputError ImportError BindError }

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
pub(crate) struct VaultRefusal<'a>(pub(crate) &'a VaultError);

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
            Self::Unread => message!("import-unread"),
            Self::Keychain(error) => {
                message!("import-keychain", error = VaultRefusal(error).message())
            }
        }
    }
}

impl Localize for BindError {
    fn message(&self) -> Message {
        match self {
            Self::File(error) => error_of_system(error),
            Self::Refused { path, reason } => {
                message!("bind-refused", path = shown(path), reason = reason.to_string())
            }
            Self::Busy => message!("bind-busy"),
            Self::Restless(path) => message!("bind-restless", path = shown(path)),
            Self::ReadOnly(path) => message!("bind-read-only", path = shown(path)),
            Self::NoBackup(path) => message!("bind-no-backup", path = shown(path)),
        }
    }
}

/// A file and what the system says of it, quoted.
fn error_of_system(error: &crate::files::FileError) -> Message {
    message!("quoted", text = error.to_string())
}

impl Localize for LoginError {
    fn message(&self) -> Message {
        match self {
            Self::Denied => message!("login-denied"),
            Self::Page(code) => message!("login-page", code = code),
            Self::TimedOut => message!("login-timed-out"),
            Self::StateMismatch => message!("login-state-mismatch"),
            Self::NotAnAddress => message!("login-not-an-address"),
            Self::PortTaken => message!("login-port-taken"),
            Self::Listen(error) => message!("login-listen", error = error),
            Self::BadCode => message!("login-bad-code"),
            Self::CodeExpired => message!("login-code-expired"),
            Self::NoCodes => message!("login-no-codes"),
            Self::Trouble(status) => message!("login-trouble", status = status),
            Self::Unreachable => message!("login-unreachable"),
            Self::Strange => message!("login-strange"),
            Self::ClockAhead => message!("login-clock-ahead"),
            Self::OtherWorkspace => message!("login-other-workspace"),
            Self::Cancelled => message!("login-cancelled"),
            Self::Random => message!("login-random"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: &impl Localize, english: &str, chinese: &str) {
        assert_eq!(error.to(Reader::of(Language::ENGLISH)), english);
        assert_eq!(error.to(Reader::of(Language::find("zh-CN").unwrap())), chinese);
    }

    #[test]
    fn a_refusal_is_in_the_language_of_the_reader() {
        check(
            &NameError::Taken,
            "Another profile has this name; choose a different one.",
            "另一个配置已使用这个名称，请换一个。",
        );
        check(
            &LoginError::TimedOut,
            "The sign-in was not finished in time. Start it again.",
            "没有及时完成，登录已结束。请重新开始。",
        );
    }
}
