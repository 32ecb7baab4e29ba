//! Banked resets: the question before one is redeemed, the one request, and what its
//! effect is. See `docs/decisions/071-redeeming-a-reset.md`.
//!
//! A decision has one number. It is on the disk before the request goes out, so nothing
//! that happens afterwards (a second click, a crash, an answer that is lost) makes it two.

mod follow;
mod redeem;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use rotunda_core::{
    Event, ProfileId,
    pool::PoolProfileView,
    profile::{Usage, WindowKind},
    redemption::{Decision, Questions, latest_unasked},
    reset_credits::BankedResets,
};
use rotunda_host::{
    blocking::blocking,
    key,
    store::{Redemption, RedemptionState, Store},
};
use rotunda_router::{Clock, Pool, Router};
use rotunda_text::{Counters, Locale, Localize, Message, ResetText, format};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::{
    activity_log::ActivityLog,
    handles::{CurrentSettings, Handles, Refresh, State},
    profiles::Profiles,
    running::RunningRouter,
};
use crate::{error::CommandError, redeem_error::RedeemError, view::ResetsState};

/// With more than this left of the tightest window, in percent, a reset is worth little.
const MUCH_LEFT: f64 = 50.0;

/// What to know before a reset is redeemed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RedeemQuestion {
    /// The number of the decision: redeeming names it.
    pub decision: String,
    /// What it resets, what it costs, what stays.
    pub text: String,
    /// What else to consider, a sentence each.
    pub notes: Vec<String>,
}

/// Redeems banked resets.
pub struct Resets {
    clock: Clock,
    settings: CurrentSettings,
    store: Store,
    pool: Pool,
    running: RunningRouter,
    profiles: Arc<Profiles>,
    activity: Arc<ActivityLog>,
    refresh: Refresh,
    state: State<BTreeMap<ProfileId, ResetsState>>,
    asked: Mutex<Questions>,
    /// One request at a time.
    sending: tokio::sync::Mutex<()>,
    /// One look at the rule at a time.
    unasked: tokio::sync::Mutex<()>,
    /// Something is to be followed.
    wake: Notify,
    /// When a turn last found no profile, or waited for one.
    missed_at: Mutex<Option<SystemTime>>,
    /// When one was last redeemed without a question: a profile that is removed takes what
    /// is stored of it along.
    unasked_at: Mutex<Option<SystemTime>>,
    /// How far redemptions are, where the store has not taken it.
    unsaved: Mutex<BTreeMap<String, RedemptionState>>,
}

impl Resets {
    pub(super) fn new(
        handles: &Handles,
        profiles: Arc<Profiles>,
        activity: Arc<ActivityLog>,
        state: State<BTreeMap<ProfileId, ResetsState>>,
    ) -> Self {
        Self {
            clock: handles.machine.clock.clone(),
            settings: handles.settings.clone(),
            store: handles.store.clone(),
            pool: handles.pool.clone(),
            running: handles.running.clone(),
            refresh: handles.refresh.clone(),
            profiles,
            activity,
            state,
            asked: Mutex::default(),
            sending: tokio::sync::Mutex::default(),
            unasked: tokio::sync::Mutex::default(),
            wake: Notify::new(),
            missed_at: Mutex::default(),
            unasked_at: Mutex::default(),
            unsaved: Mutex::default(),
        }
    }

    /// Reads what the profile has, and asks whether one of its resets is to be redeemed.
    /// Nothing is redeemed.
    pub async fn question(
        &self,
        id: ProfileId,
        locale: Locale,
    ) -> Result<RedeemQuestion, CommandError> {
        let name = self.profiles.stored(id)?.name;
        let router = self.router().await?;
        let round = self.questions().round(id);
        let (usage, banked) = self.read(&router, id).await?;
        let open = self.open_of(id).await?;
        let is_sending = self.state.lock().get(&id) == Some(&ResetsState::Redeeming);
        if is_sending || open.as_ref().is_some_and(|it| it.state == RedemptionState::Accepted) {
            return Err(RedeemError::UnderWay(name).into());
        }
        // Without a clear answer to the earlier request, this one is the same decision.
        let (number, reset) = match &open {
            Some(open) => (open.number.clone(), open.reset.clone()),
            None => (number()?, banked.first().map(|first| first.id.clone())),
        };
        let is_first = banked.first().is_some_and(|first| Some(&first.id) == reset.as_ref());
        let next = if is_first { banked.second() } else { banked.first() };
        let left = usage.left(locale.now);
        let question = ResetText::Question {
            profile: &name,
            counters: counters_of(&usage),
            left: &format::left(left, locale),
            stay: banked.count.saturating_sub(1),
            next: next.and_then(|next| next.expires_at),
        };
        let mut notes = Vec::new();
        notes.extend((left > MUCH_LEFT).then_some(ResetText::Early));
        notes.extend(open.is_some().then_some(ResetText::SameNumber));
        let text = question.to(locale);
        let asked_at = (self.clock)();
        let decision = Decision { profile: id, reset, banked, usage, asked_at, round };
        self.questions().remember(number.clone(), decision, asked_at);
        let notes = notes.iter().map(|note| note.to(locale)).collect();
        Ok(RedeemQuestion { decision: number, text, notes })
    }

