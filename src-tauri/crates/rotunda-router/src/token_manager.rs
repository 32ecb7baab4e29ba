//! Access tokens: fetched from the vault, renewed once for many waiters.
//!
//! Refresh tokens are single use. A new one is stored before the access token
//! that came with it is used, so a crash in between loses nothing. What cannot
//! be stored is kept and stored later. A renewal outlives the requests that
//! wait for it: while an answer may be on its way the old refresh token is not
//! offered again.

mod answer;
mod issuer;
mod life;
mod saving;
mod slot;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rotunda_core::{
    Clock, Event, ProfileId, Secret,
    claims::issued_at,
    claims_of,
    vault::{ChatGptCredential, Credential, Renewal, Stored, Vault, VaultError},
};
use thiserror::Error;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::task::TaskTracker;
use url::Url;

use self::{
    answer::{Failure, Made},
    life::{Life, Moment, Stated},
    slot::{Slot, Turn},
};
use crate::{Upstreams, pool::Pool};

/// Codex's own public client id, part of every sign-in and refresh (contract 5.2).
pub const CLIENT_ID: &str = "app_EMoamEEZ73f0CkXaXp7hrann";
/// How long a request waits for a renewal. The renewal itself continues.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same while the token in use still lives.
const SHORT_PATIENCE: Duration = Duration::from_secs(5);
/// What a request needs to be sent as a profile.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub(crate) bearer: Secret<String>,
    pub(crate) account_id: Option<String>,
    pub(crate) is_api_key: bool,
    /// The account lives in the government's part of the service.
    pub(crate) is_fedramp: bool,
    life: Option<Life>,
    /// Tells one token from the next without comparing secrets.
    generation: u64,
}

/// Why a profile has no access token.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenError {
    /// Only a new sign-in helps, by the issuer's answer.
    #[error("the profile needs a new sign-in")]
    SignInLost,
    /// The issuer cannot be reached or is struggling.
    #[error("the sign-in service is not available")]
    Trouble,
    /// Upstream refuses a token that was renewed a moment ago.
    #[error("upstream refuses a token that was just renewed")]
    Refused,
    /// The profile was removed, or its sign-in replaced, meanwhile.
    #[error("the profile was removed or signed in anew meanwhile")]
    Gone,
    /// The vault did not answer.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl TokenError {
    /// What a person reads when the vault kept a profile from serving.
    pub(crate) fn sentence(vault: &VaultError) -> String {
        format!("Rotunda cannot read this sign-in: {vault}.")
    }
}

/// Hands out access tokens. A cheap handle.
#[derive(Debug, Clone)]
pub struct TokenManager {
    inner: Arc<Inner>,
}

struct Inner {
    vault: Arc<dyn Vault>,
    http: reqwest::Client,
    token_url: Url,
    pool: Pool,
    clock: Clock,
    slots: Mutex<HashMap<ProfileId, Arc<Slot>>>,
    renewals: TaskTracker,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenManager").finish_non_exhaustive()
    }
}

/// Why a token is renewed; sent to the issuer.
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

impl TokenManager {
    /// A token manager of the tokens in `vault`, renewed at the issuer `auth_base`.
    pub fn new(
        vault: Arc<dyn Vault>,
        http: reqwest::Client,
        auth_base: &Url,
        pool: Pool,
        clock: Clock,
    ) -> Self {
        let token_url = Upstreams::below(auth_base, "oauth/token");
        let (slots, renewals) = (Mutex::default(), TaskTracker::new());
        Self { inner: Arc::new(Inner { vault, http, token_url, pool, clock, slots, renewals }) }
    }

    /// Has `remove` delete a profile's sign-in from the vault. What a renewal
    /// under way brings afterwards is not stored. When `remove` fails, the
    /// profile stays as it was.
    pub async fn removing<E>(
        &self,
        id: ProfileId,
        remove: impl Future<Output = Result<(), E>>,
    ) -> Result<(), E> {
        let slot = self.slot(id);
        let _storing = slot.storing.lock().await;
        slot.set_gone(true);
        let outcome = remove.await;
        if outcome.is_ok() {
            slot.keep(None);
            self.drop_slot(id, &slot);
        } else {
            slot.set_gone(false);
        }
        outcome
    }

    /// Has `sign_in` put another sign-in in place. A renewal under way is seen
    /// through first, and none begins meanwhile: what it made must not be
    /// stored over the new one. One that takes too long continues, and what it
    /// brings is not stored.
    pub async fn replacing<T, E>(
        &self,
        id: ProfileId,
        sign_in: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let slot = self.slot(id);
        let renewing = timeout(PATIENCE, slot.renewing.lock()).await;
        let _storing = slot.storing.lock().await;
        let is_stuck = renewing.is_err();
        slot.set_gone(is_stuck);
        let outcome = sign_in.await;
        match (&outcome, is_stuck) {
            // The slot stays: requests that wait for it and new requests take turns.
            (Ok(_), false) => slot.clear(),
            (Ok(_), true) => {
                slot.keep(None);
                self.drop_slot(id, &slot);
            }
            (Err(_), _) => slot.set_gone(false),
        }
        outcome
    }

