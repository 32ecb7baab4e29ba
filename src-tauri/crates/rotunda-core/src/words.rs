//! What Rotunda says to people, as values, and each language's words for it.
//!
//! A type per kind of text stands beside this file; a folder per language
//! writes each of them. [`Words`] is there only for what every language writes,
//! so a missing text does not compile; nor does a name that a text does not
//! have, and one that it forgets is an unused variable. Whoever makes a view
//! says who reads it; nothing that is kept is in a language.

mod board;
mod check;
mod en;
mod measure;
mod menu;
mod refusal;
mod toast;
mod told;
mod zh;

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

pub use self::{
    board::{BindingNote, Headline, Outlook, PaceWords, Reason, Summary, VaultNote},
    check::{Fix, Found, Proof},
    measure::{Age, Day, Measure, Span},
    menu::{MenuText, QuitText, SettingsNote},
    refusal::Refusal,
    toast::{Ends, Limit, NoticeText, NoticeWord},
    told::{Cause, Chose, Outside, Place, Pointed, Signed, Stood, Told, Went},
};

/// The languages that Rotunda speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// English, also where nobody says otherwise.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}

impl Language {
    /// What a system's tag such as `zh_CN.UTF-8` or `en-GB` asks for, as far as
    /// we speak it.
    pub fn of_tag(tag: &str) -> Self {
        let word = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
        if word.eq_ignore_ascii_case("zh") { Self::Chinese } else { Self::English }
    }
}

/// Who reads, and when and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// Theirs.
    pub language: Language,
    /// What "today" and "in two hours" are counted from.
    pub now: SystemTime,
    /// What local clocks are ahead of UTC, in seconds.
    pub utc_offset: i32,
}

impl Reader {
    /// Who reads English, as the command line has it.
    pub fn english(now: SystemTime, utc_offset: i32) -> Self {
        Self { language: Language::English, now, utc_offset }
    }

    /// Who reads a text that tells no time.
    pub fn of(language: Language) -> Self {
        Self { language, ..Self::english(SystemTime::UNIX_EPOCH, 0) }
    }

    /// The same reader at another moment.
    #[must_use]
    pub fn at(self, now: SystemTime) -> Self {
        Self { now, ..self }
    }
}

/// A text in English.
pub trait English {
    /// What it says.
    fn english(&self, reader: Reader) -> String;
}

/// A text in Simplified Chinese.
pub trait Chinese {
    /// What it says.
    fn chinese(&self, reader: Reader) -> String;
}

/// A text that is written in every language.
pub trait Words {
    /// What it says to this reader.
    fn to(&self, reader: Reader) -> String;
}

impl<T: English + Chinese> Words for T {
    fn to(&self, reader: Reader) -> String {
        match reader.language {
            Language::English => self.english(reader),
            Language::Chinese => self.chinese(reader),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_systems_tag_says_the_language() {
        for tag in ["zh_CN.UTF-8", "zh-Hans-CN", "zh", "ZH_TW"] {
            assert_eq!(Language::of_tag(tag), Language::Chinese, "{tag}");
        }
        for tag in ["en_GB.UTF-8", "C", "POSIX", "de-DE", "", "zha"] {
            assert_eq!(Language::of_tag(tag), Language::English, "{tag}");
        }
    }
}
