//! Tokens by local day, profile, model, session and project, for as long as the user wants.
//!
//! A project is a number that only this installation can make from its address; its name
//! is kept beside it only when the user wants that.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use rotunda_core::{
    ProfileId,
    bounded::MOST_TOKENS,
    display_text::{self, clean},
    event::Tokens,
};
use rusqlite::{Connection, Row, Transaction};

use super::{Store, StoreError, schema, trust};
use crate::clock::unix;

const DAY: i64 = 24 * 3600;
/// A day's count of tokens grows no further: sums of several never overflow.
pub(super) const MOST_OF_A_DAY: i64 = 1_000_000_000_000_000;
/// More rows than this are not kept, some 40 MB: of the oldest days, sessions are forgotten
/// first, then the days.
const MOST_ROWS: i64 = 200_000;
/// A row counts for no more in a sum.
const MOST_OF_A_ROW: i64 = i64::MAX / (2 * MOST_ROWS);
/// What is added up.
const SUMMED: [&str; 6] = ["requests", "unmeasured", "input", "cached", "output", "reasoning"];
/// A session's name on the wire is no longer, in columns.
const LONGEST_SESSION: usize = 128;

/// A finished turn in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// When it ended.
    pub at: SystemTime,
    /// What local clocks were ahead of UTC then, in seconds: which day it was.
    pub utc_offset: i32,
    /// Who served it.
    pub profile: ProfileId,
    /// The requested model; empty when the request named none.
    pub model: String,
    /// What the client saw; 499 when it left.
    pub status: u16,
    /// Profiles tried.
    pub attempts: u32,
    /// From the request's last byte to the answer's first.
    pub first_byte: Option<Duration>,
    /// When the stream contained them.
    pub tokens: Option<Tokens>,
    /// The conversation; empty when the request named none.
    pub session: String,
    /// The number of the project; empty when the request named none.
    pub project: String,
    /// What people call it, when the user keeps that.
    pub project_name: Option<String>,
}

/// Tokens of one profile and model on one local day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenCount {
    /// The profile.
    pub profile: ProfileId,
    /// Which model; empty when the request named none.
    pub model: String,
    /// Local days since 1970.
    pub day: i64,
    /// How many.
    pub tokens: Tokens,
}

/// What rows are added up by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageColumn {
    /// Local days since 1970.
    Day,
    /// The requested model.
    Model,
    /// The id of the profile.
    Profile,
    /// The conversation.
    Session,
    /// The number of the project.
    Project,
    /// The id of the client; empty for Codex.
    Client,
}

/// The client in the name of a session: the router begins those of other programs than
/// Codex with `client/<id>/`.
const CLIENT: &str = "CASE WHEN session LIKE 'client/%/%'
    THEN substr(session, 8, instr(substr(session, 8), '/') - 1) ELSE '' END";

impl UsageColumn {
    const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Model => "model",
            Self::Profile => "profile",
            Self::Session => "session",
            Self::Project => "project",
            Self::Client => CLIENT,
        }
    }
}

/// What was used of one model by one day, profile, session or project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageCount {
    /// Which one, as text; empty when that is not known.
    pub key: String,
    /// Which model; empty when the requests named none.
    pub model: String,
    /// Requests that ended.
    pub requests: u64,
    /// Of these, those without token counts.
    pub unmeasured: u64,
    /// How many.
    pub tokens: Tokens,
    /// Local days since 1970.
    pub first_day: i64,
    /// The last of them.
    pub last_day: i64,
}

/// The local day of a moment, counted from 1970.
pub fn local_day(at: SystemTime, utc_offset: i32) -> i64 {
    (unix(at) + i64::from(utc_offset)).div_euclid(DAY)
}

impl Store {
    /// What was used from a local day on, by one column and by model.
    pub fn usage(&self, since_day: i64, by: UsageColumn) -> Result<Vec<UsageCount>, StoreError> {
        self.with(|connection| {
            let source = source(connection)?;
            let by = by.name();
            let sums = SUMMED.map(sum_of).join(", ");
            let query = format!(
                "SELECT {by} AS key, model, {sums}, min(day) AS first, max(day) AS last
                 FROM {source} WHERE day >= ?1 GROUP BY {by}, model ORDER BY {by}, model"
            );
            let mut counts = connection.prepare(&query)?;
            let is_profile = by == UsageColumn::Profile.name();
            counts.query_map([since_day], |row| read(row, is_profile))?.collect()
        })
    }

    /// The counts of every local day from one on, oldest first.
    pub fn token_counts(&self, since_day: i64) -> Result<Vec<TokenCount>, StoreError> {
        self.with(|connection| {
            let source = source(connection)?;
            let sums = SUMMED.map(sum_of).join(", ");
            let query = format!(
                "SELECT day, profile, model, {sums} FROM {source}
                 WHERE day >= ?1 GROUP BY day, profile, model
                 HAVING max(input) > 0 OR max(output) > 0 ORDER BY day, profile, model"
            );
            let mut counts = connection.prepare(&query)?;
            let read = |row: &Row<'_>| {
                let profile = ProfileId(row.get::<_, i64>("profile")?.cast_unsigned());
                let (model, day) = (row.get("model")?, row.get("day")?);
                Ok(TokenCount { profile, model, day, tokens: tokens(row)? })
            };
            counts.query_map([since_day], read)?.collect()
        })
    }

    /// What people call the projects, by their numbers.
    pub fn project_names(&self) -> Result<BTreeMap<String, String>, StoreError> {
        self.with(|connection| {
            if !schema::has_usage(connection)? {
                return Ok(BTreeMap::new());
            }
            let mut names = connection.prepare("SELECT id, name FROM projects")?;
            let read = |row: &Row<'_>| {
                let name: String = row.get("name")?;
                Ok((row.get("id")?, clean(&name, display_text::NAME)))
            };
            names.query_map([], read)?.collect()
        })
    }

    /// Forgets what people call the projects; their numbers stay.
    pub fn forget_project_names(&self) -> Result<(), StoreError> {
        self.with(|connection| connection.execute("DELETE FROM projects", []))?;
        Ok(())
    }

    /// Forgets what is older than the user wants, or too much. Nothing is forgotten for its
    /// age by a clock that has just jumped ahead.
    pub fn prune_usage(&self, now: SystemTime, keep: Duration) -> Result<(), StoreError> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            let now = trust::trusted(&transaction, now)?;
            let oldest = unix(now.checked_sub(keep).unwrap_or(UNIX_EPOCH)).div_euclid(DAY);
            transaction.execute("DELETE FROM usage WHERE day < ?1", [oldest])?;
            bound(&transaction, MOST_ROWS)?;
            transaction
                .execute("DELETE FROM projects WHERE id NOT IN (SELECT project FROM usage)", [])?;
            transaction.commit()
        })
    }
}

