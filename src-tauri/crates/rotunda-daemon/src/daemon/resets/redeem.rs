//! The answer to the question: the one request, and what came of it.

use std::{sync::Arc, time::Duration};

use rotunda_core::{
    ProfileId,
    automatic_reset::{AutomaticRule, still_holds},
    redemption::{
        Decision, Finding, LONGEST_QUESTION, Meaning, Named, OLDEST_READING, is_older, meaning,
    },
    reset_credits::Redeemed,
};
use rotunda_host::{
    blocking::blocking,
    store::{Redemption, RedemptionCause, RedemptionState, StoreError},
};
use rotunda_router::{NotSent, Router};
use rotunda_text::{Localize, NotRedeemed, ResetNews};

use super::{RedeemOutcome, Resets};
use crate::{
    activity::ActivityKind, error::CommandError, redeem_error::RedeemError, view::ResetsState,
};

/// A caller waits so long: the command line gives up after ten seconds. The request goes
/// on.
const CALLER_PATIENCE: Duration = Duration::from_secs(8);
/// The effect usually shows at once: looked for so often before the rest is left to
/// [`Resets::follow`].
const FIRST_LOOKS: u32 = 3;
/// Between two of them.
const LOOK_PAUSE: Duration = Duration::from_secs(2);

impl Resets {
    /// Redeems what was asked about. The second time that the same decision is named, no
    /// request goes out: what came of the first is said.
    pub async fn redeem(self: &Arc<Self>, number: &str) -> Result<RedeemOutcome, CommandError> {
        let named = self.questions().name(number);
        let decision = match named {
            Named::Now(decision) => decision,
            Named::Before(profile) => return self.known(number, Some(profile)).await,
            Named::Unknown => return self.known(number, None).await,
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
        Ok(self.redemptions().await?.into_iter().find(|it| it.number == number))
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
        // It may have been removed since the question.
        self.profiles.stored(id)?;
        // What was done while this waited: the same decision, or another about the same reset.
        if let Some(known) = self.stored(&number).await?
            && known.state != RedemptionState::Sent
        {
            return Ok(self.outcome_of(&known));
        }
        if self.questions().round(id) != decision.round {
            return Err(RedeemError::Changed(self.name(id)).into());
        }
        let router = self.router().await?;
        let decision = self.still_true(&router, decision).await?;
        if cause == RedemptionCause::Automatic && !self.still_holds(&decision) {
            return Err(RedeemError::Changed(self.name(id)).into());
        }
        self.questions().begin(id);
        let redemption = decision.redemption(number, cause, (self.clock)());
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
        let id = decision.profile;
        let (usage, banked) = self.read(router, id).await?;
        let anew = decision.read_anew(usage, banked);
        Ok(anew.ok_or_else(|| RedeemError::Changed(self.name(id)))?)
    }

    /// Whether the rule would decide the same now: the request may have waited for another one.
    fn still_holds(&self, decision: &Decision) -> bool {
        let rule = self.settings.get().redeem_when_out;
        let rule = rule.map(|farther_than| AutomaticRule { farther_than });
        still_holds(decision, rule, &self.pool.view(), (self.clock)())
    }

    /// What came of the request.
    async fn interpret(
        &self,
        router: &Router,
        redemption: &Redemption,
        is_new: bool,
        answered: Result<Redeemed, NotSent>,
    ) -> ResetNews {
        let profile = self.name(redemption.profile);
        match meaning(answered.as_ref().ok(), is_new) {
            Meaning::Accepted => return self.accepted(router, redemption).await,
            Meaning::Unclear => return ResetNews::RedeemUnclear { profile },
            Meaning::Nothing => {}
        }
        let why = match answered {
            Ok(Redeemed::NothingToReset) => NotRedeemed::NothingUsed,
            Ok(Redeemed::NoReset) => NotRedeemed::NoReset,
            Ok(Redeemed::Refused { reason, .. }) => NotRedeemed::Refused(reason),
            Ok(Redeemed::Reset | Redeemed::Already | Redeemed::Unclear) => {
                return ResetNews::RedeemUnclear { profile };
            }
            Err(error) => NotRedeemed::NotSent(error.to_string()),
        };
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
        if !redemption.shows_in(status.usage.as_ref()?, (self.clock)()) {
            return None;
        }
        self.set_state(redemption, RedemptionState::Done).await;
        Some(self.stay(redemption))
    }

    /// What a reading of now says of a redemption that is not finished.
    pub(super) async fn finding(&self, router: &Router, redemption: &Redemption) -> Finding {
        let is_read = router.read_profile(redemption.profile).await;
        let status = self.status(redemption.profile).filter(|_| is_read);
        let usage = status.as_ref().and_then(|status| status.usage.as_deref());
        let banked = status.as_ref().and_then(|status| status.banked_resets.as_ref());
        redemption.finding(usage, banked, (self.clock)())
    }

    /// How many resets stay, by the latest reading after one that shows the effect.
    pub(super) fn stay(&self, redemption: &Redemption) -> u32 {
        let banked = self.status(redemption.profile).and_then(|status| status.banked_resets);
        // The number may be late, too.
        let most = redemption.count_before.saturating_sub(1);
        banked.map_or(most, |banked| banked.count.min(most))
    }

    /// What cannot be written counts in this process, and is written later.
    pub(super) async fn set_state(&self, redemption: &Redemption, state: RedemptionState) {
        self.unsaved().insert(redemption.number.clone(), state);
        if let Err(error) = self.save_state(redemption.number.clone(), state).await {
            tracing::error!(%error, ?state, "the state of a redemption was not saved");
        }
    }

    /// Writes what could not be written before.
    pub(super) async fn save_states(&self) {
        let unsaved = self.unsaved().clone();
        for (number, state) in unsaved {
            if let Err(error) = self.save_state(number, state).await {
                tracing::debug!(%error, ?state, "the state of a redemption is still not saved");
                return;
            }
        }
    }

    async fn save_state(&self, number: String, state: RedemptionState) -> Result<(), StoreError> {
        let (store, name) = (self.store.clone(), number.clone());
        blocking(move || store.set_redemption(&name, state)).await?;
        // It may have gone on meanwhile.
        let mut unsaved = self.unsaved();
        if unsaved.get(&number) == Some(&state) {
            unsaved.remove(&number);
        }
        Ok(())
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
