//! What the tasks of the token manager store, and what the user removes or replaces.

use rotunda_core::{
    tokens::{Afterwards, Change, Observation, Saving, pause},
    vault::{ChatGptCredential, Credential, Stored, VaultError},
};

use crate::{
    clock::{Millis, SECOND, millis},
    issuer,
    manager::{Purpose, SignInChange, Stage, Task},
    plant::Plant,
    world::{World, log},
};

/// For the vault to store what was renewed.
const STORE_PATIENCE: Millis = 10 * SECOND;

impl World {
    pub(crate) fn want_to_store(&mut self, at: usize) {
        let Some(slot) = self.manager.tasks[at].as_ref().map(|task| task.slot) else { return };
        if self.manager.slots[slot].storing.take(at) {
            self.store_now(at);
        }
    }

    fn give_storing(&mut self, slot: usize) {
        if let Some(next) = self.manager.slots[slot].storing.give() {
            self.store_now(next);
        }
    }

    /// The task holds the lock for storing.
    fn store_now(&mut self, at: usize) {
        let Some(mut task) = self.manager.tasks[at].take() else { return };
        let slot = &mut self.manager.slots[task.slot];
        let id = slot.id;
        let is_blind = self.plant == Some(Plant::StoresRemoved);
        if let Stage::Storing(Some(credential)) = &task.stage {
            if !slot.tokens.may_store() && !is_blind {
                let slot = task.slot;
                self.give_storing(slot);
                return self.observe_token(at, task, Observation::Stored(Stored::Never));
            }
            let credential = credential.clone();
            let item = Credential::ChatGpt(credential.clone());
            let (after, outcome) = self.write_vault(id, item, &mut task.random);
            let is_slow = after > STORE_PATIENCE;
            let outcome = if is_slow { Err(VaultError::NotAnswering) } else { outcome };
            task.stage = Stage::Stored(credential, outcome);
            return self.go_on_after(at, task, after.min(STORE_PATIENCE));
        }
        match &mut task.purpose {
            Purpose::Change { wanted, change } => {
                slot.tokens.change_begins(*change);
                let (after, outcome) = match wanted {
                    SignInChange::Remove => {
                        let outcome = self.vault.writable(self.clock.truth);
                        (task.random.within(1, 200), outcome)
                    }
                    SignInChange::Replace(credential) => {
                        let credential = credential.clone();
                        self.write_vault(id, credential, &mut task.random)
                    }
                };
                task.stage = Stage::Changed(outcome);
                self.go_on_after(at, task, after);
            }
            Purpose::Save { .. } | Purpose::Renew { .. } => {
                let Some(credential) = slot.tokens.to_save().cloned() else {
                    self.manager.free.push(at);
                    return self.give_storing(task.slot);
                };
                let item = Credential::ChatGpt(credential.clone());
                let (after, outcome) = self.write_vault(id, item, &mut task.random);
                task.stage = Stage::Stored(credential, outcome);
                self.go_on_after(at, task, after);
            }
        }
    }

    pub(crate) fn store_is_over(
        &mut self,
        at: usize,
        mut task: Task,
        credential: &ChatGptCredential,
        outcome: &Result<(), VaultError>,
    ) {
        let slot = &mut self.manager.slots[task.slot];
        let id = slot.id;
        if let Purpose::Save { times } = &mut task.purpose {
            let event = slot.tokens.save_ended(id, outcome);
            log!(self, "{id}: stored later: {outcome:?} {event:?}");
            self.give_storing(task.slot);
            if outcome.is_err() {
                *times += 1;
                let after = millis(pause(*times));
                task.stage = Stage::Sleeping;
                return self.go_on_after(at, task, after);
            }
            self.manager.free.push(at);
            return;
        }
        let outcome = match self.plant {
            Some(Plant::UsesUnstored) => Ok(()),
            _ => outcome.clone(),
        };
        let Saving { stored, events, begins_trying } =
            slot.tokens.store_ended(id, credential, outcome);
        log!(self, "{id}: stored {stored:?} {events:?}");
        let slot = task.slot;
        if begins_trying && self.plant != Some(Plant::ForgetsUnsaved) {
            self.spawn(slot, Purpose::Save { times: 1 }, Stage::Sleeping, millis(pause(1)));
        }
        self.give_storing(slot);
        self.observe_token(at, task, Observation::Stored(stored));
    }

    pub(crate) fn change_is_over(
        &mut self,
        at: usize,
        task: Task,
        outcome: &Result<(), VaultError>,
    ) {
        let Task { slot, purpose, .. } = task;
        let Purpose::Change { wanted, change } = purpose else { return };
        let id = self.manager.slots[slot].id;
        let is_done = outcome.is_ok();
        log!(self, "{id}: {change:?} {outcome:?}");
        if is_done && matches!(wanted, SignInChange::Remove) {
            self.vault.remove(id);
        }
        let afterwards = self.manager.slots[slot].tokens.change_ended(change, is_done);
        if afterwards != Afterwards::Stay {
            self.manager.current.remove(&id);
        }
        if afterwards == Afterwards::Replace {
            let successor = self.manager.slots[slot].tokens.successor();
            *self.manager.tokens(id) = successor;
        }
        self.manager.free.push(at);
        if is_done {
            match wanted {
                SignInChange::Remove => self.removed(id),
                SignInChange::Replace(_) => self.signed_in(id),
            }
        }
        if change == Change::SignIn {
            self.give_renewing(slot);
        }
        self.give_storing(slot);
    }

    /// At an end in order: what could not be stored is stored, if the vault takes it.
    pub(crate) fn save_tokens(&mut self) {
        if self.vault.writable(self.clock.truth).is_err() {
            return;
        }
        let slots = self.manager.slots.iter();
        let unsaved = slots.filter_map(|slot| Some((slot.id, slot.tokens.to_save()?.clone())));
        for (id, credential) in unsaved.collect::<Vec<_>>() {
            let credential = Credential::ChatGpt(credential);
            self.check_written(id, issuer::token_of(&credential));
            self.vault.put(id, credential);
        }
    }
}
