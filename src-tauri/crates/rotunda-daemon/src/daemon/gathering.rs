//! Importing: what there is, what would become of it, and doing it.
//!
//! What is shown is read again when it is imported: nothing secret waits in
//! memory for an answer that may never come.

use std::{collections::BTreeSet, path::PathBuf, time::SystemTime};

use rotunda_core::{ProfileId, Standing, claims_of, profile::Kind};
use rotunda_router::{
    KeeperError,
    vault::{Credential, Vault as _},
};
use serde::{Deserialize, Serialize};

use super::{Added, CommandError, Daemon, blocking, error::capital};
use crate::{
    auth_file::{self, Imported},
    gather::{self, Found, Holder},
    own::Wish,
    store::{StoredProfile, check_name},
};

/// A sign-in that was found, and what importing it would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportItem {
    /// Names it when it is picked; stays the same while the account is there.
    pub index: u32,
    /// Where it is, for people.
    pub source: String,
    /// Whose it is.
    pub email: Option<String>,
    /// What it pays for.
    pub plan: Option<String>,
    /// What the profile would be called.
    pub name: String,
    /// Name of the profile that it would update.
    pub known: Option<String>,
    /// Whether it can be imported.
    pub ok: bool,
    /// A warning, or why it cannot, in a sentence.
    pub message: Option<String>,
}

/// One of them, to be imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPick {
    /// Which.
    pub index: u32,
    /// What to call it; otherwise as it was proposed.
    pub name: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportResult {
    /// Its profile, or where it was found.
    pub label: String,
    /// Whether it was imported.
    pub ok: bool,
    /// What to know about it, or why not, in a sentence.
    pub message: Option<String>,
}

/// What would become of one sign-in.
pub(super) struct Look {
    pub(super) found: Found,
    known: Option<StoredProfile>,
    refusal: Option<String>,
}

impl Daemon {
    /// Sign-ins in the places where Codex and other programs keep theirs.
    pub async fn found(&self) -> Result<Vec<ImportItem>, CommandError> {
        self.items(None).await
    }

    /// Sign-ins at a path: an `auth.json`, a Codex home, the accounts file of
    /// codex-multi-auth, or a folder of any of these. Nothing is changed.
    pub async fn import_preview(&self, path: PathBuf) -> Result<Vec<ImportItem>, CommandError> {
        self.items(Some(path)).await
    }

    /// Imports what was picked of a path, or of the well-known places; one
    /// that fails does not keep back the others.
    pub async fn import_items(
        &self,
        path: Option<PathBuf>,
        picks: Vec<ImportPick>,
    ) -> Result<Vec<ImportResult>, CommandError> {
        let mut results = Vec::new();
        // Whoever picks it wants it read.
        let is_picked = picks.iter().any(|pick| pick.index == Found::unread().index());
        let wish = if is_picked { Wish::Users } else { Wish::Nobodys };
        let mut looks = self.look_at(path, wish).await?;
        for pick in picks {
            let place = looks.iter().position(|look| look.found.index() == pick.index);
            results.push(match place {
                Some(place) => self.import_look(looks.swap_remove(place), pick.name).await,
                None => ImportResult {
                    label: pick.name.unwrap_or_else(|| "A sign-in".to_owned()),
                    ok: false,
                    message: Some("It is not there any more. Look again.".to_owned()),
                },
            });
        }
        Ok(results)
    }

    async fn items(&self, path: Option<PathBuf>) -> Result<Vec<ImportItem>, CommandError> {
        let mut items = Vec::new();
        for look in self.look_at(path, Wish::Nobodys).await? {
            items.push(self.item(look).await?);
        }
        Ok(items)
    }

    async fn item(&self, look: Look) -> Result<ImportItem, CommandError> {
        let Look { found, known, refusal } = look;
        let sign_in = found.sign_in.as_ref().ok();
        let name = match &known {
            Some(profile) => profile.name.clone(),
            None => self.proposed_name(&found).await?,
        };
        Ok(ImportItem {
            index: found.index(),
            source: found.source.clone(),
            email: found.email().map(str::to_owned),
            plan: sign_in.and_then(|sign_in| sign_in.claims.plan.clone()),
            name,
            known: known.map(|profile| profile.name),
            ok: refusal.is_none(),
            message: refusal.or_else(|| shared(&found)),
        })
    }

