//! The vault beside Codex's own sign-in, and beside an end without warning.
//!
//! Refresh tokens work once. When a profile is the very sign-in that Codex holds
//! in its `auth.json` or its keychain item, a renewal by one leaves the other
//! with a dead one. So Codex's is read before a token is spent, and what was made
//! of the token that stands there is put in its place; a sign-in of Codex's own
//! is left alone (decisions 009 and 016). Which profiles share, and which are being renewed, is noted
//! in empty files named after them.

use std::{path::PathBuf, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rotunda_core::{
    Clock, Identity, ProfileId, Secret,
    vault::{BoxFuture, ChatGptCredential, Credential, Renewal, Stored, Vault, VaultError},
};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use tokio::sync::{RwLock, RwLockWriteGuard};

use crate::{
    auth_file::Private,
    blocking::blocking,
    codex_auth::OwnSignIn,
    failpoint,
    files::{self, Mode},
    home::Home,
    vault::{DaemonVault, KeychainProvider, Whole, label, label::identity_of},
};

const RENEWING: &str = "renewing";
const SHARED: &str = "shared";
/// Holds the digest of a token that is being spent, or is spent, and that Codex may hold: what is
/// made of it is owed to Codex.
const OWED: &str = "owed";
/// The profile is being added, and its sign-in after it.
const ADDING: &str = "adding";
/// The sign-in is being removed, and its profile after it.
const REMOVING: &str = "removing";
/// A keychain may ask its user; a renewal does not wait longer for the answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A turn waits no longer than this for Codex's own sign-in to be written.
const HAND_OVER: Duration = Duration::from_secs(5);

/// The vault that everything but the moving of sign-ins uses.
#[derive(Debug)]
pub struct SharedVault {
    place: RwLock<Arc<dyn DaemonVault>>,
    notes: Notes,
}

/// What is known besides the items.
#[derive(Clone)]
struct Notes {
    /// Codex's own.
    own: OwnSignIn,
    /// Holds the notes.
    folder: PathBuf,
    clock: Clock,
}

impl std::fmt::Debug for Notes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Notes").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl SharedVault {
    /// Over `place`, for one user, beside Codex's own sign-in.
    pub fn over(place: Arc<dyn DaemonVault>, own: OwnSignIn, home: &Home, clock: Clock) -> Self {
        let notes = Notes { own, folder: home.data.join("sign-ins"), clock };
        Self { place: RwLock::new(place), notes }
    }

    /// The place in force, to be read out and replaced. Nothing else is read or
    /// written until the guard goes.
    pub async fn hold(&self) -> RwLockWriteGuard<'_, Arc<dyn DaemonVault>> {
        self.place.write().await
    }

    /// Profiles with a renewal that an earlier Rotunda did not finish. Each is
    /// reported once. Blocks.
    pub fn interrupted(&self) -> Vec<ProfileId> {
        let ids = self.notes.all(RENEWING);
        for id in &ids {
            self.notes.clear(*id, RENEWING);
        }
        ids
    }

    /// Profiles with a removal that an earlier Rotunda did not finish. Blocks.
    pub fn half_removed(&self) -> Vec<ProfileId> {
        self.notes.all(REMOVING)
    }

    /// Profiles that an earlier Rotunda did not finish adding. Blocks.
    pub fn half_added(&self) -> Vec<ProfileId> {
        self.notes.all(ADDING)
    }

    /// A profile is about to be added, or that is over.
    pub async fn adding(&self, profile: ProfileId, begins: bool) {
        let notes = self.notes.clone();
        blocking(
            move || {
                if begins { notes.set(profile, ADDING) } else { notes.clear(profile, ADDING) }
            },
        )
        .await;
    }

    /// Hands over what Codex is owed since a hand-over failed or was cut off; returns the profiles
    /// with a sign-in that Codex has now.
    pub async fn settle(&self) -> Vec<ProfileId> {
        let notes = self.notes.clone();
        let mut settled = Vec::new();
        for id in blocking(move || notes.all(OWED)).await {
            let Ok(Credential::ChatGpt(held)) = self.load(id).await else { continue };
            let notes = self.notes.clone();
            if patiently(move || notes.settle(id, held)).await {
                settled.push(id);
            }
        }
        settled
    }

    /// Removes a sign-in whose profile stays.
    pub async fn sign_out(&self, profile: ProfileId) -> Result<(), VaultError> {
        self.place.read().await.remove(profile).await?;
        let notes = self.notes.clone();
        let all = [RENEWING, SHARED, OWED];
        blocking(move || all.iter().for_each(|what| notes.clear(profile, what))).await;
        Ok(())
    }

    /// The profile of a removed sign-in is gone, too.
    pub async fn removed(&self, profile: ProfileId) {
        let notes = self.notes.clone();
        blocking(move || notes.clear(profile, REMOVING)).await;
    }
}

