//! Opening everything that services share, in the one order that is safe: the
//! lock comes before the first write.

use std::sync::Arc;

use rotunda_host::{
    clock::Clocks,
    codex_auth::OwnSignIn,
    home::{Env, Home},
    instance::InstanceLock,
    platform, settings,
    shared_vault::SharedVault,
    store::{DamagedStore, Store, StoreError},
    timezone::utc_offset,
    vault,
};
use rotunda_text::{ActivityMessage, Locale, Localize, Stood};

use super::{
    handles::{CurrentSettings, Handles, Machine, Stopping},
    pool_memory,
    running::RunningRouter,
    snapshots::Snapshots,
    state::DaemonState,
    sweep,
};
use crate::{activity::ActivityKind, error::DaemonError, second_line::take_out_left_over};

/// What services are constructed from.
pub(super) struct Opened {
    pub(super) lock: InstanceLock,
    pub(super) handles: Handles,
    /// The states that the snapshot shows, each for the service that owns it.
    pub(super) state: DaemonState,
    pub(super) snapshots: Snapshots,
    /// The sign-ins of profiles.
    pub(super) sign_ins: Arc<SharedVault>,
    pub(super) codex_sign_in: OwnSignIn,
    /// An earlier start had left a second line in Codex's file.
    pub(super) had_second_line: bool,
    /// What to know of how it was opened, as a sentence in English.
    pub(super) note: Option<String>,
}

impl Opened {
    pub(super) fn open(home: Home, env: Env, clocks: Clocks) -> Result<Self, DaemonError> {
        home.create()?;
        let lock = InstanceLock::try_acquire(&home)?;
        // Before anything that takes time: Codex does not start with it.
        let had_second_line = take_out_left_over(&home);
        sweep::sweep(&home);
        let loaded = settings::load(&home, &env)?;
        let machine = Machine { home, env, clock: clocks.wall };
        let Machine { home, env, clock } = &machine;
        let (store, damaged) = Store::open_or_begin_anew(&home.store_file(), clock())?;
        store.prune(clock())?;
        let note = damaged.map(|damaged| record_damage(&store, &damaged, clock())).transpose()?;
        let place = vault::open(loaded.vault, home);
        let codex_sign_in = OwnSignIn::new(home, loaded.vault);
        let sign_ins = SharedVault::over(place, codex_sign_in.clone(), home, Arc::clone(clock));
        let pool = pool_memory::restore(Some(&store), &loaded, home, clock)?;
        pool.watch_clock(clocks.uptime);
        let state = DaemonState::read(home, env, &loaded, Some(&store))?;
        let settings = CurrentSettings::new(loaded, platform::language(env));
        let snapshots =
            Snapshots::new(machine.clone(), settings.clone(), pool.clone(), state.clone());
        let handles = Handles {
            refresh: snapshots.refresher(),
            clients: state.clients.clone(),
            machine,
            settings,
            store,
            pool,
            running: RunningRouter::default(),
            stopping: Stopping::new(),
        };
        let sign_ins = Arc::new(sign_ins);
        Ok(Self { lock, handles, state, snapshots, sign_ins, codex_sign_in, had_second_line, note })
    }
}

/// Records that the database was damaged, in Activity and in the log.
fn record_damage(
    store: &Store,
    damaged: &DamagedStore,
    now: std::time::SystemTime,
) -> Result<String, StoreError> {
    let file = rotunda_host::files::shown(&damaged.path);
    let message = ActivityMessage::from(Stood::StoreSetAside { file, profiles: damaged.profiles });
    let text = message.to(Locale::english(now, utc_offset(now)));
    tracing::warn!(profiles = damaged.profiles, "the database was damaged and is set aside");
    store.add_activity(now, ActivityKind::Other, &message, &text)?;
    Ok(text)
}
