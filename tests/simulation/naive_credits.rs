//! Purchased credits once more: when they would pay for a request, and whether the user
//! lets them.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, SystemTime},
};

use rotunda_core::{
    ProfileId, Standing,
    pool::{PoolProfileView, PoolView},
    profile::{Cooldown, CooldownCause, Kind, UseCredits, Window},
};

use crate::{naive::Naive, naive_limits::limit_of};

/// A rest whose end is not named.
const UNNAMED: Duration = Duration::from_secs(15 * 60);
const LONGEST: Duration = Duration::from_secs(8 * 24 * 3600);

/// What pays for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pays {
    Plan,
    Credits(UseCredits),
    /// Credits would, and must not before then.
    Withheld(SystemTime),
}

/// What is remembered of the plans that were used up.
#[derive(Debug, Default)]
pub(crate) struct NaiveCredits {
    /// The user's own settings for single profiles.
    pub(crate) own: BTreeMap<ProfileId, UseCredits>,
    /// The latest usage answer said that the limit is reached.
    pub(crate) at_limit: BTreeSet<ProfileId>,
    /// A plan was seen used up until then, and so many readings in a row deny it.
    seen: BTreeMap<ProfileId, (SystemTime, u32)>,
}

impl NaiveCredits {
    /// All that is only in memory is gone.
    pub(crate) fn restart(&mut self) {
        self.at_limit.clear();
        self.seen.clear();
    }

    pub(crate) fn remove(&mut self, id: ProfileId) {
        self.own.remove(&id);
        self.at_limit.remove(&id);
        self.seen.remove(&id);
    }

    pub(crate) fn move_back(&mut self, by: Duration) {
        self.seen.values_mut().for_each(|(until, _)| *until -= by);
    }

    /// A reading is in the view. Two in a row with quota end what was seen.
    pub(crate) fn read(&mut self, it: &PoolProfileView, now: SystemTime) {
        let id = it.profile.id;
        if let Some(until) = self.used_up_by_reading(it, None, now) {
            self.seen.insert(id, (until, 0));
        } else if let Some((_, readings)) = self.seen.get_mut(&id) {
            *readings += 1;
            if *readings == 2 {
                self.seen.remove(&id);
            }
        }
    }

    /// A banked reset was redeemed: the next reading with quota ends what was seen.
    pub(crate) fn expect_reset(&mut self, id: ProfileId) {
        if let Some((_, readings)) = self.seen.get_mut(&id) {
            *readings = 1;
        }
    }

    /// When the plan serves a model again, if credits would pay now.
    pub(crate) fn used_up(
        &self,
        it: &PoolProfileView,
        model: Option<&str>,
        now: SystemTime,
    ) -> Option<SystemTime> {
        let has_credits = has_purchased(it) && limit_of(it, model).is_none();
        let seen = self.seen.get(&it.profile.id).map(|(until, _)| *until);
        let seen = seen.filter(|until| has_credits && *until > now);
        self.used_up_by_reading(it, model, now).or(seen)
    }

    /// Whether credits would pay for some request.
    pub(crate) fn is_beyond_plan(&self, it: &PoolProfileView, now: SystemTime) -> bool {
        if !has_purchased(it) {
            return false;
        }
        let models = it.model_limits.iter().filter_map(|limit| limit.model.as_deref());
        let mut models = std::iter::once(None).chain(models.map(Some));
        models.any(|model| self.used_up(it, model, now).is_some())
    }

    fn used_up_by_reading(
        &self,
        it: &PoolProfileView,
        model: Option<&str>,
        now: SystemTime,
    ) -> Option<SystemTime> {
        if it.profile.kind != Kind::ChatGpt || !has_purchased(it) {
            return None;
        }
        let usage = it.usage.as_ref()?;
        let limit = limit_of(it, model);
        let windows = limit.map_or(&usage.windows, |limit| &limit.windows);
        let full: Vec<_> = windows.iter().filter(|window| is_full(window, now)).collect();
        let is_afresh = usage.windows.iter().any(|it| it.resets_at.is_some_and(|at| at <= now));
        let is_flagged = self.at_limit.contains(&it.profile.id) && !is_afresh;
        let is_used_up = match limit {
            Some(limit) => limit.left(now) <= 0.0,
            None => !full.is_empty() || is_flagged,
        };
        let last = full.into_iter().filter_map(|window| window.resets_at).max();
        is_used_up.then(|| last.unwrap_or(now + UNNAMED).min(now + LONGEST))
    }
}

fn is_full(window: &Window, now: SystemTime) -> bool {
    window.used_percent >= 100.0 && window.resets_at.is_none_or(|at| at > now)
}

fn has_purchased(it: &PoolProfileView) -> bool {
    let credits = it.usage.as_ref().and_then(|usage| usage.credits.as_ref());
    credits.is_some_and(|credits| credits.available && !credits.unlimited)
}

impl Naive {
    /// What pays for a request for a model. `view` has standings without regard to credits.
    pub(crate) fn pays(
        &self,
        view: &PoolView,
        it: &PoolProfileView,
        model: Option<&str>,
        now: SystemTime,
    ) -> Pays {
        let Some(until) = self.credits.used_up(it, model, now) else { return Pays::Plan };
        let own = self.credits.own.get(&it.profile.id);
        let consent = own.copied().unwrap_or(self.rules.use_credits);
        let others = || view.profiles.iter().filter(|other| other.profile.id != it.profile.id);
        let is_allowed = match consent {
            UseCredits::Never => false,
            UseCredits::WhenAllOut => !others().any(|it| self.plan_serves(it, model, now)),
            UseCredits::Always => true,
        };
        if is_allowed { Pays::Credits(consent) } else { Pays::Withheld(until) }
    }

    /// Whether a plan serves a model, now or after trouble that passes.
    fn plan_serves(&self, it: &PoolProfileView, model: Option<&str>, now: SystemTime) -> bool {
        let is_there = match self.limits.standing(it, model, now) {
            Standing::Ready => true,
            Standing::Resting(rest) => rest.until <= now || rest.cause == CooldownCause::Trouble,
            Standing::NeedsSignIn | Standing::NotEntitled { .. } | Standing::Paused => false,
        };
        is_there
            && it.profile.kind == Kind::ChatGpt
            && !self.lacks_model(it.profile.id, model, now)
            && self.credits.used_up(it, model, now).is_none()
    }

    /// Whether a profile can take work of a model, credits considered.
    pub(crate) fn standing(
        &self,
        view: &PoolView,
        it: &PoolProfileView,
        model: Option<&str>,
        now: SystemTime,
    ) -> Standing {
        let standing = self.limits.standing(it, model, now);
        match (standing, self.pays(view, it, model, now)) {
            (Standing::NeedsSignIn | Standing::Paused, _) | (_, Pays::Plan | Pays::Credits(_)) => {
                standing
            }
            (_, Pays::Withheld(until)) => {
                Standing::Resting(Cooldown { until, cause: CooldownCause::Credits(None) })
            }
        }
    }
}
