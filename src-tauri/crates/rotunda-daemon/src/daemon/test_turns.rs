//! Test turns: one at a time, each with a router of its own beside the one
//! that serves all programs, shown in the snapshot as it goes.

mod queue;
mod run;

use std::sync::Arc;

use rotunda_core::ProfileId;
use rotunda_router::Pool;
use rotunda_text::{Language, Locale, Message, message};
use tokio::sync::watch;

pub(super) use self::queue::CheckQueue;
use self::queue::{MOST_WAITING, QueuedCheck, waits_for};
use super::{
    dedicated_routers::{DedicatedRouter, DedicatedRouters},
    handles::{Handles, Machine, Refresh, State},
    profiles::Profiles,
    vault_access::VaultAccess,
};
use crate::{
    check::{Outcome, Progress, Report, TurnProgress, UpstreamObserver, Wanted},
    error::CommandError,
};

/// What one turn is made of.
struct Plan {
    number: u64,
    id: ProfileId,
    name: String,
    wanted: Wanted,
    router: DedicatedRouter,
    /// Receives the answers of the service to that router.
    observer: Arc<UpstreamObserver>,
}

/// A test turn that another process follows.
#[derive(Debug)]
pub struct Followed {
    progress: watch::Receiver<TurnProgress>,
    locale: Locale,
    cancel: watch::Sender<bool>,
}

impl Followed {
    /// How far it is, once there is more to say than before; none when it was
    /// given up without an end.
    pub async fn next(&mut self) -> Option<Progress> {
        self.progress.changed().await.ok()?;
        Some(self.progress.borrow_and_update().to(self.locale))
    }

    /// Stops it.
    pub fn cancel(&self) {
        self.cancel.send_replace(true);
    }
}

impl Drop for Followed {
    /// No process follows it any more.
    fn drop(&mut self) {
        self.cancel.send_replace(true);
    }
}

/// Makes them.
pub struct TestTurns {
    machine: Machine,
    pool: Pool,
    vault: Arc<VaultAccess>,
    profiles: Arc<Profiles>,
    dedicated_routers: Arc<DedicatedRouters>,
    queue: State<CheckQueue>,
    refresh: Refresh,
}

impl TestTurns {
    pub(super) fn new(
        handles: &Handles,
        vault: Arc<VaultAccess>,
        profiles: Arc<Profiles>,
        dedicated_routers: Arc<DedicatedRouters>,
        queue: State<CheckQueue>,
    ) -> Self {
        Self {
            machine: handles.machine.clone(),
            pool: handles.pool.clone(),
            refresh: handles.refresh.clone(),
            vault,
            profiles,
            dedicated_routers,
            queue,
        }
    }

    /// Begins a test turn with a profile, named or by id; without one, with
    /// the profile that serves. It waits for those before it, and is followed
    /// in the snapshot.
    pub async fn start(self: &Arc<Self>, profile: Option<String>) -> Result<(), CommandError> {
        self.begin(Wanted::of(profile)).await.map(drop)
    }

    /// Stops the test turn of this number, or else the one under way, if there
    /// is one, at whatever point.
    pub fn cancel(&self, number: Option<u64>) {
        self.queue.lock().cancel(number);
    }

    /// The same for a client that follows it; it is stopped when the client leaves.
    pub async fn follow(
        self: &Arc<Self>,
        wanted: Wanted,
        language: Language,
    ) -> Result<Followed, CommandError> {
        let (mut progress, cancel) = self.begin(wanted).await?;
        // Its number is news, however long it waits.
        progress.mark_changed();
        Ok(Followed { progress, locale: Locale::of(language), cancel })
    }

    async fn begin(
        self: &Arc<Self>,
        mut wanted: Wanted,
    ) -> Result<(watch::Receiver<TurnProgress>, watch::Sender<bool>), CommandError> {
        let (id, name) = self.tested(wanted.profile.as_deref())?;
        if wanted.model.is_none() {
            // A model of the user's plans would not be served.
            wanted.model = self.pool.provider_of(id).and_then(|it| it.models.into_iter().next());
        }
        self.vault.request();
        let observer = Arc::<UpstreamObserver>::default();
        let router =
            self.dedicated_routers.with_profile_recorded(id, Some(observer.clone())).await?;
        let (cancel, cancelled) = watch::channel(false);
        let followed = {
            let mut queue = self.queue.lock();
            let number = queue.next_number();
            let number = number.ok_or(CommandError::TestTurnsWaiting(MOST_WAITING))?;
            let profile = id.to_string();
            let begun = TurnProgress { number, profile, lines: Vec::new(), report: None };
            let (progress, followed) = watch::channel(begun);
            let plan = Plan { number, id, name: name.clone(), wanted, router, observer };
            let task = Arc::clone(self).run(plan, progress, cancelled);
            queue.add(QueuedCheck {
                number,
                name,
                cancel: cancel.clone(),
                progress: followed.clone(),
                task: Some(tokio::spawn(task)),
            });
            followed
        };
        self.refresh.now();
        Ok((followed, cancel))
    }

