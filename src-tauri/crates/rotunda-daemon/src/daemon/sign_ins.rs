//! Signing in, as the window and the command line ask for it: one at a time,
//! shown in the snapshot from its first page to its end.

use std::{sync::Arc, time::Duration};

use rotunda_core::{Identity, ProfileId};
use rotunda_host::{
    auth_file::Imported,
    blocking::blocking,
    browser,
    clock::unix,
    store::{Store, StoredProfile, check_name},
    vault::DaemonVault,
};
use rotunda_router::{Vault, VaultError};
use rotunda_text::{ActivityMessage, Chose, Locale, Localize};
use tokio::{
    sync::{Mutex, mpsc, oneshot},
    task::JoinHandle,
};
use url::Url;

use super::{
    codex_account::CodexAccount,
    handles::{CurrentSettings, Handles, Machine, Refresh, State},
    profiles::{Added, NewProfile, Profiles},
    vault_access::VaultAccess,
};
use crate::{
    error::CommandError,
    login::{
        self, Answered, CallbackServer, Flow, Heard, Issuer, LoginError, Page, Shown, Workspace,
    },
    view::{SignInMethod, SignInState, SignInView, WorkspaceView},
};

/// Answers that wait for a sign-in; more than a person can give.
const ANSWERS: usize = 4;

/// A sign-in that the user wants.
#[derive(Debug, Clone)]
pub struct SignInRequest {
    /// How to answer it.
    pub method: SignInMethod,
    /// Name or id of the profile to sign in again; none adds one.
    pub profile: Option<String>,
    /// What to call the new one.
    pub name: Option<String>,
    /// Open the browser from here.
    pub open_browser: bool,
}

/// The result of a sign-in, or what to know while it is under way.
#[derive(Debug, Clone)]
pub(super) enum SignInNote {
    /// It came to nothing on its way.
    Ended(LoginError),
    /// It was not done, or not helped along.
    Refused(Arc<CommandError>),
    /// The profile is there.
    Done(ActivityMessage),
}

impl SignInNote {
    /// As a sentence.
    pub(super) fn to(&self, locale: Locale) -> String {
        match self {
            Self::Ended(error) => error.to(locale),
            Self::Refused(error) => error.to(locale),
            Self::Done(message) => message.to(locale),
        }
    }
}

/// The sign-in under way, or just ended.
#[derive(Debug, Default)]
pub(super) struct SignInStatus {
    pub(super) view: Option<SignInView>,
    pub(super) note: Option<SignInNote>,
}

impl SignInStatus {
    pub(super) fn in_language(&self, locale: Locale) -> Option<SignInView> {
        let mut view = self.view.clone()?;
        view.message = self.note.as_ref().map(|note| note.to(locale));
        Some(view)
    }
}

/// The sign-in under way.
pub(super) struct UnderWay {
    task: JoinHandle<()>,
    answers: mpsc::Sender<Heard>,
}

