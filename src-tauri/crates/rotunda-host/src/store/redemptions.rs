//! Redemptions of banked resets, each with the number of its request.
//!
//! A reset that is redeemed cannot be given back, so the number is on the disk before the
//! request goes out: whatever happens then, the same decision has the same number.

use rotunda_core::{
    profile::ProfileId,
    redemption::{Redemption, RedemptionCause, RedemptionState},
};
use rusqlite::Row;

use super::{Store, StoreError, memory};
use crate::clock::{from_unix, unix};

/// Finished redemptions that are kept.
const MOST_FINISHED: i64 = 100;

const fn word(state: RedemptionState) -> &'static str {
    match state {
        RedemptionState::Sent => "sent",
        RedemptionState::Accepted => "accepted",
        RedemptionState::Done => "done",
        RedemptionState::Untouched => "untouched",
    }
}

/// A word of another version is one that is not clear.
fn state_of(text: &str) -> RedemptionState {
    let all = [RedemptionState::Accepted, RedemptionState::Done, RedemptionState::Untouched];
    all.into_iter().find(|state| word(*state) == text).unwrap_or(RedemptionState::Sent)
}

impl Store {
    /// Writes a decision down, so that it is on the disk when this returns. False when its
    /// number is known already: then only the time of one without a clear answer changes.
    pub fn begin_redemption(&self, redemption: &Redemption) -> Result<bool, StoreError> {
        self.injected_failure()?;
        self.with(|connection| {
            // A loss of power must not lose it: elsewhere the last moments may go.
            connection.pragma_update(None, "synchronous", "FULL")?;
            let written = connection.execute(
                "INSERT OR IGNORE INTO redemptions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                (
                    &redemption.number,
                    redemption.profile.0.cast_signed(),
                    &redemption.reset,
                    redemption.count_before,
                    redemption.usage_before.as_ref().map(|usage| memory::usage_text(usage, None)),
                    matches!(redemption.cause, RedemptionCause::Automatic),
                    unix(redemption.decided_at),
                    word(redemption.state),
                    redemption.expires_at.map(unix),
                ),
            );
            let is_new = written.as_ref().is_ok_and(|rows| *rows == 1);
            let written = written.and_then(|_| {
                connection.execute(
                    "UPDATE redemptions SET decided_at = ?2 WHERE number = ?1 AND state = 'sent'",
                    (&redemption.number, unix(redemption.decided_at)),
                )
            });
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            written.map(|_| is_new)
        })
    }

    /// Writes down how far a redemption is, and forgets the oldest finished ones.
    pub fn set_redemption(&self, number: &str, state: RedemptionState) -> Result<(), StoreError> {
        self.injected_failure()?;
        self.with(|connection| {
            let transaction = connection.transaction()?;
            transaction.execute(
                "UPDATE redemptions SET state = ?2 WHERE number = ?1",
                (number, word(state)),
            )?;
            transaction.execute(
                "DELETE FROM redemptions WHERE state IN ('done', 'untouched') AND number NOT IN
                    (SELECT number FROM redemptions ORDER BY decided_at DESC LIMIT ?1)",
                [MOST_FINISHED],
            )?;
            transaction.commit()
        })
    }

    /// All that are known, the latest first.
    pub fn redemptions(&self) -> Result<Vec<Redemption>, StoreError> {
        self.with(|connection| {
            let mut all =
                connection.prepare("SELECT * FROM redemptions ORDER BY decided_at DESC, number")?;
            all.query_map([], read)?.collect()
        })
    }

    /// The one with this number.
    pub fn redemption(&self, number: &str) -> Result<Option<Redemption>, StoreError> {
        Ok(self.redemptions()?.into_iter().find(|it| it.number == number))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Redemption> {
    let usage: Option<String> = row.get("usage_before")?;
    let usage = usage.and_then(|text| memory::usage_of(&text));
    let is_automatic: bool = row.get("automatic")?;
    let state: String = row.get("state")?;
    let expires_at: Option<i64> = row.get("expires_at")?;
    Ok(Redemption {
        number: row.get("number")?,
        profile: ProfileId(row.get::<_, i64>("profile")?.cast_unsigned()),
        reset: row.get("reset")?,
        expires_at: expires_at.map(from_unix),
        count_before: row.get("count_before")?,
        usage_before: usage.map(|read| read.usage),
        cause: if is_automatic { RedemptionCause::Automatic } else { RedemptionCause::Asked },
        decided_at: from_unix(row.get("decided_at")?),
        state: state_of(&state),
    })
}

#[cfg(test)]
#[path = "redemptions_tests.rs"]
mod tests;
