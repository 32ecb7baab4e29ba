//! One session with a Secret Service.

use std::{collections::HashMap, fs, sync::Arc};

use rotunda_core::{Secret, vault::VaultError};
use secret_service::{Collection, EncryptionType, Error, Item, SecretService};
use zbus::{
    Connection,
    address::{Address, Transport},
    fdo::DBusProxy,
    names::{BusName, OwnedUniqueName},
    proxy::CacheProperties,
    zvariant::OwnedObjectPath,
};

use super::{
    NAME, Patience,
    failure::{self, Failure, no_service, of_bus, reading, reading_item, writing},
    prompts::Prompts,
};
use crate::platform::KeychainProvider;

/// Our items are JSON, but no text for people.
const CONTENT: &str = "application/octet-stream";

/// More items are not listed: a profile has two to five.
const MOST_ITEMS: usize = 1_000;

/// The items that are meant.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) service: String,
    pub(super) user: String,
    /// Of an item that has to be made.
    pub(super) label: String,
}

impl Wanted {
    fn attributes(&self) -> HashMap<&str, &str> {
        HashMap::from([("service", self.service.as_str()), ("username", self.user.as_str())])
    }
}

/// A session with the service that had the name when it was opened.
pub(super) struct Client {
    bus: Connection,
    names: DBusProxy<'static>,
    service: SecretService<'static>,
    owner: OwnedUniqueName,
    encrypted: bool,
    patience: Patience,
}

impl Client {
    /// Opens a session: encrypted, or in plain with a provider that has no other
    /// where the bus is a local socket.
    pub(super) async fn connect(
        address: Option<&str>,
        patience: Patience,
    ) -> Result<Self, Failure> {
        let address = match address {
            Some(address) => address.parse(),
            None => Address::session(),
        };
        let address = address.map_err(of_bus)?;
        let local = matches!(address.transport(), Transport::Unix(_));
        let builder = zbus::connection::Builder::address(address).map_err(of_bus)?;
        let bus = builder.method_timeout(patience.answer).build().await.map_err(of_bus)?;
        let names = DBusProxy::builder(&bus).cache_properties(CacheProperties::No);
        let names = names.build().await.map_err(of_bus)?;
        let encrypted = SecretService::connect_with_existing(EncryptionType::Dh, bus.clone()).await;
        let (service, encrypted) = match encrypted {
            Ok(service) => (service, true),
            Err(error) if failure::refuses_session(&error) && local => {
                tracing::info!(
                    "the keychain has no encrypted sessions; the local bus is used in plain"
                );
                let plain =
                    SecretService::connect_with_existing(EncryptionType::Plain, bus.clone());
                (plain.await.map_err(reading)?, false)
            }
            Err(error) if failure::refuses_session(&error) => {
                return Err(Failure::Final(no_private_way()));
            }
            Err(error) => return Err(reading(error)),
        };
        let owner = owner(&names).await.ok_or_else(|| Failure::Final(no_service()))?;
        Ok(Self { bus, names, service, owner, encrypted, patience })
    }

    /// False once another process has the name, or none has. A session belongs
    /// to one process, and so does its key.
    pub(super) async fn is_current(&self) -> bool {
        owner(&self.names).await.as_ref() == Some(&self.owner)
    }

    /// Has the service answer something, without a prompt.
    pub(super) async fn ping(&self) -> Result<(), Failure> {
        match self.service.get_default_collection().await {
            Ok(_) | Err(Error::NoResult) => Ok(()),
            Err(error) => Err(reading(error)),
        }
    }

    /// The names of the items of one program, locked or not.
    pub(super) async fn names(&self, service: &str) -> Result<Vec<String>, Failure> {
        let ours = HashMap::from([("service", service)]);
        let found = self.service.search_items(ours).await.map_err(reading)?;
        let mut names = Vec::new();
        for item in found.unlocked.iter().chain(&found.locked).take(MOST_ITEMS) {
            let mut attributes = item.get_attributes().await.map_err(reading_item)?;
            names.extend(attributes.remove("username"));
        }
        Ok(names)
    }

    pub(super) async fn provider(&self) -> KeychainProvider {
        let id =
            self.names.get_connection_unix_process_id(BusName::from(self.owner.inner().clone()));
        let name = id.await.ok().and_then(program);
        KeychainProvider { name, encrypted: self.encrypted }
    }