    /// What is there, with what speaks against importing it.
    pub(super) async fn look_at(
        &self,
        path: Option<PathBuf>,
        wish: Wish,
    ) -> Result<Vec<Look>, CommandError> {
        let inner = std::sync::Arc::clone(&self.inner);
        let found = blocking(move || match path {
            Some(path) => gather::at(&inner.home, &path),
            None => Ok(gather::well_known(&inner.home, &inner.env, &inner.own, wish)),
        });
        let (found, mut seen) = (found.await?, BTreeSet::new());
        let mut looks = Vec::new();
        for found in found {
            let account = found.account();
            let account = account.map(|(id, email)| (id.to_owned(), email.map(str::to_owned)));
            let twice = account.is_some_and(|account| !seen.insert(account));
            looks.push(self.judge(found, twice).await);
        }
        Ok(looks)
    }

    async fn judge(&self, found: Found, twice: bool) -> Look {
        let sign_in = match &found.sign_in {
            Ok(sign_in) => sign_in,
            Err(_) if found.unread => return Look { found, known: None, refusal: None },
            Err(reason) => {
                let refusal = format!("{}. Sign in to it with `rotunda login`.", capital(reason));
                return Look { found, known: None, refusal: Some(refusal) };
            }
        };
        let known = self.same_sign_in(sign_in);
        let newer = match &known {
            Some(profile) if self.has_newer(profile, sign_in).await => Some(&profile.name),
            _ => None,
        };
        let refusal = match newer {
            _ if twice => Some("This account is in the list already.".to_owned()),
            Some(name) => Some(format!("{name} has a newer sign-in already.")),
            None => None,
        };
        Look { found, known, refusal }
    }

    /// Whether a profile would lose by it: a refresh token is spent once, so
    /// the one with the older access token is worth nothing.
    async fn has_newer(&self, profile: &StoredProfile, sign_in: &Imported) -> bool {
        let view = self.inner.pool.view();
        let mut seats = view.seats.iter().filter(|seat| seat.seat.id == profile.id);
        if seats.any(|seat| seat.standing == Standing::NeedsSignIn) {
            return false;
        }
        let kept = self.inner.vault.load(profile.id).await.ok();
        match (kept.as_ref().and_then(end), end(&sign_in.credential)) {
            (Some(kept), Some(offered)) => offered < kept,
            _ => false,
        }
    }

    async fn proposed_name(&self, found: &Found) -> Result<String, CommandError> {
        let own = found.name.as_deref().and_then(|name| check_name(name).ok()).map(str::to_owned);
        let of_claims = found.sign_in.as_ref().ok().filter(|_| own.is_none());
        let wish = own
            .or_else(|| of_claims.map(|one| self.default_name(&one.claims, one.kind, None)))
            .or_else(|| found.email()?.split('@').next().map(str::to_owned));
        let store = self.inner.store.clone();
        Ok(blocking(move || store.free_name(wish.as_deref().unwrap_or_default())).await?)
    }

    async fn import_look(&self, look: Look, name: Option<String>) -> ImportResult {
        let Look { found, refusal, .. } = look;
        let label = name.clone().or_else(|| found.email().map(str::to_owned));
        let label = label.unwrap_or_else(|| found.source.clone());
        if refusal.is_some() {
            return ImportResult { label, ok: false, message: refusal };
        }
        let warning = shared(&found);
        match self.take(found, name).await {
            Ok(added) => ImportResult { label: added.name, ok: true, message: warning },
            Err(error) => ImportResult { label, ok: false, message: Some(error.to_string()) },
        }
    }

    /// Imports everything that can be.
    pub(super) async fn import_all(&self, looks: Vec<Look>) -> Vec<ImportResult> {
        let mut results = Vec::new();
        for look in looks {
            results.push(self.import_look(look, None).await);
        }
        results
    }

