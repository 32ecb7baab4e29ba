//! Other programs than Codex that may ask, each with a key of its own.
//!
//! Of a key only the digest is here: what finds a client can open nothing.

use std::{fmt, sync::Arc};

use rotunda_core::{ProfileId, Secret, affinity::Continuation, model_rule::ModelRules};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// What every key of another program begins with, so that none is taken for a key of Codex.
pub const KEY_PREFIX: &str = "rotunda-";

/// Of a key: 128 random bits need no salt.
pub fn digest_of(key: &Secret<String>) -> [u8; 32] {
    Sha256::digest(key.expose().as_bytes()).into()
}

pub(crate) fn is_key(text: &str) -> bool {
    text.starts_with(KEY_PREFIX)
}

/// A program with a key.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiClient {
    /// Which; the record of its requests has it.
    pub id: String,
    /// The SHA-256 of its key.
    pub digest: [u8; 32],
    /// The profiles that may serve it; none: each of them.
    pub profiles: Option<Arc<[ProfileId]>>,
}

impl fmt::Debug for ApiClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiClient").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What they may ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiSettings {
    /// The Responses API.
    pub responses: bool,
    /// The Messages API.
    pub messages: bool,
    /// Chat Completions.
    pub chat: bool,
    /// Which model stands for one that a request of the latter two names.
    pub models: ModelRules,
}

impl ApiSettings {
    const fn is_any_on(&self) -> bool {
        self.responses || self.messages || self.chat
    }
}

/// All of them, and what they may ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiClients {
    settings: Arc<ApiSettings>,
    clients: Vec<Arc<ApiClient>>,
}

impl ApiClients {
    /// These, with what they may ask.
    pub fn new(settings: ApiSettings, clients: Vec<ApiClient>) -> Self {
        let clients = clients.into_iter().map(Arc::new).collect();
        Self { settings: Arc::new(settings), clients }
    }

    /// Whether they may ask anything.
    pub(crate) fn are_on(&self) -> bool {
        self.settings.is_any_on()
    }

    pub(crate) fn settings(&self) -> Arc<ApiSettings> {
        Arc::clone(&self.settings)
    }

    /// The client with this id.
    pub(crate) fn of_id(&self, id: &str) -> Option<Arc<ApiClient>> {
        self.clients.iter().find(|client| client.id == id).map(Arc::clone)
    }

    /// The client with this key. Each digest is compared in constant time.
    pub(crate) fn find(&self, key: &str) -> Option<Arc<ApiClient>> {
        let digest: [u8; 32] = Sha256::digest(key.as_bytes()).into();
        let found = self.clients.iter().find(|it| bool::from(it.digest.ct_eq(&digest)));
        found.map(Arc::clone)
    }
}

/// Whose request it is, beside the request.
#[derive(Debug, Clone)]
pub(crate) struct ApiWork {
    pub(crate) client: Arc<ApiClient>,
    /// Of a conversation that has no name of its own.
    pub(crate) conversation: u64,
}

impl ApiWork {
    /// Keeps the request with the profiles of its client, and its conversations apart from
    /// those of other programs. The record tells clients by the beginning of the session.
    pub(crate) fn limit(&self, continuation: Continuation) -> Continuation {
        let own = continuation.session.unwrap_or_else(|| format!("{:016x}", self.conversation));
        let session = Some(format!("{}{own}", session_prefix(&self.client.id)));
        Continuation { session, allowed: self.client.profiles.clone(), ..continuation }
    }
}

/// What the sessions of a client begin with.
fn session_prefix(id: &str) -> String {
    format!("client/{id}/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(id: &str, key: &str) -> ApiClient {
        let digest = digest_of(&Secret::new(key.to_owned()));
        ApiClient { id: id.to_owned(), digest, profiles: None }
    }

    #[test]
    fn a_key_finds_its_own_client_only() {
        let clients = vec![client("1", "rotunda-a"), client("2", "rotunda-b")];
        let clients = ApiClients::new(ApiSettings::default(), clients);
        assert_eq!(clients.find("rotunda-b").unwrap().id, "2");
        for other in ["rotunda-c", "rotunda-", "", "rotunda-a ", "ROTUNDA-A"] {
            assert_eq!(clients.find(other), None, "{other:?}");
        }
        assert_eq!(ApiClients::default().find("rotunda-a"), None);
    }

    #[test]
    fn a_session_of_a_client_is_none_of_codex() {
        let allowed: Arc<[ProfileId]> = [ProfileId(1)].into();
        let client = ApiClient { profiles: Some(Arc::clone(&allowed)), ..client("1", "rotunda-a") };
        let work = ApiWork { client: Arc::new(client), conversation: 10 };
        let named = Continuation { session: Some("s".into()), ..Continuation::default() };
        let limited = work.limit(named);
        assert_eq!(limited.session.as_deref(), Some("client/1/s"));
        assert_eq!(limited.allowed, Some(allowed));
        let session = work.limit(Continuation::default()).session;
        assert_eq!(session.as_deref(), Some("client/1/000000000000000a"));
    }
}
