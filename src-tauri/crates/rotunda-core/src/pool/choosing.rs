//! Which profile serves a request, as far as that depends on what it asks for.

use std::{borrow::Cow, time::SystemTime};

use super::{Chosen, Entry, PoolState, Work};
use crate::{
    affinity::{Affinity, Continuation, affinity_of},
    choice::{Candidate, Choice, in_order, last_resort, select},
    profile::{CooldownCause, Kind, PaymentTerms, ProfileId, Standing, is_permitted},
};

impl PoolState {
    /// Who serves a request that has already tried some profiles.
    pub fn choose(
        &mut self,
        continuation: &Continuation,
        tried: &[ProfileId],
        now: SystemTime,
    ) -> Chosen {
        let affinity = self.affinity_to(continuation, now);
        let terms = continuation.payment_terms();
        let work =
            Work { model: terms.model, route: "", over_socket: false, allowed: terms.allowed };
        let open = self.open_to(affinity, work, tried);
        let candidates: Vec<_> = open.map(|it| self.candidate_of(it, terms, now)).collect();
        self.choose_of(&candidates, affinity, now)
    }

    /// How a request is tied, but for what the user chose.
    pub(super) fn affinity_to(&mut self, continuation: &Continuation, now: SystemTime) -> Affinity {
        match affinity_of(continuation, &mut self.ledger, now) {
            Affinity::Unowned(None) => {
                Affinity::Unowned(self.serving.filter(|id| continuation.permits(*id)))
            }
            Affinity::Free => continuation.preferred.map_or(Affinity::Free, Affinity::Prefer),
            affinity => affinity,
        }
    }