    /// Makes a profile of a sign-in, or gives it to the one that has the account.
    pub(super) async fn take(
        &self,
        found: Found,
        name: Option<String>,
    ) -> Result<Added, CommandError> {
        if let Some(name) = &name {
            check_name(name)?;
        }
        if found.is_in_keychain() && found.holder == Holder::Codex && found.sign_in.is_ok() {
            let own = self.inner.own.clone();
            blocking(move || own.allow()).await;
        }
        let proposed = match (&name, &found.name) {
            (None, Some(_)) => Some(self.proposed_name(&found).await?),
            _ => None,
        };
        let kept_by_codex = found.holder == Holder::Codex;
        let imported = found.sign_in.map_err(CommandError::NotImported)?;
        let same = self.whose_own().await.is(imported.claims.account_id.as_deref());
        let own_sign_in = imported.kind == Kind::ChatGpt && (same || kept_by_codex);
        let unused = auth_file::is_unused(&imported.credential);
        let added = match self.same_sign_in(&imported) {
            Some(known) => self.sign_in_again(known, imported, name, own_sign_in).await?,
            None => self.add(imported, name.or(proposed), None, own_sign_in).await?,
        };
        if unused {
            self.renew_first(&added).await?;
        }
        Ok(added)
    }

    /// Renews a sign-in that has no access token yet, so that it is told now
    /// whether it works. One that does not is not kept.
    async fn renew_first(&self, added: &Added) -> Result<(), CommandError> {
        let running = self.inner.running.lock().await;
        let keeper = match running.as_ref().map(|running| running.keeper.clone()) {
            Some(keeper) => keeper,
            None => self.new_keeper(&self.inner.settings()).map_err(CommandError::NotImported)?,
        };
        drop(running);
        let ready = keeper.ready(added.id).await;
        if let Err(error) = ready {
            if !added.known {
                self.remove(added.id).await?;
            }
            return Err(match error {
                KeeperError::SignInLost => CommandError::Spent,
                KeeperError::Trouble => CommandError::NotRenewed,
                KeeperError::Vault(error) => error.into(),
            });
        }
        self.learn_claims(added.id).await
    }

    /// What the tokens of a profile tell of it, which the file did not.
    async fn learn_claims(&self, id: ProfileId) -> Result<(), CommandError> {
        let Credential::ChatGpt(held) = self.inner.vault.load(id).await? else { return Ok(()) };
        let Some(claims) = claims_of(held.access.expose()) else { return Ok(()) };
        let mut profile = self.stored(id)?;
        profile.plan = claims.plan.or(profile.plan);
        profile.email = claims.email.or(profile.email);
        self.put(profile).await?;
        Ok(self.refresh_profiles().await?)
    }
}

/// When its access token ends.
fn end(credential: &Credential) -> Option<SystemTime> {
    match credential {
        Credential::ChatGpt(tokens) => tokens.expires,
        Credential::ApiKey(_) => None,
    }
}

/// The warning that goes with a sign-in that somebody else holds too: what is
/// better, and what becomes of the other holder.
pub(super) fn shared(found: &Found) -> Option<String> {
    if found.unread {
        return Some(UNREAD.to_owned());
    }
    let sign_in = found.sign_in.as_ref().ok()?;
    let Credential::ChatGpt(tokens) = &sign_in.credential else { return None };
    tokens.refresh.as_ref()?;
    if let (Holder::Program(name), true) = (found.holder, auth_file::is_unused(&sign_in.credential))
    {
        return Some(format!(
            "{BETTER}; {name} has not used this one yet, so importing renews it, which signs \
             {name} out of it."
        ));
    }
    let holder = match found.holder {
        Holder::Codex => return Some(format!("{BETTER}; {WITH_CODEX}")),
        Holder::Program(name) => name,
        Holder::Unknown => "whoever uses that file",
    };
    Some(format!(
        "{BETTER}; {holder} uses this one too, and whichever renews it first signs the other out."
    ))
}

const BETTER: &str = "A sign-in of its own is safer (recommended): `rotunda login`";
const WITH_CODEX: &str = "this one is Codex's own, so the two renew it one at a time and each takes \
     over what the other made.";
const UNREAD: &str = "Importing it reads Codex's item in the keychain, and your system may ask you \
     first. A sign-in of its own is safer (recommended): `rotunda login`.";