impl Notes {
    /// Profiles with such a note.
    fn all(&self, what: &str) -> Vec<ProfileId> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten();
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let id = |name: String| name.strip_suffix(what)?.strip_suffix('.')?.parse().ok();
        names.filter_map(id).collect()
    }

    fn path(&self, profile: ProfileId, what: &str) -> PathBuf {
        self.folder.join(format!("{profile}.{what}"))
    }

    fn set(&self, profile: ProfileId, what: &str) {
        self.write(profile, what, "");
    }

    /// A note that cannot be written is no reason to lose a sign-in over.
    fn write(&self, profile: ProfileId, what: &str, text: &str) {
        let made = files::create_private_folder_if_missing(&self.folder);
        let path = self.path(profile, what);
        let written =
            made.and_then(|()| files::write_atomic(&path, text.as_bytes(), Mode::Private));
        if let Err(error) = written {
            tracing::warn!(%error, "a note about a sign-in could not be written");
        }
    }

    fn clear(&self, profile: ProfileId, what: &str) {
        let path = self.path(profile, what);
        if let Err(error) = files::remove(&path) {
            tracing::warn!(%error, "a note about a sign-in could not be removed");
        }
    }

    fn is_set(&self, profile: ProfileId, what: &str) -> bool {
        self.path(profile, what).exists()
    }

    /// A new sign-in is shared when its refresh token is Codex's, too.
    fn see(&self, profile: ProfileId, credential: &Credential) {
        self.clear(profile, RENEWING);
        self.clear(profile, OWED);
        if self.is_of_codex(credential) {
            self.set(profile, SHARED);
        } else {
            self.clear(profile, SHARED);
        }
    }

    /// Ends the sharing of the former sign-in when this one is not Codex's. Says whether
    /// there was any.
    fn unshare(&self, profile: ProfileId, credential: &Credential) -> bool {
        let ends = self.is_set(profile, SHARED) && !self.is_of_codex(credential);
        if ends {
            self.clear(profile, SHARED);
        }
        ends
    }

    fn is_of_codex(&self, credential: &Credential) -> bool {
        let refresh = match credential {
            Credential::ChatGpt(held) => held.refresh.as_ref(),
            Credential::ApiKey(_) | Credential::Provider(_) => None,
        };
        let of_codex = || self.own.tokens().and_then(|(tokens, _)| tokens.refresh);
        refresh.is_some() && same(refresh, of_codex().as_ref())
    }

    /// Codex's tokens, when they come after `held`.
    fn newer(
        &self,
        profile: ProfileId,
        (held, identity): (&ChatGptCredential, &Identity),
        refused: bool,
    ) -> Option<ChatGptCredential> {
        if !refused && !self.is_set(profile, SHARED) {
            return None;
        }
        let (own, owner) = self.own.tokens()?;
        // Another member of the workspace is another account.
        let same_account = owner.is_same(identity);
        let lives = own.expires.is_none_or(|end| end > (self.clock)());
        // After a refusal its refresh token is all that is left of the sign-in.
        let is_of_use = lives || (refused && own.refresh.is_some());
        let other = !same(own.refresh.as_ref(), held.refresh.as_ref());
        let newer = other && !self.is_owed(profile, own.refresh.as_ref());
        let found = (same_account && is_of_use && newer).then_some(own);
        if found.is_some() {
            self.set(profile, SHARED);
        }
        found
    }

    /// Whether this is the token that Codex is owed a successor of.
    fn is_owed(&self, profile: ProfileId, token: Option<&Secret<String>>) -> bool {
        let owed = files::read_text_if_there(&self.path(profile, OWED)).ok().flatten();
        token.is_some_and(|token| owed.is_some_and(|owed| owed == digest(token)))
    }

    /// Gives Codex what is kept now, if it still holds a token that was spent.
    fn settle(&self, profile: ProfileId, held: ChatGptCredential) -> bool {
        let Some((own, _)) = self.own.tokens() else { return false };
        let spent = own.refresh.filter(|token| self.is_owed(profile, Some(token)));
        let Some(spent) = spent else {
            self.clear(profile, OWED);
            return false;
        };
        if same(Some(&spent), held.refresh.as_ref()) {
            // It is being spent right now, or was not spent after all.
            return false;
        }
        let renewed = RenewedTokens { spent, made: held, id_token: None, stored: Stored::Now };
        self.hand_over(profile, &renewed)
    }

    /// Puts what was made of a token where the token stands.
    fn hand_over(&self, profile: ProfileId, renewal: &RenewedTokens) -> bool {
        match self.own.rewrite(|text| rewritten(text, renewal, (self.clock)())) {
            Ok(true) => {
                self.clear(profile, OWED);
                if renewal.stored != Stored::Never {
                    self.set(profile, SHARED);
                }
                true
            }
            // Another token stands there: it is Codex's own, or the newer one.
            Ok(false) => {
                self.clear(profile, OWED);
                false
            }
            Err(error) => {
                if renewal.stored == Stored::Never {
                    self.clear(profile, OWED);
                }
                tracing::warn!(%error, "Codex's own sign-in could not be renewed with ours");
                false
            }
        }
    }
}

