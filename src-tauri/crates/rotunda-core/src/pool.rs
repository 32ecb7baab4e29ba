//! What is known of all profiles together, and how it changes.
//!
//! [`PoolState`] takes observations and returns the events that follow. It
//! holds no credential and reads no clock.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    affinity::{Affinity, Continuation, Ledger},
    choice::{Candidate, Choice, Rules, select},
    event::Event,
    profile::{
        Cooldown, CooldownCause, PaymentTerms, PoolProfile, ProfileId, Standing, Usage, UseCredits,
        WindowKind,
    },
    provider::Provider,
    quota::{LONGEST_REST, Reset},
    reset_credits::BankedResets,
};

mod apart;
mod choosing;
mod clock;
mod considered;
mod conversation;
mod credits;
mod entitlement;
mod memory;
mod model_limit;
mod observe;
mod outlook;
mod places;
mod projects;
mod providers;
mod readings;
mod scope;
mod silence;
mod view;
mod way;

pub use self::{
    apart::KnownQuota,
    considered::{Considered, Fact},
    credits::{CreditsStanding, Paid, Payment, Spending},
    memory::{Kept, Memory, save_pause},
    observe::Failure,
    outlook::Outlook,
    places::Ticket,
    projects::{Projects, RuleCause, Ruling},
    scope::{RefusalKey, Work},
    silence::SilenceBounds,
    view::{PoolProfileView, PoolView},
    way::{Moment, Probe},
};

pub(crate) use self::providers::Offer;

/// A quota rest without a known end; the usage endpoint is polled meanwhile.
const UNNAMED_QUOTA_REST: Duration = Duration::from_secs(15 * 60);
/// A reset that has just passed is not believed to the second.
const SHORTEST_QUOTA_REST: Duration = Duration::from_secs(5);
/// First rest of a struggling profile; doubles up to [`LONGEST_TROUBLE_REST`].
const TROUBLE_REST: Duration = Duration::from_secs(20);
/// After a refusal of a token that was just renewed.
const REFUSED_TOKEN_REST: Duration = Duration::from_secs(60);
/// A struggling profile is tried again at least this often.
const LONGEST_TROUBLE_REST: Duration = Duration::from_secs(120);
/// Failures in a row before a struggling profile rests (lesson 31).
const TROUBLES_BEFORE_REST: u32 = 2;
/// Readings with capacity before a named reset is taken to have come early.
const READINGS_BEFORE_EARLY_RESET: u32 = 2;

#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug)]
struct Entry {
    profile: PoolProfile,
    standing: Standing,
    /// In common with the views that show it.
    usage: Option<Arc<Usage>>,
    /// The user's own reserve for it, in percent.
    reserve: Option<f64>,
    in_flight: u32,
    silence: silence::Silence,
    troubles: u32,
    good_readings: u32,
    /// Upstream's latest word was that it refuses requests.
    refused: bool,
    /// The same in the word that Codex itself goes by.
    is_disallowed: bool,
    /// The same of its limit, whether or not credits go on.
    limit_reached: bool,
    /// The user's own setting for its credits.
    use_credits: Option<UseCredits>,
    /// What it serves, when it is a key of another provider.
    provider: Option<Arc<Provider>>,
    /// Its credits are being spent.
    spending: Option<Spending>,
    /// The latest turn that was sent for them to pay.
    paid: Option<Paid>,
    /// Its quota is from before the start: of turns that were sent since it was read,
    /// nothing is known.
    is_restored: bool,
    /// Its banked resets, as last read.
    banked: Option<BankedResets>,
    /// Its plan was seen used up while it had credits, until then.
    plan_out: Option<Cooldown>,
    /// Readings since then, in a row, that say that the plan serves again.
    plan_readings: u32,
    /// Its rest because of credits, when it was last looked at.
    withheld: Option<Cooldown>,
    model_limits: Vec<model_limit::KnownLimit>,
    /// Models of its own list; empty when that is not known.
    models: BTreeSet<String>,
    /// Rests that concern a part of its work, oldest first.
    scopes: Vec<scope::ScopeRest>,
    entitlement: entitlement::Entitlement,
}

