//! Importing: what there is, what would become of it, and doing it.
//!
//! What is shown is read again when it is imported: nothing secret waits in
//! memory for an answer that may never come.

mod sealed;
mod warning;

use std::{path::PathBuf, sync::Arc, time::SystemTime};

use rotunda_core::{
    Identity, Standing,
    profile::Kind,
    vault::{Credential, Vault as _},
};
use rotunda_host::{
    auth_file::{self, Imported},
    blocking::blocking,
    codex_auth::Prompting,
    store::{Store, StoredProfile, check_name},
    vault::{DaemonVault as _, label},
};
use rotunda_router::{Pool, TokenError};
use rotunda_text::{Language, Locale, Localize, Message, message};

pub(super) use self::warning::shared;
use super::{
    codex_account::CodexAccount,
    handles::{CurrentSettings, Handles, Machine},
    orphans::Orphans,
    profiles::{Added, NewProfile, Profiles},
    running::RunningRouter,
    token_managers::TokenManagers,
    vault_access::VaultAccess,
};
use crate::{
    error::{CommandError, capital},
    import::{self, Found, Holder},
    view::{ImportItem, ImportPick, ImportResult},
};

/// The reader of an import's messages. A terminal gets the command that the
/// window has a button for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The window, in a language.
    Window(Language),
    /// A terminal, in a language.
    Terminal(Language),
}

impl Audience {
    pub(super) fn locale(self) -> Locale {
        match self {
            Self::Window(language) | Self::Terminal(language) => Locale::of(language),
        }
    }

    /// Its name in the catalogs.
    fn name(self) -> &'static str {
        match self {
            Self::Window(_) => "window",
            Self::Terminal(_) => "terminal",
        }
    }
}

/// One sign-in that was found, and what would become of it.
pub(super) struct Candidate {
    pub(super) found: Found,
    known: Option<StoredProfile>,
    refusal: Option<Message>,
}

/// Makes profiles of sign-ins that are on this machine.
pub struct Imports {
    machine: Machine,
    settings: CurrentSettings,
    store: Store,
    pool: Pool,
    vault: Arc<VaultAccess>,
    running: RunningRouter,
    token_managers: TokenManagers,
    profiles: Arc<Profiles>,
    codex: Arc<CodexAccount>,
    orphans: Arc<Orphans>,
}

impl Imports {
    pub(super) fn new(
        handles: &Handles,
        vault: Arc<VaultAccess>,
        token_managers: TokenManagers,
        profiles: Arc<Profiles>,
        codex: Arc<CodexAccount>,
        orphans: Arc<Orphans>,
    ) -> Self {
        Self {
            machine: handles.machine.clone(),
            settings: handles.settings.clone(),
            store: handles.store.clone(),
            pool: handles.pool.clone(),
            running: handles.running.clone(),
            vault,
            token_managers,
            profiles,
            codex,
            orphans,
        }
    }

    /// Sign-ins in the places where Codex and other programs keep theirs.
    pub async fn found(&self, audience: Audience) -> Result<Vec<ImportItem>, CommandError> {
        self.items(None, audience).await
    }

    /// Sign-ins at a path: an `auth.json`, a Codex home, the accounts file of
    /// codex-multi-auth, or a folder of any of these. Nothing is changed.
    pub async fn import_preview(
        &self,
        path: PathBuf,
        audience: Audience,
    ) -> Result<Vec<ImportItem>, CommandError> {
        self.items(Some(path), audience).await
    }

    /// Adds the one sign-in of a file or folder. One that is there already gets
    /// the new tokens and keeps its name.
    pub async fn import(&self, path: PathBuf, name: Option<String>) -> Result<Added, CommandError> {
        if let Some(name) = &name {
            check_name(name)?;
        }
        self.vault.request();
        let home = self.machine.home.clone();
        let mut found = blocking(move || import::at(&home, &path)).await?;
        match (found.pop(), found.len()) {
            (Some(one), 0) => self.take(one, name).await,
            (_, others) => Err(CommandError::SeveralSignIns(others + 1)),
        }
    }

