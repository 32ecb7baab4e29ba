//! One running Rotunda: the services that do what the tray, the window and the
//! command line want, and the work in the background.
//!
//! Opened without [`Services::start`] it is how the command line changes things
//! while nothing runs. There is one per machine and user: it holds the lock.
//!
//! Each service owns its state, is constructed in [`Services::open_with`] from
//! what it needs, and knows nothing of the services below it there.

mod activity_log;
mod api;
mod api_keys;
mod binding;
mod broken;
mod client_keys;
mod codex_account;
mod commands;
mod config_watch;
mod dedicated_routers;
mod diagnosis;
#[cfg(test)]
mod fixture;
mod forecasts;
mod handles;
mod hook_queue;
mod hooks;
mod imports;
mod listening;
mod notices;
mod offline_status;
mod opening;
mod orphans;
mod other_side;
mod pool_memory;
mod preferences;
mod profiles;
mod quota;
mod recording;
mod recovery;
mod reports;
mod resets;
mod running;
mod second_line;
mod serving;
mod settings_export;
mod sign_ins;
mod snapshots;
mod state;
mod sweep;
mod tasks;
mod test_notifications;
mod test_turns;
mod token_managers;
mod updates;
mod usage_history;
mod vault_access;
mod vault_migration;

use std::sync::Arc;

use self::{
    activity_log::ActivityLog, api::Api, api_keys::ApiKeys, binding::Binding,
    client_keys::ClientKeys, codex_account::CodexAccount, dedicated_routers::DedicatedRouters,
    diagnosis::Diagnosis, forecasts::Forecasts, handles::Handles, hooks::Hooks, imports::Imports,
    notices::Notices, opening::Opened, orphans::Orphans, pool_memory::PoolMemory,
    preferences::Preferences, profiles::Profiles, quota::Quota, recording::Recording,
    reports::Reports, resets::Resets, running::ListenMode, second_line::SecondLine,
    serving::Serving, settings_export::SettingsExport, sign_ins::SignIns, snapshots::Snapshots,
    test_notifications::TestNotifications, test_turns::TestTurns, token_managers::TokenManagers,
    updates::Updates, usage_history::UsageHistory, vault_access::VaultAccess,
    vault_migration::VaultMigration,
};
pub use self::{binding::release, orphans::found_sign_ins, test_turns::Followed};
pub use self::{
    binding::{BindOptions, Bound, Unbound, client_url, dry_run, restoring},
    broken::Broken,
    client_keys::new_client_key,
    commands::{perform, set_in_file},
    dedicated_routers::DedicatedRouter,
    hooks::HookView,
    imports::Audience,
    offline_status::{offline_forecast, offline_status, offline_status_at_any},
    orphans::count_orphans,
    other_side::{bind_other_side, unbind_folder},
    profiles::Added,
    recovery::{restore_file, unbind_file},
    resets::{RedeemOutcome, RedeemQuestion},
    sign_ins::SignInRequest,
};
pub use crate::client_error::ClientError;
pub use crate::error::{CommandError, DaemonError, StartError, StopError};
use rotunda_host::{
    clock::Clocks,
    home::{Env, Home},
    instance::InstanceLock,
};

use crate::view::RouterState;

/// Set for the demo: everything it shows is marked as simulated.
pub const ROTUNDA_DEMO: &str = "ROTUNDA_DEMO";

