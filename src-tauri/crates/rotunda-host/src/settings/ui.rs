//! What the user wants of the window and of notifications.

use rotunda_text::{Language, Localize, Message, message};
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

/// `[usage]`, as meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageRules {
    /// How long it is kept, in days.
    pub keep_days: u32,
    /// Whether the names of projects are kept.
    pub project_names: bool,
}

impl Default for UsageRules {
    fn default() -> Self {
        Self { keep_days: 400, project_names: false }
    }
}

/// The language of the tray, notifications, the window and the command line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(type = "string"))]
#[serde(into = "String", try_from = "String")]
pub enum LanguageChoice {
    /// That of the system, if there is a catalog for it.
    #[default]
    System,
    /// This one.
    Always(Language),
}

/// How the window looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
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
    /// Purchased credits are being spent.
    Credits,
    /// A banked reset expires soon.
    Resets,
    /// An answer does not begin for far longer than is usual.
    Late,
    /// A profile that had run out is back, while others served.
    Returned,
    /// By the forecast, all profiles run out before the next one is back.
    Forecast,
}

impl NoticeKind {
    /// Every one, in the order they are shown.
    pub const ALL: [Self; 13] = [
        Self::Rotated,
        Self::Last,
        Self::Out,
        Self::Back,
        Self::Signin,
        Self::Unbound,
        Self::Port,
        Self::Low,
        Self::Credits,
        Self::Resets,
        Self::Late,
        Self::Returned,
        Self::Forecast,
    ];

    /// The kind with this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

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
            Self::Credits => "credits",
            Self::Resets => "resets",
            Self::Late => "late",
            Self::Returned => "returned",
            Self::Forecast => "forecast",
        }
    }

    /// Whether it is on by default.
    pub fn is_on_by_default(self) -> bool {
        !matches!(self, Self::Low | Self::Returned)
    }
}

/// What it is about, for people.
impl Localize for NoticeKind {
    fn message(&self) -> Message {
        match self {
            Self::Rotated => message!("alert-rotated"),
            Self::Last => message!("alert-last"),
            Self::Out => message!("alert-out"),
            Self::Back => message!("alert-back"),
            Self::Signin => message!("alert-signin"),
            Self::Unbound => message!("alert-unbound"),
            Self::Port => message!("alert-port"),
            Self::Low => message!("alert-low"),
            Self::Credits => message!("alert-credits"),
            Self::Resets => message!("alert-resets"),
            Self::Late => message!("alert-late"),
            Self::Returned => message!("alert-returned"),
            Self::Forecast => message!("alert-forecast"),
        }
    }
}

impl LanguageChoice {
    const SYSTEM: &str = "system";

    /// The language, on a system with the language `system`.
    pub fn language(self, system: Language) -> Language {
        match self {
            Self::System => system,
            Self::Always(language) => language,
        }
    }

    /// As written.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => Self::SYSTEM,
            Self::Always(language) => language.tag(),
        }
    }

    pub(super) fn read(text: &str) -> Result<Self, String> {
        if text == Self::SYSTEM {
            return Ok(Self::System);
        }
        let found = Language::find(text).map(Self::Always);
        found.ok_or_else(|| {
            let tags: Vec<_> = Language::all().map(|it| format!("{:?}", it.tag())).collect();
            format!("the language is \"system\" or one of {}", tags.join(", "))
        })
    }
}

impl From<LanguageChoice> for String {
    fn from(choice: LanguageChoice) -> Self {
        choice.name().to_owned()
    }
}

impl TryFrom<String> for LanguageChoice {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text)
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
