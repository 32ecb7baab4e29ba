//! Adding an API key as a profile.

use std::time::Duration;

use http::StatusCode;
use rotunda_core::{Claims, ProfileId, Secret, profile::Kind};
use rotunda_router::{
    Upstreams,
    vault::{Credential, Vault},
};

use super::{Added, CommandError, Daemon};
use crate::{
    auth_file::{self, Extra, Imported},
    store::check_name,
};

/// For the one question whether the key works.
const PATIENCE: Duration = Duration::from_secs(20);

impl Daemon {
    /// Adds a key that the API takes: it is asked for its list of models, which
    /// costs nothing.
    pub async fn add_key(
        &self,
        name: Option<String>,
        key: &Secret<String>,
    ) -> Result<Added, CommandError> {
        if let Some(name) = &name {
            check_name(name)?;
        }
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
        self.add(imported, name, None, false).await
    }

    async fn holder_of(&self, key: &Secret<String>) -> Result<Option<String>, CommandError> {
        let keys: Vec<(ProfileId, String)> = {
            let known = self.inner.known();
            let keys = known.profiles.iter().filter(|profile| profile.kind == Kind::ApiKey);
            keys.map(|profile| (profile.id, profile.name.clone())).collect()
        };
        for (id, name) in keys {
            if let Ok(Credential::ApiKey(held)) = self.inner.vault.load(id).await
                && held.expose() == key.expose()
            {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    async fn try_key(&self, key: &Secret<String>) -> Result<(), CommandError> {
        let upstreams = self.inner.settings().upstreams;
        let http = rotunda_router::http_client_via(&upstreams.api, &upstreams.proxy)
            .map_err(|_| CommandError::KeyUntried)?;
        let request = http.get(Upstreams::below(&upstreams.api, "models"));
        let request = request.bearer_auth(key.expose()).timeout(PATIENCE);
        let response = request.send().await.map_err(|_| CommandError::KeyUntried)?;
        match response.status() {
            status if status.is_success() => Ok(()),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(CommandError::KeyRefused),
            // It is known there, and that is what was asked.
            StatusCode::TOO_MANY_REQUESTS => Ok(()),
            _ => Err(CommandError::KeyUntried),
        }
    }
}
