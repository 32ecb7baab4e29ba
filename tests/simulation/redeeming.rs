//! Redeems banked resets as the router does: by the user's answer to a question, or by the
//! user's rule for when all profiles are out.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, SystemTime},
};

use rotunda_core::{
    Event as Happened, ProfileId,
    automatic_reset::{AutomaticRule, automatic, still_holds},
    profile::Usage,
    redemption::{
        Decision, Finding, LONGEST_QUESTION, Meaning, Named, OLDEST_READING, Questions, Redemption,
        RedemptionCause, RedemptionState, is_demand, is_older, latest_unasked, may_be_unasked,
        meaning,
    },
    reset_credits::{BankedResets, Redeemed},
};

use crate::{
    clock::{MINUTE, Millis, SECOND},
    plant::Plant,
    random::Random,
    redeeming_checks::{News, RedeemFacts},
    script::Act,
    world::{Event, World, log},
};

/// Looks for an effect before the follower does that.
const FIRST_LOOKS: u32 = 3;
/// Upstream's answer is waited for so long.
const PATIENCE: Millis = MINUTE;
/// After so many looks they are rarer than the router's, which costs nothing here.
const MANY_LOOKS: u32 = 40;

/// The request that is under way.
#[derive(Debug)]
struct Sending {
    redemption: Redemption,
    is_new: bool,
    /// None when upstream was not asked.
    answer: Option<Redeemed>,
    is_accepted: bool,
    looks: u32,
}

/// A request on its way to upstream, which no crash calls back.
#[derive(Debug)]
pub(crate) struct UnderWay {
    pub(crate) redemption: Redemption,
    /// The process that waits for its answer.
    stamp: u64,
}

/// Someone decided, and another request is under way.
#[derive(Debug)]
struct Waiting {
    number: String,
    decision: Decision,
    cause: RedemptionCause,
}

/// What one process knows, and what is in the store.
#[derive(Debug)]
pub(crate) struct Redeeming {
    pub(crate) questions: Questions,
    sending: Option<Sending>,
    waiting: VecDeque<Waiting>,
    missed_at: Option<SystemTime>,
    unasked_at: Option<SystemTime>,
    is_follow_due: bool,
    looks: u32,
    stamp: u64,
    /// How far redemptions are, where the store has not taken it.
    pub(crate) unsaved: BTreeMap<String, RedemptionState>,
    /// The store: the latest first.
    pub(crate) known: Vec<Redemption>,
    /// The user's rule, in the settings.
    pub(crate) rule: Option<Duration>,
    pub(crate) flights: BTreeMap<usize, UnderWay>,
    next_flight: usize,
    next_number: u64,
    pub(crate) facts: RedeemFacts,
    random: Random,
}

impl Redeeming {
    pub(crate) fn of(salt: u64) -> Self {
        Self {
            questions: Questions::default(),
            sending: None,
            waiting: VecDeque::new(),
            missed_at: None,
            unasked_at: None,
            is_follow_due: false,
            looks: 0,
            stamp: 0,
            unsaved: BTreeMap::new(),
            known: Vec::new(),
            rule: None,
            flights: BTreeMap::new(),
            next_flight: 0,
            next_number: 0,
            facts: RedeemFacts::default(),
            random: Random::of(&[salt, 71]),
        }
    }
}

impl World {
    pub(crate) fn change_resets(&mut self, act: Act) {
        match act {
            Act::Grant { account, lasts } => {
                let expires_at = lasts.map(|lasts| self.clock.truth + lasts);
                if let Some(account) = self.accounts.get_mut(usize::from(account)) {
                    account.grant(expires_at);
                }
            }
            Act::ResetRule { hours } => {
                self.redeeming.rule = hours.map(|it| Duration::from_secs(3600 * u64::from(it)));
                self.wake_follower();
            }
            Act::AskReset { profile, answer_after, clicks } => {
                let id = self.accounts.get(usize::from(profile)).map(|account| account.id);
                if let Some(id) = id.filter(|id| self.pool.profile(*id).is_some()) {
                    self.ask_reset(id, answer_after, clicks);
                }
            }
            _ => {}
        }
    }

    /// A new process: questions are gone, and a request that was not on its way yet.
    pub(crate) fn restart_resets(&mut self) {
        let now = self.now();
        let redeeming = &mut self.redeeming;
        redeeming.questions = Questions::default();
        (redeeming.sending, redeeming.missed_at) = (None, None);
        redeeming.unasked_at = latest_unasked(&redeeming.known, now);
        redeeming.facts.restart();
        redeeming.waiting.clear();
        redeeming.unsaved.clear();
        redeeming.is_follow_due = false;
        redeeming.stamp += 1;
        let random = &mut redeeming.random;
        redeeming.flights.retain(|_, _| random.percent(50));
        if !redeeming.known.is_empty() {
            self.wake_follower();
        }
    }

