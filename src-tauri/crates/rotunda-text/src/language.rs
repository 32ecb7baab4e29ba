//! The languages, and who reads.

use std::{fmt, time::SystemTime};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::embedded::CATALOGS;

/// A language that there is a catalog for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Language(&'static str);

impl Language {
    /// English, also where nothing names a language.
    pub const ENGLISH: Self = Self("en");

    /// Every language, by its tag.
    pub fn all() -> impl Iterator<Item = Self> {
        CATALOGS.iter().map(|(tag, _)| Self(tag))
    }

    /// The tag, such as `zh-CN`: the name of the catalog's file.
    pub fn tag(self) -> &'static str {
        self.0
    }

    /// The language with exactly this tag.
    pub fn find(tag: &str) -> Option<Self> {
        Self::all().find(|language| language.0 == tag)
    }

    /// The language that a system's tag such as `zh_CN.UTF-8` or `en-GB` asks
    /// for: the same region if there is one, else the same language, else
    /// English.
    pub fn of_tag(tag: &str) -> Self {
        let plain = tag.split(['.', '@']).next().unwrap_or_default().replace('_', "-");
        let same = Self::all().find(|language| language.0.eq_ignore_ascii_case(&plain));
        same.or_else(|| Self::all().find(|language| primary(language.0) == primary(&plain)))
            .unwrap_or_default()
    }
}

/// What stands before the region or the script.
fn primary(tag: &str) -> String {
    tag.split('-').next().unwrap_or_default().to_ascii_lowercase()
}

impl Default for Language {
    fn default() -> Self {
        Self::ENGLISH
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let tag = String::deserialize(deserializer)?;
        Self::find(&tag).ok_or_else(|| de::Error::custom(format!("unknown language {tag:?}")))
    }
}

/// The language of a text, and the time and the time zone in which it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale {
    /// The language.
    pub language: Language,
    /// What "today" and "in two hours" are counted from.
    pub now: SystemTime,
    /// What local clocks are ahead of UTC, in seconds.
    pub utc_offset: i32,
}

impl Locale {
    /// English, at a time and place.
    pub fn english(now: SystemTime, utc_offset: i32) -> Self {
        Self { language: Language::ENGLISH, now, utc_offset }
    }

    /// For a text that shows no time.
    pub fn of(language: Language) -> Self {
        Self { language, ..Self::english(SystemTime::UNIX_EPOCH, 0) }
    }

    /// The same locale at another moment.
    #[must_use]
    pub fn at(self, now: SystemTime) -> Self {
        Self { now, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_tag_selects_a_catalog() {
        let chinese = Language::find("zh-CN").unwrap();
        for tag in ["zh_CN.UTF-8", "zh-Hans-CN", "zh", "ZH_TW"] {
            assert_eq!(Language::of_tag(tag), chinese, "{tag}");
        }
        for tag in ["en_GB.UTF-8", "C", "POSIX", "xx-DE", "", "zha"] {
            assert_eq!(Language::of_tag(tag), Language::ENGLISH, "{tag}");
        }
    }

    #[test]
    fn a_language_is_written_as_its_tag() {
        for language in Language::all() {
            let written = serde_json::to_string(&language).unwrap();
            assert_eq!(written, format!("\"{}\"", language.tag()));
            assert_eq!(serde_json::from_str::<Language>(&written).unwrap(), language);
        }
        assert!(serde_json::from_str::<Language>("\"xx\"").is_err());
    }
}
