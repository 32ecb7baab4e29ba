//! The profiles table. Credentials are in the vault.

use std::time::SystemTime;

use rotunda_core::{
    Identity,
    bounded::percent_from,
    display_text::{self, clean, clean_some},
    profile::{Kind, PoolProfile, ProfileId, UseCredits},
    provider::Provider,
};
use rusqlite::{Connection, OptionalExtension, Row, ffi::SQLITE_CONSTRAINT_UNIQUE, named_params};
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
    /// The upstream workspace.
    pub account_id: Option<String>,
    /// The upstream user. Two profiles never have the same workspace and user.
    pub user_id: Option<String>,
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
    /// What it serves, when it is a key of another provider.
    pub provider: Option<Provider>,
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
    /// Who it belongs to.
    pub fn identity(&self) -> Identity {
        Identity {
            workspace: self.account_id.clone(),
            user: self.user_id.clone(),
            email: self.email.clone(),
        }
    }

    /// Its place in the pool.
    pub fn pool_profile(&self) -> PoolProfile {
        PoolProfile {
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
    display_text::is_hidden(c) || (c.is_whitespace() && c != ' ')
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
        self.injected_failure()?;
        let mut connection = self.lock();
        if is_taken(&connection, profile.id, name).map_err(self.broken())? {
            return Err(NameError::Taken.into());
        }
        write(&mut connection, profile, name).map_err(|error| match error.sqlite_error() {
            Some(code) if code.extended_code == SQLITE_CONSTRAINT_UNIQUE => {
                StoreError::SameIdentity
            }
            _ => self.broken()(error),
        })
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
            for table in
                ["usage", "reserves", "readings", "requests", "credit_consents", "redemptions"]
            {
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
            let read = |row: &Row<'_>| {
                let percent = percent_from(row.get(1)?).unwrap_or(0.0);
                Ok((ProfileId(row.get::<_, i64>(0)?.cast_unsigned()), percent))
            };
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

    /// Whether credits of single profiles may be used, where the user set that.
    pub fn credit_consents(&self) -> Result<Vec<(ProfileId, UseCredits)>, StoreError> {
        self.with(|connection| {
            let mut all = connection.prepare("SELECT profile, consent FROM credit_consents")?;
            let read = |row: &Row<'_>| {
                // A word of another version allows nothing.
                let consent = UseCredits::of_word(&row.get::<_, String>(1)?).unwrap_or_default();
                Ok((ProfileId(row.get::<_, i64>(0)?.cast_unsigned()), consent))
            };
            all.query_map([], read)?.collect()
        })
    }

    /// Sets one, or takes it away.
    pub fn set_credit_consent(
        &self,
        id: ProfileId,
        consent: Option<UseCredits>,
    ) -> Result<(), StoreError> {
        let id = id.0.cast_signed();
        self.with(|connection| match consent {
            Some(consent) => connection.execute(
                "INSERT OR REPLACE INTO credit_consents VALUES (?1, ?2)",
                (id, consent.word()),
            ),
            None => connection.execute("DELETE FROM credit_consents WHERE profile = ?1", [id]),
        })?;
        Ok(())
    }

    /// A free name, made from what is known: `plus`, `plus 2`, …
    pub fn free_name(&self, prompting: &str) -> Result<String, StoreError> {
        let prompting: String =
            clean(prompting, display_text::NAME).chars().take(LONGEST_NAME - 4).collect();
        let prompting = check_name(&prompting).unwrap_or("profile").to_owned();
        let taken: Vec<_> = self.profiles()?.iter().map(|profile| fold(&profile.name)).collect();
        let numbered = (2..).map(|number| format!("{prompting} {number}"));
        let mut names = std::iter::once(prompting.clone()).chain(numbered);
        Ok(names.find(|name| !taken.contains(&fold(name))).unwrap_or(prompting))
    }

    pub(super) fn broken(&self) -> impl Fn(rusqlite::Error) -> StoreError {
        let path = self.inner.path.clone();
        move |source| StoreError::Broken { path: path.clone(), source }
    }
}

/// Whether two names are those of the same profile, as people type them: without regard to
/// case and to spaces around them.
pub fn is_same_name(one: &str, other: &str) -> bool {
    fold(one) == fold(other)
}

pub(super) fn fold(name: &str) -> String {
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
        // Not REPLACE: it would delete another profile with the same identity.
        "INSERT INTO profiles (id, name, folded_name, kind, account_id, user_id, email, plan,
            rank, paused, own_sign_in, added_at, provider)
         VALUES (:id, :name, :folded, :kind, :account, :user, :email, :plan, :rank, :paused, :own,
            :added, :provider)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, folded_name = excluded.folded_name,
            kind = excluded.kind, account_id = excluded.account_id, user_id = excluded.user_id,
            email = excluded.email, plan = excluded.plan, rank = excluded.rank,
            paused = excluded.paused, own_sign_in = excluded.own_sign_in,
            added_at = excluded.added_at, provider = excluded.provider",
    )?;
    put.execute(named_params! {
        ":id": profile.id.0.cast_signed(),
        ":name": name,
        ":folded": fold(name),
        ":kind": kind_text(profile.kind),
        ":account": profile.account_id,
        ":user": profile.user_id,
        ":email": profile.email,
        ":plan": profile.plan,
        ":rank": profile.rank,
        ":paused": profile.paused,
        ":own": profile.own_sign_in,
        ":added": unix(profile.added_at),
        ":provider": profile.provider.as_ref().map(|it| serde_json::json!(it).to_string()),
    })?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredProfile> {
    let kind: String = row.get("kind")?;
    let text = |column: &str, columns| {
        let text = row.get::<_, Option<String>>(column)?;
        Ok::<_, rusqlite::Error>(text.and_then(|text| clean_some(&text, columns)))
    };
    Ok(StoredProfile {
        id: ProfileId(row.get::<_, i64>("id")?.cast_unsigned()),
        // Rows of older versions hold the text of tokens and files, as it was.
        name: clean(&row.get::<_, String>("name")?, display_text::NAME),
        kind: match kind.as_str() {
            "api_key" => Kind::ApiKey,
            "provider" => Kind::Provider,
            _ => Kind::ChatGpt,
        },
        account_id: row.get("account_id")?,
        user_id: newer_column(row, "user_id")?,
        email: text("email", display_text::EMAIL)?,
        plan: text("plan", display_text::PLAN)?,
        rank: u32::try_from(row.get::<_, i64>("rank")?).unwrap_or(u32::MAX),
        paused: row.get("paused")?,
        own_sign_in: row.get("own_sign_in")?,
        added_at: from_unix(row.get("added_at")?),
        provider: newer_column(row, "provider")?.and_then(|it| serde_json::from_str(&it).ok()),
    })
}

/// A text that an older file, which is only read, does not have.
fn newer_column(row: &Row<'_>, name: &str) -> rusqlite::Result<Option<String>> {
    row.get(name).or_else(|error| match error {
        rusqlite::Error::InvalidColumnName(_) => Ok(None),
        error => Err(error),
    })
}

fn kind_text(kind: Kind) -> &'static str {
    match kind {
        Kind::ChatGpt => "chatgpt",
        Kind::ApiKey => "api_key",
        Kind::Provider => "provider",
    }
}
