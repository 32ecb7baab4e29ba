//! Password prompts of a Secret Service, each shown once.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::StreamExt;
use rotunda_core::vault::VaultError;
use zbus::{
    Connection,
    proxy::CacheProperties,
    zvariant::{ObjectPath, OwnedObjectPath, Value},
};

use super::{NAME, Patience, failure::Failure, failure::of_bus};

/// `Unlock` as the specification has it; the library hides the prompt.
#[zbus::proxy(
    interface = "org.freedesktop.Secret.Service",
    default_service = "org.freedesktop.secrets",
    default_path = "/org/freedesktop/secrets",
    gen_blocking = false
)]
trait Unlocking {
    fn unlock(
        &self,
        objects: &[ObjectPath<'_>],
    ) -> zbus::Result<(Vec<OwnedObjectPath>, OwnedObjectPath)>;
}

#[zbus::proxy(interface = "org.freedesktop.Secret.Prompt", gen_blocking = false)]
trait Prompt {
    fn prompt(&self, window_id: &str) -> zbus::Result<()>;
    fn dismiss(&self) -> zbus::Result<()>;
    #[zbus(signal)]
    fn completed(&self, dismissed: bool, result: Value<'_>) -> zbus::Result<()>;
}

/// What became of the prompts of each collection.
#[derive(Debug)]
pub(super) struct Prompts {
    patience: Patience,
    known: Mutex<HashMap<String, State>>,
    shown: AtomicU64,
}

#[derive(Debug, Clone)]
enum State {
    /// A prompt is open.
    Open { id: u64, shown: Option<Shown> },
    /// The user closed the prompt, or it ended without an answer.
    Dismissed,
    /// The user closed a prompt about a new item. The collection may
    /// still be unlocked.
    NotCreated,
}

impl State {
    fn error(&self) -> VaultError {
        match self {
            Self::Open { .. } => VaultError::Locked,
            Self::Dismissed | Self::NotCreated => VaultError::Dismissed,
        }
    }
}

/// A prompt on the user's screen.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    bus: Connection,
    path: OwnedObjectPath,
}

/// The collection that an item or a collection belongs to.
pub(super) fn collection_of(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    // "", org, freedesktop, secrets, collection, NAME
    parts.truncate(6);
    parts.join("/")
}

impl Prompts {
    pub(super) fn new(patience: Patience) -> Self {
        Self { patience, known: Mutex::default(), shown: AtomicU64::new(0) }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, State>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The user wants a prompt: nothing is remembered any more. Returns the
    /// prompts that are still open, to be closed: they may be lost behind other
    /// windows.
    pub(super) fn ask_again(&self) -> Vec<Shown> {
        let before = std::mem::take(&mut *self.known());
        let open = before.into_values().filter_map(|state| match state {
            State::Open { shown, .. } => shown,
            State::Dismissed | State::NotCreated => None,
        });
        open.collect()
    }

    /// These are seen to be unlocked: the next time that they are locked, a
    /// prompt is shown.
    pub(super) fn are_unlocked<'a>(&self, paths: impl Iterator<Item = &'a OwnedObjectPath>) {
        let mut known = self.known();
        for path in paths {
            let collection = collection_of(path);
            if matches!(known.get(&collection), Some(State::Dismissed)) {
                known.remove(&collection);
            }
        }
    }

    /// A prompt for these ended, and they are still locked.
    pub(super) fn are_refused<'a>(&self, paths: impl Iterator<Item = &'a OwnedObjectPath>) {
        let mut known = self.known();
        known.extend(paths.map(|path| (collection_of(path), State::Dismissed)));
    }

    /// The user closed a prompt about a new item in this collection.
    pub(super) fn is_not_created(&self, path: &OwnedObjectPath) {
        self.known().insert(collection_of(path), State::NotCreated);
    }

    /// What is remembered of these, if something is.
    pub(super) fn remembered(&self, paths: &[OwnedObjectPath]) -> Option<VaultError> {
        let known = self.known();
        paths.iter().find_map(|path| known.get(&collection_of(path)).map(State::error))
    }

