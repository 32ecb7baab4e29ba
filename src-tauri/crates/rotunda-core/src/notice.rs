//! Which of the things that happened are worth a notification.
//!
//! [`Memory::observe`] looks at what is so now and at what it remembers, and returns
//! what is new, so that nothing is notified twice: not when a reading drifts, not when
//! one is missing, not after a restart or a gap. [`Memory::is_unsure`] says when it wants
//! to look again by itself.

mod outlook;
mod quiet;
mod quota;

use std::{collections::BTreeMap, ops::Bound};

use serde::{Deserialize, Serialize};

use crate::profile::{ProfileId, WindowKind};

/// Upstream's reset times drift by minutes; this far apart they are the same.
pub const DRIFT: u64 = 15 * 60;
/// A sign-in that is still missing is notified again after this, in seconds.
pub const REMIND: i64 = 24 * 60 * 60;
/// A profile counts as back when it was seen ready over this time, in seconds: readings
/// may be wrong for a moment.
pub const SURE_AFTER: i64 = 30;
/// What missing sign-ins are remembered by.
const SIGN_IN: &str = "signin";
/// No quota window is longer, so an older cycle is over.
const LONGEST_CYCLE: i64 = 31 * 24 * 60 * 60;

/// What notifications go by. Times are seconds since 1970.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Another program has the router's port.
    pub is_port_taken: bool,
    /// Where Codex points.
    pub binding: BindingFact,
    /// Every profile, in the user's order.
    pub profiles: Vec<ProfileFacts>,
    /// Whether some profile would serve the next request.
    pub is_serving: bool,
    /// What all plans together have left of each kind of window.
    pub left: Vec<LeftFacts>,
    /// At which shares left the user wants to know.
    pub thresholds: Thresholds,
    /// By the forecast, when all profiles run out.
    pub runs_out: Option<RunsOut>,
    /// The user wants no notification now.
    pub is_quiet: bool,
}

/// Shares left over all profiles, in percent, at which a notification comes; the largest
/// first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds {
    /// Of the five-hour windows.
    pub five_hours: Vec<u8>,
    /// Of the weekly windows.
    pub week: Vec<u8>,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { five_hours: vec![20, 5], week: vec![20, 5] }
    }
}

/// When all profiles run out, by the forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunsOut {
    /// When.
    pub at: i64,
    /// When the first one is back; none when that is not foreseen.
    pub back: Option<i64>,
}

/// Where Codex points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BindingFact {
    /// Here.
    Bound,
    /// Elsewhere, or nowhere although Rotunda did not unbind it.
    ChangedOutside,
    /// Nowhere, as the user wants.
    Unbound,
    /// What is written there cannot be read, or is about to change.
    #[default]
    Unclear,
}

/// What notifications go by of one profile.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileFacts {
    /// Which one.
    pub id: ProfileId,
    /// Whether it can take work.
    pub state: ProfileState,
    /// An API key: it serves when the rules allow it.
    pub is_api_key: bool,
    /// When its rest ends, as far as that is known.
    pub until: Option<i64>,
    /// New work goes there.
    pub is_in_use: bool,
    /// Requests running on it now.
    pub in_flight: u32,
    /// The answer of one of them does not begin for far longer than is usual.
    pub is_late: bool,
    /// Whether each of its windows has something left.
    pub has_some_left: bool,
    /// Since when credits are being spent.
    pub spends_credits_since: Option<i64>,
    /// When the next of its banked resets expires.
    pub reset_expires: Option<i64>,
}

/// Whether a profile can take work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileState {
    /// It can.
    Ready,
    /// Out of quota.
    Out(OutOf),
    /// It rests for trouble, is paused, or its plan has no Codex.
    Away,
    /// Only a new sign-in helps.
    NeedsSignIn,
}

/// Which window ran out; none when upstream did not name it.
pub type OutOf = Option<WindowKind>;

/// What all plans together have left of one kind of window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeftFacts {
    /// Which windows.
    pub window: WindowKind,
    /// Mean share left, 0 to 100.
    pub percent: f64,
    /// Over how many profiles.
    pub profiles: u32,
    /// When the first of these windows starts afresh.
    pub resets: Option<i64>,
    /// What the profile in use spends of its own window, in percent per second.
    pub pace: f64,
}

