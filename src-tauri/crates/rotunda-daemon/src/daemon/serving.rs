//! Starting and stopping the router.
//!
//! Order at the start: listen, then answer, then announce, then heal the
//! binding. Order at the end: unbind first, so that Codex never points at
//! nobody.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use rotunda_core::{
    Secret,
    words::{Stood, Told},
};
use rotunda_router::{Keeper, Keys, Proxy, Router};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle, time::Instant};

use super::{CHOSEN, Daemon, StartError, StopError, blocking, tasks};
use crate::{
    activity::ActivityKind,
    bind,
    clock::unix,
    control::Api,
    instance::ControlFile,
    key, platform,
    settings::Settings,
    view::{RouterState, RouterView},
};

/// A port that is taken may be that of a start just ending.
const PORT_PATIENCE: Duration = Duration::from_secs(10);
const PORT_PAUSE: Duration = Duration::from_millis(250);

/// Where to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Where the settings say, for Codex wherever it runs.
    Settings,
    /// Anywhere, for one program.
    Aside,
}

/// A router that listens, and what belongs to it.
pub(super) struct Running {
    /// What Codex's `openai_base_url` has to be.
    pub(super) url: Secret<String>,
    pub(super) port: u16,
    pub(super) place: Place,
    /// The way to upstream, as it was at the start.
    pub(super) proxy: Proxy,
    pub(super) keeper: Keeper,
    pub(super) router: Router,
    control: ControlFile,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    tasks: tasks::Tasks,
}

impl Running {
    pub(super) fn nonce(&self) -> &str {
        &self.control.nonce
    }
}

impl Daemon {
    /// Listens, serves, and heals a binding that an earlier end left stale.
    /// Does nothing when it listens already.
    pub async fn start(&self) -> Result<(), StartError> {
        self.start_with(Place::Settings).await
    }

    /// Listens on any free port, for one program that is told where: nothing
    /// of Codex's is touched, and nothing can be bound.
    pub async fn start_aside(&self) -> Result<(), StartError> {
        self.start_with(Place::Aside).await
    }

    async fn start_with(&self, place: Place) -> Result<(), StartError> {
        let mut running = self.inner.running.lock().await;
        if running.is_some() {
            return Ok(());
        }
        let port = match place {
            Place::Settings => self.inner.settings().port,
            Place::Aside => 0,
        };
        let listener = match listen(port).await {
            Ok(listener) => listener,
            Err(error) => {
                drop(running);
                return Err(self.cannot_listen(error).await);
            }
        };
        // Before anything renews: a renewal that ends well takes its mark away.
        self.tell_interrupted().await;
        match self.serve(listener, place).await {
            Ok(serving) => *running = Some(serving),
            Err(error) => {
                drop(running);
                return Err(self.cannot_serve(error, place).await);
            }
        }
        drop(running);
        self.apply_choice().await;
        self.finish_move().await;
        if place == Place::Settings {
            self.heal().await;
        }
        self.refresh_binding().await;
        Ok(())
    }

    /// Ends everything; with `unbind`, Codex goes back to its own sign-in.
    pub async fn stop(self, unbind: bool) -> Result<(), StopError> {
        self.end_test_turns().await;
        let unbound = if unbind { self.unbind_at_the_end().await } else { Ok(()) };
        self.inner.stopping.send_replace(true);
        self.drop_sign_in().await;
        let mut running = self.inner.running.lock().await;
        if let Some(running) = running.take() {
            let _ = running.stop.send(());
            // The router bounds its own end.
            let _ = running.serving.await;
            running.tasks.end().await;
            if let Err(error) = running.control.remove(&self.inner.home) {
                tracing::warn!(%error, "the control file stays");
            }
            tracing::info!("router stopped");
        }
        drop(running);
        self.keep_memory().await;
        self.show_router(RouterState::Stopped, None, None);
        unbound.map_err(StopError::Bound)
    }

    /// Codex must not point at a port that somebody else answers.
    async fn cannot_listen(&self, source: io::Error) -> StartError {
        let port = self.inner.settings().port;
        let unbound = self.unbind_dead().await;
        if source.kind() != io::ErrorKind::AddrInUse {
            return StartError::Listen { port, source, unbound };
        }
        let holder = blocking(move || platform::port_holder(port)).await;
        let told = Stood::PortTaken { port, holder: holder.clone(), unbound };
        self.note(ActivityKind::PortTaken, told.clone()).await;
        self.show_router(RouterState::PortTaken, None, Some(told.into()));
        StartError::PortTaken { port, holder, unbound }
    }

