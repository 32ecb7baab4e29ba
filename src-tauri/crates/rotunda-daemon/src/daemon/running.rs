//! The router that listens, if one does, for the services that need it.

use std::sync::Arc;

use rotunda_core::Secret;
use rotunda_host::instance::ControlFile;
use rotunda_router::{LentKey, Proxy, Router, TokenManager};
use rotunda_text::ActivityMessage;
use tokio::{
    sync::{Mutex, MutexGuard, oneshot},
    task::JoinHandle,
};

use crate::view::RouterView;

/// Where a router listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListenMode {
    /// Where the settings say, for Codex wherever it runs.
    Settings,
    /// Anywhere, for one program.
    AnyPort,
}

/// A router that listens, and what belongs to it.
pub(super) struct Running {
    /// What Codex's `openai_base_url` has to be.
    pub(super) url: Secret<String>,
    pub(super) port: u16,
    pub(super) mode: ListenMode,
    /// The way to upstream, as it was at the start.
    pub(super) proxy: Proxy,
    pub(super) token_manager: TokenManager,
    pub(super) router: Router,
    /// Of a router for one program: its key ends with it.
    pub(super) _key: Option<LentKey>,
    pub(super) control: ControlFile,
    pub(super) stop: oneshot::Sender<()>,
    pub(super) serving: JoinHandle<()>,
    /// The work in the background while it listens.
    pub(super) tasks: Vec<JoinHandle<()>>,
}

/// Whether the router listens.
#[derive(Debug, Clone)]
pub(super) struct RouterStatus {
    pub(super) view: RouterView,
    /// Why it does not listen, when it does not.
    pub(super) note: Option<ActivityMessage>,
    /// Knows which renewed sign-ins are not saved yet; none before the first start.
    pub(super) token_manager: Option<TokenManager>,
}

/// A handle on it; clones share it.
#[derive(Clone, Default)]
pub(crate) struct RunningRouter(Arc<Mutex<Option<Running>>>);

impl RunningRouter {
    /// Starting and stopping take turns; both wait while they hold this.
    pub(super) async fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        self.0.lock().await
    }

    pub(crate) async fn router(&self) -> Option<Router> {
        self.lock().await.as_ref().map(|running| running.router.clone())
    }

    pub(crate) async fn token_manager(&self) -> Option<TokenManager> {
        self.lock().await.as_ref().map(|running| running.token_manager.clone())
    }

    /// The router and what renews its sign-ins.
    pub(super) async fn parts(&self) -> Option<(Router, TokenManager)> {
        let running = self.lock().await;
        running.as_ref().map(|it| (it.router.clone(), it.token_manager.clone()))
    }

    /// What Codex's address has to be, when it can be bound to this router.
    pub(super) async fn bindable_url(&self) -> Option<Secret<String>> {
        let running = self.lock().await;
        let running = running.as_ref().filter(|running| running.mode == ListenMode::Settings);
        running.map(|running| running.url.clone())
    }

    /// The address and the name of this start, for the command line.
    pub(super) async fn address(&self) -> Option<(String, String)> {
        let running = self.lock().await;
        running.as_ref().map(|it| (it.url.expose().clone(), it.control.nonce.clone()))
    }

    /// Has quota read soon, when a router runs.
    pub(crate) async fn read_quota_soon(&self) {
        if let Some(router) = self.router().await {
            router.refresh_usage();
        }
    }
}
