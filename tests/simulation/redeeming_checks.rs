//! What must be true of banked resets.

use std::collections::{BTreeMap, BTreeSet};

use rotunda_core::{
    ProfileId, Standing,
    pool::PoolProfileView,
    profile::Kind,
    redemption::{Redemption, RedemptionCause},
};

use crate::{
    banked::time_of,
    clock::{HOUR, Millis},
    naive::is_ready_as,
    world::World,
};

pub(crate) const ONE_EACH: &str = "one reset is redeemed for a decision";
pub(crate) const WITH_CONSENT: &str = "no reset is redeemed without consent";
pub(crate) const BY_THE_RULE: &str = "a reset is redeemed unasked by the rule only";
pub(crate) const STORED_FIRST: &str = "a decision is stored before its request";
pub(crate) const TRUE_NEWS: &str = "what is told of a reset is true";
const ENDS: &str = "a redemption ends";

/// What the user is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    Redeemed,
    Accepted,
    NotShown,
    Unclear,
    Nothing,
}

/// A question, when it was asked.
#[derive(Debug)]
struct QuestionFacts {
    /// Resets of the account that had been redeemed.
    redeemed: usize,
    /// A redemption of the profile whose end was not known.
    open: Option<String>,
}

/// What the rules go by.
#[derive(Debug, Default)]
pub(crate) struct RedeemFacts {
    asked: BTreeMap<String, QuestionFacts>,
    /// Questions that the user said yes to.
    pub(crate) confirmed: BTreeSet<String>,
    /// Decisions of the rule, each with the uptime.
    unasked: BTreeMap<String, Millis>,
    last_unasked: Option<Millis>,
    /// The profile of that one was removed: the next process does not know of it.
    is_forgotten: bool,
}

impl RedeemFacts {
    /// By another clock the time since the last one is not known.
    pub(crate) fn clock_stepped(&mut self) {
        self.last_unasked = None;
    }

    pub(crate) fn restart(&mut self) {
        self.last_unasked.take_if(|_| self.is_forgotten);
    }

    /// The store forgets the redemptions of a profile.
    pub(crate) fn removed(&mut self) {
        self.is_forgotten = true;
    }
}

impl World {
    pub(crate) fn note_question(&mut self, id: ProfileId, number: &str, open: Option<String>) {
        let Some(at) = self.account_of(id) else { return };
        let open = open.filter(|open| open != number);
        let asked = QuestionFacts { redeemed: self.accounts[at].redeemed(), open };
        self.redeeming.facts.asked.entry(number.to_owned()).or_insert(asked);
    }

    /// A decision, before its request goes out.
    pub(crate) fn check_decision(&mut self, redemption: &Redemption) {
        if redemption.cause == RedemptionCause::Asked {
            return;
        }
        let uptime = self.clock.uptime;
        let facts = &mut self.redeeming.facts;
        let last = facts.last_unasked.replace(uptime);
        facts.is_forgotten = false;
        facts.unasked.insert(redemption.number.clone(), uptime);
        // A rule that is taken back later does not call the request back.
        if self.redeeming.rule.is_none() {
            self.violate(WITH_CONSENT, format!("{}: there is no rule", redemption.profile));
        }
        if last.is_some_and(|last| uptime < last + HOUR) {
            self.violate(BY_THE_RULE, "two within an hour".to_owned());
        }
        if let Some(broken) = self.breaks_the_rule(redemption) {
            self.violate(BY_THE_RULE, format!("{}: {broken}", redemption.profile));
        }
    }

