//! Who holds which conversation, remembered in the most obvious way.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rotunda_core::{
    ProfileId,
    affinity::{Chain, Key, KeyKind, Ledger, Life},
};

/// A dead chain is remembered so long.
const TOMBSTONE: Duration = Duration::from_secs(15 * 60);
/// A use is written down again after this time.
const TOUCH: Duration = Duration::from_secs(60);

/// The real one counts uses that this one does not see in the same order.
const MARGIN: usize = 8;

/// When a key was used, in uses of the whole ledger.
#[derive(Debug, Clone, Copy, Default)]
struct Uses {
    /// The latest use that is certain.
    certain: u64,
    /// The latest that may have been one.
    possible: u64,
}

/// What is remembered, without a bound, and what changed since it was saved.
#[derive(Debug, Default)]
pub(crate) struct NaiveLedger {
    /// So many the real one remembers, when that matters.
    pub(crate) capacity: Option<usize>,
    uses: BTreeMap<Key, Uses>,
    used: u64,
    chains: BTreeMap<Key, Chain>,
    /// What stood there before each change, oldest first.
    unsaved: Vec<(Key, Option<Chain>)>,
}

/// What is known of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    Unknown,
    Profile(ProfileId),
    Dead,
}

impl NaiveLedger {
    fn set(&mut self, key: Key, chain: Option<Chain>) {
        let before = match chain {
            Some(chain) => self.chains.insert(key.clone(), chain),
            None => self.chains.remove(&key),
        };
        self.unsaved.push((key, before));
    }

    fn put(&mut self, key: Key, chain: Chain) {
        if self.capacity.is_some() {
            self.used += 1;
            let uses = Uses { certain: self.used, possible: self.used };
            self.uses.insert(key.clone(), uses);
        }
        let is_repeated = self.chains.get(&key).is_some_and(|old| {
            let age = chain.touched.duration_since(old.touched);
            old.profile == chain.profile
                && old.life == chain.life
                && age.is_ok_and(|age| age < TOUCH)
        });
        if !is_repeated {
            self.set(key, Some(chain));
        }
    }

    /// A request names the key, so the real ledger may look it up.
    pub(crate) fn may_use(&mut self, kind: KeyKind, text: Option<&str>) {
        if self.capacity.is_none() {
            return;
        }
        let Some(key) = text.and_then(|text| Key::new(kind, text)) else { return };
        if let Some(uses) = self.uses.get_mut(&key) {
            self.used += 1;
            uses.possible = self.used;
        }
    }

    /// Whether fewer keys were used since than the real ledger remembers.
    fn is_inside(&self, key: &Key) -> bool {
        let Some(capacity) = self.capacity.filter(|most| self.uses.len() + MARGIN >= *most) else {
            return true;
        };
        let certain = self.uses.get(key).map_or(0, |uses| uses.certain);
        let since = self.uses.values().filter(|uses| uses.possible > certain).count();
        since + MARGIN < capacity
    }

    /// What is known of a key. One that the real ledger may have forgotten is known as
    /// long as it has not.
    pub(crate) fn holder(
        &self,
        kind: KeyKind,
        text: Option<&str>,
        now: SystemTime,
        real: &Ledger,
    ) -> Holder {
        let Some(key) = text.and_then(|text| Key::new(kind, text)) else { return Holder::Unknown };
        let Some(chain) = self.chains.get(&key) else { return Holder::Unknown };
        if !self.is_inside(&key) && real.life(&key).is_none() {
            return Holder::Unknown;
        }
        if chain.life != Life::Dead {
            return Holder::Profile(chain.profile);
        }
        if kind == KeyKind::TurnState {
            return Holder::Dead;
        }
        let age = now.duration_since(chain.touched);
        if age.is_ok_and(|age| age < TOMBSTONE) { Holder::Dead } else { Holder::Unknown }
    }

    pub(crate) fn bind(&mut self, kind: KeyKind, text: &str, profile: ProfileId, now: SystemTime) {
        let Some(key) = Key::new(kind, text) else { return };
        let former = match self.chains.get(&key) {
            Some(old) if old.profile != profile => Some(old.profile),
            Some(old) => old.former,
            None => None,
        };
        self.put(key, Chain { profile, life: Life::Verified, former, touched: now });
    }

