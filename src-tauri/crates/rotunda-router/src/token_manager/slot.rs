//! What is held of one profile: its tokens, and who may act on them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rotunda_core::tokens::Tokens;

/// One profile's tokens.
#[derive(Debug, Default)]
pub(super) struct Slot {
    /// Held for moments.
    tokens: Mutex<Tokens>,
    /// Held through a renewal, from before the vault is read until what was made is stored.
    pub(super) renewing: tokio::sync::Mutex<()>,
    /// Held while the profile's items change: a store and a removal never overlap.
    pub(super) storing: tokio::sync::Mutex<()>,
}

impl Slot {
    pub(super) fn of(tokens: Tokens) -> Self {
        Self { tokens: Mutex::new(tokens), ..Self::default() }
    }

    pub(super) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