/// A sum that cannot overflow, whatever another program wrote.
fn sum_of(column: &str) -> String {
    format!("sum(min(max({column}, 0), {MOST_OF_A_ROW})) AS {column}")
}

/// Where the rows are: a file of an earlier version that is only read has fewer columns.
fn source(connection: &Connection) -> rusqlite::Result<&'static str> {
    Ok(if schema::has_usage(connection)? {
        "usage"
    } else {
        "(SELECT day, profile, model, '' AS session, '' AS project, 0 AS requests,
            0 AS unmeasured, input, cached, output, 0 AS reasoning FROM tokens)"
    })
}

/// Adds a turn to its row.
pub(super) fn count(transaction: &Transaction<'_>, turn: &Turn) -> rusqlite::Result<()> {
    let whole = |number: u64| i64::try_from(number.min(MOST_TOKENS)).unwrap_or(i64::MAX);
    let tokens = turn.tokens.unwrap_or_default();
    let counts = [tokens.input, tokens.cached, tokens.output, tokens.reasoning].map(whole);
    let [input, cached, output, reasoning] = counts;
    let (profile, day) = (turn.profile.0.cast_signed(), local_day(turn.at, turn.utc_offset));
    let session = clean(&turn.session, LONGEST_SESSION);
    transaction
        .prepare_cached(
            "INSERT INTO usage VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT DO UPDATE SET requests = min(requests, ?11) + 1,
                unmeasured = min(unmeasured, ?11) + ?6,
                input = min(input, ?11) + ?7, cached = min(cached, ?11) + ?8,
                output = min(output, ?11) + ?9, reasoning = min(reasoning, ?11) + ?10",
        )?
        .execute((
            day,
            profile,
            &turn.model,
            session,
            &turn.project,
            i64::from(turn.tokens.is_none()),
            input,
            cached,
            output,
            reasoning,
            MOST_OF_A_DAY,
        ))?;
    if let Some(name) = &turn.project_name {
        transaction
            .prepare_cached("INSERT OR REPLACE INTO projects VALUES (?1, ?2)")?
            .execute((&turn.project, name))?;
    }
    Ok(())
}

/// Where there are more rows than `most`: adds the sessions of all but the newest half of
/// them together, and drops the oldest days when that is not enough.
fn bound(transaction: &Transaction<'_>, most: i64) -> rusqlite::Result<()> {
    if day_beyond(transaction, most)?.is_none() {
        return Ok(());
    }
    if let Some(day) = day_beyond(transaction, most / 2)? {
        let sums = SUMMED.map(sum_of).join(", ");
        let merge = format!(
            "CREATE TEMP TABLE merged AS SELECT day, profile, model, '' AS session, project, {sums}
             FROM usage WHERE day <= {day} GROUP BY day, profile, model, project;
             DELETE FROM usage WHERE day <= {day};
             INSERT INTO usage SELECT * FROM merged;
             DROP TABLE merged;"
        );
        transaction.execute_batch(&merge)?;
    }
    if let Some(day) = day_beyond(transaction, most)? {
        transaction.execute("DELETE FROM usage WHERE day <= ?1", [day])?;
    }
    Ok(())
}

/// The day of the first row that is too many, counted from the newest.
fn day_beyond(transaction: &Transaction<'_>, rows: i64) -> rusqlite::Result<Option<i64>> {
    transaction.query_row(
        "SELECT max(day) FROM (SELECT day FROM usage ORDER BY day DESC LIMIT -1 OFFSET ?1)",
        [rows],
        |row| row.get(0),
    )
}

/// A count, within the bounds that it was written with: a file may have been changed by
/// another program.
fn number(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|number| u64::try_from(number).unwrap_or(0))
}

fn tokens(row: &Row<'_>) -> rusqlite::Result<Tokens> {
    Ok(Tokens {
        input: number(row, "input")?,
        cached: number(row, "cached")?,
        output: number(row, "output")?,
        reasoning: number(row, "reasoning")?,
    })
}

fn read(row: &Row<'_>, is_profile: bool) -> rusqlite::Result<UsageCount> {
    use rusqlite::types::Value;
    let key = match row.get("key")? {
        Value::Integer(id) if is_profile => ProfileId(id.cast_unsigned()).to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Null | Value::Real(_) | Value::Blob(_) => String::new(),
    };
    Ok(UsageCount {
        key,
        model: row.get("model")?,
        requests: number(row, "requests")?,
        unmeasured: number(row, "unmeasured")?,
        tokens: tokens(row)?,
        first_day: row.get("first")?,
        last_day: row.get("last")?,
    })
}

#[cfg(test)]
#[path = "usage_tests.rs"]
mod tests;