impl Entry {
    fn new(profile: PoolProfile) -> Self {
        let standing = Standing::Ready;
        Self {
            profile,
            standing,
            usage: None,
            reserve: None,
            in_flight: 0,
            silence: silence::Silence::default(),
            troubles: 0,
            good_readings: 0,
            refused: false,
            is_disallowed: false,
            limit_reached: false,
            use_credits: None,
            provider: None,
            spending: None,
            paid: None,
            is_restored: false,
            banked: None,
            plan_out: None,
            plan_readings: 0,
            withheld: None,
            model_limits: Vec::new(),
            models: BTreeSet::new(),
            scopes: Vec::new(),
            entitlement: entitlement::Entitlement::default(),
        }
    }

    fn standing(&self) -> Standing {
        if self.profile.paused { Standing::Paused } else { self.standing }
    }

    fn candidate(&self, now: SystemTime) -> Candidate {
        let week = self.usage.as_ref().and_then(|usage| usage.window(WindowKind::Week));
        Candidate {
            id: self.profile.id,
            kind: self.profile.kind,
            standing: self.standing(),
            on_credits: None,
            // Known to refuse now, it is tried last, not never.
            left: match &self.usage {
                _ if self.refused => 0.0,
                Some(usage) => usage.left(now),
                None => 100.0,
            },
            week_resets_at: week.and_then(|week| week.resets_at).filter(|at| *at > now),
            in_flight: self.in_flight,
            rank: self.profile.rank,
            own_sign_in: self.profile.own_sign_in,
            reserve_percent: self.reserve,
        }
    }
}

/// Standings, quota, requests in flight and the ledger of all profiles.
#[derive(Debug, Default)]
pub struct PoolState {
    entries: BTreeMap<ProfileId, Entry>,
    ledger: Ledger,
    rules: Rules,
    pinned: Option<ProfileId>,
    chosen: Option<ProfileId>,
    serving: Option<ProfileId>,
    exhausted: bool,
    /// Turns that ended in an error although a ready profile was not tried.
    missed: u64,
    waiting: u32,
    unsaved: BTreeSet<ProfileId>,
    way: way::Way,
    known_refusals: Vec<scope::KnownRefusal>,
    projects: projects::Projects,
    /// Requests that wait for a place, in their order.
    queue: Vec<places::Queued>,
    last_ticket: u64,
}

/// The outcome of choosing, with the tie that led to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// How the request is tied.
    pub affinity: Affinity,
    /// Who serves it.
    pub choice: Choice,
}

impl PoolState {
    /// Adds a profile or changes its place; what is known of it stays.
    pub fn put(&mut self, profile: PoolProfile) {
        match self.entries.get_mut(&profile.id) {
            Some(entry) => entry.profile = profile,
            None => drop(self.entries.insert(profile.id, Entry::new(profile))),
        }
    }

    /// Forgets a profile and all it held.
    pub fn remove(&mut self, id: ProfileId) {
        self.entries.remove(&id);
        self.unsaved.remove(&id);
        self.ledger.forget_profile(id);
        for slot in [&mut self.pinned, &mut self.chosen, &mut self.serving] {
            slot.take_if(|held| *held == id);
        }
    }

    /// The user's rules from now on.
    pub fn set_rules(&mut self, rules: Rules) {
        self.rules = rules;
    }

    /// The user's rules.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// The user wants new work there, now: beats and clears soft ties.
    pub fn use_now(&mut self, id: ProfileId) -> Option<Event> {
        let is_there = self.entries.contains_key(&id) && !self.is_provider(id);
        is_there.then(|| {
            self.ask_entitlement_again(id);
            self.ledger.forget_sessions();
            self.chosen = Some(id);
            self.serving = Some(id);
            Event::Chosen { profile: id }
        })
    }

    /// The user wants everything to stay on one profile, or no longer.
    pub fn pin(&mut self, id: Option<ProfileId>) {
        let id = id.filter(|id| self.entries.contains_key(id) && !self.is_provider(*id));
        if let Some(id) = id {
            self.ask_entitlement_again(id);
        }
        if id.is_some() && id != self.pinned {
            self.ledger.forget_sessions();
            self.serving = id;
        }
        self.pinned = id;
    }

