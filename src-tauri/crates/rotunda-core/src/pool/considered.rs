//! What counts for and against each profile when one is chosen, for people. It decides
//! nothing: [`select`](crate::choice::select) does.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::{Entry, Payment, PoolState, Work};
use crate::{
    affinity::{Affinity, Continuation},
    choice::Policy,
    profile::{Kind, ProfileId, Standing, WindowKind},
};

/// One fact that counts for or against a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the sentences of the command line say what they mean")]
pub enum Fact {
    Pinned,
    HoldsConversation,
    UserChoice,
    InUse,
    Left,
    ResetsFirst,
    MostLeft,
    OrderFirst,
    NotPinned,
    Tried,
    Resting,
    NeedsSignIn,
    Paused,
    NotEntitled,
    RestsForWork,
    LacksModel,
    QuotaUnknown,
    ApiKeyOff,
    ApiKeyLast,
    Credits,
    OwnSignInLast,
    Reserve,
    Crowded,
    Full,
    RuleNames,
    RuleExcludes,
    OtherModels,
    ModelOfProvider,
}

impl Fact {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pinned => "pinned",
            Self::HoldsConversation => "holds_conversation",
            Self::UserChoice => "user_choice",
            Self::InUse => "in_use",
            Self::Left => "left",
            Self::ResetsFirst => "resets_first",
            Self::MostLeft => "most_left",
            Self::OrderFirst => "order_first",
            Self::NotPinned => "not_pinned",
            Self::Tried => "tried",
            Self::Resting => "resting",
            Self::NeedsSignIn => "needs_sign_in",
            Self::Paused => "paused",
            Self::NotEntitled => "not_entitled",
            Self::RestsForWork => "rests_for_work",
            Self::LacksModel => "lacks_model",
            Self::QuotaUnknown => "quota_unknown",
            Self::ApiKeyOff => "api_key_off",
            Self::ApiKeyLast => "api_key_last",
            Self::Credits => "credits",
            Self::OwnSignInLast => "own_sign_in_last",
            Self::Reserve => "reserve",
            Self::Crowded => "crowded",
            Self::Full => "full",
            Self::RuleNames => "rule_names",
            Self::RuleExcludes => "rule_excludes",
            Self::OtherModels => "other_models",
            Self::ModelOfProvider => "model_of_provider",
        }
    }

    /// Whether it speaks for the profile.
    pub const fn is_for(self) -> bool {
        matches!(
            self,
            Self::Pinned
                | Self::HoldsConversation
                | Self::UserChoice
                | Self::InUse
                | Self::Left
                | Self::ResetsFirst
                | Self::MostLeft
                | Self::OrderFirst
                | Self::RuleNames
        )
    }
}

/// One profile as a decision saw it.
#[derive(Debug, Clone, PartialEq)]
pub struct Considered {
    /// Who.
    pub profile: ProfileId,
    /// Left of its tightest window, in percent; none when that is not known.
    pub left_percent: Option<f64>,
    /// Requests that ran on it, without this one.
    pub in_flight: u32,
    /// When its rest ends.
    pub until: Option<SystemTime>,
    /// What counted.
    pub facts: Vec<Fact>,
}

impl PoolState {
    /// How a request is tied, as the choice sees it.
    pub(crate) fn tie_of(&mut self, continuation: &Continuation, now: SystemTime) -> Affinity {
        match self.affinity_to(continuation, now) {
            Affinity::Free => {
                let chosen = self.chosen.filter(|id| continuation.permits(*id));
                chosen.map_or(Affinity::Free, Affinity::Sticky)
            }
            affinity => affinity,
        }
    }

    pub(crate) fn is_choice_of_user(&self, id: ProfileId) -> bool {
        self.chosen == Some(id)
    }

