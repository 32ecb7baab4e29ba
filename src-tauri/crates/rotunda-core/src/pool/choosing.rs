//! Which profile serves a request, as far as that depends on what it asks for.

use std::time::SystemTime;

use super::{Chosen, Entry, PoolState, Work};
use crate::{
    affinity::{Affinity, Continuation, affinity_of},
    choice::{Choice, in_order, last_resort, select},
    profile::{CooldownCause, Kind, ProfileId, Standing},
};

impl PoolState {
    /// Who serves a request that has already tried some profiles.
    pub fn choose(
        &mut self,
        continuation: &Continuation,
        tried: &[ProfileId],
        now: SystemTime,
    ) -> Chosen {
        let affinity = match affinity_of(continuation, &mut self.ledger, now) {
            Affinity::Unowned(None) => Affinity::Unowned(self.serving),
            Affinity::Free => continuation.preferred.map_or(Affinity::Free, Affinity::Prefer),
            affinity => affinity,
        };
        self.choose_tied(affinity, continuation.model.as_deref(), tried, now)
    }

    /// Who serves a request that is tied like that.
    pub(super) fn choose_tied(
        &self,
        affinity: Affinity,
        model: Option<&str>,
        tried: &[ProfileId],
        now: SystemTime,
    ) -> Chosen {
        let pin = self.pinned.filter(|_| !affinity.is_hard());
        let open = |id: &ProfileId| !tried.contains(id) && pin.is_none_or(|pin| pin == *id);
        let entries = self.entries.iter().filter(|(id, _)| open(id));
        let candidates: Vec<_> =
            entries.map(|(_, entry)| self.candidate_of(entry, model, now)).collect();
        let has_room = |id: &ProfileId| {
            self.entries.get(id).is_some_and(|it| it.in_flight < self.rules.hard_cap)
        };
        let wanted = self.chosen.filter(|_| affinity == Affinity::Free).filter(has_room);
        let affinity = wanted.map_or(affinity, Affinity::Sticky);
        let choice = match select(&candidates, affinity, &self.rules, now) {
            Choice::Nobody => {
                last_resort(&candidates, affinity, &self.rules).map_or(Choice::Nobody, Choice::Use)
            }
            choice => choice,
        };
        Chosen { affinity, choice }
    }

    /// Who serves a request for some work that has already tried some profiles.
    /// Profiles that rest for this work come last, and so do those with a list
    /// that lacks a model of another list. The reserve goes to a profile with
    /// its limit in the usage. One with resting sockets gets no socket.
    pub fn choose_for(
        &mut self,
        continuation: &Continuation,
        work: Work<'_>,
        tried: &[ProfileId],
        now: SystemTime,
    ) -> Chosen {
        let mut left_out = tried.to_vec();
        let is_listed = work
            .model
            .is_some_and(|model| self.entries.values().any(|entry| entry.models.contains(model)));
        let is_reserve = self.offers_reserve(work.model);
        let lacks_model = |entry: &Entry| {
            if is_reserve {
                return !entry.offers_reserve(work.model);
            }
            is_listed && entry.does_not_list(work.model)
        };
        let rests = |entry: &&Entry| entry.rests_for(work, now) || lacks_model(entry);
        left_out.extend(self.entries.values().filter(rests).map(|entry| entry.profile.id));
        let chosen = self.choose(continuation, &left_out, now);
        let is_settled = matches!(chosen.choice, Choice::Use(_) | Choice::Busy);
        if is_settled || left_out.len() == tried.len() {
            return chosen;
        }
        let mut left_out = tried.to_vec();
        if work.over_socket {
            let rests = |entry: &&Entry| entry.rests_for(Work::SOCKETS, now);
            left_out.extend(self.entries.values().filter(rests).map(|entry| entry.profile.id));
        }
        self.choose(continuation, &left_out, now)
    }

    /// Whether the user lets a profile serve: the pool is not pinned to another
    /// one, and it is no API key that must not be used.
    pub(super) fn may_serve(&self, entry: &Entry) -> bool {
        self.pinned.is_none_or(|pin| pin == entry.profile.id)
            && (self.rules.use_api_keys || entry.profile.kind == Kind::ChatGpt)
    }

    /// Whether a profile other than `id` could serve right now.
    pub fn others_ready(&self, id: ProfileId, now: SystemTime) -> bool {
        let is_ready = |it: &Entry| {
            it.profile.id != id
                && self.standing_of(it, None, now) == Standing::Ready
                && it.profile.kind == Kind::ChatGpt
        };
        self.pinned.is_none() && self.entries.values().any(is_ready)
    }

    /// Whether a profile is out of quota while another could serve right now.
    pub fn is_out_while_others_are_ready(
        &self,
        id: ProfileId,
        model: Option<&str>,
        now: SystemTime,
    ) -> bool {
        let is_out = |it: &Entry| match self.standing_of(it, model, now) {
            Standing::Resting(rest) => rest.until > now && rest.cause.is_quota(),
            _ => false,
        };
        self.entries.get(&id).is_some_and(is_out) && self.others_ready(id, now)
    }

    /// The best of the profiles that rest for trouble.
    pub fn best_in_trouble(
        &self,
        work: Work<'_>,
        tried: &[ProfileId],
        now: SystemTime,
    ) -> Option<ProfileId> {
        let rests = |entry: &&Entry| match self.standing_of(entry, work.model, now) {
            Standing::Resting(rest) => rest.cause == CooldownCause::Trouble,
            _ => false,
        };
        let open = |entry: &&Entry| !tried.contains(&entry.profile.id) && self.may_serve(entry);
        let entries = self.entries.values().filter(open).filter(rests);
        let candidates: Vec<_> =
            entries.map(|entry| self.candidate_of(entry, work.model, now)).collect();
        in_order(&candidates, &self.rules).first().copied()
    }

    /// A profile that is ready for some work, beside those that were tried.
    pub fn ready_for(
        &self,
        work: Work<'_>,
        tried: &[ProfileId],
        now: SystemTime,
    ) -> Option<ProfileId> {
        let is_reserve = self.offers_reserve(work.model);
        let is_ready = |entry: &&Entry| {
            !tried.contains(&entry.profile.id)
                && (!is_reserve || entry.offers_reserve(work.model))
                && self.standing_of(entry, work.model, now) == Standing::Ready
                && !entry.rests_for(work, now)
                && entry.in_flight < self.rules.hard_cap
                && self.may_serve(entry)
        };
        self.entries.values().find(is_ready).map(|entry| entry.profile.id)
    }

    /// Counts a turn that ended in an error although this profile was ready.
    pub fn count_missed(&mut self) {
        self.missed += 1;
    }

    /// Whether sockets of some profile rest.
    pub fn sockets_rest(&self, now: SystemTime) -> bool {
        self.entries.values().any(|entry| entry.rests_for(Work::SOCKETS, now))
    }

    /// Whether a profile may take one more request and no second.
    pub fn has_one_place(&self, id: ProfileId) -> bool {
        let entry = self.entries.get(&id);
        entry.is_some_and(|entry| entry.in_flight + 1 >= self.rules.hard_cap)
    }
}
