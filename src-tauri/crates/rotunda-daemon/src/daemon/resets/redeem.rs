//! The answer to the question: the one request, and what came of it.

use std::{sync::Arc, time::Duration};

use rotunda_core::{
    ProfileId,
    reset_credits::{Redeemed, took_effect, trace_of},
};
use rotunda_host::{
    blocking::blocking,
    store::{Redemption, RedemptionCause, RedemptionState},
};
use rotunda_router::{NotSent, Router};
use rotunda_text::{Localize, NotRedeemed, ResetNews};

use super::{Decision, LONGEST_QUESTION, RedeemOutcome, Resets, Taken, is_older};
use crate::{
    activity::ActivityKind, error::CommandError, redeem_error::RedeemError, view::ResetsState,
};

/// A caller waits so long: the command line gives up after ten seconds. The request goes
/// on.
const CALLER_PATIENCE: Duration = Duration::from_secs(8);
/// A reading may be this old when the request goes out.
const OLDEST_READING: Duration = Duration::from_secs(60);
/// The effect usually shows at once: looked for so often before the rest is left to
/// [`Resets::follow`].
const FIRST_LOOKS: u32 = 3;
/// Between two of them.
const LOOK_PAUSE: Duration = Duration::from_secs(2);

impl Resets {
    /// Redeems what was asked about. The second time that the same decision is named, no
    /// request goes out: what came of the first is said.
    pub async fn redeem(self: &Arc<Self>, number: &str) -> Result<RedeemOutcome, CommandError> {
        let decision = match self.take_decision(number) {
            Taken::Now(decision) => decision,
            Taken::Before(profile) => return self.known(number, Some(profile)).await,
            Taken::Unknown => return self.known(number, None).await,
        };
        if is_older(decision.asked_at, LONGEST_QUESTION, (self.clock)()) {
            return Err(RedeemError::Expired.into());
        }
        let name = self.name(decision.profile);
        let (resets, number) = (self.clone(), number.to_owned());
        // What was begun is finished, also when the caller has left.
        let task = tokio::spawn(async move {
            resets.carry_out(number, decision, RedemptionCause::Asked).await
        });
        match tokio::time::timeout(CALLER_PATIENCE, task).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(RedeemError::UnderWay(name).into()),
            Err(_) => Ok(outcome(&ResetNews::Redeeming { profile: name }, true)),
        }
    }

    /// What came of a decision that was carried out before.
    async fn known(
        &self,
        number: &str,
        asked: Option<ProfileId>,
    ) -> Result<RedeemOutcome, CommandError> {
        let Some(known) = self.stored(number).await? else {
            let asked = asked.ok_or(RedeemError::Expired)?;
            return Ok(outcome(&ResetNews::Redeeming { profile: self.name(asked) }, true));
        };
        Ok(self.outcome_of(&known))
    }

    async fn stored(&self, number: &str) -> Result<Option<Redemption>, CommandError> {
        let (store, number) = (self.store.clone(), number.to_owned());
        Ok(blocking(move || store.redemption(&number)).await?)
    }

    fn outcome_of(&self, known: &Redemption) -> RedeemOutcome {
        let (profile, automatic) = (self.name(known.profile), is_automatic(known));
        match known.state {
            RedemptionState::Sent => outcome(&ResetNews::Redeeming { profile }, true),
            RedemptionState::Accepted => {
                outcome(&ResetNews::RedeemAccepted { profile, automatic }, true)
            }
            RedemptionState::Done => {
                let stay = known.count_before.saturating_sub(1);
                outcome(&ResetNews::Redeemed { profile, automatic, stay }, true)
            }
            RedemptionState::Untouched => {
                let why = NotRedeemed::NotArrived;
                outcome(&ResetNews::NothingRedeemed { profile, why }, false)
            }
        }
    }

    /// Writes the decision down, sends the request, and looks for its effect.
    pub(super) async fn carry_out(
        &self,
        number: String,
        decision: Decision,
        cause: RedemptionCause,
    ) -> Result<RedeemOutcome, CommandError> {
        let _one_at_a_time = self.sending.lock().await;
        let id = decision.profile;
        // What was done while this waited: the same decision, or another about the same reset.
        if let Some(known) = self.stored(&number).await?
            && known.state != RedemptionState::Sent
        {
            return Ok(self.outcome_of(&known));
        }
        if self.round(id) != decision.round {
            return Err(RedeemError::Changed(self.name(id)).into());
        }
        let router = self.router().await?;
        let decision = self.still_true(&router, decision).await?;
        *self.rounds().entry(id).or_default() += 1;
        let redemption = Redemption {
            number,
            profile: id,
            reset: decision.reset,
            count_before: decision.banked.count,
            usage_before: Some(decision.usage),
            cause,
            decided_at: (self.clock)(),
            state: RedemptionState::Sent,
        };
        let (store, written) = (self.store.clone(), redemption.clone());
        let is_new = blocking(move || store.begin_redemption(&written)).await?;
        self.show(id, Some(ResetsState::Redeeming));
        let number = &redemption.number;
        let answered = router.redeem(id, number, redemption.reset.as_deref()).await;
        tracing::info!(profile = %id, ?cause, ?answered, "a banked reset was asked for");
        let news = self.interpret(&router, &redemption, is_new, answered).await;
        self.show(id, shown_after(&news));
        self.wake.notify_one();
        let is_redeemed = !matches!(news, ResetNews::NothingRedeemed { .. });
        let result = outcome(&news, is_redeemed);
        self.activity.add(ActivityKind::ResetUsed, news).await;
        Ok(result)
    }

    /// The decision with a reading of now; refused when it would be another decision.
    async fn still_true(
        &self,
        router: &Router,
        decision: Decision,
    ) -> Result<Decision, CommandError> {
        if !is_older(decision.usage.read_at, OLDEST_READING, (self.clock)()) {
            return Ok(decision);
        }
        let (usage, banked) = self.read(router, decision.profile).await?;
        let is_there = decision.reset.as_deref().is_none_or(|id| banked.has(id) != Some(false));
        if !is_there || banked.count != decision.banked.count {
            return Err(RedeemError::Changed(self.name(decision.profile)).into());
        }
        Ok(Decision { banked, usage, ..decision })
    }

    /// What the answer means. An earlier request of the same number may have been carried
    /// out, so a refusal of a later one says nothing about it.
    async fn interpret(
        &self,
        router: &Router,
        redemption: &Redemption,
        is_new: bool,
        answered: Result<Redeemed, NotSent>,
    ) -> ResetNews {
        let profile = self.name(redemption.profile);
        let why = match answered {
            Ok(Redeemed::Reset | Redeemed::Already) => {
                return self.accepted(router, redemption).await;
            }
            Ok(Redeemed::Unclear) => return ResetNews::RedeemUnclear { profile },
            Ok(Redeemed::NothingToReset) => NotRedeemed::NothingUsed,
            Ok(Redeemed::NoReset) => NotRedeemed::NoReset,
            Ok(Redeemed::Refused { reason, .. }) => NotRedeemed::Refused(reason),
            Err(error) => NotRedeemed::NotSent(error.to_string()),
        };
        if !is_new {
            return ResetNews::RedeemUnclear { profile };
        }
        self.set_state(redemption, RedemptionState::Untouched).await;
        ResetNews::NothingRedeemed { profile, why }
    }

    /// It was carried out: waits a moment for the effect.
    pub(super) async fn accepted(&self, router: &Router, redemption: &Redemption) -> ResetNews {
        let id = redemption.profile;
        let (profile, automatic) = (self.name(id), is_automatic(redemption));
        self.set_state(redemption, RedemptionState::Accepted).await;
        self.pool.expect_reset(id);
        for look in 0..FIRST_LOOKS {
            if look > 0 {
                tokio::time::sleep(LOOK_PAUSE).await;
            }
            if let Some(stay) = self.effect(router, redemption).await {
                return ResetNews::Redeemed { profile, automatic, stay };
            }
        }
        ResetNews::RedeemAccepted { profile, automatic }
    }

    /// Reads the quota; when it shows the effect, the redemption is done, and so many
    /// resets stay.
    pub(super) async fn effect(&self, router: &Router, redemption: &Redemption) -> Option<u32> {
        if !router.read_profile(redemption.profile).await {
            return None;
        }
        let status = self.status(redemption.profile)?;
        let (before, after) = (redemption.usage_before.as_ref()?, status.usage.as_ref()?);
        if !took_effect(before, after, (self.clock)()) {
            return None;
        }
        self.set_state(redemption, RedemptionState::Done).await;
        let banked = status.banked_resets.map(|banked| banked.count);
        // The number may be late, too.
        Some(banked.unwrap_or(u32::MAX).min(redemption.count_before.saturating_sub(1)))
    }

    /// Whether the reset of an unclear request is gone.
    pub(super) async fn look_for(
        &self,
        router: &Router,
        redemption: &Redemption,
    ) -> RedemptionState {
        if !router.read_profile(redemption.profile).await {
            return RedemptionState::Sent;
        }
        let banked = self.status(redemption.profile).and_then(|status| status.banked_resets);
        banked.map_or(RedemptionState::Sent, |banked| {
            trace_of(redemption.reset.as_deref(), redemption.count_before, &banked).into()
        })
    }

    /// What cannot be written stays as it was: it is looked at again.
    pub(super) async fn set_state(&self, redemption: &Redemption, state: RedemptionState) {
        let (store, number) = (self.store.clone(), redemption.number.clone());
        let written = blocking(move || store.set_redemption(&number, state)).await;
        if let Err(error) = written {
            tracing::error!(%error, ?state, "the state of a redemption was not saved");
        }
    }
}

fn shown_after(news: &ResetNews) -> Option<ResetsState> {
    let is_awaited =
        matches!(news, ResetNews::RedeemAccepted { .. } | ResetNews::RedeemUnclear { .. });
    is_awaited.then_some(ResetsState::Awaited)
}

pub(super) fn is_automatic(redemption: &Redemption) -> bool {
    redemption.cause == RedemptionCause::Automatic
}

fn outcome(news: &ResetNews, is_redeemed: bool) -> RedeemOutcome {
    RedeemOutcome { text: news.message(), is_redeemed }
}
