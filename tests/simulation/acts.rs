//! What a stimulus does to the installation.

use rotunda_core::{
    choice::{Policy, Rules},
    profile::Kind,
    quota::report_of,
};
use serde_json::{Value, json};

use crate::{
    clock::{MINUTE, SECOND},
    naive::Chosen,
    plant::Plant,
    script::{Act, MODELS},
    world::{Event, World, log},
};

/// Between readings of a profile that is not in use.
const READ_EVERY: u64 = 30 * MINUTE;

impl World {
    pub(crate) fn apply(&mut self, act: Act) {
        log!(self, "- {act:?}");
        let truth = self.clock.truth;
        match act {
            Act::Task(task) => self.begin_task(task),
            Act::Outage { lasts } => {
                self.outage_until = truth + lasts;
                self.note_trouble(truth + lasts);
            }
            Act::IssuerAway { lasts } => {
                self.issuer_away_until = truth + lasts;
                self.note_trouble(truth + lasts);
            }
            Act::VaultLocked { lasts } => {
                self.vault_locked_until = truth + lasts;
                self.note_trouble(truth + lasts);
            }
            Act::Crash => {
                self.note_trouble(truth);
                self.start_again();
            }
            Act::Restart => {
                self.note_trouble(truth);
                self.save();
                self.start_again();
            }
            Act::ClockStep { by } => {
                self.note_trouble(truth);
                self.clock.step(by);
            }
            Act::Suspend { lasts } => {
                self.clock.suspend(lasts);
                self.note_trouble(self.clock.truth);
            }
            Act::LongestWait { span } => {
                self.longest_wait = span;
                self.changed(None);
            }
            Act::Rules { policy, use_api_keys } => self.change_rules(policy, use_api_keys),
            Act::Trouble { account, .. }
            | Act::Spend { account, .. }
            | Act::EarlyReset { account }
            | Act::Credits { account, .. }
            | Act::Entitlement { account, .. }
            | Act::Model { account, .. }
            | Act::TokenExpires { account }
            | Act::GrantLost { account }
            | Act::ForgetResponses { account } => self.change_account(act, account.into()),
            Act::SignIn { profile }
            | Act::ReadUsage { profile }
            | Act::ReadModels { profile }
            | Act::Use { profile }
            | Act::Pause { profile, .. }
            | Act::Remove { profile }
            | Act::Add { profile }
            | Act::Reserve { profile, .. } => self.change_profile(act, profile.into()),
            Act::Pin { profile } => self.pin(profile.map(usize::from)),
        }
    }

    /// The pool goes by the user's rules.
    pub(crate) fn set_rules(&mut self) {
        let rules = self.naive.rules;
        let policy = match rules.policy {
            _ if self.plant != Some(Plant::OtherPolicy) => rules.policy,
            Policy::ResetsFirst | Policy::MostLeft => Policy::MyOrder,
            Policy::MyOrder => Policy::MostLeft,
        };
        self.pool.set_rules(Rules { policy, ..rules });
    }

    fn change_rules(&mut self, policy: u8, use_api_keys: bool) {
        let policies = [Policy::ResetsFirst, Policy::MostLeft, Policy::MyOrder];
        let policy = policies[usize::from(policy) % policies.len()];
        self.naive.rules = Rules { policy, use_api_keys, ..self.naive.rules };
        self.set_rules();
        self.changed(None);
    }

    fn pin(&mut self, at: Option<usize>) {
        let id = at.and_then(|at| self.accounts.get(at)).map(|account| account.id);
        let id = id.filter(|id| self.pool.profile(*id).is_some());
        self.pool.pin(id);
        self.store.pinned = id;
        if id.is_some() && id != self.naive.pinned {
            self.naive.ledger.forget_sessions();
            self.naive.serving = id;
        }
        self.naive.pinned = id;
        self.changed(None);
    }

    /// The user lets every profile serve.
    pub(crate) fn allow_all(&mut self) {
        self.pin(None);
        self.change_rules(0, true);
    }

    fn change_account(&mut self, act: Act, at: usize) {
        let truth = self.clock.truth;
        let Some(account) = self.accounts.get_mut(at) else { return };
        let id = account.id;
        account.note_trouble(truth);
        match act {
            Act::Trouble { condition, lasts, .. } => account.begin(condition, truth + lasts),
            Act::Spend { percent, .. } => account.spend(percent.into(), truth),
            Act::EarlyReset { .. } => account.reset_early(),
            Act::Credits { has, .. } => account.has_credits = has,
            Act::Entitlement { has, .. } => account.is_entitled = has,
            Act::Model { model, may_use, .. } => {
                account.models[usize::from(model) % MODELS.len()] = may_use;
            }
            Act::TokenExpires { .. } => account.oldest_token = self.tokens[at].generation + 1,
            Act::GrantLost { .. } => {
                account.has_grant = false;
                account.oldest_token = self.tokens[at].generation + 1;
            }
            Act::ForgetResponses { .. } => {
                let of_account = self.responses.iter_mut().filter(|it| it.owner == id);
                of_account.for_each(|response| response.is_alive = false);
            }
            _ => {}
        }
    }

