//! The tray menu and the question before the end.

use super::super::{English, MenuText, QuitText, Reader, SettingsNote};

impl English for MenuText<'_> {
    fn english(&self, _: Reader) -> String {
        match self {
            Self::Tip(headline) => format!("Rotunda: {headline}"),
            Self::TipServing(name, summary, others) => {
                format!("Rotunda: {name} {summary}. {others} more ready.")
            }
            Self::ShowAll(count) => format!("Show all {count} profiles…"),
            Self::Next => "Switch to next profile".to_owned(),
            Self::NoNext => "No other profile is ready".to_owned(),
            Self::Stay(name) => format!("Stay on {name}"),
            Self::Bind => "Bind Codex".to_owned(),
            Self::BindAgain => "Bind Codex again".to_owned(),
            Self::Unbind => "Unbind Codex".to_owned(),
            Self::Unreadable => "Can't read config.toml…".to_owned(),
            Self::Add => "Add profile…".to_owned(),
            Self::Settings => "Settings…".to_owned(),
            Self::Quit => "Quit Rotunda".to_owned(),
        }
    }
}

impl English for SettingsNote {
    fn english(&self, _: Reader) -> String {
        match self {
            Self::Port(now, next) => format!(
                "Port {next} is used from the next start of Rotunda on; until then it is {now}."
            ),
            Self::Proxy => "The proxy is used from the next start of Rotunda on.".to_owned(),
        }
    }
}

impl English for QuitText {
    fn english(&self, _: Reader) -> String {
        let text = match self {
            Self::Title => "Quit Rotunda?",
            Self::Text => {
                "Codex goes back to its own sign-in. Chats open right now need a Codex restart."
            }
            Self::Yes => "Quit and unbind",
            Self::No => "Cancel",
        };
        text.to_owned()
    }
}