/// A notification, as data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// Another program has the port.
    PortTaken,
    /// Another program changed Codex's configuration.
    ChangedOutside,
    /// Every profile is out; the first is back at this time.
    Out {
        /// When.
        until: i64,
        /// Which one.
        first: ProfileId,
    },
    /// One is back after all were out.
    Back(ProfileId),
    /// Codex moved because a profile ran out.
    Moved {
        /// It ran out,
        from: ProfileId,
        /// of this,
        out_of: OutOf,
        /// until then.
        until: i64,
        /// It serves now.
        to: ProfileId,
    },
    /// Codex moved several times within ten minutes.
    MovedOften {
        /// So often.
        times: usize,
        /// It serves now.
        to: ProfileId,
    },
    /// The last ready profile is in use.
    Last(ProfileId),
    /// Little is left over all profiles.
    Low {
        /// Of these windows.
        window: WindowKind,
        /// At most this share, in percent.
        share: u8,
        /// At the pace of the profile in use nothing is left at this time, before the reset.
        out_at: Option<i64>,
        /// The first of them starts afresh then.
        resets: i64,
    },
    /// A sign-in ended.
    SignIn {
        /// Of this profile.
        profile: ProfileId,
        /// So many others are ready.
        ready: usize,
    },
    /// The first credit of a row was spent.
    CreditsSpent(ProfileId),
    /// An answer does not begin for far longer than is usual.
    Late(ProfileId),
    /// A banked reset expires unused.
    ResetExpires {
        /// Of this profile,
        profile: ProfileId,
        /// at this time.
        at: i64,
    },
    /// One that ran out is back, while others served.
    Returned {
        /// Which one.
        profile: ProfileId,
        /// It had run out of this.
        out_of: OutOf,
    },
    /// By the forecast, all profiles run out before the next one is back.
    RunsOut(RunsOut),
}

/// What has been notified, kept from one start to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// By kind, and profile where it matters: the state notified, and since when.
    #[serde(rename = "told")]
    notified: BTreeMap<String, i64>,
    /// By kind and profile: the ends of the quota cycles that were notified.
    cycles: BTreeMap<String, Vec<i64>>,
    /// Times of the last moves.
    moves: Vec<i64>,
    /// Who was in use when last looked at.
    in_use: Option<String>,
    /// Since when a profile has been ready again after all were out.
    ready_since: Option<i64>,
    /// By profile: since when one that had run out is ready.
    back_since: BTreeMap<String, i64>,
    /// Found in quiet hours.
    kept: Vec<Notice>,
}

impl Memory {
    /// The notifications to send at `now`, in seconds since 1970.
    pub fn observe(&mut self, facts: &Facts, now: i64) -> Vec<Notice> {
        let found = self.found(facts, now);
        self.after_quiet(found, facts, now)
    }

    /// What is new.
    fn found(&mut self, facts: &Facts, now: i64) -> Vec<Notice> {
        let of_pool = [
            self.port(facts),
            self.changed_outside(facts),
            self.out(facts, now),
            self.back(facts, now),
            self.moved(facts, now),
            self.last(facts, now),
            self.low(facts, now),
            self.runs_out(facts, now),
        ];
        let mut found: Vec<_> = of_pool.into_iter().flatten().collect();
        let is_back = found.iter().any(|notice| matches!(notice, Notice::Back(_)));
        found.extend(self.returned(facts, is_back, now));
        let ready = facts.ready();
        for profile in &facts.profiles {
            found.extend(self.signed_out(profile, ready, now));
        }
        for profile in &facts.profiles {
            found.extend(self.credits_spent(profile));
            found.extend(self.reset_expires(profile, now));
            found.extend(self.late(profile));
        }
        found
    }

    /// Whether something is confirmed by mere time, with nothing else changing.
    pub fn is_unsure(&self) -> bool {
        self.ready_since.is_some() || !self.back_since.is_empty() || !self.kept.is_empty()
    }

    fn port(&mut self, facts: &Facts) -> Option<Notice> {
        self.first("port", facts.is_port_taken).then_some(Notice::PortTaken)
    }

    fn changed_outside(&mut self, facts: &Facts) -> Option<Notice> {
        // Pointing elsewhere is news only to those who had it pointing here.
        let was_bound = self.notified.contains_key("bound");
        match facts.binding {
            BindingFact::Bound => drop(self.notified.insert("bound".to_owned(), 0)),
            BindingFact::Unbound => drop(self.notified.remove("bound")),
            BindingFact::ChangedOutside | BindingFact::Unclear => {}
        }
        let is_changed = facts.binding == BindingFact::ChangedOutside;
        (self.first("foreign", is_changed) && was_bound).then_some(Notice::ChangedOutside)
    }

