//! Notifications.

use super::super::{Ends, English, Limit, NoticeText, NoticeWord, Reader};
use crate::format::{at, until};

impl English for NoticeText<'_> {
    fn english(&self, reader: Reader) -> String {
        match self {
            Self::MovedTo(name) => format!("Codex moved to {name}"),
            Self::MovedOften(times) => format!("Codex moved {times} times in 10 minutes"),
            Self::MovedBody { from, limit, until: end, to, left } => {
                let (limit, end) = (self::limit(*limit), until(*end, reader));
                format!("{from} ran out of its {limit} until {end}. {}.", has(to, *left))
            }
            Self::Chosen(name) => format!("You chose {name}"),
            Self::ChosenBody(name) => format!(
                "New chats use it, and rotation goes on from there. To keep it, choose Stay on {name}."
            ),
            Self::MovedOftenBody(name, left) => format!("{} now.", has(name, *left)),
            Self::LastBody(name, Ends::Until(share, end)) => {
                format!("Only {name} has quota left: {share} until {}.", until(*end, reader))
            }
            Self::LastBody(name, Ends::Left(left)) => {
                format!("Only {name} has quota left: {left}.")
            }
            Self::LastBody(name, Ends::Unknown) => format!("Only {name} is ready."),
            Self::OutWaits(end) => format!("Codex continues by itself {}.", at(*end, reader)),
            Self::OutBody(end, name) => {
                format!("Codex can go on {}, when {name} resets.", at(*end, reader))
            }
            Self::BackBody(name, Some(left)) => format!("{name} reset and has {left}."),
            Self::BackBody(name, None) => format!("{name} is ready."),
            Self::SignIn(name) => format!("Sign in to {name} again"),
            Self::SignInBody(why, 0) => (*why).to_owned(),
            Self::SignInBody(why, 1) => format!("{why} Codex keeps working on another profile."),
            Self::SignInBody(why, others) => {
                format!("{why} Codex keeps working on {others} other profiles.")
            }
            Self::Low(share) => format!("{share} left across all profiles"),
            Self::LowOutAt(end) => {
                format!("At this pace the pool is out at about {}.", until(*end, reader))
            }
            Self::LowResets(end) => format!("The next reset is {}.", at(*end, reader)),
        }
    }
}

fn limit(limit: Limit) -> &'static str {
    match limit {
        Limit::FiveHours => "5-hour limit",
        Limit::Week => "weekly limit",
        Limit::Other => "limit",
    }
}

/// Such as `home has 100% left`.
fn has(name: &str, left: Option<&str>) -> String {
    match left {
        Some(left) => format!("{name} has {left}"),
        None => format!("{name} is ready"),
    }
}

impl English for NoticeWord {
    fn english(&self, _: Reader) -> String {
        let text = match self {
            Self::Last => "Last profile in use",
            Self::Out => "All profiles are out",
            Self::Back => "Codex can continue",
            Self::Unbound => "Codex is not using Rotunda",
            Self::UnboundBody => "Another program changed config.toml.",
            Self::Port => "Rotunda can't start its router",
            Self::Test => "Notifications work",
            Self::TestBody => "Rotunda tells here when Codex moves, stops, or needs you.",
            Self::WindowBroke => "Rotunda's window closed by itself",
            Self::WindowMissing => "Rotunda's window did not open",
            Self::WindowBody => "Codex goes on. Open the window again from the tray.",
            Self::SignIn => "Sign in",
            Self::Bind => "Bind again",
            Self::NoTray => {
                "This desktop has no tray, so Rotunda opens its window instead. Closing the \
                 window unbinds Codex and ends Rotunda. GNOME has a tray with the extension \
                 AppIndicator."
            }
        };
        text.to_owned()
    }
}