/// The services of the one Rotunda of this user.
pub struct Services {
    handles: Handles,
    /// What is shown.
    pub snapshots: Snapshots,
    /// What happened, for people.
    pub activity: Arc<ActivityLog>,
    /// Commands that run when something happens.
    pub hooks: Arc<Hooks>,
    /// What is worth a notification.
    pub notices: Arc<Notices>,
    /// What was used.
    pub usage_history: Arc<UsageHistory>,
    pool_memory: PoolMemory,
    vault: Arc<VaultAccess>,
    /// The profiles, and choosing among them.
    pub profiles: Arc<Profiles>,
    codex_account: Arc<CodexAccount>,
    orphans: Arc<Orphans>,
    /// Sign-ins of other programs as profiles.
    pub imports: Imports,
    /// API keys as profiles.
    pub api_keys: ApiKeys,
    /// Other programs than Codex.
    pub client_keys: ClientKeys,
    /// Signing in.
    pub sign_ins: Arc<SignIns>,
    /// Where sign-ins are kept.
    pub vault_migration: Arc<VaultMigration>,
    /// Routers for one profile each.
    pub dedicated_routers: Arc<DedicatedRouters>,
    /// Turns that test a profile.
    pub test_turns: Arc<TestTurns>,
    /// What passes, recorded for a client.
    pub recording: Arc<Recording>,
    /// How long the quota lasts.
    pub forecasts: Forecasts,
    /// Quota, and requests that wait for it.
    pub quota: Quota,
    /// Banked resets.
    pub resets: Arc<Resets>,
    /// Codex's `config.toml`.
    pub binding: Arc<Binding>,
    /// The settings.
    pub preferences: Arc<Preferences>,
    /// The settings in a file for another machine.
    pub settings_export: SettingsExport,
    /// The snapshot with the address of the router.
    pub reports: Arc<Reports>,
    /// What is looked at when something does not work.
    pub diagnosis: Diagnosis,
    /// Notifications on request.
    pub test_notifications: TestNotifications,
    second_line: SecondLine,
    updates: Updates,
    serving: Serving,
    /// What to know of how it was opened, as a sentence in English.
    pub opening_note: Option<String>,
    _lock: InstanceLock,
}

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Services").field("home", &self.handles.machine.home).finish_non_exhaustive()
    }
}

impl Services {
    /// Takes the lock and opens everything; listens nowhere yet.
    pub fn open(home: Home, env: Env) -> Result<Arc<Self>, DaemonError> {
        Self::open_with(home, env, Clocks::system())
    }

    /// Opens everything for a router that is to serve. When that fails, nothing
    /// will answer Codex: it is unbound.
    pub fn open_to_serve(home: Home, env: Env) -> Result<Arc<Self>, DaemonError> {
        let bound = home.clone();
        Self::open(home, env).map_err(|error| binding::let_go_after(error, &bound))
    }

    /// The same as [`Services::open`] with other clocks than the machine's own. A
    /// service is given what it needs and nothing of those below it.
    #[expect(clippy::too_many_lines, reason = "a line or two for each service")]
    pub fn open_with(home: Home, env: Env, clocks: Clocks) -> Result<Arc<Self>, DaemonError> {
        let opened = Opened::open(home, env, clocks)?;
        let Opened { lock, handles, state, snapshots, sign_ins, codex_sign_in, .. } = opened;
        let (note, had_second_line) = (opened.note, opened.had_second_line);
        let h = &handles;
        let activity = Arc::new(ActivityLog::new(h, state.activity));
        let hooks = Arc::new(Hooks::new(h, activity.clone()));
        let notices = Arc::new(Notices::new(h, snapshots.clone(), hooks.clone()));
        let usage_history = Arc::new(UsageHistory::new(h));
        let pool_memory = PoolMemory::new(h, usage_history.clone());
        let vault = Arc::new(VaultAccess::new(h, sign_ins, activity.clone(), state.vault));
        let known = state.profiles.clone();
        let profiles = Arc::new(Profiles::new(h, vault.clone(), activity.clone(), state.profiles));
        let codex_account = Arc::new(CodexAccount::new(h, codex_sign_in, profiles.clone()));
        let orphans = Arc::new(Orphans::new(h, vault.clone(), profiles.clone(), state.orphans));
        let tokens = TokenManagers::new(h, vault.clone());
        let (codex, found) = (codex_account.clone(), orphans.clone());
        let imports =
            Imports::new(h, vault.clone(), tokens.clone(), profiles.clone(), codex, found);
        let api_keys = ApiKeys::new(h, vault.clone(), profiles.clone());
        let client_keys = ClientKeys::new(h, profiles.clone());
        let codex = codex_account.clone();
        let sign_ins =
            Arc::new(SignIns::new(h, vault.clone(), profiles.clone(), codex, state.sign_in));
        let (codex, lines) = (codex_account.clone(), activity.clone());
        let vault_migration =
            Arc::new(VaultMigration::new(h, vault.clone(), codex, profiles.clone(), lines));
        let dedicated_routers = Arc::new(DedicatedRouters::new(h));
        let routers = dedicated_routers.clone();
        let test_turns =
            TestTurns::new(h, vault.clone(), profiles.clone(), routers, state.test_turns);
        let recording = Arc::new(Recording::new(h, state.recording));
        let forecasts = Forecasts::new(h, profiles.clone(), state.forecast);
        let quota = Quota::new(h, vault.clone(), profiles.clone(), activity.clone());
        let lines = activity.clone();
        let resets = Arc::new(Resets::new(h, profiles.clone(), lines, state.resets));
        let status = state.binding.clone();
        let binding = Arc::new(Binding::new(h, profiles.clone(), activity.clone(), state.binding));
        let (lines, router) = (activity.clone(), state.router.clone());
        let preferences = Arc::new(Preferences::new(h, profiles.clone(), lines, router));
        let settings_export = SettingsExport::new(h, profiles.clone(), preferences.clone());
        let (lines, router) = (activity.clone(), state.router.clone());
        let (config, left) = (binding.clone(), had_second_line);
        let second_line = SecondLine::new(h, router, config, status, lines, left);
        let updates = Updates::new(h, state.update);
        let reports = Arc::new(Reports::new(h, snapshots.clone(), binding.clone(), known));
        let diagnosis = Diagnosis::new(h, reports.clone());
        let serving = Serving::new(
            h,
            state.router,
            tokens,
            profiles.clone(),
            vault_migration.clone(),
            binding.clone(),
            activity.clone(),
        );
        Ok(Arc::new(Self {
            snapshots,
            activity,
            hooks,
            notices,
            usage_history,
            pool_memory,
            vault,
            profiles,
            codex_account,
            orphans,
            imports,
            api_keys,
            client_keys,
            sign_ins,
            vault_migration,
            dedicated_routers,
            test_turns: Arc::new(test_turns),
            recording,
            forecasts,
            quota,
            resets,
            binding,
            preferences,
            settings_export,
            reports,
            diagnosis,
            test_notifications: TestNotifications::new(),
            second_line,
            updates,
            serving,
            opening_note: note,
            handles,
            _lock: lock,
        }))
    }

