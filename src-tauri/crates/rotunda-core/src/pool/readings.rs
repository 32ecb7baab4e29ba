//! What a reading of a profile's quota changes.

use std::{sync::Arc, time::SystemTime};

use super::{Entry, PoolState, READINGS_BEFORE_EARLY_RESET};
use crate::{
    event::Event,
    profile::{Cooldown, CooldownCause, ProfileId, Standing, Usage},
    reset_credits::BankedResets,
};

impl PoolState {
    /// A reading of a profile's quota. `refused` when it says
    /// that requests are refused now.
    pub fn read_usage(
        &mut self,
        id: ProfileId,
        usage: Usage,
        refused: bool,
        now: SystemTime,
    ) -> Vec<Event> {
        let row_is_over = self.row_is_over(id, now);
        if let Some(entry) = self.entries.get_mut(&id) {
            // What was said of a window that has started afresh does not hold for the new one.
            entry.limit_reached &= !entry.usage.as_ref().is_some_and(|it| it.is_afresh(now));
        }
        self.read_usage_after(id, usage, refused, row_is_over, now)
    }

    /// The same. `row_is_over`: before the reading, credits had stopped to pay.
    pub(super) fn read_usage_after(
        &mut self,
        id: ProfileId,
        usage: Usage,
        refused: bool,
        row_is_over: bool,
        now: SystemTime,
    ) -> Vec<Event> {
        self.presume_paid(id, now);
        let Some(entry) = self.entries.get_mut(&id) else { return Vec::new() };
        let plan = usage.plan.clone().or_else(|| entry.usage.as_ref()?.plan.clone());
        let before = entry.usage.take();
        let known_credits = before.as_ref().and_then(|usage| usage.credits.clone());
        let credits = usage.credits.clone().or(known_credits);
        let usage = Arc::new(Usage { plan, credits, ..usage });
        entry.usage = Some(Arc::clone(&usage));
        entry.follow_plan(now);
        self.unsaved.insert(id);
        let former = entry.spending.take_if(|it| row_is_over && it.is_by_consent());
        let told = self.compare_balance(id, before.as_deref(), former.is_some(), now);
        let mut events: Vec<_> = told.into_iter().collect();
        let has_capacity = !refused && self.reading_serves(id, &usage, now);
        let Some(entry) = self.entries.get_mut(&id) else { return events };
        let rests_on_quota = matches!(
            entry.standing,
            Standing::Resting(Cooldown { cause: CooldownCause::Quota(_), .. })
        );
        if !rests_on_quota {
            return events;
        }
        entry.good_readings = if has_capacity { entry.good_readings + 1 } else { 0 };
        if entry.good_readings < READINGS_BEFORE_EARLY_RESET {
            return events;
        }
        events.extend(self.recover(id));
        events
    }

    /// An error named the plan.
    pub fn learned_plan(&mut self, id: ProfileId, plan: &str, now: SystemTime) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let unread = || Usage { windows: Vec::new(), plan: None, credits: None, read_at: now };
        let usage = entry.usage.get_or_insert_with(|| Arc::new(unread()));
        Arc::make_mut(usage).plan = Some(plan.to_owned());
        self.unsaved.insert(id);
    }

    /// The banked resets of a profile, in full.
    pub fn read_banked(&mut self, id: ProfileId, banked: BankedResets) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.banked = Some(banked);
        }
    }

    /// A banked reset of the profile was redeemed: the next reading with capacity ends
    /// its rest.
    pub fn expect_reset(&mut self, id: ProfileId) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.good_readings = READINGS_BEFORE_EARLY_RESET - 1;
            entry.plan_readings = READINGS_BEFORE_EARLY_RESET - 1;
        }
    }
}

impl Entry {
    /// A reading named the number of banked resets. Known ones stay when it is theirs.
    pub(super) fn count_banked(&mut self, count: u32) {
        if self.banked.as_ref().is_none_or(|banked| banked.count != count) {
            self.banked = Some(BankedResets { count, resets: None });
        }
    }
}
