//! What the store has of redemptions, and what it has not taken.

use rotunda_core::{
    ProfileId,
    redemption::{Redemption, RedemptionState},
};

use crate::{redeeming::Redeeming, world::World};

impl Redeeming {
    /// As far as they are by now.
    pub(crate) fn redemptions(&self) -> Vec<Redemption> {
        let state = |it: &Redemption| self.unsaved.get(&it.number).copied().unwrap_or(it.state);
        self.known.iter().map(|it| Redemption { state: state(it), ..it.clone() }).collect()
    }

    /// The profile is gone, with its redemptions and the questions about it.
    pub(crate) fn remove(&mut self, id: ProfileId) {
        // One that is added again has another number in the router.
        self.questions.begin(id);
        let before = self.known.len();
        self.known.retain(|it| it.profile != id);
        if self.known.len() < before {
            self.facts.removed();
        }
    }
}

impl World {
    /// The store keeps what it knows of a number, but for the time.
    pub(crate) fn write_redemption(&mut self, redemption: &Redemption) {
        let known = &mut self.redeeming.known;
        let place = known.iter().position(|it| it.number == redemption.number);
        let written = match place.map(|place| known.remove(place)) {
            Some(known) => Redemption { decided_at: redemption.decided_at, ..known },
            None => redemption.clone(),
        };
        known.insert(0, written);
    }

    /// What cannot be written counts in this process, and is written later.
    pub(crate) fn set_redemption(&mut self, number: &str, state: RedemptionState) {
        if self.store.full_until > self.clock.truth {
            self.redeeming.unsaved.insert(number.to_owned(), state);
            return;
        }
        self.redeeming.unsaved.remove(number);
        let known = self.redeeming.known.iter_mut().find(|it| it.number == number);
        if let Some(known) = known {
            known.state = state;
        }
    }
}
