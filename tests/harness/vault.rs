//! A vault that forgets everything at the end of its test.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use rotunda_core::{
    ProfileId,
    vault::{BoxFuture, Credential, Vault, VaultError},
};

use crate::Gate;

/// Credentials in memory, with counters and a gate before each store.
#[derive(Debug, Default)]
pub struct MemoryVault {
    items: Mutex<HashMap<ProfileId, Credential>>,
    store_gate: Mutex<Option<Gate>>,
    failure: Mutex<Option<VaultError>>,
    write_failure: Mutex<Option<VaultError>>,
    stores: AtomicUsize,
}

impl MemoryVault {
    /// Puts a credential in, uncounted and unhindered.
    pub fn put(&self, profile: ProfileId, credential: Credential) {
        lock(&self.items).insert(profile, credential);
    }

    /// What it holds for a profile.
    pub fn peek(&self, profile: ProfileId) -> Option<Credential> {
        lock(&self.items).get(&profile).cloned()
    }

    /// Every later store waits at this gate before anything is kept.
    pub fn hold_stores(&self, gate: &Gate) {
        *lock(&self.store_gate) = Some(gate.clone());
    }

    /// Every later load and store fails like this; none ends it.
    pub fn fail(&self, failure: Option<VaultError>) {
        *lock(&self.failure) = failure;
    }

    /// Every later store fails like this, and is known to fail before; `None` ends it.
    pub fn refuse_writes(&self, failure: Option<VaultError>) {
        *lock(&self.write_failure) = failure;
    }

    /// Forgets what it holds for a profile.
    pub fn remove(&self, profile: ProfileId) {
        lock(&self.items).remove(&profile);
    }

    /// How many stores were completed.
    pub fn stores(&self) -> usize {
        self.stores.load(Ordering::SeqCst)
    }

    fn check(&self) -> Result<(), VaultError> {
        lock(&self.failure).clone().map_or(Ok(()), Err)
    }

    fn check_write(&self) -> Result<(), VaultError> {
        lock(&self.write_failure).clone().map_or(Ok(()), Err)
    }
}

impl Vault for MemoryVault {
    fn load(&self, profile: ProfileId) -> BoxFuture<'_, Result<Credential, VaultError>> {
        Box::pin(async move {
            self.check()?;
            self.peek(profile).ok_or(VaultError::Missing)
        })
    }

    fn writable(&self, _: ProfileId) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(async move { self.check_write() })
    }

    fn store(
        &self,
        profile: ProfileId,
        credential: Credential,
    ) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(async move {
            let gate = lock(&self.store_gate).clone();
            if let Some(gate) = gate {
                gate.pass().await;
            }
            self.check()?;
            self.check_write()?;
            self.put(profile, credential);
            self.stores.fetch_add(1, Ordering::SeqCst);
            Ok(())
        })
    }
}

/// A poisoned lock means a failed test; its value is still good to look at.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
