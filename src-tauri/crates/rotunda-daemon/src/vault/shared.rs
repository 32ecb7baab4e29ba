//! The vault beside Codex's own sign-in, and beside an end without warning.
//!
//! Refresh tokens work once. When a profile is the very sign-in that Codex holds
//! in its `auth.json` or its keychain item, whoever renews it leaves the other
//! with a dead one. So Codex's is read before a token is spent, and what was made
//! of the token that stands there is put in its place; a sign-in of Codex's own
//! is left alone (decisions 009 and 016). Which profiles share, and which are being renewed, is noted
//! in empty files named after them.

use std::{path::PathBuf, sync::Arc, time::Duration};

use rotunda_core::{ProfileId, Secret};
use rotunda_router::{
    Clock,
    vault::{BoxFuture, ChatGptCredential, Credential, Renewal, Vault, VaultError},
};
use serde_json::{Map, Value};
use tokio::sync::{RwLock, RwLockWriteGuard};

use super::{DaemonVault, Whole};
use crate::{
    auth_file::Private,
    fault,
    files::{self, Mode},
    home::Home,
    own::OwnSignIn,
};

const RENEWING: &str = "renewing";
const SHARED: &str = "shared";
/// A keychain may ask its user; a renewal does not wait longer for the answer.
const PATIENCE: Duration = Duration::from_secs(30);

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
    pub(crate) fn over(
        place: Arc<dyn DaemonVault>,
        own: OwnSignIn,
        home: &Home,
        clock: Clock,
    ) -> Self {
        let notes = Notes { own, folder: home.data.join("sign-ins"), clock };
        Self { place: RwLock::new(place), notes }
    }

    /// The place in force, to be read out and replaced. Nothing else is read or
    /// written until the guard goes.
    pub async fn hold(&self) -> RwLockWriteGuard<'_, Arc<dyn DaemonVault>> {
        self.place.write().await
    }

    /// Profiles whose renewal an earlier Rotunda did not see the end of. Each is
    /// told once. Blocks.
    pub fn interrupted(&self) -> Vec<ProfileId> {
        let entries = std::fs::read_dir(&self.notes.folder).into_iter().flatten();
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let ids = names.filter_map(|name| name.strip_suffix(".renewing")?.parse().ok());
        let ids: Vec<ProfileId> = ids.collect();
        for id in &ids {
            self.notes.clear(*id, RENEWING);
        }
        ids
    }
}

impl Notes {
    fn path(&self, profile: ProfileId, what: &str) -> PathBuf {
        self.folder.join(format!("{profile}.{what}"))
    }

    /// A note that cannot be written is no reason to lose a sign-in over.
    fn set(&self, profile: ProfileId, what: &str) {
        let made = files::create_private_folder_if_missing(&self.folder);
        let path = self.path(profile, what);
        let written = made.and_then(|()| files::write_atomic(&path, b"", Mode::Private));
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
        let refresh = match credential {
            Credential::ChatGpt(held) => held.refresh.as_ref(),
            Credential::ApiKey(_) => None,
        };
        let own = || self.own.tokens().and_then(|own| own.refresh);
        if refresh.is_some() && same(refresh, own().as_ref()) {
            self.set(profile, SHARED);
        } else {
            self.clear(profile, SHARED);
        }
    }

    /// Codex's tokens, when they come after `held`.
    fn newer(
        &self,
        profile: ProfileId,
        held: &ChatGptCredential,
        refused: bool,
    ) -> Option<ChatGptCredential> {
        if !refused && !self.is_set(profile, SHARED) {
            return None;
        }
        let own = self.own.tokens()?;
        let same_account = own.account_id.is_some() && own.account_id == held.account_id;
        let lives = own.expires.is_none_or(|end| end > (self.clock)());
        let other = !same(own.refresh.as_ref(), held.refresh.as_ref());
        let found = (same_account && lives && other).then_some(own);
        if found.is_some() {
            self.set(profile, SHARED);
        }
        found
    }

    /// Puts what was made of a token where the token stands.
    fn hand_over(&self, profile: ProfileId, renewal: &Handed) -> bool {
        match self.own.rewrite(|text| rewritten(text, renewal, (self.clock)())) {
            Ok(true) => {
                self.set(profile, SHARED);
                true
            }
            // Another token stands there: it is Codex's own, or the newer one.
            Ok(false) => false,
            Err(error) => {
                tracing::warn!(%error, "Codex's own sign-in could not be renewed with ours");
                false
            }
        }
    }
}

/// A [`Renewal`] that a blocking thread can take along.
struct Handed {
    spent: Secret<String>,
    made: ChatGptCredential,
    id_token: Option<Secret<String>>,
}

fn same(a: Option<&Secret<String>>, b: Option<&Secret<String>>) -> bool {
    a.map(Secret::expose) == b.map(Secret::expose)
}

/// The text of Codex's sign-in with the tokens replaced and all else kept; none
/// when it does not hold the spent token.
fn rewritten(text: &str, renewal: &Handed, now: std::time::SystemTime) -> Option<Secret<String>> {
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
            fault::at(fault::RENEWED)
                .map_err(|error| VaultError::Unavailable(error.to_string()))?;
            place.store(profile, credential).await
        })
    }

    fn newer<'a>(
        &'a self,
        profile: ProfileId,
        held: &'a ChatGptCredential,
        refused: bool,
    ) -> BoxFuture<'a, Option<ChatGptCredential>> {
        let (notes, held) = (self.notes.clone(), held.clone());
        Box::pin(patiently(move || notes.newer(profile, &held, refused)))
    }

    fn renewing(&self, profile: ProfileId) -> BoxFuture<'_, ()> {
        let notes = self.notes.clone();
        Box::pin(blocking(move || notes.set(profile, RENEWING)))
    }

    fn renewed<'a>(&'a self, profile: ProfileId, made: Option<Renewal<'a>>) -> BoxFuture<'a, bool> {
        let notes = self.notes.clone();
        let handed = made.map(|made| Handed {
            spent: made.spent.clone(),
            made: made.made.clone(),
            id_token: made.id_token.cloned(),
        });
        Box::pin(async move {
            let marked = notes.clone();
            blocking(move || marked.clear(profile, RENEWING)).await;
            let Some(handed) = handed else { return false };
            patiently(move || notes.hand_over(profile, &handed)).await
        })
    }
}

impl DaemonVault for SharedVault {
    fn put(
        &self,
        profile: ProfileId,
        credential: Credential,
        extra: Map<String, Value>,
    ) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(async move {
            let (notes, seen) = (self.notes.clone(), credential.clone());
            self.place.read().await.put(profile, credential, extra).await?;
            patiently(move || notes.see(profile, &seen)).await;
            Ok(())
        })
    }

    fn whole(&self, profile: ProfileId) -> BoxFuture<'_, Result<Whole, VaultError>> {
        Box::pin(async move { self.place.read().await.whole(profile).await })
    }

    fn remove(&self, profile: ProfileId) -> BoxFuture<'_, Result<(), VaultError>> {
        Box::pin(async move {
            let notes = self.notes.clone();
            self.place.read().await.remove(profile).await?;
            blocking(move || {
                notes.clear(profile, RENEWING);
                notes.clear(profile, SHARED);
            })
            .await;
            Ok(())
        })
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("notes are read and written without panic")
}

/// What Codex holds may be in a keychain that asks; the work goes on without
/// whoever waited for it.
async fn patiently<T: Default + Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::time::timeout(PATIENCE, blocking(work)).await.unwrap_or_default()
}

#[cfg(test)]
#[path = "shared_tests.rs"]
mod tests;
