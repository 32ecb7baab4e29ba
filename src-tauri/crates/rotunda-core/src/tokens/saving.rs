//! Renewed credentials that the vault has not taken yet.

use super::Tokens;
use crate::{
    event::Event,
    profile::ProfileId,
    vault::{ChatGptCredential, Stored, VaultError},
};

/// A renewed credential that the vault has not taken yet. The one in the vault is spent.
#[derive(Debug, Clone)]
pub(super) struct Unsaved {
    pub(super) credential: ChatGptCredential,
    error: VaultError,
}

/// What follows of an attempt to store a renewed credential.
#[derive(Debug)]
pub struct Saving {
    /// Whether it is in the vault.
    pub stored: Stored,
    /// What others are told.
    pub events: Vec<Event>,
    /// From now on it is tried again, after [`pause`](super::pause).
    pub begins_trying: bool,
}

impl Tokens {
    /// Whether what a renewal made may be stored. It is asked, and the credential is
    /// stored, while nothing else stores or removes the profile's sign-in.
    pub const fn may_store(&self) -> bool {
        !self.gone
    }

    /// The vault was given what a renewal made. What it does not take is kept.
    pub fn store_ended(
        &mut self,
        id: ProfileId,
        credential: &ChatGptCredential,
        outcome: Result<(), VaultError>,
    ) -> Saving {
        let Err(error) = outcome else {
            let was_unsaved = self.unsaved.take().is_some();
            let events = was_unsaved.then_some(Event::Saved { profile: id });
            let events = events.into_iter().collect();
            return Saving { stored: Stored::Now, events, begins_trying: false };
        };
        let sentence = error.to_string();
        let unsaved = Unsaved { credential: credential.clone(), error };
        let begins_trying = self.unsaved.replace(unsaved).is_none();
        let event = begins_trying.then_some(Event::NotSaved { profile: id, error: sentence });
        Saving { stored: Stored::Later, events: event.into_iter().collect(), begins_trying }
    }

    /// What has to be stored, if anything has.
    pub fn to_save(&self) -> Option<&ChatGptCredential> {
        self.unsaved.as_ref().map(|unsaved| &unsaved.credential)
    }

    /// Why that is not stored yet.
    pub fn save_error(&self) -> Option<&VaultError> {
        self.unsaved.as_ref().map(|unsaved| &unsaved.error)
    }

    /// The vault was given [`Self::to_save`] once more; what others are told.
    pub fn save_ended(&mut self, id: ProfileId, outcome: &Result<(), VaultError>) -> Option<Event> {
        match outcome {
            Ok(()) => self.unsaved.take().map(|_| Event::Saved { profile: id }),
            Err(error) => {
                if let Some(unsaved) = &mut self.unsaved {
                    unsaved.error = error.clone();
                }
                None
            }
        }
    }
}
