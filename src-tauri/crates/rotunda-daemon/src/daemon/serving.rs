//! Starting and stopping the router.
//!
//! Order at the start: listen, then answer, then announce, then repair the
//! binding. Codex is unbound before the end, so that it is never configured for a
//! router that does not run.

use std::{io, sync::Arc};

use rotunda_core::display_text::{self, clean_some};
use rotunda_host::{
    blocking::blocking,
    clock::unix,
    instance::ControlFile,
    key,
    platform::{self, PortOwner},
    repository::LocalFolders,
    store::StoredClient,
};
use rotunda_router::{Control, Keys, Pool, Router};
use rotunda_text::{ActivityMessage, Stood};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::{
    activity_log::ActivityLog,
    binding::Binding,
    client_keys::api_clients,
    handles::{CurrentSettings, Handles, Machine, Refresh, State},
    listening::{DESCRIPTORS, fitting, limits, listen, open_port, same_user},
    profiles::Profiles,
    running::{ListenMode, RouterStatus, Running, RunningRouter},
    token_managers::TokenManagers,
    vault_migration::VaultMigration,
};
use crate::{
    activity::ActivityKind,
    bind,
    error::StartError,
    view::{RouterState, RouterView},
};

/// Starts and stops the router.
pub(crate) struct Serving {
    machine: Machine,
    settings: CurrentSettings,
    pool: Pool,
    running: RunningRouter,
    status: State<RouterStatus>,
    token_managers: TokenManagers,
    profiles: Arc<Profiles>,
    vault_migration: Arc<VaultMigration>,
    binding: Arc<Binding>,
    activity: Arc<ActivityLog>,
    refresh: Refresh,
    clients: State<Vec<StoredClient>>,
}

impl Serving {
    pub(super) fn new(
        handles: &Handles,
        status: State<RouterStatus>,
        token_managers: TokenManagers,
        profiles: Arc<Profiles>,
        vault_migration: Arc<VaultMigration>,
        binding: Arc<Binding>,
        activity: Arc<ActivityLog>,
    ) -> Self {
        Self {
            machine: handles.machine.clone(),
            settings: handles.settings.clone(),
            pool: handles.pool.clone(),
            running: handles.running.clone(),
            refresh: handles.refresh.clone(),
            clients: handles.clients.clone(),
            status,
            token_managers,
            profiles,
            vault_migration,
            binding,
            activity,
        }
    }

    /// Listens, serves, and repairs a binding that an earlier end left stale. Does
    /// nothing when it listens already. `tasks` begin once requests are answered.
    pub(super) async fn start(
        &self,
        mode: ListenMode,
        control: Arc<dyn Control>,
        tasks: impl FnOnce() -> Vec<JoinHandle<()>> + Send,
    ) -> Result<(), StartError> {
        let mut running = self.running.lock().await;
        if running.is_some() {
            return Ok(());
        }
        let listener = match mode {
            ListenMode::Settings => open_port(self.settings.get().port).await,
            ListenMode::AnyPort => listen(0).await,
        };
        let listener = match listener {
            Ok(listener) => listener,
            Err(error) => {
                drop(running);
                return Err(self.cannot_listen(error).await);
            }
        };
        // Before anything renews: a renewal that ends well takes its mark away.
        self.profiles.report_interrupted().await;
        self.profiles.finish_changes().await;
        match self.serve(listener, mode, control, tasks).await {
            Ok(serving) => *running = Some(serving),
            Err(error) => {
                drop(running);
                return Err(self.cannot_serve(error, mode).await);
            }
        }
        drop(running);
        self.profiles.apply_choice().await;
        self.vault_migration.finish().await;
        if mode == ListenMode::Settings {
            self.binding.repair().await;
        }
        self.binding.read_again().await;
        Ok(())
    }

    /// Ends the router and the work beside it.
    pub(super) async fn stop(&self) {
        let mut running = self.running.lock().await;
        let Some(running) = running.take() else { return };
        let _ = running.stop.send(());
        // The router bounds its own end.
        let _ = running.serving.await;
        for task in running.tasks {
            task.abort();
            let _ = task.await;
        }
        if let Err(error) = running.control.remove(&self.machine.home) {
            tracing::warn!(%error, "the control file stays");
        }
        tracing::info!("router stopped");
    }

    pub(super) fn show_stopped(&self) {
        self.show(RouterState::Stopped, None, None);
    }

    /// Codex must not point at a port that another program answers.
    async fn cannot_listen(&self, source: io::Error) -> StartError {
        let port = self.settings.get().port;
        let unbound = self.binding.unbind_dead().await;
        if source.kind() != io::ErrorKind::AddrInUse {
            return StartError::Listen { port, source, unbound };
        }
        let (holder, user) = match blocking(move || platform::port_owner(port)).await {
            PortOwner::Unknown => (None, None),
            PortOwner::Ours(program) => (Some(program), None),
            PortOwner::Stranger { program, user } => (program, user),
        };
        // A program may call itself anything, and so may a user.
        let shown = |name: Option<String>| clean_some(&name?, display_text::NAME);
        let (holder, user) = (shown(holder), shown(user));
        let text = Stood::PortTaken { port, holder: holder.clone(), user: user.clone(), unbound };
        self.activity.add(ActivityKind::PortTaken, text.clone()).await;
        self.show(RouterState::PortTaken, None, Some(text.into()));
        StartError::PortTaken { port, holder, user, unbound }
    }