    /// Makes a profile ready for its first request: a token that has ended is
    /// renewed.
    pub async fn ready(&self, id: ProfileId) -> Result<(), TokenError> {
        self.access(id).await.map(drop)
    }

    /// A token that is valid for now, as far as is known here.
    pub(crate) async fn access(&self, id: ProfileId) -> Result<Access, TokenError> {
        let slot = self.slot(id);
        let access = match slot.get() {
            Some(access) => access,
            None => self.load(id, &slot).await?,
        };
        let now = self.now();
        if !access.ends_soon(now) {
            return Ok(access);
        }
        let lives = !access.has_ended(now);
        let patience = if lives { SHORT_PATIENCE } else { PATIENCE };
        match self.renew_apart(id, &access, Reason::Proactive, patience).await {
            // It could not be renewed, but it still has minutes to live.
            Err(TokenError::Trouble | TokenError::Vault(_)) if lives => Ok(access),
            renewed => renewed,
        }
    }

    /// A token to replace one that upstream refused.
    pub(crate) async fn renew(&self, id: ProfileId, used: &Access) -> Result<Access, TokenError> {
        self.renew_apart(id, used, Reason::Unauthorized, PATIENCE).await
    }

    /// Upstream served with this token: should it be refused later, another
    /// one may help.
    pub(crate) fn accepted(&self, id: ProfileId, used: &Access) {
        self.slot(id).accepted(used);
    }

