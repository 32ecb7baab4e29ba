//! Purchased credits: what upstream takes, what it says of them, and what the user allows.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use rotunda_core::{
    Event, ProfileId, Standing,
    choice::Rules,
    event::SpendingCause,
    pool::{Payment, PoolView},
    profile::{Credits, UseCredits},
};
use serde_json::{Value, json};

use crate::{
    account::Account,
    naive_credits::Pays,
    plant::Plant,
    run::Run,
    world::{World, log},
};

pub(crate) const NOT_UNASKED: &str = "no credits are spent without consent";
pub(crate) const AS_ALLOWED: &str = "credits pay when the user allows it";
pub(crate) const REPORTED_ONCE: &str = "the first credit of a row is told, and once";

/// What is known of credits beside the pool.
#[derive(Debug, Default)]
pub(crate) struct Money {
    /// Upstream's latest word was that the plan is used up until then and that credits go
    /// on.
    said: BTreeMap<ProfileId, std::time::SystemTime>,
    /// The same, as far as it is in the store.
    saved: BTreeMap<ProfileId, std::time::SystemTime>,
    /// Spending that the user was told of, at some time.
    known: BTreeSet<ProfileId>,
    /// The same, as far as it is in the store.
    saved_known: BTreeSet<ProfileId>,
    /// The same, by this process.
    told: BTreeSet<ProfileId>,
    /// Upstream took credits for a request that looked as if the plan would serve it.
    surprised: BTreeSet<ProfileId>,
}

impl Money {
    pub(crate) fn save(&mut self) {
        self.saved.clone_from(&self.said);
        self.saved_known.clone_from(&self.known);
    }

    /// What was told shortly before a crash may be told again.
    pub(crate) fn restart(&mut self) {
        self.said.clone_from(&self.saved);
        // That a row was over may not have been saved.
        self.known.extend(&self.saved_known);
        self.told.clear();
    }

    /// Whether the user allowed what these spent is not remembered.
    pub(crate) fn forget_consent<'a>(&mut self, ids: impl Iterator<Item = &'a ProfileId>) {
        self.surprised.extend(ids);
    }

    pub(crate) fn remove(&mut self, id: ProfileId) {
        self.said.remove(&id);
        self.saved.remove(&id);
        self.known.remove(&id);
        self.saved_known.remove(&id);
        self.told.remove(&id);
    }

    pub(crate) fn move_back(&mut self, by: std::time::Duration) {
        self.said.values_mut().chain(self.saved.values_mut()).for_each(|until| *until -= by);
    }
}

impl Account {
    /// Whether requests beyond the plan take from a balance.
    pub(crate) fn has_purchased(&self) -> bool {
        self.balance > 0.0 && !self.has_credits
    }

    /// Takes credits for a request that the plan does not serve. True when it did.
    pub(crate) fn takes_credits(&mut self, model: Option<usize>, percent: f64) -> bool {
        let takes = self.has_purchased() && self.out_until().is_some() && !self.has_limit_of(model);
        if takes {
            self.balance = (self.balance - 0.1 - percent / 3.0).max(0.0);
        }
        takes
    }

    /// As headers say it; none for an account that never had any.
    pub(crate) fn credits(&self) -> Option<Credits> {
        self.has_bought.then(|| Credits {
            available: self.is_entitled && (self.has_credits || self.balance > 0.0),
            unlimited: self.is_entitled && self.has_credits,
            balance: Some(format!("{:.3}", self.balance)),
        })
    }

    /// As the usage answer says it.
    pub(crate) fn credits_answer(&self) -> Value {
        match self.credits() {
            Some(Credits { available, unlimited, balance }) => json!({
                "has_credits": available, "unlimited": unlimited, "balance": balance,
            }),
            // Without a limit: no balance is used up, so no consent is needed.
            None => json!({
                "has_credits": self.has_credits && self.is_entitled,
                "unlimited": self.has_credits && self.is_entitled,
            }),
        }
    }
}

impl World {
    /// The view of the pool, with standings without regard to credits.
    pub(crate) fn plain_view(&self) -> Rc<PoolView> {
        self.pool.plain_view(self.now())
    }

