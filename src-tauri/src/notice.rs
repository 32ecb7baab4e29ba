//! Which of the things that happened are worth a notification.
//!
//! [`Memory::notices`] compares two snapshots and remembers what it has told, so
//! that nothing is told twice: not when a reading drifts, not when one is
//! missing, not after a restart. It is a function of its arguments.

use std::collections::BTreeMap;

use rotunda_core::format;
use rotunda_daemon::{
    clock::from_unix,
    view::{BindingState, ProfileView, RouterState, Snapshot, StandingView},
};
use serde::{Deserialize, Serialize};

/// Upstream's reset times drift by minutes; this far apart they are the same.
const DRIFT: i64 = 15 * 60;
/// Moves closer together than this are told as one.
const MOVES: i64 = 10 * 60;
/// So many of them are told once more, as a number.
const MANY_MOVES: usize = 3;
/// A sign-in that is still missing is told again after this.
const REMIND: i64 = 24 * 60 * 60;
/// A profile counts as back only when it was seen so often: readings blip.
const SURE: u8 = 2;

/// What the notification centre shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    /// A few words.
    pub(crate) title: String,
    /// One or two sentences.
    pub(crate) body: String,
}

/// When it is, and how far local clocks are from UTC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// Seconds since 1970.
    pub(crate) now: i64,
    /// Seconds east.
    pub(crate) utc_offset: i32,
}

/// What has been told, kept from one start to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Memory {
    /// By kind and profile: until when, or since when, it is told.
    told: BTreeMap<String, i64>,
    /// Times of the last moves.
    moves: Vec<i64>,
    /// How often a profile was seen ready since all were out.
    seen_ready: u8,
}

impl Memory {
    /// What to tell now; `before` is none at the start.
    pub(crate) fn notices(
        &mut self,
        before: Option<&Snapshot>,
        after: &Snapshot,
        at: Moment,
    ) -> Vec<Notice> {
        let kinds = [
            self.port(after),
            self.changed_outside(after),
            self.out(after, at),
            self.back(after),
            self.moved(before, after, at),
            self.last(after, at),
        ];
        let mut found: Vec<_> = kinds.into_iter().flatten().collect();
        found.extend(self.signed_out(after, at));
        found
    }

    fn port(&mut self, after: &Snapshot) -> Option<Notice> {
        if !self.first("port", after.router.state == RouterState::PortTaken) {
            return None;
        }
        let body = after.router.message.clone().unwrap_or_default();
        Some(notice("Rotunda can't start its router", body))
    }

    fn changed_outside(&mut self, after: &Snapshot) -> Option<Notice> {
        let foreign = after.binding.state == BindingState::Foreign;
        // Pointing elsewhere is news only to those who had it pointing here.
        let was_bound = self.told.contains_key("bound");
        match after.binding.state {
            BindingState::Bound => drop(self.told.insert("bound".to_owned(), 0)),
            BindingState::Unbound => drop(self.told.remove("bound")),
            _ => {}
        }
        (self.first("foreign", foreign) && was_bound).then(|| {
            let body = "Another program changed config.toml. Bind again in Rotunda's menu.";
            notice("Codex is not using Rotunda", body.to_owned())
        })
    }

    fn out(&mut self, after: &Snapshot, at: Moment) -> Option<Notice> {
        let first_back = (!any_ready(after)).then(|| first_back(after)).flatten()?;
        let until = first_back.until?;
        self.seen_ready = 0;
        if !self.new_cycle("out", until) {
            return None;
        }
        let time = clock(until, at);
        let body = format!("Codex can go on {time}, when {} resets.", first_back.name);
        Some(notice("All profiles are out", body))
    }

    fn back(&mut self, after: &Snapshot) -> Option<Notice> {
        let ready =
            after.profiles.iter().find(|profile| profile.standing == StandingView::Ready)?;
        if !self.told.contains_key("out") {
            return None;
        }
        self.seen_ready += 1;
        if self.seen_ready < SURE && ready.in_flight == 0 {
            return None;
        }
        self.told.remove("out");
        let body = format!("{} is ready again: {}.", ready.name, ready.summary);
        Some(notice("Codex can continue", body))
    }

