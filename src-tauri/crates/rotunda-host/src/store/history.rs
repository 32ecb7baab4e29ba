//! What was used, by whom and when: requests for a week and quota readings for a
//! month. Tokens by day are in `usage.rs`.
//!
//! No prompt, no answer, no address: numbers, a model's name and a profile's id.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rotunda_core::{
    ProfileId,
    bounded::percent_from,
    event::Tokens,
    profile::{Usage, WindowKind},
};
use rusqlite::{Row, Transaction};

use super::{
    Store, StoreError,
    usage::{self, MOST_OF_A_DAY, Turn},
};
use crate::clock::{from_unix, unix};

const HOUR: i64 = 3600;
/// Requests older than this are forgotten.
const REQUESTS_KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// A busy week keeps no more requests than this (some 4 MB).
const MOST_REQUESTS: i64 = 50_000;
/// Readings older than this are forgotten.
const READINGS_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// One reading per profile, window and this many seconds.
const READING_EVERY: i64 = 15 * 60;
/// After two days one an hour is enough for a chart of a month.
const THINNED_AFTER: Duration = Duration::from_secs(2 * 24 * 3600);

/// A quota reading as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The profile.
    pub profile: ProfileId,
    /// `5h`, `week` or `other`.
    pub label: String,
    /// When, to a quarter of an hour.
    pub at: SystemTime,
    /// Share left, 0 to 100.
    pub left: f64,
}

impl Reading {
    /// Which window its label names.
    pub fn window(&self) -> Option<WindowKind> {
        match self.label.as_str() {
            "5h" => Some(WindowKind::FiveHours),
            "week" => Some(WindowKind::Week),
            "other" => Some(WindowKind::Other),
            _ => None,
        }
    }
}

impl Store {
    /// Writes a batch of turns down: all of it, or nothing.
    pub fn record(&self, turns: &[Turn]) -> Result<(), StoreError> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            for turn in turns {
                usage::count(&transaction, turn)?;
                list(&transaction, turn)?;
            }
            transaction.commit()
        })
    }

    /// The newest turns since a moment, newest first.
    pub fn turns(&self, since: SystemTime, at_most: u32) -> Result<Vec<Turn>, StoreError> {
        self.with(|connection| {
            let mut turns = connection
                .prepare("SELECT * FROM requests WHERE at >= ?1 ORDER BY number DESC LIMIT ?2")?;
            turns.query_map((unix(since), at_most), read_turn)?.collect()
        })
    }

    /// Readings since a moment, by profile and window, oldest first.
    pub fn readings(&self, since: SystemTime) -> Result<Vec<Reading>, StoreError> {
        self.with(|connection| {
            let mut readings = connection
                .prepare("SELECT * FROM readings WHERE at >= ?1 ORDER BY profile, label, at")?;
            readings.query_map([unix(since)], read_reading)?.collect()
        })
    }
}

fn list(transaction: &Transaction<'_>, turn: &Turn) -> rusqlite::Result<()> {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let first_byte =
        turn.first_byte.map(|time| i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
    transaction
        .prepare_cached(
            "INSERT INTO requests (at, profile, model, status, attempts, first_byte, input, output)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((
            unix(turn.at),
            turn.profile.0.cast_signed(),
            &turn.model,
            turn.status,
            turn.attempts,
            first_byte,
            turn.tokens.map(|tokens| whole(tokens.input)),
            turn.tokens.map(|tokens| whole(tokens.output)),
        ))?;
    Ok(())
}

/// Keeps what a profile had left; the last reading of a quarter hour stands.
pub(super) fn keep_reading(
    transaction: &Transaction<'_>,
    profile: ProfileId,
    usage: &Usage,
) -> rusqlite::Result<()> {
    let at = unix(usage.read_at) / READING_EVERY * READING_EVERY;
    let kinds =
        [(WindowKind::FiveHours, "5h"), (WindowKind::Week, "week"), (WindowKind::Other, "other")];
    for (kind, label) in kinds {
        let Some(window) = usage.window(kind) else { continue };
        transaction
            .prepare_cached("INSERT OR REPLACE INTO readings VALUES (?1, ?2, ?3, ?4)")?
            .execute((profile.0.cast_signed(), label, at, window.left(usage.read_at)))?;
    }
    Ok(())
}

/// Forgets what is too old or too much.
pub(super) fn prune(transaction: &Transaction<'_>, now: SystemTime) -> rusqlite::Result<()> {
    let before = |age| unix(now.checked_sub(age).unwrap_or(UNIX_EPOCH));
    transaction.execute(
        "DELETE FROM requests WHERE at < ?1
            OR number <= (SELECT max(number) FROM requests) - ?2",
        (before(REQUESTS_KEPT), MOST_REQUESTS),
    )?;
    transaction.execute("DELETE FROM readings WHERE at < ?1", [before(READINGS_KEPT)])?;
    transaction.execute(
        "DELETE FROM readings WHERE at < ?1 AND (profile, label, at) NOT IN
            (SELECT profile, label, max(at) FROM readings GROUP BY profile, label, at / ?2)",
        (before(THINNED_AFTER), HOUR),
    )?;
    Ok(())
}

fn profile_of(row: &Row<'_>) -> rusqlite::Result<ProfileId> {
    Ok(ProfileId(row.get::<_, i64>("profile")?.cast_unsigned()))
}

fn read_turn(row: &Row<'_>) -> rusqlite::Result<Turn> {
    let maybe = |column| row.get::<_, Option<i64>>(column);
    let whole = |number: i64| u64::try_from(number.min(MOST_OF_A_DAY)).unwrap_or(0);
    let small = |column| row.get::<_, i64>(column).map(|number| number.clamp(0, 999));
    let tokens = match (maybe("input")?, maybe("output")?) {
        (Some(input), Some(output)) => {
            Some(Tokens { input: whole(input), output: whole(output), ..Tokens::default() })
        }
        _ => None,
    };
    Ok(Turn {
        at: from_unix(row.get("at")?),
        utc_offset: 0,
        profile: profile_of(row)?,
        model: row.get("model")?,
        status: u16::try_from(small("status")?).unwrap_or(0),
        attempts: u32::try_from(small("attempts")?).unwrap_or(0),
        first_byte: maybe("first_byte")?.map(|millis| Duration::from_millis(whole(millis))),
        tokens,
        session: String::new(),
        project: String::new(),
        project_name: None,
    })
}

fn read_reading(row: &Row<'_>) -> rusqlite::Result<Reading> {
    Ok(Reading {
        profile: profile_of(row)?,
        label: row.get("label")?,
        at: from_unix(row.get("at")?),
        left: percent_from(row.get("left")?).unwrap_or(0.0),
    })
}
