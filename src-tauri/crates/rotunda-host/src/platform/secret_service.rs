//! The Secret Service of a Linux session as a credential store.
//!
//! No call waits without a bound, and no prompt is shown twice. A service that
//! does not answer is remembered and tried again in the background with growing
//! pauses; a password prompt that was closed is not shown again until
//! [`Store::ask_again`] or until the collection is unlocked.

mod client;
mod failure;
mod prompts;
mod silence;

use std::{
    any::Any,
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock, mpsc},
    time::Duration,
};

use keyring_core::{
    Credential, Entry, Error,
    api::{CredentialApi, CredentialStoreApi},
};
use rotunda_core::{Secret, vault::VaultError};
use tokio::runtime::Runtime;
use zbus::zvariant::OwnedObjectPath;

use self::{
    client::{Client, Wanted},
    failure::Failure,
    prompts::Prompts,
    silence::Silence,
};
use crate::platform::KeychainProvider;

/// The name of every provider on its bus.
const NAME: &str = "org.freedesktop.secrets";

/// How long answers are waited for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// For one answer of the service.
    answer: Duration,
    /// For one answer of a person to a prompt. The prompt stays after that, and
    /// a late answer is used by the next caller.
    prompt: Duration,
}

impl Default for Patience {
    /// A service answers within milliseconds, and within a few seconds where the
    /// bus has to start it first.
    fn default() -> Self {
        Self { answer: Duration::from_secs(5), prompt: Duration::from_secs(25) }
    }
}

/// For a whole call, as a last bound: a prompt, and the answers around it.
const LONGEST: Duration = Duration::from_secs(60);

type Operation<T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send>>;

/// One Secret Service, over one connection that is made at first use.
#[derive(Clone)]
pub(crate) struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    /// Address of the bus; the session's own when none is given.
    bus: Option<String>,
    patience: Patience,
    /// Made anew when the service behind it was restarted.
    client: tokio::sync::Mutex<Option<Arc<Client>>>,
    prompts: Arc<Prompts>,
    silence: Silence,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// The service of this user's session.
    pub(crate) fn session() -> Self {
        Self::at(None, Patience::default())
    }

    /// The service on one bus.
    fn at(bus: Option<String>, patience: Patience) -> Self {
        let inner = Inner {
            bus,
            patience,
            client: tokio::sync::Mutex::default(),
            prompts: Arc::new(Prompts::new(patience)),
            silence: Silence::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The user did something that needs the keychain: prompts may be shown
    /// again, and a service that did not answer is tried again.
    pub(crate) fn ask_again(&self) {
        self.inner.silence.end();
        for open in self.inner.prompts.ask_again() {
            runtime().spawn(open.dismiss());
        }
    }

    /// Names of the items of one program, of locked ones as far as the service
    /// lists them. No prompt to unlock them appears. Blocks.
    pub(crate) fn names(&self, service: &'static str) -> keyring_core::Result<Vec<String>> {
        self.call(move |client, _| Box::pin(async move { client.names(service).await }))
    }

    /// Who provides the service, once it has answered. Blocks.
    pub(crate) fn provider(&self) -> Option<KeychainProvider> {
        self.call(|client, _| Box::pin(async move { Ok(client.provider().await) })).ok()
    }

    /// Runs one operation and waits for it. Blocks, for a bounded time.
    fn call<T: Send + 'static>(
        &self,
        operation: impl Fn(Arc<Client>, Arc<Prompts>) -> Operation<T> + Send + Sync + 'static,
    ) -> keyring_core::Result<T> {
        let (answer, answered) = mpsc::sync_channel(1);
        let inner = Arc::clone(&self.inner);
        if inner.silence.holds() {
            Inner::try_in_background(&inner);
            return Err(refused(VaultError::NotAnswering));
        }
        runtime().spawn(async move {
            // The waiting task has ended when this fails.
            let _ = answer.send(inner.run(operation).await);
        });
        let outcome = answered.recv_timeout(LONGEST);
        outcome.unwrap_or(Err(VaultError::NotAnswering)).map_err(refused)
    }
}

impl Inner {
    async fn run<T>(
        &self,
        operation: impl Fn(Arc<Client>, Arc<Prompts>) -> Operation<T>,
    ) -> Result<T, VaultError> {
        let outcome = self.attempt(&operation).await;
        match &outcome {
            Err(VaultError::NotAnswering) => self.silence.begin(),
            _ => self.silence.end(),
        }
        outcome
    }

    /// Once, and once more over a new session where the old one may be the
    /// cause: the service was restarted, or the connection broke.
    async fn attempt<T>(
        &self,
        operation: &impl Fn(Arc<Client>, Arc<Prompts>) -> Operation<T>,
    ) -> Result<T, VaultError> {
        let client = self.client().await?;
        match operation(client, Arc::clone(&self.prompts)).await {
            Err(Failure::Session(_)) => {}
            outcome => return outcome.map_err(Failure::cause),
        }
        *self.client.lock().await = None;
        let client = self.client().await?;
        operation(client, Arc::clone(&self.prompts)).await.map_err(Failure::cause)
    }

