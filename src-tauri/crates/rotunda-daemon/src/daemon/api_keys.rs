//! Adding an API key as a profile.

use std::{sync::Arc, time::Duration};

use http::StatusCode;
use rotunda_core::{
    Claims, Secret,
    profile::Kind,
    vault::{Credential, Vault},
};
use rotunda_host::{
    auth_file::{self, Extra, Imported},
    store::check_name,
};
use rotunda_router::Upstreams;

use super::{
    handles::{CurrentSettings, Handles},
    profiles::{Added, NewProfile, Profiles},
    vault_access::VaultAccess,
};
use crate::error::CommandError;

/// For the one question whether the key works.
const PATIENCE: Duration = Duration::from_secs(20);

/// Takes API keys.
pub struct ApiKeys {
    settings: CurrentSettings,
    vault: Arc<VaultAccess>,
    profiles: Arc<Profiles>,
}

impl ApiKeys {
    pub(super) fn new(handles: &Handles, vault: Arc<VaultAccess>, profiles: Arc<Profiles>) -> Self {
        Self { settings: handles.settings.clone(), vault, profiles }
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
        let imported = Imported {
            kind: Kind::ApiKey,
            credential,
            claims: Claims::default(),
            extra: Extra::default(),
        };
        let _changing = self.profiles.changing().await;
        if let Some(known) = self.profiles.same_sign_in(&imported).await {
            return Err(CommandError::KnownKey(known.name));
        }
        self.profiles.add(imported, NewProfile { name, ..NewProfile::default() }).await
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
        let upstreams = self.settings.get().upstreams;
        let http = rotunda_router::http_client_via(
            &upstreams.api,
            &upstreams.proxy,
            &upstreams.authorities,
        )
        .map_err(|_| CommandError::KeyUntried)?;
        let request = http.get(Upstreams::below(&upstreams.api, "models"));
        let request = request.bearer_auth(key.expose()).timeout(PATIENCE);
        let response = request.send().await.map_err(|_| CommandError::KeyUntried)?;
        match response.status() {
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
    use rotunda_host::vault::DaemonVault as _;
    use serde_json::Map;

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
}
