//! Notifications about single profiles that are back, and about what is to come.

use super::{Facts, Memory, Notice, OutOf, ProfileState, RunsOut, SURE_AFTER};
use crate::profile::WindowKind;

/// So long before it comes, in seconds.
const AHEAD: i64 = 24 * 60 * 60;
/// All out for less than this is not worth a word, in seconds.
const SHORTEST: i64 = 30 * 60;
/// Added to what a profile ran out of when that was in these quiet hours: that was not
/// notified, so its return is not either.
const IN_QUIET: i64 = 10;
/// When nothing was to come for so long, the next one is another cause, in seconds.
const CALM: i64 = 6 * 60 * 60;

impl RunsOut {
    pub(super) fn is_worth_a_word(self, now: i64) -> bool {
        let is_long = self.back.is_none_or(|back| back - self.at >= SHORTEST);
        is_long && (now..=now.saturating_add(AHEAD)).contains(&self.at)
    }
}

impl Memory {
    /// Each profile that ran out and is back, when that was not notified as
    /// [`Notice::Back`].
    pub(super) fn returned(&mut self, facts: &Facts, is_back: bool, now: i64) -> Vec<Notice> {
        let mut found = Vec::new();
        for profile in &facts.profiles {
            let id = profile.id.to_string();
            let key = format!("away {id}");
            if let ProfileState::Out(out_of) = profile.state {
                let is_new = self.notified.get(&key).is_none_or(|it| *it >= IN_QUIET);
                let unseen = if is_new && facts.is_quiet { IN_QUIET } else { 0 };
                self.notified.insert(key, number_of(out_of) + unseen);
                self.back_since.remove(&id);
                continue;
            }
            // "Codex can continue" says it of all that are ready then.
            let is_covered = is_back && facts.can_serve(profile);
            if profile.state == ProfileState::NeedsSignIn || is_covered {
                self.notified.remove(&key);
                self.back_since.remove(&id);
                continue;
            }
            let Some(out_of) = self.notified.get(&key).copied() else { continue };
            if !facts.can_serve(profile) || !profile.has_some_left {
                self.back_since.remove(&id);
                continue;
            }
            // A clock that was set back begins anew.
            let since = self.back_since.get(&id).copied().filter(|since| *since <= now);
            let since = since.unwrap_or(now);
            if profile.in_flight == 0 && now - since < SURE_AFTER {
                self.back_since.insert(id, since);
                continue;
            }
            self.notified.remove(&key);
            self.back_since.remove(&id);
            if facts.is_quiet && out_of >= IN_QUIET {
                continue;
            }
            found.push(Notice::Returned { profile: profile.id, out_of: out_of_number(out_of) });
        }
        // A profile that is gone is not waited for.
        let is_there = |id: &String| facts.profiles.iter().any(|it| it.id.to_string() == *id);
        self.back_since.retain(|id, _| is_there(id));
        found
    }

    /// That all profiles run out within a day and stay out, once per cause.
    pub(super) fn runs_out(&mut self, facts: &Facts, now: i64) -> Option<Notice> {
        const KEY: &str = "runs out";
        if facts.all_out().is_some() {
            self.notified.remove(KEY);
            return None;
        }
        let is_old = |seen: &i64| *seen > now || now - *seen >= CALM;
        let coming = facts.runs_out.filter(|it| it.is_worth_a_word(now));
        let Some(coming) = coming else {
            if self.notified.get(KEY).is_some_and(is_old) {
                self.notified.remove(KEY);
            }
            return None;
        };
        let is_first = self.notified.insert(KEY.to_owned(), now).as_ref().is_none_or(is_old);
        let is_new = self.new_cycle(KEY, coming.back.unwrap_or(coming.at), now);
        (is_first && is_new).then_some(Notice::RunsOut(coming))
    }
}

const fn number_of(out_of: OutOf) -> i64 {
    match out_of {
        None => 0,
        Some(WindowKind::FiveHours) => 1,
        Some(WindowKind::Week) => 2,
        Some(WindowKind::Other) => 3,
    }
}

const fn out_of_number(number: i64) -> OutOf {
    match number % IN_QUIET {
        1 => Some(WindowKind::FiveHours),
        2 => Some(WindowKind::Week),
        3 => Some(WindowKind::Other),
        _ => None,
    }
}
