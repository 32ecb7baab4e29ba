//! Limits beside Codex's own. One concerns a single model: when it is used up,
//! that model's requests go elsewhere and everything else stays.

use std::time::SystemTime;

use super::{
    Entry, PoolState, READINGS_BEFORE_EARLY_RESET, SHORTEST_QUOTA_REST, UNNAMED_QUOTA_REST,
};
use crate::{
    choice::Candidate,
    event::Event,
    profile::{ProfileId, Rest, RestCause, Standing, WindowKind},
    quota::{Family, LONGEST_REST, Report, Reset},
};

/// A family as last read, and what was observed of it.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) family: Family,
    /// Upstream refused a request for it until then.
    until: Option<SystemTime>,
    good_readings: u32,
}

impl Known {
    fn rest(&self) -> Option<Rest> {
        let cause = RestCause::Quota(Some(WindowKind::Other));
        self.until.map(|until| Rest { until, cause })
    }
}

impl Entry {
    fn family_of(&self, model: Option<&str>) -> Option<&Known> {
        let model = model?;
        self.families.iter().find(|known| known.family.model.as_deref() == Some(model))
    }

    /// Whether it can take work for a model.
    pub(super) fn standing_for(&self, model: Option<&str>, now: SystemTime) -> Standing {
        let rest = self.family_of(model).and_then(Known::rest).filter(|rest| rest.until > now);
        match (self.standing(), rest) {
            (Standing::Ready, Some(rest)) => Standing::Resting(rest),
            (standing, _) => standing,
        }
    }

    /// As selection sees it when the work is for a model.
    pub(super) fn candidate_for(&self, model: Option<&str>, now: SystemTime) -> Candidate {
        let all = self.candidate(now);
        let of_family = self.family_of(model).map_or(100.0, |known| known.family.left(now));
        Candidate { standing: self.standing_for(model, now), left: all.left.min(of_family), ..all }
    }

    /// When the next rest of a family ends.
    pub(super) fn family_rest_ends(&self) -> Option<SystemTime> {
        self.families.iter().filter_map(|known| known.until).min()
    }

    /// Ends the rests that are over.
    pub(super) fn end_family_rests(&mut self, now: SystemTime) -> Vec<Event> {
        let profile = self.seat.id;
        let over = |known: &mut Known| {
            known.until.take_if(|it| *it <= now)?;
            Some(Event::LimitReset { profile, limit: known.family.name.clone() })
        };
        self.families.iter_mut().filter_map(over).collect()
    }
}

impl PoolState {
    /// All that the usage endpoint said of a profile.
    pub fn read_report(&mut self, id: ProfileId, report: Report, now: SystemTime) -> Vec<Event> {
        let refused = report.refuses();
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.refused = refused;
        }
        self.read_families(id, report.others, now);
        self.read_usage(id, report.usage, refused, now)
    }

    /// What the usage endpoint said of limits beside Codex's own. A rest ends
    /// early only when two readings in a row show capacity.
    pub(super) fn read_families(&mut self, id: ProfileId, families: Vec<Family>, now: SystemTime) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let mut before = std::mem::take(&mut entry.families);
        let know = |mut family: Family| {
            let place = before.iter().position(|known| known.family.is(&family.feature));
            let Some(former) = place.map(|place| before.swap_remove(place)) else {
                return Known { family, until: None, good_readings: 0 };
            };
            // Upstream need not say which model it is; a refusal did.
            family.model = family.model.or(former.family.model);
            let good_readings = if family.left(now) > 0.0 { former.good_readings + 1 } else { 0 };
            let until = former.until.filter(|_| good_readings < READINGS_BEFORE_EARLY_RESET);
            Known { family, until, good_readings }
        };
        entry.families = families.into_iter().map(know).collect();
    }

    /// Upstream says that a quota is used up, and perhaps which: `limit` is
    /// its own name for it. One that no reading ever named counts as Codex's.
    pub fn limit_out(
        &mut self,
        id: ProfileId,
        (limit, model): (Option<&str>, Option<&str>),
        reset: Option<Reset>,
        now: SystemTime,
    ) -> Vec<Event> {
        let known = self.entries.get_mut(&id).into_iter().flat_map(|entry| &mut entry.families);
        let Some(known) = limit.and_then(|limit| known.into_iter().find(|it| it.family.is(limit)))
        else {
            return self.quota_out(id, reset, now);
        };
        let windows = known.family.windows.iter().filter(|window| window.left(now) <= 0.0);
        let until = reset.map(|reset| reset.at).or(windows.filter_map(|it| it.resets_at).max());
        let until = until.unwrap_or(now + UNNAMED_QUOTA_REST);
        let until = until.clamp(now + SHORTEST_QUOTA_REST, now + LONGEST_REST);
        known.until = Some(until);
        known.good_readings = 0;
        if known.family.model.is_none() {
            known.family.model = model.map(str::to_owned);
        }
        vec![Event::LimitReached { profile: id, limit: known.family.name.clone(), until }]
    }
}

#[cfg(test)]
#[path = "family_tests.rs"]
mod tests;
