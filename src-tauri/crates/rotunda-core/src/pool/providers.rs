//! Other providers: which requests go to their keys, and which go to plans.
//!
//! A model belongs to other providers when one of them names it as its own and no list of a
//! plan does.
//! See `docs/decisions/096-other-providers.md`.

use std::sync::Arc;

use super::{Entry, PoolState};
use crate::{
    profile::{Kind, ProfileId, is_permitted},
    provider::Provider,
};

/// The one route that other providers serve.
const ROUTE: &str = "responses";

/// Which profiles a request may go to, by the model that it names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Offer {
    /// Each: there is no other provider.
    #[default]
    All,
    /// Plans and keys of OpenAI, and providers that stand in for them.
    Plans(Arc<[ProfileId]>),
    /// Providers, since no plan has the model.
    Providers(Arc<[ProfileId]>),
}

impl Offer {
    /// The profiles; none: each.
    pub(crate) fn profiles(&self) -> Option<&Arc<[ProfileId]>> {
        match self {
            Self::All => None,
            Self::Plans(profiles) | Self::Providers(profiles) => Some(profiles),
        }
    }
}

impl Entry {
    /// Whether it is among the profiles that may serve, where they are named. Another
    /// provider serves only where it is named.
    pub(super) fn is_among(&self, allowed: Option<&[ProfileId]>) -> bool {
        match allowed {
            Some(allowed) => allowed.contains(&self.profile.id),
            None => self.profile.kind != Kind::Provider,
        }
    }

    fn offers(&self, model: &str) -> bool {
        self.provider.as_ref().is_some_and(|provider| provider.offers(model))
    }
}

impl PoolState {
    /// What a profile with a key of another provider serves; none: nothing.
    pub fn set_provider(&mut self, id: ProfileId, provider: Option<Arc<Provider>>) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.provider = provider;
        }
    }

    /// What a profile with a key of another provider serves.
    pub fn provider_of(&self, id: ProfileId) -> Option<Arc<Provider>> {
        self.entries.get(&id)?.provider.clone()
    }

    /// The models of other providers, where each profile may serve or only these.
    pub fn models_of_providers(&self, allowed: Option<&[ProfileId]>) -> Vec<String> {
        let entries = self.entries.values();
        let may_serve = |it: &&Entry| is_permitted(allowed, it.profile.id);
        let providers = entries.filter(may_serve).filter_map(|it| it.provider.as_ref());
        providers.flat_map(|it| it.models.iter().cloned()).collect()
    }

    /// Whether a profile is a key of another provider.
    pub(crate) fn is_provider(&self, id: ProfileId) -> bool {
        self.entries.get(&id).is_some_and(|it| it.profile.kind == Kind::Provider)
    }

    /// Whether a list of a plan has a model. An unknown list has none.
    pub fn plans_offer(&self, model: &str) -> bool {
        self.entries.values().any(|entry| entry.models.contains(model))
    }

    /// Whether requests for a model go to other providers.
    fn is_of_providers(&self, model: &str) -> bool {
        self.entries.values().any(|entry| entry.offers(model)) && !self.plans_offer(model)
    }

    /// Which profiles may serve a request on a route for a model.
    pub(crate) fn offer(&self, model: Option<&str>, route: &str) -> Offer {
        if self.entries.values().all(|it| it.profile.kind != Kind::Provider) {
            return Offer::All;
        }
        let model = model.filter(|_| route == ROUTE);
        let entries = self.entries.values();
        if let Some(model) = model.filter(|model| self.is_of_providers(model)) {
            let offering = entries.filter(|it| it.offers(model));
            return Offer::Providers(offering.map(|it| it.profile.id).collect());
        }
        let stands_in = |entry: &Entry| {
            let provider = entry.provider.as_ref();
            model.is_some_and(|model| provider.is_some_and(|it| it.stands_in_for(model)))
        };
        let of_plans = entries.filter(|it| it.profile.kind != Kind::Provider || stands_in(it));
        Offer::Plans(of_plans.map(|it| it.profile.id).collect())
    }
}
