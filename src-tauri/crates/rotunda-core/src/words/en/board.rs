//! The tray's first line, the window's head and the rows of profiles.

use super::super::{
    BindingNote, Cause, English, Headline, Outlook, PaceWords, Reader, Reason, Summary, VaultNote,
};
use crate::format;

impl English for Headline<'_> {
    fn english(&self, reader: Reader) -> String {
        match self {
            Self::CantListen(port) => format!("Can't listen on port {port} · Fix…"),
            Self::KeychainLocked => "Unlock your keychain to continue…".to_owned(),
            Self::KeychainDenied => "Allow Rotunda its keychain items to continue…".to_owned(),
            Self::NoKeychain => "No keychain answers · Fix…".to_owned(),
            Self::BindingChanged => "Binding was changed outside Rotunda · Fix…".to_owned(),
            Self::NoProfile => "Add a profile to start".to_owned(),
            Self::NotBound => "Codex is not bound".to_owned(),
            Self::RouterStopped => "Codex waits: the router is not running".to_owned(),
            Self::AllOut(at) => format!("All profiles out · back {}", format::at(*at, reader)),
            Self::Using(name, Some(left)) => format!("Codex is using {name} · {left}"),
            Self::Using(name, None) => format!("Codex is using {name}"),
            Self::NobodyReady => "No profile is ready · Sign in again…".to_owned(),
            Self::Ready(1) => "Codex is bound · 1 profile ready".to_owned(),
            Self::Ready(count) => format!("Codex is bound · {count} profiles ready"),
        }
    }
}

impl English for Outlook<'_> {
    fn english(&self, reader: Reader) -> String {
        match self {
            Self::NoProfile => "Sign in once for each ChatGPT plan that you own.".to_owned(),
            Self::Waits(at, name) => {
                let (at, name) = (format::at(*at, reader), name.unwrap_or(NEXT));
                format!("All profiles are out. Codex waits and continues {at} with {name}.")
            }
            Self::Out(at, name) => {
                let (at, name) = (format::at(*at, reader), name.unwrap_or(NEXT));
                format!("All profiles are out. Codex can go on {at}, when {name} resets.")
            }
            Self::Ready { ready, all, next } => {
                let noun = if *all == 1 { "profile" } else { "profiles" };
                let count = format!("{ready} of {all} {noun} ready");
                match next {
                    Some(at) => format!("{count}, next reset {}", format::until(*at, reader)),
                    None => count,
                }
            }
        }
    }
}

const NEXT: &str = "the next profile";

impl English for Summary<'_> {
    fn english(&self, reader: Reader) -> String {
        match self {
            Self::OutUntil(at) => format!("Out until {}", format::until(*at, reader)),
            Self::RestsUntil(at) => format!("Resting until {}", format::until(*at, reader)),
            Self::SignInAgain => "Sign in again…".to_owned(),
            Self::NoCodex => "Plan without Codex".to_owned(),
            Self::Paused => "Paused".to_owned(),
            Self::Ready => "Ready".to_owned(),
            Self::Resets(left, resets) => format!("{left}, {resets}"),
            Self::Week(left, share) => format!("{left} · week {share}"),
            Self::LastKnown(text) => format!("{text} · last known"),
        }
    }
}

impl English for Reason {
    fn english(&self, _: Reader) -> String {
        let text = match self {
            Self::Rests(Cause::FiveHours) => "It ran out of its 5-hour limit.",
            Self::Rests(Cause::Week) => "It ran out of its weekly limit.",
            Self::Rests(Cause::Limit) => "It ran out of its limit.",
            Self::Rests(Cause::Trouble) => "OpenAI had trouble with its requests.",
            Self::SignInEnded => "OpenAI ended this sign-in.",
            Self::NoCodex => "Its plan does not include Codex.",
            Self::Paused => "You paused it.",
        };
        text.to_owned()
    }
}

impl English for PaceWords {
    fn english(&self, reader: Reader) -> String {
        match self {
            Self::Even => "on pace".to_owned(),
            Self::Lasts => "lasts until the reset".to_owned(),
            Self::Out(at) => format!("at this pace out {}", format::at(*at, reader)),
        }
    }
}

impl English for VaultNote {
    fn english(&self, _: Reader) -> String {
        let text = match self {
            Self::InFile => {
                "Sign-ins are in a file that any program of yours can read. \
                 `rotunda vault move keychain` moves them into the keychain."
            }
            Self::Locked => "The keychain is locked. Unlock it, and Codex goes on.",
            Self::Denied => {
                "The keychain refused access. Allow Rotunda its own items, and Codex goes on."
            }
            Self::NoKeychain => {
                "No keychain answers. Start one (on Linux a Secret Service such as \
                 gnome-keyring), or run `rotunda vault move file` to keep sign-ins in a private \
                 file."
            }
            Self::NoFile => {
                "The file with the sign-ins cannot be used. See that you may read and write \
                 vault.json in Rotunda's data folder."
            }
            Self::Broken => {
                "What the vault holds cannot be understood. Sign in again with each profile."
            }
        };
        text.to_owned()
    }
}

impl English for BindingNote {
    fn english(&self, _: Reader) -> String {
        match self {
            Self::Stale(url) => {
                format!("Codex points at {url}, where Rotunda does not listen any more.")
            }
            Self::Foreign(url) => format!("Codex points at {url}."),
            Self::Unreadable(line, error) => format!("Line {line}: {error}."),
            Self::Failed(error) => format!("{error}."),
            Self::ReadOnly => {
                "config.toml is read-only: allow writing it before you bind.".to_owned()
            }
            Self::OtherProvider(provider) => format!(
                "Codex uses the provider \"{provider}\" of its config.toml, so the line has no \
                 effect."
            ),
        }
    }
}