    /// Turns find no profile: the rule may apply.
    pub(crate) fn observe_missed(&mut self, events: &[Happened]) {
        let is_missed =
            |it: &Happened| matches!(it, Happened::Exhausted { .. } | Happened::Waiting { .. });
        if events.iter().any(is_missed) {
            self.turn_is_missed();
        }
    }

    pub(crate) fn turn_is_missed(&mut self) {
        self.redeeming.missed_at = Some(self.now());
        if self.farther_than().is_some() {
            self.wake_follower();
        }
    }

    fn farther_than(&self) -> Option<Duration> {
        match self.plant {
            Some(Plant::RedeemsUnasked) => self.redeeming.rule.or(Some(Duration::ZERO)),
            Some(Plant::RedeemsEarly) => self.redeeming.rule.map(|_| Duration::ZERO),
            _ => self.redeeming.rule,
        }
    }

    fn number(&mut self) -> String {
        self.redeeming.next_number += 1;
        self.redeeming.next_number.to_string()
    }

    /// Reads quota and resets of a profile now.
    fn read_for_reset(&mut self, id: ProfileId) -> Option<(Option<Usage>, Option<BankedResets>)> {
        let (at, truth) = (self.account_of(id)?, self.clock.truth);
        let token = self.vault.token(id)?;
        let account = &mut self.accounts[at];
        account.refresh(truth);
        let is_away = self.outage_until > truth || account.is_unreachable();
        if is_away || account.refuses(token, truth) {
            return None;
        }
        self.usage_read(at);
        let view = self.pool.view(self.now());
        let profile = view.profiles.iter().find(|it| it.profile.id == id)?;
        Some((profile.usage.as_deref().cloned(), profile.banked_resets.clone()))
    }

    /// The user asks what a reset would do, and perhaps says yes later.
    fn ask_reset(&mut self, id: ProfileId, answer_after: Millis, clicks: u8) {
        let round = self.redeeming.questions.round(id);
        let Some((Some(usage), Some(banked))) = self.read_for_reset(id) else { return };
        if banked.count == 0 {
            return;
        }
        let mut open = self.redeeming.redemptions();
        open.retain(|it| it.profile == id && it.state.is_open());
        let open = open.into_iter().next();
        let sending = self.redeeming.sending.as_ref();
        let is_sending = sending.is_some_and(|it| it.redemption.profile == id);
        let is_accepted = open.as_ref().is_some_and(|it| it.state == RedemptionState::Accepted);
        if is_sending || is_accepted {
            return;
        }
        let same = open.clone().filter(|_| self.plant != Some(Plant::RedeemsAnew));
        let (number, reset) = match same {
            Some(open) => (open.number, open.reset),
            None => (self.number(), banked.first().map(|first| first.id.clone())),
        };
        log!(self, "{id}: asked about reset {reset:?}, number {number}");
        self.note_question(id, &number, open.map(|it| it.number));
        let asked_at = self.now();
        let decision = Decision { profile: id, reset, banked, usage, asked_at, round };
        self.redeeming.questions.remember(number.clone(), decision, asked_at);
        for click in 0..u64::from(clicks) {
            let number = number.parse().unwrap_or_default();
            self.schedule(answer_after + click * 300, Event::ResetClick { number });
        }
    }

    /// The user says yes.
    pub(crate) fn reset_click(&mut self, number: u64) {
        let number = number.to_string();
        self.redeeming.facts.confirmed.insert(number.clone());
        let Named::Now(decision) = self.redeeming.questions.name(&number) else { return };
        if !is_older(decision.asked_at, LONGEST_QUESTION, self.now()) {
            self.carry_out(Waiting { number, decision, cause: RedemptionCause::Asked });
        }
    }

    fn carry_out(&mut self, decided: Waiting) {
        if self.redeeming.sending.is_some() {
            self.redeeming.waiting.push_back(decided);
        } else if !self.begin_redemption(decided) {
            self.redeem_next();
        }
    }

    fn redeem_next(&mut self) {
        while let Some(next) = self.redeeming.waiting.pop_front() {
            if self.begin_redemption(next) {
                return;
            }
        }
    }

