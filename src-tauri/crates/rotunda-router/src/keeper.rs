//! Access tokens: fetched from the vault, renewed once for many waiters.
//!
//! Refresh tokens are single use. A new one is stored before the access token
//! that came with it is used, so a crash in between loses nothing.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use rotunda_core::{Event, ProfileId, Secret, claims::claims_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::{
    Upstreams,
    clock::Clock,
    pool::Pool,
    vault::{ChatGptCredential, Credential, Renewal, Vault, VaultError},
};

/// Codex's own public client id, part of every sign-in and refresh (contract 5.2).
pub const CLIENT_ID: &str = "app_EMoamEEZ73f0CkXaXp7hrann";
/// A token that ends within this long is renewed before it is used.
const EARLY: Duration = Duration::from_secs(5 * 60);
/// For the issuer's whole answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// The issuer's answer is a few kilobytes; more is not read.
const LONGEST_ANSWER: usize = 256 << 10;

/// What a request needs to be sent as a profile.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub(crate) bearer: Secret<String>,
    pub(crate) account_id: Option<String>,
    pub(crate) is_api_key: bool,
    expires: Option<SystemTime>,
    /// Tells one token from the next without comparing secrets.
    generation: u64,
}

/// Why a profile has no access token.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeeperError {
    /// Only a new sign-in helps.
    #[error("the profile needs a new sign-in")]
    SignInLost,
    /// The issuer cannot be reached or is struggling.
    #[error("the sign-in service is not available")]
    Trouble,
    /// The vault did not answer.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl KeeperError {
    /// What a person reads when the vault kept a profile from serving.
    pub(crate) fn sentence(vault: &VaultError) -> String {
        format!("Rotunda cannot read this sign-in: {vault}.")
    }
}

/// Hands out access tokens. A cheap handle.
#[derive(Debug, Clone)]
pub struct Keeper {
    shared: Arc<Shared>,
}

struct Shared {
    vault: Arc<dyn Vault>,
    http: reqwest::Client,
    token_url: Url,
    pool: Pool,
    clock: Clock,
    slots: Mutex<HashMap<ProfileId, Arc<Slot>>>,
    renewals: TaskTracker,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").finish_non_exhaustive()
    }
}

/// One profile's tokens.
#[derive(Debug, Default)]
struct Slot {
    /// The token in use; read by every request, so never locked for long.
    current: Mutex<Option<Access>>,
    /// Held through a refresh: that is its purpose. Keeps how the last attempt
    /// failed, if it did.
    renewing: tokio::sync::Mutex<Option<KeeperError>>,
    /// Attempts that are over, readable while one is under way.
    over: AtomicU64,
}

/// Why a token is renewed; the issuer is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    Proactive,
    Unauthorized,
}

impl Reason {
    const fn text(self) -> &'static str {
        match self {
            Self::Proactive => "proactive_expiry",
            Self::Unauthorized => "unauthorized_recovery",
        }
    }
}

impl Keeper {
    /// A keeper of the tokens in `vault`, renewed at the issuer `auth_base`.
    pub fn new(
        vault: Arc<dyn Vault>,
        http: reqwest::Client,
        auth_base: &Url,
        pool: Pool,
        clock: Clock,
    ) -> Self {
        let token_url = Upstreams::below(auth_base, "oauth/token");
        let (slots, renewals) = (Mutex::default(), TaskTracker::new());
        Self { shared: Arc::new(Shared { vault, http, token_url, pool, clock, slots, renewals }) }
    }

    /// Drops what is cached of a profile: it was removed or signed in anew.
    pub fn forget(&self, id: ProfileId) {
        self.slots().remove(&id);
    }

    /// Has `sign_in` put another sign-in in place. A renewal under way is seen
    /// through first, and none begins meanwhile: what it made must not be
    /// stored over the new one.
    pub async fn replacing<T>(&self, id: ProfileId, sign_in: impl Future<Output = T>) -> T {
        let slot = self.slot(id);
        let mut failed = slot.renewing.lock().await;
        let outcome = sign_in.await;
        *failed = None;
        // The slot stays: whoever waits for it and whoever comes now take turns.
        *slot.current.lock().unwrap_or_else(PoisonError::into_inner) = None;
        outcome
    }

    /// Waits until no renewal is under way.
    pub(crate) async fn settled(&self) {
        self.shared.renewals.close();
        self.shared.renewals.wait().await;
    }

    /// Makes a profile ready for its first request: a token that has ended is
    /// renewed.
    pub async fn ready(&self, id: ProfileId) -> Result<(), KeeperError> {
        self.access(id).await.map(drop)
    }

