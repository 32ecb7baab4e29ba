//! One running Rotunda: it owns the router, the profiles and every background
//! task, and does what the tray, the window and the command line ask.
//!
//! Opened without [`Daemon::start`] it is how the command line changes things
//! while nothing runs. There is one per machine and user: it holds the lock.

mod add_key;
mod amends;
mod aside;
mod binding;
mod carried;
mod error;
mod gathering;
mod glance;
mod heal;
mod history;
mod keeping;
mod look;
mod order;
mod own_sign_in;
mod perform;
mod profiles;
mod recording;
mod seen;
mod serving;
mod sign_in;
mod tasks;
mod test_turn;
mod wishes;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rotunda_core::{Language, ProfileId, Reader, Words, words::Told};
use rotunda_router::{Clock, Pool, VaultError};
use tokio::sync::watch;

use self::serving::Running;
pub use self::{
    aside::Aside,
    binding::{BindOptions, Bound, Unbound, dry_run, restoring},
    error::{CommandError, DaemonError, StartError, StopError},
    gathering::{ImportItem, ImportPick, ImportResult},
    glance::glance,
    profiles::Added,
    sign_in::SignInWish,
};
pub(crate) use self::{sign_in::SignInNote, test_turn::Followed};
use crate::{
    activity::ActivityKind,
    board::{self, Facts},
    clock,
    control::Report,
    home::{Env, Home},
    instance::InstanceLock,
    own::{self, OwnSignIn},
    platform,
    settings::{self, Settings},
    store::{Activity, Store, StoreError, StoredProfile, Turn},
    vault::{self, SharedVault},
    view::{RouterState, RouterView, SignInView, Snapshot, VaultPlace},
    zone::utc_offset,
};

/// Set for the demo: everything it shows is marked as simulated.
pub const ROTUNDA_DEMO: &str = "ROTUNDA_DEMO";
/// Store key of the profile the user stays on.
const PINNED: &str = "pinned";
/// Store key of a profile chosen while nothing ran.
const CHOSEN: &str = "chosen";

/// A handle on the one Rotunda of this user; clones share it.
#[derive(Debug, Clone)]
pub struct Daemon {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    home: Home,
    env: Env,
    /// What the system speaks.
    system_language: Language,
    /// As they are now; the running router may be on an earlier port.
    settings: Mutex<Settings>,
    clock: Clock,
    store: Store,
    vault: Arc<SharedVault>,
    /// Codex's.
    own: OwnSignIn,
    pool: Pool,
    /// Requests that are not yet written down.
    pending: Mutex<Vec<Turn>>,
    /// What is shown besides the pool; held for moments, never across a wait.
    known: Mutex<Known>,
    snapshot: watch::Sender<Arc<Snapshot>>,
    /// Number of the newest line of activity.
    told: watch::Sender<i64>,
    stopping: watch::Sender<bool>,
    /// Starting and stopping take turns; both wait while they hold it.
    running: tokio::sync::Mutex<Option<Running>>,
    /// Held while one sign-in takes the place of another.
    signing_in: tokio::sync::Mutex<Option<sign_in::UnderWay>>,
    _lock: InstanceLock,
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inner").field("home", &self.home).finish_non_exhaustive()
    }
}

/// What snapshots are made of, besides the pool.
#[derive(Debug)]
struct Known {
    router: RouterView,
    /// Why the router does not listen, when it does not.
    router_note: Option<Told>,
    binding: seen::Seen,
    /// Why sign-ins cannot be read, when they cannot.
    vault: Option<VaultError>,
    vault_place: VaultPlace,
    sign_in: Option<SignInView>,
    /// What to know of it.
    sign_in_note: Option<SignInNote>,
    profiles: Vec<StoredProfile>,
    /// Newest first.
    activity: Vec<Activity>,
    version: u64,
    /// Test turns that wait, the one under way, and the latest.
    trials: test_turn::Trials,
    /// Name of the file that what passes is recorded into.
    recording: Option<String>,
}

