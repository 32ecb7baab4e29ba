//! Signing in, as the window and the command line ask for it: one at a time,
//! shown in the snapshot from its first page to its end.

use std::{sync::Arc, time::Duration};

use rotunda_core::{
    ProfileId, Reader, Words,
    words::{Chose, Told},
};
use rotunda_router::{Vault, VaultError};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use url::Url;

use super::{Added, CommandError, Daemon, blocking};
use crate::{
    auth_file::Imported,
    browser,
    clock::unix,
    login::{self, Answered, Door, Flow, Heard, Issuer, LoginError, Page, Shown, Workspace},
    store::{StoredProfile, check_name},
    view::{SignInMethod, SignInState, SignInView, WorkspaceView},
};

/// Answers that wait for a sign-in; more than a person can give.
const ANSWERS: usize = 4;

/// A sign-in somebody wants.
#[derive(Debug, Clone)]
pub struct SignInWish {
    /// How to answer it.
    pub method: SignInMethod,
    /// Name or id of the profile to sign in again; none adds one.
    pub profile: Option<String>,
    /// What to call the new one.
    pub name: Option<String>,
    /// Open the browser from here.
    pub open_browser: bool,
}

/// What became of a sign-in, or what to know while it goes on.
#[derive(Debug, Clone)]
pub(crate) enum SignInNote {
    /// It came to nothing on its way.
    Ended(LoginError),
    /// It was not done, or not helped along.
    Refused(Arc<CommandError>),
    /// The profile is there.
    Done(Told),
}

impl SignInNote {
    /// As a sentence.
    pub(crate) fn to(&self, reader: Reader) -> String {
        match self {
            Self::Ended(error) => error.to(reader),
            Self::Refused(error) => error.to(reader),
            Self::Done(told) => told.to(reader),
        }
    }
}

/// The sign-in under way.
pub(super) struct UnderWay {
    task: JoinHandle<()>,
    tell: mpsc::Sender<Heard>,
}

