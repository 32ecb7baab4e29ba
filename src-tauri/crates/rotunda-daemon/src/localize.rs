//! The errors of binding and signing in as messages of the catalogs. Causes from the system or
//! from a parser are quoted as they are, in English.

use std::fmt;

use rotunda_host::{
    files::shown,
    localize::{error_of_system, write_english},
};
use rotunda_text::{Localize, Message, message};

use crate::{bind::BindError, login::LoginError};

impl fmt::Display for BindError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_english(self, formatter)
    }
}

impl fmt::Display for LoginError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_english(self, formatter)
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
    use rotunda_host::store::NameError;
    use rotunda_text::{Language, Locale};

    use super::*;

    #[track_caller]
    fn check(error: &impl Localize, english: &str, chinese: &str) {
        assert_eq!(error.to(Locale::of(Language::ENGLISH)), english);
        assert_eq!(error.to(Locale::of(Language::find("zh-CN").unwrap())), chinese);
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
