//! What of the pool outlives a restart.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{Paid, PoolState, Spending};
use crate::{
    affinity::{Chain, Key, KeyKind, Ledger, Life},
    profile::{ProfileId, Standing, Usage},
};

/// From a change to the save that holds it; the changes of this time are one save.
const SAVE_PAUSE: Duration = Duration::from_millis(150);
/// Between two attempts of a store that cannot be written, at most.
const LONGEST_SAVE_PAUSE: Duration = Duration::from_secs(60);

/// How long to wait before the next save, after so many in a row that failed.
pub fn save_pause(failures: u32) -> Duration {
    let Some(doublings) = failures.checked_sub(1) else { return SAVE_PAUSE };
    let seconds = 1_u64.checked_shl(doublings).unwrap_or(u64::MAX);
    Duration::from_secs(seconds).min(LONGEST_SAVE_PAUSE)
}

/// Something worth keeping through a restart.
#[derive(Debug, Clone, PartialEq)]
pub enum Memory {
    /// A binding changed or went.
    Chain(Key, Option<Chain>),
    /// A profile's rest, refusal or quota changed.
    Profile(ProfileId, Kept),
    /// A conversation, with the numbers of all places whose rules were ever for it.
    Conversation(Box<str>, BTreeSet<u64>),
}

/// What is kept of one profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Never [`Standing::Paused`]: that is the user's setting, kept elsewhere.
    pub standing: Standing,
    /// Quota as last reported.
    pub usage: Option<Usage>,
    /// Its credits are being spent, which has been told.
    pub spending: Option<Spending>,
    /// The latest turn that was sent for credits to pay.
    pub paid: Option<Paid>,
}

impl PoolState {
    /// Without profiles, and with this ledger.
    pub fn with_ledger(ledger: Ledger) -> Self {
        Self { ledger, ..Self::default() }
    }

    /// What changed since the last call and is worth keeping.
    pub fn take_memory(&mut self) -> Vec<Memory> {
        let chains = self.ledger.take_changes().into_iter();
        let mut memory: Vec<_> = chains.map(|(key, chain)| Memory::Chain(key, chain)).collect();
        for id in std::mem::take(&mut self.unsaved) {
            if let Some(entry) = self.entries.get(&id) {
                let kept = Kept {
                    standing: entry.standing,
                    usage: entry.usage.as_deref().cloned(),
                    spending: entry.spending.clone(),
                    paid: entry.paid,
                };
                memory.push(Memory::Profile(id, kept));
            }
        }
        let ruled = self.take_ruled_conversations().into_iter();
        memory.extend(ruled.map(|(name, places)| Memory::Conversation(name, places)));
        memory
    }

    /// What was taken last could not be saved: the next call has it again, as it is then.
    pub fn not_saved(&mut self, memory: Vec<Memory>) {
        for memory in memory {
            match memory {
                Memory::Chain(key, _) => self.ledger.not_saved(key),
                Memory::Profile(id, _) => drop(self.unsaved.insert(id)),
                Memory::Conversation(name, places) => self.conversation_not_saved(name, places),
            }
        }
    }

    /// Puts back what was kept of the profiles that are there, chains least recently used
    /// first. It may come from an old copy, from another machine, or from a time when the
    /// clock was wrong, so every time in it is bounded from `now`.
    pub fn restore(&mut self, memory: impl IntoIterator<Item = Memory>, now: SystemTime) {
        for memory in memory {
            match memory {
                Memory::Chain(key, Some(chain)) => self.restore_chain(key, chain, now),
                Memory::Chain(_, None) => {}
                Memory::Conversation(name, places) => self.restore_conversation(&name, places),
                Memory::Profile(id, kept) => {
                    if let Some(entry) = self.entries.get_mut(&id) {
                        entry.standing = kept.standing.bounded(now);
                        entry.usage = kept.usage.map(|usage| Arc::new(usage.bounded(now)));
                        entry.spending =
                            kept.spending.map(|it| Spending { since: it.since.min(now), ..it });
                        entry.is_restored = true;
                        let paid = kept.paid.map(|it| Paid { at: it.at.min(now), ..it });
                        entry.paid =
                            paid.or_else(|| entry.spending.as_ref().and_then(Spending::paid));
                        entry.follow_plan(now);
                    }
                }
            }
        }
    }

    /// A profile that is gone holds nothing: the store may have lost only the one or the
    /// other.
    fn restore_chain(&mut self, key: Key, chain: Chain, now: SystemTime) {
        let is_held = self.entries.contains_key(&chain.profile);
        if !is_held && key.kind != KeyKind::TurnState {
            return self.ledger.refuse_stored(key);
        }
        let life = if is_held { chain.life } else { Life::Dead };
        let touched = chain.touched.min(now);
        self.ledger.restore([(key, Chain { life, touched, ..chain })]);
    }
}
