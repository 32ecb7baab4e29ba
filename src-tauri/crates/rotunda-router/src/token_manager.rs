//! Access tokens: fetched from the vault, renewed once for many waiters.
//!
//! Refresh tokens are single use. A new one is stored before the access token
//! that came with it is used, so a crash in between loses nothing. What cannot
//! be stored is kept and stored later. A renewal outlives the requests that
//! wait for it: while an answer may be on its way the old refresh token is not
//! offered again.

mod issuer;
mod saving;
mod slot;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

pub(crate) use rotunda_core::tokens::Access;
pub use rotunda_core::tokens::TokenError;
use rotunda_core::{
    Clock, ProfileId, Vault,
    pool::Moment,
    tokens::{
        Action, Afterwards, Change, Next, Observation, PATIENCE, Reason, Renewal, Start, Step,
        after_renewal,
    },
};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::task::TaskTracker;
use url::Url;

use self::slot::Slot;
use crate::{Upstreams, pool::Pool};

/// Codex's own public client id, part of every sign-in and refresh (contract 5.2).
pub const CLIENT_ID: &str = "app_EMoamEEZ73f0CkXaXp7hrann";

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
    started: Instant,
    slots: Mutex<HashMap<ProfileId, Arc<Slot>>>,
    renewals: TaskTracker,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenManager").finish_non_exhaustive()
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
        let (started, slots, renewals) = (Instant::now(), Mutex::default(), TaskTracker::new());
        let inner = Inner { vault, http, token_url, pool, clock, started, slots, renewals };
        Self { inner: Arc::new(inner) }
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
        slot.tokens().change_begins(Change::Removal);
        let outcome = remove.await;
        self.change_ended(id, &slot, Change::Removal, outcome.is_ok());
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
        let change = if renewing.is_ok() { Change::SignIn } else { Change::SignInBesideRenewal };
        slot.tokens().change_begins(change);
        let outcome = sign_in.await;
        self.change_ended(id, &slot, change, outcome.is_ok());
        outcome
    }

    fn change_ended(&self, id: ProfileId, slot: &Arc<Slot>, change: Change, is_done: bool) {
        let afterwards = slot.tokens().change_ended(change, is_done);
        let successor = match afterwards {
            Afterwards::Stay => return,
            Afterwards::Leave => None,
            Afterwards::Replace => Some(slot.tokens().successor()),
        };
        // Requests that come from now on know nothing of it.
        let mut slots = self.slots();
        if slots.get(&id).is_some_and(|known| Arc::ptr_eq(known, slot)) {
            slots.remove(&id);
            slots.extend(successor.map(|tokens| (id, Arc::new(Slot::of(tokens)))));
        }
    }

    /// Makes a profile ready for its first request: a token that has ended is
    /// renewed.
    pub async fn ready(&self, id: ProfileId) -> Result<(), TokenError> {
        self.access(id).await.map(drop)
    }

    /// A token that is valid for now, as far as is known here.
    pub(crate) async fn access(&self, id: ProfileId) -> Result<Access, TokenError> {
        let slot = self.slot(id);
        let next = slot.tokens().next(self.now());
        let next = match next {
            Next::Load => {
                let credential = self.inner.vault.load(id).await?;
                slot.tokens().loaded(credential, self.now())
            }
            next => next,
        };
        match next {
            Next::Load => Err(TokenError::Trouble),
            Next::Use(access) => Ok(access),
            Next::Renew { used, patience } => {
                let renewed = self.renew_apart(id, &used, Reason::Proactive, patience).await;
                after_renewal(renewed, used, self.now())
            }
        }
    }

    /// A token to replace one that upstream refused.
    pub(crate) async fn renew(&self, id: ProfileId, used: &Access) -> Result<Access, TokenError> {
        self.renew_apart(id, used, Reason::Unauthorized, PATIENCE).await
    }

    /// Upstream served with this token: should it be refused later, another
    /// one may help.
    pub(crate) fn accepted(&self, id: ProfileId, used: &Access) {
        self.slot(id).tokens().accepted(used);
    }

    /// Whether a token is the one in use; another may have come in its place.
    pub(crate) fn is_current(&self, id: ProfileId, used: &Access) -> bool {
        self.slot(id).tokens().is_current(used)
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, HashMap<ProfileId, Arc<Slot>>> {
        self.inner.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn slot(&self, id: ProfileId) -> Arc<Slot> {
        self.slots().entry(id).or_default().clone()
    }

    fn now(&self) -> Moment {
        Moment { now: (self.inner.clock)(), uptime: self.inner.started.elapsed() }
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
        let deadline = self.inner.started + slot.tokens().wait_until(patience, self.now());
        if deadline <= Instant::now() {
            // The request to the issuer was sent long ago; another task would only wait in line.
            return slot.tokens().waited(used);
        }
        let renewal = {
            let (token_manager, slot, used) = (self.clone(), Arc::clone(&slot), used.clone());
            async move { token_manager.renew_once(id, &slot, used, reason).await }
        };
        match timeout_at(deadline, self.inner.renewals.spawn(renewal)).await {
            Ok(outcome) => outcome.unwrap_or(Err(TokenError::Trouble)),
            Err(_) => slot.tokens().waited(used),
        }
    }

    /// Renews when it is this request's turn, unless that is not needed any more.
    async fn renew_once(
        &self,
        id: ProfileId,
        slot: &Arc<Slot>,
        used: Access,
        reason: Reason,
    ) -> Result<Access, TokenError> {
        let over = slot.tokens().over();
        let _renewing = slot.renewing.lock().await;
        let now = self.now();
        let start = Renewal::start(id, used, reason, over, &mut slot.tokens(), now);
        let (mut renewal, mut step) = match start {
            Start::Over(outcome) => return outcome,
            Start::Renewal(renewal, step) => (renewal, step),
        };
        loop {
            let Step { action, events, sign_in_lost } = step;
            if let Some(code) = sign_in_lost {
                self.inner.pool.observe(|state, _| state.sign_in_lost(id, code));
            }
            self.inner.pool.say(events);
            let observation = match action {
                Action::End(outcome) => return outcome,
                action => self.perform(id, slot, &renewal, action).await,
            };
            step = renewal.observe(observation, &mut slot.tokens(), self.now());
        }
    }

    /// Does what a renewal says, up to its observation.
    async fn perform(
        &self,
        id: ProfileId,
        slot: &Arc<Slot>,
        renewal: &Renewal,
        action: Action,
    ) -> Observation {
        let vault = &self.inner.vault;
        match (action, renewal.held()) {
            (Action::FindNewer { is_refused }, Some(held)) => {
                Observation::Newer(vault.newer(id, held, is_refused).await)
            }
            (Action::CheckWritable, _) => Observation::Writable(vault.writable(id).await),
            (Action::Announce, Some(held)) => {
                vault.renewing(id, held).await;
                Observation::Announced
            }
            (Action::Ask, Some(held)) => {
                Observation::Answered(self.ask(id, renewal.reason(), held).await)
            }
            (Action::Store(credential), _) => {
                Observation::Stored(self.store(id, slot, &credential).await)
            }
            (Action::Report, _) => Observation::Reported(vault.renewed(id, renewal.made()).await),
            (Action::Withdraw, _) => {
                vault.renewed(id, None).await;
                Observation::Withdrawn
            }
            (Action::Wait(pause), _) => {
                tokio::time::sleep(pause).await;
                Observation::Waited
            }
            (Action::Load | Action::End(_), _) | (_, None) => {
                Observation::Loaded(vault.load(id).await)
            }
        }
    }
}
