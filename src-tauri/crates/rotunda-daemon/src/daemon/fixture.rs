//! What tests construct a service from, without the others.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keyring_core::{CredentialStore, mock};
use rotunda_core::{ProfileId, profile::Kind};
use rotunda_host::{
    clock::from_unix,
    codex_auth::OwnSignIn,
    home::Env,
    settings::{Settings, VaultKind},
    shared_vault::SharedVault,
    store::{Activity, Store, StoredProfile},
    vault::{self, CodexItem},
};
use rotunda_router::{Clock, Pool};
use rotunda_text::Language;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpSocket;

use super::{
    activity_log::ActivityLog,
    binding::{Binding, BindingStatus},
    codex_account::CodexAccount,
    handles::{CurrentSettings, Handles, Machine, Refresh, State, Stopping},
    listening::PORT_PATIENCE,
    preferences::Preferences,
    profiles::Profiles,
    running::{RouterStatus, RunningRouter},
    state::DaemonState,
    vault_access::{VaultAccess, VaultStatus},
};
use crate::testing;

/// What time it is in these tests.
pub(super) const NOW: i64 = 1_800_000_000;

/// The handles that services share, over folders that are thrown away. No router
/// runs, and nothing makes a snapshot.
pub(super) struct Fixture {
    _root: TempDir,
    pub(super) handles: Handles,
    pub(super) codex_sign_in: OwnSignIn,
    /// Of Activity.
    pub(super) lines: State<Vec<Activity>>,
    pub(super) activity: Arc<ActivityLog>,
    pub(super) vault: Arc<VaultAccess>,
}

impl Fixture {
    /// With these profiles, with ids from 1. None has a sign-in.
    pub(super) fn with(names: &[&str]) -> Self {
        let (root, home) = testing::home();
        let clock: Clock = Arc::new(|| from_unix(NOW));
        let store = Store::open(&home.store_file()).unwrap();
        for (id, name) in (1..).zip(names) {
            store.put_profile(&profile(id, name)).unwrap();
        }
        let settings = Settings { vault: VaultKind::File, ..Settings::default() };
        let profiles = store.profiles().unwrap().iter().map(StoredProfile::pool_profile).collect();
        let pool = Pool::new(profiles, settings.rules, clock.clone());
        let keychain: Arc<CredentialStore> = mock::Store::new().unwrap();
        let item = CodexItem::over(Box::new(move || Ok(keychain.clone())));
        let codex_sign_in = OwnSignIn::over(&home, VaultKind::File, item);
        let place = vault::open(VaultKind::File, &home);
        let items = SharedVault::over(place, codex_sign_in.clone(), &home, clock.clone());
        let handles = Handles {
            machine: Machine { home, env: Env::default(), clock },
            settings: CurrentSettings::new(settings, Language::ENGLISH),
            store,
            pool,
            running: RunningRouter::default(),
            stopping: Stopping::new(),
            refresh: Refresh::new(|| ()),
            clients: State::default(),
        };
        let lines = State::default();
        let activity = Arc::new(ActivityLog::new(&handles, lines.clone()));
        let status = State::new(VaultStatus { error: None, place: VaultKind::File.into() });
        let vault = VaultAccess::new(&handles, Arc::new(items), activity.clone(), status);
        Self { _root: root, handles, codex_sign_in, lines, activity, vault: Arc::new(vault) }
    }

    pub(super) fn codex_account(&self, profiles: &Arc<Profiles>) -> Arc<CodexAccount> {
        let sign_in = self.codex_sign_in.clone();
        Arc::new(CodexAccount::new(&self.handles, sign_in, profiles.clone()))
    }

    /// Codex is signed in with the account of this profile from now on.
    pub(super) fn sign_codex_in(&self, id: ProfileId) {
        let profiles = self.handles.store.profiles().unwrap();
        let profile = profiles.iter().find(|profile| profile.id == id).unwrap();
        let claims = json!({ "email": profile.email }).to_string();
        let sign_in = json!({"auth_mode": "chatgpt", "tokens": {
            "access_token": "access", "refresh_token": "refresh",
            "account_id": profile.account_id,
            "id_token": format!("e30.{}.e30", URL_SAFE_NO_PAD.encode(claims)),
        }});
        std::fs::write(self.handles.machine.home.codex_auth(), sign_in.to_string()).unwrap();
    }

    pub(super) fn preferences(
        &self,
        profiles: &Arc<Profiles>,
        router: State<RouterStatus>,
    ) -> Arc<Preferences> {
        let activity = self.activity.clone();
        Arc::new(Preferences::new(&self.handles, profiles.clone(), activity, router))
    }

    /// A router that does not listen.
    pub(super) fn router_status(&self) -> State<RouterStatus> {
        let Handles { machine, settings, store, .. } = &self.handles;
        let Machine { home, env, .. } = machine;
        DaemonState::read(home, env, &settings.get(), Some(store)).unwrap().router
    }

    pub(super) fn binding(
        &self,
        profiles: &Arc<Profiles>,
        status: State<BindingStatus>,
    ) -> Arc<Binding> {
        let activity = self.activity.clone();
        Arc::new(Binding::new(&self.handles, profiles.clone(), activity, status))
    }

    pub(super) fn profiles(&self) -> Arc<Profiles> {
        let list = State::new(self.handles.store.profiles().unwrap());
        let (vault, activity) = (self.vault.clone(), self.activity.clone());
        Arc::new(Profiles::new(&self.handles, vault, activity, list))
    }
}

/// A port that cannot be listened on while the socket is kept. The socket does not
/// listen, so that the search for its owner is short.
pub(super) fn taken_port() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

/// Polled after a start that found its port taken: the time that it waits for the
/// port is over.
pub(super) async fn no_more_patience() {
    tokio::time::advance(PORT_PATIENCE).await;
}

fn profile(id: u32, name: &str) -> StoredProfile {
    let number = ProfileId(u64::from(id));
    StoredProfile {
        id: number,
        name: name.to_owned(),
        kind: Kind::ChatGpt,
        account_id: Some(number.to_string()),
        user_id: None,
        email: Some(format!("{name}@example.com")),
        plan: None,
        rank: id,
        paused: false,
        own_sign_in: false,
        added_at: from_unix(NOW),
        provider: None,
    }
}