    /// The user's own reserve for a profile, in percent; none: the common one.
    pub fn set_reserve(&mut self, id: ProfileId, percent: Option<f64>) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.reserve = percent;
        }
    }

    /// Who would serve new work if `id` did not; none when no profile is ready.
    pub fn instead_of(&self, id: Option<ProfileId>, now: SystemTime) -> Option<ProfileId> {
        let others = self.entries.iter().filter(|(other, _)| Some(**other) != id);
        let others = others.filter(|(_, entry)| entry.is_among(None));
        let candidates: Vec<_> =
            others.map(|(_, entry)| self.candidate_of(entry, PaymentTerms::ANY, now)).collect();
        match select(&candidates, Affinity::Free, &self.rules, now) {
            Choice::Use(id) => Some(id),
            Choice::Wait(_) | Choice::Busy | Choice::Nobody => None,
        }
    }

    /// A new sign-in: whatever kept the profile out is history.
    pub fn signed_in(&mut self, id: ProfileId) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.entitlement = entitlement::Entitlement::default();
        }
        self.set_standing(id, Standing::Ready);
    }

    /// A request runs on a profile.
    pub fn begin(&mut self, id: ProfileId) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.in_flight += 1;
        }
    }

    /// It ended.
    pub fn end(&mut self, id: ProfileId) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.in_flight = entry.in_flight.saturating_sub(1);
        }
    }

    /// A profile served a request: better evidence than any reading.
    pub fn served(&mut self, id: ProfileId) -> Vec<Event> {
        let Some(entry) = self.entries.get_mut(&id) else { return Vec::new() };
        self.exhausted = false;
        self.projects.is_back(id);
        (entry.troubles, entry.refused, entry.is_disallowed) = (0, false, false);
        entry.entitlement = entitlement::Entitlement::default();
        if !matches!(entry.standing, Standing::Resting(_) | Standing::NotEntitled { .. }) {
            return Vec::new();
        }
        entry.standing = Standing::Ready;
        entry.good_readings = 0;
        self.unsaved.insert(id);
        vec![Event::Recovered { profile: id }]
    }

    fn serve_from(
        &mut self,
        to: ProfileId,
        continuation: &Continuation,
        now: SystemTime,
    ) -> Option<Event> {
        if self.is_provider(to) || self.serving.is_some_and(|from| !continuation.permits(from)) {
            // By a rule or for its model, and other work stays where it is.
            return None;
        }
        let from = self.serving.replace(to).filter(|from| *from != to)?;
        let entry = self.entries.get(&from)?;
        let (cause, until) = match self.standing_of(entry, PaymentTerms::ANY, now) {
            Standing::Ready if entry.candidate(now).left > self.rules.reserve_of(entry.reserve) => {
                return None;
            }
            Standing::Resting(rest) => (Some(rest.cause), Some(rest.until)),
            _ => (None, None),
        };
        Some(Event::Rotated { from, to, cause, until })
    }

    /// Upstream says the quota is used up.
    pub fn quota_out(
        &mut self,
        id: ProfileId,
        reset: Option<Reset>,
        now: SystemTime,
    ) -> Vec<Event> {
        let Some(entry) = self.entries.get_mut(&id) else { return Vec::new() };
        let full = entry.usage.as_ref().into_iter().flat_map(|usage| &usage.windows);
        let full = full.filter(|window| window.left(now) <= 0.0);
        let known = full.filter_map(|window| Some((window.resets_at?, window.kind()))).max();
        let until = reset.map(|reset| reset.at).or(known.map(|(at, _)| at));
        let until = until.unwrap_or(now + UNNAMED_QUOTA_REST);
        let until = until.clamp(now + SHORTEST_QUOTA_REST, now + LONGEST_REST);
        let window = reset.and_then(|reset| reset.window).or(known.map(|(_, kind)| kind));
        self.start_cooldown(id, Cooldown { until, cause: CooldownCause::Quota(window) }, now)
    }

    /// Upstream struggles with this profile; it rests after repeats.
    pub fn troubled(&mut self, id: ProfileId, now: SystemTime) -> Vec<Event> {
        let Some(entry) = self.entries.get_mut(&id) else { return Vec::new() };
        entry.troubles += 1;
        let Some(repeats) = entry.troubles.checked_sub(TROUBLES_BEFORE_REST) else {
            return Vec::new();
        };
        let delay = TROUBLE_REST * 2u32.pow(repeats.min(4));
        let until = now + delay.min(LONGEST_TROUBLE_REST);
        self.start_cooldown(id, Cooldown { until, cause: CooldownCause::Trouble }, now)
    }

    /// A bot check stands before this profile: a short rest at once, unless it
    /// stands before all of them.
    pub fn challenged(&mut self, id: ProfileId, moment: Moment) -> Vec<Event> {
        let mut events = self.way_failed(id, moment);
        if !self.is_way_down() {
            let rest = Cooldown { until: moment.now + TROUBLE_REST, cause: CooldownCause::Trouble };
            events.extend(self.start_cooldown(id, rest, moment.now));
        }
        events
    }

    fn start_cooldown(&mut self, id: ProfileId, rest: Cooldown, now: SystemTime) -> Vec<Event> {
        let Some(entry) = self.entries.get_mut(&id) else { return Vec::new() };
        match entry.standing {
            Standing::NeedsSignIn => return Vec::new(),
            Standing::NotEntitled { .. } => {
                self.entitlement_unclear(id, rest.until, now);
                return Vec::new();
            }
            // Trouble never shortens or renames a quota rest.
            Standing::Resting(Cooldown { cause: CooldownCause::Quota(_), .. })
                if rest.cause == CooldownCause::Trouble =>
            {
                return Vec::new();
            }
            Standing::Resting(_) | Standing::Ready | Standing::Paused => {}
        }
        entry.good_readings = 0;
        self.set_standing(id, Standing::Resting(rest));
        vec![Event::Rested { profile: id, rest }]
    }

    /// Upstream refuses a token that was just renewed: trouble of this account,
    /// and no proof that the sign-in is gone.
    pub fn token_refused(&mut self, id: ProfileId, now: SystemTime) -> Vec<Event> {
        let cooldown = Cooldown { until: now + REFUSED_TOKEN_REST, cause: CooldownCause::Trouble };
        self.start_cooldown(id, cooldown, now)
    }

    /// Only a new sign-in brings it back; reported once.
    pub fn sign_in_lost(&mut self, id: ProfileId, code: &'static str) -> Vec<Event> {
        let known = self.entries.get(&id).is_none_or(|it| it.standing == Standing::NeedsSignIn);
        self.set_standing(id, Standing::NeedsSignIn);
        if known { Vec::new() } else { vec![Event::NeedsSignIn { profile: id, code }] }
    }

    fn set_standing(&mut self, id: ProfileId, standing: Standing) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.standing = standing;
            self.unsaved.insert(id);
            if standing != Standing::Ready {
                self.chosen.take_if(|chosen| *chosen == id);
            }
        }
    }

    fn recover(&mut self, id: ProfileId) -> Vec<Event> {
        self.set_standing(id, Standing::Ready);
        self.exhausted = false;
        self.projects.is_back(id);
        vec![Event::Recovered { profile: id }]
    }

    /// Ends every rest that is over.
    pub fn tick(&mut self, now: SystemTime) -> Vec<Event> {
        let over =
            |entry: &Entry| matches!(entry.standing, Standing::Resting(rest) if rest.until <= now);
        let over: Vec<_> =
            self.entries.values().filter(|it| over(it)).map(|it| it.profile.id).collect();
        let of_limit = self.entries.values_mut().filter(|it| it.standing() == Standing::Ready);
        let mut events: Vec<_> = of_limit.flat_map(|it| it.end_limit_cooldowns(now)).collect();
        events.extend(over.into_iter().flat_map(|id| self.recover(id)));
        events.extend(self.review_credits(now));
        events
    }

    /// When [`Self::tick`] has something to do next.
    pub fn next_tick(&self, now: SystemTime) -> Option<SystemTime> {
        let until = |entry: &Entry| match entry.standing {
            Standing::Resting(rest) => Some(rest.until),
            _ => None,
        };
        let of_limit = |entry: &Entry| {
            entry.limit_cooldown_ends().filter(|_| entry.standing() == Standing::Ready)
        };
        let ends = |entry: &Entry| [until(entry), of_limit(entry)];
        let rests = self.entries.values().flat_map(ends).flatten();
        rests.chain(self.credits_rest_ends(now)).min()
    }

    /// A request found no profile; reported once until a profile is back.
    pub fn ran_out(&mut self, until: Option<SystemTime>) -> Option<Event> {
        (!std::mem::replace(&mut self.exhausted, true)).then_some(Event::Exhausted { until })
    }

    /// The account a profile stands for.
    pub fn profile(&self, id: ProfileId) -> Option<&PoolProfile> {
        self.entries.get(&id).map(|entry| &entry.profile)
    }

    /// Number of profiles.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no profile at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The ledger, for tests and benchmarks.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }
}

#[cfg(test)]
#[path = "pool_tests.rs"]
mod tests;
