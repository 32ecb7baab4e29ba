//! Other programs than Codex that may ask, each with a key of its own. Of a key there is
//! the digest only.

use std::time::SystemTime;

use rotunda_core::profile::ProfileId;
use rusqlite::{Connection, Row};
use serde_json::Value;

use super::{
    Store, StoreError, check_name,
    profiles::{NameError, fold},
    schema,
};
use crate::clock::{from_unix, unix};

/// So many clients at most: each key that is offered is compared with all of them.
pub const MOST_CLIENTS: usize = 100;

/// One program with a key.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredClient {
    /// Which; random, and in the record of its requests.
    pub id: String,
    /// The user's word for it, unique whatever the case.
    pub name: String,
    /// The SHA-256 of its key.
    pub digest: [u8; 32],
    /// The profiles that may serve it; none: each of them.
    pub profiles: Option<Vec<ProfileId>>,
    /// When it was added.
    pub added_at: SystemTime,
}

impl std::fmt::Debug for StoredClient {
    /// Without the name, and without what finds its key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredClient").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Store {
    /// Every client, the oldest first. A file of an earlier version has none.
    pub fn clients(&self) -> Result<Vec<StoredClient>, StoreError> {
        self.with(|connection| {
            if !schema::has_clients(connection)? {
                return Ok(Vec::new());
            }
            let mut all = connection.prepare("SELECT * FROM clients ORDER BY added_at, id")?;
            all.query_map([], read)?.collect()
        })
    }

    /// Adds a client.
    pub fn add_client(&self, client: &StoredClient) -> Result<(), StoreError> {
        let name = check_name(&client.name)?;
        self.injected_failure()?;
        let connection = self.lock();
        if is_taken(&connection, &client.id, name).map_err(self.broken())? {
            return Err(NameError::Taken.into());
        }
        let ids = client.profiles.as_ref().map(|ids| {
            Value::from(ids.iter().map(|id| Value::from(id.to_string())).collect::<Vec<_>>())
        });
        connection
            .execute(
                "INSERT INTO clients VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                (
                    &client.id,
                    name,
                    fold(name),
                    client.digest,
                    ids.map(|ids| ids.to_string()),
                    unix(client.added_at),
                ),
            )
            .map_err(self.broken())?;
        Ok(())
    }

    /// Gives a client another name. False when there is none with this id.
    pub fn rename_client(&self, id: &str, name: &str) -> Result<bool, StoreError> {
        let name = check_name(name)?;
        let connection = self.lock();
        if is_taken(&connection, id, name).map_err(self.broken())? {
            return Err(NameError::Taken.into());
        }
        let changed = connection.execute(
            "UPDATE clients SET name = ?2, folded_name = ?3 WHERE id = ?1",
            (id, name, fold(name)),
        );
        Ok(changed.map_err(self.broken())? > 0)
    }

    /// Gives a client another key. False when there is none with this id.
    pub fn set_client_digest(&self, id: &str, digest: &[u8; 32]) -> Result<bool, StoreError> {
        self.injected_failure()?;
        self.with(|connection| {
            let change = "UPDATE clients SET digest = ?2 WHERE id = ?1";
            Ok(connection.execute(change, (id, digest.as_slice()))? > 0)
        })
    }

    /// Forgets a client: its key opens nothing any more. What it used stays counted.
    pub fn remove_client(&self, id: &str) -> Result<bool, StoreError> {
        self.injected_failure()?;
        self.with(|connection| {
            Ok(connection.execute("DELETE FROM clients WHERE id = ?1", [id])? > 0)
        })
    }
}

fn is_taken(connection: &Connection, id: &str, name: &str) -> rusqlite::Result<bool> {
    connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM clients WHERE folded_name = ?1 AND id <> ?2)",
        (fold(name), id),
        |row| row.get(0),
    )
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredClient> {
    let profiles: Option<String> = row.get("profiles")?;
    Ok(StoredClient {
        id: row.get("id")?,
        name: row.get("name")?,
        digest: row.get("digest")?,
        // A list that cannot be read lets no profile serve: never all of them.
        profiles: profiles.map(|text| ids_in(&text)),
        added_at: from_unix(row.get("added_at")?),
    })
}

fn ids_in(text: &str) -> Vec<ProfileId> {
    let ids: Vec<String> = serde_json::from_str(text).unwrap_or_default();
    ids.iter().filter_map(|id| id.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn client(id: &str, name: &str, profiles: Option<Vec<ProfileId>>) -> StoredClient {
        let added_at = UNIX_EPOCH + Duration::from_secs(1_000_000);
        StoredClient { id: id.into(), name: name.into(), digest: [7; 32], profiles, added_at }
    }

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("rotunda.db")).unwrap();
        (folder, store)
    }

    #[test]
    fn clients_are_kept_as_they_were_added() {
        let (_folder, store) = store();
        let all = client("a", "editor", None);
        let some = client("b", "Night run", Some(vec![ProfileId(3), ProfileId(u64::MAX)]));
        store.add_client(&all).unwrap();
        store.add_client(&some).unwrap();
        assert_eq!(store.clients().unwrap(), [all, some]);
        assert!(store.rename_client("a", " Editor ").unwrap());
        assert_eq!(store.clients().unwrap()[0].name, "Editor");
        assert!(store.remove_client("a").unwrap());
        assert!(!store.remove_client("a").unwrap());
        assert!(!store.rename_client("a", "x").unwrap());
        assert_eq!(store.clients().unwrap().len(), 1);
    }

    #[test]
    fn no_two_clients_have_one_name() {
        let (_folder, store) = store();
        store.add_client(&client("a", "editor", None)).unwrap();
        for name in ["editor", "EDITOR"] {
            let taken = store.add_client(&client("b", name, None));
            assert!(matches!(taken, Err(StoreError::Name(NameError::Taken))), "{taken:?}");
        }
        store.add_client(&client("b", "other", None)).unwrap();
        let taken = store.rename_client("b", "Editor");
        assert!(matches!(taken, Err(StoreError::Name(NameError::Taken))), "{taken:?}");
    }

    #[test]
    fn a_list_of_profiles_that_cannot_be_read_lets_none_serve() {
        let (_folder, store) = store();
        store.add_client(&client("a", "editor", Some(vec![ProfileId(3)]))).unwrap();
        for text in ["", "{}", "[1]", "[\"x\"]"] {
            let change = store.with(|it| it.execute("UPDATE clients SET profiles = ?1", [text]));
            change.unwrap();
            assert_eq!(store.clients().unwrap()[0].profiles, Some(Vec::new()), "{text}");
        }
    }
}
