//! A Secret Service over a private bus that behaves as a test wants.
//!
//! Items are kept in memory. Sessions are plain or, as a real provider has
//! them, refused or never answered; encryption itself is tested against the
//! real gnome-keyring.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use zbus::{
    Connection, ObjectServer, fdo, interface,
    object_server::SignalEmitter,
    zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value},
};

use super::{NAME, bus::Bus};

const SERVICE: &str = "/org/freedesktop/secrets";
pub(super) const LOGIN: &str = "/org/freedesktop/secrets/collection/login";
const SESSION: &str = "/org/freedesktop/secrets/session/s1";
const PROMPT: &str = "/org/freedesktop/secrets/prompt/p";

/// How the provider behaves.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a defect, and a test picks some")]
pub(super) struct Habits {
    /// Locked, and only a prompt unlocks it.
    pub(super) locked: bool,
    /// A locked collection does not show its items, as `KeePassXC`'s.
    pub(super) hides_items: bool,
    /// What a prompt does once it is shown.
    pub(super) prompt: OnPrompt,
    /// The alias `default` leads nowhere.
    pub(super) no_default: bool,
    /// The alias leads to a collection that is gone.
    pub(super) dangling_default: bool,
    /// What an encrypted session is answered with.
    pub(super) encryption: Encryption,
    /// What writing is answered with.
    pub(super) saving: Saving,
    /// A new item needs a prompt of its own.
    pub(super) prompts_for_items: bool,
    /// These methods are never answered.
    pub(super) hangs: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum OnPrompt {
    /// The user types the password.
    #[default]
    Agreed,
    /// The user closes it.
    Dismissed,
    /// There is no answer.
    Open,
    /// It ends well, and the collection stays locked.
    NoEffect,
    /// It cannot be shown.
    Fails,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Encryption {
    /// As the specification says.
    #[default]
    NotSupported,
    /// As others say it.
    InvalidArgs,
    Failed,
    /// It answers without a key.
    NoKey,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Saving {
    #[default]
    Works,
    /// An error of this name.
    Refused,
    AccessDenied,
    /// It answers well and keeps nothing.
    Forgets,
}

/// One item.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) attributes: HashMap<String, String>,
    pub(super) content: Vec<u8>,
}

#[derive(Debug, Default)]
struct State {
    habits: Habits,
    items: HashMap<String, Kept>,
    next: u32,
    prompts: usize,
    sessions: usize,
    calls: usize,
    dismissed_by_client: usize,
}

/// What the test sees of the provider; it lives longer than one process of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Provider(Arc<Mutex<State>>);

/// What the service gives and takes as a secret.
type Struct = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.freedesktop.Secret.Error")]
enum SecretError {
    #[zbus(error)]
    ZBus(zbus::Error),
    IsLocked(String),
    NoSession(String),
    NoSuchObject(String),
    Broken(String),
}

fn path(text: &str) -> OwnedObjectPath {
    ObjectPath::try_from(text.to_owned()).unwrap().into()
}

impl Provider {
    pub(super) fn with(habits: Habits) -> Self {
        let provider = Self::default();
        provider.state().habits = habits;
        provider
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Habits)) {
        change(&mut self.state().habits);
    }

    /// Prompts shown so far.
    pub(super) fn prompts(&self) -> usize {
        self.state().prompts
    }

    pub(super) fn sessions(&self) -> usize {
        self.state().sessions
    }

    /// Calls that reached it.
    pub(super) fn calls(&self) -> usize {
        self.state().calls
    }

    pub(super) fn dismissed_by_client(&self) -> usize {
        self.state().dismissed_by_client
    }

    pub(super) fn items(&self) -> Vec<Kept> {
        self.state().items.values().cloned().collect()
    }

    /// Puts an item in, past every habit.
    pub(super) fn plant(&self, user: &str, content: &[u8]) {
        let mut state = self.state();
        state.next += 1;
        let attributes = [("service", "Rotunda"), ("username", user)];
        let attributes = attributes.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let name = format!("{LOGIN}/{}", state.next);
        let content = content.to_vec();
        state.items.insert(name, Kept { attributes: attributes.into(), content });
    }

    pub(super) fn remove_all(&self) {
        self.state().items.clear();
    }

    /// Starts a process of it, as far as the bus can see.
    pub(super) async fn serve(&self, bus: &Bus) -> Connection {
        let builder = zbus::connection::Builder::address(bus.address.as_str()).unwrap();
        let builder = builder.serve_at(SERVICE, Service(self.clone())).unwrap();
        let builder = builder.serve_at(LOGIN, Collection(self.clone())).unwrap();
        let connection = builder.build().await.unwrap();
        let items: Vec<String> = self.state().items.keys().cloned().collect();
        for item in items {
            self.serve_item(connection.object_server(), &item).await;
        }
        connection.request_name(NAME).await.unwrap();
        connection
    }

    async fn serve_item(&self, server: &ObjectServer, name: &str) {
        let item = Item { provider: self.clone(), name: name.to_owned() };
        server.at(path(name), item).await.unwrap();
    }

    /// Never returns where this provider does not answer.
    async fn called(&self) {
        let hangs = {
            let mut state = self.state();
            state.calls += 1;
            state.habits.hangs
        };
        if hangs {
            std::future::pending::<()>().await;
        }
    }

    async fn new_prompt(&self, server: &ObjectServer, then: Then) -> OwnedObjectPath {
        let name = {
            let mut state = self.state();
            state.next += 1;
            format!("{PROMPT}{}", state.next)
        };
        let prompt = Prompt { provider: self.clone(), then: Mutex::new(Some(then)) };
        server.at(path(&name), prompt).await.unwrap();
        path(&name)
    }

    fn insert(&self, name: &str, attributes: HashMap<String, String>, content: Vec<u8>) {
        if self.state().habits.saving != Saving::Forgets {
            self.state().items.insert(name.to_owned(), Kept { attributes, content });
        }
    }
}

/// What an agreed prompt brings about.
#[derive(Debug)]
enum Then {
    Unlock(Vec<OwnedObjectPath>),
    Create { attributes: HashMap<String, String>, content: Vec<u8> },
}

struct Service(Provider);

#[interface(name = "org.freedesktop.Secret.Service")]
impl Service {
    async fn open_session(
        &self,
        algorithm: &str,
        input: Value<'_>,
    ) -> fdo::Result<(OwnedValue, OwnedObjectPath)> {
        self.0.called().await;
        drop(input);
        let none = OwnedValue::try_from(Value::from("")).unwrap();
        if algorithm != "plain" {
            let habits = self.0.state().habits.clone();
            return match habits.encryption {
                Encryption::NotSupported => Err(fdo::Error::NotSupported("only plain".to_owned())),
                Encryption::InvalidArgs => Err(fdo::Error::InvalidArgs("algorithm".to_owned())),
                Encryption::Failed => Err(fdo::Error::Failed("no".to_owned())),
                Encryption::NoKey => Ok((none, path(SESSION))),
            };
        }
        self.0.state().sessions += 1;
        Ok((none, path(SESSION)))
    }

