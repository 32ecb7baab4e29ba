//! What the user wants of the window and of notifications.

use rotunda_core::Language;
use serde::{Deserialize, Serialize};

/// `[ui]`, as meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ui {
    /// Of the tray, of notifications and of the window.
    pub language: LanguageChoice,
    /// Of the window.
    pub theme: Theme,
    /// Start in the tray, without a window.
    pub start_hidden: bool,
}

/// What the tray, notifications and the window speak. The command line speaks
/// English.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LanguageChoice {
    /// What the system speaks, as far as we do.
    #[default]
    #[serde(rename = "system")]
    System,
    /// English.
    #[serde(rename = "en")]
    English,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}

/// How the window looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system does.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// The kinds of notification, each with a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Codex moved to another profile because one ran out.
    Rotated,
    /// The last ready profile is in use.
    Last,
    /// Every profile is out.
    Out,
    /// One is back after all were out.
    Back,
    /// A sign-in ended.
    Signin,
    /// Another program changed the binding.
    Unbound,
    /// The router cannot listen.
    Port,
    /// Little is left over all profiles.
    Low,
}

impl NoticeKind {
    /// Every one, in the order they are shown.
    pub const ALL: [Self; 8] = [
        Self::Rotated,
        Self::Last,
        Self::Out,
        Self::Back,
        Self::Signin,
        Self::Unbound,
        Self::Port,
        Self::Low,
    ];

    /// Its key in `[notifications]`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rotated => "rotated",
            Self::Last => "last",
            Self::Out => "out",
            Self::Back => "back",
            Self::Signin => "signin",
            Self::Unbound => "unbound",
            Self::Port => "port",
            Self::Low => "low",
        }
    }

    /// Whether it is told unless the user says otherwise.
    pub fn is_on_by_default(self) -> bool {
        self != Self::Low
    }
}

impl LanguageChoice {
    /// What that means on a system that speaks `system`.
    pub fn spoken(self, system: Language) -> Language {
        match self {
            Self::System => system,
            Self::English => Language::English,
            Self::Chinese => Language::Chinese,
        }
    }

    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    pub(super) fn read(text: &str) -> Result<Self, String> {
        let all = [Self::System, Self::English, Self::Chinese];
        let found = all.into_iter().find(|language| language.name() == text);
        found.ok_or_else(|| "the language is \"system\", \"en\" or \"zh-CN\"".to_owned())
    }
}

impl Theme {
    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(super) fn read(text: &str) -> Result<Self, String> {
        let all = [Self::System, Self::Light, Self::Dark];
        let found = all.into_iter().find(|theme| theme.name() == text);
        found.ok_or_else(|| "the theme is \"system\", \"light\" or \"dark\"".to_owned())
    }
}
