//! Other programs than Codex that may ask the router, each with a key of its own.
//!
//! The key is made by the command line, which prints it once. Here is its digest only, so
//! nothing that is kept opens anything.

use std::sync::Arc;

use rotunda_core::{ProfileId, Secret};
use rotunda_host::{
    blocking::blocking,
    key::{self, KeyError},
    settings::Settings,
    store::{MOST_CLIENTS, NameError, Store, StoreError, StoredClient, is_same_name},
};
use rotunda_router::{ApiClient, ApiClients, ApiSettings, KEY_PREFIX, LentKey, digest_of};
use tokio::sync::Mutex;

use super::{
    handles::{CurrentSettings, Handles, Machine, Refresh, State},
    listening::same_user,
    profiles::Profiles,
    running::RunningRouter,
};
use crate::{client_error::ClientError, error::CommandError};

/// A new key for another program.
pub fn new_client_key() -> Result<Secret<String>, KeyError> {
    Ok(Secret::new(format!("{KEY_PREFIX}{}", key::fresh()?.expose())))
}

/// What the router goes by.
pub(super) fn api_clients(settings: &Settings, clients: &[StoredClient]) -> ApiClients {
    let meant = |client: &StoredClient| ApiClient {
        id: client.id.clone(),
        digest: client.digest,
        profiles: client.profiles.as_deref().map(Arc::from),
    };
    let settings = ApiSettings {
        responses: settings.clients_responses,
        messages: settings.clients_messages,
        chat: settings.clients_chat,
        models: settings.clients_models.clone(),
    };
    ApiClients::new(settings, clients.iter().map(meant).collect())
}

/// The clients, and their keys.
pub struct ClientKeys {
    machine: Machine,
    settings: CurrentSettings,
    store: Store,
    profiles: Arc<Profiles>,
    running: RunningRouter,
    clients: State<Vec<StoredClient>>,
    refresh: Refresh,
    /// Held while the list changes.
    changing: Mutex<()>,
}

impl ClientKeys {
    pub(super) fn new(handles: &Handles, profiles: Arc<Profiles>) -> Self {
        Self {
            machine: handles.machine.clone(),
            settings: handles.settings.clone(),
            store: handles.store.clone(),
            profiles,
            running: handles.running.clone(),
            clients: handles.clients.clone(),
            refresh: handles.refresh.clone(),
            changing: Mutex::default(),
        }
    }

    /// Whether a switch is on.
    pub fn are_on(&self) -> bool {
        let settings = self.settings.get();
        settings.clients_responses || settings.clients_messages || settings.clients_chat
    }

    /// Gives a client a new key, which was just made: the one before opens nothing any more.
    /// Gives its name.
    pub async fn renew(&self, client: &str, key: &Secret<String>) -> Result<String, CommandError> {
        let _changing = self.changing.lock().await;
        check_form(key)?;
        let (id, name) = self.find(client)?;
        let digest = digest_of(key);
        let (store, of) = (self.store.clone(), id.clone());
        blocking(move || store.set_client_digest(&of, &digest)).await.map_err(refusal)?;
        if let Some(known) = self.clients.lock().iter_mut().find(|it| it.id == id) {
            known.digest = digest;
        }
        self.apply().await;
        Ok(name)
    }

    /// Makes a further key of a client valid until the loan is dropped.
    pub async fn lend(&self, client: &str, key: Secret<String>) -> Result<LentKey, CommandError> {
        check_form(&key)?;
        let (id, _) = self.find(client)?;
        let router = self.running.router().await.ok_or(CommandError::NoRouter)?;
        Ok(router.lend_key_to_client(key, same_user(), id))
    }

    /// Adds a client with a key that was just made. Named profiles are the only ones that
    /// serve it. Gives its name as it is kept.
    pub async fn add(
        &self,
        name: &str,
        profiles: &[String],
        key: &Secret<String>,
    ) -> Result<String, CommandError> {
        let _changing = self.changing.lock().await;
        check_form(key)?;
        if self.clients.lock().len() >= MOST_CLIENTS {
            return Err(ClientError::TooMany(MOST_CLIENTS).into());
        }
        let ids: Result<Vec<ProfileId>, _> =
            profiles.iter().map(|name| self.profiles.find(name).map(|found| found.0)).collect();
        let ids = Some(ids?).filter(|ids| !ids.is_empty());
        let client = StoredClient {
            id: key::profile_id()?.to_string(),
            name: name.trim().to_owned(),
            digest: digest_of(key),
            profiles: ids,
            added_at: self.machine.now(),
        };
        let (store, stored) = (self.store.clone(), client.clone());
        blocking(move || store.add_client(&stored)).await.map_err(refusal)?;
        self.clients.lock().push(client.clone());
        self.apply().await;
        Ok(client.name)
    }

    /// Gives a client another name; its key stays. Gives the name before.
    pub async fn rename(&self, client: &str, name: &str) -> Result<String, CommandError> {
        let _changing = self.changing.lock().await;
        let (id, before) = self.find(client)?;
        let (store, of, new) = (self.store.clone(), id.clone(), name.to_owned());
        blocking(move || store.rename_client(&of, &new)).await.map_err(refusal)?;
        if let Some(known) = self.clients.lock().iter_mut().find(|it| it.id == id) {
            name.trim().clone_into(&mut known.name);
        }
        self.refresh.now();
        Ok(before)
    }