    async fn search_items(
        &self,
        attributes: HashMap<String, String>,
    ) -> (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) {
        self.0.called().await;
        let state = self.0.state();
        let matches = |kept: &Kept| {
            attributes.iter().all(|(key, value)| kept.attributes.get(key) == Some(value))
        };
        let found = state.items.iter().filter(|(_, kept)| matches(kept));
        let found: Vec<_> = found.map(|(name, _)| path(name)).collect();
        match (state.habits.locked, state.habits.hides_items) {
            (false, _) => (found, Vec::new()),
            (true, false) => (Vec::new(), found),
            (true, true) => (Vec::new(), Vec::new()),
        }
    }

    async fn unlock(
        &self,
        objects: Vec<OwnedObjectPath>,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> (Vec<OwnedObjectPath>, OwnedObjectPath) {
        self.0.called().await;
        if !self.0.state().habits.locked {
            return (objects, path("/"));
        }
        (Vec::new(), self.0.new_prompt(server, Then::Unlock(objects)).await)
    }

    async fn read_alias(&self, name: &str) -> OwnedObjectPath {
        self.0.called().await;
        let habits = self.0.state().habits.clone();
        match (name != "default" || habits.no_default, habits.dangling_default) {
            (true, _) => path("/"),
            (_, true) => path("/org/freedesktop/secrets/collection/gone"),
            _ => path(LOGIN),
        }
    }

    #[zbus(property)]
    fn collections(&self) -> Vec<OwnedObjectPath> {
        let gone = self.0.state().habits.dangling_default;
        if gone { Vec::new() } else { vec![path(LOGIN)] }
    }
}

struct Collection(Provider);

#[interface(name = "org.freedesktop.Secret.Collection")]
impl Collection {
    async fn create_item(
        &self,
        properties: HashMap<String, OwnedValue>,
        secret: Struct,
        replace: bool,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> Result<(OwnedObjectPath, OwnedObjectPath), SecretError> {
        self.0.called().await;
        assert!(replace, "an item of the same name must not be doubled");
        refuse_writing(&self.0)?;
        let attributes = properties.get("org.freedesktop.Secret.Item.Attributes").unwrap().clone();
        let attributes = HashMap::<String, String>::try_from(attributes).unwrap();
        let content = secret.2;
        if self.0.state().habits.prompts_for_items {
            let then = Then::Create { attributes, content };
            return Ok((path("/"), self.0.new_prompt(server, then).await));
        }
        let name = create(&self.0, server, attributes, content).await;
        Ok((name, path("/")))
    }

    #[zbus(property)]
    async fn locked(&self) -> bool {
        self.0.called().await;
        self.0.state().habits.locked
    }

    #[zbus(property)]
    fn items(&self) -> Vec<OwnedObjectPath> {
        let state = self.0.state();
        if state.habits.locked && state.habits.hides_items {
            return Vec::new();
        }
        state.items.keys().map(|name| path(name)).collect()
    }
}

async fn create(
    provider: &Provider,
    server: &ObjectServer,
    attributes: HashMap<String, String>,
    content: Vec<u8>,
) -> OwnedObjectPath {
    let name = {
        let mut state = provider.state();
        state.next += 1;
        format!("{LOGIN}/{}", state.next)
    };
    provider.insert(&name, attributes, content);
    provider.serve_item(server, &name).await;
    path(&name)
}

fn refuse_writing(provider: &Provider) -> Result<(), SecretError> {
    match provider.state().habits.saving {
        Saving::Works | Saving::Forgets => Ok(()),
        Saving::Refused => Err(SecretError::Broken("the database is read-only".to_owned())),
        Saving::AccessDenied => {
            Err(SecretError::ZBus(fdo::Error::AccessDenied("read-only".to_owned()).into()))
        }
    }
}

struct Item {
    provider: Provider,
    name: String,
}

#[interface(name = "org.freedesktop.Secret.Item")]
impl Item {
    async fn get_secret(&self, session: OwnedObjectPath) -> Result<Struct, SecretError> {
        self.provider.called().await;
        let state = self.provider.state();
        if state.habits.locked {
            return Err(SecretError::IsLocked("locked".to_owned()));
        }
        let gone = || SecretError::NoSuchObject("gone".to_owned());
        let kept = state.items.get(&self.name).ok_or_else(gone)?;
        Ok((session, Vec::new(), kept.content.clone(), "application/octet-stream".to_owned()))
    }