    pub(crate) fn set_consent_of(&mut self, profile: Option<u8>, consent: Option<UseCredits>) {
        self.set_consent(profile.map(usize::from), consent);
    }

    /// The user sets whether credits may pay: of one profile, or of all others.
    pub(crate) fn set_consent(&mut self, at: Option<usize>, consent: Option<UseCredits>) {
        let Some(at) = at else {
            let use_credits = consent.unwrap_or_default();
            self.naive.rules = Rules { use_credits, ..self.naive.rules };
            self.set_rules();
            return self.changed(None);
        };
        let Some(id) = self.accounts.get(at).map(|account| account.id) else { return };
        if self.pool.profile(id).is_none() {
            return;
        }
        match consent {
            Some(consent) => drop(self.naive.credits.own.insert(id, consent)),
            None => drop(self.naive.credits.own.remove(&id)),
        }
        self.observe_consent(id);
        self.changed(None);
    }

    /// The pool learns the user's own setting for a profile.
    pub(crate) fn observe_consent(&mut self, id: ProfileId) {
        let own = self.naive.credits.own.get(&id).copied();
        let is_planted = self.plant == Some(Plant::ForgetsConsent);
        self.pool.set_use_credits(id, own.filter(|_| !is_planted));
    }

    /// Whether credits of an account had stopped to pay, before a reading.
    pub(crate) fn row_is_over(&self, at: usize) -> bool {
        let (id, now) = (self.accounts[at].id, self.now());
        let view = self.plain_view();
        let profile = view.profiles.iter().find(|it| it.profile.id == id);
        profile.is_some_and(|it| !self.naive.credits.is_beyond_plan(it, now))
    }

    /// What was said of a window that has started afresh does not hold for the new one.
    pub(crate) fn naive_limit_is_history(&mut self, id: ProfileId) {
        let (now, view) = (self.now(), self.pool.view(self.now()));
        let profile = view.profiles.iter().find(|it| it.profile.id == id);
        let mut windows = profile.iter().flat_map(|it| &it.usage).flat_map(|it| &it.windows);
        if windows.any(|window| window.resets_at.is_some_and(|at| at <= now)) {
            self.naive.credits.at_limit.remove(&id);
        }
    }

    /// A reading of an account is in the pool.
    pub(crate) fn credits_read(&mut self, at: usize, row_is_over: bool) {
        let (id, now) = (self.accounts[at].id, self.now());
        // An answer may come after the removal: it says nothing of one that is added later.
        if self.pool.profile(id).is_none() {
            return;
        }
        if row_is_over {
            self.money.known.remove(&id);
            self.money.told.remove(&id);
        }
        let view = self.plain_view();
        if let Some(profile) = view.profiles.iter().find(|it| it.profile.id == id) {
            self.naive.credits.read(profile, now);
        }
        let account = &self.accounts[at];
        let truth = self.clock.truth;
        let until = account.out_until().filter(|_| account.has_purchased() && account.is_entitled);
        match until {
            Some(until) => {
                let until = now + crate::clock::span(until.saturating_sub(truth));
                self.money.said.insert(id, until);
            }
            None => drop(self.money.said.remove(&id)),
        }
    }

    /// A new process has read the store.
    pub(crate) fn restore_credits(&mut self) {
        let now = self.now();
        let view = self.plain_view();
        view.profiles.iter().for_each(|it| self.naive.credits.read(it, now));
        let own: Vec<_> = self.naive.credits.own.keys().copied().collect();
        for id in own {
            self.observe_consent(id);
        }
    }

    /// Before a request is sent: what is known says whether it would cost.
    pub(crate) fn check_payment(&mut self, run: &mut Run, id: ProfileId) {
        let (now, model) = (self.now(), run.work().model);
        let view = self.plain_view();
        let profile = view.profiles.iter().find(|it| it.profile.id == id);
        let pays = profile.map(|it| self.naive.pays(&view, it, model, now));
        run.is_paid = matches!(pays, Some(Pays::Credits(_)));
        let at = self.account_of(id);
        let model = run.work().model.map(|_| run.model);
        let is_common = at.is_some_and(|at| !self.accounts[at].has_limit_of(model));
        let is_said = is_common && self.money.said.get(&id).is_some_and(|until| *until > now);
        if matches!(pays, Some(Pays::Withheld(_))) || (is_said && !run.is_paid) {
            self.violate(NOT_UNASKED, format!("{id} is asked beyond its plan: {pays:?}"));
        }
    }

