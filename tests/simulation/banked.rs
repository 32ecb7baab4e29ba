//! Banked resets of a simulated account, and what upstream does with a request for one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rotunda_core::reset_credits::{BankedReset, BankedResets, Redeemed};

use crate::{
    account::Account,
    clock::{Millis, START, span},
};

/// A reset that an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reset {
    number: u64,
    expires_at: Option<Millis>,
}

/// Those of one account.
#[derive(Debug, Default)]
pub(crate) struct Banked {
    available: Vec<Reset>,
    granted: u64,
    /// The numbers of the requests that redeemed one.
    redeemed_by: Vec<String>,
    /// What was redeemed shows then.
    effect_at: Option<Millis>,
}

/// As upstream writes a time.
pub(crate) fn time_of(truth: Millis) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(START) + span(truth)
}

impl Account {
    /// The windows of the plan start afresh.
    pub(crate) fn empty_windows(&mut self) {
        for quota in &mut self.quotas {
            (quota.used, quota.resets_at) = (0.0, None);
        }
    }

    pub(crate) fn grant(&mut self, expires_at: Option<Millis>) {
        self.banked.granted += 1;
        let number = self.banked.granted;
        self.banked.available.push(Reset { number, expires_at });
    }

    /// What was redeemed shows now, if it does.
    pub(crate) fn refresh_banked(&mut self, truth: Millis) {
        let is_there = |it: &Reset| it.expires_at.is_none_or(|at| at > truth);
        self.banked.available.retain(is_there);
        if self.banked.effect_at.take_if(|at| *at <= truth).is_some() {
            self.empty_windows();
        }
    }

    /// As the details say it; none for an account that never had one.
    pub(crate) fn banked_answer(&self) -> Option<BankedResets> {
        let Banked { available, granted, .. } = &self.banked;
        if *granted == 0 {
            return None;
        }
        let mut available = available.clone();
        available.sort_by_key(|it| (it.expires_at.is_none(), it.expires_at));
        let reset = |it: &Reset| BankedReset {
            id: it.number.to_string(),
            granted_at: None,
            expires_at: it.expires_at.map(time_of),
        };
        let resets: Vec<_> = available.iter().map(reset).collect();
        let count = u32::try_from(resets.len()).unwrap_or(u32::MAX);
        // Some accounts only say how many there are.
        let has_details = !self.id.0.is_multiple_of(2);
        Some(BankedResets { count, resets: has_details.then_some(resets) })
    }

    /// How many were redeemed.
    pub(crate) fn redeemed(&self) -> usize {
        self.banked.redeemed_by.len()
    }

    pub(crate) fn has_redeemed(&self, number: &str) -> bool {
        self.banked.redeemed_by.iter().any(|it| it == number)
    }

    /// A request for one, which shows so much later.
    pub(crate) fn consume(
        &mut self,
        number: &str,
        reset: Option<&str>,
        (truth, late): (Millis, Millis),
    ) -> Redeemed {
        if self.has_redeemed(number) {
            return Redeemed::Already;
        }
        let is_wanted = |it: &Reset| reset.is_none_or(|id| id == it.number.to_string());
        let Some(at) = self.banked.available.iter().position(is_wanted) else {
            return Redeemed::NoReset;
        };
        if self.quotas.iter().all(|quota| quota.used <= 0.0) {
            return Redeemed::NothingToReset;
        }
        self.banked.available.remove(at);
        self.banked.redeemed_by.push(number.to_owned());
        self.banked.effect_at = Some(truth + late);
        Redeemed::Reset
    }
}
