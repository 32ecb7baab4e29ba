//! What was used: counted as it happens, written in batches, read on request.

use std::{fmt::Write as _, time::Duration};

use rotunda_core::{event::Finished, project::Project};
use rotunda_host::{
    blocking::blocking,
    key,
    store::{Store, StoreError, Turn},
    timezone::utc_offset,
};
use rotunda_router::Clock;
use sha2::{Digest, Sha256};

use super::handles::{CurrentSettings, Handles, State};
use crate::{
    error::CommandError,
    history::{self, HistoryView, RequestView},
    usage::{self, UsageBy, UsageView},
};

/// Where the store keeps what makes numbers of projects this installation's own.
const SALT: &str = "project_salt";
/// Bytes of the number of a project.
const PROJECT_BYTES: usize = 8;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Turns that wait to be written; more are only counted in the log. The store
/// is written a few times a second, so this many means that it cannot be.
const MOST_PENDING: usize = 10_000;

/// Counts requests and reads what they used.
pub struct UsageHistory {
    store: Store,
    clock: Clock,
    settings: CurrentSettings,
    /// Without it, a number of a project could be found by trying addresses.
    salt: Option<String>,
    /// Requests that are not yet written down.
    pending: State<Vec<Turn>>,
}

impl UsageHistory {
    pub(super) fn new(handles: &Handles) -> Self {
        let (store, clock) = (handles.store.clone(), handles.machine.clock.clone());
        let settings = handles.settings.clone();
        let salt = salt(&store);
        Self { store, clock, settings, salt, pending: State::default() }
    }

    /// Remembers a finished request until the next batch is written. Only what
    /// a profile served: refusals of our own have no place in a chart of use.
    pub(super) fn count(&self, finished: &Finished) {
        let Some(profile) = finished.profile else { return };
        if !matches!(finished.route, "responses" | "compact") {
            return;
        }
        let at = (self.clock)();
        let project = finished.work.project.as_ref();
        let keeps_names = self.settings.get().usage.project_names;
        let turn = Turn {
            at,
            utc_offset: utc_offset(at),
            profile,
            model: finished.model.clone().unwrap_or_default(),
            status: finished.status,
            attempts: finished.attempts,
            first_byte: finished.first_byte,
            tokens: finished.tokens,
            session: finished.work.session.clone().unwrap_or_default(),
            project: project.map(|it| self.number_of(it)).unwrap_or_default(),
            project_name: project.filter(|_| keeps_names).map(|it| it.name.clone()),
        };
        let mut pending = self.pending.lock();
        if pending.len() < MOST_PENDING {
            pending.push(turn);
        }
    }

    /// A project as a number: the same for the same address, on this installation only.
    fn number_of(&self, project: &Project) -> String {
        let Some(salt) = &self.salt else { return String::new() };
        let mut hash = Sha256::new();
        hash.update(salt.as_bytes());
        hash.update([0]);
        hash.update(project.key.as_bytes());
        let mut number = String::with_capacity(2 * PROJECT_BYTES);
        for byte in &hash.finalize()[..PROJECT_BYTES] {
            // Writing to a `String` cannot fail.
            let _ = write!(number, "{byte:02x}");
        }
        number
    }

    /// Writes what was counted since the last time. What could not be written is
    /// written the next time.
    pub(super) async fn save(&self) -> Result<(), StoreError> {
        let turns = std::mem::take(&mut *self.pending.lock());
        if turns.is_empty() {
            return Ok(());
        }
        let (store, names) = (self.store.clone(), self.settings.get().usage.project_names);
        let write = move || {
            let forgotten = if names { Ok(()) } else { store.forget_project_names() };
            (forgotten.and_then(|()| store.record(&turns)), turns)
        };
        let (outcome, turns) = blocking(write).await;
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

    /// What was used over the last days, and what it would cost by the API.
    pub async fn usage(&self, by: UsageBy, days: u32) -> Result<UsageView, CommandError> {
        self.save_now().await;
        let (store, now) = (self.store.clone(), (self.clock)());
        let with_projects = self.settings.get().usage.project_names;
        let read = move || {
            let names = usage::names(&store, with_projects)?;
            usage::stored(&store, by, days.clamp(1, usage::MOST_DAYS), &names, now)
        };
        Ok(blocking(read).await?)
    }

    /// Forgets what is older than the user wants, and names that the user keeps no more.
    pub(super) async fn prune(&self) {
        let (store, now, rules) = (self.store.clone(), (self.clock)(), self.settings.get().usage);
        let prune = move || {
            if !rules.project_names {
                store.forget_project_names()?;
            }
            store.prune_usage(now, DAY * rules.keep_days)
        };
        if let Err(error) = blocking(prune).await {
            tracing::warn!(%error, "old usage could not be removed");
        }
    }

    /// The newest requests of the last week, newest first.
    pub async fn requests(&self, limit: u32) -> Result<Vec<RequestView>, CommandError> {
        self.save_now().await;
        let (store, now) = (self.store.clone(), (self.clock)());
        Ok(blocking(move || history::stored_requests(&store, limit, now)).await?)
    }
}

/// Made once for an installation; none when the system gives no random numbers.
fn salt(store: &Store) -> Option<String> {
    if let Some(held) = store.meta(SALT).ok().flatten() {
        return Some(held);
    }
    let new = key::fresh().ok()?.expose().clone();
    if let Err(error) = store.set_meta(SALT, Some(&new)) {
        tracing::warn!(%error, "projects have other numbers after the next start");
    }
    Some(new)
}

#[cfg(test)]
mod tests {
    use rotunda_core::event::{Tokens, Work};
    use rotunda_host::{clock::from_unix, settings::UsageRules};

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
            work: Work::default(),
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