    /// Profiles that a request may ask that is tied like that: those that may serve it, but
    /// for the ones that it has tried, and others than the one that the user pinned.
    fn open_to<'a>(
        &'a self,
        affinity: Affinity,
        work: Work<'a>,
        tried: &'a [ProfileId],
    ) -> impl Iterator<Item = &'a Entry> {
        let pin = self.pin_of(work).filter(|_| !affinity.is_hard());
        let open = move |entry: &&Entry| {
            let id = entry.profile.id;
            !tried.contains(&id) && entry.is_among(work.allowed) && pin.is_none_or(|pin| pin == id)
        };
        self.entries.values().filter(open)
    }

    /// The profile that the user pinned, where it may serve this work: a rule for the
    /// project goes before the pin.
    pub(super) fn pin_of(&self, work: Work<'_>) -> Option<ProfileId> {
        self.pinned.filter(|pin| work.permits(*pin))
    }

    /// Who of these serves a request that is tied like that.
    pub(super) fn choose_of(
        &self,
        candidates: &[Candidate],
        affinity: Affinity,
        now: SystemTime,
    ) -> Chosen {
        let has_room = |id: &ProfileId| {
            self.entries.get(id).is_some_and(|it| it.in_flight < self.rules.hard_cap)
        };
        let is_open = |id: &ProfileId| candidates.iter().any(|it| it.id == *id);
        let wanted = self.chosen.filter(|_| affinity == Affinity::Free).filter(has_room);
        let wanted = wanted.filter(is_open);
        let affinity = wanted.map_or(affinity, Affinity::Sticky);
        let choice = match select(candidates, affinity, &self.rules, now) {
            Choice::Nobody => {
                last_resort(candidates, affinity, &self.rules).map_or(Choice::Nobody, Choice::Use)
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
        let affinity = self.affinity_to(continuation, now);
        let permitted = || self.entries.values().filter(|entry| entry.is_among(work.allowed));
        let is_listed =
            work.model.is_some_and(|model| permitted().any(|entry| entry.models.contains(model)));
        let is_reserve = permitted().any(|entry| entry.offers_reserve(work.model));
        let is_last = |entry: &Entry| {
            let lacks_model = if is_reserve {
                !entry.offers_reserve(work.model)
            } else {
                is_listed && entry.does_not_list(work.model)
            };
            lacks_model || entry.rests_for(work, now)
        };
        let terms = work.payment_terms();
        let mut later = Vec::new();
        let mut candidates = Vec::with_capacity(self.entries.len());
        for entry in self.open_to(affinity, work, tried) {
            if is_last(entry) {
                later.push(entry);
            } else {
                candidates.push(self.candidate_of(entry, terms, now));
            }
        }
        let chosen = self.choose_of(&candidates, affinity, now);
        if matches!(chosen.choice, Choice::Use(_) | Choice::Busy) || later.is_empty() {
            return chosen;
        }
        later.retain(|it| !work.over_socket || !it.rests_for(Work::SOCKETS, now));
        candidates.extend(later.into_iter().map(|it| self.candidate_of(it, terms, now)));
        self.choose_of(&candidates, affinity, now)
    }

    /// The profiles that a request does not ask: those that it has tried, and those that
    /// the user does not let serve it.
    pub(crate) fn closed_to<'a>(
        &self,
        continuation: &Continuation,
        tried: &'a [ProfileId],
    ) -> Cow<'a, [ProfileId]> {
        if continuation.allowed.is_none() {
            return Cow::Borrowed(tried);
        }
        let others = self.entries.keys().filter(|id| !continuation.permits(**id));
        tried.iter().chain(others).copied().collect()
    }

    /// Whether the user lets a profile serve: the pool is not pinned to another
    /// one, and it is no API key that must not be used.
    pub(super) fn may_serve(&self, entry: &Entry) -> bool {
        self.may_serve_by(entry, None)
    }

    /// The same for a request that these profiles may serve, or all: a pin on another
    /// profile says nothing of it.
    pub(super) fn may_serve_by(&self, entry: &Entry, allowed: Option<&[ProfileId]>) -> bool {
        let id = entry.profile.id;
        let pin = self.pinned.filter(|pin| is_permitted(allowed, *pin));
        entry.is_among(allowed)
            && pin.is_none_or(|pin| pin == id)
            && self.rules.allow(entry.profile.kind)
    }

    /// Whether a profile other than `id` could serve some work right now.
    pub fn others_ready(&self, id: ProfileId, work: Work<'_>, now: SystemTime) -> bool {
        let terms = PaymentTerms { model: None, ..work.payment_terms() };
        let is_ready = |it: &Entry| {
            it.profile.id != id
                && it.is_among(work.allowed)
                && self.standing_of(it, terms, now) == Standing::Ready
                && it.profile.kind == Kind::ChatGpt
        };
        self.pin_of(work).is_none() && self.entries.values().any(is_ready)
    }

    /// Whether a profile is out of quota while another could serve right now.
    pub fn is_out_while_others_are_ready(
        &self,
        id: ProfileId,
        work: Work<'_>,
        now: SystemTime,
    ) -> bool {
        let is_out = |it: &Entry| match self.standing_of(it, work.payment_terms(), now) {
            Standing::Resting(rest) => rest.until > now && rest.cause.is_quota(),
            _ => false,
        };
        self.entries.get(&id).is_some_and(is_out) && self.others_ready(id, work, now)
    }

    /// The best of the profiles that rest for trouble.
    pub fn best_in_trouble(
        &self,
        work: Work<'_>,
        tried: &[ProfileId],
        now: SystemTime,
    ) -> Option<ProfileId> {
        let rests = |entry: &&Entry| match self.standing_of(entry, work.payment_terms(), now) {
            Standing::Resting(rest) => rest.cause == CooldownCause::Trouble,
            _ => false,
        };
        let may_serve = |entry: &Entry| self.may_serve_by(entry, work.allowed);
        let open = |entry: &&Entry| !tried.contains(&entry.profile.id) && may_serve(entry);
        let entries = self.entries.values().filter(open).filter(rests);
        let candidates: Vec<_> =
            entries.map(|entry| self.candidate_of(entry, work.payment_terms(), now)).collect();
        in_order(&candidates, &self.rules).first().copied()
    }

    /// A profile that is ready for some work, beside those that were tried.
    pub fn ready_for(
        &self,
        work: Work<'_>,
        tried: &[ProfileId],
        now: SystemTime,
    ) -> Option<ProfileId> {
        let permitted = |entry: &&Entry| entry.is_among(work.allowed);
        let is_reserve =
            self.entries.values().filter(permitted).any(|it| it.offers_reserve(work.model));
        let is_ready = |entry: &&Entry| {
            !tried.contains(&entry.profile.id)
                && (!is_reserve || entry.offers_reserve(work.model))
                && self.standing_of(entry, work.payment_terms(), now) == Standing::Ready
                && !entry.rests_for(work, now)
                && entry.in_flight < self.rules.hard_cap
                && self.may_serve_by(entry, work.allowed)
        };
        self.entries.values().find(is_ready).map(|entry| entry.profile.id)
    }

    /// Counts a turn that ended in an error although this profile was ready.
    pub fn count_missed(&mut self) {
        self.missed += 1;
    }

    /// Whether sockets of some profile rest that may serve this work.
    pub fn sockets_rest(&self, work: Work<'_>, now: SystemTime) -> bool {
        let mut permitted = self.entries.values().filter(|it| it.is_among(work.allowed));
        permitted.any(|entry| entry.rests_for(Work::SOCKETS, now))
    }

    /// Whether a profile may take one more request and no second.
    pub fn has_one_place(&self, id: ProfileId) -> bool {
        let entry = self.entries.get(&id);
        entry.is_some_and(|entry| entry.in_flight + 1 >= self.rules.hard_cap)
    }
}
