//! Redemptions that are not finished, and the user's rule for when all profiles are out.

use std::{
    sync::PoisonError,
    time::{Duration, SystemTime},
};

use rotunda_core::{
    automatic_reset::{AutomaticRule, automatic},
    redemption::{Decision, Finding, is_demand, may_be_unasked},
};
use rotunda_host::store::{Redemption, RedemptionCause, RedemptionState};
use rotunda_router::Router;
use rotunda_text::{NotRedeemed, ResetNews};

use super::{Resets, number, redeem::is_automatic};
use crate::{activity::ActivityKind, view::ResetsState};

/// Between two looks at a redemption that is not finished.
const LOOK_PAUSE: Duration = Duration::from_secs(15);
/// Between two looks at the rule, when nothing happens.
const IDLE_PAUSE: Duration = Duration::from_secs(60);
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
        self.save_states().await;
        let Ok(all) = self.redemptions().await else { return false };
        let open: Vec<_> = all.into_iter().filter(|it| it.state.is_open()).collect();
        let Some(router) = self.running.router().await else { return !open.is_empty() };
        let mut is_open = false;
        for redemption in open {
            // One that is being sent is not looked at.
            let Ok(_sending) = self.sending.try_lock() else { return true };
            let Some(news) = self.settle_one(&router, &redemption).await else {
                is_open = true;
                self.show(redemption.profile, Some(ResetsState::Awaited));
                continue;
            };
            self.show(redemption.profile, None);
            self.activity.add(ActivityKind::ResetUsed, news).await;
        }
        is_open
    }

    /// What a look at a redemption has for news.
    async fn settle_one(&self, router: &Router, redemption: &Redemption) -> Option<ResetNews> {
        let (profile, automatic) = (self.name(redemption.profile), is_automatic(redemption));
        match self.finding(router, redemption).await {
            Finding::Open => None,
            Finding::Done => {
                self.set_state(redemption, RedemptionState::Done).await;
                Some(ResetNews::Redeemed { profile, automatic, stay: self.stay(redemption) })
            }
            Finding::NotShown => {
                self.set_state(redemption, RedemptionState::Done).await;
                Some(ResetNews::ResetNotShown { profile })
            }
            Finding::NeverClear => {
                self.set_state(redemption, RedemptionState::Done).await;
                Some(ResetNews::NeverClear { profile })
            }
            Finding::Untouched => {
                self.set_state(redemption, RedemptionState::Untouched).await;
                Some(ResetNews::NothingRedeemed { profile, why: NotRedeemed::NotArrived })
            }
        }
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
        let latest = *self.unasked_at.lock().unwrap_or_else(PoisonError::into_inner);
        if !may_be_unasked(&all, latest, now) {
            return;
        }
        let Some(router) = self.running.router().await else { return };
        // What it would be redeemed for may be over: the profile is read before.
        let Some(first) = automatic(&self.pool.view(), rule, now) else { return };
        let round = self.questions().round(first.profile);
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
        self.note_unasked(Some(now));
        let redeemed = self.carry_out(number, decision, RedemptionCause::Automatic).await;
        if let Err(error) = redeemed {
            tracing::warn!(%error, "no reset was redeemed by the rule");
        }
    }

    /// Whether a turn found no profile a short time ago: a reset that no turn needs is not used up at night.
    fn is_demanded(&self, now: SystemTime) -> bool {
        let missed_at = *self.missed_at.lock().unwrap_or_else(PoisonError::into_inner);
        self.pool.view().waiting > 0 || missed_at.is_some_and(|at| is_demand(at, now))
    }
}
