//! The store, and a new process that begins with what is in it.

use std::{collections::BTreeMap, num::NonZeroUsize};

use rotunda_core::{
    PoolState, ProfileId,
    affinity::{Chain, Key, Ledger},
    clock_step::StepWatch,
    pool::{Kept, Memory, save_pause},
    profile::PoolProfile,
};

use crate::{
    clock::{Millis, SECOND, millis},
    plant::Plant,
    world::{Event, World, log},
};

/// What changed is saved, or a save fails, within this time.
const SAVED_WITHIN: Millis = 61 * SECOND;
pub(crate) const SAVED_SOON: &str = "what changed is saved";

/// What outlives a crash.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) chains: BTreeMap<Key, (u64, Chain)>,
    pub(crate) profiles: BTreeMap<ProfileId, Kept>,
    pub(crate) pool_profiles: BTreeMap<ProfileId, PoolProfile>,
    pub(crate) reserves: BTreeMap<ProfileId, f64>,
    pub(crate) pinned: Option<ProfileId>,
    pub(crate) saves: u64,
    /// Saves in a row that failed.
    failures: u32,
    /// Truth until which it cannot be written.
    pub(crate) full_until: Millis,
    /// Uptime at the first change that it does not have, or at the latest save that failed.
    unsaved_since: Option<Millis>,
}

impl Store {
    /// The oldest bindings beyond the bound go.
    fn keep(&mut self, most: usize) {
        let mut touched: Vec<_> = self.chains.values().map(|(_, chain)| chain.touched).collect();
        if touched.len() > most {
            touched.sort_unstable_by(|a, b| b.cmp(a));
            let oldest = touched[most - 1];
            self.chains.retain(|_, (_, chain)| chain.touched >= oldest);
        }
    }

    /// Time passes in which nothing happens, not even a save.
    pub(crate) fn wait_from(&mut self, uptime: Millis) {
        self.unsaved_since = self.unsaved_since.map(|_| uptime);
    }
}

impl World {
    /// A pool with a ledger as small as this life has it.
    pub(crate) fn new_pool(&self) -> PoolState {
        let capacity = match self.plant {
            Some(Plant::SmallLedger) => self.naive.ledger.capacity.map(|most| most / 4),
            _ => self.naive.ledger.capacity,
        };
        let ledger = capacity.and_then(NonZeroUsize::new).map(Ledger::with_capacity);
        PoolState::with_ledger(ledger.unwrap_or_default())
    }

    /// Something changed that the store does not have yet.
    pub(crate) fn plan_save(&mut self) {
        self.store.unsaved_since.get_or_insert(self.clock.uptime);
        if !std::mem::replace(&mut self.is_save_due, true) {
            self.schedule(millis(save_pause(self.store.failures)), Event::Save);
        }
    }

    pub(crate) fn save(&mut self) {
        self.is_save_due = false;
        let mut memory = self.pool.take_memory();
        if self.store.full_until > self.clock.truth && !memory.is_empty() {
            self.store.failures += 1;
            self.store.unsaved_since = Some(self.clock.uptime);
            log!(self, "the store is full, {} changes are not saved", memory.len());
            if self.plant != Some(Plant::DropsUnsaved) {
                self.pool.not_saved(memory);
            }
            return self.plan_save();
        }
        self.store.failures = 0;
        self.store.unsaved_since = None;
        self.store.saves += 1;
        let is_chain = |it: &Memory| matches!(it, Memory::Chain(_, Some(_)));
        if self.plant == Some(Plant::ForgetsChain) && self.store.saves.is_multiple_of(8) {
            memory.iter().position(is_chain).map(|at| memory.remove(at));
        }
        for memory in memory {
            match memory {
                Memory::Chain(key, Some(chain)) => {
                    self.store.chains.insert(key, (self.store.saves, chain));
                }
                Memory::Chain(key, None) => drop(self.store.chains.remove(&key)),
                Memory::Profile(id, kept) => drop(self.store.profiles.insert(id, kept)),
                // There are no rules per project here.
                Memory::Conversation(..) => {}
            }
        }
        self.naive.ledger.saved();
        self.money.save();
    }

    /// What changed is saved soon, or tried again.
    pub(crate) fn check_store(&mut self) {
        let Some(since) = self.store.unsaved_since else { return };
        let waited = self.clock.uptime.saturating_sub(since);
        if waited > SAVED_WITHIN {
            self.violate(SAVED_SOON, format!("a change waits for {waited} ms"));
        }
    }

    /// A new process: what was not saved is gone, and so are all requests.
    pub(crate) fn start_again(&mut self) {
        self.runs.iter_mut().for_each(|run| *run = None);
        if self.store.failures > 0 {
            // Nothing tells who allowed what was spent while the store was full.
            self.money.forget_consent(self.store.pool_profiles.keys());
        }
        self.store.failures = 0;
        self.store.unsaved_since = None;
        self.is_save_due = false;
        self.notices.restart(self.plant);
        if let Some(most) = self.naive.ledger.capacity {
            self.store.keep(most);
        }
        self.naive.ledger.crash();
        let saved = self.store.chains.iter().map(|(key, (_, chain))| (key, chain.touched));
        self.naive.ledger.restored(saved, self.clock.wall());
        self.naive.restart();
        self.money.restart();
        self.agreed.clear();
        let now = self.now();
        self.pool.replace(self.new_pool());
        self.set_rules();
        self.store.pool_profiles.values().for_each(|profile| self.pool.put(profile.clone()));
        let mut chains: Vec<_> = self.store.chains.iter().collect();
        chains.sort_by_key(|(_, (saved, _))| *saved);
        let chains = chains.into_iter().map(|(key, (_, it))| Memory::Chain(key.clone(), Some(*it)));
        let profiles = self.store.profiles.iter();
        let profiles = profiles.map(|(id, kept)| Memory::Profile(*id, kept.clone()));
        self.pool.restore(chains.chain(profiles), now);
        self.restore_credits();
        for (id, percent) in &self.store.reserves {
            self.pool.set_reserve(*id, Some(*percent));
        }
        let pinned = self.store.pinned;
        self.pool.pin(pinned);
        self.naive.pinned = pinned;
        if let Some(pinned) = pinned {
            self.naive.serve_from(pinned);
            self.naive.ledger.forget_sessions();
        }
        self.crash_vault();
        self.settle_with_codex();
        self.manager.restart();
        self.restart_resets();
        self.usage_poll.restart(self.clock.uptime);
        self.token_facts.restart();
        self.steps = StepWatch::default();
        self.sync_clock();
        self.restore_evidence();
        self.check_ledger();
        self.changed(None);
        for task in 0..self.jobs.len() {
            if self.jobs[task].run.take().is_some() {
                self.retry(task, 500);
            }
        }
    }
}