    /// Writes the decision down and sends the request. False when nothing is sent.
    fn begin_redemption(&mut self, Waiting { number, decision, cause }: Waiting) -> bool {
        let (id, now) = (decision.profile, self.now());
        if self.pool.profile(id).is_none() {
            return false;
        }
        let known = self.redeeming.redemptions().into_iter().find(|it| it.number == number);
        let is_new = known.is_none();
        if known.is_some_and(|it| it.state != RedemptionState::Sent) {
            return false;
        }
        let is_planted = self.plant == Some(Plant::ForgetsRound);
        if self.redeeming.questions.round(id) != decision.round && !is_planted {
            return false;
        }
        let decision = if is_older(decision.usage.read_at, OLDEST_READING, now) {
            let Some((Some(usage), Some(banked))) = self.read_for_reset(id) else { return false };
            match decision.read_anew(usage, banked).filter(|it| it.banked.count > 0) {
                Some(decision) => decision,
                None => return false,
            }
        } else {
            decision
        };
        let rule = self.farther_than().map(|farther_than| AutomaticRule { farther_than });
        if cause == RedemptionCause::Automatic
            && !still_holds(&decision, rule, &self.pool.view(now), now)
        {
            return false;
        }
        self.redeeming.questions.begin(id);
        let redemption = decision.redemption(number, cause, now);
        if self.store.full_until > self.clock.truth {
            return false;
        }
        self.write_redemption(&redemption);
        log!(self, "{id}: {cause:?} redeems {:?}, number {}", redemption.reset, redemption.number);
        self.check_decision(&redemption);
        self.send_redemption(redemption, is_new);
        true
    }

    fn send_redemption(&mut self, redemption: Redemption, is_new: bool) {
        let answer = None;
        let random = &mut self.redeeming.random;
        let is_sent = !random.percent(8);
        let latency = if random.percent(5) { random.within(0, 50 * SECOND) } else { 100 };
        let flown = redemption.clone();
        let is_accepted = false;
        self.redeeming.sending =
            Some(Sending { redemption, is_new, answer, is_accepted, looks: 0 });
        let stamp = self.redeeming.stamp;
        if !is_sent {
            return self.schedule(50, Event::Resets { stamp });
        }
        self.check_redemption_written(&flown);
        let flight = self.redeeming.next_flight;
        self.redeeming.next_flight += 1;
        self.redeeming.flights.insert(flight, UnderWay { redemption: flown, stamp });
        self.schedule(latency, Event::ResetArrives { flight });
    }

    /// A request reaches upstream, or does not.
    pub(crate) fn reset_arrives(&mut self, flight: usize) {
        let Some(UnderWay { redemption, stamp }) = self.redeeming.flights.remove(&flight) else {
            return;
        };
        let (id, truth) = (redemption.profile, self.clock.truth);
        let Some(at) = self.account_of(id) else { return };
        self.accounts[at].refresh(truth);
        let is_away = self.outage_until > truth || self.accounts[at].is_unreachable();
        let random = &mut self.redeeming.random;
        let late = if random.percent(50) { random.within(0, 40 * MINUTE) } else { 0 };
        let (is_lost, pause) = (random.percent(25), random.within(50, 3 * SECOND));
        let mut answer = Redeemed::Unclear;
        if !is_away {
            let before = self.accounts[at].redeemed();
            let Redemption { number, reset, .. } = &redemption;
            answer = self.accounts[at].consume(number, reset.as_deref(), (truth, late));
            self.accounts[at].refresh(truth);
            self.accounts[at].note_trouble(truth);
            log!(self, "{id}: upstream redeems {number}: {answer:?}");
            if self.accounts[at].redeemed() > before {
                self.check_redeemed(at, &redemption);
            }
        }
        if stamp != self.redeeming.stamp {
            return;
        }
        if let Some(sending) = &mut self.redeeming.sending {
            sending.answer = Some(if is_lost { Redeemed::Unclear } else { answer });
        }
        self.schedule(if is_lost { PATIENCE } else { pause }, Event::Resets { stamp });
    }

    /// The answer is there, or the effect is looked for.
    pub(crate) fn resets_go_on(&mut self, stamp: u64) {
        if stamp != self.redeeming.stamp {
            return;
        }
        let Some(mut sending) = self.redeeming.sending.take() else { return };
        let id = sending.redemption.profile;
        if !sending.is_accepted {
            let is_planted = self.plant == Some(Plant::TellsRedeemed);
            match meaning(sending.answer.as_ref(), sending.is_new) {
                Meaning::Unclear if !is_planted => {
                    return self.redemption_ends(&sending.redemption, News::Unclear);
                }
                Meaning::Nothing => {
                    self.set_redemption(&sending.redemption.number, RedemptionState::Untouched);
                    return self.redemption_ends(&sending.redemption, News::Nothing);
                }
                Meaning::Accepted | Meaning::Unclear => {}
            }
            self.set_redemption(&sending.redemption.number, RedemptionState::Accepted);
            self.pool.expect_reset(id);
            self.naive.credits.expect_reset(id);
            sending.is_accepted = true;
        }
        let read = self.read_for_reset(id).and_then(|(usage, _)| usage);
        if read.is_some_and(|usage| sending.redemption.shows_in(&usage, self.now())) {
            self.set_redemption(&sending.redemption.number, RedemptionState::Done);
            return self.redemption_ends(&sending.redemption, News::Redeemed);
        }
        sending.looks += 1;
        if sending.looks == FIRST_LOOKS {
            return self.redemption_ends(&sending.redemption, News::Accepted);
        }
        self.redeeming.sending = Some(sending);
        self.schedule(2 * SECOND, Event::Resets { stamp });
    }

