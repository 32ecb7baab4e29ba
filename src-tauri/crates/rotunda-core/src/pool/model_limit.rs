//! Limits beside Codex's own. One concerns a single model: when it is used up,
//! that model's requests go elsewhere and everything else stays.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    Entry, PoolState, READINGS_BEFORE_EARLY_RESET, SHORTEST_QUOTA_REST, UNNAMED_QUOTA_REST,
    clock::{earlier, move_windows},
};
use crate::{
    choice::Candidate,
    event::Event,
    profile::{Cooldown, CooldownCause, ProfileId, Standing, WindowKind},
    quota::{LONGEST_REST, ModelLimit, RESERVE_MODEL, Report, Reset},
};

/// A limit as last read, and what was observed of it.
#[derive(Debug, Clone)]
pub(super) struct KnownLimit {
    /// In common with the views that show it.
    pub(super) model_limit: Arc<ModelLimit>,
    /// Upstream refused a request for it until then.
    until: Option<SystemTime>,
    good_readings: u32,
}

impl KnownLimit {
    /// The clock was set back.
    pub(super) fn move_back(&mut self, by: Duration) {
        self.until = self.until.map(|until| earlier(until, by));
        move_windows(&mut Arc::make_mut(&mut self.model_limit).windows, by);
    }

    fn cooldown(&self) -> Option<Cooldown> {
        let cause = CooldownCause::Quota(Some(WindowKind::Other));
        self.until.map(|until| Cooldown { until, cause })
    }
}

impl Entry {
    pub(super) fn limit_of(&self, model: Option<&str>) -> Option<&KnownLimit> {
        let model = model?;
        self.model_limits.iter().find(|known| known.model_limit.model.as_deref() == Some(model))
    }

    /// Whether a model is the reserve and the profile's usage lists its limit.
    pub(super) fn offers_reserve(&self, model: Option<&str>) -> bool {
        model == Some(RESERVE_MODEL) && self.limit_of(model).is_some()
    }

    /// Whether it can take work for a model. A model with a limit of its own does
    /// not depend on the common quota.
    pub(super) fn standing_for(&self, model: Option<&str>, now: SystemTime) -> Standing {
        let Some(known) = self.limit_of(model) else { return self.standing() };
        match (self.standing(), known.cooldown().filter(|rest| rest.until > now)) {
            (Standing::Ready, Some(rest)) => Standing::Resting(rest),
            (Standing::Resting(rest), None)
                if matches!(rest.cause, CooldownCause::Quota(_))
                    && known.model_limit.left(now) > 0.0 =>
            {
                Standing::Ready
            }
            (standing, _) => standing,
        }
    }

    /// As selection sees it when the work is for a model.
    pub(super) fn candidate_for(&self, model: Option<&str>, now: SystemTime) -> Candidate {
        let all = self.candidate(now);
        let Some(known) = self.limit_of(model) else { return all };
        let is_out = matches!(self.standing(), Standing::Resting(_));
        let of_limit = known.model_limit.left(now);
        let left = if is_out { of_limit } else { all.left.min(of_limit) };
        Candidate { standing: self.standing_for(model, now), left, ..all }
    }

    /// When the next cooldown of a limit ends.
    pub(super) fn limit_cooldown_ends(&self) -> Option<SystemTime> {
        self.model_limits.iter().filter_map(|known| known.until).min()
    }

    /// Ends the rests that are over.
    pub(super) fn end_limit_cooldowns(&mut self, now: SystemTime) -> Vec<Event> {
        let profile = self.profile.id;
        let over = |known: &mut KnownLimit| {
            known.until.take_if(|it| *it <= now)?;
            Some(Event::LimitReset { profile, limit: known.model_limit.name.clone() })
        };
        self.model_limits.iter_mut().filter_map(over).collect()
    }
}