impl UnderWay {
    /// When this returns its port is free.
    async fn end(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

impl Daemon {
    /// Starts a sign-in, in place of one that is under way. What becomes of it
    /// is told in the snapshot.
    pub async fn sign_in(&self, wish: SignInWish) -> Result<(), CommandError> {
        let SignInWish { method, profile, name, open_browser } = wish;
        let again = profile.map(|profile| self.find(&profile)).transpose()?;
        let again = again.map(|(id, _)| self.stored(id)).transpose()?;
        self.check_free(name.as_deref(), again.as_ref()).await?;
        self.check_vault(again.as_ref()).await?;
        let mut under_way = self.inner.signing_in.lock().await;
        if let Some(earlier) = under_way.take() {
            earlier.end().await;
        }
        let issuer = Issuer::at(&self.inner.settings().upstreams)?;
        let (tell, heard) = mpsc::channel(ANSWERS);
        let door = match method {
            SignInMethod::Browser => Some(Door::open(&self.inner.env, tell.clone()).await?),
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
        let shower = self.clone();
        let flow = Flow {
            issuer,
            env: self.inner.env.clone(),
            clock: Arc::clone(&self.inner.clock),
            account: again.as_ref().and_then(|profile| profile.account_id.clone()),
            show: Box::new(move |shown| shower.show_step(shown, open_browser)),
            heard,
            tell: tell.clone(),
        };
        let task = tokio::spawn(self.clone().see_through(flow, door, again.map(|it| it.id), name));
        *under_way = Some(UnderWay { task, tell });
        Ok(())
    }

    /// Nobody should sign in for a vault that cannot take it.
    async fn check_vault(&self, again: Option<&StoredProfile>) -> Result<(), CommandError> {
        let anyone = ProfileId(0);
        match self.inner.vault.load(again.map_or(anyone, |profile| profile.id)).await {
            Ok(_) | Err(VaultError::Missing | VaultError::Damaged(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens the page again.
    #[expect(clippy::unused_async, reason = "starting a program needs the runtime")]
    pub async fn sign_in_open(&self) -> Result<(), CommandError> {
        let url = {
            let known = self.inner.known();
            known.sign_in.as_ref().and_then(|sign_in| sign_in.url.clone())
        };
        let url: Url = url.and_then(|url| url.parse().ok()).ok_or(CommandError::NoSignIn)?;
        browser::open(&self.inner.env, &url).map_err(|_| CommandError::NoBrowser)
    }

    /// Takes the address that the browser ended on, from a browser that could
    /// not come back.
    pub async fn sign_in_paste(&self, address: &str) -> Result<(), CommandError> {
        let query = login::query_of(address)?;
        let (reply, page) = oneshot::channel();
        self.tell_sign_in(Heard::Back { query, reply }).await?;
        match page.await {
            Ok(Page::Failed(why)) => Err(CommandError::SignInRefused(why)),
            Ok(Page::Done(_) | Page::Choose | Page::Again) | Err(_) => Ok(()),
        }
    }

    /// Chooses one of the workspaces that are shown.
    pub async fn sign_in_choose(&self, workspace: &str) -> Result<(), CommandError> {
        if !self.is_offered(workspace) {
            return Err(CommandError::NoSignIn);
        }
        self.tell_sign_in(Heard::Chosen(workspace.to_owned())).await
    }

    /// Ends the sign-in under way.
    pub async fn sign_in_cancel(&self) -> Result<(), CommandError> {
        let under_way = self.inner.signing_in.lock().await.take();
        under_way.ok_or(CommandError::NoSignIn)?.end().await;
        if self.is_signing_in() {
            self.end_view(SignInState::Cancelled, SignInNote::Ended(LoginError::Cancelled));
        }
        Ok(())
    }

    /// Shows no sign-in any more, when none is under way.
    pub fn sign_in_dismiss(&self) {
        if !self.is_signing_in() {
            self.show_sign_in(None);
        }
    }

    /// Nothing is left under way when Rotunda stops.
    pub(super) async fn drop_sign_in(&self) {
        if let Some(under_way) = self.inner.signing_in.lock().await.take() {
            under_way.end().await;
        }
    }
}

impl Daemon {
    /// A name that is taken is told before the browser opens, not after.
    async fn check_free(
        &self,
        name: Option<&str>,
        again: Option<&StoredProfile>,
    ) -> Result<(), CommandError> {
        let Some(name) = name else { return Ok(()) };
        let name = check_name(name)?.to_owned();
        let store = self.inner.store.clone();
        let found = blocking(move || store.profile_named(&name)).await?;
        match found {
            Some(other) if again.is_none_or(|again| again.id != other.id) => {
                Err(crate::store::NameError::Taken.into())
            }
            _ => Ok(()),
        }
    }

    async fn tell_sign_in(&self, heard: Heard) -> Result<(), CommandError> {
        let tell = {
            let under_way = self.inner.signing_in.lock().await;
            under_way.as_ref().map(|under_way| under_way.tell.clone())
        };
        let tell = tell.ok_or(CommandError::NoSignIn)?;
        tell.send(heard).await.map_err(|_| CommandError::NoSignIn)
    }

    /// From the first page to the stored profile.
    async fn see_through(
        self,
        flow: Flow,
        door: Option<Door>,
        again: Option<ProfileId>,
        name: Option<String>,
    ) {
        let answered = match door {
            Some(door) => flow.browser(door).await,
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

    /// Keeps a new sign-in, under the profile it is for.
    async fn adopt(
        &self,
        imported: Imported,
        workspace: Option<String>,
        again: Option<ProfileId>,
        name: Option<String>,
    ) -> Result<Added, CommandError> {
        let own_sign_in = self.whose_own().await.is(imported.claims.account_id.as_deref());
        let Some(id) = again else {
            return match self.same_sign_in(&imported) {
                Some(known) => self.sign_in_again(known, imported, name, own_sign_in).await,
                None => self.add(imported, name, workspace, own_sign_in).await,
            };
        };
        let profile = self.stored(id)?;
        if is_another(&profile, &imported) {
            return Err(CommandError::OtherAccount(profile.name));
        }
        self.sign_in_again(profile, imported, name, own_sign_in).await
    }

    /// Called from the flow; never waits.
    fn show_step(&self, shown: Shown, open_browser: bool) {
        let now = (self.inner.clock)();
        let until = |life: Duration| Some(unix(now + life));
        let unopened = match &shown {
            Shown::Page { url, .. } if open_browser => browser::open(&self.inner.env, url).is_err(),
            _ => false,
        };
        let mut known = self.inner.known();
        if known.sign_in.is_some() {
            let note = || SignInNote::Refused(Arc::new(CommandError::NoBrowser));
            known.sign_in_note = unopened.then(note);
        }
        let Some(view) = known.sign_in.as_mut() else { return };
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
        drop(known);
        self.refresh();
    }

    fn end_view(&self, state: SignInState, note: SignInNote) {
        let mut known = self.inner.known();
        if known.sign_in.is_some() {
            known.sign_in_note = Some(note);
        }
        if let Some(view) = known.sign_in.as_mut() {
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
        drop(known);
        self.refresh();
    }

    fn show_sign_in(&self, view: Option<SignInView>) {
        {
            let mut known = self.inner.known();
            (known.sign_in, known.sign_in_note) = (view, None);
        }
        self.refresh();
    }

    fn is_offered(&self, workspace: &str) -> bool {
        let known = self.inner.known();
        known.sign_in.as_ref().is_some_and(|sign_in| {
            sign_in.state == SignInState::ChooseWorkspace
                && sign_in.workspaces.iter().any(|one| one.id == workspace)
        })
    }

    fn is_signing_in(&self) -> bool {
        let known = self.inner.known();
        known.sign_in.as_ref().is_some_and(|sign_in| {
            matches!(sign_in.state, SignInState::Waiting | SignInState::ChooseWorkspace)
        })
    }
}

/// A profile never becomes another account's behind the user's back.
fn is_another(profile: &StoredProfile, imported: &Imported) -> bool {
    let differs = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
    differs(&profile.account_id, &imported.claims.account_id)
        || differs(&profile.email, &imported.claims.email)
}

fn done(added: &Added) -> Told {
    let profile = added.name.clone();
    if added.known { Chose::SignedIn { profile } } else { Chose::Added { profile } }.into()
}

fn shown_workspace(one: Workspace) -> WorkspaceView {
    WorkspaceView { id: one.id, label: one.label }
}
