//! The profiles of a plan, with credentials in the vault.

use std::time::SystemTime;

use rotunda_core::{
    Secret,
    profile::{Kind, PoolProfile},
    provider::Provider,
    vault::{ChatGptCredential, Credential, ProviderKey},
};

use super::{Plan, account, id_of};
use crate::{FakeClock, MemoryVault, ScriptedUpstream, client};

pub(super) fn pool_profiles(
    plan: &Plan,
    upstream: &ScriptedUpstream,
    vault: &MemoryVault,
    clock: &FakeClock,
) -> Vec<PoolProfile> {
    client::install_provider();
    let expires = clock.now() + plan.token_life;
    let profile = |(place, (name, kind)): (usize, &(String, Kind))| {
        let id = id_of(place);
        let chatgpt = *kind == Kind::ChatGpt;
        let credential = match plan.provider_named(name) {
            Some(provider) => provider_key(name, provider),
            None if chatgpt => sign_in(upstream, name, expires),
            None => api_key(name),
        };
        vault.put(id, credential);
        PoolProfile {
            id,
            kind: *kind,
            account_id: chatgpt.then(|| account(name)),
            rank: u32::try_from(place).unwrap_or(u32::MAX),
            paused: false,
            own_sign_in: plan.own_sign_in.as_ref() == Some(name),
        }
    };
    plan.profiles.iter().enumerate().map(profile).collect()
}

pub(super) fn sign_in(upstream: &ScriptedUpstream, name: &str, expires: SystemTime) -> Credential {
    let account = account(name);
    let tokens = upstream.issuer().sign_in(&account, crate::clock::unix(expires));
    Credential::ChatGpt(ChatGptCredential {
        access: Secret::new(tokens.access),
        expires: Some(expires),
        refresh: Some(Secret::new(tokens.refresh)),
        account_id: Some(account),
    })
}

fn provider_key(name: &str, provider: &Provider) -> Credential {
    let (key, base) = (Secret::new(format!("sk-{name}")), provider.base.clone());
    Credential::Provider(ProviderKey { key, base })
}

fn api_key(name: &str) -> Credential {
    Credential::ApiKey(Secret::new(format!("sk-{name}")))
}