    /// A turn found no profile: resets may be redeemed by the user's rule.
    pub(super) fn observe(&self, event: &Event) {
        let is_missed = match event {
            Event::Exhausted { .. } | Event::Waiting { .. } => true,
            Event::Finished(finished) => finished.status == 429 && finished.route == "responses",
            _ => false,
        };
        if is_missed {
            let mut missed_at = self.missed_at.lock().unwrap_or_else(PoisonError::into_inner);
            *missed_at = Some((self.clock)());
            self.wake.notify_one();
        }
    }

    async fn router(&self) -> Result<Router, RedeemError> {
        self.running.router().await.ok_or(RedeemError::NeedsRouter)
    }

    /// What the profile has right now; refused when it has no reset.
    async fn read(
        &self,
        router: &Router,
        id: ProfileId,
    ) -> Result<(Usage, BankedResets), RedeemError> {
        let name = || self.name(id);
        if !router.read_profile(id).await {
            return Err(RedeemError::Unread(name()));
        }
        self.refresh.now();
        let status = self.status(id).ok_or_else(|| RedeemError::Unread(name()))?;
        let banked = status.banked_resets.filter(|banked| banked.count > 0);
        let banked = banked.ok_or_else(|| RedeemError::NoReset(name()))?;
        let usage = status.usage.ok_or_else(|| RedeemError::Unread(name()))?;
        Ok((Arc::unwrap_or_clone(usage), banked))
    }

    fn status(&self, id: ProfileId) -> Option<PoolProfileView> {
        self.pool.view().profiles.into_iter().find(|status| status.profile.id == id)
    }

    fn name(&self, id: ProfileId) -> String {
        self.profiles.names().get(&id).cloned().unwrap_or_default()
    }

    fn questions(&self) -> MutexGuard<'_, Questions> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All that are known. What the store has not taken of them counts, too: none is looked
    /// at, and told of, a second time because of that.
    async fn redemptions(&self) -> Result<Vec<Redemption>, CommandError> {
        let store = self.store.clone();
        let mut all = blocking(move || store.redemptions()).await?;
        let unsaved = self.unsaved().clone();
        for redemption in &mut all {
            redemption.state = unsaved.get(&redemption.number).copied().unwrap_or(redemption.state);
        }
        self.note_unasked(latest_unasked(&all, (self.clock)()));
        Ok(all)
    }

    fn unsaved(&self) -> MutexGuard<'_, BTreeMap<String, RedemptionState>> {
        self.unsaved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One was redeemed without a question then.
    fn note_unasked(&self, at: Option<SystemTime>) {
        let now = (self.clock)();
        let mut latest = self.unasked_at.lock().unwrap_or_else(PoisonError::into_inner);
        // One from the future is of a clock that was set.
        *latest = at.max(latest.filter(|it| *it <= now));
    }

    /// The redemption of a profile that is not finished.
    async fn open_of(&self, id: ProfileId) -> Result<Option<Redemption>, CommandError> {
        let all = self.redemptions().await?;
        Ok(all.into_iter().find(|it| it.profile == id && it.state.is_open()))
    }

    fn show(&self, id: ProfileId, state: Option<ResetsState>) {
        let mut states = self.state.lock();
        match state {
            Some(state) => drop(states.insert(id, state)),
            None => drop(states.remove(&id)),
        }
        drop(states);
        self.refresh.now();
    }
}

/// What a redemption led to, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedeemOutcome {
    /// One sentence.
    pub text: Message,
    /// Whether a reset was redeemed, or may have been.
    pub is_redeemed: bool,
}

/// The number of a decision, in the form of a random UUID (RFC 9562, version 4), as the
/// real client sends one.
fn number() -> Result<String, CommandError> {
    let random = key::fresh()?;
    let digits = random.expose();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    let variant = match part(16, 17) {
        "0" | "1" | "2" | "3" => "8",
        "4" | "5" | "6" | "7" => "9",
        "8" | "9" | "a" | "b" => "a",
        _ => "b",
    };
    let [first, second, third] = [part(0, 8), part(8, 12), part(13, 16)];
    Ok(format!("{first}-{second}-4{third}-{variant}{}-{}", part(17, 20), part(20, 32)))
}

fn counters_of(usage: &Usage) -> Counters {
    let has = |kind| usage.window(kind).is_some();
    match (has(WindowKind::FiveHours), has(WindowKind::Week)) {
        _ if has(WindowKind::Other) => Counters::Other,
        (true, true) => Counters::Both,
        (true, false) => Counters::FiveHours,
        (false, true) => Counters::Week,
        (false, false) => Counters::Other,
    }
}

#[cfg(test)]
#[path = "resets/tests.rs"]
mod tests;
