//! What happened, in sentences, for a week.

use std::time::{Duration, SystemTime};

use rotunda_core::display_text::{self, SENTENCE, clean};
use rotunda_text::{ActivityMessage, Locale, Localize};

use super::{Store, StoreError, history, memory, trust};
use crate::{
    clock::{from_unix, unix},
    store::ActivityKind,
};

/// Activity older than this is forgotten.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// A burst of activity keeps no more lines than this.
const MOST_LINES: i64 = 20_000;

/// One line of activity.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// Counts up without a gap; follow from the last one seen.
    pub number: i64,
    /// When.
    pub at: SystemTime,
    /// Its kind.
    pub kind: ActivityKind,
    /// What, as an English sentence: no addresses, no keys.
    pub text: String,
    /// What, for readers of other languages; lines of earlier versions have
    /// only the sentence.
    pub message: Option<ActivityMessage>,
}

impl Activity {
    /// The sentence, counted from when it happened.
    pub fn to(&self, locale: Locale) -> String {
        let message = self.message.as_ref().map(|message| message.to(locale.at(self.at)));
        message.unwrap_or_else(|| self.text.clone())
    }
}

/// Names in it are cleaned again: an older version may have written it.
fn message_of(json: &str) -> Option<ActivityMessage> {
    let mut message = serde_json::from_str(json).ok()?;
    display_text::clean_json(&mut message, SENTENCE);
    serde_json::from_value(message).ok()
}

impl Store {
    /// Adds a line: what happened, and the same as an English sentence.
    pub fn add_activity(
        &self,
        at: SystemTime,
        kind: ActivityKind,
        message: &ActivityMessage,
        text: &str,
    ) -> Result<(), StoreError> {
        let message = serde_json::to_string(message).expect("our own types are JSON");
        self.with(|connection| {
            connection
                .prepare("INSERT INTO activity (at, kind, text, told) VALUES (?1, ?2, ?3, ?4)")?
                .execute((unix(at), kind.word(), text, message))
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

    /// Forgets lines older than a week, chains of no more use, old requests and
    /// readings, and any of them beyond their bounds. Nothing is forgotten for its
    /// age by a clock that has just jumped ahead.
    pub fn prune(&self, now: SystemTime) -> Result<(), StoreError> {
        self.with(|connection| {
            let transaction = connection.transaction()?;
            let now = trust::trusted(&transaction, now)?;
            let oldest = unix(now.checked_sub(KEPT).unwrap_or(SystemTime::UNIX_EPOCH));
            transaction.execute(
                "DELETE FROM activity WHERE at < ?1
                    OR number <= (SELECT max(number) FROM activity) - ?2",
                (oldest, MOST_LINES),
            )?;
            memory::prune(&transaction, now)?;
            history::prune(&transaction, now)?;
            transaction.commit()
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
                    // Older versions wrote what they were given as it was.
                    text: clean(&row.get::<_, String>("text")?, SENTENCE),
                    // A file that is only read may be of an earlier version, and
                    // the messages in it of a later one.
                    message: row
                        .get::<_, Option<String>>("told")
                        .ok()
                        .flatten()
                        .and_then(|message| message_of(&message)),
                })
            };
            lines.query_map([argument], read)?.collect()
        })
    }
}