    /// Listens, serves, and repairs a binding that an earlier end left stale.
    /// Does nothing when it listens already. When the port is taken, it starts
    /// once the settings name another one.
    pub async fn start(self: &Arc<Self>) -> Result<(), StartError> {
        self.notices.clone().follow();
        let started = self.start_at(ListenMode::Settings).await;
        self.second_line.report_left_over().await;
        if let Err(StartError::PortTaken { port, .. }) = &started {
            self.start_on_another_port(*port);
        }
        started
    }

    /// Listens on any free port, for one program that learns it from here:
    /// nothing of Codex's is touched, and nothing can be bound.
    pub async fn start_for_one_program(self: &Arc<Self>) -> Result<(), StartError> {
        self.start_at(ListenMode::AnyPort).await
    }

    async fn start_at(self: &Arc<Self>, mode: ListenMode) -> Result<(), StartError> {
        let control = Arc::new(Api::new(Arc::downgrade(self)));
        self.serving.start(mode, control, || tasks::start(self)).await
    }

    fn start_on_another_port(self: &Arc<Self>, taken: u16) {
        let (services, stopping) = (Arc::downgrade(self), self.handles.stopping.clone());
        let mut port = self.preferences.next_port.subscribe();
        tokio::spawn(async move {
            let is_another = tokio::select! {
                () = stopping.wait() => false,
                changed = port.wait_for(|port| *port != taken) => changed.is_ok(),
            };
            let Some(services) = services.upgrade().filter(|_| is_another) else { return };
            let state = services.snapshots.current().router.state;
            if state == RouterState::PortTaken
                && let Err(error) = services.start().await
            {
                tracing::warn!(%error, "the router did not start on its new port");
            }
        });
    }

    /// Ends everything; with `unbind`, Codex goes back to its own sign-in.
    pub async fn stop(self: Arc<Self>, unbind: bool) -> Result<(), StopError> {
        self.second_line.end().await;
        self.test_turns.end_all().await;
        let unbound = if unbind { self.binding.unbind_at_the_end().await } else { Ok(()) };
        self.handles.stopping.begin();
        self.sign_ins.end().await;
        self.serving.stop().await;
        self.pool_memory.save().await;
        self.serving.show_stopped();
        unbound.map_err(StopError::Bound)
    }
}

#[cfg(test)]
#[path = "daemon/clock_tests.rs"]
mod clock_tests;
#[cfg(test)]
#[path = "daemon/keyring_tests.rs"]
mod keyring_tests;
