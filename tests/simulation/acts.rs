//! What a stimulus does to the installation.

use rotunda_core::{
    ProfileId,
    choice::{Policy, Rules},
    profile::UseCredits,
    quota::{RESERVE_MODEL, report_of},
};
use serde_json::{Value, json};

use crate::{
    account::FEATURES,
    clock::{MINUTE, SECOND},
    issuer::IssuerFault,
    manager::SignInChange,
    naive::Chosen,
    plant::Plant,
    script::{Act, MODELS},
    vault::VaultFault,
    world::{Event, World, log},
};

impl World {
    pub(crate) fn apply(&mut self, act: Act) {
        log!(self, "- {act:?}");
        let truth = self.clock.truth;
        match act {
            Act::Task(task) => self.begin_task(task),
            Act::Outage { .. } | Act::IssuerAway { .. } | Act::Vault { .. } => {
                self.begin_fault(act);
            }
            Act::CodexRenews => self.codex_renews(),
            Act::StoreFull { lasts } => self.store.full_until = truth + lasts,
            Act::Crash => {
                self.note_trouble(truth);
                self.start_again();
            }
            Act::Restart => {
                self.note_trouble(truth);
                self.save();
                self.save_tokens();
                self.start_again();
            }
            Act::ClockStep { by } => {
                self.note_trouble(truth);
                self.clock.step(by);
            }
            Act::Suspend { lasts } => {
                self.clock.suspend(lasts);
                self.note_trouble(self.clock.truth);
                // Both holders of a shared sign-in find that it is old.
                self.codex_renews();
            }
            Act::Grant { .. } | Act::ResetRule { .. } | Act::AskReset { .. } => {
                self.change_resets(act);
            }
            Act::LongestWait { span } => {
                self.longest_wait = span;
                self.changed(None);
            }
            Act::Rules { policy, use_api_keys } => self.change_rules(policy, use_api_keys),
            Act::Trouble { account, .. }
            | Act::Spend { account, .. }
            | Act::SpendModel { account }
            | Act::EarlyReset { account }
            | Act::Credits { account, .. }
            | Act::Buy { account, .. }
            | Act::Entitlement { account, .. }
            | Act::Model { account, .. }
            | Act::TokenExpires { account }
            | Act::GrantLost { account }
            | Act::Issuer { account, .. }
            | Act::ForgetResponses { account } => self.change_account(act, account.into()),
            Act::SignIn { profile, .. }
            | Act::ReadUsage { profile }
            | Act::ReadModels { profile }
            | Act::Use { profile }
            | Act::Pause { profile, .. }
            | Act::Remove { profile, .. }
            | Act::Add { profile }
            | Act::Reserve { profile, .. } => self.change_profile(act, profile.into()),
            Act::Pin { profile } => self.pin(profile.map(usize::from)),
            Act::Consent { profile, consent } => self.set_consent_of(profile, consent),
        }
    }

    /// Something is wrong for a while that concerns all accounts.
    fn begin_fault(&mut self, act: Act) {
        let truth = self.clock.truth;
        match act {
            Act::Outage { lasts } => {
                self.outage_until = truth + lasts;
                self.note_trouble(truth + lasts);
            }
            Act::IssuerAway { lasts } => {
                self.issuer_away_until = truth + lasts;
                self.note_trouble(truth + lasts);
            }
            Act::Vault { fault, lasts } => {
                let until = match fault {
                    VaultFault::Locked => &mut self.vault.locked_until,
                    VaultFault::Full => &mut self.vault.full_until,
                    VaultFault::Slow => &mut self.vault.slow_until,
                };
                *until = truth + lasts;
                self.note_trouble(truth + lasts);
            }
            _ => {}
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
            if let Some(id) = id {
                self.naive.serve_from(id);
            }
        }
        self.naive.pinned = id;
        self.changed(None);
    }