    async fn set_secret(&self, secret: Struct) -> Result<(), SecretError> {
        self.provider.called().await;
        refuse_writing(&self.provider)?;
        if secret.0.as_str() != SESSION {
            return Err(SecretError::NoSession("no such session".to_owned()));
        }
        let mut state = self.provider.state();
        if state.habits.saving == Saving::Works
            && let Some(kept) = state.items.get_mut(&self.name)
        {
            kept.content = secret.2;
        }
        Ok(())
    }

    async fn delete(&self) -> OwnedObjectPath {
        self.provider.called().await;
        self.provider.state().items.remove(&self.name);
        path("/")
    }

    #[zbus(property)]
    fn attributes(&self) -> HashMap<String, String> {
        let state = self.provider.state();
        state.items.get(&self.name).map(|kept| kept.attributes.clone()).unwrap_or_default()
    }

    #[zbus(property)]
    fn locked(&self) -> bool {
        self.provider.state().habits.locked
    }
}

struct Prompt {
    provider: Provider,
    then: Mutex<Option<Then>>,
}

#[interface(name = "org.freedesktop.Secret.Prompt")]
impl Prompt {
    async fn prompt(
        &self,
        window: &str,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
        #[zbus(object_server)] server: &ObjectServer,
    ) -> fdo::Result<()> {
        let habit = {
            assert!(window.is_empty(), "Rotunda has no window to name");
            let mut state = self.provider.state();
            state.prompts += 1;
            state.habits.prompt
        };
        let then = self.then.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (habit, then) {
            (OnPrompt::Fails, _) => return Err(fdo::Error::Failed("no display".to_owned())),
            (OnPrompt::Open, _) => {}
            (OnPrompt::Dismissed, _) => Self::completed(&emitter, true, Value::from("")).await?,
            (_, Some(Then::Unlock(objects))) => {
                self.provider.state().habits.locked &= habit == OnPrompt::NoEffect;
                let objects: Vec<ObjectPath<'_>> =
                    objects.iter().map(|object| object.as_ref()).collect();
                Self::completed(&emitter, false, Value::from(objects)).await?;
            }
            (_, Some(Then::Create { attributes, content })) => {
                let name = create(&self.provider, server, attributes, content).await;
                Self::completed(&emitter, false, Value::from(name.as_ref())).await?;
            }
            (_, None) => {}
        }
        Ok(())
    }

    async fn dismiss(&self, #[zbus(signal_emitter)] emitter: SignalEmitter<'_>) -> fdo::Result<()> {
        self.provider.state().dismissed_by_client += 1;
        Ok(Self::completed(&emitter, true, Value::from("")).await?)
    }

    #[zbus(signal)]
    async fn completed(
        emitter: &SignalEmitter<'_>,
        dismissed: bool,
        result: Value<'_>,
    ) -> zbus::Result<()>;
}
