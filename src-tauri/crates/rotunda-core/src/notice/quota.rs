//! Notifications about quota: moves, the last profile, all out, back, low.

use super::{Facts, LeftFacts, Memory, Notice, ProfileFacts, ProfileState, SURE_AFTER};
use crate::profile::WindowKind;

/// Moves closer together than this are notified as one, in seconds.
const MOVES: i64 = 10 * 60;
/// So many of them are notified once more, as a number.
const MANY_MOVES: usize = 3;

impl Memory {
    pub(super) fn out(&mut self, facts: &Facts, now: i64) -> Option<Notice> {
        // One without entitlement may be asked again: then not all is over.
        if facts.is_serving || facts.profiles.iter().any(|profile| facts.can_serve(profile)) {
            return None;
        }
        let (until, first) = facts.first_back()?;
        self.ready_since = None;
        self.notified.insert("out".to_owned(), until);
        self.new_cycle("out", until, now).then_some(Notice::Out { until, first })
    }

    /// Only after all were out, and only for a profile that has something left
    /// in each window: five fresh hours are worth nothing in a used-up week.
    pub(super) fn back(&mut self, facts: &Facts, now: i64) -> Option<Notice> {
        if !self.notified.contains_key("out") {
            return None;
        }
        let is_usable = |profile: &&ProfileFacts| facts.can_serve(profile) && profile.has_some_left;
        let Some(ready) = facts.profiles.iter().find(is_usable) else {
            self.ready_since = None;
            return None;
        };
        // A clock that was set back begins anew.
        self.ready_since.take_if(|since| *since > now);
        let since = *self.ready_since.get_or_insert(now);
        if ready.in_flight == 0 && now - since < SURE_AFTER {
            return None;
        }
        self.notified.remove("out");
        self.ready_since = None;
        Some(Notice::Back(ready.id))
    }

    pub(super) fn moved(&mut self, facts: &Facts, now: i64) -> Option<Notice> {
        let to = facts.profiles.iter().find(|profile| profile.is_in_use)?.id;
        let name = to.to_string();
        let from = self.in_use.replace(name.clone()).filter(|from| *from != name)?;
        let from = facts.profiles.iter().find(|profile| profile.id.to_string() == from)?;
        // Troubles pass without a notice.
        let (ProfileState::Out(out_of), Some(until)) = (from.state, from.until) else {
            return None;
        };
        if !self.new_cycle(&format!("rotated {}", from.id), until, now) {
            return None;
        }
        self.moves.retain(|moved| (now - MOVES + 1..=now).contains(moved));
        self.moves.push(now);
        match self.moves.len() {
            1 => Some(Notice::Moved { from: from.id, out_of, until, to }),
            MANY_MOVES => Some(Notice::MovedOften { times: MANY_MOVES, to }),
            _ => None,
        }
    }

    pub(super) fn last(&mut self, facts: &Facts, now: i64) -> Option<Notice> {
        let only = facts.last_in_use()?;
        let (until, _) = facts.first_back()?;
        self.new_cycle(&format!("last {only}"), until, now).then_some(Notice::Last(only))
    }

    /// Twenty percent or less over all plans, once per window and cycle.
    pub(super) fn low(&mut self, facts: &Facts, now: i64) -> Option<Notice> {
        let mut tightest: Option<(&LeftFacts, i64)> = None;
        // Both windows are looked at, so that each is notified once; one sentence is enough.
        for left in facts.left.iter().filter(|left| left.window != WindowKind::Other) {
            let Some(resets) = left.resets.filter(|_| left.is_low) else { continue };
            let key = if left.window == WindowKind::FiveHours { "low 5h" } else { "low week" };
            let is_new = self.new_cycle(key, resets, now);
            if is_new && tightest.is_none_or(|(other, _)| left.percent < other.percent) {
                tightest = Some((left, resets));
            }
        }
        let (left, resets) = tightest?;
        let out_at = left.out_at(now).filter(|at| *at < resets);
        Some(Notice::Low { window: left.window, out_at, resets })
    }
}

impl LeftFacts {
    /// When the pool is used up at the pace of the profile in use.
    #[expect(clippy::cast_possible_truncation, reason = "seconds until a time within weeks")]
    fn out_at(&self, now: i64) -> Option<i64> {
        let seconds = self.percent * f64::from(self.profiles) / self.pace;
        (self.pace > 0.0 && seconds.is_finite()).then(|| now.saturating_add(seconds as i64))
    }
}
