//! Who holds which conversation, remembered in the most obvious way.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rotunda_core::{
    ProfileId,
    affinity::{Chain, Key, KeyKind, Life},
};

/// A dead chain is remembered so long.
const TOMBSTONE: Duration = Duration::from_secs(15 * 60);
/// A use is written down again after this time.
const TOUCH: Duration = Duration::from_secs(60);

/// What is remembered, without a bound, and what changed since it was saved.
#[derive(Debug, Default)]
pub(crate) struct NaiveLedger {
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

    pub(crate) fn holder(&self, kind: KeyKind, text: Option<&str>, now: SystemTime) -> Holder {
        let Some(key) = text.and_then(|text| Key::new(kind, text)) else { return Holder::Unknown };
        let Some(chain) = self.chains.get(&key) else { return Holder::Unknown };
        if chain.life != Life::Dead {
            return Holder::Profile(chain.profile);
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

    pub(crate) fn doubt(&mut self, text: &str, profile: ProfileId, now: SystemTime) {
        let Some(key) = Key::new(KeyKind::Response, text) else { return };
        let life = match self.chains.get(&key) {
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

    pub(crate) fn forget_profile(&mut self, profile: ProfileId) {
        self.forget_where(|_, chain| chain.profile == profile);
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

    /// What was not saved is gone.
    pub(crate) fn crash(&mut self) {
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

    /// Everything that is remembered for longer than a tombstone.
    pub(crate) fn alive(&self) -> impl Iterator<Item = (&Key, &Chain)> {
        self.chains.iter().filter(|(_, chain)| chain.life != Life::Dead)
    }
}
