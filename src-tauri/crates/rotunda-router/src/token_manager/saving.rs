//! Storing what was renewed, at once or as soon as the vault takes it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use rotunda_core::{
    ProfileId,
    tokens::{Saving, pause},
    vault::{ChatGptCredential, Credential, Stored, VaultError},
};
use tokio::time::timeout;

use super::{TokenManager, slot::Slot};

/// For the vault to store what was renewed. A longer store continues, and the token is used.
const STORE_PATIENCE: Duration = Duration::from_secs(10);
/// At a stop: for answers of the issuer that are on their way.
const STOP_PATIENCE: Duration = Duration::from_secs(15);
/// At a stop: for storing what could not be stored before.
const LAST_SAVE: Duration = Duration::from_secs(10);

impl TokenManager {
    /// Renewed sign-ins that the vault has not taken yet, and why.
    pub fn unsaved(&self) -> BTreeMap<ProfileId, VaultError> {
        let slots = self.slots();
        let unsaved =
            slots.iter().filter_map(|(id, slot)| Some((*id, slot.tokens().save_error()?.clone())));
        unsaved.collect()
    }

    /// Stores what could not be stored before, once more.
    ///
    /// # Errors
    /// Why some of it is still not stored.
    pub async fn save_unsaved(&self) -> Result<(), VaultError> {
        let slots: Vec<_> = self.slots().iter().map(|(id, slot)| (*id, Arc::clone(slot))).collect();
        let mut outcome = Ok(());
        for (id, slot) in slots {
            outcome = self.save(id, &slot).await.and(outcome);
        }
        outcome
    }

    /// At a stop: waits for answers of the issuer that are on their way, and
    /// stores what could not be stored before. Both within bounds.
    pub(crate) async fn close(&self) {
        self.inner.renewals.close();
        if timeout(STOP_PATIENCE, self.inner.renewals.wait()).await.is_err() {
            tracing::warn!("a renewal is not over; its answer will not be stored");
        }
        match timeout(LAST_SAVE, self.save_unsaved()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "a renewed sign-in could not be stored"),
            Err(_) => tracing::error!("the vault did not answer; a renewed sign-in is not stored"),
        }
    }

    /// Stores a credential after its predecessor is spent. What the vault does not
    /// take is kept and stored later.
    pub(super) async fn store(
        &self,
        id: ProfileId,
        slot: &Arc<Slot>,
        credential: &ChatGptCredential,
    ) -> Stored {
        let _storing = slot.storing.lock().await;
        if !slot.tokens().may_store() {
            return Stored::Never;
        }
        let store = self.inner.vault.store(id, Credential::ChatGpt(credential.clone()));
        let outcome = timeout(STORE_PATIENCE, store).await.unwrap_or_else(|_| Err(no_answer()));
        if let Err(error) = &outcome {
            tracing::error!(profile = %id, %error, "a renewed sign-in could not be stored yet");
        }
        let Saving { stored, events, begins_trying } =
            slot.tokens().store_ended(id, credential, outcome);
        self.inner.pool.say(events);
        if begins_trying {
            tokio::spawn(self.clone().save_later(id, Arc::clone(slot)));
        }
        stored
    }

    /// Tries to store what could not be stored, with growing pauses.
    async fn save_later(self, id: ProfileId, slot: Arc<Slot>) {
        for times in 1.. {
            tokio::time::sleep(pause(times)).await;
            if self.save(id, &slot).await.is_ok() {
                return;
            }
        }
    }

    /// Stores what could not be stored; fine when there is nothing.
    async fn save(&self, id: ProfileId, slot: &Slot) -> Result<(), VaultError> {
        let _storing = slot.storing.lock().await;
        let Some(credential) = slot.tokens().to_save().cloned() else { return Ok(()) };
        let outcome = self.inner.vault.store(id, Credential::ChatGpt(credential)).await;
        let event = slot.tokens().save_ended(id, &outcome);
        outcome?;
        self.inner.vault.saved(id).await;
        self.inner.pool.say(event);
        Ok(())
    }
}

fn no_answer() -> VaultError {
    VaultError::Unavailable("it does not answer".to_owned())
}
