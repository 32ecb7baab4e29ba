//! Redemptions of banked resets, each with the number of its request.
//!
//! A reset that is redeemed cannot be given back, so the number is on the disk before the
//! request goes out: whatever happens then, the same decision has the same number.

use std::time::SystemTime;

use rotunda_core::{
    profile::{ProfileId, Usage},
    reset_credits::Trace,
};
use rusqlite::Row;

use super::{Store, StoreError, memory};
use crate::clock::{from_unix, unix};

/// Finished redemptions that are kept.
const MOST_FINISHED: i64 = 100;

/// One decision to redeem a reset.
#[derive(Debug, Clone, PartialEq)]
pub struct Redemption {
    /// The number of its request, which upstream knows it by.
    pub number: String,
    /// Whose reset.
    pub profile: ProfileId,
    /// Upstream's id of it; none leaves the choice to upstream.
    pub reset: Option<String>,
    /// How many the profile had.
    pub count_before: u32,
    /// Its quota before.
    pub usage_before: Option<Usage>,
    /// Who decided.
    pub cause: RedemptionCause,
    /// When.
    pub decided_at: SystemTime,
    /// How far it is.
    pub state: RedemptionState,
}

/// Who decided to redeem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedemptionCause {
    /// The user, asked.
    Asked,
    /// The user's rule for when all profiles are out.
    Automatic,
}

/// How far a redemption is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedemptionState {
    /// The request goes out, or went out without a clear answer.
    Sent,
    /// Upstream carried it out, and the quota does not show it yet.
    Accepted,
    /// The quota shows it.
    Done,
    /// Nothing was redeemed.
    Untouched,
}

impl RedemptionState {
    /// Whether something is still to come.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Sent | Self::Accepted)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Done => "done",
            Self::Untouched => "untouched",
        }
    }

    /// A word of another version is one that is not clear.
    fn of_word(word: &str) -> Self {
        let all = [Self::Accepted, Self::Done, Self::Untouched];
        all.into_iter().find(|state| state.word() == word).unwrap_or(Self::Sent)
    }
}

impl From<Trace> for RedemptionState {
    fn from(trace: Trace) -> Self {
        match trace {
            Trace::Redeemed => Self::Accepted,
            Trace::Untouched => Self::Untouched,
            Trace::Unknown => Self::Sent,
        }
    }
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
                "INSERT OR IGNORE INTO redemptions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                (
                    &redemption.number,
                    redemption.profile.0.cast_signed(),
                    &redemption.reset,
                    redemption.count_before,
                    redemption.usage_before.as_ref().map(|usage| memory::usage_text(usage, None)),
                    matches!(redemption.cause, RedemptionCause::Automatic),
                    unix(redemption.decided_at),
                    redemption.state.word(),
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
        self.with(|connection| {
            let transaction = connection.transaction()?;
            transaction.execute(
                "UPDATE redemptions SET state = ?2 WHERE number = ?1",
                (number, state.word()),
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
    Ok(Redemption {
        number: row.get("number")?,
        profile: ProfileId(row.get::<_, i64>("profile")?.cast_unsigned()),
        reset: row.get("reset")?,
        count_before: row.get("count_before")?,
        usage_before: usage.map(|(usage, _)| usage),
        cause: if is_automatic { RedemptionCause::Automatic } else { RedemptionCause::Asked },
        decided_at: from_unix(row.get("decided_at")?),
        state: RedemptionState::of_word(&state),
    })
}

#[cfg(test)]
#[path = "redemptions_tests.rs"]
mod tests;
