//! Activity.

use super::super::{
    Cause, Chose, English, Outside, Place, Pointed, Reader, Signed, Stood, Went, told::time,
};
use crate::format;

impl English for Went {
    fn english(&self, reader: Reader) -> String {
        let at = |seconds: &i64| format::at(time(*seconds), reader);
        match self {
            Self::Rotated { from, to, cause, until } => {
                let (from, to, cause) = (name(from), name(to), self::cause(*cause));
                let end = until.map_or_else(String::new, |it| format!(" and is back {}", at(&it)));
                format!("Moved from {from} to {to}: {from} {cause}{end}.")
            }
            Self::Reordered { from, to } => {
                let (from, to) = (name(from), name(to));
                format!(
                    "Moved from {from} to {to}: {to} is first in the order now. {from} stays ready."
                )
            }
            Self::Rested { profile, cause, until } => {
                let (until, cause) = (format::until(time(*until), reader), self::cause(*cause));
                format!("{} {cause} and rests until {until}.", name(profile))
            }
            Self::LimitReached { profile, limit, until } => {
                let until = format::until(time(*until), reader);
                format!(
                    "{} has used up its limit {limit} until {until}. Its other models stay.",
                    name(profile)
                )
            }
            Self::LimitReset { profile, limit } => {
                format!("{} has quota of its limit {limit} again.", name(profile))
            }
            Self::Recovered { profile } => format!("{} is ready again.", name(profile)),
            Self::ChainLost { profile } => format!(
                "Upstream no longer knew a conversation{}, so Codex was told to send it again in \
                 full. Nothing is lost.",
                with(profile.as_ref())
            ),
            Self::Exhausted { until: Some(until) } => {
                format!("All profiles are out. Codex can go on {}.", at(until))
            }
            Self::Exhausted { until: None } => {
                "No profile can serve Codex, and none comes back by itself: sign in to one again \
                 or resume one."
                    .to_owned()
            }
            Self::Waiting { until } => {
                format!("All profiles are out, so a request waits and goes on {}.", at(until))
            }
            Self::Failed { profile, attempts, status } => {
                let (whom, tries) = (with(profile.as_ref()), tries(*attempts));
                format!(
                    "A request{whom} failed after {tries}: Codex was told {status}, and asks again \
                     by itself."
                )
            }
        }
    }
}

fn name(profile: &str) -> &str {
    if profile.is_empty() { "A removed profile" } else { profile }
}

fn with(profile: Option<&String>) -> String {
    profile.map_or_else(String::new, |profile| format!(" with {}", name(profile)))
}

fn tries(attempts: u32) -> String {
    match attempts {
        0 | 1 => "one try".to_owned(),
        many => format!("{many} tries"),
    }
}

/// Follows a profile's name.
fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::FiveHours => "ran out of its 5-hour limit",
        Cause::Week => "ran out of its weekly limit",
        Cause::Limit => "ran out of its limit",
        Cause::Trouble => "had trouble upstream",
    }
}

impl English for Signed {
    fn english(&self, _: Reader) -> String {
        match self {
            Self::Refreshed { profile } => {
                format!("Renewed the sign-in of {}, as it was about to expire.", name(profile))
            }
            Self::Adopted { profile } => format!(
                "Took over the sign-in of {} from Codex, which had renewed it: the two share one.",
                name(profile)
            ),
            Self::HandedOver { profile } => {
                format!(
                    "Gave Codex the renewed sign-in of {}, as the two share one.",
                    name(profile)
                )
            }
            Self::NeedsSignIn { profile, code } => {
                let why = match code.as_str() {
                    "refresh_token_expired" => "its sign-in has expired",
                    "refresh_token_reused" => {
                        "another program renewed the same sign-in, which ended this one"
                    }
                    "refresh_token_invalidated" => "its sign-in was revoked",
                    _ => "OpenAI refused it twice",
                };
                format!("{} needs a new sign-in: {why}. It is left out until then.", name(profile))
            }
            Self::NotEntitled { profile } => format!(
                "{} is left out: OpenAI says that its plan does not include Codex.",
                name(profile)
            ),
            Self::Interrupted { profile } => format!(
                "Rotunda was stopped while it renewed the sign-in of {profile}. Should OpenAI \
                 refuse it from now on, run `rotunda login --profile {profile}`."
            ),
        }
    }
}