    /// Revokes the key of a client, which is named or known by its id. A request that runs goes on to its end.
    pub async fn revoke(&self, client: &str) -> Result<String, CommandError> {
        let _changing = self.changing.lock().await;
        let (id, name) = self.find(client)?;
        let (store, of) = (self.store.clone(), id.clone());
        blocking(move || store.remove_client(&of)).await.map_err(refusal)?;
        self.clients.lock().retain(|it| it.id != id);
        self.apply().await;
        Ok(name)
    }

    fn find(&self, client: &str) -> Result<(String, String), CommandError> {
        let clients = self.clients.lock();
        let by_id = clients.iter().find(|it| it.id == client);
        let found = by_id.or_else(|| clients.iter().find(|it| is_same_name(&it.name, client)));
        let found = found.map(|it| (it.id.clone(), it.name.clone()));
        found.ok_or_else(|| ClientError::None(client.to_owned()).into())
    }

    /// The running router goes by the list from now on.
    async fn apply(&self) {
        if let Some(router) = self.running.router().await {
            router.set_api_clients(api_clients(&self.settings.get(), &self.clients.get()));
        }
        self.refresh.now();
    }
}

fn check_form(key: &Secret<String>) -> Result<(), CommandError> {
    let has_form = key.expose().strip_prefix(KEY_PREFIX).is_some_and(key::is_key);
    if has_form { Ok(()) } else { Err(ClientError::Key.into()) }
}

fn refusal(error: StoreError) -> CommandError {
    match error {
        StoreError::Name(NameError::Taken) => ClientError::NameTaken.into(),
        StoreError::Name(_) => ClientError::Name.into(),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daemon::fixture::Fixture;

    fn keys(fixture: &Fixture) -> ClientKeys {
        ClientKeys::new(&fixture.handles, fixture.profiles())
    }

    #[tokio::test]
    async fn of_a_key_only_the_digest_is_kept() {
        let fixture = Fixture::with(&["work", "home"]);
        let keys = keys(&fixture);
        let key = new_client_key().unwrap();
        assert_eq!(keys.add(" editor ", &["home".into()], &key).await.unwrap(), "editor");
        let stored = fixture.handles.store.clients().unwrap();
        assert_eq!(stored.len(), 1);
        assert_eq!(stored[0].digest, digest_of(&key));
        let home = fixture.profiles().find("home").unwrap().0;
        assert_eq!(stored[0].profiles, Some(vec![home]));
        let file = std::fs::read(fixture.handles.machine.home.store_file()).unwrap();
        let text = String::from_utf8_lossy(&file);
        assert!(!text.contains(key.expose().strip_prefix(KEY_PREFIX).unwrap()));
    }

    #[tokio::test]
    async fn a_client_is_found_by_its_name_whatever_the_case() {
        let fixture = Fixture::with(&["work"]);
        let keys = keys(&fixture);
        keys.add("editor", &[], &new_client_key().unwrap()).await.unwrap();
        assert_eq!(keys.rename("EDITOR", "agent").await.unwrap(), "editor");
        assert_eq!(keys.revoke("Agent").await.unwrap(), "agent");
        let gone = keys.revoke("agent").await;
        assert!(matches!(gone, Err(CommandError::Client(ClientError::None(_)))), "{gone:?}");
        assert_eq!(fixture.handles.store.clients().unwrap(), []);
    }

    #[tokio::test]
    async fn a_new_key_takes_the_place_of_the_one_before() {
        let fixture = Fixture::with(&["work"]);
        let keys = keys(&fixture);
        keys.add("editor", &["work".into()], &new_client_key().unwrap()).await.unwrap();
        let before = fixture.handles.store.clients().unwrap().remove(0);
        let new = new_client_key().unwrap();
        assert_eq!(keys.renew("Editor", &new).await.unwrap(), "editor");
        let after = fixture.handles.store.clients().unwrap().remove(0);
        assert_eq!(after.digest, digest_of(&new));
        assert_eq!(StoredClient { digest: before.digest, ..after }, before);
        let weak = keys.renew("editor", &Secret::new("rotunda-1".to_owned())).await;
        assert!(matches!(weak, Err(CommandError::Client(ClientError::Key))), "{weak:?}");
    }

    #[tokio::test]
    async fn what_cannot_be_is_refused_and_changes_nothing() {
        let fixture = Fixture::with(&["work"]);
        let keys = keys(&fixture);
        let key = new_client_key().unwrap();
        keys.add("editor", &[], &key).await.unwrap();
        let weak = Secret::new("rotunda-1".to_owned());
        let refusals = [
            (keys.add("Editor", &[], &key).await, ClientError::NameTaken),
            (keys.add("  ", &[], &key).await, ClientError::Name),
            (keys.add("other", &[], &weak).await, ClientError::Key),
            (keys.rename("nothing", "x").await, ClientError::None("nothing".into())),
        ];
        for (refused, expected) in refusals {
            let Err(CommandError::Client(error)) = refused else { panic!("{refused:?}") };
            assert_eq!(error, expected);
        }
        let unknown = keys.add("other", &["nowhere".into()], &key).await;
        assert!(matches!(unknown, Err(CommandError::NoProfile(_))), "{unknown:?}");
        assert_eq!(fixture.handles.store.clients().unwrap().len(), 1);
    }
}