    /// Stops all of them and waits until their Codex is gone.
    pub(super) async fn end_all(&self) {
        let tasks = self.queue.lock().cancel_all();
        for task in tasks {
            let _ = task.await;
        }
    }

    /// Waits until none is under way or waits.
    pub async fn over(&self) {
        let mut ends = self.queue.lock().ends();
        while self.has_open() && ends.changed().await.is_ok() {}
    }

    /// Whether one is under way or waits.
    pub fn has_open(&self) -> bool {
        self.queue.lock().open().next().is_some()
    }

    fn tested(&self, profile: Option<&str>) -> Result<(ProfileId, String), CommandError> {
        if let Some(named) = profile {
            return self.profiles.find(named);
        }
        let view = self.pool.view();
        let profiles = self.profiles.all();
        let serving = view.serving.and_then(|id| profiles.iter().find(|it| it.id == id));
        let tested = serving.or_else(|| profiles.first());
        tested.map(|it| (it.id, it.name.clone())).ok_or(CommandError::NoProfileYet)
    }

    async fn run(
        self: Arc<Self>,
        plan: Plan,
        progress: watch::Sender<TurnProgress>,
        mut cancel: watch::Receiver<bool>,
    ) {
        let (number, id, name) = (plan.number, plan.id, plan.name.clone());
        // Whatever becomes of it: those who wait hear that it is over.
        let course = UnderWay { turns: Arc::clone(&self), number, progress };
        let refresh = self.refresh.clone();
        let shown = course.progress.clone();
        let mut emit = move |line: Message| {
            shown.send_modify(|progress| progress.lines.push(line));
            refresh.now();
        };
        let waited = tokio::select! {
            biased;
            _ = cancel.wait_for(|cancel| *cancel) => false,
            () = self.wait_for_those_before(number, &mut emit) => true,
        };
        let report = if waited {
            self.test(plan, cancel, &mut emit).await
        } else {
            emit(message!("turn-line-stopped-waiting"));
            let mut report = Report::begun(&name, &plan.wanted);
            report.close(Outcome::Cancelled, None);
            report
        };
        // By its id: a name may be part of an address.
        tracing::info!(profile = %id, outcome = report.outcome.name(), "a test turn ended");
        course.progress.send_modify(|progress| progress.report = Some(report));
    }

    /// Says whom it waits for, and when that is over (lesson F11).
    async fn wait_for_those_before(&self, number: u64, emit: &mut (dyn FnMut(Message) + Send)) {
        let mut ends = self.queue.lock().ends();
        let mut last = None;
        loop {
            let before = self.queue.lock().before(number);
            let Some(line) = waits_for(&before) else { break };
            if last.as_ref() != Some(&line) {
                emit(line.clone());
                last = Some(line);
            }
            if ends.changed().await.is_err() {
                break;
            }
        }
        if last.is_some() {
            emit(message!("turn-line-wait-over"));
        }
    }
}

/// A test turn from its request to its end.
struct UnderWay {
    turns: Arc<TestTurns>,
    number: u64,
    progress: watch::Sender<TurnProgress>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.turns.queue.lock().ended(self.number);
        self.turns.refresh.now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daemon::fixture::Fixture;

    #[tokio::test]
    async fn without_a_router_none_begins_and_none_waits() {
        for (names, named) in [(vec!["work"], None), (vec![], Some("work".to_owned()))] {
            let fixture = Fixture::with(&names);
            let turns = Arc::new(TestTurns::new(
                &fixture.handles,
                fixture.vault.clone(),
                fixture.profiles(),
                Arc::new(DedicatedRouters::new(&fixture.handles)),
                State::default(),
            ));
            let refused = turns.start(named.clone()).await.unwrap_err();
            match named {
                Some(_) => assert!(matches!(refused, CommandError::NoProfile(_)), "{refused}"),
                None => assert!(matches!(refused, CommandError::NoRouter), "{refused}"),
            }
            assert!(!turns.has_open());
            turns.over().await;
        }
    }
}