/// A [`Renewal`] that a blocking thread can take along.
struct RenewedTokens {
    spent: Secret<String>,
    made: ChatGptCredential,
    id_token: Option<Secret<String>>,
    stored: Stored,
}

/// Names a token without revealing it.
fn digest(token: &Secret<String>) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.expose().as_bytes()))
}

fn same(a: Option<&Secret<String>>, b: Option<&Secret<String>>) -> bool {
    a.map(Secret::expose) == b.map(Secret::expose)
}

/// The text of Codex's sign-in with the tokens replaced and all else kept; none
/// when it does not hold the spent token.
fn rewritten(
    text: &str,
    renewal: &RenewedTokens,
    now: std::time::SystemTime,
) -> Option<Secret<String>> {
    let mut file = Private(serde_json::from_str(text).ok()?);
    let tokens = file.0.get_mut("tokens")?.as_object_mut()?;
    if tokens.get("refresh_token")?.as_str()? != renewal.spent.expose() {
        return None;
    }
    let mut put = |key: &str, token: Option<&Secret<String>>| {
        if let Some(token) = token {
            tokens.insert(key.to_owned(), Value::from(token.expose().as_str()));
        }
    };
    put("access_token", Some(&renewal.made.access));
    put("refresh_token", renewal.made.refresh.as_ref());
    put("id_token", renewal.id_token.as_ref());
    // As Codex writes it (contract 5.1).
    let at = jiff::Timestamp::try_from(now).ok()?;
    file.0["last_refresh"] = Value::from(at.to_string());
    // Codex writes its file in lines, and its keychain item in one.
    let in_lines = text.trim_end().contains('\n');
    let written = if in_lines { serde_json::to_string_pretty } else { serde_json::to_string };
    written(&file.0).ok().map(Secret::new)
}

