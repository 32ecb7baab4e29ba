//! What was used: counted as it happens, written in batches, read on request.

use rotunda_core::event::Finished;
use rotunda_host::{
    blocking::blocking,
    store::{Store, StoreError, Turn},
    timezone::utc_offset,
};
use rotunda_router::Clock;

use super::handles::{Handles, State};
use crate::{
    error::CommandError,
    history::{self, HistoryView, RequestView},
};

/// Turns that wait to be written; more are only counted in the log. The store
/// is written a few times a second, so this many means that it cannot be.
const MOST_PENDING: usize = 10_000;

/// Counts requests and reads what they used.
pub struct UsageHistory {
    store: Store,
    clock: Clock,
    /// Requests that are not yet written down.
    pending: State<Vec<Turn>>,
}

impl UsageHistory {
    pub(super) fn new(handles: &Handles) -> Self {
        let (store, clock) = (handles.store.clone(), handles.machine.clock.clone());
        Self { store, clock, pending: State::default() }
    }

    /// Remembers a finished request until the next batch is written. Only what
    /// a profile served: refusals of our own have no place in a chart of use.
    pub(super) fn count(&self, finished: &Finished) {
        let Some(profile) = finished.profile else { return };
        if !matches!(finished.route, "responses" | "compact") {
            return;
        }
        let at = (self.clock)();
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
        let mut pending = self.pending.lock();
        if pending.len() < MOST_PENDING {
            pending.push(turn);
        }
    }

    /// Writes what was counted since the last time. What could not be written is
    /// written the next time.
    pub(super) async fn save(&self) -> Result<(), StoreError> {
        let turns = std::mem::take(&mut *self.pending.lock());
        if turns.is_empty() {
            return Ok(());
        }
        let store = self.store.clone();
        let (outcome, turns) = blocking(move || (store.record(&turns), turns)).await;
        if outcome.is_err() {
            let mut pending = self.pending.lock();
            let later = std::mem::replace(&mut *pending, turns);
            pending.extend(later);
            pending.truncate(MOST_PENDING);
        }
        outcome
    }

    /// What is shown has all that could be written.
    async fn save_now(&self) {
        if let Err(error) = self.save().await {
            tracing::warn!(%error, "the latest requests are not counted yet");
        }
    }

    /// What was used over the last days, 30 at most, and hour by hour over the
    /// last 24.
    pub async fn history(&self, days: u32) -> Result<HistoryView, CommandError> {
        self.save_now().await;
        let (store, now) = (self.store.clone(), (self.clock)());
        Ok(blocking(move || history::stored(&store, days, now)).await?)
    }

    /// The newest requests of the last week, newest first.
    pub async fn requests(&self, limit: u32) -> Result<Vec<RequestView>, CommandError> {
        self.save_now().await;
        let (store, now) = (self.store.clone(), (self.clock)());
        Ok(blocking(move || history::stored_requests(&store, limit, now)).await?)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rotunda_host::clock::from_unix;

    use super::*;
    use crate::{daemon::fixture::Fixture, testing::WORK};

    fn finished(profile: Option<rotunda_core::ProfileId>, route: &'static str) -> Finished {
        Finished {
            request: 1,
            profile,
            route,
            model: Some("gpt".to_owned()),
            status: 200,
            attempts: 1,
            unasked: None,
            first_byte: None,
            total: Duration::from_secs(1),
            tokens: None,
        }
    }

    #[tokio::test]
    async fn only_what_a_profile_served_is_counted_and_written_before_it_is_read() {
        let fixture = Fixture::with(&[]);
        let (store, history) = (&fixture.handles.store, UsageHistory::new(&fixture.handles));
        history.count(&finished(Some(WORK), "responses"));
        history.count(&finished(Some(WORK), "models"));
        history.count(&finished(None, "responses"));
        assert_eq!(store.turns(from_unix(0), 10).unwrap().len(), 0);
        assert_eq!(history.requests(10).await.unwrap().len(), 1);
        assert_eq!(store.turns(from_unix(0), 10).unwrap().len(), 1);
    }
}