    fn change_profile(&mut self, act: Act, at: usize) {
        let Some(id) = self.accounts.get(at).map(|account| account.id) else { return };
        match act {
            Act::Add { .. } => return self.add(at),
            _ if self.pool.profile(id).is_none() => return,
            Act::SignIn { .. } => {
                let account = &mut self.accounts[at];
                account.has_grant = true;
                account.note_trouble(self.clock.truth);
                self.tokens[at].generation += 1;
                self.pool.signed_in(id);
                self.ended_sign_ins.remove(&id);
                // A sign-in is stored before it counts.
                self.save();
            }
            Act::ReadUsage { .. } => {
                self.pool.reading_begins(id);
                self.schedule(300, Event::Usage { account: at });
                return;
            }
            Act::ReadModels { .. } => self.models_read(at),
            Act::Use { .. } => {
                self.pool.use_now(id);
                self.naive.ledger.forget_sessions();
                self.naive.chosen = Chosen::Is(id);
                self.naive.serving = Some(id);
            }
            Act::Pause { paused, .. } => {
                let Some(profile) = self.store.pool_profiles.get_mut(&id) else { return };
                profile.paused = paused;
                self.pool.put(profile.clone());
            }
            Act::Remove { .. } => {
                self.pool.remove(id);
                self.naive.remove(id);
                self.store.pool_profiles.remove(&id);
                self.store.profiles.remove(&id);
                self.store.reserves.remove(&id);
                self.store.pinned.take_if(|it| *it == id);
                self.evidence.remove(&id);
            }
            Act::Reserve { percent, .. } => {
                let percent = percent.map(f64::from);
                self.pool.set_reserve(id, percent);
                match percent {
                    Some(percent) => drop(self.store.reserves.insert(id, percent)),
                    None => drop(self.store.reserves.remove(&id)),
                }
            }
            _ => {}
        }
        self.changed(None);
    }

    /// The account is signed in with again, as a new profile.
    fn add(&mut self, at: usize) {
        let account = &mut self.accounts[at];
        if self.pool.profile(account.id).is_some() {
            return;
        }
        account.has_grant = true;
        account.note_trouble(self.clock.truth);
        self.tokens[at].generation += 1;
        let id = account.id;
        self.ended_sign_ins.remove(&id);
        self.put_profile(at, false);
        self.changed(None);
    }

    fn models_read(&mut self, at: usize) {
        let account = &self.accounts[at];
        let models = MODELS.iter().zip(account.models).filter(|(_, may_use)| *may_use);
        let models: Vec<_> = models.map(|(model, _)| (*model).to_owned()).collect();
        self.naive.lists.insert(account.id, models.clone());
        self.pool.learned_models(account.id, models);
    }

    /// What the background has read since the last stimulus: the quota of each
    /// profile every half hour, and twice where that contradicts a rest.
    pub(crate) fn read_what_is_due(&mut self) {
        for at in 0..self.accounts.len() {
            let (account, token) = (&self.accounts[at], self.tokens[at]);
            let is_due = self.clock.uptime >= self.read_at[at] + READ_EVERY;
            let has_token = account.has_grant || token.generation >= account.oldest_token;
            let is_there = self.issuer_away_until <= self.clock.truth
                && self.vault_locked_until <= self.clock.truth;
            if account.kind == Kind::ChatGpt && is_due && has_token && is_there {
                self.pool.reading_begins(self.accounts[at].id);
                self.usage_read(at);
                self.pool.reading_begins(self.accounts[at].id);
                self.usage_read(at);
            }
        }
    }

    /// The usage endpoint answers.
    pub(crate) fn usage_read(&mut self, at: usize) {
        let truth = self.clock.truth;
        self.accounts[at].refresh(truth);
        let is_away = self.outage_until > truth;
        if is_away || self.pool.profile(self.accounts[at].id).is_none() {
            return;
        }
        self.read_at[at] = self.clock.uptime;
        let body = self.usage_answer(at);
        let id = self.accounts[at].id;
        let Some(report) = report_of(&body, self.now()) else { return };
        let events = self.pool.read_report(id, report, self.now());
        log!(self, "usage of {id}: {body} -> {events:?}");
        self.changed(None);
    }

    fn usage_answer(&self, at: usize) -> Value {
        let account = &self.accounts[at];
        let window = |quota: &crate::account::Quota| {
            let away = |at: u64| at.saturating_sub(self.clock.truth).div_ceil(SECOND);
            json!({
                "limit_window_seconds": quota.length / SECOND,
                "used_percent": quota.used,
                "reset_after_seconds": quota.resets_at.map(away),
            })
        };
        let mut windows = account.quotas.iter().map(window);
        let is_out = account.is_out() || !account.is_entitled;
        json!({
            "plan_type": "plus",
            "rate_limit": {
                "allowed": !is_out,
                "limit_reached": is_out,
                "primary_window": windows.next(),
                "secondary_window": windows.next(),
            },
            "credits": { "has_credits": account.has_credits && account.is_entitled },
        })
    }
}
