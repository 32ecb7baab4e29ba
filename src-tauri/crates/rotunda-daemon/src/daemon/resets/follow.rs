//! Redemptions that are not finished, and the user's rule for when all profiles are out.

use std::{
    sync::PoisonError,
    time::{Duration, SystemTime},
};

use rotunda_core::automatic_reset::{AutomaticRule, automatic};
use rotunda_host::store::{Redemption, RedemptionCause, RedemptionState};
use rotunda_router::Router;
use rotunda_text::{NotRedeemed, ResetNews};

use super::{Decision, Resets, is_older, number, redeem::is_automatic};
use crate::{activity::ActivityKind, view::ResetsState};

/// Between two looks at a redemption that is not finished.
const LOOK_PAUSE: Duration = Duration::from_secs(15);
/// Between two looks at the rule, when nothing happens.
const IDLE_PAUSE: Duration = Duration::from_secs(60);
/// An effect that has not shown by then is reported as missing.
const LONGEST_AWAITED: Duration = Duration::from_secs(30 * 60);
/// A request whose reset is still there after this time did not arrive: upstream ends a
/// request long before.
const LONGEST_UNCLEAR: Duration = Duration::from_secs(10 * 60);
/// One that cannot be looked at is given up after this time.
const LONGEST_OPEN: Duration = Duration::from_secs(24 * 3600);
/// Turns that found no profile are a reason to redeem for so long.
const DEMAND: Duration = Duration::from_secs(10 * 60);
/// Between two resets that are redeemed without a question.
const AUTOMATIC_PAUSE: Duration = Duration::from_secs(3600);

impl Resets {
    /// Follows until it is aborted.
    pub(in crate::daemon) async fn follow(&self) {
        loop {
            let is_open = self.settle().await;
            if !is_open {
                self.redeem_unasked().await;
            }
            let pause = if is_open { LOOK_PAUSE } else { IDLE_PAUSE };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.wake.notified() => {}
            }
        }
    }

    /// Looks at each redemption that is not finished; whether one still is.
    pub(super) async fn settle(&self) -> bool {
        let Ok(all) = self.redemptions().await else { return false };
        let open: Vec<_> = all.into_iter().filter(|it| it.state.is_open()).collect();
        let Some(router) = self.running.router().await else { return !open.is_empty() };
        let mut is_open = false;
        for redemption in open {
            // One that is being sent is not looked at.
            let Ok(_sending) = self.sending.try_lock() else { return true };
            let news = match redemption.state {
                RedemptionState::Accepted => self.settle_accepted(&router, &redemption).await,
                _ => self.settle_unclear(&router, &redemption).await,
            };
            let Some(news) = news else {
                is_open = true;
                self.show(redemption.profile, Some(ResetsState::Awaited));
                continue;
            };
            let is_awaited = matches!(news, ResetNews::RedeemAccepted { .. });
            is_open |= is_awaited;
            let state = is_awaited.then_some(ResetsState::Awaited);
            self.show(redemption.profile, state);
            self.activity.add(ActivityKind::ResetUsed, news).await;
        }
        is_open
    }

    async fn settle_accepted(&self, router: &Router, redemption: &Redemption) -> Option<ResetNews> {
        let (profile, automatic) = (self.name(redemption.profile), is_automatic(redemption));
        if let Some(stay) = self.effect(router, redemption).await {
            return Some(ResetNews::Redeemed { profile, automatic, stay });
        }
        if !self.is_older_than(redemption, LONGEST_AWAITED) {
            return None;
        }
        self.set_state(redemption, RedemptionState::Done).await;
        Some(ResetNews::ResetNotShown { profile })
    }

    async fn settle_unclear(&self, router: &Router, redemption: &Redemption) -> Option<ResetNews> {
        match self.look_for(router, redemption).await {
            RedemptionState::Accepted => Some(self.accepted(router, redemption).await),
            RedemptionState::Untouched if self.is_older_than(redemption, LONGEST_UNCLEAR) => {
                self.set_state(redemption, RedemptionState::Untouched).await;
                let (profile, why) = (self.name(redemption.profile), NotRedeemed::NotArrived);
                Some(ResetNews::NothingRedeemed { profile, why })
            }
            _ if self.is_older_than(redemption, LONGEST_OPEN) => {
                self.set_state(redemption, RedemptionState::Done).await;
                Some(ResetNews::ResetNotShown { profile: self.name(redemption.profile) })
            }
            _ => None,
        }
    }

    fn is_older_than(&self, redemption: &Redemption, age: Duration) -> bool {
        is_older(redemption.decided_at, age, (self.clock)())
    }

    /// Redeems one by the user's rule, when it is time to.
    pub(super) async fn redeem_unasked(&self) {
        let Some(farther_than) = self.settings.get().redeem_when_out else { return };
        let _one_at_a_time = self.unasked.lock().await;
        let (rule, now) = (AutomaticRule { farther_than }, (self.clock)());
        if !self.is_demanded(now) || automatic(&self.pool.view(), rule, now).is_none() {
            return;
        }
        let Ok(all) = self.redemptions().await else { return };
        let is_recent = |it: &Redemption| !is_older(it.decided_at, AUTOMATIC_PAUSE, now);
        if all.iter().any(|it| it.state.is_open() || (is_automatic(it) && is_recent(it))) {
            return;
        }
        let Some(router) = self.running.router().await else { return };
        // What it would be redeemed for may be over: the profile is read before.
        let Some(first) = automatic(&self.pool.view(), rule, now) else { return };
        let round = self.round(first.profile);
        let Ok((usage, banked)) = self.read(&router, first.profile).await else { return };
        let Some(found) = automatic(&self.pool.view(), rule, (self.clock)()) else { return };
        let Ok(number) = number() else { return };
        if found != first {
            return;
        }
        let decision = Decision {
            profile: found.profile,
            reset: Some(found.reset.id),
            banked,
            usage,
            asked_at: now,
            round,
        };
        let redeemed = self.carry_out(number, decision, RedemptionCause::Automatic).await;
        if let Err(error) = redeemed {
            tracing::warn!(%error, "no reset was redeemed by the rule");
        }
    }

    /// Whether a turn found no profile a short time ago: nobody works at night.
    fn is_demanded(&self, now: SystemTime) -> bool {
        let missed_at = *self.missed_at.lock().unwrap_or_else(PoisonError::into_inner);
        self.pool.view().waiting > 0 || missed_at.is_some_and(|at| !is_older(at, DEMAND, now))
    }
}
