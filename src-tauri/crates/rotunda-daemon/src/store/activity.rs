//! What happened, in sentences, for a week; and token counts by day.

use std::time::{Duration, SystemTime};

use rotunda_core::{ProfileId, event::Tokens};

use super::{Store, StoreError, memory};
use crate::{
    activity::ActivityKind,
    clock::{from_unix, unix},
};

/// Activity older than this is forgotten.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// A burst of activity keeps no more lines than this.
const MOST_LINES: i64 = 20_000;
const DAY: i64 = 24 * 3600;

/// One line of activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Counts up without a gap; follow from the last one seen.
    pub number: i64,
    /// When.
    pub at: SystemTime,
    /// The sort of thing it tells.
    pub kind: ActivityKind,
    /// What, as a sentence: no addresses, no keys.
    pub text: String,
}

/// Tokens of one profile and model on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenCount {
    /// Whose.
    pub profile: ProfileId,
    /// Which model; empty when the request named none.
    pub model: String,
    /// Midnight (UTC) the day began.
    pub day: SystemTime,
    /// How many.
    pub tokens: Tokens,
}

impl Store {
    /// Adds a line.
    pub fn note(&self, at: SystemTime, kind: ActivityKind, text: &str) -> Result<(), StoreError> {
        self.with(|connection| {
            connection
                .prepare("INSERT INTO activity (at, kind, text) VALUES (?1, ?2, ?3)")?
                .execute((unix(at), kind.word(), text))
        })?;
        Ok(())
    }

    /// The newest lines, newest first.
    pub fn activity(&self, at_most: u32) -> Result<Vec<Activity>, StoreError> {
        self.lines("SELECT * FROM activity ORDER BY number DESC LIMIT ?1", i64::from(at_most))
    }

    /// The lines after one, oldest first.
    pub fn activity_after(&self, number: i64) -> Result<Vec<Activity>, StoreError> {
        self.lines("SELECT * FROM activity WHERE number > ?1 ORDER BY number", number)
    }

    /// Forgets lines older than a week, chains of no more use, and any of both
    /// beyond their bounds.
    pub fn prune(&self, now: SystemTime) -> Result<(), StoreError> {
        let oldest = unix(now.checked_sub(KEPT).unwrap_or(SystemTime::UNIX_EPOCH));
        self.with(|connection| {
            let transaction = connection.transaction()?;
            transaction.execute(
                "DELETE FROM activity WHERE at < ?1
                    OR number <= (SELECT max(number) FROM activity) - ?2",
                (oldest, MOST_LINES),
            )?;
            memory::prune(&transaction, now)?;
            transaction.commit()
        })
    }

    /// Adds to a day's count.
    pub fn count(
        &self,
        profile: ProfileId,
        model: &str,
        at: SystemTime,
        tokens: Tokens,
    ) -> Result<(), StoreError> {
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let (input, cached, output) =
            (whole(tokens.input), whole(tokens.cached), whole(tokens.output));
        let day = unix(at) / DAY;
        self.with(|connection| {
            connection
                .prepare(
                    "INSERT INTO tokens VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT DO UPDATE SET input = input + ?4, cached = cached + ?5,
                        output = output + ?6",
                )?
                .execute((profile.0.cast_signed(), model, day, input, cached, output))
        })?;
        Ok(())
    }

    /// The counts of every day from `since` on, oldest first.
    pub fn token_counts(&self, since: SystemTime) -> Result<Vec<TokenCount>, StoreError> {
        self.with(|connection| {
            let mut counts = connection
                .prepare("SELECT * FROM tokens WHERE day >= ?1 ORDER BY day, profile, model")?;
            let number = |row: &rusqlite::Row<'_>, column| {
                row.get::<_, i64>(column).map(|number| u64::try_from(number).unwrap_or(0))
            };
            let read = |row: &rusqlite::Row<'_>| {
                Ok(TokenCount {
                    profile: ProfileId(row.get::<_, i64>("profile")?.cast_unsigned()),
                    model: row.get("model")?,
                    day: from_unix(row.get::<_, i64>("day")?.saturating_mul(DAY)),
                    tokens: Tokens {
                        input: number(row, "input")?,
                        cached: number(row, "cached")?,
                        output: number(row, "output")?,
                    },
                })
            };
            counts.query_map([unix(since) / DAY], read)?.collect()
        })
    }

    fn lines(&self, query: &str, argument: i64) -> Result<Vec<Activity>, StoreError> {
        self.with(|connection| {
            let mut lines = connection.prepare(query)?;
            let read = |row: &rusqlite::Row<'_>| {
                Ok(Activity {
                    number: row.get("number")?,
                    at: from_unix(row.get("at")?),
                    kind: row.get::<_, String>("kind")?.into(),
                    text: row.get("text")?,
                })
            };
            lines.query_map([argument], read)?.collect()
        })
    }
}