    /// Imports what was picked of a path, or of the well-known places; one
    /// that fails does not keep back the others.
    pub async fn import_items(
        &self,
        path: Option<PathBuf>,
        picks: Vec<ImportPick>,
        audience: Audience,
    ) -> Result<Vec<ImportResult>, CommandError> {
        self.vault.request();
        let mut results = Vec::new();
        // The user who picks it wants it read.
        let is_picked = picks.iter().any(|pick| pick.index == Found::unread().index());
        let prompting = if is_picked { Prompting::Allowed } else { Prompting::Never };
        let mut candidates = self.candidates(path, prompting).await?;
        for pick in picks {
            let place =
                candidates.iter().position(|candidate| candidate.found.index() == pick.index);
            results.push(match place {
                Some(place) => {
                    self.import_one(candidates.swap_remove(place), pick.name, audience).await
                }
                None => gone(pick.name, audience.locale()),
            });
        }
        Ok(results)
    }

    async fn items(
        &self,
        path: Option<PathBuf>,
        audience: Audience,
    ) -> Result<Vec<ImportItem>, CommandError> {
        let mut items = Vec::new();
        for candidate in self.candidates(path, Prompting::Never).await? {
            items.push(self.item(candidate, audience).await?);
        }
        Ok(items)
    }

    async fn item(
        &self,
        candidate: Candidate,
        audience: Audience,
    ) -> Result<ImportItem, CommandError> {
        let Candidate { found, known, refusal } = candidate;
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
            message: refusal
                .or_else(|| shared(&found, audience))
                .map(|it| it.to(audience.locale())),
        })
    }

    /// What is there, with what speaks against importing it.
    pub(super) async fn candidates(
        &self,
        path: Option<PathBuf>,
        prompting: Prompting,
    ) -> Result<Vec<Candidate>, CommandError> {
        let (machine, codex) = (self.machine.clone(), self.codex.sign_in());
        let mut all = if path.is_none() { self.orphans.read().await } else { Vec::new() };
        let found = blocking(move || match path {
            Some(path) => import::at(&machine.home, &path),
            None => Ok(import::well_known(&machine.home, &machine.env, &codex, prompting)),
        });
        all.extend(found.await?);
        let mut seen = Vec::<Identity>::new();
        let mut candidates = Vec::new();
        for found in all {
            let identity = found.identity();
            let twice = seen.iter().any(|earlier| earlier.is_same(&identity));
            seen.push(identity);
            candidates.push(self.assess(found, twice).await);
        }
        Ok(candidates)
    }

    async fn assess(&self, found: Found, twice: bool) -> Candidate {
        let sign_in = match &found.sign_in {
            Ok(sign_in) => sign_in,
            Err(_) if found.unread => return Candidate { found, known: None, refusal: None },
            Err(reason) => {
                let refusal = message!("import-unusable", reason = capital(reason));
                return Candidate { found, known: None, refusal: Some(refusal) };
            }
        };
        let known = self.profiles.same_sign_in(sign_in).await;
        let newer = match &known {
            Some(profile) if self.has_newer(profile, sign_in).await => Some(&profile.name),
            _ => None,
        };
        let refusal = match newer {
            _ if twice => Some(message!("import-twice")),
            Some(name) => Some(message!("import-older", profile = name)),
            None => None,
        };
        Candidate { found, known, refusal }
    }

    /// Whether a profile would lose by it: a refresh token is spent once, so
    /// the one with the older access token is worth nothing.
    async fn has_newer(&self, profile: &StoredProfile, sign_in: &Imported) -> bool {
        let view = self.pool.view();
        let mut statuses = view.profiles.iter().filter(|status| status.profile.id == profile.id);
        if statuses.any(|status| status.standing == Standing::NeedsSignIn) {
            return false;
        }
        let kept = self.vault.items.load(profile.id).await.ok();
        match (kept.as_ref().and_then(end), end(&sign_in.credential)) {
            (Some(kept), Some(offered)) => offered < kept,
            _ => false,
        }
    }

    async fn proposed_name(&self, found: &Found) -> Result<String, CommandError> {
        let own = found.name.as_deref().and_then(|name| check_name(name).ok()).map(str::to_owned);
        let of_claims = found.sign_in.as_ref().ok().filter(|_| own.is_none());
        let prompting = own
            .or_else(|| {
                of_claims.map(|one| self.profiles.default_name(&one.claims, one.kind, None))
            })
            .or_else(|| found.email()?.split('@').next().map(str::to_owned));
        let store = self.store.clone();
        Ok(blocking(move || store.free_name(prompting.as_deref().unwrap_or_default())).await?)
    }

    async fn import_one(
        &self,
        candidate: Candidate,
        name: Option<String>,
        audience: Audience,
    ) -> ImportResult {
        let locale = audience.locale();
        let Candidate { found, refusal, .. } = candidate;
        let label = name.clone().or_else(|| found.email().map(str::to_owned));
        let label = label.unwrap_or_else(|| found.source.clone());
        if let Some(refusal) = refusal {
            return ImportResult { label, ok: false, message: Some(refusal.to(locale)) };
        }
        let warning = shared(&found, audience).map(|warning| warning.to(locale));
        match self.take(found, name).await {
            Ok(added) => ImportResult { label: added.name, ok: true, message: warning },
            Err(error) => ImportResult { label, ok: false, message: Some(error.to(locale)) },
        }
    }

    /// Imports everything that can be.
    pub(super) async fn import_all(
        &self,
        candidates: Vec<Candidate>,
        audience: Audience,
    ) -> Vec<ImportResult> {
        let mut results = Vec::new();
        for candidate in candidates {
            results.push(self.import_one(candidate, None, audience).await);
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
            self.codex.allow().await;
        }
        let proposed = match (&name, &found.name) {
            (None, Some(_)) => Some(self.proposed_name(&found).await?),
            _ => None,
        };
        let kept_by_codex = found.holder == Holder::Codex;
        let (kept, paused) = (found.kept, found.is_disabled);
        let imported = found.sign_in.map_err(CommandError::NotImported)?;
        let (identity, is_chatgpt) =
            (Identity::of(&imported.claims), imported.kind == Kind::ChatGpt);
        let owner = self.codex.owner().await;
        let is_own = |was| is_chatgpt && (kept_by_codex || owner.is(&identity, was));
        let unused = auth_file::is_unused(&imported.credential);
        // Held to the end of a first renewal: the same sign-in, imported again
        // meanwhile, has a refresh token that is spent by then.
        let _changing = self.profiles.changing().await;
        let added = match self.profiles.same_sign_in(&imported).await {
            Some(known) if self.has_newer(&known, &imported).await => {
                return Err(CommandError::Older(known.name));
            }
            Some(known) => {
                let own_sign_in = is_own(known.own_sign_in);
                let added = self.profiles.sign_in_again(known, imported, name, own_sign_in).await?;
                if let Some(kept) = kept {
                    // One refresh token is never in two items.
                    self.vault.items.remove(kept).await?;
                }
                added
            }
            None => {
                let name = name.or(proposed);
                let own_sign_in = is_own(false);
                let new = NewProfile { id: kept, name, workspace: None, own_sign_in, paused };
                self.profiles.add(imported, new).await?
            }
        };
        if unused {
            return self.renew_first(added).await;
        }
        Ok(added)
    }

    /// Renews a sign-in that has no access token yet, so that the result shows
    /// whether it works. One that does not is not kept.
    async fn renew_first(&self, added: Added) -> Result<Added, CommandError> {
        let running = self.running.token_manager().await;
        let token_manager = match running {
            Some(token_manager) => Ok(token_manager),
            None => self.token_managers.make(&self.settings.get()),
        };
        let token_manager = token_manager.map_err(CommandError::NotImported)?;
        let ready = match token_manager.ready(added.id).await {
            // A program that ends now would lose what is not stored.
            Ok(()) => token_manager.save_unsaved().await.map_err(TokenError::Vault),
            refused => refused,
        };
        if let Err(error) = ready {
            if !added.known {
                self.profiles.remove_with(added.id, Some(&token_manager)).await?;
            }
            return Err(match error {
                TokenError::SignInLost => CommandError::Spent,
                TokenError::Trouble | TokenError::Refused => CommandError::NotRenewed,
                TokenError::Gone => CommandError::Gone,
                TokenError::Vault(error) => error.into(),
            });
        }
        self.learn_claims(added).await
    }

    /// Completes a profile from its tokens where the file lacked something. When they
    /// are another profile's, that one gets them.
    async fn learn_claims(&self, added: Added) -> Result<Added, CommandError> {
        let (credential, extra) = self.vault.items.whole(added.id).await?;
        let (kept, _) = label::imported(credential, extra);
        let mut profile = self.profiles.stored(added.id)?;
        let identity = Identity::of(&kept.claims);
        let profiles = self.profiles.identified().await.into_iter();
        let mut others = profiles.filter(|other| other.id != added.id);
        if let Some(other) = others.find(|other| other.identity().is_same(&identity)) {
            let own_sign_in = other.own_sign_in || added.own_sign_in;
            let moved = self.profiles.sign_in_again(other, kept, None, own_sign_in).await?;
            self.profiles.remove_now(added.id).await?;
            return Ok(moved);
        }
        profile.plan = kept.claims.plan.or(profile.plan);
        profile.user_id = kept.claims.user_id.or(profile.user_id);
        profile.email = kept.claims.email.or(profile.email);
        self.profiles.put(profile).await?;
        self.profiles.reload().await?;
        Ok(added)
    }
}