    /// Nobody will answer Codex.
    async fn cannot_serve(&self, error: StartError, place: Place) -> StartError {
        if place == Place::Aside || !self.unbind_dead().await {
            return error;
        }
        let error = StartError::LetGo(Box::new(error));
        let told = Stood::NotStarted { reason: error.to_string() };
        self.note(ActivityKind::Unbound, told.clone()).await;
        self.show_router(RouterState::Stopped, None, Some(told.into()));
        error
    }

    async fn serve(&self, listener: TcpListener, place: Place) -> Result<Running, StartError> {
        let inner = &self.inner;
        let home = inner.home.clone();
        let client = match place {
            Place::Settings => blocking(move || key::client_key(&home)).await?,
            // One program is told it on its command line, so nobody else uses it.
            Place::Aside => key::fresh()?,
        };
        let (control_key, nonce) = (key::fresh()?, key::fresh()?.expose().clone());
        let failed = |error: &dyn std::fmt::Display| StartError::Router(error.to_string());
        let port = listener.local_addr().map_err(|error| failed(&error))?.port();
        let url = bind::client_url(port, &client);
        let settings = inner.settings();
        let upstreams = settings.upstreams.clone();
        let keeper = self.new_keeper(&settings).map_err(StartError::Router)?;
        let proxy = upstreams.proxy.clone();
        let router = Router::new(
            upstreams,
            settings.limits(),
            Keys { client: vec![client], control: control_key.clone() },
            inner.pool.clone(),
            keeper.clone(),
            Arc::new(Api::new(Arc::downgrade(inner))),
        );
        let (stop, stopped) = oneshot::channel();
        let ended = async move { drop(stopped.await) };
        let serving = tokio::spawn(rotunda_router::serve(listener, router.clone(), ended));
        let control = ControlFile { port, pid: std::process::id(), nonce, key: control_key };
        control.write(&inner.home)?;
        self.show_router_at(port);
        tracing::info!(port, "router listens");
        let tasks = tasks::Tasks::start(self);
        Ok(Running { url, port, place, proxy, keeper, router, control, stop, serving, tasks })
    }

    /// A keeper of the sign-ins; its refusal as a sentence.
    pub(super) fn new_keeper(&self, settings: &Settings) -> Result<Keeper, String> {
        let (inner, upstreams) = (&self.inner, &settings.upstreams);
        let http = rotunda_router::http_client_via(&upstreams.auth, &upstreams.proxy)
            .map_err(|error| error.to_string())?;
        let vault = Arc::clone(&inner.vault) as Arc<dyn rotunda_router::vault::Vault>;
        Ok(Keeper::new(vault, http, &upstreams.auth, inner.pool.clone(), inner.clock.clone()))
    }

    fn show_router_at(&self, port: u16) {
        self.inner.known().router.port = port;
        let since = Some(unix((self.inner.clock)()));
        self.show_router(RouterState::Running, since, None);
    }

    fn show_router(&self, state: RouterState, since: Option<i64>, note: Option<Told>) {
        let mut known = self.inner.known();
        known.router = RouterView { state, since, message: None, port: known.router.port };
        known.router_note = note;
        drop(known);
        self.refresh();
    }

    /// A profile chosen while nothing ran is used now, once.
    async fn apply_choice(&self) {
        let store = self.inner.store.clone();
        let chosen = blocking(move || {
            let chosen = store.meta(CHOSEN)?;
            store.set_meta(CHOSEN, None)?;
            Ok::<_, crate::store::StoreError>(chosen)
        });
        match chosen.await {
            Ok(chosen) => {
                if let Some(id) = chosen.and_then(|id| id.parse().ok()) {
                    self.inner.pool.use_now(id);
                }
            }
            Err(error) => tracing::warn!(%error, "an earlier choice is forgotten"),
        }
    }
}

async fn listen(port: u16) -> io::Result<TcpListener> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let deadline = Instant::now() + PORT_PATIENCE;
    loop {
        match rotunda_router::listen(address).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && Instant::now() < deadline => {
                tokio::time::sleep(PORT_PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}