    /// Upstream took credits for a request.
    pub(crate) fn note_taken(&mut self, run: &Run, id: ProfileId) {
        log!(self, "{id} takes credits, {}", if run.is_paid { "as allowed" } else { "unasked" });
        if !run.is_paid {
            self.money.surprised.insert(id);
        }
    }

    /// Before an answer goes to the client that credits pay for.
    pub(crate) fn check_reported(&mut self, run: &Run) {
        let Some(id) = run.profile.filter(|_| run.is_paid) else { return };
        // A profile that was removed meanwhile, and perhaps added, is another one.
        let (now, view) = (self.now(), self.plain_view());
        let profile = view.profiles.iter().find(|it| it.profile.id == id);
        let pays = profile.map(|it| self.naive.pays(&view, it, run.work().model, now));
        if matches!(pays, Some(Pays::Credits(_))) && !self.money.known.contains(&id) {
            self.violate(REPORTED_ONCE, format!("{id} spends, and nothing was told"));
        }
    }

    pub(crate) fn follow_spending(&mut self, events: &[Event]) {
        for event in events {
            let Event::CreditsSpent { profile, cause, .. } = event else { continue };
            let broken = match cause {
                SpendingCause::NotByConsent if !self.money.surprised.contains(profile) => {
                    Some("spent as allowed, and told as if not")
                }
                SpendingCause::NotByConsent => None,
                SpendingCause::AllOut | SpendingCause::Always => {
                    self.money.known.insert(*profile);
                    let is_new = self.money.told.insert(*profile);
                    (!is_new).then_some("told twice")
                }
            };
            if let Some(broken) = broken {
                self.violate(REPORTED_ONCE, format!("{profile}: {broken}"));
            }
        }
    }

    /// What the pool's handle does after each change.
    pub(crate) fn review_credits(&mut self) {
        if self.plant != Some(Plant::TickDoesNothing) {
            let events = self.pool.tick(self.now());
            if !events.is_empty() {
                log!(self, "review: {events:?}");
                self.follow_events(&events);
                self.changed(None);
            }
        }
        let (now, view) = (self.now(), self.plain_view());
        for it in &view.profiles {
            let read_at = it.usage.as_ref().map_or(now, |usage| usage.read_at);
            if [now, read_at].iter().all(|at| !self.naive.credits.is_beyond_plan(it, *at)) {
                self.money.known.remove(&it.profile.id);
                self.money.told.remove(&it.profile.id);
            }
        }
        self.compare_payments(&view);
    }

    /// Both models let the same pay.
    fn compare_payments(&mut self, plain: &PoolView) {
        let now = self.now();
        let real = self.pool.view(now);
        let mut broken = None;
        for (it, plain_it) in real.profiles.iter().zip(&plain.profiles) {
            let pays = self.naive.pays(plain, plain_it, None, now);
            let is_same = match (it.credits.payment, pays) {
                (Payment::Plan, Pays::Plan) => true,
                (Payment::Credits(real), Pays::Credits(naive)) => real == naive,
                (Payment::Withheld(rest), Pays::Withheld(until)) => rest.until == until,
                _ => false,
            };
            let is_shown = self.naive.standing(plain, plain_it, None, now);
            let is_shown = match (it.standing, is_shown) {
                (Standing::Resting(real), Standing::Resting(naive)) => real.until == naive.until,
                (real, naive) => real == naive,
            };
            if !is_same || !is_shown {
                let real = (it.credits.payment, it.standing);
                broken = Some(format!("{}: {real:?}, and by the rules {pays:?}", it.profile.id));
            }
        }
        if let Some(broken) = broken {
            self.violate(AS_ALLOWED, broken);
        }
    }
}