impl UnderWay {
    /// When this returns its port is free.
    async fn end(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

/// Signs users in, one at a time.
pub struct SignIns {
    machine: Machine,
    settings: CurrentSettings,
    store: Store,
    vault: Arc<VaultAccess>,
    profiles: Arc<Profiles>,
    codex: Arc<CodexAccount>,
    status: State<SignInStatus>,
    refresh: Refresh,
    /// Held while one sign-in takes the place of another.
    under_way: Mutex<Option<UnderWay>>,
}

impl SignIns {
    pub(super) fn new(
        handles: &Handles,
        vault: Arc<VaultAccess>,
        profiles: Arc<Profiles>,
        codex: Arc<CodexAccount>,
        status: State<SignInStatus>,
    ) -> Self {
        Self {
            machine: handles.machine.clone(),
            settings: handles.settings.clone(),
            store: handles.store.clone(),
            refresh: handles.refresh.clone(),
            vault,
            profiles,
            codex,
            status,
            under_way: Mutex::default(),
        }
    }

    /// Starts a sign-in, in place of one that is under way. Its result
    /// is in the snapshot.
    pub async fn start(self: &Arc<Self>, request: SignInRequest) -> Result<(), CommandError> {
        let SignInRequest { method, profile, name, open_browser } = request;
        let again = profile.map(|profile| self.profiles.find(&profile)).transpose()?;
        let again = again.map(|(id, _)| self.profiles.stored(id)).transpose()?;
        self.check_free(name.as_deref(), again.as_ref()).await?;
        self.check_vault(again.as_ref()).await?;
        let mut under_way = self.under_way.lock().await;
        if let Some(earlier) = under_way.take() {
            earlier.end().await;
        }
        let issuer = Issuer::at(&self.settings.get().upstreams)?;
        let (answers, heard) = mpsc::channel(ANSWERS);
        let server = match method {
            SignInMethod::Browser => {
                Some(CallbackServer::open(&self.machine.env, answers.clone()).await?)
            }
            SignInMethod::Device => None,
        };
        self.show_sign_in(Some(SignInView {
            state: SignInState::Waiting,
            method,
            profile: again.as_ref().map(|profile| profile.id.to_string()),
            url: None,
            code: None,
            expires_at: None,
            workspaces: Vec::new(),
            message: None,
        }));
        let shower = Arc::clone(self);
        let flow = Flow {
            issuer,
            env: self.machine.env.clone(),
            clock: Arc::clone(&self.machine.clock),
            account: again.as_ref().and_then(|profile| profile.account_id.clone()),
            show: Box::new(move |shown| shower.show_step(shown, open_browser)),
            heard,
            callbacks: answers.clone(),
        };
        let task = tokio::spawn(Arc::clone(self).run(flow, server, again.map(|it| it.id), name));
        *under_way = Some(UnderWay { task, answers });
        Ok(())
    }

    /// A user does not sign in for a vault that cannot take it.
    async fn check_vault(&self, again: Option<&StoredProfile>) -> Result<(), CommandError> {
        let anyone = ProfileId(0);
        self.vault.request();
        match self.vault.items.load(again.map_or(anyone, |profile| profile.id)).await {
            Ok(_) | Err(VaultError::Missing | VaultError::Damaged(_)) => {}
            Err(error) => return Err(error.into()),
        }
        self.vault.items.probe().await?;
        Ok(())
    }

    /// Opens the page again.
    #[expect(clippy::unused_async, reason = "starting a program needs the runtime")]
    pub async fn open(&self) -> Result<(), CommandError> {
        let url = {
            let shown = self.status.lock();
            shown.view.as_ref().and_then(|sign_in| sign_in.url.clone())
        };
        let url: Url = url.and_then(|url| url.parse().ok()).ok_or(CommandError::NoSignIn)?;
        browser::open(&self.machine.env, &url).map_err(|_| CommandError::NoBrowser)
    }

    /// Takes the address that the browser ended on, from a browser that could
    /// not come back.
    pub async fn paste(&self, address: &str) -> Result<(), CommandError> {
        let query = login::query_of(address)?;
        let (reply, page) = oneshot::channel();
        self.answer(Heard::Back { query, reply }).await?;
        match page.await {
            Ok(Page::Failed(why)) => Err(CommandError::SignInRefused(why)),
            Ok(Page::Done(_) | Page::Choose | Page::Again) | Err(_) => Ok(()),
        }
    }

    /// Chooses one of the workspaces that are shown.
    pub async fn choose(&self, workspace: &str) -> Result<(), CommandError> {
        if !self.is_offered(workspace) {
            return Err(CommandError::NoSignIn);
        }
        self.answer(Heard::Chosen(workspace.to_owned())).await
    }

    /// Ends the sign-in under way.
    pub async fn cancel(&self) -> Result<(), CommandError> {
        let under_way = self.under_way.lock().await.take();
        under_way.ok_or(CommandError::NoSignIn)?.end().await;
        if self.is_signing_in() {
            self.end_view(SignInState::Cancelled, SignInNote::Ended(LoginError::Cancelled));
        }
        Ok(())
    }

    /// Shows no sign-in any more, when none is under way.
    pub fn dismiss(&self) {
        if !self.is_signing_in() {
            self.show_sign_in(None);
        }
    }

    /// Nothing is left under way when Rotunda stops.
    pub(super) async fn end(&self) {
        if let Some(under_way) = self.under_way.lock().await.take() {
            under_way.end().await;
        }
    }
}

impl SignIns {
    /// A name in use is reported before the browser opens, not after.
    async fn check_free(
        &self,
        name: Option<&str>,
        again: Option<&StoredProfile>,
    ) -> Result<(), CommandError> {
        let Some(name) = name else { return Ok(()) };
        let name = check_name(name)?.to_owned();
        let store = self.store.clone();
        let found = blocking(move || store.profile_named(&name)).await?;
        match found {
            Some(other) if again.is_none_or(|again| again.id != other.id) => {
                Err(rotunda_host::store::NameError::Taken.into())
            }
            _ => Ok(()),
        }
    }

    async fn answer(&self, answer: Heard) -> Result<(), CommandError> {
        let answers = {
            let under_way = self.under_way.lock().await;
            under_way.as_ref().map(|under_way| under_way.answers.clone())
        };
        let answers = answers.ok_or(CommandError::NoSignIn)?;
        answers.send(answer).await.map_err(|_| CommandError::NoSignIn)
    }

    /// From the first page to the stored profile.
    async fn run(
        self: Arc<Self>,
        flow: Flow,
        server: Option<CallbackServer>,
        again: Option<ProfileId>,
        name: Option<String>,
    ) {
        let answered = match server {
            Some(server) => flow.browser(server).await,
            None => flow.device().await,
        };
        let answered = match answered {
            Ok(answered) => answered,
            Err(error) => {
                tracing::info!(%error, "a sign-in came to nothing");
                return self.end_view(SignInState::Failed, SignInNote::Ended(error));
            }
        };
        let Answered { imported, workspace, .. } = &answered;
        let adopted = self.adopt(imported.clone(), workspace.clone(), again, name).await;
        let page = match adopted {
            Ok(added) => {
                self.end_view(SignInState::Done, SignInNote::Done(done(&added)));
                Page::Done(added.name)
            }
            Err(error) => {
                let error = Arc::new(error);
                self.end_view(SignInState::Failed, SignInNote::Refused(Arc::clone(&error)));
                Page::failed(error)
            }
        };
        answered.end(page).await;
    }

    /// Keeps a new sign-in, under the profile it is for. A profile never becomes
    /// another account's.
    async fn adopt(
        &self,
        imported: Imported,
        workspace: Option<String>,
        again: Option<ProfileId>,
        name: Option<String>,
    ) -> Result<Added, CommandError> {
        let identity = Identity::of(&imported.claims);
        let _changing = self.profiles.changing().await;
        let own = self.codex.owner().await;
        let same = self.profiles.same_sign_in(&imported).await;
        let Some(id) = again else {
            if let Some(known) = same {
                let own_sign_in = own.is(&identity, known.own_sign_in);
                return self.profiles.sign_in_again(known, imported, name, own_sign_in).await;
            }
            let own_sign_in = own.is(&identity, false);
            let new = NewProfile { name, workspace, own_sign_in, ..NewProfile::default() };
            return self.profiles.add(imported, new).await;
        };
        let profile = self.profiles.stored(id)?;
        if profile.identity().is_other(&identity) {
            return Err(CommandError::OtherAccount(profile.name));
        }
        if let Some(other) = same.filter(|other| other.id != id) {
            let (profile, other) = (profile.name, other.name);
            return Err(CommandError::AccountOf { profile, other });
        }
        let own_sign_in = own.is(&identity, profile.own_sign_in);
        self.profiles.sign_in_again(profile, imported, name, own_sign_in).await
    }

    /// The flow calls it; never waits.
    fn show_step(&self, shown: Shown, open_browser: bool) {
        let now = self.machine.now();
        let until = |life: Duration| Some(unix(now + life));
        let unopened = match &shown {
            Shown::Page { url, .. } if open_browser => {
                browser::open(&self.machine.env, url).is_err()
            }
            _ => false,
        };
        let mut status = self.status.lock();
        if status.view.is_some() {
            let note = || SignInNote::Refused(Arc::new(CommandError::NoBrowser));
            status.note = unopened.then(note);
        }
        let Some(view) = status.view.as_mut() else { return };
        view.state = SignInState::Waiting;
        (view.code, view.workspaces) = (None, Vec::new());
        match shown {
            Shown::Page { url, life } => {
                (view.url, view.expires_at) = (Some(url.to_string()), until(life));
            }
            Shown::Code { url, code, life } => {
                (view.url, view.expires_at) = (Some(url.to_string()), until(life));
                view.code = Some(code);
            }
            Shown::Choose { workspaces, life } => {
                view.state = SignInState::ChooseWorkspace;
                (view.url, view.expires_at) = (None, until(life));
                view.workspaces = workspaces.into_iter().map(shown_workspace).collect();
            }
        }
        drop(status);
        self.refresh.now();
    }

    fn end_view(&self, state: SignInState, note: SignInNote) {
        let mut status = self.status.lock();
        if status.view.is_some() {
            status.note = Some(note);
        }
        if let Some(view) = status.view.as_mut() {
            *view = SignInView {
                state,
                url: None,
                code: None,
                expires_at: None,
                workspaces: Vec::new(),
                message: None,
                ..view.clone()
            };
        }
        drop(status);
        self.refresh.now();
    }

    fn show_sign_in(&self, view: Option<SignInView>) {
        self.status.set(SignInStatus { view, note: None });
        self.refresh.now();
    }

    fn is_offered(&self, workspace: &str) -> bool {
        let status = self.status.lock();
        status.view.as_ref().is_some_and(|sign_in| {
            sign_in.state == SignInState::ChooseWorkspace
                && sign_in.workspaces.iter().any(|one| one.id == workspace)
        })
    }

    fn is_signing_in(&self) -> bool {
        let status = self.status.lock();
        status.view.as_ref().is_some_and(|sign_in| {
            matches!(sign_in.state, SignInState::Waiting | SignInState::ChooseWorkspace)
        })
    }
}

fn done(added: &Added) -> ActivityMessage {
    let profile = added.name.clone();
    if added.known { Chose::SignedIn { profile } } else { Chose::Added { profile } }.into()
}

fn shown_workspace(one: Workspace) -> WorkspaceView {
    WorkspaceView { id: one.id, label: one.label }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daemon::fixture::Fixture;

    fn sign_ins(fixture: &Fixture) -> Arc<SignIns> {
        let profiles = fixture.profiles();
        let codex = fixture.codex_account(&profiles);
        let vault = fixture.vault.clone();
        Arc::new(SignIns::new(&fixture.handles, vault, profiles, codex, State::default()))
    }

    #[tokio::test]
    async fn a_name_that_is_taken_is_refused_before_anything_is_shown() {
        let fixture = Fixture::with(&["work"]);
        let sign_ins = sign_ins(&fixture);
        let request = SignInRequest {
            method: SignInMethod::Device,
            profile: None,
            name: Some("work".to_owned()),
            open_browser: false,
        };
        let refused = sign_ins.start(request).await;
        assert!(matches!(refused, Err(CommandError::Name(rotunda_host::store::NameError::Taken))));
        assert!(sign_ins.status.lock().view.is_none());
    }

    #[tokio::test]
    async fn without_a_sign_in_there_is_nothing_to_answer() {
        let fixture = Fixture::with(&[]);
        let sign_ins = sign_ins(&fixture);
        let chosen = sign_ins.choose("acme").await;
        assert!(matches!(chosen, Err(CommandError::NoSignIn)));
        assert!(matches!(sign_ins.cancel().await, Err(CommandError::NoSignIn)));
        assert!(matches!(sign_ins.open().await, Err(CommandError::NoSignIn)));
    }
}