    /// Nothing will answer Codex.
    async fn cannot_serve(&self, error: StartError, mode: ListenMode) -> StartError {
        if mode == ListenMode::AnyPort || !self.binding.unbind_dead().await {
            return error;
        }
        let error = StartError::LetGo(Box::new(error));
        let text = Stood::NotStarted { reason: error.to_string() };
        self.activity.add(ActivityKind::Unbound, text.clone()).await;
        self.show(RouterState::Stopped, None, Some(text.into()));
        error
    }

    async fn serve(
        &self,
        listener: TcpListener,
        mode: ListenMode,
        control: Arc<dyn Control>,
        tasks: impl FnOnce() -> Vec<JoinHandle<()>> + Send,
    ) -> Result<Running, StartError> {
        let home = self.machine.home.clone();
        let client = match mode {
            ListenMode::Settings => blocking(move || key::client_key(&home)).await?,
            // One program has it on its command line, which every user can read.
            ListenMode::AnyPort => key::fresh()?,
        };
        let (control_key, nonce) = (key::fresh()?, key::fresh()?.expose().clone());
        let failed = |error: &dyn std::fmt::Display| StartError::Router(error.to_string());
        let port = listener.local_addr().map_err(|error| failed(&error))?.port();
        let url = bind::client_url(port, &client);
        let settings = self.settings.get();
        let upstreams = settings.upstreams.clone();
        let token_manager = self.token_managers.make(&settings).map_err(StartError::Router)?;
        self.status.lock().token_manager = Some(token_manager.clone());
        let proxy = upstreams.proxy.clone();
        let kept = if mode == ListenMode::Settings { vec![client.clone()] } else { Vec::new() };
        let router = Router::new(
            upstreams,
            fitting(&limits(&settings), platform::raise_descriptors(DESCRIPTORS)),
            Keys { client: kept, control: control_key.clone() },
            self.pool.clone(),
            token_manager.clone(),
            control,
        );
        router.look_up_folders_with(Arc::new(LocalFolders::default()));
        if mode == ListenMode::Settings {
            router.set_api_clients(api_clients(&settings, &self.clients.get()));
        }
        let lent =
            (mode == ListenMode::AnyPort).then(|| router.lend_key(client, same_user(), None));
        let (stop, stopped) = oneshot::channel();
        let ended = async move { drop(stopped.await) };
        let serving = tokio::spawn(rotunda_router::serve(listener, router.clone(), ended));
        let file = ControlFile { port, pid: std::process::id(), nonce, key: control_key };
        file.write(&self.machine.home)?;
        self.show_listening(port);
        tracing::info!(port, "router listens");
        let tasks = tasks();
        Ok(Running {
            url,
            port,
            mode,
            proxy,
            token_manager,
            router,
            _key: lent,
            control: file,
            stop,
            serving,
            tasks,
        })
    }

    fn show_listening(&self, port: u16) {
        self.status.lock().view.port = port;
        let since = Some(unix(self.machine.now()));
        self.show(RouterState::Running, since, None);
    }

    fn show(&self, state: RouterState, since: Option<i64>, note: Option<ActivityMessage>) {
        let mut router = self.status.lock();
        let port = router.view.port;
        router.view = RouterView { state, since, message: None, port, missed_profiles: 0 };
        router.note = note;
        drop(router);
        self.refresh.now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        daemon::{
            binding::{read, url_at},
            fixture::{self, Fixture},
        },
        view::BindingState,
    };
    use rotunda_host::settings::Settings;

    /// The clock stands still: a port that is taken may be waited for.
    #[tokio::test(start_paused = true)]
    async fn a_port_that_is_taken_is_shown_and_codex_is_unbound() {
        let fixture = Fixture::with(&["work"]);
        let (_taken, port) = fixture::taken_port();
        let Handles { machine, settings, running, .. } = &fixture.handles;
        settings.set(Settings { port, ..settings.get() });
        let (home, env) = (&machine.home, &machine.env);
        let url = bind::client_url(port, &key::client_key(home).unwrap());
        bind::bind(home, &url, false, machine.now()).unwrap();
        let profiles = fixture.profiles();
        let binding = fixture.binding(&profiles, State::new(read(home, env, &url)));
        let migration = VaultMigration::new(
            &fixture.handles,
            fixture.vault.clone(),
            fixture.codex_account(&profiles),
            profiles.clone(),
            fixture.activity.clone(),
        );
        let status = fixture.router_status();
        let serving = Serving::new(
            &fixture.handles,
            status.clone(),
            TokenManagers::new(&fixture.handles, fixture.vault.clone()),
            profiles,
            Arc::new(migration),
            binding,
            fixture.activity.clone(),
        );
        let control = Arc::new(crate::daemon::api::Api::new(std::sync::Weak::new()));
        let starting = serving.start(ListenMode::Settings, control, Vec::new);
        let (started, ()) = tokio::join!(starting, fixture::no_more_patience());
        let Err(StartError::PortTaken { port: refused, unbound, .. }) = started else {
            panic!("{started:?}");
        };
        assert_eq!((refused, unbound), (port, true));
        assert_eq!(status.lock().view.state, RouterState::PortTaken);
        assert_eq!(read(home, env, &url_at(home, port)).view.state, BindingState::Unbound);
        assert!(running.router().await.is_none());
    }
}