    /// `real` has heard of it already.
    pub(crate) fn doubt(&mut self, text: &str, profile: ProfileId, now: SystemTime, real: &Ledger) {
        let Some(key) = Key::new(KeyKind::Response, text) else { return };
        let life = match self.chains.get(&key) {
            _ if !self.is_inside(&key) => real.life(&key).unwrap_or(Life::Dead),
            Some(Chain { life: Life::Verified, .. }) => Life::Suspect,
            _ => Life::Dead,
        };
        self.put(key, Chain { profile, life, former: None, touched: now });
    }

    fn forget_where(&mut self, is_gone: impl Fn(&Key, &Chain) -> bool) {
        let gone = self.chains.iter().filter(|(key, chain)| is_gone(key, chain));
        let gone: Vec<_> = gone.map(|(key, _)| key.clone()).collect();
        for key in gone {
            self.set(key, None);
        }
    }

    pub(crate) fn forget_sessions(&mut self) {
        self.forget_where(|key, _| key.kind == KeyKind::Session);
    }

    /// The profile is gone, and the store has forgotten at once what it held.
    pub(crate) fn forget_profile(&mut self, profile: ProfileId) {
        let states = self.chains.iter().filter(|(key, chain)| {
            key.kind == KeyKind::TurnState && chain.profile == profile && chain.life != Life::Dead
        });
        let states: Vec<_> = states.map(|(key, chain)| (key.clone(), *chain)).collect();
        for (key, chain) in states {
            self.set(key, Some(Chain { life: Life::Dead, ..chain }));
        }
        self.forget_where(|key, chain| key.kind != KeyKind::TurnState && chain.profile == profile);
        for (_, before) in &mut self.unsaved {
            before.take_if(|chain| chain.profile == profile);
        }
    }

    /// A turn state came of a profile that is gone.
    pub(crate) fn foreign_state(&mut self, text: &str, profile: ProfileId, now: SystemTime) {
        let Some(key) = Key::new(KeyKind::TurnState, text) else { return };
        self.put(key, Chain { profile, life: Life::Dead, former: None, touched: now });
    }

    pub(crate) fn move_back(&mut self, by: Duration) {
        let earlier = |at: SystemTime| at.checked_sub(by).unwrap_or(UNIX_EPOCH).max(UNIX_EPOCH);
        for chain in self.chains.values_mut() {
            chain.touched = earlier(chain.touched);
        }
        for chain in self.unsaved.iter_mut().filter_map(|(_, chain)| chain.as_mut()) {
            chain.touched = earlier(chain.touched);
        }
    }

    /// All of it is in the store.
    pub(crate) fn saved(&mut self) {
        self.unsaved.clear();
    }

    /// What was not saved is gone, and so is the order of uses.
    pub(crate) fn crash(&mut self) {
        self.used = 1;
        self.uses.values_mut().for_each(|uses| *uses = Uses { certain: 0, possible: 1 });
        while let Some((key, before)) = self.unsaved.pop() {
            match before {
                Some(chain) => drop(self.chains.insert(key, chain)),
                None => drop(self.chains.remove(&key)),
            }
        }
    }

    /// Read from the store: its times were not moved when the clock was set.
    pub(crate) fn restored<'a>(
        &mut self,
        saved: impl Iterator<Item = (&'a Key, SystemTime)>,
        now: SystemTime,
    ) {
        for (key, touched) in saved {
            if let Some(chain) = self.chains.get_mut(key) {
                chain.touched = touched.min(now);
            }
        }
    }

    /// Everything that the real one must remember for longer than a tombstone.
    pub(crate) fn alive(&self) -> impl Iterator<Item = (&Key, &Chain)> {
        let is_alive =
            |(key, chain): &(&Key, &Chain)| chain.life != Life::Dead && self.is_inside(key);
        self.chains.iter().filter(is_alive)
    }
}