    fn breaks_the_rule(&self, redemption: &Redemption) -> Option<String> {
        let (now, view) = (self.now(), self.plain_view());
        let farther_than = self.redeeming.rule.unwrap_or_default();
        let uses_keys = self.naive.rules.use_api_keys;
        let is_allowed = |it: &&PoolProfileView| uses_keys || it.profile.kind == Kind::ChatGpt;
        for it in view.profiles.iter().filter(is_allowed) {
            let standing = self.naive.standing(&view, it, None, now);
            if is_ready_as(standing, it.in_flight, now) {
                return Some(format!("{} could serve", it.profile.id));
            }
            if let Standing::Resting(rest) = standing
                && rest.until <= now + farther_than
            {
                return Some(format!("{} is back before that", it.profile.id));
            }
        }
        let own = view.profiles.iter().find(|it| it.profile.id == redemption.profile);
        let mut resets = own.iter().flat_map(|it| &it.banked_resets).flat_map(|it| &it.resets);
        let chosen = resets
            .next()
            .and_then(|resets| resets.iter().find(|it| Some(&it.id) == redemption.reset.as_ref()));
        let Some(chosen) = chosen else { return Some("has no such reset".to_owned()) };
        let may_go = |it: &&PoolProfileView| {
            let standing = self.naive.standing(&view, it, None, now);
            let is_out = matches!(standing, Standing::Resting(rest) if rest.cause.is_quota());
            it.may_serve && it.profile.kind == Kind::ChatGpt && is_out
        };
        let others = view.profiles.iter().filter(may_go).filter_map(|it| it.banked_resets.as_ref());
        let mut others = others.flat_map(|it| it.resets.iter().flatten());
        let is_earlier = others.any(|it| match (it.expires_at, chosen.expires_at) {
            (Some(other), Some(own)) => other < own,
            (other, own) => other.is_some() && own.is_none(),
        });
        is_earlier.then(|| "another one expires first".to_owned())
    }

    /// Its request goes out.
    pub(crate) fn check_redemption_written(&mut self, redemption: &Redemption) {
        if !self.redeeming.known.iter().any(|it| it.number == redemption.number) {
            self.violate(STORED_FIRST, format!("number {}", redemption.number));
        }
    }

    /// Upstream carried it out.
    pub(crate) fn check_redeemed(&mut self, at: usize, redemption: &Redemption) {
        let (number, redeemed) = (&redemption.number, self.accounts[at].redeemed());
        let facts = &self.redeeming.facts;
        let broken = match (facts.asked.get(number), facts.unasked.contains_key(number)) {
            (Some(_), false) if !facts.confirmed.contains(number) => {
                Some((WITH_CONSENT, "the user did not say yes"))
            }
            (Some(asked), _) if asked.redeemed + 1 != redeemed => {
                Some((ONE_EACH, "another one was redeemed since the question"))
            }
            (Some(QuestionFacts { open: Some(open), .. }), _)
                if self.accounts[at].has_redeemed(open) =>
            {
                Some((ONE_EACH, "the one before had been redeemed"))
            }
            (Some(_), _) | (None, true) => None,
            (None, false) => Some((WITH_CONSENT, "nothing was asked")),
        };
        if let Some((rule, text)) = broken {
            self.violate(rule, format!("{}, number {number}: {text}", redemption.profile));
        }
    }

    pub(crate) fn check_news(&mut self, redemption: &Redemption, news: News) {
        let Some(at) = self.account_of(redemption.profile) else { return };
        let is_redeemed = self.accounts[at].has_redeemed(&redemption.number);
        let mut flights = self.redeeming.flights.values();
        let is_under_way = flights.any(|it| it.redemption.number == redemption.number);
        // The machine's clock is behind, and does not show that the reset has expired.
        let is_expired_unseen = redemption
            .expires_at
            .is_some_and(|at| self.now() < at && at <= time_of(self.clock.truth));
        let is_true = match news {
            News::Redeemed => is_redeemed || is_expired_unseen,
            News::Accepted | News::NotShown => is_redeemed,
            News::Unclear => true,
            News::Nothing => !is_redeemed && !is_under_way,
        };
        if !is_true {
            self.violate(TRUE_NEWS, format!("number {}: {news:?}", redemption.number));
        }
    }

    /// Nothing runs any more.
    pub(crate) fn check_redemptions_over(&mut self) {
        let open = self.redeeming.known.iter().find(|it| it.state.is_open());
        if let Some(open) = open {
            let text = format!("number {} of {} stays open", open.number, open.profile);
            self.violate(ENDS, text);
        }
    }
}
