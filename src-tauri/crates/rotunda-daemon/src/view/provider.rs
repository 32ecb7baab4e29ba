//! How a profile is paid for, and another provider as it is shown.

use rotunda_core::provider::Provider;
use serde::{Deserialize, Serialize};

/// How a profile is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ProfileKind {
    /// By a ChatGPT plan.
    Chatgpt,
    /// By the token.
    ApiKey,
    /// By the token, to another provider, for models of its own.
    Provider,
}

/// What a key of another provider serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ProviderView {
    /// The only address that its key is sent to.
    pub address: String,
    /// Its host, for a table.
    pub host: String,
    /// Models of its own.
    pub models: Vec<String>,
    /// Models of plans that it serves when all of them are out.
    pub fallback: Vec<String>,
}

impl ProviderView {
    pub(crate) fn of(provider: &Provider) -> Self {
        Self {
            address: provider.base.to_string(),
            host: provider.base.host_str().unwrap_or_default().to_owned(),
            models: provider.models.clone(),
            fallback: provider.fallback.clone(),
        }
    }
}