    /// A token that is good for now, as far as can be told here.
    pub(crate) async fn access(&self, id: ProfileId) -> Result<Access, KeeperError> {
        let slot = self.slot(id);
        let access = match slot.get() {
            Some(access) => access,
            None => self.load(id, &slot).await?,
        };
        if !self.ends_within(&access, EARLY) {
            return Ok(access);
        }
        match self.renew_apart(id, &access, Reason::Proactive).await {
            // The issuer is away, but the token still has minutes to live.
            Err(KeeperError::Trouble) if !self.ends_within(&access, Duration::ZERO) => Ok(access),
            renewed => renewed,
        }
    }

    /// A token to replace one that upstream refused.
    pub(crate) async fn renew(&self, id: ProfileId, used: &Access) -> Result<Access, KeeperError> {
        self.renew_apart(id, used, Reason::Unauthorized).await
    }

    /// Whether a token is the one in use; another may have come in its place.
    pub(crate) fn is_current(&self, id: ProfileId, used: &Access) -> bool {
        self.slot(id).get().is_none_or(|access| access.generation == used.generation)
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, HashMap<ProfileId, Arc<Slot>>> {
        self.shared.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn slot(&self, id: ProfileId) -> Arc<Slot> {
        self.slots().entry(id).or_default().clone()
    }

    fn ends_within(&self, access: &Access, margin: Duration) -> bool {
        access.expires.is_some_and(|end| end <= (self.shared.clock)() + margin)
    }

    async fn load(&self, id: ProfileId, slot: &Slot) -> Result<Access, KeeperError> {
        let credential = self.shared.vault.load(id).await?;
        let access = access_of(credential, 0);
        Ok(slot.put_if_empty(access))
    }

    /// Renews in a task of its own: a client that leaves must not take with it
    /// the answer to a token that is spent.
    async fn renew_apart(
        &self,
        id: ProfileId,
        used: &Access,
        reason: Reason,
    ) -> Result<Access, KeeperError> {
        let (keeper, used) = (self.clone(), used.clone());
        let renewal = async move { keeper.renew_once(id, &used, reason).await };
        self.shared.renewals.spawn(renewal).await.unwrap_or(Err(KeeperError::Trouble))
    }

    /// Renews unless somebody did so since `used` was handed out. Whoever
    /// waited for an attempt shares its failure; whoever comes later tries
    /// again (lesson 72).
    async fn renew_once(
        &self,
        id: ProfileId,
        used: &Access,
        reason: Reason,
    ) -> Result<Access, KeeperError> {
        let slot = self.slot(id);
        let over = slot.over.load(Ordering::SeqCst);
        let mut failed = slot.renewing.lock().await;
        if let Some(newer) = slot.get().filter(|access| access.generation != used.generation) {
            return Ok(newer);
        }
        let waited = slot.over.load(Ordering::SeqCst) > over;
        // A refused sign-in stays refused until it is made anew (lesson 82).
        let holds = |error: &&KeeperError| waited || **error == KeeperError::SignInLost;
        if let Some(error) = failed.as_ref().filter(holds) {
            return Err(error.clone());
        }
        let renewed = self.renew_now(id, used, reason).await;
        if let Ok(access) = &renewed {
            slot.put(access.clone());
            self.shared.pool.say([Event::Refreshed { profile: id }]);
        }
        *failed = renewed.as_ref().err().cloned();
        slot.over.fetch_add(1, Ordering::SeqCst);
        renewed
    }

    async fn renew_now(
        &self,
        id: ProfileId,
        used: &Access,
        reason: Reason,
    ) -> Result<Access, KeeperError> {
        let held = match self.shared.vault.load(id).await? {
            Credential::ApiKey(_) => return Err(self.lost(id, "api_key_refused")),
            Credential::ChatGpt(held) => held,
        };
        // Somebody stored newer tokens than the ones that were used.
        let newer = held.access.expose() != used.bearer.expose();
        let found = access_of(Credential::ChatGpt(held.clone()), used.generation + 1);
        if newer && !self.ends_within(&found, EARLY) {
            return Ok(found);
        }
        let vault = &self.shared.vault;
        if let Some(newer) = vault.newer(id, &held, false).await {
            return self.adopt(id, newer, used.generation + 1).await;
        }
        let Some(refresh) = held.refresh.clone() else {
            return Err(self.lost(id, "no_refresh_token"));
        };
        vault.renewing(id).await;
        let answer = match self.ask(&refresh, reason).await {
            Ok(answer) => answer,
            Err(failed) => {
                vault.renewed(id, None).await;
                return self.without(id, &held, failed, used.generation + 1).await;
            }
        };
        let id_token = answer.id.clone().map(Secret::new);
        let renewed = merge(held, answer);
        // Safe before it is used.
        vault.store(id, Credential::ChatGpt(renewed.clone())).await?;
        let made = Renewal { spent: &refresh, made: &renewed, id_token: id_token.as_ref() };
        if vault.renewed(id, Some(made)).await {
            self.shared.pool.say([Event::HandedOver { profile: id }]);
        }
        Ok(access_of(Credential::ChatGpt(renewed), used.generation + 1))
    }

    /// The issuer gave nothing. Another holder of the same sign-in may have
    /// spent the token, and have what it made.
    async fn without(
        &self,
        id: ProfileId,
        held: &ChatGptCredential,
        failed: Asked,
        generation: u64,
    ) -> Result<Access, KeeperError> {
        let Asked::Refused(code) = failed else { return Err(KeeperError::Trouble) };
        match self.shared.vault.newer(id, held, true).await {
            Some(newer) => self.adopt(id, newer, generation).await,
            None => Err(self.lost(id, code)),
        }
    }

    async fn adopt(
        &self,
        id: ProfileId,
        newer: ChatGptCredential,
        generation: u64,
    ) -> Result<Access, KeeperError> {
        let credential = Credential::ChatGpt(newer);
        self.shared.vault.store(id, credential.clone()).await?;
        self.shared.pool.say([Event::Adopted { profile: id }]);
        Ok(access_of(credential, generation))
    }

    fn lost(&self, id: ProfileId, code: &'static str) -> KeeperError {
        self.shared.pool.observe(|state, _| state.sign_in_lost(id, code));
        KeeperError::SignInLost
    }

    async fn ask(&self, refresh: &Secret<String>, reason: Reason) -> Result<Answer, Asked> {
        let question = Question {
            client_id: CLIENT_ID,
            grant_type: "refresh_token",
            refresh_reason: reason.text(),
            refresh_token: refresh.expose(),
        };
        // Made in one piece: growing would leave copies behind.
        let mut body = Vec::with_capacity(refresh.expose().len() + 512);
        serde_json::to_writer(&mut body, &question).map_err(|_| Asked::Trouble)?;
        let request = self.shared.http.post(self.shared.token_url.clone());
        let request = request.header("content-type", "application/json").body(body);
        let (status, body) = tokio::time::timeout(PATIENCE, receive(request))
            .await
            .map_err(|_| Asked::Trouble)?
            .map_err(|_| Asked::Trouble)?;
        if status.is_success() {
            return serde_json::from_slice(body.expose()).map_err(|_| Asked::Trouble);
        }
        tracing::warn!(status = status.as_u16(), "the issuer refused a refresh");
        Err(refusal(status, body.expose()))
    }
}

async fn receive(
    request: reqwest::RequestBuilder,
) -> Result<(http::StatusCode, Secret<Vec<u8>>), reqwest::Error> {
    let mut response = request.send().await.map_err(reqwest::Error::without_url)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ANSWER {
            break;
        }
    }
    Ok((response.status(), Secret::new(body)))
}

/// What the issuer is asked.
#[derive(Serialize)]
struct Question<'a> {
    client_id: &'a str,
    grant_type: &'a str,
    refresh_reason: &'a str,
    refresh_token: &'a str,
}

