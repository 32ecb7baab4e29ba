//! Adding an API key as a profile.

use std::{sync::Arc, time::Duration};

use http::StatusCode;
use rotunda_core::{
    Secret,
    profile::Kind,
    provider::{Provider, base_of, models_of},
    vault::{Credential, Vault},
};
use rotunda_host::{
    auth_file::{self, Imported},
    store::check_name,
};
use rotunda_router::{Pool, Upstreams};
use serde_json::Value;
use url::Url;

use super::{
    handles::{CurrentSettings, Handles},
    profiles::{Added, NewProfile, Profiles},
    vault_access::VaultAccess,
};
use crate::{control::NewProvider, error::CommandError, usage::prices};

/// For the one question whether the key works.
const PATIENCE: Duration = Duration::from_secs(20);

/// Longest list of models of a provider, in bytes.
const LONGEST_LIST: usize = 4 << 20;

/// A key of another provider that was added.
#[derive(Debug)]
pub struct AddedProvider {
    /// What its profile is called.
    pub name: String,
    /// What it serves.
    pub provider: Provider,
    /// Models that it lists and that plans have.
    pub left_out: Vec<String>,
}

/// Takes API keys.
pub struct ApiKeys {
    settings: CurrentSettings,
    pool: Pool,
    vault: Arc<VaultAccess>,
    profiles: Arc<Profiles>,
}

impl ApiKeys {
    pub(super) fn new(handles: &Handles, vault: Arc<VaultAccess>, profiles: Arc<Profiles>) -> Self {
        Self { settings: handles.settings.clone(), pool: handles.pool.clone(), vault, profiles }
    }

    /// Adds a key that the API takes: its list of models is requested, which
    /// costs nothing.
    pub async fn add(
        &self,
        name: Option<String>,
        key: &Secret<String>,
    ) -> Result<Added, CommandError> {
        if let Some(name) = &name {
            check_name(name)?;
        }
        self.vault.request();
        let credential = auth_file::api_key(key.expose()).ok_or(CommandError::NoKey)?;
        let Credential::ApiKey(key) = &credential else { return Err(CommandError::NoKey) };
        if let Some(known) = self.holder_of(key).await? {
            return Err(CommandError::KnownKey(known));
        }
        self.try_key(key).await?;
        self.put(Imported::of(credential), name).await
    }

    /// Adds a key of another provider. Its list of models is requested, which costs nothing.
    pub async fn add_provider(
        &self,
        name: Option<String>,
        key: &Secret<String>,
        new: NewProvider,
    ) -> Result<AddedProvider, CommandError> {
        if let Some(name) = &name {
            check_name(name)?;
        }
        let base = base_of(&new.base_url)?;
        self.vault.request();
        let Some(Credential::ApiKey(key)) = auth_file::api_key(key.expose()) else {
            return Err(CommandError::NoKey);
        };
        let names = |names: &[String]| models_of(names.iter().map(String::as_str));
        let (mut models, fallback) = (names(&new.models), names(&new.fallback));
        let listed = self.listed_models(&base, &key).await?;
        let is_named = !models.is_empty();
        if !is_named {
            models = models_of(listed.iter().map(String::as_str));
        }
        let is_of_plans = |model: &String| prices::has_price(model) || self.pool.plans_offer(model);
        let (mut left_out, models): (Vec<_>, Vec<_>) = models.into_iter().partition(is_of_plans);
        if is_named && !left_out.is_empty() {
            return Err(CommandError::ModelsOfPlans(left_out));
        }
        left_out.retain(|model| !fallback.contains(model));
        if models.is_empty() && fallback.is_empty() {
            return Err(CommandError::ProviderModels);
        }
        let name = name.or_else(|| base.host_str().map(str::to_owned));
        let provider = Provider { base, models, fallback };
        let added = self.put(Imported::of_provider(key, provider.clone()), name).await?;
        Ok(AddedProvider { name: added.name, provider, left_out })
    }

    async fn put(&self, imported: Imported, name: Option<String>) -> Result<Added, CommandError> {
        let _changing = self.profiles.changing().await;
        if let Some(known) = self.profiles.same_sign_in(&imported).await {
            return Err(CommandError::KnownKey(known.name));
        }
        self.profiles.add(imported, NewProfile { name, ..NewProfile::default() }).await
    }

