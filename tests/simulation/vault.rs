//! A simulated place of the sign-ins: locked, full or slow for a while.

use std::collections::BTreeMap;

use rotunda_core::{
    ProfileId,
    vault::{Credential, VaultError},
};

use crate::{
    clock::{Millis, SECOND},
    issuer::{Token, token_of},
    random::Random,
    world::{Event, World, log},
};

/// How the vault misbehaves for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VaultFault {
    Locked,
    /// It can be read and not written.
    Full,
    /// Each write takes seconds.
    Slow,
}

/// A write that is under way.
#[derive(Debug)]
struct Write {
    id: ProfileId,
    credential: Credential,
}

/// What it holds, and until when what is wrong with it, by upstream's clock.
#[derive(Debug, Default)]
pub(crate) struct SimulatedVault {
    items: BTreeMap<ProfileId, Credential>,
    writes: BTreeMap<u64, Write>,
    written: u64,
    /// Uptime until which it is busy with writes of a profile: they follow each other.
    busy: BTreeMap<ProfileId, Millis>,
    pub(crate) locked_until: Millis,
    pub(crate) full_until: Millis,
    pub(crate) slow_until: Millis,
}

impl SimulatedVault {
    pub(crate) fn writable(&self, truth: Millis) -> Result<(), VaultError> {
        if self.locked_until > truth {
            return Err(VaultError::Locked);
        }
        if self.full_until > truth {
            return Err(VaultError::CannotSave("no space left".to_owned()));
        }
        Ok(())
    }

    pub(crate) fn load(&self, id: ProfileId, truth: Millis) -> Result<Credential, VaultError> {
        if self.locked_until > truth {
            return Err(VaultError::Locked);
        }
        self.items.get(&id).cloned().ok_or(VaultError::Missing)
    }

    /// The access token that it holds for a profile.
    pub(crate) fn token(&self, id: ProfileId) -> Option<Token> {
        token_of(self.items.get(&id)?)
    }

    /// A sign-in is put there before anything else happens.
    pub(crate) fn put(&mut self, id: ProfileId, credential: Credential) {
        self.writes.retain(|_, write| write.id != id);
        self.items.insert(id, credential);
    }

    /// Writes that wait for their turn are of a sign-in that is gone.
    pub(crate) fn remove(&mut self, id: ProfileId) {
        self.writes.retain(|_, write| write.id != id);
        self.items.remove(&id);
    }

    pub(crate) fn repair(&mut self) {
        (self.locked_until, self.full_until, self.slow_until) = (0, 0, 0);
    }
}

impl World {
    /// Begins a write: when its outcome is known, and which it is.
    pub(crate) fn write_vault(
        &mut self,
        id: ProfileId,
        credential: Credential,
        random: &mut Random,
    ) -> (Millis, Result<(), VaultError>) {
        let (truth, uptime) = (self.clock.truth, self.clock.uptime);
        if let Err(error) = self.vault.writable(truth) {
            return (random.within(5, 200), Err(error));
        }
        let is_slow = self.vault.slow_until > truth;
        let takes = if is_slow { random.within(SECOND, 25 * SECOND) } else { random.within(1, 60) };
        let busy = self.vault.busy.entry(id).or_default();
        *busy = (*busy).max(uptime) + takes;
        let after = *busy - uptime;
        self.vault.written += 1;
        let write = self.vault.written;
        self.vault.writes.insert(write, Write { id, credential });
        self.schedule(after, Event::Written { write });
        (after, Ok(()))
    }

    /// A write is done: from now on a crash does not undo it.
    pub(crate) fn written(&mut self, write: u64) {
        let Some(Write { id, credential }) = self.vault.writes.remove(&write) else { return };
        let token = token_of(&credential);
        log!(self, "the vault has {token:?} of {id}");
        self.check_written(id, token);
        self.vault.items.insert(id, credential);
    }

    /// A crash: a write that is under way is done or not.
    pub(crate) fn crash_vault(&mut self) {
        for write in self.vault.writes.keys().copied().collect::<Vec<_>>() {
            if self.random.percent(50) {
                self.written(write);
            }
        }
        self.vault.writes.clear();
        self.vault.busy.clear();
    }
}
