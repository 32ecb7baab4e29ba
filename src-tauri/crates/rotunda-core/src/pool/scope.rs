//! Rests of a profile that concern a part of its work, and refusals that are
//! known to be about a request.

use std::time::{Duration, SystemTime};

use http::StatusCode;

use super::{Entry, LONGEST_TROUBLE_REST, PoolState, TROUBLE_REST, clock::earlier};
use crate::profile::{PaymentTerms, ProfileId, is_permitted};

/// The route of turns.
pub(super) const TURNS: &str = "responses";

/// First rest for a scope; doubles up to [`LONGEST_SCOPE_REST`].
const SCOPE_REST: Duration = Duration::from_secs(30);
/// A scope is tried again at least this often.
const LONGEST_SCOPE_REST: Duration = Duration::from_secs(30 * 60);
/// How long a model that an account may not use is remembered.
const MODEL_REST: Duration = Duration::from_secs(60 * 60);
/// How long a refusal that two profiles agreed on is passed on at once.
const KNOWN_REFUSAL: Duration = Duration::from_secs(60);
/// Scopes kept for a profile, and known refusals of all: the oldest make room.
const MOST: usize = 64;

/// Models of one list that are remembered; real lists have some dozens.
const MOST_MODELS: usize = 1000;

/// What a request asks for, as far as rests go by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work<'a> {
    /// The model.
    pub model: Option<&'a str>,
    /// The route, for instance `responses`.
    pub route: &'static str,
    /// It needs a socket to upstream.
    pub over_socket: bool,
    /// The profiles that may serve it; none: each of them may.
    pub allowed: Option<&'a [ProfileId]>,
}

impl<'a> Work<'a> {
    /// Any work over a socket, as far as rests of sockets go.
    pub(super) const SOCKETS: Self =
        Self { model: None, route: "", over_socket: true, allowed: None };

    /// Whether a profile may serve it.
    pub fn permits(&self, id: ProfileId) -> bool {
        is_permitted(self.allowed, id)
    }

    /// What a profile's payment for it depends on.
    pub const fn payment_terms(&self) -> PaymentTerms<'a> {
        PaymentTerms { model: self.model, allowed: self.allowed }
    }
}

/// A part of a profile's work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scope {
    /// Requests for a model.
    Model(String),
    /// Requests of a route that name no model.
    Route(&'static str),
    /// All requests of a route with which upstream struggles.
    Struggling(&'static str),
    /// Sockets to upstream; HTTP is not concerned.
    Sockets,
}

impl Scope {
    fn of(work: Work<'_>) -> Self {
        work.model.map_or(Self::Route(work.route), |model| Self::Model(model.to_owned()))
    }

    fn concerns(&self, work: Work<'_>) -> bool {
        match self {
            Self::Model(model) => work.model == Some(model),
            Self::Route(route) => work.model.is_none() && work.route == *route,
            Self::Struggling(route) => work.route == *route,
            Self::Sockets => work.over_socket,
        }
    }
}

/// A rest for a scope.
#[derive(Debug, Clone)]
pub(super) struct ScopeRest {
    scope: Scope,
    until: SystemTime,
    repeats: u32,
}

impl ScopeRest {
    pub(super) fn move_back(&mut self, by: Duration) {
        self.until = earlier(self.until, by);
    }
}

/// What two profiles must have in common to agree on a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalKey {
    /// The status.
    pub status: Option<StatusCode>,
    /// Upstream's code.
    pub code: Option<String>,
}

/// A refusal that is known to be about the request.
#[derive(Debug, Clone)]
pub(super) struct KnownRefusal {
    key: RefusalKey,
    route: &'static str,
    model: Option<String>,
    until: SystemTime,
}

impl Entry {
    /// Whether the profile rests for this work, although it is ready for other.
    pub(super) fn rests_for(&self, work: Work<'_>, now: SystemTime) -> bool {
        self.scopes.iter().any(|it| {
            // A time further ahead than any rest comes from a clock that was set back.
            now < it.until && it.until <= now + MODEL_REST && it.scope.concerns(work)
        })
    }

    /// Whether the profile's own list of models is known and lacks this one.
    pub(super) fn does_not_list(&self, model: Option<&str>) -> bool {
        model.is_some_and(|model| !self.models.is_empty() && !self.models.contains(model))
    }

