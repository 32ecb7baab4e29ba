//! Whether the clock may be believed when it says that something is old.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{OptionalExtension, Transaction};

use crate::clock::{from_unix, unix};

/// Further than this since the last look, the clock may have jumped.
const JUMP: Duration = Duration::from_secs(3 * 24 * 3600);
/// A clock that jumped and has gone on for so long is right.
const SURE_AFTER: Duration = Duration::from_secs(24 * 3600);
/// When ages were looked at last, by the clock of then.
const SEEN: &str = "ages_seen";
/// Since when the clock may be wrong, by its own time.
const DOUBTED: &str = "ages_doubted";

/// The time that ages are counted from: `now`, or 1970 while the clock may be
/// wrong, so that nothing is old. Once it jumped ahead, it is believed when it
/// has gone on from there for a day; a computer that was off for a week forgets
/// a day late.
pub(super) fn trusted(
    transaction: &Transaction<'_>,
    now: SystemTime,
) -> rusqlite::Result<SystemTime> {
    let seen = time(transaction, SEEN)?;
    let mut doubted = time(transaction, DOUBTED)?;
    put(transaction, SEEN, Some(now))?;
    match seen.map(|seen| now.duration_since(seen)) {
        Some(Ok(passed)) if passed > JUMP => doubted = Some(now),
        // Set back: whatever was doubted is over.
        Some(Err(_)) => doubted = None,
        Some(Ok(_)) | None => {}
    }
    let is_sure = |since: SystemTime| now.duration_since(since).is_ok_and(|it| it >= SURE_AFTER);
    doubted = doubted.filter(|since| !is_sure(*since));
    put(transaction, DOUBTED, doubted)?;
    Ok(if doubted.is_some() { UNIX_EPOCH } else { now })
}

fn time(transaction: &Transaction<'_>, key: &str) -> rusqlite::Result<Option<SystemTime>> {
    let mut find = transaction.prepare("SELECT value FROM meta WHERE key = ?1")?;
    let text: Option<String> = find.query_row([key], |row| row.get(0)).optional()?;
    Ok(text.and_then(|text| text.parse().ok()).map(from_unix))
}

fn put(transaction: &Transaction<'_>, key: &str, at: Option<SystemTime>) -> rusqlite::Result<()> {
    let text = at.map(|at| unix(at).to_string());
    match text {
        Some(text) => {
            transaction.execute("INSERT OR REPLACE INTO meta VALUES (?1, ?2)", [key, &text])?
        }
        None => transaction.execute("DELETE FROM meta WHERE key = ?1", [key])?,
    };
    Ok(())
}
