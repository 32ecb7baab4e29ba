//! Refusals in the reader's language. In English they are what they display;
//! every other language has a file here. Causes that the system or a parser
//! tells are quoted as they are.

mod zh;

use rotunda_core::{Reader, words::English};

use crate::{check::Outcome, daemon::CommandError, login::LoginError};

impl English for CommandError {
    fn english(&self, _: Reader) -> String {
        self.to_string()
    }
}

impl English for LoginError {
    fn english(&self, _: Reader) -> String {
        self.to_string()
    }
}

/// How a test turn with a profile ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended<'a>(pub(crate) Outcome, pub(crate) &'a str);

impl English for Ended<'_> {
    fn english(&self, _: Reader) -> String {
        self.0.sentence(self.1)
    }
}

#[cfg(test)]
mod tests {
    use rotunda_core::{Language, Words};

    use super::*;
    use crate::store::NameError;

    #[track_caller]
    fn check(error: &(impl English + rotunda_core::words::Chinese), english: &str, chinese: &str) {
        assert_eq!(error.to(Reader::of(Language::English)), english);
        assert_eq!(error.to(Reader::of(Language::Chinese)), chinese);
    }

    #[test]
    fn a_refusal_is_said_in_the_readers_language() {
        check(
            &CommandError::NobodyElse,
            "No other profile is ready, so Codex stays where it is.",
            "没有其他可用的配置，所以 Codex 保持不变。",
        );
        check(
            &CommandError::Name(NameError::Taken),
            "Another profile has this name; choose a different one.",
            "另一个配置已使用这个名称，请换一个。",
        );
        check(
            &CommandError::SignIn(LoginError::TimedOut),
            "Nobody answered in time, so the sign-in ended. Start it again.",
            "没有及时完成，登录已结束。请重新开始。",
        );
        let ended = Ended(Outcome::Completed, "work");
        check(
            &ended,
            "work works: Codex asked and got its answer.",
            "work 正常：Codex 提问并得到了回答。",
        );
    }

    #[test]
    fn every_outcome_is_said_in_chinese() {
        for outcome in Outcome::ALL {
            let text = Ended(outcome, "work").to(Reader::of(Language::Chinese));
            assert!(text.ends_with('。') && !text.contains("  "), "{text}");
        }
    }
}
