//! The profiles table. Credentials are in the vault.

use std::time::SystemTime;

use rotunda_core::profile::{Kind, ProfileId, Seat};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use thiserror::Error;

use super::{Store, StoreError, memory};
use crate::clock::{from_unix, unix};

/// Longest name, in characters.
const LONGEST_NAME: usize = 40;

/// One profile as remembered.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredProfile {
    /// Who.
    pub id: ProfileId,
    /// The user's word for it, unique whatever the case.
    pub name: String,
    /// How it is paid for.
    pub kind: Kind,
    /// The upstream account.
    pub account_id: Option<String>,
    /// Shown to the owner, never logged.
    pub email: Option<String>,
    /// Upstream's word for the plan.
    pub plan: Option<String>,
    /// Place in the user's own order, lowest first.
    pub rank: u32,
    /// Taken out of rotation by the user.
    pub paused: bool,
    /// Codex itself is signed in with the same account.
    pub own_sign_in: bool,
    /// When it was added.
    pub added_at: SystemTime,
}

impl std::fmt::Debug for StoredProfile {
    /// Without the name and the address: a name may be one.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredProfile")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl StoredProfile {
    /// Its place in the pool.
    pub fn seat(&self) -> Seat {
        Seat {
            id: self.id,
            kind: self.kind,
            account_id: self.account_id.clone(),
            rank: self.rank,
            paused: self.paused,
            own_sign_in: self.own_sign_in,
        }
    }
}

/// Why a name cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NameError {
    /// Nothing visible in it.
    #[error("a profile needs a name; give it 1 to 40 visible characters")]
    Empty,
    /// Too long for a menu.
    #[error("this name is too long; give it 1 to 40 visible characters")]
    Long,
    /// Control characters and invisible marks.
    #[error("this name holds characters that cannot be seen; use visible ones")]
    Invisible,
    /// Another profile has it.
    #[error("another profile has this name; choose a different one")]
    Taken,
}

/// The name as it is kept: outer space is dropped.
pub fn check_name(name: &str) -> Result<&str, NameError> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(NameError::Empty),
        _ if name.chars().any(is_invisible) => Err(NameError::Invisible),
        length if length > LONGEST_NAME => Err(NameError::Long),
        _ => Ok(name),
    }
}

