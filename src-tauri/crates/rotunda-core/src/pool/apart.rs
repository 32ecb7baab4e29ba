//! A profile that also stands in a pool of its own, for the router of one program: what one
//! of the two pools learns of its quota and its credits counts for the other, too.

use std::{cmp::Ordering, sync::Arc, time::SystemTime};

use super::{Paid, PoolState, Spending, model_limit::KnownLimit};
use crate::{
    event::Event,
    profile::{Cooldown, PaymentTerms, ProfileId, Usage, UseCredits},
};

/// What one pool knows of the quota and the credits of a profile.
#[derive(Debug, Clone)]
pub struct KnownQuota {
    usage: Option<Arc<Usage>>,
    limit_reached: bool,
    plan_out: Option<Cooldown>,
    plan_readings: u32,
    model_limits: Vec<KnownLimit>,
    /// Turns beyond the plan, paid with credits as the user allows.
    spending: Option<Spending>,
    paid: Option<Paid>,
}

impl PoolState {
    /// The consent of a pool that has only this profile. That pool does not see the other
    /// plans: while one of them can serve, `when_all_out` is none.
    pub fn consent_apart(&self, id: ProfileId, now: SystemTime) -> UseCredits {
        let Some(entry) = self.entries.get(&id) else { return UseCredits::Never };
        match self.consent(entry) {
            UseCredits::WhenAllOut if !self.other_plans_are_out(id, PaymentTerms::ANY, now) => {
                UseCredits::Never
            }
            consent => consent,
        }
    }

    /// What is known of a profile, for another pool.
    pub fn known_quota(&self, id: ProfileId, now: SystemTime) -> Option<KnownQuota> {
        let entry = self.entries.get(&id)?;
        let spending = entry.spending.clone().filter(Spending::is_by_consent);
        Some(KnownQuota {
            usage: entry.usage.clone(),
            limit_reached: entry.limit_reached,
            plan_out: entry.plan_out,
            plan_readings: entry.plan_readings,
            model_limits: entry.model_limits.clone(),
            spending: spending.filter(|_| entry.is_beyond_plan(now)),
            paid: entry.paid,
        })
    }

    /// Takes over what another pool knows of a profile, as far as it is news; none when
    /// nothing is.
    pub fn learn_quota(
        &mut self,
        id: ProfileId,
        known: KnownQuota,
        now: SystemTime,
    ) -> Option<Vec<Event>> {
        let entry = self.entries.get_mut(&id)?;
        let read_at = entry.usage.as_ref().map(|usage| usage.read_at);
        let usage = known.usage.filter(|usage| read_at < Some(usage.read_at));
        let paid = later(entry.paid, known.paid);
        let is_told = entry.spending.as_ref().is_some_and(Spending::is_by_consent);
        let spending = known.spending.filter(|_| !is_told && paid.is_some_and(|it| it.is_told));
        if usage.is_none() && spending.is_none() && entry.paid == paid {
            return None;
        }
        entry.paid = paid;
        // First the spending: a fall of the balance that comes of it is not told beside it.
        let told = spending.and_then(|spending| self.spends(id, spending));
        let mut events: Vec<_> = told.into_iter().collect();
        let Some(usage) = usage else { return Some(events) };
        events.extend(self.read_usage(id, Arc::unwrap_or_clone(usage), false, now));
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.limit_reached = known.limit_reached;
            (entry.plan_out, entry.plan_readings) = (known.plan_out, known.plan_readings);
            if entry.model_limits.is_empty() {
                entry.model_limits = known.model_limits;
            }
        }
        Some(events)
    }
}

/// The later of two turns, and told when one of the pools told it.
fn later(own: Option<Paid>, other: Option<Paid>) -> Option<Paid> {
    let (Some(one), Some(two)) = (own, other) else { return own.or(other) };
    match one.at.cmp(&two.at) {
        Ordering::Less => other,
        Ordering::Equal => Some(Paid { is_told: one.is_told || two.is_told, ..one }),
        Ordering::Greater => own,
    }
}

#[cfg(test)]
#[path = "apart_tests.rs"]
mod tests;