impl Daemon {
    /// Takes the lock and opens everything; listens nowhere yet.
    pub fn open(home: Home, env: Env) -> Result<Self, DaemonError> {
        home.create()?;
        let lock = InstanceLock::try_acquire(&home)?;
        let settings = settings::load(&home, &env)?;
        let clock = clock::system();
        let store = Store::open(&home.store_file())?;
        store.prune(clock())?;
        let place = vault::open(settings.vault, &home);
        let own = OwnSignIn::new(&home, settings.vault);
        let vault = Arc::new(SharedVault::over(place, own.clone(), &home, Arc::clone(&clock)));
        let pool = pool_of(Some(&store), &settings, &home, &clock)?;
        let known = Known::read(&home, &settings, Some(&store))?;
        let told = known.activity.first().map_or(0, |entry| entry.number);
        let system_language = platform::language(&env);
        let language = settings.ui.language.spoken(system_language);
        let first = known.snapshot(&pool, &env, &clock, &settings, language);
        let inner = Inner {
            home,
            env,
            system_language,
            settings: Mutex::new(settings),
            clock,
            store,
            vault,
            own,
            pool,
            pending: Mutex::default(),
            known: Mutex::new(known),
            snapshot: watch::Sender::new(Arc::new(first)),
            told: watch::Sender::new(told),
            stopping: watch::Sender::new(false),
            running: tokio::sync::Mutex::new(None),
            signing_in: tokio::sync::Mutex::new(None),
            _lock: lock,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What the tray, notifications and the window speak.
    pub fn language(&self) -> Language {
        self.inner.settings().ui.language.spoken(self.inner.system_language)
    }

    /// Follows everything there is to show.
    pub fn watch(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.inner.snapshot.subscribe()
    }

    /// What there is to show now, read afresh where others may write; in
    /// English, as all of the command line.
    pub async fn report(&self) -> Report {
        self.refresh_binding().await;
        let running = self.inner.running.lock().await;
        let url = running.as_ref().map(|running| running.url.expose().clone());
        let instance =
            running.as_ref().map_or_else(String::new, |running| running.nonce().to_owned());
        drop(running);
        let snapshot = self.in_english();
        Report { snapshot, url, pid: std::process::id(), instance }
    }

    /// What is shown now, in the language of the window.
    pub(crate) fn shown(&self) -> Snapshot {
        Snapshot::clone(&self.inner.snapshot.borrow())
    }

    /// What is shown, for the command line.
    pub(crate) fn in_english(&self) -> Snapshot {
        let inner = &self.inner;
        let (known, settings) = (inner.known(), inner.settings());
        let version = inner.snapshot.borrow().version;
        let english = Language::English;
        let shown = known.snapshot(&inner.pool, &inner.env, &inner.clock, &settings, english);
        Snapshot { version, ..shown }
    }

    pub(crate) fn over(inner: Arc<Inner>) -> Self {
        Self { inner }
    }

    /// Shows what is known now, when it differs from what is shown.
    fn refresh(&self) {
        let inner = &self.inner;
        let mut known = inner.known();
        let settings = inner.settings();
        let language = settings.ui.language.spoken(inner.system_language);
        let mut next = known.snapshot(&inner.pool, &inner.env, &inner.clock, &settings, language);
        inner.snapshot.send_if_modified(|shown| {
            next.version = shown.version;
            if **shown == next {
                return false;
            }
            known.version += 1;
            next.version = known.version;
            *shown = Arc::new(next);
            true
        });
    }

    /// Reads `config.toml` again: anybody may have changed it.
    async fn refresh_binding(&self) {
        let (home, url) = (self.inner.home.clone(), self.url().await);
        let binding = blocking(move || seen::read(&home, &url)).await;
        self.inner.known().binding = binding;
        self.refresh();
    }

    /// Reads the profiles again after a change.
    async fn refresh_profiles(&self) -> Result<(), StoreError> {
        let store = self.inner.store.clone();
        let profiles = blocking(move || store.profiles()).await?;
        self.inner.known().profiles = profiles;
        self.refresh();
        Ok(())
    }

    /// Tells something in Activity.
    async fn note(&self, kind: ActivityKind, told: impl Into<Told>) {
        let (inner, told) = (Arc::clone(&self.inner), told.into());
        let written = blocking(move || {
            let now = (inner.clock)();
            let text = told.to(Reader::english(now, utc_offset(now)));
            inner.store.note(now, kind, &told, &text)?;
            inner.store.activity(u32::try_from(Snapshot::ACTIVITY).unwrap_or(u32::MAX))
        });
        match written.await {
            Ok(activity) => {
                let newest = activity.first().map_or(0, |entry| entry.number);
                self.inner.known().activity = activity;
                self.inner.told.send_replace(newest);
                self.refresh();
            }
            Err(error) => tracing::warn!(%error, "activity could not be written"),
        }
    }

    /// Lines of activity after one.
    pub async fn activity_after(&self, number: i64) -> Result<Vec<Activity>, StoreError> {
        let store = self.inner.store.clone();
        blocking(move || store.activity_after(number)).await
    }

    /// Waits until Rotunda stops.
    pub(crate) async fn stopping(&self) {
        let mut stopping = self.inner.stopping.subscribe();
        let _ = stopping.wait_for(|stopping| *stopping).await;
    }

    /// Waits for a line after `number`; false when Rotunda stops instead.
    pub(crate) async fn wait_for_activity(&self, number: i64) -> bool {
        let mut told = self.inner.told.subscribe();
        tokio::select! {
            told = told.wait_for(|newest| *newest > number) => told.is_ok(),
            () = self.stopping() => false,
        }
    }
}

impl Inner {
    /// What the user wants now.
    fn settings(&self) -> Settings {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn names(&self) -> BTreeMap<ProfileId, String> {
        self.known().profiles.iter().map(|profile| (profile.id, profile.name.clone())).collect()
    }
}

impl Known {
    /// While nothing runs. Without a store nothing is remembered.
    fn read(home: &Home, settings: &Settings, store: Option<&Store>) -> Result<Self, StoreError> {
        let port = settings.port;
        let newest = u32::try_from(Snapshot::ACTIVITY).unwrap_or(u32::MAX);
        Ok(Self {
            router: RouterView { state: RouterState::Stopped, port, since: None, message: None },
            router_note: None,
            binding: seen::read(home, &seen::url_at(home, port)),
            vault: None,
            vault_place: settings.vault.place(),
            sign_in: None,
            sign_in_note: None,
            profiles: store.map_or(Ok(Vec::new()), Store::profiles)?,
            activity: store.map_or(Ok(Vec::new()), |store| store.activity(newest))?,
            version: 0,
            trials: test_turn::Trials::default(),
            recording: None,
        })
    }

    fn snapshot(
        &self,
        pool: &Pool,
        env: &Env,
        clock: &Clock,
        settings: &Settings,
        language: Language,
    ) -> Snapshot {
        let now = clock();
        let facts = Facts {
            demo: env.get(ROTUNDA_DEMO).is_some(),
            router: self.router.clone(),
            router_note: self.router_note.as_ref(),
            binding: self.binding.view.clone(),
            binding_note: self.binding.note.as_ref(),
            vault: self.vault.as_ref(),
            vault_place: self.vault_place,
            sign_in: self.sign_in.clone(),
            sign_in_note: self.sign_in_note.as_ref(),
            profiles: &self.profiles,
            pool: &pool.view(),
            waits: settings.wait_for_reset.is_some(),
            activity: &self.activity,
            test_turn: self.trials.view(Reader::of(language)),
            recording: self.recording.clone(),
        };
        board::compose(facts, Reader { language, now, utc_offset: utc_offset(now) })
    }
}

/// The pool as it was when it was last remembered, with the user's choices.
fn pool_of(
    store: Option<&Store>,
    settings: &Settings,
    home: &Home,
    clock: &Clock,
) -> Result<Pool, StoreError> {
    let Some(store) = store else {
        return Ok(Pool::new(Vec::new(), settings.rules, clock.clone()));
    };
    let own = own::whose_file(home);
    let seats = store.profiles()?.into_iter().map(|profile| {
        let mut seat = profile.seat();
        // What only the keychain knows is what it said last.
        if own != own::Whose::Unread {
            seat.own_sign_in = own.is(seat.account_id.as_deref());
        }
        seat
    });
    let pool = Pool::new(seats.collect(), settings.rules, clock.clone());
    pool.restore(store.memory()?);
    for (profile, percent) in store.reserves()? {
        pool.set_reserve(profile, Some(percent));
    }
    let pinned = store.meta(PINNED)?.and_then(|id| id.parse().ok());
    pool.pin(pinned);
    Ok(pool)
}

/// Runs what blocks where it may.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work)
        .await
        .expect("blocking work does not panic and is not aborted")
}
