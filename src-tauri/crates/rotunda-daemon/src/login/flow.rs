//! How a sign-in goes, from the page to the tokens.
//!
//! A browser's answer is answered in turn only when it is known what became of
//! it, so that the page never shows more than is true. An answer of another
//! sign-in gets a page with that, and ends nothing.

use std::time::Duration;

use rotunda_core::Secret;
use rotunda_host::{
    auth_file::{self, Imported},
    home::Env,
};
use rotunda_router::Clock;
use tokio::{
    sync::{mpsc, oneshot},
    time::{self, Instant},
};
use url::Url;

use super::{
    CallbackServer, Heard, LoginError, Page, Workspace,
    address::Proof,
    issuer::{DeviceCode, Issuer, Poll, Tokens},
};

/// For the person in front of the browser, each time.
const LIMIT: Duration = Duration::from_secs(5 * 60);
/// RFC 8628: how much slower after `slow_down`.
const SLOWER: Duration = Duration::from_secs(5);

/// What to show meanwhile.
#[derive(Debug, Clone)]
pub(crate) enum Shown {
    /// A page to open on this computer.
    Page {
        /// Which.
        url: Url,
        /// Until it ends unanswered.
        life: Duration,
    },
    /// A code to type on a page, anywhere.
    Code {
        /// The page.
        url: Url,
        /// The code.
        code: String,
        /// Until it ends.
        life: Duration,
    },
    /// Workspaces to choose from.
    Choose {
        /// Which.
        workspaces: Vec<Workspace>,
        /// Until it ends unanswered.
        life: Duration,
    },
}

/// A sign-in that came to something.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) imported: Imported,
    /// Name of the workspace, when the account has several.
    pub(crate) workspace: Option<String>,
    reply: Option<oneshot::Sender<Page>>,
    server: Option<CallbackServer>,
}

impl Answered {
    /// Shows the browser how it ended, and closes the callback server.
    pub(crate) async fn end(mut self, page: Page) {
        answer(&mut self.reply, page);
        close(self.server).await;
    }
}

/// One sign-in under way.
pub(crate) struct Flow {
    pub(crate) issuer: Issuer,
    pub(crate) env: Env,
    pub(crate) clock: Clock,
    /// The account of the profile that is signed in again.
    pub(crate) account: Option<String>,
    pub(crate) show: Box<dyn Fn(Shown) + Send + Sync>,
    pub(crate) heard: mpsc::Receiver<Heard>,
    /// For a callback server that is opened on the way.
    pub(crate) callbacks: mpsc::Sender<Heard>,
}

impl Flow {
    /// Signs in with a browser, which comes back to `server`.
    pub(crate) async fn browser(mut self, server: CallbackServer) -> Result<Answered, LoginError> {
        match self.round(&server, None).await {
            Ok((tokens, reply)) => self.settle(tokens, Some(reply), Some(server)).await,
            Err(error) => {
                close(Some(server)).await;
                Err(error)
            }
        }
    }

    /// With a code typed on any computer.
    pub(crate) async fn device(self) -> Result<Answered, LoginError> {
        let code = self.issuer.device_code().await?;
        let url = self.issuer.device_page();
        (self.show)(Shown::Code { url, code: code.user_code.clone(), life: code.life });
        let confirmed = time::timeout(code.life, self.confirmation(&code)).await;
        let (authorization, verifier) = confirmed.map_err(|_| LoginError::CodeExpired)??;
        let tokens = self.issuer.exchange_confirmed(&authorization, &verifier).await?;
        self.check_clock(&tokens)?;
        self.settle(tokens, None, None).await
    }

    async fn confirmation(
        &self,
        code: &DeviceCode,
    ) -> Result<(Secret<String>, Secret<String>), LoginError> {
        let mut interval = code.interval;
        loop {
            time::sleep(interval).await;
            match self.issuer.poll(code).await? {
                Poll::Pending => {}
                Poll::SlowDown => interval += SLOWER,
                Poll::Confirmed { code, verifier } => return Ok((code, verifier)),
            }
        }
    }