    fn of_project(name: &str, session: &str) -> Finished {
        let project = Project { key: format!("example.com/ada/{name}"), name: name.to_owned() };
        let work = Work { session: Some(session.to_owned()), project: Some(project) };
        let tokens = Some(Tokens { input: 10, cached: 4, output: 2, reasoning: 1 });
        Finished { work, tokens, ..finished(Some(WORK), "responses") }
    }

    fn keep_names(fixture: &Fixture, project_names: bool) {
        let mut settings = fixture.handles.settings.get();
        settings.usage = UsageRules { project_names, ..settings.usage };
        fixture.handles.settings.set(settings);
    }

    fn names(view: &UsageView) -> Vec<&str> {
        view.lines.iter().map(|line| line.name.as_str()).collect()
    }

    #[tokio::test]
    async fn a_project_is_a_number_of_this_installation_unless_the_user_wants_its_name() {
        let fixture = Fixture::with(&["work"]);
        let history = UsageHistory::new(&fixture.handles);
        history.count(&of_project("engine", "s1"));
        let by_project = async || history.usage(UsageBy::Project, 30).await.unwrap();
        let view = by_project().await;
        let number = view.lines[0].key.clone();
        assert_eq!((number.len(), names(&view)), (16, vec![&number[..6]]));
        let file = std::fs::read(fixture.handles.machine.home.store_file()).unwrap();
        let text = String::from_utf8_lossy(&file);
        assert!(!text.contains("engine") && !text.contains("example.com/ada"));

        keep_names(&fixture, true);
        history.count(&of_project("engine", "s2"));
        let view = by_project().await;
        assert_eq!((view.lines[0].key.as_str(), names(&view)), (number.as_str(), vec!["engine"]));
        assert_eq!(view.lines[0].requests, 2);

        keep_names(&fixture, false);
        assert_eq!(names(&by_project().await), [&number[..6]], "at once");
        history.prune().await;
        assert!(fixture.handles.store.project_names().unwrap().is_empty(), "and for good");
        // A start later it has the same number; another installation has another one.
        let again = UsageHistory::new(&fixture.handles);
        let project = of_project("engine", "s3").work.project.unwrap();
        assert_eq!(again.number_of(&project), number);
        let elsewhere = Fixture::with(&[]);
        assert_ne!(UsageHistory::new(&elsewhere.handles).number_of(&project), number);
    }

    #[tokio::test]
    async fn usage_has_the_session_and_is_kept_as_long_as_the_settings_say() {
        let fixture = Fixture::with(&["work"]);
        let history = UsageHistory::new(&fixture.handles);
        history.count(&of_project("engine", "thread-1"));
        history.count(&finished(Some(WORK), "responses"));
        let view = history.usage(UsageBy::Session, 30).await.unwrap();
        assert_eq!(names(&view), ["thread-1", ""]);
        assert_eq!((view.total.requests, view.total.unmeasured), (2, 1));
        assert_eq!((view.lines[0].cached, view.lines[0].reasoning), (4, 1));
        let profile = history.usage(UsageBy::Profile, 1).await.unwrap();
        assert_eq!(profile.lines[0].key, WORK.to_string());
        history.prune().await;
        assert_eq!(history.usage(UsageBy::Day, 30).await.unwrap().total.requests, 2);
    }
}