    /// Unlocks these, with a prompt where there has to be one and none was
    /// closed before. Returns once they are unlocked.
    pub(super) async fn unlock(
        self: &Arc<Self>,
        bus: &Connection,
        paths: &[OwnedObjectPath],
    ) -> Result<(), Failure> {
        let collections: Vec<String> = paths.iter().map(|path| collection_of(path)).collect();
        let id = self.shown.fetch_add(1, Ordering::Relaxed);
        self.reserve(id, &collections)?;
        let asking = Asking { prompts: Arc::clone(self), id, collections };
        let objects: Vec<ObjectPath<'_>> = paths.iter().map(|path| path.as_ref()).collect();
        let unlocking = async { UnlockingProxy::new(bus).await?.unlock(&objects).await };
        let (unlocked, prompt) = match unlocking.await {
            Ok(answer) => answer,
            Err(error) => {
                asking.end(false);
                return Err(of_bus(error));
            }
        };
        if prompt.as_str() == "/" {
            asking.end(false);
            let refused = unlocked.is_empty();
            return if refused { Err(Failure::Final(VaultError::Locked)) } else { Ok(()) };
        }
        let shown = Shown { bus: bus.clone(), path: prompt };
        asking.is_shown(&shown);
        // A task of its own: a late answer counts, too.
        let answer = tokio::spawn(async move {
            let agreed = shown.ask().await;
            asking.end(!agreed);
            agreed
        });
        match tokio::time::timeout(self.patience.prompt, answer).await {
            Ok(Ok(true)) => Ok(()),
            Ok(_) => Err(Failure::Final(VaultError::Dismissed)),
            Err(_) => Err(Failure::Final(VaultError::Locked)),
        }
    }

    /// One prompt at a time: two callers must not show two.
    fn reserve(&self, id: u64, collections: &[String]) -> Result<(), Failure> {
        let mut known = self.known();
        if let Some(state) = collections.iter().find_map(|collection| known.get(collection)) {
            return Err(Failure::Final(state.error()));
        }
        let open = |collection: &String| (collection.clone(), State::Open { id, shown: None });
        known.extend(collections.iter().map(open));
        Ok(())
    }
}

/// One attempt to unlock, as it is remembered.
struct Asking {
    prompts: Arc<Prompts>,
    id: u64,
    collections: Vec<String>,
}

impl Asking {
    fn is_shown(&self, now: &Shown) {
        let mut known = self.prompts.known();
        for collection in &self.collections {
            if let Some(State::Open { id, shown }) = known.get_mut(collection)
                && *id == self.id
            {
                *shown = Some(now.clone());
            }
        }
    }

    /// Remembers how it ended, unless the user requested another one meanwhile.
    fn end(&self, dismissed: bool) {
        let mut known = self.prompts.known();
        for collection in &self.collections {
            let ours =
                matches!(known.get(collection), Some(State::Open { id, .. }) if *id == self.id);
            if ours && dismissed {
                known.insert(collection.clone(), State::Dismissed);
            } else if ours {
                known.remove(collection);
            }
        }
    }
}

impl Shown {
    async fn proxy(&self) -> zbus::Result<PromptProxy<'static>> {
        let prompt = PromptProxy::builder(&self.bus).destination(NAME)?.path(self.path.clone())?;
        prompt.cache_properties(CacheProperties::No).build().await
    }

    pub(super) async fn dismiss(self) {
        if let Ok(prompt) = self.proxy().await {
            // It may have ended by itself.
            let _ = prompt.dismiss().await;
        }
    }

    /// Shows it and waits for its end; true when the user agreed. A service that
    /// ends before the prompt does has not been answered.
    async fn ask(&self) -> bool {
        self.answer().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the keychain could not show its prompt");
            false
        })
    }

    async fn answer(&self) -> zbus::Result<bool> {
        let prompt = self.proxy().await?;
        let mut ended = prompt.receive_completed().await?;
        let bus = zbus::fdo::DBusProxy::new(&self.bus).await?;
        let mut owners = bus.receive_name_owner_changed_with_args(&[(0, NAME)]).await?;
        prompt.prompt("").await?;
        tokio::select! {
            completed = ended.next() => match completed {
                Some(completed) => Ok(!completed.args()?.dismissed),
                None => Ok(false),
            },
            _ = owners.next() => Ok(false),
        }
    }
}