/// When its access token ends.
fn end(credential: &Credential) -> Option<SystemTime> {
    match credential {
        Credential::ChatGpt(tokens) => tokens.expires,
        Credential::ApiKey(_) | Credential::Provider(_) => None,
    }
}

/// What became of a picked sign-in that is not there any more.
fn gone(name: Option<String>, locale: Locale) -> ImportResult {
    ImportResult {
        label: name.unwrap_or_else(|| message!("import-label").to(locale)),
        ok: false,
        message: Some(message!("import-gone").to(locale)),
    }
}

#[cfg(test)]
mod tests {
    use rotunda_core::ProfileId;

    use super::*;
    use crate::daemon::{fixture::Fixture, handles::State};

    #[test]
    fn only_a_terminal_message_contains_the_command() {
        for language in Language::all() {
            let text = |audience: Audience| {
                let codex = message!("import-shared-codex", audience = audience.name());
                let keychain = message!("import-reads-keychain", audience = audience.name());
                [codex, keychain].map(|it| it.to(audience.locale()))
            };
            assert!(
                text(Audience::Terminal(language)).iter().all(|it| it.contains("`rotunda login`"))
            );
            assert!(!text(Audience::Window(language)).iter().any(|it| it.contains('`')));
        }
    }

    fn imports(fixture: &Fixture) -> Imports {
        let profiles = fixture.profiles();
        let vault = &fixture.vault;
        let orphans =
            Orphans::new(&fixture.handles, vault.clone(), profiles.clone(), State::default());
        let token_managers = TokenManagers::new(&fixture.handles, vault.clone());
        let codex = fixture.codex_account(&profiles);
        let orphans = Arc::new(orphans);
        Imports::new(&fixture.handles, vault.clone(), token_managers, profiles, codex, orphans)
    }

    #[tokio::test]
    async fn a_sign_in_of_a_known_account_is_for_its_profile_and_one_that_is_gone_is_not_imported()
    {
        let fixture = Fixture::with(&["work", "home"]);
        fixture.sign_codex_in(ProfileId(2));
        let (imports, terminal) = (imports(&fixture), Audience::Terminal(Language::ENGLISH));
        let path = fixture.handles.machine.home.codex_auth();
        let items = imports.import_preview(path.clone(), terminal).await.unwrap();
        assert_eq!((items.len(), items[0].known.as_deref(), items[0].ok), (1, Some("home"), true));
        let pick = ImportPick { index: items[0].index + 1, name: Some("other".to_owned()) };
        let results = imports.import_items(Some(path), vec![pick], terminal).await.unwrap();
        assert_eq!((results.len(), results[0].ok), (1, false));
        assert_eq!(fixture.handles.store.profiles().unwrap().len(), 2);
    }
}