    /// The user lets every profile serve.
    pub(crate) fn allow_all(&mut self) {
        self.pin(None);
        self.naive.credits.own.clear();
        let ids: Vec<_> = self.accounts.iter().map(|account| account.id).collect();
        for id in ids {
            self.observe_consent(id);
        }
        self.set_consent(None, Some(UseCredits::Always));
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
            Act::SpendModel { .. } => account.spend_models(truth),
            Act::EarlyReset { .. } => account.reset_early(),
            Act::Credits { has, .. } => account.has_credits = has,
            Act::Buy { credits, .. } => {
                account.has_bought = true;
                account.balance += f64::from(credits);
            }
            Act::Entitlement { has, .. } => account.is_entitled = has,
            Act::Model { model, may_use, .. } => {
                account.models[usize::from(model) % MODELS.len()] = may_use;
            }
            Act::TokenExpires { .. } => account.oldest_token = account.grants.latest + 1,
            Act::GrantLost { .. } => {
                account.grants.end_all();
                account.oldest_token = account.grants.latest + 1;
            }
            Act::Issuer { fault, lasts, is_needed, .. } => {
                if is_needed {
                    account.oldest_token = account.grants.latest + 1;
                }
                account.grants.begin(fault, truth + lasts);
                account.note_trouble(truth + lasts);
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
            Act::SignIn { during_renewal: true, .. } => {
                return self.change_during_renewal(at, false);
            }
            Act::Remove { during_renewal: true, .. } => {
                return self.change_during_renewal(at, true);
            }
            Act::SignIn { .. } => {
                let account = &mut self.accounts[at];
                account.note_trouble(self.clock.truth);
                let credential = account.grants.sign_in(account.kind, self.clock.truth);
                // Before the vault has it, as the real one does.
                self.end_sharing(id);
                return self.change_sign_in(id, SignInChange::Replace(credential));
            }
            Act::ReadUsage { .. } => return self.usage_poll.want(),
            Act::ReadModels { .. } => self.models_read(at),
            Act::Use { .. } => {
                self.pool.use_now(id);
                self.naive.ledger.forget_sessions();
                self.naive.chosen = Chosen::Is(id);
                self.naive.serve_from(id);
            }
            Act::Pause { paused, .. } => {
                let Some(profile) = self.store.pool_profiles.get_mut(&id) else { return };
                profile.paused = paused;
                self.pool.put(profile.clone());
            }
            Act::Remove { .. } => return self.change_sign_in(id, SignInChange::Remove),
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

    /// The token is refused and the issuer is slow, and then the user acts.
    fn change_during_renewal(&mut self, at: usize, removes: bool) {
        let (truth, account) = (self.clock.truth, &mut self.accounts[at]);
        account.oldest_token = account.grants.latest + 1;
        account.grants.begin(IssuerFault::Late, truth + 10 * MINUTE);
        account.note_trouble(truth + 10 * MINUTE);
        self.usage_poll.want();
        self.schedule(20 * SECOND, Event::Change { account: at, removes });
    }

    /// The user acts.
    pub(crate) fn change_now(&mut self, account: usize, removes: bool) {
        let profile = u8::try_from(account).unwrap_or_default();
        let during_renewal = false;
        self.apply(if removes {
            Act::Remove { profile, during_renewal }
        } else {
            Act::SignIn { profile, during_renewal }
        });
    }

    /// The sign-in is gone, and its profile with it.
    pub(crate) fn removed(&mut self, id: ProfileId) {
        self.pool.remove(id);
        self.end_sharing(id);
        self.naive.remove(id);
        self.money.remove(id);
        self.redeeming.remove(id);
        self.store.pool_profiles.remove(&id);
        self.store.profiles.remove(&id);
        self.store.chains.retain(|_, (_, chain)| chain.profile != id);
        self.store.reserves.remove(&id);
        self.store.pinned.take_if(|it| *it == id);
        self.evidence.remove(&id);
        self.changed(None);
    }

    /// Another sign-in is in place.
    pub(crate) fn signed_in(&mut self, id: ProfileId) {
        if let Some(at) = self.account_of(id) {
            self.accounts[at].note_trouble(self.clock.truth);
        }
        self.pool.signed_in(id);
        self.end_sharing(id);
        self.ended_sign_ins.remove(&id);
        self.usage_poll.want();
        // A sign-in is stored before it counts: one that cannot be is refused.
        let full_until = std::mem::take(&mut self.store.full_until);
        self.save();
        self.store.full_until = full_until;
        self.changed(None);
    }

    /// The account is signed in with again, as a new profile.
    fn add(&mut self, at: usize) {
        let account = &mut self.accounts[at];
        let is_known = self.pool.profile(account.id).is_some();
        if is_known || self.vault.writable(self.clock.truth).is_err() {
            return;
        }
        account.note_trouble(self.clock.truth);
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

    /// The usage endpoint answers.
    pub(crate) fn usage_read(&mut self, at: usize) {
        self.accounts[at].refresh(self.clock.truth);
        if self.pool.profile(self.accounts[at].id).is_none() {
            return;
        }
        let body = self.usage_answer(at);
        let id = self.accounts[at].id;
        let Some(report) = report_of(&body, self.now()) else { return };
        self.naive.limits.read(id, &report.others, self.now());
        let row_is_over = self.row_is_over(at);
        if report.limit_reached {
            self.naive.credits.at_limit.insert(id);
        } else {
            self.naive.credits.at_limit.remove(&id);
        }
        let now = self.now();
        let events = self.pool.read_report(id, report, now);
        let banked = self.accounts[at].banked_answer();
        if let Some(banked) = banked.filter(|it| it.resets.is_some()) {
            self.pool.read_banked(id, banked);
        }
        log!(self, "usage of {id}: {body} -> {events:?}");
        self.credits_read(at, row_is_over);
        self.follow_spending(&events);
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
        let banked = account.banked_answer();
        let mut windows = account.quotas.iter().map(window);
        let is_out = account.is_out() || !account.is_entitled;
        // Some say so too while credits go on.
        let is_reached = is_out || (account.id.0 % 2 == 1 && account.out_until().is_some());
        let limits = account.limits.iter().map(|(model, quota)| {
            let is_reserve = MODELS[*model] == RESERVE_MODEL;
            json!({
                "limit_name": if is_reserve { RESERVE_MODEL } else { FEATURES[*model] },
                "metered_feature": FEATURES[*model],
                // The slug beside the reserve is of the model that it stands in for.
                "normal_model_slug": if is_reserve { MODELS[0] } else { MODELS[*model] },
                "rate_limit": {
                    "limit_reached": quota.used >= 100.0,
                    "primary_window": window(quota),
                },
            })
        });
        let limits: Vec<_> = limits.collect();
        json!({
            "additional_rate_limits": limits,
            "plan_type": "plus",
            "rate_limit": {
                "allowed": !is_out,
                "limit_reached": is_reached,
                "primary_window": windows.next(),
                "secondary_window": windows.next(),
            },
            "credits": account.credits_answer(),
            "rate_limit_reset_credits": banked.map(|it| json!({ "available_count": it.count })),
        })
    }
}