/// The issuer's answer; what is absent stays as it was.
#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "access_token")]
    access: Option<String>,
    #[serde(rename = "refresh_token")]
    refresh: Option<String>,
    #[serde(rename = "id_token")]
    id: Option<String>,
}

enum Asked {
    Trouble,
    Refused(&'static str),
}

/// Codes after which no retry helps (contract 5.2).
const PERMANENT: [&str; 4] =
    ["refresh_token_expired", "refresh_token_reused", "refresh_token_invalidated", "invalid_grant"];

fn refusal(status: http::StatusCode, body: &[u8]) -> Asked {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let code = [&body["error"]["code"], &body["code"], &body["error"]].into_iter();
    let code = code
        .filter_map(Value::as_str)
        .find_map(|code| PERMANENT.into_iter().find(|known| *known == code));
    match code {
        Some(code) => Asked::Refused(code),
        None if status == http::StatusCode::UNAUTHORIZED => Asked::Refused("refresh_refused"),
        None => Asked::Trouble,
    }
}

fn merge(held: ChatGptCredential, answer: Answer) -> ChatGptCredential {
    let claims = answer.access.as_deref().and_then(claims_of);
    let expires = match (&answer.access, claims) {
        (Some(_), claims) => claims.and_then(|claims| claims.expires),
        (None, _) => held.expires,
    };
    ChatGptCredential {
        access: answer.access.map_or(held.access, Secret::new),
        refresh: answer.refresh.map(Secret::new).or(held.refresh),
        account_id: held.account_id,
        expires,
    }
}

fn access_of(credential: Credential, generation: u64) -> Access {
    match credential {
        Credential::ApiKey(key) => {
            Access { bearer: key, account_id: None, is_api_key: true, expires: None, generation }
        }
        Credential::ChatGpt(held) => Access {
            bearer: held.access,
            account_id: held.account_id,
            is_api_key: false,
            expires: held.expires,
            generation,
        },
    }
}

impl Slot {
    fn get(&self) -> Option<Access> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, access: Access) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(access);
    }

    fn put_if_empty(&self, access: Access) -> Access {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.get_or_insert(access).clone()
    }
}
