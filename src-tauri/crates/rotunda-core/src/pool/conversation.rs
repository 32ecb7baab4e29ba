//! Which conversation lives where: the pool's side of the ledger.

use std::time::SystemTime;

use super::PoolState;
use crate::{
    affinity::{Continuation, Key, KeyKind, Owner},
    event::Event,
    profile::{CooldownCause, PaymentTerms, ProfileId, Standing},
};

impl PoolState {
    /// A profile answered: the request and its conversation are now its own. An answer may
    /// come after the removal of its profile; then they are of no profile.
    pub fn committed(
        &mut self,
        id: ProfileId,
        continuation: &Continuation,
        now: SystemTime,
    ) -> Vec<Event> {
        if !self.entries.contains_key(&id) {
            return Vec::new();
        }
        let of_own_limit = self.served_own_limit(id, continuation.model.as_deref());
        let events = of_own_limit.unwrap_or_else(|| {
            let mut events = self.served(id);
            events.extend(self.serve_from(id, continuation, now));
            events
        });
        self.bind_conversation(id, continuation, now);
        events
    }

    fn bind_conversation(&mut self, id: ProfileId, continuation: &Continuation, now: SystemTime) {
        let key = |kind, text: &Option<String>| Key::new(kind, text.as_deref()?);
        if let Some(key) = key(KeyKind::Response, &continuation.previous_response) {
            self.ledger.bind(key, id, now);
        }
        if let Some(key) =
            key(KeyKind::Compact, &continuation.session).filter(|_| continuation.compact)
        {
            self.ledger.bind(key, id, now);
        }
        let Some(session) = key(KeyKind::Session, &continuation.session) else { return };
        if !self.is_away_for_a_moment(&session, id, now) {
            self.ledger.bind(session, id, now);
        }
    }

    /// A stand-in does not take over a conversation when its profile will be back
    /// in a moment (C20).
    fn is_away_for_a_moment(&mut self, session: &Key, id: ProfileId, now: SystemTime) -> bool {
        let Some(Owner::Holds(holder)) = self.ledger.owner(session, now) else {
            return false;
        };
        let Some(entry) = self.entries.get(&holder).filter(|_| holder != id) else { return false };
        match self.standing_of(entry, PaymentTerms::ANY, now) {
            Standing::Ready => entry.candidate(now).left > self.rules.reserve_percent,
            Standing::Resting(rest) => rest.cause == CooldownCause::Trouble,
            Standing::NeedsSignIn | Standing::NotEntitled { .. } | Standing::Paused => false,
        }
    }

    /// Upstream named a response: it can be continued there only. One of a profile that is
    /// gone is not remembered, so that it is tried once (C17).
    pub fn learned_response(&mut self, id: ProfileId, response: &str, now: SystemTime) {
        let key = Key::new(KeyKind::Response, response);
        if let Some(key) = key.filter(|_| self.entries.contains_key(&id)) {
            self.ledger.bind(key, id, now);
        }
    }

    /// Upstream gave a turn its state. That of a profile that is gone goes to no other.
    pub fn learned_turn_state(&mut self, id: ProfileId, state: &str, now: SystemTime) {
        let Some(key) = Key::new(KeyKind::TurnState, state) else { return };
        if self.entries.contains_key(&id) {
            self.ledger.bind(key, id, now);
        } else {
            self.ledger.mark_gone(key, id, now);
        }
    }

    /// Whether a turn state may go to a profile: not to one it is not of.
    pub fn turn_state_fits(&mut self, id: ProfileId, state: &str, now: SystemTime) -> bool {
        let key = Key::new(KeyKind::TurnState, state);
        match key.and_then(|key| self.ledger.owner(&key, now)) {
            Some(Owner::Holds(holder)) => holder == id,
            Some(Owner::Dead) => false,
            None => true,
        }
    }

    /// Where a conversation lived before it came to `current`, if that profile
    /// is ready.
    pub fn former_profile(
        &self,
        continuation: &Continuation,
        current: ProfileId,
        tried: &[ProfileId],
        now: SystemTime,
    ) -> Option<ProfileId> {
        let key = Key::new(KeyKind::Session, continuation.session.as_deref()?)?;
        let ready = |id: &ProfileId| {
            let terms = continuation.payment_terms();
            let standing = |entry| self.standing_of(entry, terms, now);
            self.entries.get(id).map(standing) == Some(Standing::Ready)
        };
        let open = |id: &ProfileId| *id != current && !tried.contains(id);
        self.ledger.holders(&key).into_iter().flatten().filter(open).find(ready)
    }

    /// Upstream did not know the chain, before anything reached the client.
    pub fn doubted_chain(
        &mut self,
        id: ProfileId,
        continuation: &Continuation,
        now: SystemTime,
    ) -> Event {
        let key = continuation.previous_response.as_deref();
        let key = key.and_then(|key| Key::new(KeyKind::Response, key));
        if let Some(key) = key.filter(|_| self.entries.contains_key(&id)) {
            self.ledger.doubt(key, id, now);
        }
        Event::ChainLost { profile: Some(id) }
    }

    /// The chain broke after output: everything of it is dead (C13, C14).
    pub fn lost_chain(
        &mut self,
        id: ProfileId,
        responses: &[&str],
        turn_state: Option<&str>,
        now: SystemTime,
    ) -> Event {
        let is_known = self.entries.contains_key(&id);
        let keys = responses.iter().filter_map(|text| Key::new(KeyKind::Response, text));
        let state = turn_state.and_then(|text| Key::new(KeyKind::TurnState, text));
        for key in keys.filter(|_| is_known).chain(state) {
            self.ledger.mark_gone(key, id, now);
        }
        Event::ChainLost { profile: Some(id) }
    }
}