    /// The content of the items of one name, where it is the same in all.
    pub(super) async fn read(
        &self,
        wanted: &Wanted,
        prompts: &Arc<Prompts>,
    ) -> Result<Vec<u8>, Failure> {
        let paths = self.find(wanted, prompts).await?;
        let mut known: Option<Secret<Vec<u8>>> = None;
        for path in &paths {
            let content = Secret::new(self.content(path).await?);
            if known.is_some_and(|known| known.expose() != content.expose()) {
                return Err(Failure::Final(several(paths.len())));
            }
            known = Some(content);
        }
        match known {
            Some(content) => Ok(content.expose().clone()),
            None => Err(self.nothing(wanted).await),
        }
    }

    /// Replaces the content of the items of one name, or makes the first.
    pub(super) async fn write(
        &self,
        wanted: &Wanted,
        content: &[u8],
        prompts: &Arc<Prompts>,
    ) -> Result<(), Failure> {
        let paths = self.find(wanted, prompts).await?;
        if paths.is_empty() {
            return self.create(wanted, content, prompts).await;
        }
        for path in &paths {
            self.replace(path, content).await?;
        }
        Ok(())
    }

    /// Removes the items of one name.
    pub(super) async fn remove(
        &self,
        wanted: &Wanted,
        prompts: &Arc<Prompts>,
    ) -> Result<(), Failure> {
        for path in self.find(wanted, prompts).await? {
            let item = self.item(&path).await?;
            match tokio::time::timeout(self.patience.prompt, item.delete()).await {
                Ok(deleted) => deleted.map_err(writing)?,
                Err(_) => return Err(Failure::Final(VaultError::Dismissed)),
            }
        }
        Ok(())
    }

    /// The one item of a name.
    pub(super) async fn only(
        &self,
        wanted: &Wanted,
        prompts: &Arc<Prompts>,
    ) -> Result<OwnedObjectPath, Failure> {
        let mut paths = self.find(wanted, prompts).await?;
        match paths.len() {
            0 => Err(self.nothing(wanted).await),
            1 => Ok(paths.remove(0)),
            count => Err(Failure::Final(several(count))),
        }
    }

    pub(super) async fn content(&self, path: &OwnedObjectPath) -> Result<Vec<u8>, Failure> {
        self.item(path).await?.get_secret().await.map_err(reading_item)
    }

    /// Writes into an item that is there, and sees that it was kept.
    pub(super) async fn replace(
        &self,
        path: &OwnedObjectPath,
        content: &[u8],
    ) -> Result<(), Failure> {
        let item = self.item(path).await?;
        item.set_secret(content, CONTENT).await.map_err(writing)?;
        kept(&item, content).await
    }

