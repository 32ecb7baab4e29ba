//! What Rotunda itself did meanwhile: the rotations and rests that a client
//! does not see, so that a recording shows why an answer came from its
//! profile. Profiles are numbers.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use rotunda_core::{Event, ProfileId, trace::late_word};
use serde_json::{Value, json};

/// Numbers for profiles, in the order in which they are met; the same for all
/// lines of a recording.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(Arc<Mutex<HashMap<ProfileId, usize>>>);

impl Names {
    pub(crate) fn of(&self, profile: ProfileId) -> String {
        let mut numbers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = numbers.len() + 1;
        format!("profile-{}", numbers.entry(profile).or_insert(next))
    }
}

/// Writes what was done.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    pub(crate) profiles: Names,
}

impl Facts {
    /// One event as a line.
    pub(crate) fn line(&self, event: &Event) -> Value {
        let mut line = match event {
            Event::Rotated { from, to, .. } => {
                json!({ "what": "rotated", "from": self.name(*from), "to": self.name(*to) })
            }
            Event::Rested { profile, .. } => self.of("rested", *profile),
            Event::LimitReached { profile, .. } => self.of("limit_reached", *profile),
            Event::LimitReset { profile, .. } => self.of("limit_reset", *profile),
            Event::Recovered { profile } => self.of("recovered", *profile),
            Event::Refreshed { profile } => self.of("refreshed", *profile),
            Event::Adopted { profile } => self.of("adopted", *profile),
            Event::HandedOver { profile } => self.of("handed_over", *profile),
            Event::NotSaved { profile, .. } => self.of("not_saved", *profile),
            Event::Saved { profile } => self.of("saved", *profile),
            Event::RenewalRefused { profile, why } => {
                json!({ "what": "renewal_refused", "profile": self.name(*profile), "why": why })
            }
            Event::NotEntitled { profile } => self.of("not_entitled", *profile),
            Event::Chosen { profile } => self.of("chosen", *profile),
            Event::NeedsSignIn { profile, code } => {
                json!({ "what": "needs_sign_in", "profile": self.name(*profile), "code": code })
            }
            Event::ChainLost { profile } => {
                json!({ "what": "chain_lost", "profile": profile.map(|id| self.name(id)) })
            }
            Event::CreditsSpent { profile, .. } => self.of("credits_spent", *profile),
            Event::Exhausted { .. } => json!({ "what": "exhausted" }),
            Event::RuleExhausted { .. } => json!({ "what": "rule_exhausted" }),
            Event::Late(late) => {
                json!({ "what": "late", "profile": self.name(late.profile),
                    "route": late.route, "reason": late_word(late.reached) })
            }
            Event::Waiting { .. } => json!({ "what": "waiting" }),
            Event::Missed(missed) => {
                json!({ "what": "missed_profile", "profile": self.name(missed.profile),
                    "route": missed.route })
            }
            Event::Finished(finished) => json!({
                "what": "finished", "route": finished.route, "status": finished.status,
                "attempts": finished.attempts,
                "profile": finished.profile.map(|id| self.name(id)),
            }),
        };
        line["kind"] = "event".into();
        line
    }

    fn of(&self, what: &str, profile: ProfileId) -> Value {
        json!({ "what": what, "profile": self.name(profile) })
    }

    fn name(&self, profile: ProfileId) -> String {
        self.profiles.of(profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_numbers_that_stay() {
        let (first, second) = (ProfileId(0xabc), ProfileId(0xdef));
        let facts = Facts::default();
        let rotated =
            facts.line(&Event::Rotated { from: first, to: second, cause: None, until: None });
        let line =
            json!({ "kind": "event", "what": "rotated", "from": "profile-1", "to": "profile-2" });
        assert_eq!(rotated, line);
        let chosen = facts.line(&Event::Chosen { profile: second });
        assert_eq!(chosen["profile"], "profile-2");
    }
}
