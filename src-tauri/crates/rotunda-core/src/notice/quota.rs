//! Notifications about quota: moves, the last profile, all out, back, low.

use super::{Facts, LeftFacts, Memory, Notice, ProfileFacts, ProfileState, SURE_AFTER, Thresholds};
use crate::profile::{ProfileId, WindowKind};

/// Moves closer together than this are notified as one, in seconds.
const MOVES: i64 = 10 * 60;
/// So many of them are notified once more, as a number.
const MANY_MOVES: usize = 3;
/// More than this above a share, in percent, it may be notified again.
const DRIFT_PERCENT: f64 = 2.0;

impl Memory {
    pub(super) fn out(&mut self, facts: &Facts, now: i64) -> Option<Notice> {
        let (until, first) = facts.all_out()?;
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
        let before = self.in_use.as_deref().and_then(|name| name.parse::<ProfileId>().ok());
        if before == Some(to) {
            return None;
        }
        self.in_use = Some(to.to_string());
        let from = facts.profiles.iter().find(|profile| Some(profile.id) == before)?;
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

    /// Shares left over all plans, each once per window and cycle, and not again before
    /// more than that was left.
    pub(super) fn low(&mut self, facts: &Facts, now: i64) -> Option<Notice> {
        let mut tightest: Option<(&LeftFacts, u8)> = None;
        // Both windows are looked at, so that each is notified once; one sentence is enough.
        for left in &facts.left {
            let Some(share) = self.crossed(left, &facts.thresholds, now) else { continue };
            if tightest.is_none_or(|(other, _)| left.percent < other.percent) {
                tightest = Some((left, share));
            }
        }
        let (left, share) = tightest?;
        left.low(share, now)
    }

    /// The smallest share of the user's that was not notified yet.
    fn crossed(&mut self, left: &LeftFacts, thresholds: &Thresholds, now: i64) -> Option<u8> {
        let (name, shares) = match left.window {
            WindowKind::FiveHours => ("5h", &thresholds.five_hours),
            WindowKind::Week => ("week", &thresholds.week),
            WindowKind::Other => return None,
        };
        let resets = left.resets?;
        let mut crossed = None;
        for share in shares {
            let key = format!("low {name} {share}");
            if left.is_at(*share) {
                let is_first = self.notified.insert(key.clone(), resets).is_none();
                let is_new = self.new_cycle(&key, resets, now);
                crossed = (is_first && is_new).then_some(*share).or(crossed);
            } else if left.percent > f64::from(*share) + DRIFT_PERCENT {
                self.notified.remove(&key);
            }
        }
        crossed
    }
}

impl LeftFacts {
    /// Whether no more than a share is left, and something.
    pub(super) fn is_at(&self, share: u8) -> bool {
        self.percent > 0.0 && self.percent <= f64::from(share)
    }

    /// The notification that no more than a share is left.
    pub(super) fn low(&self, share: u8, now: i64) -> Option<Notice> {
        let resets = self.resets?;
        let out_at = self.out_at(now).filter(|at| *at < resets);
        Some(Notice::Low { window: self.window, share, out_at, resets })
    }

    /// When the pool is used up at the pace of the profile in use.
    #[expect(clippy::cast_possible_truncation, reason = "seconds until a time within weeks")]
    fn out_at(&self, now: i64) -> Option<i64> {
        let seconds = self.percent * f64::from(self.profiles) / self.pace;
        (self.pace > 0.0 && seconds.is_finite()).then(|| now.saturating_add(seconds as i64))
    }
}