    /// A client with a session of the service that runs now.
    async fn client(&self) -> Result<Arc<Client>, VaultError> {
        let mut slot = self.client.lock().await;
        if let Some(client) = slot.as_ref()
            && client.is_current().await
        {
            return Ok(Arc::clone(client));
        }
        *slot = None;
        let connecting = Client::connect(self.bus.as_deref(), self.patience);
        let connected = tokio::time::timeout(2 * self.patience.answer, connecting).await;
        let client = connected.map_err(|_| VaultError::NotAnswering)?.map_err(Failure::cause)?;
        let client = Arc::new(client);
        *slot = Some(Arc::clone(&client));
        Ok(client)
    }

    /// Checks whether the service answers again, without a prompt and without
    /// a caller that waits for it.
    fn try_in_background(inner: &Arc<Self>) {
        if !inner.silence.try_now() {
            return;
        }
        let inner = Arc::clone(inner);
        runtime().spawn(async move {
            let ping = |client: Arc<Client>, _| -> Operation<()> {
                Box::pin(async move { client.ping().await })
            };
            if let Err(error) = inner.run(ping).await {
                tracing::info!(%error, "the keychain was tried again");
            }
        });
    }
}

/// Drives the connection, also between calls: prompts are answered late.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("keychain")
            .enable_all()
            .build()
            .expect("a process can start a thread")
    })
}

/// Our own error inside the library's; [`super::refusal`] takes it out again.
fn refused(error: VaultError) -> Error {
    match error {
        VaultError::Missing => Error::NoEntry,
        error => Error::NoStorageAccess(Box::new(error)),
    }
}

impl CredentialStoreApi for Store {
    fn vendor(&self) -> String {
        "Secret Service".to_owned()
    }

    fn id(&self) -> String {
        self.inner.bus.clone().unwrap_or_else(|| "session bus".to_owned())
    }

    fn build(
        &self,
        service: &str,
        user: &str,
        modifiers: Option<&HashMap<&str, &str>>,
    ) -> keyring_core::Result<Entry> {
        let label = modifiers.and_then(|modifiers| modifiers.get("label").copied());
        let wanted = Wanted {
            service: service.to_owned(),
            user: user.to_owned(),
            label: label.unwrap_or(user).to_owned(),
        };
        Ok(Entry::new_with_credential(Arc::new(Named { store: self.clone(), wanted })))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The items of one name.
struct Named {
    store: Store,
    wanted: Wanted,
}

impl CredentialApi for Named {
    fn set_secret(&self, secret: &[u8]) -> keyring_core::Result<()> {
        let (wanted, secret) = (self.wanted.clone(), Secret::new(secret.to_vec()));
        self.store.call(move |client, prompts| {
            let (wanted, secret) = (wanted.clone(), secret.clone());
            Box::pin(async move { client.write(&wanted, secret.expose(), &prompts).await })
        })
    }

    fn get_secret(&self) -> keyring_core::Result<Vec<u8>> {
        let wanted = self.wanted.clone();
        self.store.call(move |client, prompts| {
            let wanted = wanted.clone();
            Box::pin(async move { client.read(&wanted, &prompts).await })
        })
    }

    fn delete_credential(&self) -> keyring_core::Result<()> {
        let wanted = self.wanted.clone();
        self.store.call(move |client, prompts| {
            let wanted = wanted.clone();
            Box::pin(async move { client.remove(&wanted, &prompts).await })
        })
    }

    fn get_credential(&self) -> keyring_core::Result<Option<Arc<Credential>>> {
        let wanted = self.wanted.clone();
        let path = self.store.call(move |client, prompts| {
            let wanted = wanted.clone();
            Box::pin(async move { client.only(&wanted, &prompts).await })
        })?;
        Ok(Some(Arc::new(Pinned { store: self.store.clone(), path })))
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        Some((self.wanted.service.clone(), self.wanted.user.clone()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// One item that was there; it is never made anew.
struct Pinned {
    store: Store,
    path: OwnedObjectPath,
}

impl CredentialApi for Pinned {
    fn set_secret(&self, secret: &[u8]) -> keyring_core::Result<()> {
        let (path, secret) = (self.path.clone(), Secret::new(secret.to_vec()));
        self.store.call(move |client, _| {
            let (path, secret) = (path.clone(), secret.clone());
            Box::pin(async move { client.replace(&path, secret.expose()).await })
        })
    }

    fn get_secret(&self) -> keyring_core::Result<Vec<u8>> {
        let path = self.path.clone();
        self.store.call(move |client, _| {
            let path = path.clone();
            Box::pin(async move { client.content(&path).await })
        })
    }

    fn delete_credential(&self) -> keyring_core::Result<()> {
        Err(Error::NotSupportedByStore("an item is removed by its name".to_owned()))
    }

    fn get_credential(&self) -> keyring_core::Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod bus;
#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;