    /// Whether a token is the one in use; another may have come in its place.
    pub(crate) fn is_current(&self, id: ProfileId, used: &Access) -> bool {
        self.slot(id).newer(used).is_none()
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, HashMap<ProfileId, Arc<Slot>>> {
        self.inner.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn slot(&self, id: ProfileId) -> Arc<Slot> {
        self.slots().entry(id).or_default().clone()
    }

    /// Requests that come from now on know nothing of it.
    fn drop_slot(&self, id: ProfileId, slot: &Arc<Slot>) {
        let mut slots = self.slots();
        if slots.get(&id).is_some_and(|known| Arc::ptr_eq(known, slot)) {
            slots.remove(&id);
        }
    }

    fn now(&self) -> Moment {
        Moment::now(&self.inner.clock)
    }

    async fn load(&self, id: ProfileId, slot: &Slot) -> Result<Access, TokenError> {
        let credential = self.inner.vault.load(id).await?;
        Ok(slot.put_if_empty(Access::kept(credential, 0, self.now())))
    }

    /// Renews in a task of its own: a client that leaves, or has waited long
    /// enough, must not take with it the answer to a token that is spent.
    async fn renew_apart(
        &self,
        id: ProfileId,
        used: &Access,
        reason: Reason,
        patience: Duration,
    ) -> Result<Access, TokenError> {
        let slot = self.slot(id);
        let deadline = slot.deadline(patience);
        if deadline <= Instant::now() {
            // The request to the issuer was sent long ago; another task would only wait in line.
            return slot.newer(used).ok_or(TokenError::Trouble);
        }
        let renewal = {
            let (token_manager, slot, used) = (self.clone(), Arc::clone(&slot), used.clone());
            async move { token_manager.renew_once(id, &slot, &used, reason).await }
        };
        match timeout_at(deadline, self.inner.renewals.spawn(renewal)).await {
            Ok(outcome) => outcome.unwrap_or(Err(TokenError::Trouble)),
            Err(_) => slot.newer(used).ok_or(TokenError::Trouble),
        }
    }

    /// Renews unless that was done since `used` was handed out, or was tried a
    /// moment ago: a failure is shared by all requests of the profile.
    async fn renew_once(
        &self,
        id: ProfileId,
        slot: &Arc<Slot>,
        used: &Access,
        reason: Reason,
    ) -> Result<Access, TokenError> {
        let over = slot.over();
        let _renewing = slot.renewing.lock().await;
        match slot.turn(used, reason, over, self.now()) {
            Turn::Renew => {}
            Turn::Use(access) => return Ok(access),
            Turn::Refuse(error) => return Err(error),
        }
        let renewed = self.renew_now(id, slot, used, reason).await;
        slot.ended(&renewed, reason, self.now());
        if renewed.is_ok() {
            self.inner.pool.say([Event::Refreshed { profile: id }]);
        }
        renewed
    }

    async fn renew_now(
        &self,
        id: ProfileId,
        slot: &Arc<Slot>,
        used: &Access,
        reason: Reason,
    ) -> Result<Access, TokenError> {
        let vault = &self.inner.vault;
        let held = match slot.unsaved() {
            Some(unsaved) => unsaved.credential,
            None => match vault.load(id).await? {
                Credential::ApiKey(_) => return Err(self.lost(id, "api_key_refused")),
                Credential::ChatGpt(held) => held,
            },
        };
        let (now, generation) = (self.now(), used.generation + 1);
        // Newer tokens were stored than the ones that were used.
        let newer = held.access.expose() != used.bearer.expose();
        let found = Access::kept(Credential::ChatGpt(held.clone()), generation, now);
        if newer && !found.ends_soon(now) {
            return Ok(found);
        }
        if let Some(newer) = vault.newer(id, &held, false).await {
            return self.adopt(id, slot, newer, generation).await;
        }
        let Some(refresh) = held.refresh.clone() else {
            return Err(self.lost(id, "no_refresh_token"));
        };
        if reason == Reason::Proactive && !used.has_ended(now) {
            // Nothing is spent for what could not be kept: the token still lives.
            vault.writable(id).await?;
        }
        vault.renewing(id, &held).await;
        slot.asks(true);
        let answer = self.ask(&refresh, reason, &held).await;
        slot.asks(false);
        match answer {
            Ok(made) => self.keep(id, slot, made, &refresh, generation).await,
            Err(failure) => {
                if slot.unsaved().is_none() {
                    vault.renewed(id, None).await;
                }
                self.without(id, slot, &held, failure, generation).await
            }
        }
    }

    /// Stores what the issuer made, and hands it to who else held the spent token.
    async fn keep(
        &self,
        id: ProfileId,
        slot: &Arc<Slot>,
        made: Made,
        spent: &Secret<String>,
        generation: u64,
    ) -> Result<Access, TokenError> {
        let life = Life::received(made.stated, self.now());
        // Safe before it is used.
        let stored = self.store(id, slot, &made.credential).await;
        let (made, id_token) = (made.credential, made.id_token);
        let renewal = Renewal { spent, made: &made, id_token: id_token.as_ref(), stored };
        if self.inner.vault.renewed(id, Some(renewal)).await {
            self.inner.pool.say([Event::HandedOver { profile: id }]);
        }
        if stored == Stored::Never {
            return Err(TokenError::Gone);
        }
        Ok(Access { life, ..Access::kept(Credential::ChatGpt(made), generation, self.now()) })
    }

    /// The issuer gave nothing. Another holder of the same sign-in may have
    /// spent the token, and have what it made.
    async fn without(
        &self,
        id: ProfileId,
        slot: &Arc<Slot>,
        held: &ChatGptCredential,
        failure: Failure,
        generation: u64,
    ) -> Result<Access, TokenError> {
        let code = match failure {
            Failure::Refused(code) => code,
            Failure::Trouble => return Err(TokenError::Trouble),
            Failure::Unusable(why) => {
                tracing::warn!(profile = %id, why, "the issuer's answer cannot be used");
                if slot.failures() == 0 {
                    self.inner.pool.say([Event::RenewalRefused { profile: id, why }]);
                }
                return Err(TokenError::Trouble);
            }
        };
        match self.inner.vault.newer(id, held, true).await {
            Some(newer) => self.adopt(id, slot, newer, generation).await,
            None if slot.is_gone() => Err(TokenError::Gone),
            None => Err(self.lost(id, code)),
        }
    }

    async fn adopt(
        &self,
        id: ProfileId,
        slot: &Arc<Slot>,
        newer: ChatGptCredential,
        generation: u64,
    ) -> Result<Access, TokenError> {
        if self.store(id, slot, &newer).await == Stored::Never {
            return Err(TokenError::Gone);
        }
        self.inner.pool.say([Event::Adopted { profile: id }]);
        Ok(Access::kept(Credential::ChatGpt(newer), generation, self.now()))
    }

    fn lost(&self, id: ProfileId, code: &'static str) -> TokenError {
        self.inner.pool.observe(|state, _| state.sign_in_lost(id, code));
        TokenError::SignInLost
    }
}

impl Access {
    /// A credential as the vault has it.
    fn kept(credential: Credential, generation: u64, now: Moment) -> Self {
        match credential {
            Credential::ApiKey(key) => Self {
                bearer: key,
                account_id: None,
                is_api_key: true,
                is_fedramp: false,
                life: None,
                generation,
            },
            Credential::ChatGpt(held) => {
                let stated = Stated {
                    issued: issued_at(held.access.expose()),
                    expires: held.expires,
                    ..Stated::default()
                };
                Self {
                    life: Life::kept(stated, now),
                    is_fedramp: claims_of(held.access.expose()).is_some_and(|it| it.fedramp),
                    bearer: held.access,
                    account_id: held.account_id,
                    is_api_key: false,
                    generation,
                }
            }
        }
    }

    fn ends_soon(&self, now: Moment) -> bool {
        self.life.is_some_and(|life| life.ends_soon(now))
    }

    fn has_ended(&self, now: Moment) -> bool {
        self.life.is_some_and(|life| life.has_ended(now))
    }
}