impl English for Chose {
    fn english(&self, _: Reader) -> String {
        match self {
            Self::Chosen { profile } => {
                format!("You chose {}: new conversations go to it.", name(profile))
            }
            Self::Pinned { profile } => {
                format!("You chose to stay on {profile}: nothing rotates until you unpin it.")
            }
            Self::Unpinned => "You let Rotunda rotate again.".to_owned(),
            Self::Paused { profile } => {
                format!("You paused {profile}: it serves nothing until you resume it.")
            }
            Self::Resumed { profile } => format!("You resumed {profile}."),
            Self::Reserved { profile, percent } => {
                format!("You keep {percent:.0}% of {profile} in reserve.")
            }
            Self::ReservedAsAll { profile } => {
                format!("{profile} keeps the same reserve as all profiles.")
            }
            Self::WaitEnded => "You stopped the requests that waited for a reset.".to_owned(),
            Self::Added { profile } => format!("Added {profile}."),
            Self::SignedIn { profile } => format!("{profile} has a new sign-in and is ready."),
            Self::Removed { profile } => format!("Removed {profile}: its sign-in was deleted."),
            Self::Renamed { from, to } => format!("You renamed {from} to {to}."),
            Self::VaultMoved { count, to } => {
                let noun = if *count == 1 { "sign-in" } else { "sign-ins" };
                format!("Moved {count} {noun} to {}.", place(*to))
            }
        }
    }
}

fn place(place: Place) -> &'static str {
    match place {
        Place::Keychain => "the keychain",
        Place::File => "a private file",
    }
}

impl English for Pointed {
    fn english(&self, _: Reader) -> String {
        match self {
            Self::Bound { new_key } => {
                let how = if *new_key { " under a new key" } else { "" };
                format!("You bound Codex{how}: one line of its config.toml points here.")
            }
            Self::Unbound => "You unbound Codex: config.toml is what it was before.".to_owned(),
            Self::UnboundAtEnd => {
                "Unbound Codex, because Rotunda ended: config.toml is what it was before."
                    .to_owned()
            }
            Self::UnboundUnmendable => {
                "Unbound Codex so that it keeps working: its line pointed at an earlier start of \
                 Rotunda and could not be mended."
                    .to_owned()
            }
            Self::UnboundElsewhere { folder } => format!(
                "Unbound Codex in {folder}: Rotunda was started for another folder of Codex."
            ),
            Self::StillBoundElsewhere { folder, error } => {
                format!("Codex in {folder} is still bound and could not be unbound: {error}.")
            }
            Self::LeftAsIs => "You left config.toml as it is: Codex is not bound.".to_owned(),
            Self::Restored { kept } => {
                let kept = kept.as_ref();
                let kept = kept.map(|name| format!(" What it replaced is kept as {name}."));
                let kept = kept.unwrap_or_default();
                format!("You restored config.toml as it was before binding.{kept}")
            }
            Self::Healed => {
                "Codex still pointed at an earlier start of Rotunda: its line was brought up to \
                 date."
                    .to_owned()
            }
            Self::SaveKept { copy } => format!(
                "config.toml was saved at the moment Rotunda was ended: that text is kept as {copy}."
            ),
        }
    }
}

impl English for Outside {
    fn english(&self, _: Reader) -> String {
        match self {
            Self::OtherServes { port } => format!(
                "Codex points at another running Rotunda, on port {port}, and was left there. \
                 Bind Codex to have it come here."
            ),
            Self::PointsElsewhere { url, holder } => {
                let holder = holder.as_ref().map(|it| format!(" There listens {it}."));
                let holder = holder.unwrap_or_default();
                format!(
                    "Somebody else changed config.toml. Codex points at {url}. Bind again, or \
                     leave it.{holder}"
                )
            }
            Self::LineTakenOut => {
                "Somebody else took Rotunda's line out of config.toml: Codex uses its own \
                 sign-in. Bind again, or leave it."
                    .to_owned()
            }
            Self::MadeUnreadable { line, error } => {
                let line = line.map_or_else(String::new, |line| format!("Line {line}: "));
                format!(
                    "Somebody else changed config.toml, and it cannot be read. {line}{error}. \
                     Rotunda does not touch it until it is mended."
                )
            }
            Self::OtherProvider { provider } => format!(
                "Somebody else made config.toml name the provider \"{provider}\": Codex does not \
                 come here. Bind again and switch, or leave it."
            ),
        }
    }
}

impl English for Stood {
    fn english(&self, _: Reader) -> String {
        match self {
            Self::VaultUnreadable { error } => {
                format!("No sign-in can be read: {error}. Codex goes on once that is mended.")
            }
            Self::VaultReadable => "Sign-ins can be read again.".to_owned(),
            Self::PortTaken { port, holder, unbound } => {
                let by = holder.as_deref().unwrap_or("another program");
                let codex =
                    if *unbound { " Codex was unbound so that it keeps working." } else { "" };
                format!(
                    "Port {port} is used by {by}.{codex} End that program, or set another port in \
                     settings.toml."
                )
            }
            Self::NotStarted { reason } => reason.clone(),
            Self::SettingsUnreadable { error } => {
                format!("The settings stay as they were, since the file cannot be used: {error}")
            }
        }
    }
}