impl Vault for SharedVault {
    fn load(&self, profile: ProfileId) -> BoxFuture<'_, Result<Credential, VaultError>> {
        Box::pin(async move { self.place.read().await.load(profile).await })
    }

    fn store(
        &self,
        profile: ProfileId,
        credential: Credential,
    ) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(async move {
            let place = self.place.read().await;
            failpoint::at(failpoint::RENEWED)
                .map_err(|error| VaultError::Unavailable(error.to_string()))?;
            place.store(profile, credential).await
        })
    }

    fn writable(&self, profile: ProfileId) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(async move { self.place.read().await.writable(profile).await })
    }

    fn newer<'a>(
        &'a self,
        profile: ProfileId,
        held: &'a ChatGptCredential,
        refused: bool,
    ) -> BoxFuture<'a, Option<ChatGptCredential>> {
        let (notes, held) = (self.notes.clone(), held.clone());
        Box::pin(async move {
            let kept = self.place.read().await.whole(profile).await.ok();
            let label = kept.map(|(_, extra)| label::read(&extra)).unwrap_or_default();
            let identity = identity_of(&held).or(label.identity);
            patiently(move || notes.newer(profile, (&held, &identity), refused)).await
        })
    }

    fn renewing<'a>(
        &'a self,
        profile: ProfileId,
        held: &'a ChatGptCredential,
    ) -> BoxFuture<'a, ()> {
        let (notes, spent) = (self.notes.clone(), held.refresh.as_ref().map(digest));
        Box::pin(blocking(move || {
            notes.set(profile, RENEWING);
            if let Some(spent) = spent {
                notes.write(profile, OWED, &spent);
            }
        }))
    }

    fn saved(&self, profile: ProfileId) -> BoxFuture<'_, ()> {
        let notes = self.notes.clone();
        Box::pin(blocking(move || notes.clear(profile, RENEWING)))
    }

    fn renewed<'a>(&'a self, profile: ProfileId, made: Option<Renewal<'a>>) -> BoxFuture<'a, bool> {
        let notes = self.notes.clone();
        let renewed = made.map(|made| RenewedTokens {
            spent: made.spent.clone(),
            made: made.made.clone(),
            id_token: made.id_token.cloned(),
            stored: made.stored,
        });
        Box::pin(async move {
            let marked = notes.clone();
            // While it is in memory only, an end without warning may lose it.
            if renewed.as_ref().is_none_or(|renewed| renewed.stored != Stored::Later) {
                blocking(move || marked.clear(profile, RENEWING)).await;
            }
            let Some(renewed) = renewed else {
                return blocking(move || {
                    notes.clear(profile, OWED);
                    false
                })
                .await;
            };
            // What comes later is made up for, see `settle`.
            let hand_over = blocking(move || notes.hand_over(profile, &renewed));
            tokio::time::timeout(HAND_OVER, hand_over).await.unwrap_or_default()
        })
    }
}

impl DaemonVault for SharedVault {
    fn ask_again(&self) {
        // While sign-ins are moved, that has prompted already.
        if let Ok(place) = self.place.try_read() {
            place.ask_again();
        }
    }

    fn probe(&self) -> BoxFuture<'_, Result<Option<KeychainProvider>, VaultError>> {
        Box::pin(async move { self.place.read().await.probe().await })
    }

    fn put(
        &self,
        profile: ProfileId,
        credential: Credential,
        extra: Map<String, Value>,
    ) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(async move {
            let (notes, seen) = (self.notes.clone(), credential.clone());
            // Before: after an end between the two, what Codex holds would come after it.
            let was_shared = patiently(move || notes.unshare(profile, &seen)).await;
            let (notes, seen) = (self.notes.clone(), credential.clone());
            let stored = self.place.read().await.put(profile, credential, extra).await;
            if stored.is_ok() {
                patiently(move || notes.see(profile, &seen)).await;
            } else if was_shared {
                patiently(move || notes.set(profile, SHARED)).await;
            }
            stored
        })
    }

    fn whole(&self, profile: ProfileId) -> BoxFuture<'_, Result<Whole, VaultError>> {
        Box::pin(async move { self.place.read().await.whole(profile).await })
    }

    fn profiles(&self) -> BoxFuture<'_, Result<Vec<ProfileId>, VaultError>> {
        Box::pin(async move { self.place.read().await.profiles().await })
    }

    fn remove(&self, profile: ProfileId) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(async move {
            let notes = self.notes.clone();
            let marked = notes.clone();
            blocking(move || marked.set(profile, REMOVING)).await;
            let removed = self.place.read().await.remove(profile).await;
            // A place that answers too late may still have removed it: the next start checks.
            let is_removed = removed.is_ok();
            blocking(move || {
                if !is_removed {
                    return;
                }
                notes.clear(profile, RENEWING);
                notes.clear(profile, SHARED);
                notes.clear(profile, OWED);
            })
            .await;
            removed
        })
    }
}

/// What Codex holds may be in a keychain that prompts; the work continues
/// without its caller.
async fn patiently<T: Default + Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::time::timeout(PATIENCE, blocking(work)).await.unwrap_or_default()
}

#[cfg(test)]
#[path = "shared_vault_tests.rs"]
mod tests;