    fn redemption_ends(&mut self, redemption: &Redemption, told: News) {
        self.check_news(redemption, told);
        self.redeeming.sending = None;
        self.redeem_next();
        self.wake_follower();
    }

    fn wake_follower(&mut self) {
        self.redeeming.looks = 0;
        self.follow_after(0);
    }

    fn follow_after(&mut self, after: Millis) {
        if !std::mem::replace(&mut self.redeeming.is_follow_due, true) {
            let stamp = self.redeeming.stamp;
            self.schedule(after, Event::FollowResets { stamp });
        }
    }

    /// Looks at each redemption that is not finished, else at the rule.
    pub(crate) fn follow_resets(&mut self, stamp: u64) {
        if stamp != self.redeeming.stamp {
            return;
        }
        self.redeeming.is_follow_due = false;
        let is_open = self.settle_redemptions();
        if !is_open {
            self.redeem_unasked();
        }
        self.redeeming.looks += 1;
        let is_rare = self.redeeming.looks > MANY_LOOKS;
        if is_open {
            self.follow_after(if is_rare { 10 * MINUTE } else { 15 * SECOND });
        } else if self.farther_than().is_some() && self.is_demanded() {
            self.follow_after(MINUTE);
        }
    }

    fn settle_redemptions(&mut self) -> bool {
        for (number, state) in std::mem::take(&mut self.redeeming.unsaved) {
            self.set_redemption(&number, state);
        }
        let mut open = self.redeeming.redemptions();
        open.retain(|it| it.state.is_open());
        let mut is_open = !self.redeeming.unsaved.is_empty();
        for redemption in open {
            if self.redeeming.sending.is_some() {
                return true;
            }
            let read = self.read_for_reset(redemption.profile).unwrap_or_default();
            let found = redemption.finding(read.0.as_ref(), read.1.as_ref(), self.now());
            let (state, told) = match found {
                Finding::Open => {
                    is_open = true;
                    continue;
                }
                Finding::Done => (RedemptionState::Done, News::Redeemed),
                Finding::NotShown => (RedemptionState::Done, News::NotShown),
                Finding::NeverClear => (RedemptionState::Done, News::Unclear),
                Finding::Untouched => (RedemptionState::Untouched, News::Nothing),
            };
            log!(self, "{}: number {} {found:?}", redemption.profile, redemption.number);
            self.set_redemption(&redemption.number, state);
            is_open |= !self.redeeming.unsaved.is_empty();
            self.check_news(&redemption, told);
        }
        is_open
    }

    fn is_demanded(&self) -> bool {
        let now = self.now();
        let missed_at = self.redeeming.missed_at;
        self.pool.view(now).waiting > 0 || missed_at.is_some_and(|at| is_demand(at, now))
    }

    /// Redeems one by the user's rule, when it is time to.
    fn redeem_unasked(&mut self) {
        let Some(farther_than) = self.farther_than() else { return };
        let rule = AutomaticRule { farther_than };
        let (known, unasked_at) = (self.redeeming.redemptions(), self.redeeming.unasked_at);
        if !self.is_demanded() || !may_be_unasked(&known, unasked_at, self.now()) {
            return;
        }
        let found = |it: &Self| automatic(&it.pool.view(it.now()), rule, it.now());
        let Some(first) = found(self) else { return };
        let round = self.redeeming.questions.round(first.profile);
        let Some((Some(usage), Some(banked))) = self.read_for_reset(first.profile) else { return };
        if banked.count == 0 || found(self).as_ref() != Some(&first) {
            return;
        }
        self.redeeming.unasked_at = Some(self.now());
        let number = self.number();
        let (profile, asked_at) = (first.profile, self.now());
        let reset = Some(first.reset.id);
        let decision = Decision { profile, reset, banked, usage, asked_at, round };
        self.carry_out(Waiting { number, decision, cause: RedemptionCause::Automatic });
    }
}
