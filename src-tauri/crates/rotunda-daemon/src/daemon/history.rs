//! What was used: noted as it happens, written in batches, told on request.

use std::{
    sync::PoisonError,
    time::{Duration, SystemTime},
};

use rotunda_core::event::Finished;

use super::{CommandError, Daemon, blocking};
use crate::{
    clock::{from_unix, unix},
    history::{self, HistoryView, RequestView},
    store::{Turn, local_day},
    zone::utc_offset,
};

/// Turns that wait to be written; more are only counted in the log. The store
/// is written a few times a second, so this many means that it cannot be.
const MOST_PENDING: usize = 10_000;
const DAY: Duration = Duration::from_secs(24 * 3600);
/// Nothing is kept longer.
const MOST_DAYS: u32 = 30;
/// Requests are listed for so long.
const LISTED: Duration = Duration::from_secs(7 * 24 * 3600);
/// More lines than this nobody reads.
const MOST_LINES: u32 = 1000;
/// Requests of a day that are looked at.
const MOST_TURNS: u32 = 50_000;

impl Daemon {
    /// Remembers a finished request until the next batch is written. Only what
    /// a profile served: refusals of our own have no place in a chart of use.
    pub(super) fn count(&self, finished: &Finished) {
        let Some(profile) = finished.profile else { return };
        if !matches!(finished.route, "responses" | "compact") {
            return;
        }
        let at = (self.inner.clock)();
        let turn = Turn {
            at,
            utc_offset: utc_offset(at),
            profile,
            model: finished.model.clone().unwrap_or_default(),
            status: finished.status,
            attempts: finished.attempts,
            first_byte: finished.first_byte,
            tokens: finished.tokens,
        };
        let mut pending = self.inner.pending.lock().unwrap_or_else(PoisonError::into_inner);
        if pending.len() < MOST_PENDING {
            pending.push(turn);
        }
    }

    /// Writes what was counted since the last time.
    pub(super) async fn keep_counts(&self) {
        let turns =
            std::mem::take(&mut *self.inner.pending.lock().unwrap_or_else(PoisonError::into_inner));
        if turns.is_empty() {
            return;
        }
        let store = self.inner.store.clone();
        if let Err(error) = blocking(move || store.record(&turns)).await {
            tracing::warn!(%error, "requests could not be counted");
        }
    }

    /// What was used over the last days, 30 at most, and hour by hour over the
    /// last 24.
    pub async fn history(&self, days: u32) -> Result<HistoryView, CommandError> {
        self.keep_counts().await;
        let now = (self.inner.clock)();
        let since = earlier(now, DAY * days.clamp(1, MOST_DAYS));
        let since_day = local_day(since, utc_offset(now)) + 1;
        let first_hour = from_unix(history::first_hour(unix(now)));
        let store = self.inner.store.clone();
        let read = blocking(move || {
            let readings = store.readings(since)?;
            let tokens = store.token_counts(since_day)?;
            Ok::<_, crate::store::StoreError>((
                readings,
                tokens,
                store.turns(first_hour, MOST_TURNS)?,
            ))
        });
        let (readings, tokens, turns) = read.await?;
        Ok(history::compose(readings, tokens, &turns, unix(now)))
    }

    /// The newest requests of the last week, newest first.
    pub async fn requests(&self, limit: u32) -> Result<Vec<RequestView>, CommandError> {
        self.keep_counts().await;
        let since = earlier((self.inner.clock)(), LISTED);
        let store = self.inner.store.clone();
        let turns = blocking(move || store.turns(since, limit.min(MOST_LINES))).await?;
        Ok(turns.iter().map(RequestView::of).collect())
    }
}

fn earlier(now: SystemTime, by: Duration) -> SystemTime {
    now.checked_sub(by).unwrap_or(SystemTime::UNIX_EPOCH)
}