    /// The models that a provider lists; empty when it has no list.
    async fn listed_models(
        &self,
        base: &Url,
        key: &Secret<String>,
    ) -> Result<Vec<String>, CommandError> {
        let untried = || CommandError::ProviderUntried(base.clone());
        let mut response = self.ask_for_models(base, key).await.ok_or_else(untried)?;
        match response.status() {
            status if status.is_success() => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(CommandError::ProviderRefused(base.clone()));
            }
            // It is there, and has no list.
            StatusCode::NOT_FOUND
            | StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::TOO_MANY_REQUESTS => return Ok(Vec::new()),
            _ => return Err(untried()),
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| untried())? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST_LIST {
                return Ok(Vec::new());
            }
        }
        let list: Value = serde_json::from_slice(&body).unwrap_or_default();
        let entries = list["data"].as_array().map(Vec::as_slice).unwrap_or_default();
        let ids = entries.iter().filter_map(|entry| entry["id"].as_str());
        Ok(ids.map(str::to_owned).collect())
    }

    /// The answer to a request for the list of models, with a key; none when there is none.
    async fn ask_for_models(&self, base: &Url, key: &Secret<String>) -> Option<reqwest::Response> {
        let ways = self.settings.get().upstreams;
        let http = rotunda_router::http_client_via(base, &ways.proxy, &ways.authorities).ok()?;
        let request = http.get(Upstreams::below(base, "models"));
        request.bearer_auth(key.expose()).timeout(PATIENCE).send().await.ok()
    }

    async fn holder_of(&self, key: &Secret<String>) -> Result<Option<String>, CommandError> {
        let profiles = self.profiles.all().into_iter();
        for profile in profiles.filter(|profile| profile.kind == Kind::ApiKey) {
            if let Ok(Credential::ApiKey(stored)) = self.vault.items.load(profile.id).await
                && stored.expose() == key.expose()
            {
                return Ok(Some(profile.name));
            }
        }
        Ok(None)
    }

    async fn try_key(&self, key: &Secret<String>) -> Result<(), CommandError> {
        let response = self.ask_for_models(&self.settings.get().upstreams.api, key).await;
        match response.ok_or(CommandError::KeyUntried)?.status() {
            status if status.is_success() => Ok(()),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(CommandError::KeyRefused),
            // It is known there, and that was the question.
            StatusCode::TOO_MANY_REQUESTS => Ok(()),
            _ => Err(CommandError::KeyUntried),
        }
    }
}

#[cfg(test)]
mod tests {
    use rotunda_core::provider::BaseError;
    use rotunda_host::vault::DaemonVault as _;
    use rotunda_simulator::{Reply, Route, ScriptedUpstream, upstream::ANYONE};
    use serde_json::{Map, json};

    use super::*;
    use crate::daemon::fixture::Fixture;

    #[tokio::test]
    async fn a_key_that_a_profile_has_is_refused_without_a_request() {
        let fixture = Fixture::with(&["work"]);
        let mut profile = fixture.handles.store.profiles().unwrap().remove(0);
        profile.kind = Kind::ApiKey;
        fixture.handles.store.put_profile(&profile).unwrap();
        let key = || Secret::new("sk-0123456789abcdef".to_owned());
        let items = &fixture.vault.items;
        items.put(profile.id, Credential::ApiKey(key()), Map::new()).await.unwrap();
        let keys = ApiKeys::new(&fixture.handles, fixture.vault.clone(), fixture.profiles());
        let refused = keys.add(None, &key()).await;
        assert!(matches!(refused, Err(CommandError::KnownKey(name)) if name == "work"));
        let refused = keys.add(None, &Secret::new(String::new())).await;
        assert!(matches!(refused, Err(CommandError::NoKey)));
    }

    fn keys(fixture: &Fixture) -> ApiKeys {
        ApiKeys::new(&fixture.handles, fixture.vault.clone(), fixture.profiles())
    }

    fn new(base: &Url, models: &[&str], fallback: &[&str]) -> NewProvider {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        NewProvider { base_url: base.to_string(), models: list(models), fallback: list(fallback) }
    }

    fn lists(upstream: &ScriptedUpstream, ids: &[&str]) {
        let data: Vec<_> = ids.iter().map(|id| json!({ "id": id, "object": "model" })).collect();
        let list = Reply::json(200, json!({ "object": "list", "data": data }));
        upstream.always_on(Route::Models, ANYONE, list);
    }