    /// One page opened, and tokens for the code it brings. The browser waits
    /// for its answer.
    async fn round(
        &mut self,
        server: &CallbackServer,
        workspace: Option<&str>,
    ) -> Result<(Tokens, oneshot::Sender<Page>), LoginError> {
        let proof = Proof::new(server.port)?;
        let url = proof.page(&self.issuer.auth, workspace);
        (self.show)(Shown::Page { url, life: LIMIT });
        let deadline = Instant::now() + LIMIT;
        let (code, reply) = loop {
            let heard = time::timeout_at(deadline, self.heard.recv()).await;
            let heard = heard.map_err(|_| LoginError::TimedOut)?.ok_or(LoginError::Cancelled)?;
            let Heard::Back { query, reply } = heard else { continue };
            match proof.code(&query) {
                Ok(code) => break (code, reply),
                Err(error) => {
                    let _ = reply.send(Page::failed(&error));
                    if !matches!(error, LoginError::StateMismatch | LoginError::NotAnAddress) {
                        return Err(error);
                    }
                }
            }
        };
        let tokens = self.issuer.exchange(&code, &proof).await;
        match tokens.and_then(|tokens| self.check_clock(&tokens).map(|()| tokens)) {
            Ok(tokens) => Ok((tokens, reply)),
            Err(error) => {
                let _ = reply.send(Page::failed(&error));
                Err(error)
            }
        }
    }

    /// The tokens for the workspace that is meant.
    async fn settle(
        mut self,
        tokens: Tokens,
        mut reply: Option<oneshot::Sender<Page>>,
        mut server: Option<CallbackServer>,
    ) -> Result<Answered, LoginError> {
        let found = self.issuer.workspaces(&tokens.access).await;
        let outcome = self.settled(tokens, found, &mut reply, &mut server).await;
        match outcome {
            Ok((imported, workspace)) => Ok(Answered { imported, workspace, reply, server }),
            Err(error) => {
                answer(&mut reply, Page::failed(&error));
                close(server).await;
                Err(error)
            }
        }
    }

    async fn settled(
        &mut self,
        tokens: Tokens,
        found: Vec<Workspace>,
        reply: &mut Option<oneshot::Sender<Page>>,
        server: &mut Option<CallbackServer>,
    ) -> Result<(Imported, Option<String>), LoginError> {
        let mut imported = imported(tokens);
        let has = imported.claims.account_id.clone();
        let wanted = match &self.account {
            Some(account) => found.iter().map(|one| &one.id).find(|id| *id == account).cloned(),
            None if found.len() > 1 => {
                answer(reply, Page::Choose);
                Some(self.choice(&found).await?)
            }
            None => None,
        };
        if wanted.is_some() && wanted != has {
            answer(reply, Page::Again);
            if server.is_none() {
                *server = Some(CallbackServer::open(&self.env, self.callbacks.clone()).await?);
            }
            let open = server.as_ref().expect("it was opened a line ago");
            let (tokens, page) = self.round(open, wanted.as_deref()).await?;
            *reply = Some(page);
            imported = self::imported(tokens);
            if imported.claims.account_id != wanted {
                return Err(LoginError::OtherWorkspace);
            }
        }
        let id = imported.claims.account_id.as_ref();
        let named = found.iter().find(|one| Some(&one.id) == id).filter(|_| found.len() > 1);
        Ok((imported, named.map(|one| one.label.clone())))
    }

    async fn choice(&mut self, workspaces: &[Workspace]) -> Result<String, LoginError> {
        (self.show)(Shown::Choose { workspaces: workspaces.to_vec(), life: LIMIT });
        let deadline = Instant::now() + LIMIT;
        loop {
            let heard = time::timeout_at(deadline, self.heard.recv()).await;
            match heard.map_err(|_| LoginError::TimedOut)?.ok_or(LoginError::Cancelled)? {
                Heard::Chosen(id) if workspaces.iter().any(|one| one.id == id) => return Ok(id),
                Heard::Chosen(_) => {}
                // A page that is loaded again.
                Heard::Back { reply, .. } => drop(reply.send(Page::Choose)),
            }
        }
    }

    /// A token that has ended by our clock would be renewed before every
    /// request: the clock is wrong, and only the user can set it.
    fn check_clock(&self, tokens: &Tokens) -> Result<(), LoginError> {
        let ends = rotunda_core::claims_of(tokens.access.expose()).and_then(|it| it.expires);
        match ends {
            Some(end) if end <= (self.clock)() => Err(LoginError::ClockAhead),
            _ => Ok(()),
        }
    }
}

fn imported(tokens: Tokens) -> Imported {
    let Tokens { id, access, refresh } = tokens;
    auth_file::of_tokens(id.as_ref(), access, refresh, None)
}

fn answer(reply: &mut Option<oneshot::Sender<Page>>, page: Page) {
    if let Some(reply) = reply.take() {
        let _ = reply.send(page);
    }
}

async fn close(server: Option<CallbackServer>) {
    if let Some(server) = server {
        server.close().await;
    }
}