impl PoolState {
    /// A profile served a model from a limit of its own. That says nothing about
    /// the common quota, so other models see no change. None when the common
    /// quota served it.
    pub(super) fn served_own_limit(
        &mut self,
        id: ProfileId,
        model: Option<&str>,
    ) -> Option<Vec<Event>> {
        let entry = self.entries.get_mut(&id)?;
        let is_own_limit = match entry.standing {
            Standing::Resting(rest) => matches!(rest.cause, CooldownCause::Quota(_)),
            Standing::Ready => model == Some(RESERVE_MODEL),
            _ => false,
        };
        let of_model = |known: &&mut KnownLimit| {
            model.is_some() && known.model_limit.model.as_deref() == model
        };
        let known = entry.model_limits.iter_mut().find(of_model).filter(|_| is_own_limit)?;
        entry.troubles = 0;
        let is_reset = known.until.take().is_some();
        let reset = Event::LimitReset { profile: id, limit: known.model_limit.name.clone() };
        Some(if is_reset { vec![reset] } else { Vec::new() })
    }

    /// The whole usage answer of a profile.
    pub fn read_report(&mut self, id: ProfileId, report: Report, now: SystemTime) -> Vec<Event> {
        let refused = report.refuses();
        let row_is_over = self.row_is_over(id, now);
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.refused = refused;
            entry.is_disallowed = report.allowed.map_or(refused, |allowed| !allowed);
            entry.limit_reached = report.limit_reached;
            if let Some(count) = report.banked_resets {
                entry.count_banked(count);
            }
        }
        self.read_model_limits(id, report.others, now);
        let entitled = !refused && report.usage.has_capacity(now);
        let mut events = self.read_usage_after(id, report.usage, refused, row_is_over, now);
        events.extend(self.read_entitlement(id, entitled));
        events
    }

    /// Limits of the usage answer beside Codex's own. A rest ends
    /// early only when two readings in a row show capacity.
    pub(crate) fn read_model_limits(
        &mut self,
        id: ProfileId,
        model_limits: Vec<ModelLimit>,
        now: SystemTime,
    ) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let mut before = std::mem::take(&mut entry.model_limits);
        let know = |mut model_limit: ModelLimit| {
            let place = before.iter().position(|known| known.model_limit.is(&model_limit.feature));
            let Some(former) = place.map(|place| before.swap_remove(place)) else {
                let model_limit = Arc::new(model_limit);
                return KnownLimit { model_limit, until: None, good_readings: 0 };
            };
            // Upstream need not say which model it is; a refusal did.
            if model_limit.model.is_none() {
                model_limit.model.clone_from(&former.model_limit.model);
            }
            let good_readings =
                if model_limit.left(now) > 0.0 { former.good_readings + 1 } else { 0 };
            let until = former.until.filter(|_| good_readings < READINGS_BEFORE_EARLY_RESET);
            KnownLimit { model_limit: Arc::new(model_limit), until, good_readings }
        };
        entry.model_limits = model_limits.into_iter().map(know).collect();
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
        let Some(entry) = self.entries.get_mut(&id) else { return Vec::new() };
        // Out already for everything else: only the model's own limit can be meant.
        let is_out = matches!(
            entry.standing,
            Standing::Resting(Cooldown { cause: CooldownCause::Quota(_), .. })
        );
        let is_reserve = model == Some(RESERVE_MODEL);
        let is_meant = |known: &&mut KnownLimit| match limit {
            Some(limit) => known.model_limit.is(limit),
            None => {
                (is_out || is_reserve)
                    && model.is_some()
                    && known.model_limit.model.as_deref() == model
            }
        };
        let Some(known) = entry.model_limits.iter_mut().find(is_meant) else {
            if is_reserve {
                // It has a limit of its own, also where no reading named it.
                self.rest_model(id, RESERVE_MODEL, now);
                return Vec::new();
            }
            return self.quota_out(id, reset, now);
        };
        let windows = known.model_limit.windows.iter().filter(|window| window.left(now) <= 0.0);
        let until = reset.map(|reset| reset.at).or(windows.filter_map(|it| it.resets_at).max());
        let until = until.unwrap_or(now + UNNAMED_QUOTA_REST);
        let until = until.clamp(now + SHORTEST_QUOTA_REST, now + LONGEST_REST);
        known.until = Some(until);
        known.good_readings = 0;
        if known.model_limit.model.is_none() {
            Arc::make_mut(&mut known.model_limit).model = model.map(str::to_owned);
        }
        vec![Event::LimitReached { profile: id, limit: known.model_limit.name.clone(), until }]
    }
}

#[cfg(test)]
#[path = "model_limit_tests.rs"]
mod tests;