    #[tokio::test]
    async fn a_provider_serves_what_it_lists_but_for_models_of_plans() {
        let upstream = ScriptedUpstream::start().await;
        lists(&upstream, &["deep", "gpt-6-sol", "gpt-6-luna", "wide"]);
        let fixture = Fixture::with(&["work"]);
        let key = Secret::new("sk-0123456789abcdef".to_owned());
        let wanted = new(&upstream.api(), &[], &["gpt-6-sol"]);
        let added = keys(&fixture).add_provider(None, &key, wanted).await.unwrap();
        assert_eq!(added.name, "127.0.0.1");
        assert_eq!(added.provider.models, ["deep", "wide"]);
        assert_eq!(added.left_out, ["gpt-6-luna"]);
        let stored = fixture.handles.store.profile_named("127.0.0.1").unwrap().unwrap();
        assert_eq!(
            (stored.kind, stored.provider.as_ref()),
            (Kind::Provider, Some(&added.provider))
        );
        assert_eq!(fixture.handles.pool.provider_of(stored.id), Some(added.provider.clone()));
        let kept = fixture.vault.items.load(stored.id).await.unwrap();
        let Credential::Provider(kept) = kept else { panic!("{kept:?}") };
        assert_eq!((kept.key.expose(), &kept.base), (key.expose(), &added.provider.base));
        let again = new(&upstream.api(), &["deep"], &[]);
        let refused = keys(&fixture).add_provider(None, &key, again).await;
        assert!(matches!(refused, Err(CommandError::KnownKey(name)) if name == "127.0.0.1"));
    }

    #[tokio::test]
    async fn what_cannot_be_a_provider_adds_nothing() {
        let upstream = ScriptedUpstream::start().await;
        lists(&upstream, &[]);
        let fixture = Fixture::with(&["work"]);
        let key = Secret::new("sk-0123456789abcdef".to_owned());
        let add = async |new| keys(&fixture).add_provider(None, &key, new).await.unwrap_err();
        let plain = new(&"http://provider.example/v1".parse().unwrap(), &["deep"], &[]);
        assert!(matches!(add(plain).await, CommandError::ProviderAddress(BaseError::Plain)));
        let base = upstream.api();
        assert!(matches!(add(new(&base, &[], &[])).await, CommandError::ProviderModels));
        let of_plans = add(new(&base, &["gpt-6-sol", "deep"], &[])).await;
        assert!(matches!(of_plans, CommandError::ModelsOfPlans(models) if models == ["gpt-6-sol"]));
        upstream.always_on(Route::Models, ANYONE, Reply::json(401, json!({})));
        let refused = add(new(&base, &["deep"], &[])).await;
        assert!(matches!(refused, CommandError::ProviderRefused(at) if at == base));
        upstream.always_on(Route::Models, ANYONE, Reply::json(502, json!({})));
        assert!(matches!(add(new(&base, &["deep"], &[])).await, CommandError::ProviderUntried(_)));
        assert_eq!(fixture.handles.store.profiles().unwrap().len(), 1);
        // A provider without a list is taken at the user's word.
        upstream.always_on(Route::Models, ANYONE, Reply::json(404, json!({})));
        let added = keys(&fixture).add_provider(None, &key, new(&base, &["deep"], &[])).await;
        assert_eq!(added.unwrap().provider.models, ["deep"]);
    }

    #[tokio::test]
    async fn a_key_of_a_provider_is_not_chosen_for_all_work() {
        let upstream = ScriptedUpstream::start().await;
        lists(&upstream, &["deep"]);
        let fixture = Fixture::with(&["work"]);
        let key = Secret::new("sk-0123456789abcdef".to_owned());
        let wanted = new(&upstream.api(), &[], &[]);
        keys(&fixture).add_provider(Some("deep".to_owned()), &key, wanted).await.unwrap();
        let id = fixture.handles.store.profile_named("deep").unwrap().unwrap().id;
        let refused = fixture.profiles().use_profile(id).await;
        assert!(matches!(refused, Err(CommandError::OwnModelsOnly { .. })), "{refused:?}");
        let refused = fixture.profiles().pin(Some(id)).await;
        assert!(matches!(refused, Err(CommandError::OwnModelsOnly { .. })), "{refused:?}");
    }
}
