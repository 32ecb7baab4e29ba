//! The states that the snapshot shows, one for each service.

use std::collections::BTreeMap;

use rotunda_core::ProfileId;
use rotunda_host::{
    home::{Env, Home},
    settings::Settings,
    store::{Activity, Store, StoreError, StoredClient, StoredProfile},
    timezone,
};
use rotunda_router::{Clock, Pool, TokenManager};
use rotunda_text::{Language, Locale, UpdateNews};

use super::{
    ROTUNDA_DEMO,
    binding::{self, BindingStatus},
    handles::State,
    running::RouterStatus,
    sign_ins::SignInStatus,
    test_turns::CheckQueue,
    updates,
    vault_access::VaultStatus,
};
use crate::{
    forecast::Made,
    second_line,
    snapshot::{self, Facts},
    view::{BindingView, ResetsState, RouterState, RouterView, Snapshot},
};

/// What snapshots are made of, besides the pool and the settings.
#[derive(Debug, Clone)]
pub(super) struct DaemonState {
    pub(super) router: State<RouterStatus>,
    pub(super) binding: State<BindingStatus>,
    pub(super) vault: State<VaultStatus>,
    pub(super) sign_in: State<SignInStatus>,
    pub(super) profiles: State<Vec<StoredProfile>>,
    /// Other programs than Codex, the oldest first.
    pub(super) clients: State<Vec<StoredClient>>,
    /// Newest first.
    pub(super) activity: State<Vec<Activity>>,
    /// Test turns that wait, the one under way, and the latest.
    pub(super) test_turns: State<CheckQueue>,
    /// Name of the file that what passes is recorded into.
    pub(super) recording: State<Option<String>>,
    /// Banked resets that are being used.
    pub(super) resets: State<BTreeMap<ProfileId, ResetsState>>,
    /// The latest forecast.
    pub(super) forecast: State<Option<Made>>,
    /// Sign-ins in the vault that no profile refers to, as last looked at.
    pub(super) orphans: State<Vec<ProfileId>>,
    /// What is known of newer versions.
    pub(super) update: State<Option<UpdateNews>>,
}

impl DaemonState {
    /// While nothing runs. Without a store nothing is remembered.
    pub(super) fn read(
        home: &Home,
        env: &Env,
        settings: &Settings,
        store: Option<&Store>,
    ) -> Result<Self, StoreError> {
        let port = settings.port;
        let newest = u32::try_from(Snapshot::ACTIVITY).unwrap_or(u32::MAX);
        let router = RouterView {
            state: RouterState::Stopped,
            port,
            since: None,
            message: None,
            missed_profiles: 0,
        };
        let vault = VaultStatus { error: None, place: settings.vault.into() };
        Ok(Self {
            router: State::new(RouterStatus { view: router, note: None, token_manager: None }),
            binding: State::new(binding::read(home, env, &binding::url_at(home, port))),
            vault: State::new(vault),
            sign_in: State::default(),
            profiles: State::new(store.map_or(Ok(Vec::new()), Store::profiles)?),
            clients: State::new(store.map_or(Ok(Vec::new()), Store::clients)?),
            activity: State::new(store.map_or(Ok(Vec::new()), |store| store.activity(newest))?),
            test_turns: State::default(),
            recording: State::default(),
            resets: State::default(),
            forecast: State::default(),
            orphans: State::default(),
            update: State::new(updates::known(home, settings)),
        })
    }

    pub(super) fn snapshot(
        &self,
        pool: &Pool,
        env: &Env,
        clock: &Clock,
        settings: &Settings,
        language: Language,
    ) -> Snapshot {
        let now = clock();
        let locale = timezone::locale(language, now);
        let (router, vault, binding) = (self.router.get(), self.vault.get(), self.binding.get());
        let (profiles, activity) = (self.profiles.get(), self.activity.get());
        let clients = self.clients.get();
        let is_known = |id: &ProfileId| profiles.iter().any(|profile| profile.id == *id);
        let orphans = self.orphans.lock().iter().filter(|id| !is_known(id)).count();
        let (forecast, update) = (self.forecast.get(), self.update.get());
        let (pool_view, found) = (pool.view(), &binding.second_line);
        let is_running = router.view.state == RouterState::Running;
        let line = second_line::facts(&binding.view, found, is_running, settings, &pool_view);
        let second_line = second_line::view(line, found, locale);
        let binding_view = BindingView { second_line, ..binding.view };
        let facts = Facts {
            demo: env.get(ROTUNDA_DEMO).is_some(),
            router: router.view,
            router_note: router.note.as_ref(),
            binding: binding_view,
            binding_note: binding.note.as_ref(),
            vault: vault.error.as_ref(),
            vault_place: vault.place,
            sign_in: self.sign_in.lock().in_language(locale),
            unsaved: router.token_manager.as_ref().map(TokenManager::unsaved).unwrap_or_default(),
            profiles: &profiles,
            clients: &clients,
            pool: &pool_view,
            waits: settings.wait_for_reset.is_some(),
            activity: &activity,
            test_turn: self.test_turns.lock().view(Locale::of(language)),
            recording: self.recording.get(),
            resets: self.resets.get(),
            orphans,
            forecast: forecast.as_ref(),
            update: update.as_ref(),
        };
        snapshot::compose(facts, locale)
    }
}