    /// Every profile as a request sees it that went to `to`. `is_limited`: a rule lets only
    /// some profiles serve it.
    pub(crate) fn considered(
        &self,
        tie: Affinity,
        work: Work<'_>,
        tried: &[ProfileId],
        to: ProfileId,
        is_limited: bool,
        now: SystemTime,
    ) -> Vec<Considered> {
        let mut entries: Vec<_> = self.entries.values().collect();
        entries.sort_by_key(|it| (it.profile.id != to, it.profile.rank, it.profile.id));
        let is_listed = work
            .model
            .is_some_and(|model| self.entries.values().any(|entry| entry.models.contains(model)));
        let offer = self.offer(work.model, work.route);
        let considered = |entry: &Entry| {
            let id = entry.profile.id;
            let in_flight = entry.in_flight.saturating_sub(u32::from(id == to));
            let standing = self.standing_of(entry, work.payment_terms(), now);
            let until = match standing {
                Standing::Resting(rest) => Some(rest.until),
                _ => None,
            };
            let left_percent = entry.usage.as_ref().map(|usage| usage.left(now));
            let mut facts = self.facts_for(entry, tie, to);
            let has_model = offer.profiles().is_none_or(|offering| offering.contains(&id));
            if !has_model {
                let is_provider = entry.profile.kind == Kind::Provider;
                facts.push(if is_provider { Fact::OtherModels } else { Fact::ModelOfProvider });
            } else if is_limited {
                facts.push(if work.permits(id) { Fact::RuleNames } else { Fact::RuleExcludes });
            }
            facts.extend(left_percent.filter(|_| standing == Standing::Ready).map(|_| Fact::Left));
            let mut add = |is_so: bool, fact| facts.extend(is_so.then_some(fact));
            add(tried.contains(&id), Fact::Tried);
            add(self.pin_of(work).is_some_and(|pin| pin != id) && !tie.is_hard(), Fact::NotPinned);
            match standing {
                Standing::Ready => {}
                Standing::Resting(_) => add(true, Fact::Resting),
                Standing::NeedsSignIn => add(true, Fact::NeedsSignIn),
                Standing::Paused => add(true, Fact::Paused),
                Standing::NotEntitled { .. } => add(true, Fact::NotEntitled),
            }
            add(entry.rests_for(work, now), Fact::RestsForWork);
            add(is_listed && entry.does_not_list(work.model), Fact::LacksModel);
            let (rules, kind) = (&self.rules, entry.profile.kind);
            let is_key = kind.is_key();
            add(!rules.allow(kind), Fact::ApiKeyOff);
            add(kind == Kind::ApiKey && rules.allow(kind), Fact::ApiKeyLast);
            let pays =
                matches!(self.payment(entry, work.payment_terms(), now), Payment::Credits(_));
            add(pays && !is_key, Fact::Credits);
            let own = entry.profile.own_sign_in && !is_key;
            add(own && tie.profile() != Some(id), Fact::OwnSignInLast);
            let reserve = rules.reserve_of(entry.reserve);
            let in_reserve = left_percent.is_some_and(|left| left <= reserve) || entry.refused;
            add(!is_key && in_reserve, Fact::Reserve);
            let is_unknown = !is_key && left_percent.is_none() && standing == Standing::Ready;
            add(is_unknown, Fact::QuotaUnknown);
            let is_full = in_flight >= rules.hard_cap;
            add(is_full, Fact::Full);
            add(in_flight >= rules.soft_cap && !is_full, Fact::Crowded);
            Considered { profile: id, left_percent, in_flight, until, facts }
        };
        entries.into_iter().map(considered).collect()
    }

    fn facts_for(&self, entry: &Entry, tie: Affinity, to: ProfileId) -> Vec<Fact> {
        let id = entry.profile.id;
        let mut facts = Vec::new();
        if self.pinned == Some(id) {
            facts.push(Fact::Pinned);
        }
        if tie.profile() == Some(id) {
            let is_choice = self.is_choice_of_user(id) && matches!(tie, Affinity::Sticky(_));
            facts.push(if is_choice { Fact::UserChoice } else { Fact::HoldsConversation });
        }
        if self.serving == Some(id) {
            facts.push(Fact::InUse);
        }
        if id == to && facts.is_empty() {
            let week = entry.usage.as_ref().and_then(|usage| usage.window(WindowKind::Week));
            let has_reset = week.is_some_and(|week| week.resets_at.is_some());
            facts.push(match self.rules.policy {
                Policy::ResetsFirst if has_reset => Fact::ResetsFirst,
                Policy::MostLeft if entry.usage.is_some() => Fact::MostLeft,
                // Where nothing is known of quota, the order decides.
                Policy::ResetsFirst | Policy::MostLeft | Policy::MyOrder => Fact::OrderFirst,
            });
        }
        facts
    }
}