/// Controls, and the marks that turn text around or take no room.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl Store {
    /// Every profile, in the user's order.
    pub fn profiles(&self) -> Result<Vec<StoredProfile>, StoreError> {
        self.with(|connection| {
            let mut all =
                connection.prepare("SELECT * FROM profiles ORDER BY rank, added_at, id")?;
            all.query_map([], read)?.collect()
        })
    }

    /// One profile by its name, whatever the case.
    pub fn profile_named(&self, name: &str) -> Result<Option<StoredProfile>, StoreError> {
        self.with(|connection| {
            let mut one = connection.prepare("SELECT * FROM profiles WHERE folded_name = ?1")?;
            one.query_row([fold(name)], read).optional()
        })
    }

    /// Adds a profile, or replaces the one with the same id.
    pub fn put_profile(&self, profile: &StoredProfile) -> Result<(), StoreError> {
        let name = check_name(&profile.name)?;
        let mut connection = self.lock();
        if is_taken(&connection, profile.id, name).map_err(self.broken())? {
            return Err(NameError::Taken.into());
        }
        write(&mut connection, profile, name).map_err(self.broken())
    }

    /// Gives a profile another name.
    pub fn rename(&self, id: ProfileId, name: &str) -> Result<(), StoreError> {
        let name = check_name(name)?;
        let connection = self.lock();
        if is_taken(&connection, id, name).map_err(self.broken())? {
            return Err(NameError::Taken.into());
        }
        let changed = connection.execute(
            "UPDATE profiles SET name = ?2, folded_name = ?3 WHERE id = ?1",
            (id.0.cast_signed(), name, fold(name)),
        );
        match changed.map_err(self.broken())? {
            0 => Err(StoreError::NoProfile),
            _ => Ok(()),
        }
    }

    /// Forgets a profile and all that was remembered for it.
    pub fn remove_profile(&self, id: ProfileId) -> Result<(), StoreError> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            transaction.execute("DELETE FROM profiles WHERE id = ?1", [id.0.cast_signed()])?;
            for table in ["tokens", "reserves", "readings", "requests"] {
                let forget = format!("DELETE FROM {table} WHERE profile = ?1");
                transaction.execute(&forget, [id.0.cast_signed()])?;
            }
            memory::forget(&transaction, id)?;
            transaction.commit()
        })
    }

    /// Gives the profiles the ranks of their places in this list.
    pub fn order(&self, ids: &[ProfileId]) -> Result<(), StoreError> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            for (rank, id) in (0u32..).zip(ids) {
                let id = id.0.cast_signed();
                transaction.execute("UPDATE profiles SET rank = ?2 WHERE id = ?1", (id, rank))?;
            }
            transaction.commit()
        })
    }

    /// The reserves that the user set for single profiles, in percent.
    pub fn reserves(&self) -> Result<Vec<(ProfileId, f64)>, StoreError> {
        self.with(|connection| {
            let mut all = connection.prepare("SELECT profile, percent FROM reserves")?;
            let read =
                |row: &Row<'_>| Ok((ProfileId(row.get::<_, i64>(0)?.cast_unsigned()), row.get(1)?));
            all.query_map([], read)?.collect()
        })
    }

    /// Sets one, or takes it away.
    pub fn set_reserve(&self, id: ProfileId, percent: Option<f64>) -> Result<(), StoreError> {
        let id = id.0.cast_signed();
        self.with(|connection| match percent {
            Some(percent) => {
                connection.execute("INSERT OR REPLACE INTO reserves VALUES (?1, ?2)", (id, percent))
            }
            None => connection.execute("DELETE FROM reserves WHERE profile = ?1", [id]),
        })?;
        Ok(())
    }

    /// A name nobody has, made from what is known: `plus`, `plus 2`, …
    pub fn free_name(&self, wish: &str) -> Result<String, StoreError> {
        let wish: String =
            wish.chars().filter(|c| !is_invisible(*c)).take(LONGEST_NAME - 4).collect();
        let wish = check_name(&wish).unwrap_or("profile").to_owned();
        let taken: Vec<_> = self.profiles()?.iter().map(|profile| fold(&profile.name)).collect();
        let numbered = (2..).map(|number| format!("{wish} {number}"));
        let mut names = std::iter::once(wish.clone()).chain(numbered);
        Ok(names.find(|name| !taken.contains(&fold(name))).unwrap_or(wish))
    }

    fn broken(&self) -> impl Fn(rusqlite::Error) -> StoreError {
        let path = self.shared.path.clone();
        move |source| StoreError::Broken { path: path.clone(), source }
    }
}

fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}

fn is_taken(connection: &Connection, id: ProfileId, name: &str) -> rusqlite::Result<bool> {
    connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM profiles WHERE folded_name = ?1 AND id <> ?2)",
        (fold(name), id.0.cast_signed()),
        |row| row.get(0),
    )
}

fn write(connection: &mut Connection, profile: &StoredProfile, name: &str) -> rusqlite::Result<()> {
    let mut put = connection.prepare(
        "INSERT OR REPLACE INTO profiles (id, name, folded_name, kind, account_id, email, plan,
            rank, paused, own_sign_in, added_at)
         VALUES (:id, :name, :folded, :kind, :account, :email, :plan, :rank, :paused, :own, :added)",
    )?;
    put.execute(named_params! {
        ":id": profile.id.0.cast_signed(),
        ":name": name,
        ":folded": fold(name),
        ":kind": kind_text(profile.kind),
        ":account": profile.account_id,
        ":email": profile.email,
        ":plan": profile.plan,
        ":rank": profile.rank,
        ":paused": profile.paused,
        ":own": profile.own_sign_in,
        ":added": unix(profile.added_at),
    })?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredProfile> {
    let kind: String = row.get("kind")?;
    Ok(StoredProfile {
        id: ProfileId(row.get::<_, i64>("id")?.cast_unsigned()),
        name: row.get("name")?,
        kind: if kind == "api_key" { Kind::ApiKey } else { Kind::ChatGpt },
        account_id: row.get("account_id")?,
        email: row.get("email")?,
        plan: row.get("plan")?,
        rank: row.get("rank")?,
        paused: row.get("paused")?,
        own_sign_in: row.get("own_sign_in")?,
        added_at: from_unix(row.get("added_at")?),
    })
}

fn kind_text(kind: Kind) -> &'static str {
    match kind {
        Kind::ChatGpt => "chatgpt",
        Kind::ApiKey => "api_key",
    }
}
