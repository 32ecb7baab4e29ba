//! What happened, as sentences: each with its cause and, where it ends, when.
//!
//! Pure: names and times come in. Requests that went well are counted
//! elsewhere and told nowhere; a list of them would hide what matters.

use std::{collections::BTreeMap, time::SystemTime};

use rotunda_core::{
    Event, ProfileId,
    event::Finished,
    format,
    profile::{Rest, RestCause, WindowKind},
};

use crate::board::until;

/// What a sentence needs to know besides the event.
#[derive(Debug, Clone, Copy)]
pub struct Teller<'a> {
    /// The users' words for the profiles.
    pub names: &'a BTreeMap<ProfileId, String>,
    /// When it happened.
    pub now: SystemTime,
    /// Local time, in seconds east of UTC.
    pub utc_offset: i32,
}

/// A client that left is nobody's failure.
const CLIENT_LEFT: u16 = 499;

impl Teller<'_> {
    /// The sentence for one event; none for what is not worth one.
    pub fn sentence(&self, event: &Event) -> Option<String> {
        let name = |profile: &ProfileId| self.name(*profile);
        Some(match event {
            Event::Rotated { from, to, cause, until } => self.rotated(*from, *to, *cause, *until),
            Event::Rested { profile, rest } => self.rested(*profile, rest),
            Event::Recovered { profile } => format!("{} is ready again.", name(profile)),
            Event::Refreshed { profile } => {
                format!("Renewed the sign-in of {}, as it was about to expire.", name(profile))
            }
            Event::NeedsSignIn { profile, code } => format!(
                "{} needs a new sign-in: {}. It is left out until then.",
                name(profile),
                sign_in_cause(code)
            ),
            Event::NotEntitled { profile } => format!(
                "{} is left out: OpenAI says that its plan does not include Codex.",
                name(profile)
            ),
            Event::ChainLost { profile } => chain_lost(profile.as_ref().map(name)),
            Event::Exhausted { until } => self.exhausted(*until),
            Event::Waiting { until, .. } => {
                format!("All profiles are out, so a request waits and goes on {}.", self.at(*until))
            }
            Event::Finished(finished) => return self.finished(finished),
            Event::Chosen { profile } => {
                format!("You chose {}: new conversations go to it.", name(profile))
            }
        })
    }

    fn rotated(
        &self,
        from: ProfileId,
        to: ProfileId,
        cause: Option<RestCause>,
        until: Option<SystemTime>,
    ) -> String {
        let (from, to) = (self.name(from), self.name(to));
        let Some(cause) = cause else {
            return format!(
                "Moved from {from} to {to}: {to} is first in the order now. {from} stays ready."
            );
        };
        let end = until.map_or_else(String::new, |at| format!(" and is back {}", self.at(at)));
        format!("Moved from {from} to {to}: {from} {}{end}.", rest_cause(cause))
    }

    fn rested(&self, profile: ProfileId, rest: &Rest) -> String {
        format!(
            "{} {} and rests until {}.",
            self.name(profile),
            rest_cause(rest.cause),
            self.until(rest.until)
        )
    }

    fn exhausted(&self, until: Option<SystemTime>) -> String {
        match until {
            Some(at) => format!("All profiles are out. Codex can go on {}.", self.at(at)),
            None => "No profile can serve Codex, and none comes back by itself: \
                     sign in to one again or resume one."
                .to_owned(),
        }
    }

    fn finished(&self, finished: &Finished) -> Option<String> {
        let Finished { profile, status, attempts, route, .. } = finished;
        if *status < 500 || *status == CLIENT_LEFT || *route != "responses" {
            return None;
        }
        let whom =
            profile.map_or_else(String::new, |profile| format!(" with {}", self.name(profile)));
        let tries = match attempts {
            0 | 1 => "one try".to_owned(),
            n => format!("{n} tries"),
        };
        Some(format!(
            "A request{whom} failed after {tries}: Codex was told {status}, and asks again by itself."
        ))
    }

    fn name(&self, profile: ProfileId) -> String {
        self.names.get(&profile).cloned().unwrap_or_else(|| "a removed profile".to_owned())
    }

    /// Such as `at 14:05` or `tomorrow at 09:10`.
    fn at(&self, at: SystemTime) -> String {
        format::at(at, self.now, self.utc_offset)
    }

    /// The same after "until".
    fn until(&self, at: SystemTime) -> String {
        until(at, self.now, self.utc_offset)
    }
}

/// Follows a profile's name.
fn rest_cause(cause: RestCause) -> &'static str {
    match cause {
        RestCause::Quota(Some(WindowKind::FiveHours)) => "ran out of its 5-hour limit",
        RestCause::Quota(Some(WindowKind::Week)) => "ran out of its weekly limit",
        RestCause::Quota(Some(WindowKind::Other) | None) => "ran out of its limit",
        RestCause::Trouble => "had trouble upstream",
    }
}

fn sign_in_cause(code: &str) -> &'static str {
    match code {
        "refresh_token_expired" => "its sign-in has expired",
        "refresh_token_reused" => "another program renewed the same sign-in, which ended this one",
        "refresh_token_invalidated" => "its sign-in was revoked",
        _ => "OpenAI refused it twice",
    }
}

fn chain_lost(profile: Option<String>) -> String {
    let whom = profile.map_or_else(String::new, |name| format!(" with {name}"));
    format!(
        "Upstream no longer knew a conversation{whom}, so Codex was told to send it again in full. \
         Nothing is lost."
    )
}
