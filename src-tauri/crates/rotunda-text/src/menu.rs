//! What the tray menu, its tooltip, the settings and the question before the end
//! say.

use crate::{Localize, Message, message};

/// A row of the menu, or the text under the pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuText<'a> {
    /// The headline, under the pointer.
    Tip(&'a str),
    /// Who serves, with its row's text, and how many more could.
    TipServing(&'a str, &'a str, usize),
    /// The text under the pointer, and the forecast.
    TipForecast(&'a str, &'a str),
    /// So many resets are banked, after a profile's text.
    Resets(u32),
    /// Leads to all of so many profiles.
    ShowAll(usize),
    /// Goes to the next profile.
    Next,
    /// There is none to go to.
    NoNext,
    /// Stays on a profile.
    Stay(&'a str),
    /// Points Codex here.
    Bind,
    /// Does so once more.
    BindAgain,
    /// Gives Codex its own sign-in back.
    Unbind,
    /// Codex's file cannot be read.
    Unreadable,
    /// Adds a profile.
    Add,
    /// Leads to the settings.
    Settings,
    /// Opens the page that has the system's web view, which is not installed.
    GetWebView,
    /// Opens the page of a newer version.
    Update(&'a str),
    /// Ends.
    Quit,
}

/// What a change of settings waits for: the next start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsNote {
    /// A port: the one that is used until then, and the next.
    Port(u16, u16),
    /// A proxy.
    Proxy,
}

/// The question before the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuitText {
    /// The question itself.
    Title,
    /// What the end means.
    Text,
    /// Do it.
    Yes,
    /// Do not.
    No,
}

impl Localize for MenuText<'_> {
    fn message(&self) -> Message {
        match self {
            Self::Tip(headline) => message!("menu-tip", headline = headline),
            Self::TipServing(name, summary, others) => {
                message!("menu-tip-serving", profile = name, summary = summary, others = others)
            }
            Self::TipForecast(tip, forecast) => {
                message!("forecast-two", first = tip, second = forecast)
            }
            Self::Resets(count) => message!("menu-resets", count = count),
            Self::ShowAll(count) => message!("menu-show-all", count = count),
            Self::Next => message!("menu-next"),
            Self::NoNext => message!("menu-no-next"),
            Self::Stay(name) => message!("menu-stay", profile = name),
            Self::Bind => message!("menu-bind"),
            Self::BindAgain => message!("menu-bind-again"),
            Self::Unbind => message!("menu-unbind"),
            Self::Unreadable => message!("menu-unreadable"),
            Self::Add => message!("menu-add"),
            Self::Settings => message!("menu-settings"),
            Self::GetWebView => message!("menu-get-web-view"),
            Self::Update(version) => message!("menu-update", version = version),
            Self::Quit => message!("menu-quit"),
        }
    }
}

impl Localize for SettingsNote {
    fn message(&self) -> Message {
        match self {
            Self::Port(now, next) => message!("settings-port-later", now = now, next = next),
            Self::Proxy => message!("settings-proxy-later"),
        }
    }
}

impl Localize for QuitText {
    fn message(&self) -> Message {
        match self {
            Self::Title => message!("quit-title"),
            Self::Text => message!("quit-text"),
            Self::Yes => message!("quit-yes"),
            Self::No => message!("quit-no"),
        }
    }
}
