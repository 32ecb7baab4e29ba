//! What renews sign-ins: one at a time for all routers of a start.

use std::sync::Arc;

use rotunda_host::settings::Settings;
use rotunda_router::{Clock, Pool, TokenManager};

use super::{handles::Handles, vault_access::VaultAccess};

/// Makes them.
#[derive(Clone)]
pub(crate) struct TokenManagers {
    vault: Arc<VaultAccess>,
    pool: Pool,
    clock: Clock,
}

impl TokenManagers {
    pub(super) fn new(handles: &Handles, vault: Arc<VaultAccess>) -> Self {
        Self { vault, pool: handles.pool.clone(), clock: handles.machine.clock.clone() }
    }

    /// One that asks the issuer of these settings; its refusal as a sentence.
    pub(super) fn make(&self, settings: &Settings) -> Result<TokenManager, String> {
        let upstreams = &settings.upstreams;
        let http = rotunda_router::http_client_via(
            &upstreams.auth,
            &upstreams.proxy,
            &upstreams.authorities,
        )
        .map_err(|error| error.to_string())?;
        let items = Arc::clone(&self.vault.items) as Arc<dyn rotunda_core::vault::Vault>;
        Ok(TokenManager::new(items, http, &upstreams.auth, self.pool.clone(), self.clock.clone()))
    }
}