    fn moved(&mut self, before: Option<&Snapshot>, after: &Snapshot, at: Moment) -> Option<Notice> {
        let from = before?.profiles.iter().find(|profile| profile.in_use)?;
        let from = after.profiles.iter().find(|profile| profile.id == from.id)?;
        let to = after.profiles.iter().find(|profile| profile.in_use)?;
        let until = from.until.filter(|_| from.standing == StandingView::Resting)?;
        // The daemon's own words for a quota; troubles pass without a notice.
        let why = from.reason.as_deref()?.strip_prefix("It ran out")?.trim_end_matches('.');
        if from.id == to.id {
            return None;
        }
        self.moves.retain(|moved| moved + MOVES > at.now);
        self.moves.push(at.now);
        match self.moves.len() {
            1 => {
                let (name, time) = (&from.name, clock(until, at));
                let body =
                    format!("{name} ran out{why} and is back {time}. {}: {}.", to.name, to.summary);
                Some(notice(&format!("Codex moved to {}", to.name), body))
            }
            MANY_MOVES => {
                let title = format!("Codex moved {MANY_MOVES} times in 10 minutes");
                Some(notice(&title, format!("It uses {} now: {}.", to.name, to.summary)))
            }
            _ => None,
        }
    }

    fn last(&mut self, after: &Snapshot, at: Moment) -> Option<Notice> {
        let ready = |profile: &&ProfileView| profile.standing == StandingView::Ready;
        let mut ready = after.profiles.iter().filter(ready);
        let only = ready.next().filter(|only| only.in_use && ready.next().is_none())?;
        let next = first_back(after)?;
        if !self.new_cycle("last", next.until?) {
            return None;
        }
        let time = clock(next.until?, at);
        let body = format!(
            "Only {} has quota left: {}. {} is back {time}.",
            only.name, only.summary, next.name
        );
        Some(notice("Last profile in use", body))
    }

    fn signed_out(&mut self, after: &Snapshot, at: Moment) -> Vec<Notice> {
        let ready = after.profiles.iter().filter(|one| one.standing == StandingView::Ready).count();
        let mut found = Vec::new();
        for profile in &after.profiles {
            let key = format!("signin {}", profile.id);
            if profile.standing != StandingView::NeedsSignIn {
                self.told.remove(&key);
                continue;
            }
            if self.told.get(&key).is_some_and(|told| told + REMIND > at.now) {
                continue;
            }
            self.told.insert(key, at.now);
            let goes_on = match ready {
                0 => String::new(),
                1 => " Codex keeps working on another profile.".to_owned(),
                more => format!(" Codex keeps working on {more} other profiles."),
            };
            let why = profile.reason.as_deref().unwrap_or("OpenAI ended this sign-in.");
            found.push(notice(
                &format!("Sign in to {} again", profile.name),
                format!("{why}{goes_on}"),
            ));
        }
        found
    }

    /// Whether something that is so was not so when last looked at.
    fn first(&mut self, key: &str, is_so: bool) -> bool {
        if !is_so {
            self.told.remove(key);
            return false;
        }
        self.told.insert(key.to_owned(), 0).is_none()
    }

    /// Whether this end is another one than told before.
    fn new_cycle(&mut self, key: &str, until: i64) -> bool {
        let told = self.told.insert(key.to_owned(), until);
        told.is_none_or(|told| (told - until).abs() > DRIFT)
    }
}

fn any_ready(snapshot: &Snapshot) -> bool {
    snapshot.profiles.iter().any(|profile| profile.standing == StandingView::Ready)
}

fn first_back(snapshot: &Snapshot) -> Option<&ProfileView> {
    let resting = |profile: &&ProfileView| {
        profile.standing == StandingView::Resting && profile.until.is_some()
    };
    snapshot.profiles.iter().filter(resting).min_by_key(|profile| profile.until)
}

fn clock(until: i64, at: Moment) -> String {
    format::at(from_unix(until), from_unix(at.now), at.utc_offset)
}

fn notice(title: &str, body: String) -> Notice {
    Notice { title: title.to_owned(), body }
}

#[cfg(test)]
#[path = "notice_tests.rs"]
mod tests;
