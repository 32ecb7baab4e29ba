//! Limits beside Codex's own once more: each concerns one model.

use std::time::{Duration, SystemTime};

use rotunda_core::{
    Event, ProfileId, Standing,
    pool::PoolProfileView,
    profile::{Cooldown, CooldownCause, WindowKind},
    quota::{ModelLimit, RESERVE_MODEL},
};

use crate::naive::left;

/// A limit of one model that was refused.
#[derive(Debug)]
struct NaiveLimit {
    profile: ProfileId,
    name: String,
    until: SystemTime,
    /// Readings in a row that show capacity.
    good_readings: u32,
}

/// Which limits rest.
#[derive(Debug, Default)]
pub(crate) struct NaiveLimits(Vec<NaiveLimit>);

impl NaiveLimits {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn remove(&mut self, id: ProfileId) {
        self.0.retain(|it| it.profile != id);
    }

    pub(crate) fn move_back(&mut self, by: Duration) {
        self.0.iter_mut().for_each(|it| it.until -= by);
    }

    pub(crate) fn follow(&mut self, event: &Event) {
        match event {
            Event::LimitReached { profile, limit, until } => {
                self.end(*profile, limit);
                let (profile, name, until) = (*profile, limit.clone(), *until);
                self.0.push(NaiveLimit { profile, name, until, good_readings: 0 });
            }
            Event::LimitReset { profile, limit } => self.end(*profile, limit),
            _ => {}
        }
    }

    fn end(&mut self, profile: ProfileId, name: &str) {
        self.0.retain(|it| it.profile != profile || it.name != name);
    }

    /// A whole usage answer. Two with capacity in a row end a rest.
    pub(crate) fn read(&mut self, id: ProfileId, limits: &[ModelLimit], now: SystemTime) {
        let is_over = |it: &mut NaiveLimit| {
            let Some(limit) = limits.iter().find(|limit| limit.name == it.name) else {
                return true;
            };
            it.good_readings = if limit.left(now) > 0.0 { it.good_readings + 1 } else { 0 };
            it.good_readings >= 2
        };
        let mut kept = Vec::new();
        for mut limit in self.0.drain(..) {
            if limit.profile != id || !is_over(&mut limit) {
                kept.push(limit);
            }
        }
        self.0 = kept;
    }

    fn rest_of(&self, id: ProfileId, limit: &ModelLimit) -> Option<SystemTime> {
        let rests = |it: &&NaiveLimit| it.profile == id && it.name == limit.name;
        self.0.iter().find(rests).map(|it| it.until)
    }

    /// Whether a profile can take work of a model.
    pub(crate) fn standing(
        &self,
        it: &PoolProfileView,
        model: Option<&str>,
        now: SystemTime,
    ) -> Standing {
        let Some(limit) = limit_of(it, model) else { return it.standing };
        let rest = self.rest_of(it.profile.id, limit).filter(|until| *until > now);
        match (it.standing, rest) {
            (Standing::Ready, Some(until)) => {
                let cause = CooldownCause::Quota(Some(WindowKind::Other));
                Standing::Resting(Cooldown { until, cause })
            }
            (Standing::Resting(all), None) if is_quota(all) && limit.left(now) > 0.0 => {
                Standing::Ready
            }
            (standing, _) => standing,
        }
    }
}

const fn is_quota(rest: Cooldown) -> bool {
    matches!(rest.cause, CooldownCause::Quota(_))
}

/// The limit of a model, if the profile has one.
pub(crate) fn limit_of<'a>(it: &'a PoolProfileView, model: Option<&str>) -> Option<&'a ModelLimit> {
    let model = model?;
    let of_model = |limit: &&ModelLimit| limit.model.as_deref() == Some(model);
    it.model_limits.iter().map(AsRef::as_ref).find(of_model)
}

/// Whether a model is the reserve, and the profile has it.
pub(crate) fn offers_reserve(it: &PoolProfileView, model: Option<&str>) -> bool {
    model == Some(RESERVE_MODEL) && limit_of(it, model).is_some()
}

/// What is left for work of a model, in percent.
pub(crate) fn left_for(it: &PoolProfileView, model: Option<&str>, now: SystemTime) -> f64 {
    let Some(limit) = limit_of(it, model) else { return left(it, now) };
    let is_resting = matches!(it.standing, Standing::Resting(_));
    if is_resting { limit.left(now) } else { left(it, now).min(limit.left(now)) }
}

/// Whether a turn of a model was served from a limit of its own, so that it says
/// nothing about the common quota.
pub(crate) fn is_own_limit(it: &PoolProfileView, model: Option<&str>) -> bool {
    let may_be = match it.standing {
        Standing::Resting(rest) => is_quota(rest),
        Standing::Ready => model == Some(RESERVE_MODEL),
        _ => false,
    };
    may_be && limit_of(it, model).is_some()
}