    fn signed_out(&mut self, profile: &ProfileFacts, ready: usize, now: i64) -> Option<Notice> {
        if profile.state != ProfileState::NeedsSignIn {
            if self.has_notified(SIGN_IN) {
                self.notified.remove(&key(SIGN_IN, profile.id));
            }
            return None;
        }
        let key = key(SIGN_IN, profile.id);
        let is_known = |since: &i64| now < since.saturating_add(REMIND) && *since <= now;
        if self.notified.get(&key).is_some_and(is_known) {
            return None;
        }
        self.notified.insert(key, now);
        Some(Notice::SignIn { profile: profile.id, ready })
    }

    /// The first credit that is spent of each row, by its beginning. That stays: a start
    /// with an older state brings the row back.
    fn credits_spent(&mut self, profile: &ProfileFacts) -> Option<Notice> {
        let since = profile.spends_credits_since?;
        let is_new = self.notified.insert(key("credits", profile.id), since) != Some(since);
        is_new.then_some(Notice::CreditsSpent(profile.id))
    }

    /// Each reset that expires soon, once.
    fn reset_expires(&mut self, profile: &ProfileFacts, now: i64) -> Option<Notice> {
        /// So long before it expires, in seconds.
        const AHEAD: i64 = 2 * 24 * 60 * 60;
        let at = profile.reset_expires?;
        let is_soon = (now..=now.saturating_add(AHEAD)).contains(&at);
        let is_new = is_soon && self.new_cycle(&format!("reset {}", profile.id), at, now);
        is_new.then_some(Notice::ResetExpires { profile: profile.id, at })
    }

    /// The first late answer of a profile, until none is late.
    fn late(&mut self, profile: &ProfileFacts) -> Option<Notice> {
        let key = format!("late {}", profile.id);
        self.first(&key, profile.is_late).then_some(Notice::Late(profile.id))
    }

    /// Whether something of a kind is notified of some profile.
    fn has_notified(&self, kind: &str) -> bool {
        let from = (Bound::Included(kind), Bound::Unbounded);
        let first = self.notified.range::<str, _>(from).next();
        first.is_some_and(|(key, _)| key.starts_with(kind))
    }

    /// Whether something that is so was not so when last looked at.
    fn first(&mut self, key: &str, is_so: bool) -> bool {
        if !is_so {
            self.notified.remove(key);
            return false;
        }
        self.notified.insert(key.to_owned(), 0).is_none()
    }

    /// Whether this end is another one than any notified before. A known one may
    /// drift on.
    fn new_cycle(&mut self, key: &str, until: i64, now: i64) -> bool {
        let ends = self.cycles.entry(key.to_owned()).or_default();
        let (old, far) = (now - LONGEST_CYCLE, now.saturating_add(LONGEST_CYCLE));
        ends.retain(|end| (old..=far).contains(end));
        if let Some(same) = ends.iter_mut().find(|end| end.abs_diff(until) <= DRIFT) {
            *same = until;
            return false;
        }
        ends.push(until);
        true
    }
}

/// What a kind of notification of one profile is remembered by.
fn key(kind: &str, profile: ProfileId) -> String {
    format!("{kind} {profile}")
}

impl Facts {
    /// A plan with something left in all windows; an API key when it serves.
    fn can_serve(&self, profile: &ProfileFacts) -> bool {
        profile.state == ProfileState::Ready && (!profile.is_api_key || self.is_serving)
    }

    /// Profiles that can take work.
    fn ready(&self) -> usize {
        self.profiles.iter().filter(|it| it.state == ProfileState::Ready).count()
    }

    /// When all are out: until when, and who is back first.
    fn all_out(&self) -> Option<(i64, ProfileId)> {
        // One without entitlement may be asked again: then not all is over.
        if self.is_serving || self.profiles.iter().any(|profile| self.can_serve(profile)) {
            return None;
        }
        self.first_back()
    }

    /// The profile that is out and back first.
    fn first_back(&self) -> Option<(i64, ProfileId)> {
        let mut first: Option<(i64, ProfileId)> = None;
        for profile in &self.profiles {
            let (ProfileState::Out(_), Some(until)) = (profile.state, profile.until) else {
                continue;
            };
            if first.is_none_or(|(earliest, _)| until < earliest) {
                first = Some((until, profile.id));
            }
        }
        first
    }

    /// The only profile that can serve, when it is the one in use.
    fn last_in_use(&self) -> Option<ProfileId> {
        let mut ready = self.profiles.iter().filter(|profile| self.can_serve(profile));
        let only = ready.next().filter(|only| only.is_in_use)?;
        ready.next().is_none().then_some(only.id)
    }
}

#[cfg(test)]
#[path = "notice/alerts_tests.rs"]
mod alerts_tests;
#[cfg(test)]
#[path = "notice_tests.rs"]
mod tests;