    async fn item(&self, path: &OwnedObjectPath) -> Result<Item<'_>, Failure> {
        self.service.get_item_by_path(path.clone()).await.map_err(reading)
    }

    /// The items of one name, unlocked, with one prompt at most.
    async fn find(
        &self,
        wanted: &Wanted,
        prompts: &Arc<Prompts>,
    ) -> Result<Vec<OwnedObjectPath>, Failure> {
        let (found, locked) = self.search(wanted).await?;
        prompts.are_unlocked(found.iter());
        let locked = match locked {
            locked if !locked.is_empty() => locked,
            _ if found.is_empty() => self.closed_collection(prompts).await?,
            _ => Vec::new(),
        };
        if locked.is_empty() {
            return Ok(found);
        }
        prompts.unlock(&self.bus, &locked).await?;
        let (found, still) = self.search(wanted).await?;
        if !still.is_empty() {
            prompts.are_refused(still.iter());
            return Err(Failure::Final(VaultError::Locked));
        }
        Ok(found)
    }

    async fn search(
        &self,
        wanted: &Wanted,
    ) -> Result<(Vec<OwnedObjectPath>, Vec<OwnedObjectPath>), Failure> {
        let found = self.service.search_items(wanted.attributes()).await.map_err(reading)?;
        let paths = |items: Vec<Item<'_>>| items.into_iter().map(|item| item.item_path).collect();
        Ok((paths(found.unlocked), paths(found.locked)))
    }

    /// The default collection, when it is locked and does not even list its
    /// items, as `KeePassXC` does: what is wanted may be in there.
    async fn closed_collection(
        &self,
        prompts: &Arc<Prompts>,
    ) -> Result<Vec<OwnedObjectPath>, Failure> {
        let Ok(collection) = self.service.get_default_collection().await else {
            return Ok(Vec::new());
        };
        let path = collection.collection_path.clone();
        if !collection.is_locked().await.unwrap_or(false) {
            prompts.are_unlocked(std::iter::once(&path));
            return Ok(Vec::new());
        }
        let shows_items = collection.get_all_items().await.is_ok_and(|items| !items.is_empty());
        Ok(if shows_items { Vec::new() } else { vec![path] })
    }

    /// Why there is no item: it is not there, or nothing of ours can be.
    async fn nothing(&self, wanted: &Wanted) -> Failure {
        if !matches!(self.service.get_default_collection().await, Err(Error::NoResult)) {
            return Failure::Final(VaultError::Missing);
        }
        let ours = HashMap::from([("service", wanted.service.as_str())]);
        let found = self.service.search_items(ours).await;
        let any = found.is_ok_and(|found| !found.unlocked.is_empty() || !found.locked.is_empty());
        Failure::Final(if any { VaultError::Missing } else { VaultError::NoCollection })
    }

    async fn create(
        &self,
        wanted: &Wanted,
        content: &[u8],
        prompts: &Arc<Prompts>,
    ) -> Result<(), Failure> {
        let collection = self.open_collection(prompts).await?;
        let path = collection.collection_path.clone();
        let making =
            collection.create_item(&wanted.label, wanted.attributes(), content, true, CONTENT);
        let made = match tokio::time::timeout(self.patience.prompt, making).await {
            Ok(made) => made.map_err(writing),
            Err(_) => Err(Failure::Final(VaultError::Dismissed)),
        };
        match made {
            Ok(item) => kept(&item, content).await,
            Err(failure) => {
                if matches!(failure, Failure::Final(VaultError::Dismissed)) {
                    prompts.is_not_created(&path);
                } else if failure.is_locked() {
                    prompts.are_refused(std::iter::once(&path));
                }
                Err(failure)
            }
        }
    }

    /// The collection for new items, unlocked.
    async fn open_collection(&self, prompts: &Arc<Prompts>) -> Result<Collection<'_>, Failure> {
        let collection = self.service.get_default_collection().await.map_err(writing)?;
        let path = [collection.collection_path.clone()];
        let locked = match collection.is_locked().await.map_err(reading_item) {
            Ok(locked) => locked,
            // The alias leads to a collection that is gone.
            Err(Failure::Session(VaultError::Missing)) => {
                return Err(Failure::Final(VaultError::NoCollection));
            }
            Err(failure) => return Err(failure),
        };
        if locked {
            prompts.unlock(&self.bus, &path).await?;
        } else if let Some(error) = prompts.remembered(&path) {
            // The user closed a prompt about a new item.
            return Err(Failure::Final(error));
        }
        Ok(collection)
    }
}

/// Reads back what was written. What cannot be read now may be right.
async fn kept(item: &Item<'_>, content: &[u8]) -> Result<(), Failure> {
    let other = match item.get_secret().await {
        Ok(found) => Secret::new(found).expose() != content,
        Err(error) => {
            let failure = reading_item(error);
            matches!(failure, Failure::Session(VaultError::Missing | VaultError::Damaged(_)))
        }
    };
    if other {
        let why = "what it gives back is not what was written".to_owned();
        return Err(Failure::Session(VaultError::CannotSave(why)));
    }
    Ok(())
}

fn several(count: usize) -> VaultError {
    VaultError::Damaged(format!(
        "the keychain holds {count} different items of this name; remove all but the newest, or \
         sign in again"
    ))
}

fn no_private_way() -> VaultError {
    VaultError::Unavailable(
        "it offers no encrypted session, and this session bus is no local socket; use a local \
         session bus, or set `vault = \"file\"` in settings.toml and sign in again"
            .to_owned(),
    )
}

async fn owner(names: &DBusProxy<'_>) -> Option<OwnedUniqueName> {
    names.get_name_owner(BusName::try_from(NAME).ok()?).await.ok()
}

/// Name of the executable of a process, as far as it is known.
fn program(id: u32) -> Option<String> {
    let link = fs::read_link(format!("/proc/{id}/exe")).ok();
    let name = link.and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    let short = || fs::read_to_string(format!("/proc/{id}/comm")).ok();
    let name = name.or_else(short)?.trim().trim_end_matches(" (deleted)").to_owned();
    (!name.is_empty()).then_some(name)
}
