//! What happened, as sentences: each with its cause and, where it ends, when.
//!
//! Pure: names and times come in. Requests that went well are counted
//! elsewhere and told nowhere; a list of them would hide what matters.

mod kind;

use std::{collections::BTreeMap, time::SystemTime};

use rotunda_core::{
    Event, ProfileId,
    event::Finished,
    format,
    profile::{Rest, RestCause, WindowKind},
};

pub use self::kind::ActivityKind;
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
            Event::Adopted { profile } => format!(
                "Took over the sign-in of {} from Codex, which had renewed it: the two share one.",
                name(profile)
            ),
            Event::HandedOver { profile } => format!(
                "Gave Codex the renewed sign-in of {}, as the two share one.",
                name(profile)
            ),
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
        self.names.get(&profile).cloned().unwrap_or_else(|| "A removed profile".to_owned())
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock::from_unix;

    const WORK: ProfileId = ProfileId(1);
    const HOME: ProfileId = ProfileId(2);

    fn now() -> SystemTime {
        // 09:50 UTC.
        from_unix(1_795_254_600)
    }

    fn told(event: &Event) -> Option<String> {
        let names = [(WORK, "work".to_owned()), (HOME, "home".to_owned())].into();
        Teller { names: &names, now: now(), utc_offset: 0 }.sentence(event)
    }

    #[track_caller]
    fn check(event: &Event, expected: &str) {
        assert_eq!(told(event).as_deref(), Some(expected));
    }

    #[test]
    fn a_rotation_names_its_cause_and_its_end() {
        let until = Some(now() + Duration::from_secs(15_300));
        let cause = Some(RestCause::Quota(Some(WindowKind::FiveHours)));
        check(
            &Event::Rotated { from: WORK, to: HOME, cause, until },
            "Moved from work to home: work ran out of its 5-hour limit and is back at 14:05.",
        );
        check(
            &Event::Rotated { from: WORK, to: HOME, cause: None, until: None },
            "Moved from work to home: home is first in the order now. work stays ready.",
        );
    }

    #[test]
    fn a_rest_says_until_when() {
        let rest = |cause| Rest { until: now() + Duration::from_secs(24 * 3600), cause };
        check(
            &Event::Rested { profile: WORK, rest: rest(RestCause::Quota(Some(WindowKind::Week))) },
            "work ran out of its weekly limit and rests until tomorrow at 09:50.",
        );
        check(
            &Event::Rested { profile: WORK, rest: rest(RestCause::Trouble) },
            "work had trouble upstream and rests until tomorrow at 09:50.",
        );
    }

    #[test]
    fn a_lost_sign_in_says_why() {
        let code = "refresh_token_reused";
        check(
            &Event::NeedsSignIn { profile: WORK, code },
            "work needs a new sign-in: another program renewed the same sign-in, which ended this \
             one. It is left out until then.",
        );
    }

    #[test]
    fn an_end_of_everything_says_when_it_goes_on() {
        let until = Some(now() + Duration::from_secs(60));
        check(&Event::Exhausted { until }, "All profiles are out. Codex can go on at 09:51.");
        assert!(told(&Event::Exhausted { until: None }).unwrap().contains("sign in"));
    }

    fn finished(status: u16) -> Event {
        Event::Finished(Finished {
            request: 1,
            profile: Some(WORK),
            route: "responses",
            model: None,
            status,
            attempts: 2,
            first_byte: None,
            total: Duration::ZERO,
            tokens: None,
        })
    }

    #[test]
    fn only_failures_of_turns_are_told() {
        assert_eq!(told(&finished(200)), None);
        assert_eq!(told(&finished(499)), None);
        check(
            &finished(502),
            "A request with work failed after 2 tries: Codex was told 502, and asks again by itself.",
        );
    }

    #[test]
    fn a_profile_that_is_gone_has_no_name() {
        let recovered = Event::Recovered { profile: ProfileId(9) };
        check(&recovered, "A removed profile is ready again.");
    }
}