    /// Whether upstream refused the model to the account.
    pub(super) fn lacks_model(&self, model: Option<&str>, now: SystemTime) -> bool {
        let Some(model) = model else { return false };
        self.rests_for(
            Work { model: Some(model), route: "", over_socket: false, allowed: None },
            now,
        )
    }

    fn rest_scope(&mut self, scope: Scope, first: Duration, now: SystemTime) {
        let known = self.scopes.iter().position(|it| it.scope == scope);
        let repeats = known.map_or(0, |at| self.scopes.remove(at).repeats + 1);
        let longest = match scope {
            Scope::Struggling(_) => LONGEST_TROUBLE_REST,
            _ => first.max(LONGEST_SCOPE_REST),
        };
        let rest = (first * 2u32.pow(repeats.min(8))).min(longest);
        if self.scopes.len() >= MOST {
            self.scopes.remove(0);
        }
        self.scopes.push(ScopeRest { scope, until: now + rest, repeats });
    }

    /// The profile served this work: its rests for it are over.
    pub(super) fn served_work(&mut self, work: Work<'_>) {
        self.scopes.retain(|it| !it.scope.concerns(work));
    }
}

impl PoolState {
    /// Another profile served what this one refused: it rests for this work.
    pub fn rest_for_work(&mut self, id: ProfileId, work: Work<'_>, now: SystemTime) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.rest_scope(Scope::of(work), SCOPE_REST, now);
        }
    }

    /// A profile refused a model: it rests for that one, briefly.
    pub(super) fn rest_model(&mut self, id: ProfileId, model: &str, now: SystemTime) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.rest_scope(Scope::Model(model.to_owned()), SCOPE_REST, now);
        }
    }

    /// The profile's own list of models.
    pub fn learned_models(&mut self, id: ProfileId, models: impl IntoIterator<Item = String>) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.models = models.into_iter().take(MOST_MODELS).collect();
        }
    }

    /// The account of a profile may not use the model.
    pub fn model_refused(&mut self, id: ProfileId, model: Option<&str>, now: SystemTime) {
        if let (Some(entry), Some(model)) = (self.entries.get_mut(&id), model) {
            entry.rest_scope(Scope::Model(model.to_owned()), MODEL_REST, now);
        }
    }

    /// Whether upstream said within the last hour that the account of a profile may
    /// not use the model.
    pub(crate) fn lacks_model(&self, id: ProfileId, model: Option<&str>, now: SystemTime) -> bool {
        self.entries.get(&id).is_some_and(|entry| entry.lacks_model(model, now))
    }

    /// Upstream refuses sockets of a profile, or closes them at once.
    pub fn rest_sockets(&mut self, id: ProfileId, now: SystemTime) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.rest_scope(Scope::Sockets, SCOPE_REST, now);
        }
    }

    /// Upstream struggles with requests of this route.
    pub(super) fn rest_route(&mut self, id: ProfileId, route: &'static str, now: SystemTime) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.rest_scope(Scope::Struggling(route), TROUBLE_REST, now);
        }
    }

    /// A profile served this work.
    pub fn served_work(&mut self, id: ProfileId, work: Work<'_>) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.served_work(work);
        }
    }

    /// Two profiles agreed on a refusal: it is about the request.
    pub fn know_refusal(&mut self, key: &RefusalKey, work: Work<'_>, now: SystemTime) {
        if self.known_refusals.len() >= MOST {
            self.known_refusals.remove(0);
        }
        self.known_refusals.push(KnownRefusal {
            key: key.clone(),
            route: work.route,
            model: work.model.map(str::to_owned),
            until: now + KNOWN_REFUSAL,
        });
    }

    /// Whether two profiles agreed on this refusal a moment ago.
    pub fn is_known_refusal(&mut self, key: &RefusalKey, work: Work<'_>, now: SystemTime) -> bool {
        self.known_refusals.retain(|it| now < it.until && it.until <= now + KNOWN_REFUSAL);
        self.known_refusals
            .iter()
            .any(|it| it.key == *key && it.route == work.route && it.model.as_deref() == work.model)
    }
}
